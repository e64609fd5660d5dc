//! The interleavings: in which order two sides send what they did and hear of the other.

/// What a side does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// What it did apart reaches the server; the answer is lost.
    Push,
    /// An answer reaches it.
    Pull,
}

/// Which of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    One,
    Two,
}

/// Four moves, each side pushing before it pulls.
pub type Order = [(Who, Move); 4];

const ONE_PUSHES: (Who, Move) = (Who::One, Move::Push);
const ONE_PULLS: (Who, Move) = (Who::One, Move::Pull);
const TWO_PUSHES: (Who, Move) = (Who::Two, Move::Push);
const TWO_PULLS: (Who, Move) = (Who::Two, Move::Pull);

/// Every order there is.
pub const EVERY_ORDER: [Order; 6] = [
    [ONE_PUSHES, ONE_PULLS, TWO_PUSHES, TWO_PULLS],
    [ONE_PUSHES, TWO_PUSHES, ONE_PULLS, TWO_PULLS],
    [ONE_PUSHES, TWO_PUSHES, TWO_PULLS, ONE_PULLS],
    [TWO_PUSHES, ONE_PUSHES, ONE_PULLS, TWO_PULLS],
    [TWO_PUSHES, ONE_PUSHES, TWO_PULLS, ONE_PULLS],
    [TWO_PUSHES, TWO_PULLS, ONE_PUSHES, ONE_PULLS],
];

/// Who sends first: of two acts that the server judges against each other, that one is there before the other.
pub fn first(order: &Order) -> Who {
    order[0].0
}

#[test]
fn the_orders_are_all_there_are_and_none_twice() {
    let place = |order: &Order, wanted| order.iter().position(|step| *step == wanted).unwrap();
    for (index, order) in EVERY_ORDER.iter().enumerate() {
        assert!(!EVERY_ORDER[..index].contains(order));
        assert!(place(order, ONE_PUSHES) < place(order, ONE_PULLS));
        assert!(place(order, TWO_PUSHES) < place(order, TWO_PULLS));
    }
    // Four moves in a row, two pairs of them in a fixed order: 4! / (2! * 2!).
    assert_eq!(EVERY_ORDER.len(), 24 / 4);
}

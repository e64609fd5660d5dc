//! The board: what it shows, since when it counts, and when it says nothing.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{MemberId, StopId};
use core_sync::domain::reasons::WithdrawReason;
use core_sync::domain::time::Milliseconds;
use core_sync::wire::board::Board;
use core_sync::wire::cursor::Cursor;
use core_sync::wire::members::Role;
use core_sync::wire::round::RoundView;

use super::snapshot::{ROUND_SHOWN_FOR, board};
use crate::testing::{Coop, Phone, ask};

struct Watching {
    coop: Coop,
    courier: MemberId,
    round: RoundView,
}

impl Watching {
    fn new() -> Self {
        let mut coop = Coop::new();
        let courier = coop.add_member("Ana", Role::Courier);
        let round = coop.round_of(courier, 1);
        Self { coop, courier, round }
    }

    fn after(&mut self, after: Option<Cursor>) -> Option<Board> {
        self.coop.write(|tx, world| board(tx, world.id, after, world.now)).unwrap()
    }

    fn now(&mut self) -> Board {
        self.after(None).unwrap()
    }

    fn arrive(&mut self, phone: &mut Phone, stop: StopId) {
        let record = phone.arrival(stop);
        let document = phone.document(self.round.id);
        let change = phone.change(document, &[record]);
        self.coop.sync(phone, vec![ask(document, vec![change])]).unwrap();
    }
}

#[test]
fn the_board_shows_what_the_courier_did_with_both_times() {
    let mut watching = Watching::new();
    let mut phone = watching.coop.enrol(watching.courier);
    assert_eq!(watching.now().rounds[0].last_heard_ms, None);
    watching.coop.now = watching.coop.now.plus(Milliseconds::hours(3));
    let stop = watching.round.stops[0].id;
    watching.arrive(&mut phone, stop);
    let board = watching.now();
    let round = &board.rounds[0];
    assert_eq!((round.courier_name.reveal().as_str(), round.acts_since), ("Ana", 1));
    assert_eq!(round.last_heard_ms, Some(watching.coop.now));
    assert_eq!(round.stops[0].received_ms, Some(watching.coop.now));
    assert_eq!(round.stops[0].tapped_ms, Some(crate::testing::MORNING));
}

#[test]
fn asked_with_its_own_cursor_it_says_nothing_until_something_happens() {
    let mut watching = Watching::new();
    let seen = watching.now().cursor;
    assert_eq!(watching.after(Some(seen)), None);
    // An empty round has no row, and is news all the same.
    watching.coop.round_of(watching.courier, 0);
    assert_eq!(watching.after(Some(seen)).unwrap().rounds.len(), 2);
}

#[test]
fn acts_are_counted_from_the_cursor() {
    let mut watching = Watching::new();
    let mut phone = watching.coop.enrol(watching.courier);
    let stop = watching.round.stops[0].id;
    watching.arrive(&mut phone, stop);
    let seen = watching.now().cursor;
    watching.arrive(&mut phone, stop);
    watching.arrive(&mut phone, stop);
    let acts = |board: Option<Board>| board.unwrap().rounds[0].acts_since;
    assert_eq!(acts(watching.after(Some(seen))), 2);
    assert_eq!(acts(watching.after(None)), 3);
    // Cut from another log, a cursor is as good as none.
    assert_eq!(acts(watching.after(Some(Cursor { lineage: [0; 8], ..seen }))), 3);
    assert_eq!(acts(watching.after(Some(Cursor { position: 9_999, ..seen }))), 3);
}

#[test]
fn a_coordinators_commands_are_no_acts_of_the_courier() {
    let mut watching = Watching::new();
    let seen = watching.now().cursor;
    let stop = watching.round.stops[0].id;
    let withdraw = CoordinatorCommand::WithdrawStop { stop, reason: WithdrawReason::Moved };
    let request = watching.coop.request(watching.round.id, Some(watching.round.plan_version), withdraw);
    watching.coop.command(&request).unwrap();
    assert_eq!(watching.after(Some(seen)).unwrap().rounds[0].acts_since, 0);
}

#[test]
fn a_round_leaves_the_board_after_two_days() {
    let mut watching = Watching::new();
    watching.coop.now = watching.coop.now.plus(ROUND_SHOWN_FOR);
    assert_eq!(watching.now().rounds.len(), 1);
    watching.coop.now = watching.coop.now.plus(Milliseconds(1));
    assert!(watching.now().rounds.is_empty());
}

#[test]
fn rounds_stand_by_couriers_name() {
    let mut watching = Watching::new();
    for name in ["Zoé", "Aart", "Ben"] {
        let courier = watching.coop.add_member(name, Role::Courier);
        watching.coop.round_of(courier, 0);
    }
    let names: Vec<String> =
        watching.now().rounds.iter().map(|round| round.courier_name.reveal().clone()).collect();
    assert_eq!(names, ["Aart", "Ana", "Ben", "Zoé"]);
}

#[test]
fn another_co_ops_board_shows_none_of_ours() {
    let mut watching = Watching::new();
    let seen = watching.now().cursor;
    let (other, _) = watching.coop.second();
    watching.coop.id = other;
    assert!(watching.now().rounds.is_empty());
    assert!(watching.after(Some(seen)).unwrap().rounds.is_empty());
}

//! Two devices of one courier correct the same fact differently.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::RecordId;
use core_sync::domain::reasons::{FailReason, HandedTo};

use super::items::holds;
use super::order::{EVERY_ORDER, Order};
use super::people::{Laid, People};
use super::side::Side;

/// Ana's two phones: the fact was tapped on the first.
const OWN: usize = 0;
const OTHER: usize = 1;

const COLLECTED: &str = "1 pickup a: collected";
const TO_A_NEIGHBOUR: &str = "2 drop_off a: delivered; neighbour";

/// Taps what is right and puts it in the place of what was wrong.
fn correct(people: &mut People, phone: usize, laid: &Laid, fact: RecordId, right: &CourierCommand) {
    let instead = people.tap(phone, laid.round, right);
    people.tap(phone, laid.round, &CourierCommand::Correct { fact, instead });
}

/// She delivered, and both phones know it. To a neighbour, says her own then; nobody opened, says the other.
async fn apart(people: &mut People, order: Order) -> (Laid, RecordId) {
    let laid = people.round_of_parcels(OWN, 1).await;
    people.tap(OWN, laid.round, &CourierCommand::Collect(laid.pickup, None));
    let delivered = people.couriers[OWN].phone.deliver(laid.round, laid.drop_off);
    people.all_hear().await;
    let neighbour = CourierCommand::Deliver(laid.drop_off, None, HandedTo::Neighbour);
    correct(people, OWN, &laid, delivered, &neighbour);
    correct(people, OTHER, &laid, delivered, &CourierCommand::Fail(laid.drop_off, FailReason::Nobody));
    people.interleave(order, &mut Side::Phone(OWN), &mut Side::Phone(OTHER)).await;
    (laid, delivered)
}

#[tokio::test(flavor = "multi_thread")]
async fn both_are_read_and_the_writers_own_holds_until_somebody_settles_it() {
    let mut people = People::with(&["Ana", "Ana"]).await;
    for order in EVERY_ORDER {
        let (Laid { round, .. }, _) = apart(&mut people, order).await;
        assert_eq!(people.meet(&[round]).await, ["Ana", COLLECTED, TO_A_NEIGHBOUR], "{order:?}");
        let asked = people.asked(&[round]).await;
        let item = "amended_twice Ana 2: Ana amended, Ana amended; holds amended, holds amended";
        assert_eq!(asked, [item], "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn either_holds_once_somebody_says_so_and_a_third_correction_is_asked_anew() {
    let mut people = People::with(&["Ana", "Ana"]).await;
    let nobody = "2 drop_off a: failed; nobody";
    for (order, phone, stop) in [(EVERY_ORDER[2], OWN, TO_A_NEIGHBOUR), (EVERY_ORDER[3], OTHER, nobody)] {
        let (laid, delivered) = apart(&mut people, order).await;
        let rounds = [laid.round];
        people.meet(&rounds).await;
        let item = people.only_item(&rounds).await;
        let device = people.couriers[phone].phone.session().enrolled().unwrap().identity.device;
        let choice = holds(&item, |evidence| evidence.record.device() == device);
        let mut seen = people.settle(&item, choice, &rounds).await;
        seen[1..].sort();
        assert_eq!(seen, ["Ana", COLLECTED, stop]);
        assert!(people.asked(&rounds).await.is_empty());

        let closed = CourierCommand::Fail(laid.drop_off, FailReason::Closed);
        correct(&mut people, OTHER, &laid, delivered, &closed);
        people.meet(&rounds).await;
        assert_ne!(people.only_item(&rounds).await.id, item.id, "other evidence is another item");
    }
}

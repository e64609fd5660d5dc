//! Stops move from one round to another while the courier they are taken from works on.
//!
//! Ana's first act alone makes no disagreement: what the server knows to be done it does not move.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{RoundId, StopId};
use core_sync::domain::reasons::Answer;

use super::items::says;
use super::order::{EVERY_ORDER, Order, Who, first};
use super::people::{Laid, People};
use super::side::Side;

const ANA: usize = 0;
const CHLOE: usize = 1;

/// What Ana does while her stops move.
#[derive(Debug, Clone, Copy)]
enum Does {
    /// Collects this many of the parcels.
    Collects(usize),
    /// Collects all and delivers.
    Delivers,
}

/// A round of Ana's with so many parcels, a round of Chloé's without any, and what was said to the move.
struct Apart {
    laid: Laid,
    rounds: [RoundId; 2],
    moving: Side,
}

async fn apart(people: &mut People, order: Order, parcels: usize, both_stops: bool, does: Does) -> Apart {
    let (to, _) = people.round(CHLOE, 0).await;
    let laid = people.round_of_parcels(ANA, parcels).await;
    let stops: Vec<StopId> = if both_stops { vec![laid.pickup, laid.drop_off] } else { vec![laid.drop_off] };
    let to_plan_version = people.world.round(to).await.plan_version;
    let command = CoordinatorCommand::MoveStops { stops, to, to_plan_version };
    let mut moving = people.decides(laid.round, command).await;
    match does {
        Does::Collects(count) => {
            let taken = laid.parcels[..count].to_vec();
            people.tap(ANA, laid.round, &CourierCommand::Collect(laid.pickup, Some(taken)));
        }
        Does::Delivers => {
            people.tap(ANA, laid.round, &CourierCommand::Collect(laid.pickup, None));
            people.couriers[ANA].phone.deliver(laid.round, laid.drop_off);
        }
    }
    people.interleave(order, &mut Side::Phone(ANA), &mut moving).await;
    let rounds = [laid.round, to];
    Apart { laid, rounds, moving }
}

impl Apart {
    /// Whether the move was taken; it is refused only if the server knew that a stop of it was done.
    fn was_taken(&self, order: &Order) -> bool {
        let (status, body) = self.moving.said();
        match first(order) {
            Who::One => assert_eq!((*status, body["code"].as_str()), (409, Some("stop_done")), "{body}"),
            Who::Two => assert_eq!(*status, 200, "{body}"),
        }
        first(order) == Who::Two
    }
}

const IN_HAND: [&str; 5] = [
    "Ana",
    "1 pickup a: collected",
    "2 drop_off a: planned; moved, moved_in_hand",
    "Chloé",
    "1 drop_off a: void; not a",
];
// Withdrawn here and added there are one act, so one record id: the item names it once.
const ITEM: &str =
    "moved_but_done Chloé 1 a: Ana collected, board stop_added; deliver_part, meet, return_to_shop";

#[tokio::test(flavor = "multi_thread")]
async fn a_drop_off_whose_parcel_is_on_anas_bike_is_hers_and_void_for_chloe() {
    let mut people = People::with(&["Ana", "Chloé"]).await;
    for order in EVERY_ORDER {
        let apart = apart(&mut people, order, 1, false, Does::Collects(1)).await;
        // The drop-off is not done, whoever was first: the move is taken.
        apart.moving.assert_taken();
        assert_eq!(people.meet(&apart.rounds).await, IN_HAND, "{order:?}");
        assert_eq!(people.asked(&apart.rounds).await, [ITEM], "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn collected_in_a_both_stops_are_void_in_b() {
    let mut people = People::with(&["Ana", "Chloé"]).await;
    for order in EVERY_ORDER {
        let apart = apart(&mut people, order, 1, true, Does::Collects(1)).await;
        let seen = people.meet(&apart.rounds).await;
        let asked = people.asked(&apart.rounds).await;
        if apart.was_taken(&order) {
            let void = ["Chloé", "1 pickup a: void; not a", "2 drop_off a: void; not a"];
            let hers = ["Ana", "1 pickup a: collected; moved, withdrawn_too_late", IN_HAND[2]];
            assert_eq!(seen, [hers, void].concat(), "{order:?}");
            assert_eq!(asked.len(), 1, "{order:?}: {asked:?}");
            assert!(asked[0].starts_with("moved_but_done Chloé 2 a: Ana collected, "), "{asked:?}");
        } else {
            assert_eq!(seen, ["Ana", IN_HAND[1], "2 drop_off a: planned", "Chloé"], "{order:?}");
            assert!(asked.is_empty(), "{order:?}: {asked:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn delivered_in_a_stands_and_is_void_in_b() {
    let mut people = People::with(&["Ana", "Chloé"]).await;
    for order in EVERY_ORDER {
        let apart = apart(&mut people, order, 1, true, Does::Delivers).await;
        let seen = people.meet(&apart.rounds).await;
        let asked = people.asked(&apart.rounds).await;
        if apart.was_taken(&order) {
            let late = [
                "Ana",
                "1 pickup a: collected; moved, withdrawn_too_late",
                "2 drop_off a: delivered; moved, withdrawn_too_late",
            ];
            let void = ["Chloé", "1 pickup a: void; not a", "2 drop_off a: void; not a"];
            assert_eq!(seen, [late, void].concat(), "{order:?}");
            assert_eq!(asked.len(), 1, "{order:?}: {asked:?}");
            let item = "moved_but_done Chloé 2 a: Ana collected, Ana delivered, board stop_added; ";
            assert!(asked[0].starts_with(item), "{asked:?}");
        } else {
            assert_eq!(seen, ["Ana", IN_HAND[1], "2 drop_off a: delivered", "Chloé"], "{order:?}");
            assert!(asked.is_empty(), "{order:?}: {asked:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_parcels_each_round_keeps_those_it_holds() {
    let mut people = People::with(&["Ana", "Chloé"]).await;
    for order in EVERY_ORDER {
        let apart = apart(&mut people, order, 2, true, Does::Collects(1)).await;
        let seen = people.meet(&apart.rounds).await;
        if apart.was_taken(&order) {
            let divided = [
                "Ana",
                "1 pickup ab: collected; moved, withdrawn_too_late, other_parcels",
                "2 drop_off ab: planned; moved, moved_in_hand, not b",
                "Chloé",
                "1 pickup ab: planned; not a",
                "2 drop_off ab: planned; not a",
            ];
            assert_eq!(seen, divided, "{order:?}");
        } else {
            let hers = ["Ana", "1 pickup ab: collected; other_parcels", "2 drop_off ab: planned", "Chloé"];
            assert_eq!(seen, hers, "{order:?}");
        }
        let asked = people.asked(&apart.rounds).await;
        assert_eq!(asked.len(), usize::from(apart.was_taken(&order)), "{order:?}: {asked:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_says_who_rides_there() {
    let mut people = People::with(&["Ana", "Chloé"]).await;
    let collected = IN_HAND[1];
    for (order, answer, seen) in [
        (
            EVERY_ORDER[1],
            Answer::Meet,
            [
                vec!["Ana", collected, "2 drop_off a: withdrawn; moved"],
                vec!["Chloé", "1 drop_off a: planned"],
            ],
        ),
        (
            EVERY_ORDER[3],
            Answer::DeliverPart,
            [
                vec!["Ana", collected, "2 drop_off a: planned; moved"],
                vec!["Chloé", "1 drop_off a: void; not a"],
            ],
        ),
        (
            EVERY_ORDER[5],
            Answer::ReturnToShop,
            [
                vec!["Ana", collected, "3 drop_off a: planned", "2 drop_off a: withdrawn; moved"],
                vec!["Chloé", "1 drop_off a: void; not a"],
            ],
        ),
    ] {
        let apart = apart(&mut people, order, 1, false, Does::Collects(1)).await;
        people.meet(&apart.rounds).await;
        let item = people.only_item(&apart.rounds).await;
        assert_eq!(
            people.settle(&item, says(&item, answer), &apart.rounds).await,
            seen.concat(),
            "{answer:?}"
        );
        assert!(people.asked(&apart.rounds).await.is_empty(), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agreed_to_meet_and_delivers_all_the_same_is_asked_anew() {
    let mut people = People::with(&["Ana", "Chloé"]).await;
    let Apart { laid, rounds, .. } = apart(&mut people, EVERY_ORDER[2], 1, false, Does::Collects(1)).await;
    people.meet(&rounds).await;
    let item = people.only_item(&rounds).await;
    people.settle(&item, says(&item, Answer::Meet), &rounds).await;
    people.couriers[ANA].phone.deliver(laid.round, laid.drop_off);
    let seen = people.meet(&rounds).await;
    assert_eq!(seen.last().unwrap(), "1 drop_off a: void; not a", "nobody rides there twice");
    assert_ne!(people.only_item(&rounds).await.id, item.id);
}

//! A round is given to another courier while the first, away, goes on delivering.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{RoundId, StopId};
use core_sync::domain::reasons::Answer;

use super::items::says;
use super::order::{EVERY_ORDER, Order, Who, first};
use super::people::People;
use super::side::Side;

const ANA: usize = 0;
const CHLOE: usize = 1;

/// Ana serves the first pair of two while her round is given to Chloé.
async fn apart(people: &mut People, order: Order) -> ([RoundId; 2], Vec<StopId>) {
    let (from, stops) = people.round(ANA, 2).await;
    let given = RoundId::random(&mut people.world.random);
    let to = people.couriers[CHLOE].member;
    let mut giving = people.decides(from, CoordinatorCommand::GiveRound { to, round: given }).await;
    people.tap(ANA, from, &CourierCommand::Collect(stops[0], None));
    people.couriers[ANA].phone.deliver(from, stops[1]);
    people.interleave(order, &mut Side::Phone(ANA), &mut giving).await;
    giving.assert_taken();
    ([from, given], stops)
}

const LEFT: [&str; 2] = ["3 pickup b: withdrawn; given", "4 drop_off b: withdrawn; given"];

#[tokio::test(flavor = "multi_thread")]
async fn what_she_did_stands_and_is_void_in_the_round_that_was_given() {
    let mut people = People::with(&["Ana", "Chloé"]).await;
    for order in EVERY_ORDER {
        let (rounds, _) = apart(&mut people, order).await;
        let seen = people.meet(&rounds).await;
        let asked = people.asked(&rounds).await;
        if first(&order) == Who::One {
            // The server knew: what remained was given, and nothing disagrees.
            let hers = ["Ana", "1 pickup a: collected", "2 drop_off a: delivered", LEFT[0], LEFT[1]];
            let theirs = ["Chloé", "1 pickup b: planned", "2 drop_off b: planned"];
            assert_eq!(seen, [&hers[..], &theirs].concat(), "{order:?}");
            assert!(asked.is_empty(), "{order:?}: {asked:?}");
            continue;
        }
        let hers = [
            "Ana",
            "1 pickup a: collected; given, withdrawn_too_late",
            "2 drop_off a: delivered; given, withdrawn_too_late",
            LEFT[0],
            LEFT[1],
        ];
        let theirs = [
            "Chloé",
            "3 pickup b: planned",
            "4 drop_off b: planned",
            "1 pickup a: void; not a",
            "2 drop_off a: void; not a",
        ];
        assert_eq!(seen, [&hers[..], &theirs].concat(), "{order:?}");
        assert_eq!(asked.len(), 1, "{order:?}: {asked:?}");
        let item = "given_but_done Chloé 2 a: Ana collected, Ana delivered, board stop_added; ";
        assert!(asked[0].starts_with(item), "{asked:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_settled_on_both_phones_and_what_she_does_later_is_taken_too() {
    let mut people = People::with(&["Ana", "Chloé"]).await;
    let (rounds, stops) = apart(&mut people, EVERY_ORDER[4]).await;
    people.meet(&rounds).await;
    let item = people.only_item(&rounds).await;
    let seen = people.settle(&item, says(&item, Answer::DeliverPart), &rounds).await;
    assert_eq!(seen[2], "2 drop_off a: delivered; given", "{seen:?}");
    assert!(people.asked(&rounds).await.is_empty());
    // Her facts are taken for ever: she rides on with what was given away, and that is asked anew.
    people.tap(ANA, rounds[0], &CourierCommand::Collect(stops[2], None));
    let seen = people.meet(&rounds).await;
    assert!(seen.contains(&"4 drop_off b: void; not b".to_owned()), "{seen:?}");
    assert_ne!(people.only_item(&rounds).await.id, item.id);
}

//! The shop says that it gave parcels, the courier says that she did not get them, or not all.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::reasons::FailReason;
use core_sync::domain::shop_fact::Direction;

use super::items::{holds, of_kind};
use super::order::{EVERY_ORDER, Order};
use super::people::{Laid, People};
use super::side::Side;

const ANA: usize = 0;

/// The shop gave a and b; Ana says what she says.
async fn apart(people: &mut People, order: Order, ana: impl Fn(&Laid) -> CourierCommand) -> Laid {
    let laid = people.round_of_parcels(ANA, 2).await;
    let mut word = people.shop_says(Direction::Given, &laid.parcels).await;
    people.tap(ANA, laid.round, &ana(&laid));
    people.interleave(order, &mut Side::Phone(ANA), &mut word).await;
    laid
}

fn took_one(laid: &Laid) -> CourierCommand {
    CourierCommand::Collect(laid.pickup, Some(laid.parcels[..1].to_vec()))
}

fn got_nothing(laid: &Laid) -> CourierCommand {
    CourierCommand::Fail(laid.pickup, FailReason::NotReady)
}

#[tokio::test(flavor = "multi_thread")]
async fn another_count_is_disputed_and_nothing_is_guessed() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let Laid { round, .. } = apart(&mut people, order, took_one).await;
        let seen = people.meet(&[round]).await;
        let disputed = [
            "Ana",
            "1 pickup ab: collected; custody_disputed, other_parcels",
            "2 drop_off ab: planned; custody_disputed",
        ];
        assert_eq!(seen, disputed, "{order:?}");
        let asked = people.asked(&[round]).await;
        let item = "shop_disagrees Ana 1 b: Ana collected, shop given; holds collected, holds given";
        assert_eq!(asked, [item], "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_received_is_disputed_too() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let Laid { round, .. } = apart(&mut people, order, got_nothing).await;
        let seen = people.meet(&[round]).await;
        let disputed = [
            "Ana",
            "1 pickup ab: failed; not_ready, custody_disputed",
            "2 drop_off ab: planned; custody_disputed",
        ];
        assert_eq!(seen, disputed, "{order:?}");
        let asked = people.asked(&[round]).await;
        let item = "shop_disagrees Ana 1 ab: Ana failed, shop given; holds failed, holds given";
        assert_eq!(asked, [item], "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_word_holds_once_somebody_says_so_and_another_word_is_asked_anew() {
    let mut people = People::with(&["Ana"]).await;
    for (order, kind) in [(EVERY_ORDER[0], "given"), (EVERY_ORDER[5], "collected")] {
        let laid = apart(&mut people, order, took_one).await;
        let rounds = [laid.round];
        people.meet(&rounds).await;
        let item = people.only_item(&rounds).await;
        let seen = people.settle(&item, holds(&item, of_kind(kind)), &rounds).await;
        assert_eq!(seen[1], "1 pickup ab: collected; other_parcels", "{kind}: {seen:?}");
        assert!(people.asked(&rounds).await.is_empty());

        let mut word = people.shop_says(Direction::Given, &laid.parcels[1..]).await;
        word.moves(&mut people, super::order::Move::Push).await;
        people.meet(&rounds).await;
        assert_ne!(people.only_item(&rounds).await.id, item.id, "other evidence is another item");
    }
}

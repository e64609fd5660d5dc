//! Two couriers both report the same parcel.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ParcelId, RoundId};

use super::items::holds;
use super::order::{EVERY_ORDER, Order};
use super::people::{Laid, People};
use super::side::Side;

const ANA: usize = 0;
const CHLOE: usize = 1;
const MALO: usize = 2;

/// The same parcel in a round of each of these couriers: it was planned more than once.
async fn planned(people: &mut People, couriers: &[usize]) -> Vec<Laid> {
    let parcel = ParcelId::random(&mut people.world.random);
    let mut all = Vec::new();
    for courier in couriers {
        let (round, _) = people.round(*courier, 0).await;
        all.push(people.lay(*courier, round, &[parcel]).await);
    }
    all
}

fn rounds(laid: &[Laid]) -> Vec<RoundId> {
    laid.iter().map(|laid| laid.round).collect()
}

/// Ana and Chloé collect it; who delivers, delivers it too.
async fn apart(people: &mut People, order: Order, couriers: &[usize], delivers: bool) -> Vec<Laid> {
    let laid = planned(people, couriers).await;
    for courier in [ANA, CHLOE] {
        people.tap(courier, laid[courier].round, &CourierCommand::Collect(laid[courier].pickup, None));
        if delivers {
            people.couriers[courier].phone.deliver(laid[courier].round, laid[courier].drop_off);
        }
    }
    people.interleave(order, &mut Side::Phone(ANA), &mut Side::Phone(CHLOE)).await;
    laid
}

const ITEM: &str = "custody_disputed a: Ana collected, Chloé collected; holds collected, holds collected";

#[tokio::test(flavor = "multi_thread")]
async fn both_keep_stop_and_card_and_custody_is_disputed() {
    let mut people = People::with(&["Ana", "Chloé"]).await;
    for order in EVERY_ORDER {
        let laid = apart(&mut people, order, &[ANA, CHLOE], false).await;
        let rounds = rounds(&laid);
        let kept = ["1 pickup a: collected; custody_disputed", "2 drop_off a: planned; custody_disputed"];
        let seen = people.meet(&rounds).await;
        assert_eq!(seen, ["Ana", kept[0], kept[1], "Chloé", kept[0], kept[1]], "{order:?}");
        assert_eq!(people.asked(&rounds).await, [ITEM], "{order:?}");
        for (courier, laid) in [ANA, CHLOE].into_iter().zip(laid) {
            let card = people.couriers[courier].phone.session().stop_card(laid.round, laid.drop_off).unwrap();
            assert!(card.card.is_some(), "the card stays too");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_delivered_it_says_each_and_both_stand() {
    let mut people = People::with(&["Ana", "Chloé"]).await;
    for order in EVERY_ORDER {
        let rounds = rounds(&apart(&mut people, order, &[ANA, CHLOE], true).await);
        let kept = ["1 pickup a: collected; custody_disputed", "2 drop_off a: delivered; custody_disputed"];
        let seen = people.meet(&rounds).await;
        assert_eq!(seen, ["Ana", kept[0], kept[1], "Chloé", kept[0], kept[1]], "{order:?}");
        assert_eq!(people.asked(&rounds).await, [ITEM], "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_said_to_have_it_keeps_the_stop_and_a_third_report_is_asked_anew() {
    let mut people = People::with(&["Ana", "Chloé", "Malo"]).await;
    let (has, has_not) = ("2 drop_off a: planned", "2 drop_off a: void; not a");
    for (order, holder) in [(EVERY_ORDER[1], ANA), (EVERY_ORDER[4], CHLOE)] {
        let laid = apart(&mut people, order, &[ANA, CHLOE, MALO], false).await;
        let rounds = rounds(&laid);
        people.meet(&rounds).await;
        let item = people.only_item(&rounds).await;
        let member = people.couriers[holder].member;
        let choice = holds(&item, |evidence| evidence.member == Some(member));
        let seen = people.settle(&item, choice, &rounds).await;
        let drop_offs = if holder == ANA { [has, has_not] } else { [has_not, has] };
        assert_eq!([seen[2].as_str(), seen[5].as_str()], drop_offs, "{seen:?}");
        assert!(people.asked(&rounds).await.is_empty());

        people.tap(MALO, laid[MALO].round, &CourierCommand::Collect(laid[MALO].pickup, None));
        people.meet(&rounds).await;
        let anew = people.only_item(&rounds).await;
        assert_ne!(anew.id, item.id);
        assert_eq!(anew.evidence.len(), 3, "{anew:?}");
    }
}

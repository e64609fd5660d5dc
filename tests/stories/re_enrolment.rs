//! A revoked phone is enrolled anew: the same queue goes under the new key, rows and cards come back.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::view::sync_badge::BadgeState;
use courier_session::error::SessionError;
use courier_session::session::SyncEnd;
use serde_json::json;

use crate::harness::board::everything_is_there_once;
use crate::harness::ready::{Ready, ready};

#[tokio::test(flavor = "multi_thread")]
async fn held_and_unsent_acts_go_again_under_the_new_key_and_the_cards_come_back() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(1).await;
    phone.tap(round, &CourierCommand::Start);
    phone.sync().await;
    let old = phone.session().enrolled().unwrap().identity.device;
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    let device = json!({ "device": old });
    assert_eq!(world.post("/v1/devices/revoke", &world.admin_token, &device).await.0, 200);
    phone.sync().await;
    let held = phone.deliver(round, stops[1]);
    assert_eq!(phone.session().badge().unwrap().state, BadgeState::Revoked);
    world.amend(round, stops[1], 600).await;

    // Another member's code is not for this queue.
    let bilal = world.member("Bilal", core_sync::wire::members::Role::Courier).await;
    let wrong = world.code(bilal).await;
    assert!(matches!(phone.enrol(&world.address, &wrong).await, Err(SessionError::ActsOfAnother)));
    let code = world.code(ana).await;
    phone.enrol(&world.address, &code).await.unwrap();
    let new = phone.session().enrolled().unwrap().identity.device;
    assert_ne!(new, old);
    assert!(phone.session().queue().unwrap().iter().all(|act| act.set_aside.is_none()));
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert_eq!(phone.session().badge().unwrap().state, BadgeState::AllSent);
    assert!(phone.session().queue().unwrap().is_empty());
    let today = phone.session().today().unwrap();
    assert!(today[0].stops.iter().all(|stop| stop.card.is_some()), "the cards are back");
    assert_eq!(held.device(), old, "an act keeps its id");
    let view = world.round(round).await;
    assert_eq!(view.acts_since, 3);
    assert_eq!(view.stops.iter().find(|stop| stop.id == stops[1]).unwrap().service_seconds, 600);
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

//! A phone is lost and shut out: what it sends is held, it is told nothing, its cards are gone from its disk.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::view::sync_badge::BadgeState;
use courier_session::session::SyncEnd;
use serde_json::json;

use crate::harness::ready::{Ready, ready};
use crate::harness::server_process::binary;

/// Whether any file of a folder holds these bytes.
fn stands_in(folder: &std::path::Path, needle: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_phone_sends_is_held_and_its_cards_are_gone() {
    let Ready { mut world, ana: _, round, mut phone, stops } = ready(1).await;
    assert!(stands_in(&phone.folder, "Maison 0"), "the card must be there to be wiped");
    let act = phone.tap(round, &CourierCommand::Arrive(stops[0]));
    let token = world.folder.path().join("token");
    std::fs::write(&token, &world.admin_token).unwrap();
    let revoked = binary()
        .args(["admin", "--server", &world.address, "--token-file"])
        .arg(&token)
        .args(["revoke", "ana"])
        .output()
        .unwrap();
    assert!(revoked.status.success(), "{}", String::from_utf8_lossy(&revoked.stderr));
    // A plan record that it must not hear of.
    world.amend(round, stops[1], 600).await;

    let before = phone.records(round).len();
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    let badge = phone.session().badge().unwrap();
    assert_eq!((badge.state, badge.unsent, badge.set_aside), (BadgeState::Revoked, 0, 1));
    let queue = phone.session().queue().unwrap();
    assert_eq!((queue[0].record, queue[0].set_aside.as_deref()), (act, Some("held")));
    assert_eq!(phone.records(round).len(), before, "it is told nothing more");
    assert!(!stands_in(&phone.folder, "Maison 0"), "the cards are wiped from every file");
    assert!(phone.holds_all_saved());

    // It goes on tapping, and so it is held on.
    phone.tap(round, &CourierCommand::Wait(stops[0]));
    phone.die_and_come_back();
    world.kill_server();
    world.start_server();
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert_eq!(phone.session().badge().unwrap().set_aside, 2);
    assert_eq!(world.round(round).await.acts_since, 0, "nothing of it is in the round");
    let (status, body) = world.get("/v1/devices", &world.admin_token).await;
    assert_eq!(status, 200);
    assert!(body["devices"][0]["revoked_ms"].is_i64(), "{body}");
    // Once more does no harm.
    let device = json!({ "device": body["devices"][0]["device"] });
    assert_eq!(world.post("/v1/devices/revoke", &world.admin_token, &device).await.0, 200);
}

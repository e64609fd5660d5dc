//! What is erased is in no file of the folder any more, leaves the phones with their next sync, and stays away when an
//! older backup is put back.

use std::path::Path;

use core_sync::domain::coordinator_command::{CoordinatorCommand, StopChange};
use core_sync::domain::ids::ActId;
use courier_session::session::SyncEnd;

use super::backup_and_restore::run;
use crate::harness::ready::{Ready, ready};
use crate::harness::world::card;

/// A name that no other stop has.
const PLANTED: &str = "Perrine Le Goff-Quemeneur";

/// The files of a folder that hold the planted name.
fn holding(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path));
        } else if std::fs::read(&path)
            .unwrap()
            .windows(PLANTED.len())
            .any(|window| window == PLANTED.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_card_is_in_no_file_and_stays_away() {
    let Ready { mut world, round, mut phone, stops, .. } = ready(2).await;
    let stop = stops[3];
    let (window, service_seconds, parcels, card) = (None, None, None, Some(card(PLANTED)));
    let change = StopChange { stop, window, service_seconds, parcels, card };
    world.command(round, CoordinatorCommand::AmendStop(Box::new(change))).await;
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert!(!holding(&world.data()).is_empty() && !holding(&phone.folder).is_empty(), "it was planted");
    let backup = world.folder.path().join("backup");
    assert_eq!(run(&["backup"], &[&world.data(), &backup]).0, 0);
    assert!(!holding(&backup).is_empty());

    let act = ActId::random(&mut world.random);
    let (status, body) = world.send(act, round, None, CoordinatorCommand::EraseCard { stop }).await;
    assert_eq!((status, body["code"].as_str()), (409, Some("card_in_use")), "{body}");
    world.withdraw(round, stop).await;
    let view = world.command(round, CoordinatorCommand::EraseCard { stop }).await;
    assert!(view.stops.iter().all(|view| view.card.is_some() == (view.id != stop)));
    assert_eq!(holding(&world.data()), Vec::<String>::new(), "while the server runs");
    let (code, report) = run(&["verify"], &[&world.data()]);
    assert_eq!((code, report["checked"]["erased"].as_u64()), (0, Some(2)), "{report}");

    assert_eq!(phone.sync().await, SyncEnd::Synced);
    phone.trial(round);

    assert!(world.server.take().unwrap().terminate().success());
    let (code, restored) = run(&["restore", "--replace"], &[&backup, &world.data()]);
    assert_eq!((code, restored["revocations"]["erased"].as_u64()), (0, Some(2)), "{restored}");
    assert_eq!(holding(&world.data()), Vec::<String>::new(), "although the backup has it");
    world.start_server();
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert_eq!(holding(&world.data()), Vec::<String>::new(), "nor does a phone give it back");
    let (code, report) = run(&["verify"], &[&world.data()]);
    assert_eq!(code, 0, "{report}");
}

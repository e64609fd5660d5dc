//! `tournee courier correct`: what was right stands, what was wrong does not, and both stay in the log.

use core_sync::domain::stop::StopStatus;
use core_sync::wire::members::Role;

use crate::harness::server_process::binary;
use crate::harness::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_said_wrongly_is_corrected_with_one_line() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, 1).await;
    let code = world.code(ana).await;
    let folder = world.folder.path().join("terminal");
    let run = |arguments: &[&str]| {
        let output = binary().args(["courier", "--folder"]).arg(&folder).args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(run(&["enrol", "--server", &world.address, "--code", code.reveal()]).0, Some(0));
    run(&["sync"]);
    // Nothing was said yet: nothing is saved either.
    assert_eq!(run(&["correct", "failed", "1", "--reason", "not-ready"]).0, Some(2));
    assert!(run(&["queue"]).1.starts_with("All sent"));
    run(&["collected", "1"]);
    let (code, said) = run(&["correct", "failed", "1", "--reason", "not-ready"]);
    assert_eq!(code, Some(0));
    assert!(said.starts_with("Saved on this device."), "{said}");
    assert_eq!(run(&["sync"]).1.trim(), "All sent: you can close");
    assert_eq!(world.round(round).await.stops[0].status, StopStatus::Failed);
}

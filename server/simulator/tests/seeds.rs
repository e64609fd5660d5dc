//! Twenty seeds, half of them in each of two processes; and one seed twice, which is the same run.
//!
//! Processes and not threads, because a full disk is made by a limit of the process.

#![allow(clippy::unwrap_used, reason = "a test's panic is its message")]

use std::process::{Child, Command, Stdio};

fn simulate(folder: &tempfile::TempDir, seeds: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_simulate"))
        .args(["--seeds", seeds, "--no-shrink", "--folder"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What it printed; it must have ended well.
fn said(child: Child, seeds: &str) -> String {
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    println!("{said}");
    assert!(
        output.status.success(),
        "to see the story of a failing seed: cargo xtask simulate --seeds {seeds}"
    );
    said
}

/// In memory, where there is a disk of it.
fn folder() -> tempfile::TempDir {
    let ram = std::path::Path::new("/dev/shm");
    if ram.is_dir() { tempfile::tempdir_in(ram).unwrap() } else { tempfile::tempdir().unwrap() }
}

#[test]
fn nothing_is_found_in_twenty_seeds() {
    let folder = folder();
    let halves = ["1..10", "11..20"];
    let playing = halves.map(|seeds| simulate(&folder, seeds));
    for (child, seeds) in playing.into_iter().zip(halves) {
        let said = said(child, seeds);
        assert!(said.contains("10 seeds, 0 failed"), "{said}");
    }
}

#[test]
fn one_seed_is_one_run() {
    let folder = folder();
    let [first, second] = ["7..7", "7..7"].map(|seeds| said(simulate(&folder, seeds), seeds));
    assert!(first.contains("seed 7: holds"), "{first}");
    assert_eq!(first, second);
}

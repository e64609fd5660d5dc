//! A two-hour day: nothing is lost, it is the same each time, and what is taken behind the server's back is found out.

use std::collections::BTreeSet;

use serde_json::Value;

use super::run::{account, day, demo, text};

const TWO_HOURS: [&str; 4] = ["--hours", "2", "--seed", "7"];

/// What must follow from the seed alone.
const OF_THE_SEED: [&str; 11] = [
    "acts",
    "acts_offline",
    "acts_fingerprint",
    "disagreements",
    "disagreements_by_kind",
    "disagreements_settled",
    "disagreements_open",
    "server_kills",
    "ride_hours_planner",
    "ride_hours_nearest_first",
    "ride_hours_ridden",
];

fn count(value: &Value, member: &str) -> u64 {
    value[member].as_u64().unwrap_or_else(|| panic!("{member}: {value}"))
}

#[test]
fn nothing_is_lost_and_the_same_seed_is_the_same_day() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let accounts = folders.each_ref().map(|folder| {
        let done = day(&TWO_HOURS, folder.path());
        assert!(done.status.success(), "{}{}", text(&done.stdout), text(&done.stderr));
        account(folder.path())
    });
    for member in OF_THE_SEED {
        assert_eq!(accounts[0][member], accounts[1][member], "{member}");
    }
    let [one, _] = accounts;
    assert!(count(&one, "acts") > 400, "{one}");
    assert_eq!((count(&one, "acts_lost"), count(&one, "server_kills")), (0, 1));
    let checked = &one["checked_from_outside"];
    assert_eq!(count(checked, "acts"), count(&one, "acts"), "the witness saw every act: {checked}");
    assert!(count(&one, "acts_offline") * 100 >= count(&one, "acts") * 35, "{one}");
    let disagreements = one["disagreements"].as_array().unwrap();
    let total = count(&one, "disagreements_settled") + count(&one, "disagreements_open");
    assert_eq!(disagreements.len() as u64, total);
    let by_kind = one["disagreements_by_kind"].as_object().unwrap();
    assert_eq!(by_kind.values().map(|count| count.as_u64().unwrap()).sum::<u64>(), total);
    assert!(disagreements.iter().all(|one| !one["records"].as_array().unwrap().is_empty()));
    let kinds: BTreeSet<&str> = disagreements.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert!(kinds.len() >= 7, "{kinds:?}");
    assert!(count(&one, "round_trips") > 600 && count(&one, "bytes_up") > 0 && count(&one, "bytes_down") > 0);
    let hours = |member: &str| one[member].as_f64().unwrap();
    let (planner, nearest_first) = (hours("ride_hours_planner"), hours("ride_hours_nearest_first"));
    assert!(planner > 1.0 && planner <= nearest_first * 0.8, "{planner} of {nearest_first}");
}

#[test]
fn other_seeds_are_other_days() {
    let folder = tempfile::tempdir().unwrap();
    let prints = ["8", "9"].map(|seed| {
        assert!(day(&["--hours", "1", "--seed", seed], folder.path()).status.success());
        account(folder.path())["acts_fingerprint"].clone()
    });
    assert_ne!(prints[0], prints[1]);
}

#[test]
fn changes_taken_behind_the_servers_back_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let done = day(&[&TWO_HOURS[..], &["--sabotage", "3"]].concat(), folder.path());
    let said = text(&done.stdout);
    assert_eq!(done.status.code(), Some(1), "{said}{}", text(&done.stderr));
    let account = account(folder.path());
    assert_eq!(count(&account, "acts_lost"), 3);
    let lost = account["checked_from_outside"]["lost_acts"].as_array().unwrap();
    assert_eq!(lost.len(), 3);
    assert!(said.contains("Lost: 3."), "{said}");
    for act in lost {
        assert!(said.contains(act["act"].as_str().unwrap()), "{said}");
        assert!(!act["courier"].as_str().unwrap().is_empty() && !act["clock"].as_str().unwrap().is_empty());
    }
}

#[test]
fn more_sabotage_than_there_is_to_take_says_so_and_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let done = day(&["--hours", "1", "--sabotage", "5000"], folder.path());
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stderr).contains("not 5000"), "{}", text(&done.stderr));
}

#[test]
fn where_there_is_no_python_nobody_claims_to_have_checked() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = demo(&["--hours", "1", "--speed", "0", "--account", "account.json"], folder.path());
    let done = command.env("PATH", "").output().unwrap();
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("NOT CHECKED FROM OUTSIDE"), "{}", text(&done.stdout));
    let account = account(folder.path());
    assert!(account["acts_lost"].is_null() && account["checked_from_outside"].is_null());
}

#[test]
fn a_witness_that_cannot_check_is_no_good_day() {
    let folder = tempfile::tempdir().unwrap();
    let python = folder.path().join("python3");
    std::fs::write(&python, "#!/bin/sh\necho the dog ate it >&2\nexit 2\n").unwrap();
    std::fs::set_permissions(&python, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let mut command = demo(&["--hours", "1", "--speed", "0"], folder.path());
    let done = command.env("PATH", folder.path()).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("the dog ate it"), "{}", text(&done.stderr));
}

#[test]
fn sabotage_that_nobody_can_check_is_no_good_day_either() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = demo(&["--hours", "1", "--speed", "0", "--sabotage", "1"], folder.path());
    assert_eq!(command.env("PATH", "").output().unwrap().status.code(), Some(1));
}

#[test]
fn a_kept_day_can_be_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let done = day(&["--hours", "1", "--keep", "kept"], folder.path());
    assert!(done.status.success(), "{}", text(&done.stderr));
    let kept = folder.path().join("kept");
    assert!(kept.join("witness").is_dir() && kept.join("found.jsonl").is_file());
    let verify = demo_program(&["--json", "verify", "kept/data"], folder.path());
    assert!(verify.status.success(), "{}{}", text(&verify.stdout), text(&verify.stderr));
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&kept.join("admin.token").metadata().unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "the token is its owner's");
}

fn demo_program(words: &[&str], folder: &std::path::Path) -> std::process::Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tournee"));
    command.args(words).current_dir(folder).env("TOURNEE_LANGUAGE", "en").output().unwrap()
}

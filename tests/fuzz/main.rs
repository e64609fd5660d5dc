//! What is kept of fuzzing, tried again by every test run: the corpora that fuzzing begins with, and what once crashed.
//!
//! The functions tried are those that the engine calls. `seeds` writes the honest part of the corpora anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says so by panicking"
)]

// `round_doc` takes in files of core-sync, which find their neighbours here.
use core_sync::domain;

mod kept;
mod seeds;
mod targets;

use kept::{Kept, kept};

/// Files of one corpus: some dozens are read by a person, and tried in a second.
const CORPUS_FILES_MAX: usize = 64;
/// Bytes of a file that is kept: as many as a change may have, and a little more.
const FILE_BYTES_MAX: usize = 72 * 1024;

/// Every file that is kept for this target.
fn replay(name: &str) {
    let target = targets::find(name).unwrap();
    let corpus = kept("corpus", name);
    assert!((1..=CORPUS_FILES_MAX).contains(&corpus.len()), "{name}: {} files", corpus.len());
    for Kept { path, bytes } in corpus.into_iter().chain(kept("crashers", name)) {
        assert!(bytes.len() <= FILE_BYTES_MAX, "{} is {} bytes", path.display(), bytes.len());
        let tried = std::panic::catch_unwind(|| (target.run)(&bytes));
        assert!(tried.is_ok(), "{} crashes the target {name}", path.display());
    }
}

#[test]
fn what_is_kept_for_the_guard_does_not_crash() {
    replay("guard");
}

#[test]
fn what_is_kept_for_sync_requests_does_not_crash() {
    replay("sync_request");
}

#[test]
fn what_is_kept_for_records_does_not_crash() {
    replay("record");
}

#[test]
fn what_is_kept_for_commands_does_not_crash() {
    replay("command");
}

#[test]
fn what_is_kept_for_enrolment_does_not_crash() {
    replay("enrolment");
}

#[test]
fn every_target_has_its_folders_and_no_folder_is_without_a_target() {
    let mut names: Vec<String> = targets::TARGETS.iter().map(|target| target.name.to_owned()).collect();
    names.sort();
    for folder in ["corpus", "crashers"] {
        assert_eq!(kept::targets(folder), names, "{folder}");
    }
}

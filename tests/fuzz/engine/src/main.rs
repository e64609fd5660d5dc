//! libFuzzer around the targets: makes inputs up by what they reach in the code, and keeps those that reach more.
//!
//! It owns nothing but the choice of the target and what is said of a panic. It is of use only when it is built with
//! coverage, as `cargo xtask fuzz` does.
#![no_main]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    reason = "a target says what is wrong by panicking, and which one it is stands in the environment"
)]

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

// `round_doc` takes in files of core-sync, which find their neighbours here.
use core_sync::domain;

#[path = "../../targets/mod.rs"]
#[allow(dead_code, reason = "the seeds use the rest")]
mod targets;

/// Names the target; libFuzzer's own arguments leave no room for one of ours.
const TARGET: &str = "TOURNEE_FUZZ_TARGET";

static RUN: OnceLock<fn(&[u8])> = OnceLock::new();

thread_local! {
    /// The last panic. Those that the product catches are its own affair and would fill the screen.
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

fn begin() {
    let name = std::env::var(TARGET).unwrap_or_default();
    let target = targets::find(&name).unwrap_or_else(|| panic!("{TARGET} names no target: '{name}'"));
    RUN.set(target.run).unwrap();
    // Making it waits for the disk many times: no input's fault.
    targets::coop::with(|_made| ());
    // libFuzzer's hook ends the process at every panic, also at those that the guard catches.
    std::panic::set_hook(Box::new(|panic| LAST_PANIC.set(panic.to_string())));
}

libfuzzer_sys::fuzz_target!(init: begin(), |bytes: &[u8]| {
    let run = RUN.get().unwrap();
    if catch_unwind(AssertUnwindSafe(|| run(bytes))).is_err() {
        eprintln!("{}", LAST_PANIC.take());
        std::process::abort();
    }
});

//! Processes that die, power that goes, disks that are full, fail or rot: against the real binary and both stores.
//!
//! `kills` kills the server under load, `phone_kills` a phone at every write; `power_cuts` loses what was not synced;
//! `failing_disk` lets calls fail, `small_disk` fills a real one; `bit_rot` damages what is stored.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    reason = "a test that cannot go on says so by panicking, and is a shell that asks clocks and starts tasks"
)]

#[path = "../harness/mod.rs"]
mod harness;

mod bit_rot;
mod failing_disk;
mod in_process;
mod kills;
mod phone_kills;
mod power_cuts;
mod size;
mod small_disk;
mod stored;

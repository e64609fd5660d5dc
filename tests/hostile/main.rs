//! An enrolled courier who means harm, and others who are no couriers at all, against the real server.
//!
//! `crafted` has every change that could break a document, one by one; `ride` sends many mutants among twenty honest
//! phones; `resources` tries to take the server's memory, time and connections.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    reason = "a test that cannot go on says so by panicking, and looks into files from outside"
)]

// `round_doc` takes in files of core-sync, which find their neighbours here.
use core_sync::domain;

#[path = "../harness/mod.rs"]
mod harness;
mod round_doc;

mod attacker;
mod crafted;
mod honest;
mod log;
mod mutants;
mod resources;
mod ride;

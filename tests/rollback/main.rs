//! A server that was put back gets back whatever phones hold: every way of going back, with real phones and the real
//! binary. Each story ends with a table of what came from whom, with empty clients that find every act once, and with
//! logs that load as plain Automerge.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says so by panicking"
)]

#[path = "../harness/mod.rs"]
mod harness;

mod account;
mod cut_tail;
mod drafts;
mod earlier_phones;
mod every_way;
mod long_round;
mod shut_out;
mod way_back;

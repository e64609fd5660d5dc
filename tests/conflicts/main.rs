//! Every row of `docs/conflicts.md` as it happens: the real server, real phones on cut links, one file per row.
//!
//! What two sides did apart is sent and heard in all six orders, on a fresh round each. Whatever the order,
//! everybody must come to see the same, and that is the row.
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

mod meeting;
mod order;
mod people;
mod picture;
mod side;

mod both_set_a_sequence;
mod two_coordinators;
mod withdrawn_and_delivered;

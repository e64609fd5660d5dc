//! The town's day through the binary: the same each time, found out when sabotaged, watched on its page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says so by panicking"
)]

mod arguments;
mod day;
mod page;
mod run;
mod witness;

//! What the stories stand on: the real binary on a folder of its own, phones as real sessions, and a wire
//! between them that the test holds in its hand. No sleeps: every wait is for the thing itself.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says so by panicking"
)]

pub mod board;
pub mod cut_link;
pub mod events;
pub mod phone;
pub mod ready;
pub mod server_process;
pub mod shop;
pub mod world;

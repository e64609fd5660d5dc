//! The promises as stories: real binary, real stores, real phones, one file per promise.
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

mod acknowledged_survives_a_server_kill;
mod alarm;
mod apart_and_together;
mod backup_and_restore;
mod bad_input_is_named;
mod board_stream;
mod check;
mod commands_once_and_in_turn;
mod copied_folder;
mod corrected_in_a_terminal;
mod enrolment;
mod erasure;
mod flight_mode;
mod log_out;
mod logs_hold_nothing_personal;
mod moved_given_taken;
mod past_the_term;
mod planned_and_accepted;
mod quarantine_and_release;
mod re_enrolment;
mod replies_go_wrong;
mod revoked_device;
mod saved_survives_a_phone_kill;
mod shop_counter;
mod stops_gracefully;
mod tls;
mod verify_finds_damage;
mod wrong_clock;

//! What the server can be asked to do: one file per command, synchronous functions.
//!
//! Each takes a transaction (or a snapshot), the request and, where needed, the time, keys and
//! randomness: no clock, no thread, no HTTP in here, so a test calls what a phone calls. What a function
//! returns becomes true when the writer has committed it, and nobody hears of it before.

pub mod acting;
pub mod add_member;
pub mod add_stop;
pub mod amend_stop;
pub mod aside;
pub mod aside_acts;
pub mod authenticate;
pub mod command;
#[cfg(test)]
mod command_tests;
pub mod decide_suggestion;
pub mod devices;
pub mod divide_drafts;
#[cfg(test)]
mod divide_drafts_tests;
pub mod draft;
#[cfg(test)]
mod draft_tests;
pub mod enrol;
#[cfg(test)]
mod enrol_tests;
pub mod erase_card;
#[cfg(test)]
mod erase_card_tests;
pub mod error;
pub mod give_round;
pub mod grant_enrolment_code;
pub mod grant_token;
pub mod health;
pub mod init_co_op;
pub mod items;
pub mod known;
pub mod list_aside;
pub mod make_round;
pub mod members;
pub mod move_stops;
#[cfg(test)]
mod move_stops_tests;
pub mod open_drafts;
pub mod own_change;
pub mod placement;
pub mod planned;
pub mod react;
#[cfg(test)]
mod react_tests;
pub mod release;
#[cfg(test)]
mod release_tests;
pub mod replan;
#[cfg(test)]
mod replan_tests;
pub mod revoke;
pub mod round;
pub mod say_shop_fact;
#[cfg(test)]
mod say_shop_fact_tests;
pub mod sequence;
pub mod settle;
pub mod suggestion;
pub mod sync;
pub mod take_in;
pub mod withdraw_stop;

//! What a coordinator looks at, computed from the log.
//!
//! No view is stored: the log is the truth. The rounds of a board are kept folded in memory for as long as their
//! logs do not move (`folded.rs`); a command folds its one round anew (`work_tests.rs` says what that costs).
//! Views never fail because of a row's content: what cannot be read is counted out and reported in the log.

pub mod changed;
pub mod folded;
pub mod read_round;
pub mod round_view;
pub mod snapshot;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod work_tests;

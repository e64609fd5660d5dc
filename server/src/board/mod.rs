//! What a coordinator looks at, computed from the log each time it is asked for.
//!
//! No view is stored: the log is the truth, a round is a day long, and folding one takes less than a millisecond.
//! Views never fail because of a row's content: what cannot be read is counted out and reported in the log.

pub mod read_round;
pub mod round_view;
pub mod snapshot;
#[cfg(test)]
mod tests;

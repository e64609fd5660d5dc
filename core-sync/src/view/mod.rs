//! What people look at, computed from a round's state: pure functions, no words (those are in `texts/`).

pub mod board;
pub mod items;
pub mod plan_diff;
pub mod stop_card;
pub mod sync_badge;
pub mod today;

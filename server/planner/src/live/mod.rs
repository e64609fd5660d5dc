//! A day under way: who rides what from now on, what is on board, and what could be better.
//!
//! It owns what stays as it is. What is done and the stop that a courier rides to are not asked again: her round begins
//! where she is free next. Goods on board stay on their bike. Nobody is planned later than the day stands, but for as
//! much as the terms allow. Everything it finds is a [`Suggestion`] for a person, with what it gains; it changes
//! nothing. A person is never rated: what is compared is one day with another.

mod at_once;
mod error;
mod exchange;
mod fill;
mod out;
mod part;
mod place_now;
mod standing;
mod suggestion;
mod terms;

pub use error::LiveError;
pub use exchange::{Compared, exchange, suggestions};
pub use fill::{NotPlaced, WOULD_FIT_MAX};
pub use out::{Passed, without};
pub use part::can_be_ridden;
pub use place_now::{PlacedNow, PlacedOrder, place_now};
pub use standing::{RoundNow, Standing};
pub use suggestion::{Moved, NewRound, Suggestion};
pub use terms::Terms;

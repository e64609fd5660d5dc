//! Plans rounds of grouped orders: several pickups at several shops, then one drop-off, on one bike.
//!
//! A [`Problem`] goes in, a [`Plan`] comes out of [`plan`], and [`check`] says whether it may be shown
//! to anyone; [`place`] puts one more order into a plan that stands. The method is ruin and recreate (`search`); `docs/planner.md` has its measures.
//! This crate knows no clock, no disk, no database and no server: whoever calls it gives a seed and
//! says when to stop, so that a seed and a number of steps make the same plan on every machine.
#![warn(missing_docs)]

mod checker;
mod left_out;
pub mod live;
mod plan;
mod problem;
mod search;
mod would_fit;

pub use checker::{Fault, check};
pub use left_out::{LeftOut, Reason};
pub use plan::{Plan, Rest, Round, Visit};
pub use problem::{
    Aims, Bike, Break, Capacity, Evenness, Matrix, Order, PLACES_MAX, Problem, ProblemError, STOPS_MAX, Size,
    Stop, StopId, TICKS_MAX, UNEVEN_COST_MAX, UNREACHABLE, Window,
};
pub use search::{Budget, Pace, Phase, PlaceError, Progress, place, plan};
pub use would_fit::{WouldFit, would_fit};

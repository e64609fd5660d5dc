//! How long each way takes, for the planner: one trait, [`TravelTimes`], and four sources behind it.
//!
//! - [`Formula`]: 260 m and 1.23 x the straight line. Always there, knows no river.
//! - [`MatrixFile`]: a CSV of pairs, from whatever the co-op measured or computed elsewhere.
//! - [`Valhalla`]: `POST /sources_to_targets` of a routing engine.
//! - [`Osrm`]: `GET /table/v1` of another.
//!
//! [`Travel`] is what a caller holds. It asks its source for what it does not know yet, in blocks that
//! the service takes, remembers it, and says where the figures of an [`Answer`] come from. What the source
//! cannot say comes from the formula, with a count of the pairs and the reason, never silently:
//! all pairs where an engine failed or was slow, so that no two ways of one matrix are measured by
//! different rules for a fault that passes; single pairs where a place is off the engine's map or a pair
//! is not in the file.
//!
//! ```no_run
//! # async fn example(points: &[core_sync::domain::coordinate::Coordinate]) -> Result<(), Box<dyn std::error::Error>> {
//! use travel::{Profile, Travel, Valhalla};
//!
//! let travel = Travel::by(Valhalla::new("http://127.0.0.1:8002")?);
//! let answer = travel.ways(points, &Profile::bicycle()).await?;
//! if let Some(fell_back) = &answer.fell_back {
//!     eprintln!("{} of {} pairs by the formula", fell_back.pairs, answer.pairs());
//! }
//! let matrix: planner::Matrix = answer.ways.matrix()?;
//! # Ok(())
//! # }
//! ```
//!
//! A tick of that matrix is a second. How fast a single bike is beside its profile is the planner's
//! business (its `speed_per_mille`), so a way is remembered by pair and profile.
//!
//! Positions are personal. No error, no `Debug` of an error and no address in either names one: an engine's
//! own words are dropped and only its code is kept. Nothing here writes a log or asks a clock.
#![warn(missing_docs)]

mod block;
mod cache;
mod figure;
mod formula;
mod http;
mod matrix_file;
mod missing;
mod osrm;
mod places;
mod profile;
mod refused;
#[cfg(test)]
mod testing;
mod times;
mod travel;
mod travel_error;
mod valhalla;
mod ways;

pub use block::Block;
pub use formula::Formula;
pub use matrix_file::{MatrixFile, MatrixFileError};
pub use osrm::Osrm;
pub use profile::{Profile, ProfileError};
pub use times::{Asked, Entry, Source, Table, TravelTimes};
pub use travel::{Answer, FellBack, POINTS_MAX, Travel};
pub use travel_error::{Refusal, TravelError};
pub use valhalla::Valhalla;
pub use ways::Ways;

//! The ways between the places of a problem, and where their times come from.

use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::FieldError;
use core_sync::wire::plan::{FellBackSaid, TravelSaid};
use planner::Matrix;
use travel::{Answer, Profile, Travel};

use crate::app::error::AppError;

/// Ways, for the planner.
#[derive(Debug)]
pub struct Ways {
    pub(super) matrix: Matrix,
    pub(super) said: TravelSaid,
}

/// Asks for the ways between places. Where an engine is away the formula gives them, and the answer says so.
/// `field` is what of the request has too many of them.
pub async fn ways(travel: &Travel, places: &[Coordinate], field: &'static str) -> Result<Ways, AppError> {
    let answer = travel.ways(places, &Profile::bicycle()).await;
    // It fails for too many places, and for nothing else.
    let answer = answer.map_err(|error| FieldError::new(field, error.to_string()))?;
    let matrix = answer.ways.matrix().map_err(|error| FieldError::new(field, error.to_string()))?;
    let of = answer.pairs();
    let Answer { ways: _, source, fell_back } = answer;
    let fell_back = fell_back.map(|fell_back| {
        let why = fell_back.why.code();
        // Which places they are is nobody's to read in a log.
        let error = &fell_back.why as &dyn std::error::Error;
        tracing::warn!(why, ways = fell_back.pairs, of, error, "ways are estimated");
        FellBackSaid { why: why.to_owned(), ways: fell_back.pairs, of }
    });
    Ok(Ways { matrix, said: TravelSaid { source: source.code().to_owned(), fell_back } })
}

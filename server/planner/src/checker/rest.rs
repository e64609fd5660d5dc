//! The break the law asks for.

use super::Fault;
use crate::plan::Round;
use crate::problem::Bike;

/// Checks that a break is there if one is due, at its time, and long enough.
pub fn check(bike: &Bike, round: &Round) -> Result<(), Fault> {
    let index = round.bike;
    let (pause, rest) = match (bike.pause, round.rest) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return Err(Fault::BreakUnknown { bike: index }),
        (Some(pause), None) if round.returns > pause.begins.latest => {
            return Err(Fault::BreakMissing { bike: index });
        }
        (Some(_), None) => return Ok(()),
        (Some(pause), Some(rest)) => (pause, rest),
    };
    let done = match rest.after.checked_sub(1) {
        None => round.departs,
        Some(before) => match round.visits.get(before) {
            Some(visit) => visit.leaves,
            None => return Err(Fault::BreakNowhere { bike: index }),
        },
    };
    if rest.begins < done {
        return Err(Fault::BreakDuringStop { bike: index });
    }
    if rest.begins < pause.begins.earliest || rest.begins > pause.begins.latest {
        return Err(Fault::BreakOutsideWindow { bike: index });
    }
    if u64::from(rest.begins) + u64::from(pause.lasts) > u64::from(rest.ends) {
        return Err(Fault::BreakTooShort { bike: index });
    }
    Ok(())
}

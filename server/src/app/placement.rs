//! A stop on its way to another round: what the round it leaves is told, and what the other one gets.
//!
//! The placement bears the stop's terms as they stand and the newest version of its card, byte for byte, so that
//! both rounds name the same card. A card that is erased stays so.

use core_sync::domain::ids::{ParcelId, RoundId};
use core_sync::domain::plan_record::{PlanRecord, StopAdded, StopTerms};
use core_sync::domain::stop::Stop;

use super::acting::Acting;
use super::error::AppError;
use super::own_change::NewCard;
use super::planned::Planned;
use crate::db::card;

/// Plans a placement of `stop` with these of its parcels.
pub fn placement(
    acting: &Acting<'_>,
    from: RoundId,
    stop: &Stop,
    parcels: Vec<ParcelId>,
) -> Result<Planned, AppError> {
    let hash = stop.terms.card;
    let bytes = card::find(acting.tx, acting.caller.co_op, from, hash)?;
    let added = StopAdded {
        kind: stop.kind,
        terms: StopTerms { parcels, ..stop.terms.clone() },
        order: stop.order,
        from: Some((from, stop.id)),
    };
    let card = bytes.map(|bytes| NewCard { hash, bytes });
    Ok(Planned { record: PlanRecord::StopAdded(added), card })
}

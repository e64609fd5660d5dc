//! Drafts whose stops an act takes out: into rounds that it makes, or into rounds that are there.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::coordinator_command::{NewStop, SeenDraft};
use core_sync::domain::ids::{ParcelId, RoundId, StopId};
use core_sync::domain::reasons::StopKind;
use rand_core::Rng;

use super::acting::Acting;
use super::add_stop::stop_added;
use super::draft::check_seen;
use super::error::AppError;
use super::planned::Planned;
use crate::db::draft;

/// What stands in drafts, each stop with its draft, and which of them have lost some.
#[derive(Debug, Default)]
pub struct OpenDrafts {
    standing: BTreeMap<StopId, (RoundId, NewStop)>,
    changed: BTreeSet<RoundId>,
}

impl OpenDrafts {
    /// Adds what stands in a draft whose version was looked at.
    pub fn add(&mut self, acting: &Acting<'_>, draft: RoundId) -> Result<(), AppError> {
        for row in draft::stops(acting.tx, acting.caller.co_op, draft)? {
            self.standing.insert(row.stop, (draft, serde_json::from_str(&row.terms)?));
        }
        Ok(())
    }

    /// Adds what stands in a draft, if it is open and as it was seen.
    pub fn add_seen(&mut self, acting: &Acting<'_>, seen: &SeenDraft) -> Result<(), AppError> {
        let row = draft::find(acting.tx, acting.caller.co_op, seen.draft)?.ok_or(AppError::NotFound)?;
        if row.taken_by.is_some() {
            return Err(AppError::DraftTaken);
        }
        check_seen(acting, &row, seen.plan_version)?;
        self.add(acting, row.draft)
    }

    /// Whether no parcel has a pickup or drop-off among these and another among those that stay. A hub that it comes by
    /// is a person's to plan.
    pub fn keeps_orders_whole(&self, taken: impl Fn(&StopId) -> bool) -> bool {
        let parcels = |taken_or_not: bool| -> BTreeSet<ParcelId> {
            let stops = self.standing.iter().filter(|(stop, (_, terms))| {
                taken(stop) == taken_or_not && matches!(terms.kind, StopKind::Pickup | StopKind::DropOff)
            });
            stops.flat_map(|(_, (_, terms))| terms.parcels.iter().copied()).collect()
        };
        parcels(true).is_disjoint(&parcels(false))
    }

    /// Takes a stop out, for a round. Stops keep their ids. Nothing, if none of the drafts has it.
    pub fn take(
        &mut self,
        acting: &Acting<'_>,
        stop: StopId,
        random: &mut impl Rng,
    ) -> Result<Option<Planned>, AppError> {
        let Some((draft, terms)) = self.standing.remove(&stop) else { return Ok(None) };
        draft::delete_stop(acting.tx, acting.caller.co_op, draft, stop)?;
        self.changed.insert(draft);
        stop_added(&terms, random).map(Some)
    }

    /// Notes that drafts have changed, or that nothing of one is left.
    pub fn close(self, acting: &Acting<'_>) -> Result<(), AppError> {
        for draft in self.changed {
            if self.standing.values().any(|(of, _)| *of == draft) {
                draft::changed(acting.tx, acting.caller.co_op, draft)?;
            } else {
                // Nothing of it stays: nobody shall see it among those that wait.
                draft::take(acting.tx, acting.caller.co_op, draft, acting.caller.member)?;
            }
        }
        Ok(())
    }
}

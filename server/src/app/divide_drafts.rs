//! The command `divide_drafts`: stops of drafts become rounds, in one transaction. Stops keep their ids.
//!
//! This is how a plan is accepted, and a coordinator may divide by hand the same way. What is not named stays in its
//! draft, so that what no round had room for is planned again later.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::coordinator_command::{DividedRound, FieldError, NewStop, SeenDraft};
use core_sync::domain::ids::{ActId, RoundId, StopId};
use core_sync::domain::plan_record::{PlanRecord, Sequence};
use rand_core::Rng;

use super::acting::Acting;
use super::add_stop::stop_added;
use super::draft::check_seen;
use super::error::AppError;
use super::make_round::make_round_of;
use super::planned::{Planned, part_of, write_as};
use crate::db::draft::{self, DraftRow};

/// Makes the rounds. `row` is the draft that the command was sent to, whose version was looked at.
pub fn divide_drafts(
    acting: &Acting<'_>,
    row: &DraftRow,
    rounds: &[DividedRound],
    also: &[SeenDraft],
    random: &mut impl Rng,
) -> Result<(), AppError> {
    let mut standing = stops_of(acting, row.draft)?;
    for seen in also {
        standing.extend(stops_of(acting, other(acting, row, seen)?)?);
    }
    let mut changed = BTreeSet::new();
    for (index, DividedRound { round, courier, stops }) in rounds.iter().enumerate() {
        make_round_of(acting, *round, *courier)?;
        let mut planned = Vec::new();
        for stop in stops {
            let (draft, terms) = standing.remove(stop).ok_or_else(|| {
                let expected = "stops that stand in the drafts named: look at the drafts";
                FieldError::new("command.divide_drafts.rounds.stops", expected)
            })?;
            planned.push((ActId(stop.0), stop_added(&terms, random)?));
            draft::delete_stop(acting.tx, acting.caller.co_op, draft, *stop)?;
            changed.insert(draft);
        }
        // Said, because stops without a sequence are shown by their windows.
        let sequence = Sequence { base: None, saw: None, stops: stops.clone() };
        let id = part_of(acting.request.act, index + 1);
        planned.push((id, Planned::bare(PlanRecord::Sequence(sequence))));
        write_as(acting, *round, planned)?;
    }
    for draft in changed {
        if standing.values().any(|(of, _)| *of == draft) {
            draft::changed(acting.tx, acting.caller.co_op, draft)?;
        } else {
            // Nothing of it stays: nobody shall see it among those that wait.
            draft::take(acting.tx, acting.caller.co_op, draft, acting.caller.member)?;
        }
    }
    Ok(())
}

/// Another draft, if it is open and as it was seen.
fn other(acting: &Acting<'_>, row: &DraftRow, seen: &SeenDraft) -> Result<RoundId, AppError> {
    if seen.draft == row.draft {
        let expected = "drafts beside the one that the command is sent to";
        return Err(FieldError::new("command.divide_drafts.also", expected).into());
    }
    let other = draft::find(acting.tx, acting.caller.co_op, seen.draft)?.ok_or(AppError::NotFound)?;
    if other.taken_by.is_some() {
        return Err(AppError::DraftTaken);
    }
    check_seen(acting, &other, seen.plan_version)?;
    Ok(other.draft)
}

/// What stands in a draft, each stop with its draft.
fn stops_of(acting: &Acting<'_>, draft: RoundId) -> Result<BTreeMap<StopId, (RoundId, NewStop)>, AppError> {
    let rows = draft::stops(acting.tx, acting.caller.co_op, draft)?.into_iter();
    rows.map(|row| Ok((row.stop, (draft, serde_json::from_str(&row.terms)?)))).collect()
}

//! Suggestions as they are kept: with what was asked, until a person decides or the day has moved on.

use std::collections::BTreeSet;

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, StopId, SuggestionId};
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::wire::suggestion::{
    AskedThen, Became, KeptSuggestion, KeptSuggestions, SuggestedReplan, Suggestion,
};
use rand_core::Rng;

use super::authenticate::Caller;
use super::draft::version;
use super::error::AppError;
use crate::board::snapshot::Drawing;
use crate::db::connection::{Snapshot, Tx};
use crate::db::suggestion::{self, SuggestionRow};
use crate::db::{document, draft};

/// How long one can be accepted: it counts from where everybody was when it was found.
pub const GOOD_FOR: Milliseconds = Milliseconds(15 * 60 * 1_000);
/// How long one is kept, so that a co-op can look back over a month. It tells where couriers rode.
const KEPT_FOR: Milliseconds = Milliseconds::hours(30 * 24);
/// Suggestions that are looked through for one that is alike, the newest: a day of looking every five minutes has a few
/// hundred.
const LOOKED_THROUGH_MAX: usize = 1_000;
/// How long a refusal holds while the plans stand: the length of a round's day.
const REFUSED_FOR: Milliseconds = Milliseconds::hours(24);
/// Suggestions in one answer, the newest: what a person reads.
const LISTED_MAX: usize = 100;

/// Keeps what was found and gives each its id. What says the same as one that waits, but for stops done since, keeps that
/// one's. What the server found `by_itself` takes the place of nothing that somebody asked for because it has to go
/// somewhere: new orders, and the round of who is out.
pub fn keep(
    tx: &Tx<'_>,
    caller: Caller,
    found: Vec<SuggestedReplan>,
    asked: &AskedThen,
    (now, by_itself): (Timestamp, bool),
    random: &mut impl Rng,
) -> Result<Vec<Suggestion>, AppError> {
    let co_op = caller.co_op;
    let waiting = waiting(tx, co_op, now)?;
    // What somebody refused while this was being looked for, too.
    let refused = refused(tx, co_op, now)?;
    let asked = serde_json::to_string(asked)?;
    let mut kept = Vec::new();
    for replan in found {
        let basis = basis(&replan);
        if replan.is_exchange() && refused.contains(&basis) {
            continue;
        }
        let has_to_go = |row: &SuggestionRow| {
            let other = said(row).map(|other| other.replan).filter(|other| !other.is_exchange());
            other.is_some_and(|other| !other.about().is_disjoint(&replan.about()))
        };
        if by_itself && replan.is_exchange() && waiting.iter().any(has_to_go) {
            continue;
        }
        let again = waiting.iter().find(|row| row.basis == basis).and_then(said);
        let again = again.filter(|again| says_the_same(&again.replan, &replan));
        let id = again.map_or_else(|| SuggestionId::random(random), |again| again.id);
        end_others(tx, co_op, (id, &replan), now)?;
        let new = Suggestion { id, replan };
        let row = SuggestionRow {
            suggestion: new.id,
            found: now,
            asked_by: caller.member,
            basis,
            said: serde_json::to_string(&new)?,
            asked: asked.clone(),
            became: Became::Open,
        };
        suggestion::put(tx, co_op, &row)?;
        kept.push(new);
    }
    Ok(kept)
}

/// What somebody refused of late. It holds for exchanges: new orders and those of who is out have to go somewhere.
pub fn refused(snapshot: &Snapshot<'_>, co_op: CoopId, now: Timestamp) -> Result<BTreeSet<Hash>, AppError> {
    let since = now.plus(Milliseconds(-REFUSED_FOR.0));
    Ok(suggestion::refused_since(snapshot, co_op, since)?)
}

/// Whether two are ridden alike, but for stops that were done between them.
fn says_the_same(earlier: &SuggestedReplan, later: &SuggestedReplan) -> bool {
    let left = |stops: &[StopId], of: &[StopId]| -> Vec<StopId> {
        stops.iter().copied().filter(|stop| of.contains(stop)).collect()
    };
    earlier.rounds.len() == later.rounds.len()
        && earlier
            .stops()
            .zip(later.stops())
            .all(|((one, before), (other, now))| one == other && left(before, now) == now)
}

/// Forgets what is older than it is kept.
pub fn forget(tx: &Tx<'_>, co_op: CoopId, now: Timestamp) -> Result<(), AppError> {
    Ok(suggestion::delete_before(tx, co_op, now.plus(Milliseconds(-KEPT_FOR.0)))?)
}

/// `GET /v1/suggestions`.
pub fn list(drawing: &Drawing<'_, '_>, caller: Caller, now: Timestamp) -> Result<KeptSuggestions, AppError> {
    let since = now.plus(Milliseconds(-KEPT_FOR.0));
    let mut suggestions = Vec::new();
    for row in suggestion::all_since(drawing.snapshot, caller.co_op, since, LISTED_MAX)? {
        let (Some(suggestion), Ok(asked)) = (said(&row), serde_json::from_str(&row.asked)) else { continue };
        let mut became = became(&row, now);
        if became == Became::Open && !stands(drawing, caller.co_op, &suggestion.replan)? {
            became = Became::Over;
        }
        let (found_ms, asked_by) = (row.found, row.asked_by);
        suggestions.push(KeptSuggestion { suggestion, asked, found_ms, asked_by, became });
    }
    suggestions.sort_by_key(|kept| kept.became != Became::Open);
    Ok(KeptSuggestions { suggestions })
}

/// Whether the plans and drafts are those that it was found on.
fn stands(drawing: &Drawing<'_, '_>, co_op: CoopId, replan: &SuggestedReplan) -> Result<bool, AppError> {
    let rounds =
        replan.rounds.iter().map(|round| (round.round, round.plan_version, Some(round.courier_sequence)));
    let out = replan.out.map(|out| (out.round, out.plan_version, None));
    for (round, seen, ridden) in rounds.chain(out) {
        let Some(document) = document::find(drawing.snapshot, co_op, round)? else { return Ok(false) };
        let state = drawing.folded.read(drawing.snapshot, &document)?.state;
        let as_ridden = ridden.is_none_or(|ridden| ridden == state.courier_sequence && !state.finished);
        // What would pass must still be ahead of her.
        let mut passes =
            replan.moved.iter().filter(|moved| moved.from == round).flat_map(|moved| &moved.stops);
        let is_ahead = |stop: &StopId| {
            state.remaining.contains(stop)
                && state.stops.get(stop).is_some_and(|stop| !stop.status.is_reached())
        };
        if state.plan_version != seen || !as_ridden || !passes.all(is_ahead) {
            return Ok(false);
        }
    }
    for seen in &replan.drafts {
        let row = draft::find(drawing.snapshot, co_op, seen.draft)?;
        if row.is_none_or(|row| row.taken_by.is_some() || version(&row) != seen.plan_version) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// One that can still be decided.
pub fn open(
    snapshot: &Snapshot<'_>,
    caller: Caller,
    id: SuggestionId,
    now: Timestamp,
) -> Result<Suggestion, AppError> {
    let row = suggestion::find(snapshot, caller.co_op, id)?.ok_or(AppError::NotFound)?;
    if became(&row, now) != Became::Open {
        return Err(AppError::SuggestionOver);
    }
    said(&row).ok_or(AppError::SuggestionOver)
}

/// What a row says; nothing, and a line in the log, if it cannot be read: it is an idea, and the next look has another.
fn said(row: &SuggestionRow) -> Option<Suggestion> {
    let said = serde_json::from_str(&row.said);
    said.inspect_err(|error| {
        tracing::error!(
            error = error as &dyn std::error::Error,
            suggestion = %row.suggestion,
            "a suggestion cannot be read"
        );
    })
    .ok()
}

/// Ends those that wait and are about a round or draft of this change: they count on what it changes.
pub fn end_others(
    tx: &Tx<'_>,
    co_op: CoopId,
    (id, replan): (SuggestionId, &SuggestedReplan),
    now: Timestamp,
) -> Result<(), AppError> {
    let about = replan.about();
    for row in waiting(tx, co_op, now)? {
        let Some(other) = said(&row) else { continue };
        if row.suggestion != id && !other.replan.about().is_disjoint(&about) {
            suggestion::decide(tx, co_op, row.suggestion, Became::Over)?;
        }
    }
    Ok(())
}

/// Those that somebody may still decide.
fn waiting(tx: &Tx<'_>, co_op: CoopId, now: Timestamp) -> Result<Vec<SuggestionRow>, AppError> {
    let since = now.plus(Milliseconds(-GOOD_FOR.0));
    let mut rows = suggestion::all_since(tx, co_op, since, LOOKED_THROUGH_MAX)?;
    rows.retain(|row| row.became == Became::Open);
    Ok(rows)
}

fn became(row: &SuggestionRow, now: Timestamp) -> Became {
    if row.became == Became::Open && now.since(row.found) > GOOD_FOR { Became::Over } else { row.became }
}

/// What a suggestion stands on and does. Where orders pass or come in, not in which sequence: a courier who has done a
/// stop meanwhile is offered the same.
pub fn basis(replan: &SuggestedReplan) -> Hash {
    let versions: Vec<_> = replan.rounds.iter().map(|round| (round.round, round.plan_version)).collect();
    let moved: Vec<_> = replan.moved.iter().map(|moved| (&moved.stops, moved.from, moved.to)).collect();
    let placed: Vec<_> = replan.placed.iter().map(|placed| (&placed.stops, placed.to)).collect();
    let sequences: Vec<_> = if moved.is_empty() && placed.is_empty() {
        replan.rounds.iter().map(|round| &round.stops).collect()
    } else {
        Vec::new()
    };
    let others = (&replan.drafts, replan.out.map(|out| (out.round, out.plan_version)));
    // Ids and numbers are written without fail.
    let json = serde_json::to_vec(&(versions, others, moved, placed, sequences)).unwrap_or_default();
    Hash::of("tournee/suggestion/1", &[&json])
}

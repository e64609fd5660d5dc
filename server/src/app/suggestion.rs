//! Suggestions as they are kept: with what was asked, until a person decides or the day has moved on.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, RoundId, SuggestionId};
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::wire::suggestion::{
    AskedThen, Became, KeptSuggestion, KeptSuggestions, SuggestedChange, Suggestion,
};
use rand_core::Rng;

use super::authenticate::Caller;
use super::error::AppError;
use crate::db::connection::{Snapshot, Tx};
use crate::db::suggestion::{self, SuggestionRow};

/// How long one can be accepted: it counts from where everybody was when it was found.
pub const GOOD_FOR: Milliseconds = Milliseconds(15 * 60 * 1_000);
/// How long one is kept, so that a co-op can look back over a month. It tells where couriers rode.
const KEPT_FOR: Milliseconds = Milliseconds::hours(30 * 24);
/// Suggestions that are looked through for one that is alike: a refusal holds for a day, and nobody is asked more often
/// than each minute for a courier.
const LOOKED_THROUGH_MAX: usize = 1_000;
/// How long a refusal holds while the plans stand: the length of a round's day.
const REFUSED_FOR: Milliseconds = Milliseconds::hours(24);
/// Suggestions in one answer: more than a day has.
const LISTED_MAX: usize = 100;

/// Keeps what was found and gives each its id. What says the same as one that waits keeps that one's; what a person
/// refused, with the plans as they are, is not said again.
pub fn keep(
    tx: &Tx<'_>,
    caller: Caller,
    found: Vec<SuggestedChange>,
    asked: &AskedThen,
    now: Timestamp,
    random: &mut impl Rng,
) -> Result<Vec<Suggestion>, AppError> {
    let co_op = caller.co_op;
    suggestion::delete_before(tx, co_op, now.plus(Milliseconds(-KEPT_FOR.0)))?;
    let known = suggestion::all_since(tx, co_op, now.plus(Milliseconds(-REFUSED_FOR.0)), LOOKED_THROUGH_MAX)?;
    let asked = serde_json::to_string(asked)?;
    let mut kept = Vec::new();
    for change in found {
        let basis = basis(&change)?;
        if known.iter().any(|row| row.basis == basis && matches!(row.became, Became::Refused { .. })) {
            continue;
        }
        let again = known.iter().find(|row| row.basis == basis && became(row, now) == Became::Open);
        let again = again.map(|row| serde_json::from_str::<Suggestion>(&row.said)).transpose()?;
        let again = again.filter(|again| again.change.stops().eq(change.stops()));
        let id = again.map_or_else(|| SuggestionId::random(random), |again| again.id);
        end_others(tx, co_op, (id, &change), now)?;
        let new = Suggestion { id, change };
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

/// `GET /v1/suggestions`.
pub fn list(snapshot: &Snapshot<'_>, caller: Caller, now: Timestamp) -> Result<KeptSuggestions, AppError> {
    let since = now.plus(Milliseconds(-KEPT_FOR.0));
    let mut suggestions = Vec::new();
    for row in suggestion::all_since(snapshot, caller.co_op, since, LISTED_MAX)? {
        let SuggestionRow { suggestion: _, found, asked_by, basis: _, said, asked, became: _ } = &row;
        suggestions.push(KeptSuggestion {
            suggestion: serde_json::from_str(said)?,
            asked: serde_json::from_str(asked)?,
            found_ms: *found,
            asked_by: *asked_by,
            became: became(&row, now),
        });
    }
    suggestions.sort_by_key(|kept| kept.became != Became::Open);
    Ok(KeptSuggestions { suggestions })
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
    Ok(serde_json::from_str(&row.said)?)
}

/// Ends those that wait and are about a round or draft of this change: they count on what it changes.
pub fn end_others(
    tx: &Tx<'_>,
    co_op: CoopId,
    (id, change): (SuggestionId, &SuggestedChange),
    now: Timestamp,
) -> Result<(), AppError> {
    let about = change.about();
    for row in suggestion::all_since(tx, co_op, now.plus(Milliseconds(-GOOD_FOR.0)), LOOKED_THROUGH_MAX)? {
        let other: Suggestion = serde_json::from_str(&row.said)?;
        let touches = other.change.about().iter().any(|id: &RoundId| about.contains(id));
        if row.became == Became::Open && touches && row.suggestion != id {
            suggestion::decide(tx, co_op, row.suggestion, Became::Over)?;
        }
    }
    Ok(())
}

fn became(row: &SuggestionRow, now: Timestamp) -> Became {
    if row.became == Became::Open && now.since(row.found) > GOOD_FOR { Became::Over } else { row.became }
}

/// What a suggestion stands on and does. Where orders pass or come in, not in which sequence: a courier who has done a
/// stop meanwhile is offered the same.
fn basis(change: &SuggestedChange) -> Result<Hash, AppError> {
    let versions: Vec<_> = change.rounds.iter().map(|round| (round.round, round.plan_version)).collect();
    let moved: Vec<_> = change.moved.iter().map(|moved| (&moved.stops, moved.from, moved.to)).collect();
    let placed: Vec<_> = change.placed.iter().map(|placed| (&placed.stops, placed.to)).collect();
    let sequences: Vec<_> = if moved.is_empty() && placed.is_empty() {
        change.rounds.iter().map(|round| &round.stops).collect()
    } else {
        Vec::new()
    };
    let json = serde_json::to_vec(&(versions, moved, placed, sequences))?;
    Ok(Hash::of("tournee/suggestion/1", &[&json]))
}

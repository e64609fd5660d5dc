//! The commands `accept_suggestion` and `refuse_suggestion`: a person decides what the planner found.
//!
//! Accepting is `replan` with what the suggestion says, and as strict: nothing is done if a round, a draft or a courier
//! is not where the suggestion saw it.

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::{MemberId, PlanVersion, RoundId, StopId, SuggestionId};
use core_sync::domain::time::Timestamp;
use core_sync::wire::suggestion::{Became, SuggestedReplan};
use rand_core::Rng;

use super::acting::Acting;
use super::error::AppError;
use super::open_drafts::OpenDrafts;
use super::replan::{Wanted, replan};
use super::suggestion::{end_others, open};
use crate::board::read_round::ReadRound;
use crate::db::suggestion;

/// Does what a suggestion says.
pub fn accept_suggestion(
    acting: &Acting<'_>,
    id: SuggestionId,
    random: &mut impl Rng,
) -> Result<(), AppError> {
    let suggested = about_this_round(acting, id)?;
    done(acting, id, &suggested, random).map_err(over_if_the_day_moved_on)
}

/// What was right when it was found and of which the asker has written nothing: whatever is another by now, there is
/// nothing to mend and to send again, only to ask anew.
fn over_if_the_day_moved_on(error: AppError) -> AppError {
    let has_moved_on = matches!(
        error,
        AppError::BadInput(_)
            | AppError::PlanVersionStale { .. }
            | AppError::DraftStale { .. }
            | AppError::DraftTaken
            | AppError::StopDone
            | AppError::StopWithdrawn
            | AppError::RoundFull
    );
    if has_moved_on { AppError::SuggestionOver } else { error }
}

fn done(
    acting: &Acting<'_>,
    id: SuggestionId,
    suggested: &SuggestedReplan,
    random: &mut impl Rng,
) -> Result<(), AppError> {
    let mut rounds = Vec::new();
    for new in &suggested.rounds {
        let read = seen(acting, new.round, new.plan_version)?;
        if read.state.courier_sequence != new.courier_sequence {
            // She rides them in another sequence now.
            return Err(AppError::SuggestionOver);
        }
        // The stop that she rides to comes first.
        let named = |stop: &StopId| suggested.rounds.iter().any(|round| round.stops.contains(stop));
        let hers = read.state.remaining.iter().copied().filter(|stop| !named(stop));
        let stops = hers.chain(new.stops.iter().copied()).collect();
        rounds.push(Wanted { read, stops, saw: new.courier_sequence });
    }
    if let Some(out) = &suggested.out {
        let read = seen(acting, out.round, out.plan_version)?;
        let moved = |stop: &StopId| suggested.moved.iter().any(|moved| moved.stops.contains(stop));
        let stops = read.state.remaining.iter().copied().filter(|stop| !moved(stop)).collect();
        let saw = read.state.courier_sequence;
        rounds.push(Wanted { read, stops, saw });
    }
    check_on_the_way(suggested, &rounds)?;
    let mut drafts = OpenDrafts::default();
    for draft in &suggested.drafts {
        drafts.add_seen(acting, draft)?;
    }
    replan(acting, &rounds, drafts, random)?;
    end_others(acting.tx, acting.caller.co_op, (id, suggested), acting.at.time)?;
    decide(acting, id, |by, at_ms| Became::Accepted { by, at_ms })
}

/// Says no to a suggestion.
pub fn refuse_suggestion(acting: &Acting<'_>, id: SuggestionId) -> Result<(), AppError> {
    about_this_round(acting, id)?;
    decide(acting, id, |by, at_ms| Became::Refused { by, at_ms })
}

/// What it says, if it can still be decided and the command was sent to one of its rounds.
fn about_this_round(acting: &Acting<'_>, id: SuggestionId) -> Result<SuggestedReplan, AppError> {
    let suggested = open(acting.tx, acting.caller, id, acting.at.time)?.replan;
    let out = suggested.out.map(|out| out.round);
    if suggested.rounds.iter().map(|round| round.round).chain(out).any(|round| round == acting.request.round)
    {
        return Ok(suggested);
    }
    Err(FieldError::new("round", "one of the rounds that the suggestion changes").into())
}

fn seen(acting: &Acting<'_>, round: RoundId, version: PlanVersion) -> Result<ReadRound, AppError> {
    acting.plan_of(round, Some(version))
}

/// Nobody is called back from a stop that she has ridden to since, or from the one she rides to now.
fn check_on_the_way(suggested: &SuggestedReplan, rounds: &[Wanted]) -> Result<(), AppError> {
    for wanted in rounds {
        let state = &wanted.read.state;
        let is_out = suggested.out.is_some_and(|out| out.round == wanted.read.document.name.round);
        // Who is out may have ended hers, with stops left.
        if (state.finished && !is_out) || state.archived {
            return Err(AppError::SuggestionOver);
        }
        let arrived = |stop: &StopId| {
            let stop = state.stops.get(stop);
            stop.is_some_and(|stop| stop.status.is_reached())
        };
        // What is done since stands in the list, and is ridden past.
        let done = |stop: &StopId| state.stops.contains_key(stop) && !state.remaining.contains(stop);
        let first = wanted.stops.iter().find(|stop| !done(stop));
        let rides_on = is_out || !state.is_begun() || state.remaining.is_empty();
        if suggested.moved.iter().flat_map(|moved| &moved.stops).any(arrived)
            || (!rides_on && state.remaining.first() != first)
        {
            return Err(AppError::SuggestionOver);
        }
    }
    Ok(())
}

fn decide(
    acting: &Acting<'_>,
    id: SuggestionId,
    became: impl FnOnce(MemberId, Timestamp) -> Became,
) -> Result<(), AppError> {
    let became = became(acting.caller.member, acting.at.time);
    Ok(suggestion::decide(acting.tx, acting.caller.co_op, id, became)?)
}

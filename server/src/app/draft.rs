//! Drafts: rounds that nobody holds yet, kept in rows of the server until somebody takes one.
//!
//! A draft is no document, because a document belongs to one member for ever. It takes few commands: stops come and
//! go, and taking it makes the round of the same id with all of them, in one transaction. Its version is its count
//! of changes, so that two coordinators who draft at once are told as they are on a round.

use core_sync::domain::coordinator_command::{CoordinatorCommand, FieldError, NewStop};
use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{ActId, MemberId, PlanVersion, StopId};
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::wire::draft::{DraftStopView, DraftView, Drafts};
use core_sync::wire::members::Role;
use rand_core::Rng;

use super::acting::Acting;
use super::add_stop::stop_added;
use super::authenticate::Caller;
use super::divide_drafts::divide_drafts;
use super::error::AppError;
use super::make_round::{check_free, make_document_of};
use super::planned::write_as;
use crate::db::connection::Snapshot;
use crate::db::draft::{self, DraftRow, DraftStopRow};

/// Drafts in one answer: more than a town plans ahead. The oldest come first, so none is left out for ever.
const DRAFTS_LISTED_MAX: usize = 100;

/// `GET /v1/drafts`.
pub fn drafts(snapshot: &Snapshot<'_>, caller: Caller) -> Result<Drafts, AppError> {
    let rows = draft::all_open(snapshot, caller.co_op, DRAFTS_LISTED_MAX)?;
    let drafts = rows.iter().map(|row| view(snapshot, caller, row));
    Ok(Drafts { drafts: drafts.collect::<Result<_, _>>()? })
}

/// A draft as the caller may see it: a courier learns who and where by taking it.
pub fn view(snapshot: &Snapshot<'_>, caller: Caller, row: &DraftRow) -> Result<DraftView, AppError> {
    let sees_cards = match caller.role {
        Role::Coordinator | Role::Admin => true,
        Role::Courier | Role::Shop => false,
    };
    let mut stops = Vec::new();
    for stop in draft::stops(snapshot, caller.co_op, row.draft)? {
        let terms: NewStop = serde_json::from_str(&stop.terms)?;
        stops.push(DraftStopView {
            id: stop.stop,
            number: usize::try_from(stop.place).unwrap_or(usize::MAX),
            kind: terms.kind,
            window: terms.window,
            service_seconds: terms.service_seconds,
            parcels: terms.parcels,
            order: terms.order,
            card: sees_cards.then_some(terms.card),
        });
    }
    Ok(DraftView { id: row.draft, plan_version: version(row), made_ms: row.made, stops })
}

/// The command `make_draft`.
pub fn make_draft(acting: &Acting<'_>) -> Result<(), AppError> {
    check_free(acting, acting.request.round)?;
    Ok(draft::insert(acting.tx, acting.caller.co_op, acting.request.round, acting.at.time)?)
}

/// A command on a draft that nobody took.
pub fn on_draft(acting: &Acting<'_>, row: &DraftRow, random: &mut impl Rng) -> Result<(), AppError> {
    match &acting.request.command {
        CoordinatorCommand::MakeDraft {} | CoordinatorCommand::MakeRound { .. } => {
            return Err(AppError::RoundExists);
        }
        CoordinatorCommand::AddStop(_)
        | CoordinatorCommand::WithdrawStop { .. }
        | CoordinatorCommand::TakeDraft { .. }
        | CoordinatorCommand::DivideDrafts { .. } => check_version(acting, row)?,
        CoordinatorCommand::AmendStop(_)
        | CoordinatorCommand::Sequence { .. }
        | CoordinatorCommand::MoveStops { .. }
        | CoordinatorCommand::Settle { .. }
        | CoordinatorCommand::EraseCard { .. }
        | CoordinatorCommand::GiveRound { .. }
        | CoordinatorCommand::Replan { .. }
        | CoordinatorCommand::AcceptSuggestion { .. }
        | CoordinatorCommand::RefuseSuggestion { .. }
        | CoordinatorCommand::Release { .. }
        | CoordinatorCommand::Reject { .. } => {}
    }
    match &acting.request.command {
        CoordinatorCommand::AddStop(stop) => add(acting, row, stop),
        CoordinatorCommand::WithdrawStop { stop, .. } => withdraw(acting, row, *stop),
        CoordinatorCommand::TakeDraft { courier } => take(acting, row, *courier, random),
        CoordinatorCommand::DivideDrafts { rounds, also } => divide_drafts(acting, row, rounds, also, random),
        CoordinatorCommand::MakeDraft {}
        | CoordinatorCommand::MakeRound { .. }
        | CoordinatorCommand::AmendStop(_)
        | CoordinatorCommand::Sequence { .. }
        | CoordinatorCommand::MoveStops { .. }
        | CoordinatorCommand::Settle { .. }
        | CoordinatorCommand::EraseCard { .. }
        | CoordinatorCommand::GiveRound { .. }
        | CoordinatorCommand::Replan { .. }
        | CoordinatorCommand::AcceptSuggestion { .. }
        | CoordinatorCommand::RefuseSuggestion { .. }
        | CoordinatorCommand::Release { .. }
        | CoordinatorCommand::Reject { .. } => {
            let expected = "add_stop, withdraw_stop, take_draft or divide_drafts: this is a draft, which nobody holds yet";
            Err(FieldError::new("command", expected).into())
        }
    }
}

/// The version of a draft: it changes with every change.
pub fn version(row: &DraftRow) -> PlanVersion {
    PlanVersion(Hash::of("tournee/draft-version/1", &[&row.draft.0, &row.version.to_be_bytes()]).first())
}

fn check_version(acting: &Acting<'_>, row: &DraftRow) -> Result<(), AppError> {
    let Some(seen) = acting.request.plan_version else {
        return Err(FieldError::new("plan_version", "the plan version of the draft as you saw it").into());
    };
    check_seen(acting, row, seen)
}

/// Whether a draft is as it was seen.
pub fn check_seen(acting: &Acting<'_>, row: &DraftRow, seen: PlanVersion) -> Result<(), AppError> {
    if seen == version(row) {
        return Ok(());
    }
    Err(AppError::DraftStale { draft: Box::new(view(acting.tx, acting.caller, row)?) })
}

fn add(acting: &Acting<'_>, row: &DraftRow, stop: &NewStop) -> Result<(), AppError> {
    let Acting { tx, caller, request, .. } = *acting;
    let stops = draft::stops(tx, caller.co_op, row.draft)?;
    if stops.len() >= STOPS_PER_ROUND_MAX {
        return Err(AppError::RoundFull);
    }
    let place = stops.last().map_or(0, |last| last.place) + 1;
    let terms = serde_json::to_string(stop)?;
    let stop = DraftStopRow { stop: StopId(request.act.0), place, terms };
    draft::insert_stop(tx, caller.co_op, row.draft, &stop)?;
    Ok(draft::changed(tx, caller.co_op, row.draft)?)
}

fn withdraw(acting: &Acting<'_>, row: &DraftRow, stop: StopId) -> Result<(), AppError> {
    let Acting { tx, caller, .. } = *acting;
    if !draft::delete_stop(tx, caller.co_op, row.draft, stop)? {
        return Err(AppError::NotFound);
    }
    Ok(draft::changed(tx, caller.co_op, row.draft)?)
}

/// The command `take_draft`: the draft becomes its round. Stops keep their ids.
fn take(
    acting: &Acting<'_>,
    row: &DraftRow,
    courier: MemberId,
    random: &mut impl Rng,
) -> Result<(), AppError> {
    let Acting { tx, caller, .. } = *acting;
    let mut planned = Vec::new();
    for stop in draft::stops(tx, caller.co_op, row.draft)? {
        let terms: NewStop = serde_json::from_str(&stop.terms)?;
        planned.push((ActId(stop.stop.0), stop_added(&terms, random)?));
    }
    make_document_of(acting, row.draft, courier)?;
    write_as(acting, row.draft, planned)?;
    Ok(draft::take(tx, caller.co_op, row.draft, courier)?)
}

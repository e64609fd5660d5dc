//! `POST /v1/commands`: one act of a coordinator, done once however often it is sent.
//!
//! In this sequence: what is wrong with the command by itself, whether the act is known, whether the plan is
//! the one the coordinator saw, then the command's own file, which plans records or says why not.
//! The answer is always the round or draft as it is now, computed in the same transaction.

use std::collections::BTreeSet;

use core_sync::domain::coordinator_command::{CoordinatorCommand, FieldError, ReplannedRound};
use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{PlanVersion, RoundId};
use core_sync::domain::item::Choice;
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stamp::Moment;
use core_sync::wire::command::{CommandAnswer, CommandRequest};
use core_sync::wire::members::Role;
use rand_core::Rng;

use super::acting::Acting;
use super::add_stop::add_stop;
use super::amend_stop::amend_stop;
use super::authenticate::Caller;
use super::decide_suggestion::{accept_suggestion, refuse_suggestion};
use super::draft::{make_draft, on_draft, view as view_draft};
use super::erase_card::erase_card;
use super::error::AppError;
use super::give_round::give_round;
use super::make_round::make_round;
use super::move_stops::move_stops;
use super::open_drafts::OpenDrafts;
use super::planned::{Planned, write};
use super::react::react;
use super::release::{reject, release};
use super::replan::{Wanted, replan};
use super::round::round;
use super::sequence::sequence;
use super::settle::settle;
use super::withdraw_stop::withdraw_stop;
use crate::board::read_round::{ReadRound, read_round};
use crate::board::round_view::view;
use crate::db::act::{self, ActRow};
use crate::db::connection::Tx;
use crate::db::{document, draft};
use crate::keys::Keys;
use crate::revocations::Revocations;

/// Does a command. Sent again with the same act id and content it is not done again.
pub fn command(
    tx: &Tx<'_>,
    keys: &Keys,
    revocations: &Revocations,
    caller: Caller,
    request: &CommandRequest,
    at: Moment,
    random: &mut impl Rng,
) -> Result<CommandAnswer, AppError> {
    may(caller, &request.command)?;
    request.command.check()?;
    let acting = Acting { tx, keys, revocations, caller, request, at };
    let command = Some(command_hash(request)?);
    let row = ActRow { member: caller.member, command, round: request.round };
    match act::find(tx, caller.co_op, request.act)? {
        Some(known) if known.is_of(&row) => {}
        Some(_) => return Err(AppError::ActIdReused),
        None => {
            acting.carry_out(random)?;
            act::insert(tx, caller.co_op, request.act, &row)?;
            react(&acting.hand(), &BTreeSet::new())?;
        }
    }
    answer(tx, caller, request.round)
}

/// A courier may take a draft, for herself: some co-ops have nobody coordinating after four.
fn may(caller: Caller, command: &CoordinatorCommand) -> Result<(), AppError> {
    match (caller.role, command) {
        (Role::Coordinator | Role::Admin, _) => Ok(()),
        (Role::Courier, CoordinatorCommand::TakeDraft { courier }) if *courier == caller.member => Ok(()),
        (Role::Courier | Role::Shop, _) => Err(AppError::NotAllowed),
    }
}

fn answer(tx: &Tx<'_>, caller: Caller, id: RoundId) -> Result<CommandAnswer, AppError> {
    Ok(match draft::find(tx, caller.co_op, id)? {
        // Divided, a draft is no round of its id; that nothing of it is left is the answer.
        Some(row) if row.taken_by.is_none() || document::find(tx, caller.co_op, id)?.is_none() => {
            CommandAnswer::Draft(Box::new(view_draft(tx, caller, &row)?))
        }
        Some(_) | None => CommandAnswer::Round(Box::new(round(tx, caller, id)?)),
    })
}

/// What an act asked for: round and command. Not the plan version, because a coordinator who lost the
/// answer, looked at the round and sends the act again means the same act.
fn command_hash(request: &CommandRequest) -> Result<Hash, AppError> {
    let json = serde_json::to_vec(&request.command)?;
    Ok(Hash::of("tournee/command/1", &[&request.round.0, &json]))
}

impl Acting<'_> {
    fn carry_out(&self, random: &mut impl Rng) -> Result<(), AppError> {
        let draft = draft::find(self.tx, self.caller.co_op, self.request.round)?;
        if let Some(open) = draft.filter(|draft| draft.taken_by.is_none()) {
            return on_draft(self, &open, random);
        }
        match &self.request.command {
            CoordinatorCommand::MakeRound { courier } => make_round(self, *courier),
            CoordinatorCommand::AddStop(stop) => self.plan_one(|plan| add_stop(plan, stop, random)),
            CoordinatorCommand::AmendStop(change) => self.plan_one(|plan| amend_stop(plan, change, random)),
            CoordinatorCommand::WithdrawStop { stop, reason } => {
                self.plan_one(|plan| withdraw_stop(plan, *stop, *reason))
            }
            CoordinatorCommand::Sequence { stops, saw } => self.plan_one(|plan| sequence(plan, stops, *saw)),
            CoordinatorCommand::MoveStops { stops, to, to_plan_version } => {
                let from = self.plan()?;
                let to = self.plan_of(*to, Some(*to_plan_version))?;
                move_stops(self, &from, &to, stops)
            }
            CoordinatorCommand::Replan { stops, saw, also, drafts } => {
                let mut rounds = vec![Wanted { read: self.plan()?, stops: stops.clone(), saw: *saw }];
                for ReplannedRound { round, plan_version, stops, saw } in also {
                    if *round == self.request.round {
                        let expected = "rounds beside the one that the command is sent to";
                        return Err(FieldError::new("command.replan.also", expected).into());
                    }
                    let read = self.plan_of(*round, Some(*plan_version))?;
                    rounds.push(Wanted { read, stops: stops.clone(), saw: *saw });
                }
                let mut open = OpenDrafts::default();
                drafts.iter().try_for_each(|seen| open.add_seen(self, seen))?;
                replan(self, &rounds, open, random)
            }
            CoordinatorCommand::AcceptSuggestion { suggestion } => {
                accept_suggestion(self, *suggestion, random)
            }
            CoordinatorCommand::RefuseSuggestion { suggestion } => refuse_suggestion(self, *suggestion),
            CoordinatorCommand::Settle { records, answer, holds } => {
                settle(self, records, Choice { answer: *answer, holds: *holds })
            }
            CoordinatorCommand::MakeDraft {} => make_draft(self),
            CoordinatorCommand::TakeDraft { .. } | CoordinatorCommand::DivideDrafts { .. } => {
                Err(if draft.is_some() { AppError::DraftTaken } else { AppError::NotFound })
            }
            CoordinatorCommand::Release { device, change, records } => {
                release(self, *device, *change, records)
            }
            CoordinatorCommand::Reject { device, change, records } => reject(self, *device, *change, records),
            CoordinatorCommand::GiveRound { to, round } => give_round(self, &self.plan()?, *to, *round),
            CoordinatorCommand::EraseCard { stop } => erase_card(self, *stop),
        }
    }

    /// Plans a record on the plan that the coordinator saw and writes it.
    fn plan_one(&self, one: impl FnOnce(&RoundState) -> Result<Planned, AppError>) -> Result<(), AppError> {
        let planned = one(&self.plan()?.state)?;
        write(self, self.request.round, vec![planned])
    }

    /// The round, if its plan is still the one that the coordinator saw.
    fn plan(&self) -> Result<ReadRound, AppError> {
        self.plan_of(self.request.round, self.request.plan_version)
    }

    /// A round, if its plan is still the one that was seen.
    pub(super) fn plan_of(&self, round: RoundId, seen: Option<PlanVersion>) -> Result<ReadRound, AppError> {
        let document = document::find(self.tx, self.caller.co_op, round)?;
        let plan = read_round(self.tx, &document.ok_or(AppError::NotFound)?)?;
        if plan.damage.is_some() {
            // What is planned on half a round is planned wrongly.
            return Err(AppError::RoundDamaged);
        }
        let Some(seen) = seen else {
            return Err(FieldError::new("plan_version", "the plan version of the round as you saw it").into());
        };
        if seen == plan.state.plan_version {
            return Ok(plan);
        }
        Err(AppError::PlanVersionStale { round: Box::new(view(self.tx, &plan, None)?) })
    }
}

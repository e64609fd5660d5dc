//! What a yes to a command must have left on the server's disk, whether or not anybody heard it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{ActId, CardHash, RoundId, StopId};
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::records::Records;
use core_sync::domain::round_state::RoundState;
use core_sync::wire::command::CommandAnswer;
use server::app::planned::part_of;

use super::{Plan, told};
use crate::courier::short;
use crate::halt::{Played, found};
use crate::inventory::Inventory;
use crate::server_process::Answer;
use crate::world::World;

/// What was asked for stands there: a plan's record under the id of its act, in each round that it is about.
/// `before` is what stood when it was sent.
pub(super) fn was_done(world: &mut World, plan: &Plan, before: &Inventory) -> Played<()> {
    let inventory = world.server.inventory()?;
    stands(plan, &inventory)?;
    shows(plan, before, &inventory)?;
    world.ledger.yes(&plan.upon_yes);
    if let CoordinatorCommand::EraseCard { stop } = &plan.request.command {
        let cards = every_version(&inventory, plan.request.round, *stop);
        let names = before.rounds.values().flat_map(|log| &log.readable);
        let names = names.filter(|(card, _)| cards.contains(card)).map(|(_, name)| name.clone());
        world.ledger.erase(&names.collect());
    }
    Ok(())
}

fn stands(plan: &Plan, inventory: &Inventory) -> Played<()> {
    let (act, round) = (plan.request.act, plan.request.round);
    let planned_in = |round: RoundId| {
        inventory.rounds.get(&round).is_some_and(|log| log.records.iter().any(|(id, _)| id.act() == act))
    };
    let there = match &plan.request.command {
        CoordinatorCommand::MakeRound { courier } => {
            inventory.rounds.get(&round).is_some_and(|log| log.document.holder == *courier)
        }
        CoordinatorCommand::AddStop(_)
        | CoordinatorCommand::AmendStop(_)
        | CoordinatorCommand::WithdrawStop { .. }
        | CoordinatorCommand::Sequence { .. }
        | CoordinatorCommand::Settle { .. } => planned_in(round),
        CoordinatorCommand::MoveStops { to, .. } => planned_in(round) && planned_in(*to),
        CoordinatorCommand::GiveRound { to, round: new } => {
            let made = inventory.rounds.get(new).is_some_and(|log| log.document.holder == *to);
            made && planned_in(round) && planned_in(*new)
        }
        CoordinatorCommand::EraseCard { stop } => {
            let cards = every_version(inventory, round, *stop);
            inventory.rounds.values().all(|log| cards.iter().all(|card| !log.readable.contains_key(card)))
        }
        CoordinatorCommand::Release { records, .. } => inventory
            .rounds
            .get(&round)
            .is_some_and(|log| records.iter().all(|record| log.records.entries_of(*record).next().is_some())),
        // What was not rejected stays open, and is met again until the office is found to go on deciding for ever.
        CoordinatorCommand::Reject { .. } => true,
        CoordinatorCommand::Replan { also, .. } => {
            let rounds = also.iter().map(|other| other.round).chain([round]);
            let here = inventory.rounds.get(&round).map(|log| RoundState::of(&log.records));
            // What was named for another round has left this one.
            let gone = |stop: &StopId| {
                let stop = here.as_ref().and_then(|here| here.stops.get(stop));
                stop.is_none_or(|stop| stop.withdrawal.is_some())
            };
            rounds.into_iter().all(|round| sequence_of(inventory, round, act))
                && also.iter().flat_map(|other| &other.stops).all(gone)
        }
        // Nobody here makes drafts or asks the planner.
        CoordinatorCommand::MakeDraft {}
        | CoordinatorCommand::TakeDraft { .. }
        | CoordinatorCommand::DivideDrafts { .. }
        | CoordinatorCommand::AcceptSuggestion { .. }
        | CoordinatorCommand::RefuseSuggestion { .. } => false,
    };
    if there { Ok(()) } else { Err(found("a command that was answered was done", told(plan))) }
}

/// Records of one act over several rounds, at most: each of them moves a round's stops out and others in.
const PARTS_MAX: usize = 400;

/// Whether an act over several rounds has written this one's sequence.
fn sequence_of(inventory: &Inventory, round: RoundId, act: ActId) -> bool {
    let parts: BTreeSet<ActId> = (0..PARTS_MAX).map(|index| part_of(act, index)).collect();
    inventory.rounds.get(&round).is_some_and(|log| {
        log.records.iter().any(|(id, entry)| {
            let is_sequence =
                matches!(&entry.record, Record::Act { body: ActBody::Plan(PlanRecord::Sequence(_)), .. });
            is_sequence && parts.contains(&id.act())
        })
    })
}

/// What was decided now, by who saw the plan as it is, is what shows.
fn shows(plan: &Plan, before: &Inventory, inventory: &Inventory) -> Played<()> {
    let (act, round) = (plan.request.act, plan.request.round);
    let CoordinatorCommand::AmendStop(_) = &plan.request.command else { return Ok(()) };
    let of_act = |inventory: &Inventory| {
        let records = inventory.rounds.get(&round).map(Rc::clone);
        records.and_then(|log| {
            let mut records = log.records.iter().filter(|(id, _)| id.act() == act);
            records.find_map(|(_, entry)| match &entry.record {
                Record::Act { body: ActBody::Plan(PlanRecord::StopAmended(amended)), .. } => {
                    Some((amended.stop, amended.terms.card))
                }
                Record::Act { .. } | Record::Reaction(_) | Record::Unknown { .. } => None,
            })
        })
    };
    // Asked a second time, it may have been decided anew since.
    if of_act(before).is_some() {
        return Ok(());
    }
    let (Some((stop, card)), Some(log)) = (of_act(inventory), inventory.rounds.get(&round)) else {
        return Ok(());
    };
    if RoundState::of(&log.records).stops.get(&stop).is_some_and(|shown| shown.terms.card == card) {
        return Ok(());
    }
    Err(found("what was decided last is what shows", told(plan)))
}

/// Every version of a stop's card, and of the stops of any round that ever showed one of them.
fn every_version(inventory: &Inventory, round: RoundId, stop: StopId) -> BTreeSet<CardHash> {
    let mut of_stops: BTreeMap<(RoundId, StopId), BTreeSet<CardHash>> = BTreeMap::new();
    for (round, log) in &inventory.rounds {
        for (id, entry) in log.records.iter() {
            let (stop, card) = match &entry.record {
                Record::Act { body: ActBody::Plan(PlanRecord::StopAdded(added)), .. } => {
                    (id.stop(), added.terms.card)
                }
                Record::Act { body: ActBody::Plan(PlanRecord::StopAmended(amended)), .. } => {
                    (amended.stop, amended.terms.card)
                }
                Record::Act { .. } | Record::Reaction(_) | Record::Unknown { .. } => continue,
            };
            of_stops.entry((*round, stop)).or_default().insert(card);
        }
    }
    let mut cards = of_stops.remove(&(round, stop)).unwrap_or_default();
    // Each turn takes a stop away or is the last.
    while let Some(name) = of_stops.iter().find(|(_, of)| !of.is_disjoint(&cards)).map(|(name, _)| *name) {
        cards.extend(of_stops.remove(&name).unwrap_or_default());
    }
    cards
}

/// After a yes that was heard: the plan on the disk is the one that the answer shows, and all that the server holds is
/// owed from now on.
pub(super) fn heard(world: &mut World, plan: &Plan, answer: &Answer) -> Played<()> {
    world.tally.commands += 1;
    let shown: CommandAnswer = answer.json("/v1/commands")?;
    let inventory = world.server.inventory()?;
    if let Some(shown) = shown.round() {
        let none = Records::new();
        let on_disk = inventory.rounds.get(&shown.id).map_or(&none, |log| &log.records);
        if RoundState::of(on_disk).plan_version != shown.plan_version {
            return Err(found(
                "a command that was answered is on the server's disk",
                format!("{} in round {}", told(plan), short(&shown.id.0)),
            ));
        }
    }
    let when = world.clock.told();
    for (round, log) in &inventory.rounds {
        for (id, _) in log.records.iter() {
            for bytes in log.records.bytes_of(id) {
                world
                    .ledger
                    .owe(id, *round, bytes, || format!("{when}: stood on the server after {}", told(plan)));
            }
        }
    }
    Ok(())
}

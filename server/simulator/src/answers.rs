//! What must hold of every answer to a sync, whoever asked and whether or not anybody hears it: each change that was
//! pushed has its verdict, a yes stands on the disk, and nobody is told anything of a round that is not theirs.

use std::collections::BTreeMap;

use core_sync::domain::card::Card;
use core_sync::domain::ids::{DeviceId, MemberId, RoundId};
use core_sync::wire::signed_request::SignedRequest;
use core_sync::wire::sync_answer::{RoundAnswer, Row, SyncAnswer, Verdict};
use core_sync::wire::sync_request::SyncRequest;

use crate::courier::short;
use crate::halt::{Halt, Played, found};
use crate::server_process::{Answer, Disk};
use crate::world::World;

/// Requests behind the newest of its device that one may be and still only be late (section 10 of the protocol).
pub(crate) const LATE_BY_MAX: u64 = 15;

/// One request reaches the server, and what it says is looked at.
pub(crate) fn send(world: &mut World, request: Vec<u8>, disk: Disk) -> Played<Answer> {
    world.tally.requests += 1;
    let asked = SignedRequest::from_bytes(&request).ok();
    let answer = world.server.sync(request, disk)?;
    let Some(asked) = asked else { return Ok(answer) };
    let counter = world.ledger.counters.entry(asked.device).or_default();
    *counter = asked.counter.max(*counter);
    if answer.status == 200 {
        look_at(world, &asked, &answer.body, disk)?;
    }
    Ok(answer)
}

fn look_at(world: &World, asked: &SignedRequest, body: &[u8], disk: Disk) -> Played<()> {
    let device = asked.device;
    let answer = SyncAnswer::from_bytes(body).map_err(|error| {
        found("an answer can be read", format!("{error}, for device {}", short(&device.0)))
    })?;
    let Some(member) = member_of(world, device) else {
        return Err(found("a device that nobody enrolled is told nothing", short(&device.0)));
    };
    if disk == Disk::Room {
        each_push_has_its_verdict(asked, member, &answer)?;
    }
    each_yes_is_on_the_disk(world, &answer)?;
    if world.ledger.revoked.contains(&device) && answer.rounds.iter().any(|round| !round.rows.is_empty()) {
        return Err(found("a revoked device is told nothing", short(&device.0)));
    }
    nothing_of_others(world, member, &answer)
}

fn member_of(world: &World, device: DeviceId) -> Option<MemberId> {
    let hostile = (device == world.hostile.device).then_some(world.hostile.member);
    world.ledger.honest_devices.get(&device).copied().or(hostile)
}

/// A round that the server could not serve by its own fault is left out of a 200: then its pushes have no verdicts.
fn each_push_has_its_verdict(asked: &SignedRequest, member: MemberId, answer: &SyncAnswer) -> Played<()> {
    let Ok(request) = SyncRequest::from_bytes(&asked.body, member) else { return Ok(()) };
    let mut pushed: BTreeMap<RoundId, usize> = BTreeMap::new();
    for ask in &request.rounds {
        *pushed.entry(ask.document.round).or_default() += ask.pushes.len();
    }
    for round in &answer.rounds {
        let open = pushed.entry(round.document.round).or_default();
        let Some(left) = open.checked_sub(round.verdicts.len()) else {
            return Err(unequal(round.document.round, "more verdicts than changes that were pushed"));
        };
        *open = left;
    }
    match pushed.iter().find(|(_, open)| **open > 0) {
        None => Ok(()),
        Some((round, open)) => Err(unequal(*round, &format!("no verdict on {open} changes"))),
    }
}

/// A change of which the server says that it has it stands in the round's log.
fn each_yes_is_on_the_disk(world: &World, answer: &SyncAnswer) -> Played<()> {
    let yes = |verdict: &Verdict| matches!(verdict, Verdict::Committed | Verdict::Already);
    if !answer.rounds.iter().flat_map(|round| &round.verdicts).any(|(_, verdict)| yes(verdict)) {
        return Ok(());
    }
    let inventory = world.server.inventory()?;
    for round in &answer.rounds {
        let id = round.document.round;
        for (hash, verdict) in round.verdicts.iter().filter(|(_, verdict)| yes(verdict)) {
            if !inventory.rounds.get(&id).is_some_and(|log| log.hashes.contains(hash)) {
                return Err(found(
                    "a change that the server says it has is on its disk",
                    format!("round {}: {} was said to be {verdict:?}", short(&id.0), short(hash)),
                ));
            }
        }
    }
    Ok(())
}

fn unequal(round: RoundId, what: &str) -> Halt {
    found("each change that is pushed has its verdict", format!("round {}: {what}", short(&round.0)))
}

/// Rows are told of the sender's own rounds alone, cards of those that a coordinator gave to the sender's member.
fn nothing_of_others(world: &World, member: MemberId, answer: &SyncAnswer) -> Played<()> {
    let told: Vec<&RoundAnswer> = answer.rounds.iter().filter(|round| !round.rows.is_empty()).collect();
    if told.is_empty() {
        return Ok(());
    }
    let inventory = world.server.inventory()?;
    for round in told {
        let id = round.document.round;
        if inventory.rounds.get(&id).is_none_or(|log| log.document.holder != member) {
            return Err(found(
                "nobody is told of a round of somebody else's",
                format!("{} was told of round {}", short(&member.0), short(&id.0)),
            ));
        }
        for row in &round.rows {
            let Row::Card(_, Some(bytes)) = row else { continue };
            let Ok(card) = Card::from_bytes(bytes) else { continue };
            let name = card.text.name.reveal();
            if !world.ledger.may_read.get(name).is_some_and(|members| members.contains(&member)) {
                return Err(found(
                    "a card goes to nobody but whom it is for",
                    format!("{} was told the card of {name}", short(&member.0)),
                ));
            }
        }
    }
    Ok(())
}

//! What a coordinator plans, on what she saw: new pairs, amendments, withdrawals, moves, rounds given away.

use core_sync::domain::card::CardText;
use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop, ReplannedRound, StopChange};
use core_sync::domain::ids::{MemberId, OrderId, ParcelId, RoundId, StopId};
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::{StopKind, WithdrawReason};
use core_sync::domain::time::{Milliseconds, Window};
use core_sync::wire::command::CommandRequest;
use core_sync::wire::round::{RoundView, StopView};

use super::{Plan, carry_out};
use crate::chance::Chance;
use crate::clock::MORNING;
use crate::courier::short;
use crate::halt::{OrBroken as _, Played};
use crate::ledger::UponYes;
use crate::opening::new_act;
use crate::server_process::Disk;
use crate::world::World;

/// One new pickup in so many names a parcel that another round has.
const SHARED_PARCEL_ONE_IN: usize = 4;

/// What to plan, on what she saw.
pub(super) fn chosen(world: &mut World, who: usize, chance: &mut Chance) -> Played<Option<Plan>> {
    let seen = world.office.get(who).or_broken("a coordinator that is there")?.seen.clone();
    let Some(round) = chance.pick(&seen) else { return Ok(None) };
    let open: Vec<StopView> = round.stops.iter().filter(|stop| stop.status.remains()).cloned().collect();
    let stop = chance.pick(&open);
    Ok(match (chance.below(24), stop) {
        (0..8, _) => {
            let plans = plan_pair(world, who, round.id, round.courier, chance)?;
            let [pickup, drop_off]: [Plan; 2] = match plans.try_into() {
                Ok(plans) => plans,
                Err(_) => return Ok(None),
            };
            // The pickup goes out at once; its drop-off as the next thing this coordinator sends.
            carry_out(world, who, pickup, Disk::Room)?;
            Some(drop_off)
        }
        (8..12, Some(stop)) => Some(amend(&round, &stop, chance)?),
        (12..16, Some(stop)) => {
            let reason = chance.pick(&[WithdrawReason::Cancelled, WithdrawReason::Mistake]);
            let reason = reason.unwrap_or(WithdrawReason::Cancelled);
            Some(Plan::new(&round, CoordinatorCommand::WithdrawStop { stop: stop.id, reason }, chance))
        }
        (16..18, _) => {
            let mut stops: Vec<StopId> = round.stops.iter().map(|stop| stop.id).collect();
            let by = chance.below(stops.len());
            stops.rotate_left(by);
            let saw = round.courier_sequence;
            Some(Plan::new(&round, CoordinatorCommand::Sequence { stops, saw }, chance))
        }
        (18..21, Some(stop)) => {
            let others: Vec<RoundView> = seen.iter().filter(|other| other.id != round.id).cloned().collect();
            let Some(to) = chance.pick(&others) else { return Ok(None) };
            // Parcels go with the stops at which they are taken and handed over, so those cards may go too.
            let shares = |other: &&StopView| other.parcels.iter().any(|parcel| stop.parcels.contains(parcel));
            let names: Vec<Option<String>> = round.stops.iter().filter(shares).map(name_on).collect();
            let readers = readers(&names, to.courier);
            let in_one_act = replanned(&round, &stop, &to).filter(|_| chance.one_in(2));
            let command = in_one_act.unwrap_or(CoordinatorCommand::MoveStops {
                stops: vec![stop.id],
                to: to.id,
                to_plan_version: to.plan_version,
            });
            Some(Plan::new(&round, command, chance).upon_yes(UponYes { readers, renamed: None }))
        }
        (21, _) => {
            let Some(to) = chance.pick(&world.couriers) else { return Ok(None) };
            if to.member == round.courier {
                return Ok(None);
            }
            let names: Vec<Option<String>> = round.stops.iter().map(name_on).collect();
            let readers = readers(&names, to.member);
            let new = RoundId::random(&mut chance.0);
            let command = CoordinatorCommand::GiveRound { to: to.member, round: new };
            Some(Plan::new(&round, command, chance).upon_yes(UponYes { readers, renamed: None }))
        }
        (22, _) => {
            // Mostly one that nobody rides to any more: of another the server keeps the card.
            let over: Vec<StopView> =
                round.stops.iter().filter(|stop| !stop.status.remains()).cloned().collect();
            let among = if over.is_empty() || chance.one_in(4) { &round.stops } else { &over };
            let Some(stop) = chance.pick(among) else { return Ok(None) };
            Some(Plan::new(&round, CoordinatorCommand::EraseCard { stop: stop.id }, chance))
        }
        (_, _) => {
            let Some(to) = chance.pick(&world.couriers) else { return Ok(None) };
            Some(Plan::make_round(to.member, chance))
        }
    })
}

fn name_on(stop: &StopView) -> Option<String> {
    stop.card.as_ref().map(|card| card.name.reveal().clone())
}

/// The stop's order in the other round, in one act over both; nothing if part of it is done, which cannot go.
fn replanned(round: &RoundView, stop: &StopView, to: &RoundView) -> Option<CoordinatorCommand> {
    let shares =
        |one: &StopView, other: &StopView| one.parcels.iter().any(|parcel| other.parcels.contains(parcel));
    let (going, staying): (Vec<&StopView>, Vec<&StopView>) =
        round.stops.iter().partition(|other| shares(other, stop));
    let whole =
        going.iter().all(|one| one.status.remains() && !staying.iter().any(|other| shares(one, other)));
    if !whole || going.is_empty() {
        return None;
    }
    let remaining = |stops: &mut dyn Iterator<Item = &StopView>| -> Vec<StopId> {
        stops.filter(|stop| stop.status.remains()).map(|stop| stop.id).collect()
    };
    let mut there = remaining(&mut to.stops.iter());
    there.extend(going.iter().map(|stop| stop.id));
    let also = ReplannedRound {
        round: to.id,
        plan_version: to.plan_version,
        stops: there,
        saw: to.courier_sequence,
    };
    Some(CoordinatorCommand::Replan {
        stops: remaining(&mut staying.into_iter()),
        saw: round.courier_sequence,
        also: vec![also],
        drafts: Vec::new(),
    })
}

fn readers(names: &[Option<String>], member: MemberId) -> Vec<(String, MemberId)> {
    names.iter().flatten().map(|name| (name.clone(), member)).collect()
}

/// A pickup and its drop-off, each with a card that no other stop has.
pub(crate) fn plan_pair(
    world: &mut World,
    who: usize,
    round: RoundId,
    courier: MemberId,
    chance: &mut Chance,
) -> Played<Vec<Plan>> {
    let own = ParcelId::random(&mut chance.0);
    let mut parcels = vec![own];
    let shared: Vec<ParcelId> = world
        .office
        .get(who)
        .map(|coordinator| &coordinator.seen)
        .into_iter()
        .flatten()
        .filter(|other| other.id != round)
        .flat_map(|other| other.stops.iter().flat_map(|stop| stop.parcels.iter().copied()))
        .collect();
    if chance.one_in(SHARED_PARCEL_ONE_IN) {
        parcels.extend(chance.pick(&shared));
    }
    // A drop-off has a parcel of its own too, so that each command can be told by what it planned.
    let more = ParcelId::random(&mut chance.0);
    let mut plans = Vec::new();
    for (kind, parcels, asked) in
        [(StopKind::Pickup, parcels.clone(), own), (StopKind::DropOff, [parcels, vec![more]].concat(), more)]
    {
        let name = format!("{kind:?} {}", short(&asked.0));
        let readers = vec![(name.clone(), courier)];
        let stop = NewStop {
            kind,
            window: Window { from_ms: MORNING, until_ms: MORNING.plus(Milliseconds::hours(6)) },
            service_seconds: 60,
            parcels,
            // The way back to a shop, which a settlement proposes, is a drop-off as well, and of no order.
            order: (kind == StopKind::DropOff).then(|| OrderId::random(&mut chance.0)),
            card: card(&name)?,
        };
        let command = CoordinatorCommand::AddStop(Box::new(stop));
        // The plan version is put in when it is sent: the second follows from the first.
        let act = new_act(&mut chance.0);
        world.ledger.stops_asked.insert(asked, kind);
        let plan = Plan::of(CommandRequest { act, round, plan_version: None, command });
        plans.push(plan.upon_yes(UponYes { readers, renamed: None }));
    }
    Ok(plans)
}

fn card(name: &str) -> Played<CardText> {
    Ok(CardText {
        name: Personal::new(name.to_owned()),
        address: Personal::new("3 rue des Lilas".to_owned()),
        coordinate: Personal::new(Coordinate::from_degrees(48.85, 2.35).or_broken("making a coordinate")?),
        telephone: None,
        door_code: None,
        instructions: None,
    })
}

fn amend(round: &RoundView, stop: &StopView, chance: &mut Chance) -> Played<Plan> {
    let mut upon = UponYes::default();
    let mut change =
        StopChange { stop: stop.id, window: None, service_seconds: None, parcels: None, card: None };
    if chance.one_in(2) {
        change.service_seconds = Some(60 + u32::try_from(chance.below(600)).unwrap_or(0));
    } else {
        let name = format!("{:?} {} again {}", stop.kind, short(&stop.id.0), chance.below(1_000_000));
        change.card = Some(card(&name)?);
        upon = UponYes { readers: vec![(name.clone(), round.courier)], renamed: Some((stop.id, name)) };
    }
    Ok(Plan::new(round, CoordinatorCommand::AmendStop(Box::new(change)), chance).upon_yes(upon))
}

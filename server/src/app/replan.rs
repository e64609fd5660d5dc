//! The command `replan`: how some rounds are ridden from now on, in one act over all of their documents.
//!
//! It names the whole sequence of each round, and that says what happens: a stop that remains in another of them is
//! moved, one that stands in a draft comes in, the rest keep their places. This is how a suggestion is accepted, and a
//! coordinator may replan by hand the same way. An order goes as a whole or not at all.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::{ActId, ParcelId, RecordId, RoundId, StopId};
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::plan_record::{PlanRecord, Sequence};
use core_sync::domain::reasons::{StopKind, WithdrawReason};
use core_sync::domain::stop::{Stop, StopStatus};
use rand_core::Rng;

use super::acting::Acting;
use super::error::AppError;
use super::open_drafts::OpenDrafts;
use super::placement::placement;
use super::planned::{Planned, part_of, write_as};
use crate::board::read_round::ReadRound;

/// A round, its plan as it was seen, and what is wanted of it.
#[derive(Debug)]
pub struct Wanted {
    /// The round.
    pub read: ReadRound,
    /// Every stop that is to remain, as it is to be ridden.
    pub stops: Vec<StopId>,
    /// The courier's sequence that was seen.
    pub saw: Option<RecordId>,
}

impl Wanted {
    fn round(&self) -> RoundId {
        self.read.document.name.round
    }

    fn remains(&self, stop: StopId) -> bool {
        self.read.state.remaining.contains(&stop)
    }
}

/// Replans the rounds; no stop is named twice.
pub fn replan(
    acting: &Acting<'_>,
    rounds: &[Wanted],
    mut drafts: OpenDrafts,
    random: &mut impl Rng,
) -> Result<(), AppError> {
    let named: BTreeMap<StopId, RoundId> =
        rounds.iter().flat_map(|wanted| wanted.stops.iter().map(|stop| (*stop, wanted.round()))).collect();
    for wanted in rounds {
        check_named(wanted, &named)?;
        check_whole(wanted, &named)?;
    }
    for wanted in rounds {
        // Those of one round against all others of the drafts: neither in another round nor left behind.
        if !drafts.keeps_orders_whole(|stop| named.get(stop) == Some(&wanted.round())) {
            return Err(split());
        }
    }
    // Counted over all rounds, so that a stop's new id stands for one place and no other.
    let mut parts = (0..).map(|index| part_of(acting.request.act, index));
    let mut next = || parts.next().unwrap_or(acting.request.act);
    for wanted in rounds {
        let mut planned: Vec<(ActId, Planned)> = Vec::new();
        for stop in wanted.read.state.remaining.iter().filter(|stop| named.get(stop) != Some(&wanted.round()))
        {
            let withdrawn = PlanRecord::StopWithdrawn { stop: *stop, reason: WithdrawReason::Moved };
            planned.push((next(), Planned::bare(withdrawn)));
        }
        let mut sequence = Vec::new();
        let mut coming = 0;
        for stop in &wanted.stops {
            if wanted.read.state.stops.contains_key(stop) {
                sequence.push(*stop);
                continue;
            }
            coming += 1;
            let (id, added) = match drafts.take(acting, *stop, random)? {
                Some(added) => (ActId(stop.0), added),
                None => (next(), moved(acting, rounds, *stop)?),
            };
            sequence.push(StopId(id.0));
            planned.push((id, added));
        }
        if wanted.read.state.stops.len() + coming > STOPS_PER_ROUND_MAX {
            return Err(AppError::RoundFull);
        }
        let base = wanted.read.state.plan_sequence;
        let sequence = Sequence { base, saw: wanted.saw, stops: sequence };
        planned.push((next(), Planned::bare(PlanRecord::Sequence(sequence))));
        write_as(acting, wanted.round(), planned)?;
    }
    drafts.close(acting)
}

/// Every stop that remains is named. One that was done since is no reason to refuse the list of its own round.
fn check_named(wanted: &Wanted, named: &BTreeMap<StopId, RoundId>) -> Result<(), AppError> {
    if wanted.read.state.remaining.iter().all(|stop| named.contains_key(stop)) {
        return Ok(());
    }
    let remaining = wanted.read.state.remaining.len();
    let expected = format!(
        "each of the {remaining} remaining stops of the round {}, in one of the lists",
        wanted.round()
    );
    Err(FieldError::new("command.replan.stops", expected).into())
}

/// A pickup goes with the drop-off of its parcels, and the other way round; what is on a bike stays on it.
fn check_whole(wanted: &Wanted, named: &BTreeMap<StopId, RoundId>) -> Result<(), AppError> {
    let stops = &wanted.read.state.stops;
    let goes = |stop: &Stop| wanted.remains(stop.id) && named.get(&stop.id) != Some(&wanted.round());
    let goods = |stop: &&Stop| matches!(stop.kind, StopKind::Pickup | StopKind::DropOff);
    let going: BTreeSet<ParcelId> =
        stops.values().filter(|stop| goes(stop)).filter(goods).flat_map(parcels).collect();
    for stop in stops.values().filter(goods).filter(|stop| !goes(stop)) {
        if !parcels(stop).any(|parcel| going.contains(&parcel)) {
            continue;
        }
        if stop.status == StopStatus::Collected {
            return Err(AppError::StopDone);
        }
        if wanted.remains(stop.id) {
            return Err(split());
        }
    }
    Ok(())
}

fn split() -> AppError {
    let expected = "the stops of an order in one list: a pickup goes with the drop-off of its parcels";
    FieldError::new("command.replan.stops", expected).into()
}

fn parcels(stop: &Stop) -> impl Iterator<Item = ParcelId> + '_ {
    stop.terms.parcels.iter().copied()
}

/// A stop of another of the rounds, on its way.
fn moved(acting: &Acting<'_>, rounds: &[Wanted], stop: StopId) -> Result<Planned, AppError> {
    let from = rounds.iter().find_map(|wanted| Some((wanted, wanted.read.state.stops.get(&stop)?)));
    match from {
        Some((from, found)) if from.remains(stop) => {
            placement(acting, from.round(), found, found.terms.parcels.clone())
        }
        Some((_, found)) if found.status == StopStatus::Withdrawn => Err(AppError::StopWithdrawn),
        Some(_) => Err(AppError::StopDone),
        None => {
            let expected = "stops of the rounds and drafts named: look at them again";
            Err(FieldError::new("command.replan.stops", expected).into())
        }
    }
}

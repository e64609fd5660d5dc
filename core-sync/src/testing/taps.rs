//! Strategies for what a courier really taps: commands that make sense where the round stands.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{COURIER, added, fact_id, parcel, plan_id, stamp};
use crate::domain::courier_command::{CourierCommand, fact};
use crate::domain::ids::StopId;
use crate::domain::kind::MapName;
use crate::domain::plan_record::PlanRecord;
use crate::domain::reasons::{FailReason, HandedTo, StopKind};
use crate::domain::record::{ActBody, Record};
use crate::domain::records::Records;
use crate::domain::round_state::RoundState;
use crate::round_doc::mint::NewRecord;
use crate::testing::act;

/// A plan of three pickups and five drop-offs: stops 1 to 3 and 4 to 8; drop-off `n` takes parcel `n`.
pub(crate) fn planned_round() -> Vec<NewRecord> {
    let stops: [(u8, StopKind, &[u8]); 8] = [
        (1, StopKind::Pickup, &[4, 5]),
        (2, StopKind::Pickup, &[6, 7]),
        (3, StopKind::Pickup, &[8]),
        (4, StopKind::DropOff, &[4]),
        (5, StopKind::DropOff, &[5]),
        (6, StopKind::DropOff, &[6]),
        (7, StopKind::DropOff, &[7]),
        (8, StopKind::DropOff, &[8]),
    ];
    let record = |(n, kind, parcels): (u8, StopKind, &[u8])| NewRecord {
        map: MapName::Plan,
        id: plan_id(n),
        bytes: act(ActBody::Plan(PlanRecord::StopAdded(added(kind, parcels))), 0),
    };
    stops.into_iter().map(record).collect()
}

/// A tap, before it is known which stops there are.
#[derive(Debug, Clone)]
pub(crate) struct Tap {
    what: u8,
    which: Index,
    other: Index,
}

/// Up to `most` taps.
pub(crate) fn taps(most: usize) -> impl Strategy<Value = Vec<Tap>> {
    let tap = (0_u8..13, any::<Index>(), any::<Index>());
    vec(tap.prop_map(|(what, which, other)| Tap { what, which, other }), 1..=most)
}

fn command(tap: &Tap, state: &RoundState, so_far: &[NewRecord]) -> CourierCommand {
    let stops: Vec<StopId> = state.stops.keys().copied().collect();
    let stop = *tap.which.get(&stops);
    match tap.what {
        0 => CourierCommand::Start,
        1 => CourierCommand::Arrive(stop),
        2 => CourierCommand::Wait(stop),
        3 => CourierCommand::Collect(stop, None),
        4 => CourierCommand::Deliver(stop, None, *tap.other.get(HandedTo::ALL)),
        5 => CourierCommand::Fail(stop, *tap.other.get(FailReason::ALL)),
        6 => CourierCommand::Return(stop, vec![parcel(4)]),
        7 => {
            let mut stops = state.remaining.clone();
            if !stops.is_empty() {
                let moved = stops.remove(tap.which.index(stops.len()));
                stops.insert(tap.other.index(stops.len() + 1), moved);
            }
            CourierCommand::Reorder(stops)
        }
        8 if !so_far.is_empty() => CourierCommand::TakeBack(tap.which.get(so_far).id),
        9 => CourierCommand::Pause(tap.other.index(2) == 1),
        10 => CourierCommand::SeePlan,
        11 if !so_far.is_empty() => {
            CourierCommand::Correct { fact: tap.which.get(so_far).id, instead: tap.other.get(so_far).id }
        }
        _ => CourierCommand::Finish,
    }
}

/// The facts that these taps become in a round of these plan records, each on what was there before.
pub(crate) fn facts(plan: &[NewRecord], taps: &[Tap]) -> Vec<NewRecord> {
    let mut records: Records = super::records(plan);
    let mut facts = Vec::new();
    for (n, tap) in (1_u8..).zip(taps) {
        let state = RoundState::of(&records);
        let Ok(fact) = fact(&command(tap, &state, &facts), &state) else { continue };
        let record = Record::Act { member: COURIER, stamp: stamp(u64::from(n)), body: ActBody::Fact(fact) };
        let bytes = record.to_bytes().unwrap();
        records.insert(fact_id(n), &bytes, None);
        facts.push(NewRecord { map: MapName::Facts, id: fact_id(n), bytes });
    }
    facts
}

//! A drop-off withdrawn while the courier has its parcels: they stay the courier's, and a person says where they go.
//!
//! What is in a courier's hands is what the latest standing custody fact about it says, by the count of taps.

use std::collections::{BTreeMap, BTreeSet};

use super::late_withdrawal::went_elsewhere;
use super::settlement::{ItemDraft, Settled, Settlements, evidence};
use crate::domain::fact::Fact;
use crate::domain::ids::{ParcelId, RecordId, StopId};
use crate::domain::item::{Choice, Item, ItemKind, Settlement};
use crate::domain::reasons::{Answer, StopKind};
use crate::domain::records::Records;
use crate::domain::round_reading::RoundReading;
use crate::domain::sorted::Sorted;
use crate::domain::stop::{StandingFact, Stop, StopStatus};

/// The parcels in a courier's hands, each with the facts by which it came there.
pub type InHand = BTreeMap<ParcelId, BTreeSet<RecordId>>;

/// What a round's records leave in its courier's hands.
#[must_use]
pub fn held(records: &Records) -> InHand {
    in_hand(&Sorted::of(records).standing())
}

/// What these standing facts leave in the courier's hands.
#[must_use]
pub fn in_hand(standing: &[StandingFact]) -> InHand {
    let mut in_tap_sequence: Vec<&StandingFact> = standing.iter().collect();
    in_tap_sequence.sort_by_key(|standing| (standing.stamp.n, standing.id));
    let mut hands = InHand::new();
    for StandingFact { id, fact, .. } in in_tap_sequence {
        match fact {
            Fact::Collected(custody) => {
                for parcel in &custody.parcels {
                    hands.entry(*parcel).or_default().insert(*id);
                }
            }
            Fact::Delivered(custody, _) | Fact::Returned(custody) => {
                for parcel in &custody.parcels {
                    hands.remove(parcel);
                }
            }
            Fact::Started { .. }
            | Fact::Arrived(_)
            | Fact::Waiting(_)
            | Fact::Failed(..)
            | Fact::Sequence(_)
            | Fact::Amended { .. }
            | Fact::Paused(_)
            | Fact::SeenPlan(_)
            | Fact::Finished => {}
        }
    }
    hands
}

/// What a person can answer.
const CHOICES: [Choice; 2] =
    [Choice { answer: Answer::ReturnToShop, holds: None }, Choice { answer: Answer::Noted, holds: None }];

/// The items of a round: one for each drop-off that was withdrawn with its parcels on the bike.
/// Of those that went to another round, only what was withdrawn there too: it went nowhere.
pub(crate) fn items(
    reading: &RoundReading<'_>,
    came_to_nothing: &BTreeSet<StopId>,
    settlements: &Settlements,
) -> Vec<Item> {
    let all = reading.state.stops.values();
    all.filter_map(|stop| item(stop, reading, came_to_nothing.contains(&stop.id), settlements)).collect()
}

fn item(stop: &Stop, reading: &RoundReading<'_>, nowhere: bool, settlements: &Settlements) -> Option<Item> {
    let (withdrawal, reason) = stop.withdrawal?;
    let done = [StopStatus::Collected, StopStatus::Delivered, StopStatus::Returned].contains(&stop.status);
    if (went_elsewhere(reason) && !nowhere) || stop.kind != StopKind::DropOff || done {
        return None;
    }
    let held: BTreeMap<ParcelId, &BTreeSet<RecordId>> = stop
        .terms
        .parcels
        .iter()
        .filter_map(|parcel| Some((*parcel, reading.in_hand.get(parcel)?)))
        .collect();
    if held.is_empty() {
        return None;
    }
    let records = evidence([withdrawal], held.values().flat_map(|facts| facts.iter().copied()));
    let answered = answered_before(withdrawal, &records, settlements);
    let draft = ItemDraft {
        kind: ItemKind::ParcelsInHand,
        round: reading.round,
        rounds: BTreeSet::new(),
        stop: Some(stop.id),
        parcels: held.keys().copied().collect(),
        evidence: records.into_iter().map(|record| (record, reading.round)).collect(),
        choices: CHOICES.to_vec(),
    };
    let mut item = draft.item(settlements);
    item.settled = item.settled.or(answered);
    // A stop put in anew for the same parcels is where they go: there is nothing left to ask.
    let has_a_way = |parcel: &ParcelId| reading.has_drop_off_ahead(*parcel);
    (item.settled.is_some() || !held.keys().all(has_a_way)).then_some(item)
}

/// The answer that was given of these parcels and of others that have left the courier's hands since.
fn answered_before(
    withdrawal: RecordId,
    records: &BTreeSet<RecordId>,
    settlements: &Settlements,
) -> Option<Settlement> {
    let of_these = |settled: &&Settled| {
        settled.records.contains(&withdrawal)
            && settled.records.is_superset(records)
            && CHOICES.contains(&settled.settlement.choice)
    };
    settlements.iter().filter(of_these).map(|settled| settled.settlement).min()
}

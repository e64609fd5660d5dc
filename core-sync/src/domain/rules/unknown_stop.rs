//! A courier did something at a stop that the round does not have, as when a rolled-back server lost it.
//!
//! The fact stands and is kept; somebody has to be told, for no stop shows it.

use std::collections::{BTreeMap, BTreeSet};

use super::settlement::{ItemDraft, Settlements, evidence};
use super::strongest_fact::stop_and_status;
use crate::domain::ids::{ParcelId, RecordId, StopId};
use crate::domain::item::{Choice, Item, ItemKind};
use crate::domain::reasons::Answer;
use crate::domain::round_reading::RoundReading;

/// The items of a round: one for each stop that it does not have.
pub(crate) fn items(reading: &RoundReading<'_>, settlements: &Settlements) -> Vec<Item> {
    let mut facts: BTreeMap<StopId, BTreeSet<RecordId>> = BTreeMap::new();
    for standing in &reading.standing {
        let unknown =
            stop_and_status(&standing.fact).filter(|(stop, _)| !reading.state.stops.contains_key(stop));
        if let Some((stop, _)) = unknown {
            facts.entry(stop).or_default().insert(standing.id);
        }
    }
    let item = |(stop, facts): (StopId, BTreeSet<RecordId>)| {
        let parcels: BTreeSet<ParcelId> = reading
            .claims
            .iter()
            .filter(|claim| facts.contains(&claim.id))
            .flat_map(|claim| claim.parcels.iter().copied())
            .collect();
        ItemDraft {
            kind: ItemKind::UnknownStop,
            round: reading.round,
            rounds: BTreeSet::new(),
            stop: Some(stop),
            parcels,
            evidence: evidence([], facts).into_iter().map(|fact| (fact, reading.round)).collect(),
            choices: vec![Choice { answer: Answer::Noted, holds: None }],
        }
        .item(settlements)
    };
    facts.into_iter().map(item).collect()
}

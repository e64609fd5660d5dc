//! Every copy is equal: phones, empty phones that were just enrolled, and what the office sees.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::ids::{RecordId, RoundId, StopId};
use core_sync::domain::records::Records;
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stop::StopStatus;
use core_sync::wire::board::Board;
use core_sync::wire::round::{RoundView, StopView};

use crate::chance::Chance;
use crate::courier::short;
use crate::halt::{OrBroken as _, Played, found};
use crate::inventory::Inventory;
use crate::opening::new_phone;
use crate::wake::wake_in_peace;
use crate::world::World;

/// Wakes in which an empty phone must have come to know everything.
const WAKES: usize = 3;

type Held = BTreeSet<(RecordId, Vec<u8>)>;

pub(super) fn every_copy_is_equal(world: &mut World, inventory: &Inventory) -> Played<()> {
    the_board_shows_what_stands(world, inventory)?;
    let phones = world.phones.len();
    for index in 0..phones {
        // What it holds is what its disk holds, not what its process remembers.
        world.phones.get_mut(index).or_broken("a phone that is there")?.die();
        equals_the_server(world, index, inventory)?;
    }
    for courier in 0..world.couriers.len() {
        let index = new_phone(world, courier, &mut Chance::of(u64::try_from(courier).unwrap_or(0)))?;
        for _ in 0..WAKES {
            wake_in_peace(world, index)?;
        }
        equals_the_server(world, index, inventory)?;
    }
    world.phones.truncate(phones);
    Ok(())
}

/// A phone holds what the server holds of every round of its courier, and no other round.
fn equals_the_server(world: &mut World, index: usize, inventory: &Inventory) -> Played<()> {
    let mut here: BTreeMap<RoundId, Held> = BTreeMap::new();
    for (round, record, bytes) in world.holdings(index)? {
        here.entry(round).or_default().insert((record, bytes));
    }
    let phone = world.phones.get(index).or_broken("a phone that is there")?;
    let member = world.couriers.get(phone.courier).or_broken("a courier that is there")?.member;
    for (round, log) in &inventory.rounds {
        let there = held(&log.records);
        match here.remove(round) {
            Some(here) if here == there => {}
            Some(here) => {
                return Err(found(
                    "every copy is equal",
                    format!(
                        "round {}: {} holds {} records more and {} fewer than the server",
                        short(&round.0),
                        phone.name,
                        here.difference(&there).count(),
                        there.difference(&here).count()
                    ),
                ));
            }
            None if log.document.holder == member && !there.is_empty() => {
                return Err(found(
                    "a phone gets every round of its courier",
                    format!("{} has not got round {}", phone.name, short(&round.0)),
                ));
            }
            None => {}
        }
    }
    match here.first_key_value() {
        Some((round, _)) => Err(found(
            "every copy is equal",
            format!("{} holds round {}, the server does not", phone.name, short(&round.0)),
        )),
        None => Ok(()),
    }
}

fn held(records: &Records) -> Held {
    records.iter().flat_map(|(id, _)| records.bytes_of(id).map(move |bytes| (id, bytes.to_vec()))).collect()
}

/// A stop on the board: where it stands, by which fact, and the name on its card.
type OnBoard = (StopStatus, Option<RecordId>, Option<String>);

/// The board has every round, and shows of each what its records come to.
fn the_board_shows_what_stands(world: &World, inventory: &Inventory) -> Played<()> {
    let token = world.office.first().or_broken("a coordinator that is there")?.token.reveal();
    let board: Board = world.server.get("/v1/board", token)?;
    let shown: BTreeMap<RoundId, &RoundView> = board.rounds.iter().map(|round| (round.id, round)).collect();
    let wrong = |round: &RoundId| found("the board shows what stands", format!("round {}", short(&round.0)));
    if let Some(round) = shown.keys().find(|round| !inventory.rounds.contains_key(round)) {
        return Err(wrong(round));
    }
    for (round, log) in &inventory.rounds {
        let view = shown.get(round).ok_or_else(|| wrong(round))?;
        let state = RoundState::of(&log.records);
        let name = |stop: &StopView| stop.card.as_ref().map(|card| card.name.reveal().clone());
        let on_board = |stop: &StopView| (stop.id, (stop.status, stop.decided_by, name(stop)));
        let shown: BTreeMap<StopId, OnBoard> = view.stops.iter().map(on_board).collect();
        let stands: BTreeMap<StopId, OnBoard> = state
            .stops
            .values()
            .map(|stop| {
                let by = stop.decided_by.as_ref().map(|fact| fact.id);
                (stop.id, (stop.status, by, log.readable.get(&stop.terms.card).cloned()))
            })
            .collect();
        let same = view.courier == log.document.holder && view.plan_version == state.plan_version;
        if !same || shown != stands {
            return Err(wrong(round));
        }
    }
    Ok(())
}

//! Every copy is equal: phones, empty phones that were just enrolled, and what the office sees.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::ids::{RecordId, RoundId};
use core_sync::domain::records::Records;
use core_sync::domain::round_state::RoundState;
use core_sync::wire::board::Board;

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
        equals_the_server(world, index, inventory, false)?;
    }
    for courier in 0..world.couriers.len() {
        let index = new_phone(world, courier, &mut Chance::of(u64::try_from(courier).unwrap_or(0)))?;
        for _ in 0..WAKES {
            wake_in_peace(world, index)?;
        }
        equals_the_server(world, index, inventory, true)?;
    }
    world.phones.truncate(phones);
    Ok(())
}

/// A phone holds what the server holds of its rounds, and (`all`) every round of its courier.
fn equals_the_server(world: &mut World, index: usize, inventory: &Inventory, all: bool) -> Played<()> {
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
            None if all && log.document.holder == member && !there.is_empty() => {
                return Err(found(
                    "an empty phone gets every round",
                    format!("not round {}", short(&round.0)),
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

/// The board is the fold of the records.
fn the_board_shows_what_stands(world: &World, inventory: &Inventory) -> Played<()> {
    let token = world.office.first().or_broken("a coordinator that is there")?.token.reveal();
    let board: Board = world.server.get("/v1/board", token)?;
    for round in &board.rounds {
        let Some(log) = inventory.rounds.get(&round.id) else { continue };
        let state = RoundState::of(&log.records);
        let shown: BTreeMap<_, _> =
            round.stops.iter().map(|stop| (stop.id, (stop.status, stop.decided_by))).collect();
        let stands: BTreeMap<_, _> = state
            .stops
            .values()
            .map(|stop| (stop.id, (stop.status, stop.decided_by.as_ref().map(|fact| fact.id))))
            .collect();
        if shown != stands {
            return Err(found("the board shows what stands", format!("round {}", short(&round.id.0))));
        }
    }
    Ok(())
}

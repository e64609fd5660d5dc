//! Whoever rides to a stop can read where it is: each round has the card that its stops' terms name, or knows that it is
//! erased, and the phones of whoever holds the round show it. What was erased nobody can read.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::ids::{CardHash, MemberId, RoundId, StopId};
use core_sync::domain::round_state::RoundState;

use crate::courier::short;
use crate::halt::{OrBroken as _, Played, found};
use crate::inventory::{Inventory, RoundLog};
use crate::world::World;

/// The cards that a phone shows.
struct OnPhone {
    name: String,
    member: MemberId,
    /// By round and stop: the card of its terms, and the name that is read there.
    stops: BTreeMap<(RoundId, StopId), (CardHash, Option<String>)>,
}

pub(super) fn cards_are_with_whom_they_are_for(world: &mut World, inventory: &Inventory) -> Played<()> {
    let phones = on_phones(world)?;
    every_stop_has_its_card(world, inventory, &phones)?;
    for phone in &phones {
        who_rides_there_can_read_it(world, inventory, phone)?;
    }
    nobody_reads_what_was_erased(world, inventory, &phones)
}

/// A server that went back may have lost a card with every copy of it, as it may have lost records. A phone that has the
/// card gives it back to the round for which it has it; that another round has it on the server brings it back nowhere
/// (section 10 of the protocol). A phone that was shut out meanwhile, and wiped its cards, may show one that came back
/// with another of its rounds: that is nobody's loss where nobody rides to the stop any more.
fn every_stop_has_its_card(world: &World, inventory: &Inventory, phones: &[OnPhone]) -> Played<()> {
    let shown: BTreeSet<(RoundId, CardHash)> = phones
        .iter()
        .flat_map(|phone| &phone.stops)
        .filter(|(_, (_, name))| name.is_some())
        .map(|((round, _), (card, _))| (*round, *card))
        .collect();
    for (round, log) in &inventory.rounds {
        for stop in RoundState::of(&log.records).stops.values() {
            let card = stop.terms.card;
            let needed = stop.status.remains() && shown.contains(&(*round, card));
            let excused = world.ledger.put_backs > 0 && !needed;
            if !log.cards.contains(&card) && !excused {
                let elsewhere = inventory.rounds.values().any(|log| log.cards.contains(&card));
                return Err(found(
                    "every stop has its card",
                    format!(
                        "stop {} ({:?}) of round {}: its card is not in the round (in another one: {elsewhere}){}",
                        short(&stop.id.0),
                        stop.status,
                        short(&round.0),
                        inventory.about(&stop.id)
                    ),
                ));
            }
        }
    }
    Ok(())
}

/// What is still to be ridden shows its card on every phone of the courier, unless that phone saw the card erased.
fn who_rides_there_can_read_it(world: &World, inventory: &Inventory, phone: &OnPhone) -> Played<()> {
    let own = |log: &&RoundLog| log.document.holder == phone.member;
    for log in inventory.rounds.values().map(|log| &**log).filter(own) {
        let round = log.document.round;
        for stop in RoundState::of(&log.records).stops.values().filter(|stop| stop.status.remains()) {
            let Some(name) = log.readable.get(&stop.terms.card) else { continue };
            let shown = phone.stops.get(&(round, stop.id)).and_then(|(_, name)| name.as_ref());
            let excused = shown.is_none() && world.ledger.erased.contains(name);
            if shown != Some(name) && !excused {
                return Err(found(
                    "who rides to a stop can read its card",
                    format!(
                        "{} shows {shown:?} at stop {} of round {}, and not {name}",
                        phone.name,
                        short(&stop.id.0),
                        short(&round.0)
                    ),
                ));
            }
        }
    }
    Ok(())
}

fn nobody_reads_what_was_erased(world: &World, inventory: &Inventory, phones: &[OnPhone]) -> Played<()> {
    let erased = |name: &&String| world.ledger.stays_erased.contains(*name);
    let on_server = inventory.rounds.values().flat_map(|log| log.readable.values()).find(erased);
    if let Some(name) = on_server {
        return Err(found("what was erased nobody can read", format!("the server has the card of {name}")));
    }
    for phone in phones {
        let shown = phone.stops.values().filter_map(|(_, name)| name.as_ref()).find(erased);
        if let Some(name) = shown {
            let seen = format!("{} shows the card of {name}", phone.name);
            return Err(found("what was erased nobody can read", seen));
        }
    }
    Ok(())
}

fn on_phones(world: &mut World) -> Played<Vec<OnPhone>> {
    let now = world.clock.now();
    let mut phones = Vec::new();
    for phone in &mut world.phones {
        let name = phone.name.clone();
        let member = world.couriers.get(phone.courier).or_broken("a courier that is there")?.member;
        let session = phone.session(now)?;
        let mut stops = BTreeMap::new();
        for today in session.today().or_broken("looking at a phone")? {
            let stored = session.records(today.round).or_broken("looking at a round")?;
            let state = RoundState::of(&stored.records);
            for stop in &today.stops {
                let Some(terms) = state.stops.get(&stop.stop).map(|stop| &stop.terms) else { continue };
                let read = stop.card.as_ref().map(|card| card.name.reveal().clone());
                stops.insert((today.round, stop.stop), (terms.card, read));
            }
        }
        phones.push(OnPhone { name, member, stops });
    }
    Ok(phones)
}

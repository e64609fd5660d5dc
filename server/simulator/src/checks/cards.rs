//! Whoever rides to a stop can read where it is: each round has the card that its stops' terms name, or knows that it is
//! erased, and the phone of whoever holds the round shows it.

use std::collections::BTreeSet;

use core_sync::domain::ids::{CardHash, RoundId, StopId};
use core_sync::domain::round_state::RoundState;

use crate::courier::short;
use crate::halt::{OrBroken as _, Played, found};
use crate::inventory::Inventory;
use crate::world::World;

/// A server that went back may have lost a card with every copy of it, as it may have lost records.
pub(super) fn every_stop_has_its_card(world: &mut World, inventory: &Inventory) -> Played<()> {
    let on_phones = cards_on_phones(world)?;
    for (round, log) in &inventory.rounds {
        let state = RoundState::of(&log.records);
        for stop in state.stops.values() {
            let card = stop.terms.card;
            if log.cards.contains(&card) {
                continue;
            }
            // Where no server went back, nothing excuses it; where one did, a phone or another round that has the
            // card has it for everybody.
            let elsewhere = inventory.rounds.values().any(|log| log.cards.contains(&card));
            if world.ledger.put_backs == 0 || on_phones.contains(&(*round, card)) {
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

/// The cards of stops that phones can show, by round.
fn cards_on_phones(world: &mut World) -> Played<BTreeSet<(RoundId, CardHash)>> {
    let now = world.clock.now();
    let mut cards = BTreeSet::new();
    for phone in &mut world.phones {
        let session = phone.session(now)?;
        let today = session.today().or_broken("looking at a phone")?;
        for round in today {
            let readable: BTreeSet<StopId> =
                round.stops.iter().filter(|stop| stop.card.is_some()).map(|stop| stop.stop).collect();
            let stored = session.records(round.round).or_broken("looking at a round")?;
            let state = RoundState::of(&stored.records);
            let shown = state.stops.values().filter(|stop| readable.contains(&stop.id));
            cards.extend(shown.map(|stop| (round.round, stop.terms.card)));
        }
    }
    Ok(cards)
}

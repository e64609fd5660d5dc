//! What a person saw on a phone: it never goes backwards without a reason shown.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::fact::Fact;
use core_sync::domain::ids::{RecordId, RoundId, StopId};
use core_sync::domain::record::{ActBody, Record};
use core_sync::view::sync_badge::BadgeState;
use core_sync::view::today::RoundToday;

use crate::courier::short;
use crate::halt::{OrBroken as _, Played, found};
use crate::world::World;

/// What one phone showed, last time somebody looked.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    /// The screen that the courier taps on.
    pub(crate) screen: Vec<RoundToday>,
    /// Stops that were done, with the fact that did it.
    done: BTreeMap<(RoundId, StopId), RecordId>,
    /// Stops whose card could be read, with the name on it.
    readable: BTreeMap<(RoundId, StopId), String>,
}

/// Looks at a phone and holds what it shows against what it showed.
pub(crate) fn look(world: &mut World, index: usize) -> Played<()> {
    let now = world.clock.now();
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    let name = phone.name.clone();
    let saved: Vec<_> = phone.saved.iter().map(|act| (act.round, act.record, act.bytes.clone())).collect();
    let before = std::mem::take(&mut phone.sight);
    let session = phone.session(now)?;
    let today = session.today().or_broken("looking at a phone")?;
    let badge = session.badge().or_broken("looking at a badge")?;
    let queue = session.queue().or_broken("reading a queue")?;
    if badge.state == BadgeState::AllSent && !queue.is_empty() {
        return Err(found(
            "a badge says all is sent when it is",
            format!("{name} has {} acts that are only there", queue.len()),
        ));
    }
    let mut sight = Sight { screen: before.screen, ..Sight::default() };
    let mut amended: BTreeSet<RecordId> = BTreeSet::new();
    let mut shown: BTreeMap<RoundId, core_sync::domain::records::Records> = BTreeMap::new();
    for round in &today {
        let stored = session.records(round.round).or_broken("looking at a round")?;
        for (_, entry) in stored.records.iter() {
            if let Record::Act { body: ActBody::Fact(Fact::Amended { amends, instead }), .. } = &entry.record
            {
                amended.extend([*amends].into_iter().chain(*instead));
            }
        }
        for stop in &round.stops {
            use core_sync::domain::stop::StopStatus::{Collected, Delivered, Failed, Returned};
            if let (Collected | Delivered | Failed | Returned, Some(by)) = (stop.status, stop.decided_by) {
                sight.done.insert((round.round, stop.stop), by);
            }
            if let Some(card) = &stop.card {
                sight.readable.insert((round.round, stop.stop), card.name.reveal().clone());
            }
        }
        shown.insert(round.round, stored.records);
    }
    // Every act that was shown as saved is still there to be seen.
    for (round, record, bytes) in saved {
        if !shown.get(&round).is_some_and(|records| records.contains(record, &bytes)) {
            return Err(found(
                "what was shown as saved stays on the phone",
                format!("{name} lacks {} of round {}", short(&record.0), short(&round.0)),
            ));
        }
    }
    // A stop that was done is done, or the deed was taken back, or people decided otherwise.
    for ((round, stop), by) in &before.done {
        let card = today
            .iter()
            .filter(|today| today.round == *round)
            .flat_map(|today| &today.stops)
            .find(|card| card.stop == *stop);
        let still = card.is_some_and(|card| !card.status.remains());
        if !still && !amended.contains(by) {
            return Err(found(
                "what was shown as done does not open again by itself",
                format!(
                    "{name}: stop {} of round {} by {}, which is now {:?}, and the phone holds {:#?}",
                    short(&stop.0),
                    short(&round.0),
                    short(&by.0),
                    card.map(|card| (card.status, card.decided_by)),
                    shown.get(round).map(|records| about(records, *stop))
                ),
            ));
        }
    }
    // A card that could be read can be read, unless it was erased or the phone was shut out.
    let shut_out = badge.state == BadgeState::Revoked || badge.state == BadgeState::SignedOut;
    for (place, on_card) in &before.readable {
        let gone = !sight.readable.contains_key(place);
        if gone && !shut_out && !world.ledger.erased.contains(on_card) {
            return Err(found(
                "a card stays readable",
                format!("{name} lost the card of stop {} ({on_card})", short(&place.1.0)),
            ));
        }
    }
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    phone.sight = sight;
    Ok(())
}

/// The records that speak of a stop, or take something back.
fn about(records: &core_sync::domain::records::Records, stop: StopId) -> Vec<String> {
    let stop = format!("{stop:?}");
    let said = records.iter().map(|(id, entry)| format!("{}: {:?}", short(&id.0), entry.record));
    said.filter(|said| said.contains(&stop) || said.contains("Amended")).collect()
}

//! What a person saw on a phone: it never goes backwards without a reason shown.

use std::collections::BTreeMap;

use core_sync::domain::fact::Fact;
use core_sync::domain::ids::{RecordId, RoundId, StopId};
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::records::Records;
use core_sync::domain::stop::StopStatus;
use core_sync::view::stop_card::StopCard;
use core_sync::view::sync_badge::BadgeState;
use core_sync::view::today::RoundToday;

use crate::courier::short;
use crate::halt::{OrBroken as _, Played, found};
use crate::phone::{Phone, Saved};
use crate::world::World;

/// What one phone showed, last time somebody looked.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    /// The screen that the courier taps on.
    pub(crate) screen: Vec<RoundToday>,
    /// Stops that were done, with the fact that did it.
    done: BTreeMap<(RoundId, StopId), RecordId>,
    /// Stops whose card could be read, with the name on it and how often the stop was amended.
    readable: BTreeMap<(RoundId, StopId), (String, usize)>,
}

/// What it shows now.
struct Shown {
    today: Vec<RoundToday>,
    records: BTreeMap<RoundId, Records>,
    badge: BadgeState,
    queued: usize,
}

impl Shown {
    /// How often a stop was amended, as far as the phone's records say.
    fn amendments(&self, (round, stop): (RoundId, StopId)) -> usize {
        let amends = |record: &Record| {
            matches!(
                record,
                Record::Act { body: ActBody::Plan(PlanRecord::StopAmended(amended)), .. } if amended.stop == stop
            )
        };
        let records = self.records.get(&round);
        records.map_or(0, |records| records.iter().filter(|(_, entry)| amends(&entry.record)).count())
    }
}

/// Looks at a phone and holds what it shows against what it showed.
pub(crate) fn look(world: &mut World, index: usize) -> Played<()> {
    let now = world.clock.now();
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    let session = phone.session(now)?;
    let today = session.today().or_broken("looking at a phone")?;
    let badge = session.badge().or_broken("looking at a badge")?.state;
    let queued = session.queue().or_broken("reading a queue")?.len();
    let mut records = BTreeMap::new();
    for round in &today {
        records.insert(round.round, session.records(round.round).or_broken("looking at a round")?.records);
    }
    let shown = Shown { today, records, badge, queued };
    let phone = world.phones.get(index).or_broken("a phone that is there")?;
    if shown.badge == BadgeState::AllSent && shown.queued > 0 {
        return Err(found(
            "a badge says all is sent when it is",
            format!("{} has {} acts that are only there", phone.name, shown.queued),
        ));
    }
    phone.saved.iter().try_for_each(|act| saved_stays(phone, act, &shown))?;
    phone.sight.done.iter().try_for_each(|(place, by)| done_stays_done(phone, *place, *by, &shown))?;
    let mut sight = Sight::of(&shown);
    cards_stay_readable(world, phone, &sight, &shown)?;
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    sight.screen = std::mem::take(&mut phone.sight.screen);
    phone.sight = sight;
    Ok(())
}

impl Sight {
    fn of(shown: &Shown) -> Self {
        use StopStatus::{Collected, Delivered, Failed, Returned};
        let mut sight = Self::default();
        for round in &shown.today {
            for stop in &round.stops {
                if let (Collected | Delivered | Failed | Returned, Some(by)) = (stop.status, stop.decided_by)
                {
                    sight.done.insert((round.round, stop.stop), by);
                }
                if let Some(card) = &stop.card {
                    let amended = shown.amendments((round.round, stop.stop));
                    sight.readable.insert((round.round, stop.stop), (card.name.reveal().clone(), amended));
                }
            }
        }
        sight
    }
}

/// Every act that was shown as saved is still there to be seen.
fn saved_stays(phone: &Phone, act: &Saved, shown: &Shown) -> Played<()> {
    if shown.records.get(&act.round).is_some_and(|records| records.contains(act.record, &act.bytes)) {
        return Ok(());
    }
    Err(found(
        "what was shown as saved stays on the phone",
        format!("{} lacks {} of round {}", phone.name, short(&act.record.0), short(&act.round.0)),
    ))
}

/// A stop that was done is done by the same deed, or by one that outranks it, or a record says why not.
fn done_stays_done(
    phone: &Phone,
    (round, stop): (RoundId, StopId),
    by: RecordId,
    shown: &Shown,
) -> Played<()> {
    let rounds = shown.today.iter().filter(|today| today.round == round);
    let card = rounds.flat_map(|today| &today.stops).find(|card| card.stop == stop);
    let records = shown.records.get(&round);
    if records.is_some_and(|records| is_explained(records, stop, by, card)) {
        return Ok(());
    }
    Err(found(
        "what was shown as done changes with a reason alone",
        format!(
            "{}: stop {} of round {} by {}, which is now {:?}, and the phone holds {:#?}",
            phone.name,
            short(&stop.0),
            short(&round.0),
            short(&by.0),
            card.map(|card| (card.status, card.decided_by)),
            records.map(|records| about(records, stop))
        ),
    ))
}

fn is_explained(records: &Records, stop: StopId, by: RecordId, card: Option<&StopCard>) -> bool {
    if is_taken_back(records, by) {
        return true;
    }
    let Some((card, now)) = card.and_then(|card| Some((card, card.decided_by?))) else { return false };
    let (Some(before), Some(after)) = (deed(records, stop, by), deed(records, stop, now)) else {
        return false;
    };
    let outranks = now == by || after.rank > before.rank;
    let holds = card.status == after.status
        || (card.status == StopStatus::Withdrawn && gives_way(records, stop, now, after.status));
    outranks && holds
}

/// Whether an amendment speaks of the deed; or it stood in the place of a fact, of which another amendment wants something
/// else (section 12 of the protocol: of two amendments one holds, and what the other wants does not stand).
fn is_taken_back(records: &Records, by: RecordId) -> bool {
    let amendments: Vec<(RecordId, Option<RecordId>)> = records
        .iter()
        .filter_map(|(_, entry)| match &entry.record {
            Record::Act { body: ActBody::Fact(Fact::Amended { amends, instead }), .. } => {
                Some((*amends, *instead))
            }
            Record::Act { .. } | Record::Reaction(_) | Record::Unknown { .. } => None,
        })
        .collect();
    let replaced = amendments.iter().filter(|(_, instead)| *instead == Some(by)).map(|(amends, _)| *amends);
    let mut replaced = replaced
        .filter(|fact| amendments.iter().any(|(amends, instead)| amends == fact && *instead != Some(by)));
    amendments.iter().any(|(amends, _)| *amends == by) || replaced.next().is_some()
}

/// A deed at a stop: what the stop is by it, and what it weighs against another (docs/conflicts.md, the fact that
/// decides): returned, delivered, collected, failed, and of equals the one that was tapped later.
struct Deed {
    status: StopStatus,
    rank: (u8, u64, RecordId),
}

fn deed(records: &Records, stop: StopId, id: RecordId) -> Option<Deed> {
    records.entries_of(id).find_map(|entry| {
        let Record::Act { stamp, body: ActBody::Fact(fact), .. } = &entry.record else { return None };
        let (at, status, weight) = match fact {
            Fact::Failed(at, _) => (at, StopStatus::Failed, 1),
            Fact::Collected(custody) => (&custody.at, StopStatus::Collected, 2),
            Fact::Delivered(custody, _) => (&custody.at, StopStatus::Delivered, 3),
            Fact::Returned(custody) => (&custody.at, StopStatus::Returned, 4),
            Fact::Started { .. }
            | Fact::Arrived(_)
            | Fact::Waiting(_)
            | Fact::Sequence(_)
            | Fact::Amended { .. }
            | Fact::Paused(_)
            | Fact::SeenPlan(_)
            | Fact::Finished => return None,
        };
        (at.stop == stop).then_some(Deed { status, rank: (weight, stamp.n, id) })
    })
}

/// Whether a deed gives way to a withdrawal of its stop: it failed, or people said that the withdrawal holds.
fn gives_way(records: &Records, stop: StopId, by: RecordId, status: StopStatus) -> bool {
    let plans = || {
        records.iter().filter_map(|(id, entry)| match &entry.record {
            Record::Act { body: ActBody::Plan(plan), .. } => Some((id, plan)),
            Record::Act { .. } | Record::Reaction(_) | Record::Unknown { .. } => None,
        })
    };
    let withdraws =
        |plan: &PlanRecord| matches!(plan, PlanRecord::StopWithdrawn { stop: of, .. } if *of == stop);
    let mut withdrawals = plans().filter(|(_, plan)| withdraws(plan)).map(|(id, _)| id);
    let settled_for = |withdrawal: RecordId| {
        plans().any(|(_, plan)| match plan {
            PlanRecord::Settled { records, holds, .. } => records.contains(&by) && *holds == Some(withdrawal),
            PlanRecord::StopAdded(_)
            | PlanRecord::StopAmended(_)
            | PlanRecord::StopWithdrawn { .. }
            | PlanRecord::Sequence(_)
            | PlanRecord::Note { .. }
            | PlanRecord::Archived => false,
        })
    };
    withdrawals.any(|withdrawal| status == StopStatus::Failed || settled_for(withdrawal))
}

/// A card that could be read can be read, unless it was erased or the phone was shut out; and says the same, unless a
/// coordinator put another name on it. Who amends a stop on a server that was put back writes the card that it knows.
fn cards_stay_readable(world: &World, phone: &Phone, sight: &Sight, shown: &Shown) -> Played<()> {
    let shut_out = shown.badge == BadgeState::Revoked || shown.badge == BadgeState::SignedOut;
    for (place, (before, amended_before)) in &phone.sight.readable {
        let stop = short(&place.1.0);
        match sight.readable.get(place) {
            Some((now, _)) if now == before || world.ledger.renamed.contains(&(place.1, now.clone())) => {}
            Some((_, amended)) if world.ledger.put_backs > 0 && amended > amended_before => {}
            Some((now, _)) => {
                return Err(found(
                    "a card says what a coordinator wrote",
                    format!("{} shows {now} at stop {stop}, where {before} stood", phone.name),
                ));
            }
            None if shut_out || world.ledger.erased.contains(before) => {}
            // An amendment that a phone gave back may be here before the card that it names.
            None if world.ledger.put_backs > 0 && shown.amendments(*place) > *amended_before => {}
            None => {
                return Err(found(
                    "a card stays readable",
                    format!("{} lost the card of stop {stop} ({before})", phone.name),
                ));
            }
        }
    }
    Ok(())
}

/// The records that speak of a stop, or take something back.
fn about(records: &Records, stop: StopId) -> Vec<String> {
    let stop = format!("{stop:?}");
    let said = records.iter().map(|(id, entry)| format!("{}: {:?}", short(&id.0), entry.record));
    said.filter(|said| said.contains(&stop) || said.contains("Amended")).collect()
}

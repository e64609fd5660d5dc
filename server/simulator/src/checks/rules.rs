//! Where people disagreed, everybody sees it and somebody is asked: a few consequences of docs/conflicts.md, written
//! down here anew and held against what the server shows.
//!
//! What the records of a round come to is folded by the product's own rules here too, and what follows from several rounds
//! is derived by them: that the server did it, and everywhere alike, is what is held. Whether those rules are right is for
//! the consequences written down here, and for the rules' own tests.

use std::collections::BTreeSet;

use core_sync::domain::fact::{Custody, Fact};
use core_sync::domain::ids::{MemberId, ParcelId, RecordId, StopId};
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::reaction::Reaction;
use core_sync::domain::reasons::WithdrawReason;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stamp::Stamp;
use core_sync::domain::together::{RoundRecords, together};
use core_sync::wire::item::{ItemView, Items};

use crate::courier::short;
use crate::halt::{OrBroken as _, Played, found};
use crate::inventory::{Inventory, RoundLog};
use crate::world::World;

/// A deed at a stop that nobody took back.
struct Deed<'a> {
    id: RecordId,
    stamp: Stamp,
    fact: &'a Fact,
}

pub(super) fn people_find_what_disagreed(world: &mut World, inventory: &Inventory) -> Played<()> {
    let token = world.office.first().or_broken("a coordinator that is there")?.token.reveal().clone();
    let items: Items = world.server.get("/v1/items", &token)?;
    for item in &items.items {
        *world.tally.items.entry(item.kind.code()).or_default() += 1;
    }
    everything_was_derived(inventory, &items.items)?;
    for log in inventory.rounds.values() {
        let state = RoundState::of(&log.records);
        for stop in state.stops.values() {
            let deeds = deeds_at(log, stop.id);
            if !deeds.is_empty() && stop.status.remains() {
                return Err(found("a deed stands", format!("stop {} is open again", short(&stop.id.0))));
            }
            the_later_tap_decides(&deeds, stop.decided_by.as_ref().map(|fact| fact.id))?;
            if let [only] = &deeds[..] {
                a_late_withdrawal_is_asked_about(inventory, log, only, &items.items)?;
            }
        }
    }
    one_parcel_with_two_couriers_is_asked_about(inventory, &items.items)
}

/// What several rounds say together was written back, and what is asked is what follows from the records.
fn everything_was_derived(inventory: &Inventory, shown: &[ItemView]) -> Played<()> {
    let rounds: Vec<RoundRecords<'_>> = inventory
        .rounds
        .iter()
        .map(|(round, log)| RoundRecords {
            round: *round,
            holder: log.document.holder,
            records: &log.records,
        })
        .collect();
    let derived = together(&rounds);
    if let Some(missing) = derived.reactions.first() {
        return Err(found(
            "what follows from the records is written down",
            format!(
                "round {} lacks {:?}{}",
                short(&missing.round.0),
                missing.reaction,
                match &missing.reaction {
                    Reaction::Ruled { parcel, .. } => inventory.about(parcel),
                    Reaction::Void { stop, .. } => inventory.about(stop),
                }
            ),
        ));
    }
    let follow: BTreeSet<_> = derived.items.iter().map(|item| (item.id, item.settled.is_some())).collect();
    let asked: BTreeSet<_> = shown.iter().map(|item| (item.id, item.settled.is_some())).collect();
    if follow == asked {
        return Ok(());
    }
    Err(found("people are asked what follows from the records", format!("{asked:?} and not {follow:?}")))
}

/// The deeds at a stop; none if an amendment speaks of one of them, because then what holds is not simple.
fn deeds_at(log: &RoundLog, stop: StopId) -> Vec<Deed<'_>> {
    let deeds: Vec<Deed<'_>> = facts(log).filter(|deed| stop_of(deed.fact) == Some(stop)).collect();
    let amended = amended(log);
    if deeds.iter().any(|deed| amended.contains(&deed.id)) { Vec::new() } else { deeds }
}

/// Facts that an amendment takes back, or names as what is right instead: what holds of those is asked of nobody here.
fn amended(log: &RoundLog) -> BTreeSet<RecordId> {
    facts(log)
        .filter_map(|deed| {
            let Fact::Amended { amends, instead } = deed.fact else { return None };
            Some([Some(*amends), *instead])
        })
        .flatten()
        .flatten()
        .collect()
}

fn facts(log: &RoundLog) -> impl Iterator<Item = Deed<'_>> {
    log.records.iter().filter_map(|(id, entry)| {
        let Record::Act { stamp, body: ActBody::Fact(fact), .. } = &entry.record else { return None };
        Some(Deed { id, stamp: *stamp, fact })
    })
}

fn stop_of(fact: &Fact) -> Option<StopId> {
    match fact {
        Fact::Collected(custody) | Fact::Delivered(custody, _) | Fact::Returned(custody) => {
            Some(custody.at.stop)
        }
        Fact::Failed(at, _) => Some(at.stop),
        Fact::Started { .. }
        | Fact::Arrived(_)
        | Fact::Waiting(_)
        | Fact::Sequence(_)
        | Fact::Amended { .. }
        | Fact::Paused(_)
        | Fact::SeenPlan(_)
        | Fact::Finished => None,
    }
}

/// Of two deeds of one kind, the one that was tapped later, whatever the clock said.
fn the_later_tap_decides(deeds: &[Deed<'_>], decided_by: Option<RecordId>) -> Played<()> {
    let Some(first) = deeds.first() else { return Ok(()) };
    let Some(decides) = deeds.iter().find(|deed| Some(deed.id) == decided_by) else {
        return Err(found(
            "a deed decides where there is one",
            format!("not {}, but {:?}", short(&first.id.0), decided_by.map(|fact| short(&fact.0))),
        ));
    };
    let later =
        deeds.iter().find(|deed| deed.fact.kind() == decides.fact.kind() && deed.stamp.n > decides.stamp.n);
    match later {
        None => Ok(()),
        Some(later) => Err(found(
            "the later tap decides",
            format!("{} decides, {} was tapped later", short(&decides.id.0), short(&later.id.0)),
        )),
    }
}

/// Delivered without having seen the withdrawal: somebody is asked.
fn a_late_withdrawal_is_asked_about(
    inventory: &Inventory,
    log: &RoundLog,
    deed: &Deed<'_>,
    items: &[ItemView],
) -> Played<()> {
    let Fact::Delivered(Custody { at, .. }, _) = deed.fact else { return Ok(()) };
    // Of several, which takes a server that was put back, the one with the smaller id counts (protocol, section 12).
    let withdrawn = log.records.iter().find_map(|(id, entry)| {
        let Record::Act { body: ActBody::Plan(PlanRecord::StopWithdrawn { stop, reason }), .. } =
            &entry.record
        else {
            return None;
        };
        (*stop == at.stop).then_some((id, *reason))
    });
    let withdrawn = withdrawn
        .filter(|(_, reason)| matches!(reason, WithdrawReason::Cancelled | WithdrawReason::Mistake))
        .map(|(id, _)| id);
    match withdrawn {
        Some(withdrawal) if !at.seen.contains(&withdrawal) && !names(items, deed.id) => Err(found(
            "a late withdrawal is asked about",
            format!(
                "{} was delivered, {} withdrew it:{}",
                short(&deed.id.0),
                short(&withdrawal.0),
                inventory.about(&at.stop)
            ),
        )),
        Some(_) | None => Ok(()),
    }
}

/// Two couriers say that they took the same parcel: somebody is asked.
fn one_parcel_with_two_couriers_is_asked_about(inventory: &Inventory, items: &[ItemView]) -> Played<()> {
    let mut takers: std::collections::BTreeMap<ParcelId, Vec<(MemberId, RecordId)>> =
        std::collections::BTreeMap::new();
    for log in inventory.rounds.values() {
        let amended = amended(log);
        for deed in facts(log).filter(|deed| !amended.contains(&deed.id)) {
            if let Fact::Collected(custody) = deed.fact {
                for parcel in &custody.parcels {
                    takers.entry(*parcel).or_default().push((log.document.holder, deed.id));
                }
            }
        }
    }
    for (parcel, taken) in takers {
        // What the shop has a word in may have gone back and out again.
        if inventory.rounds.values().any(|log| the_shop_spoke_of(log, parcel)) {
            continue;
        }
        let members: BTreeSet<MemberId> = taken.iter().map(|(member, _)| *member).collect();
        let asked = items.iter().any(|item| item.parcels.contains(&parcel))
            || taken.iter().any(|(_, record)| names(items, *record));
        if members.len() > 1 && !asked {
            return Err(found(
                "one parcel with two couriers is asked about",
                format!(
                    "parcel {} was collected by {} couriers:{}",
                    short(&parcel.0),
                    members.len(),
                    inventory.about(&parcel)
                ),
            ));
        }
    }
    Ok(())
}

fn the_shop_spoke_of(log: &RoundLog, parcel: ParcelId) -> bool {
    log.records.iter().any(|(_, entry)| {
        let Record::Act { body: ActBody::ShopFact(said), .. } = &entry.record else { return false };
        said.parcels.contains(&parcel)
    })
}

fn names(items: &[ItemView], record: RecordId) -> bool {
    items.iter().any(|item| item.evidence.iter().any(|evidence| evidence.record == record))
}

//! Strategies for sets of records: few ids, so that records meet, contradict and miss one another.
//!
//! Nothing here is honest on purpose: bases and amendments may be missing or run in circles, an id may
//! stand for several bytes, kinds may be of a later version, bytes may be nothing at all.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{fact_id, parcel, plan_id, stop_id, window};
use crate::cbor;
use crate::domain::fact::{AtStop, Custody, Fact};
use crate::domain::hash::Hash;
use crate::domain::ids::{BootId, CardHash, PlanVersion, RecordId, RoundId, StopId};
use crate::domain::kind::MapName;
use crate::domain::plan_record::{PlanRecord, Sequence, StopAdded, StopAmended, StopTerms};
use crate::domain::reaction::Reaction;
use crate::domain::reasons::{Answer, FailReason, HandedTo, StopKind, WithdrawReason};
use crate::domain::record::{ActBody, Record};
use crate::domain::shop_fact::{Direction, ShopFact, ShopProof};
use crate::domain::stamp::Stamp;
use crate::domain::time::Timestamp;
use crate::round_doc::mint::NewRecord;
use crate::testing::{COURIER, MORNING};

/// Stops 1 to 8 may be added; 9 never is.
fn stop() -> impl Strategy<Value = StopId> {
    (1_u8..=9).prop_map(stop_id)
}

/// Ids of plan records other than `stop added`, and of facts. 100 never exists.
fn any_record() -> impl Strategy<Value = RecordId> {
    prop_oneof![
        4 => (20_u8..32).prop_map(plan_id),
        4 => (1_u8..24).prop_map(fact_id),
        1 => Just(plan_id(100)),
    ]
}

fn few_records() -> impl Strategy<Value = Vec<RecordId>> {
    vec(any_record(), 0..4)
}

fn parcels() -> impl Strategy<Value = Vec<crate::domain::ids::ParcelId>> {
    subsequence((1_u8..=6).map(parcel).collect::<Vec<_>>(), 0..=4)
}

pub(crate) fn some_terms() -> impl Strategy<Value = StopTerms> {
    (0_i64..4, 0_u32..600, parcels(), 0_u8..4).prop_map(|(hours, service_seconds, parcels, card)| StopTerms {
        window: window(hours),
        service_seconds,
        parcels,
        card: CardHash([card; 32]),
    })
}

fn some_sequence() -> impl Strategy<Value = Sequence> {
    (proptest::option::of(any_record()), proptest::option::of(any_record()), vec(stop(), 0..10))
        .prop_map(|(base, saw, stops)| Sequence { base, saw, stops })
}

fn some_stamp() -> impl Strategy<Value = Stamp> {
    (0_i64..400, 1_u8..3, 0_u64..1_000, 0_u64..30).prop_map(|(minutes, boot, monotonic_ms, n)| Stamp {
        time: Timestamp(MORNING.0 + minutes * 60_000),
        boot: BootId([boot; 8]),
        monotonic_ms,
        n,
    })
}

/// A body of the plan, with the id it stands under. Its stops may come from these rounds.
fn plan(rounds: &[RoundId]) -> impl Strategy<Value = (RecordId, ActBody)> + use<> {
    let from = proptest::option::of((select(rounds.to_vec()), (1_u8..=8).prop_map(stop_id)));
    let stop_added =
        (1_u8..=8, select(StopKind::ALL), some_terms(), from).prop_map(|(n, kind, terms, from)| {
            (plan_id(n), PlanRecord::StopAdded(StopAdded { kind, terms, order: None, from }))
        });
    let other = prop_oneof![
        3 => (stop(), proptest::option::of(any_record()), some_terms())
            .prop_map(|(stop, base, terms)| PlanRecord::StopAmended(StopAmended { stop, base, terms })),
        2 => (stop(), select(WithdrawReason::ALL))
            .prop_map(|(stop, reason)| PlanRecord::StopWithdrawn { stop, reason }),
        3 => some_sequence().prop_map(PlanRecord::Sequence),
        1 => proptest::option::of(stop())
            .prop_map(|stop| PlanRecord::Note { stop, text: Hash::of("test", &[]) }),
        1 => (few_records(), select(Answer::ALL), proptest::option::of(any_record()))
            .prop_map(|(records, answer, holds)| PlanRecord::Settled { records, answer, holds }),
        1 => Just(PlanRecord::Archived),
    ];
    let other = ((20_u8..32).prop_map(plan_id), other);
    prop_oneof![stop_added, other].prop_map(|(id, body)| (id, ActBody::Plan(body)))
}

fn at_stop() -> impl Strategy<Value = AtStop> {
    (stop(), few_records()).prop_map(|(stop, seen)| AtStop { stop, seen })
}

fn some_custody() -> impl Strategy<Value = Custody> {
    (at_stop(), parcels(), few_records()).prop_map(|(at, parcels, follows)| Custody { at, parcels, follows })
}

/// A fact of any kind.
pub(crate) fn some_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        vec(stop(), 0..10).prop_map(|stops| Fact::Started { stops }),
        at_stop().prop_map(Fact::Arrived),
        at_stop().prop_map(Fact::Waiting),
        some_custody().prop_map(Fact::Collected),
        (some_custody(), select(HandedTo::ALL)).prop_map(|(custody, to)| Fact::Delivered(custody, to)),
        (at_stop(), select(FailReason::ALL)).prop_map(|(at, reason)| Fact::Failed(at, reason)),
        some_custody().prop_map(Fact::Returned),
        some_sequence().prop_map(Fact::Sequence),
        (any_record(), proptest::option::of(any_record()))
            .prop_map(|(amends, instead)| Fact::Amended { amends, instead }),
        any::<bool>().prop_map(Fact::Paused),
        any::<[u8; 8]>().prop_map(|version| Fact::SeenPlan(PlanVersion(version))),
        Just(Fact::Finished),
    ]
}

fn facts() -> impl Strategy<Value = (RecordId, ActBody)> {
    ((1_u8..24).prop_map(fact_id), some_fact()).prop_map(|(id, fact)| (id, ActBody::Fact(fact)))
}

fn shop_facts() -> impl Strategy<Value = (RecordId, ActBody)> {
    (
        (60_u8..64).prop_map(plan_id),
        select(vec![Direction::Given, Direction::Received]),
        parcels(),
        few_records(),
    )
        .prop_map(|(id, direction, parcels, follows)| {
            (
                id,
                ActBody::ShopFact(ShopFact {
                    direction,
                    parcels,
                    follows,
                    proof: ShopProof { signature: [7; 64], delegation: vec![8; 16] },
                }),
            )
        })
}

fn reactions() -> impl Strategy<Value = Reaction> {
    prop_oneof![
        (stop(), proptest::option::of(parcels()), few_records())
            .prop_map(|(stop, parcels, causes)| Reaction::Void { stop, parcels, causes }),
        ((1_u8..=6).prop_map(parcel), any::<bool>(), few_records()).prop_map(|(parcel, held, causes)| {
            Reaction::Ruled { parcel, holder: held.then_some(COURIER), causes }
        }),
    ]
}

/// A record that this version reads, with the id it stands under.
pub(crate) fn known_record() -> impl Strategy<Value = (RecordId, Record)> {
    known_record_of(&[super::DOCUMENT.round])
}

fn known_record_of(rounds: &[RoundId]) -> impl Strategy<Value = (RecordId, Record)> + use<> {
    let act = prop_oneof![5 => plan(rounds), 6 => facts(), 1 => shop_facts()];
    prop_oneof![
        11 => (act, some_stamp())
            .prop_map(|((id, body), stamp)| (id, Record::Act { member: COURIER, stamp, body })),
        1 => ((50_u8..54).prop_map(plan_id), reactions())
            .prop_map(|(id, reaction)| (id, Record::Reaction(reaction))),
    ]
}

/// Bytes that are a record of a later version: another kind, or another schema.
pub(crate) fn later_record() -> impl Strategy<Value = Vec<u8>> {
    let head = prop_oneof![(Just(1_u64), 200_u64..300), (2_u64..9, 1_u64..70)];
    (head, any::<bool>(), 0_u64..5).prop_map(|((schema, kind), reaction, body)| {
        let body = cbor::Map::new().field(body, "later").build();
        let mut places: Vec<ciborium::Value> = vec![schema.into(), kind.into()];
        if !reaction {
            let rest: [ciborium::Value; 5] =
                [COURIER.into(), MORNING.0.into(), BootId([1; 8]).into(), 1.into(), 1.into()];
            places.extend(rest);
        }
        places.push(body);
        cbor::encode(&ciborium::Value::Array(places))
    })
}

/// A record of any sort under an id where such a record might stand.
pub(crate) fn any_entry() -> impl Strategy<Value = NewRecord> {
    any_entry_of(&[super::DOCUMENT.round])
}

fn any_entry_of(rounds: &[RoundId]) -> impl Strategy<Value = NewRecord> + use<> {
    let unread_id = prop_oneof![(1_u8..32).prop_map(plan_id), (1_u8..24).prop_map(fact_id)];
    let unread = prop_oneof![2 => later_record(), 1 => vec(any::<u8>(), 0..40)];
    prop_oneof![
        12 => known_record_of(rounds).prop_map(|(id, record)| {
            let map = record.kind().map_or(MapName::Facts, |kind| kind.family().map());
            NewRecord { map, id, bytes: record.to_bytes().unwrap() }
        }),
        1 => (unread_id, unread).prop_map(|(id, bytes)| NewRecord { map: MapName::Facts, id, bytes }),
    ]
}

/// A set of records whose stops may come from these rounds.
pub(crate) fn records_of_rounds(rounds: &[RoundId]) -> impl Strategy<Value = Vec<NewRecord>> + use<> {
    vec(any_entry_of(rounds), 0..40)
}

/// A set of records, doubles possible.
pub(crate) fn record_set() -> impl Strategy<Value = Vec<NewRecord>> {
    vec(any_entry(), 0..60)
}

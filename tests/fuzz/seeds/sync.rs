//! Sync requests of the co-op's phone: as they are at work, and at the edges of what a phone may ask.

use core_sync::domain::fact::{AtStop, Fact};
use core_sync::domain::ids::{ActId, RecordId, RoundId, StopId};
use core_sync::domain::kind::MapName;
use core_sync::domain::record::{ActBody, Record};
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::genesis::{GENESIS_MAX_OP, genesis};
use core_sync::round_doc::lineage::Lineage;
use core_sync::round_doc::mint::{NewRecord, Tip, mint};
use core_sync::signing::envelope::{Envelope, sign};
use core_sync::wire::cursor::Cursor;
use core_sync::wire::signed_request::SignedRequest;
use core_sync::wire::sync_request::{RoundAsk, SyncRequest};

use super::Seed;
use crate::targets::coop::{self, People};
use crate::targets::document::stamp;

pub(super) fn seeds() -> Vec<Seed> {
    coop::with(|coop| {
        let people = &coop.people;
        let document = people.document();
        let other = DocumentName { round: RoundId([9; 16]), ..document };
        let strange = DocumentName { holder: people.coordinator.member, ..document };
        let (one, two) = (change(people, document, &[1]), change(people, document, &[2, 3]));
        let mut spoilt = one.clone();
        spoilt.change.truncate(60);
        let stood = Envelope { delegation: None, ..one.clone() };
        let ask = |document, pushes: &[&Envelope], cards| {
            let cursor = Cursor { position: 0, lineage: Lineage::start(&document).short() };
            RoundAsk { document, cursor, pushes: pushes.iter().copied().cloned().collect(), cards }
        };
        let later =
            RoundAsk { cursor: Cursor { position: 3, lineage: [1; 8] }, ..ask(document, &[], vec![]) };
        let cases = [
            ("nothing", vec![]),
            ("asks", vec![ask(document, &[], vec![])]),
            ("tap", vec![ask(document, &[&one], vec![])]),
            ("taps", vec![ask(document, &[&one, &two, &stood], vec![])]),
            ("spoilt", vec![ask(document, &[&spoilt, &two], vec![])]),
            ("cursor", vec![later]),
            ("cards", vec![ask(document, &[], vec![vec![0xa0], b"no card".to_vec()])]),
            (
                "other-round",
                vec![ask(other, &[&change(people, other, &[4])], vec![]), ask(document, &[], vec![])],
            ),
            ("strange-holder", vec![ask(strange, &[&one], vec![])]),
        ];
        let request = |rounds| {
            let body = SyncRequest { schema: 1, rounds }.to_bytes(people.courier.member);
            SignedRequest::sign(&people.key, people.device, 1, body)
        };
        let mut seeds: Vec<Seed> = cases
            .into_iter()
            .map(|(name, rounds)| Seed::new("sync_request", name, request(rounds).to_bytes()))
            .collect();
        let mut shown = request(vec![ask(document, &[&one], vec![])]);
        shown.delegations = one.delegation.iter().cloned().chain([vec![0x80]]).collect();
        seeds.push(Seed::new("sync_request", "shown", shown.to_bytes()));
        seeds
    })
}

/// A change of arrivals on genesis, by the phone.
fn change(people: &People, document: DocumentName, acts: &[u8]) -> Envelope {
    let record = |n: &u8| {
        let body = ActBody::Fact(Fact::Arrived(AtStop { stop: StopId([*n; 16]), seen: Vec::new() }));
        let record = Record::Act { member: people.courier.member, stamp: stamp(*n), body };
        let id = RecordId::new(ActId([*n; 16]), people.device);
        NewRecord { map: MapName::Facts, id, bytes: record.to_bytes().unwrap() }
    };
    let records: Vec<NewRecord> = acts.iter().map(record).collect();
    let tip = Tip { heads: vec![(genesis(&document).hash, GENESIS_MAX_OP)] };
    let minted = mint(&document, people.device, &tip, &records).unwrap();
    Envelope {
        change: minted.bytes,
        device: people.device,
        signature: sign(&people.key, document.round, &minted.hash, people.device),
        delegation: Some(people.word()),
    }
}

#[test]
fn what_the_phone_honestly_pushes_is_taken_in() {
    let taken = |name: &str| {
        let seed = seeds().into_iter().find(|seed| seed.name == format!("seed-{name}")).unwrap();
        crate::targets::sync_request::committed(&seed.bytes)
    };
    let names = ["nothing", "tap", "taps", "spoilt", "other-round", "strange-holder", "shown"];
    assert_eq!(names.map(taken), [0, 1, 2, 1, 1, 0, 1]);
}

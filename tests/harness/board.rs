//! What must hold after every story: an empty client finds each saved act once, and the log is plain Automerge.

use std::collections::BTreeSet;

use core_sync::domain::ids::{MemberId, RoundId};
use core_sync::round_doc::change::ReadChange;
use courier_session::session::SyncEnd;

use super::phone::Phone;
use super::world::World;

/// Fetches everything into an empty phone of the same member and compares with what `phone` said was saved.
pub async fn everything_is_there_once(world: &mut World, member: MemberId, phone: &mut Phone) {
    let mut empty = world.phone(member).await;
    assert_eq!(empty.sync().await, SyncEnd::Synced);
    assert!(!phone.saved.is_empty(), "a story without an act proves nothing");
    all_saved_is_there_once(phone, &mut empty);
    let rounds: BTreeSet<_> = phone.saved.iter().map(|(round, ..)| *round).collect();
    for round in rounds {
        empty.trial(round);
        each_record_came_once(&mut empty, round);
        assert_eq!(phone.records(round).len(), empty.records(round).len(), "both phones hold the same");
    }
}

/// Whether an empty client that fetched everything has each act that `phone` said was saved, as tapped.
pub fn all_saved_is_there_once(phone: &Phone, empty: &mut Phone) {
    for (round, record, bytes) in &phone.saved {
        let found: Vec<_> = empty.records(*round).into_iter().filter(|((id, _), _)| id == record).collect();
        assert_eq!(found.len(), 1, "{record} is there once");
        assert_eq!(&found[0].0.1, bytes, "{record} has its bytes");
    }
}

/// Whether the log itself holds each record once: a queue sent twice is one act, a reaction derived twice is one.
pub fn each_record_came_once(phone: &mut Phone, round: RoundId) {
    let document = phone.session().records(round).unwrap().document;
    let mut seen = BTreeSet::new();
    for bytes in phone.confirmed_changes(&document) {
        for (record, _) in ReadChange::read(&bytes).unwrap().records(&document) {
            assert!(seen.insert(record), "{record} came in two changes");
        }
    }
}

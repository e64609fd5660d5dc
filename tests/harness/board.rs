//! What must hold after every story: an empty client finds each saved act once, and the log is plain Automerge.

use core_sync::domain::ids::MemberId;
use courier_session::session::SyncEnd;

use super::phone::Phone;
use super::world::World;

/// Fetches everything into an empty phone of the same member and compares with what `phone` said was saved.
pub async fn everything_is_there_once(world: &mut World, member: MemberId, phone: &mut Phone) {
    let mut empty = world.phone(member).await;
    assert_eq!(empty.sync().await, SyncEnd::Synced);
    assert!(!phone.saved.is_empty(), "a story without an act proves nothing");
    for (round, record, bytes) in &phone.saved.clone() {
        let found: Vec<_> = empty.records(*round).into_iter().filter(|((id, _), _)| id == record).collect();
        assert_eq!(found.len(), 1, "{record} is there once");
        assert_eq!(&found[0].0.1, bytes, "{record} has its bytes");
        empty.trial(*round);
    }
    let rounds: std::collections::BTreeSet<_> = phone.saved.iter().map(|(round, ..)| *round).collect();
    for round in rounds {
        // The log itself holds it once: a queue sent twice is one act.
        let document = empty.session().records(round).unwrap().document;
        let changes = empty.confirmed_changes(&document);
        let mut hashes: Vec<_> =
            changes.iter().map(|bytes| core_sync::round_doc::change::change_hash(bytes).unwrap()).collect();
        let all = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), all);
        assert_eq!(phone.records(round).len(), empty.records(round).len(), "both phones hold the same");
    }
}

//! A set of records: what a round's document is, whatever order, doubling or splitting brought it.
//!
//! All values of a key are kept, never only Automerge's winner; nothing is ever taken out.

use std::collections::BTreeMap;

use super::ids::RecordId;
use super::record::Record;
use super::time::Timestamp;

/// A record as it stands in the set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The record, read; bytes that do not parse are `Record::Unknown` of kind 0.
    pub record: Record,
    /// When the server had it; `None` while it is only on a phone.
    pub received: Option<Timestamp>,
}

/// The set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Records {
    by_id: BTreeMap<RecordId, BTreeMap<Vec<u8>, Entry>>,
}

impl Records {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a record in. Putting the same one in twice changes nothing, but a receive time is kept.
    pub fn insert(&mut self, id: RecordId, bytes: &[u8], received: Option<Timestamp>) {
        let values = self.by_id.entry(id).or_default();
        if let Some(entry) = values.get_mut(bytes) {
            // The earliest: a record that came again in another change was already here.
            entry.received = match (entry.received, received) {
                (Some(before), Some(now)) => Some(before.min(now)),
                (before, now) => before.or(now),
            };
            return;
        }
        let record = Record::from_bytes(bytes).unwrap_or(Record::Unknown { kind: 0 });
        values.insert(bytes.to_vec(), Entry { record, received });
    }

    /// Puts all of another set in.
    pub fn extend(&mut self, other: &Self) {
        for (id, values) in &other.by_id {
            values.iter().for_each(|(bytes, entry)| self.insert(*id, bytes, entry.received));
        }
    }

    /// Every record with its id, by id and then by bytes.
    pub fn iter(&self) -> impl Iterator<Item = (RecordId, &Entry)> {
        self.by_id.iter().flat_map(|(id, values)| values.values().map(|entry| (*id, entry)))
    }

    /// Every value of an id, by bytes.
    pub fn entries_of(&self, id: RecordId) -> impl Iterator<Item = &Entry> {
        self.by_id.get(&id).into_iter().flat_map(BTreeMap::values)
    }

    /// The bytes of every value of an id.
    pub fn bytes_of(&self, id: RecordId) -> impl Iterator<Item = &[u8]> {
        self.by_id.get(&id).into_iter().flat_map(|values| values.keys().map(Vec::as_slice))
    }

    /// Whether exactly these bytes stand under this id.
    #[must_use]
    pub fn contains(&self, id: RecordId, bytes: &[u8]) -> bool {
        self.by_id.get(&id).is_some_and(|values| values.contains_key(bytes))
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.values().map(BTreeMap::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}

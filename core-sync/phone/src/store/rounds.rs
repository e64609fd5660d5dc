//! Rounds as the views need them: the confirmed log, what a log of another lineage left over, and the queue.

use std::cell::RefCell;
use std::collections::BTreeMap;

use core_sync::domain::card::{Card, CardText};
use core_sync::domain::ids::{CardHash, MemberId, RecordId, RoundId};
use core_sync::domain::records::Records;
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::ReadChange;
use core_sync::signing::envelope::Envelope;
use core_sync::view::plan_diff::SeenPlan;
use core_sync::view::stop_card::Cards;
use rusqlite::{OptionalExtension, params};

use super::cells::{fixed, unreadable, whole};
use super::{Store, StoreError};

/// A round with everything that is shown of it.
#[derive(Debug, Clone)]
pub struct StoredRound {
    /// Its document.
    pub document: DocumentName,
    /// Confirmed and queued records.
    pub records: Records,
    /// What the courier last said she saw of the plan.
    pub seen: Option<SeenPlan>,
    /// Changes that this version cannot read.
    pub unreadable: usize,
}

/// Rounds whose confirmed part is kept in memory: those of a day. One takes some 100 kB.
const KEPT_MAX: usize = 4;

/// The confirmed part of a round, read before: at each tap it is needed, and taking its changes apart again would
/// take longer than saving the tap.
#[derive(Debug, Default)]
pub(super) struct ReadRounds(RefCell<BTreeMap<RoundId, ReadRound>>);

#[derive(Debug, Clone)]
struct ReadRound {
    at: Place,
    records: Records,
    unreadable: usize,
}

/// What names the rows that were read: the lineage all of the log's, the count those that a lost log left over, which
/// only leave with a row of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    lineage: [u8; 32],
    spare: u64,
}

impl ReadRounds {
    /// Forgets a round: its rows are written.
    pub(super) fn forget(&self, round: RoundId) {
        self.0.borrow_mut().remove(&round);
    }

    /// Forgets all.
    pub(super) fn forget_all(&self) {
        self.0.borrow_mut().clear();
    }

    fn find(&self, round: RoundId, at: Place) -> Option<ReadRound> {
        self.0.borrow().get(&round).filter(|read| read.at == at).cloned()
    }

    fn keep(&self, round: RoundId, read: &ReadRound) {
        let mut kept = self.0.borrow_mut();
        if kept.len() >= KEPT_MAX {
            // One of yesterday's among today's: the next tap keeps its own again.
            kept.clear();
        }
        kept.insert(round, read.clone());
    }
}

/// The document named by the first three columns.
pub(super) fn document(row: &rusqlite::Row<'_>) -> rusqlite::Result<DocumentName> {
    Ok(DocumentName {
        round: RoundId(fixed(row, 0)?),
        holder: MemberId(fixed(row, 1)?),
        schema: whole(row, 2)?,
    })
}

/// Reads an envelope as the store keeps it.
pub(super) fn envelope(bytes: &[u8], table: &'static str) -> Result<Envelope, StoreError> {
    core_sync::cbor::decode(bytes)
        .and_then(|value| Envelope::from_cbor(&value, "envelope"))
        .map_err(|_| unreadable(table))
}

impl Store {
    /// The documents on this phone.
    pub fn documents(&self) -> Result<Vec<DocumentName>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT round, holder, schema FROM round ORDER BY round")?;
        let documents = statement.query_map([], document)?;
        Ok(documents.collect::<Result<_, _>>()?)
    }

    /// One round; `None` if it is not here.
    pub fn round(&self, round: RoundId) -> Result<Option<StoredRound>, StoreError> {
        let sql =
            "SELECT round, holder, schema, seen, lineage, (SELECT count(*) FROM spare WHERE spare.round = ?1)
                   FROM round WHERE round = ?1";
        let read = |row: &rusqlite::Row<'_>| {
            let at = Place { lineage: fixed(row, 4)?, spare: whole(row, 5)? };
            Ok((document(row)?, row.get::<_, String>(3)?, at))
        };
        let found = self.connection.prepare_cached(sql)?.query_row([round.0], read).optional()?;
        let Some((document, seen, at)) = found else { return Ok(None) };
        let ReadRound { mut records, unreadable, .. } = match self.read.find(round, at) {
            Some(read) => read,
            None => {
                let read = self.read_confirmed(&document, at)?;
                self.read.keep(round, &read);
                read
            }
        };
        let mut statement = self
            .connection
            .prepare_cached("SELECT record, bytes FROM queue WHERE round = ?1 ORDER BY place")?;
        let mut rows = statement.query([round.0])?;
        while let Some(row) = rows.next()? {
            records.insert(RecordId(fixed(row, 0)?), &row.get::<_, Vec<u8>>(1)?, None);
        }
        let seen = if seen.is_empty() { None } else { serde_json::from_str(&seen).ok() };
        Ok(Some(StoredRound { document, records, seen, unreadable }))
    }

    fn read_confirmed(&self, document: &DocumentName, at: Place) -> Result<ReadRound, StoreError> {
        let mut read = ReadRound { at, records: Records::new(), unreadable: 0 };
        let confirmed = "SELECT envelope, received_ms FROM log WHERE round = ?1 AND kind = 0
                         UNION ALL SELECT envelope, received_ms FROM spare WHERE round = ?1";
        let mut statement = self.connection.prepare_cached(confirmed)?;
        let mut rows = statement.query([document.round.0])?;
        while let Some(row) = rows.next()? {
            let bytes: Vec<u8> = row.get(0)?;
            match ReadChange::read(&envelope(&bytes, "log")?.change) {
                Ok(change) => {
                    for (id, bytes) in change.records(document) {
                        read.records.insert(id, &bytes, Some(Timestamp(row.get(1)?)));
                    }
                }
                Err(_) => read.unreadable += 1,
            }
        }
        Ok(read)
    }

    /// The cards on this phone that can be read.
    pub fn cards(&self) -> Result<Cards, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT hash, bytes FROM card")?;
        let mut rows = statement.query([])?;
        let mut cards = Cards::new();
        while let Some(row) = rows.next()? {
            let text: Option<CardText> =
                Card::from_bytes(&row.get::<_, Vec<u8>>(1)?).ok().map(|card| card.text);
            if let Some(text) = text {
                cards.insert(CardHash(fixed(row, 0)?), text);
            }
        }
        Ok(cards)
    }

    /// Notes what the courier saw of the plan.
    pub fn note_seen(&mut self, round: RoundId, seen: &SeenPlan) -> Result<(), StoreError> {
        let text = serde_json::to_string(seen).map_err(|_| unreadable("round"))?;
        self.connection.execute("UPDATE round SET seen = ?2 WHERE round = ?1", params![round.0, text])?;
        Ok(())
    }
}

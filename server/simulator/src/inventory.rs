//! What stands committed in a server's folder: every round's changes and the records they carry.
//!
//! Read from the rows beside the running server, so that an answer can be held against the disk. It folds nothing.

use std::collections::BTreeMap;
use std::path::Path;

use core_sync::domain::ids::{CoopId, RecordId, RoundId};
use core_sync::domain::records::Records;
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::{ReadChange, change_hash};
use core_sync::round_doc::mint::Tip;
use core_sync::signing::envelope::Envelope;
use server::db::connection::Snapshot;
use server::db::error::DbError;
use server::db::log_row::{LogContent, each_after};
use server::db::{document, head, open};
use server::folder::database_in;

use crate::halt::{OrBroken as _, Played};

/// Changes that were taken apart already, by hash: a log is read again after every answer, and only grows.
#[derive(Debug, Default)]
pub(crate) struct TakenApart(BTreeMap<[u8; 32], Vec<(RecordId, Vec<u8>)>>);

/// A round's log.
#[derive(Debug)]
pub(crate) struct RoundLog {
    pub(crate) document: DocumentName,
    pub(crate) changes: Vec<Envelope>,
    /// The set that the changes carry.
    pub(crate) records: Records,
    pub(crate) tip: Tip,
}

/// Everything that a server's folder holds of rounds.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    pub(crate) rounds: BTreeMap<RoundId, RoundLog>,
}

impl Inventory {
    /// Reads the folder.
    pub(crate) fn read(data: &Path, co_op: CoopId, known: &mut TakenApart) -> Played<Self> {
        let mut connection = open::open_beside(&database_in(data)).or_broken("opening the server's database")?;
        let rounds = connection.read(|snapshot| rounds(snapshot, co_op, known));
        Ok(Self { rounds: rounds.or_broken("reading the server's database")? })
    }

    /// Whether a round holds this record with exactly these bytes.
    pub(crate) fn holds(&self, round: RoundId, record: RecordId, bytes: &[u8]) -> bool {
        self.rounds.get(&round).is_some_and(|log| log.records.contains(record, bytes))
    }
}

fn rounds(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    known: &mut TakenApart,
) -> Result<BTreeMap<RoundId, RoundLog>, DbError> {
    let mut rounds = BTreeMap::new();
    for row in document::made_since(snapshot, co_op, Timestamp(0))? {
        let document = row.name;
        let tip = Tip { heads: head::all(snapshot, co_op, document.round)? };
        let mut log = RoundLog { document, changes: Vec::new(), records: Records::new(), tip };
        each_after(snapshot, co_op, document.round, 0, |row| {
            if let LogContent::Change { envelope, .. } = row.content {
                let hash = change_hash(&envelope.change).unwrap_or_default();
                let records = known.0.entry(hash).or_insert_with(|| {
                    ReadChange::read(&envelope.change).map(|change| change.records(&document)).unwrap_or_default()
                });
                for (id, bytes) in records {
                    log.records.insert(*id, bytes, Some(row.received));
                }
                log.changes.push(envelope);
            }
            true
        })?;
        rounds.insert(document.round, log);
    }
    Ok(rounds)
}

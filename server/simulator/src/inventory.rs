//! What stands committed in a server's folder: every round's changes and the records they carry.
//!
//! Read from the rows beside the running server, so that an answer can be held against the disk. It folds nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use core_sync::domain::card::Card;
use core_sync::domain::ids::{CardHash, CoopId, RecordId, RoundId};
use core_sync::domain::records::Records;
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::ReadChange;
use core_sync::round_doc::lineage::Lineage;
use core_sync::round_doc::mint::Tip;
use core_sync::signing::envelope::Envelope;
use server::db::connection::Snapshot;
use server::db::error::DbError;
use server::db::log_row::{LogContent, each_after};
use server::db::{document, head, open};
use server::folder::database_in;

use crate::courier::short;
use crate::halt::{OrBroken as _, Played};

/// Logs that were read before: one is read again after almost every answer, and most have not moved since.
#[derive(Debug, Default)]
pub(crate) struct ReadBefore(BTreeMap<RoundId, (Lineage, Rc<RoundLog>)>);

/// A round's log.
#[derive(Debug)]
pub(crate) struct RoundLog {
    pub(crate) document: DocumentName,
    pub(crate) changes: Vec<Envelope>,
    /// Their hashes.
    pub(crate) hashes: BTreeSet<[u8; 32]>,
    /// The set that the changes carry.
    pub(crate) records: Records,
    pub(crate) tip: Tip,
    /// Cards that the log has, or says are erased.
    pub(crate) cards: BTreeSet<CardHash>,
    /// Of these, the ones whose bytes are there, with the name on each.
    pub(crate) readable: BTreeMap<CardHash, String>,
}

/// Everything that a server's folder holds of rounds.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    pub(crate) rounds: BTreeMap<RoundId, Rc<RoundLog>>,
}

impl Inventory {
    /// Reads the folder.
    pub(crate) fn read(data: &Path, co_op: CoopId, known: &mut ReadBefore) -> Played<Self> {
        let mut connection =
            open::open_beside(&database_in(data)).or_broken("opening the server's database")?;
        let rounds = connection.read(|snapshot| rounds(snapshot, co_op, known));
        Ok(Self { rounds: rounds.or_broken("reading the server's database")? })
    }

    /// Every record that speaks of something, with its round: what a finding is argued about with.
    pub(crate) fn about(&self, what: &dyn std::fmt::Debug) -> String {
        let what = format!("{what:?}");
        let mut lines = Vec::new();
        for (round, log) in &self.rounds {
            for (id, entry) in log.records.iter() {
                let said = format!("{:?}", entry.record);
                // The signatures of shops' words are long and say nothing to a reader.
                let said = said.split(", proof:").next().unwrap_or_default().to_owned();
                if said.contains(&what) {
                    lines.push(format!("\n      round {} {id} {}: {said}", short(&round.0), short(&id.0)));
                }
            }
        }
        lines.concat()
    }

    /// Whether a round holds this record with exactly these bytes.
    pub(crate) fn holds(&self, round: RoundId, record: RecordId, bytes: &[u8]) -> bool {
        self.rounds.get(&round).is_some_and(|log| log.records.contains(record, bytes))
    }
}

fn rounds(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    known: &mut ReadBefore,
) -> Result<BTreeMap<RoundId, Rc<RoundLog>>, DbError> {
    let mut rounds = BTreeMap::new();
    for row in document::made_since(snapshot, co_op, Timestamp(0))? {
        let document = row.name;
        if let Some((_, log)) = known.0.get(&document.round).filter(|(lineage, _)| *lineage == row.lineage) {
            rounds.insert(document.round, Rc::clone(log));
            continue;
        }
        let lineage = row.lineage;
        let tip = Tip { heads: head::all(snapshot, co_op, document.round)? };
        let mut log = RoundLog {
            document,
            changes: Vec::new(),
            hashes: BTreeSet::new(),
            records: Records::new(),
            tip,
            cards: BTreeSet::new(),
            readable: BTreeMap::new(),
        };
        each_after(snapshot, co_op, document.round, 0, |row| {
            match row.content {
                LogContent::Change { envelope, .. } => {
                    if let Ok(change) = ReadChange::read(&envelope.change) {
                        log.hashes.insert(change.hash());
                        for (id, bytes) in change.records(&document) {
                            log.records.insert(id, &bytes, Some(row.received));
                        }
                    }
                    log.changes.push(envelope);
                }
                LogContent::Card { hash, bytes } => {
                    log.cards.insert(hash);
                    let card = bytes.and_then(|bytes| Card::from_bytes(&bytes).ok());
                    log.readable.extend(card.map(|card| (hash, card.text.name.reveal().clone())));
                }
                LogContent::Tombstone(hash) => {
                    log.cards.insert(hash);
                }
            }
            true
        })?;
        let log = Rc::new(log);
        known.0.insert(document.round, (lineage, Rc::clone(&log)));
        rounds.insert(document.round, log);
    }
    Ok(rounds)
}

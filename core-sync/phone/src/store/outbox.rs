//! The outbox: everything a wake needs, read at one moment; and saving what was minted before it is sent.

use std::collections::BTreeMap;

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{DeviceId, RecordId};
use core_sync::domain::kind::MapName;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::ReadChange;
use core_sync::round_doc::lineage::Lineage;
use core_sync::round_doc::mint::{NewRecord, Tip};
use core_sync::signing::key::PublicKey;
use core_sync::sync::outbox::{Outbox, PendingChange, RoundOutbox};
use core_sync::sync::prepare::Prepared;
use rusqlite::{Transaction, params};

use super::cells::{fixed, number, unreadable, whole};
use super::rounds::{document, envelope};
use super::{Store, StoreError, spare};

impl Store {
    /// Reads the outbox; `None` if the phone is not enrolled.
    pub fn outbox(&mut self) -> Result<Option<Outbox>, StoreError> {
        let Some(enrolled) = self.enrolled()? else { return Ok(None) };
        let read = self.connection.transaction()?;
        let counter = read.query_row("SELECT requests FROM phone", [], |row| whole(row, 0))?;
        let (mut keys, mut delegations) = (BTreeMap::new(), BTreeMap::new());
        for row in
            read.prepare_cached("SELECT device, key, delegation FROM device_key")?.query_map([], |row| {
                Ok((DeviceId(fixed(row, 0)?), PublicKey(fixed(row, 1)?), row.get::<_, Vec<u8>>(2)?))
            })?
        {
            let (device, key, delegation) = row?;
            keys.insert(device, key);
            if !delegation.is_empty() {
                delegations.insert(device, delegation);
            }
        }
        let all_here = read.query_row("SELECT more = 0 FROM phone", [], |row| row.get(0))?;
        let rounds: Vec<(DocumentName, u64, Lineage)> = read
            .prepare_cached("SELECT round, holder, schema, position, lineage FROM round")?
            .query_map([], |row| Ok((document(row)?, whole(row, 3)?, Lineage(Hash(fixed(row, 4)?)))))?
            .collect::<Result<_, _>>()?;
        let device = enrolled.identity.device;
        let mut rounds: Vec<RoundOutbox> = rounds
            .into_iter()
            .map(|(document, position, lineage)| round_outbox(&read, document, position, lineage, device))
            .collect::<Result<_, _>>()?;
        if all_here {
            for round in &mut rounds {
                round.spare = spare::changes(&read, round, &delegations, &enrolled.identity)?;
                round.spare_cards = spare::cards(&read, round)?;
            }
        }
        Ok(Some(Outbox { identity: enrolled.identity, counter, keys, delegations, rounds }))
    }

    /// Saves the request's counter and the changes minted for it, in one transaction, before it is sent.
    pub fn save_prepared(&mut self, prepared: &Prepared) -> Result<(), StoreError> {
        let write = self.connection.transaction()?;
        write.execute("UPDATE phone SET requests = ?1", [number(prepared.counter)])?;
        for (round, change) in &prepared.minted {
            let bytes = core_sync::cbor::encode(&change.envelope.to_cbor());
            write
                .prepare_cached("INSERT INTO pending (round, hash, envelope) VALUES (?1, ?2, ?3)")?
                .execute(params![round.0, change.hash, bytes])?;
            let document = prepared.outbox.rounds.iter().find(|outbox| outbox.document.round == *round);
            let document = document.ok_or_else(|| unreadable("round"))?.document;
            let read = ReadChange::read(&change.envelope.change).map_err(|_| unreadable("pending"))?;
            for (record, bytes) in read.records(&document) {
                write
                    .prepare_cached(
                        "UPDATE queue SET change = ?4 WHERE round = ?1 AND record = ?2 AND bytes = ?3",
                    )?
                    .execute(params![round.0, record.0, bytes, change.hash])?;
            }
        }
        write.commit()?;
        Ok(())
    }
}

fn round_outbox(
    read: &Transaction<'_>,
    document: DocumentName,
    position: u64,
    lineage: Lineage,
    device: DeviceId,
) -> Result<RoundOutbox, StoreError> {
    let round = document.round.0;
    let heads = read
        .prepare_cached("SELECT hash, max_op FROM head WHERE round = ?1")?
        .query_map([round], |row| Ok((fixed(row, 0)?, whole(row, 1)?)))?
        .collect::<Result<_, _>>()?;
    let mut pending = Vec::new();
    let mut statement =
        read.prepare_cached("SELECT hash, envelope FROM pending WHERE round = ?1 ORDER BY place")?;
    let mut rows = statement.query([round])?;
    while let Some(row) = rows.next()? {
        pending.push(PendingChange {
            hash: fixed(row, 0)?,
            envelope: envelope(&row.get::<_, Vec<u8>>(1)?, "pending")?,
        });
    }
    let queued = read
        .prepare_cached(
            "SELECT record, bytes FROM queue WHERE round = ?1 AND change = x'' AND set_aside = ''
             AND NOT EXISTS (SELECT 1 FROM spare WHERE spare.round = queue.round AND spare.hash = queue.spare
                             AND declined = '' AND waits_at = -1)
             ORDER BY place",
        )?
        .query_map([round], |row| {
            Ok(NewRecord { map: MapName::Facts, id: RecordId(fixed(row, 0)?), bytes: row.get(1)? })
        })?
        .collect::<Result<_, _>>()?;
    let introduced = is_introduced(read, round, device)?;
    let tip = Tip { heads };
    let (spare, spare_cards) = (Vec::new(), Vec::new());
    Ok(RoundOutbox { document, position, lineage, tip, introduced, spare, spare_cards, pending, queued })
}

/// Whether the confirmed log holds a change of this device.
fn is_introduced(read: &Transaction<'_>, round: [u8; 16], device: DeviceId) -> Result<bool, StoreError> {
    let mut statement =
        read.prepare_cached("SELECT envelope FROM log WHERE round = ?1 AND kind = 0 ORDER BY position DESC")?;
    let mut rows = statement.query([round])?;
    while let Some(row) = rows.next()? {
        if envelope(&row.get::<_, Vec<u8>>(0)?, "log")?.device == device {
            return Ok(true);
        }
    }
    Ok(false)
}

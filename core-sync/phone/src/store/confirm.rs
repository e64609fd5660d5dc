//! Confirming: rows, cards, cursor, heads and what became of each pushed change, in one transaction.

use core_sync::cbor;
use core_sync::domain::ids::{RecordId, RoundId};
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::ReadChange;
use core_sync::round_doc::lineage::RowKind;
use core_sync::sync::digest::{Confirmation, ConfirmedRow, RoundConfirmation};
use rusqlite::{Transaction, params};

use super::cells::number;
use super::heads::write_heads;
use super::queue::ensure_round;
use super::rebuild::reset_round;
use super::rounds::envelope;
use super::{Store, StoreError};

/// Why an act is set aside that the server keeps until a person decides, because this device was revoked. Beside
/// the codes of refusals, so that a screen shows both in one list.
pub const HELD: &str = "held";

impl Store {
    /// Writes a confirmation.
    pub fn confirm(&mut self, confirmation: &Confirmation) -> Result<(), StoreError> {
        let write = self.connection.transaction()?;
        for round in &confirmation.rounds {
            confirm_round(&write, round)?;
        }
        for (device, key) in &confirmation.keys {
            write
                .prepare_cached("INSERT OR IGNORE INTO device_key (device, key) VALUES (?1, ?2)")?
                .execute(params![device.0, key.0])?;
        }
        if let Some(delegation) = &confirmation.delegation {
            write.execute("UPDATE identity SET delegation = ?1", [delegation])?;
        }
        let sql = "UPDATE phone SET server_time_ms = ?1, failing = 0, unknown_device = 0";
        write.execute(sql, [confirmation.server_time.0])?;
        write.commit()?;
        if confirmation.rounds.iter().any(erases) {
            // The write-ahead log still holds the cards that were erased.
            self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?;
        }
        Ok(())
    }
}

/// Whether a card was erased.
fn erases(round: &RoundConfirmation) -> bool {
    round.rows.iter().any(|(_, row)| row.kind() == RowKind::Tombstone)
}

fn confirm_round(write: &Transaction<'_>, confirmed: &RoundConfirmation) -> Result<(), StoreError> {
    let round = confirmed.document.round;
    ensure_round(write, &confirmed.document)?;
    if confirmed.rebuild {
        reset_round(write, &confirmed.document)?;
    }
    for (position, row) in &confirmed.rows {
        write_row(write, round, *position, row)?;
    }
    write.execute(
        "UPDATE round SET position = ?2, lineage = ?3 WHERE round = ?1",
        params![round.0, number(confirmed.position), confirmed.lineage.0.0],
    )?;
    write_heads(write, &confirmed.document, &confirmed.tip)?;
    for (hash, code, records) in &confirmed.refused {
        set_aside(write, &confirmed.document, hash, code, records)?;
    }
    for hash in &confirmed.held {
        set_aside(write, &confirmed.document, hash, HELD, &[])?;
    }
    if !confirmed.stranded.is_empty() && !confirmed.rebuild {
        // They stand on what the server lost: start over, and mint again on what it has. After a rebuild that is
        // done, and the rows of the new log are here.
        reset_round(write, &confirmed.document)?;
    }
    Ok(())
}

fn write_row(
    write: &Transaction<'_>,
    round: RoundId,
    position: u64,
    row: &ConfirmedRow,
) -> Result<(), StoreError> {
    let position = number(position);
    let insert = "INSERT INTO log (round, position, kind, hash, envelope, received_ms, readable)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    match row {
        ConfirmedRow::Change { hash, envelope, received, records } => {
            let bytes = cbor::encode(&envelope.to_cbor());
            write.prepare_cached(insert)?.execute(params![
                round.0,
                position,
                RowKind::Change.number(),
                hash,
                bytes,
                received.0,
                records.is_some()
            ])?;
            write.execute("DELETE FROM pending WHERE round = ?1 AND hash = ?2", params![round.0, hash])?;
            write.execute("DELETE FROM spare WHERE round = ?1 AND hash = ?2", params![round.0, hash])?;
            for (record, bytes) in records.iter().flatten() {
                // Done: its id with its bytes is in the confirmed log, whichever change carried it.
                write
                    .prepare_cached("DELETE FROM queue WHERE round = ?1 AND record = ?2 AND bytes = ?3")?
                    .execute(params![round.0, record.0, bytes])?;
            }
        }
        ConfirmedRow::Card(hash, bytes) => {
            write.prepare_cached(insert)?.execute(params![
                round.0,
                position,
                RowKind::Card.number(),
                hash.0,
                [0_u8; 0],
                0,
                true
            ])?;
            if let Some(bytes) = bytes {
                write.execute(
                    "INSERT OR IGNORE INTO card (hash, bytes) VALUES (?1, ?2)",
                    params![hash.0, bytes],
                )?;
            }
        }
        ConfirmedRow::Tombstone(hash) => {
            write.prepare_cached(insert)?.execute(params![
                round.0,
                position,
                RowKind::Tombstone.number(),
                hash.0,
                [0_u8; 0],
                0,
                true
            ])?;
            write.execute("DELETE FROM card WHERE hash = ?1", [hash.0])?;
        }
    }
    Ok(())
}

/// A refused change: the records it names (or all of it) are set aside, kept and shown; the rest is minted again.
fn set_aside(
    write: &Transaction<'_>,
    document: &DocumentName,
    hash: &[u8; 32],
    code: &str,
    named: &[RecordId],
) -> Result<(), StoreError> {
    let round = document.round.0;
    let pending: Option<Vec<u8>> = {
        let mut statement =
            write.prepare_cached("SELECT envelope FROM pending WHERE round = ?1 AND hash = ?2")?;
        let mut rows = statement.query(params![round, hash])?;
        rows.next()?.map(|row| row.get(0)).transpose()?
    };
    let Some(pending) = pending else { return Ok(()) };
    let carried: Vec<RecordId> = ReadChange::read(&envelope(&pending, "pending")?.change)
        .map(|change| change.records(document).into_iter().map(|(record, _)| record).collect())
        .unwrap_or_default();
    // A refusal that names nothing of ours would be minted again for ever.
    let names_ours = named.iter().any(|record| carried.contains(record));
    let at_fault = if names_ours { named } else { &carried };
    for record in at_fault {
        write
            .prepare_cached("UPDATE queue SET set_aside = ?3 WHERE round = ?1 AND record = ?2")?
            .execute(params![round, record.0, code])?;
    }
    write.execute("DELETE FROM pending WHERE round = ?1 AND hash = ?2", params![round, hash])?;
    write.execute("UPDATE queue SET change = x'' WHERE round = ?1 AND change = ?2", params![round, hash])?;
    Ok(())
}

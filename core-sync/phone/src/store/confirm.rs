//! Confirming: rows, cards, cursor, heads and what became of each pushed change, in one transaction.

use core_sync::cbor;
use core_sync::domain::ids::{RecordId, RoundId};
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::ReadChange;
use core_sync::round_doc::lineage::RowKind;
use core_sync::sync::digest::{Confirmation, ConfirmedRow, RoundConfirmation};
use core_sync::wire::sync_answer::{HELD, Notice};
use rusqlite::{Transaction, params};

use super::cells::{number, unreadable};
use super::heads::write_heads;
use super::identity::ask_from_the_start;
use super::queue::{ensure_round, send_held_again};
use super::rebuild::reset_round;
use super::rounds::envelope;
use super::{Store, StoreError};

impl Store {
    /// Writes a confirmation.
    pub fn confirm(&mut self, confirmation: &Confirmation) -> Result<(), StoreError> {
        // A server that was put back may have the same rows again, received at another time.
        confirmation.rounds.iter().for_each(|round| self.read.forget(round.document.round));
        let write = self.connection.transaction()?;
        for round in &confirmation.rounds {
            confirm_round(&write, round)?;
        }
        for (device, key) in &confirmation.keys {
            write
                .prepare_cached("INSERT OR IGNORE INTO device_key (device, key) VALUES (?1, ?2)")?
                .execute(params![device.0, key.0])?;
        }
        for (device, delegation) in &confirmation.delegations {
            write
                .prepare_cached(
                    "UPDATE device_key SET delegation = ?2 WHERE device = ?1 AND delegation = x''",
                )?
                .execute(params![device.0, delegation])?;
        }
        if let Some(delegation) = &confirmation.delegation {
            write.execute("UPDATE identity SET delegation = ?1", [delegation])?;
        }
        let failing = !confirmation.unbelieved.is_empty();
        let revoked = confirmation.notices.contains(&Notice::Revoked);
        let cloned = confirmation.notices.contains(&Notice::Cloned);
        let was_revoked: bool = write.query_row("SELECT revoked FROM phone", [], |row| row.get(0))?;
        if was_revoked && !revoked {
            // The revocation is gone, as after a rollback: the cards that were wiped for it come again, and what was
            // held for it goes again, because the server that held it is gone as well.
            ask_from_the_start(&write)?;
            send_held_again(&write)?;
        }
        if revoked {
            // The queue stays: it is the courier's work, and goes again once the phone is enrolled anew.
            write.execute("DELETE FROM card", [])?;
        }
        let sql =
            "UPDATE phone SET server_time_ms = ?1, failing = ?2, unknown_device = 0, more = ?3, revoked = ?4,
                   cloned = ?5";
        let Confirmation { server_time, more, .. } = *confirmation;
        write.execute(sql, params![server_time.0, failing, more, revoked, cloned])?;
        write.commit()?;
        if revoked || confirmation.rounds.iter().any(erases) {
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
    note_given_back(write, confirmed)?;
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

/// What became of what this phone gave back. What the log has now left with its rows.
fn note_given_back(write: &Transaction<'_>, confirmed: &RoundConfirmation) -> Result<(), StoreError> {
    let (round, position) = (confirmed.document.round.0, number(confirmed.position));
    for (hash, code) in &confirmed.declined {
        write.execute(
            "UPDATE spare SET declined = ?3 WHERE round = ?1 AND hash = ?2",
            params![round, hash, code],
        )?;
    }
    for hash in &confirmed.waiting {
        write.execute(
            "UPDATE spare SET waits_at = ?3 WHERE round = ?1 AND hash = ?2",
            params![round, hash, position],
        )?;
    }
    for hash in &confirmed.cards_offered {
        write.execute(
            "UPDATE spare_card SET offered_at = ?3 WHERE round = ?1 AND hash = ?2",
            params![round, hash.0, position],
        )?;
    }
    Ok(())
}

/// Puts a row into the log. One that is there already is the same row come again, or the answer is no continuation
/// of this log.
fn put_row(
    write: &Transaction<'_>,
    round: RoundId,
    position: u64,
    kind: RowKind,
    hash: [u8; 32],
    change: Option<(Vec<u8>, i64, bool)>,
) -> Result<(), StoreError> {
    let (envelope, received, readable) = change.unwrap_or((Vec::new(), 0, true));
    let position = number(position);
    let put = write
        .prepare_cached(
            "INSERT OR IGNORE INTO log (round, position, kind, hash, envelope, received_ms, readable)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![round.0, position, kind.number(), hash, envelope, received, readable])?;
    if put == 0 {
        let same = "SELECT 1 FROM log WHERE round = ?1 AND position = ?2 AND kind = ?3 AND hash = ?4";
        let mut statement = write.prepare_cached(same)?;
        if !statement.exists(params![round.0, position, kind.number(), hash])? {
            return Err(unreadable("log"));
        }
    }
    Ok(())
}

fn write_row(
    write: &Transaction<'_>,
    round: RoundId,
    position: u64,
    row: &ConfirmedRow,
) -> Result<(), StoreError> {
    match row {
        ConfirmedRow::Change { hash, envelope, received, records } => {
            let bytes = cbor::encode(&envelope.to_cbor());
            let change = Some((bytes, received.0, records.is_some()));
            put_row(write, round, position, RowKind::Change, *hash, change)?;
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
            put_row(write, round, position, RowKind::Card, hash.0, None)?;
            write
                .execute("DELETE FROM spare_card WHERE round = ?1 AND hash = ?2", params![round.0, hash.0])?;
            if let Some(bytes) = bytes {
                write.execute(
                    "INSERT OR IGNORE INTO card (hash, bytes)
                     SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM erased_card WHERE hash = ?1)",
                    params![hash.0, bytes],
                )?;
            }
        }
        ConfirmedRow::Tombstone(hash) => {
            put_row(write, round, position, RowKind::Tombstone, hash.0, None)?;
            write.execute("INSERT OR IGNORE INTO erased_card (hash) VALUES (?1)", [hash.0])?;
            write.execute("DELETE FROM spare_card WHERE hash = ?1", [hash.0])?;
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

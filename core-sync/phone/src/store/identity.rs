//! Who the phone is, and the counters and switches that outlive an identity.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, DeviceId, MemberId};
use core_sync::domain::personal::Personal;
use core_sync::domain::time::Timestamp;
use core_sync::signing::delegation::Delegation;
use core_sync::signing::key::{PrivateKey, PublicKey};
use core_sync::sync::outbox::Identity;
use core_sync::wire::enrol::EnrolAnswer;
use rusqlite::{OptionalExtension, Transaction, params};

use super::cells::fixed;
use super::queue::send_held_again;
use super::{Store, StoreError};

/// The identity as the store holds it.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// Who signs.
    pub identity: Identity,
    /// The server's address.
    pub server: String,
    /// The co-op's name.
    pub co_op_name: String,
    /// The time zone that draws its times.
    pub time_zone: String,
    /// The member's name.
    pub name: Personal<String>,
}

/// What the badge and the loop need to know of the phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneState {
    /// The courier's own switch.
    pub link_up: bool,
    /// The server's clock at the last answer.
    pub last_answer: Option<Timestamp>,
    /// Whether the last attempt failed.
    pub failing: bool,
    /// Whether the server said that it does not know this device.
    pub unknown_device: bool,
    /// Whether the server said that this device was revoked.
    pub revoked: bool,
    /// Whether the server said that two phones send as this device.
    pub cloned: bool,
}

impl PhoneState {
    /// Whether the server wants this phone enrolled anew.
    #[must_use]
    pub fn wants_enrolment(self) -> bool {
        self.unknown_device || self.revoked || self.cloned
    }
}

impl Store {
    /// The identity, if the phone is enrolled.
    pub fn enrolled(&self) -> Result<Option<Enrolled>, StoreError> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Enrolled {
                identity: Identity {
                    co_op: CoopId(fixed(row, 0)?),
                    co_op_key: PublicKey(fixed(row, 1)?),
                    member: MemberId(fixed(row, 2)?),
                    device: DeviceId(fixed(row, 3)?),
                    key: PrivateKey::from_seed(&fixed(row, 4)?),
                    delegation: row.get(5)?,
                },
                server: row.get(6)?,
                co_op_name: row.get(7)?,
                time_zone: row.get(8)?,
                name: Personal::new(row.get(9)?),
            })
        };
        let sql =
            "SELECT co_op, co_op_key, member, device, seed, delegation, server, co_op_name, time_zone, name
                   FROM identity";
        Ok(self.connection.query_row(sql, [], read).optional()?)
    }

    /// The member and the device that a tap names, if the phone is enrolled: without the key, which a tap does not
    /// need and which takes half as long to make as a tap to save.
    pub fn who_taps(&self) -> Result<Option<(MemberId, DeviceId)>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT member, device FROM identity")?;
        let read = |row: &rusqlite::Row<'_>| Ok((MemberId(fixed(row, 0)?), DeviceId(fixed(row, 1)?)));
        Ok(statement.query_row([], read).optional()?)
    }

    /// The key for an enrolment with this code: saved before it is sent, the same when asked again.
    pub fn enrolment_key(&mut self, code: &str, fresh: &PrivateKey) -> Result<PrivateKey, StoreError> {
        let code_hash = Hash::of("tournee/enrolment-attempt/1", &[code.as_bytes()]).0;
        let write = self.connection.transaction()?;
        write.execute(
            "INSERT OR IGNORE INTO enrolment_attempt (code_hash, seed) VALUES (?1, ?2)",
            params![code_hash, fresh.reveal_seed()],
        )?;
        let sql = "SELECT seed FROM enrolment_attempt WHERE code_hash = ?1";
        let seed: [u8; 32] = write.query_row(sql, [code_hash], |row| fixed(row, 0))?;
        write.commit()?;
        Ok(PrivateKey::from_seed(&seed))
    }

    /// Writes the identity that an enrolment gave. The queue stays and goes out under the new key; what was
    /// minted under an old one is minted again, and so is what the server holds of a revoked one. Such a phone
    /// was told to wipe its cards: its logs are asked for from the start, which brings them back.
    pub fn save_enrolment(
        &mut self,
        server: &str,
        key: &PrivateKey,
        answer: &EnrolAnswer,
        delegation: &[u8],
    ) -> Result<(), StoreError> {
        let write = self.connection.transaction()?;
        keep_earlier_device(&write)?;
        if write.query_row("SELECT revoked FROM phone", [], |row| row.get(0))? {
            ask_from_the_start(&write)?;
        }
        send_held_again(&write)?;
        write.execute_batch(
            "DELETE FROM identity; DELETE FROM enrolment_attempt; DELETE FROM pending;
             UPDATE queue SET change = x'';
             UPDATE phone SET unknown_device = 0, revoked = 0, cloned = 0, failing = 0, requests = 0;",
        )?;
        write.execute(
            "INSERT INTO identity (one, server, co_op, co_op_name, co_op_key, time_zone, member, name, device, seed, delegation)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                server,
                answer.co_op.0,
                answer.co_op_name,
                answer.co_op_key.0,
                answer.time_zone,
                answer.member.0,
                answer.name.reveal(),
                answer.device.0,
                key.reveal_seed(),
                delegation
            ],
        )?;
        write.commit()?;
        Ok(())
    }

    /// Forgets the person: identity, rounds, cards, acts. Counters stay, so that no number is used twice.
    pub fn wipe(&mut self) -> Result<(), StoreError> {
        let write = self.connection.transaction()?;
        write.execute_batch(
            "DELETE FROM identity; DELETE FROM enrolment_attempt; DELETE FROM pending; DELETE FROM queue;
             DELETE FROM spare; DELETE FROM spare_card; DELETE FROM log; DELETE FROM head; DELETE FROM round;
             DELETE FROM card; DELETE FROM erased_card; DELETE FROM device_key;
             UPDATE phone SET more = 0, failing = 0, unknown_device = 0, revoked = 0, cloned = 0,
             server_time_ms = 0;",
        )?;
        write.commit()?;
        self.read.forget_all();
        // The write-ahead log still holds what was deleted. The person is forgotten either way; should clearing the
        // log fail, the next opening of the folder does it.
        if let Err(error) = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);") {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the write-ahead log could not be cleared"
            );
        }
        Ok(())
    }

    /// Keeps the co-op's word for another device of this member, whose acts are sent from here.
    pub fn keep_delegation(&mut self, delegation: &[u8]) -> Result<(), StoreError> {
        let Some(enrolled) = self.enrolled()? else { return Ok(()) };
        let write = self.connection.transaction()?;
        keep_delegation(&write, delegation, &enrolled.identity.co_op_key)?;
        write.commit()?;
        Ok(())
    }

    /// Link, last answer and troubles.
    pub fn phone_state(&self) -> Result<PhoneState, StoreError> {
        let sql = "SELECT link_up, server_time_ms, failing, unknown_device, revoked, cloned FROM phone";
        let state = self.connection.query_row(sql, [], |row| {
            let last_answer: i64 = row.get(1)?;
            Ok(PhoneState {
                link_up: row.get(0)?,
                last_answer: (last_answer != 0).then_some(Timestamp(last_answer)),
                failing: row.get(2)?,
                unknown_device: row.get(3)?,
                revoked: row.get(4)?,
                cloned: row.get(5)?,
            })
        })?;
        Ok(state)
    }

    /// Sets the courier's own switch.
    pub fn set_link(&mut self, up: bool) -> Result<(), StoreError> {
        self.connection.execute("UPDATE phone SET link_up = ?1", [up])?;
        Ok(())
    }

    /// Notes that the last attempt had no answer that counts: what the server said of the device before stands.
    pub fn note_no_answer(&mut self) -> Result<(), StoreError> {
        self.connection.execute("UPDATE phone SET failing = 1 WHERE failing <> 1", [])?;
        Ok(())
    }

    /// Notes how the last attempt ended.
    pub fn note_attempt(&mut self, failing: bool, unknown_device: bool) -> Result<(), StoreError> {
        let sql =
            "UPDATE phone SET failing = ?1, unknown_device = ?2 WHERE failing <> ?1 OR unknown_device <> ?2";
        self.connection.execute(sql, params![failing, unknown_device])?;
        Ok(())
    }
}

/// Makes the phone ask for every log from its start. No log has this lineage, so the server begins at 0 and the rows
/// are taken as after a rollback.
pub(super) fn ask_from_the_start(write: &Transaction<'_>) -> Result<(), StoreError> {
    write.execute("UPDATE round SET lineage = zeroblob(32) WHERE position > 0", [])?;
    Ok(())
}

/// Keeps the co-op's word for the device that this phone was: acts tapped on it name it, and a server that was put
/// back may not know it.
fn keep_earlier_device(write: &Transaction<'_>) -> Result<(), StoreError> {
    let sql = "SELECT delegation, co_op_key FROM identity";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, PublicKey(fixed(row, 1)?)));
    let earlier = write.query_row(sql, [], read).optional()?;
    earlier.map_or(Ok(()), |(delegation, co_op_key)| keep_delegation(write, &delegation, &co_op_key))
}

/// Keeps a delegation, if it is the co-op's.
fn keep_delegation(
    write: &Transaction<'_>,
    delegation: &[u8],
    co_op_key: &PublicKey,
) -> Result<(), StoreError> {
    let Ok(word) = Delegation::verify(delegation, co_op_key) else { return Ok(()) };
    write
        .prepare_cached(
            "INSERT INTO device_key (device, key, delegation) VALUES (?1, ?2, ?3)
             ON CONFLICT (device) DO UPDATE SET delegation = excluded.delegation WHERE key = excluded.key",
        )?
        .execute(params![word.device.0, word.key.0, delegation])?;
    Ok(())
}

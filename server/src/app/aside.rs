//! Putting changes aside: what the guard refused, for a term, and what a revoked device sent, until a person decides.
//!
//! Only an enrolled device gets this far, for its signature on the request was checked. What it may store is bounded,
//! and what it stores takes nobody else's room: of what was refused the oldest goes first; what is held never goes,
//! so a device whose room is full is told to wait.

use core_sync::cbor;
use core_sync::domain::ids::{CoopId, DeviceId, RecordId};
use core_sync::domain::limits::CHANGE_BYTES_MAX;
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::guard::GUARD_VERSION;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::change_hash;
use core_sync::signing::envelope::Envelope;
use core_sync::wire::sync_answer::HELD;

use super::error::AppError;
use crate::db::aside::{self, NewAside, Total};
use crate::db::connection::Tx;

/// How long a refused change is kept: a month has the person who was on holiday in it.
pub const TERM: Milliseconds = Milliseconds::hours(30 * 24);
/// Refused changes of one device: an honest one has none, a broken app a few a day.
pub const REFUSED_PER_DEVICE_MAX: Total = Total { rows: 256, bytes: 4 * 1024 * 1024 };
/// Held changes of one device: a week offline is a few hundred acts, 50 of them in a change.
pub const HELD_PER_DEVICE_MAX: Total = Total { rows: 1024, bytes: 16 * 1024 * 1024 };
/// Bytes of a delegation that is kept with its change; ours have 167. No signature covers the place where it
/// travels, so anything could stand there.
const DELEGATION_BYTES_MAX: usize = 512;

/// Puts what a device sent aside.
#[derive(Debug, Clone, Copy)]
pub struct Putter<'a> {
    /// Where it is written.
    pub tx: &'a Tx<'a>,
    /// The co-op.
    pub co_op: CoopId,
    /// The device that sent it, whose room it takes.
    pub device: DeviceId,
    /// When.
    pub now: Timestamp,
}

impl Putter<'_> {
    /// Keeps a refused change for a term. One too large, which no app mints, or too short to have a hash is not kept.
    pub fn refuse(
        &self,
        document: DocumentName,
        envelope: &Envelope,
        code: &str,
        records: &[RecordId],
    ) -> Result<(), AppError> {
        let Some(hash) = change_hash(&envelope.change) else { return Ok(()) };
        if envelope.change.len() > CHANGE_BYTES_MAX {
            return Ok(());
        }
        // The schedule: whenever something is added, what is past its term goes.
        aside::purge(self.tx, self.now)?;
        let until = Some(self.now.plus(TERM));
        let new = NewAside {
            code: code.to_owned(),
            records: records.to_vec(),
            until,
            ..self.as_held(document, envelope, hash)
        };
        aside::put(self.tx, self.co_op, &new)?;
        while exceeds(aside::total(self.tx, self.co_op, self.device, false)?, REFUSED_PER_DEVICE_MAX)
            && aside::forget_oldest(self.tx, self.co_op, self.device)?
        {}
        Ok(())
    }

    /// Holds a change until a person decides; `false` if the device's room is full. What was held before stays held.
    pub fn hold(
        &self,
        document: DocumentName,
        envelope: &Envelope,
        hash: [u8; 32],
    ) -> Result<bool, AppError> {
        aside::purge(self.tx, self.now)?;
        if let Some(row) = aside::find(self.tx, self.co_op, self.device, document.round, hash)?
            && row.change.code == HELD
        {
            return Ok(true);
        }
        let new = self.as_held(document, envelope, hash);
        let mut total = aside::total(self.tx, self.co_op, self.device, true)?;
        total.rows += 1;
        total.bytes = total.bytes.saturating_add(new.envelope.len() as u64);
        if exceeds(total, HELD_PER_DEVICE_MAX) {
            return Ok(false);
        }
        aside::put(self.tx, self.co_op, &new)?;
        Ok(true)
    }

    fn as_held(&self, document: DocumentName, envelope: &Envelope, hash: [u8; 32]) -> NewAside {
        let delegation = envelope.delegation.clone().filter(|bytes| bytes.len() <= DELEGATION_BYTES_MAX);
        let envelope = Envelope { delegation, ..envelope.clone() };
        NewAside {
            device: self.device,
            document,
            hash,
            code: HELD.to_owned(),
            records: Vec::new(),
            guard: GUARD_VERSION,
            envelope: cbor::encode(&envelope.to_cbor()),
            received: self.now,
            until: None,
        }
    }
}

fn exceeds(total: Total, most: Total) -> bool {
    total.rows > most.rows || total.bytes > most.bytes
}

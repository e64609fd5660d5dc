//! The guard: what a change may be before it is stored, relayed or applied by anybody.
//!
//! It judges who, where and shape, never what happened, and by bytes alone: it knows the greatest
//! operation numbers of the changes named and the hashes of the records at the keys named, not the
//! document. One stage per file, cheapest first; every refusal is a code. All of it runs inside
//! `catch_unwind`: a panic is a refusal and never leaves here.
//!
//! Work limits: 64 KiB and 50 records a change, 4,096 operations claimed before one is unfolded. With them the worst
//! measured (`tests/work.rs`, dev profile on two busy cores): a usual fact 0.15 ms, most of it the signature; 50 usual
//! facts 1.0 ms; 64 KiB in 50 records 1.0 ms, in 36 sequences of a hundred stops 1.9 ms. Refused: a wrong signature
//! over 64 KiB 0.15 ms, 50 facts with a time 0.3 ms or another actor 0.4 ms, a claim of a million operations 0.16 ms.
//! A full request of 16 such changes for each of 32 rounds is held by its 4 MiB to 0.13 s.

pub mod refusal;
mod stage_actor;
mod stage_bare;
mod stage_canonical;
mod stage_checksum;
mod stage_chunk;
mod stage_deps;
mod stage_operations;
mod stage_records;
mod stage_shop_fact;
mod stage_signature;
mod stage_size;
mod stage_start_op;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::domain::hash::Hash;
use crate::domain::ids::{DeviceId, RecordId};
use crate::domain::permissions::Writer;
use crate::domain::record::Record;
use crate::round_doc::DocumentName;
use crate::round_doc::change::ReadChange;
use crate::signing::envelope::Envelope;
use crate::signing::key::PublicKey;
use refusal::{Refusal, RefusalCode};

/// The guard's version, kept beside each change that it refused. Raise it when a stage changes what it refuses: what an
/// older guard refused is then judged again when a server starts.
pub const GUARD_VERSION: u64 = 1;

/// Who stands behind an envelope, as the server knows its devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// The key of the envelope's device.
    pub key: PublicKey,
    /// What the device's owner is to this document.
    pub writer: Writer,
    /// The devices whose record ids it may use: itself and the others of its member, so that acts captured on a
    /// lost or logged-out phone are sent by the next; for the server also those of the holder, whose acts a
    /// coordinator lets in.
    pub devices: BTreeSet<DeviceId>,
    /// The co-op's key, which vouches for the devices of shops.
    pub co_op: PublicKey,
}

/// A change that passed every stage which needs no log.
#[derive(Debug, Clone)]
pub struct Inspected {
    start_op: u64,
    max_op: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// The changes it stands on.
    pub deps: Vec<[u8; 32]>,
    /// Its records.
    pub records: Vec<(RecordId, Vec<u8>)>,
    /// The same, read, in the same sequence.
    pub read: Vec<Record>,
}

/// What the log knows of the names in one change.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The greatest operation numbers of those of its deps that are in the log.
    pub max_ops: BTreeMap<[u8; 32], u64>,
    /// The hashes of the bytes at those of its keys that are taken.
    pub records: BTreeMap<RecordId, Hash>,
}

/// What the guard says of a change whose names are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It may be appended.
    Accepted {
        /// Its greatest operation number.
        max_op: u64,
    },
    /// It stands on changes that are not here.
    Missing(Vec<[u8; 32]>),
}

/// The hash of a record's bytes, as [`Known`] holds it.
#[must_use]
pub fn record_hash(bytes: &[u8]) -> Hash {
    Hash::of("tournee/record/1", &[bytes])
}

/// Runs the stages that say whose word a change is, and nothing of what it says. Gives its hash.
pub fn signed(document: &DocumentName, envelope: &Envelope, key: &PublicKey) -> Result<[u8; 32], Refusal> {
    contain(|| {
        stage_size::check(&envelope.change)?;
        stage_chunk::check(&envelope.change)?;
        let hash = stage_checksum::check(&envelope.change)?;
        stage_signature::check(document, envelope, key, &hash)?;
        Ok(hash)
    })
}

/// Runs the stages that need no log.
pub fn inspect(document: &DocumentName, envelope: &Envelope, signer: &Signer) -> Result<Inspected, Refusal> {
    contain(|| {
        let bytes = &envelope.change;
        let hash = signed(document, envelope, &signer.key)?;
        let change = ReadChange::read(bytes).map_err(|_| Refusal::of(RefusalCode::NotOneChange))?;
        stage_bare::check(&change, document)?;
        let puts = change.puts(document);
        let puts = stage_operations::check(&puts, signer)?;
        stage_actor::check(&change, envelope.device, &puts)?;
        stage_canonical::check(&change, bytes, &hash)?;
        let read = stage_records::check(&puts, signer.writer, envelope.device, document.holder)?;
        stage_shop_fact::check(&puts, &read, signer)?;
        let records = puts.iter().map(|put| (put.id, put.bytes.to_vec())).collect();
        let (start_op, max_op) = (change.start_op(), change.max_op());
        Ok(Inspected { start_op, max_op, hash, deps: change.deps(), records, read })
    })
}

/// Runs the stages that need to know what the log holds under the names of this change.
pub fn place(inspected: &Inspected, known: &Known) -> Result<Judgement, Refusal> {
    contain(|| {
        let missing = stage_deps::check(&inspected.deps, known)?;
        if !missing.is_empty() {
            return Ok(Judgement::Missing(missing));
        }
        stage_start_op::check(inspected, known)?;
        stage_records::check_write_once(&inspected.records, known)?;
        Ok(Judgement::Accepted { max_op: inspected.max_op })
    })
}

fn contain<T>(judge: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(judge)).unwrap_or(Err(Refusal::of(RefusalCode::Unjudgeable)))
}

#[cfg(test)]
mod tests;

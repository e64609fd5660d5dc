//! `POST /v1/shop-facts`: what a shop gave or received, signed by the shop's own device.
//!
//! The record proves itself, so nothing else signs the request. It is kept first, whether or not any round carries
//! its parcels; from there it goes, byte for byte, into every round that does, now or later. A known record again is
//! the same answer again.

use std::collections::BTreeSet;

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::{MemberId, RoundId, bytes_from_text};
use core_sync::domain::limits::RECORD_BYTES_MAX;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::shop_fact::ShopFact;
use core_sync::domain::time::Timestamp;
use core_sync::signing::delegation::Delegation;
use core_sync::signing::shop_fact::verify;
use core_sync::wire::members::Role;
use core_sync::wire::shop_fact::{ShopFactAnswer, ShopFactRequest};

use super::error::AppError;
use super::own_change::OwnHand;
use super::react::react;
use super::take_in::{believed, take_in};
use crate::db::co_op::CoopRow;
use crate::db::connection::{Snapshot, Tx};
use crate::db::device::DeviceRow;
use crate::db::shop_fact::{self, ShopFactRow};
use crate::db::{co_op, device, member, parcel_round, revocation};
use crate::keys::Keys;

/// What somebody says, believed to be of the device that its id ends in.
struct Said {
    bytes: Vec<u8>,
    says: MemberId,
    fact: ShopFact,
    /// The device, if it is known here.
    known: Option<DeviceRow>,
    co_op: CoopRow,
    signer: Delegation,
}

/// Whether the word is a device's of ours, by what is committed. It costs no place in the writer's queue, so whoever
/// sends nonsense keeps no courier waiting; [`say_shop_fact`] looks again.
pub fn check(snapshot: &Snapshot<'_>, request: &ShopFactRequest) -> Result<(), AppError> {
    said(snapshot, request).map(drop)
}

fn said(snapshot: &Snapshot<'_>, request: &ShopFactRequest) -> Result<Said, AppError> {
    let bytes = bytes_from_text(&request.bytes)
        .filter(|bytes| bytes.len() <= RECORD_BYTES_MAX)
        .ok_or_else(|| FieldError::new("bytes", format!("at most {RECORD_BYTES_MAX} bytes as base64url")))?;
    let id = request.record;
    let Ok(Record::Act { member: says, body: ActBody::ShopFact(fact), .. }) = Record::from_bytes(&bytes)
    else {
        return Err(FieldError::new("bytes", "a record of kind 60 or 61").into());
    };
    // Who it is comes first, as for a sync: a device that is not known learns nothing.
    let known = device::find_anywhere(snapshot, id.device())?;
    let co_op = match &known {
        Some(device) => co_op::find(snapshot, device.co_op)?,
        None => vouching(snapshot, &fact)?,
    };
    let co_op = co_op.ok_or(AppError::DeviceUnknown)?;
    let signer = verify(id, &bytes, &co_op.public_key).map_err(|_| AppError::DeviceUnknown)?;
    // A device that was shut out is heard no more; what it said stays with it.
    if revocation::find(snapshot, co_op.id, id.device())?.is_some() {
        return Err(AppError::DeviceUnknown);
    }
    Ok(Said { bytes, says, fact, known, co_op, signer })
}

/// Keeps what a shop says and writes it into the rounds that carry its parcels.
pub fn say_shop_fact(
    tx: &Tx<'_>,
    keys: &Keys,
    request: &ShopFactRequest,
    now: Timestamp,
) -> Result<ShopFactAnswer, AppError> {
    let Said { bytes, says, fact, known, co_op, signer } = said(tx, request)?;
    let id = request.record;
    // An older copy was put back: the co-op's own word, in the proof, says whose device it is.
    let device = match known {
        Some(device) => device,
        None => take_in(tx, &signer, now)?.ok_or(AppError::DeviceUnknown)?,
    };
    if signer.key != device.key || device.member != Some(says) {
        return Err(AppError::DeviceUnknown);
    }
    match member::find(tx, co_op.id, says)?.map(|member| member.role) {
        Some(Role::Shop) => {}
        Some(Role::Courier | Role::Coordinator | Role::Admin) | None => return Err(AppError::NotAllowed),
    }
    if fact.parcels.is_empty() {
        return Err(FieldError::new("bytes", "a shop fact names at least one parcel").into());
    }
    let row = match shop_fact::find(tx, co_op.id, id)? {
        Some(known) if known.bytes == bytes => known,
        Some(_) => return Err(AppError::ActIdReused),
        None => {
            let row = ShopFactRow { record: id, member: says, bytes, received: now };
            shop_fact::insert(tx, co_op.id, &row, &fact.parcels)?;
            row
        }
    };
    let mut rounds: BTreeSet<RoundId> = BTreeSet::new();
    for parcel in &fact.parcels {
        rounds.extend(parcel_round::rounds_of(tx, co_op.id, parcel.0)?);
    }
    react(&OwnHand { tx, keys, co_op: co_op.id, now }, &rounds)?;
    Ok(ShopFactAnswer { record: id, received_ms: row.received })
}

/// The co-op that vouches for the device of a fact.
fn vouching(snapshot: &Snapshot<'_>, fact: &ShopFact) -> Result<Option<CoopRow>, AppError> {
    Ok(co_op::all(snapshot)?.into_iter().find(|co_op| believed(co_op, &fact.proof.delegation).is_some()))
}

//! `POST /v1/enrol`: a one-time code and a fresh public key become a device.
//!
//! The answer may be lost on its way, and the code is used by then. So the same code with the same key gives
//! the same device again while the code's ten minutes last; another key with a used code gets nothing. A key that
//! another code made a device of is refused: two devices with one key would be two names for one hand, and a phone
//! that was copied would enrol its copy's key again.

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, DeviceId, MemberId, from_text, to_text};
use core_sync::domain::personal::Secret;
use core_sync::domain::time::Timestamp;
use core_sync::signing::delegation::{Delegation, TERM};
use core_sync::signing::key::PublicKey;
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};
use rand_core::Rng;

use super::error::{AppError, Fault};
use super::grant_enrolment_code::code_hash;
use crate::db::connection::{Snapshot, Tx};
use crate::db::device::DeviceRow;
use crate::db::enrolment_code::CodeRow;
use crate::db::{co_op, device, enrolment_code, member};
use crate::keys::Keys;

/// How often an id is drawn before the source of randomness is called broken: of 64 random bits, even the
/// first is hardly ever taken.
const DRAWS_MAX: usize = 4;

/// Whether the request may make a device, by what is committed. It costs no place in the writer's queue, so
/// whoever guesses codes keeps nobody waiting; [`enrol`] looks again.
pub fn check(snapshot: &Snapshot<'_>, request: &EnrolRequest, now: Timestamp) -> Result<(), AppError> {
    let (_, code) = usable_code(snapshot, request, now)?;
    code.device.map_or(Ok(()), |device| made_before(snapshot, &code, device, request.key).map(drop))
}

/// Enrols a device, or says again which one this code and key made.
pub fn enrol(
    tx: &Tx<'_>,
    keys: &Keys,
    request: &EnrolRequest,
    now: Timestamp,
    random: &mut impl Rng,
) -> Result<EnrolAnswer, AppError> {
    let (hash, code) = usable_code(tx, request, now)?;
    let device = match code.device {
        Some(device) => made_before(tx, &code, device, request.key)?,
        None => {
            let device = new_device(tx, &code, request.key, now, random)?;
            enrolment_code::use_up(tx, code.co_op, hash, device, now)?;
            device
        }
    };
    answer(tx, keys, &code, device, request.key, now)
}

/// The code, its term not over, with its hash.
fn usable_code(
    snapshot: &Snapshot<'_>,
    request: &EnrolRequest,
    now: Timestamp,
) -> Result<(Hash, CodeRow), AppError> {
    if !request.key.is_usable() {
        return Err(FieldError::new("key", "the 32 bytes of an Ed25519 public key, as base64url").into());
    }
    let code = from_text::<16>(request.code.reveal()).map(Secret::new);
    let hash = code_hash(code.map_err(|_| AppError::EnrolmentCode)?.reveal());
    let code = enrolment_code::find(snapshot, hash)?.filter(|code| now < code.until);
    Ok((hash, code.ok_or(AppError::EnrolmentCode)?))
}

/// The device that the code made, if this key is its key.
fn made_before(
    snapshot: &Snapshot<'_>,
    code: &CodeRow,
    device: DeviceId,
    key: PublicKey,
) -> Result<DeviceId, AppError> {
    let row = device::find(snapshot, code.co_op, device)?;
    row.filter(|row| row.key == key).map(|row| row.device).ok_or(AppError::EnrolmentCode)
}

fn new_device(
    tx: &Tx<'_>,
    code: &CodeRow,
    key: PublicKey,
    now: Timestamp,
    random: &mut impl Rng,
) -> Result<DeviceId, AppError> {
    if device::has_key(tx, key)? {
        return Err(FieldError::new("key", "a fresh key, which no device was enrolled with before").into());
    }
    let device = free_device_id(tx, random)?;
    let member = Some(code.member);
    let row = DeviceRow { co_op: code.co_op, device, member, key, enrolled: now, last_counter: 0 };
    device::insert(tx, &row)?;
    Ok(device)
}

fn answer(
    tx: &Tx<'_>,
    keys: &Keys,
    code: &CodeRow,
    device: DeviceId,
    key: PublicKey,
    now: Timestamp,
) -> Result<EnrolAnswer, AppError> {
    let co_op = co_op::find(tx, code.co_op)?.ok_or(AppError::NotFound)?;
    let member = member::find(tx, code.co_op, code.member)?.ok_or(AppError::NotFound)?;
    let delegation = delegation(keys, code.co_op, device, key, Some(code.member), now)?;
    Ok(EnrolAnswer {
        co_op: co_op.id,
        co_op_name: co_op.name,
        co_op_key: co_op.public_key,
        time_zone: co_op.time_zone,
        member: member.member,
        name: member.name,
        device,
        delegation: to_text(&delegation),
        server_time_ms: now,
    })
}

/// The co-op's word, from now on for a term, that a key speaks for a member (`None`: for the server).
pub fn delegation(
    keys: &Keys,
    co_op: CoopId,
    device: DeviceId,
    key: PublicKey,
    member: Option<MemberId>,
    now: Timestamp,
) -> Result<Vec<u8>, AppError> {
    let delegation = Delegation { co_op, device, key, member, issued: now, until: now.plus(TERM) };
    Ok(delegation.sign(keys.of_co_op(co_op)?))
}

/// An id that no device of any co-op ever had.
pub fn free_device_id(snapshot: &Snapshot<'_>, random: &mut impl Rng) -> Result<DeviceId, AppError> {
    for _ in 0..DRAWS_MAX {
        let drawn = DeviceId::random(random);
        if device::find_anywhere(snapshot, drawn)?.is_none() {
            return Ok(drawn);
        }
    }
    Err(AppError::Fault(Fault::NoFreeId))
}

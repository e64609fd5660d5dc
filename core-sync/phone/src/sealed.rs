//! A sealed queue: what a forced log-out leaves behind, signed, so that the same courier's next phone sends it.
//!
//! CBOR `[1, co-op, member, device, delegation, [[round, holder, schema, record, bytes] ..], signature]`.
//! It holds acts and no card: no name, no address.

use std::io::Write;
use std::path::{Path, PathBuf};

use ciborium::Value;
use core_sync::cbor::{self, CborError, Items};
use core_sync::domain::ids::{CoopId, DeviceId, MemberId, RecordId, RoundId};
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::DocumentName;
use core_sync::signing::delegation::{Delegation, DelegationError};
use core_sync::signing::key::Signature;
use core_sync::sync::outbox::Identity;

use crate::store::QueuedAct;

/// The domain string of the seal.
const DOMAIN: &str = "tournee/sealed-queue/1";
/// Bytes of a sealed queue: ten thousand acts of usual size.
const SEALED_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Why a sealed queue could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum SealedError {
    /// The file failed.
    #[error("the file failed")]
    File(#[from] std::io::Error),
    /// It is no sealed queue.
    #[error("it is not a sealed queue")]
    Shape(#[from] CborError),
    /// The co-op does not vouch for who sealed it.
    #[error("the co-op does not vouch for it")]
    Delegation(#[from] DelegationError),
    /// It was changed after it was sealed.
    #[error("the seal is broken")]
    Seal,
    /// It holds more than a sealed queue may.
    #[error("more acts than one file may hold: find a network and send them")]
    TooLarge,
    /// It is another member's.
    #[error("it belongs to another member")]
    AnotherMember,
}

/// Seals acts into a new file in `folder` and syncs it to disk. Gives the file.
pub(crate) fn seal(
    folder: &Path,
    identity: &Identity,
    acts: &[QueuedAct],
    now: Timestamp,
) -> Result<PathBuf, (PathBuf, SealedError)> {
    let path = folder.join(format!("acts-not-sent-{}-{}.tournee", identity.device, now.0));
    let content = content(identity, acts);
    let signature = identity.key.sign(DOMAIN, &[&cbor::encode(&content)]);
    let sealed = cbor::encode(&Value::Array(vec![content, Value::Bytes(signature.0.to_vec())]));
    if sealed.len() as u64 > SEALED_BYTES_MAX {
        // What could not be opened again must not be taken off the phone.
        return Err((path, SealedError::TooLarge));
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // A file that is there already is another seal, and nobody's to take away.
    let mut file = options.open(&path).map_err(|error| (path.clone(), error.into()))?;
    let mut write = || -> std::io::Result<()> {
        file.write_all(&sealed)?;
        file.sync_all()?;
        // The name of a new file is in its folder, which has to reach the disk as well.
        std::fs::File::open(folder)?.sync_all()
    };
    match write() {
        Ok(()) => Ok(path),
        Err(error) => {
            // Half a seal helps nobody; if it cannot be taken away, its broken signature still says so.
            let _ = std::fs::remove_file(&path);
            Err((path, error.into()))
        }
    }
}

fn content(identity: &Identity, acts: &[QueuedAct]) -> Value {
    let acts = acts.iter().map(|act| {
        Value::Array(vec![
            act.document.round.into(),
            act.document.holder.into(),
            act.document.schema.into(),
            act.record.into(),
            Value::Bytes(act.bytes.clone()),
        ])
    });
    Value::Array(vec![
        1.into(),
        identity.co_op.into(),
        identity.member.into(),
        identity.device.into(),
        Value::Bytes(identity.delegation.clone()),
        Value::Array(acts.collect()),
    ])
}

/// What a sealed queue held.
#[derive(Debug)]
pub(crate) struct Unsealed {
    /// The acts.
    pub(crate) acts: Vec<QueuedAct>,
    /// The co-op's word for the device that sealed them.
    pub(crate) delegation: Vec<u8>,
}

/// Reads a sealed queue of the same member, whichever device sealed it.
pub(crate) fn unseal(path: &Path, identity: &Identity) -> Result<Unsealed, SealedError> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(SEALED_BYTES_MAX).read_to_end(&mut bytes)?;
    let value = cbor::decode(&bytes)?;
    let mut outer = Items::exactly(&value, 2, "sealed")?;
    let content = outer.next_value("sealed.content")?;
    let signature = Signature(cbor::fixed(outer.next_value("sealed.signature")?, "sealed.signature")?);
    let mut items = Items::exactly(content, 6, "sealed.content")?;
    if cbor::unsigned(items.next_value("sealed.version")?, "sealed.version")? != 1 {
        return Err(CborError::Shape { place: "sealed.version", expected: "1" }.into());
    }
    let co_op = CoopId::from_cbor(items.next_value("sealed.co_op")?, "sealed.co_op")?;
    let member = MemberId::from_cbor(items.next_value("sealed.member")?, "sealed.member")?;
    let device = DeviceId::from_cbor(items.next_value("sealed.device")?, "sealed.device")?;
    let delegation = cbor::bytes(items.next_value("sealed.delegation")?, "sealed.delegation")?.to_vec();
    if co_op != identity.co_op || member != identity.member {
        return Err(SealedError::AnotherMember);
    }
    let word = Delegation::verify(&delegation, &identity.co_op_key)?;
    if word.device != device
        || word.member != Some(member)
        || !word.key.verifies(DOMAIN, &[&cbor::encode(content)], &signature)
    {
        return Err(SealedError::Seal);
    }
    let acts = cbor::list(items.next_value("sealed.acts")?, usize::MAX, "sealed.acts", act)?;
    Ok(Unsealed { acts, delegation })
}

fn act(value: &Value, place: &'static str) -> Result<QueuedAct, CborError> {
    let mut items = Items::exactly(value, 5, place)?;
    Ok(QueuedAct {
        document: DocumentName {
            round: RoundId::from_cbor(items.next_value(place)?, place)?,
            holder: MemberId::from_cbor(items.next_value(place)?, place)?,
            schema: cbor::unsigned(items.next_value(place)?, place)?,
        },
        record: RecordId::from_cbor(items.next_value(place)?, place)?,
        bytes: cbor::bytes(items.next_value(place)?, place)?.to_vec(),
        set_aside: None,
    })
}

#[cfg(test)]
mod tests;

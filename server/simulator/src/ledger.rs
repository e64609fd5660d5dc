//! The ledger: what people were shown as saved or done, and what may be gone because every copy of it is.
//!
//! It is kept by the simulator, from what answers say at the moment they say it, and shares no rule with the product.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::ids::{DeviceId, MemberId, ParcelId, RecordId, RoundId};
use core_sync::domain::reasons::StopKind;
use sha2::{Digest as _, Sha256};

/// An entry: something that must be found at the end.
#[derive(Debug, Clone)]
pub(crate) struct Owed {
    pub(crate) bytes: Vec<u8>,
    /// Who was shown it, and when, for the story.
    pub(crate) story: String,
}

/// What is owed.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// What must be found.
    pub(crate) owed: BTreeMap<(RoundId, RecordId), Owed>,
    /// What is gone with its last copy, and how.
    pub(crate) excused: BTreeMap<RecordId, String>,
    /// Every tap.
    pub(crate) taps: BTreeSet<RecordId>,
    /// Stops that coordinators asked for, by the parcel that no other command names.
    pub(crate) stops_asked: BTreeMap<ParcelId, StopKind>,
    /// Devices of honest people, each with its member.
    pub(crate) honest_devices: BTreeMap<DeviceId, MemberId>,
    /// Which members may have read a card, by the name on it.
    pub(crate) may_read: BTreeMap<String, BTreeSet<MemberId>>,
    /// Devices that were revoked, as far as the server can remember.
    pub(crate) revoked: BTreeSet<DeviceId>,
    /// Devices that may be taken for two: their folder was copied, or a request of theirs came late.
    pub(crate) copied: BTreeSet<DeviceId>,
    /// How often the server went back in time.
    pub(crate) put_backs: usize,
    /// Names on cards that somebody asked to erase.
    pub(crate) erased: BTreeSet<String>,
}

impl Ledger {
    /// Notes something that was shown as saved.
    pub(crate) fn owe(&mut self, record: RecordId, round: RoundId, bytes: &[u8], story: String) {
        self.owed.entry((round, record)).or_insert_with(|| Owed { bytes: bytes.to_vec(), story });
    }

    /// Everything tapped so far, as one number: the same for the same acts.
    pub(crate) fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for ((_, record), owed) in &self.owed {
            hash.update(record.0);
            hash.update(&owed.bytes);
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

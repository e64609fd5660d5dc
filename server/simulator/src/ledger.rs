//! The ledger: what people were shown as saved or done, and what may be gone because every copy of it is.
//!
//! It is kept by the simulator, from what answers say at the moment they say it and what the server's disk holds then. No
//! rule of the product decides what is in it.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::ids::{DeviceId, MemberId, ParcelId, RecordId, RoundId, StopId};
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
    pub(crate) excused: BTreeMap<(RoundId, RecordId), String>,
    /// Every tap, with how often the server had gone back by then.
    pub(crate) taps: BTreeMap<RecordId, usize>,
    /// Stops that coordinators asked for, by the parcel that no other command names.
    pub(crate) stops_asked: BTreeMap<ParcelId, StopKind>,
    /// Devices of honest people, each with its member.
    pub(crate) honest_devices: BTreeMap<DeviceId, MemberId>,
    /// Which members may have read a card, by the name on it.
    pub(crate) may_read: BTreeMap<String, BTreeSet<MemberId>>,
    /// Devices that were revoked, as far as the server can remember.
    pub(crate) revoked: BTreeSet<DeviceId>,
    /// Devices that were ever revoked, whatever the server forgot since.
    pub(crate) ever_revoked: BTreeSet<DeviceId>,
    /// The greatest count of requests of each device that reached the server.
    pub(crate) counters: BTreeMap<DeviceId, u64>,
    /// Devices that may be taken for two: their folder was copied, or a request of theirs came too late.
    pub(crate) copied: BTreeSet<DeviceId>,
    /// How often the server went back in time.
    pub(crate) put_backs: usize,
    /// Names on cards that were ever erased: a phone that saw it never shows them again.
    pub(crate) erased: BTreeSet<String>,
    /// Of these, the ones that the server can still remember: nobody can read them any more.
    pub(crate) stays_erased: BTreeSet<String>,
    /// Names that were put on the card of a stop after it was planned.
    pub(crate) renamed: BTreeSet<(StopId, String)>,
}

/// What a yes to a command changes in what people may see.
#[derive(Debug, Clone, Default)]
pub(crate) struct UponYes {
    /// Whose cards, by the name on them, go to which member.
    pub(crate) readers: Vec<(String, MemberId)>,
    /// A stop with the new name on its card.
    pub(crate) renamed: Option<(StopId, String)>,
}

impl Ledger {
    /// Notes something that was shown as saved.
    pub(crate) fn owe(
        &mut self,
        record: RecordId,
        round: RoundId,
        bytes: &[u8],
        story: impl FnOnce() -> String,
    ) {
        self.owed.entry((round, record)).or_insert_with(|| Owed { bytes: bytes.to_vec(), story: story() });
    }

    /// The server said yes, whether or not anybody heard it.
    pub(crate) fn yes(&mut self, upon: &UponYes) {
        for (name, member) in &upon.readers {
            self.may_read.entry(name.clone()).or_default().insert(*member);
        }
        self.renamed.extend(upon.renamed.clone());
    }

    /// These names were erased.
    pub(crate) fn erase(&mut self, names: &BTreeSet<String>) {
        self.erased.extend(names.iter().cloned());
        self.stays_erased.extend(names.iter().cloned());
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

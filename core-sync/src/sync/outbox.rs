//! What a phone holds when it wakes: who it is, how far each round's log is here, and what has to go.

use std::collections::BTreeMap;

use crate::domain::ids::{CardHash, CoopId, DeviceId, MemberId};
use crate::round_doc::DocumentName;
use crate::round_doc::genesis::{GENESIS_MAX_OP, genesis};
use crate::round_doc::lineage::Lineage;
use crate::round_doc::mint::{NewRecord, Tip};
use crate::signing::envelope::Envelope;
use crate::signing::key::{PrivateKey, PublicKey};

/// Who this phone is.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The co-op.
    pub co_op: CoopId,
    /// Its key.
    pub co_op_key: PublicKey,
    /// Whose phone it is.
    pub member: MemberId,
    /// The device.
    pub device: DeviceId,
    /// Its key.
    pub key: PrivateKey,
    /// The latest delegation.
    pub delegation: Vec<u8>,
}

/// Everything a wake needs, read in one transaction.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// Who sends.
    pub identity: Identity,
    /// The counter of the last request.
    pub counter: u64,
    /// The keys of devices whose changes this phone holds, from delegations the co-op signed.
    pub keys: BTreeMap<DeviceId, PublicKey>,
    /// The delegations that those keys came with, and those of devices that this phone was before: to show them to
    /// a server that lost them.
    pub delegations: BTreeMap<DeviceId, Vec<u8>>,
    /// The rounds.
    pub rounds: Vec<RoundOutbox>,
}

/// One round in the outbox.
#[derive(Debug, Clone)]
pub struct RoundOutbox {
    /// Its document.
    pub document: DocumentName,
    /// Rows of its log that are here.
    pub position: u64,
    /// The lineage at that position.
    pub lineage: Lineage,
    /// Its heads.
    pub tip: Tip,
    /// Whether a change of this device is in the log, and with it the delegation.
    pub introduced: bool,
    /// What a log of another lineage lost and is given back: its changes, dependencies first, whoever signed them.
    pub spare: Vec<PendingChange>,
    /// The cards that it lost, in the sequence of their rows.
    pub spare_cards: Vec<(CardHash, Vec<u8>)>,
    /// Changes minted and saved that have no verdict yet, dependencies first.
    pub pending: Vec<PendingChange>,
    /// Queued records that are in no pending change, as they were tapped.
    pub queued: Vec<NewRecord>,
}

impl RoundOutbox {
    /// A round of which the phone has nothing yet.
    #[must_use]
    pub fn empty(document: DocumentName) -> Self {
        Self {
            document,
            position: 0,
            lineage: Lineage::start(&document),
            tip: first_tip(&document),
            introduced: false,
            spare: Vec::new(),
            spare_cards: Vec::new(),
            pending: Vec::new(),
            queued: Vec::new(),
        }
    }
}

/// A change that was minted and saved, and is sent unchanged until a verdict comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingChange {
    /// Its hash.
    pub hash: [u8; 32],
    /// The change, signed.
    pub envelope: Envelope,
}

/// The tip of a document with nothing but genesis.
#[must_use]
pub fn first_tip(document: &DocumentName) -> Tip {
    Tip { heads: vec![(genesis(document).hash, GENESIS_MAX_OP)] }
}

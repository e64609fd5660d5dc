//! From an answer to what the store shall write: every row checked, lineage and signatures included.
//!
//! "Ok" from a parser is not an acknowledgement. An act is done when its id with its bytes stands in a
//! row here, whichever change carried it.

use std::collections::BTreeMap;

use crate::cbor::CborError;
use crate::domain::ids::{CardHash, DeviceId, RecordId, RoundId};
use crate::domain::limits::ROUNDS_PER_REQUEST_MAX;
use crate::domain::time::Timestamp;
use crate::round_doc::DocumentName;
use crate::round_doc::change::{ReadChange, intact_hash};
use crate::round_doc::lineage::{Lineage, RowKind};
use crate::round_doc::mint::Tip;
use crate::signing::delegation::{Delegation, DelegationError};
use crate::signing::envelope::Envelope;
use crate::signing::key::PublicKey;
use crate::wire::sync_answer::{HELD, Notice, RoundAnswer, Row, RowChange, SyncAnswer, Verdict};

use super::outbox::{Identity, Outbox, RoundOutbox, first_tip};

/// What one answer changes on the phone, to be written in one transaction.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// The server's clock when it answered.
    pub server_time: Timestamp,
    /// The delegation, renewed.
    pub delegation: Option<Vec<u8>>,
    /// The rounds with news.
    pub rounds: Vec<RoundConfirmation>,
    /// Rounds of which the answer is not believed, and why: nothing of them is written, the others are.
    pub unbelieved: Vec<(RoundId, AnswerError)>,
    /// Keys learned from delegations in the answer.
    pub keys: BTreeMap<DeviceId, PublicKey>,
    /// The delegations that they were learned from.
    pub delegations: BTreeMap<DeviceId, Vec<u8>>,
    /// Whether more rows wait. What a log lost is given back once all of it that is there has come.
    pub more: bool,
    /// Whether anything came of what was pushed: if not, pushing the rest at once helps nobody.
    pub moved: bool,
    /// What the server says of this device itself.
    pub notices: Vec<Notice>,
    /// Whether to ask again at once.
    pub again: bool,
}

/// What changes in one round.
#[derive(Debug, Clone)]
pub struct RoundConfirmation {
    /// Its document.
    pub document: DocumentName,
    /// Whether the rows replace the log from its start: the server's log has another lineage.
    pub rebuild: bool,
    /// The rows, each with its position.
    pub rows: Vec<(u64, ConfirmedRow)>,
    /// Rows of the log that are here afterwards.
    pub position: u64,
    /// The lineage there.
    pub lineage: Lineage,
    /// The heads there.
    pub tip: Tip,
    /// Refused changes: their hash, the code, the records named (none = all of the change).
    pub refused: Vec<([u8; 32], String, Vec<RecordId>)>,
    /// Changes that the server keeps outside the document until a person decides.
    pub held: Vec<[u8; 32]>,
    /// Changes that stand on what the server does not have: mint their records again from the start.
    pub stranded: Vec<[u8; 32]>,
    /// Changes given back that the server does not take, with the code: kept, and not offered again.
    pub declined: Vec<([u8; 32], String)>,
    /// Changes given back that stand on what is not there: offered again once the log has gone on.
    pub waiting: Vec<[u8; 32]>,
    /// Cards that this request gave back. Those whose row did not come are offered again once the log has gone on.
    pub cards_offered: Vec<CardHash>,
}

/// A row of the confirmed log.
#[derive(Debug, Clone)]
pub enum ConfirmedRow {
    /// A change.
    Change {
        /// Its hash.
        hash: [u8; 32],
        /// The change, signed.
        envelope: Envelope,
        /// When the server had it.
        received: Timestamp,
        /// Its records; `None` if this version cannot read it.
        records: Option<Vec<(RecordId, Vec<u8>)>>,
    },
    /// A card; no bytes if erased.
    Card(CardHash, Option<Vec<u8>>),
    /// The erasure of a card.
    Tombstone(CardHash),
}

/// Why an answer, or what it says of one round, is not believed. Nothing of that is written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AnswerError {
    /// Its bytes are no answer.
    #[error("the answer cannot be read")]
    Shape(#[from] CborError),
    /// A delegation in it is not the co-op's.
    #[error("a delegation in the answer is not believed")]
    Delegation(#[from] DelegationError),
    /// It starts neither where this phone is nor at the start.
    #[error("the answer leaves a gap in a log")]
    Gap,
    /// It speaks of a change as this phone's that this phone did not send.
    #[error("the answer names a change that was not sent")]
    NotSent,
    /// A change is not signed by a device that the co-op vouches for.
    #[error("a change in the answer is not signed by a known device")]
    Signature,
    /// A change's first bytes, which its signature does not cover, are wrong.
    #[error("a change in the answer is damaged")]
    Damaged,
    /// A card's bytes have another hash.
    #[error("a card in the answer has another hash")]
    CardHash,
    /// The rows do not give the lineage that the answer names.
    #[error("the rows of the answer do not give its lineage")]
    Lineage,
}

/// Checks an answer to the request that was prepared from `outbox`.
pub fn digest(bytes: &[u8], outbox: &Outbox) -> Result<Confirmation, AnswerError> {
    let answer = SyncAnswer::from_bytes(bytes)?;
    if let Some(delegation) = &answer.delegation {
        check_own(delegation, &outbox.identity)?;
    }
    let mut known = Vouched::of(outbox);
    let mut again = false;
    let (mut rounds, mut unbelieved) = (Vec::new(), Vec::new());
    // Of rounds that are here but had no turn in the request, the server can only have told from the start.
    let not_asked = outbox.rounds.get(ROUNDS_PER_REQUEST_MAX..).unwrap_or_default();
    let answered = |round: &&RoundAnswer| not_asked.iter().all(|ours| ours.document != round.document);
    // A document of another holder is not this phone's to keep.
    let held = |round: &&RoundAnswer| round.document.holder == outbox.identity.member;
    for round in answer.rounds.iter().filter(held).filter(answered) {
        // What an unbelievable round taught is forgotten with it.
        let mut learned = known.clone();
        match digest_round(round, outbox, &mut learned) {
            Ok(confirmation) => {
                known = learned;
                again |= confirmation.asks_again();
                rounds.push(confirmation);
            }
            Err(error) => unbelieved.push((round.document.round, error)),
        }
    }
    // If an unbelievable round is all there is, asking at once would bring the same.
    let got_on = rounds.iter().any(|round: &RoundConfirmation| !round.rows.is_empty());
    again |= answer.more && (unbelieved.is_empty() || got_on);
    let moved = answer.rounds.iter().any(has_moved);
    let Vouched { keys, delegations } = known;
    let SyncAnswer { server_time, delegation, notices, more, .. } = answer;
    Ok(Confirmation {
        server_time,
        delegation,
        rounds,
        unbelieved,
        keys,
        delegations,
        more,
        moved,
        notices,
        again,
    })
}

/// Whether something came of what was pushed for a round, or of what was asked.
fn has_moved(round: &RoundAnswer) -> bool {
    let waits = |(_, verdict): &([u8; 32], Verdict)| matches!(verdict, Verdict::Later(_));
    !round.rows.is_empty() || !round.verdicts.iter().all(waits)
}

impl RoundConfirmation {
    /// Whether there is something to send that waited for this answer.
    fn asks_again(&self) -> bool {
        self.rebuild
            || !self.refused.is_empty()
            || !self.stranded.is_empty()
            || !self.declined.is_empty()
            || !self.waiting.is_empty()
    }
}

/// Devices that the co-op vouched for.
#[derive(Debug, Clone)]
struct Vouched {
    keys: BTreeMap<DeviceId, PublicKey>,
    delegations: BTreeMap<DeviceId, Vec<u8>>,
}

impl Vouched {
    fn of(outbox: &Outbox) -> Self {
        let mut keys = outbox.keys.clone();
        keys.insert(outbox.identity.device, outbox.identity.key.public());
        Self { keys, delegations: BTreeMap::new() }
    }

    /// Learns the key of a change's device from the delegation that comes with it.
    fn learn(&mut self, envelope: &Envelope, co_op_key: &PublicKey) -> Result<(), AnswerError> {
        if let Some(bytes) = &envelope.delegation {
            let delegation = Delegation::verify(bytes, co_op_key)?;
            self.keys.insert(delegation.device, delegation.key);
            self.delegations.insert(delegation.device, bytes.clone());
        }
        Ok(())
    }
}

/// A renewed delegation is kept, sent and sealed as this phone's own: it must speak for it.
fn check_own(delegation: &[u8], identity: &Identity) -> Result<(), DelegationError> {
    let Delegation { device, key, member, .. } = Delegation::verify(delegation, &identity.co_op_key)?;
    if device == identity.device && key == identity.key.public() && member == Some(identity.member) {
        Ok(())
    } else {
        Err(DelegationError::Another)
    }
}

fn digest_round(
    answer: &RoundAnswer,
    outbox: &Outbox,
    known: &mut Vouched,
) -> Result<RoundConfirmation, AnswerError> {
    let ours = outbox.rounds.iter().find(|round| round.document == answer.document);
    let (position, rebuild) = match (ours, answer.from) {
        (Some(ours), from) if from == ours.position => (from, false),
        (Some(_), 0) => (0, true),
        (None, 0) => (0, false),
        _ => return Err(AnswerError::Gap),
    };
    let continued = ours.filter(|_| !rebuild);
    let mut lineage = continued.map_or_else(|| Lineage::start(&answer.document), |ours| ours.lineage);
    let mut tip = continued.map_or_else(|| first_tip(&answer.document), |ours| ours.tip.clone());
    let mut rows = Vec::new();
    for (row, position) in answer.rows.iter().zip(position..) {
        let (confirmed, content) = confirm(row, answer, ours, outbox, known, &mut tip)?;
        lineage = lineage.after(row.kind(), &content);
        rows.push((position, confirmed));
    }
    let position = position.saturating_add(answer.rows.len() as u64);
    if lineage.short() != answer.cursor.lineage || position != answer.cursor.position {
        return Err(AnswerError::Lineage);
    }
    let mut confirmation = RoundConfirmation {
        document: answer.document,
        rebuild,
        rows,
        position,
        lineage,
        tip,
        refused: Vec::new(),
        held: Vec::new(),
        stranded: Vec::new(),
        declined: Vec::new(),
        waiting: Vec::new(),
        cards_offered: ours.into_iter().flat_map(|ours| &ours.spare_cards).map(|(hash, _)| *hash).collect(),
    };
    confirmation.sort_verdicts(answer, ours);
    Ok(confirmation)
}

impl RoundConfirmation {
    /// What becomes of what was pushed. What was given back is nobody's act: it is refused without setting anything
    /// aside, and waits without starting the round again.
    fn sort_verdicts(&mut self, answer: &RoundAnswer, ours: Option<&RoundOutbox>) {
        for (hash, verdict) in &answer.verdicts {
            let given_back = ours.is_some_and(|ours| ours.spare.iter().any(|change| change.hash == *hash));
            match verdict {
                Verdict::Committed | Verdict::Already | Verdict::Later(_) => {}
                Verdict::Missing(_) if given_back => self.waiting.push(*hash),
                Verdict::Missing(_) => self.stranded.push(*hash),
                Verdict::Refused(code, _) if given_back => self.declined.push((*hash, code.clone())),
                Verdict::Refused(code, records) => {
                    self.refused.push((*hash, code.clone(), records.clone()));
                }
                Verdict::Held if given_back => self.declined.push((*hash, HELD.to_owned())),
                Verdict::Held => self.held.push(*hash),
            }
        }
    }
}

/// Checks one row; gives it with the content hash that its lineage stands on.
fn confirm(
    row: &Row,
    answer: &RoundAnswer,
    ours: Option<&RoundOutbox>,
    outbox: &Outbox,
    known: &mut Vouched,
    tip: &mut Tip,
) -> Result<(ConfirmedRow, [u8; 32]), AnswerError> {
    match row {
        Row::Change { content, received } => {
            let (envelope, hash) = match content {
                RowChange::Yours(hash) => {
                    let sent = ours.into_iter().flat_map(|ours| ours.spare.iter().chain(&ours.pending));
                    let sent = sent.into_iter().find(|change| change.hash == *hash);
                    (sent.ok_or(AnswerError::NotSent)?.envelope.clone(), *hash)
                }
                RowChange::Envelope(envelope) => {
                    known.learn(envelope, &outbox.identity.co_op_key)?;
                    let hash = intact_hash(&envelope.change).ok_or(AnswerError::Damaged)?;
                    let key = known.keys.get(&envelope.device).ok_or(AnswerError::Signature)?;
                    if !envelope.is_signed_by(key, answer.document.round, &hash) {
                        return Err(AnswerError::Signature);
                    }
                    (envelope.clone(), hash)
                }
            };
            let read = ReadChange::read(&envelope.change).ok();
            if let Some(change) = &read {
                let deps = change.deps();
                tip.heads.retain(|(head, _)| !deps.contains(head));
                tip.heads.push((hash, change.max_op()));
            }
            let records = read.map(|change| change.records(&answer.document));
            Ok((ConfirmedRow::Change { hash, envelope, received: *received, records }, hash))
        }
        Row::Card(hash, bytes) => {
            if bytes.as_ref().is_some_and(|bytes| crate::domain::card::card_hash(bytes) != *hash) {
                return Err(AnswerError::CardHash);
            }
            Ok((ConfirmedRow::Card(*hash, bytes.clone()), hash.0))
        }
        Row::Tombstone(hash) => Ok((ConfirmedRow::Tombstone(*hash), hash.0)),
    }
}

impl ConfirmedRow {
    /// The kind of row.
    #[must_use]
    pub fn kind(&self) -> RowKind {
        match self {
            Self::Change { .. } => RowKind::Change,
            Self::Card(..) => RowKind::Card,
            Self::Tombstone(_) => RowKind::Tombstone,
        }
    }
}

#[cfg(test)]
mod tests;

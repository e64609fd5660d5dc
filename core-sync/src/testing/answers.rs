//! A phone's outbox and answers to it, row by row: what a server would have to send, without a server.

use std::collections::BTreeMap;

use super::{CO_OP, COURIER, DOCUMENT, MORNING, PHONE, co_op_key, delegation, envelope, key, minted};
use crate::domain::card::{Card, CardText, card_hash};
use crate::domain::coordinate::Coordinate;
use crate::domain::ids::{CardHash, DeviceId};
use crate::domain::personal::Personal;
use crate::round_doc::DocumentName;
use crate::round_doc::lineage::Lineage;
use crate::round_doc::mint::{NewRecord, Tip};
use crate::signing::envelope::Envelope;
use crate::sync::outbox::{Identity, Outbox, RoundOutbox};
use crate::wire::cursor::Cursor;
use crate::wire::sync_answer::{RoundAnswer, Row, RowChange, SyncAnswer};

pub(crate) fn identity() -> Identity {
    Identity {
        co_op: CO_OP,
        co_op_key: co_op_key().public(),
        member: COURIER,
        device: PHONE,
        key: key(PHONE),
        delegation: delegation(PHONE),
    }
}

pub(crate) fn empty_round(document: DocumentName) -> RoundOutbox {
    RoundOutbox::empty(document)
}

pub(crate) fn outbox(rounds: Vec<RoundOutbox>) -> Outbox {
    Outbox { identity: identity(), counter: 7, keys: BTreeMap::new(), delegations: BTreeMap::new(), rounds }
}

/// A signed change with its signer's delegation.
pub(crate) fn introduced(device: DeviceId, tip: &Tip, records: &[NewRecord]) -> Envelope {
    let signed = envelope(minted(device, tip, records).bytes, device);
    Envelope { delegation: Some(delegation(device)), ..signed }
}

pub(crate) fn change_row(envelope: Envelope) -> Row {
    Row::Change { content: RowChange::Envelope(envelope), received: MORNING }
}

pub(crate) fn card() -> (CardHash, Vec<u8>) {
    let text = CardText {
        name: Personal::new("Anne Kerbrat".to_owned()),
        address: Personal::new("3 quai du Port".to_owned()),
        coordinate: Personal::new(Coordinate::from_degrees(48.1, -4.5).unwrap()),
        telephone: None,
        door_code: None,
        instructions: None,
    };
    let bytes = Card { salt: [1; 16], replaces: None, text }.to_bytes();
    (card_hash(&bytes), bytes)
}

/// The answer that these rows are, after a log of this position and lineage.
pub(crate) fn round_answer(position: u64, mut lineage: Lineage, rows: Vec<Row>) -> RoundAnswer {
    for row in &rows {
        let content = match row {
            Row::Change { content: RowChange::Envelope(envelope), .. } => {
                crate::round_doc::change::change_hash(&envelope.change).unwrap_or_default()
            }
            Row::Change { content: RowChange::Yours(hash), .. } => *hash,
            Row::Card(hash, _) | Row::Tombstone(hash) => hash.0,
        };
        lineage = lineage.after(row.kind(), &content);
    }
    let cursor = Cursor { position: position + rows.len() as u64, lineage: lineage.short() };
    RoundAnswer { document: DOCUMENT, from: position, rows, cursor, verdicts: Vec::new() }
}

pub(crate) fn answer(rounds: Vec<RoundAnswer>) -> SyncAnswer {
    SyncAnswer {
        server_time: MORNING,
        delegation: Some(delegation(PHONE)),
        more: false,
        rounds,
        notices: Vec::new(),
    }
}

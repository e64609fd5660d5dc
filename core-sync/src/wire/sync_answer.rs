//! What the server answers: per round the verdicts on what was pushed and the rows after the cursor.
//!
//! `[server time, delegation or null, more, [round ..], [notice ..]]`; rounds with nothing to say are left out.
//! A round is `[id, holder, schema, from, [row ..], position, lineage, [verdict ..]]`. `from` 0 when the
//! phone's cursor was further means: your lineage is not this log's, start again from here.

use ciborium::Value;

use super::cursor::Cursor;
use crate::cbor::{self, CborError, Items, array, or_null};
use crate::domain::ids::{CardHash, MemberId, RecordId, RoundId};
use crate::domain::limits::{DEPS_PER_CHANGE_MAX, RECORDS_PER_CHANGE_MAX};
use crate::domain::time::Timestamp;
use crate::round_doc::DocumentName;
use crate::round_doc::lineage::RowKind;
use crate::signing::envelope::Envelope;

/// The code of a change that is held: beside the codes of refusals, so that one list shows both.
pub const HELD: &str = "held";

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncAnswer {
    /// The server's clock.
    pub server_time: Timestamp,
    /// The sender's delegation, renewed.
    pub delegation: Option<Vec<u8>>,
    /// Whether more rows wait: ask again at once.
    pub more: bool,
    /// The rounds with news.
    pub rounds: Vec<RoundAnswer>,
    /// What the server has to say of the device itself.
    pub notices: Vec<Notice>,
}

/// Something that a phone shall know of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Notice {
    /// The device was revoked: what it sends is held, it is told nothing, its cards are to be wiped.
    Revoked,
    /// Two phones use this device's key, or its folder was put back: one of them has to enrol again.
    Cloned,
}

impl Notice {
    /// Every notice.
    pub const ALL: &[Self] = &[Self::Revoked, Self::Cloned];

    /// The number that travels.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Revoked => 1,
            Self::Cloned => 2,
        }
    }

    /// The stable code, also the end of its key in `texts/`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Cloned => "cloned",
        }
    }
}

/// One round of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundAnswer {
    /// Its document.
    pub document: DocumentName,
    /// The position before the first row.
    pub from: u64,
    /// The rows that follow.
    pub rows: Vec<Row>,
    /// Position and lineage after the last row.
    pub cursor: Cursor,
    /// What became of each pushed change, by its hash.
    pub verdicts: Vec<([u8; 32], Verdict)>,
}

/// A row of a document's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A signed change.
    Change {
        /// The change.
        content: RowChange,
        /// When the server had it.
        received: Timestamp,
    },
    /// A version of a card; no bytes if it was erased since.
    Card(CardHash, Option<Vec<u8>>),
    /// The erasure of a card.
    Tombstone(CardHash),
}

/// A change in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// Whole.
    Envelope(Envelope),
    /// The one that the sender pushed in this very request, by its hash.
    Yours([u8; 32]),
}

/// What became of a pushed change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is on the server's disk since this request.
    Committed,
    /// It was there before.
    Already,
    /// It stands on these changes, which are not there.
    Missing(Vec<[u8; 32]>),
    /// Not now, for a reason with a code.
    Later(Later),
    /// Never as it is; the code, and the records it names (none = all of the change).
    Refused(String, Vec<RecordId>),
    /// On the server's disk, outside the document, because the device was revoked: a person decides.
    Held,
}

/// Why a push has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// More changes than one request may bring for a round.
    TooMany,
    /// It comes from a round that may not be made now.
    RoundQuota,
    /// The round has as much in it as a round may have.
    RoundFull,
    /// The device was revoked, and as much of it is held as may be until a person decided.
    HeldFull,
}

impl Later {
    /// Every reason.
    pub const ALL: &[Self] = &[Self::TooMany, Self::RoundQuota, Self::RoundFull, Self::HeldFull];

    /// The stable code, also the end of its key in `texts/`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooMany => "too_many",
            Self::RoundQuota => "round_quota",
            Self::RoundFull => "round_full",
            Self::HeldFull => "held_full",
        }
    }
}

impl SyncAnswer {
    /// The answer's bytes, before compression.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(&Value::Array(vec![
            self.server_time.0.into(),
            or_null(self.delegation.clone().map(Value::Bytes)),
            self.more.into(),
            Value::Array(self.rounds.iter().map(RoundAnswer::to_cbor).collect()),
            array(self.notices.iter().map(|notice| notice.number())),
        ]))
    }

    /// Reads an answer.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CborError> {
        let value = cbor::decode(bytes)?;
        let mut items = Items::exactly(&value, 5, "answer")?;
        Ok(Self {
            server_time: Timestamp(cbor::signed(items.next_value("answer.time")?, "answer.time")?),
            delegation: cbor::nullable(
                items.next_value("answer.delegation")?,
                "answer.delegation",
                owned_bytes,
            )?,
            more: cbor::boolean(items.next_value("answer.more")?, "answer.more")?,
            rounds: cbor::list(
                items.next_value("answer.rounds")?,
                usize::MAX,
                "answer.rounds",
                RoundAnswer::from_cbor,
            )?,
            // A notice of a later version says nothing to this one.
            notices: cbor::list(
                items.next_value("answer.notices")?,
                usize::MAX,
                "answer.notices",
                cbor::unsigned,
            )?
            .into_iter()
            .filter_map(|number| Notice::ALL.iter().copied().find(|notice| notice.number() == number))
            .collect(),
        })
    }
}

impl RoundAnswer {
    fn to_cbor(&self) -> Value {
        Value::Array(vec![
            self.document.round.into(),
            self.document.holder.into(),
            self.document.schema.into(),
            self.from.into(),
            Value::Array(self.rows.iter().map(Row::to_cbor).collect()),
            self.cursor.position.into(),
            Value::Bytes(self.cursor.lineage.to_vec()),
            Value::Array(self.verdicts.iter().map(verdict_to_cbor).collect()),
        ])
    }

    fn from_cbor(value: &Value, place: &'static str) -> Result<Self, CborError> {
        let mut items = Items::exactly(value, 8, place)?;
        Ok(Self {
            document: DocumentName {
                round: RoundId::from_cbor(items.next_value("round.id")?, "round.id")?,
                holder: MemberId::from_cbor(items.next_value("round.holder")?, "round.holder")?,
                schema: cbor::unsigned(items.next_value("round.schema")?, "round.schema")?,
            },
            from: cbor::unsigned(items.next_value("round.from")?, "round.from")?,
            rows: cbor::list(items.next_value("round.rows")?, usize::MAX, "round.rows", Row::from_cbor)?,
            cursor: Cursor {
                position: cbor::unsigned(items.next_value("round.position")?, "round.position")?,
                lineage: cbor::fixed(items.next_value("round.lineage")?, "round.lineage")?,
            },
            verdicts: cbor::list(
                items.next_value("round.verdicts")?,
                usize::MAX,
                "round.verdicts",
                verdict_from_cbor,
            )?,
        })
    }
}

impl Row {
    /// The kind of row.
    #[must_use]
    pub fn kind(&self) -> RowKind {
        match self {
            Self::Change { .. } => RowKind::Change,
            Self::Card(..) => RowKind::Card,
            Self::Tombstone(_) => RowKind::Tombstone,
        }
    }

    fn to_cbor(&self) -> Value {
        let kind = Value::from(self.kind().number());
        match self {
            Self::Change { content, received } => {
                let content = match content {
                    RowChange::Envelope(envelope) => envelope.to_cbor(),
                    RowChange::Yours(hash) => Value::Bytes(hash.to_vec()),
                };
                Value::Array(vec![kind, content, received.0.into()])
            }
            Self::Card(hash, bytes) => {
                Value::Array(vec![kind, (*hash).into(), or_null(bytes.clone().map(Value::Bytes))])
            }
            Self::Tombstone(hash) => Value::Array(vec![kind, (*hash).into(), Value::Null]),
        }
    }

    fn from_cbor(value: &Value, place: &'static str) -> Result<Self, CborError> {
        let mut items = Items::exactly(value, 3, place)?;
        let kind = cbor::unsigned(items.next_value("row.kind")?, "row.kind")?;
        let (content, last) = (items.next_value("row.content")?, items.next_value("row.last")?);
        match RowKind::from_number(kind) {
            Some(RowKind::Change) => Ok(Self::Change {
                content: if content.is_bytes() {
                    RowChange::Yours(cbor::fixed(content, "row.change")?)
                } else {
                    RowChange::Envelope(Envelope::from_cbor(content, "row.change")?)
                },
                received: Timestamp(cbor::signed(last, "row.received")?),
            }),
            Some(RowKind::Card) => Ok(Self::Card(
                CardHash::from_cbor(content, "row.card")?,
                cbor::nullable(last, "row.card.bytes", owned_bytes)?,
            )),
            Some(RowKind::Tombstone) => Ok(Self::Tombstone(CardHash::from_cbor(content, "row.tombstone")?)),
            None => Err(CborError::Shape { place: "row.kind", expected: "0, 1 or 2" }),
        }
    }
}

fn owned_bytes(value: &Value, place: &'static str) -> Result<Vec<u8>, CborError> {
    cbor::bytes(value, place).map(<[u8]>::to_vec)
}

fn verdict_to_cbor((hash, verdict): &([u8; 32], Verdict)) -> Value {
    let (code, first, second) = match verdict {
        Verdict::Committed => (0, Value::Null, Value::Null),
        Verdict::Already => (1, Value::Null, Value::Null),
        Verdict::Missing(hashes) => {
            (2, array(hashes.iter().map(|hash| Value::Bytes(hash.to_vec()))), Value::Null)
        }
        Verdict::Later(reason) => (3, reason.code().into(), Value::Null),
        Verdict::Refused(code, records) => (4, code.as_str().into(), array(records.iter().copied())),
        Verdict::Held => (5, Value::Null, Value::Null),
    };
    Value::Array(vec![Value::Bytes(hash.to_vec()), code.into(), first, second])
}

fn verdict_from_cbor(value: &Value, place: &'static str) -> Result<([u8; 32], Verdict), CborError> {
    let mut items = Items::exactly(value, 4, place)?;
    let hash = cbor::fixed(items.next_value("verdict.change")?, "verdict.change")?;
    let code = cbor::unsigned(items.next_value("verdict.code")?, "verdict.code")?;
    let (first, second) = (items.next_value("verdict.first")?, items.next_value("verdict.second")?);
    let verdict = match code {
        0 => Verdict::Committed,
        1 => Verdict::Already,
        2 => Verdict::Missing(cbor::list(first, DEPS_PER_CHANGE_MAX, "verdict.missing", cbor::fixed)?),
        3 => {
            let code = cbor::text(first, "verdict.later")?;
            // A reason of a later version still means: wait.
            Verdict::Later(
                Later::ALL.iter().copied().find(|later| later.code() == code).unwrap_or(Later::TooMany),
            )
        }
        4 => Verdict::Refused(
            cbor::text(first, "verdict.refused")?.to_owned(),
            cbor::list(second, RECORDS_PER_CHANGE_MAX, "verdict.records", RecordId::from_cbor)?,
        ),
        5 => Verdict::Held,
        _ => return Err(CborError::Shape { place: "verdict.code", expected: "0 to 5" }),
    };
    Ok((hash, verdict))
}

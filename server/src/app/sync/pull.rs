//! Down: the rows after a cursor, as far as the answer has room.
//!
//! A cursor that was cut from another log starts again at 0, which tells the phone that the server was rolled
//! back. What the phone pushed in this very request comes back as a hash: it has the bytes.

use std::collections::BTreeSet;

use core_sync::round_doc::DocumentName;
use core_sync::round_doc::lineage::Lineage;
use core_sync::wire::cursor::Cursor;
use core_sync::wire::sync_answer::{RoundAnswer, Row, RowChange, Verdict};
use core_sync::wire::sync_request::RoundAsk;

use crate::db::connection::Snapshot;
use crate::db::document::DocumentRow;
use crate::db::error::DbError;
use crate::db::log_row::{LogContent, LogRow};
use crate::log::cursor::LogCursor;
use crate::log::read::{Room, resume, rows_after};

/// The rows of one round.
#[derive(Debug)]
pub(super) struct Pulled {
    document: DocumentName,
    from: u64,
    rows: Vec<Row>,
    end: LogCursor,
    /// Whether the answer had no room for all of them.
    pub(super) more: bool,
}

/// The rows after a phone's cursor; of the changes in `yours` only the hashes.
pub(super) fn after(
    snapshot: &Snapshot<'_>,
    document: &DocumentRow,
    cursor: Cursor,
    yours: &BTreeSet<[u8; 32]>,
    room: &mut Room,
) -> Result<Pulled, DbError> {
    let from = resume(snapshot, document, cursor)?;
    read(snapshot, document, from, yours, room)
}

/// The rows from the start, for a phone that does not know the round.
pub(super) fn from_start(
    snapshot: &Snapshot<'_>,
    document: &DocumentRow,
    room: &mut Room,
) -> Result<Pulled, DbError> {
    let nowhere = Cursor { position: 0, lineage: [0; 8] };
    after(snapshot, document, nowhere, &BTreeSet::new(), room)
}

/// The answer for a round of which the sender gets nothing but verdicts: its cursor stays where it is.
pub(super) fn nothing(ask: &RoundAsk, verdicts: Vec<([u8; 32], Verdict)>) -> RoundAnswer {
    let RoundAsk { document, cursor, .. } = *ask;
    RoundAnswer { document, from: cursor.position, rows: Vec::new(), cursor, verdicts }
}

/// The answer for a round that the server does not have and may not make now: an empty log.
pub(super) fn not_made(ask: &RoundAsk, verdicts: Vec<([u8; 32], Verdict)>) -> RoundAnswer {
    let document = ask.document;
    let cursor = Cursor { position: 0, lineage: Lineage::start(&document).short() };
    RoundAnswer { document, from: 0, rows: Vec::new(), cursor, verdicts }
}

impl Pulled {
    /// Whether the phone, at this cursor, knows all of it.
    pub(super) fn is_nothing_new(&self, cursor: Cursor) -> bool {
        self.rows.is_empty() && self.from == cursor.position
    }

    pub(super) fn into_answer(self, verdicts: Vec<([u8; 32], Verdict)>) -> RoundAnswer {
        let Self { document, from, rows, end, more: _ } = self;
        RoundAnswer { document, from, rows, cursor: end.short(), verdicts }
    }
}

fn read(
    snapshot: &Snapshot<'_>,
    document: &DocumentRow,
    from: LogCursor,
    yours: &BTreeSet<[u8; 32]>,
    room: &mut Room,
) -> Result<Pulled, DbError> {
    let page = rows_after(snapshot, document, from, room)?;
    Ok(Pulled {
        document: document.name,
        from: from.position,
        rows: page.rows.into_iter().map(|row| on_the_wire(row, yours)).collect(),
        end: page.end,
        more: page.more,
    })
}

fn on_the_wire(row: LogRow, yours: &BTreeSet<[u8; 32]>) -> Row {
    match row.content {
        LogContent::Change { hash, .. } if yours.contains(&hash) => {
            Row::Change { content: RowChange::Yours(hash), received: row.received }
        }
        LogContent::Change { envelope, .. } => {
            Row::Change { content: RowChange::Envelope(envelope), received: row.received }
        }
        LogContent::Card { hash, bytes } => Row::Card(hash, bytes),
        LogContent::Tombstone(hash) => Row::Tombstone(hash),
    }
}

//! The one rebuild path: the round's log starts again at nothing, and nothing is lost by it.
//!
//! Every change of the old log moves to `spare` (still shown, kept to be given back); the records that this
//! member's devices wrote go back into the queue, from where the next confirmed rows take them out again.

use core_sync::domain::ids::RecordId;
use core_sync::domain::record::{ActBody, Record};
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::ReadChange;
use core_sync::round_doc::lineage::Lineage;
use core_sync::sync::outbox::first_tip;
use rusqlite::{Transaction, params};

use super::StoreError;
use super::heads::write_heads;
use super::queue::insert;
use super::rounds::envelope;

pub(super) fn reset_round(write: &Transaction<'_>, document: &DocumentName) -> Result<(), StoreError> {
    let round = document.round.0;
    write.execute(
        "INSERT OR IGNORE INTO spare (round, hash, envelope, received_ms)
         SELECT round, hash, envelope, received_ms FROM log WHERE round = ?1 AND kind = 0",
        [round],
    )?;
    write.execute("DELETE FROM log WHERE round = ?1", [round])?;
    write.execute("DELETE FROM pending WHERE round = ?1", [round])?;
    write.execute("UPDATE queue SET change = x'' WHERE round = ?1", [round])?;
    for (record, bytes) in own_records(write, document)? {
        insert(write, document.round, record, &bytes)?;
    }
    write.execute(
        "UPDATE round SET position = 0, lineage = ?2 WHERE round = ?1",
        params![round, Lineage::start(document).0.0],
    )?;
    write_heads(write, document, &first_tip(document))
}

/// The facts of the holder in the spare changes, as tapped. What she planned as a coordinator is the server's.
fn own_records(
    write: &Transaction<'_>,
    document: &DocumentName,
) -> Result<Vec<(RecordId, Vec<u8>)>, StoreError> {
    let mut own = Vec::new();
    let mut statement = write.prepare_cached("SELECT envelope FROM spare WHERE round = ?1")?;
    let mut rows = statement.query([document.round.0])?;
    while let Some(row) = rows.next()? {
        let Ok(change) = ReadChange::read(&envelope(&row.get::<_, Vec<u8>>(0)?, "spare")?.change) else {
            continue;
        };
        for (id, bytes) in change.records(document) {
            if let Ok(Record::Act { member, stamp, body: ActBody::Fact(_) }) = Record::from_bytes(&bytes)
                && member == document.holder
            {
                own.push((stamp.n, id, bytes));
            }
        }
    }
    own.sort();
    Ok(own.into_iter().map(|(_, id, bytes)| (id, bytes)).collect())
}

//! The one rebuild path: the round's log starts again at nothing, and nothing is lost by it.
//!
//! Every change of the old log moves to `spare` (still shown, and given back), its cards to `spare_card`; the records
//! that this member's devices wrote go back into the queue, from where the next confirmed rows take them out again.
//! Those that a spare change carries wait for it: they are minted anew only if the server does not take it.

use core_sync::domain::ids::RecordId;
use core_sync::domain::record::{ActBody, Record};
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::ReadChange;
use core_sync::round_doc::lineage::Lineage;
use core_sync::sync::outbox::first_tip;
use rusqlite::{Transaction, params};

use super::StoreError;
use super::cells::fixed;
use super::heads::write_heads;
use super::queue::insert;
use super::rounds::envelope;

pub(super) fn reset_round(write: &Transaction<'_>, document: &DocumentName) -> Result<(), StoreError> {
    let round = document.round.0;
    set_apart(write, round)?;
    write.execute("DELETE FROM log WHERE round = ?1", [round])?;
    write.execute("DELETE FROM pending WHERE round = ?1", [round])?;
    write.execute("UPDATE queue SET change = x'' WHERE round = ?1", [round])?;
    for OwnRecord { id, bytes, spare, .. } in own_records(write, document)? {
        insert(write, document.round, id, &bytes)?;
        write
            .prepare_cached(
                "UPDATE queue SET spare = ?4 WHERE round = ?1 AND record = ?2 AND bytes = ?3 AND spare = x''",
            )?
            .execute(params![round, id.0, bytes, spare])?;
    }
    write.execute(
        "UPDATE round SET position = 0, lineage = ?2 WHERE round = ?1",
        params![round, Lineage::start(document).0.0],
    )?;
    write_heads(write, document, &first_tip(document))
}

/// Puts what the log has apart, to be given back in its sequence. What is left of an earlier log comes after it: it
/// may stand on this one, never the other way round.
fn set_apart(write: &Transaction<'_>, round: [u8; 16]) -> Result<(), StoreError> {
    for table in ["spare", "spare_card"] {
        let sql = format!(
            "UPDATE {table} SET place = place + 1 + (SELECT ifnull(max(position), 0) FROM log WHERE round = ?1)
             WHERE round = ?1"
        );
        write.execute(&sql, [round])?;
    }
    // What one log did not take another may: each is offered again.
    write.execute("UPDATE spare SET waits_at = -1, declined = '' WHERE round = ?1", [round])?;
    write.execute("UPDATE spare_card SET offered_at = -1 WHERE round = ?1", [round])?;
    write.execute(
        "INSERT OR IGNORE INTO spare (round, hash, place, envelope, received_ms)
         SELECT round, hash, position, envelope, received_ms FROM log WHERE round = ?1 AND kind = 0",
        [round],
    )?;
    write.execute(
        "INSERT OR IGNORE INTO spare_card (round, hash, place)
         SELECT round, hash, position FROM log JOIN card USING (hash) WHERE round = ?1 AND kind = 1",
        [round],
    )?;
    Ok(())
}

/// A fact of the holder that a lost log had.
struct OwnRecord {
    n: u64,
    id: RecordId,
    bytes: Vec<u8>,
    /// The change that carries it.
    spare: [u8; 32],
}

/// The facts of the holder in the spare changes, as tapped. What she planned as a coordinator is the server's.
fn own_records(write: &Transaction<'_>, document: &DocumentName) -> Result<Vec<OwnRecord>, StoreError> {
    let mut own = Vec::new();
    let mut statement =
        write.prepare_cached("SELECT envelope, hash FROM spare WHERE round = ?1 ORDER BY place")?;
    let mut rows = statement.query([document.round.0])?;
    while let Some(row) = rows.next()? {
        let Ok(change) = ReadChange::read(&envelope(&row.get::<_, Vec<u8>>(0)?, "spare")?.change) else {
            continue;
        };
        for (id, bytes) in change.records(document) {
            if let Ok(Record::Act { member, stamp, body: ActBody::Fact(_) }) = Record::from_bytes(&bytes)
                && member == document.holder
            {
                own.push(OwnRecord { n: stamp.n, id, bytes, spare: fixed(row, 1)? });
            }
        }
    }
    own.sort_by(|one, other| (one.n, one.id, &one.bytes).cmp(&(other.n, other.id, &other.bytes)));
    Ok(own)
}

//! Sabotage: acknowledged changes are taken out of the server's log behind its back, to see that the witness notices.
//!
//! It does what a thief with the disk would do: the last change of a round goes, and the round's log ends one row earlier.
//! A server that serves the folder and a client that asks it see nothing; `tournee verify` does, and so does whoever
//! wrote down what was said to be saved. Changes of exactly one act are taken, so that N changes are N acts.

use std::path::Path;

use rusqlite::{Connection, Transaction, params};

use super::error::PlayError;

/// A change that can be taken: it holds one act of a courier and stands last in its round.
struct Victim {
    co_op: Vec<u8>,
    document: Vec<u8>,
    position: i64,
    hash: Vec<u8>,
}

/// Takes so many changes out of the database in `data`, which no server may have open.
pub(crate) fn take(data: &Path, wanted: usize) -> Result<(), PlayError> {
    #[expect(clippy::disallowed_methods, reason = "a saboteur asks nobody how the file should be opened")]
    let mut database = Connection::open(data.join("tournee.sqlite3"))?;
    let write = database.transaction()?;
    let victims = victims(&write)?;
    if victims.len() < wanted {
        return Err(PlayError::Sabotage { found: victims.len(), wanted });
    }
    for victim in victims.into_iter().take(wanted) {
        forget(&write, &victim)?;
    }
    Ok(write.commit()?)
}

fn victims(write: &Transaction<'_>) -> Result<Vec<Victim>, PlayError> {
    let mut statement = write.prepare(
        "SELECT log.co_op, log.document, log.position, log.hash
         FROM log
         JOIN document USING (co_op, document, position)
         JOIN change ON (change.co_op, change.document, change.hash) = (log.co_op, log.document, log.hash)
         JOIN device ON (device.co_op, device.device) = (change.co_op, change.device)
         WHERE log.kind = 0 AND log.position > 1 AND device.member IS NOT NULL
           AND 1 = (SELECT count(*) FROM record
                    WHERE (record.co_op, record.document, record.position)
                        = (log.co_op, log.document, log.position))
         ORDER BY log.document",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Victim { co_op: row.get(0)?, document: row.get(1)?, position: row.get(2)?, hash: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn forget(write: &Transaction<'_>, victim: &Victim) -> Result<(), PlayError> {
    let Victim { co_op, document, position, hash } = victim;
    for statement in [
        "DELETE FROM record WHERE co_op = ?1 AND document = ?2 AND position = ?3",
        "DELETE FROM co_op_log WHERE co_op = ?1 AND document = ?2 AND document_position = ?3",
        "DELETE FROM log WHERE co_op = ?1 AND document = ?2 AND position = ?3",
    ] {
        write.execute(statement, params![co_op, document, position])?;
    }
    for statement in [
        "DELETE FROM change WHERE co_op = ?1 AND document = ?2 AND hash = ?3",
        "DELETE FROM head WHERE co_op = ?1 AND document = ?2 AND hash = ?3",
    ] {
        write.execute(statement, params![co_op, document, hash])?;
    }
    write.execute(
        "UPDATE document SET position = ?3 - 1, lineage =
            (SELECT lineage FROM log WHERE co_op = ?1 AND document = ?2 AND position = ?3 - 1)
         WHERE co_op = ?1 AND document = ?2",
        params![co_op, document, position],
    )?;
    Ok(())
}

//! Cuts the end off a server's log, in every table that tells of it, as if it had never been.

use std::collections::BTreeSet;
use std::path::Path;

use core_sync::domain::ids::{MemberId, RoundId};
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::ReadChange;
use core_sync::round_doc::genesis::{GENESIS_MAX_OP, genesis};
use core_sync::round_doc::lineage::Lineage;
use rusqlite::{Connection, params};

fn open(data: &Path) -> Connection {
    #[allow(clippy::disallowed_methods, reason = "a test changes the file behind the server's back")]
    Connection::open(data.join("tournee.sqlite3")).unwrap()
}

/// The last row of the co-op's log.
pub fn last_row(data: &Path) -> i64 {
    open(data).query_row("SELECT ifnull(max(position), 0) FROM co_op_log", [], |row| row.get(0)).unwrap()
}

/// Leaves what stood there when `last` was the last row. Who was enrolled since stays enrolled.
pub fn cut_after(data: &Path, last: i64) {
    let mut database = open(data);
    database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let cut = database.transaction().unwrap();
    cut.execute("DELETE FROM log WHERE co_op_position > ?1", [last]).unwrap();
    cut.execute("DELETE FROM co_op_log WHERE position > ?1", [last]).unwrap();
    cut.execute_batch(
        "DELETE FROM document WHERE document NOT IN (SELECT document FROM co_op_log);
         DELETE FROM change WHERE hash NOT IN (SELECT hash FROM log WHERE kind = 0);
         DELETE FROM card WHERE hash NOT IN (SELECT hash FROM log WHERE kind = 1);
         DELETE FROM act WHERE document NOT IN (SELECT document FROM document);
         DELETE FROM parcel_round WHERE document NOT IN (SELECT document FROM document);
         DELETE FROM record WHERE position >
             (SELECT ifnull(max(position), 0) FROM log WHERE log.document = record.document);
         DELETE FROM head;
         UPDATE co_op SET position = (SELECT max(position) FROM co_op_log),
             lineage = (SELECT lineage FROM co_op_log ORDER BY position DESC LIMIT 1);
         UPDATE co_op SET reacted = min(reacted, position);",
    )
    .unwrap();
    for (co_op, name) in documents(&cut) {
        let end = cut
            .query_row(
                "SELECT position, lineage FROM log WHERE document = ?1 ORDER BY position DESC LIMIT 1",
                [name.round.0],
                |row| Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?)),
            )
            .unwrap_or((0, Lineage::start(&name).0.0));
        let sql = "UPDATE document SET position = ?2, lineage = ?3 WHERE document = ?1";
        cut.execute(sql, params![name.round.0, end.0, end.1]).unwrap();
        for (hash, max_op) in heads(&cut, &name) {
            let sql = "INSERT INTO head (co_op, document, hash, max_op) VALUES (?1, ?2, ?3, ?4)";
            cut.execute(sql, params![co_op, name.round.0, hash, i64::try_from(max_op).unwrap()]).unwrap();
        }
    }
    cut.commit().unwrap();
}

fn documents(database: &Connection) -> Vec<([u8; 16], DocumentName)> {
    let mut statement = database.prepare("SELECT co_op, document, holder, schema FROM document").unwrap();
    let documents = statement.query_map([], |row| {
        let (round, holder) = (RoundId(row.get(1)?), MemberId(row.get(2)?));
        Ok((row.get(0)?, DocumentName { round, holder, schema: row.get::<_, u32>(3)?.into() }))
    });
    documents.unwrap().map(Result::unwrap).collect()
}

/// The changes of a document on which no other stands.
fn heads(database: &Connection, name: &DocumentName) -> Vec<([u8; 32], u64)> {
    let mut all = vec![(genesis(name).hash, GENESIS_MAX_OP)];
    let mut named = BTreeSet::new();
    let mut statement = database.prepare("SELECT bytes FROM change WHERE document = ?1").unwrap();
    let mut rows = statement.query([name.round.0]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let change = ReadChange::read(&row.get::<_, Vec<u8>>(0).unwrap()).unwrap();
        named.extend(change.deps());
        all.push((change.hash(), change.max_op()));
    }
    all.retain(|(hash, _)| !named.contains(hash));
    all
}

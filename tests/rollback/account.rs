//! What a server holds, counted by kind from its own file, and which phone brought it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use core_sync::domain::ids::{MemberId, RoundId};
use core_sync::domain::record::Record;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::ReadChange;

/// How many of each thing: records by kind, cards, tombstones, rounds, enrolments, members.
pub type Holdings = BTreeMap<String, usize>;

/// Counts what stands in a server's folder.
pub fn holdings(data: &Path) -> Holdings {
    let database = open(data);
    let mut records = BTreeSet::new();
    let mut statement = database
        .prepare("SELECT document, holder, schema, bytes FROM change JOIN document USING (co_op, document)")
        .unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let name = DocumentName {
            round: RoundId(row.get(0).unwrap()),
            holder: MemberId(row.get(1).unwrap()),
            schema: row.get::<_, u32>(2).unwrap().into(),
        };
        let change = ReadChange::read(&row.get::<_, Vec<u8>>(3).unwrap()).unwrap();
        records.extend(change.records(&name).into_iter().map(|(id, bytes)| (name.round, id, bytes)));
    }
    let mut holdings = Holdings::new();
    for (_, _, bytes) in records {
        let kind = Record::from_bytes(&bytes).unwrap().kind().unwrap();
        *holdings.entry(format!("record: {}", kind.code())).or_default() += 1;
    }
    for (what, sql) in [
        ("cards", "SELECT count(*) FROM card WHERE bytes IS NOT NULL"),
        ("enrolments", "SELECT count(*) FROM device WHERE member IS NOT NULL"),
        ("members", "SELECT count(*) FROM member"),
        ("rounds", "SELECT count(*) FROM document"),
        ("tombstones", "SELECT count(*) FROM log WHERE kind = 2"),
    ] {
        let count: u32 = database.query_row(sql, [], |row| row.get(0)).unwrap();
        holdings.insert(what.to_owned(), usize::try_from(count).unwrap());
    }
    holdings
}

fn open(data: &Path) -> rusqlite::Connection {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    #[allow(clippy::disallowed_methods, reason = "a test looks into the file from outside")]
    rusqlite::Connection::open_with_flags(data.join("tournee.sqlite3"), flags).unwrap()
}

/// What came from whom.
pub struct Account {
    /// What the server had before it went back.
    before: Holdings,
    columns: Vec<(String, Holdings)>,
}

impl Account {
    /// Begins with what the server had before, and what it has now.
    pub fn begin(before: Holdings, data: &Path) -> Self {
        Self { before, columns: vec![("server".to_owned(), holdings(data))] }
    }

    /// What stands there since `who` was heard is theirs.
    pub fn heard(&mut self, who: &str, data: &Path) {
        self.columns.push((who.to_owned(), holdings(data)));
    }

    /// How much of `what` came from `who`.
    pub fn from(&self, who: &str, what: &str) -> usize {
        let at = self.columns.iter().position(|(name, _)| name == who).unwrap();
        let count = |at: usize| self.columns[at].1.get(what).copied().unwrap_or(0);
        if at == 0 { count(0) } else { count(at) - count(at - 1) }
    }

    /// Whether everything that was there before is there again, and more of what was done meanwhile.
    pub fn nothing_is_lost(&self) {
        let (_, now) = self.columns.last().unwrap();
        for (what, count) in &self.before {
            let there = now.get(what).copied().unwrap_or(0);
            assert!(there >= *count, "{what}: {there} of {count}\n{}", self.table(""));
        }
    }

    /// The table: a line for each kind of thing, a column for each who brought some.
    pub fn table(&self, title: &str) -> String {
        let mut table = format!("\n{title}\n{:<28}{:>8}", "", "before");
        for (who, _) in &self.columns {
            write!(table, "{who:>16}").unwrap();
        }
        let all = self.columns.iter().flat_map(|(_, holdings)| holdings.keys()).chain(self.before.keys());
        for what in all.collect::<BTreeSet<_>>() {
            write!(table, "\n{what:<28}{:>8}", self.before.get(what).copied().unwrap_or(0)).unwrap();
            for (who, _) in &self.columns {
                write!(table, "{:>16}", self.from(who, what)).unwrap();
            }
        }
        table.push('\n');
        table
    }
}

//! The two kinds of connection and what can be done through each.
//!
//! One connection writes, in batches of savepoints that are committed together; the others only read, each
//! time from one snapshot. The types keep them apart: no function that writes can be called on a reader.

use std::cell::Cell;
use std::ops::Deref;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};

use super::error::{DbError, Doing};

/// The one connection that writes, and whether something was erased whose bytes may still stand in the WAL.
#[derive(Debug)]
pub struct WriteConnection(pub(super) Connection, Cell<bool>);

/// A connection that only reads.
#[derive(Debug)]
pub struct ReadConnection(pub(super) Connection);

/// One moment of the database: everything read through it belongs together.
#[derive(Debug)]
pub struct Snapshot<'c>(pub(super) &'c Connection);

/// Work that is kept whole or not at all. Reads see what it wrote.
#[derive(Debug)]
pub struct Tx<'c>(Snapshot<'c>, &'c Cell<bool>);

/// Pieces of work that are committed together; each can fail alone.
#[derive(Debug)]
pub struct Batch<'c>(Transaction<'c>, &'c Cell<bool>);

impl<'c> Deref for Tx<'c> {
    type Target = Snapshot<'c>;
    fn deref(&self) -> &Snapshot<'c> {
        &self.0
    }
}

impl ReadConnection {
    /// Reads in one snapshot.
    pub fn read<T, E: From<DbError>>(
        &mut self,
        work: impl FnOnce(&Snapshot<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self.0.transaction().doing("beginning to read")?;
        work(&Snapshot(&transaction))
    }
}

/// How long emptying the WAL waits for readers while jobs wait: longer than a view takes, too short to be noticed.
const READERS_WAIT: Duration = Duration::from_millis(250);

impl ReadConnection {
    /// Writes what is committed at this moment into an empty file, whole and without free pages.
    pub fn copy_into(&self, file: &Path) -> Result<(), DbError> {
        let name = file.to_str().ok_or(DbError::FileName)?;
        self.0.execute("VACUUM INTO ?1", [name]).doing("copying the database").map(drop)
    }
}

impl WriteConnection {
    /// A connection that is set up.
    pub(super) const fn new(connection: Connection) -> Self {
        Self(connection, Cell::new(false))
    }

    /// Begins a batch. Takes the write lock at once, so that no later statement can find it taken.
    pub fn begin(&mut self) -> Result<Batch<'_>, DbError> {
        let transaction = self.0.transaction_with_behavior(TransactionBehavior::Immediate);
        Ok(Batch(transaction.doing("beginning to write")?, &self.1))
    }

    /// Does one piece of work and commits it.
    pub fn write<T, E: From<DbError>>(&mut self, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut batch = self.begin()?;
        let result = batch.attempt(work)?;
        batch.commit()?;
        Ok(result)
    }

    /// Moves everything from the WAL into the database file and empties the WAL.
    pub fn checkpoint(&self) -> Result<(), DbError> {
        self.empty_wal().map(drop)
    }

    /// Whether something was erased that may still stand in the WAL.
    #[must_use]
    pub fn owes_emptying(&self) -> bool {
        self.1.get()
    }

    /// Empties the WAL if something was erased since. If readers hold it for long it stays owed.
    pub fn empty_if_owed(&self) -> Result<(), DbError> {
        if !self.owes_emptying() {
            return Ok(());
        }
        let doing = "emptying the WAL of what was erased";
        self.0.busy_timeout(READERS_WAIT).doing(doing)?;
        let emptied = self.empty_wal();
        self.0.busy_timeout(super::open::BUSY_TIMEOUT).doing(doing)?;
        self.1.set(!emptied?);
        Ok(())
    }

    /// Whether it is empty afterwards: it is not while somebody reads from before.
    fn empty_wal(&self) -> Result<bool, DbError> {
        self.0
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
            .map(|busy| busy == 0)
            .doing("emptying the WAL")
    }
}

/// A savepoint. rusqlite's own is compiled at each use, which a request has several of; these statements are kept.
/// Dropped without a word, as after a panic, nothing of it is kept.
struct Piece<'c>(Option<&'c Connection>);

impl<'c> Piece<'c> {
    fn begin(connection: &'c Connection) -> Result<Self, DbError> {
        run(connection, "SAVEPOINT piece").doing("beginning a piece of work")?;
        Ok(Self(Some(connection)))
    }

    /// Its work stands. If that cannot be said, nothing of it does.
    fn keep(mut self) -> Result<(), DbError> {
        if let Some(connection) = self.0 {
            run(connection, "RELEASE piece").doing("ending a piece of work")?;
            self.0 = None;
        }
        Ok(())
    }

    fn take_back(mut self) -> Result<(), DbError> {
        self.0.take().map_or(Ok(()), take_back).doing("ending a piece of work")
    }
}

impl Drop for Piece<'_> {
    /// Where that fails SQLite has given up all of it, and committing says so.
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            let _given_up = take_back(connection);
        }
    }
}

fn take_back(connection: &Connection) -> rusqlite::Result<()> {
    run(connection, "ROLLBACK TO piece")?;
    run(connection, "RELEASE piece")
}

fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

impl Batch<'_> {
    /// Does one piece of work in a savepoint. If it fails or panics, nothing of it is kept and the others
    /// of the batch are as they were.
    pub fn attempt<T, E: From<DbError>>(
        &mut self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.0.is_autocommit() {
            // A savepoint outside a transaction would commit by itself, before anybody says so.
            return Err(DbError::RolledBack.into());
        }
        let piece = Piece::begin(&self.0)?;
        let result = work(&Tx(Snapshot(&self.0), self.1))?;
        piece.keep()?;
        Ok(result)
    }

    /// Rows changed so far since the connection was opened, those of work that was taken back among them.
    pub fn rows_changed(&self) -> u64 {
        self.0.total_changes()
    }

    /// Commits: when it returns, every piece of work that succeeded is on the disk. After an error none is.
    pub fn commit(self) -> Result<(), DbError> {
        if self.0.is_autocommit() {
            return Err(DbError::RolledBack);
        }
        self.0.commit().doing("committing")
    }
}

impl Snapshot<'_> {
    /// Runs a statement that must find its row: `None` when there is none.
    pub(super) fn find<T>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        self.0.prepare_cached(sql)?.query_row(parameters, read).optional()
    }

    /// Runs one statement for each of several keys; what is found goes beside the key's name.
    pub(super) fn find_each<K, T, P: rusqlite::Params>(
        &self,
        sql: &str,
        keys: impl Iterator<Item = (K, P)>,
        read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<(K, T)>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut found = Vec::new();
        for (name, key) in keys {
            found.extend(statement.query_row(key, &read).optional()?.map(|value| (name, value)));
        }
        Ok(found)
    }

    /// Runs a statement for every row it finds.
    pub(super) fn all<T, C: FromIterator<T>>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<C> {
        self.0.prepare_cached(sql)?.query_map(parameters, read)?.collect()
    }
}

impl Tx<'_> {
    /// Does a piece of the work that may fail alone: then nothing of it is kept and the rest stands. The outer error
    /// is that SQLite gave up all of it, as it does when the disk is full.
    pub fn attempt<T, E>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<Result<T, E>, DbError> {
        let connection = self.0.0;
        let piece = Piece::begin(connection)?;
        let result = work();
        if connection.is_autocommit() {
            return Err(DbError::RolledBack);
        }
        if result.is_ok() { piece.keep() } else { piece.take_back() }?;
        Ok(result)
    }

    /// Asks that the WAL be emptied after the commit, because something is erased that shall be in no file.
    pub fn empty_wal_after(&self) {
        self.1.set(true);
    }

    /// Runs a statement that changes rows and says how many.
    pub(super) fn execute(&self, sql: &str, parameters: impl rusqlite::Params) -> rusqlite::Result<usize> {
        self.0.0.prepare_cached(sql)?.execute(parameters)
    }
    /// Runs a statement that changes rows for each of several parameters.
    pub(super) fn execute_each<P: rusqlite::Params>(
        &self,
        sql: &str,
        rows: impl Iterator<Item = P>,
    ) -> rusqlite::Result<()> {
        let mut statement = self.0.0.prepare_cached(sql)?;
        for row in rows {
            statement.execute(row)?;
        }
        Ok(())
    }
}

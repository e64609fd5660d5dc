//! What a shop said and the server has not acknowledged.

use core_sync::domain::ids::RecordId;
use core_sync::domain::stamp::{Moment, Stamp};
use rusqlite::params;

use super::cells::fixed;
use super::queue::{SavedAct, count_on};
use super::{Store, StoreError};

/// A word that is only on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedWord {
    /// Its record.
    pub record: RecordId,
    /// The bytes that are frozen, signature and all.
    pub bytes: Vec<u8>,
    /// The code of the server's no, if it said no.
    pub refused: Option<String>,
}

impl Store {
    /// Saves a word: counts the tap, freezes the bytes, commits. `freeze` makes the signed record from its stamp.
    pub fn save_word(
        &mut self,
        record: RecordId,
        moment: Moment,
        freeze: impl FnOnce(Stamp) -> Vec<u8>,
    ) -> Result<SavedAct, StoreError> {
        self.still_in_place()?;
        let write = self.connection.transaction()?;
        let n = count_on(&write, 0)?;
        let bytes = freeze(Stamp::new(moment, n));
        let sql = "INSERT INTO shop_word (record, bytes) VALUES (?1, ?2)";
        write.execute(sql, params![record.0, bytes])?;
        write.commit()?;
        Ok(SavedAct { record, bytes, n })
    }

    /// Every word that the server has not acknowledged, as said.
    pub fn words(&self) -> Result<Vec<QueuedWord>, StoreError> {
        let sql = "SELECT record, bytes, refused FROM shop_word ORDER BY place";
        let mut statement = self.connection.prepare_cached(sql)?;
        let words = statement.query_map([], |row| {
            let refused: String = row.get(2)?;
            Ok(QueuedWord {
                record: RecordId(fixed(row, 0)?),
                bytes: row.get(1)?,
                refused: (!refused.is_empty()).then_some(refused),
            })
        })?;
        Ok(words.collect::<Result<_, _>>()?)
    }

    /// The server has it: the only way a word leaves this device.
    pub fn word_acknowledged(&mut self, record: RecordId) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM shop_word WHERE record = ?1", [record.0])?;
        Ok(())
    }

    /// The server said no, with this code. The word stays.
    pub fn word_refused(&mut self, record: RecordId, code: &str) -> Result<(), StoreError> {
        let sql = "UPDATE shop_word SET refused = ?2 WHERE record = ?1";
        self.connection.execute(sql, params![record.0, code])?;
        Ok(())
    }
}

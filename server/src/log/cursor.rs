//! Where a log stands: position and whole lineage. What travels is the short form in `wire::cursor`.

use core_sync::round_doc::lineage::Lineage;
use core_sync::wire::cursor::Cursor;

use crate::db::document::DocumentRow;

/// A place in a log: after this many rows, with this lineage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogCursor {
    /// How many rows precede.
    pub position: u64,
    /// The lineage there, all of it.
    pub lineage: Lineage,
}

impl LogCursor {
    /// The end of a document's log as its row has it.
    #[must_use]
    pub fn end_of(document: &DocumentRow) -> Self {
        Self { position: document.position, lineage: document.lineage }
    }

    /// The form that travels.
    #[must_use]
    pub fn short(self) -> Cursor {
        Cursor { position: self.position, lineage: self.lineage.short() }
    }
}

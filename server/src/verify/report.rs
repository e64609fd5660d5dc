//! What a check found: what was looked at in numbers, and every fault by its place. Nothing personal.

use std::fmt;

use core_sync::domain::ids::{CoopId, RoundId};
use serde::Serialize;

/// Faults that are kept: a damaged file can have one per row, and the first say what to do.
const FAULTS_MAX: usize = 1_000;

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $code:literal;)+) => {
        /// What is wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum FaultCode { $($(#[$doc])* $variant,)+ }

        impl FaultCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable code, also the end of its key in `texts/`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

faults! {
    /// The manifest cannot be read.
    Manifest = "manifest";
    /// The manifest says something else of the co-op's log than the database.
    ManifestDiffers = "manifest_differs";
    /// A file of the manifest is not there.
    FileMissing = "file_missing";
    /// A file has other bytes than the manifest says.
    FileChanged = "file_changed";
    /// A key file is missing, damaged, readable by others or not the one the database names.
    Key = "key";
    /// SQLite cannot open the database.
    Database = "database";
    /// SQLite finds the file damaged.
    Integrity = "integrity";
    /// Rows name what is not there.
    ForeignKeys = "foreign_keys";
    /// Rows cannot be read as what they are.
    Unreadable = "unreadable";
    /// A position is missing.
    Gap = "gap";
    /// A lineage does not follow from the one before and its row.
    Lineage = "lineage";
    /// The log ends elsewhere than its document or co-op says.
    End = "end";
    /// A row's content is not there.
    ContentMissing = "content_missing";
    /// Content that no row names.
    ContentUnnamed = "content_unnamed";
    /// A change has other bytes than its hash says.
    ChangeHash = "change_hash";
    /// A change cannot be read.
    ChangeUnreadable = "change_unreadable";
    /// A change is not signed by its device.
    Signature = "signature";
    /// The co-op does not vouch for the key of a change.
    Delegation = "delegation";
    /// A change stands on one that is not before it.
    Deps = "deps";
    /// A change's operation number is another.
    MaxOp = "max_op";
    /// The heads are others than the changes make.
    Heads = "heads";
    /// The table of records is another than the changes make.
    Records = "records";
    /// A card has other bytes than its hash says.
    CardHash = "card_hash";
    /// A card that was erased still has bytes.
    CardNotErased = "card_not_erased";
    /// The document does not load, save and load again to the same heads.
    Trial = "trial";
}

/// Where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file of the folder.
    File(String),
    /// The database as a whole, with what SQLite says.
    Database(String),
    /// A position in a co-op's log.
    CoOp(CoopId, u64),
    /// A round.
    Round(RoundId),
    /// A position in a round's log.
    Row(RoundId, u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name) => write!(f, "{name}"),
            Self::Database(said) => write!(f, "{said}"),
            Self::CoOp(co_op, position) => write!(f, "co-op {co_op}, {position}"),
            Self::Round(round) => write!(f, "round {round}"),
            Self::Row(round, position) => write!(f, "round {round}, {position}"),
        }
    }
}

/// A fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub code: FaultCode,
    /// Where.
    pub place: Place,
}

/// What was checked, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Files whose hashes were compared.
    pub files: u64,
    /// Keys.
    pub keys: u64,
    /// Co-ops.
    pub co_ops: u64,
    /// Entries of their logs.
    pub entries: u64,
    /// Rounds.
    pub rounds: u64,
    /// Rows of their logs.
    pub rows: u64,
    /// Changes: hash, signature, delegation, place.
    pub changes: u64,
    /// Records.
    pub records: u64,
    /// Cards with bytes.
    pub cards: u64,
    /// Cards that are erased.
    pub erased: u64,
    /// Documents that loaded, saved and loaded to the same heads.
    pub trials: u64,
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Whether it is a backup, with a manifest.
    pub is_backup: bool,
    /// What was checked.
    pub checked: Checked,
    /// The faults, the first of them.
    pub faults: Vec<Fault>,
    /// How many more there are.
    pub more_faults: u64,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn fault(&mut self, code: FaultCode, place: Place) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(Fault { code, place });
        } else {
            self.more_faults += 1;
        }
    }
}

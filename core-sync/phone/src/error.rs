//! What can go wrong on a phone, by what the courier can do about it.

use std::path::PathBuf;

use core_sync::domain::courier_command::RuleViolation;
use core_sync::wire::error_code::ErrorCode;

use crate::client::ClientError;
use crate::sealed::SealedError;
use crate::store::StoreError;

/// An error of a session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The phone belongs to nobody yet.
    #[error("this phone is not enrolled")]
    NotEnrolled,
    /// It belongs to somebody already.
    #[error("this phone is enrolled already")]
    AlreadyEnrolled,
    /// It holds acts of another member or co-op.
    #[error("this phone holds acts of somebody else")]
    ActsOfAnother,
    /// The phone has no such round.
    #[error("this phone has no such round")]
    NoSuchRound,
    /// The tap names nothing that is there.
    #[error("the tap makes no sense in this round")]
    Rule(#[from] RuleViolation),
    /// Logging out would lose acts.
    #[error("{count} acts are not sent yet")]
    Unsent {
        /// How many.
        count: usize,
    },
    /// Logging out would lose what a server that was put back lost too.
    #[error("{count} changes and cards are only on this phone")]
    OnlyHere {
        /// How many.
        count: usize,
    },
    /// The phone's own database failed.
    #[error("the phone's store failed")]
    Store(#[from] StoreError),
    /// The server could not be asked.
    #[error("the server could not be asked")]
    Client(#[from] ClientError),
    /// The server said no.
    #[error("the server said {}", code.code())]
    Server {
        /// Its code.
        code: ErrorCode,
    },
    /// What the server answered is not believed.
    #[error("the server's answer is not believed")]
    Answer,
    /// A sealed queue could not be written or read.
    #[error("the sealed queue at {} failed", path.display())]
    Sealed {
        /// The file.
        path: PathBuf,
        /// Why.
        source: SealedError,
    },
}

impl SessionError {
    /// The stable code, also the end of its key in `texts/` (`session.CODE`).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotEnrolled => "not_enrolled",
            Self::AlreadyEnrolled => "already_enrolled",
            Self::ActsOfAnother => "acts_of_another",
            Self::NoSuchRound => "no_such_round",
            Self::Rule(violation) => violation.code(),
            Self::Unsent { .. } => "unsent",
            Self::OnlyHere { .. } => "only_here",
            Self::Store(StoreError::Damaged { .. }) => "store_damaged",
            Self::Store(StoreError::InUse { .. }) => "store_in_use",
            Self::Store(StoreError::Newer { .. }) => "store_newer",
            Self::Store(StoreError::Gone { .. }) => "store_gone",
            Self::Store(StoreError::Sqlite(_) | StoreError::Folder { .. } | StoreError::Content { .. }) => {
                "store"
            }
            Self::Client(ClientError::Address | ClientError::Unreadable { .. }) => "address",
            Self::Client(ClientError::Tls(_) | ClientError::Exchange(_)) => "no_network",
            Self::Server { code } => code.code(),
            Self::Answer => "answer",
            Self::Sealed { source: SealedError::AnotherMember, .. } => "sealed_of_another",
            Self::Sealed { .. } => "sealed",
        }
    }
}

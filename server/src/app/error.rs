//! What a command answers when it does not do what was asked.
//!
//! Two kinds, never mixed: what the caller can do something about, each with its stable code, and faults of
//! the server, which the caller only sees as `internal`. `api/problem.rs` turns them into HTTP.

use core_sync::cbor::CborError;
use core_sync::domain::coordinator_command::FieldError;
use core_sync::guard::refusal::RefusalCode;
use core_sync::round_doc::mint::MintError;
use core_sync::wire::draft::DraftView;
use core_sync::wire::round::RoundView;

use crate::db::error::DbError;
use crate::keys::KeyError;
use crate::log::append::AppendError;
use crate::revocations::RevocationsError;

/// Why a command was not done. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A field cannot be what it is.
    #[error("{}: {}", .0.field, .0.expected)]
    BadInput(FieldError),
    /// No token, or one that is not known.
    #[error("not signed in")]
    NotSignedIn,
    /// The token's term is over.
    #[error("the token's term is over")]
    TokenExpired,
    /// The co-op has no such thing.
    #[error("no such thing in this co-op")]
    NotFound,
    /// The plan changed since the version named.
    #[error("the plan has changed")]
    PlanVersionStale {
        /// The round as it is now.
        round: Box<RoundView>,
    },
    /// The draft changed since the version named.
    #[error("the draft has changed")]
    DraftStale {
        /// The draft as it is now.
        draft: Box<DraftView>,
    },
    /// Somebody took the draft.
    #[error("the draft is taken")]
    DraftTaken,
    /// The suggestion was decided, or the day has moved on since it was found.
    #[error("the suggestion is over")]
    SuggestionOver,
    /// No open item is what the answer was meant for.
    #[error("nothing like that is to settle")]
    NotToSettle,
    /// The role may not do this.
    #[error("the role may not do this")]
    NotAllowed,
    /// The act id was used for another command.
    #[error("the act id was used before")]
    ActIdReused,
    /// The round exists already.
    #[error("the round exists already")]
    RoundExists,
    /// The round has as many stops as a round may.
    #[error("the round is full")]
    RoundFull,
    /// The stop has left the plan.
    #[error("the stop has left the plan")]
    StopWithdrawn,
    /// The stop is done.
    #[error("the stop is done")]
    StopDone,
    /// The stop is open, or a parcel of it in the courier's hands.
    #[error("the card is in use")]
    CardInUse,
    /// What is aside cannot be let in as the holder's own acts.
    #[error("what is aside cannot be let in: {}", .0.expected)]
    NotReleasable(FieldError),
    /// The enrolment code is unknown, used or past its time.
    #[error("the enrolment code does not work")]
    EnrolmentCode,
    /// The device is unknown, or the request is not signed by it.
    #[error("no such device, or not its signature")]
    DeviceUnknown,
    /// Part of what is stored of the round is damaged.
    #[error("the round is damaged")]
    RoundDamaged,
    /// The server's fault.
    #[error(transparent)]
    Fault(Fault),
}

/// What should not happen.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database did not answer.
    #[error("the database failed")]
    Database(#[from] DbError),
    /// The log did not take what it should have.
    #[error("the log took nothing")]
    Log(#[from] AppendError),
    /// A key is not there.
    #[error("a key cannot be used")]
    Key(#[from] KeyError),
    /// The file of revocations and erasures did not take a line.
    #[error("a revocation or erasure could not be noted")]
    Revocations(#[from] RevocationsError),
    /// The server's own change could not be made.
    #[error("no change could be made")]
    Mint(#[from] MintError),
    /// The guard refused the server's own change.
    #[error("the guard refused the server's own change: {}", .0.code())]
    OwnChange(RefusalCode),
    /// The server's own change stands on changes that are not in the log.
    #[error("the server's own change stands on nothing")]
    OwnChangeStandsOnNothing,
    /// A command could not be hashed.
    #[error("a command could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// Random ids were taken again and again: the source of randomness is broken.
    #[error("every random id drawn was taken")]
    NoFreeId,
}

/// Every fault's source becomes an `AppError` by `?`.
macro_rules! faults {
    ($($source:ty),+) => {
        $(impl From<$source> for AppError {
            fn from(source: $source) -> Self {
                Self::Fault(source.into())
            }
        })+
    };
}

impl From<DbError> for AppError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Damaged { .. } => Self::RoundDamaged,
            DbError::Statement { .. } | DbError::FileName | DbError::RolledBack => Self::Fault(error.into()),
        }
    }
}

faults!(AppendError, KeyError, MintError, RevocationsError, serde_json::Error);

impl From<FieldError> for AppError {
    fn from(error: FieldError) -> Self {
        Self::BadInput(error)
    }
}

impl From<CborError> for AppError {
    fn from(error: CborError) -> Self {
        let field = match error {
            CborError::NotCbor => FieldError::new("body", "CBOR as docs/sync-protocol.md describes it"),
            CborError::NotDeterministic => {
                FieldError::new("body", "deterministic CBOR as docs/sync-protocol.md describes it")
            }
            CborError::Shape { place, expected } => FieldError::new(place, expected),
        };
        Self::BadInput(field)
    }
}

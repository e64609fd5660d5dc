//! Every error of the layers below as an [`AppError`]: the one place that decides what a courier can do about it.
//!
//! Matches have no wildcard, so a new error below does not compile until somebody has thought about it here.
//! What nobody can do anything about is logged with its whole chain of causes, and counted.

use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use core_sync::domain::ids::IdError;
use core_sync::wire::error_code::ErrorCode;
use courier_session::client::ClientError;
use courier_session::error::SessionError;
use courier_session::sealed::SealedError;
use courier_session::store::StoreError;
use uniffi::UnexpectedUniFFICallbackError;

use crate::AppError;
use crate::count::count;
use crate::runtime::RuntimeError;

/// SQLite's primary result code for a full disk.
const SQLITE_FULL: i32 = 13;
/// The low byte of an extended result code is the primary one.
const SQLITE_PRIMARY_CODE: i32 = 0xff;

/// Unexpected errors since the process started.
static UNEXPECTED: AtomicU64 = AtomicU64::new(0);

impl From<SessionError> for AppError {
    fn from(error: SessionError) -> Self {
        let reason = error.code().to_owned();
        match &error {
            SessionError::NotEnrolled => Self::Enrol { reason },
            SessionError::ActsOfAnother => Self::AskCoordinator { reason },
            SessionError::AlreadyEnrolled | SessionError::NoSuchRound | SessionError::Rule(_) => {
                Self::ChooseAgain { reason }
            }
            SessionError::Unsent { count: only_here } | SessionError::OnlyHere { count: only_here } => {
                Self::SendFirst { unsent: count(*only_here) }
            }
            SessionError::Store(store) => from_store(store, reason, &error),
            SessionError::Client(client) => from_client(client, reason, &error),
            SessionError::Server { code } => from_server(*code, reason),
            SessionError::Answer => Self::TryLater { reason },
            SessionError::Sealed { path: _, source } => from_sealed(source, reason),
        }
    }
}

fn from_store(store: &StoreError, reason: String, whole: &SessionError) -> AppError {
    match store {
        StoreError::InUse { .. } | StoreError::Gone { .. } => AppError::Reopen { reason },
        StoreError::Newer { .. } => AppError::UpdateApp { reason },
        StoreError::Damaged { file, .. } => AppError::StoreDamaged { file: text(file) },
        StoreError::Folder { source, .. } if is_full(source) => AppError::FreeStorage { reason },
        StoreError::Folder { source, .. } if source.kind() == io::ErrorKind::NotFound => {
            AppError::Reopen { reason }
        }
        StoreError::Sqlite(sqlite)
            if sqlite
                .sqlite_error()
                .is_some_and(|error| error.extended_code & SQLITE_PRIMARY_CODE == SQLITE_FULL) =>
        {
            AppError::FreeStorage { reason }
        }
        StoreError::Folder { .. } | StoreError::Content { .. } | StoreError::Sqlite(_) => {
            unexpected(reason, whole)
        }
    }
}

fn from_client(client: &ClientError, reason: String, whole: &SessionError) -> AppError {
    match client {
        ClientError::Address => AppError::ChooseAgain { reason },
        // The address has a scheme, and no more that makes sense.
        ClientError::Exchange(exchange) if exchange.is_builder() => AppError::ChooseAgain { reason },
        ClientError::Exchange(_) => AppError::TryLater { reason },
        // A gateway's page while our server is down.
        ClientError::Unreadable { status: 500.. } => AppError::TryLater { reason },
        // Somebody else's server, or the sign-in page of a hotel's network.
        ClientError::Unreadable { .. } => AppError::ChooseAgain { reason },
        ClientError::Tls(_) => unexpected(reason, whole),
    }
}

fn from_server(code: ErrorCode, reason: String) -> AppError {
    match code {
        ErrorCode::NotSignedIn | ErrorCode::TokenExpired | ErrorCode::DeviceUnknown => {
            AppError::Enrol { reason }
        }
        ErrorCode::EnrolmentCode | ErrorCode::NotAllowed | ErrorCode::NotFound => {
            AppError::AskCoordinator { reason }
        }
        ErrorCode::WrongMediaType | ErrorCode::NoSuchRoute | ErrorCode::WrongMethod => {
            AppError::UpdateApp { reason }
        }
        ErrorCode::BadInput
        | ErrorCode::TooLarge
        | ErrorCode::PlanVersionStale
        | ErrorCode::ActIdReused
        | ErrorCode::RoundExists
        | ErrorCode::RoundFull
        | ErrorCode::StopWithdrawn
        | ErrorCode::StopDone
        | ErrorCode::NotToSettle
        | ErrorCode::DraftTaken
        | ErrorCode::SuggestionOver
        | ErrorCode::NotReleasable
        | ErrorCode::CardInUse => AppError::ChooseAgain { reason },
        ErrorCode::TooSlow
        | ErrorCode::Busy
        | ErrorCode::DiskFull
        | ErrorCode::RoundDamaged
        | ErrorCode::Internal => AppError::TryLater { reason },
    }
}

fn from_sealed(sealed: &SealedError, reason: String) -> AppError {
    match sealed {
        SealedError::File(source) if is_full(source) => AppError::FreeStorage { reason },
        SealedError::File(_) | SealedError::Shape(_) => AppError::ChooseAgain { reason },
        SealedError::TooLarge => AppError::TryLater { reason },
        SealedError::Delegation(_) | SealedError::Seal | SealedError::AnotherMember => {
            AppError::AskCoordinator { reason }
        }
    }
}

impl From<IdError> for AppError {
    fn from(_: IdError) -> Self {
        Self::ChooseAgain { reason: "bad_id".to_owned() }
    }
}

impl From<RuntimeError> for AppError {
    fn from(error: RuntimeError) -> Self {
        unexpected(error.code().to_owned(), &error)
    }
}

/// A listener threw something of its own. The text is dropped unread: on a JVM it is the whole stack trace.
impl From<UnexpectedUniFFICallbackError> for AppError {
    fn from(_: UnexpectedUniFFICallbackError) -> Self {
        Self::Unexpected { reason: "listener".to_owned(), detail: String::new() }
    }
}

fn unexpected(reason: String, error: &(dyn Error + 'static)) -> AppError {
    let detail = chain(error);
    let count = UNEXPECTED.fetch_add(1, Ordering::Relaxed) + 1;
    tracing::error!(code = reason, chain = detail, count, "unexpected");
    AppError::Unexpected { reason, detail }
}

/// An error and its causes, outermost first.
fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn is_full(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::StorageFull || error.kind() == io::ErrorKind::QuotaExceeded
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use core_sync::domain::courier_command::RuleViolation;

    #[test]
    fn every_code_of_the_server_keeps_its_name() {
        for code in ErrorCode::ALL {
            assert_eq!(AppError::from(SessionError::Server { code: *code }).code(), code.code());
        }
    }

    #[test]
    fn every_violation_is_a_choice_to_make_again() {
        for violation in RuleViolation::ALL {
            let error = AppError::from(SessionError::Rule(*violation));
            assert_eq!(error, AppError::ChooseAgain { reason: violation.code().to_owned() });
        }
    }

    #[test]
    fn a_full_disk_is_something_the_courier_can_mend() {
        let source = io::Error::from(io::ErrorKind::StorageFull);
        let error = SessionError::Store(StoreError::Folder { folder: "phone".into(), source });
        assert_eq!(AppError::from(error), AppError::FreeStorage { reason: "store".to_owned() });
    }

    #[test]
    fn what_nobody_can_mend_tells_its_whole_chain() {
        let source = io::Error::from(io::ErrorKind::PermissionDenied);
        let error = SessionError::Store(StoreError::Folder { folder: "phone".into(), source });
        let AppError::Unexpected { reason, detail } = error.into() else { panic!("not unexpected") };
        assert_eq!(reason, "store");
        assert_eq!(detail, "the phone's store failed: the folder phone cannot be used: permission denied");
    }
}

//! What can go wrong in a call, by what the courier can do next. The app chooses the words, by [`AppError::code`].
//!
//! Display is for logs only: Kotlin and Swift never show it. A variant is added only for something new that
//! a courier can do; a new cause gets a code.

/// An error of any call. `reason` is the stable code: one of `SessionError::code`, or one of this crate's own,
/// `bad_id` (a text that is no id), `panic`, `threads`, `randomness`, `listeners` (too many), `listener` (one threw).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum AppError {
    /// Enrol this phone, for the first time or again: nothing on it is lost.
    #[error("enrol: {reason}")]
    Enrol {
        /// The stable code.
        reason: String,
    },
    /// Go on, and try this again later or where there is a network.
    #[error("try later: {reason}")]
    TryLater {
        /// The stable code.
        reason: String,
    },
    /// Free some storage on the phone, then do it again.
    #[error("storage is full: {reason}")]
    FreeStorage {
        /// The stable code.
        reason: String,
    },
    /// Install the latest version.
    #[error("update the app: {reason}")]
    UpdateApp {
        /// The stable code.
        reason: String,
    },
    /// Ask the coordinator: for a new code, for a right, for help.
    #[error("ask the coordinator: {reason}")]
    AskCoordinator {
        /// The stable code.
        reason: String,
    },
    /// Look again and choose something else: what was named is not there or does not fit.
    #[error("choose again: {reason}")]
    ChooseAgain {
        /// The stable code.
        reason: String,
    },
    /// Send first, or force the log-out and keep the file it makes.
    #[error("{unsent} acts are not sent yet")]
    SendFirst {
        /// How many acts are only on this phone.
        unsent: u32,
    },
    /// Close whatever has the phone's folder open, or start the app again.
    #[error("open again: {reason}")]
    Reopen {
        /// The stable code.
        reason: String,
    },
    /// Keep the file for help, and enrol in another folder.
    #[error("the database is damaged")]
    StoreDamaged {
        /// The damaged database.
        file: String,
    },
    /// Report a bug.
    #[error("unexpected: {reason}: {detail}")]
    Unexpected {
        /// The stable code.
        reason: String,
        /// The whole chain of causes, in English, for the report.
        detail: String,
    },
}

#[uniffi::export]
impl AppError {
    /// Gives the stable code, by which the app chooses its words.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Enrol { reason }
            | Self::TryLater { reason }
            | Self::FreeStorage { reason }
            | Self::UpdateApp { reason }
            | Self::AskCoordinator { reason }
            | Self::ChooseAgain { reason }
            | Self::Reopen { reason }
            | Self::Unexpected { reason, .. } => reason.clone(),
            Self::SendFirst { .. } => "unsent".to_owned(),
            Self::StoreDamaged { .. } => "store_damaged".to_owned(),
        }
    }
}

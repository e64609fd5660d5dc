//! Every error of every route: problem+json (RFC 9457) with a stable code, mapped in this one file.
//!
//! `detail` is a sentence that says what to do. A fault of the server gets one line in the log with its whole
//! chain of sources; the caller only learns that it was ours.

use std::error::Error;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use core_sync::domain::coordinator_command::FieldError;
use core_sync::wire::draft::DraftView;
use core_sync::wire::error_code::ErrorCode;
use core_sync::wire::round::RoundView;
use problem_details::ProblemDetails;
use serde::Serialize;

use crate::app::error::AppError;
use crate::db::full_disk::is_full_disk;
use crate::log::writer::WriteError;
use crate::planning::{PlanningError, TurnError};
use crate::readers::ReadError;

/// An error on its way out.
#[derive(Debug)]
pub struct Problem {
    code: ErrorCode,
    members: Members,
}

/// The members beside the standard ones, and `type`: a URN, which the crate's own type cannot hold.
#[derive(Debug, Serialize)]
struct Members {
    r#type: String,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    round: Option<Box<RoundView>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    draft: Option<Box<DraftView>>,
}

impl Problem {
    /// A problem that its code says all about.
    #[must_use]
    pub fn of(code: ErrorCode) -> Self {
        let r#type = format!("urn:tournee:error:{}", code.code());
        Self {
            code,
            members: Members {
                r#type,
                code: code.code(),
                field: None,
                expected: None,
                round: None,
                draft: None,
            },
        }
    }

    /// Its code.
    pub(super) fn code(&self) -> ErrorCode {
        self.code
    }

    /// A problem with one field of the request: which, and what would be right.
    #[must_use]
    pub fn of_field(code: ErrorCode, field: impl Into<String>, expected: impl Into<String>) -> Self {
        let mut problem = Self::of(code);
        problem.members.field = Some(field.into());
        problem.members.expected = Some(expected.into());
        problem
    }

    /// A fault of the server: logged here, with every cause.
    #[must_use]
    pub fn internal(error: &(dyn Error + 'static)) -> Self {
        let mut chain = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            chain.push_str(": ");
            chain.push_str(&error.to_string());
            cause = error.source();
        }
        tracing::error!(error = chain, "a request failed");
        Self::of(ErrorCode::Internal)
    }

    fn detail(&self) -> String {
        match (&self.members.field, &self.members.expected) {
            (Some(field), Some(expected)) => format!("{field}: {expected}."),
            _ => what_to_do(self.code).to_owned(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let code = self.code;
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let details = ProblemDetails::new()
            .with_status(status)
            .with_title(title(code))
            .with_detail(self.detail())
            .with_extensions(self.members);
        let mut response = details.into_response();
        response.headers_mut().extend(header_of(code));
        response
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match error {
            AppError::BadInput(FieldError { field, expected }) => {
                Self::of_field(ErrorCode::BadInput, field, expected)
            }
            AppError::NotSignedIn => Self::of(ErrorCode::NotSignedIn),
            AppError::TokenExpired => Self::of(ErrorCode::TokenExpired),
            AppError::NotFound => Self::of(ErrorCode::NotFound),
            AppError::PlanVersionStale { round } => {
                let mut problem = Self::of(ErrorCode::PlanVersionStale);
                problem.members.round = Some(round);
                problem
            }
            AppError::ActIdReused => Self::of(ErrorCode::ActIdReused),
            AppError::RoundExists => Self::of(ErrorCode::RoundExists),
            AppError::RoundFull => Self::of(ErrorCode::RoundFull),
            AppError::StopWithdrawn => Self::of(ErrorCode::StopWithdrawn),
            AppError::StopDone => Self::of(ErrorCode::StopDone),
            AppError::DraftStale { draft } => {
                let mut problem = Self::of(ErrorCode::PlanVersionStale);
                problem.members.draft = Some(draft);
                problem
            }
            AppError::NotToSettle => Self::of(ErrorCode::NotToSettle),
            AppError::DraftTaken => Self::of(ErrorCode::DraftTaken),
            AppError::SuggestionOver => Self::of(ErrorCode::SuggestionOver),
            AppError::NotAllowed => Self::of(ErrorCode::NotAllowed),
            AppError::CardInUse => Self::of(ErrorCode::CardInUse),
            AppError::NotReleasable(FieldError { field, expected }) => {
                Self::of_field(ErrorCode::NotReleasable, field, expected)
            }
            AppError::EnrolmentCode => Self::of(ErrorCode::EnrolmentCode),
            AppError::DeviceUnknown => Self::of(ErrorCode::DeviceUnknown),
            AppError::RoundDamaged => Self::of(ErrorCode::RoundDamaged),
            // Said once in the log by the writer, and not for every request.
            AppError::Fault(fault) if is_full_disk(&fault) => Self::of(ErrorCode::DiskFull),
            AppError::Fault(fault) => Self::internal(&fault),
        }
    }
}

impl From<WriteError<AppError>> for Problem {
    fn from(error: WriteError<AppError>) -> Self {
        match error {
            WriteError::Job(error) => error.into(),
            WriteError::Busy | WriteError::Stopped => Self::of(ErrorCode::Busy),
            WriteError::DiskFull(_) => Self::of(ErrorCode::DiskFull),
            WriteError::Panicked | WriteError::Commit(_) => Self::internal(&error),
        }
    }
}

impl From<ReadError<AppError>> for Problem {
    fn from(error: ReadError<AppError>) -> Self {
        match error {
            ReadError::Work(error) => error.into(),
            ReadError::Stopped => Self::of(ErrorCode::Busy),
            ReadError::Panicked => Self::internal(&error),
        }
    }
}

impl From<TurnError> for Problem {
    fn from(error: TurnError) -> Self {
        match error {
            TurnError::Busy => Self::of(ErrorCode::Busy),
            TurnError::Panicked => Self::internal(&error),
        }
    }
}

impl From<PlanningError> for Problem {
    fn from(error: PlanningError) -> Self {
        Self::internal(&error)
    }
}

/// The header that HTTP wants beside some of the codes.
fn header_of(code: ErrorCode) -> Option<(HeaderName, HeaderValue)> {
    if matches!(code, ErrorCode::NotSignedIn | ErrorCode::TokenExpired) {
        return Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
    }
    (code == ErrorCode::Busy).then(|| (header::RETRY_AFTER, HeaderValue::from_static("1")))
}

const fn title(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadInput => "Bad input",
        ErrorCode::TooLarge => "Too large",
        ErrorCode::WrongMediaType => "Wrong media type",
        ErrorCode::NotSignedIn => "Not signed in",
        ErrorCode::TokenExpired => "Token expired",
        ErrorCode::NotAllowed => "Not allowed",
        ErrorCode::NotFound => "Not found",
        ErrorCode::NoSuchRoute => "No such route",
        ErrorCode::WrongMethod => "Wrong method",
        ErrorCode::PlanVersionStale => "The plan has changed",
        ErrorCode::ActIdReused => "Act id used before",
        ErrorCode::RoundExists => "Round exists",
        ErrorCode::RoundFull => "Round full",
        ErrorCode::StopWithdrawn => "Stop withdrawn",
        ErrorCode::StopDone => "Stop done",
        ErrorCode::NotToSettle => "Nothing like that to settle",
        ErrorCode::DraftTaken => "Draft taken",
        ErrorCode::SuggestionOver => "Suggestion over",
        ErrorCode::CardInUse => "Card in use",
        ErrorCode::NotReleasable => "Not releasable",
        ErrorCode::EnrolmentCode => "Enrolment code does not work",
        ErrorCode::DeviceUnknown => "Device unknown",
        ErrorCode::TooSlow => "Too slow",
        ErrorCode::Busy => "Busy",
        ErrorCode::DiskFull => "Disk full",
        ErrorCode::RoundDamaged => "Round damaged",
        ErrorCode::Internal => "Internal error",
    }
}

const fn what_to_do(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadInput => "Correct the request as docs/sync-protocol.md describes it.",
        ErrorCode::TooLarge => "Send less at once; docs/sync-protocol.md has the limits.",
        ErrorCode::WrongMediaType => "Send the content type and encoding that the route takes.",
        ErrorCode::NotSignedIn => "Send a token that an admin granted as `Authorization: Bearer TOKEN`.",
        ErrorCode::TokenExpired => "Ask an admin of the co-op for a new token.",
        ErrorCode::NotAllowed => "Ask somebody whose role allows it, a coordinator or an admin.",
        ErrorCode::NotFound => "Check the ids: there is nothing of that id in this co-op.",
        ErrorCode::NoSuchRoute => "Check the path: the routes begin with /v1/.",
        ErrorCode::WrongMethod => "Use one of the methods in the header Allow.",
        ErrorCode::PlanVersionStale => {
            "Look at `round` or `draft`, decide again and send a new act with its plan version."
        }
        ErrorCode::ActIdReused => "Make a new act id for a new command; repeat a command only unchanged.",
        ErrorCode::RoundExists => "Make another round id.",
        ErrorCode::RoundFull => "Make another round for the stops that follow.",
        ErrorCode::StopWithdrawn => "Add the stop again: what was withdrawn does not come back.",
        ErrorCode::StopDone => "Look at the round: what is done stays with who did it.",
        ErrorCode::NotToSettle => "Look at the items again: more came to light, or somebody settled it.",
        ErrorCode::DraftTaken => "Look at the round of this id: somebody holds it now.",
        ErrorCode::SuggestionOver => {
            "Ask for suggestions again: somebody decided this one, or the day has moved on."
        }
        ErrorCode::CardInUse => {
            "Erase it once the stop is done or withdrawn and no parcel of it is on the bike."
        }
        ErrorCode::NotReleasable => "Reject it: only the holder's own readable acts can be let into a round.",
        ErrorCode::EnrolmentCode => "Ask an admin for a new code: one works once, for ten minutes.",
        ErrorCode::DeviceUnknown => "Enrol the device again; its acts are kept and go up under its new key.",
        ErrorCode::TooSlow => "Send the request again; what was done is not done twice.",
        ErrorCode::Busy => "Send the request again in a moment; nothing of it was done.",
        ErrorCode::DiskFull => {
            "Tell the operator to make room on the server's disk, then send the request again."
        }
        ErrorCode::RoundDamaged => "Tell the operator, who finds the round and what is damaged in the log.",
        ErrorCode::Internal => "Send the request again later; if it fails again, tell the operator.",
    }
}

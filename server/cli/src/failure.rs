//! How a command fails: a sentence for a person, a code for a program, and whose fault it is.

use std::process::ExitCode;

use core_sync::texts::{Language, word};
use courier_session::client::ClientError;
use courier_session::error::SessionError;
use courier_session::sealed::SealedError;
use courier_session::store::StoreError;
use serde_json::{Value, json};

/// Whose fault it is; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The input: exit code 2.
    Yours,
    /// The program, the network or the machine: exit code 1.
    Ours,
}

/// A failure.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) fault: Fault,
    /// The stable code.
    pub(crate) code: String,
    /// What to read, and what would be right.
    pub(crate) sentence: String,
    /// More for programs, such as the round as it is now.
    pub(crate) details: Value,
}

impl Failure {
    /// The user can put it right.
    pub(crate) fn yours(code: &str, sentence: impl Into<String>) -> Self {
        Self { fault: Fault::Yours, code: code.to_owned(), sentence: sentence.into(), details: Value::Null }
    }

    /// The user cannot.
    pub(crate) fn ours(code: &str, sentence: impl Into<String>) -> Self {
        Self { fault: Fault::Ours, code: code.to_owned(), sentence: sentence.into(), details: Value::Null }
    }

    /// A file that cannot be used, with the system's reason.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::yours("file", format!("{}: {error}", path.display()))
    }

    /// An error of our own with its whole chain.
    pub(crate) fn chain(code: &str, error: &dyn std::error::Error) -> Self {
        Self::ours(code, whole_chain(error))
    }

    /// An error of a session, in words.
    pub(crate) fn session(error: &SessionError, language: Language) -> Self {
        let fault = match error {
            SessionError::NotEnrolled
            | SessionError::AlreadyEnrolled
            | SessionError::ActsOfAnother
            | SessionError::NoSuchRound
            | SessionError::Rule(_)
            | SessionError::Unsent { .. }
            | SessionError::OnlyHere { .. }
            | SessionError::Server { .. }
            | SessionError::Store(
                StoreError::InUse { .. } | StoreError::Gone { .. } | StoreError::Newer { .. },
            )
            | SessionError::Client(ClientError::Address) => Fault::Yours,
            SessionError::Sealed { source: SealedError::File(error), .. }
                if error.kind() != std::io::ErrorKind::NotFound =>
            {
                Fault::Ours
            }
            SessionError::Sealed { .. } => Fault::Yours,
            SessionError::Store(_) | SessionError::Client(_) | SessionError::Answer => Fault::Ours,
        };
        let code = error.code();
        let sentence = match error {
            SessionError::Rule(_) => word(language, &format!("violation.{code}")).to_owned(),
            SessionError::Server { .. } => word(language, &format!("error.{code}")).to_owned(),
            SessionError::Unsent { count } => {
                core_sync::texts::count(language, "session.unsent", *count, &[])
            }
            SessionError::OnlyHere { count } => {
                core_sync::texts::count(language, "session.only_here", *count, &[])
            }
            SessionError::Store(_) | SessionError::Sealed { .. } | SessionError::Client(_) => {
                format!("{} ({})", word(language, &format!("session.{code}")), whole_chain(error))
            }
            SessionError::NotEnrolled
            | SessionError::AlreadyEnrolled
            | SessionError::ActsOfAnother
            | SessionError::NoSuchRound
            | SessionError::Answer => word(language, &format!("session.{code}")).to_owned(),
        };
        Self { fault, code: code.to_owned(), sentence, details: Value::Null }
    }

    /// The failure as JSON.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "error": { "code": self.code, "sentence": self.sentence, "details": self.details } })
    }

    /// The exit code.
    pub(crate) fn exit_code(&self) -> u8 {
        match self.fault {
            Fault::Yours => 2,
            Fault::Ours => 1,
        }
    }
}

/// An error and everything it came from, in one line.
pub(crate) fn whole_chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        line.push_str(": ");
        line.push_str(&source.to_string());
        next = source.source();
    }
    line
}

/// What an error comes from in the end, which is what a person can do something about.
pub(crate) fn first_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// Prints a failure to standard error (JSON to standard output) and gives the exit code.
pub(crate) fn report(failure: &Failure, as_json: bool) -> ExitCode {
    use std::io::Write as _;
    // If nobody listens there is nothing left to do but exit.
    let _ = if as_json {
        writeln!(std::io::stdout(), "{}", failure.to_json())
    } else {
        writeln!(std::io::stderr(), "{}", failure.sentence)
    };
    ExitCode::from(failure.exit_code())
}

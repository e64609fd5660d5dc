//! Why figures are the formula's, each with a code that never changes.
//!
//! No variant holds a position, an address or an engine's own words: these name the places that were asked.

/// Why a source did not answer, or not for all pairs.
#[derive(Debug, thiserror::Error)]
pub enum TravelError {
    /// No connection, or one that broke off.
    #[error("the routing engine cannot be reached")]
    Away(#[source] reqwest::Error),
    /// No answer in time.
    #[error("the routing engine took too long")]
    Slow,
    /// The engine said no.
    #[error("the routing engine refused what was asked: HTTP {status}, {refusal}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The engine's code.
        refusal: Refusal,
    },
    /// The engine said that it cannot place a point; [`Travel`](crate::Travel) then looks for that point.
    #[error("the routing engine cannot place a point: {refusal}")]
    PointRefused {
        /// The engine's code.
        refusal: Refusal,
    },
    /// An answer of more bytes than what was asked can have.
    #[error("the routing engine's answer is larger than it may be")]
    TooLarge,
    /// An answer that is not the engine's form: not JSON, or cut.
    #[error("the routing engine's answer cannot be read")]
    Unreadable,
    /// An answer with another number of rows, columns or pairs than was asked.
    #[error("the answer is not of the rows and columns that were asked")]
    Shape,
    /// An answer with a time or distance that no way has.
    #[error("the routing engine's answer has a time or distance that no way has")]
    Figure,
    /// Places too far from any street that the engine knows, or far from all others.
    #[error("places are off the routing engine's map")]
    OffTheMap,
    /// Pairs that the file does not have.
    #[error("pairs are not in the file of travel times")]
    NotInFile,
    /// More points than a matrix may have; the formula is not asked either.
    #[error("{points} points are more than the {points_max} of one matrix: plan fewer orders at once")]
    TooManyPoints {
        /// How many were asked.
        points: usize,
        /// How many may be.
        points_max: usize,
    },
    /// The engine's address is none, or would send positions over the internet in the clear.
    #[error(
        "the routing engine's address must start with https://, or be http:// to this machine, a private \
         network or a name without a dot; with no user, query or fragment"
    )]
    Address,
    /// TLS could not be set up.
    #[error("TLS could not be set up")]
    Tls(#[source] rustls::Error),
}

impl TravelError {
    /// The word for programs and logs; never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Away(_) => "engine_away",
            Self::Slow => "engine_slow",
            Self::Refused { .. } => "engine_refused",
            Self::PointRefused { .. } => "engine_refused_point",
            Self::TooLarge => "engine_answer_too_large",
            Self::Unreadable => "engine_answer_unreadable",
            Self::Shape => "engine_answer_shape",
            Self::Figure => "engine_answer_figure",
            Self::OffTheMap => "off_the_map",
            Self::NotInFile => "not_in_file",
            Self::TooManyPoints { .. } => "too_many_points",
            Self::Address => "engine_address",
            Self::Tls(_) => "tls",
        }
    }
}

/// An engine's no, as far as it can name no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Valhalla's `error_code`.
    Number(u32),
    /// OSRM's `code`, one of those it documents.
    Word(&'static str),
    /// Nothing that is known.
    Unnamed,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "error {number}"),
            Self::Word(word) => f.write_str(word),
            Self::Unnamed => f.write_str("without a code"),
        }
    }
}

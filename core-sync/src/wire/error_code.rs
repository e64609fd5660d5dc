//! The stable codes of problem+json: what a program may branch on. Words for people are in `texts/`.
//!
//! A new code = a line here, its words, a row in `docs/sync-protocol.md`.

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal;)+) => {
        /// A code of an HTTP error.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorCode { $($(#[$doc])* $variant,)+ }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable code, also the end of its key in `texts/`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// The code of a text.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.code() == code)
            }
        }
    };
}

error_codes! {
    /// The body or a parameter cannot be read; `field` and `expected` say where and what.
    BadInput = "bad_input", 400;
    /// The body is larger than the route takes.
    TooLarge = "too_large", 413;
    /// The body has another type or compression than the route takes.
    WrongMediaType = "wrong_media_type", 415;
    /// No token, or one that is not known.
    NotSignedIn = "not_signed_in", 401;
    /// The token's term is over.
    TokenExpired = "token_expired", 401;
    /// The role may not call this route.
    NotAllowed = "not_allowed", 403;
    /// No such thing in this co-op.
    NotFound = "not_found", 404;
    /// No route of that path.
    NoSuchRoute = "no_such_route", 404;
    /// The route does not take that method.
    WrongMethod = "wrong_method", 405;
    /// The plan changed since the version named; `round` is the round as it is now.
    PlanVersionStale = "plan_version_stale", 409;
    /// The act id was used for another command.
    ActIdReused = "act_id_reused", 409;
    /// The round exists already.
    RoundExists = "round_exists", 409;
    /// The round is full.
    RoundFull = "round_full", 409;
    /// The stop has left the plan.
    StopWithdrawn = "stop_withdrawn", 409;
    /// The stop is done: it stays with the round that did it.
    StopDone = "stop_done", 409;
    /// No open item of the round has these records and offers this answer.
    NotToSettle = "not_to_settle", 409;
    /// Somebody took the draft.
    DraftTaken = "draft_taken", 409;
    /// The suggestion was decided, or the day has moved on since it was found.
    SuggestionOver = "suggestion_over", 409;
    /// The stop is open or a parcel of it is in the courier's hands, so its card is not erased.
    CardInUse = "card_in_use", 409;
    /// What was put aside cannot be let in: it is not readable as the holder's own acts.
    NotReleasable = "not_releasable", 409;
    /// The code is unknown, used or past its ten minutes.
    EnrolmentCode = "enrolment_code", 403;
    /// The device is unknown here, or its signature is wrong.
    DeviceUnknown = "device_unknown", 401;
    /// The request took longer than it may.
    TooSlow = "too_slow", 408;
    /// The server is stopping or has too much to do; try again.
    Busy = "busy", 503;
    /// The server's disk is full: nothing can be written until its operator makes room. Reading goes on.
    DiskFull = "disk_full", 507;
    /// Part of what the server stored of the round is damaged: nobody plans on the rest.
    RoundDamaged = "round_damaged", 500;
    /// Our fault; the log has the whole chain.
    Internal = "internal", 500;
}

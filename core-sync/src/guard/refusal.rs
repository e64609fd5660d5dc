//! Refusals: one code per stage, in the order of the stages, with words in `texts/`.
//!
//! A new stage = a code here, a file beside this one, a line in `mod.rs`, its words, a change in `tests/` that earns
//! it, a row in section 11 of `docs/sync-protocol.md`.

use crate::domain::ids::RecordId;

macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident = $code:literal;)+) => {
        /// Why a change is refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RefusalCode { $($(#[$doc])* $variant,)+ }

        impl RefusalCode {
            /// Every code, in the order of the stages.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable code on the wire, also the end of its key in `texts/`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

refusals! {
    /// More bytes than a change may have.
    ChangeTooLarge = "change_too_large";
    /// Not exactly one uncompressed change chunk.
    NotOneChange = "not_one_change";
    /// The checksum is wrong.
    Checksum = "checksum";
    /// Not signed by the device it names.
    Signature = "signature";
    /// A time, a message, an author, extra bytes, another seq or another actor.
    NotBare = "not_bare";
    /// No operation, or more than a change may have.
    OperationCount = "operation_count";
    /// An operation other than a put of bytes with empty pred into `plan` or `facts`.
    NotAPut = "not_a_put";
    /// A key that is no record id.
    Key = "key";
    /// A key twice.
    KeyTwice = "key_twice";
    /// A key that ends in somebody else's device.
    KeyOfAnother = "key_of_another";
    /// The actor is not the hash of what the change says.
    Actor = "actor";
    /// Not the canonical encoding.
    NotCanonical = "not_canonical";
    /// A record with more bytes than its kind may have.
    RecordTooLarge = "record_too_large";
    /// A record whose places do not parse.
    RecordMalformed = "record_malformed";
    /// A kind that this writer may not write here.
    KindNotAllowed = "kind_not_allowed";
    /// A fact in the name of another member than the holder.
    MemberOfAnother = "member_of_another";
    /// A shop's word that its device did not sign.
    ShopFact = "shop_fact";
    /// No deps, deps out of order, or too many.
    Deps = "deps";
    /// Not 1 + the greatest operation number of its deps.
    StartOp = "start_op";
    /// Other bytes under a key that is taken.
    RecordRewritten = "record_rewritten";
    /// Judging it panicked.
    Unjudgeable = "unjudgeable";
}

/// A refusal: the code, and the records it names. None named = the whole change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub code: RefusalCode,
    /// The records at fault; the phone sets these aside and mints the rest again.
    pub records: Vec<RecordId>,
}

impl Refusal {
    /// A refusal of the whole change.
    #[must_use]
    pub fn of(code: RefusalCode) -> Self {
        Self { code, records: Vec::new() }
    }

    /// A refusal for one record's sake.
    #[must_use]
    pub fn for_record(code: RefusalCode, record: RecordId) -> Self {
        Self { code, records: vec![record] }
    }
}

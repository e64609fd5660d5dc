//! The closed lists that people choose from: why a stop failed, why it was withdrawn, who took a parcel.
//!
//! Codes, never free text: what a person types is a salted blob outside the document.

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident, $place:literal { $($(#[$variant_doc:meta])* $variant:ident = $number:literal, $code:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            /// Every choice, in the order screens list them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable code, also the end of its key in `texts/`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The number that records carry.
            #[must_use]
            pub const fn number(self) -> u64 {
                match self { $(Self::$variant => $number,)+ }
            }

            /// Reads the number that a record carries.
            pub fn from_cbor(value: &ciborium::Value, place: &'static str) -> Result<Self, crate::cbor::CborError> {
                match crate::cbor::unsigned(value, place)? {
                    $($number => Ok(Self::$variant),)+
                    _ => Err(crate::cbor::CborError::Shape { place, expected: concat!("a number of ", $place) }),
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();
            fn from_str(code: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|choice| choice.code() == code).ok_or(())
            }
        }
    };
}

choices!(
    /// Why a courier could not serve a stop.
    FailReason, "the list of reasons to fail" {
    /// Nobody opened.
    Nobody = 0, "nobody";
    /// The address is wrong or cannot be found.
    Address = 1, "address";
    /// The person did not want it.
    Refused = 2, "refused";
    /// The shop had nothing ready.
    NotReady = 3, "not_ready";
    /// The place was closed.
    Closed = 4, "closed";
    /// The parcel is damaged.
    Damaged = 5, "damaged";
    /// The bike or the courier could not go on.
    Breakdown = 6, "breakdown";
});

choices!(
    /// Why a coordinator withdrew a stop.
    WithdrawReason, "the list of reasons to withdraw" {
    /// The customer cancelled.
    Cancelled = 0, "cancelled";
    /// Another round takes it.
    Moved = 1, "moved";
    /// It was put in by mistake.
    Mistake = 2, "mistake";
    /// Another day.
    Postponed = 3, "postponed";
    /// The whole round was given to another courier.
    Given = 4, "given";
});

choices!(
    /// How a coordinator settled a disagreement.
    Answer, "the list of answers" {
    /// Seen; nothing changes.
    Noted = 0, "noted";
    /// One of the records that disagreed holds, the others do not.
    Holds = 1, "holds";
    /// Who has the parcels brings them back to their shop.
    ReturnToShop = 2, "return_to_shop";
    /// The couriers meet: the stop stays with the round that it was moved to.
    Meet = 3, "meet";
    /// Who has the parcels delivers them.
    DeliverPart = 4, "deliver_part";
});

choices!(
    /// Who took the parcels at a drop-off.
    HandedTo, "the list of takers" {
    /// The recipient.
    Recipient = 0, "recipient";
    /// A neighbour.
    Neighbour = 1, "neighbour";
    /// The concierge or reception.
    Concierge = 2, "concierge";
    /// The letter box.
    LetterBox = 3, "letter_box";
    /// A safe place agreed beforehand.
    SafePlace = 4, "safe_place";
});

choices!(
    /// What kind of place a stop is.
    StopKind, "the kinds of stop" {
    /// Parcels are taken from a shop.
    Pickup = 0, "pickup";
    /// Parcels are handed to a recipient.
    DropOff = 1, "drop_off";
    /// Parcels change bikes.
    Hub = 2, "hub";
    /// The courier rests.
    Pause = 3, "pause";
});

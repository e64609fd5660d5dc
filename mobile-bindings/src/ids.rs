//! Ids as apps pass them around: one-field records, so that a stop is never given where a round is wanted
//! (a bare newtype would be an alias of `String` in Kotlin and Swift).

use core_sync::domain::ids;

use crate::AppError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
        pub struct $name {
            /// The id as it is written everywhere: base64url without padding.
            pub text: String,
        }

        impl From<ids::$name> for $name {
            fn from(id: ids::$name) -> Self {
                Self { text: id.to_string() }
            }
        }

        impl TryFrom<&$name> for ids::$name {
            type Error = AppError;
            fn try_from(id: &$name) -> Result<Self, AppError> {
                Ok(id.text.parse::<ids::$name>()?)
            }
        }
    };
}

id!(
    /// A round.
    RoundId);
id!(
    /// A stop of a round.
    StopId);
id!(
    /// One labelled thing.
    ParcelId);
id!(
    /// What an act left behind: its record, by which it can be taken back.
    RecordId);

/// Reads a list of ids; the first that is none is the error.
pub(crate) fn read_all<'a, T, C>(ids: &'a [T]) -> Result<Vec<C>, AppError>
where
    C: TryFrom<&'a T, Error = AppError>,
{
    ids.iter().map(C::try_from).collect()
}

/// Writes a list of ids.
pub(crate) fn write_all<C: Copy, T: From<C>>(ids: &[C]) -> Vec<T> {
    ids.iter().copied().map(T::from).collect()
}

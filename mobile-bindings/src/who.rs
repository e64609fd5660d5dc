//! Whose phone this is.

use courier_session::store::Enrolled;

/// The courier and the co-op. No `Debug`: it must not be printed.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Who {
    /// The courier's name.
    pub name: String,
    /// The co-op's name.
    pub co_op: String,
    /// The time zone that draws every time of the co-op (IANA name, such as `Europe/Paris`).
    pub time_zone: String,
    /// The server's address.
    pub server: String,
}

impl From<Enrolled> for Who {
    fn from(enrolled: Enrolled) -> Self {
        Self {
            name: enrolled.name.reveal().clone(),
            co_op: enrolled.co_op_name,
            time_zone: enrolled.time_zone,
            server: enrolled.server,
        }
    }
}

//! A stop as the places give it: what a coordinator would type in for it.

use crate::coordinate::Coordinate;
use crate::window::Window;

/// What happens at a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopKind {
    /// A shop hands parcels to the courier.
    Pickup,
    /// The courier hands parcels to the recipient.
    DropOff,
}

/// One stop of a round, without an id.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// What happens here.
    pub kind: StopKind,
    /// Which order of the day the stop belongs to, from 0.
    pub order_index: usize,
    /// The shop's name, or the recipient's.
    pub name: String,
    /// House number and street in one line.
    pub address_line: String,
    /// The postcode.
    pub postcode: String,
    /// Where the door is.
    pub coordinate: Coordinate,
    /// The recipient's telephone, from the range kept free for fiction; none at a shop.
    pub telephone: Option<String>,
    /// How to find the recipient, if it needs saying; none at a shop.
    pub instructions: Option<String>,
    /// Parcels handed over here, 1 to 3. A drop-off counts what its order picked up.
    pub parcel_count: u32,
    /// How long the stop is thought to take at the door, in seconds.
    pub service_seconds: u32,
    /// When the stop is wanted.
    pub window: Window,
}

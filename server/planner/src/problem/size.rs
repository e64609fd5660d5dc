//! How much a parcel takes up and a bike carries.

/// Room and weight of what is picked up at one stop, rounded up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Room, in litres.
    pub litres: u32,
    /// Weight, in kilograms.
    pub kilograms: u32,
}

/// Room and weight a bike carries at once. What is beyond [`TICKS_MAX`](super::TICKS_MAX) counts as that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Room, in litres.
    pub litres: u32,
    /// Weight, in kilograms.
    pub kilograms: u32,
}

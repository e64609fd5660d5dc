//! Room to work in, kept between insertions so that none asks for memory.

use super::drop_places::DropPlace;
use super::insertion::Insertion;
use super::view::Visit;

/// No insertion: more than any costs.
pub const NEVER: i64 = i64::MAX / 4;

/// Buffers of the pricing, and the sequence of the insertion priced last.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Added cost of the drop-off alone, by the visit before it.
    pub drop_costs: Vec<i64>,
    /// The least of those from an index on.
    pub least_after: Vec<i64>,
    /// Places of the pickup as bound and the visit before it, the least bound first.
    pub pickup_places: Vec<(i64, u32)>,
    /// Places of the drop-off, the least bound first.
    pub drop_places: Vec<DropPlace>,
    /// Pickups in the sequence they are tried in.
    pub pickups: Vec<u32>,
    /// The route being built.
    pub insertion: Insertion,
    /// The route with another break.
    pub rested: Vec<Visit>,
    /// The stops of the route with the order in it, hubs left out.
    pub sequence: Vec<u32>,
}

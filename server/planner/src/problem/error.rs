//! Why a problem cannot be planned at all.

use super::{PLACES_MAX, STOPS_MAX};

/// What is wrong with a problem; indices are those of its lists.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProblemError {
    /// Two matrices are of different places.
    #[error("profile {profile} has {places} places where the first has {expected}")]
    ProfilesDiffer {
        /// The profile that differs.
        profile: usize,
        /// Its places.
        places: usize,
        /// The first profile's.
        expected: usize,
    },
    /// A matrix was not square.
    #[error("{entries} entries are not {places} rows of {places}")]
    NotSquare {
        /// Entries given.
        entries: usize,
        /// Places said.
        places: usize,
    },
    /// More places than memory is made for.
    #[error("{places} places are more than {PLACES_MAX}")]
    TooManyPlaces {
        /// Places given.
        places: usize,
    },
    /// More stops than memory is made for.
    #[error("{stops} stops are more than {STOPS_MAX}")]
    TooManyStops {
        /// Stops given.
        stops: usize,
    },
    /// An order has a stop at a place that no matrix has.
    #[error("order {order} has a stop at a place that is not in the matrix")]
    OrderNowhere {
        /// The order.
        order: usize,
    },
    /// A bike starts or ends at a place that no matrix has.
    #[error("bike {bike} starts or ends at a place that is not in the matrix")]
    BikeNowhere {
        /// The bike.
        bike: usize,
    },
    /// A bike has a profile without a matrix.
    #[error("bike {bike} has a profile without a matrix")]
    NoSuchProfile {
        /// The bike.
        bike: usize,
    },
    /// A bike has no speed.
    #[error("bike {bike} has a speed of zero")]
    BikeStandsStill {
        /// The bike.
        bike: usize,
    },
}

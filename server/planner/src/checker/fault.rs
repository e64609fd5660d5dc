//! What can be wrong with a plan, each with a name.

use crate::problem::StopId;

/// A fault; `bike` and `order` are indices of the problem's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each text says what the fault is and what its fields are")]
pub enum Fault {
    #[error("round {round} is of bike {bike}, which is not in the problem")]
    NoSuchBike { round: usize, bike: usize },
    #[error("bike {bike} has two rounds")]
    BikeTwice { bike: usize },
    #[error("the round of bike {bike} has no stops")]
    RoundEmpty { bike: usize },
    #[error("bike {bike} visits {stop:?}, which is not in the problem")]
    NoSuchStop { bike: usize, stop: StopId },
    #[error("{stop:?} is visited twice")]
    StopTwice { stop: StopId },
    #[error("order {order} is on more than one bike, or its pickup {pickup} on none")]
    PickupMissing { order: usize, pickup: usize },
    #[error("order {order} is picked up by bike {bike} and not dropped off by it")]
    DropOffMissing { bike: usize, order: usize },
    #[error("order {order} is dropped off before its pickup {pickup}")]
    DropOffTooSoon { order: usize, pickup: usize },
    #[error("order {order} is neither planned nor left out")]
    OrderForgotten { order: usize },
    #[error("order {order} is planned, and said to be left out")]
    PlannedAndLeftOut { order: usize },
    #[error("order {order} is left out twice")]
    LeftOutTwice { order: usize },
    #[error("order {order} is left out and not in the problem")]
    NoSuchOrderLeftOut { order: usize },
    #[error("the reason for leaving out order {order} is not true")]
    ReasonUntrue { order: usize },
    #[error("the round of bike {bike} has {stops} stops, and it may have fewer")]
    TooManyStops { bike: usize, stops: usize },
    #[error("the rider of bike {bike} lacks a skill for order {order}")]
    SkillMissing { bike: usize, order: usize },
    #[error("bike {bike} lacks what order {order} needs")]
    FlagMissing { bike: usize, order: usize },
    #[error("bike {bike} carries {litres} litres after {stop:?}")]
    TooManyLitres { bike: usize, stop: StopId, litres: u64 },
    #[error("bike {bike} carries {kilograms} kilograms after {stop:?}")]
    TooHeavy { bike: usize, stop: StopId, kilograms: u64 },
    #[error("bike {bike} leaves before its shift")]
    LeavesTooSoon { bike: usize },
    #[error("bike {bike} is back after its shift")]
    ReturnsTooLate { bike: usize },
    #[error("bike {bike} cannot ride on after {after} stops")]
    NoWay { bike: usize, after: usize },
    #[error("bike {bike} comes to {stop:?} at another time than the way takes")]
    ArrivalWrong { bike: usize, stop: StopId },
    #[error("the service at {stop:?} begins before the bike comes")]
    BeginsBeforeArrival { stop: StopId },
    #[error("the service at {stop:?} begins before its window")]
    BeginsTooSoon { stop: StopId },
    #[error("the service at {stop:?} begins after its window")]
    BeginsTooLate { stop: StopId },
    #[error("the service at {stop:?} is not as long as it takes")]
    ServiceWrong { stop: StopId },
    #[error("bike {bike} is back at another time than the way takes")]
    ReturnWrong { bike: usize },
    #[error("the round of bike {bike} lacks the break that is due")]
    BreakMissing { bike: usize },
    #[error("the round of bike {bike} has a break where none is known")]
    BreakUnknown { bike: usize },
    #[error("the break of bike {bike} is after a stop that the round has not")]
    BreakNowhere { bike: usize },
    #[error("the break of bike {bike} begins before the stop is done")]
    BreakDuringStop { bike: usize },
    #[error("the break of bike {bike} begins outside its window")]
    BreakOutsideWindow { bike: usize },
    #[error("the break of bike {bike} is too short")]
    BreakTooShort { bike: usize },
    #[error("bike {bike} rides {metres} metres, which is beyond its range")]
    BeyondRange { bike: usize, metres: u64 },
    #[error("bike {bike} rides other ticks than is said")]
    RiddenWrong { bike: usize },
    #[error("bike {bike} rides other metres than is said")]
    MetresWrong { bike: usize },
    #[error("the rounds do not cost {said}")]
    CostWrong { said: u64 },
}

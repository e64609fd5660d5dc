//! What no round has room for, told: which stops, why, and what would make room.

use core_sync::domain::ids::{MemberId, StopId};
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::wire::plan::{LeftOutStops, PlanCourier, WouldFitView};
use planner::{Reason, WouldFit};

use super::ask::SHIFT_MAX;
use super::orders::{DraftOrder, NoOrder, Waiting};

/// What indices and ticks mean.
#[derive(Debug)]
pub(super) struct Meaning<'a> {
    /// The courier of each bike.
    pub(super) couriers: Vec<&'a PlanCourier>,
    /// The moment of tick 0.
    pub(super) base: Timestamp,
}

impl Meaning<'_> {
    /// The moment of a tick.
    pub(super) fn moment(&self, tick: u32) -> Timestamp {
        self.base.plus(Milliseconds(i64::from(tick) * 1_000))
    }

    /// Whose a bike is.
    pub(super) fn courier(&self, bike: usize) -> Option<MemberId> {
        self.couriers.get(bike).map(|courier| courier.courier)
    }

    /// An order that was left out.
    pub(super) fn left_out(
        &self,
        order: &DraftOrder,
        (litres, kilograms): (u64, u64),
        reason: Reason,
        tried: &[WouldFit],
    ) -> LeftOutStops {
        LeftOutStops {
            order: order.drop_off.1.order,
            stops: order.stops().collect(),
            litres,
            kilograms,
            window: Some(order.drop_off.1.window),
            reason: reason.code().to_owned(),
            would_fit: tried.iter().filter_map(|would| self.view(*would)).collect(),
        }
    }

    fn view(&self, would: WouldFit) -> Option<WouldFitView> {
        Some(match would {
            WouldFit::AnotherTime { bike, begins } => {
                WouldFitView::AnotherTime { courier: self.courier(bike)?, begins_ms: self.moment(begins) }
            }
            WouldFit::LongerShift { bike, returns } => {
                let from = self.couriers.get(bike)?.shift.from_ms;
                if self.moment(returns).since(from) > SHIFT_MAX {
                    return None;
                }
                WouldFitView::LongerShift { courier: self.courier(bike)?, returns_ms: self.moment(returns) }
            }
            WouldFit::OneMoreBike { like } => WouldFitView::OneMoreBike { like: self.courier(like)? },
            WouldFit::LargerBox { bike, litres, kilograms } => {
                WouldFitView::LargerBox { courier: self.courier(bike)?, litres, kilograms }
            }
            // Nobody tells the server of skills or flags.
            WouldFit::Skills { .. } | WouldFit::Flags { .. } => return None,
        })
    }
}

/// Stops that are no order.
pub(super) fn no_order(why: NoOrder, stops: &[Waiting]) -> LeftOutStops {
    LeftOutStops {
        order: stops.iter().find_map(|(_, stop)| stop.order),
        stops: stops.iter().map(|(id, _): &(StopId, _)| *id).collect(),
        litres: 0,
        kilograms: 0,
        window: None,
        reason: why.code().to_owned(),
        would_fit: Vec::new(),
    }
}

//! The shop says that it gave three parcels; the courier counts two.

use core_sync::domain::reasons::StopKind;

use super::super::day_clock::Minute;
use super::super::town::Town;
use super::{place, riding, stops};

impl Town {
    /// A courier on her way to a shop with a device will count one parcel fewer there.
    pub(super) fn short_count(&mut self, now: Minute) -> bool {
        let at_a_counter = |name: &str| self.counters.iter().any(|counter| counter.name == name);
        let found = riding(&self.by_turns(now)).into_iter().find_map(|(courier, round)| {
            let (_, stop) = stops(courier.phone()?).find(|(of, stop)| {
                *of == round
                    && stop.kind == StopKind::Pickup
                    && stop.status.remains()
                    && stop.parcels > 1
                    && !self.touched.contains(&stop.stop)
                    && at_a_counter(&place(stop.card.as_ref()))
            })?;
            courier.short_at.is_none().then_some((courier.number, stop.stop))
        });
        let Some((courier, stop)) = found else { return false };
        self.touched.insert(stop);
        if let Some(courier) = self.couriers.get_mut(courier) {
            courier.short_at = Some(stop);
        }
        true
    }
}

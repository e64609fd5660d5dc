//! One order stands in two rounds: somebody typed it in again. Both couriers say that they collected it.

use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop};
use core_sync::domain::reasons::StopKind;
use core_sync::domain::stop::StopStatus;
use core_sync::wire::round::StopView;

use super::super::day_clock::Minute;
use super::super::error::PlayError;
use super::super::told::Told;
use super::super::town::Town;
use super::riding;

impl Town {
    pub(super) async fn planned_twice(&mut self, now: Minute) -> Result<bool, PlayError> {
        let rounds: Vec<_> =
            riding(&self.by_turns(now)).iter().map(|(one, round)| (one.number, *round)).collect();
        for (courier, round) in rounds {
            let Some((other, to)) = self.another_riding(courier, now) else { continue };
            let view = self.desk(0).round(round).await?;
            let fresh = |stop: &&StopView| {
                stop.kind == StopKind::Pickup
                    && stop.status == StopStatus::Planned
                    && stop.card.is_some()
                    && !self.touched.contains(&stop.id)
            };
            // The last of them, so that nobody stands at its door yet.
            let Some(pickup) = view.stops.iter().rfind(fresh) else { continue };
            let wants = |stop: &&StopView| {
                stop.kind == StopKind::DropOff
                    && pickup.parcels.iter().all(|parcel| stop.parcels.contains(parcel))
            };
            let Some(drop_off) = view.stops.iter().find(wants) else { continue };
            for stop in [pickup, drop_off] {
                let Some(again) = again(stop, pickup) else { continue };
                self.command(0, to, CoordinatorCommand::AddStop(Box::new(again))).await?;
            }
            self.touched.extend([pickup.id, drop_off.id]);
            for both in [courier, other] {
                if let Some(one) = self.couriers.get_mut(both) {
                    one.mistaken.extend(pickup.parcels.iter().copied());
                }
            }
            let coordinator = self.desk(0).name;
            let told = Told::new(now, "town.told.planned_twice").text("coordinator", coordinator);
            self.tell(told.text("courier", self.name(courier)).text("other", self.name(other)));
            return Ok(true);
        }
        Ok(false)
    }
}

/// The stop once more, for the parcels of the pickup.
fn again(stop: &StopView, pickup: &StopView) -> Option<NewStop> {
    Some(NewStop {
        kind: stop.kind,
        window: stop.window,
        service_seconds: stop.service_seconds,
        parcels: pickup.parcels.clone(),
        order: stop.order,
        card: stop.card.clone()?,
    })
}

//! The office wants another sequence; the courier, in a dead zone, has set one of her own.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::StopId;
use core_sync::domain::reasons::StopKind;

use super::super::courier::Doing;
use super::super::day_clock::Minute;
use super::super::error::PlayError;
use super::super::told::Told;
use super::super::town::Town;
use super::riding;

/// How soon the two must meet.
const BACK_WITHIN_MINUTES: u32 = 12;
/// Stops that must be left: some are done until then.
const STOPS_MIN: usize = 5;

impl Town {
    pub(super) async fn sequence(&mut self, now: Minute) -> Result<bool, PlayError> {
        let dark: Vec<_> = riding(&self.by_turns(now))
            .iter()
            .filter(|(one, _)| {
                // Back before she has ridden what the two lists differ in.
                let soon = one.is_dark_for(now, 2) && !one.is_dark_for(now, BACK_WITHIN_MINUTES);
                soon && !matches!(one.doing, Doing::AtDoor { .. })
            })
            .map(|(one, round)| (one.number, *round))
            .collect();
        for (courier, round) in dark {
            let view = self.desk(1).round(round).await?;
            let planned: Vec<_> = view.stops.iter().filter(|stop| stop.status.remains()).collect();
            let Some(saw) = view.courier_sequence.filter(|_| planned.len() >= STOPS_MIN) else { continue };
            // Every pickup before every drop-off, backwards: another list than hers, and one that can be ridden.
            let of = |kind| planned.iter().rev().filter(move |stop| stop.kind == kind).map(|stop| stop.id);
            let stops: Vec<StopId> = of(StopKind::Pickup).chain(of(StopKind::DropOff)).collect();
            let wanted = CoordinatorCommand::Sequence { stops, saw: Some(saw) };
            if !self.reorders(courier, round, now)? || self.command(1, round, wanted).await?.is_none() {
                continue;
            }
            let coordinator = self.desk(1).name;
            let told = Told::new(now, "town.told.sequence").text("coordinator", coordinator);
            self.tell(told.text("courier", self.name(courier)));
            return Ok(true);
        }
        Ok(false)
    }

    /// She puts her last pickup first.
    fn reorders(
        &mut self,
        courier: usize,
        round: core_sync::domain::ids::RoundId,
        now: Minute,
    ) -> Result<bool, PlayError> {
        let Some(courier) = self.couriers.get_mut(courier) else { return Ok(false) };
        let Some(state) = courier.phone().map(|phone| phone.round(round)).transpose()?.flatten() else {
            return Ok(false);
        };
        let mut stops = state.remaining.clone();
        let pickup = |stop: &StopId| state.stops.get(stop).is_some_and(|stop| stop.kind == StopKind::Pickup);
        let Some(last) = stops.iter().rposition(pickup).filter(|at| *at > 0) else { return Ok(false) };
        let stop = stops.remove(last);
        stops.insert(0, stop);
        courier.tap(round, &CourierCommand::Reorder(stops), now)?;
        courier.phone_mut().map_or(Ok(()), |phone| phone.look())?;
        Ok(true)
    }
}

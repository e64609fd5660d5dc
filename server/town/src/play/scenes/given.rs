//! A courier is not heard of and the office gives her round to somebody else; she rides on in a dead zone.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::RoundId;
use core_sync::domain::reasons::StopKind;

use super::super::day_clock::Minute;
use super::super::error::PlayError;
use super::super::office::under_way;
use super::super::told::Told;
use super::super::town::Town;
use super::to_do;

impl Town {
    pub(super) async fn given(&mut self, now: Minute) -> Result<bool, PlayError> {
        for (courier, round, stop) in self.done_in_the_dark(now, 8, &[StopKind::Pickup, StopKind::DropOff]) {
            let riding = self.couriers.get(courier).and_then(under_way);
            if riding != Some(round) {
                continue;
            }
            let view = self.desk(2).round(round).await?;
            let remaining = view.stops.iter().filter(|stop| stop.status.remains()).count();
            let Some((other, _)) = self.another_riding(courier, now) else { continue };
            let Some(to) = self.couriers.get(other).map(|other| other.member) else { continue };
            if to_do(&view, stop.stop).is_none() || remaining < 3 {
                continue;
            }
            let given = RoundId::random(&mut self.ids);
            let give = CoordinatorCommand::GiveRound { to, round: given };
            if self.command(2, round, give).await?.is_none() {
                continue;
            }
            self.touched.extend(view.stops.iter().map(|stop| stop.id));
            if let Some(other) = self.couriers.get_mut(other) {
                other.starts.insert(given, now);
            }
            let coordinator = self.desk(2).name;
            let told = Told::new(now, "town.told.gives").text("coordinator", coordinator);
            self.tell(told.text("courier", self.name(courier)).text("other", self.name(other)));
            return Ok(true);
        }
        Ok(false)
    }
}

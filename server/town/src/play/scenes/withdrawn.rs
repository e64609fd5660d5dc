//! A customer cancels; the courier, in a cellar, has delivered.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::reasons::{StopKind, WithdrawReason};

use super::super::day_clock::Minute;
use super::super::error::PlayError;
use super::super::told::Told;
use super::super::town::Town;
use super::to_do;

impl Town {
    pub(super) async fn withdrawn(&mut self, now: Minute) -> Result<bool, PlayError> {
        for (courier, round, stop) in self.done_in_the_dark(now, 6, &[StopKind::DropOff]) {
            let view = self.desk(0).round(round).await?;
            if to_do(&view, stop.stop).is_none() {
                continue;
            }
            let withdraw =
                CoordinatorCommand::WithdrawStop { stop: stop.stop, reason: WithdrawReason::Cancelled };
            if self.command(0, round, withdraw).await?.is_none() {
                continue;
            }
            self.touched.insert(stop.stop);
            let name = self.name(courier);
            self.tell(
                Told::new(self.tapped_at(courier, &stop).unwrap_or(now), "town.told.delivers_dark")
                    .count(stop.parcels)
                    .text("courier", name),
            );
            let told = Told::new(now, "town.told.withdraws").text("courier", name);
            let coordinator = self.desk(0).name;
            self.tell(told.text("coordinator", coordinator));
            return Ok(true);
        }
        Ok(false)
    }
}

//! The office moves a pickup to another bike; the courier, in a dead zone, has collected there.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::reasons::StopKind;

use super::super::day_clock::Minute;
use super::super::desk::Said;
use super::super::error::PlayError;
use super::super::told::Told;
use super::super::town::Town;
use super::{place, to_do};

impl Town {
    pub(super) async fn moved(&mut self, now: Minute) -> Result<bool, PlayError> {
        for (courier, round, stop) in self.done_in_the_dark(now, 6, &[StopKind::Pickup]) {
            let Some((other, to)) = self.another_riding(courier, now) else { continue };
            let (from_view, to_view) = (self.desk(1).round(round).await?, self.desk(1).round(to).await?);
            if to_do(&from_view, stop.stop).is_none() || to_view.finished {
                continue;
            }
            let to_plan_version = to_view.plan_version;
            let moved = CoordinatorCommand::MoveStops { stops: vec![stop.stop], to, to_plan_version };
            let act = self.act();
            let said = self.desk(1).command(act, round, Some(from_view.plan_version), moved).await?;
            if !matches!(said, Said::Done) {
                continue;
            }
            self.touched.insert(stop.stop);
            let name = self.name(courier);
            let shop = place(stop.card.as_ref());
            let collects =
                Told::new(self.tapped_at(courier, &stop).unwrap_or(now), "town.told.collects_dark")
                    .count(stop.parcels);
            self.tell(collects.text("courier", name).text("shop", shop));
            let coordinator = self.desk(1).name;
            let told = Told::new(now, "town.told.moves").text("coordinator", coordinator);
            self.tell(told.text("courier", name).text("other", self.name(other)));
            return Ok(true);
        }
        Ok(false)
    }
}

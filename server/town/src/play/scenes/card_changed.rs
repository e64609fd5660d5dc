//! A customer calls with other instructions while the courier cannot be told.

use core_sync::domain::coordinator_command::{CoordinatorCommand, StopChange};
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::StopKind;
use core_sync::domain::stop::StopStatus;

use super::super::day_clock::Minute;
use super::super::error::PlayError;
use super::super::told::Told;
use super::super::town::Town;
use super::riding;

/// What the customer says. It is data of the town, as its names are.
const OTHER_INSTRUCTIONS: &str = "Porte latérale, demander le gardien";

impl Town {
    pub(super) async fn card_changed(&mut self, now: Minute) -> Result<bool, PlayError> {
        let dark: Vec<_> = riding(&self.by_turns(now))
            .iter()
            .filter(|(one, _)| one.is_dark_for(now, 6))
            .map(|(one, round)| (one.number, *round))
            .collect();
        for (courier, round) in dark {
            let view = self.desk(2).round(round).await?;
            let open = view.stops.iter().rfind(|stop| {
                stop.kind == StopKind::DropOff
                    && stop.status == StopStatus::Planned
                    && !self.touched.contains(&stop.id)
            });
            let Some((stop, mut card)) = open.and_then(|stop| Some((stop.id, stop.card.clone()?))) else {
                continue;
            };
            card.instructions = Some(Personal::new(OTHER_INSTRUCTIONS.to_owned()));
            let card = Some(card);
            let change = StopChange { stop, window: None, service_seconds: None, parcels: None, card };
            let Some(act) = self.command(2, round, CoordinatorCommand::AmendStop(Box::new(change))).await?
            else {
                continue;
            };
            self.cards_changed.extend(self.record_of(act));
            self.touched.insert(stop);
            let coordinator = self.desk(2).name;
            let told = Told::new(now, "town.told.card_changed").text("coordinator", coordinator);
            self.tell(told.text("courier", self.name(courier)));
            return Ok(true);
        }
        Ok(false)
    }
}

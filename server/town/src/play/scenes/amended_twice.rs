//! A courier with two phones corrects the same fact on both, and not alike.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::reasons::{FailReason, HandedTo, StopKind};
use core_sync::domain::stop::StopStatus;

use super::super::cast::{Habit, habit};
use super::super::courier::Courier;
use super::super::day_clock::Minute;
use super::super::error::PlayError;
use super::super::phone::Phone;
use super::super::told::Told;
use super::super::town::Town;
use super::stops;

impl Town {
    pub(super) async fn amended_twice(&mut self, now: Minute) -> Result<bool, PlayError> {
        let two = |courier: &&mut Courier| {
            habit(courier.number) == Some(Habit::TwoPhones)
                && !courier.is_dark(now)
                && courier.phones.iter().all(Phone::is_on)
        };
        for courier in self.couriers.iter_mut().filter(two) {
            for phone in &mut courier.phones {
                phone.hear(now).await?;
            }
            let delivered = courier.phones.first().and_then(|phone| {
                let mut known = stops(phone).filter(|(_, stop)| {
                    stop.kind == StopKind::DropOff
                        && stop.status == StopStatus::Delivered
                        && stop.received_ms.is_some()
                        && !self.touched.contains(&stop.stop)
                });
                known.next().and_then(|(round, stop)| Some((round, stop.stop, stop.decided_by?)))
            });
            let Some((round, stop, fact)) = delivered else { continue };
            let right = [
                CourierCommand::Deliver(stop, None, HandedTo::Neighbour),
                CourierCommand::Fail(stop, FailReason::Nobody),
            ];
            for (phone, right) in courier.phones.iter_mut().zip(right) {
                if let Some(instead) = phone.tap(round, &right, now)? {
                    phone.tap(round, &CourierCommand::Correct { fact, instead }, now)?;
                }
                phone.look()?;
            }
            let name = courier.name;
            self.touched.insert(stop);
            self.tell(Told::new(now, "town.told.amended_twice").text("courier", name));
            return Ok(true);
        }
        Ok(false)
    }
}

//! A phone is lost with acts on it that nobody else has, is shut out, and is found again.

use super::super::cast::habit;
use super::super::courier::Courier;
use super::super::day_clock::Minute;
use super::super::error::PlayError;
use super::super::told::Told;
use super::super::town::Town;

/// So long a phone lies under a cushion.
const LOST_MINUTES: u32 = 55;
/// Acts on it that are nowhere else, so that losing it is worth telling.
const UNSENT_MIN: usize = 3;

impl Town {
    pub(super) async fn lost_phone(&mut self, now: Minute) -> Result<bool, PlayError> {
        // One at a time, of somebody with nothing else to tell.
        let plain = |courier: &&Courier| {
            habit(courier.number).is_none() && courier.phones.len() == 1 && courier.is_dark_for(now, 3)
        };
        let loser =
            self.by_turns(now).into_iter().filter(plain).find(|courier| courier.waiting() >= UNSENT_MIN);
        let Some(number) = loser.map(|courier| courier.number).filter(|_| self.lost.is_empty()) else {
            return Ok(false);
        };
        if now.plus(LOST_MINUTES + 5) >= self.day.until {
            // It would not be found before the day ends.
            return Ok(true);
        }
        let Some(mut courier) = self.take_courier(number) else { return Ok(false) };
        let device = courier.phone().map(super::super::phone::Phone::device).transpose()?.flatten();
        if let Some(device) = device {
            self.admin.revoke(device).await?;
        }
        let saved = courier.waiting();
        let lost_at = courier.phones.len() - 1;
        if let Some(phone) = courier.phone_mut() {
            phone.die();
        }
        // She walks to the depot for another one: there is a network there.
        let phone = self.new_phone(&courier).await?;
        courier.phones.push(phone);
        courier.set_links(now);
        let name = courier.name;
        self.put_courier(courier);
        self.lost.push((number, lost_at, now.plus(LOST_MINUTES)));
        self.tell(Told::new(now, "town.told.lost").count(saved).text("courier", name));
        Ok(true)
    }

    /// Phones whose time has come are found: each tells what it has, is held, is enrolled anew and sends it again.
    pub(crate) async fn find_phones(&mut self, now: Minute) -> Result<(), PlayError> {
        let over = now >= self.day.until;
        let due: Vec<_> = self.lost.iter().copied().filter(|(.., at)| over || *at <= now).collect();
        for (number, which, at) in due {
            // Where it is found there must be a network to enrol it.
            let Some(mut courier) = self.take_courier(number) else { continue };
            if courier.is_dark(now) {
                self.put_courier(courier);
                continue;
            }
            let code = self.admin.code(courier.member).await?;
            let name = courier.name;
            let mut held = 0;
            if let Some(phone) = courier.phones.get_mut(which) {
                phone.come_back(now)?;
                held = phone.unsent.len();
                phone.sync(now).await?;
                phone.enrol(&code).await?;
                phone.hear(now).await?;
            }
            self.put_courier(courier);
            self.lost.retain(|lost| *lost != (number, which, at));
            self.tell(Told::new(now, "town.told.found").count(held).text("courier", name));
        }
        Ok(())
    }

    fn take_courier(&mut self, number: usize) -> Option<Courier> {
        let at = self.couriers.iter().position(|courier| courier.number == number)?;
        Some(self.couriers.remove(at))
    }

    fn put_courier(&mut self, courier: Courier) {
        self.couriers.push(courier);
        self.couriers.sort_by_key(|courier| courier.number);
    }
}

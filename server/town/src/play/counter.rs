//! A shop's device: says what it gave, keeps each word until the server has it.

use std::path::Path;

use core_sync::domain::ids::{BootId, ParcelId};
use core_sync::domain::personal::Secret;
use core_sync::domain::shop_fact::Direction;
use core_sync::domain::stamp::Moment;
use courier_session::shop::ShopSession;
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;

use super::day_clock::{DayClock, Minute};
use super::error::PlayError;
use super::link::Link;
use super::phone::Tapped;
use super::witness::Witness;

/// The device on a shop's counter.
#[derive(Debug)]
pub(crate) struct Counter {
    /// The shop.
    pub(crate) name: String,
    /// Every word that it said was saved.
    pub(crate) said: Vec<Tapped>,
    /// Words that are only on it.
    pub(crate) waiting: usize,
    session: ShopSession,
    _link: Link,
    random: ChaCha8Rng,
    day: DayClock,
    taps: u64,
    witness: Witness,
}

impl Counter {
    /// A device out of its box, enrolled for its shop.
    pub(crate) async fn enrolled(
        name: String,
        folder: &Path,
        code: &Secret<String>,
        seed: u64,
        day: DayClock,
        link: Link,
        witness: Witness,
    ) -> Result<Self, PlayError> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let failed = PlayError::phone;
        let mut session = ShopSession::open(folder).map_err(failed(&name))?;
        session.enrol(&link.address, code, &mut random).await.map_err(failed(&name))?;
        Ok(Self { name, said: Vec::new(), waiting: 0, session, _link: link, random, day, taps: 0, witness })
    }

    /// Says that it gave these parcels.
    pub(crate) fn gave(&mut self, parcels: Vec<ParcelId>, now: Minute) -> Result<(), PlayError> {
        self.taps += 1;
        let moment = Moment {
            time: self.day.time(now),
            boot: BootId([1; 8]),
            monotonic_ms: u64::from(now.0) * 60_000 + self.taps,
        };
        let saved = self.session.say(Direction::Given, parcels, moment, &mut self.random);
        let saved = saved.map_err(PlayError::phone(&self.name))?;
        self.witness.saw(&saved, &self.name, "given", now)?;
        self.said.push(Tapped { record: saved.record, at: now, what: "given" });
        self.waiting += 1;
        Ok(())
    }

    /// Sends what it has to say. Says whether everything has gone.
    pub(crate) async fn push(&mut self) -> Result<bool, PlayError> {
        if self.waiting == 0 {
            return Ok(true);
        }
        self.session.sync().await.map_err(PlayError::phone(&self.name))?;
        self.waiting = self.session.queue().map_err(PlayError::phone(&self.name))?.len();
        Ok(self.waiting == 0)
    }
}

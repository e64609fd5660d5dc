//! One minute of the town, in lock-step: the office one after another, then all couriers at once, then the links.
//!
//! Couriers act in two waves with a barrier between them. First goes up what was tapped before; then who has something
//! to do hears what is new and taps. So nobody decides by what happened to arrive first, and a day is the same
//! each time it is played, although forty phones really talk to the server at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use core_sync::domain::ids::DeviceId;
use tokio::task::JoinSet;

use super::cast::{Habit, habit};
use super::courier::{Courier, Happened, Shared};
use super::day_clock::Minute;
use super::error::PlayError;
use super::ledger::{Outcome, Row};
use super::server_process::ServerProcess;
use super::told::Told;
use super::town::Town;

/// Tries to send what waits while the network is there; a server that was killed is back long before.
const PUSHES_MAX: u32 = 20;
/// The server is killed when the first of so many who send at once is through.
const SENDERS_MIN: usize = 2;

impl Town {
    /// Plays a minute.
    pub(crate) async fn minute(&mut self, now: Minute) -> Result<(), PlayError> {
        self.server.set_clock(self.day.end_of(now))?;
        self.batteries(now)?;
        self.office_turn(now).await?;
        self.play_scenes(now).await?;
        self.push_all(now).await?;
        self.turns(now).await?;
        self.gather(now)?;
        self.couriers.iter().for_each(|courier| courier.set_links(now.plus(1)));
        Ok(())
    }

    /// Phones go flat and come back; lost ones are found.
    fn batteries(&mut self, now: Minute) -> Result<(), PlayError> {
        for number in 0..self.couriers.len() {
            let Some(Habit::FlatBattery(from, until)) = habit(number) else { continue };
            let Some(courier) = self.couriers.get_mut(number) else { continue };
            let name = courier.name;
            if now == from
                && let Some(phone) = courier.phone_mut()
            {
                phone.die();
                courier.without_phone_until = Some(until);
                self.tell(Told::new(now, "town.told.battery").text("courier", name));
            } else if now == until
                && let Some(phone) = courier.phone_mut()
            {
                phone.come_back(now)?;
                let saved = phone.unsent.len();
                courier.without_phone_until = None;
                self.tell(Told::new(now, "town.told.charged").count(saved).text("courier", name));
            }
        }
        Ok(())
    }

    /// The first wave: everything that waits goes up where there is a network.
    pub(crate) async fn push_all(&mut self, now: Minute) -> Result<(), PlayError> {
        for _ in 0..PUSHES_MAX {
            let sends = |courier: &Courier| !courier.is_dark(now) && courier.waiting() > 0;
            let senders = self.couriers.iter().filter(|courier| sends(courier)).count();
            let mut kill = self.kill_at.is_some_and(|at| at <= now) && senders >= SENDERS_MIN;
            let mut tasks = JoinSet::new();
            for mut courier in std::mem::take(&mut self.couriers) {
                let sends = sends(&courier);
                tasks.spawn(async move {
                    let pushed = courier.push(now).await;
                    (courier, sends, pushed)
                });
            }
            let mut all = true;
            while let Some(done) = tasks.join_next().await {
                let (courier, sent, pushed) = done?;
                all &= pushed?;
                self.couriers.push(courier);
                if kill && sent {
                    (kill, self.kill_at) = (false, None);
                    self.kill_server(now).await?;
                }
            }
            self.couriers.sort_by_key(|courier| courier.number);
            for counter in &mut self.counters {
                all &= counter.push().await?;
            }
            if all {
                return Ok(());
            }
        }
        let stuck = self.couriers.iter().find(|courier| !courier.zones.is_shut(now) && courier.waiting() > 0);
        let shop = self.counters.iter().find(|counter| counter.waiting > 0);
        let shop = shop.map(|shop| (shop.name.clone(), shop.waiting));
        let stuck = stuck.map(|one| (one.name.to_owned(), one.waiting())).or(shop);
        let (who, left) = stuck.unwrap_or_default();
        Err(PlayError::Stuck { who, left })
    }

    /// The second wave: who has something to do hears what is new, and acts.
    async fn turns(&mut self, now: Minute) -> Result<(), PlayError> {
        let shared = Arc::new(Shared {
            now,
            until: self.day.until,
            map: self.map.clone(),
            taken: self.taken.clone(),
            counters: self.counters.iter().map(|counter| counter.name.clone()).collect(),
        });
        let mut tasks: JoinSet<(Courier, Result<(), PlayError>)> = JoinSet::new();
        for mut courier in std::mem::take(&mut self.couriers) {
            let shared = Arc::clone(&shared);
            tasks.spawn(async move {
                let done = courier.turn(&shared).await;
                (courier, done)
            });
        }
        while let Some(done) = tasks.join_next().await {
            let (courier, done) = done?;
            done?;
            self.couriers.push(courier);
        }
        self.couriers.sort_by_key(|courier| courier.number);
        Ok(())
    }

    /// What happened in the minute, courier by courier, so that it is the same each time.
    fn gather(&mut self, now: Minute) -> Result<(), PlayError> {
        for number in 0..self.couriers.len() {
            let Some(courier) = self.couriers.get_mut(number) else { continue };
            let (name, happened) = (courier.name, std::mem::take(&mut courier.happened));
            for one in happened {
                match one {
                    Happened::Given { shop, parcels } => {
                        if let Some(counter) = self.counters.iter_mut().find(|counter| counter.name == shop) {
                            counter.gave(parcels, now)?;
                        }
                    }
                    Happened::CountedShort { shop } => {
                        let told = Told::new(now, "town.told.short_count").text("shop", shop);
                        self.tell(told.text("courier", name));
                    }
                    Happened::Took(parcels) => {
                        self.taken.extend(parcels.into_iter().map(|parcel| (parcel, number)));
                    }
                    Happened::CardChanged(record) => {
                        if self.cards_changed.remove(&record) {
                            let people = vec![name.to_owned()];
                            let outcome = Outcome::ByRule("newest_shows");
                            let row = Row::CardChangedOffline;
                            self.ledger.see(row, now, record, vec![record], people, outcome);
                            self.tell(Told::new(now, "town.told.card_seen").text("courier", name));
                        }
                    }
                    Happened::SequenceRead { plan, hers, said } => {
                        if self.ledger.see_sequence(now, plan, hers, said, name) {
                            let told = Told::new(now, "town.told.sequence_read").text("courier", name);
                            self.tell(told.word("said", format!("remark.{}", said.code())));
                        }
                    }
                }
            }
        }
        self.learn_server_device()
    }

    /// The server's device stands in the ids of plan records.
    fn learn_server_device(&mut self) -> Result<(), PlayError> {
        if self.server_device.is_some() {
            return Ok(());
        }
        let mut devices: BTreeSet<DeviceId> = BTreeSet::new();
        for phone in self.couriers.iter().filter_map(Courier::phone) {
            for today in &phone.today {
                let state = phone.round(today.round)?;
                devices.extend(state.iter().flat_map(|state| &state.plan_records).map(|id| id.device()));
            }
        }
        self.server_device = devices.first().copied();
        Ok(())
    }

    /// Everybody is home, where there is a network: all that waits goes up, everybody hears all of it, and the office looks
    /// a last time at what there is to settle.
    pub(crate) async fn come_home(&mut self) -> Result<(), PlayError> {
        let now = self.day.until;
        self.server.set_clock(self.day.end_of(now))?;
        self.couriers.iter().for_each(|courier| courier.set_links(now));
        self.find_phones(now).await?;
        for courier in &mut self.couriers {
            // At home there is a charger.
            for phone in courier.phones.iter_mut().filter(|phone| !phone.is_on()) {
                phone.come_back(now)?;
            }
        }
        // What was heard may ask for another word: a phone that is found is enrolled anew, news are read.
        for _ in 0..2 {
            self.push_all(now).await?;
            for number in 0..self.couriers.len() {
                let Some(courier) = self.couriers.get_mut(number) else { continue };
                for phone in &mut courier.phones {
                    phone.hear(now).await?;
                }
                courier.read_news(now)?;
            }
            self.gather(now)?;
        }
        self.push_all(now).await?;
        self.look_at_items(now).await?;
        if self.only_on_phones() > 0 {
            let stuck = self.couriers.iter().find(|courier| courier.waiting() > 0);
            let who = stuck.map_or("a shop", |courier| courier.name).to_owned();
            return Err(PlayError::Stuck { who, left: self.only_on_phones() });
        }
        Ok(())
    }

    /// Kills the server and starts it again; while it is down, so many changes are taken out of its log.
    pub(crate) fn restart_from_disk(&mut self, changes: usize) -> Result<(), PlayError> {
        self.server.kill()?;
        if changes > 0 {
            super::sabotage::take(&self.words.folder, changes)?;
        }
        self.start_server_again(self.day.until)
    }

    fn start_server_again(&mut self, now: Minute) -> Result<(), PlayError> {
        self.words.start += 1;
        let log = self.folder.join("server.log");
        self.server = ServerProcess::start(&self.start_server, &self.words, self.day.end_of(now), &log)?;
        for desk in self.office.iter_mut().chain([&mut self.admin]) {
            desk.connect_anew()?;
        }
        Ok(())
    }

    /// SIGKILL, and back on the same folder and port.
    async fn kill_server(&mut self, now: Minute) -> Result<(), PlayError> {
        self.server.kill()?;
        self.server_up.send_replace(false);
        // Whoever watches sees it gone before it comes back.
        tokio::task::yield_now().await;
        self.kills += 1;
        self.tell(Told::new(now, "town.told.server_killed"));
        self.start_server_again(now)?;
        self.server_up.send_replace(true);
        self.tell(Told::new(now, "town.told.server_back"));
        Ok(())
    }
}

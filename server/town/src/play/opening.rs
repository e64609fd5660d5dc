//! Before eight: a folder, a server, members, and a phone in every pocket.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use core_sync::domain::ids::MemberId;
use core_sync::domain::reasons::StopKind;
use core_sync::wire::members::Role;
use rand_chacha::{ChaCha8Rng, ChaCha20Rng};
use rand_core::SeedableRng as _;

use crate::seed::Seed;

use super::cast::{COORDINATORS, COUNTERS, COURIERS, Habit, habit};
use super::counter::Counter;
use super::courier::{Courier, Doing};
use super::day_clock::{DayClock, Minute};
use super::dead_zones::DeadZones;
use super::desk::Desk;
use super::error::PlayError;
use super::ledger::Ledger;
use super::link::Link;
use super::orders::Orders;
use super::phone::{NewPhone, Phone};
use super::quarter::Quarter;
use super::scenes;
use super::server_process::{ServerProcess, ServerWords};
use super::town::{Stage, Town};
use super::wave::Waves;
use super::witness::Witness;

/// When the office opens.
pub(crate) const OPENING: Minute = Minute(7 * 60 + 30);

/// What each source of numbers is for.
pub(crate) mod purpose {
    pub(crate) const PLACES: u64 = 1;
    pub(crate) const IDS: u64 = 2;
    pub(crate) const ZONES: u64 = 3;
    pub(crate) const PHONE: u64 = 4;
    pub(crate) const COURIER: u64 = 5;
    pub(crate) const COUNTER: u64 = 6;
    pub(crate) const SERVER: u64 = 7;
    pub(crate) const STORY: u64 = 8;
    pub(crate) const EMPTY: u64 = 9;
}

/// The folders of a day.
pub(crate) fn witnesses(folder: &Path) -> PathBuf {
    folder.join("witness")
}

/// Where phones live.
pub(crate) fn phones(folder: &Path) -> PathBuf {
    folder.join("phones")
}

impl Town {
    /// Founds the co-op and gives everybody what they need. `progress` is called as it goes on.
    pub(crate) async fn open(stage: Stage<'_>, progress: &mut impl FnMut(&Self)) -> Result<Self, PlayError> {
        let Stage { places, co_op, seed: number, hours, midnight, folder, start_server } = stage;
        let day = DayClock::new(midnight, hours);
        let mut seed = Seed::new(Self::seed_of(number, purpose::PLACES, 0));
        let mut ids = ChaCha8Rng::seed_from_u64(Self::seed_of(number, purpose::IDS, 0));
        let quarter = Quarter::choose(places, &mut seed)?;
        let orders = Orders::draw(&quarter, &day, &mut seed, &mut ids);
        for made in [witnesses(&folder), phones(&folder)] {
            std::fs::create_dir(&made).map_err(PlayError::file("make", &made))?;
        }
        let mut words = ServerWords {
            folder: folder.join("data"),
            listen: "127.0.0.1:0".into(),
            seed: Self::seed_of(number, purpose::SERVER, 0),
            start: 0,
        };
        let opening = day.end_of(OPENING);
        let mut random = ChaCha20Rng::seed_from_u64(Self::seed_of(number, purpose::SERVER, 1));
        let made = server::init::init(&words.folder, &co_op, "Europe/Paris", opening, &mut random)?;
        let token = folder.join("admin.token");
        write_secret(&token, made.token.reveal()).map_err(PlayError::file("write", &token))?;
        let server = ServerProcess::start(&start_server, &words, opening, &folder.join("server.log"))?;
        words.listen.clone_from(&server.address);
        let admin = Desk::new("admin", &server.address, made.token.clone())?;
        let mut story = Seed::new(Self::seed_of(number, purpose::STORY, 0));
        let mut town = Self {
            scenes: scenes::deck(&day, &mut story),
            shops: quarter.shops.iter().map(|shop| quarter.map.spot(&shop.coordinate)).collect(),
            dots: quarter.dots,
            map: quarter.map,
            day,
            folder,
            start_server,
            words,
            server,
            server_up: tokio::sync::watch::Sender::new(true),
            kill_at: None,
            kills: 0,
            admin,
            office: Vec::new(),
            couriers: Vec::new(),
            counters: Vec::new(),
            names: BTreeMap::new(),
            bases: orders.bases.iter().map(|base| base.spot).collect(),
            waves: orders.waves.into(),
            planned: Waves::new(orders.bases),
            late: orders.late.into(),
            lost: Vec::new(),
            touched: BTreeSet::new(),
            cards_changed: BTreeSet::new(),
            taken: BTreeMap::new(),
            ledger: Ledger::default(),
            told: std::collections::VecDeque::new(),
            server_device: None,
            ids,
            number,
        };
        progress(&town);
        town.open_office().await?;
        for courier in 0..COURIERS.len() {
            town.hire(courier).await?;
            progress(&town);
        }
        town.open_shops().await?;
        Ok(town)
    }

    async fn open_office(&mut self) -> Result<(), PlayError> {
        for name in COORDINATORS {
            let member = self.add_member(name, Role::Coordinator).await?;
            let token = self.admin.token(member).await?;
            self.office.push(Desk::new(name, &self.server.address, token)?);
        }
        Ok(())
    }

    async fn add_member(&mut self, name: &str, role: Role) -> Result<MemberId, PlayError> {
        let member = MemberId::random(&mut self.ids);
        self.admin.add_member(member, name, role).await?;
        self.names.insert(member, name.to_owned());
        Ok(member)
    }

    async fn hire(&mut self, number: usize) -> Result<(), PlayError> {
        let Some(name) = COURIERS.get(number).copied() else { return Ok(()) };
        let member = self.add_member(name, Role::Courier).await?;
        let zones = Seed::new(Self::seed_of(self.number, purpose::ZONES, number));
        let mut courier = Courier {
            name,
            number,
            member,
            phones: Vec::new(),
            zones: DeadZones::draw(&self.day, &mut { zones }),
            doing: Doing::Nothing,
            here: self.bases.get(number).copied().unwrap_or(self.map.size),
            starts: BTreeMap::new(),
            short_at: None,
            mistaken: BTreeSet::new(),
            without_phone_until: None,
            had_break: false,
            minutes_ridden: 0,
            seed: Seed::new(Self::seed_of(self.number, purpose::COURIER, number)),
            happened: Vec::new(),
            pull_at: self.day.from,
            pushed: false,
        };
        let phones = if habit(number) == Some(Habit::TwoPhones) { 2 } else { 1 };
        for _ in 0..phones {
            courier.phones.push(self.new_phone(&courier).await?);
        }
        self.couriers.push(courier);
        Ok(())
    }

    /// A phone for a courier, enrolled.
    pub(crate) async fn new_phone(&mut self, courier: &Courier) -> Result<Phone, PlayError> {
        let which = courier.phones.len();
        let name = format!("{:02}-{}-{}", courier.number, courier.name, which + 1);
        let offset_ms = match habit(courier.number) {
            Some(Habit::WrongClock(offset_ms)) => offset_ms,
            Some(Habit::FlatBattery(..) | Habit::TwoPhones) | None => 0,
        };
        let mut phone = Phone::new(NewPhone {
            witness: Witness::new(&witnesses(&self.folder), &name)?,
            name,
            who: courier.name,
            folders: &phones(&self.folder),
            seed: Self::seed_of(self.number, purpose::PHONE, courier.number * 100 + which),
            day: self.day,
            offset_ms,
            link: Link::to(self.server.address.clone()).await?,
        })?;
        phone.enrol(&self.admin.code(courier.member).await?).await?;
        Ok(phone)
    }

    /// A device for each of the shops that hand over the most parcels.
    async fn open_shops(&mut self) -> Result<(), PlayError> {
        let mut parcels: BTreeMap<String, usize> = BTreeMap::new();
        let rounds = self.waves.iter().flat_map(|wave| &wave.rounds);
        for stop in rounds.flat_map(|round| &round.stops) {
            if stop.kind == StopKind::Pickup {
                *parcels.entry(stop.card.name.reveal().clone()).or_default() += stop.parcels.len();
            }
        }
        let mut shops: Vec<(usize, String)> =
            parcels.into_iter().map(|(shop, count)| (count, shop)).collect();
        shops.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        for (which, (_, shop)) in shops.into_iter().take(COUNTERS).enumerate() {
            let member = self.add_member(&shop, Role::Shop).await?;
            let name = format!("shop-{:02}", which + 1);
            let code = self.admin.code(member).await?;
            let link = Link::to(self.server.address.clone()).await?;
            let witness = Witness::new(&witnesses(&self.folder), &name)?;
            let folder = phones(&self.folder).join(&name);
            let seed = Self::seed_of(self.number, purpose::COUNTER, which);
            let counter = Counter::enrolled(shop, &folder, &code, seed, self.day, link, witness).await?;
            self.counters.push(counter);
        }
        Ok(())
    }
}

/// A file for its owner alone.
fn write_secret(path: &Path, secret: &str) -> std::io::Result<()> {
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(path)?, "{secret}")
}

//! A frame: the town at one minute as a terminal or a page shows it.

use core_sync::domain::stop::StopStatus;
use core_sync::texts::Language;
use core_sync::view::stop_card::StopCard;
use serde::Serialize;
use serde_json::{Value, json};

use super::cast::{Habit, habit};
use super::courier::Courier;
use super::day_clock::Minute;
use super::told::Told;
use super::town::Town;

/// Moments that a page shows.
const TOLD_SHOWN: usize = 6;
/// Stops of one lane that a page draws: the latest.
const LANE_MAX: usize = 40;

/// Where the day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// People get their phones.
    Opening,
    /// The day is played.
    Day,
    /// Everybody is home and everything is compared.
    Comparing,
    /// It is over.
    Over,
}

/// The town at one minute.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Where the day is.
    pub phase: Phase,
    /// Its clock.
    pub clock: Minute,
    /// When the day begins.
    pub from: Minute,
    /// When it ends.
    pub until: Minute,
    /// How much of the day is over, from 0 to 1.
    pub day: f64,
    /// Couriers who have a phone by now.
    pub couriers: usize,
    /// Acts that were said to be saved.
    pub acts: usize,
    /// Those that the phones know the server to have.
    pub on_server: usize,
    /// The others.
    pub only_on_phones: usize,
    /// Couriers without a network.
    pub dark: usize,
    /// Disagreements: met, settled, open.
    pub disagreements: [usize; 3],
    /// Whether the server is there.
    pub server_up: bool,
    /// How often it was killed.
    pub kills: u64,
    /// What was told last, the newest at the end.
    pub told: Vec<Told>,
    /// What a page draws of couriers.
    lanes: Value,
}

impl Town {
    /// The town as it is.
    pub(crate) fn frame(&self, phase: Phase, now: Minute) -> Frame {
        let (acts, only_on_phones) = (self.acts(), self.only_on_phones());
        let gone = f64::from(now.0.saturating_sub(self.day.from.0));
        let skip = self.told.len().saturating_sub(TOLD_SHOWN);
        Frame {
            phase,
            clock: now,
            from: self.day.from,
            until: self.day.until,
            day: (gone / f64::from(self.day.minutes().max(1))).min(1.0),
            couriers: self.couriers.len(),
            acts,
            on_server: acts.saturating_sub(only_on_phones),
            only_on_phones,
            dark: self.couriers.iter().filter(|courier| courier.is_dark(now)).count(),
            disagreements: self.ledger.counts(),
            server_up: *self.server_up.borrow(),
            kills: self.kills,
            told: self.told.iter().skip(skip).cloned().collect(),
            lanes: self.couriers.iter().map(|courier| self.lane(courier, now)).collect(),
        }
    }

    /// What does not move: the streets, the shops, how large the map is.
    pub(crate) fn scenery(&self) -> Value {
        let flat = |spots: &[super::flat_map::Spot]| -> Vec<i32> {
            spots.iter().flat_map(|spot| [spot.x, spot.y]).collect()
        };
        json!({
            "view": [self.map.size.x, self.map.size.y],
            "from": self.day.from.to_string(), "until": self.day.until.to_string(),
            "dots": flat(&self.dots), "shops": flat(&self.shops),
        })
    }

    fn lane(&self, courier: &Courier, now: Minute) -> Value {
        let trouble = match habit(courier.number) {
            _ if self.lost.iter().any(|(who, ..)| *who == courier.number) => Some("lost"),
            Some(Habit::FlatBattery(..)) if courier.without_phone_until.is_some() => Some("battery"),
            Some(Habit::WrongClock(_)) => Some("clock"),
            Some(Habit::FlatBattery(..) | Habit::TwoPhones) | None => None,
        };
        let at = courier.at(now);
        let phone = courier.phone();
        let mut today: Vec<_> = phone.iter().flat_map(|phone| &phone.today).collect();
        today.sort_by_key(|today| (courier.starts.get(&today.round), today.round));
        let stops: Vec<Value> = today.iter().flat_map(|today| &today.stops).map(entry).collect();
        let skip = stops.len().saturating_sub(LANE_MAX);
        let lane: Vec<Value> = stops.into_iter().skip(skip).collect();
        json!({
            "name": courier.name, "at": [at.x, at.y], "link": !courier.is_dark(now),
            "waiting": courier.waiting(), "trouble": trouble, "lane": lane,
        })
    }
}

fn entry(stop: &StopCard) -> Value {
    use core_sync::domain::reasons::StopKind;
    let kind = match stop.kind {
        StopKind::Pickup => "p",
        StopKind::DropOff => "d",
        StopKind::Hub | StopKind::Pause => "h",
    };
    // What came from the server has the time it had there; a plan's word is the server's own.
    let only_here =
        stop.decided_by.is_some() && stop.received_ms.is_none() && stop.status != StopStatus::Planned;
    json!([kind, stop.status.code(), u8::from(only_here)])
}

impl Frame {
    /// The frame as the page reads it; `account` are its last lines, in both languages.
    #[must_use]
    pub fn json(&self, account: Option<&[(Language, Vec<String>)]>) -> Value {
        let [met, settled, open] = self.disagreements;
        let told: Vec<Value> = self
            .told
            .iter()
            .map(|told| {
                let [en, fr] = [Language::En, Language::Fr].map(|language| told.sentence(language));
                json!({ "clock": told.at.to_string(), "en": en, "fr": fr })
            })
            .collect();
        let server = match (self.phase, self.server_up) {
            (Phase::Over, true | false) => "over",
            (Phase::Opening | Phase::Day | Phase::Comparing, true) => "up",
            (Phase::Opening | Phase::Day | Phase::Comparing, false) => "killed",
        };
        let account = account.map(|account| {
            // A list needs no indentation.
            let trimmed = |lines: &[String]| json!(lines.iter().map(|line| line.trim()).collect::<Vec<_>>());
            let lines = account.iter().map(|(language, lines)| (language.code().to_owned(), trimmed(lines)));
            Value::Object(lines.collect())
        });
        json!({
            "phase": self.phase, "clock": self.clock.to_string(), "day": self.day,
            "acts": self.acts, "on_server": self.on_server, "only_on_phones": self.only_on_phones,
            "dark": self.dark, "disagreements": { "met": met, "settled": settled, "open": open },
            "server": server, "kills": self.kills,
            "told": told, "couriers": self.lanes, "account": account,
        })
    }
}

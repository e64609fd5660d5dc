//! The setting: a co-op, a server, a courier with a phone, and a round of twelve stops on her board.

use jiff::Unit;
use serde_json::Value;
use town::{Day, Stop, StopKind, Window};

use super::narrator::Narrator;
use super::process::{Program, Server};
use crate::failure::Failure;
use crate::shell::Shell;

/// The courier of the demo.
pub(super) const COURIER: &str = "Ana";
/// The coordinator of the demo.
const COORDINATOR: &str = "Bilal";
/// Seconds in a minute.
const SECONDS: u32 = 60;

/// What stands when the ride begins.
pub(super) struct Setting {
    pub(super) server: Server,
    pub(super) stops: Vec<StopOfTheDay>,
    port: String,
}

/// A stop as the demo laid it; its number is its place, from 1.
pub(super) struct StopOfTheDay {
    pub(super) number: usize,
    pub(super) kind: StopKind,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) window: String,
}

impl Setting {
    /// Makes everything, telling each step.
    pub(super) fn lay(
        program: &Program,
        day: &Day,
        shell: &Shell,
        narrator: &Narrator<'_>,
    ) -> Result<Self, Failure> {
        program.run(&[
            "init",
            "data",
            "--co-op",
            "Port-Brume",
            "--time-zone",
            "Europe/Paris",
            "--token-file",
            "admin.token",
        ])?;
        let server = program.serve("data", "127.0.0.1:0")?;
        narrator.tell("demo.server", &[("address", &server.address)]);
        let admin = ["admin", "--server", &server.address, "--token-file", "admin.token"];
        let admin = |words: &[&str]| program.run(&[&admin[..], words].concat());
        admin(&["add-member", COURIER, "--role", "courier"])?;
        admin(&["add-member", COORDINATOR, "--role", "coordinator"])?;
        admin(&["token", COORDINATOR, "--out", "coordinator.token"])?;
        admin(&["code", COURIER, "--out", "courier.code"])?;

        let port = server.address.rsplit(':').next().unwrap_or_default().to_owned();
        let mut setting = Self { server, stops: Vec::new(), port };
        setting.coordinator(program, &["make-round", COURIER])?;
        for (index, stop) in day.stops.iter().enumerate() {
            setting.add(program, index + 1, stop, day, shell)?;
        }
        let count = setting.stops.len().to_string();
        narrator.tell(
            "demo.round_laid",
            &[("coordinator", COORDINATOR), ("courier", COURIER), ("stops", &count)],
        );
        for stop in &setting.stops {
            let kind = match stop.kind {
                StopKind::Pickup => shell.word("stop_kind.pickup"),
                StopKind::DropOff => shell.word("stop_kind.drop_off"),
            };
            let number = stop.number.to_string();
            let values =
                [("number", &*number), ("kind", &*kind), ("window", &*stop.window), ("place", &*stop.place)];
            narrator.tell("demo.stop", &values);
        }
        let server = setting.server.address.clone();
        program.run(&[
            "courier",
            "--folder",
            "phone",
            "enrol",
            "--server",
            &server,
            "--code-file",
            "courier.code",
        ])?;
        program.run(&["courier", "--folder", "phone", "sync"])?;
        narrator.tell("demo.enrolled", &[("courier", COURIER), ("stops", &count)]);
        Ok(setting)
    }

    /// Runs words of the coordinator.
    pub(super) fn coordinator(&self, program: &Program, words: &[&str]) -> Result<Value, Failure> {
        let who = ["coordinator", "--server", &self.server.address, "--token-file", "coordinator.token"];
        program.run(&[&who[..], words].concat())
    }

    /// Kills the server; [`Setting::restart`] starts another on the same folder and port.
    pub(super) fn kill_server(&mut self) -> Result<(), Failure> {
        self.server.kill()
    }

    /// Starts the server again.
    pub(super) fn restart(&mut self, program: &Program) -> Result<(), Failure> {
        self.server = program.serve("data", &format!("127.0.0.1:{}", self.port))?;
        Ok(())
    }

    /// Ends the demo's processes.
    pub(super) fn close(mut self) -> Result<(), Failure> {
        self.server.kill()
    }

    fn add(
        &mut self,
        program: &Program,
        number: usize,
        stop: &Stop,
        day: &Day,
        shell: &Shell,
    ) -> Result<(), Failure> {
        let at = format!("{},{}", stop.coordinate.latitude_degrees(), stop.coordinate.longitude_degrees());
        let window = clock_window(stop.window, shell)?;
        let service = stop.service_seconds.div_ceil(SECONDS).to_string();
        let address = format!("{}, {}", stop.address_line, stop.postcode);
        let parcels = stop.parcel_count.to_string();
        let pickups = pickups_of(number, stop, day);
        let kind = match stop.kind {
            StopKind::Pickup => "pickup",
            StopKind::DropOff => "drop-off",
        };
        let mut words = vec![
            "add",
            COURIER,
            kind,
            &stop.name,
            &address,
            "--at",
            &at,
            "--window",
            &window,
            "--service",
            &service,
        ];
        match stop.kind {
            StopKind::Pickup => words.extend(["--parcels", &parcels]),
            StopKind::DropOff => words.extend(["--parcels-of", &pickups]),
        }
        for (flag, text) in [("--telephone", &stop.telephone), ("--instructions", &stop.instructions)] {
            if let Some(text) = text {
                words.extend([flag, text]);
            }
        }
        self.coordinator(program, &words)?;
        let place = format!("{}, {address}", stop.name);
        self.stops.push(StopOfTheDay { number, kind: stop.kind, name: stop.name.clone(), place, window });
        Ok(())
    }
}

/// The numbers of the pickups of a drop-off's order.
fn pickups_of(number: usize, stop: &Stop, day: &Day) -> String {
    let same_order = |(_, other): &(usize, &Stop)| {
        other.order_index == stop.order_index && matches!(other.kind, StopKind::Pickup)
    };
    let numbers = day
        .stops
        .iter()
        .take(number)
        .enumerate()
        .filter(same_order)
        .map(|(index, _)| (index + 1).to_string());
    numbers.collect::<Vec<_>>().join(",")
}

/// A window of the day's plan as clock time, the day beginning now.
fn clock_window(window: Window, shell: &Shell) -> Result<String, Failure> {
    let wrong = |_| Failure::ours("demo", "the day's times cannot be computed");
    let zone = jiff::tz::TimeZone::get("Europe/Paris").map_err(wrong)?;
    let start = jiff::Timestamp::from_millisecond(shell.moment().time.0).map_err(wrong)?.to_zoned(zone);
    let start = start.round(Unit::Minute).map_err(wrong)?;
    let at = |minutes: u32| {
        let span = jiff::Span::new().minutes(i64::from(minutes));
        start.checked_add(span).map(|time| time.strftime("%H:%M").to_string()).map_err(wrong)
    };
    Ok(format!("{}-{}", at(window.from_minutes)?, at(window.until_minutes)?))
}

//! OSRM's table: `GET /table/v1/{profile}/{longitude},{latitude};..`.
//!
//! How fast it rides was fixed when its data was built: a profile's speed is not heard here, its word is.

use core_sync::domain::coordinate::Coordinate;
use serde::Deserialize;

use crate::block::Block;
use crate::figure;
use crate::http::Engine;
use crate::profile::Profile;
use crate::times::{Asked, Source, Table, TravelTimes};
use crate::travel_error::{Refusal, TravelError};

/// OSRM's `max-table-size` as it is shipped: coordinates of one request, sources and targets together.
const COORDINATES_MAX: usize = 100;
/// What it says where it has a table.
const OK: &str = "Ok";
/// The code of a point that it cannot place.
const NO_SEGMENT: &str = "NoSegment";
/// Every other code it documents; an unknown one is not repeated, it could be anything.
const CODES: [&str; 9] = [
    "InvalidUrl",
    "InvalidService",
    "InvalidVersion",
    "InvalidOptions",
    "InvalidQuery",
    "InvalidValue",
    "TooBig",
    "NoTable",
    "NotImplemented",
];

/// An OSRM at an address.
#[derive(Debug, Clone)]
pub struct Osrm {
    engine: Engine,
}

#[derive(Deserialize)]
struct Answer {
    durations: Vec<Vec<Option<f64>>>,
    distances: Vec<Vec<Option<f64>>>,
    #[serde(default)]
    sources: Vec<Waypoint>,
    #[serde(default)]
    destinations: Vec<Waypoint>,
}

#[derive(Deserialize)]
struct Waypoint {
    /// Metres from the place to the street.
    distance: Option<f64>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

impl Osrm {
    /// The service at this address, such as `http://127.0.0.1:5000`.
    pub fn new(address: &str) -> Result<Self, TravelError> {
        Ok(Self { engine: Engine::new(address)? })
    }

    #[cfg(test)]
    pub(crate) fn of(engine: Engine) -> Self {
        Self { engine }
    }
}

impl TravelTimes for Osrm {
    fn source(&self) -> Source {
        Source::Osrm
    }

    fn at_once(&self, sources: usize, targets: usize) -> Option<Block> {
        Some(Block::by_coordinates(COORDINATES_MAX, sources, targets))
    }

    fn table<'a>(
        &'a self,
        sources: &'a [Coordinate],
        targets: &'a [Coordinate],
        profile: &'a Profile,
    ) -> Asked<'a> {
        Box::pin(async move {
            let (status, body) = self.engine.get(&question(sources, targets, profile)).await?;
            let code = serde_json::from_slice::<Code>(&body).map(|code| code.code);
            match code {
                Ok(code) if status == 200 && code == OK => read(&body, sources.len(), targets.len()),
                Ok(code) => Err(no(status, &code)),
                Err(_) if status == 200 => Err(TravelError::Unreadable),
                Err(_) => Err(TravelError::Refused { status, refusal: Refusal::Unnamed }),
            }
        })
    }
}

fn question(sources: &[Coordinate], targets: &[Coordinate], profile: &Profile) -> String {
    let places = sources.iter().chain(targets).map(|place| {
        let (latitude, longitude) = place.degrees();
        format!("{longitude:.7},{latitude:.7}")
    });
    let numbers =
        |from: usize, to: usize| (from..to).map(|number| number.to_string()).collect::<Vec<_>>().join(";");
    format!(
        "/table/v1/{}/{}?sources={}&destinations={}&annotations=duration,distance&generate_hints=false",
        profile.word(),
        places.collect::<Vec<_>>().join(";"),
        numbers(0, sources.len()),
        numbers(sources.len(), sources.len() + targets.len()),
    )
}

fn read(body: &[u8], sources: usize, targets: usize) -> Result<Table, TravelError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| TravelError::Unreadable)?;
    if answer.durations.len() != answer.distances.len() {
        return Err(TravelError::Shape);
    }
    let mut rows = Vec::new();
    for (seconds, metres) in answer.durations.into_iter().zip(answer.distances) {
        if seconds.len() != metres.len() {
            return Err(TravelError::Shape);
        }
        let row = seconds.into_iter().zip(metres).map(|(seconds, metres)| figure::entry(seconds, metres));
        rows.push(row.collect::<Result<Vec<_>, _>>()?);
    }
    figure::table(rows, &off_the_map(&answer.sources, sources), &off_the_map(&answer.destinations, targets))
}

/// Which places it let begin elsewhere; none where this version does not say.
fn off_the_map(said: &[Waypoint], asked: usize) -> Vec<bool> {
    let metres = |at: usize| said.get(at).and_then(|waypoint| waypoint.distance);
    (0..asked).map(|at| metres(at).is_some_and(figure::is_too_far)).collect()
}

fn no(status: u16, code: &str) -> TravelError {
    if code == NO_SEGMENT {
        return TravelError::PointRefused { refusal: Refusal::Word(NO_SEGMENT) };
    }
    let known = CODES.into_iter().find(|known| *known == code);
    TravelError::Refused { status, refusal: known.map_or(Refusal::Unnamed, Refusal::Word) }
}

#[cfg(test)]
#[path = "osrm_tests.rs"]
mod tests;

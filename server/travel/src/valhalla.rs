//! Valhalla's time-distance matrix: `POST /sources_to_targets`.
//!
//! The long form of its answer is read, a cell for each pair with its place in the table: every version
//! writes it. Where the version also says on which street it let the ride begin, places off its map are told.

use core_sync::domain::coordinate::Coordinate;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::block::Block;
use crate::figure;
use crate::http::Engine;
use crate::profile::Profile;
use crate::times::{Asked, Source, Table, TravelTimes};
use crate::travel_error::{Refusal, TravelError};

/// Valhalla's `max_matrix_location_pairs` as it is shipped, for each costing: 50 x 50, or four rows of 625.
const PAIRS_MAX: usize = 2_500;
/// Rows of one question. With more than five of both rows and columns it changes to a way of searching that
/// took several times as long for each pair in Paris; the figures are the same but for seconds.
const ROWS_MAX: usize = 4;
/// The costing that takes a `cycling_speed`.
const BICYCLE: &str = "bicycle";
/// Its error codes for a point that it cannot place: no path between regions, no edge near a location.
const POINT_REFUSED: [u32; 2] = [170, 171];
/// Metres in its unit of distance.
const METRES_PER_KILOMETRE: f64 = 1_000.0;

/// A Valhalla at an address.
#[derive(Debug, Clone)]
pub struct Valhalla {
    engine: Engine,
}

#[derive(Deserialize)]
struct Answer {
    sources_to_targets: Vec<Vec<Cell>>,
    /// Where the rides begin; older versions echo what was asked or write a list of lists.
    #[serde(default)]
    sources: Value,
    #[serde(default)]
    targets: Value,
    units: Option<String>,
}

#[derive(Deserialize)]
struct Cell {
    from_index: Option<usize>,
    to_index: Option<usize>,
    // A cell without one of these is no cell: only `null` says that there is no way.
    #[serde(deserialize_with = "Option::deserialize")]
    time: Option<f64>,
    #[serde(deserialize_with = "Option::deserialize")]
    distance: Option<f64>,
}

#[derive(Deserialize)]
struct No {
    error_code: u32,
}

impl Valhalla {
    /// The service at this address, such as `http://127.0.0.1:8002`.
    pub fn new(address: &str) -> Result<Self, TravelError> {
        Ok(Self { engine: Engine::new(address)? })
    }

    #[cfg(test)]
    pub(crate) fn of(engine: Engine) -> Self {
        Self { engine }
    }
}

impl TravelTimes for Valhalla {
    fn source(&self) -> Source {
        Source::Valhalla
    }

    fn at_once(&self, sources: usize, targets: usize) -> Option<Block> {
        Some(Block::by_rows(ROWS_MAX, PAIRS_MAX, sources, targets))
    }

    fn table<'a>(
        &'a self,
        sources: &'a [Coordinate],
        targets: &'a [Coordinate],
        profile: &'a Profile,
    ) -> Asked<'a> {
        Box::pin(async move {
            let body = question(sources, targets, profile).to_string().into_bytes();
            let (status, body) = self.engine.post("/sources_to_targets", body).await?;
            if status == 200 { read(&body, sources, targets) } else { Err(no(status, &body)) }
        })
    }
}

fn question(sources: &[Coordinate], targets: &[Coordinate], profile: &Profile) -> Value {
    let list = |places: &[Coordinate]| -> Vec<Value> {
        let degrees = places.iter().map(Coordinate::degrees);
        degrees.map(|(latitude, longitude)| json!({"lat": latitude, "lon": longitude})).collect()
    };
    let mut question = json!({
        "sources": list(sources),
        "targets": list(targets),
        "costing": profile.word(),
        "units": "kilometers",
    });
    if let (BICYCLE, Some(members)) = (profile.word(), question.as_object_mut()) {
        let options = json!({BICYCLE: {"cycling_speed": profile.speed_km_h()}});
        members.insert("costing_options".to_owned(), options);
    }
    question
}

fn read(body: &[u8], sources: &[Coordinate], targets: &[Coordinate]) -> Result<Table, TravelError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| TravelError::Unreadable)?;
    if answer.units.as_deref().is_some_and(|units| units != "kilometers") {
        return Err(TravelError::Figure);
    }
    let mut rows = Vec::new();
    for (from, row) in answer.sources_to_targets.into_iter().enumerate() {
        let mut entries = Vec::new();
        for (to, cell) in row.into_iter().enumerate() {
            let is_there = |index: Option<usize>, at| index.is_none_or(|index| index == at);
            if !is_there(cell.from_index, from) || !is_there(cell.to_index, to) {
                return Err(TravelError::Shape);
            }
            let metres = cell.distance.map(|kilometres| kilometres * METRES_PER_KILOMETRE);
            entries.push(figure::entry(cell.time, metres)?);
        }
        rows.push(entries);
    }
    figure::table(rows, &off_the_map(&answer.sources, sources), &off_the_map(&answer.targets, targets))
}

/// Which places it let begin elsewhere; none where this version does not say.
fn off_the_map(said: &Value, asked: &[Coordinate]) -> Vec<bool> {
    let street = |at: usize| {
        let degrees = |name| said.get(at)?.get(name)?.as_f64();
        Coordinate::from_degrees(degrees("lat")?, degrees("lon")?).ok()
    };
    let is_off = |(at, place): (usize, &Coordinate)| {
        street(at).is_some_and(|street| figure::is_off_the_map(*place, street))
    };
    asked.iter().enumerate().map(is_off).collect()
}

fn no(status: u16, body: &[u8]) -> TravelError {
    let Ok(No { error_code }) = serde_json::from_slice(body) else {
        return TravelError::Refused { status, refusal: Refusal::Unnamed };
    };
    let refusal = Refusal::Number(error_code);
    if POINT_REFUSED.contains(&error_code) {
        TravelError::PointRefused { refusal }
    } else {
        TravelError::Refused { status, refusal }
    }
}

#[cfg(test)]
#[path = "valhalla_tests.rs"]
mod tests;

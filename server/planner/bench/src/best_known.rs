//! The best results that are known, from `bks.csv`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::read_error::ReadError;

/// The best result of one instance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// Vehicles, where they count.
    pub vehicles: Option<usize>,
    /// Distance or minutes.
    pub cost: f64,
}

/// Best results by the instance's name.
#[derive(Debug, Default)]
pub struct BestKnown {
    results: BTreeMap<String, Best>,
}

impl BestKnown {
    /// Reads the `bks.csv` of a folder, or the one beside the folder; without either nothing is known.
    pub fn read_near(folder: &Path) -> Result<Self, ReadError> {
        let places = [folder.join("bks.csv"), folder.join("../bks.csv")];
        let Some(path) = places.iter().find(|path| path.is_file()) else { return Ok(Self::default()) };
        let broken = |source| ReadError::BestKnown { path: path.clone(), source };
        let mut reader = csv::Reader::from_path(path).map_err(broken)?;
        let heads = reader.headers().map_err(broken)?.clone();
        let column = |name: &'static str| {
            let missing = ReadError::BestKnownColumn { path: path.clone(), column: name };
            heads.iter().position(|head| head == name).ok_or(missing)
        };
        let (instance, vehicles, cost) = (column("instance")?, column("vehicles")?, column("best_cost")?);
        let mut results = BTreeMap::new();
        for row in reader.records() {
            let row = row.map_err(broken)?;
            let Some(cost) = row.get(cost).and_then(|cost| cost.parse().ok()) else { continue };
            let vehicles = row.get(vehicles).and_then(|vehicles| vehicles.parse().ok());
            results.insert(row.get(instance).unwrap_or_default().to_owned(), Best { vehicles, cost });
        }
        Ok(Self { results })
    }

    /// The best result of that instance.
    pub fn of(&self, instance: &str) -> Option<Best> {
        self.results.get(instance).copied()
    }
}

//! The measurements, one per file, each with the figures that it gives. A new one is a file and a line in [`ALL`].

mod act_to_event;
mod batched;
mod growth;
pub mod idle_streams;
mod nothing_new;
mod offline;
mod open_day;
pub mod phone_core;
mod single;
mod tap;

use crate::bench::Bench;
use crate::error::BenchError;
use crate::figure::{Figure, Reading};

/// A measurement.
#[derive(Debug)]
pub struct Measurement {
    /// What it gives, in this sequence.
    pub figures: &'static [Figure],
    /// Measures: a value for each figure.
    pub measure: fn(Bench) -> Result<Vec<f64>, BenchError>,
}

/// All of them, in the sequence they are done.
pub static ALL: [&Measurement; 10] = [
    &tap::MEASUREMENT,
    &batched::MEASUREMENT,
    &single::MEASUREMENT,
    &nothing_new::MEASUREMENT,
    &offline::MEASUREMENT,
    &idle_streams::MEASUREMENT,
    &act_to_event::MEASUREMENT,
    &open_day::MEASUREMENT,
    &phone_core::MEASUREMENT,
    &growth::MEASUREMENT,
];

/// The figures there are.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().flat_map(|measurement| measurement.figures).map(|figure| figure.name)
}

impl Measurement {
    /// Whether one of its figures is asked for; all are where none is named.
    pub fn is_wanted(&self, wanted: &[String]) -> bool {
        wanted.is_empty() || self.figures.iter().any(|figure| wanted.iter().any(|name| name == figure.name))
    }

    /// Measures and puts the values beside their figures.
    pub fn readings(&self, bench: Bench) -> Result<Vec<Reading>, BenchError> {
        let values = (self.measure)(bench)?;
        if values.len() != self.figures.len() || values.iter().any(|value| !value.is_finite()) {
            return Err(BenchError::Unexpected(format!("{} values: {values:?}", values.len())));
        }
        let readings = self.figures.iter().zip(values);
        Ok(readings.map(|(figure, value)| Reading { figure: *figure, value }).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_figure_has_a_name_of_its_own_a_unit_and_says_what_it_measures() {
        let mut seen = BTreeSet::new();
        for figure in ALL.iter().flat_map(|measurement| measurement.figures) {
            assert!(seen.insert(figure.name), "{} is there twice", figure.name);
            assert!(!figure.unit.is_empty() && figure.says.len() > 40, "{figure:?}");
        }
        assert_eq!(seen.len(), names().count());
    }

    #[test]
    fn a_name_chooses_the_measurement_that_gives_it_and_no_other() {
        let wanted = ["nothing_new_bytes_down".to_owned()];
        let chosen: Vec<_> = ALL.iter().filter(|measurement| measurement.is_wanted(&wanted)).collect();
        assert_eq!(chosen.len(), 1);
        assert_eq!(chosen[0].figures[0].name, "nothing_new_bytes_up");
        assert!(ALL.iter().all(|measurement| measurement.is_wanted(&[])));
    }

    #[test]
    fn a_measurement_that_gives_too_few_values_or_none_at_all_is_no_reading() {
        const TWO: Measurement = Measurement { figures: tests_figures(), measure: |_| Ok(vec![1.0]) };
        const NOT_A_NUMBER: Measurement =
            Measurement { figures: tests_figures(), measure: |_| Ok(vec![1.0, f64::NAN]) };
        assert!(TWO.readings(Bench { quick: true }).is_err());
        assert!(NOT_A_NUMBER.readings(Bench { quick: true }).is_err());
    }

    const fn tests_figures() -> &'static [Figure] {
        use crate::figure::Goal;
        &[
            Figure { name: "a", unit: "u", goal: Goal::None, says: "" },
            Figure { name: "b", unit: "u", goal: Goal::None, says: "" },
        ]
    }
}

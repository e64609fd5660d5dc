//! An address of the places folder: where parcels are dropped off.

use crate::coordinate::Coordinate;
use crate::day::Day;
use crate::fields::Fields;
use crate::place::Place;

/// A house, as one line of `addresses.csv` describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    /// The id in the file, unique among addresses.
    pub id: String,
    /// The house number; empty where houses have none.
    pub number: String,
    /// What follows the number: `b` or `bis`, `t` or `ter`, a letter, mostly nothing.
    pub suffix: String,
    /// The name of the street.
    pub street: String,
    /// The postcode, as written in the file.
    pub postcode: String,
    /// Where the door is.
    pub coordinate: Coordinate,
}

impl Address {
    /// Returns number, suffix and street in one line: `12 bis rue des Haubans`.
    pub fn line(&self) -> String {
        // The national address file shortens the suffix to one letter.
        let suffix = match self.suffix.as_str() {
            "b" => "bis",
            "t" => "ter",
            "q" => "quater",
            written_out => written_out,
        };
        let words: Vec<&str> = [self.number.as_str(), suffix, &self.street]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        words.join(" ")
    }
}

impl Place for Address {
    const FILE: &'static str = "addresses.csv";
    const COLUMNS: &'static [&'static str] = &["id", "number", "suffix", "street", "postcode", "lat", "lon"];
    const COUNT_MIN: usize = Day::ORDER_COUNT;

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        // All are asked before any may end the reading, so that every fault of the line is told.
        let (id, number, suffix) = (fields.id(), fields.house_number(), fields.text_or_empty("suffix"));
        let (street, postcode) = (fields.text("street"), fields.text("postcode"));
        let coordinate = fields.coordinate();
        Some(Self {
            id: id?,
            number: number?,
            suffix: suffix?,
            street: street?,
            postcode: postcode?,
            coordinate: coordinate?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: &str, suffix: &str) -> Option<String> {
        let address = Address {
            id: "a1".into(),
            number: number.into(),
            suffix: suffix.into(),
            street: "rue des Haubans".into(),
            postcode: "29999".into(),
            coordinate: Coordinate::new(47.95, -5.1)?,
        };
        Some(address.line())
    }

    #[test]
    fn line_reads_as_on_an_envelope() {
        assert_eq!(line("12", "").as_deref(), Some("12 rue des Haubans"));
        assert_eq!(line("12", "b").as_deref(), Some("12 bis rue des Haubans"));
        assert_eq!(line("12", "ter").as_deref(), Some("12 ter rue des Haubans"));
        assert_eq!(line("12", "A").as_deref(), Some("12 A rue des Haubans"));
        assert_eq!(line("", "").as_deref(), Some("rue des Haubans"));
    }
}

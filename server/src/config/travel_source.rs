//! Where travel times come from: one word and where it is, as `valhalla=http://127.0.0.1:8002`.

use std::path::PathBuf;

/// A source of travel times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TravelSource {
    /// core-sync's formula, which needs nobody.
    #[default]
    Formula,
    /// A Valhalla at this address.
    Valhalla(String),
    /// An OSRM at this address.
    Osrm(String),
    /// A file of pairs.
    File(PathBuf),
}

/// What may be said.
pub(super) const EXPECTED: &str =
    "formula, valhalla=ADDRESS, osrm=ADDRESS or file=FILE, as valhalla=http://127.0.0.1:8002";

impl TravelSource {
    /// Reads it; nothing if it cannot be.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        match text.split_once('=') {
            None => (text == "formula").then_some(Self::Formula),
            Some((_, "")) => None,
            Some(("valhalla", address)) => Some(Self::Valhalla(address.to_owned())),
            Some(("osrm", address)) => Some(Self::Osrm(address.to_owned())),
            Some(("file", file)) => Some(Self::File(PathBuf::from(file))),
            Some(_) => None,
        }
    }

    /// The text that [`TravelSource::read`] reads.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Formula => "formula".to_owned(),
            Self::Valhalla(address) => format!("valhalla={address}"),
            Self::Osrm(address) => format!("osrm={address}"),
            Self::File(file) => format!("file={}", file.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_read_as_it_is_written() {
        for text in
            ["formula", "valhalla=http://127.0.0.1:8002", "osrm=https://ways.example/a=b", "file=/a/ways.csv"]
        {
            assert_eq!(TravelSource::read(text).unwrap().text(), text);
        }
        for wrong in
            ["", "valhalla", "valhalla=", "google=http://127.0.0.1", "Formula", "http://127.0.0.1:8002"]
        {
            assert_eq!(TravelSource::read(wrong), None, "{wrong}");
        }
    }
}

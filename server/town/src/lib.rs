//! A town to try Tournée in: the shops and addresses a trial round takes its stops from.
//!
//! Places come from a folder with `shops.csv` and `addresses.csv`, or from Port-Brume,
//! the small invented town that ships with the project. From either, [`Day::pick`] takes
//! twelve stops that one courier could ride, the same ones for the same seed.
//! This crate makes no ids, asks no clock and knows no server: whoever lays the round does.

mod address;
mod bad_line;
mod coordinate;
mod day;
mod fields;
mod grouped_order;
mod people;
mod place;
mod places;
mod places_error;
mod port_brume;
mod reason;
mod records;
mod ride;
#[cfg(test)]
mod sample;
mod seed;
mod shop;
mod source_lines;
mod stop;
mod table;
mod visit;
mod window;

pub use address::Address;
pub use bad_line::BadLine;
pub use coordinate::Coordinate;
pub use day::{Day, DayError};
pub use places::Places;
pub use places_error::PlacesError;
pub use reason::Reason;
pub use seed::Seed;
pub use shop::Shop;
pub use stop::{Stop, StopKind};
pub use window::Window;

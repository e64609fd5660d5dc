//! A town to try Tournée in: the shops and addresses a trial round takes its stops from, and a day that is played there.
//!
//! Places come from a folder with `shops.csv` and `addresses.csv`, or from Port-Brume,
//! the small invented town that ships with the project. From either, [`Day::pick`] takes
//! twelve stops that one courier could ride, the same ones for the same seed.
//! All of that makes no ids, asks no clock and knows no server. [`play`] does: it is the outermost shell of a day of
//! forty couriers, with phones, a server's process and a clock of its own.

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
pub mod play;
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
mod street_node;
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

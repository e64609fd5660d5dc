//! The rules of a round: what a record is, who may write it, what a set of records means.
//!
//! Shared by the courier's phone, the server and (later) the browser. Pure: no database, no HTTP,
//! no runtime, no clock and no randomness of its own; time and random bytes are arguments.
//! Arrows point at what is used: `domain <- round_doc <- guard, sync, view`.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod cbor;
pub mod domain;
pub mod guard;
pub mod round_doc;
pub mod signing;
pub mod sync;
#[cfg(test)]
mod testing;
pub mod texts;
pub mod travel;
pub mod view;
pub mod wire;

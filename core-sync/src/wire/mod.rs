//! What phones, terminals and servers say to one another: types and their bytes, shared by both sides.
//!
//! Sync is deterministic CBOR by the codec of records; everything else is JSON. No behaviour lives here.

pub mod aside;
pub mod board;
pub mod command;
pub mod cursor;
pub mod devices;
pub mod draft;
pub mod enrol;
pub mod error_code;
pub mod item;
pub mod members;
pub mod plan;
pub mod round;
pub mod shop_fact;
pub mod signed_request;
pub mod suggestion;
pub mod sync_answer;
pub mod sync_request;

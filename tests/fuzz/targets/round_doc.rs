//! The files of core-sync that make what nobody honest makes, taken in by their paths: they are tests' code there too.
#![allow(dead_code, reason = "each side uses its part")]

pub(crate) use core_sync::round_doc::{DocumentName, change, genesis, mint};

#[path = "../../../core-sync/src/round_doc/crafted.rs"]
pub(crate) mod crafted;
#[path = "../../../core-sync/src/round_doc/legacy.rs"]
mod legacy;

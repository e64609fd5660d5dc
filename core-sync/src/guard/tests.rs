//! What the guard lets in and what it refuses, one crafted change after the other.

mod honest;
mod mutants;
mod refused;
mod work;

use std::collections::BTreeMap;

use super::*;
use crate::domain::kind::{Kind, MapName};
use crate::round_doc::crafted::{Craft, Craftwork};
use crate::round_doc::genesis::{GENESIS_MAX_OP, genesis};
use crate::testing::one_of_each::record_of;
use crate::testing::{DOCUMENT, envelope, fact_id, signer};

/// A log that holds genesis and nothing else.
fn empty_log() -> Known {
    Known { max_ops: BTreeMap::from([(genesis(&DOCUMENT).hash, GENESIS_MAX_OP)]), records: BTreeMap::new() }
}

/// Both halves of the guard on a change that `device` signed.
fn judge(change: &[u8], device: DeviceId, known: &Known) -> Result<Judgement, Refusal> {
    place(&inspect(&DOCUMENT, &envelope(change.to_vec(), device), &signer(device))?, known)
}

/// The record of a kind.
fn bytes_of(kind: Kind) -> Vec<u8> {
    record_of(kind).to_bytes().unwrap()
}

/// The put of an honest fact, the phone's number `n`.
fn good(n: u8) -> Craftwork {
    Craftwork::Put(MapName::Facts, fact_id(n).to_string(), bytes_of(Kind::Arrived))
}

fn craft(work: Vec<Craftwork>) -> Craft {
    Craft::on_genesis(&DOCUMENT, work)
}

//! What judging costs at worst: measured, not guessed.
//!
//! `cargo test --lib guard::tests::work -- --ignored --nocapture` prints it; the numbers stand in `guard/mod.rs`.
#![allow(clippy::disallowed_methods, reason = "it measures time")]

use std::time::Instant;

use super::*;
use crate::cbor;
use crate::domain::fact::Fact;
use crate::domain::limits::{CHANGE_BYTES_MAX, RECORDS_PER_CHANGE_MAX};
use crate::domain::record::{ActBody, Record};
use crate::round_doc::crafted::{ACTION, Chunk, to_leb};
use crate::testing::{COURIER, PHONE, SERVER, stamp, stop_id};

/// Judgements of each case: enough that one interruption does not count.
const TIMES: u32 = 200;

fn of_later_version(text: usize) -> Vec<u8> {
    let body = cbor::Map::new().field(1, "x".repeat(text)).build();
    cbor::encode(&ciborium::Value::Array(vec![1.into(), 999.into(), body]))
}

fn many(count: u8, bytes: &[u8]) -> Vec<u8> {
    let put = |n| Craftwork::Put(MapName::Facts, fact_id(n).to_string(), bytes.to_vec());
    craft((1..=count).map(put).collect()).bytes(&DOCUMENT, PHONE)
}

#[test]
#[ignore = "a measurement, by hand"]
fn what_judging_costs_at_worst() {
    let fifty = u8::try_from(RECORDS_PER_CHANGE_MAX).unwrap();
    let stops = (0..100).map(stop_id).collect();
    let started =
        Record::Act { member: COURIER, stamp: stamp(1), body: ActBody::Fact(Fact::Started { stops }) };
    let fullest = many(fifty, &of_later_version(1_200));
    assert!(fullest.len() < CHANGE_BYTES_MAX && fullest.len() > CHANGE_BYTES_MAX - 4_000);
    let claims = |count: u64| {
        let mut parts = Chunk::of(&many(1, &bytes_of(Kind::Arrived)));
        *parts.column(ACTION) = [&to_leb(count)[..], &[1]].concat();
        parts.bytes()
    };
    let mut other_actor = craft((1..=fifty).map(good).collect());
    other_actor.actor = Some([7; 16]);
    let mut with_time = craft((1..=fifty).map(good).collect());
    with_time.time = 1;
    let cases: Vec<(&str, Vec<u8>, DeviceId)> = vec![
        ("one usual fact", many(1, &bytes_of(Kind::Delivered)), PHONE),
        ("fifty usual facts", many(fifty, &bytes_of(Kind::Delivered)), PHONE),
        ("fifty records, 64 KiB in all", fullest.clone(), PHONE),
        ("36 sequences of a hundred stops", many(36, &started.to_bytes().unwrap()), PHONE),
        ("64 KiB and another's signature", fullest, SERVER),
        ("fifty facts with a time", with_time.bytes(&DOCUMENT, PHONE), PHONE),
        ("fifty facts and another actor", other_actor.bytes(&DOCUMENT, PHONE), PHONE),
        ("a claim of 4,096 operations", claims(4_096), PHONE),
        ("a claim of a million operations", claims(1_000_000), PHONE),
    ];
    for (name, bytes, by) in cases {
        let envelope = envelope(bytes, by);
        let signer = signer(PHONE);
        let start = Instant::now();
        let mut said = String::new();
        for _ in 0..TIMES {
            let judged = inspect(&DOCUMENT, &envelope, &signer).and_then(|read| place(&read, &empty_log()));
            said = judged.map_or_else(|refusal| refusal.code.code().to_owned(), |_| "accepted".to_owned());
        }
        let each = start.elapsed() / TIMES;
        println!("{name}: {} bytes, {said}, {} us", envelope.change.len(), each.as_micros());
    }
}

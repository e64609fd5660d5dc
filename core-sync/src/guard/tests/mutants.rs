//! Two thousand honest changes with something done to their bytes, checksum and signature made right again.
//!
//! None makes the guard panic, and whatever it lets in the document library can live with.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::*;
use crate::round_doc::crafted::{Chunk, chunk, to_leb, with_checksum};
use crate::round_doc::mint::derive_actor;
use crate::round_doc::trial::try_document;
use crate::sync::outbox::first_tip;
use crate::testing::{PHONE, minted};

const MUTANTS: usize = 2_000;

fn below(random: &mut impl Rng, bound: usize) -> usize {
    usize::try_from(random.next_u32()).unwrap() % bound.max(1)
}

/// One to three bytes changed, put in, taken out or doubled.
fn mutate(bytes: &mut Vec<u8>, random: &mut impl Rng) {
    for _ in 0..=below(random, 3) {
        let at = below(random, bytes.len());
        let byte = u8::try_from(random.next_u32() & 0xff).unwrap();
        match below(random, 6) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << below(random, 8),
            1 if !bytes.is_empty() => bytes[at] = byte,
            2 => bytes.insert(at, byte),
            3 if !bytes.is_empty() => drop(bytes.remove(at)),
            4 => {
                let end = (at + below(random, 9)).min(bytes.len());
                let doubled = bytes[at..end].to_vec();
                bytes.splice(at..at, doubled);
            }
            _ => bytes.truncate(bytes.len() - below(random, 4).min(bytes.len())),
        }
    }
}

/// The bytes as they are, or the content under a right length, or a column under a right actor.
fn mutant(honest: &[u8], random: &mut impl Rng) -> Vec<u8> {
    match below(random, 3) {
        0 => {
            let mut bytes = honest.to_vec();
            mutate(&mut bytes, random);
            with_checksum(bytes)
        }
        1 => {
            let header = if honest[9] & 0x80 == 0 { 10 } else { 11 };
            let mut content = honest[header..].to_vec();
            mutate(&mut content, random);
            chunk(1, &to_leb(content.len() as u64), &content)
        }
        _ => {
            let mut parts = Chunk::of(honest);
            let column = below(random, parts.columns.len());
            mutate(&mut parts.columns[column].1, random);
            if let Ok(change) = ReadChange::read(&parts.bytes()) {
                let puts = change.puts(&DOCUMENT);
                let puts = puts.iter().flatten().map(|put| (put.map, put.key, put.bytes));
                parts.actor = derive_actor(PHONE, &parts.deps, parts.start_op, puts).to_vec();
            }
            parts.bytes()
        }
    }
}

#[test]
fn no_mutant_makes_the_guard_panic_and_every_one_let_in_can_be_lived_with() {
    let random = &mut ChaCha8Rng::seed_from_u64(20_261_122);
    let tip = first_tip(&DOCUMENT);
    let record = |n: u8| crate::round_doc::mint::NewRecord {
        map: MapName::Facts,
        id: fact_id(n),
        bytes: bytes_of(
            [Kind::Arrived, Kind::Delivered, Kind::CourierSequence, Kind::Paused][usize::from(n % 4)],
        ),
    };
    let honest: Vec<Vec<u8>> = [1..=1, 2..=4, 5..=30]
        .into_iter()
        .map(|numbers| minted(PHONE, &tip, &numbers.map(record).collect::<Vec<_>>()).bytes)
        .collect();
    let mut accepted = 0;
    for index in 0..MUTANTS {
        let original = &honest[index % honest.len()];
        let mutant = mutant(original, random);
        match judge(&mutant, PHONE, &empty_log()) {
            Err(refusal) => assert_ne!(refusal.code, RefusalCode::Unjudgeable, "{mutant:02x?}"),
            Ok(Judgement::Missing(_)) => {}
            Ok(Judgement::Accepted { .. }) => {
                accepted += usize::from(mutant != *original);
                let mut all = honest.clone();
                all.extend((!honest.contains(&mutant)).then(|| mutant.clone()));
                assert!(try_document(&DOCUMENT, &all).is_ok(), "{mutant:02x?}");
            }
        }
    }
    // A run in which nothing gets through would show nothing.
    assert!(accepted > 10, "only {accepted} got in");
}

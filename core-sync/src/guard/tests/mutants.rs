//! Two thousand honest changes with something done to their bytes, checksum and signature made right again.
//!
//! None makes the guard panic, and whatever it lets in the document library can live with.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;
use crate::round_doc::mutated::mutant;
use crate::round_doc::trial::try_document;
use crate::sync::outbox::first_tip;
use crate::testing::{PHONE, minted};

const MUTANTS: usize = 2_000;

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
        let mutant = mutant(&DOCUMENT, PHONE, original, random);
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

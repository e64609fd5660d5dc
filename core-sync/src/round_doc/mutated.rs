//! Honest changes with something done to their bytes, length, checksum and actor made right again.
//!
//! Only under `cfg(test)`, and in `tests/hostile`, as `crafted.rs`.

use rand_core::Rng;

use super::DocumentName;
use super::change::ReadChange;
use super::crafted::{Chunk, chunk, to_leb, with_checksum};
use super::mint::derive_actor;
use crate::domain::ids::DeviceId;

pub(crate) fn below(random: &mut impl Rng, bound: usize) -> usize {
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
pub(crate) fn mutant(
    document: &DocumentName,
    signer: DeviceId,
    honest: &[u8],
    random: &mut impl Rng,
) -> Vec<u8> {
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
                let puts = change.puts(document);
                let puts = puts.iter().flatten().map(|put| (put.map, put.key, put.bytes));
                parts.actor = derive_actor(signer, &parts.deps, parts.start_op, puts).to_vec();
            }
            parts.bytes()
        }
    }
}

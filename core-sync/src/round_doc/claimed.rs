//! How many operations a change claims to hold, counted before the document library unfolds them.
//!
//! Columns are run-length encoded: 125 bytes can claim 2^62 operations, or as many predecessors of one.
//! The library unfolds them one by one and would never end; catching panics does not help against that.

/// Operations and predecessors of a change that is read: far more than any version writes, 2 ms of work.
const CLAIMED_MAX: u64 = 4096;
/// The column that says how many operations there are: id 4, whole numbers.
const ACTION: u64 = 0x42;
/// The column that says how many predecessors each of them has: id 7, groups.
const PREDECESSORS: u64 = 0x70;
/// Magic bytes, checksum, chunk type.
const CHUNK_HEADER_BYTES: usize = 9;
/// Bytes of a hash.
const HASH_BYTES: u64 = 32;

/// Whether an uncompressed change chunk can be read without unfolding too much. Other bytes are not judged
/// any further: what cannot be walked here cannot be read there.
pub(super) fn within_bounds(bytes: &[u8]) -> bool {
    walk(bytes).is_some_and(|claimed| claimed <= CLAIMED_MAX)
}

/// Walks to the two columns and adds up what they claim.
fn walk(bytes: &[u8]) -> Option<u64> {
    let mut rest = bytes.get(CHUNK_HEADER_BYTES..)?;
    unsigned(&mut rest)?;
    let deps = unsigned(&mut rest)?;
    skip(&mut rest, deps.checked_mul(HASH_BYTES)?)?;
    skip_prefixed(&mut rest)?;
    // Seq, start_op, time.
    for _ in 0..3 {
        signed(&mut rest)?;
    }
    skip_prefixed(&mut rest)?;
    for _ in 0..unsigned(&mut rest)? {
        skip_prefixed(&mut rest)?;
    }
    let mut columns = Vec::new();
    for _ in 0..unsigned(&mut rest)? {
        columns.push((unsigned(&mut rest)?, unsigned(&mut rest)?));
    }
    let mut claimed: u64 = 0;
    for (column, length) in columns {
        let data = skip(&mut rest, length)?;
        let more = match column {
            ACTION => sum(data, |_| 1)?,
            PREDECESSORS => sum(data, |predecessors| predecessors)?,
            _ => 0,
        };
        claimed = claimed.saturating_add(more);
    }
    Some(claimed)
}

/// Adds up a run-length encoded column: a run is its length and a value, a negative length means that many
/// single values, a length of 0 a run of nothing.
fn sum(mut column: &[u8], weigh: impl Fn(u64) -> u64) -> Option<u64> {
    let mut total: u64 = 0;
    while !column.is_empty() {
        match signed(&mut column)? {
            0 => total = total.saturating_add(unsigned(&mut column)?),
            run if run > 0 => {
                let weight = weigh(unsigned(&mut column)?);
                total = total.saturating_add(weight.saturating_mul(run.unsigned_abs()));
            }
            singles => {
                for _ in 0..singles.unsigned_abs() {
                    total = total.saturating_add(weigh(unsigned(&mut column)?));
                }
            }
        }
    }
    Some(total)
}

fn skip<'a>(rest: &mut &'a [u8], count: u64) -> Option<&'a [u8]> {
    let (skipped, left) = rest.split_at_checked(usize::try_from(count).ok()?)?;
    *rest = left;
    Some(skipped)
}

fn skip_prefixed(rest: &mut &[u8]) -> Option<()> {
    let length = unsigned(rest)?;
    skip(rest, length).map(|_| ())
}

/// Reads LEB128 of up to 64 bits, without a sign.
fn unsigned(rest: &mut &[u8]) -> Option<u64> {
    let (bits, _, _) = leb(rest)?;
    u64::try_from(bits).ok()
}

/// Reads LEB128 of up to 64 bits, with a sign; numbers without one keep their bits.
fn signed(rest: &mut &[u8]) -> Option<i64> {
    let (bits, width, negative) = leb(rest)?;
    let number = i128::try_from(bits).ok()?;
    let number = if negative { number - (1_i128 << width) } else { number };
    i64::try_from(number).ok()
}

/// The bits of a LEB128 number, how many there are, and whether the last of them, its sign, is set.
fn leb(rest: &mut &[u8]) -> Option<(u128, u32, bool)> {
    let (mut bits, mut width) = (0_u128, 0_u32);
    for _ in 0..10 {
        let (byte, left) = rest.split_first()?;
        *rest = left;
        bits |= u128::from(byte & 0x7f) << width;
        width += 7;
        if byte & 0x80 == 0 {
            return Some((bits, width, byte & 0x40 != 0));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kind::MapName;
    use crate::round_doc::change::ReadChange;
    use crate::round_doc::crafted::{ACTION as ACTION_COLUMN, Chunk, to_leb};
    use crate::round_doc::mint::NewRecord;
    use crate::sync::outbox::first_tip;
    use crate::testing::{DOCUMENT, PHONE, fact_id, minted};

    fn honest(count: u8) -> Vec<u8> {
        let record = |n| NewRecord { map: MapName::Facts, id: fact_id(n), bytes: vec![n] };
        let records: Vec<_> = (1..=count).map(record).collect();
        minted(PHONE, &first_tip(&DOCUMENT), &records).bytes
    }

    #[test]
    fn an_honest_change_claims_what_it_holds() {
        for count in [1, 2, 50] {
            assert_eq!(walk(&honest(count)), Some(u64::from(count)));
        }
    }

    #[test]
    fn a_change_that_claims_more_operations_than_could_ever_be_unfolded_is_unreadable() {
        for run in [vec![0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f, 1], {
            let mut run = to_leb(1 << 40);
            run.push(1);
            run
        }] {
            let mut chunk = Chunk::of(&honest(1));
            *chunk.column(ACTION_COLUMN) = run;
            assert!(!within_bounds(&chunk.bytes()));
            assert!(ReadChange::read(&chunk.bytes()).is_err());
        }
    }

    #[test]
    fn a_change_that_claims_endless_predecessors_is_unreadable() {
        let mut chunk = Chunk::of(&honest(1));
        let endless = [&[1][..], &to_leb(1 << 60)].concat();
        *chunk.column(PREDECESSORS) = endless.clone();
        // One actor and one counter for all of them.
        let at = chunk.columns.iter().position(|(column, _)| *column == PREDECESSORS).unwrap();
        let run = [&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f][..], &[1]].concat();
        chunk.columns.splice(at + 1..=at, [(0x71, run.clone()), (0x73, run)]);
        assert!(ReadChange::read(&chunk.bytes()).is_err());
    }

    #[test]
    fn signed_numbers_are_read_as_the_library_writes_them() {
        for (bytes, number) in [
            (&[0x00][..], 0),
            (&[0x7f], -1),
            (&[0x3f], 63),
            (&[0x40], -64),
            (&[0xc0, 0x00], 64),
            (&[0x80, 0x7f], -128),
        ] {
            assert_eq!(signed(&mut &bytes[..]), Some(number), "{bytes:02x?}");
        }
        assert_eq!(signed(&mut &[0x80; 11][..]), None);
    }
}

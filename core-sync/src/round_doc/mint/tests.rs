//! Minting: the same queue on the same heads is the same change, and siblings make one document.

use proptest::prelude::*;

use super::*;
use crate::domain::kind::Kind;
use crate::round_doc::change::ReadChange;
use crate::round_doc::genesis::{GENESIS_MAX_OP, genesis};
use crate::round_doc::trial::{TrialError, try_document};
use crate::sync::outbox::first_tip;
use crate::testing::one_of_each::record_of;
use crate::testing::record_sets::record_set;
use crate::testing::{DOCUMENT, PHONE, SERVER, fact_id, minted};

fn record(n: u8) -> NewRecord {
    let kind = Kind::ALL[usize::from(n) % Kind::ALL.len()];
    NewRecord { map: MapName::Facts, id: fact_id(n), bytes: record_of(kind).to_bytes().unwrap() }
}

fn records(numbers: impl IntoIterator<Item = u8>) -> Vec<NewRecord> {
    numbers.into_iter().map(record).collect()
}

/// A tip of this many heads, the greatest operation numbers last.
fn tip(heads: u8) -> Tip {
    Tip { heads: (0..heads).map(|n| ([n; 32], 100 + u64::from(n))).collect() }
}

#[test]
fn the_same_queue_on_the_same_heads_is_the_same_change_byte_for_byte() {
    let queue = records(1..=50);
    let once = minted(PHONE, &tip(3), &queue);
    let mut turned = tip(3);
    turned.heads.reverse();
    turned.heads.push(turned.heads[0]);
    assert_eq!(minted(PHONE, &tip(3), &queue), once);
    // Heads are a set: neither their order nor a double matters.
    assert_eq!(minted(PHONE, &turned, &queue), once);
    assert_eq!(ReadChange::read(&once.bytes).unwrap().records(&DOCUMENT).len(), 50);
}

#[test]
fn other_heads_another_signer_or_another_queue_make_another_change_by_another_actor() {
    let queue = records(1..=3);
    let changes = [
        minted(PHONE, &tip(3), &queue),
        minted(PHONE, &tip(2), &queue),
        minted(PHONE, &Tip { heads: vec![([1; 32], 101)] }, &queue),
        minted(PHONE, &Tip { heads: vec![([1; 32], 102)] }, &queue),
        minted(SERVER, &tip(3), &queue),
        minted(PHONE, &tip(3), &records([1, 2])),
        minted(PHONE, &tip(3), &records([1, 3, 2])),
    ];
    let distinct = |read: &dyn Fn(&Minted) -> Vec<u8>| {
        changes.iter().map(read).collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!(distinct(&|change| change.hash.to_vec()), changes.len());
    assert_eq!(distinct(&|change| ReadChange::read(&change.bytes).unwrap().actor().to_vec()), changes.len());
}

#[test]
fn a_change_starts_after_everything_it_stands_on() {
    let change = ReadChange::read(&minted(PHONE, &tip(3), &records([1, 2])).bytes).unwrap();
    assert_eq!((change.start_op(), change.max_op(), change.seq()), (103, 104, 1));
    assert_eq!(change.deps(), [[0; 32], [1; 32], [2; 32]]);
    assert!(change.is_bare() && change.names_only_genesis(&DOCUMENT));
    let first = ReadChange::read(&minted(PHONE, &first_tip(&DOCUMENT), &records([1])).bytes).unwrap();
    assert_eq!((first.start_op(), first.deps()), (GENESIS_MAX_OP + 1, vec![genesis(&DOCUMENT).hash]));
}

#[test]
fn a_change_carries_one_to_fifty_records_on_at_least_one_head() {
    assert_eq!(mint(&DOCUMENT, PHONE, &tip(1), &[]), Err(MintError::RecordCount(0)));
    assert_eq!(mint(&DOCUMENT, PHONE, &tip(1), &records(1..=51)), Err(MintError::RecordCount(51)));
    assert_eq!(mint(&DOCUMENT, PHONE, &tip(0), &records([1])), Err(MintError::NoHeads));
    let used_up = Tip { heads: vec![([1; 32], u64::MAX)] };
    assert_eq!(mint(&DOCUMENT, PHONE, &used_up, &records([1])), Err(MintError::NoHeads));
}

#[test]
fn of_more_than_64_heads_those_with_the_greatest_numbers_are_named() {
    let change = ReadChange::read(&minted(PHONE, &tip(70), &records([1])).bytes).unwrap();
    assert_eq!(change.deps(), (6..70).map(|n| [n; 32]).collect::<Vec<_>>());
    assert_eq!(change.start_op(), 170);
    // Of equals the smaller hash.
    let level = Tip { heads: (0..70).rev().map(|n| ([n; 32], 9)).collect() };
    let change = ReadChange::read(&minted(PHONE, &level, &records([1])).bytes).unwrap();
    assert_eq!(change.deps(), (0..64).map(|n| [n; 32]).collect::<Vec<_>>());
}

/// Many siblings on genesis, as a phone pushes a day offline.
fn siblings(count: u8) -> Vec<Minted> {
    (0..count).map(|n| minted(PHONE, &first_tip(&DOCUMENT), &records([2 * n, 2 * n + 1]))).collect()
}

#[test]
fn many_siblings_make_one_document_of_as_many_heads_and_the_next_change_joins_them() {
    let siblings = siblings(64);
    let mut bytes: Vec<Vec<u8>> = siblings.iter().map(|change| change.bytes.clone()).collect();
    let mut hashes: Vec<[u8; 32]> = siblings.iter().map(|change| change.hash).collect();
    hashes.sort_unstable();
    let mut heads = try_document(&DOCUMENT, &bytes).unwrap();
    heads.sort_unstable();
    assert_eq!(heads, hashes);
    let tip = Tip { heads: siblings.iter().map(|change| (change.hash, change.max_op)).collect() };
    let joined = minted(PHONE, &tip, &records([200]));
    bytes.push(joined.bytes);
    bytes.reverse();
    assert_eq!(try_document(&DOCUMENT, &bytes), Ok(vec![joined.hash]));
}

#[test]
fn a_document_of_more_heads_than_a_change_names_still_loads_and_keeps_the_rest_as_heads() {
    let siblings = siblings(80);
    let mut bytes: Vec<Vec<u8>> = siblings.iter().map(|change| change.bytes.clone()).collect();
    let tip = Tip { heads: siblings.iter().map(|change| (change.hash, change.max_op)).collect() };
    let next = minted(PHONE, &tip, &records([200]));
    bytes.push(next.bytes);
    let heads = try_document(&DOCUMENT, &bytes).unwrap();
    assert_eq!(heads.len(), 80 - 64 + 1);
    assert!(heads.contains(&next.hash));
}

#[test]
fn a_trial_says_so_when_a_change_is_missing_below_another() {
    let first = minted(PHONE, &first_tip(&DOCUMENT), &records([1]));
    let tip = Tip { heads: vec![(first.hash, first.max_op)] };
    let second = minted(PHONE, &tip, &records([2]));
    assert!(try_document(&DOCUMENT, &[first.bytes, second.bytes.clone()]).is_ok());
    assert_eq!(try_document(&DOCUMENT, &[second.bytes]), Err(TrialError::Heads));
    assert_eq!(try_document(&DOCUMENT, &[vec![1, 2, 3]]), Err(TrialError::Apply));
}

proptest! {
    #[test]
    fn what_was_minted_is_read_back_as_it_was(written in record_set()) {
        prop_assume!((1..=50).contains(&written.len()));
        let change = minted(PHONE, &tip(5), &written);
        let read = ReadChange::read(&change.bytes).unwrap();
        prop_assert_eq!((read.hash(), read.max_op()), (change.hash, change.max_op));
        prop_assert_eq!(crate::round_doc::change::change_hash(&change.bytes), Some(change.hash));
        prop_assert_eq!(read.canonical_bytes(), Some(change.bytes.clone()));
        let puts: Vec<_> = read.puts(&DOCUMENT).into_iter().map(|put| {
            let put = put.unwrap();
            NewRecord { map: put.map, id: put.key.parse().unwrap(), bytes: put.bytes.to_vec() }
        }).collect();
        prop_assert_eq!(puts, written);
    }

    #[test]
    fn reading_random_bytes_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(ReadChange::read(&bytes).is_err());
    }
}

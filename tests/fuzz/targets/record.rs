//! Target `record`: any bytes as up to sixteen records in a row, put into a round that has a plan and a start.
//!
//! What the codec reads it writes back byte for byte. A record that is read means the same when it is written and
//! read again. And whatever records a round holds, it can be folded, drawn and read together with another.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use core_sync::cbor;
use core_sync::domain::ids::{ActId, RecordId, RoundId};
use core_sync::domain::kind::Family;
use core_sync::domain::personal::Personal;
use core_sync::domain::record::Record;
use core_sync::domain::records::Records;
use core_sync::domain::round_state::RoundState;
use core_sync::domain::together::{RoundRecords, together};
use core_sync::view::board::{BoardRound, round_view};
use core_sync::view::items::item_views;
use core_sync::view::plan_diff::SeenPlan;
use core_sync::view::today::round_today;

use super::document::{COURIER, DOCUMENT, MORNING, PHONE, Past, SERVER, SHOP};

/// Records that one input is cut into: enough for every rule, few enough to be fast.
const RECORDS_MAX: usize = 16;
/// The number of the first record's id; those of the plan are lower, so that some may name what is there.
const FIRST_ID: u8 = 10;

/// The round that the records are put into: that of the plan and the start.
static BEFORE: LazyLock<Records> = LazyLock::new(|| {
    let mut records = Records::new();
    let written = Past::new().records;
    written.iter().for_each(|record| records.insert(record.id, &record.bytes, Some(MORNING)));
    records
});

pub(super) fn run(bytes: &[u8]) {
    let mut records = BEFORE.clone();
    // Half of them in another round too, so that what two rounds say of one parcel or stop is read.
    let mut elsewhere = Records::new();
    for (n, piece) in (FIRST_ID..).zip(pieces(bytes)) {
        if let Ok(value) = cbor::decode(piece) {
            assert_eq!(cbor::encode(&value), piece, "what was read is written otherwise");
        }
        let Ok(record) = Record::from_bytes(piece) else { continue };
        written_again(&record, piece);
        let id = RecordId::new(ActId([n; 16]), writer(&record));
        records.insert(id, piece, Some(MORNING));
        if n % 2 == 0 {
            elsewhere.insert(id, piece, None);
        }
    }
    let state = RoundState::of(&records);
    draw(&records, &elsewhere, &state);
}

/// The bytes cut where a value of CBOR ends; what is no CBOR is one last piece.
fn pieces(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut pieces, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() && pieces.len() < RECORDS_MAX {
        let mut after = rest;
        let read: Result<ciborium::Value, _> = ciborium::de::from_reader_with_recursion_limit(&mut after, 12);
        let used = if read.is_ok() { rest.len() - after.len() } else { rest.len() };
        let (piece, left) = rest.split_at(used);
        pieces.push(piece);
        rest = left;
    }
    pieces
}

/// Keys of a later version are passed over, so the bytes may be fewer; the meaning is the same.
fn written_again(record: &Record, piece: &[u8]) {
    let Some(bytes) = record.to_bytes() else { return };
    assert!(bytes.len() <= piece.len(), "a record grew");
    assert_eq!(
        Record::from_bytes(&bytes).as_ref(),
        Ok(record),
        "a record is read otherwise when written again"
    );
}

/// Whose device the record's id ends in.
fn writer(record: &Record) -> core_sync::domain::ids::DeviceId {
    match record.kind().map(|kind| kind.family()) {
        Some(Family::Fact) | None => PHONE,
        Some(Family::ShopFact) => SHOP,
        Some(Family::Plan | Family::Reaction) => SERVER,
    }
}

fn draw(records: &Records, elsewhere: &Records, state: &RoundState) {
    let cards = BTreeMap::new();
    let today = round_today(DOCUMENT.round, state, &cards, Some(&SeenPlan::of(state)));
    assert!(today.plan_diff.is_empty(), "what was just seen is new");
    let view = round_view(BoardRound {
        id: DOCUMENT.round,
        courier: COURIER,
        courier_name: Personal::new("Ada".to_owned()),
        last_heard: None,
        acts_since: 0,
        damaged: false,
        state,
        cards: &cards,
    });
    assert_eq!(view.stops.len(), state.stops.len(), "a stop is drawn twice or not at all");
    let rounds = [
        RoundRecords { round: DOCUMENT.round, holder: COURIER, records },
        RoundRecords { round: RoundId([0xee; 16]), holder: COURIER, records: elsewhere },
    ];
    let said = together(&rounds);
    let views = item_views(&said.items, &rounds);
    assert_eq!(views.len(), said.items.len());
    let backwards = together(&[rounds[1], rounds[0]]);
    assert_eq!(said, backwards, "what rounds say together depends on which is asked first");
}

//! The contract of the log: one body of tests, run on a file and in memory (later on PostgreSQL).

use core_sync::domain::card::card_hash;
use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, DeviceId, MemberId, RecordId, RoundId};
use core_sync::domain::personal::Personal;
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::change_hash;
use core_sync::round_doc::genesis::{GENESIS_MAX_OP, genesis};
use core_sync::round_doc::lineage::{Lineage, RowKind};
use core_sync::signing::envelope::Envelope;
use core_sync::signing::key::{PublicKey, Signature};
use core_sync::wire::cursor::Cursor;
use core_sync::wire::members::Role;

use super::append::{AppendError, NewChange, NewRow, append, make_document};
use super::co_op_lineage;
use super::cursor::LogCursor;
use super::read::{Room, co_op_end, is_of_co_op, resume, rows_after};
use crate::db::co_op::CoopRow;
use crate::db::co_op_log::EntryKind;
use crate::db::connection::{Tx, WriteConnection};
use crate::db::damage::Damage;
use crate::db::device::DeviceRow;
use crate::db::document::{DocumentRow, MadeBy};
use crate::db::error::DbError;
use crate::db::log_row::LogContent;
use crate::db::{co_op, device, document, head, member, open, record};

const CO_OP: CoopId = CoopId([1; 16]);
const HOLDER: MemberId = MemberId([2; 16]);
const DEVICE: DeviceId = DeviceId([3; 8]);
const NAME: DocumentName = DocumentName { round: RoundId([4; 16]), holder: HOLDER, schema: 1 };
const NOW: Timestamp = Timestamp(5);

/// Each promise, on each store.
macro_rules! contract {
    ($($promise:ident),+ $(,)?) => {
        mod in_memory {
            $(#[test] fn $promise() { super::$promise(&mut super::prepared(crate::db::open::memory())); })+
        }
        mod in_a_file {
            $(#[test] fn $promise() {
                let folder = tempfile::tempdir().unwrap();
                let connection = crate::db::open::create(&folder.path().join("log")).unwrap();
                super::$promise(&mut super::prepared(connection));
            })+
        }
    };
}

contract!(
    a_new_document_has_genesis_as_its_only_head,
    rows_are_gapless_and_their_lineage_is_the_one_phones_compute,
    a_row_at_another_place_than_the_end_is_refused_with_the_end,
    a_row_that_is_there_is_refused_and_nothing_of_the_append_is_kept,
    rows_are_read_in_their_sequence_from_any_place,
    reading_stops_where_the_room_ends_but_always_gets_on,
    a_cursor_of_another_log_starts_at_the_beginning,
    a_change_takes_the_place_of_the_heads_it_stands_on,
    a_record_that_comes_again_keeps_its_first_place,
    a_tombstone_erases_the_bytes_and_leaves_the_row,
    a_change_with_other_bytes_is_handed_to_nobody,
    a_card_with_other_bytes_is_handed_to_nobody,
    the_co_ops_log_counts_every_row_and_every_round_made,
    documents_of_other_co_ops_are_not_there,
);

fn prepared(mut connection: WriteConnection) -> WriteConnection {
    write(&mut connection, |tx| {
        for id in [CO_OP, CoopId([9; 16])] {
            let row = CoopRow {
                id,
                name: "Test".into(),
                time_zone: "Europe/Paris".into(),
                public_key: PublicKey([0; 32]),
                server_device: DEVICE,
                made: NOW,
            };
            co_op::insert(tx, &row, co_op_lineage::start(id))?;
        }
        member::insert(tx, CO_OP, HOLDER, &Personal::new("Ana".into()), Role::Courier, NOW)?;
        let (member, key) = (Some(HOLDER), PublicKey([0; 32]));
        let row = DeviceRow { co_op: CO_OP, device: DEVICE, member, key, enrolled: NOW, last_counter: 0 };
        device::insert(tx, &row)?;
        make_document(tx, CO_OP, NAME, MadeBy::Coordinator, NOW)?;
        Ok(())
    });
    connection
}

fn write<T>(connection: &mut WriteConnection, work: impl FnOnce(&Tx<'_>) -> Result<T, AppendError>) -> T {
    connection.write(work).unwrap()
}

fn stored(connection: &mut WriteConnection) -> DocumentRow {
    write(connection, |tx| Ok(document::find(tx, CO_OP, NAME.round)?.unwrap()))
}

fn end(connection: &mut WriteConnection) -> LogCursor {
    LogCursor::end_of(&stored(connection))
}

/// A chunk of no meaning, under the magic bytes and the checksum without which a row is taken for damaged.
fn bytes(n: u8) -> Vec<u8> {
    let chunk = [vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0], vec![n; 92]].concat();
    let hash = change_hash(&chunk).unwrap();
    [&chunk[..4], &hash[..4], &chunk[8..]].concat()
}

fn sorted(mut heads: [([u8; 32], u64); 2]) -> [([u8; 32], u64); 2] {
    heads.sort_unstable();
    heads
}

fn hash(n: u8) -> [u8; 32] {
    change_hash(&bytes(n)).unwrap()
}

/// A made-up change: the log does not judge.
struct Made {
    envelope: Envelope,
    hash: [u8; 32],
    deps: Vec<[u8; 32]>,
    records: Vec<(RecordId, Vec<u8>)>,
}

impl Made {
    fn new(n: u8, deps: Vec<[u8; 32]>) -> Self {
        let (signature, delegation) = (Signature([0; 64]), (n == 1).then(|| vec![7]));
        Self {
            envelope: Envelope { change: bytes(n), device: DEVICE, signature, delegation },
            hash: hash(n),
            deps,
            records: vec![(RecordId([n; 24]), vec![n])],
        }
    }

    fn on_genesis(n: u8) -> Self {
        Self::new(n, vec![genesis(&NAME).hash])
    }

    fn row(&self) -> NewRow<'_> {
        let Self { envelope, hash, deps, records } = self;
        NewRow::Change(NewChange { envelope, hash: *hash, max_op: 3, deps, records, read: &[] })
    }
}

fn append_at_end(connection: &mut WriteConnection, rows: &[NewRow<'_>]) -> LogCursor {
    let end = end(connection);
    write(connection, |tx| append(tx, CO_OP, NAME.round, end, rows, NOW))
}

fn positions(connection: &mut WriteConnection, from: LogCursor, mut room: Room) -> (Vec<u64>, bool) {
    let document = stored(connection);
    let page = write(connection, |tx| Ok(rows_after(tx, &document, from, &mut room)?));
    (page.rows.iter().map(|row| row.position).collect(), page.more)
}

fn a_new_document_has_genesis_as_its_only_head(connection: &mut WriteConnection) {
    assert_eq!(end(connection), LogCursor { position: 0, lineage: Lineage::start(&NAME) });
    let heads = write(connection, |tx| Ok(head::all(tx, CO_OP, NAME.round)?));
    assert_eq!(heads, [(genesis(&NAME).hash, GENESIS_MAX_OP)]);
}

fn rows_are_gapless_and_their_lineage_is_the_one_phones_compute(connection: &mut WriteConnection) {
    let (change, bytes) = (Made::on_genesis(1), b"card".as_slice());
    let card = card_hash(bytes);
    let first = append_at_end(connection, &[NewRow::Card { hash: card, bytes }, change.row()]);
    let second = append_at_end(connection, &[NewRow::Tombstone(card)]);
    let lineage = Lineage::start(&NAME).after(RowKind::Card, &card.0).after(RowKind::Change, &hash(1));
    assert_eq!(first, LogCursor { position: 2, lineage });
    assert_eq!(second, LogCursor { position: 3, lineage: lineage.after(RowKind::Tombstone, &card.0) });
    assert_eq!(end(connection), second);
    let start = LogCursor { position: 0, lineage: Lineage::start(&NAME) };
    assert_eq!(positions(connection, start, Room::UNBOUNDED), (vec![1, 2, 3], false));
}

fn a_row_at_another_place_than_the_end_is_refused_with_the_end(connection: &mut WriteConnection) {
    let before = end(connection);
    let after = append_at_end(connection, &[Made::on_genesis(1).row()]);
    let other_lineage = LogCursor { lineage: Lineage(Hash([0; 32])), ..after };
    for expected in [before, LogCursor { position: 2, ..after }, other_lineage] {
        let change = Made::on_genesis(2);
        let refused = connection.write(|tx| append(tx, CO_OP, NAME.round, expected, &[change.row()], NOW));
        assert!(matches!(refused, Err(AppendError::Moved { current }) if current == after), "{refused:?}");
    }
    assert_eq!(end(connection), after);
}

fn a_row_that_is_there_is_refused_and_nothing_of_the_append_is_kept(connection: &mut WriteConnection) {
    let (one, two) = (Made::on_genesis(1), Made::on_genesis(2));
    let after = append_at_end(connection, &[one.row()]);
    // In one transaction that goes on: the refusal itself must leave nothing behind.
    write(connection, |tx| {
        for rows in [[two.row(), one.row()], [two.row(), two.row()]] {
            let refused = append(tx, CO_OP, NAME.round, after, &rows, NOW);
            assert!(matches!(refused, Err(AppendError::Doubled)), "{refused:?}");
        }
        Ok(())
    });
    assert_eq!(end(connection), after);
    assert_eq!(append_at_end(connection, &[two.row()]).position, 2);
}

fn rows_are_read_in_their_sequence_from_any_place(connection: &mut WriteConnection) {
    let mut places = vec![end(connection)];
    for n in 1..=5 {
        places.push(append_at_end(connection, &[Made::on_genesis(n).row()]));
    }
    for (place, first) in places.into_iter().zip(1..) {
        let expected: Vec<u64> = (first..=5).collect();
        assert_eq!(positions(connection, place, Room::UNBOUNDED), (expected, false));
    }
    let (document, start) = (stored(connection), Lineage::start(&NAME));
    let from = LogCursor { position: 0, lineage: start };
    let page = write(connection, |tx| Ok(rows_after(tx, &document, from, &mut Room::UNBOUNDED.clone())?));
    let first = &page.rows[0];
    assert_eq!((first.received, first.lineage), (NOW, start.after(RowKind::Change, &hash(1))));
    let LogContent::Change { hash: content, envelope } = &first.content else { panic!("{first:?}") };
    assert_eq!((*content, envelope), (hash(1), &Made::on_genesis(1).envelope));
    assert_eq!(page.end, LogCursor::end_of(&document));
}

fn reading_stops_where_the_room_ends_but_always_gets_on(connection: &mut WriteConnection) {
    let start = end(connection);
    for n in 1..=5 {
        append_at_end(connection, &[Made::on_genesis(n).row()]);
    }
    assert_eq!(positions(connection, start, Room { rows: 2, bytes: usize::MAX }), (vec![1, 2], true));
    assert_eq!(
        positions(connection, start, Room { rows: 5, bytes: usize::MAX }),
        (vec![1, 2, 3, 4, 5], false)
    );
    // A row is 100 bytes of change and what is around it.
    assert_eq!(positions(connection, start, Room { rows: 9, bytes: 500 }), (vec![1, 2], true));
    assert_eq!(positions(connection, start, Room { rows: 9, bytes: 0 }), (vec![], true));
    // Once a row found no room, a smaller one of another log finds none either.
    let (document, mut room) = (stored(connection), Room { rows: 9, bytes: 500 });
    write(connection, |tx| Ok(rows_after(tx, &document, start, &mut room)?));
    assert_eq!(room, Room { rows: 0, bytes: 0 });
}

fn a_cursor_of_another_log_starts_at_the_beginning(connection: &mut WriteConnection) {
    let start = end(connection);
    let after = append_at_end(connection, &[Made::on_genesis(1).row()]);
    let document = stored(connection);
    let mut resumed = |cursor: Cursor| write(connection, |tx| Ok(resume(tx, &document, cursor)?));
    assert_eq!(resumed(after.short()), after);
    assert_eq!(resumed(start.short()), start);
    for foreign in [
        Cursor { lineage: [0; 8], ..after.short() },
        Cursor { position: 2, ..after.short() },
        Cursor { position: i64::MAX as u64, ..after.short() },
        Cursor { position: 0, lineage: [0; 8] },
    ] {
        assert_eq!(resumed(foreign), start, "{foreign}");
    }
}

fn a_change_takes_the_place_of_the_heads_it_stands_on(connection: &mut WriteConnection) {
    let (one, two) = (Made::on_genesis(1), Made::on_genesis(2));
    append_at_end(connection, &[one.row(), two.row()]);
    let mut heads = || write(connection, |tx| Ok(head::all(tx, CO_OP, NAME.round)?));
    assert_eq!(heads(), sorted([(hash(1), 3), (hash(2), 3)]));
    append_at_end(connection, &[Made::new(3, vec![hash(1)]).row()]);
    let mut heads = || write(connection, |tx| Ok(head::all(tx, CO_OP, NAME.round)?));
    assert_eq!(heads(), sorted([(hash(2), 3), (hash(3), 3)]));
}

fn a_record_that_comes_again_keeps_its_first_place(connection: &mut WriteConnection) {
    let one = Made::on_genesis(1);
    let again = Made { records: one.records.clone(), ..Made::on_genesis(2) };
    append_at_end(connection, &[one.row(), again.row()]);
    let hash = write(connection, |tx| Ok(record::hash_at(tx, CO_OP, NAME.round, RecordId([1; 24]))?));
    assert_eq!(hash, Some(core_sync::guard::record_hash(&[1])));
}

fn a_tombstone_erases_the_bytes_and_leaves_the_row(connection: &mut WriteConnection) {
    let start = end(connection);
    let hash = card_hash(b"card");
    append_at_end(connection, &[NewRow::Card { hash, bytes: b"card" }, NewRow::Tombstone(hash)]);
    let document = stored(connection);
    let page = write(connection, |tx| Ok(rows_after(tx, &document, start, &mut Room::UNBOUNDED.clone())?));
    let contents: Vec<_> = page.rows.into_iter().map(|row| row.content).collect();
    assert_eq!(contents, [LogContent::Card { hash, bytes: None }, LogContent::Tombstone(hash)]);
}

/// The damage that reading names.
fn damage_of(connection: &mut WriteConnection) -> Damage {
    let (document, start) = (stored(connection), Lineage::start(&NAME));
    let from = LogCursor { position: 0, lineage: start };
    write(connection, |tx| {
        let read = rows_after(tx, &document, from, &mut Room::UNBOUNDED.clone());
        let Err(DbError::Damaged { round, damage }) = read else { panic!("{read:?}") };
        assert_eq!(round, NAME.round);
        Ok(damage)
    })
}

// The log does not judge what it is given: this is how bytes come under another's hash here.
fn a_change_with_other_bytes_is_handed_to_nobody(connection: &mut WriteConnection) {
    let other = Made { envelope: Made::on_genesis(3).envelope, ..Made::on_genesis(2) };
    append_at_end(connection, &[Made::on_genesis(1).row(), other.row()]);
    assert_eq!(damage_of(connection), Damage::Change { position: 2, hash: hash(2) });
}

fn a_card_with_other_bytes_is_handed_to_nobody(connection: &mut WriteConnection) {
    let hash = card_hash(b"card");
    append_at_end(connection, &[Made::on_genesis(1).row(), NewRow::Card { hash, bytes: b"cart" }]);
    assert_eq!(damage_of(connection), Damage::Card(hash));
}

fn the_co_ops_log_counts_every_row_and_every_round_made(connection: &mut WriteConnection) {
    let made = co_op_lineage::after(
        co_op_lineage::start(CO_OP),
        EntryKind::RoundMade,
        NAME.round,
        &genesis(&NAME).hash,
    );
    let end_of_co_op = |tx: &Tx<'_>| Ok(co_op_end(tx, CO_OP)?.unwrap());
    assert_eq!(write(connection, end_of_co_op), LogCursor { position: 1, lineage: made });
    append_at_end(connection, &[Made::on_genesis(1).row()]);
    let change = co_op_lineage::after(made, EntryKind::Row(RowKind::Change), NAME.round, &hash(1));
    let now = write(connection, end_of_co_op);
    assert_eq!(now, LogCursor { position: 2, lineage: change });
    let mut ours = |cursor: Cursor| write(connection, |tx| Ok(is_of_co_op(tx, CO_OP, cursor)?));
    assert!(ours(now.short()));
    assert!(ours(Cursor { position: 1, lineage: made.short() }));
    assert!(ours(Cursor { position: 0, lineage: co_op_lineage::start(CO_OP).short() }));
    assert!(!ours(Cursor { position: 3, ..now.short() }));
    assert!(!ours(Cursor { lineage: [0; 8], ..now.short() }));
}

fn documents_of_other_co_ops_are_not_there(connection: &mut WriteConnection) {
    let (end, other) = (end(connection), CoopId([9; 16]));
    let change = Made::on_genesis(1);
    let refused = connection.write(|tx| append(tx, other, NAME.round, end, &[change.row()], NOW));
    assert!(matches!(refused, Err(AppendError::NoSuchDocument)), "{refused:?}");
}

#[test]
fn a_log_is_there_when_its_file_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut connection = prepared(open::create(&path).unwrap());
    let before = append_at_end(&mut connection, &[Made::on_genesis(1).row()]);
    drop(connection);
    let mut connection = open::open(&path).unwrap();
    assert_eq!(end(&mut connection), before);
    assert_eq!(append_at_end(&mut connection, &[Made::on_genesis(2).row()]).position, 2);
}

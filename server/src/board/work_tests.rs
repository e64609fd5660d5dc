//! What a round costs that has as much in it as a round may have: measured, not guessed.
//!
//! `cargo test --lib work_tests -- --ignored --nocapture` prints it. The bounds in `limits.rs` and the number of
//! rounds kept folded stand on these numbers.
#![allow(clippy::disallowed_methods, reason = "it measures time")]

use std::time::Instant;

use core_sync::domain::fact::Fact;
use core_sync::domain::ids::StopId;
use core_sync::domain::limits::{RECORDS_PER_CHANGE_MAX, RECORDS_PER_ROUND_MAX, ROUND_BYTES_MAX};
use core_sync::round_doc::mint::NewRecord;
use core_sync::round_doc::trial::try_document;
use core_sync::wire::sync_answer::Verdict;

use super::folded::Folded;
use super::read_round::read_round;
use super::round_view::view;
use crate::app::error::AppError;
use crate::db::document;
use crate::db::log_row::{LogContent, each_after};
use crate::testing::{Phone, Riding, verdicts};

/// Fills a round with changes of so many records until it takes no more.
fn full(stops: u8, per_change: usize, tap: impl Fn(&mut Phone, StopId) -> NewRecord) -> Riding {
    let mut riding = Riding::with_stops(stops);
    let (document, ids) =
        (riding.document(), riding.round.stops.iter().map(|stop| stop.id).collect::<Vec<_>>());
    let mut next = ids.iter().cycle();
    loop {
        let changes: Vec<_> = (0..16)
            .map(|_| {
                let records: Vec<_> =
                    (0..per_change).map(|_| tap(&mut riding.phone, *next.next().unwrap())).collect();
                riding.phone.change(document, &records)
            })
            .collect();
        if verdicts(&riding.push(changes)).iter().any(|verdict| *verdict != Verdict::Committed) {
            return riding;
        }
    }
}

fn measure(name: &str, mut riding: Riding) {
    let round = riding.round.id;
    let folded = Folded::default();
    riding
        .coop
        .write(|tx, world| {
            let timed = |what: &str, work: &dyn Fn() -> Result<(), AppError>| -> Result<(), AppError> {
                let start = Instant::now();
                work()?;
                println!("{name}: {what} {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
                Ok(())
            };
            let row = document::find(tx, world.id, round)?.unwrap();
            let size = document::size(tx, world.id, round)?;
            println!("{name}: {} records, {} bytes, {} rows", size.records, size.bytes, row.position);
            timed("read and fold", &|| read_round(tx, &row).map(drop).map_err(AppError::from))?;
            timed("fold for the board, first", &|| folded.read(tx, &row).map(drop).map_err(AppError::from))?;
            timed("fold for the board, again", &|| folded.read(tx, &row).map(drop).map_err(AppError::from))?;
            let read = read_round(tx, &row)?;
            timed("draw", &|| view(tx, &read, None).map(drop).map_err(AppError::from))?;
            let mut changes = Vec::new();
            each_after(tx, world.id, round, 0, |row| {
                if let LogContent::Change { envelope, .. } = row.content {
                    changes.push(envelope.change);
                }
                true
            })?;
            timed("trial", &|| {
                try_document(&row.name, &changes).unwrap();
                Ok(())
            })
        })
        .unwrap();
}

#[test]
#[ignore = "a measurement, by hand"]
fn a_round_with_as_much_as_a_round_may_have() {
    assert_eq!(RECORDS_PER_ROUND_MAX, 5_000);
    assert_eq!(ROUND_BYTES_MAX, 4 << 20);
    measure("a long day, 300 facts alone", {
        let mut riding = Riding::with_stops(60);
        let document = riding.document();
        let ids: Vec<_> = riding.round.stops.iter().map(|stop| stop.id).collect();
        for five in ids.chunks(3) {
            let changes = five
                .iter()
                .flat_map(|stop| (0..5).map(|_| *stop).collect::<Vec<_>>())
                .map(|stop| {
                    let record = riding.phone.arrival(stop);
                    riding.phone.change(document, &[record])
                })
                .collect();
            riding.push(changes);
        }
        riding
    });
    measure("facts alone", full(100, 1, Phone::arrival));
    measure("facts by fifty", full(100, RECORDS_PER_CHANGE_MAX, Phone::arrival));
    let sequence = |phone: &mut Phone, _| {
        phone.tap(Fact::Started { stops: (0..100).map(|n| StopId([n; 16])).collect() })
    };
    measure("sequences", full(1, 30, sequence));
}

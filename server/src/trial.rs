//! The trial of rounds that changed, off the request: does the log still make a document that loads, saves and
//! loads again to the heads it should have?
//!
//! The guard judges each change by its bytes before it is stored; this is the proof afterwards that it judged right,
//! and that nobody touched the rows since: each is compared with its hash first, and damage is named. A failure is an
//! alarm for a person, never a refusal: nothing is taken back, and views go on from the rows. One round at a time,
//! each at most as often as the log moved, and four times as long at rest as at work, so that it takes a fifth of a
//! core at worst: phones that wait go first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use core_sync::domain::ids::{CoopId, RoundId};
use core_sync::round_doc::trial::{TrialError, try_document};
use core_sync::wire::cursor::Cursor;

use crate::app::error::AppError;
use crate::db::connection::Snapshot;
use crate::db::damage::Damage;
use crate::db::error::DbError;
use crate::db::log_row::{LogContent, each_after};
use crate::db::{alarm, co_op_log, document, head};
use crate::readers::ReadError;
use crate::server::Server;

/// Entries of a co-op's log in one look: what they changed is tried once, however often it changed.
const ENTRIES_PER_LOOK_MAX: u64 = 1_000;
/// How many times as long it rests as it worked.
const REST_TIMES: u64 = 4;
/// Rest after each round, at least, so that a burst of syncs is one trial and not many.
const REST_MIN: Duration = Duration::from_millis(20);

/// What a trial of one round came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tried {
    found: Result<(), Wrong>,
    /// Whether an alarm stood.
    alarmed: bool,
}

/// What is wrong with a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Wrong {
    #[error(transparent)]
    Damaged(#[from] Damage),
    #[error(transparent)]
    Trial(#[from] TrialError),
}

/// Tries what changes from now on, and what has an alarm, until dropped.
pub async fn run(server: Arc<Server>) {
    let mut ends = server.writer.ends();
    let mut seen: BTreeMap<CoopId, u64> = positions(&ends.borrow());
    for co_op in seen.keys().copied().collect::<Vec<_>>() {
        let alarmed = server.readers.read(move |snapshot| alarm::rounds(snapshot, co_op)).await;
        for round in or_said(alarmed) {
            try_round(&server, co_op, round).await;
        }
    }
    while let Ok(now) = ends.wait_for(|ends| positions(ends) != seen).await.map(|ends| positions(&ends)) {
        for (co_op, end) in now {
            let from = seen.get(&co_op).copied().unwrap_or(0);
            let until = end.min(from.saturating_add(ENTRIES_PER_LOOK_MAX));
            let read =
                move |snapshot: &Snapshot<'_>| co_op_log::documents_between(snapshot, co_op, from, until);
            for round in or_said(server.readers.read(read).await) {
                try_round(&server, co_op, round).await;
            }
            seen.insert(co_op, until);
        }
    }
}

fn positions(ends: &BTreeMap<CoopId, Cursor>) -> BTreeMap<CoopId, u64> {
    ends.iter().map(|(co_op, end)| (*co_op, end.position)).collect()
}

/// The rounds to try; none, and a line in the log, if they could not be read.
fn or_said(rounds: Result<Vec<RoundId>, ReadError<DbError>>) -> Vec<RoundId> {
    rounds.unwrap_or_else(|error| {
        tracing::error!(%error, "rounds could not be read for their trial");
        Vec::new()
    })
}

/// Tries one round, raises or clears its alarm, and rests.
pub(crate) async fn try_round(server: &Server, co_op: CoopId, round: RoundId) {
    let start = (server.clock)();
    let tried = server.readers.read_long(move |snapshot, _| trial(snapshot, co_op, round)).await;
    match tried {
        Ok(Tried { found: Err(error), alarmed }) => {
            if !alarmed {
                tracing::error!(%round, %error, "a round does not pass its trial; views go on from its rows");
            }
            server.folded.forget();
            note(server, move |tx| alarm::raise(tx, co_op, round, &error.to_string(), start.time)).await;
        }
        Ok(Tried { found: Ok(()), alarmed: true }) => {
            tracing::info!(%round, "a round passes its trial again");
            note(server, move |tx| alarm::clear(tx, co_op, round)).await;
        }
        Ok(Tried { found: Ok(()), alarmed: false }) | Err(ReadError::Stopped) => {}
        Err(error) => tracing::error!(%round, %error, "a round could not be tried"),
    }
    let took = (server.clock)().monotonic_ms.saturating_sub(start.monotonic_ms);
    tokio::time::sleep(Duration::from_millis(took.saturating_mul(REST_TIMES)).max(REST_MIN)).await;
}

async fn note(
    server: &Server,
    work: impl FnOnce(&crate::db::connection::Tx<'_>) -> Result<(), DbError> + Send + 'static,
) {
    let written = match server.writer.submit(work) {
        Ok(pending) => pending.answer().await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        tracing::error!(%error, "an alarm could not be written");
    }
}

/// Tries a round as it stands in this snapshot.
fn trial(snapshot: &Snapshot<'_>, co_op: CoopId, round: RoundId) -> Result<Tried, AppError> {
    let name = document::find(snapshot, co_op, round)?.ok_or(AppError::NotFound)?.name;
    let mut changes = Vec::new();
    let mut damage = None;
    let rows = each_after(snapshot, co_op, round, 0, |row| {
        damage = damage.or(row.damage());
        if let LogContent::Change { envelope, .. } = row.content {
            changes.push(envelope.change);
        }
        true
    });
    let alarmed = alarm::rounds(snapshot, co_op)?.contains(&round);
    let found = match rows {
        // A row that cannot even be read is damage as well.
        Err(DbError::Damaged { damage: rows, .. }) => Err(damage.unwrap_or(rows)),
        other => other.map(|()| damage.map_or(Ok(()), Err))?,
    };
    let expected: BTreeSet<_> =
        head::all(snapshot, co_op, round)?.into_iter().map(|(hash, _)| hash).collect();
    let found = found.map_err(Wrong::from).and_then(|()| {
        let heads = try_document(&name, &changes)?;
        if heads.into_iter().collect::<BTreeSet<_>>() == expected {
            Ok(())
        } else {
            Err(TrialError::Heads.into())
        }
    });
    Ok(Tried { found, alarmed })
}

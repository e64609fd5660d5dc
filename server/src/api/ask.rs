//! The way from a handler to the app: through the writer or through a reader, never on an async thread.
//!
//! The moment is read here, once per request, when it is asked.

use std::sync::{Arc, MutexGuard, PoisonError};

use core_sync::domain::stamp::Moment;
use rand_core::Rng;

use super::problem::Problem;
use crate::app::error::AppError;
use crate::board::snapshot::Drawing;
use crate::db::connection::{Snapshot, Tx};
use crate::keys::Keys;
use crate::log::writer::WriteError;
use crate::revocations::Revocations;
use crate::server::Server;

/// What a command may need beside its transaction.
pub(super) struct Hand<'a> {
    /// The keys that sign.
    pub(super) keys: &'a Keys,
    /// The file of revocations and erasures.
    pub(super) revocations: &'a Revocations,
    /// When the request was taken up.
    pub(super) at: Moment,
    /// Randomness, held for as long as the command runs.
    pub(super) random: MutexGuard<'a, dyn Rng + Send + 'static>,
}

/// Does `work` in the writer and waits for its commit.
pub(super) async fn write<T: Send + 'static>(
    server: &Server,
    work: impl FnOnce(&Tx<'_>, &mut Hand<'_>) -> Result<T, AppError> + Send + 'static,
) -> Result<T, Problem> {
    let at = (server.clock)();
    let (keys, randomness) = (Arc::clone(&server.keys), Arc::clone(&server.randomness));
    let revocations = Arc::clone(&server.revocations);
    let pending = server.writer.submit(move |tx| {
        let random = randomness.lock().unwrap_or_else(PoisonError::into_inner);
        work(tx, &mut Hand { keys: &keys, revocations: &revocations, at, random })
    })?;
    let answer = pending.answer().await;
    if matches!(answer, Err(WriteError::Job(AppError::RoundDamaged))) {
        // The board shall say so as well.
        server.folded.forget();
    }
    Ok(answer?)
}

/// Does long `work` on a snapshot of what is committed, with the rounds that were folded before.
pub(super) async fn read_board<T: Send + 'static>(
    server: &Server,
    work: impl FnOnce(&Drawing<'_, '_>, Moment) -> Result<T, AppError> + Send + 'static,
) -> Result<T, Problem> {
    let at = (server.clock)();
    let folded = Arc::clone(&server.folded);
    let read = server.readers.read_long(move |snapshot, wanted| {
        work(&Drawing { snapshot, folded: &folded, wanted: &|| wanted.still() }, at)
    });
    Ok(read.await?)
}

/// Does `work` on a snapshot of what is committed.
pub(super) async fn read<T: Send + 'static>(
    server: &Server,
    work: impl FnOnce(&Snapshot<'_>, Moment) -> Result<T, AppError> + Send + 'static,
) -> Result<T, Problem> {
    let at = (server.clock)();
    Ok(server.readers.read(move |snapshot| work(snapshot, at)).await?)
}

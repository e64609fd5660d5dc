//! The scrub: every round is tried whole once a day, because a disk loses what nobody reads; and what is kept for a month is
//! forgotten after it.
//!
//! It begins at the start, round after round with the rests of a trial between them, and ends when it is dropped.

use std::sync::Arc;
use std::time::Duration;

use core_sync::domain::ids::{CoopId, RoundId};

use crate::app::error::AppError;
use crate::app::suggestion::forget;
use crate::db::co_op;
use crate::db::connection::Snapshot;
use crate::db::whole;
use crate::server::Server;
use crate::trial::try_round;

/// Between the end of one and the beginning of the next: damage is found while the copy of the day before is there.
const BETWEEN_SCRUBS: Duration = Duration::from_secs(24 * 3600);

/// Scrubs until dropped.
pub async fn run(server: Arc<Server>) {
    loop {
        match server.readers.read(rounds).await {
            Ok(rounds) => {
                for (co_op, round) in rounds {
                    try_round(&server, co_op, round).await;
                }
            }
            Err(error) => tracing::error!(%error, "rounds could not be read for their scrub"),
        }
        forget_suggestions(&server).await;
        tokio::time::sleep(BETWEEN_SCRUBS).await;
    }
}

/// What couriers could have spared each other a month ago is nobody's to know.
async fn forget_suggestions(server: &Server) {
    let now = (server.clock)().time;
    let forgetting = server.writer.submit(move |tx| {
        for co_op in co_op::all(tx)? {
            forget(tx, co_op.id, now)?;
        }
        Ok::<_, AppError>(())
    });
    let forgotten = match forgetting {
        Ok(pending) => pending.answer().await,
        Err(error) => Err(error),
    };
    if let Err(error) = forgotten {
        tracing::error!(error = &error as &dyn std::error::Error, "old suggestions stay");
    }
}

fn rounds(snapshot: &Snapshot<'_>) -> Result<Vec<(CoopId, RoundId)>, AppError> {
    let mut all = Vec::new();
    for co_op in co_op::all(snapshot)? {
        all.extend(whole::rounds(snapshot, co_op.id)?.into_iter().map(|round| (co_op.id, round)));
    }
    Ok(all)
}

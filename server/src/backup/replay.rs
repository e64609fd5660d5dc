//! Doing again what the file of revocations and erasures says, in a database that was put back.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::ids::{CardHash, CoopId};
use core_sync::domain::time::Timestamp;

use crate::app::erase_card;
use crate::app::error::AppError;
use crate::db::connection::Tx;
use crate::db::{co_op, revocation};
use crate::revocations::Line;

/// Does the lines of the co-ops that the database has. Twice is once.
pub(crate) fn replay(tx: &Tx<'_>, lines: &[Line], now: Timestamp) -> Result<(), AppError> {
    let mut cards: BTreeMap<CoopId, BTreeSet<CardHash>> = BTreeMap::new();
    for line in lines {
        match *line {
            Line::Revoked { co_op, device, by, at_ms } => {
                if co_op::find(tx, co_op)?.is_some() {
                    revocation::insert(tx, co_op, device, by, at_ms)?;
                }
            }
            Line::Erased { co_op, card, .. } => {
                cards.entry(co_op).or_default().insert(card);
            }
        }
    }
    for (co_op, cards) in cards {
        if co_op::find(tx, co_op)?.is_some() {
            erase_card::erase_everywhere(tx, co_op, &cards, now)?;
        }
    }
    Ok(())
}

//! `GET /v1/items`: what people did apart and a person has to settle. Computed each time, never stored.

use std::collections::BTreeSet;

use core_sync::domain::ids::CoopId;
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::domain::together::together;
use core_sync::view::items::item_views;
use core_sync::wire::item::Items;

use super::error::AppError;
use super::react::{as_given, together_or_alone};
use crate::board::snapshot::ROUND_SHOWN_FOR;
use crate::db::connection::Snapshot;
use crate::db::document;

/// The items of the rounds that the board shows and of those that belong with them: the open ones first.
pub fn items(snapshot: &Snapshot<'_>, co_op: CoopId, now: Timestamp) -> Result<Items, AppError> {
    let since = now.plus(Milliseconds(-ROUND_SHOWN_FOR.0));
    let mut seen = BTreeSet::new();
    let mut items = Vec::new();
    for document in document::made_since(snapshot, co_op, since)? {
        if seen.contains(&document.name.round) {
            continue;
        }
        let rounds = match together_or_alone(snapshot, document) {
            // The board says that it is damaged; the items of the others are shown all the same.
            Err(AppError::RoundDamaged) => continue,
            read => read?,
        };
        seen.extend(rounds.iter().map(|(document, _)| document.name.round));
        let given = as_given(&rounds);
        items.extend(item_views(&together(&given).items, &given));
    }
    items.sort_by_key(|item| (item.settled.is_some(), item.id));
    items.dedup_by_key(|item| item.id);
    Ok(Items { items })
}

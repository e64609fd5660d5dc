//! What a log of another lineage lost and this phone still holds: read to be given back, and counted.
//!
//! `rebuild.rs` puts it apart, `confirm.rs` takes out what the log has again. Nothing here is ever forgotten because
//! the server did not want it.

use std::collections::BTreeMap;

use core_sync::domain::ids::{CardHash, DeviceId};
use core_sync::sync::outbox::{Identity, PendingChange, RoundOutbox};
use rusqlite::{Transaction, params};

use super::cells::{fixed, number, whole};
use super::rounds::envelope;
use super::{Store, StoreError};

impl Store {
    /// How many changes and cards wait to be given back to a server that lost them. What it did not take as its log
    /// stands is not counted, or a courier would wait for ever; it is kept all the same.
    pub fn to_give_back(&self) -> Result<usize, StoreError> {
        let sql = "SELECT (SELECT count(*) FROM spare JOIN round USING (round)
                           WHERE declined = '' AND waits_at <> position)
                        + (SELECT count(*) FROM spare_card JOIN card USING (hash) JOIN round USING (round)
                           WHERE offered_at <> position)";
        self.count(sql)
    }

    /// How many changes and cards of a lost log this phone still holds, whether the server wants them now or not:
    /// they may be the last copies.
    pub fn only_here(&self) -> Result<usize, StoreError> {
        self.count(
            "SELECT (SELECT count(*) FROM spare) + (SELECT count(*) FROM spare_card JOIN card USING (hash))",
        )
    }

    fn count(&self, sql: &str) -> Result<usize, StoreError> {
        let count = self.connection.query_row(sql, [], |row| whole(row, 0))?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }
}

/// The changes of a round that are given back now, dependencies first. Each carries its signer's delegation: the
/// server may have lost the signer too.
pub(super) fn changes(
    read: &Transaction<'_>,
    round: &RoundOutbox,
    delegations: &BTreeMap<DeviceId, Vec<u8>>,
    identity: &Identity,
) -> Result<Vec<PendingChange>, StoreError> {
    let mut changes = Vec::new();
    let mut statement = read.prepare_cached(
        "SELECT hash, envelope FROM spare WHERE round = ?1 AND declined = '' AND waits_at <> ?2 ORDER BY place",
    )?;
    let mut rows = statement.query(params![round.document.round.0, number(round.position)])?;
    while let Some(row) = rows.next()? {
        let mut envelope = envelope(&row.get::<_, Vec<u8>>(1)?, "spare")?;
        if envelope.delegation.is_none() {
            let own = (envelope.device == identity.device).then_some(&identity.delegation);
            envelope.delegation = own.or_else(|| delegations.get(&envelope.device)).cloned();
        }
        changes.push(PendingChange { hash: fixed(row, 0)?, envelope });
    }
    Ok(changes)
}

/// The cards of a round that are given back now: all while changes go, which may name them, else those that this log
/// was not offered as it stands.
pub(super) fn cards(
    read: &Transaction<'_>,
    round: &RoundOutbox,
) -> Result<Vec<(CardHash, Vec<u8>)>, StoreError> {
    let mut statement = read.prepare_cached(
        "SELECT hash, bytes FROM spare_card JOIN card USING (hash) WHERE round = ?1 AND (?3 OR offered_at <> ?2)
         ORDER BY place",
    )?;
    let changes_go = !round.spare.is_empty();
    let asked = params![round.document.round.0, number(round.position), changes_go];
    let cards = statement.query_map(asked, |row| Ok((CardHash(fixed(row, 0)?), row.get(1)?)))?;
    Ok(cards.collect::<Result<_, _>>()?)
}

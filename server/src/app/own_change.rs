//! The server's own changes: records and cards on their way into a log, minted on its heads, signed by the
//! server, through the guard.
//!
//! The guard judges the server's own changes too. It cannot refuse one unless there is a bug here, and then
//! nobody's log shall hold it. The cards go in before the records that name them.

use std::collections::BTreeSet;

use core_sync::domain::ids::{CardHash, CoopId, DeviceId, RoundId};
use core_sync::domain::permissions::Writer;
use core_sync::domain::time::Timestamp;
use core_sync::guard::{self, Judgement, Signer};
use core_sync::round_doc::lineage::RowKind;
use core_sync::round_doc::mint::{Minted, NewRecord, Tip, mint};
use core_sync::signing::envelope::{Envelope, sign};
use core_sync::sync::prepare::chunks;

use super::enrol::delegation;
use super::error::{AppError, Fault};
use super::known::known;
use crate::db::connection::Tx;
use crate::db::document::{self, DocumentRow};
use crate::db::{change, co_op, device, head, log_row};
use crate::keys::Keys;
use crate::log::append::{NewChange, NewRow, append};
use crate::log::cursor::LogCursor;

/// The server writing into logs of a co-op.
#[derive(Debug, Clone, Copy)]
pub struct OwnHand<'a> {
    /// Where it writes.
    pub tx: &'a Tx<'a>,
    /// The keys that sign.
    pub keys: &'a Keys,
    /// The co-op whose logs they are.
    pub co_op: CoopId,
    /// When.
    pub now: Timestamp,
}

/// A version of a card as its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCard {
    /// Its hash.
    pub hash: CardHash,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl OwnHand<'_> {
    /// The server's device in this co-op: what its record ids end in.
    pub fn device(&self) -> Result<DeviceId, AppError> {
        Ok(co_op::find(self.tx, self.co_op)?.ok_or(AppError::NotFound)?.server_device)
    }

    /// Those of the cards that the log does not have, erased or not.
    pub fn new_cards<'c>(&self, round: RoundId, cards: &'c [NewCard]) -> Result<Vec<&'c NewCard>, AppError> {
        let mut named = BTreeSet::new();
        let mut new = Vec::new();
        for card in cards {
            let known = log_row::contains(self.tx, self.co_op, round, RowKind::Card, card.hash.0)?;
            if !known && named.insert(card.hash) {
                new.push(card);
            }
        }
        Ok(new)
    }

    /// Appends cards (those of [`Self::new_cards`]), then records, in as few changes as they fit into.
    pub fn append(&self, round: RoundId, cards: &[&NewCard], records: &[NewRecord]) -> Result<(), AppError> {
        let document = document::find(self.tx, self.co_op, round)?.ok_or(AppError::NotFound)?;
        let rows: Vec<NewRow<'_>> =
            cards.iter().map(|card| NewRow::Card { hash: card.hash, bytes: &card.bytes }).collect();
        let mut end = LogCursor::end_of(&document);
        if !rows.is_empty() {
            end = append(self.tx, self.co_op, round, end, &rows, self.now)?;
        }
        for chunk in chunks(records) {
            end = self.append_change(&document, end, chunk)?;
        }
        Ok(())
    }

    fn append_change(
        &self,
        document: &DocumentRow,
        end: LogCursor,
        records: &[NewRecord],
    ) -> Result<LogCursor, AppError> {
        let (server, round) = (self.device()?, document.name.round);
        let tip = Tip { heads: head::all(self.tx, self.co_op, round)? };
        let minted = mint(&document.name, server, &tip, records)?;
        let envelope = self.signed(server, round, &minted)?;
        let change = self.judged(document, server, &envelope)?;
        let row = NewRow::Change(NewChange {
            envelope: &envelope,
            hash: minted.hash,
            max_op: minted.max_op,
            deps: &change.deps,
            records: &change.records,
            read: &change.read,
        });
        Ok(append(self.tx, self.co_op, round, end, &[row], self.now)?)
    }

    /// The change with the server's signature and, at its first in the document, its delegation.
    fn signed(&self, server: DeviceId, round: RoundId, minted: &Minted) -> Result<Envelope, AppError> {
        let Self { tx, keys, co_op, now } = *self;
        let delegation = if change::exists_of(tx, co_op, round, server)? {
            None
        } else {
            Some(delegation(keys, co_op, server, keys.server.public(), None, now)?)
        };
        Ok(Envelope {
            change: minted.bytes.clone(),
            device: server,
            signature: sign(&keys.server, round, &minted.hash, server),
            delegation,
        })
    }

    fn judged(
        &self,
        document: &DocumentRow,
        server: DeviceId,
        envelope: &Envelope,
    ) -> Result<guard::Inspected, AppError> {
        let refused = |refusal: guard::refusal::Refusal| AppError::Fault(Fault::OwnChange(refusal.code));
        let mut devices = device::of_member(self.tx, self.co_op, document.name.holder)?;
        devices.insert(server);
        let co_op = co_op::find(self.tx, self.co_op)?.ok_or(AppError::NotFound)?.public_key;
        let signer = Signer { key: self.keys.server.public(), writer: Writer::Server, devices, co_op };
        let change = guard::inspect(&document.name, envelope, &signer).map_err(refused)?;
        match guard::place(&change, &known(self.tx, document, &change)?).map_err(refused)? {
            Judgement::Accepted { .. } => Ok(change),
            Judgement::Missing(_) => Err(AppError::Fault(Fault::OwnChangeStandsOnNothing)),
        }
    }
}

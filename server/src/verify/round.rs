//! A round, recomputed from its rows: everything that the server otherwise trusts.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::card::card_hash;
use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CardHash, DeviceId, RecordId};
use core_sync::guard::record_hash;
use core_sync::round_doc::change::{ReadChange, intact_hash};
use core_sync::round_doc::genesis::{GENESIS_MAX_OP, genesis};
use core_sync::round_doc::lineage::{Lineage, RowKind};
use core_sync::round_doc::trial::try_document;
use core_sync::signing::delegation::Delegation;
use core_sync::signing::envelope::Envelope;
use core_sync::signing::key::{PublicKey, Signature};

use super::report::{FaultCode, Place, Report};
use crate::db::co_op::CoopRow;
use crate::db::connection::Snapshot;
use crate::db::document::DocumentRow;
use crate::db::error::DbError;
use crate::db::whole::{self, StoredChange, StoredRow};
use crate::db::{device, head};

/// Checks one round.
pub(super) fn check(
    snapshot: &Snapshot<'_>,
    co_op: &CoopRow,
    erased: &BTreeSet<CardHash>,
    document: &DocumentRow,
    report: &mut Report,
) -> Result<(), DbError> {
    let round = document.name.round;
    let rows = whole::rows(snapshot, co_op.id, round)?;
    let start = genesis(&document.name).hash;
    let mut check = Check {
        snapshot,
        co_op,
        document,
        erased,
        report,
        keys: BTreeMap::new(),
        max_ops: [(start, GENESIS_MAX_OP)].into(),
        heads: [(start, GENESIS_MAX_OP)].into(),
        records: BTreeMap::new(),
        changes: Vec::new(),
        buried: rows.iter().filter(|row| is(row, RowKind::Tombstone)).map(|row| CardHash(row.hash)).collect(),
    };
    check.report.checked.rounds += 1;
    check.lineages(&rows);
    for row in &rows {
        check.row(row)?;
    }
    check.tables()?;
    check.trial();
    Ok(())
}

fn is(row: &StoredRow, kind: RowKind) -> bool {
    RowKind::from_number(row.kind) == Some(kind)
}

struct Check<'a> {
    snapshot: &'a Snapshot<'a>,
    co_op: &'a CoopRow,
    document: &'a DocumentRow,
    erased: &'a BTreeSet<CardHash>,
    report: &'a mut Report,
    /// The keys that the co-op vouches for in this document.
    keys: BTreeMap<DeviceId, PublicKey>,
    max_ops: BTreeMap<[u8; 32], u64>,
    heads: BTreeMap<[u8; 32], u64>,
    records: BTreeMap<RecordId, (Hash, u64)>,
    changes: Vec<Vec<u8>>,
    buried: BTreeSet<CardHash>,
}

impl Check<'_> {
    fn at(&self, position: u64) -> Place {
        Place::Row(self.document.name.round, position)
    }

    fn fault(&mut self, code: FaultCode, position: u64) {
        let place = self.at(position);
        self.report.fault(code, place);
    }

    /// Positions without a gap, each lineage from the one before, and the end that the document names.
    fn lineages(&mut self, rows: &[StoredRow]) {
        let (mut position, mut lineage) = (0, Lineage::start(&self.document.name));
        for row in rows {
            self.report.checked.rows += 1;
            let stored = Lineage(Hash(row.lineage));
            if row.position != position + 1 {
                // After a gap nobody knows what the lineage should be; the stored one is taken to go on.
                self.fault(FaultCode::Gap, position + 1);
            } else if RowKind::from_number(row.kind).map(|kind| lineage.after(kind, &row.hash))
                != Some(stored)
            {
                self.fault(FaultCode::Lineage, row.position);
            }
            (position, lineage) = (row.position, stored);
        }
        if (position, lineage) != (self.document.position, self.document.lineage) {
            self.fault(FaultCode::End, self.document.position);
        }
    }

    fn row(&mut self, row: &StoredRow) -> Result<(), DbError> {
        match (RowKind::from_number(row.kind), &row.change, &row.card) {
            (Some(RowKind::Change), Some(change), _) => self.change(row, change)?,
            (Some(RowKind::Card), _, Some(bytes)) => self.card(row, bytes.as_deref()),
            (Some(RowKind::Tombstone), _, _) => {}
            (Some(RowKind::Change | RowKind::Card), _, _) => {
                self.fault(FaultCode::ContentMissing, row.position);
            }
            (None, _, _) => self.fault(FaultCode::Unreadable, row.position),
        }
        Ok(())
    }

    fn card(&mut self, row: &StoredRow, bytes: Option<&[u8]>) {
        let hash = CardHash(row.hash);
        let erased = self.buried.contains(&hash) || self.erased.contains(&hash);
        match bytes {
            None if erased => self.report.checked.erased += 1,
            None => self.fault(FaultCode::ContentMissing, row.position),
            Some(bytes) => {
                self.report.checked.cards += 1;
                if card_hash(bytes) != hash {
                    self.fault(FaultCode::CardHash, row.position);
                }
                if erased {
                    self.fault(FaultCode::CardNotErased, row.position);
                }
            }
        }
    }

    fn change(&mut self, row: &StoredRow, stored: &StoredChange) -> Result<(), DbError> {
        self.report.checked.changes += 1;
        self.changes.push(stored.bytes.clone());
        if intact_hash(&stored.bytes) != Some(row.hash) {
            self.fault(FaultCode::ChangeHash, row.position);
        }
        match self.key(stored)? {
            None => self.fault(FaultCode::Delegation, row.position),
            Some(key) => {
                let envelope = Envelope {
                    change: Vec::new(),
                    device: stored.device,
                    signature: Signature(stored.signature),
                    delegation: None,
                };
                if !envelope.is_signed_by(&key, self.document.name.round, &row.hash) {
                    self.fault(FaultCode::Signature, row.position);
                }
            }
        }
        match ReadChange::read(&stored.bytes) {
            Ok(change) => self.take(row, stored, &change),
            Err(_) => {
                self.fault(FaultCode::ChangeUnreadable, row.position);
                // What stands on it is not its fault.
                self.max_ops.insert(row.hash, stored.max_op);
            }
        }
        Ok(())
    }

    /// The key of a change's device that the co-op vouches for: its word travels with the first change, and the
    /// table of devices must say the same.
    fn key(&mut self, stored: &StoredChange) -> Result<Option<PublicKey>, DbError> {
        if let Some(delegation) = &stored.delegation {
            let word = Delegation::verify(delegation, &self.co_op.public_key).ok();
            let Some(word) = word.filter(|word| word.device == stored.device) else { return Ok(None) };
            self.keys.insert(stored.device, word.key);
        }
        let known = device::find(self.snapshot, self.co_op.id, stored.device)?;
        let vouched = self.keys.get(&stored.device).copied();
        Ok(vouched.filter(|key| known.is_some_and(|known| known.key == *key)))
    }

    fn take(&mut self, row: &StoredRow, stored: &StoredChange, change: &ReadChange) {
        let deps = change.deps();
        let known: Option<Vec<u64>> = deps.iter().map(|dep| self.max_ops.get(dep).copied()).collect();
        match known.map(|max_ops| max_ops.into_iter().max()) {
            Some(Some(before)) if before + 1 == change.start_op() => {}
            Some(_) | None => self.fault(FaultCode::Deps, row.position),
        }
        if change.max_op() != stored.max_op {
            self.fault(FaultCode::MaxOp, row.position);
        }
        for dep in deps {
            self.heads.remove(&dep);
        }
        self.max_ops.insert(row.hash, change.max_op());
        self.heads.insert(row.hash, change.max_op());
        for (id, bytes) in change.records(&self.document.name) {
            self.records.entry(id).or_insert((record_hash(&bytes), row.position));
        }
    }

    /// The tables that are computed from the changes.
    fn tables(&mut self) -> Result<(), DbError> {
        let (co_op, round) = (self.co_op.id, self.document.name.round);
        if head::all(self.snapshot, co_op, round)?
            != self.heads.iter().map(|(h, n)| (*h, *n)).collect::<Vec<_>>()
        {
            self.report.fault(FaultCode::Heads, Place::Round(round));
        }
        self.report.checked.records += self.records.len() as u64;
        let mut stored = BTreeMap::new();
        for (id, hash, position) in whole::records(self.snapshot, co_op, round)? {
            stored.insert(id, (Hash(hash), position));
        }
        let ids: BTreeSet<RecordId> = stored.keys().chain(self.records.keys()).copied().collect();
        for id in ids {
            let (here, made) = (stored.get(&id), self.records.get(&id));
            if here != made {
                let position = made.or(here).map_or(0, |(_, position)| *position);
                self.fault(FaultCode::Records, position);
            }
        }
        if whole::unnamed(self.snapshot, co_op, round)? > 0 {
            self.report.fault(FaultCode::ContentUnnamed, Place::Round(round));
        }
        Ok(())
    }

    fn trial(&mut self) {
        let heads: BTreeSet<[u8; 32]> = self.heads.keys().copied().collect();
        let tried = try_document(&self.document.name, &self.changes);
        if tried.is_ok_and(|found| found.into_iter().collect::<BTreeSet<_>>() == heads) {
            self.report.checked.trials += 1;
        } else {
            self.report.fault(FaultCode::Trial, Place::Round(self.document.name.round));
        }
    }
}

//! A co-op's log, recomputed entry by entry.

use core_sync::domain::hash::Hash;
use core_sync::round_doc::genesis::genesis;
use core_sync::round_doc::lineage::{Lineage, RowKind};

use super::report::{FaultCode, Place, Report};
use crate::db::co_op::{self, CoopRow};
use crate::db::co_op_log::EntryKind;
use crate::db::connection::Snapshot;
use crate::db::error::DbError;
use crate::db::{document, whole};
use crate::log::co_op_lineage;

pub(super) fn check(snapshot: &Snapshot<'_>, co_op: &CoopRow, report: &mut Report) -> Result<(), DbError> {
    let mut entries = Vec::new();
    whole::each_entry(snapshot, co_op.id, |entry| entries.push(entry))?;
    let (mut position, mut lineage) = (0, co_op_lineage::start(co_op.id));
    let mut rows = 0;
    for entry in entries {
        report.checked.entries += 1;
        let place = Place::CoOp(co_op.id, entry.position);
        if entry.position != position + 1 {
            report.fault(FaultCode::Gap, Place::CoOp(co_op.id, position + 1));
        }
        let kind = RowKind::from_number(entry.kind).map_or(EntryKind::RoundMade, EntryKind::Row);
        let content = match kind {
            EntryKind::Row(_) => {
                rows += 1;
                entry.content
            }
            EntryKind::RoundMade => {
                document::find(snapshot, co_op.id, entry.round)?.map(|row| genesis(&row.name).hash)
            }
        };
        let stored = Lineage(Hash(entry.lineage));
        match content {
            None => report.fault(FaultCode::ContentMissing, place),
            // After a gap nobody knows what it should be; the stored one is taken to go on.
            Some(_) if entry.position != position + 1 => {}
            Some(content) if co_op_lineage::after(lineage, kind, entry.round, &content) != stored => {
                report.fault(FaultCode::Lineage, place);
            }
            Some(_) => {}
        }
        (position, lineage) = (entry.position, stored);
    }
    if co_op::log_end(snapshot, co_op.id)? != Some((position, lineage))
        || whole::count_rows(snapshot, co_op.id)? != rows
    {
        report.fault(FaultCode::End, Place::CoOp(co_op.id, position));
    }
    Ok(())
}

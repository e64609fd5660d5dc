//! The command `make_round`: an empty round for a courier, who holds it for ever.

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::{CoopId, MemberId, RoundId};
use core_sync::domain::limits::SCHEMA;
use core_sync::round_doc::DocumentName;

use super::acting::Acting;
use super::error::AppError;
use crate::db::connection::Snapshot;
use crate::db::document::{self, MadeBy};
use crate::db::{draft, member};
use crate::log::append::make_document;

/// Makes the round. Its id is the coordinator's, so that a lost answer does not make two.
pub fn make_round(acting: &Acting<'_>, courier: MemberId) -> Result<(), AppError> {
    make_round_of(acting, acting.request.round, courier)
}

/// Makes a round of this id for a member of the co-op.
pub fn make_round_of(acting: &Acting<'_>, round: RoundId, courier: MemberId) -> Result<(), AppError> {
    check_free(acting, round)?;
    make_document_of(acting, round, courier)
}

/// Finds out whether no round and no draft of any co-op has this id.
pub fn check_free(acting: &Acting<'_>, round: RoundId) -> Result<(), AppError> {
    if document::exists_anywhere(acting.tx, round)? || draft::exists_anywhere(acting.tx, round)? {
        return Err(AppError::RoundExists);
    }
    Ok(())
}

/// Makes the document of this id for a member of the co-op.
pub fn make_document_of(acting: &Acting<'_>, round: RoundId, courier: MemberId) -> Result<(), AppError> {
    let Acting { tx, caller, at, .. } = *acting;
    check_rides(tx, caller.co_op, courier, "courier")?;
    if document::exists_anywhere(tx, round)? {
        return Err(AppError::RoundExists);
    }
    let name = DocumentName { round, holder: courier, schema: SCHEMA };
    make_document(tx, caller.co_op, name, MadeBy::Coordinator, at.time)?;
    Ok(())
}

/// Finds out whether a member of the co-op may have a round; `field` is where the request names them.
pub fn check_rides(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    courier: MemberId,
    field: &'static str,
) -> Result<(), AppError> {
    if member::find(snapshot, co_op, courier)?.ok_or(AppError::NotFound)?.role.rides() {
        return Ok(());
    }
    Err(FieldError::new(field, "somebody who rides, and no shop").into())
}

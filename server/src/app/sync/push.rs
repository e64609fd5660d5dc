//! Up: a verdict for each change pushed. One bad change never touches its siblings.
//!
//! `already` is said of a change's hash, and only from rows. A change whose records are all known is
//! appended all the same: the phone that sends it does not know that they are.

use std::collections::BTreeSet;

use core_sync::domain::ids::MemberId;
use core_sync::domain::limits::PUSHES_PER_ROUND_MAX;
use core_sync::domain::permissions::Writer;
use core_sync::domain::time::Timestamp;
use core_sync::guard::refusal::{Refusal, RefusalCode};
use core_sync::guard::{self, Judgement, Signer};
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::change_hash;
use core_sync::round_doc::lineage::RowKind;
use core_sync::signing::delegation::Delegation;
use core_sync::signing::envelope::Envelope;
use core_sync::wire::sync_answer::{Later, Verdict};
use core_sync::wire::sync_request::RoundAsk;

use super::ahead::Judged;
use super::standing::Standing;
use crate::app::aside::Putter;
use crate::app::enrol::delegation;
use crate::app::error::AppError;
use crate::app::known::known;
use crate::app::take_in::{believed, row_of, take_in};
use crate::db::co_op::CoopRow;
use crate::db::connection::{Snapshot, Tx};
use crate::db::document::DocumentRow;
use crate::db::{change, device, log_row};
use crate::keys::Keys;
use crate::log::append::{NewChange, NewRow, append, has_room};
use crate::log::cursor::LogCursor;

/// What became of a round's pushes.
#[derive(Debug, Default)]
pub(super) struct Pushed {
    /// A verdict per change, in the sequence pushed.
    pub(super) verdicts: Vec<([u8; 32], Verdict)>,
    /// The pushed changes that are in the log now.
    pub(super) stored: BTreeSet<[u8; 32]>,
}

/// Judges what `ask` pushes, appends what may be, and puts aside what is refused.
pub(super) fn push(
    putter: &Putter<'_>,
    keys: &Keys,
    co_op: &CoopRow,
    standing: &Standing,
    ask: &RoundAsk,
    ahead: &[Option<Judged>],
) -> Result<Pushed, AppError> {
    let Putter { tx, now, .. } = *putter;
    let mut pushed = Pushed::default();
    let mut judge = match standing {
        Standing::Holder(document) => {
            Judge::Log(Log { tx, keys, co_op, document, end: LogCursor::end_of(document), now })
        }
        Standing::NotMade => Judge::NotMade,
        Standing::Stranger => Judge::Stranger,
    };
    for (index, envelope) in ask.pushes.iter().enumerate() {
        // Too short to have a hash, a change is refused under none.
        let hash = change_hash(&envelope.change).unwrap_or_default();
        let verdict = match &mut judge {
            _ if index >= PUSHES_PER_ROUND_MAX => Verdict::Later(Later::TooMany),
            Judge::Log(log) => log.push(envelope, hash, ahead.get(index).and_then(Option::as_ref))?,
            Judge::NotMade => Verdict::Later(Later::RoundQuota),
            Judge::Stranger => of_stranger(tx, co_op, ask.document, envelope)?,
        };
        match &verdict {
            Verdict::Committed | Verdict::Already => {
                pushed.stored.insert(hash);
            }
            Verdict::Refused(code, records) => putter.refuse(ask.document, envelope, code, records)?,
            Verdict::Missing(_) | Verdict::Later(_) | Verdict::Held => {}
        }
        pushed.verdicts.push((hash, verdict));
    }
    Ok(pushed)
}

/// Judges one change for a log, and appends it if it may be.
pub(super) fn push_one(
    tx: &Tx<'_>,
    keys: &Keys,
    co_op: &CoopRow,
    document: &DocumentRow,
    envelope: &Envelope,
    now: Timestamp,
) -> Result<Verdict, AppError> {
    let mut log = Log { tx, keys, co_op, document, end: LogCursor::end_of(document), now };
    log.push(envelope, change_hash(&envelope.change).unwrap_or_default(), None)
}

/// Who gives the verdicts on a round's pushes.
enum Judge<'a> {
    Log(Log<'a>),
    NotMade,
    Stranger,
}

/// A log that changes are pushed into.
struct Log<'a> {
    tx: &'a Tx<'a>,
    keys: &'a Keys,
    co_op: &'a CoopRow,
    document: &'a DocumentRow,
    end: LogCursor,
    now: Timestamp,
}

impl Log<'_> {
    fn push(
        &mut self,
        envelope: &Envelope,
        hash: [u8; 32],
        ahead: Option<&Judged>,
    ) -> Result<Verdict, AppError> {
        let (co_op, name) = (self.co_op.id, self.document.name);
        if log_row::contains(self.tx, co_op, name.round, RowKind::Change, hash)? {
            return Ok(Verdict::Already);
        }
        let Some(Stands { signer, member, unknown }) = signer(self.tx, self.co_op, name, envelope)? else {
            return Ok(refused(Refusal::of(RefusalCode::Signature)));
        };
        let now;
        let judged = match ahead.and_then(|ahead| ahead.by(&name, &signer)) {
            Some(judged) => judged,
            None => {
                now = guard::inspect(&name, envelope, &signer);
                &now
            }
        };
        let inspected = match judged {
            Ok(inspected) => inspected,
            Err(refusal) => return Ok(refused(refusal.clone())),
        };
        let max_op = match guard::place(inspected, &known(self.tx, self.document, inspected)?) {
            Ok(Judgement::Accepted { max_op }) => max_op,
            Ok(Judgement::Missing(missing)) => return Ok(Verdict::Missing(missing)),
            Err(refusal) => return Ok(refused(refusal)),
        };
        if let Some(word) = unknown {
            // Somebody else gives its change back: this database was put back from before its enrolment.
            take_in(self.tx, &word, self.now)?;
        }
        let delegation = self.delegation(envelope, &signer, member)?;
        let envelope = Envelope { delegation, ..envelope.clone() };
        let change = NewChange {
            envelope: &envelope,
            hash,
            max_op,
            deps: &inspected.deps,
            records: &inspected.records,
            read: &inspected.read,
        };
        if !has_room(self.tx, co_op, name.round, &change)? {
            return Ok(Verdict::Later(Later::RoundFull));
        }
        self.end = append(self.tx, co_op, name.round, self.end, &[NewRow::Change(change)], self.now)?;
        Ok(Verdict::Committed)
    }

    /// The delegation to keep: at the device's first change in the document. Without it no other phone
    /// could check the change, and nothing signs the place where it travels: if what came is not the co-op's
    /// word for this key, the server gives its word anew. It never refuses a change for it.
    fn delegation(
        &self,
        envelope: &Envelope,
        signer: &Signer,
        member: Option<MemberId>,
    ) -> Result<Option<Vec<u8>>, AppError> {
        let (co_op, device) = (self.co_op.id, envelope.device);
        if change::exists_of(self.tx, co_op, self.document.name.round, device)? {
            return Ok(None);
        }
        let is_ours = |bytes: &Vec<u8>| {
            Delegation::verify(bytes, &self.co_op.public_key)
                .is_ok_and(|word| word.device == device && word.key == signer.key && word.member == member)
        };
        match envelope.delegation.clone().filter(is_ours) {
            Some(given) => Ok(Some(given)),
            None => delegation(self.keys, co_op, device, signer.key, member, self.now).map(Some),
        }
    }
}

/// Who stands behind a change.
pub(super) struct Stands {
    pub(super) signer: Signer,
    /// The member whose device it is; `None` for the server.
    member: Option<MemberId>,
    /// The co-op's word, if that is all that this server knows of the device.
    unknown: Option<Delegation>,
}

/// Who stands behind a change. Nobody if the co-op has no such device and the change does not bring the co-op's word
/// for it.
pub(super) fn signer(
    tx: &Snapshot<'_>,
    co_op: &CoopRow,
    document: DocumentName,
    envelope: &Envelope,
) -> Result<Option<Stands>, AppError> {
    let id = envelope.device;
    let (device, unknown) = match device::find_anywhere(tx, id)? {
        Some(device) if device.co_op == co_op.id => (device, None),
        Some(_) => return Ok(None),
        None => {
            let word = envelope.delegation.as_ref().and_then(|bytes| believed(co_op, bytes));
            let Some(word) = word.filter(|word| word.device == id) else { return Ok(None) };
            (row_of(&word), Some(word))
        }
    };
    let (writer, devices) = match device.member {
        None if id == co_op.server_device => {
            let mut devices = device::of_member(tx, co_op.id, document.holder)?;
            devices.insert(id);
            (Writer::Server, devices)
        }
        None => (Writer::Stranger, BTreeSet::new()),
        Some(member) => {
            let writer = if member == document.holder { Writer::Holder } else { Writer::Stranger };
            let mut devices = device::of_member(tx, co_op.id, member)?;
            devices.insert(id);
            (writer, devices)
        }
    };
    let signer = Signer { key: device.key, writer, devices, co_op: co_op.public_key };
    Ok(Some(Stands { signer, member: device.member, unknown }))
}

/// Whether one of the changes pushed is the server's own, for this round and holder, whole and signed.
pub(super) fn any_by_server(tx: &Tx<'_>, co_op: &CoopRow, ask: &RoundAsk) -> Result<bool, AppError> {
    for envelope in ask.pushes.iter().filter(|envelope| envelope.device == co_op.server_device) {
        let stands = signer(tx, co_op, ask.document, envelope)?;
        if stands.is_some_and(|stands| guard::inspect(&ask.document, envelope, &stands.signer).is_ok()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The verdict on a change for a round that is not the sender's: the guard's, as if by a stranger.
fn of_stranger(
    tx: &Tx<'_>,
    co_op: &CoopRow,
    document: DocumentName,
    envelope: &Envelope,
) -> Result<Verdict, AppError> {
    let Some(Stands { signer, .. }) = signer(tx, co_op, document, envelope)? else {
        return Ok(refused(Refusal::of(RefusalCode::Signature)));
    };
    let inspected = guard::inspect(&document, envelope, &Signer { writer: Writer::Stranger, ..signer });
    // A stranger may write nothing, so the guard refuses; should it ever not, this still does.
    Ok(refused(inspected.err().unwrap_or_else(|| Refusal::of(RefusalCode::KindNotAllowed))))
}

pub(super) fn refused(refusal: Refusal) -> Verdict {
    Verdict::Refused(refusal.code.code().to_owned(), refusal.records)
}

//! Judging again what an older guard refused: at start, one change after the other, on the way that a push takes.

use core_sync::domain::time::Timestamp;
use core_sync::guard::GUARD_VERSION;
use core_sync::wire::sync_answer::Verdict;

use super::push;
use crate::app::aside_acts::envelope;
use crate::app::error::AppError;
use crate::db::aside::{self, AsideRow};
use crate::db::connection::Tx;
use crate::db::{co_op, device, document, revocation};
use crate::keys::Keys;

/// Judges the next change after `number` that an older guard refused and gives its number; `None` if there is none.
/// What is accepted now goes into the log, and is aside no longer.
pub fn judge_next(tx: &Tx<'_>, keys: &Keys, number: u64, now: Timestamp) -> Result<Option<u64>, AppError> {
    let Some(row) = aside::next_judged_before(tx, GUARD_VERSION, number)? else { return Ok(None) };
    match judge(tx, keys, &row, now)? {
        Some(Verdict::Committed | Verdict::Already) => aside::delete(tx, row.number)?,
        Some(Verdict::Refused(code, records)) => {
            aside::judged(tx, row.number, GUARD_VERSION, Some((&code, &records)))?;
        }
        Some(Verdict::Missing(_) | Verdict::Later(_) | Verdict::Held) | None => {
            aside::judged(tx, row.number, GUARD_VERSION, None)?;
        }
    }
    Ok(Some(row.number))
}

/// The guard's verdict now; `None` if it is not the guard's to give: the round is not the sender's, or the device was
/// revoked since, and then a person decides.
fn judge(tx: &Tx<'_>, keys: &Keys, row: &AsideRow, now: Timestamp) -> Result<Option<Verdict>, AppError> {
    let change = &row.change;
    let Some(co_op) = co_op::find(tx, row.co_op)? else { return Ok(None) };
    let sender = device::find(tx, row.co_op, change.device)?;
    let of_holder = sender.is_some_and(|sender| sender.member == Some(change.document.holder));
    let revoked = revocation::find(tx, row.co_op, change.device)?.is_some();
    let round = document::find(tx, row.co_op, change.document.round)?;
    // What a coordinator rejected stays out, whatever a guard says of it now.
    let rejected = aside::decisions(tx, row.number)?.values().any(|released| !released);
    match (round.filter(|round| round.name == change.document), envelope(row)) {
        (Some(round), Some(envelope)) if of_holder && !revoked && !rejected => {
            push::push_one(tx, keys, &co_op, &round, &envelope, now).map(Some)
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use core_sync::cbor;
    use core_sync::wire::sync_answer::HELD;

    use super::*;
    use crate::app::aside::TERM;
    use crate::db::aside::NewAside;
    use crate::testing::{Riding, hash_of};
    use core_sync::domain::ids::{ActId, DeviceId, RecordId};
    use core_sync::signing::envelope::Envelope;

    impl Riding {
        /// A change aside, as a guard of this version left it.
        fn put_aside(&mut self, envelope: &Envelope, guard: u64, code: &str) {
            let new = NewAside {
                device: self.phone.device,
                document: self.document(),
                hash: hash_of(envelope),
                code: code.to_owned(),
                records: Vec::new(),
                guard,
                envelope: cbor::encode(&envelope.to_cbor()),
                received: self.coop.now,
                until: (code != HELD).then(|| self.coop.now.plus(TERM)),
            };
            self.coop.write(|tx, coop| Ok(aside::put(tx, coop.id, &new)?)).unwrap();
        }

        fn judge_all(&mut self) -> Vec<AsideRow> {
            let mut number = 0;
            while let Some(next) =
                self.coop.write(|tx, coop| judge_next(tx, &coop.keys, number, coop.now)).unwrap()
            {
                number = next;
            }
            self.coop.write(|tx, coop| Ok(aside::newest(tx, coop.id, 100)?)).unwrap()
        }

        fn rows_of_round(&mut self) -> usize {
            self.push(Vec::new()).rows.len()
        }
    }

    #[test]
    fn what_an_older_guard_refused_and_this_one_accepts_goes_into_the_log() {
        let mut riding = Riding::with_stops(1);
        let (good, other) = (riding.tap(), riding.tap());
        riding.put_aside(&good, 0, "actor");
        // Judged by this guard it stays where it is.
        riding.put_aside(&other, GUARD_VERSION, "actor");
        let rows = riding.judge_all();
        assert_eq!(rows.iter().map(|row| row.change.hash).collect::<Vec<_>>(), [hash_of(&other)]);
        assert_eq!(riding.rows_of_round(), 3, "the stop, its card and the act");
    }

    #[test]
    fn what_a_coordinator_rejected_stays_out_whatever_the_guard_says_now() {
        let mut riding = Riding::with_stops(1);
        let good = riding.tap();
        riding.put_aside(&good, 0, "actor");
        let by = riding.coop.coordinator.member;
        riding
            .coop
            .write(|tx, coop| {
                let number = aside::newest(tx, coop.id, 1)?[0].number;
                let record = RecordId::new(ActId([1; 16]), DeviceId([1; 8]));
                Ok(aside::decide(tx, number, record, false, by, coop.now)?)
            })
            .unwrap();
        assert_eq!(riding.judge_all().len(), 1);
        assert_eq!(riding.rows_of_round(), 2);
    }

    #[test]
    fn what_is_refused_still_is_judged_once_and_says_what_this_guard_says() {
        let mut riding = Riding::with_stops(1);
        let mut bad = riding.tap();
        bad.signature.0[0] ^= 1;
        riding.put_aside(&bad, 0, "actor");
        let [row] = riding.judge_all().try_into().unwrap();
        assert_eq!((row.change.guard, row.change.code.as_str()), (GUARD_VERSION, "signature"));
        assert_eq!(riding.rows_of_round(), 2);
    }

    #[test]
    fn neither_what_is_held_nor_what_a_revoked_device_sent_goes_in_by_itself() {
        let mut riding = Riding::with_stops(1);
        let (held, refused) = (riding.tap(), riding.tap());
        riding.put_aside(&held, 0, HELD);
        riding.put_aside(&refused, 0, "actor");
        let device = riding.phone.device;
        riding
            .coop
            .write(|tx, coop| Ok(crate::db::revocation::insert(tx, coop.id, device, None, coop.now)?))
            .unwrap();
        assert_eq!(riding.judge_all().len(), 2);
        let mut other = riding.coop.enrol(riding.courier);
        let answer = riding.coop.sync(&mut other, Vec::new()).unwrap();
        assert_eq!(answer.rounds[0].rows.len(), 2);
    }
}

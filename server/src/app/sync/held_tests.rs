//! What a revoked device gets, and what becomes of what it sends.

use core_sync::domain::ids::RoundId;
use core_sync::domain::limits::PUSHES_PER_ROUND_MAX;
use core_sync::wire::sync_answer::{HELD, Later, Notice, SyncAnswer, Verdict};

use crate::app::aside::{HELD_PER_DEVICE_MAX, REFUSED_PER_DEVICE_MAX, TERM};
use crate::db::aside::{self, AsideRow};
use crate::db::revocation;
use crate::testing::{Riding, ask, refused, verdicts};
use core_sync::signing::envelope::Envelope;

impl Riding {
    fn revoke(&mut self) {
        let device = self.phone.device;
        self.coop.write(|tx, coop| Ok(revocation::insert(tx, coop.id, device, None, coop.now)?)).unwrap();
    }

    fn aside(&mut self) -> Vec<AsideRow> {
        self.coop.write(|tx, coop| Ok(aside::newest(tx, coop.id, 10_000)?)).unwrap()
    }

    fn push_raw(&mut self, pushes: Vec<Envelope>) -> SyncAnswer {
        let asked = vec![ask(self.document(), pushes)];
        self.sync(asked)
    }
}

/// A change that the guard refuses for its records: a stranger's to this round.
fn refusable(riding: &mut Riding) -> Envelope {
    let mut change = riding.tap();
    let last = change.signature.0.len() - 1;
    change.signature.0[last] ^= 1;
    change
}

#[test]
fn a_revoked_device_is_held_and_told_nothing() {
    let mut riding = Riding::with_stops(2);
    let before = riding.tap();
    riding.push(vec![before]);
    riding.revoke();
    let (act, other) = (riding.tap(), riding.tap());
    let answer = riding.push_raw(vec![act.clone(), other]);
    assert_eq!((answer.delegation, answer.more, answer.notices), (None, false, vec![Notice::Revoked]));
    let [round] = answer.rounds.as_slice() else { panic!("{:?}", answer.rounds) };
    assert_eq!(verdicts(round), [Verdict::Held, Verdict::Held]);
    assert!(round.rows.is_empty() && round.from == 0 && round.cursor.position == 0);
    // Not even that there are rounds.
    assert!(riding.sync(Vec::new()).rounds.is_empty());
    // Sent again it is one row, without a term.
    riding.push_raw(vec![act]);
    let rows = riding.aside();
    assert!(rows.iter().all(|row| row.change.code == HELD && row.change.until.is_none()), "{rows:?}");
    assert_eq!(rows.len(), 2);
    let round = riding.round.id;
    let log =
        riding.coop.write(|tx, coop| Ok(crate::db::document::find(tx, coop.id, round)?.unwrap())).unwrap();
    assert_eq!(log.position, 5, "two stops, their cards and one act from before");
}

#[test]
fn a_held_change_is_signed_and_in_turn() {
    let mut riding = Riding::with_stops(0);
    riding.revoke();
    let unsigned = refusable(&mut riding);
    let mut pushes: Vec<Envelope> = (0..PUSHES_PER_ROUND_MAX).map(|_| riding.tap()).collect();
    pushes.insert(0, unsigned);
    let answer = riding.push_raw(pushes);
    let verdicts = verdicts(&answer.rounds[0]);
    assert_eq!(verdicts.first(), Some(&refused("signature")));
    assert_eq!(verdicts.last(), Some(&Verdict::Later(Later::TooMany)));
    assert!(verdicts[1..PUSHES_PER_ROUND_MAX].iter().all(|verdict| *verdict == Verdict::Held));
}

#[test]
fn what_is_held_is_not_put_over_by_the_same_change_with_a_worse_signature() {
    let mut riding = Riding::with_stops(0);
    riding.revoke();
    let good = riding.tap();
    assert_eq!(verdicts(&riding.push_raw(vec![good.clone()]).rounds[0]), [Verdict::Held]);
    let kept = riding.aside();
    let mut worse = good;
    worse.signature.0[0] ^= 1;
    assert_eq!(verdicts(&riding.push_raw(vec![worse]).rounds[0]), [refused("signature")]);
    assert_eq!(riding.aside(), kept);
}

#[test]
fn what_is_held_is_bounded_and_what_is_beyond_waits_on_the_phone() {
    let mut riding = Riding::with_stops(0);
    riding.revoke();
    let mut sent = 0;
    let first = riding.tap();
    riding.push_raw(vec![first.clone()]);
    let answer = loop {
        let pushes: Vec<Envelope> = (0..PUSHES_PER_ROUND_MAX).map(|_| riding.tap()).collect();
        let answer = riding.push_raw(pushes);
        sent += 1;
        if verdicts(&answer.rounds[0]).contains(&Verdict::Later(Later::HeldFull)) || sent > 100 {
            break answer;
        }
    };
    assert_eq!(riding.aside().len() as u64, HELD_PER_DEVICE_MAX.rows);
    assert!(verdicts(&answer.rounds[0]).contains(&Verdict::Held));
    // What is held already is still said to be.
    let again = riding.push_raw(vec![first]);
    assert_eq!(verdicts(&again.rounds[0]), [Verdict::Held]);
}

#[test]
fn refused_changes_are_kept_once_for_a_term_and_the_oldest_make_room() {
    let mut riding = Riding::with_stops(0);
    let first = refusable(&mut riding);
    riding.push_raw(vec![first.clone()]);
    riding.push_raw(vec![first]);
    let [row] = riding.aside().try_into().unwrap();
    assert_eq!((row.change.code.as_str(), row.change.device), ("signature", riding.phone.device));
    assert_eq!(row.change.until, Some(riding.coop.now.plus(TERM)));
    let most = REFUSED_PER_DEVICE_MAX.rows;
    for _ in 0..most.div_ceil(16) {
        let pushes = (0..16).map(|_| refusable(&mut riding)).collect();
        riding.push_raw(pushes);
    }
    let rows = riding.aside();
    assert_eq!(rows.len() as u64, most);
    assert!(rows.iter().all(|kept| kept.number != row.number), "the oldest went");
    riding.coop.now = riding.coop.now.plus(TERM);
    let one = refusable(&mut riding);
    riding.push_raw(vec![one]);
    assert_eq!(riding.aside().len(), 1, "the others are past their term");
}

#[test]
fn nothing_that_is_refused_pushes_out_what_is_held_and_no_delegation_fills_the_disk() {
    let mut riding = Riding::with_stops(0);
    riding.revoke();
    let held = riding.tap();
    riding.push_raw(vec![held]);
    for _ in 0..20 {
        let pushes = (0..16)
            .map(|_| Envelope { delegation: Some(vec![7; 100_000]), ..refusable(&mut riding) })
            .collect();
        riding.push_raw(pushes);
    }
    let rows = riding.aside();
    assert_eq!(rows.iter().filter(|row| row.change.code == HELD).count(), 1);
    assert_eq!(rows.len() as u64, REFUSED_PER_DEVICE_MAX.rows + 1);
    assert!(rows.iter().all(|row| row.change.envelope.len() < 1_000));
}

#[test]
fn too_large_a_change_and_one_without_a_hash_are_refused_and_not_kept() {
    let mut riding = Riding::with_stops(0);
    let large = Envelope { change: vec![0; 100_000], ..riding.tap() };
    let short = Envelope { change: vec![0; 7], ..riding.tap() };
    let answer = riding.push(vec![large, short]);
    assert_eq!(verdicts(&answer), [refused("change_too_large"), refused("not_one_change")]);
    assert!(riding.aside().is_empty());
}

#[test]
fn a_round_that_is_not_here_is_no_reason_not_to_hold() {
    let mut riding = Riding::with_stops(0);
    riding.revoke();
    let document = riding.phone.document(RoundId([9; 16]));
    let record = riding.phone.arrival(crate::testing::STOP);
    let change = riding.phone.change(document, &[record]);
    let answer = riding.sync(vec![ask(document, vec![change])]);
    assert_eq!(verdicts(&answer.rounds[0]), [Verdict::Held]);
}

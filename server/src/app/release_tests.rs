//! What a coordinator may let in of what stands aside, and what nobody can.

use core_sync::cbor;
use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::fact::Fact;
use core_sync::domain::ids::{ChangeHash, DeviceId, MemberId, RecordId, RoundId, StopId};
use core_sync::domain::kind::MapName;
use core_sync::domain::record::Record;
use core_sync::guard::GUARD_VERSION;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::mint::NewRecord;
use core_sync::signing::envelope::Envelope;
use core_sync::wire::aside::{Aside, AsideState};
use core_sync::wire::command::CommandRequest;
use core_sync::wire::members::Role;
use core_sync::wire::round::RoundView;
use core_sync::wire::sync_answer::{HELD, Row, RowChange, Verdict};

use super::aside::TERM;
use super::error::AppError;
use super::list_aside::list_aside;
use crate::db::aside::{self, NewAside};
use crate::db::co_op;
use crate::testing::{Phone, Riding, STOP, ask, hash_of, verdicts};

/// A held change, as a command names it.
#[derive(Debug, Clone, Copy)]
struct Held {
    round: RoundId,
    device: DeviceId,
    change: ChangeHash,
}

impl Riding {
    fn shut_out(&mut self) {
        let device = self.phone.device;
        self.coop
            .write(|tx, coop| Ok(crate::db::revocation::insert(tx, coop.id, device, None, coop.now)?))
            .unwrap();
    }

    /// Pushes a change of these records by the revoked phone.
    fn held(&mut self, document: DocumentName, records: &[NewRecord]) -> Held {
        self.shut_out();
        let change = self.phone.change(document, records);
        let answer = self.sync(vec![ask(document, vec![change.clone()])]);
        assert_eq!(verdicts(&answer.rounds[0]), [Verdict::Held]);
        Held { round: document.round, device: self.phone.device, change: ChangeHash(hash_of(&change)) }
    }

    /// A change that a device sent, aside.
    fn aside_of(&mut self, sender: DeviceId, document: DocumentName, envelope: &Envelope) -> Held {
        let new = NewAside {
            device: sender,
            document,
            hash: hash_of(envelope),
            code: "actor".to_owned(),
            records: Vec::new(),
            guard: GUARD_VERSION,
            envelope: cbor::encode(&envelope.to_cbor()),
            received: self.coop.now,
            until: Some(self.coop.now.plus(TERM)),
        };
        self.coop.write(|tx, coop| Ok(aside::put(tx, coop.id, &new)?)).unwrap();
        Held { round: document.round, device: sender, change: ChangeHash(new.hash) }
    }

    fn decide(&mut self, held: Held, release: bool, records: &[RecordId]) -> Result<RoundView, AppError> {
        let Held { round, device, change } = held;
        let records = records.to_vec();
        let command = if release {
            CoordinatorCommand::Release { device, change, records }
        } else {
            CoordinatorCommand::Reject { device, change, records }
        };
        let request = self.coop.request(round, None, command);
        self.coop.command(&request)
    }

    fn listed(&mut self) -> Aside {
        self.coop.write(|tx, coop| list_aside(tx, coop.id)).unwrap()
    }

    fn states(&mut self) -> Vec<AsideState> {
        self.listed().changes.iter().flat_map(|change| &change.records).map(|record| record.state).collect()
    }

    fn refuses(&mut self, held: Held, records: &[RecordId], because: &str) {
        match self.decide(held, true, records) {
            Err(AppError::NotReleasable(error)) => assert!(error.expected.contains(because), "{error}"),
            other => panic!("{because}: {other:?}"),
        }
    }
}

/// A fact of a member under an id of a phone.
fn fact_of(phone: &mut Phone, member: MemberId) -> NewRecord {
    let act = phone.arrival(STOP);
    let Record::Act { stamp, body, .. } = Record::from_bytes(&act.bytes).unwrap() else { panic!("no act") };
    NewRecord { bytes: Record::Act { member, stamp, body }.to_bytes().unwrap(), ..act }
}

#[test]
fn a_released_act_goes_into_the_round_with_its_id_and_bytes_in_a_change_of_the_servers() {
    let mut riding = Riding::with_stops(1);
    let acts = [riding.phone.arrival(STOP), riding.phone.arrival(STOP)];
    let document = riding.document();
    let held = riding.held(document, &acts);
    assert_eq!(riding.states(), [AsideState::Open; 2]);
    let view = riding.decide(held, true, &[acts[1].id]).unwrap();
    assert_eq!(view.id, riding.round.id);
    assert_eq!(riding.states(), [AsideState::Open, AsideState::Released]);
    // Another phone of hers gets it, with the delegation of who signed it.
    let mut other = riding.coop.enrol(riding.courier);
    let answer = riding.coop.sync(&mut other, Vec::new()).unwrap();
    let Some(Row::Change { content: RowChange::Envelope(envelope), .. }) = answer.rounds[0].rows.last()
    else {
        panic!("{answer:?}")
    };
    let server = riding.coop.write(|tx, coop| Ok(co_op::find(tx, coop.id)?.unwrap().server_device)).unwrap();
    assert_eq!(envelope.device, server);
    let read = core_sync::round_doc::change::ReadChange::read(&envelope.change).unwrap();
    assert_eq!(read.records(&document), [(acts[1].id, acts[1].bytes.clone())]);
    // The rest, by naming nothing.
    riding.decide(held, true, &[]).unwrap();
    let listed = riding.listed();
    assert!(listed.changes[0].decided && listed.changes[0].until_ms.is_none(), "the proof stays: {listed:?}");
    let again = riding.coop.sync(&mut other, Vec::new()).unwrap();
    assert_eq!(again.rounds[0].rows.len(), answer.rounds[0].rows.len() + 1);
    riding.decide(held, true, &[]).unwrap();
    let still = riding.coop.sync(&mut other, Vec::new()).unwrap();
    assert_eq!(still.rounds[0].rows.len(), again.rounds[0].rows.len(), "nothing is left to let in");
}

#[test]
fn the_same_command_twice_is_one_and_what_was_rejected_can_be_released_yet() {
    let mut riding = Riding::with_stops(0);
    let act = riding.phone.arrival(STOP);
    let document = riding.document();
    let Held { round, device, change } = riding.held(document, &[act]);
    let held = Held { round, device, change };
    riding.decide(held, false, &[]).unwrap();
    assert_eq!(riding.states(), [AsideState::Rejected]);
    assert_eq!(riding.listed().changes[0].until_ms, Some(riding.coop.now.plus(TERM)), "held no longer");
    let command = CoordinatorCommand::Release {
        device,
        change,
        records: riding.listed().changes[0].records.iter().map(|record| record.record).collect(),
    };
    let request: CommandRequest = riding.coop.request(round, None, command);
    riding.coop.command(&request).unwrap();
    riding.coop.command(&request).unwrap();
    assert_eq!(riding.states(), [AsideState::Released]);
    let mut other = riding.coop.enrol(riding.courier);
    assert_eq!(riding.coop.sync(&mut other, Vec::new()).unwrap().rounds[0].rows.len(), 1);
    // The round has it: it cannot be left out any more.
    let id = riding.listed().changes[0].records[0].record;
    assert!(matches!(riding.decide(held, false, &[id]), Err(AppError::BadInput(_))));
    // Past every term the proof is still there.
    riding.coop.now = riding.coop.now.plus(TERM).plus(TERM);
    riding.coop.write(|tx, coop| Ok(aside::purge(tx, coop.now)?)).unwrap();
    assert_eq!(riding.listed().changes.len(), 1);
}

#[test]
fn what_goes_again_under_a_new_key_is_done_here() {
    let mut riding = Riding::with_stops(0);
    let act = riding.phone.arrival(STOP);
    let document = riding.document();
    riding.held(document, std::slice::from_ref(&act));
    let mut fresh = riding.coop.enrol(riding.courier);
    let change = fresh.change(document, &[act]);
    let answer = riding.coop.sync(&mut fresh, vec![ask(document, vec![change])]).unwrap();
    assert_eq!(verdicts(&answer.rounds[0]), [Verdict::Committed]);
    assert_eq!(riding.states(), [AsideState::Done]);
    assert!(riding.listed().changes[0].decided);
}

#[test]
fn a_round_that_was_never_here_is_made_by_the_release() {
    let mut riding = Riding::with_stops(0);
    let document = riding.phone.document(RoundId([7; 16]));
    let act = riding.phone.arrival(STOP);
    let held = riding.held(document, &[act]);
    assert_eq!(riding.decide(held, true, &[]).unwrap().id, document.round);
}

#[test]
fn only_the_holders_own_readable_facts_can_be_let_in() {
    let mut riding = Riding::with_stops(1);
    let document = riding.document();
    let stranger = riding.coop.add_member("Bob", Role::Courier);
    let mut theirs = riding.coop.enrol(stranger);
    let good = riding.phone.arrival(STOP);
    let malformed = NewRecord { bytes: vec![0x80], ..riding.phone.arrival(STOP) };
    let plan = NewRecord { map: MapName::Plan, ..riding.phone.arrival(STOP) };
    let of_another = fact_of(&mut riding.phone, stranger);
    let foreign_id = NewRecord { id: theirs.arrival(STOP).id, ..riding.phone.arrival(STOP) };
    let records = [good.clone(), malformed.clone(), plan.clone(), of_another.clone(), foreign_id.clone()];
    let held = riding.held(document, &records);
    riding.refuses(held, &[], "can be read");
    riding.refuses(held, &[malformed.id], "can be read");
    riding.refuses(held, &[plan.id], "courier does");
    riding.refuses(held, &[of_another.id], "whoever holds");
    riding.refuses(held, &[foreign_id.id], "holder's devices");
    assert_eq!(riding.states(), [AsideState::Open; 5], "nothing of it was done");
    riding.decide(held, true, &[good.id]).unwrap();

    // Other bytes under an id that is taken.
    let rewriting = NewRecord { bytes: riding.phone.arrival(StopId([9; 16])).bytes, ..good.clone() };
    let held = riding.held(document, &[rewriting]);
    riding.refuses(held, &[], "no other act");
    // The holder's act in a change that a stranger signed, or that nobody did.
    let act = riding.phone.arrival(STOP);
    let by_stranger = theirs.change(document, std::slice::from_ref(&act));
    let held = riding.aside_of(theirs.device, document, &by_stranger);
    riding.refuses(held, &[], "signed by a device of whoever holds");
    let mut forged = riding.phone.change(document, &[act]);
    forged.signature.0[0] ^= 1;
    let held = riding.aside_of(riding.phone.device, document, &forged);
    riding.refuses(held, &[], "signature holds");
}

#[test]
fn what_is_not_aside_or_not_of_this_co_op_is_not_found() {
    let mut riding = Riding::with_stops(0);
    let act = riding.phone.arrival(STOP);
    let document = riding.document();
    let held = riding.held(document, std::slice::from_ref(&act));
    for wrong in [
        Held { change: ChangeHash([0; 32]), ..held },
        Held { device: DeviceId([0; 8]), ..held },
        Held { round: RoundId([0; 16]), ..held },
    ] {
        assert!(matches!(riding.decide(wrong, true, &[]), Err(AppError::NotFound)), "{wrong:?}");
    }
    let unknown = RecordId::new(core_sync::domain::ids::ActId([9; 16]), riding.phone.device);
    assert!(matches!(riding.decide(held, true, &[unknown]), Err(AppError::BadInput(_))));
    let (other, _) = riding.coop.second();
    assert!(riding.coop.write(|tx, _| list_aside(tx, other)).unwrap().changes.is_empty());
}

#[test]
fn the_list_says_who_what_and_when_and_nothing_personal_but_a_name() {
    let mut riding = Riding::with_stops(0);
    let act = riding.phone.arrival(STOP);
    let paused = riding.phone.tap(Fact::Paused(true));
    let document = riding.document();
    let held = riding.held(document, &[act.clone(), paused]);
    let Aside { changes, more } = riding.listed();
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    assert!(!more && !change.decided && change.until_ms.is_none());
    assert_eq!((change.code.as_str(), change.device, change.change), (HELD, held.device, held.change));
    assert_eq!(change.name.as_ref().map(|name| name.reveal().as_str()), Some("Ana"));
    let [first, second] = change.records.as_slice() else { panic!("{change:?}") };
    assert_eq!((first.record, first.kind.as_deref(), first.stop), (act.id, Some("arrived"), Some(STOP)));
    assert_eq!((second.kind.as_deref(), second.stop), (Some("paused"), None));
    let tapped = Record::from_bytes(&act.bytes).unwrap().stamp().unwrap().time;
    assert_eq!(first.tapped_ms, Some(tapped));
}

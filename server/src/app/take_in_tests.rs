//! A database put back from before an enrolment: devices, members, their changes and cards come back by themselves.

use core_sync::domain::card::{Card, card_hash};
use core_sync::domain::ids::{CoopId, DeviceId, MemberId, RoundId};
use core_sync::domain::personal::Personal;
use core_sync::round_doc::DocumentName;
use core_sync::signing::delegation::{Delegation, TERM};
use core_sync::signing::key::PrivateKey;
use core_sync::wire::members::{NewMember, Role};
use core_sync::wire::sync_answer::{Row, SyncAnswer, Verdict};
use core_sync::wire::sync_request::RoundAsk;

use crate::app::add_member::add_member;
use crate::app::error::AppError;
use crate::db::erased_card;
use crate::db::{card, device, member};
use crate::testing::{Coop, MORNING, Phone, Riding, STOP, ask, card_text, refused, verdicts};

const LOST: MemberId = MemberId([0xab; 16]);

/// A phone that was enrolled by this co-op, of which this database knows nothing.
fn lost_phone(coop: &Coop, member: MemberId) -> Phone {
    let key = PrivateKey::random(&mut *coop.random());
    let device = DeviceId::random(&mut *coop.random());
    let word = Delegation {
        co_op: coop.id,
        device,
        key: key.public(),
        member: Some(member),
        issued: MORNING.plus(core_sync::domain::time::Milliseconds(-TERM.0 * 2)),
        until: MORNING.plus(core_sync::domain::time::Milliseconds(-TERM.0)),
    };
    Phone::with(member, device, word.sign(coop.keys.of_co_op(coop.id).unwrap()), key)
}

fn sync_shown(
    coop: &mut Coop,
    phone: &mut Phone,
    shown: Vec<Vec<u8>>,
    rounds: Vec<RoundAsk>,
) -> Result<SyncAnswer, AppError> {
    let bytes = phone.request_showing(shown, rounds);
    coop.sync_bytes(&bytes)
}

#[test]
fn an_unknown_device_is_taken_in_by_the_co_ops_word_though_its_term_is_over_and_its_member_stands_in() {
    let mut coop = Coop::new();
    let mut phone = lost_phone(&coop, LOST);
    assert!(matches!(coop.sync(&mut phone, Vec::new()), Err(AppError::DeviceUnknown)));
    let word = phone.delegation.clone();
    let answer = sync_shown(&mut coop, &mut phone, vec![word.clone()], Vec::new()).unwrap();
    assert!(answer.delegation.is_some());
    // From now on it is known; showing the word again changes nothing.
    coop.sync(&mut phone, Vec::new()).unwrap();
    sync_shown(&mut coop, &mut phone, vec![word], Vec::new()).unwrap();
    let stands_in =
        |coop: &mut Coop| coop.write(|tx, world| Ok(member::find(tx, world.id, LOST)?)).unwrap().unwrap();
    let name = format!("? {}", LOST.to_string().chars().take(4).collect::<String>());
    assert_eq!((stands_in(&mut coop).name.reveal(), stands_in(&mut coop).role), (&name, Role::Courier));
    // An admin gives the name back; from then on it is a member like any other.
    let named =
        |name: &str| NewMember { member: LOST, name: Personal::new(name.into()), role: Role::Coordinator };
    let taken = coop.write(|tx, world| add_member(tx, world.id, &named("Cléo"), world.now));
    assert!(
        matches!(taken, Err(AppError::BadInput(error)) if error.field == "member" || error.field == "name")
    );
    coop.write(|tx, world| add_member(tx, world.id, &named("Ana"), world.now)).unwrap();
    assert_eq!(
        (stands_in(&mut coop).name.reveal().as_str(), stands_in(&mut coop).role),
        ("Ana", Role::Coordinator)
    );
    let again = coop.write(|tx, world| add_member(tx, world.id, &named("Bea"), world.now));
    assert!(matches!(again, Err(AppError::BadInput(error)) if error.field == "member"));
}

#[test]
fn who_shows_no_word_of_this_co_op_for_its_own_key_stays_unknown() {
    let mut coop = Coop::new();
    let mut phone = lost_phone(&coop, LOST);
    let other = lost_phone(&coop, LOST);
    let mut forged = phone.delegation.clone();
    *forged.last_mut().unwrap() ^= 1;
    let of_another_key = Phone::with(LOST, phone.device, phone.delegation.clone(), other.key.clone());
    for shown in [vec![], vec![forged], vec![other.delegation.clone()], vec![vec![1, 2]]] {
        assert!(matches!(sync_shown(&mut coop, &mut phone, shown, Vec::new()), Err(AppError::DeviceUnknown)));
    }
    let mut thief = of_another_key;
    let word = phone.delegation.clone();
    assert!(matches!(
        sync_shown(&mut coop, &mut thief, vec![word], Vec::new()),
        Err(AppError::DeviceUnknown)
    ));
    let nobody = coop.write(|tx, world| Ok(member::find(tx, world.id, LOST)?)).unwrap();
    assert!(nobody.is_none(), "nothing was written");
    // Its id belongs to another key meanwhile.
    let courier = coop.add_member("Ana", Role::Courier);
    let known = coop.enrol(courier);
    let mut late = lost_phone(&coop, LOST);
    late.device = known.device;
    let word = Delegation {
        co_op: coop.id,
        device: late.device,
        key: late.key.public(),
        member: Some(LOST),
        issued: MORNING,
        until: MORNING,
    };
    let word = word.sign(coop.keys.of_co_op(coop.id).unwrap());
    assert!(matches!(sync_shown(&mut coop, &mut late, vec![word], Vec::new()), Err(AppError::DeviceUnknown)));
}

#[test]
fn acts_of_a_member_s_earlier_phone_are_taken_once_its_word_is_shown() {
    let mut riding = Riding::with_stops(1);
    let mut earlier = lost_phone(&riding.coop, riding.courier);
    let record = earlier.arrival(STOP);
    let change = riding.phone.change(riding.document(), std::slice::from_ref(&record));
    let document = riding.document();
    let answer = riding.sync(vec![ask(document, vec![change.clone()])]);
    let [Verdict::Refused(code, _)] = &verdicts(&answer.rounds[0])[..] else { panic!("{answer:?}") };
    assert_eq!(code, "key_of_another");
    let shown = vec![earlier.delegation.clone()];
    let answer =
        sync_shown(&mut riding.coop, &mut riding.phone, shown, vec![ask(document, vec![change])]).unwrap();
    assert_eq!(verdicts(&answer.rounds[0]), [Verdict::Committed]);
    // A word for a phone of somebody else is not taken from this one.
    let stranger = lost_phone(&riding.coop, LOST);
    let shown = vec![stranger.delegation.clone()];
    sync_shown(&mut riding.coop, &mut riding.phone, shown, Vec::new()).unwrap();
    let found = riding.coop.write(|tx, world| Ok(device::find(tx, world.id, stranger.device)?)).unwrap();
    assert_eq!(found, None);
}

#[test]
fn a_change_of_an_unknown_device_comes_back_with_its_word_and_is_refused_without() {
    let mut riding = Riding::with_stops(1);
    let mut other = lost_phone(&riding.coop, riding.courier);
    let record = other.arrival(STOP);
    let change = other.change(riding.document(), &[record]);
    let mut bare = change.clone();
    bare.delegation = None;
    assert_eq!(verdicts(&riding.push(vec![bare])), [refused("signature")]);
    assert_eq!(verdicts(&riding.push(vec![change.clone()])), [Verdict::Committed]);
    let known = riding.coop.write(|tx, world| Ok(device::find(tx, world.id, other.device)?)).unwrap();
    assert_eq!(known.unwrap().key, other.key.public());
    // A device that the guard refuses is not taken in either.
    let mut stranger = lost_phone(&riding.coop, LOST);
    let record = stranger.arrival(STOP);
    let change = stranger.change(riding.document(), &[record]);
    assert!(matches!(&verdicts(&riding.push(vec![change]))[..], [Verdict::Refused(..)]));
    let found = riding.coop.write(|tx, world| Ok(device::find(tx, world.id, stranger.device)?)).unwrap();
    assert_eq!(found, None);
}

/// The rows that the server gives of a round, to somebody who has nothing.
fn rows(riding: &mut Riding, document: DocumentName) -> Vec<Row> {
    riding.sync(vec![ask(document, Vec::new())]).rounds.remove(0).rows
}

#[test]
fn a_round_that_is_lost_comes_back_with_plan_and_cards_and_other_cards_do_not() {
    let mut riding = Riding::with_stops(2);
    let document = riding.document();
    let before = rows(&mut riding, document);
    // The same co-op, put back from before it had the round.
    let mut coop = Coop::new();
    assert_eq!(coop.id, riding.coop.id, "a co-op under test is always the same");
    let Phone { device, ref delegation, ref key, .. } = riding.phone;
    let mut phone = Phone::with(riding.courier, device, delegation.clone(), key.clone());
    let word = phone.delegation.clone();
    sync_shown(&mut coop, &mut phone, vec![word], Vec::new()).unwrap();
    let (mut pushes, mut cards) = (Vec::new(), Vec::new());
    for row in &before {
        match row {
            Row::Change { content: core_sync::wire::sync_answer::RowChange::Envelope(envelope), .. } => {
                pushes.push(envelope.clone());
            }
            Row::Card(_, Some(bytes)) => cards.push(bytes.clone()),
            Row::Change { .. } | Row::Card(..) | Row::Tombstone(_) => panic!("{row:?}"),
        }
    }
    let nobodys = Card { salt: [9; 16], replaces: None, text: card_text("Nobody") }.to_bytes();
    let erased = card_hash(&cards[0]);
    let given = |cards: Vec<Vec<u8>>, pushes| RoundAsk { cards, ..ask(document, pushes) };
    // Cards before the changes that name them are not taken, and that is said.
    let answer = coop.sync(&mut phone, vec![given(cards.clone(), Vec::new())]).unwrap();
    assert!(answer.rounds[0].rows.is_empty());
    coop.write(|tx, world| Ok(erased_card::insert(tx, world.id, erased, world.now)?)).unwrap();
    let mut all = cards.clone();
    all.extend([nobodys, cards[1].clone(), vec![]]);
    let asked = given(all.clone(), pushes.clone());
    let answer = coop.sync(&mut phone, vec![asked.clone()]).unwrap();
    assert_eq!(verdicts(&answer.rounds[0]), [Verdict::Committed, Verdict::Committed]);
    let mut kinds: Vec<_> = answer.rounds[0].rows.iter().map(|row| row.kind().number()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [0, 0, 1, 2], "two changes, one card, and the erased one's tombstone");
    let again = coop.sync(&mut phone, vec![asked]).unwrap();
    assert_eq!(again.rounds[0].cursor, answer.rounds[0].cursor, "given back twice is once");
    let kept = coop.write(|tx, world| Ok(card::all(tx, world.id, document.round)?)).unwrap();
    assert_eq!(kept, [(card_hash(&cards[1]), cards[1].clone())]);
}

#[test]
fn a_round_that_may_not_be_made_today_is_said_to_be_empty_and_loses_nothing() {
    let mut riding = Riding::with_stops(0);
    let mut waiting = Vec::new();
    for n in 0..=crate::app::sync::ROUNDS_MADE_PER_DAY_MAX {
        let document = riding.phone.document(RoundId([u8::try_from(n).unwrap() + 1; 16]));
        let mut asked = ask(document, Vec::new());
        asked.cursor.position = 7;
        waiting = riding.sync(vec![asked]).rounds;
        waiting.retain(|round| round.document == document);
    }
    assert_eq!((waiting[0].from, waiting[0].cursor.position, waiting[0].rows.len()), (0, 0, 0));
    let document = waiting[0].document;
    let answer = riding.sync(vec![ask(document, Vec::new())]);
    assert!(answer.rounds.iter().all(|round| round.document != document), "said once");
}

#[test]
fn a_word_of_another_co_op_counts_nothing_here() {
    let mut coop = Coop::new();
    let mut phone = lost_phone(&coop, LOST);
    let word = Delegation {
        co_op: CoopId([1; 16]),
        device: phone.device,
        key: phone.key.public(),
        member: Some(LOST),
        issued: MORNING,
        until: MORNING,
    };
    let word = word.sign(coop.keys.of_co_op(coop.id).unwrap());
    assert!(matches!(
        sync_shown(&mut coop, &mut phone, vec![word], Vec::new()),
        Err(AppError::DeviceUnknown)
    ));
}

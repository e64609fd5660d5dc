//! What a phone believes of an answer: whole or not at all.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::domain::kind::Kind;
use crate::domain::permissions::Writer;
use crate::guard::refusal::RefusalCode;
use crate::round_doc::change::change_hash;
use crate::round_doc::crafted::chunk;
use crate::round_doc::mint::NewRecord;
use crate::signing::key::Signature;
use crate::sync::outbox::PendingChange;
use crate::sync::prepare::prepare;
use crate::testing::answers::{answer, card, change_row, empty_round, introduced, outbox, round_answer};
use crate::testing::one_of_each::record_of;
use crate::testing::taps::planned_round;
use crate::testing::{
    COURIER, DOCUMENT, MORNING, PHONE, SERVER, STRANGER, co_op_key, delegation, envelope, fact_id, key,
    minted, signer,
};
use crate::wire::sync_answer::Later;

fn fact(n: u8) -> NewRecord {
    let bytes = record_of(Kind::Arrived).to_bytes().unwrap();
    NewRecord { map: crate::domain::kind::MapName::Facts, id: fact_id(n), bytes }
}

fn start() -> Lineage {
    Lineage::start(&DOCUMENT)
}

/// The server's first change: the plan.
fn plan() -> Envelope {
    introduced(SERVER, &first_tip(&DOCUMENT), &planned_round())
}

/// A phone that has sent one change and waits for its verdict.
fn sent() -> (Outbox, [u8; 32]) {
    let mut round = empty_round(DOCUMENT);
    round.queued = vec![fact(1)];
    let prepared = prepare(outbox(vec![round])).unwrap();
    let hash = prepared.outbox.rounds[0].pending[0].hash;
    (prepared.outbox, hash)
}

fn yours(hash: [u8; 32]) -> Row {
    Row::Change { content: RowChange::Yours(hash), received: MORNING }
}

fn digested(round: RoundAnswer, outbox: &Outbox) -> Result<RoundConfirmation, AnswerError> {
    let mut confirmation = digest(&answer(vec![round]).to_bytes(), outbox)?;
    match confirmation.unbelieved.pop() {
        Some((_, error)) => Err(error),
        None => Ok(confirmation.rounds.remove(0)),
    }
}

/// The error of an answer of these rows to a phone that has nothing.
fn refused(rows: Vec<Row>) -> AnswerError {
    digested(round_answer(0, start(), rows), &outbox(vec![empty_round(DOCUMENT)])).unwrap_err()
}

#[test]
fn an_honest_answer_is_taken_apart_row_by_row() {
    let (outbox, hash) = sent();
    let (version, bytes) = card();
    let rows = vec![
        change_row(plan()),
        Row::Card(version, Some(bytes.clone())),
        yours(hash),
        Row::Tombstone(version),
        Row::Card(version, None),
    ];
    let wanted = round_answer(0, start(), rows);
    let mut whole = answer(vec![wanted.clone()]);
    whole.more = true;
    let confirmation = digest(&whole.to_bytes(), &outbox).unwrap();
    assert_eq!((confirmation.server_time, confirmation.again), (MORNING, true));
    assert_eq!(confirmation.delegation, Some(delegation(PHONE)));
    assert_eq!(confirmation.keys[&SERVER], key(SERVER).public());
    let round = &confirmation.rounds[0];
    assert_eq!((round.rebuild, round.position, round.lineage.short()), (false, 5, wanted.cursor.lineage));
    let kinds: Vec<_> = round.rows.iter().map(|(position, row)| (*position, row.kind())).collect();
    let (change, card) = (RowKind::Change, RowKind::Card);
    assert_eq!(kinds, [(0, change), (1, card), (2, change), (3, RowKind::Tombstone), (4, card)]);
    let ConfirmedRow::Change { records, received, .. } = &round.rows[2].1 else { panic!("no change") };
    assert_eq!(records.as_deref(), Some(&[(fact_id(1), fact(1).bytes)][..]));
    assert_eq!(*received, MORNING);
    // Both changes stand on genesis: two heads now.
    let plan_hash = change_hash(&plan().change).unwrap();
    let heads: BTreeMap<_, _> = round.tip.heads.iter().copied().collect();
    assert_eq!(heads, [(plan_hash, 10), (hash, 3)].into());
}

#[test]
fn what_follows_a_known_position_goes_on_from_there() {
    let mut ours = empty_round(DOCUMENT);
    let before =
        digested(round_answer(0, start(), vec![change_row(plan())]), &outbox(vec![ours.clone()])).unwrap();
    (ours.position, ours.lineage, ours.tip) = (before.position, before.lineage, before.tip.clone());
    let mut known = outbox(vec![ours]);
    // The plan's signer was introduced in the row before; its key was kept.
    known.keys.insert(SERVER, key(SERVER).public());
    let next = envelope(minted(SERVER, &before.tip, &planned_round()).bytes, SERVER);
    let round = digested(round_answer(1, before.lineage, vec![change_row(next.clone())]), &known).unwrap();
    assert_eq!((round.position, round.rebuild), (2, false));
    assert_eq!(round.tip.heads, [(change_hash(&next.change).unwrap(), 18)]);
    known.keys.clear();
    let unknown = digested(round_answer(1, before.lineage, vec![change_row(next)]), &known).unwrap_err();
    assert!(matches!(unknown, AnswerError::Signature), "{unknown:?}");
}

#[test]
fn an_answer_that_starts_elsewhere_leaves_a_gap() {
    let mut ours = empty_round(DOCUMENT);
    for (position, from) in [(0, 1), (3, 4), (3, 2)] {
        ours.position = position;
        let error =
            digested(round_answer(from, start(), Vec::new()), &outbox(vec![ours.clone()])).unwrap_err();
        assert!(matches!(error, AnswerError::Gap), "{position} {from}: {error:?}");
    }
    let unknown_round = digested(round_answer(1, start(), Vec::new()), &outbox(Vec::new())).unwrap_err();
    assert!(matches!(unknown_round, AnswerError::Gap));
}

#[test]
fn a_log_that_starts_again_replaces_ours_and_a_round_we_never_saw_begins() {
    let mut ours = empty_round(DOCUMENT);
    ours.position = 9;
    ours.lineage = start().after(RowKind::Card, &[1; 32]);
    ours.tip = Tip { heads: vec![([9; 32], 99)] };
    let rows = vec![change_row(plan())];
    let again = digested(round_answer(0, start(), rows.clone()), &outbox(vec![ours])).unwrap();
    assert_eq!((again.rebuild, again.position, again.tip.heads.len()), (true, 1, 1));
    let first = digested(round_answer(0, start(), rows), &outbox(Vec::new())).unwrap();
    assert_eq!((first.rebuild, first.position), (false, 1));
    assert_eq!(first.tip, again.tip);
}

#[test]
fn rows_that_do_not_give_the_lineage_of_the_cursor_are_not_believed() {
    let (version, bytes) = card();
    let rows = vec![change_row(plan()), Row::Card(version, Some(bytes)), Row::Tombstone(version)];
    let honest = round_answer(0, start(), rows);
    type Spoil = fn(&mut RoundAnswer);
    let spoils: [Spoil; 6] = [
        |round| round.cursor.lineage[7] ^= 1,
        |round| round.cursor.position += 1,
        |round| round.rows.swap(1, 2),
        |round| drop(round.rows.pop()),
        |round| round.rows.push(round.rows[2].clone()),
        |round| round.rows[2] = Row::Card(card().0, None),
    ];
    let phone = outbox(vec![empty_round(DOCUMENT)]);
    assert!(digested(honest.clone(), &phone).is_ok());
    for (index, spoil) in spoils.into_iter().enumerate() {
        let mut spoilt = honest.clone();
        spoil(&mut spoilt);
        let error = digested(spoilt, &phone).unwrap_err();
        assert!(matches!(error, AnswerError::Lineage), "{index}: {error:?}");
    }
}

#[test]
fn a_change_called_ours_that_we_did_not_send_is_not_believed() {
    let (outbox, hash) = sent();
    assert!(digested(round_answer(0, start(), vec![yours(hash)]), &outbox).is_ok());
    let foreign = digested(round_answer(0, start(), vec![yours([9; 32])]), &outbox).unwrap_err();
    assert!(matches!(foreign, AnswerError::NotSent));
    // Ours, but of another round.
    let mut other = outbox.clone();
    other.rounds[0].document.round.0[0] ^= 1;
    let elsewhere = digested(round_answer(0, start(), vec![yours(hash)]), &other).unwrap_err();
    assert!(matches!(elsewhere, AnswerError::NotSent));
}

#[test]
fn a_change_without_the_right_signature_is_not_believed() {
    let hash = change_hash(&plan().change).unwrap();
    let other_round = crate::domain::ids::RoundId([0xde; 16]);
    let by = |key: &crate::signing::key::PrivateKey, round, device| {
        crate::signing::envelope::sign(key, round, &hash, device)
    };
    let cases = [
        ("unsigned", Envelope { signature: Signature([0; 64]), ..plan() }),
        ("another key", Envelope { signature: by(&key(STRANGER), DOCUMENT.round, SERVER), ..plan() }),
        ("another round", Envelope { signature: by(&key(SERVER), other_round, SERVER), ..plan() }),
        ("another device", Envelope { device: STRANGER, ..plan() }),
        (
            "another change",
            Envelope { change: minted(SERVER, &first_tip(&DOCUMENT), &[fact(1)]).bytes, ..plan() },
        ),
        ("nobody vouches", Envelope { delegation: None, ..plan() }),
        ("vouched for another", Envelope { delegation: Some(delegation(STRANGER)), ..plan() }),
    ];
    for (case, envelope) in cases {
        let error = refused(vec![change_row(envelope)]);
        assert!(matches!(error, AnswerError::Signature), "{case}: {error:?}");
    }
}

#[test]
fn a_change_damaged_where_its_signature_does_not_reach_is_not_believed() {
    let mut damaged = plan();
    for at in 0..8 {
        damaged.change[at] ^= 1;
        let error = refused(vec![change_row(damaged.clone())]);
        assert!(matches!(error, AnswerError::Damaged), "byte {at}: {error:?}");
        damaged.change[at] ^= 1;
    }
    let error = refused(vec![change_row(Envelope { change: Vec::new(), ..plan() })]);
    assert!(matches!(error, AnswerError::Damaged), "{error:?}");
}

#[test]
fn a_forged_delegation_is_not_believed_in_a_row_nor_beside_them() {
    let mut forged = Delegation::verify(&delegation(SERVER), &co_op_key().public()).unwrap();
    forged.key = key(STRANGER).public();
    let by_itself = forged.sign(&key(STRANGER));
    let mut spoilt = delegation(SERVER);
    *spoilt.last_mut().unwrap() ^= 1;
    for (case, forged) in [("by itself", by_itself), ("a bit", spoilt), ("no bytes", Vec::new())] {
        let error = refused(vec![change_row(Envelope { delegation: Some(forged.clone()), ..plan() })]);
        assert!(matches!(error, AnswerError::Delegation(_)), "{case}: {error:?}");
        let mut beside = answer(Vec::new());
        beside.delegation = Some(forged);
        let error = digest(&beside.to_bytes(), &outbox(Vec::new())).unwrap_err();
        assert!(matches!(error, AnswerError::Delegation(_)), "{case}: {error:?}");
    }
}

#[test]
fn the_renewed_delegation_of_another_device_is_not_taken_for_ours() {
    let mut beside = answer(Vec::new());
    beside.delegation = Some(delegation(SERVER));
    let error = digest(&beside.to_bytes(), &outbox(Vec::new())).unwrap_err();
    assert!(matches!(error, AnswerError::Delegation(DelegationError::Another)), "{error:?}");
}

#[test]
fn a_card_whose_bytes_have_another_hash_is_not_believed() {
    let (version, bytes) = card();
    let mut changed = bytes.clone();
    changed[20] ^= 1;
    for row in [Row::Card(version, Some(changed)), Row::Card(CardHash([3; 32]), Some(bytes))] {
        let error = refused(vec![row]);
        assert!(matches!(error, AnswerError::CardHash), "{error:?}");
    }
}

#[test]
fn a_signed_change_that_cannot_be_read_is_kept_unread_and_the_next_one_goes_on() {
    // A chunk of a type that nobody knows yet, as a later version might write.
    let unread = envelope(chunk(9, &[4], b"what"), PHONE);
    let rows = vec![change_row(unread), change_row(plan())];
    let round = digested(round_answer(0, start(), rows), &outbox(vec![empty_round(DOCUMENT)])).unwrap();
    let ConfirmedRow::Change { records: None, .. } = &round.rows[0].1 else { panic!("it was read") };
    assert_eq!((round.position, round.tip.heads.len()), (2, 1));
}

#[test]
fn the_round_of_another_holder_is_not_kept() {
    let mut foreign = round_answer(0, start(), Vec::new());
    foreign.document.holder.0[0] ^= 1;
    assert_ne!(foreign.document.holder, COURIER);
    let confirmation = digest(&answer(vec![foreign]).to_bytes(), &outbox(Vec::new())).unwrap();
    assert!(confirmation.rounds.is_empty());
}

#[test]
fn a_round_that_had_no_turn_in_the_request_is_not_rebuilt_by_an_answer_from_its_start() {
    let numbered = |n: u8| DocumentName { round: crate::domain::ids::RoundId([n; 16]), ..DOCUMENT };
    let rounds = (1..=40).map(|n| {
        let mut round = empty_round(numbered(n));
        round.position = 9;
        round
    });
    let asked = prepare(outbox(rounds.collect())).unwrap().outbox;
    let rebuilt = |at: usize| {
        let mut told = round_answer(0, Lineage::start(&asked.rounds[at].document), Vec::new());
        told.document = asked.rounds[at].document;
        digest(&answer(vec![told]).to_bytes(), &asked).unwrap()
    };
    assert!(rebuilt(31).rounds[0].rebuild && rebuilt(31).again);
    assert!(rebuilt(32).rounds.is_empty() && !rebuilt(32).again);
}

#[test]
fn each_verdict_says_what_becomes_of_its_change_and_whether_to_ask_again() {
    let code = RefusalCode::RecordMalformed.code().to_owned();
    for (verdict, refused, stranded, again) in [
        (Verdict::Committed, 0, 0, false),
        (Verdict::Already, 0, 0, false),
        (Verdict::Later(Later::TooMany), 0, 0, false),
        (Verdict::Missing(vec![[1; 32]]), 0, 1, true),
        (Verdict::Refused(code, vec![fact_id(1)]), 1, 0, true),
    ] {
        let (outbox, hash) = sent();
        let mut round = round_answer(0, start(), Vec::new());
        round.verdicts = vec![(hash, verdict.clone())];
        let said = digest(&answer(vec![round]).to_bytes(), &outbox).unwrap();
        let round = &said.rounds[0];
        assert_eq!(
            (round.refused.len(), round.stranded.len(), said.again),
            (refused, stranded, again),
            "{verdict:?}"
        );
    }
}

#[test]
fn one_round_that_is_not_believed_stops_only_itself() {
    let numbered = |n: u8| DocumentName { round: RoundId([n; 16]), ..DOCUMENT };
    let told = |n: u8| {
        let start = Lineage::start(&numbered(n));
        RoundAnswer {
            document: numbered(n),
            ..round_answer(0, start, vec![Row::Tombstone(CardHash([n; 32]))])
        }
    };
    let phone = outbox((1..=3).map(|n| empty_round(numbered(n))).collect());
    let mut rounds: Vec<_> = (1..=3).map(told).collect();
    // A change of another round: its signature is wrong here, and the key that comes with it is not learned.
    rounds[1].rows.push(change_row(plan()));
    let mut whole = answer(rounds.clone());
    whole.more = true;
    let said = digest(&whole.to_bytes(), &phone).unwrap();
    let believed: Vec<_> = said.rounds.iter().map(|round| round.document).collect();
    assert_eq!(believed, [numbered(1), numbered(3)]);
    assert!(matches!(&said.unbelieved[..], [(round, AnswerError::Signature)] if *round == numbered(2).round));
    assert!(!said.keys.contains_key(&SERVER) && said.again);
    // By itself it does not keep the phone awake.
    whole.rounds = vec![rounds.remove(1)];
    assert!(!digest(&whole.to_bytes(), &phone).unwrap().again);
}

/// A phone that gives a change of the server's and a card back.
fn giving_back() -> (Outbox, [u8; 32]) {
    let mut round = empty_round(DOCUMENT);
    let hash = change_hash(&plan().change).unwrap();
    round.spare = vec![PendingChange { hash, envelope: plan() }];
    round.spare_cards = vec![card()];
    (prepare(outbox(vec![round])).unwrap().outbox, hash)
}

#[test]
fn what_is_given_back_is_kept_when_refused_and_waits_when_it_stands_on_nothing() {
    let code = RefusalCode::RecordMalformed.code().to_owned();
    for (verdict, declined, waiting, again) in [
        (Verdict::Committed, 0, 0, false),
        (Verdict::Already, 0, 0, false),
        (Verdict::Later(Later::RoundQuota), 0, 0, false),
        (Verdict::Missing(vec![[1; 32]]), 0, 1, true),
        (Verdict::Refused(code, vec![fact_id(1)]), 1, 0, true),
        (Verdict::Held, 1, 0, true),
    ] {
        let (outbox, hash) = giving_back();
        let mut round = round_answer(0, start(), Vec::new());
        round.verdicts = vec![(hash, verdict.clone())];
        let said = digest(&answer(vec![round]).to_bytes(), &outbox).unwrap();
        let round = &said.rounds[0];
        assert_eq!(
            (round.declined.len(), round.waiting.len(), said.again),
            (declined, waiting, again),
            "{verdict:?}"
        );
        assert!(round.refused.is_empty() && round.stranded.is_empty() && round.held.is_empty());
        assert_eq!(round.cards_offered, [card().0]);
        assert_eq!(said.moved, !matches!(verdict, Verdict::Later(_)));
    }
}

#[test]
fn a_change_that_was_given_back_comes_as_its_hash() {
    let (outbox, hash) = giving_back();
    let round = digested(round_answer(0, start(), vec![yours(hash)]), &outbox).unwrap();
    let ConfirmedRow::Change { envelope, .. } = &round.rows[0].1 else { panic!("no change") };
    assert_eq!(*envelope, plan());
}

#[test]
fn what_the_phone_prepares_passes_the_guard_it_is_sent_to() {
    let (outbox, _) = sent();
    let pending = &outbox.rounds[0].pending[0].envelope;
    let signer = signer(PHONE);
    assert_eq!(signer.writer, Writer::Holder);
    assert!(crate::guard::inspect(&DOCUMENT, pending, &signer).is_ok());
}

proptest! {
    #[test]
    fn an_answer_with_a_byte_changed_never_panics_and_never_shows_other_records(at in any::<Index>(), to in any::<u8>()) {
        let (outbox, hash) = sent();
        let (version, card) = card();
        let rows = vec![change_row(plan()), Row::Card(version, Some(card)), yours(hash)];
        let mut bytes = answer(vec![round_answer(0, start(), rows)]).to_bytes();
        let honest = digest(&bytes, &outbox).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(said) = digest(&bytes, &outbox) {
            for (round, honest) in said.rounds.iter().zip(&honest.rounds) {
                for ((_, row), (_, honest)) in round.rows.iter().zip(&honest.rows) {
                    let records = |row: &ConfirmedRow| match row {
                        ConfirmedRow::Change { records, .. } => records.clone(),
                        ConfirmedRow::Card(..) | ConfirmedRow::Tombstone(_) => None,
                    };
                    prop_assert_eq!(records(row), records(honest));
                }
            }
        }
    }

    #[test]
    fn random_bytes_are_no_answer(bytes in proptest::collection::vec(any::<u8>(), 0..99)) {
        prop_assert!(digest(&bytes, &outbox(Vec::new())).is_err());
    }
}

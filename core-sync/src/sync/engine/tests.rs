//! Wakes, told effect by effect.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;
use crate::domain::kind::{Kind, MapName};
use crate::round_doc::mint::NewRecord;
use crate::testing::answers::{answer, empty_round, outbox};
use crate::testing::one_of_each::record_of;
use crate::testing::{DOCUMENT, fact_id};

/// An engine with its clock and its dice.
struct Wake {
    engine: Engine,
    random: ChaCha8Rng,
    monotonic_ms: u64,
}

impl Wake {
    fn new(link_up: bool) -> Self {
        Self { engine: Engine::new(link_up), random: ChaCha8Rng::seed_from_u64(1), monotonic_ms: 1_000 }
    }

    fn say(&mut self, input: Input) -> Effect {
        self.engine.handle(input, self.monotonic_ms, &mut self.random)
    }

    fn outbox(&mut self) -> Effect {
        let mut round = empty_round(DOCUMENT);
        let bytes = record_of(Kind::Arrived).to_bytes().unwrap();
        round.queued = vec![NewRecord { map: MapName::Facts, id: fact_id(1), bytes }];
        self.say(Input::Outbox(Box::new(outbox(vec![round]))))
    }

    /// From a report that wants news to the request on its way.
    fn post(&mut self) {
        assert!(matches!(self.say(Input::Wanted { now: true }), Effect::ReadOutbox));
        let Effect::Save(prepared) = self.outbox() else { panic!("nothing to save") };
        assert_eq!(prepared.minted.len(), 1);
        let Effect::Post(request) = self.say(Input::Saved) else { panic!("nothing to post") };
        assert_eq!(request, prepared.request);
    }
}

fn answer_bytes(more: bool) -> Vec<u8> {
    let mut answer = answer(Vec::new());
    answer.more = more;
    answer.to_bytes()
}

#[test]
fn one_wake_reads_saves_posts_confirms_and_then_waits_for_the_next_poll() {
    let mut wake = Wake::new(true);
    wake.post();
    assert!(matches!(wake.say(Input::Answer(answer_bytes(false))), Effect::Confirm(_)));
    let Effect::Wait(wait) = wake.say(Input::Confirmed) else { panic!("no wait") };
    assert_eq!((wait, wake.engine.failures()), (POLL_EVERY, 0));
}

#[test]
fn an_answer_that_says_more_is_followed_at_once_but_not_for_ever() {
    let mut wake = Wake::new(true);
    wake.post();
    let mut round_trips = 0;
    loop {
        round_trips += 1;
        assert!(matches!(wake.say(Input::Answer(answer_bytes(true))), Effect::Confirm(_)));
        if matches!(wake.say(Input::Confirmed), Effect::Wait(_)) {
            break;
        }
        assert!(matches!(wake.outbox(), Effect::Save(_)));
        assert!(matches!(wake.say(Input::Saved), Effect::Post(_)));
    }
    assert_eq!(round_trips, ROUND_TRIPS_PER_WAKE_MAX);
    // The next wake has all its round trips again.
    wake.post();
    assert!(matches!(wake.say(Input::Answer(answer_bytes(true))), Effect::Confirm(_)));
    assert!(matches!(wake.say(Input::Confirmed), Effect::ReadOutbox));
}

#[test]
fn an_answer_that_is_not_believed_is_a_failure_that_says_why_until_one_is() {
    let mut wake = Wake::new(true);
    wake.post();
    assert!(matches!(wake.say(Input::Answer(b"<html>".to_vec())), Effect::Wait(_)));
    assert!(matches!(wake.engine.last_error, Some(AnswerError::Shape(_))));
    assert_eq!(wake.engine.failures(), 1);
    wake.post();
    assert!(matches!(wake.say(Input::Answer(answer_bytes(false))), Effect::Confirm(_)));
    assert!(matches!(wake.say(Input::Confirmed), Effect::Wait(_)));
    assert!(wake.engine.last_error.is_none());
    assert_eq!(wake.engine.failures(), 0);
}

#[test]
fn a_server_that_does_not_know_the_phone_is_shown_the_co_ops_word_once() {
    let mut wake = Wake::new(true);
    wake.post();
    let Effect::Post(shown) = wake.say(Input::DeviceUnknown) else { panic!("nothing is shown") };
    let shown = crate::wire::signed_request::SignedRequest::from_bytes(&shown).unwrap();
    assert_eq!(shown.delegations, [crate::testing::delegation(crate::testing::PHONE)]);
    assert!(matches!(wake.say(Input::DeviceUnknown), Effect::Wait(_)));
    assert_eq!(wake.engine.failures(), 1);
    wake.post();
    assert!(matches!(wake.say(Input::DeviceUnknown), Effect::Post(_)));
    assert!(matches!(wake.say(Input::Answer(answer_bytes(false))), Effect::Confirm(_)));
}

#[test]
fn what_only_gets_later_does_not_keep_the_phone_awake() {
    let mut wake = Wake::new(true);
    assert!(matches!(wake.say(Input::Wanted { now: true }), Effect::ReadOutbox));
    let mut round = empty_round(DOCUMENT);
    let bytes = record_of(Kind::Arrived).to_bytes().unwrap();
    round.queued = (0..=255)
        .cycle()
        .take(900)
        .map(|n| NewRecord { map: MapName::Facts, id: fact_id(n), bytes: bytes.clone() })
        .collect();
    let Effect::Save(prepared) = wake.say(Input::Outbox(Box::new(outbox(vec![round])))) else { panic!() };
    assert!(prepared.left);
    wake.say(Input::Saved);
    let later = crate::wire::sync_answer::Verdict::Later(crate::wire::sync_answer::Later::RoundQuota);
    let lineage = crate::round_doc::lineage::Lineage::start(&DOCUMENT);
    let mut told = crate::testing::answers::round_answer(0, lineage, Vec::new());
    told.verdicts = prepared.outbox.rounds[0].pending.iter().map(|push| (push.hash, later.clone())).collect();
    assert!(matches!(wake.say(Input::Answer(answer(vec![told]).to_bytes())), Effect::Confirm(_)));
    assert!(matches!(wake.say(Input::Confirmed), Effect::Wait(_)));
}

#[test]
fn no_answer_and_a_full_disk_are_failures_wherever_they_come() {
    type Reach = fn(&mut Wake);
    let places: [Reach; 4] = [
        |wake| drop(wake.say(Input::Wanted { now: true })),
        |wake| {
            wake.say(Input::Wanted { now: true });
            wake.outbox();
        },
        Wake::post,
        |wake| {
            wake.post();
            wake.say(Input::Answer(answer_bytes(true)));
        },
    ];
    for reach in places {
        for failure in [|| Input::Unanswered, || Input::Faulted] {
            let mut wake = Wake::new(true);
            reach(&mut wake);
            assert!(matches!(wake.say(failure()), Effect::Wait(_)));
            assert_eq!(wake.engine.failures(), 1);
        }
    }
}

#[test]
fn reports_that_nobody_waits_for_change_nothing() {
    let mut wake = Wake::new(true);
    assert!(matches!(wake.say(Input::Saved), Effect::Wait(_)));
    assert!(matches!(wake.say(Input::Answer(answer_bytes(false))), Effect::Wait(_)));
    wake.post();
    for stale in [Input::Saved, Input::Confirmed, Input::Wanted { now: true }, Input::Wanted { now: false }] {
        assert!(matches!(wake.say(stale), Effect::Rest));
    }
    assert!(matches!(wake.say(Input::Answer(answer_bytes(false))), Effect::Confirm(_)));
}

#[test]
fn a_link_cut_on_the_way_lets_the_answer_in_and_then_rests() {
    let mut wake = Wake::new(true);
    wake.post();
    assert!(matches!(wake.say(Input::Link(false)), Effect::Rest));
    assert!(matches!(wake.say(Input::Answer(answer_bytes(true))), Effect::Confirm(_)));
    assert!(matches!(wake.say(Input::Confirmed), Effect::Rest));
    assert!(matches!(wake.say(Input::Wanted { now: true }), Effect::Rest));
    assert!(matches!(wake.say(Input::Link(true)), Effect::ReadOutbox));
    wake.say(Input::Link(false));
    assert!(matches!(wake.say(Input::Unanswered), Effect::Rest));
}

#[test]
fn flight_mode_makes_no_effect_until_the_link_is_up() {
    let mut wake = Wake::new(false);
    for now in [false, true] {
        assert!(matches!(wake.say(Input::Wanted { now }), Effect::Rest));
    }
    assert!(matches!(wake.say(Input::Link(false)), Effect::Rest));
    assert!(matches!(wake.say(Input::Link(true)), Effect::ReadOutbox));
}

#[test]
fn failures_wait_longer_and_longer_and_a_person_may_skip_the_wait() {
    let mut wake = Wake::new(true);
    let mut waits = Vec::new();
    for _ in 0..12 {
        assert!(matches!(wake.say(Input::Wanted { now: true }), Effect::ReadOutbox));
        let Effect::Wait(wait) = wake.say(Input::Faulted) else { panic!("no wait") };
        wake.monotonic_ms += 1;
        let Effect::Wait(left) = wake.say(Input::Wanted { now: false }) else { panic!("no wait") };
        assert_eq!(left.0, wait.0 - 1);
        waits.push(wait.0);
    }
    assert!(waits[0] >= 1_000 && waits[0] <= 2_000, "{waits:?}");
    assert!(waits[11] >= 150_000 && waits[11] <= 300_000, "{waits:?}");
    wake.monotonic_ms += 300_000;
    assert!(matches!(wake.say(Input::Wanted { now: false }), Effect::ReadOutbox));
}

#[test]
fn a_wake_that_was_dropped_half_way_can_be_begun_again() {
    let mut wake = Wake::new(true);
    wake.post();
    wake.engine.abandon();
    wake.post();
}

//! Suggestions: what couriers who ride now could spare each other, and where new orders fit, for a person to decide.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::coordinator_command::{FieldError, SeenDraft};
use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{RoundId, StopId};
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::time::Timestamp;
use core_sync::wire::plan::{LeftOutStops, PlanCourier};
use core_sync::wire::suggestion::{
    AskedCourier, AskedThen, NotLookedAt, SuggestAnswer, SuggestRequest, SuggestedReplan, SuggestedRound,
};
use planner::live::{self, LiveError, Terms};
use planner::{Pace, Progress, Reason, TICKS_MAX};

use super::PlanningError;
use super::ask::{SHIFTS_WITHIN, check_couriers, check_drafts, check_memory, read_draft};
use super::current_round::{Current, of_courier};
use super::day::Day;
use super::left_out::{Meaning, no_order};
use super::orders::{DraftOrder, Waiting, orders};
use super::round_now::{NotNow, RoundAhead, round_ahead, share_parcels};
use super::ways::Ways;
use crate::app::authenticate::Caller;
use crate::app::error::AppError;
use crate::app::suggestion::{basis, refused};
use crate::board::snapshot::Drawing;

/// Seconds of riding that are worth a telephone call: five minutes.
const GAIN_SECONDS: u32 = 300;
/// And for each order that somebody else brings, who has looked at her round already.
const GAIN_SECONDS_PER_ORDER: u32 = 120;
/// Steps for two rounds: some 50 ms. Ten seconds are enough for the pairs of twenty couriers; the answer says if they
/// were not.
const STEPS: u64 = 500;
/// The same request is the same answer.
const SEED: u64 = 1;

/// The rounds that go on and the orders that wait, read at one moment.
#[derive(Debug)]
pub struct Looked {
    pub(super) rounds: Vec<RoundAhead>,
    not: Vec<NotLookedAt>,
    terms: Terms,
    /// Which of the rounds is that of somebody who is out.
    without: Option<usize>,
    /// The drafts as they are.
    pub(super) drafts: Vec<SeenDraft>,
    /// In which of them a stop waits.
    pub(super) draft_of: BTreeMap<StopId, RoundId>,
    pub(super) waiting: Vec<DraftOrder>,
    /// Stops of drafts that are no order.
    others: Vec<LeftOutStops>,
    /// What a person said no to, with the plans as they were.
    refused: BTreeSet<Hash>,
    request: SuggestRequest,
    pub(super) now: Timestamp,
}

/// What was found, before it is kept.
#[derive(Debug)]
pub struct Found {
    /// The changes, the most saved first.
    pub replans: Vec<SuggestedReplan>,
    /// The answer, without them.
    pub answer: SuggestAnswer,
    /// What was asked.
    pub asked: AskedThen,
    /// The pair of couriers to go on with.
    pub next: usize,
}

/// Looks at a request and reads the rounds and drafts.
pub fn look(
    drawing: &Drawing<'_, '_>,
    caller: Caller,
    request: SuggestRequest,
    now: Timestamp,
) -> Result<Looked, AppError> {
    check_couriers(drawing.snapshot, caller, &request.couriers)?;
    check_drafts(&request.drafts)?;
    if request.couriers.iter().any(|courier| courier.shift.from_ms.since(now) > SHIFTS_WITHIN) {
        return Err(FieldError::new("couriers.shift", "shifts that begin within a week from now").into());
    }
    if request.without.is_some() && !request.drafts.is_empty() {
        let expected =
            "no drafts while somebody is out: place them afterwards, into the rounds that are left";
        return Err(FieldError::new("drafts", expected).into());
    }
    if request.keep_looking == Some(true) && must_go(&request) {
        let expected = "nothing, or false, beside drafts or without: these are looked for once";
        return Err(FieldError::new("keep_looking", expected).into());
    }
    let is_over = |courier: &PlanCourier| courier.shift.until_ms <= now;
    if request.keep_looking == Some(true) && request.couriers.iter().all(is_over) {
        let expected = "shifts that are not over, to go on looking";
        return Err(FieldError::new("couriers.shift", expected).into());
    }
    let mut looked = Looked {
        rounds: Vec::new(),
        not: Vec::new(),
        terms: terms(&request),
        without: None,
        drafts: Vec::new(),
        draft_of: BTreeMap::new(),
        waiting: Vec::new(),
        others: Vec::new(),
        refused: refused(drawing.snapshot, caller.co_op, now)?,
        request,
        now,
    };
    looked.read_rounds(drawing, caller)?;
    looked.read_drafts(drawing, caller)?;
    let ahead: usize = looked.rounds.iter().map(|round| round.ahead.len()).sum();
    check_memory(ahead + looked.draft_of.len(), &looked.request.couriers)?;
    Ok(looked)
}

/// What the co-op asks of a change. New orders and those of who is out may make others later, within their windows.
fn terms(request: &SuggestRequest) -> Terms {
    Terms {
        gain_at_least: request.gain_seconds.unwrap_or(GAIN_SECONDS).into(),
        gain_per_order: request.gain_seconds_per_order.unwrap_or(GAIN_SECONDS_PER_ORDER).into(),
        later_at_most: request.later_seconds.unwrap_or(if must_go(request) { TICKS_MAX } else { 0 }),
    }
}

/// New orders, and those of who is out, have to go somewhere.
fn must_go(request: &SuggestRequest) -> bool {
    request.without.is_some() || !request.drafts.is_empty()
}

impl Looked {
    /// What indices and ticks mean: bikes are counted as the rounds are.
    pub(super) fn meaning(&self) -> Meaning<'_> {
        Meaning { couriers: self.rounds.iter().map(|ahead| &ahead.courier).collect(), base: self.now }
    }

    /// Whether it only asks couriers for what they are asked for already and have not answered.
    fn is_asked(&self, replan: &SuggestedReplan) -> bool {
        let asked = |new: &SuggestedRound| {
            let ahead = self.rounds.iter().find(|ahead| ahead.round == new.round);
            ahead.and_then(|ahead| ahead.asked.as_ref()) == Some(&new.stops)
        };
        // Another sequence of the other round that saves nothing is chance.
        let mut saving = replan.rounds.iter().filter(|new| new.ridden_seconds < new.ridden_seconds_before);
        replan.moved.is_empty() && saving.all(asked)
    }

    /// Whether a round would have had more stops than it may: one that goes elsewhere counts all the same.
    fn is_too_long(&self, replan: &SuggestedReplan) -> bool {
        let mut stops = replan.rounds.iter().filter_map(|new| {
            let ahead = self.rounds.iter().find(|ahead| ahead.round == new.round)?;
            let coming = new.stops.iter().filter(|stop| !ahead.ahead.contains(stop)).count();
            Some(ahead.stops_ever + coming)
        });
        stops.any(|stops| stops > STOPS_PER_ROUND_MAX)
    }

    /// Whether stops that stay with her because they are no order are ridden one after another as before where they are
    /// about the same parcel: a door that waits for what another shop lacks comes after the shop all the same.
    fn keeps_hers_in_sequence(&self, replan: &SuggestedReplan) -> bool {
        replan.rounds.iter().all(|new| {
            let Some(ahead) = self.rounds.iter().find(|ahead| ahead.round == new.round) else { return true };
            let place = |stops: &[StopId], stop: StopId| stops.iter().position(|other| *other == stop);
            let first = |stops: &[StopId], one, other| place(stops, one) < place(stops, other);
            let pairs =
                ahead.hers.iter().enumerate().flat_map(|(index, one)| {
                    ahead.hers.iter().skip(index + 1).map(move |other| (one, other))
                });
            let mut together = pairs.filter(|(one, other)| share_parcels(one, other));
            together
                .all(|(one, other)| first(&ahead.ahead, one.0, other.0) == first(&new.stops, one.0, other.0))
        })
    }

    fn read_rounds(&mut self, drawing: &Drawing<'_, '_>, caller: Caller) -> Result<(), AppError> {
        for courier in &self.request.couriers {
            let is_out = self.request.without == Some(courier.courier);
            let Current { read, has_other } = of_courier(drawing, caller, courier, is_out, self.now)?;
            if has_other {
                let reason = NotNow::OtherRound.code().to_owned();
                self.not.push(NotLookedAt { courier: courier.courier, reason });
            }
            match read.map_or(Err(NotNow::NoRound), |read| round_ahead(&read, courier, is_out, self.now)) {
                Ok(ahead) => {
                    if is_out {
                        self.without = Some(self.rounds.len());
                    }
                    self.rounds.push(ahead);
                }
                Err(why) => {
                    self.not.push(NotLookedAt { courier: courier.courier, reason: why.code().to_owned() });
                }
            }
        }
        if let Some(out) = self.request.without
            && self.without.is_none()
        {
            let why =
                self.not.iter().find(|not| not.courier == out && not.reason != NotNow::OtherRound.code());
            let why = why.map_or("she is not among the couriers", |not| &not.reason);
            let expected = format!(
                "one of the couriers, with a round that can be planned; hers cannot ({why}): pass it on with give_round \
                 or move_stops"
            );
            return Err(FieldError::new("without", expected).into());
        }
        Ok(())
    }

    fn read_drafts(&mut self, drawing: &Drawing<'_, '_>, caller: Caller) -> Result<(), AppError> {
        let mut waiting: Vec<Waiting> = Vec::new();
        for id in &self.request.drafts {
            let (seen, stops) = read_draft(drawing.snapshot, caller, *id)?;
            self.drafts.push(seen);
            self.draft_of.extend(stops.iter().map(|(stop, _)| (*stop, *id)));
            waiting.extend(stops);
        }
        let (orders, others) = orders(&waiting);
        self.waiting = orders;
        self.others = others.iter().map(|(why, stops)| no_order(*why, stops)).collect();
        Ok(())
    }
}

/// Finds what could be better, pairs of couriers from that one on. Told to stop, it gives what it has found.
pub fn suggest(
    looked: &Looked,
    mut day: Day,
    ways: Ways,
    from: usize,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<Found, PlanningError> {
    let Ways { matrix, said: travel } = ways;
    day.standing.problem.profiles = vec![matrix];
    let mut answer = SuggestAnswer {
        suggestions: Vec::new(),
        on_board: Vec::new(),
        stays: Vec::new(),
        left_out: Vec::new(),
        not_looked_at: looked.not.clone(),
        refused_before: 0,
        all_looked_at: true,
        travel,
    };
    close_unridable(looked, &mut day, &mut answer);
    let mut stopped = false;
    let mut pace = |progress: &Progress| {
        let pace = pace(progress);
        stopped |= pace == Pace::Stop;
        pace
    };
    let mut next = from;
    let replans = if let Some(round) = looked.without {
        let others: Vec<usize> = day.open().filter(|other| *other != round).collect();
        if day.closed.contains(&round) {
            // Nobody can tell where she goes: it is said above, and a person passes her round on.
            Vec::new()
        } else {
            let passed = live::without(&day.standing, round, &others, looked.terms, &mut pace)?;
            tell_passed(looked, &day, round, &passed, &mut answer);
            day.passed_on(looked, round, &passed).into_iter().collect()
        }
    } else if looked.drafts.is_empty() {
        exchanges(looked, &day, &mut next, &mut answer.refused_before, &mut pace)?
    } else {
        let open: Vec<usize> = day.open().collect();
        let placed = live::place_now(&day.standing, &open, &day.new, looked.terms, &mut pace)?;
        let meaning = looked.meaning();
        answer.left_out.extend(placed.left_out.iter().filter_map(|left| day.left_out(&meaning, left)));
        answer.left_out.extend(looked.others.iter().cloned());
        day.placed(looked, &placed).into_iter().collect()
    };
    // Of orders it counts whether each was tried; what would make room for them is told as far as there was time.
    let not_tried = Reason::NotTried.code();
    answer.all_looked_at = if must_go(&looked.request) {
        answer.left_out.iter().all(|left| left.reason != not_tried)
    } else {
        !stopped
    };
    Ok(Found { replans, asked: asked(looked, &answer), answer, next })
}

/// Whoever has a way that cannot be ridden keeps nobody else from a suggestion.
fn close_unridable(looked: &Looked, day: &mut Day, answer: &mut SuggestAnswer) {
    for (index, ahead) in looked.rounds.iter().enumerate() {
        if let Err(LiveError::NoWay { .. }) = live::can_be_ridden(&day.standing, index) {
            let (courier, reason) = (ahead.courier.courier, NotNow::NoWay.code().to_owned());
            answer.not_looked_at.push(NotLookedAt { courier, reason });
            if let Some(round) = day.standing.rounds.get_mut(index) {
                round.stops.clear();
            }
            day.closed.push(index);
        }
    }
}

fn exchanges(
    looked: &Looked,
    day: &Day,
    next: &mut usize,
    refused_before: &mut usize,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<Vec<SuggestedReplan>, LiveError> {
    let mut wanted = |found: &live::Suggestion| {
        let open = found.rounds.iter().all(|round| !day.closed.contains(&round.round));
        let replan = day.exchanged(looked, found);
        let refused = looked.refused.contains(&basis(&replan));
        *refused_before += usize::from(open && refused);
        open && !refused
            && !looked.is_asked(&replan)
            && !looked.is_too_long(&replan)
            && looked.keeps_hers_in_sequence(&replan)
    };
    let found = live::suggestions(&day.standing, looked.terms, (SEED, STEPS), *next, &mut wanted, pace)?;
    *next = found.next;
    Ok(found.suggestions.iter().map(|found| day.exchanged(looked, found)).collect())
}

/// What of the round of who is out does not pass to the others.
fn tell_passed(looked: &Looked, day: &Day, out: usize, passed: &live::Passed, answer: &mut SuggestAnswer) {
    let Some(ahead) = looked.rounds.get(out) else { return };
    answer.stays.extend(ahead.at_stop);
    for order in &passed.on_board {
        match day.stops_ahead(ahead, *order) {
            Some((stops, true)) => answer.on_board.extend(stops),
            Some((stops, false)) => {
                let (carried, stays): (Vec<_>, Vec<_>) =
                    stops.into_iter().partition(|stop| ahead.carried.contains(stop));
                answer.on_board.extend(carried);
                answer.stays.extend(stays);
            }
            None => {}
        }
    }
    let meaning = looked.meaning();
    answer.left_out.extend(passed.left_out.iter().filter_map(|left| day.left_out(&meaning, left)));
}

fn asked(looked: &Looked, answer: &SuggestAnswer) -> AskedThen {
    let couriers = looked.request.couriers.iter().map(|courier| AskedCourier {
        courier: courier.courier,
        shift: courier.shift,
        litres: courier.litres,
        kilograms: courier.kilograms,
        speed_per_mille: courier.speed(),
    });
    let Terms { gain_at_least, gain_per_order, later_at_most: _ } = looked.terms;
    let seconds = |cost: u64| u32::try_from(cost).unwrap_or(u32::MAX);
    AskedThen {
        couriers: couriers.collect(),
        gain_seconds: seconds(gain_at_least),
        gain_seconds_per_order: seconds(gain_per_order),
        later_seconds: looked.request.later_seconds.or(if must_go(&looked.request) { None } else { Some(0) }),
        without: looked.request.without,
        travel: answer.travel.clone(),
    }
}

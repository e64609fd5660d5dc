//! Suggestions: what couriers who ride now could spare each other, for a person to decide.

use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::{OrderId, StopId as Id};
use core_sync::domain::time::{Milliseconds, Timestamp, Window as Times};
use core_sync::wire::plan::{LeftOutStops, PlanCourier};
use core_sync::wire::suggestion::{
    LaterStop, MovedOrder, NotLookedAt, SuggestAnswer, SuggestRequest, SuggestedRound, Suggestion,
};
use planner::live::{self, LiveError, RoundNow, Standing, Terms};
use planner::{Aims, Bike, Order, Pace, Problem, Progress, Size, StopId, Window};

use super::ask::check_couriers;
use super::places::Places;
use super::problem::{bike as bike_of, order as order_of, stop};
use super::round_now::{NotNow, RoundAhead, round_ahead};
use super::ways::Ways;
use crate::app::authenticate::Caller;
use crate::app::error::AppError;
use crate::board::read_round::ReadRound;
use crate::board::snapshot::{Drawing, ROUND_SHOWN_FOR};
use crate::db::document;

/// Seconds of riding that are worth a telephone call: five minutes.
const GAIN_SECONDS: u32 = 300;
/// And for each order that somebody else brings, who has looked at her round already.
const GAIN_SECONDS_PER_ORDER: u32 = 120;
/// Steps for two rounds: some 50 ms. Ten seconds are enough for the pairs of twenty couriers; the answer says if they
/// were not.
const STEPS: u64 = 500;
/// The same request is the same answer.
const SEED: u64 = 1;
/// Rounds of one courier that are looked through for the one that goes on.
const ROUNDS_MAX: usize = 8;

/// The rounds that go on, read at one moment.
#[derive(Debug)]
pub struct Looked {
    rounds: Vec<RoundAhead>,
    not: Vec<NotLookedAt>,
    terms: Terms,
    /// Which of the rounds is that of somebody who is out.
    without: Option<usize>,
    now: Timestamp,
}

/// Looks at a request and reads the rounds.
pub fn look(
    drawing: &Drawing<'_, '_>,
    caller: Caller,
    request: &SuggestRequest,
    now: Timestamp,
) -> Result<Looked, AppError> {
    check_couriers(drawing.snapshot, caller, &request.couriers)?;
    let terms = Terms {
        gain_at_least: request.gain_seconds.unwrap_or(GAIN_SECONDS).into(),
        gain_per_order: request.gain_seconds_per_order.unwrap_or(GAIN_SECONDS_PER_ORDER).into(),
        later_at_most: request.later_seconds.unwrap_or(0),
    };
    let mut looked = Looked { rounds: Vec::new(), not: Vec::new(), terms, without: None, now };
    for courier in &request.couriers {
        let is_out = request.without == Some(courier.courier);
        match of_courier(drawing, caller, courier, is_out, now)? {
            Ok(ahead) => {
                if is_out {
                    looked.without = Some(looked.rounds.len());
                }
                looked.rounds.push(ahead);
            }
            Err(why) => {
                looked.not.push(NotLookedAt { courier: courier.courier, reason: why.code().to_owned() });
            }
        }
    }
    match (request.without, looked.without) {
        (Some(_), None) => {
            Err(FieldError::new("without", "one of the couriers, with a round that goes on").into())
        }
        _ => Ok(looked),
    }
}

/// The round of a courier that goes on: the one she has begun, else the newest.
fn of_courier(
    drawing: &Drawing<'_, '_>,
    caller: Caller,
    courier: &PlanCourier,
    is_out: bool,
    now: Timestamp,
) -> Result<Result<RoundAhead, NotNow>, AppError> {
    let since = now.plus(Milliseconds(-ROUND_SHOWN_FOR.0));
    let documents =
        document::of_holder_since(drawing.snapshot, caller.co_op, courier.courier, since, ROUNDS_MAX)?;
    let mut newest = None;
    for row in documents {
        let read = drawing.folded.read(drawing.snapshot, &row)?;
        if read.state.finished || read.state.archived {
            continue;
        }
        if read.state.started.is_some() && !read.state.remaining.is_empty() {
            return Ok(round_ahead(&read, courier, is_out, now));
        }
        // One with stops before one that is empty, where others' stops may go.
        match &newest {
            Some(ReadRound { state, .. })
                if !state.remaining.is_empty() || read.state.remaining.is_empty() => {}
            Some(_) | None => newest = Some(read),
        }
    }
    Ok(newest.map_or(Err(NotNow::NoRound), |read| round_ahead(&read, courier, is_out, now)))
}

/// Finds what could be better. Told to stop, it gives what it has found.
pub fn suggest(
    looked: &Looked,
    mut day: Day,
    ways: Ways,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<SuggestAnswer, LiveError> {
    let Ways { matrix, said: travel } = ways;
    day.standing.problem.profiles = vec![matrix];
    let mut answer = SuggestAnswer {
        suggestions: Vec::new(),
        on_board: Vec::new(),
        stays: Vec::new(),
        left_out: Vec::new(),
        not_looked_at: looked.not.clone(),
        all_looked_at: true,
        travel,
    };
    // Whoever has a way that cannot be ridden keeps nobody else from a suggestion.
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
    if let Some(round) = looked.without {
        let passed = live::without(&day.standing, round, looked.terms)?;
        day.pass_on(looked, round, &passed, &mut answer);
        return Ok(answer);
    }
    let mut stopped = false;
    let found = live::suggestions(&day.standing, looked.terms, (SEED, STEPS), &mut |progress| {
        let pace = pace(progress);
        stopped |= pace == Pace::Stop;
        pace
    })?;
    let open =
        found.iter().filter(|found| found.rounds.iter().all(|round| !day.closed.contains(&round.round)));
    answer.suggestions.extend(open.map(|found| day.tell(looked, found)));
    answer.all_looked_at = !stopped;
    Ok(answer)
}

/// The rounds as the planner's day, and what its names mean.
#[derive(Debug)]
pub struct Day {
    standing: Standing,
    places: Vec<Coordinate>,
    /// The stops of each order, as the planner counts them.
    names: Vec<Named>,
    /// Rounds of which somebody cannot ride a way.
    closed: Vec<usize>,
}

/// What an order of the planner's day is.
#[derive(Debug)]
struct Named {
    /// Nothing for a pickup that there never was.
    pickups: Vec<Option<Id>>,
    drop_off: Id,
    order: Option<OrderId>,
    window: Times,
    /// Whether it is an order, and not a stop that stays with her.
    is_order: bool,
}

impl Day {
    /// Lays the rounds out; the ways come later.
    #[must_use]
    pub fn of(looked: &Looked) -> Self {
        let mut places = Places::default();
        let mut day = Self {
            standing: Standing { problem: Problem::default(), rounds: Vec::new() },
            places: Vec::new(),
            names: Vec::new(),
            closed: Vec::new(),
        };
        for (bike, ahead) in looked.rounds.iter().enumerate() {
            day.add(bike, ahead, looked.now, &mut places);
        }
        day.standing.problem.aims = Aims::default();
        day.places = places.listed();
        day
    }

    /// Between which places the ways are wanted.
    #[must_use]
    pub fn places(&self) -> &[Coordinate] {
        &self.places
    }

    fn add(&mut self, bike: usize, ahead: &RoundAhead, base: Timestamp, places: &mut Places) {
        let courier = &ahead.courier;
        let mut stops: Vec<(Id, StopId)> = Vec::new();
        for order in &ahead.orders {
            let index = self.standing.problem.orders.len();
            let is_ahead = |id: &Id| ahead.ahead.contains(id);
            for (pickup, (id, _)) in order.pickups.iter().enumerate().filter(|(_, (id, _))| is_ahead(id)) {
                stops.push((*id, StopId::Pickup { order: index, pickup }));
            }
            stops.push((order.drop_off.0, StopId::DropOff { order: index }));
            self.standing.problem.orders.push(now(order_of(order, base, places)));
            let (id, new) = &order.drop_off;
            self.names.push(Named {
                pickups: order.pickups.iter().map(|(id, _)| Some(*id)).collect(),
                drop_off: *id,
                order: new.order,
                window: new.window,
                is_order: true,
            });
        }
        for waiting in &ahead.hers {
            // As if something of it were on board: it stays with her.
            let index = self.standing.problem.orders.len();
            let there = stop(&waiting.1, base, places);
            stops.push((waiting.0, StopId::DropOff { order: index }));
            self.standing.problem.orders.push(now(Order {
                pickups: vec![(there, Size::default())],
                drop_off: there,
                skills: 0,
                flags: 0,
            }));
            let (drop_off, new) = waiting;
            self.names.push(Named {
                pickups: vec![None],
                drop_off: *drop_off,
                order: new.order,
                window: new.window,
                is_order: false,
            });
        }
        let sequence = ahead.ahead.iter().filter_map(|id| stops.iter().find(|(name, _)| name == id));
        let free = window_of(ahead.free, base);
        self.standing.rounds.push(RoundNow {
            bike,
            at: places.of(ahead.at),
            free,
            stops: sequence.map(|(_, stop)| *stop).collect(),
        });
        let bike = bike_of(courier, base, places);
        let shift = Window { earliest: free, latest: bike.shift.latest };
        // Nobody says whether she has had her break.
        self.standing.problem.bikes.push(Bike { shift, pause: None, ..bike });
    }

    fn tell(&self, looked: &Looked, found: &live::Suggestion) -> Suggestion {
        let later = found
            .later
            .and_then(|(order, seconds)| Some(LaterStop { stop: self.names.get(order)?.drop_off, seconds }));
        Suggestion {
            rounds: self.rounds(looked, &found.rounds),
            moved: self.moved(looked, &found.moved),
            gain_seconds: found.gain,
            later,
        }
    }

    /// What is left of the round of who is out, with the others. What it gains is not asked.
    fn pass_on(&self, looked: &Looked, out: usize, passed: &live::Passed, answer: &mut SuggestAnswer) {
        if !passed.moved.is_empty() {
            answer.suggestions.push(Suggestion {
                rounds: self.rounds(looked, &passed.rounds),
                moved: self.moved(looked, &passed.moved),
                gain_seconds: 0,
                later: None,
            });
        }
        let Some(ahead) = looked.rounds.get(out) else { return };
        answer.stays.extend(ahead.at_stop);
        for order in &passed.on_board {
            let Some(named) = self.names.get(*order) else { continue };
            let stops = named.pickups.iter().flatten().chain([&named.drop_off]).copied();
            let stops = stops.filter(|stop| ahead.ahead.contains(stop));
            if named.is_order { answer.on_board.extend(stops) } else { answer.stays.extend(stops) }
        }
        for left in &passed.left_out {
            let Some(named) = self.names.get(left.order) else { continue };
            let order = self.standing.problem.orders.get(left.order);
            answer.left_out.push(LeftOutStops {
                order: named.order,
                stops: named.pickups.iter().flatten().chain([&named.drop_off]).copied().collect(),
                litres: order.map_or(0, |order| order.size().0),
                kilograms: order.map_or(0, |order| order.size().1),
                window: Some(named.window),
                reason: left.reason.code().to_owned(),
                would_fit: Vec::new(),
            });
        }
    }

    fn at(&self, looked: &Looked, ticks: u32) -> Timestamp {
        looked.now.plus(Milliseconds(i64::from(ticks) * 1_000))
    }

    fn rounds(&self, looked: &Looked, rounds: &[live::NewRound]) -> Vec<SuggestedRound> {
        let told = rounds.iter().filter_map(|new| {
            let ahead = looked.rounds.get(new.round)?;
            Some(SuggestedRound {
                round: ahead.round,
                plan_version: ahead.plan_version,
                courier: ahead.courier.courier,
                stops: new.stops.iter().filter_map(|stop| self.name(*stop)).collect(),
                ridden_seconds_before: new.ridden_before,
                ridden_seconds: new.ridden,
                returns_ms_before: self.at(looked, new.returns_before),
                returns_ms: self.at(looked, new.returns),
            })
        });
        told.collect()
    }

    fn moved(&self, looked: &Looked, moved: &[live::Moved]) -> Vec<MovedOrder> {
        let told = moved.iter().filter_map(|moved| {
            let named = self.names.get(moved.order)?;
            let (from, to) = (looked.rounds.get(moved.from)?, looked.rounds.get(moved.to)?);
            let stops = named.pickups.iter().flatten().chain([&named.drop_off]).copied().collect();
            Some(MovedOrder { stops, from: from.round, to: to.round })
        });
        told.collect()
    }

    fn name(&self, stop: StopId) -> Option<Id> {
        let named = self.names.get(stop.order())?;
        match stop {
            StopId::Pickup { pickup, .. } => named.pickups.get(pickup).copied().flatten(),
            StopId::DropOff { .. } => Some(named.drop_off),
        }
    }
}

/// The same order where a window that is over is over now: what is late is late, and goes on.
fn now(mut order: Order) -> Order {
    let stops = order.pickups.iter_mut().map(|(stop, _)| stop).chain([&mut order.drop_off]);
    for stop in stops.filter(|stop| stop.window.earliest > stop.window.latest) {
        stop.window = Window { earliest: 0, latest: 0 };
    }
    order
}

/// Whole seconds after the base.
fn window_of(time: Timestamp, base: Timestamp) -> u32 {
    u32::try_from(time.since(base).0.div_euclid(1_000)).unwrap_or(planner::TICKS_MAX).min(planner::TICKS_MAX)
}

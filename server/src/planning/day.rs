//! The rounds that go on as the planner's day, and what its names mean.

use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::ids::StopId as Id;
use core_sync::domain::time::Timestamp;
use core_sync::wire::plan::LeftOutStops;
use core_sync::wire::suggestion::{
    LaterStop, MovedOrder, OutRound, PlacedOrder, SuggestedReplan, SuggestedRound,
};
use planner::live::{Moved, NewRound, NotPlaced, Passed, PlacedNow, RoundNow, Standing, Suggestion};
use planner::{Aims, Bike, Order, Problem, Size, StopId, Window};

use super::left_out::Meaning;
use super::orders::{DraftOrder, Waiting};
use super::places::Places;
use super::problem::{STOPS_MAX, bike as bike_of, order as order_of, stop, ticks_after};
use super::round_now::RoundAhead;
use super::suggest::Looked;

/// The rounds that go on, laid out for the planner.
#[derive(Debug)]
pub struct Day {
    pub(super) standing: Standing,
    places: Vec<Coordinate>,
    /// What each of its orders is.
    names: Vec<Named>,
    /// Orders of drafts, which no round has.
    pub(super) new: Vec<usize>,
    /// Rounds of which somebody cannot ride a way.
    pub(super) closed: Vec<usize>,
}

/// An order of the day.
#[derive(Debug)]
struct Named {
    order: DraftOrder,
    /// Whether it is one, and not a stop that stays with her.
    is_order: bool,
}

impl Day {
    /// Lays the rounds out; the ways come later.
    #[must_use]
    pub fn of(looked: &Looked) -> Self {
        let mut places = Places::default();
        let problem = Problem { aims: Aims::default(), ..Problem::default() };
        let mut day = Self {
            standing: Standing { problem, rounds: Vec::new() },
            places: Vec::new(),
            names: Vec::new(),
            new: Vec::new(),
            closed: Vec::new(),
        };
        for (bike, ahead) in looked.rounds.iter().enumerate() {
            day.add(bike, ahead, looked.now, &mut places);
        }
        for order in &looked.waiting {
            day.new.push(day.standing.problem.orders.len());
            day.standing.problem.orders.push(order_of(order, looked.now, &mut places));
            day.names.push(Named { order: order.clone(), is_order: true });
        }
        day.places = places.listed();
        day
    }

    /// The rounds that can be ridden.
    pub(super) fn open(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.standing.rounds.len()).filter(|round| !self.closed.contains(round))
    }

    /// Between which places the ways are wanted.
    #[must_use]
    pub fn places(&self) -> &[Coordinate] {
        &self.places
    }

    fn add(&mut self, bike: usize, ahead: &RoundAhead, base: Timestamp, places: &mut Places) {
        let mut stops: Vec<(Id, StopId)> = Vec::new();
        for order in &ahead.orders {
            let index = self.standing.problem.orders.len();
            let is_ahead = |id: &Id| ahead.ahead.contains(id);
            for (pickup, (id, _)) in order.pickups.iter().enumerate().filter(|(_, (id, _))| is_ahead(id)) {
                stops.push((*id, StopId::Pickup { order: index, pickup }));
            }
            stops.push((order.drop_off.0, StopId::DropOff { order: index }));
            self.standing.problem.orders.push(goes_on(order_of(order, base, places)));
            self.names.push(Named { order: order.clone(), is_order: true });
        }
        for waiting in &ahead.hers {
            stops.push((waiting.0, StopId::DropOff { order: self.standing.problem.orders.len() }));
            self.add_hers(waiting, base, places);
        }
        let sequence = ahead.ahead.iter().filter_map(|id| stops.iter().find(|(name, _)| name == id));
        let free = ticks_after(ahead.free, base);
        self.standing.rounds.push(RoundNow {
            bike,
            at: places.of(ahead.at),
            free,
            stops: sequence.map(|(_, stop)| *stop).collect(),
            under_way: ahead.under_way,
        });
        let bike = bike_of(&ahead.courier, base, places);
        // Stops that are done or went elsewhere count in her round for good.
        let gone = u32::try_from(ahead.stops_ever.saturating_sub(ahead.ahead.len())).unwrap_or(u32::MAX);
        let stops_max = Some(STOPS_MAX.saturating_sub(gone));
        let shift = Window { earliest: free, latest: bike.shift.latest };
        // Nobody says whether she has had her break.
        self.standing.problem.bikes.push(Bike { shift, stops_max, pause: None, ..bike });
    }

    /// A stop that is no order, as if something of it were on board: it stays with her.
    fn add_hers(&mut self, waiting: &Waiting, base: Timestamp, places: &mut Places) {
        let there = stop(&waiting.1, base, places);
        let pickups = vec![(there, Size::default())];
        let order = Order { pickups, drop_off: there, skills: 0, flags: 0 };
        self.standing.problem.orders.push(goes_on(order));
        let order = DraftOrder { pickups: Vec::new(), drop_off: waiting.clone() };
        self.names.push(Named { order, is_order: false });
    }

    /// An exchange, told.
    pub(super) fn exchanged(&self, looked: &Looked, found: &Suggestion) -> SuggestedReplan {
        SuggestedReplan {
            moved: self.moved(looked, &found.moved),
            gain_seconds: found.gain,
            ..self.replan(looked, &found.rounds, found.later)
        }
    }

    /// What is left of the round of who is out, with the others. What it gains is not asked.
    pub(super) fn passed_on(&self, looked: &Looked, out: usize, passed: &Passed) -> Option<SuggestedReplan> {
        let ahead = looked.rounds.get(out)?;
        let (round, plan_version, courier) = (ahead.round, ahead.plan_version, ahead.courier.courier);
        (!passed.moved.is_empty()).then(|| SuggestedReplan {
            moved: self.moved(looked, &passed.moved),
            out: Some(OutRound { round, plan_version, courier }),
            ..self.replan(looked, &passed.rounds, passed.later)
        })
    }

    /// Orders of drafts that found room. What they add is not asked.
    pub(super) fn placed(&self, looked: &Looked, now: &PlacedNow) -> Option<SuggestedReplan> {
        let placed = now.placed.iter().filter_map(|placed| {
            let order = &self.names.get(placed.order)?.order;
            Some(PlacedOrder {
                stops: order.stops().collect(),
                order: order.drop_off.1.order,
                draft: *looked.draft_of.get(&order.drop_off.0)?,
                to: looked.rounds.get(placed.round)?.round,
                begins_ms: looked.meaning().moment(placed.drop_off),
            })
        });
        let placed: Vec<PlacedOrder> = placed.collect();
        // A pickup may wait in another draft than its drop-off.
        let waits_in = |draft| {
            let mut stops = placed.iter().flat_map(|one| &one.stops);
            stops.any(|stop| looked.draft_of.get(stop) == Some(&draft))
        };
        let drafts = looked.drafts.iter().filter(|seen| waits_in(seen.draft));
        let drafts = drafts.copied().collect();
        (!placed.is_empty()).then(|| SuggestedReplan {
            placed,
            drafts,
            ..self.replan(looked, &now.rounds, now.later)
        })
    }

    fn replan(&self, looked: &Looked, rounds: &[NewRound], later: Option<(StopId, u32)>) -> SuggestedReplan {
        let later = later.and_then(|(stop, seconds)| {
            Some(LaterStop { stop: self.names.get(stop.order())?.order.id_of(stop)?, seconds })
        });
        SuggestedReplan {
            rounds: rounds.iter().filter_map(|new| self.round(looked, new)).collect(),
            out: None,
            moved: Vec::new(),
            placed: Vec::new(),
            drafts: Vec::new(),
            gain_seconds: 0,
            later,
        }
    }

    fn round(&self, looked: &Looked, new: &NewRound) -> Option<SuggestedRound> {
        let ahead = looked.rounds.get(new.round)?;
        let meaning = looked.meaning();
        Some(SuggestedRound {
            round: ahead.round,
            plan_version: ahead.plan_version,
            courier: ahead.courier.courier,
            courier_sequence: ahead.courier_sequence,
            stops: new
                .stops
                .iter()
                .filter_map(|stop| self.names.get(stop.order())?.order.id_of(*stop))
                .collect(),
            ridden_seconds_before: new.ridden_before,
            ridden_seconds: new.ridden,
            returns_ms_before: meaning.moment(new.returns_before),
            returns_ms: meaning.moment(new.returns),
        })
    }

    fn moved(&self, looked: &Looked, moved: &[Moved]) -> Vec<MovedOrder> {
        let told = moved.iter().filter_map(|moved| {
            let stops = self.names.get(moved.order)?.order.stops().collect();
            let (from, to) = (looked.rounds.get(moved.from)?, looked.rounds.get(moved.to)?);
            Some(MovedOrder { stops, from: from.round, to: to.round })
        });
        told.collect()
    }

    /// The stops ahead of an order of this round, and whether it is one.
    pub(super) fn stops_ahead(&self, ahead: &RoundAhead, order: usize) -> Option<(Vec<Id>, bool)> {
        let named = self.names.get(order)?;
        Some((named.order.stops().filter(|stop| ahead.ahead.contains(stop)).collect(), named.is_order))
    }

    /// An order that found no room, told.
    pub(super) fn left_out(&self, meaning: &Meaning<'_>, left: &NotPlaced) -> Option<LeftOutStops> {
        let size = self.standing.problem.orders.get(left.order)?.size();
        Some(meaning.left_out(&self.names.get(left.order)?.order, size, left.reason, &left.would_fit))
    }
}

/// The same order where a window that is over is over now: what is late is late, and goes on.
fn goes_on(mut order: Order) -> Order {
    let stops = order.pickups.iter_mut().map(|(stop, _)| stop).chain([&mut order.drop_off]);
    for stop in stops.filter(|stop| stop.window.earliest > stop.window.latest) {
        stop.window = Window { earliest: 0, latest: 0 };
    }
    order
}

//! A few rounds of the day as a problem of their own, in which nothing may get worse than it stands.
//!
//! Its bikes begin where their couriers are free next. Goods on board are pickups at a place of the bike's own, to
//! which no way leads, in the tick in which it begins: nobody else can do them, and nothing comes before them.
//! A window, a shift or a box that the day breaks already is as wide as the day needs it, and no wider.

use std::collections::BTreeMap;

use super::at_once::at_once;
use super::error::LiveError;
use super::standing::{RoundNow, Standing};
use super::suggestion::NewRound;
use super::terms::Terms;
use crate::left_out::{LeftOut, Reason};
use crate::plan::{Plan, Round};
use crate::problem::{
    Bike, Capacity, Matrix, Order, Problem, Size, Stop, StopId, TICKS_MAX, UNREACHABLE, Window,
};
use crate::search::{cost, lay};
use crate::would_fit::WouldFit;

/// Some rounds, as a problem.
#[derive(Debug)]
pub(super) struct Part {
    /// The problem; its bikes are in the sequence of the rounds that were asked for.
    pub(super) problem: Problem,
    /// The rounds as they stand, laid in it, ridden at once.
    pub(super) stands: Vec<Round>,
    /// The name of each of its orders in the whole.
    names: Vec<usize>,
    /// Pickups of each bike that are done.
    on_board: Vec<Vec<StopId>>,
    /// What each bike carries, where it has more on it already.
    carries: Vec<Capacity>,
    /// Which bikes are ridden now.
    under_way: Vec<bool>,
}

impl Part {
    /// These rounds of a day that is valid; `more` are orders that no round has.
    pub(super) fn of(
        standing: &Standing,
        rounds: &[usize],
        more: &[usize],
        terms: Terms,
    ) -> Result<Self, LiveError> {
        let mut part = Self {
            problem: Problem { aims: standing.problem.aims, ..Problem::default() },
            stands: Vec::new(),
            names: Vec::new(),
            on_board: Vec::new(),
            carries: Vec::new(),
            under_way: Vec::new(),
        };
        let mut places = Places::default();
        let mut sequences = Vec::new();
        for index in rounds {
            let round = standing.rounds.get(*index).ok_or(LiveError::NoSuchRound { round: *index })?;
            sequences.push(part.add_round(standing, round, &mut places)?);
        }
        for name in more {
            let whole = standing.problem.orders.get(*name).ok_or(LiveError::Order { order: *name })?;
            let mut order = whole.clone();
            for stop in stops_of(&mut order) {
                stop.place = places.of(stop.place);
            }
            part.problem.orders.push(order);
            part.names.push(*name);
        }
        part.problem.profiles = places.profiles(&standing.problem.profiles)?;
        part.bound(rounds, &sequences, terms)?;
        Ok(part)
    }

    /// What would make room, where a larger box is counted from what the bike really carries.
    pub(super) fn counted_from_the_box(&self, would: WouldFit) -> WouldFit {
        let WouldFit::LargerBox { bike, litres, kilograms } = would else { return would };
        let (bound, carries) = (self.problem.bikes.get(bike), self.carries.get(bike));
        let Some((bound, carries)) = bound.map(|bike| bike.capacity).zip(carries) else { return would };
        let more = |lacks: u64, bound: u32, carries: u32| {
            if lacks == 0 { 0 } else { lacks + u64::from(bound.saturating_sub(carries)) }
        };
        WouldFit::LargerBox {
            bike,
            litres: more(litres, bound.litres, carries.litres),
            kilograms: more(kilograms, bound.kilograms, carries.kilograms),
        }
    }

    /// The name that an order has in the whole.
    pub(super) fn name(&self, order: usize) -> usize {
        self.names.get(order).copied().unwrap_or(order)
    }

    /// The stops of a round of this part that are still to be ridden, by their names in the whole.
    pub(super) fn stops(&self, round: &Round) -> Vec<StopId> {
        let all = round.visits.iter().map(|visit| visit.stop);
        let ahead = all.filter(|stop| !self.is_done(*stop));
        ahead.map(|stop| named(stop, self.name(stop.order()))).collect()
    }

    /// Whether it is a pickup whose goods are on board.
    fn is_done(&self, stop: StopId) -> bool {
        self.on_board.iter().any(|done| done.contains(&stop))
    }

    /// The round with every time as early as can be.
    pub(super) fn at_once(&self, round: &Round) -> Round {
        let free = self.problem.bikes.get(round.bike).map_or(round.departs, |bike| bike.shift.earliest);
        at_once(&self.problem, round, free)
    }

    /// What a round of a plan of this part changes, by the names of the whole.
    pub(super) fn new_round(&self, made: &Plan, bike: usize, round: usize) -> NewRound {
        let idle = self.with_nothing(bike);
        let made = made.rounds.iter().find(|made| made.bike == bike);
        let made = made.map_or_else(|| idle.clone(), |made| self.at_once(made));
        let before = self.stands.get(bike).filter(|before| !before.visits.is_empty()).unwrap_or(&idle);
        NewRound {
            round,
            stops: self.stops(&made),
            ridden_before: before.ridden,
            ridden: made.ridden,
            returns_before: before.returns,
            returns: made.returns,
        }
    }

    /// What is ridden of a bike's round where no stop is left in it: the way to its end, if it is under way.
    fn with_nothing(&self, bike: usize) -> Round {
        let ridden = self.problem.bikes.get(bike);
        let free = ridden.map_or(0, |bike| bike.shift.earliest);
        let home = ridden.filter(|_| self.under_way.get(bike) == Some(&true)).and_then(|ridden| {
            let (end, matrix) = (ridden.end?, self.problem.profiles.get(ridden.profile as usize)?);
            let ticks = u64::from(matrix.ticks(ridden.start, end)?) * 1_000;
            let metres = matrix.metres(ridden.start, end).unwrap_or_default();
            Some((ticks.div_ceil(u64::from(ridden.speed_per_mille.max(1))), u64::from(metres)))
        });
        let (ridden, metres) = home.unwrap_or_default();
        let returns = free.saturating_add(u32::try_from(ridden).unwrap_or(u32::MAX));
        Round { bike, departs: free, visits: Vec::new(), rest: None, returns, ridden, metres }
    }

    /// What a plan of this part costs with the ways home of those who are under way and have no stop left, of which the
    /// search knows nothing.
    pub(super) fn cost(&self, plan: &Plan) -> u64 {
        let rides = |bike: &usize| plan.rounds.iter().any(|round| round.bike == *bike);
        let empty = (0..self.under_way.len()).filter(|bike| !rides(bike));
        let home = empty.map(|bike| self.with_nothing(bike)).filter(|home| home.ridden > 0);
        home.map(|home| cost(&self.problem, &home)).fold(plan.cost, u64::saturating_add)
    }

    /// When each stop ahead begins in rounds of this part, ridden at once, by the names of the whole.
    pub(super) fn begins(&self, rounds: &[Round]) -> BTreeMap<StopId, u32> {
        let visits = rounds.iter().flat_map(|round| self.at_once(round).visits);
        let ahead = visits.filter(|visit| !self.is_done(visit.stop));
        ahead.map(|visit| (named(visit.stop, self.name(visit.stop.order())), visit.begins)).collect()
    }

    /// The stop that a plan of this part makes later most, and by how many ticks. `before` says when each stop begins as
    /// the day stands.
    pub(super) fn later(&self, before: &BTreeMap<StopId, u32>, made: &Plan) -> Option<(StopId, u32)> {
        let after = self.begins(&made.rounds).into_iter();
        let later = after.filter_map(|(stop, begins)| Some((stop, begins.checked_sub(*before.get(&stop)?)?)));
        later.filter(|(_, ticks)| *ticks > 0).max_by_key(|(_, ticks)| *ticks)
    }

    /// Adds a bike and its orders; answers what it rides, goods on board first.
    fn add_round(
        &mut self,
        standing: &Standing,
        round: &RoundNow,
        places: &mut Places,
    ) -> Result<Vec<StopId>, LiveError> {
        let whole = &standing.problem;
        let bike = whole.bikes.get(round.bike).ok_or(LiveError::Bike { bike: round.bike })?;
        let here = places.own(round.at);
        let mut local = BTreeMap::new();
        let mut done = Vec::new();
        for name in round.orders() {
            let mut order = whole.orders.get(name).ok_or(LiveError::Order { order: name })?.clone();
            let index = self.problem.orders.len();
            local.insert(name, index);
            for (pickup, (stop, _)) in order.pickups.iter_mut().enumerate() {
                if round.stops.contains(&StopId::Pickup { order: name, pickup }) {
                    stop.place = places.of(stop.place);
                } else {
                    let window = Window { earliest: round.free, latest: round.free };
                    *stop = Stop { place: here, window, service: 0, approach: 0 };
                    done.push(StopId::Pickup { order: index, pickup });
                }
            }
            order.drop_off.place = places.of(order.drop_off.place);
            self.problem.orders.push(order);
            self.names.push(name);
        }
        let ahead = round.stops.iter().filter_map(|stop| Some(named(*stop, *local.get(&stop.order())?)));
        let sequence = done.iter().copied().chain(ahead).collect();
        let on_board = u32::try_from(done.len()).unwrap_or(u32::MAX);
        self.on_board.push(done);
        self.under_way.push(round.under_way);
        self.problem.bikes.push(Bike {
            start: here,
            end: bike.end.map(|end| places.of(end)),
            // Goods on board are stops of this part alone.
            stops_max: bike.stops_max.map(|stops| stops.saturating_add(on_board)),
            shift: Window { earliest: round.free, latest: bike.shift.latest },
            // One whose last moment has passed was taken, or cannot be any more.
            pause: bike.pause.filter(|pause| pause.begins.latest >= round.free),
            ..bike.clone()
        });
        Ok(sequence)
    }

    /// Lays the rounds as they stand, then binds every stop to that.
    fn bound(&mut self, rounds: &[usize], sequences: &[Vec<StopId>], terms: Terms) -> Result<(), LiveError> {
        let given = self.problem.clone();
        for bike in &mut self.problem.bikes {
            (bike.shift.latest, bike.range_metres, bike.stops_max) = (TICKS_MAX, None, None);
            bike.capacity = Capacity { litres: TICKS_MAX, kilograms: TICKS_MAX };
            (bike.skills, bike.flags) = (u64::MAX, u64::MAX);
        }
        let ahead: Vec<StopId> =
            sequences.iter().flatten().copied().filter(|stop| !self.is_done(*stop)).collect();
        for stop in ahead {
            if let Some(stop) = stop_mut(&mut self.problem, stop) {
                stop.window.latest = TICKS_MAX;
            }
        }
        for (bike, (sequence, round)) in sequences.iter().zip(rounds).enumerate() {
            let laid = lay(&self.problem, bike, sequence).ok_or(LiveError::NoWay { round: *round })?;
            self.stands.push(self.at_once(&laid));
        }
        self.carries = given.bikes.iter().map(|bike| bike.capacity).collect();
        self.problem = given;
        for (round, sequence) in self.stands.iter().zip(sequences) {
            bind(&mut self.problem, round, sequence, terms.later_at_most);
        }
        Ok(())
    }

    /// The plan of these rounds as they stand; orders that none has are left out, not tried yet.
    pub(super) fn plan(&self) -> Plan {
        let rounds: Vec<Round> = (0..self.stands.len())
            .filter_map(|bike| {
                let sequence: Vec<StopId> =
                    self.stands.get(bike)?.visits.iter().map(|visit| visit.stop).collect();
                (!sequence.is_empty()).then(|| lay(&self.problem, bike, &sequence))?
            })
            .collect();
        let costs = rounds.iter().map(|round| cost(&self.problem, round));
        let cost = costs.fold(0, u64::saturating_add);
        let rides = |order: usize| {
            rounds.iter().flat_map(|round| &round.visits).any(|visit| visit.stop.order() == order)
        };
        let open = (0..self.problem.orders.len()).filter(|order| !rides(*order));
        let left_out = open.map(|order| LeftOut { order, reason: Reason::NotTried }).collect();
        Plan { rounds, left_out, cost }
    }
}

/// Whether a round can be ridden as it stands: every way of it is there.
pub fn can_be_ridden(standing: &Standing, round: usize) -> Result<(), LiveError> {
    standing.validate()?;
    let terms = Terms { gain_at_least: 0, gain_per_order: 0, later_at_most: 0 };
    Part::of(standing, &[round], &[], terms).map(drop)
}

/// Opens windows, shift, range, box and number of stops of a round as far as it needs them, and lets no stop be later than the terms say.
fn bind(problem: &mut Problem, round: &Round, sequence: &[StopId], later_at_most: u32) {
    let peak = peak(problem, sequence);
    if let Some(bike) = problem.bikes.get_mut(round.bike) {
        bike.shift.latest = bike.shift.latest.max(round.returns);
        bike.capacity.litres = bike.capacity.litres.max(peak.0);
        bike.capacity.kilograms = bike.capacity.kilograms.max(peak.1);
        let metres = u32::try_from(round.metres).unwrap_or(u32::MAX);
        bike.range_metres = bike.range_metres.map(|range| range.max(metres));
        let stops = u32::try_from(sequence.len()).unwrap_or(u32::MAX);
        bike.stops_max = bike.stops_max.map(|most| most.max(stops));
        for stop in sequence {
            let needs = problem.orders.get(stop.order()).map_or((0, 0), |order| (order.skills, order.flags));
            (bike.skills, bike.flags) = (bike.skills | needs.0, bike.flags | needs.1);
        }
    }
    for visit in &round.visits {
        bind_stop(problem, visit.stop, visit.begins, later_at_most);
    }
}

/// Lets a stop be so much later than it stands and within its window, or as late as it stands.
pub(super) fn bind_stop(problem: &mut Problem, stop: StopId, begins: u32, later_at_most: u32) {
    if let Some(stop) = stop_mut(problem, stop) {
        let promised = begins.saturating_add(later_at_most).min(stop.window.latest);
        stop.window.latest = promised.max(begins);
    }
}

/// The most that is on the bike at once.
fn peak(problem: &Problem, sequence: &[StopId]) -> (u32, u32) {
    let (mut now, mut most) = ((0_u64, 0_u64), (0, 0));
    for stop in sequence {
        let Some(order) = problem.orders.get(stop.order()) else { continue };
        match stop {
            StopId::Pickup { pickup, .. } => {
                let size = order.pickups.get(*pickup).map_or(Size::default(), |(_, size)| *size);
                now = (now.0 + u64::from(size.litres), now.1 + u64::from(size.kilograms));
            }
            StopId::DropOff { .. } => {
                let size = order.size();
                now = (now.0.saturating_sub(size.0), now.1.saturating_sub(size.1));
            }
        }
        most = (now.0.max(most.0), now.1.max(most.1));
    }
    let whole = |amount: u64| u32::try_from(amount).unwrap_or(u32::MAX);
    (whole(most.0), whole(most.1))
}

fn stop_mut(problem: &mut Problem, stop: StopId) -> Option<&mut Stop> {
    let order = problem.orders.get_mut(stop.order())?;
    match stop {
        StopId::Pickup { pickup, .. } => order.pickups.get_mut(pickup).map(|(stop, _)| stop),
        StopId::DropOff { .. } => Some(&mut order.drop_off),
    }
}

fn stops_of(order: &mut Order) -> impl Iterator<Item = &mut Stop> {
    order.pickups.iter_mut().map(|(stop, _)| stop).chain(std::iter::once(&mut order.drop_off))
}

pub(super) fn named(stop: StopId, order: usize) -> StopId {
    match stop {
        StopId::Pickup { pickup, .. } => StopId::Pickup { order, pickup },
        StopId::DropOff { .. } => StopId::DropOff { order },
    }
}

/// The places of a part: those of the whole that it needs, and one for each bike.
#[derive(Debug, Default)]
struct Places {
    /// The place of the whole, and whether it is a bike's own, to which no way leads.
    listed: Vec<(u32, bool)>,
    known: BTreeMap<u32, u32>,
}

impl Places {
    fn of(&mut self, place: u32) -> u32 {
        if let Some(known) = self.known.get(&place) {
            return *known;
        }
        let index = self.push(place, false);
        self.known.insert(place, index);
        index
    }

    fn own(&mut self, place: u32) -> u32 {
        self.push(place, true)
    }

    fn push(&mut self, place: u32, own: bool) -> u32 {
        self.listed.push((place, own));
        u32::try_from(self.listed.len() - 1).unwrap_or(u32::MAX)
    }

    fn profiles(&self, whole: &[Matrix]) -> Result<Vec<Matrix>, LiveError> {
        let of_one = |matrix: &Matrix| {
            let (mut ticks, mut metres) = (Vec::new(), Vec::new());
            for (row, (from, _)) in self.listed.iter().enumerate() {
                for (column, (to, own)) in self.listed.iter().enumerate() {
                    let (way, long) = match (row == column, own) {
                        (true, _) => (Some(0), Some(0)),
                        (false, true) => (None, None),
                        (false, false) => (matrix.ticks(*from, *to), matrix.metres(*from, *to)),
                    };
                    ticks.push(way.unwrap_or(UNREACHABLE));
                    metres.push(long.unwrap_or_default());
                }
            }
            Matrix::new(self.listed.len(), ticks, metres)
        };
        Ok(whole.iter().map(of_one).collect::<Result<_, _>>()?)
    }
}

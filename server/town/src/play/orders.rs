//! The orders of the day: each from one to four shops to one door, in waves of rounds.
//!
//! As they come, each order goes to the courier who waits nearest to one of its shops, two to each, and she rides nearest
//! first. The office has each wave planned anew (`wave`).

use core_sync::domain::card::CardText;
use core_sync::domain::coordinate::Coordinate as CardCoordinate;
use core_sync::domain::ids::{OrderId, ParcelId};
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::StopKind;
use rand_chacha::ChaCha8Rng;

use crate::address::Address;
use crate::coordinate::Coordinate;
use crate::people::{People, Recipient};
use crate::ride::nearest_first;
use crate::seed::Seed;
use crate::stop::{Stop, StopKind as KindOfPlace};
use crate::visit::{Visit, Visited};

use super::cast::COURIERS;
use super::day_clock::{DayClock, Minute};
use super::flat_map::Spot;
use super::quarter::Quarter;
use super::wave::{WaitingPlace, Wave, minutes_of};

/// A courier has a round every so many minutes.
pub(crate) const ROUND_MINUTES: u32 = 150;
/// Couriers start one after another, so that the streets are never empty.
const START_STEPS: u32 = 20;
const STEP_MINUTES: u32 = 3;
/// Orders of one round.
const ORDERS: usize = 2;
/// Shops of one order.
const PICKUPS_MAX: u32 = 4;
/// Stops of a round as it comes: for each order its shops and its door.
pub(crate) const ROUND_STOPS_MAX: usize = ORDERS * (PICKUPS_MAX as usize + 1);
/// Parcels of one pickup.
const PARCELS_MAX: u32 = 3;
/// A late order comes about every so many minutes.
const LATE_ORDER_MINUTES: u32 = 12;
/// Shops near one another that an order is taken from.
const SHOPS_NEAR: usize = 14;

/// A stop as it is to be added.
#[derive(Debug, Clone)]
pub(crate) struct PlannedStop {
    pub(crate) kind: StopKind,
    pub(crate) order: OrderId,
    pub(crate) parcels: Vec<ParcelId>,
    pub(crate) service_seconds: u32,
    pub(crate) card: CardText,
    pub(crate) spot: Spot,
    /// When it is wanted, first and last.
    pub(crate) window: (Minute, Minute),
}

/// A round as it is to be laid, in the sequence that it should be ridden in.
#[derive(Debug, Clone)]
pub(crate) struct PlannedRound {
    pub(crate) courier: usize,
    pub(crate) start: Minute,
    pub(crate) stops: Vec<PlannedStop>,
}

/// An order that comes while couriers are out.
#[derive(Debug)]
pub(crate) struct LateOrder {
    pub(crate) at: Minute,
    pub(crate) stops: Vec<PlannedStop>,
}

/// All orders of the day.
#[derive(Debug)]
pub(crate) struct Orders {
    /// One after another.
    pub(crate) waves: Vec<Wave>,
    /// By the minute in which they come.
    pub(crate) late: Vec<LateOrder>,
    /// Where each courier waits for the day.
    pub(crate) bases: Vec<WaitingPlace>,
}

/// Draws orders.
struct Drawing<'a, 'q> {
    quarter: &'q Quarter<'a>,
    people: People,
    seed: &'q mut Seed,
    ids: &'q mut ChaCha8Rng,
}

impl Orders {
    /// Draws the orders of a day.
    pub(crate) fn draw(quarter: &Quarter<'_>, day: &DayClock, seed: &mut Seed, ids: &mut ChaCha8Rng) -> Self {
        let mut drawing = Drawing { quarter, people: People::new(), seed, ids };
        let bases = drawing.bases();
        // Where each courier waits for the next wave, if all rounds are ridden as they come.
        let mut waiting: Vec<Spot> = bases.iter().map(|base| base.spot).collect();
        let mut waves = Vec::new();
        let mut period = day.from;
        while period.plus(30) < day.until {
            let starts = (0..).zip(&bases).map(|(courier, _)| {
                let step = courier * 7 % START_STEPS;
                period.plus(step * STEP_MINUTES)
            });
            let rounds = drawing.wave(&waiting, &starts.collect::<Vec<_>>());
            let nearest_first = ride(&mut waiting, &rounds);
            waves.push(Wave { begins: period, rounds, nearest_first });
            period = period.plus(ROUND_MINUTES);
        }
        let mut late = Vec::new();
        let mut at = day.from.plus(25);
        while at.plus(60) < day.until {
            let visits = drawing.order(&mut drawing.quarter.addresses.clone());
            late.push(LateOrder { at, stops: drawing.ridden(visits, None, at) });
            at = at.plus(LATE_ORDER_MINUTES / 2 + drawing.seed.draw_below(LATE_ORDER_MINUTES));
        }
        Self { waves, late, bases }
    }
}

impl<'a> Drawing<'a, '_> {
    /// A shop for each courier, spread over the quarter: the shops stand by their distance from its middle.
    fn bases(&self) -> Vec<WaitingPlace> {
        let step = (self.quarter.shops.len() / COURIERS.len()).max(1);
        let shops = self.quarter.shops.iter().step_by(step).take(COURIERS.len());
        let bases = shops.filter_map(|shop| {
            let spot = self.quarter.map.spot(&shop.coordinate);
            Some(WaitingPlace { spot, coordinate: on_card(&shop.coordinate)? })
        });
        bases.collect()
    }

    /// A wave as it comes: each order goes to the courier who waits nearest to one of its shops and has room for it.
    fn wave(&mut self, waiting: &[Spot], starts: &[Minute]) -> Vec<PlannedRound> {
        let map = &self.quarter.map;
        let mut doors = self.quarter.addresses.clone();
        let mut in_hand: Vec<Vec<Visit<'a>>> = waiting.iter().map(|_| Vec::new()).collect();
        for _ in 0..waiting.len() * ORDERS {
            let mut visits = self.order(&mut doors);
            let away = |spot: Spot| {
                let pickups = visits.iter().filter(|visit| visit.kind() == KindOfPlace::Pickup);
                pickups.map(move |pickup| map.spot(&pickup.coordinate()).metres_to(spot)).min()
            };
            let held = |courier: usize| {
                in_hand.get(courier).map_or(0, |visits| {
                    visits.iter().filter(|visit| visit.kind() == KindOfPlace::DropOff).count()
                })
            };
            let nearest = waiting.iter().enumerate().filter(|(courier, _)| held(*courier) < ORDERS);
            let nearest = nearest.min_by_key(|(_, spot)| away(**spot)).map(|(courier, _)| courier);
            let Some(courier) = nearest else { continue };
            let order_index = held(courier);
            visits.iter_mut().for_each(|visit| visit.order_index = order_index);
            if let Some(hand) = in_hand.get_mut(courier) {
                hand.extend(visits);
            }
        }
        let rounds = in_hand.into_iter().zip(waiting).zip(starts).enumerate();
        let rounds = rounds.map(|(courier, ((visits, here), start))| {
            let stops = self.ridden(visits, Some(*here), *start);
            PlannedRound { courier, start: *start, stops }
        });
        rounds.collect()
    }

    /// An order: from shops near one another to a door anywhere in the quarter, which nobody else in `doors` has then.
    fn order(&mut self, doors: &mut Vec<&'a Address>) -> Vec<Visit<'a>> {
        let quarter = self.quarter;
        let any = self.seed.draw_below(u32::try_from(quarter.shops.len()).unwrap_or(1)) as usize;
        let Some(middle) = quarter.shops.get(any).map(|shop| quarter.map.spot(&shop.coordinate)) else {
            return Vec::new();
        };
        let mut shops =
            nearest(&quarter.shops, SHOPS_NEAR, |shop| quarter.map.spot(&shop.coordinate).metres_to(middle));
        let Some(door) = self.seed.take(doors) else { return Vec::new() };
        let pickups = 1 + self.seed.draw_below(PICKUPS_MAX).min(self.seed.draw_below(PICKUPS_MAX));
        let mut visits = Vec::new();
        let mut all = 0;
        for _ in 0..pickups {
            let Some(shop) = self.seed.take(&mut shops) else { break };
            let parcel_count = 1 + self.seed.draw_below(PARCELS_MAX).min(self.seed.draw_below(PARCELS_MAX));
            all += parcel_count;
            visits.push(Visit { order_index: 0, parcel_count, place: Visited::Shop(shop) });
        }
        let recipient = self.recipient();
        visits.push(Visit { order_index: 0, parcel_count: all, place: Visited::Home(door, recipient) });
        visits
    }

    /// Visits as one courier rides them nearest first, from where she waits, from `start` on.
    fn ridden(&mut self, visits: Vec<Visit<'a>>, here: Option<Spot>, start: Minute) -> Vec<PlannedStop> {
        let map = &self.quarter.map;
        let shops = visits.iter().filter(|visit| visit.kind() == KindOfPlace::Pickup).map(Visit::coordinate);
        let away = |shop: &Coordinate| here.map(|here| map.spot(shop).metres_to(here));
        let Some(first) = shops.min_by_key(away) else { return Vec::new() };
        let ridden = nearest_first(first, visits);
        let stops = (0..).zip(ridden).map(|(number, visit)| visit.into_stop(number)).collect();
        self.with_parcels(stops, start)
    }

    fn recipient(&mut self) -> Recipient {
        if let Some(recipient) = self.people.next(self.seed) {
            return recipient;
        }
        // Everybody ordered once; the same people order again.
        self.people = People::new();
        let nobody = Recipient { name: "?".into(), telephone: "?".into(), instructions: None };
        self.people.next(self.seed).unwrap_or(nobody)
    }

    fn with_parcels(&mut self, stops: Vec<Stop>, start: Minute) -> Vec<PlannedStop> {
        let orders = stops.iter().map(|stop| stop.order_index + 1).max().unwrap_or(0);
        let mut of_order: Vec<(OrderId, Vec<ParcelId>)> =
            (0..orders).map(|_| (OrderId::random(self.ids), Vec::new())).collect();
        let mut planned = Vec::new();
        // A drop-off comes after its pickups, so its parcels are known by then.
        for stop in stops {
            let Some((order, known)) = of_order.get_mut(stop.order_index) else { continue };
            let (kind, parcels) = match stop.kind {
                KindOfPlace::Pickup => {
                    let parcels: Vec<ParcelId> =
                        (0..stop.parcel_count).map(|_| ParcelId::random(self.ids)).collect();
                    known.extend(parcels.iter().copied());
                    (StopKind::Pickup, parcels)
                }
                KindOfPlace::DropOff => (StopKind::DropOff, known.clone()),
            };
            let spot = self.quarter.map.spot(&stop.coordinate);
            let window = (start.plus(stop.window.from_minutes), start.plus(stop.window.until_minutes));
            let service_seconds = stop.service_seconds;
            if let Some(card) = card(stop) {
                let order = *order;
                planned.push(PlannedStop { kind, order, parcels, service_seconds, card, spot, window });
            }
        }
        planned
    }
}

/// The card of a stop; nothing for a place that is not on the globe, which places never hold.
fn card(stop: Stop) -> Option<CardText> {
    Some(CardText {
        name: Personal::new(stop.name),
        address: Personal::new(format!("{}, {}", stop.address_line, stop.postcode)),
        coordinate: Personal::new(on_card(&stop.coordinate)?),
        telephone: stop.telephone.map(Personal::new),
        door_code: None,
        instructions: stop.instructions.map(Personal::new),
    })
}

/// A place as cards and requests have it.
fn on_card(place: &Coordinate) -> Option<CardCoordinate> {
    CardCoordinate::from_degrees(place.latitude_degrees(), place.longitude_degrees()).ok()
}

/// Minutes that riding these rounds takes; leaves each courier at her last stop.
fn ride(waiting: &mut [Spot], rounds: &[PlannedRound]) -> u32 {
    let mut minutes = 0;
    for round in rounds {
        let Some(here) = waiting.get_mut(round.courier) else { continue };
        minutes += minutes_of(*here, round.stops.iter().map(|stop| stop.spot));
        *here = round.stops.last().map_or(*here, |stop| stop.spot);
    }
    minutes
}

/// The nearest so many; of equally near ones the earlier.
fn nearest<T: Copy>(all: &[T], count: usize, metres: impl Fn(T) -> i64) -> Vec<T> {
    let mut sorted: Vec<(i64, T)> = all.iter().map(|one| (metres(*one), *one)).collect();
    sorted.sort_by_key(|(away, _)| *away);
    sorted.into_iter().take(count).map(|(_, one)| one).collect()
}

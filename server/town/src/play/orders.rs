//! The orders of the day: each from one to four shops to one door, laid into rounds nearest-first.
//!
//! This is no planner. A round has two orders that lie near its courier's part of the town.

use core_sync::domain::card::CardText;
use core_sync::domain::coordinate::Coordinate as CardCoordinate;
use core_sync::domain::ids::{OrderId, ParcelId};
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::StopKind;
use rand_chacha::ChaCha8Rng;

use crate::people::{People, Recipient};
use crate::ride::nearest_first;
use crate::seed::Seed;
use crate::shop::Shop;
use crate::stop::{Stop, StopKind as KindOfPlace};
use crate::visit::{Visit, Visited};

use super::cast::COURIERS;
use super::day_clock::{DayClock, Minute};
use super::flat_map::Spot;
use super::quarter::Quarter;

/// A courier has a round every so many minutes.
const ROUND_MINUTES: u32 = 150;
/// Rounds are laid this long before they start, those of the first hour before the day.
const LAID_MINUTES_BEFORE: u32 = 20;
/// Couriers start one after another, so that the office lays few rounds in one minute and the streets are never empty.
const START_STEPS: u32 = 20;
const STEP_MINUTES: u32 = 3;
/// Orders of one round.
const ORDERS: usize = 2;
/// Shops of one order.
const PICKUPS_MAX: u32 = 4;
/// Parcels of one pickup.
const PARCELS_MAX: u32 = 3;
/// A late order comes about every so many minutes.
const LATE_ORDER_MINUTES: u32 = 12;
/// Shops near a courier's part of the town that her orders are taken from.
const SHOPS_NEAR: usize = 14;
/// And doors.
const DOORS_NEAR: usize = 24;

/// A stop as it is to be added.
#[derive(Debug, Clone)]
pub(crate) struct PlannedStop {
    pub(crate) kind: StopKind,
    pub(crate) order: OrderId,
    pub(crate) parcels: Vec<ParcelId>,
    pub(crate) service_seconds: u32,
    pub(crate) card: CardText,
    pub(crate) spot: Spot,
    /// When it is wanted, in minutes after the round's start.
    pub(crate) window: (u32, u32),
}

/// A round as it is to be laid, in the sequence that it should be ridden in.
#[derive(Debug)]
pub(crate) struct PlannedRound {
    pub(crate) courier: usize,
    pub(crate) laid: Minute,
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
    /// By the minute in which they are laid.
    pub(crate) rounds: Vec<PlannedRound>,
    /// By the minute in which they come.
    pub(crate) late: Vec<LateOrder>,
    /// Where each courier waits for the day.
    pub(crate) bases: Vec<Spot>,
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
        let bases: Vec<Spot> = drawing.bases();
        let mut rounds = Vec::new();
        let mut period = day.from;
        while period.plus(30) < day.until {
            for (courier, base) in bases.iter().enumerate() {
                let step = u32::try_from(courier * 7).unwrap_or(0) % START_STEPS;
                let start = period.plus(step * STEP_MINUTES);
                let laid = start.minus(LAID_MINUTES_BEFORE).max(day.from);
                rounds.push(PlannedRound { courier, laid, start, stops: drawing.stops(*base, ORDERS) });
            }
            period = period.plus(ROUND_MINUTES);
        }
        rounds.sort_by_key(|round| (round.laid, round.courier));
        let mut late = Vec::new();
        let mut at = day.from.plus(25);
        while at.plus(60) < day.until {
            let base = drawing.seed.draw_below(u32::try_from(bases.len()).unwrap_or(1)) as usize;
            if let Some(base) = bases.get(base) {
                late.push(LateOrder { at, stops: drawing.stops(*base, 1) });
            }
            at = at.plus(LATE_ORDER_MINUTES / 2 + drawing.seed.draw_below(LATE_ORDER_MINUTES));
        }
        Self { rounds, late, bases }
    }
}

impl<'a> Drawing<'a, '_> {
    /// A shop for each courier, spread over the quarter: the shops stand by their distance from its middle.
    fn bases(&self) -> Vec<Spot> {
        let step = (self.quarter.shops.len() / COURIERS.len()).max(1);
        let shops = self.quarter.shops.iter().step_by(step).take(COURIERS.len());
        shops.map(|shop| self.quarter.map.spot(&shop.coordinate)).collect()
    }

    /// So many orders near a place, in the sequence to ride them.
    fn stops(&mut self, base: Spot, orders: usize) -> Vec<PlannedStop> {
        let quarter = self.quarter;
        let mut shops =
            nearest(&quarter.shops, SHOPS_NEAR, |shop| quarter.map.spot(&shop.coordinate).metres_to(base));
        let mut doors = nearest(&quarter.addresses, DOORS_NEAR, |door| {
            quarter.map.spot(&door.coordinate).metres_to(base)
        });
        let mut visits: Vec<Visit<'a>> = Vec::new();
        for order_index in 0..orders {
            let pickups = 1 + self.seed.draw_below(PICKUPS_MAX).min(self.seed.draw_below(PICKUPS_MAX));
            let chosen: Vec<&'a Shop> = (0..pickups).filter_map(|_| self.seed.take(&mut shops)).collect();
            let Some(door) = self.seed.take(&mut doors) else { continue };
            let mut all = 0;
            for shop in chosen {
                let parcel_count =
                    1 + self.seed.draw_below(PARCELS_MAX).min(self.seed.draw_below(PARCELS_MAX));
                all += parcel_count;
                visits.push(Visit { order_index, parcel_count, place: Visited::Shop(shop) });
            }
            let recipient = self.recipient();
            visits.push(Visit { order_index, parcel_count: all, place: Visited::Home(door, recipient) });
        }
        let Some(start) = visits.first().map(Visit::coordinate) else { return Vec::new() };
        let ridden = nearest_first(start, visits);
        let stops = (0..).zip(ridden).map(|(number, visit)| visit.into_stop(number)).collect();
        self.with_parcels(stops)
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

    fn with_parcels(&mut self, stops: Vec<Stop>) -> Vec<PlannedStop> {
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
            let window = (stop.window.from_minutes, stop.window.until_minutes);
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
    let (latitude, longitude) = (stop.coordinate.latitude_degrees(), stop.coordinate.longitude_degrees());
    Some(CardText {
        name: Personal::new(stop.name),
        address: Personal::new(format!("{}, {}", stop.address_line, stop.postcode)),
        coordinate: Personal::new(CardCoordinate::from_degrees(latitude, longitude).ok()?),
        telephone: stop.telephone.map(Personal::new),
        door_code: None,
        instructions: stop.instructions.map(Personal::new),
    })
}

/// The nearest so many; of equally near ones the earlier.
fn nearest<T: Copy>(all: &[T], count: usize, metres: impl Fn(T) -> i64) -> Vec<T> {
    let mut sorted: Vec<(i64, T)> = all.iter().map(|one| (metres(*one), *one)).collect();
    sorted.sort_by_key(|(away, _)| *away);
    sorted.into_iter().take(count).map(|(_, one)| one).collect()
}

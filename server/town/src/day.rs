//! One courier's day: twelve stops of four grouped orders, chosen from places by a seed.
//!
//! It is input for demo and stories, not a plan: what matters is that it is real enough to ride,
//! the same every time, and has what makes rounds hard (shops close together, drop-offs that wait
//! for two pickups, several orders on the bike at once).

use crate::address::Address;
use crate::grouped_order::{Neighbourhood, RADIUS_METRES};
use crate::place::Place;
use crate::places::Places;
use crate::ride::nearest_first;
use crate::seed::Seed;
use crate::shop::Shop;
use crate::stop::Stop;
use crate::visit::Visit;

/// How many shops are tried as the middle of the round before giving up: each try measures all places once.
const CENTRES_TRIED_MAX: usize = 1_000;

/// The stops of one courier's round, in the sequence she would ride them.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// Twelve stops; both pickups of an order come before its drop-off.
    pub stops: Vec<Stop>,
}

/// Why no day can be made of the places.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    /// Shops and addresses do not lie together anywhere.
    #[error(
        "no round can be laid: within {RADIUS_METRES} metres of one shop there should be \
         {} shops of different names and {} addresses",
        Shop::COUNT_MIN,
        Address::COUNT_MIN
    )]
    TooScattered,
}

impl Day {
    /// Orders on the bike; a stop's `order_index` is below this.
    pub const ORDER_COUNT: usize = 4;
    /// Different shops that one order is picked up at, before its one drop-off.
    pub const PICKUPS_PER_ORDER: usize = 2;
    /// Stops of the day: twelve.
    pub const STOP_COUNT: usize = Self::ORDER_COUNT * (Self::PICKUPS_PER_ORDER + 1);

    /// Picks a day; the same places and seed always give the same.
    ///
    /// All stops lie within 1,500 metres of one shop, the first stop.
    pub fn pick(places: &Places, mut seed: Seed) -> Result<Self, DayError> {
        let mut centres: Vec<&Shop> = places.shops.iter().collect();
        for _ in 0..CENTRES_TRIED_MAX {
            let Some(centre) = seed.take(&mut centres) else { break };
            if let Some(visits) = choose_orders(Neighbourhood::around(centre, places), &mut seed) {
                let ridden = nearest_first(centre.coordinate, visits);
                let stops = (0..).zip(ridden).map(|(number, visit)| visit.into_stop(number)).collect();
                return Ok(Self { stops });
            }
        }
        Err(DayError::TooScattered)
    }
}

fn choose_orders<'a>(mut near: Neighbourhood<'a>, seed: &mut Seed) -> Option<Vec<Visit<'a>>> {
    let mut visits = Vec::with_capacity(Day::STOP_COUNT);
    for order_index in 0..Day::ORDER_COUNT {
        visits.extend(near.next_order(order_index, seed)?);
    }
    Some(visits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stop::StopKind;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn same_seed_and_places_give_the_same_day() -> Outcome {
        let town = Places::port_brume()?;
        assert_eq!(Day::pick(&town, Seed::new(12))?, Day::pick(&town, Seed::new(12))?);
        assert_ne!(Day::pick(&town, Seed::new(12))?, Day::pick(&town, Seed::new(13))?);
        Ok(())
    }

    #[test]
    fn every_order_is_picked_up_twice_before_it_is_dropped_off() -> Outcome {
        let town = Places::port_brume()?;
        for number in 0..200 {
            let day = Day::pick(&town, Seed::new(number))?;
            assert_eq!(day.stops.len(), Day::STOP_COUNT);
            for order_index in 0..Day::ORDER_COUNT {
                let stops: Vec<&Stop> =
                    day.stops.iter().filter(|stop| stop.order_index == order_index).collect();
                let [first, second, third] = stops.as_slice() else {
                    return Err(
                        format!("seed {number}: order {order_index} has {} stops", stops.len()).into()
                    );
                };
                let kinds = [first.kind, second.kind, third.kind];
                assert_eq!(kinds, [StopKind::Pickup, StopKind::Pickup, StopKind::DropOff]);
                assert_ne!(first.name, second.name);
                assert_eq!(first.parcel_count + second.parcel_count, third.parcel_count);
            }
        }
        Ok(())
    }

    #[test]
    fn stops_are_within_reach_and_in_bounds() -> Outcome {
        let town = Places::port_brume()?;
        for number in 0..200 {
            let day = Day::pick(&town, Seed::new(number))?;
            let centre = day.stops.first().ok_or("no stop")?.coordinate;
            for stop in &day.stops {
                assert!(centre.metres_to(&stop.coordinate) <= 1_500.0);
                assert!((1..=3).contains(&stop.parcel_count));
                assert!((60..=600).contains(&stop.service_seconds));
                assert!(stop.window.from_minutes < stop.window.until_minutes);
                assert_eq!(stop.telephone.is_some(), stop.kind == StopKind::DropOff);
            }
            let names: std::collections::BTreeSet<&str> =
                day.stops.iter().map(|stop| stop.name.as_str()).collect();
            assert_eq!(names.len(), Day::STOP_COUNT, "nobody is called at twice");
        }
        Ok(())
    }

    #[test]
    fn scattered_places_give_no_day() -> Outcome {
        let mut town = Places::port_brume()?;
        // One shop every ten kilometres.
        for (step, shop) in (0u32..).zip(&mut town.shops) {
            shop.coordinate =
                crate::Coordinate::new(30.0 + f64::from(step) / 10.0, -5.1).ok_or("off the globe")?;
        }
        assert_eq!(Day::pick(&town, Seed::new(1)), Err(DayError::TooScattered));
        assert_eq!(
            DayError::TooScattered.to_string(),
            "no round can be laid: within 1500 metres of one shop there should be \
             8 shops of different names and 4 addresses"
        );
        Ok(())
    }
}

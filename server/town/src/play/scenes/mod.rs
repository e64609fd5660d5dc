//! Scenes: what makes people disagree on purpose, one file for each way.
//!
//! A scene waits until it is ripe: a courier is in a cellar and has done what the office cannot know, and then somebody in
//! the office does what anybody would who does not know. Who and where is looked up in the town; what is done is done
//! by the same commands and taps as everything else. Whether it then counts as a disagreement is for the rules.

mod amended_twice;
mod card_changed;
mod given;
mod in_hand;
mod lost_phone;
mod moved;
mod planned_twice;
mod sequence;
mod short_count;
mod two_coordinators;
mod withdrawn;

use core_sync::domain::card::CardText;
use core_sync::domain::ids::{RoundId, StopId};
use core_sync::domain::reasons::StopKind;
use core_sync::view::stop_card::StopCard;
use core_sync::wire::round::{RoundView, StopView};

use crate::seed::Seed;

use super::courier::Courier;
use super::day_clock::{DayClock, Minute};
use super::error::PlayError;
use super::office::under_way;
use super::phone::Phone;
use super::riding::is_handed;
use super::town::Town;

/// Each scene is played once in so many minutes.
const EVERY_MINUTES: u32 = 150;
/// None before couriers are on their way.
const AFTER_THE_START: u32 = 18;
/// And none so late that nobody would see how it ends.
const BEFORE_THE_END: u32 = 40;

/// A way to disagree, or a mishap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scene {
    Withdrawn,
    InHand,
    Moved,
    PlannedTwice,
    ShortCount,
    Sequence,
    TwoCoordinators,
    AmendedTwice,
    CardChanged,
    Given,
    LostPhone,
}

const ALL: [Scene; 11] = [
    Scene::Withdrawn,
    Scene::InHand,
    Scene::Moved,
    Scene::PlannedTwice,
    Scene::ShortCount,
    Scene::Sequence,
    Scene::TwoCoordinators,
    Scene::AmendedTwice,
    Scene::CardChanged,
    Scene::Given,
    Scene::LostPhone,
];

/// The scenes of a day, the first one first.
pub(crate) fn deck(day: &DayClock, seed: &mut Seed) -> Vec<(Minute, Scene)> {
    let from = day.from.plus(AFTER_THE_START);
    let minutes = day.minutes().saturating_sub(AFTER_THE_START + BEFORE_THE_END).max(1);
    let times = minutes.div_ceil(EVERY_MINUTES);
    let length = minutes / times;
    let mut deck: Vec<(Minute, Scene)> = Vec::new();
    for time in 0..times {
        for scene in ALL {
            // In the first half of its share, so that there is time left to wait until it is ripe.
            deck.push((from.plus(time * length + seed.draw_below(length / 2 + 1)), scene));
        }
    }
    deck.sort_unstable();
    deck
}

impl Town {
    /// Plays what is due and ripe.
    pub(crate) async fn play_scenes(&mut self, now: Minute) -> Result<(), PlayError> {
        let due: Vec<(Minute, Scene)> = self.scenes.iter().copied().filter(|(at, _)| *at <= now).collect();
        self.scenes.retain(|(at, _)| *at > now);
        let mut later = Vec::new();
        for (at, scene) in due {
            let played = match scene {
                Scene::Withdrawn => self.withdrawn(now).await?,
                Scene::InHand => self.in_hand(now).await?,
                Scene::Moved => self.moved(now).await?,
                Scene::PlannedTwice => self.planned_twice(now).await?,
                Scene::ShortCount => self.short_count(now),
                Scene::Sequence => self.sequence(now).await?,
                Scene::TwoCoordinators => self.two_coordinators(now).await?,
                Scene::AmendedTwice => self.amended_twice(now).await?,
                Scene::CardChanged => self.card_changed(now).await?,
                Scene::Given => self.given(now).await?,
                Scene::LostPhone => self.lost_phone(now).await?,
            };
            if !played {
                later.push((at, scene));
            }
        }
        later.append(&mut self.scenes);
        self.scenes = later;
        self.find_phones(now).await
    }

    /// The couriers in another sequence each minute, so that it is not always the same one whom something happens to.
    fn by_turns(&self, now: Minute) -> Vec<&Courier> {
        let mut couriers: Vec<&Courier> = self.couriers.iter().collect();
        if !couriers.is_empty() {
            let turn = (now.0 as usize * 7) % couriers.len();
            couriers.rotate_left(turn);
        }
        couriers
    }

    /// Stops that a dark courier has done and the office cannot know of: by courier, deliveries first.
    fn done_in_the_dark(
        &self,
        now: Minute,
        minutes: u32,
        kinds: &[StopKind],
    ) -> Vec<(usize, RoundId, StopCard)> {
        let mut done = Vec::new();
        for courier in self.by_turns(now).into_iter().filter(|courier| courier.is_dark_for(now, minutes)) {
            let Some(phone) = courier.phone() else { continue };
            for (round, stop) in
                stops(phone).filter(|(_, stop)| kinds.contains(&stop.kind) && is_handed(stop.status))
            {
                let unsent = stop.decided_by.is_some_and(|fact| phone.unsent.contains(&fact));
                if unsent && !self.touched.contains(&stop.stop) {
                    done.push((courier.number, round, stop.clone()));
                }
            }
        }
        done
    }

    /// When a courier tapped what a stop's status comes from.
    fn tapped_at(&self, courier: usize, stop: &StopCard) -> Option<Minute> {
        let phones = &self.couriers.get(courier)?.phones;
        let mut taps = phones.iter().flat_map(|phone| &phone.saved);
        taps.find(|tap| Some(tap.record) == stop.decided_by).map(|tap| tap.at)
    }

    /// The name of a courier.
    fn name(&self, courier: usize) -> &'static str {
        self.couriers.get(courier).map_or("", |courier| courier.name)
    }

    /// A courier with a round under way who is another than this one, and who hears of it soon.
    fn another_riding(&self, than: usize, now: Minute) -> Option<(usize, RoundId)> {
        let place = self.couriers.get(than)?.at(now);
        self.nearest_round(place, now, |courier| {
            courier.number != than
                && !courier.is_dark_for(now, 25)
                && courier.phone().is_some_and(Phone::is_on)
        })
    }
}

/// Every stop that a phone shows, with its round.
fn stops(phone: &Phone) -> impl Iterator<Item = (RoundId, &StopCard)> {
    phone.today.iter().flat_map(|today| today.stops.iter().map(move |stop| (today.round, stop)))
}

/// The stop of a round as the office sees it, if it still is to be done.
fn to_do(view: &RoundView, stop: StopId) -> Option<&StopView> {
    view.stops.iter().find(|view| view.id == stop && view.status.remains())
}

/// What a card says, for a sentence.
fn place(card: Option<&CardText>) -> String {
    card.map(|card| card.name.reveal().clone()).unwrap_or_default()
}

/// The rounds under way of couriers whose phones are on, in the sequence given.
fn riding<'c>(couriers: &[&'c Courier]) -> Vec<(&'c Courier, RoundId)> {
    let riding = couriers.iter().filter(|courier| courier.phone().is_some_and(Phone::is_on));
    riding.filter_map(|courier| Some((*courier, under_way(courier)?))).collect()
}

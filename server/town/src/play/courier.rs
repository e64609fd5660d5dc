//! A courier: where she is, what she is doing, and the phones in her pocket.
//!
//! She decides by what her phone shows and by nothing else. Everything here is her own: forty of them act at once,
//! each on her own rounds, and none looks at another.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::ids::{MemberId, ParcelId, RecordId, RoundId, StopId};
use core_sync::domain::remark::Remark;

use crate::seed::Seed;

use super::day_clock::Minute;
use super::dead_zones::DeadZones;
use super::error::PlayError;
use super::flat_map::{FlatMap, Spot};
use super::phone::Phone;

/// A phone with a network that has nothing to say asks what is new every so many minutes.
pub(crate) const PULL_MINUTES: u32 = 8;

/// What everybody in the town may know while they act at once.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) now: Minute,
    pub(crate) until: Minute,
    pub(crate) map: FlatMap,
    /// Who has which parcel for real, since the last minute.
    pub(crate) taken: BTreeMap<ParcelId, usize>,
    /// The shops that have a device.
    pub(crate) counters: BTreeSet<String>,
}

/// What she is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doing {
    /// She looks what is next.
    Nothing,
    /// She rides to a stop.
    Riding { round: RoundId, stop: StopId, from: Spot, to: Spot, left: Minute, arrives: Minute },
    /// She is at the door.
    AtDoor { round: RoundId, stop: StopId, until: Minute },
    /// She takes a break.
    Resting { round: RoundId, until: Minute },
}

/// What others learn of at the end of the minute.
#[derive(Debug, Clone)]
pub(crate) enum Happened {
    /// A shop's device saw these parcels leave.
    Given { shop: String, parcels: Vec<ParcelId> },
    /// She counted fewer parcels than the shop gave.
    CountedShort { shop: String },
    /// These parcels are on her bike.
    Took(Vec<ParcelId>),
    /// Her phone shows that a card changed.
    CardChanged(RecordId),
    /// Her phone says what became of a sequence that the office set.
    SequenceRead { plan: RecordId, hers: Option<RecordId>, said: Remark },
}

/// A courier.
#[derive(Debug)]
pub(crate) struct Courier {
    pub(crate) name: &'static str,
    pub(crate) number: usize,
    pub(crate) member: MemberId,
    /// Every phone she ever had, the one she rides with last.
    pub(crate) phones: Vec<Phone>,
    pub(crate) zones: DeadZones,
    pub(crate) doing: Doing,
    pub(crate) here: Spot,
    /// When each of her rounds may start.
    pub(crate) starts: BTreeMap<RoundId, Minute>,
    /// She counts fewer parcels than the shop at this stop.
    pub(crate) short_at: Option<StopId>,
    /// Parcels that she will take although another courier has them.
    pub(crate) mistaken: BTreeSet<ParcelId>,
    /// Until when she is without a phone: it is flat or lost.
    pub(crate) without_phone_until: Option<Minute>,
    pub(crate) had_break: bool,
    /// Minutes that she rode.
    pub(crate) minutes_ridden: u32,
    pub(crate) seed: Seed,
    pub(crate) happened: Vec<Happened>,
    pub(crate) pull_at: Minute,
    /// She sent something in the first wave of this minute.
    pub(crate) pushed: bool,
}

impl Courier {
    /// The phone she rides with.
    pub(crate) fn phone(&self) -> Option<&Phone> {
        self.phones.last()
    }

    /// The same, to use.
    pub(crate) fn phone_mut(&mut self) -> Option<&mut Phone> {
        self.phones.last_mut()
    }

    /// Whether her link is shut.
    pub(crate) fn is_dark(&self, now: Minute) -> bool {
        self.zones.is_shut(now) || self.phone().is_none_or(|phone| !phone.is_on())
    }

    /// Whether it is shut and stays so for so many minutes, with a phone that works.
    pub(crate) fn is_dark_for(&self, now: Minute, minutes: u32) -> bool {
        self.zones.is_shut_for(now, minutes) && self.phone().is_some_and(Phone::is_on)
    }

    /// Acts that are only on her phones.
    pub(crate) fn waiting(&self) -> usize {
        self.phones.iter().map(|phone| phone.unsent.len()).sum()
    }

    /// Where she is on the map.
    pub(crate) fn at(&self, now: Minute) -> Spot {
        match self.doing {
            Doing::Riding { from, to, left, arrives, .. } => {
                from.towards(to, now.0.saturating_sub(left.0), arrives.0.saturating_sub(left.0))
            }
            Doing::Nothing | Doing::AtDoor { .. } | Doing::Resting { .. } => self.here,
        }
    }

    /// Opens or shuts the links of her phones as the town is at this minute.
    pub(crate) fn set_links(&self, now: Minute) {
        let open = !self.zones.is_shut(now);
        self.phones.iter().for_each(|phone| phone.link.set(open));
    }

    /// Sends what is only on her phones, if there is a network. Says whether everything that could go has gone.
    pub(crate) async fn push(&mut self, now: Minute) -> Result<bool, PlayError> {
        if self.zones.is_shut(now) {
            return Ok(true);
        }
        let mut all = true;
        for phone in self.phones.iter_mut().filter(|phone| phone.is_on() && !phone.unsent.is_empty()) {
            all &= phone.sync(now).await?;
            self.pushed = true;
        }
        Ok(all)
    }

    /// Her turn in this minute: hears what is new, where there is a network, and does what is to be done.
    pub(crate) async fn turn(&mut self, shared: &Shared) -> Result<(), PlayError> {
        let now = shared.now;
        if self.phone().is_none_or(|phone| !phone.is_on()) {
            return Ok(());
        }
        // Who pushed has heard what happened to be there; now everything of this minute is.
        let wants =
            std::mem::take(&mut self.pushed) || now >= self.pull_at || self.has_something_to_do(shared);
        if !self.zones.is_shut(now) && wants {
            for phone in &mut self.phones {
                phone.hear(now).await?;
            }
            self.pull_at = now.plus(PULL_MINUTES);
            self.read_news(now)?;
        }
        if self.has_something_to_do(shared) {
            self.act(shared)?;
        }
        Ok(())
    }
}

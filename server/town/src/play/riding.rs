//! What a courier does next, by what her phone shows.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{RoundId, StopId};
use core_sync::domain::remark::Remark;
use core_sync::domain::stop::StopStatus;
use core_sync::view::stop_card::StopCard;
use core_sync::view::today::{RoundProgress, RoundToday};

use super::courier::{Courier, Doing, Happened, Shared};
use super::day_clock::Minute;
use super::error::PlayError;
use super::flat_map::Spot;

/// Nobody ends a round before it is this old: a late order may come.
const ROUND_MINUTES_MIN: u32 = 75;
/// From then on a break is taken.
const LUNCH: Minute = Minute(12 * 60);
/// So long.
const BREAK_MINUTES: u32 = 20;

/// What is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Start(RoundId),
    Ride(RoundId, StopId),
    Finish(RoundId),
    Nothing,
}

impl Courier {
    /// Whether this minute is one in which she taps or sets out.
    pub(crate) fn has_something_to_do(&self, shared: &Shared) -> bool {
        match self.doing {
            Doing::Nothing => self.next(shared) != Next::Nothing,
            Doing::Riding { arrives: at, .. }
            | Doing::AtDoor { until: at, .. }
            | Doing::Resting { until: at, .. } => shared.now >= at,
        }
    }

    /// Does it.
    pub(crate) fn act(&mut self, shared: &Shared) -> Result<(), PlayError> {
        let now = shared.now;
        match self.doing {
            Doing::Nothing => self.begin(self.next(shared), shared)?,
            Doing::Riding { round, stop, to, left, .. } => {
                self.minutes_ridden += now.0.saturating_sub(left.0);
                self.here = to;
                self.doing = Doing::Nothing;
                // It may have left the plan on the way.
                if let Some(card) = self.stop(round, stop).filter(|card| card.status.remains()) {
                    let service_minutes = card.service_seconds.div_ceil(60);
                    self.tap(round, &CourierCommand::Arrive(stop), now)?;
                    self.doing = Doing::AtDoor { round, stop, until: now.plus(service_minutes) };
                }
            }
            Doing::AtDoor { round, stop, .. } => {
                self.doing = Doing::Nothing;
                if self.stop(round, stop).is_some_and(|card| card.status.remains()) {
                    self.at_door(round, stop, shared)?;
                }
            }
            Doing::Resting { round, .. } => {
                self.doing = Doing::Nothing;
                self.tap(round, &CourierCommand::Pause(false), now)?;
            }
        }
        self.phone_mut().map_or(Ok(()), |phone| phone.look())
    }

    fn begin(&mut self, next: Next, shared: &Shared) -> Result<(), PlayError> {
        let now = shared.now;
        match next {
            Next::Nothing => {}
            Next::Start(round) => self.tap(round, &CourierCommand::Start, now)?,
            Next::Finish(round) => self.tap(round, &CourierCommand::Finish, now)?,
            Next::Ride(round, _) if now >= LUNCH && !self.had_break => {
                self.had_break = true;
                self.tap(round, &CourierCommand::Pause(true), now)?;
                self.doing = Doing::Resting { round, until: now.plus(BREAK_MINUTES) };
            }
            Next::Ride(round, stop) => {
                let to = self.stop(round, stop).and_then(|card| spot_of(card, shared)).unwrap_or(self.here);
                let arrives = now.plus(self.here.minutes_to(to));
                self.doing = Doing::Riding { round, stop, from: self.here, to, left: now, arrives };
            }
        }
        Ok(())
    }

    /// What her phone says is next, of the rounds that may be ridden by now.
    fn next(&self, shared: &Shared) -> Next {
        let start = |today: &RoundToday| self.starts.get(&today.round).copied().unwrap_or(shared.now);
        let today = self.phone().map(|phone| phone.today.as_slice()).unwrap_or_default();
        let mut open: Vec<&RoundToday> =
            today.iter().filter(|today| today.progress != RoundProgress::Finished).collect();
        open.retain(|today| start(today) <= shared.now);
        open.sort_by_key(|today| (start(today), today.round));
        for today in open {
            match (today.progress, today.next) {
                (RoundProgress::NotStarted, Some(_)) => return Next::Start(today.round),
                (_, Some(stop)) => return Next::Ride(today.round, stop),
                // What was given away before it began is nobody's to end.
                (RoundProgress::NotStarted, None) => {}
                (_, None) => {
                    let old = start(today).plus(ROUND_MINUTES_MIN) <= shared.now;
                    if old || shared.now.plus(15) >= shared.until {
                        return Next::Finish(today.round);
                    }
                }
            }
        }
        Next::Nothing
    }

    /// Looks at what came with the last sync: what changed in the plan, and what the office asks.
    pub(crate) fn read_news(&mut self, now: Minute) -> Result<(), PlayError> {
        let Some(phone) = self.phone() else { return Ok(()) };
        let news: Vec<RoundToday> = phone
            .today
            .iter()
            .filter(|today| {
                !today.plan_diff.is_empty() || today.remarks.iter().any(|said| of_sequence(*said))
            })
            .cloned()
            .collect();
        for today in news {
            let Some(state) = self.phone().map(|phone| phone.round(today.round)).transpose()?.flatten()
            else {
                continue;
            };
            for stop in &today.plan_diff.cards {
                let record = state.stops.get(stop).and_then(|stop| stop.card_amendment);
                self.happened.extend(record.map(Happened::CardChanged));
            }
            if let (Some(said), Some(plan)) =
                (today.remarks.iter().copied().find(|said| of_sequence(*said)), state.plan_sequence)
            {
                self.happened.push(Happened::SequenceRead { plan, hers: state.courier_sequence, said });
                // She answers most requests, as often with a no as with a yes.
                if said == Remark::SequenceAsked && self.seed.draw_below(3) > 0 {
                    let asked = if self.seed.draw_below(2) == 0 { today.asked_sequence } else { None };
                    let stops = asked.unwrap_or(state.remaining);
                    self.tap(today.round, &CourierCommand::Reorder(stops), now)?;
                }
            }
            if !today.plan_diff.is_empty() && self.seed.draw_below(4) > 0 {
                self.tap(today.round, &CourierCommand::SeePlan, now)?;
            }
        }
        self.phone_mut().map_or(Ok(()), |phone| phone.look())
    }

    /// A stop as her phone shows it.
    pub(crate) fn stop(&self, round: RoundId, stop: StopId) -> Option<&StopCard> {
        let today = self.phone()?.today.iter().find(|today| today.round == round)?;
        today.stops.iter().find(|card| card.stop == stop)
    }

    /// Taps on the phone she rides with.
    pub(crate) fn tap(
        &mut self,
        round: RoundId,
        command: &CourierCommand,
        now: Minute,
    ) -> Result<(), PlayError> {
        self.phone_mut().map_or(Ok(()), |phone| phone.tap(round, command, now).map(drop))
    }
}

/// Where a stop is, if its card came.
fn spot_of(card: &StopCard, shared: &Shared) -> Option<Spot> {
    let (latitude, longitude) = card.card.as_ref()?.coordinate.reveal().degrees();
    crate::Coordinate::new(latitude, longitude).map(|place| shared.map.spot(&place))
}

/// Whether a remark says what became of a sequence that the office set.
const fn of_sequence(remark: Remark) -> bool {
    match remark {
        Remark::SequenceAsked | Remark::SequenceTaken | Remark::SequenceKept | Remark::SequenceFallen => true,
        Remark::WithdrawnTooLate
        | Remark::DoneThoughWithdrawn
        | Remark::MovedInHand
        | Remark::CustodyDisputed
        | Remark::AmendedUnseen
        | Remark::OtherParcels
        | Remark::ClockAhead
        | Remark::Damaged => false,
    }
}

/// Whether parcels changed hands at a stop.
pub(crate) const fn is_handed(status: StopStatus) -> bool {
    match status {
        StopStatus::Collected | StopStatus::Delivered => true,
        StopStatus::Planned
        | StopStatus::Arrived
        | StopStatus::Waiting
        | StopStatus::Failed
        | StopStatus::Returned
        | StopStatus::Withdrawn
        | StopStatus::Void => false,
    }
}

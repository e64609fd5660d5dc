//! A small town under way, for tests.

use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop};
use core_sync::domain::ids::{MemberId, ParcelId, RoundId, StopId};
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::StopKind;
use core_sync::domain::time::{Milliseconds, Window};
use core_sync::wire::command::CommandAnswer;
use core_sync::wire::members::Role;
use core_sync::wire::plan::PlanCourier;
use core_sync::wire::round::{RoundView, StopView};
use core_sync::wire::suggestion::{SuggestAnswer, SuggestRequest};
use planner::Pace;

use super::{Day, Found, look, suggest};
use crate::app::error::AppError;
use crate::app::round::round;
use crate::app::suggestion::keep;
use crate::board::folded::Folded;
use crate::board::snapshot::Drawing;
use crate::testing::{Coop, MORNING, new_stop};

pub(super) fn east(of: u16) -> Coordinate {
    Coordinate::from_degrees(48.85, 2.30 + f64::from(of) / 100.0).unwrap()
}

pub(super) fn hours(from: i64, until: i64) -> Window {
    let at = |hours: i64| MORNING.plus(Milliseconds::hours(hours));
    Window { from_ms: at(from), until_ms: at(until) }
}

/// Ana and Bo at the two ends of a town, seven kilometres apart; each has an order of her own end and one for
/// which she rides across. All windows are eight hours long.
pub(super) struct Town {
    pub(super) coop: Coop,
    pub(super) ana: MemberId,
    pub(super) bo: MemberId,
    pub(super) rounds: Vec<(RoundId, Vec<StopId>)>,
}

impl Town {
    pub(super) fn new() -> Self {
        Self::of([(0, 1), (9, 10)], [(10, 9), (1, 0)])
    }

    /// The same two with other orders.
    pub(super) fn of(of_ana: [(u16, u16); 2], of_bo: [(u16, u16); 2]) -> Self {
        let mut coop = Coop::new();
        let (ana, bo) = (coop.add_member("Ana", Role::Courier), coop.add_member("Bo", Role::Courier));
        let mut town = Self { coop, ana, bo, rounds: Vec::new() };
        town.round(ana, 1, of_ana);
        town.round(bo, 2, of_bo);
        town
    }

    /// A round of pairs, each with the places of its pickup and of its drop-off.
    pub(super) fn round(&mut self, courier: MemberId, n: u8, pairs: [(u16, u16); 2]) {
        let orders = (0_u8..).zip(pairs).flat_map(|(pair, ends)| order(n * 16 + pair, ends));
        self.round_of(courier, n, orders.collect());
    }

    /// A round of any stops.
    pub(super) fn round_of(&mut self, courier: MemberId, n: u8, stops: Vec<NewStop>) {
        let round = RoundId([n; 16]);
        let adds = stops.into_iter().map(|stop| CoordinatorCommand::AddStop(Box::new(stop)));
        let commands = std::iter::once(CoordinatorCommand::MakeRound { courier }).chain(adds);
        let mut seen = None;
        let mut stops = Vec::new();
        for command in commands {
            let adds = matches!(command, CoordinatorCommand::AddStop(_));
            let request = self.coop.request(round, seen, command);
            let view = self.coop.command(&request).unwrap();
            seen = Some(view.plan_version);
            if adds {
                stops.push(StopId(request.act.0));
            }
        }
        self.rounds.push((round, stops));
    }

    pub(super) fn asked(&mut self, change: impl Fn(&mut SuggestRequest)) -> SuggestAnswer {
        self.try_asked(change).unwrap()
    }

    /// Asks for both couriers, as the API does.
    pub(super) fn try_asked(
        &mut self,
        change: impl Fn(&mut SuggestRequest),
    ) -> Result<SuggestAnswer, AppError> {
        let found = self.found(change)?;
        Ok(self.keep(found))
    }

    /// As the server does by itself.
    pub(super) fn looked_on(&mut self) {
        let Found { replans, asked, .. } = self.found(|_| {}).unwrap();
        let (coordinator, now) = (self.coop.coordinator, self.coop.now);
        let kept = self
            .coop
            .write(|tx, coop| keep(tx, coordinator, replans, &asked, (now, true), &mut *coop.random()));
        kept.unwrap();
    }

    /// What is found, before it is kept.
    pub(super) fn found(&mut self, change: impl Fn(&mut SuggestRequest)) -> Result<Found, AppError> {
        let courier = |courier, at| PlanCourier {
            courier,
            shift: hours(0, 8),
            start: Personal::new(east(at)),
            end: None,
            litres: 200,
            kilograms: 100,
            speed_per_mille: None,
        };
        let mut request = SuggestRequest {
            couriers: vec![courier(self.ana, 0), courier(self.bo, 10)],
            gain_seconds: None,
            gain_seconds_per_order: None,
            later_seconds: None,
            without: None,
            drafts: Vec::new(),
            keep_looking: None,
        };
        change(&mut request);
        let (coordinator, now) = (self.coop.coordinator, self.coop.now);
        let folded = Folded::default();
        let looked = self.coop.write(|tx, _| {
            let drawing = Drawing { snapshot: tx, folded: &folded, wanted: &|| true };
            look(&drawing, coordinator, request, now)
        })?;
        let day = Day::of(&looked);
        let ways = super::tests::estimated(day.places());
        Ok(suggest(&looked, day, ways, 0, &mut |_| Pace::Used(0.0)).unwrap())
    }

    /// Keeps what was found.
    pub(super) fn keep(&mut self, Found { replans, mut answer, asked, next: _ }: Found) -> SuggestAnswer {
        let (coordinator, now) = (self.coop.coordinator, self.coop.now);
        let kept = self
            .coop
            .write(|tx, coop| keep(tx, coordinator, replans, &asked, (now, false), &mut *coop.random()));
        answer.suggestions = kept.unwrap();
        answer
    }

    pub(super) fn view(&mut self, id: RoundId) -> RoundView {
        let coordinator = self.coop.coordinator;
        self.coop.write(|tx, _| round(tx, coordinator, id)).unwrap()
    }

    /// The stops that remain, as they are shown.
    pub(super) fn remaining(&mut self, id: RoundId) -> Vec<StopView> {
        self.view(id).stops.into_iter().filter(|stop| stop.status.remains()).collect()
    }

    /// A draft with one order from one place to another.
    pub(super) fn draft(&mut self, n: u8, ends: (u16, u16)) -> (RoundId, Vec<StopId>) {
        self.draft_of(n, order(n, ends))
    }

    /// A draft of these stops.
    pub(super) fn draft_of(
        &mut self,
        n: u8,
        stops: impl IntoIterator<Item = NewStop>,
    ) -> (RoundId, Vec<StopId>) {
        let draft = RoundId([n; 16]);
        let adds = stops.into_iter().map(|stop| CoordinatorCommand::AddStop(Box::new(stop)));
        let mut seen = None;
        let mut stops = Vec::new();
        for command in [CoordinatorCommand::MakeDraft {}].into_iter().chain(adds) {
            let request = self.coop.request(draft, seen, command);
            let answer = self.coop.command_as(self.coop.coordinator, &request).unwrap();
            let CommandAnswer::Draft(made) = answer else { panic!("{answer:?}") };
            (seen, stops) = (Some(made.plan_version), made.stops.iter().map(|stop| stop.id).collect());
        }
        (draft, stops)
    }
}

/// A pickup and its drop-off.
pub(super) fn order(parcel: u8, (from, to): (u16, u16)) -> [NewStop; 2] {
    [(StopKind::Pickup, from), (StopKind::DropOff, to)].map(|(kind, at)| {
        let mut stop = NewStop { kind, window: hours(0, 8), ..new_stop(1) };
        stop.parcels = vec![ParcelId([parcel; 16])];
        stop.card.coordinate = Personal::new(east(at));
        stop
    })
}

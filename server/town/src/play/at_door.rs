//! What happens at a door: parcels change hands, or do not.
//!
//! She does what anybody would with what is there; whether it disagrees with somebody is not hers to know.

use std::collections::BTreeSet;

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ParcelId, RoundId, StopId};
use core_sync::domain::reasons::{FailReason, HandedTo, StopKind};
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stop::Stop;

use super::courier::{Courier, Happened, Shared};
use super::error::PlayError;

/// One pickup in so many is not ready.
const NOT_READY_ONE_IN: u32 = 40;
/// At one drop-off in so many nobody opens.
const NOBODY_ONE_IN: u32 = 25;
/// One delivery in so many is tapped wrong first and put right at once.
const MIS_TAP_ONE_IN: u32 = 30;

impl Courier {
    /// Serves the stop that she stands at.
    pub(crate) fn at_door(&mut self, round: RoundId, stop: StopId, shared: &Shared) -> Result<(), PlayError> {
        let state = self.phone().map(|phone| phone.round(round)).transpose()?.flatten();
        let Some(state) = state else { return Ok(()) };
        let Some(stop) = state.stops.get(&stop) else { return Ok(()) };
        match stop.kind {
            StopKind::Pickup => self.pick_up(round, stop, shared),
            StopKind::DropOff if is_return(&state, stop) => {
                let parcels = stop.parcels_left();
                self.tap(round, &CourierCommand::Return(stop.id, parcels), shared.now)
            }
            StopKind::DropOff => {
                let held = self.phone().map_or(Ok(BTreeSet::new()), |phone| phone.held(round))?;
                self.drop_off(round, stop, &held, shared)
            }
            StopKind::Hub | StopKind::Pause => Ok(()),
        }
    }

    fn pick_up(&mut self, round: RoundId, stop: &Stop, shared: &Shared) -> Result<(), PlayError> {
        let parcels = stop.parcels_left();
        let elsewhere = |parcel: &ParcelId| shared.taken.get(parcel).is_some_and(|who| *who != self.number);
        let there: Vec<ParcelId> = parcels
            .iter()
            .copied()
            .filter(|parcel| !elsewhere(parcel) || self.mistaken.contains(parcel))
            .collect();
        let shop = self.stop(round, stop.id).and_then(|card| card.card.as_ref());
        let shop = shop.map(|card| card.name.reveal().clone()).unwrap_or_default();
        let not_ready = self.seed.draw_below(NOT_READY_ONE_IN) == 0 && self.short_at != Some(stop.id);
        if there.is_empty() || (not_ready && there.iter().all(|parcel| !self.mistaken.contains(parcel))) {
            return self.tap(round, &CourierCommand::Fail(stop.id, FailReason::NotReady), shared.now);
        }
        let short = self.short_at == Some(stop.id) && there.len() > 1;
        let counted: Vec<ParcelId> =
            there.iter().copied().take(if short { there.len() - 1 } else { there.len() }).collect();
        let named = (counted.len() < parcels.len()).then(|| counted.clone());
        self.tap(round, &CourierCommand::Collect(stop.id, named), shared.now)?;
        if short {
            self.happened.push(Happened::CountedShort { shop: shop.clone() });
        }
        if shared.counters.contains(&shop) {
            self.happened.push(Happened::Given { shop, parcels: there });
        }
        self.happened.push(Happened::Took(counted));
        Ok(())
    }

    fn drop_off(
        &mut self,
        round: RoundId,
        stop: &Stop,
        held: &BTreeSet<ParcelId>,
        shared: &Shared,
    ) -> Result<(), PlayError> {
        let parcels = stop.parcels_left();
        let here: Vec<ParcelId> = parcels.iter().copied().filter(|parcel| held.contains(parcel)).collect();
        if here.is_empty() {
            // Nothing to hand over: what she should have brought was not ready.
            return self.tap(round, &CourierCommand::Fail(stop.id, FailReason::NotReady), shared.now);
        }
        if self.seed.draw_below(NOBODY_ONE_IN) == 0 {
            return self.tap(round, &CourierCommand::Fail(stop.id, FailReason::Nobody), shared.now);
        }
        let handed_to = match self.seed.draw_below(10) {
            0 => HandedTo::Neighbour,
            1 => HandedTo::Concierge,
            2 => HandedTo::LetterBox,
            _ => HandedTo::Recipient,
        };
        let named = (here.len() < parcels.len()).then_some(here);
        let Some(phone) = self.phones.last_mut() else { return Ok(()) };
        let right = CourierCommand::Deliver(stop.id, named.clone(), handed_to);
        if self.seed.draw_below(MIS_TAP_ONE_IN) > 0 {
            return phone.tap(round, &right, shared.now).map(drop);
        }
        let wrong = CourierCommand::Deliver(stop.id, named, HandedTo::SafePlace);
        let wrong = phone.tap(round, &wrong, shared.now)?;
        let right = phone.tap(round, &right, shared.now)?;
        if let (Some(fact), Some(instead)) = (wrong, right) {
            phone.tap(round, &CourierCommand::Correct { fact, instead }, shared.now)?;
        }
        Ok(())
    }
}

/// Whether the stop is a return: back at a shop of the same round.
fn is_return(state: &RoundState, stop: &Stop) -> bool {
    let pickups = state.stops.values().filter(|other| other.kind == StopKind::Pickup);
    pickups.into_iter().any(|pickup| pickup.terms.card == stop.terms.card)
}

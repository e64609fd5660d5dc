//! A customer cancels while the parcels are on the bike.

use std::collections::BTreeSet;

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{RoundId, StopId};
use core_sync::domain::reasons::{StopKind, WithdrawReason};
use core_sync::domain::stop::StopStatus;

use super::super::courier::Doing;
use super::super::day_clock::Minute;
use super::super::error::PlayError;
use super::super::told::Told;
use super::super::town::Town;
use super::{riding, to_do};

/// A courier with the parcels of a drop-off.
struct Laden {
    courier: usize,
    round: RoundId,
    stop: StopId,
    parcels: usize,
}

impl Town {
    pub(super) async fn in_hand(&mut self, now: Minute) -> Result<bool, PlayError> {
        let Some(Laden { courier, round, stop, parcels }) = self.laden(now)? else { return Ok(false) };
        let view = self.desk(1).round(round).await?;
        if to_do(&view, stop).is_none() {
            return Ok(false);
        }
        let withdraw = CoordinatorCommand::WithdrawStop { stop, reason: WithdrawReason::Cancelled };
        if self.command(1, round, withdraw).await?.is_none() {
            return Ok(false);
        }
        self.touched.insert(stop);
        let coordinator = self.desk(1).name;
        let told = Told::new(now, "town.told.withdraws_in_hand").count(parcels);
        self.tell(told.text("coordinator", coordinator).text("courier", self.name(courier)));
        Ok(true)
    }

    /// A drop-off that is to be done, whose parcels are on the bike of a courier with a network, who is elsewhere.
    fn laden(&self, now: Minute) -> Result<Option<Laden>, PlayError> {
        for (courier, round) in riding(&self.by_turns(now)) {
            if courier.is_dark(now) || courier.is_dark(now.plus(1)) || courier.waiting() > 0 {
                continue;
            }
            let busy = match courier.doing {
                Doing::AtDoor { stop, .. } => Some(stop),
                Doing::Nothing | Doing::Riding { .. } | Doing::Resting { .. } => None,
            };
            let Some(state) = courier.phone().map(|phone| phone.round(round)).transpose()?.flatten() else {
                continue;
            };
            let hand = courier.phone().map_or(Ok(BTreeSet::new()), |phone| phone.held(round))?;
            let open = state.stops.values().find(|stop| {
                stop.kind == StopKind::DropOff
                    && stop.status == StopStatus::Planned
                    && busy != Some(stop.id)
                    && !self.touched.contains(&stop.id)
                    && !stop.terms.parcels.is_empty()
                    && stop.terms.parcels.iter().all(|parcel| hand.contains(parcel))
            });
            if let Some(stop) = open {
                let (courier, stop, parcels) = (courier.number, stop.id, stop.terms.parcels.len());
                return Ok(Some(Laden { courier, round, stop, parcels }));
            }
        }
        Ok(None)
    }
}

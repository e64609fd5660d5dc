//! A tap: what the courier says she did, and what she gets back once it is saved.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids;
use courier_session::session::CourierSession;
use courier_session::store;

use crate::ids::read_all;
use crate::{AppError, FailReason, HandedTo, ParcelId, RecordId, StopId};

/// What a courier can do in a round. Nothing that happened is ever refused.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum TapCommand {
    /// Begin the round.
    Start,
    /// Be at a stop.
    Arrive {
        /// The stop.
        stop: StopId,
    },
    /// Wait at a stop.
    Wait {
        /// The stop.
        stop: StopId,
    },
    /// Take parcels at a pickup.
    Collect {
        /// The stop.
        stop: StopId,
        /// The parcels; absent means all that the card names.
        parcels: Option<Vec<ParcelId>>,
    },
    /// Hand parcels over at a drop-off.
    Deliver {
        /// The stop.
        stop: StopId,
        /// The parcels; absent means all that the card names.
        parcels: Option<Vec<ParcelId>>,
        /// Who took them.
        handed_to: HandedTo,
    },
    /// Give a stop up.
    Fail {
        /// The stop.
        stop: StopId,
        /// Why.
        reason: FailReason,
    },
    /// Bring the parcels of a stop back.
    Return {
        /// The stop.
        stop: StopId,
        /// The parcels; absent means all that the card names.
        parcels: Option<Vec<ParcelId>>,
    },
    /// Ride the remaining stops in this sequence.
    Reorder {
        /// Every remaining stop, once.
        stops: Vec<StopId>,
    },
    /// Take an act back.
    TakeBack {
        /// Its record.
        record: RecordId,
    },
    /// Begin or end a break.
    Pause {
        /// `true` begins it.
        on: bool,
    },
    /// Say that the plan as it stands was seen.
    SeePlan,
    /// End the round.
    Finish,
}

/// An act that is on disk and may be shown as saved.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SavedAct {
    /// Its record.
    pub record: RecordId,
    /// Which tap of this device it was, from 1.
    pub n: u64,
}

impl TapCommand {
    /// The command as the core takes it, for this round.
    pub(crate) fn read(
        &self,
        session: &CourierSession,
        round: ids::RoundId,
    ) -> Result<CourierCommand, AppError> {
        Ok(match self {
            Self::Start => CourierCommand::Start,
            Self::Arrive { stop } => CourierCommand::Arrive(stop.try_into()?),
            Self::Wait { stop } => CourierCommand::Wait(stop.try_into()?),
            Self::Collect { stop, parcels } => {
                CourierCommand::Collect(stop.try_into()?, read_parcels(parcels.as_deref())?)
            }
            Self::Deliver { stop, parcels, handed_to } => CourierCommand::Deliver(
                stop.try_into()?,
                read_parcels(parcels.as_deref())?,
                (*handed_to).into(),
            ),
            Self::Fail { stop, reason } => CourierCommand::Fail(stop.try_into()?, (*reason).into()),
            Self::Return { stop, parcels } => {
                let stop = stop.try_into()?;
                let parcels = match read_parcels(parcels.as_deref())? {
                    Some(parcels) => parcels,
                    None => named_at(session, round, stop)?,
                };
                CourierCommand::Return(stop, parcels)
            }
            Self::Reorder { stops } => CourierCommand::Reorder(read_all(stops)?),
            Self::TakeBack { record } => CourierCommand::TakeBack(record.try_into()?),
            Self::Pause { on } => CourierCommand::Pause(*on),
            Self::SeePlan => CourierCommand::SeePlan,
            Self::Finish => CourierCommand::Finish,
        })
    }
}

fn read_parcels(parcels: Option<&[ParcelId]>) -> Result<Option<Vec<ids::ParcelId>>, AppError> {
    parcels.map(read_all).transpose()
}

/// The parcels that a card names. None for a stop that is not there, which the core says better.
fn named_at(
    session: &CourierSession,
    round: ids::RoundId,
    stop: ids::StopId,
) -> Result<Vec<ids::ParcelId>, AppError> {
    let state = session.round(round)?;
    Ok(state.stops.get(&stop).map(|stop| stop.terms.parcels.clone()).unwrap_or_default())
}

impl From<store::SavedAct> for SavedAct {
    fn from(saved: store::SavedAct) -> Self {
        Self { record: saved.record.into(), n: saved.n }
    }
}

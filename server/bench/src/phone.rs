//! A real phone: the session that the apps stand on, in a folder, with its own client.

use std::path::Path;

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{MemberId, RoundId};
use core_sync::domain::reasons::{HandedTo, StopKind};
use core_sync::domain::stamp::Moment;
use core_sync::domain::time::Milliseconds;
use core_sync::wire::round::RoundView;
use courier_session::session::{CourierSession, SyncEnd};
use courier_session::store::SavedAct;
use rand_chacha::ChaCha8Rng;
use tokio::runtime::{Builder, Runtime};

use crate::clock;
use crate::error::BenchError;
use crate::office::Office;
use crate::setting;

/// Between two taps of a courier, about.
const BETWEEN_TAPS: Milliseconds = Milliseconds::seconds(97);

/// A phone.
pub struct Phone {
    /// Its session.
    pub session: CourierSession,
    random: ChaCha8Rng,
    runtime: Runtime,
    taps: i64,
}

impl Phone {
    /// Opens the phone's folder.
    pub fn open(folder: &Path) -> Result<Self, BenchError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(BenchError::doing("start a runtime"))?;
        Ok(Self { session: CourierSession::open(folder)?, random: setting::random(), runtime, taps: 0 })
    }

    /// Enrols it for a courier, at this address of the server.
    pub fn enrol(&mut self, office: &mut Office, courier: MemberId, address: &str) -> Result<(), BenchError> {
        let code = office.code(courier)?;
        let server = format!("http://{address}");
        Ok(self.runtime.block_on(self.session.enrol(&server, &code, &mut self.random))?)
    }

    /// Syncs; everything that the server says has to be there afterwards.
    pub fn sync(&mut self) -> Result<(), BenchError> {
        let end = self.runtime.block_on(self.session.sync(clock::moment(), &mut self.random))?;
        if end == SyncEnd::Synced {
            return Ok(());
        }
        Err(BenchError::Unexpected(format!("a sync ended with {end:?}")))
    }

    /// A tap, about a minute and a half after the one before.
    pub fn tap(&mut self, round: RoundId, command: &CourierCommand) -> Result<SavedAct, BenchError> {
        self.taps += 1;
        let later = Milliseconds(BETWEEN_TAPS.0 * self.taps);
        let now = clock::moment();
        let monotonic_ms = now.monotonic_ms + u64::try_from(later.0).unwrap_or(0);
        let moment = Moment { time: now.time.plus(later), monotonic_ms, ..now };
        Ok(self.session.tap(round, command, moment, &mut self.random)?)
    }
}

/// A courier's taps along a round, without an end: at each stop the arrival, then what is done there.
pub fn ride(view: &RoundView) -> impl Iterator<Item = CourierCommand> {
    let taps = view.stops.iter().flat_map(|stop| {
        let done = match stop.kind {
            StopKind::Pickup => CourierCommand::Collect(stop.id, None),
            StopKind::DropOff | StopKind::Hub | StopKind::Pause => {
                CourierCommand::Deliver(stop.id, None, HandedTo::Recipient)
            }
        };
        [CourierCommand::Arrive(stop.id), done]
    });
    taps.collect::<Vec<_>>().into_iter().cycle()
}

//! A day of the town, played: forty couriers, a real server in a process of its own, and links that break.
//!
//! Everything that people do follows from the seed. Time and chance of phones and server are the town's; what they do
//! with them is the product's own code over real HTTP. Begin with [`play`]. It knows nothing of terminals: whoever
//! watches gets a [`Frame`] each minute.

mod account;
mod account_text;
mod at_door;
mod cast;
mod counter;
mod courier;
#[cfg(test)]
mod crossed;
mod day_clock;
mod dead_zones;
mod desk;
mod empty_client;
mod error;
pub mod fed_server;
mod flat_map;
mod frame;
mod late_order;
mod ledger;
mod link;
mod minute;
mod office;
mod opening;
mod orders;
mod outside;
pub mod page;
mod phone;
mod quarter;
mod riding;
mod sabotage;
mod scenes;
mod server_process;
mod told;
mod town;
mod wave;
mod wave_planning;
mod witness;

pub use account::Account;
pub use day_clock::{DayClock, Minute};
pub use error::PlayError;
pub use frame::{Frame, Phase};
pub use ledger::{Disagreement, Outcome, Row};
pub use outside::{Checked, LostAct};
pub use server_process::{ServerWords, StartServer};
pub use told::Told;
pub use town::Stage;

use std::time::Duration;

use town::Town;

/// From when on the server is killed on a day that is long enough, else from the middle of it: in the first minute in
/// which two phones send at once.
const KILL: Minute = Minute(13 * 60);

/// What somebody who watches is shown.
#[derive(Debug)]
pub enum Seen<'a> {
    /// The town as a page draws it: what does not move. Once, before the first frame.
    Scenery(serde_json::Value),
    /// The town at this minute.
    Frame(&'a Frame),
    /// The end: the last frame, and the account of the day.
    Over(&'a Frame, &'a Account),
}

/// Plays a day to its account. `minute` is how long a minute of the town takes, none at all for as fast as it goes;
/// `sabotage` changes are taken out of the server's log before it is asked what it has.
///
/// # Errors
/// See [`PlayError`]. An act that is lost is no error: the account says so.
pub async fn play(
    stage: Stage<'_>,
    minute: Option<Duration>,
    sabotage: usize,
    watch: &mut impl FnMut(Seen<'_>),
) -> Result<Account, PlayError> {
    let mut scenery_shown = false;
    let mut town = Town::open(stage, &mut |town: &Town| {
        if !scenery_shown {
            scenery_shown = true;
            watch(Seen::Scenery(town.scenery()));
        }
        watch(Seen::Frame(&town.frame(Phase::Opening, opening::OPENING)));
    })
    .await?;
    let day = town.day;
    let middle = Minute(u32::midpoint(day.from.0, day.until.0));
    town.kill_at = Some(if (day.from..day.until).contains(&KILL) { KILL } else { middle });
    let mut ticks = minute.map(tokio::time::interval);
    let mut last = town.frame(Phase::Day, day.from);
    for now in (day.from.0..day.until.0).map(Minute) {
        if let Some(ticks) = &mut ticks {
            ticks.tick().await;
        }
        play_minute(&mut town, now, &mut last, watch).await?;
        last = town.frame(Phase::Day, now);
        watch(Seen::Frame(&last));
    }
    town.come_home().await?;
    let mut account = town.account();
    last = town.frame(Phase::Comparing, day.until);
    watch(Seen::Frame(&last));
    // Killed once more, whatever else: what is compared comes from its disk and from nowhere else.
    town.restart_from_disk(sabotage)?;
    town.find_everything().await?;
    account.sabotage = sabotage;
    account.checked_from_outside = outside::check(&town.folder)?;
    account.acts_lost = account.checked_from_outside.as_ref().map(|checked| checked.lost);
    last.phase = Phase::Over;
    watch(Seen::Over(&last, &account));
    Ok(account)
}

/// Plays a minute, and shows when the server goes and comes back within it.
async fn play_minute(
    town: &mut Town,
    now: Minute,
    last: &mut Frame,
    watch: &mut impl FnMut(Seen<'_>),
) -> Result<(), PlayError> {
    let mut up = town.server_up.subscribe();
    let mut playing = std::pin::pin!(town.minute(now));
    loop {
        tokio::select! {
            // First, so that it is shown before the minute goes on.
            biased;
            Ok(()) = up.changed() => {
                last.server_up = *up.borrow_and_update();
                watch(Seen::Frame(last));
            }
            played = &mut playing => return played,
        }
    }
}

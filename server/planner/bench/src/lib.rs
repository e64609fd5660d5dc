//! Published instances of pickup and delivery with time windows, and how near the planner comes to the
//! best that is known; and days between real places, with what the product needs of them.
//!
//! It owns the readers of three families in their own formats, `bks.csv`, the scenario of places, the runs
//! and the figures with their goals. Neither instances nor places are part of the project: a folder is
//! given. No plan is counted before the planner's checker has passed it.

mod best_known;
mod clock;
mod figure;
mod folder;
mod goals;
mod instance;
mod li_lim;
mod mpdptw;
mod numbers;
mod places;
mod read_error;
mod run;
mod sartori_buriol;
mod scale;

pub use best_known::{Best, BestKnown};
pub use clock::Clock;
pub use figure::Figure;
pub use folder::read_folder;
pub use goals::{figures, not_compared};
pub use instance::{Family, Instance};
pub use places::{Places, Trouble, bench as bench_places};
pub use read_error::ReadError;
pub use run::{Limit, Run, run};

//! The courier's phone core as Kotlin, Swift and Python see it: a thin façade over `courier-session`.
//!
//! One root object, [`CourierPhone`], with about a dozen coarse calls, each a few lines. Records and enums are made for screens and hold
//! no objects; ids are records of one field; times are `i64` milliseconds since 1970 in UTC. No words for
//! people: every state and error has a code, whose words the app takes from what `texts/` generates.
//! Every call answers with a value or an [`AppError`]; no rule is decided here, and only `runtime.rs` asks
//! the system for time, chance or threads.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod app_error;
mod badge;
mod choices;
mod count;
mod error_conversion;
mod ids;
mod listeners;
mod news;
mod open_phone;
mod phone;
mod plan_diff;
mod round;
mod runtime;
mod stop_card;
mod subscription;
mod sync_report;
mod sync_turns;
mod sync_wake;
mod tap_command;
mod who;

pub use app_error::AppError;
pub use badge::SyncBadge;
pub use choices::{
    BadgeState, FailReason, HandedTo, Remark, RoundProgress, StopKind, StopStatus, WithdrawReason,
};
pub use ids::{ParcelId, RecordId, RoundId, StopId};
pub use listeners::SessionListener;
pub use news::News;
pub use phone::CourierPhone;
pub use plan_diff::PlanDiff;
pub use round::{Round, Today};
pub use stop_card::{Card, Leg, StopCard};
pub use subscription::{Standing, Subscription};
pub use sync_report::{SyncEnd, SyncReport};
pub use tap_command::{SavedAct, TapCommand};
pub use who::Who;

uniffi::setup_scaffolding!();

//! The log: one JSON object a line on standard error, from our own code only.
//!
//! Libraries below us (HTTP, TLS) know headers and bodies; their lines are never let through, whatever the level.

use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The crates whose lines are logged.
const OURS: &[&str] = &["server", "tournee", "courier_session", "core_sync"];

/// Starts the log. Called once; a second log would be a bug that changes nothing.
pub(super) fn start(level: Level) {
    let level = LevelFilter::from_level(level);
    let ours = OURS.iter().fold(Targets::new(), |targets, name| targets.with_target(*name, level));
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(std::io::stderr);
    let _ = tracing_subscriber::registry().with(lines).with(ours).try_init();
    // The standard hook prints the message, which may quote whatever was being worked on.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location();
        tracing::error!(
            file = place.map(|place| place.file()),
            line = place.map(|place| place.line()),
            "panicked"
        );
    }));
}

//! What is fuzzed: for each target a function that takes any bytes and panics if something is wrong with the product.
//!
//! The engine (`tests/fuzz/engine`) calls them with what it makes up, the test `corpora` with what is kept. They judge
//! the real code and change nothing that the next call could see: whatever a call writes is rolled back, so a crasher
//! crashes by itself. No clock and no chance: the same bytes do the same every time.

pub(crate) mod command;
pub(crate) mod coop;
pub(crate) mod document;
mod enrolment;
pub(crate) mod guard;
mod record;
pub(crate) mod round_doc;
pub(crate) mod sync_request;

/// A target.
pub(crate) struct Target {
    /// What is typed after `cargo xtask fuzz`, and the name of its folders.
    pub(crate) name: &'static str,
    /// Takes any bytes; panics if the product breaks a promise.
    pub(crate) run: fn(&[u8]),
}

/// All of them.
pub(crate) const TARGETS: [Target; 5] = [
    Target { name: "guard", run: guard::run },
    Target { name: "sync_request", run: sync_request::run },
    Target { name: "record", run: record::run },
    Target { name: "command", run: command::run },
    Target { name: "enrolment", run: enrolment::run },
];

/// The target of that name.
pub(crate) fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

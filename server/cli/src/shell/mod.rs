//! The outermost shell: the only place of this program that asks for the time, for randomness, for the
//! environment. Everything below takes them as arguments.

mod clock;
mod randomness;

use std::collections::BTreeMap;
use std::sync::Mutex;

use core_sync::domain::stamp::Moment;
use core_sync::texts::Language;
use rand_chacha::ChaCha20Rng;

use crate::failure::Failure;

pub(crate) use clock::Clock;

/// What a command gets from the system.
pub(crate) struct Shell {
    pub(crate) language: Language,
    /// Whether the user named it; if not, a configuration file may.
    pub(crate) language_given: bool,
    pub(crate) json: bool,
    pub(crate) environment: BTreeMap<String, String>,
    clock: Clock,
    random: Mutex<ChaCha20Rng>,
    runtime: tokio::runtime::Runtime,
}

impl Shell {
    /// Reads the system once.
    pub(crate) fn from_system(language: Option<Language>, json: bool) -> Result<Self, Failure> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        let environment: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| environment.get(*name).filter(|value| !value.is_empty()));
        let language_given = language.is_some();
        let language =
            language.unwrap_or_else(|| locale.map_or(Language::En, |locale| Language::from_locale(locale)));
        let runtime = runtime(None)?;
        let random = Mutex::new(randomness::from_system()?);
        Ok(Self { language, language_given, json, environment, clock: Clock::start(), random, runtime })
    }

    /// The moment now.
    pub(crate) fn moment(&self) -> Moment {
        self.clock.moment()
    }

    /// The clock, for a server.
    pub(crate) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// A source of randomness fit for keys, independent of every other.
    pub(crate) fn random(&self) -> ChaCha20Rng {
        let mut random = self.random.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        randomness::fork(&mut random)
    }

    /// Runs a future to its end.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Runs a future to its end on so many threads of its own, for work that waits for the disk in many places at once.
    pub(crate) fn block_on_threads<F: Future>(
        &self,
        threads: usize,
        future: F,
    ) -> Result<F::Output, Failure> {
        Ok(runtime(Some(threads))?.block_on(future))
    }

    /// The text of a key in the user's language.
    pub(crate) fn word(&self, key: &str) -> String {
        core_sync::texts::word(self.language, key).to_owned()
    }

    /// The same with its places filled.
    pub(crate) fn phrase(&self, key: &str, values: &[(&str, &str)]) -> String {
        core_sync::texts::phrase(self.language, key, values)
    }

    /// The same for a count of things, with its other places filled.
    pub(crate) fn count_with(&self, key: &str, count: usize, values: &[(&str, &str)]) -> String {
        core_sync::texts::count(self.language, key, count, values)
    }

    /// The same for a count of things.
    pub(crate) fn count(&self, key: &str, count: usize) -> String {
        core_sync::texts::count(self.language, key, count, &[])
    }
}

/// A runtime with so many threads, or as many as there are processors.
fn runtime(threads: Option<usize>) -> Result<tokio::runtime::Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = threads {
        builder.worker_threads(threads);
    }
    let started = builder.enable_all().build();
    started.map_err(|error| Failure::ours("runtime", format!("threads could not be started: {error}")))
}

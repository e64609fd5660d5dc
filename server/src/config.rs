//! Configuration: eight keys, three layers. A flag goes before the environment, that before the file.
//!
//! A pure function of what the shell read: no file is opened and no variable looked up in here. A key or a
//! variable that nobody knows is an error, because it is a typing error that would otherwise go unheard.
//! Limits are constants in the code, not configuration.

mod travel_source;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use core_sync::texts::Language;
use serde::Deserialize;
use tracing::Level;

use crate::listening;
use crate::tls::TlsFiles;
pub use travel_source::TravelSource;

/// What every variable of ours begins with.
const PREFIX: &str = "TOURNEE_";
/// Where the server listens if nobody says: this machine only.
const LISTEN_DEFAULT: &str = "127.0.0.1:8480";

/// What the server runs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The address and port to listen on. Loopback, unless there is `tls` or `behind_proxy`.
    pub listen: SocketAddr,
    /// The folder that `init` made.
    pub data_dir: PathBuf,
    /// Whether a proxy with TLS stands before the server.
    pub behind_proxy: bool,
    /// Certificate and key; `None` to speak plain HTTP.
    pub tls: Option<TlsFiles>,
    /// The least severe lines to log.
    pub log_level: Level,
    /// The language of what the server says in a terminal; `None` to follow the system's.
    pub language: Option<Language>,
    /// Where the planner's travel times come from.
    pub travel: TravelSource,
}

/// What one layer says; what is `None` is left to the layers below. Flags fill it, and a TOML file is read into it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// `listen`, as `127.0.0.1:8480`.
    pub listen: Option<String>,
    /// `data_dir`.
    pub data_dir: Option<PathBuf>,
    /// `behind_proxy`.
    pub behind_proxy: Option<bool>,
    /// `tls_cert`.
    pub tls_cert: Option<PathBuf>,
    /// `tls_key`.
    pub tls_key: Option<PathBuf>,
    /// `log_level`: error, warn, info, debug or trace.
    pub log_level: Option<String>,
    /// `language`: fr or en.
    pub language: Option<String>,
    /// `travel`: formula, valhalla=ADDRESS, osrm=ADDRESS or file=FILE.
    pub travel: Option<String>,
}

/// A configuration file that was found.
#[derive(Debug, Clone, Copy)]
pub struct ConfigFile<'a> {
    /// Where.
    pub path: &'a Path,
    /// What stands in it.
    pub text: &'a str,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    Flag,
    /// The environment.
    Environment,
    /// The configuration file.
    File(PathBuf),
    /// Nobody gave it.
    Default,
}

/// What is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A value cannot be what it is.
    #[error("{} {}: {expected}", .key, source_text(key, from))]
    Value {
        /// The key.
        key: &'static str,
        /// Where its value came from.
        from: Source,
        /// What would be right.
        expected: String,
    },
    /// A variable that begins like ours and is none.
    #[error("the variable {name} means nothing; the known ones are {known}")]
    UnknownVariable {
        /// The variable.
        name: String,
        /// The known ones.
        known: String,
    },
    /// The file is not TOML, or holds a key that means nothing.
    #[error("the configuration file {}: {what}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        what: String,
    },
}

fn source_text(key: &str, from: &Source) -> String {
    match from {
        Source::Flag => format!("(given by --{})", key.replace('_', "-")),
        Source::Environment => format!("(given by {})", variable(key)),
        Source::File(path) => format!("(given in {})", path.display()),
        Source::Default => "(not given)".to_owned(),
    }
}

/// The keys, as in the file. A key more = a line here, a field in [`Layer`], a line in [`Layers::resolve`].
const KEYS: [&str; 8] =
    ["listen", "data_dir", "behind_proxy", "tls_cert", "tls_key", "log_level", "language", "travel"];

fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase())
}

/// Puts the layers together. `others` are the `TOURNEE_` variables that other parts of the program read.
///
/// # Errors
/// Names the key, where its value came from and what would be right.
pub fn resolve(
    flags: &Layer,
    environment: &BTreeMap<String, String>,
    file: Option<ConfigFile<'_>>,
    others: &[&str],
) -> Result<Config, ConfigError> {
    let mut layers =
        vec![(Source::Flag, flags.clone()), (Source::Environment, from_environment(environment, others)?)];
    if let Some(file) = file {
        layers.push((Source::File(file.path.to_owned()), from_file(file)?));
    }
    Layers(layers).resolve()
}

/// The layers with their sources, the first that says something counts.
struct Layers(Vec<(Source, Layer)>);

impl Layers {
    fn resolve(&self) -> Result<Config, ConfigError> {
        let behind_proxy = self.first(|layer| layer.behind_proxy).is_some_and(|(_, value)| value);
        let tls = self.tls()?;
        let language = self.first(|layer| layer.language.clone());
        let log_level = self.first(|layer| layer.log_level.clone());
        Ok(Config {
            listen: self.listen(behind_proxy || tls.is_some())?,
            data_dir: self.data_dir()?,
            behind_proxy,
            tls,
            log_level: log_level.map_or(Ok(Level::INFO), |(from, value)| {
                value.parse().map_err(|_| wrong("log_level", &from, "one of error, warn, info, debug, trace"))
            })?,
            language: language
                .map(|(from, value)| {
                    Language::from_code(&value).ok_or_else(|| wrong("language", &from, "one of fr, en"))
                })
                .transpose()?,
            travel: self.first(|layer| layer.travel.clone()).map_or(
                Ok(TravelSource::default()),
                |(from, value)| {
                    TravelSource::read(&value).ok_or_else(|| wrong("travel", &from, travel_source::EXPECTED))
                },
            )?,
        })
    }

    fn first<T>(&self, value: impl Fn(&Layer) -> Option<T>) -> Option<(Source, T)> {
        self.0.iter().find_map(|(source, layer)| Some((source.clone(), value(layer)?)))
    }

    fn listen(&self, is_covered: bool) -> Result<SocketAddr, ConfigError> {
        let given = self.first(|layer| layer.listen.clone());
        let (from, text) = given.unwrap_or((Source::Default, LISTEN_DEFAULT.to_owned()));
        let expected = "an IP address and a port, as 127.0.0.1:8480";
        let address = text.parse().map_err(|_| wrong("listen", &from, expected))?;
        listening::check(address, is_covered).map_err(|error| wrong("listen", &from, &error.to_string()))?;
        Ok(address)
    }

    /// Both files or neither.
    fn tls(&self) -> Result<Option<TlsFiles>, ConfigError> {
        let cert = self.first(|layer| layer.tls_cert.clone());
        let key = self.first(|layer| layer.tls_key.clone());
        match (cert, key) {
            (Some((_, cert)), Some((_, key))) => Ok(Some(TlsFiles { cert, key })),
            (None, None) => Ok(None),
            (Some(_), None) => {
                Err(wrong("tls_key", &Source::Default, "the file of the certificate's key, in PEM"))
            }
            (None, Some(_)) => {
                Err(wrong("tls_cert", &Source::Default, "the file of the key's certificate, in PEM"))
            }
        }
    }

    fn data_dir(&self) -> Result<PathBuf, ConfigError> {
        let (from, path) =
            self.first(|layer| layer.data_dir.clone()).unwrap_or((Source::Default, PathBuf::new()));
        if path.as_os_str().is_empty() {
            return Err(wrong("data_dir", &from, "the folder that `tournee init` made"));
        }
        Ok(path)
    }
}

fn wrong(key: &'static str, from: &Source, expected: &str) -> ConfigError {
    ConfigError::Value { key, from: from.clone(), expected: expected.to_owned() }
}

fn from_environment(environment: &BTreeMap<String, String>, others: &[&str]) -> Result<Layer, ConfigError> {
    let ours: Vec<String> = KEYS.iter().map(|key| variable(key)).collect();
    let known = |name: &str| ours.iter().any(|ours| ours == name) || others.contains(&name);
    if let Some(name) = environment.keys().find(|name| name.starts_with(PREFIX) && !known(name)) {
        let mut known: Vec<&str> = ours.iter().map(String::as_str).chain(others.iter().copied()).collect();
        known.sort_unstable();
        return Err(ConfigError::UnknownVariable { name: name.clone(), known: known.join(", ") });
    }
    let value = |key: &str| environment.get(&variable(key)).cloned();
    let behind_proxy = match value("behind_proxy").as_deref() {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => return Err(wrong("behind_proxy", &Source::Environment, "true or false")),
    };
    Ok(Layer {
        listen: value("listen"),
        data_dir: value("data_dir").map(PathBuf::from),
        behind_proxy,
        tls_cert: value("tls_cert").map(PathBuf::from),
        tls_key: value("tls_key").map(PathBuf::from),
        log_level: value("log_level"),
        language: value("language"),
        travel: value("travel"),
    })
}

fn from_file(file: ConfigFile<'_>) -> Result<Layer, ConfigError> {
    toml::from_str(file.text).map_err(|error| ConfigError::File {
        path: file.path.to_owned(),
        // It names line, column and the known keys.
        what: error.to_string(),
    })
}

#[cfg(test)]
mod tests;

//! `tournee serve` and `tournee stop`: configuration in, a listening server, a drained one.

mod background;
mod logging;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::json;
use server::OpenError;
use server::config::{Config, ConfigFile, Layer, TravelSource};
use server::db::open::DatabaseError;
use server::folder::FolderError;
use travel::{MatrixFile, Osrm, Travel, Valhalla};

use crate::failure::{Failure, Fault};
use crate::output::Output;
use crate::shell::Shell;

pub(crate) use background::{StopArguments, stop};

/// Variables that other commands of this program read; every other `TOURNEE_` variable is an error.
pub(crate) const OTHER_VARIABLES: &[&str] = &["TOURNEE_SERVER", "TOURNEE_TOKEN_FILE", "TOURNEE_FOLDER"];

/// What to serve and where. Flags go before `TOURNEE_` variables, those before the file.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArguments {
    /// The folder that `tournee init` made.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one. Default 127.0.0.1:8480.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// A proxy with TLS stands before this server: it may listen on any address.
    #[arg(long)]
    behind_proxy: bool,
    /// The certificate, in PEM, with those that vouch for it: the server speaks TLS and may listen on any address.
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, in PEM.
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// The least severe lines to log: error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
    /// Where the planner's travel times come from: formula (the default), valhalla=ADDRESS, osrm=ADDRESS or file=FILE.
    #[arg(long, value_name = "SOURCE")]
    travel: Option<String>,
    /// A TOML file with the same keys: listen, data_dir, behind_proxy, tls_cert, tls_key, log_level, language, travel.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Go on in the background; the log goes to server.log in the data folder.
    #[arg(long)]
    background: bool,
}

/// Logs warnings and errors to standard error, for a server that nobody configured.
pub(crate) fn log_to_stderr() {
    logging::start(tracing::Level::WARN);
}

/// Runs it.
pub(crate) fn run(arguments: ServeArguments, shell: &Shell) -> Result<Output, Failure> {
    let config = resolve(&arguments, shell)?;
    if arguments.background {
        return background::start(&config, shell);
    }
    logging::start(config.log_level);
    let language = config.language.filter(|_| !shell.language_given).unwrap_or(shell.language);
    shell.block_on(serve(config, language, shell))
}

fn resolve(arguments: &ServeArguments, shell: &Shell) -> Result<Config, Failure> {
    let text = arguments
        .config
        .as_ref()
        .map(|path| std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error)))
        .transpose()?;
    let file = arguments.config.as_deref().zip(text.as_deref()).map(|(path, text)| ConfigFile { path, text });
    let flags = Layer {
        listen: arguments.listen.clone(),
        data_dir: arguments.data_dir.clone(),
        behind_proxy: arguments.behind_proxy.then_some(true),
        tls_cert: arguments.tls_cert.clone(),
        tls_key: arguments.tls_key.clone(),
        log_level: arguments.log_level.clone(),
        language: None,
        travel: arguments.travel.clone(),
    };
    server::config::resolve(&flags, &shell.environment, file, OTHER_VARIABLES).map_err(|error| {
        // The library speaks of keys; here they are flags.
        let sentence = error
            .to_string()
            .replace("set behind_proxy", "give --behind-proxy")
            .replace("set tls_cert and tls_key", "give --tls-cert and --tls-key")
            .replace("tls_cert (not given):", "give --tls-cert,")
            .replace("tls_key (not given):", "give --tls-key,")
            .replace("data_dir (not given):", "give --data-dir,");
        Failure::yours("config", sentence)
    })
}

async fn serve(
    config: Config,
    language: core_sync::texts::Language,
    shell: &Shell,
) -> Result<Output, Failure> {
    let clock = shell.clock();
    let clock: server::Clock = Arc::new(move || clock.moment());
    let tls = config.tls.as_ref().map(server::tls::read).transpose();
    let tls = tls.map_err(|error| Failure { fault: Fault::Yours, ..Failure::chain("tls", &error) })?;
    let server =
        server::open(&config.data_dir, clock, shell.random()).map_err(|error| cannot_open(&error))?;
    let travel = travel_times(&config.travel)?;
    let server = server.with_handles(handles()).with_travel(travel);
    let listener = tokio::net::TcpListener::bind(config.listen).await.map_err(|error| {
        Failure::yours(
            "listen",
            format!("{} cannot be listened on: {error}; choose another with --listen", config.listen),
        )
    })?;
    let address = listener.local_addr().map_err(|error| Failure::ours("listen", error.to_string()))?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let address = format!("{scheme}://{address}");
    background::note(&config.data_dir, &address)?;
    let text = core_sync::texts::phrase(language, "cli.listening", &[("address", &address)]);
    Output::new(text, json!({ "listening": address }))
        .print(shell.json)
        .map_err(|error| Failure::ours("output", error.to_string()))?;
    let served = server::serve::serve(server, listener, tls, stop_signal()).await;
    background::forget(&config.data_dir);
    served.map_err(|error| Failure::chain("serve", &error))?;
    Ok(Output::default())
}

/// The travel times that the configuration names. An engine that is away is no reason not to serve: plans say so.
fn travel_times(source: &TravelSource) -> Result<Travel, Failure> {
    let wrong =
        |error: &dyn std::error::Error| Failure { fault: Fault::Yours, ..Failure::chain("travel", error) };
    Ok(match source {
        TravelSource::Formula => Travel::by_formula(),
        TravelSource::Valhalla(address) => Travel::by(Valhalla::new(address).map_err(|error| wrong(&error))?),
        TravelSource::Osrm(address) => Travel::by(Osrm::new(address).map_err(|error| wrong(&error))?),
        TravelSource::File(file) => Travel::by(MatrixFile::open(file).map_err(|error| wrong(&error))?),
    })
}

/// How many files and sockets this process may have open: all that the system lets it have, from now on.
fn handles() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let before = getrlimit(Resource::Nofile);
    // If that is not to be had, what there was is still there.
    let _as_before = setrlimit(Resource::Nofile, Rlimit { current: before.maximum, ..before });
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// SIGTERM or Ctrl-C. If the system gives no signals there is nothing to wait for but a kill.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

fn cannot_open(error: &OpenError) -> Failure {
    let fault = match error {
        OpenError::Folder(FolderError::NoFolder { .. } | FolderError::InUse { .. })
        | OpenError::Database(DatabaseError::NotOurs { .. } | DatabaseError::Missing { .. }) => Fault::Yours,
        OpenError::Folder(FolderError::Lock { .. })
        | OpenError::Database(
            DatabaseError::Library(_)
            | DatabaseError::Open { .. }
            | DatabaseError::Damaged { .. }
            | DatabaseError::Checkpoint { .. }
            | DatabaseError::Migrations { .. },
        )
        | OpenError::Keys(_)
        | OpenError::OtherKeys { .. }
        | OpenError::Read(_)
        | OpenError::CatchUp(_)
        | OpenError::Revocations(_)
        | OpenError::Replay(_)
        | OpenError::Thread(_) => Fault::Ours,
    };
    Failure { fault, ..Failure::chain("folder", error) }
}

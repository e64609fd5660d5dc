//! The server of the town, in a process of its own: the real library behind a shell whose clock the town feeds.
//!
//! Each line on its input is a time in milliseconds; the clock shows it from then on, and the line comes back on the
//! output when it does. The end of the input ends the server. `tournee serve` has no such option: a product's
//! clock is the machine's.

use std::io::{self, BufRead as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use core_sync::domain::ids::BootId;
use core_sync::domain::stamp::Moment;
use core_sync::domain::time::Timestamp;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::error::PlayError;

/// Serves the folder at this address until the input ends. `seed` and `start`, which counts the starts of this folder,
/// decide every number that the server draws.
pub async fn serve(folder: &Path, listen: &str, seed: u64, start: u64) -> Result<(), PlayError> {
    let fed = Arc::new(AtomicI64::new(0));
    let boot = BootId(start.to_be_bytes());
    let shown = Arc::clone(&fed);
    let clock: server::Clock = Arc::new(move || {
        let time = shown.load(Ordering::SeqCst);
        Moment { time: Timestamp(time), boot, monotonic_ms: u64::try_from(time).unwrap_or(0) }
    });
    first_time(&fed)?;
    let random = ChaCha20Rng::seed_from_u64(seed ^ start.rotate_left(32));
    let server = server::open(folder, clock, random)?;
    let broken = |source| PlayError::Process { said: listen.to_owned(), source: Some(source) };
    let listener = TcpListener::bind(listen).await.map_err(broken)?;
    say(&format!("http://{}", listener.local_addr().map_err(broken)?)).map_err(broken)?;
    let (end, ended) = oneshot::channel();
    // A thread, because reading the input cannot be given up: it ends with the process at the latest.
    std::thread::spawn(move || {
        let _ = feed(&fed);
        let _ = end.send(());
    });
    let shutdown = async {
        let _ = ended.await;
    };
    Ok(server::serve::serve(server, listener, None, shutdown).await?)
}

/// The time to open the folder at.
fn first_time(fed: &AtomicI64) -> Result<(), PlayError> {
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    read.map_err(|source| PlayError::Process { said: "its input".into(), source: Some(source) })?;
    let time = line.trim().parse();
    fed.store(time.map_err(|_| PlayError::Process { said: line, source: None })?, Ordering::SeqCst);
    Ok(())
}

fn feed(fed: &AtomicI64) -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let line = line?;
        // Whatever else stands there is nobody's time: it ends the server rather than leave somebody waiting.
        let time = line.trim().parse().map_err(io::Error::other)?;
        fed.store(time, Ordering::SeqCst);
        say(&line)?;
    }
    Ok(())
}

fn say(line: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

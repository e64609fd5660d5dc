//! The server in this process, on its real folder, database and port: so that the file layer is under it.

use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use core_sync::domain::ids::BootId;
use core_sync::domain::stamp::Moment;
use core_sync::domain::time::Timestamp;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use server::serve::ServeError;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running server.
pub struct InProcess {
    end: oneshot::Sender<()>,
    served: JoinHandle<Result<(), ServeError>>,
}

/// Opens a folder as `serve` does.
pub fn open(data: &Path) -> Result<server::Server, server::OpenError> {
    let began = Instant::now();
    let mut random = ChaCha20Rng::from_seed(seed());
    let boot = BootId(random.next_u64().to_be_bytes());
    let clock: server::Clock = Arc::new(move || {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        let monotonic_ms = u64::try_from(began.elapsed().as_millis()).unwrap();
        Moment { time: Timestamp(i64::try_from(time).unwrap()), boot, monotonic_ms }
    });
    server::open(data, clock, random)
}

/// Another one each time: ids that are drawn stand for ever.
fn seed() -> [u8; 32] {
    use std::sync::atomic::{AtomicU8, Ordering};
    static NEXT: AtomicU8 = AtomicU8::new(1);
    [NEXT.fetch_add(1, Ordering::SeqCst); 32]
}

impl InProcess {
    /// Serves a folder at an address such as `http://127.0.0.1:8480`.
    pub async fn start(data: &Path, address: &str) -> Self {
        let server = open(data).unwrap();
        let listener = TcpListener::bind(address.trim_start_matches("http://")).await.unwrap();
        let (end, ended) = oneshot::channel();
        let shutdown = async {
            let _ = ended.await;
        };
        Self { end, served: tokio::spawn(server::serve::serve(server, listener, None, shutdown)) }
    }

    /// Stops it, and how that went.
    pub async fn stop(self) -> Result<(), ServeError> {
        let _ = self.end.send(());
        self.served.await.unwrap()
    }
}

//! A phone's link to the server: a relay of bytes on this machine that can be shut, and that counts what passes.
//!
//! The counting is done here, outside the phone and the server, so that neither can flatter itself. A link that is
//! shut hangs up: what was on its way is lost, in whichever direction.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::error::PlayError;

/// Bytes carried at once.
const CHUNK_BYTES: usize = 16 * 1024;
/// Connections of one phone at a time: a phone has one, or one that ends and one that begins.
const CONNECTIONS_MAX: usize = 8;

/// What passed a link.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    requests: AtomicU64,
    up: AtomicU64,
    down: AtomicU64,
}

/// A link. Dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Link {
    /// Where the phone finds it.
    pub(crate) address: String,
    open: watch::Sender<bool>,
    passed: Arc<Passed>,
    _relay: JoinSet<()>,
}

impl Link {
    /// An open link to the server at `server` (host and port).
    pub(crate) async fn to(server: String) -> Result<Self, PlayError> {
        let broken = |source| PlayError::Listen { what: "a phone's link", source };
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(broken)?;
        let address = format!("http://{}", listener.local_addr().map_err(broken)?);
        let (open, is_open) = watch::channel(true);
        let passed = Arc::new(Passed::default());
        let mut relay = JoinSet::new();
        relay.spawn(carry(listener, server, is_open, Arc::clone(&passed)));
        Ok(Self { address, open, passed, _relay: relay })
    }

    /// Opens or shuts it.
    pub(crate) fn set(&self, open: bool) {
        self.open.send_replace(open);
    }

    /// Requests, bytes up, bytes down so far.
    pub(crate) fn passed(&self) -> [u64; 3] {
        let Passed { requests, up, down } = self.passed.as_ref();
        [requests, up, down].map(|count| count.load(Ordering::Relaxed))
    }
}

async fn carry(listener: TcpListener, server: String, is_open: watch::Receiver<bool>, passed: Arc<Passed>) {
    let mut connections = JoinSet::new();
    while let Ok((phone, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        if !*is_open.borrow() || connections.len() >= CONNECTIONS_MAX {
            continue; // Hung up: nobody is there.
        }
        connections.spawn(relay(phone, server.clone(), is_open.clone(), Arc::clone(&passed)));
    }
}

async fn relay(phone: TcpStream, server: String, mut is_open: watch::Receiver<bool>, passed: Arc<Passed>) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    // Small messages that wait for an answer: none is held back to be sent with a next one.
    let _ = (phone.set_nodelay(true), server.set_nodelay(true));
    let (from_phone, to_phone) = phone.into_split();
    let (from_server, to_server) = server.into_split();
    let up = pass(from_phone, to_server, |bytes| {
        passed.up.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        // A request begins a chunk, because the one before it was answered first.
        passed.requests.fetch_add(u64::from(bytes.starts_with(b"POST ")), Ordering::Relaxed);
    });
    let down = pass(from_server, to_phone, |bytes| {
        passed.down.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    });
    // Whichever side ends first ends both.
    tokio::select! {
        () = up => {}
        () = down => {}
        _ = is_open.wait_for(|open| !open) => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, count: impl Fn(&[u8])) {
    let mut chunk = vec![0; CHUNK_BYTES];
    while let Ok(read @ 1..) = from.read(&mut chunk).await {
        let bytes = chunk.get(..read).unwrap_or_default();
        count(bytes);
        if to.write_all(bytes).await.is_err() {
            return;
        }
    }
}

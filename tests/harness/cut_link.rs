//! A link that breaks where the test says: a TCP relay that passes so many bytes of a reply and then hangs up.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Passes everything.
pub const WHOLE: u64 = u64::MAX;

/// What a link lets through from now on.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Limit {
    /// Counts up each time it is set: an open connection counts its bytes anew.
    set: u64,
    reply_bytes: u64,
}

/// The link.
pub struct CutLink {
    pub address: String,
    limit: Arc<Mutex<Limit>>,
    connections: Arc<AtomicUsize>,
    lost: Arc<AtomicUsize>,
}

impl CutLink {
    /// A relay to `server` that passes everything.
    pub async fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let limit = Arc::new(Mutex::new(Limit { set: 0, reply_bytes: WHOLE }));
        let connections = Arc::new(AtomicUsize::new(0));
        let lost = Arc::new(AtomicUsize::new(0));
        let target = server.trim_start_matches("http://").to_owned();
        let (shared, count, cut) = (Arc::clone(&limit), Arc::clone(&connections), Arc::clone(&lost));
        #[allow(clippy::disallowed_methods, reason = "the relay lives as long as its test")]
        tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(relay(phone, target.clone(), Arc::clone(&shared), Arc::clone(&cut)));
            }
        });
        Self { address, limit, connections, lost }
    }

    /// From now on, only so many bytes of what the server says come through on each connection.
    pub fn cut_replies_after(&self, bytes: u64) {
        let mut limit = self.limit.lock().unwrap();
        *limit = Limit { set: limit.set + 1, reply_bytes: bytes };
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many replies were lost on the way: what was asked had reached the server.
    pub fn lost(&self) -> usize {
        self.lost.load(Ordering::SeqCst)
    }
}

async fn relay(phone: TcpStream, target: String, shared: Arc<Mutex<Limit>>, lost: Arc<AtomicUsize>) {
    let Ok(server) = TcpStream::connect(target).await else { return };
    let (mut from_phone, mut to_phone) = phone.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = async { tokio::io::copy(&mut from_phone, &mut to_server).await };
    let down = async {
        let mut limit = *shared.lock().unwrap();
        let mut chunk = vec![0; 16 * 1024];
        // The server has spoken before the link is cut: what it did is on its disk.
        while let Ok(read @ 1..) = from_server.read(&mut chunk).await {
            let now = *shared.lock().unwrap();
            if now.set != limit.set {
                limit = now;
            }
            let passed = usize::try_from(limit.reply_bytes).unwrap_or(usize::MAX).min(read);
            limit.reply_bytes -= passed as u64;
            if to_phone.write_all(&chunk[..passed]).await.is_err() || limit.reply_bytes == 0 {
                lost.fetch_add(1, Ordering::SeqCst);
                break;
            }
        }
        let _ = to_phone.shutdown().await;
    };
    // Whichever side ends first ends both: a cut link is cut for both.
    tokio::select! { _ = up => {}, () = down => {} }
}

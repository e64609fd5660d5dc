//! A link that breaks where the test says: a TCP relay that passes so many bytes of a reply and then hangs up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Passes everything.
pub const WHOLE: u64 = u64::MAX;

/// The link.
pub struct CutLink {
    pub address: String,
    reply_bytes: Arc<AtomicU64>,
    connections: Arc<AtomicUsize>,
}

impl CutLink {
    /// A relay to `server` that passes everything.
    pub async fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let reply_bytes = Arc::new(AtomicU64::new(WHOLE));
        let connections = Arc::new(AtomicUsize::new(0));
        let target = server.trim_start_matches("http://").to_owned();
        let (limit, count) = (Arc::clone(&reply_bytes), Arc::clone(&connections));
        #[allow(clippy::disallowed_methods, reason = "the relay lives as long as its test")]
        tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(relay(phone, target.clone(), limit.load(Ordering::SeqCst)));
            }
        });
        Self { address, reply_bytes, connections }
    }

    /// From the next connection on, only so many bytes of what the server says come through.
    pub fn cut_replies_after(&self, bytes: u64) {
        self.reply_bytes.store(bytes, Ordering::SeqCst);
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn relay(phone: TcpStream, target: String, reply_bytes: u64) {
    let Ok(server) = TcpStream::connect(target).await else { return };
    let (mut from_phone, mut to_phone) = phone.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = async { tokio::io::copy(&mut from_phone, &mut to_server).await };
    let down = async {
        let mut left = reply_bytes;
        let mut chunk = vec![0; 16 * 1024];
        // The server has spoken before the link is cut: what it did is on its disk.
        while let Ok(read @ 1..) = from_server.read(&mut chunk).await {
            let passed = usize::try_from(left).unwrap_or(usize::MAX).min(read);
            left = left.saturating_sub(passed as u64);
            if to_phone.write_all(&chunk[..passed]).await.is_err() || left == 0 {
                break;
            }
        }
        let _ = to_phone.shutdown().await;
    };
    // Whichever side ends first ends both: a cut link is cut for both.
    tokio::select! { _ = up => {}, () = down => {} }
}

//! What takes memory, time or connections: each attack within stated bounds, and an honest phone served meanwhile.
//!
//! The bounds on time only tell a hang from an answer.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::limits::REQUEST_BYTES_MAX;
use courier_session::session::SyncEnd;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::attacker::Attacker;
use crate::crafted::Attack;
use crate::harness::ready::{Ready, ready};
use crate::round_doc::crafted::{ACTION, Chunk, Craftwork, to_leb};

/// What any attack here may add to the server's memory: the four largest requests that are read at once, inflated,
/// decoded and copied, and what the allocator keeps of them.
const MEMORY_MAX: u64 = 256 << 20;
/// Longer than any bound of the server's: only a hang takes it.
const HANG: Duration = Duration::from_secs(90);

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

impl Ready {
    fn memory(&self) -> u64 {
        self.world.server.as_ref().unwrap().memory()
    }

    fn host(&self) -> String {
        self.world.address.trim_start_matches("http://").to_owned()
    }

    /// The honest phone's next act, which is on the server when this returns.
    async fn is_served(&mut self) {
        self.phone.tap(self.round, &CourierCommand::Arrive(self.stops[0]));
        let synced = tokio::time::timeout(HANG, self.phone.sync()).await.expect("the phone is not served");
        assert_eq!(synced, SyncEnd::Synced);
    }

    /// Says what it cost and holds it to the bound.
    fn cost(&self, what: &str, before: u64, since: Instant) {
        let more = self.memory().saturating_sub(before);
        println!("{what}: {} KiB more memory, {:.1} s", more >> 10, since.elapsed().as_secs_f64());
        assert!(more < MEMORY_MAX, "{what}: {more} bytes more");
        assert!(since.elapsed() < HANG);
    }
}

/// Sends bodies at once; gives the statuses.
async fn post_all(attacker: &Attacker, bodies: Vec<Vec<u8>>, encoding: Option<&'static str>) -> Vec<u16> {
    let mut sent = tokio::task::JoinSet::new();
    for body in bodies {
        let request = attacker.http.post(format!("{}/v1/sync", attacker.address));
        let request = request.header("content-type", "application/cbor");
        let request = match encoding {
            Some(encoding) => request.header("content-encoding", encoding),
            None => request,
        };
        sent.spawn(async move { request.body(body).send().await.unwrap().status().as_u16() });
    }
    sent.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn gzip_bombs_inflate_to_the_limit_and_no_further() {
    let mut ready = ready(1).await;
    let attacker = Attacker::enrol(&ready.world, ready.ana).await;
    let (before, since) = (ready.memory(), Instant::now());
    for (bytes, expected) in [(REQUEST_BYTES_MAX, 400), (REQUEST_BYTES_MAX + 1, 413), (256 << 20, 413)] {
        let bomb = gzip(&vec![0; bytes]);
        let (statuses, ()) =
            tokio::join!(post_all(&attacker, vec![bomb; 24], Some("gzip")), ready.is_served());
        assert!(statuses.iter().all(|status| *status == expected), "{bytes}: {statuses:?}");
    }
    let twice = gzip(b"one").into_iter().chain(gzip(&vec![0; 1 << 20])).collect();
    assert_eq!(post_all(&attacker, vec![twice], Some("gzip")).await, [400]);
    ready.cost("gzip bombs", before, since);
}

#[tokio::test(flavor = "multi_thread")]
async fn nesting_and_claimed_counts_are_not_followed() {
    let mut ready = ready(1).await;
    let mut attacker = Attacker::enrol(&ready.world, ready.ana).await;
    let (before, since) = (ready.memory(), Instant::now());
    let mut bodies = vec![
        vec![0x81; 1 << 20],
        [vec![0x9f; 1 << 20], vec![0xff; 1 << 20]].concat(),
        vec![0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0xbb, 0, 0, 0, 1, 0, 0, 0, 0],
        [vec![0x9a, 0, 0x3f, 0xff, 0x00], vec![0x80; 0x3f_ff00]].concat(),
    ];
    // The same as a signed body.
    let signed: Vec<_> = bodies.iter().map(|body| attacker.request(body.clone())).collect();
    bodies.extend(signed.into_iter().filter(|body| body.len() <= REQUEST_BYTES_MAX));
    let (statuses, ()) = tokio::join!(post_all(&attacker, bodies, None), ready.is_served());
    assert!(statuses.iter().all(|status| [400, 413].contains(status)), "{statuses:?}");
    ready.cost("nesting and claimed counts", before, since);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_tiny_operations_are_counted_and_not_done() {
    let mut ready = ready(1).await;
    let mut attack = Attack::begin(&mut ready.world).await;
    let document = attack.document;
    let (before, since) = (ready.memory(), Instant::now());
    for claimed in [1_000_000, 4_096, 4_000] {
        let envelopes = (0..16)
            .map(|n| {
                let mut craft = attack.craft();
                craft.start_op += n;
                let mut parts = Chunk::of(&attack.bytes(&craft));
                *parts.column(ACTION) = [&to_leb(claimed)[..], &[1]].concat();
                let bytes = parts.bytes();
                attack.sign(bytes)
            })
            .collect();
        let (verdicts, ()) = tokio::join!(attack.attacker.push(&document, envelopes), ready.is_served());
        assert_eq!(verdicts.len(), 16);
    }
    // As many as may be, as large as they may be, over and over.
    for _ in 0..10 {
        let envelopes = (0..16)
            .map(|_| {
                let work = (0..50).map(|_| {
                    Craftwork::Put(
                        core_sync::domain::kind::MapName::Facts,
                        attack.key(),
                        crate::crafted::later_version(1_100),
                    )
                });
                let work = work.collect();
                attack.but(|craft| craft.work = work)
            })
            .collect();
        let (verdicts, ()) = tokio::join!(attack.attacker.push(&document, envelopes), ready.is_served());
        assert_eq!(verdicts.len(), 16);
    }
    assert_eq!(ready.world.board().await.rounds.len(), 3);
    ready.cost("a million tiny operations", before, since);
}

/// Reads until the server hangs up; what it said.
fn until_closed(mut socket: TcpStream) -> String {
    socket.set_read_timeout(Some(HANG)).unwrap();
    let mut said = Vec::new();
    match socket.read_to_end(&mut said) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "the server hangs"),
    }
    String::from_utf8_lossy(&said).into_owned()
}

fn connect(host: &str, first: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(host).unwrap();
    socket.write_all(first).unwrap();
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_heads_and_slow_bodies_are_ended() {
    let mut ready = ready(1).await;
    let host = ready.host();
    let (before, since) = (ready.memory(), Instant::now());
    let body = b"POST /v1/sync HTTP/1.1\r\nhost: x\r\ncontent-type: application/cbor\r\ncontent-length: 1000\r\n\r\nx";
    let heads: Vec<_> = (0..100).map(|_| connect(&host, b"POST /v1/sync HTTP/1.1\r\nhost: x\r\n")).collect();
    let bodies: Vec<_> = (0..100).map(|_| connect(&host, body)).collect();
    let huge = b"POST /v1/sync HTTP/1.1\r\nhost: x\r\ncontent-type: application/cbor\r\ncontent-length: 99999999999\r\n\r\nx";
    let huge = connect(&host, huge);
    let mut large = connect(&host, b"");
    // It may hang up before all of it is written.
    let _ = large.write_all(&large_head());
    ready.is_served().await;
    let ended = tokio::task::spawn_blocking(move || {
        let heads: Vec<_> = heads.into_iter().map(until_closed).collect();
        let bodies: Vec<_> = bodies.into_iter().map(until_closed).collect();
        (heads, bodies, until_closed(huge), until_closed(large))
    });
    let (heads, bodies, huge, large) = ended.await.unwrap();
    assert!(heads.iter().all(|said| said.is_empty() || said.contains("408")), "{heads:?}");
    assert!(bodies.iter().all(|said| said.starts_with("HTTP/1.1 408")), "{:?}", bodies.first());
    assert!(huge.starts_with("HTTP/1.1 4"), "{huge}");
    assert!(large.is_empty() || large.starts_with("HTTP/1.1 431"), "{large}");
    ready.is_served().await;
    ready.cost("slow heads and bodies", before, since);
}

fn large_head() -> Vec<u8> {
    [&b"GET /v1/health HTTP/1.1\r\nhost: x\r\nx: "[..], &[b'x'; 200_000]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn more_idle_sockets_than_there_are_places_shut_nobody_out() {
    let mut ready = ready(1).await;
    let host = ready.host();
    let (before, since) = (ready.memory(), Instant::now());
    let mut idle = Vec::new();
    for n in 0..800 {
        // Some say nothing, some begin a head.
        idle.push(connect(&host, if n % 2 == 0 { b"" } else { b"GET /v1" }));
        if n % 100 == 99 {
            ready.is_served().await;
        }
    }
    ready.is_served().await;
    let open =
        std::fs::read_dir(format!("/proc/{}/fd", ready.world.server.as_ref().unwrap().id())).unwrap().count();
    println!("idle sockets: 800 opened, {open} files open in the server");
    assert!(open < 600, "{open} files are open");
    ready.cost("idle sockets", before, since);
    let server = ready.world.server.take().unwrap();
    assert!(tokio::task::spawn_blocking(move || server.terminate()).await.unwrap().success());
    drop(idle);
}

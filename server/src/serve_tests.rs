//! Serving on a real socket: a request that is under way when the server is told to stop is answered.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use core_sync::domain::ids::DeviceId;

use crate::db::open::open_beside;
use crate::db::revocation;
use crate::folder::database_in;
use crate::init::init;
use crate::revocations::{Line, Revocations};
use crate::serve::serve;
use crate::server::open;
use crate::testing::{MORNING, clock};

#[tokio::test]
async fn a_request_under_way_is_answered_and_the_folder_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let made = init(folder.path(), "Test", "Europe/Paris", MORNING, &mut random).unwrap();
    let server = open(folder.path(), clock(&Arc::new(AtomicI64::new(MORNING.0))), random).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = serve(server, listener, None, async {
        let _told = stopped.await;
    });
    let asked = async {
        let body = format!(r#"{{"member":"{}","name":"Ana","role":"courier"}}"#, made.admin);
        let body = body.replace(&made.admin.to_string(), &core_sync::domain::ids::to_text(&[9; 16]));
        let mut socket = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST /v1/members HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            made.token.reveal(),
            body.len()
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        // The server has the head and waits for the body when it is told to stop.
        let (first, rest) = body.split_at(10);
        socket.write_all(first.as_bytes()).await.unwrap();
        let mut health = TcpStream::connect(address).await.unwrap();
        health.write_all(b"GET /v1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        health.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        stop.send(()).unwrap();
        socket.write_all(rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(TcpStream::connect(address).await.is_err());
    };
    let (served, ()) = tokio::join!(served, asked);
    served.unwrap();
    // Closed in order, the database is one file again.
    let wal = folder.path().join("tournee.sqlite3-wal");
    assert!(database_in(folder.path()).exists() && !wal.exists());
    let reopened =
        open(folder.path(), clock(&Arc::new(AtomicI64::new(MORNING.0))), ChaCha8Rng::seed_from_u64(9));
    assert!(reopened.is_ok());
}

#[test]
fn a_folder_into_which_somebody_put_an_older_database_has_no_shut_out_device_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let made = init(folder.path(), "Test", "Europe/Paris", MORNING, &mut random).unwrap();
    let (co_op, device) = (made.co_op, DeviceId([5; 8]));
    // The file knows what the database does not, as after a copy by hand.
    let line = Line::Revoked { co_op, device, by: None, at_ms: MORNING };
    Revocations::in_folder(folder.path()).append(&[line]).unwrap();
    for _ in 0..2 {
        let random = ChaCha8Rng::seed_from_u64(9);
        drop(open(folder.path(), clock(&Arc::new(AtomicI64::new(MORNING.0))), random).unwrap());
        let mut read = open_beside(&database_in(folder.path())).unwrap();
        assert!(read.read(|snapshot| revocation::find(snapshot, co_op, device)).unwrap().is_some());
    }
}

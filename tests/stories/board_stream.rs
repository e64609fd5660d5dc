//! The board's stream: it begins with a snapshot, follows what is committed, goes on after a restart of the server,
//! begins anew after a cursor of another log, and no reader that reads nothing holds up another.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::wire::board::Board;
use core_sync::wire::round::RoundView;
use courier_session::session::SyncEnd;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::harness::events::Events;
use crate::harness::ready::{Ready, ready};
use crate::harness::world::World;

async fn open(world: &World, after: Option<&str>) -> Events {
    Events::open(&world.address, &world.admin_token, after).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_begins_with_the_board_and_follows_each_round_that_changes() {
    let Ready { world, round, mut phone, stops, .. } = ready(1).await;
    let mut events = open(&world, None).await;
    let first = events.next().await;
    assert_eq!(first.name, "board");
    let board: Board = serde_json::from_value(first.data).unwrap();
    assert_eq!(first.id, Some(board.cursor.to_string()));
    assert_eq!(board.rounds, world.board().await.rounds);
    for _ in 0..3 {
        phone.tap(round, &CourierCommand::Arrive(stops[0]));
    }
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    let next = events.next().await;
    assert_eq!(next.name, "round");
    let view: RoundView = serde_json::from_value(next.data).unwrap();
    assert_eq!((view.id, view.acts_since), (round, 3), "a burst is one event");
    assert_eq!(next.id, Some(world.board().await.cursor.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_on_after_a_restart_with_what_followed_and_nothing_else() {
    let Ready { mut world, round, mut phone, stops, .. } = ready(1).await;
    let mut events = open(&world, None).await;
    let seen = events.next().await.id.unwrap();
    // A stop in order ends the stream with the word to come back.
    let server = world.server.take().unwrap();
    let (ended, stopped) =
        tokio::join!(events.last(), tokio::task::spawn_blocking(move || server.terminate()));
    assert!(stopped.unwrap().success());
    assert!(ended.starts_with("retry:"), "{ended}");
    world.start_server();
    phone.tap(round, &CourierCommand::Arrive(stops[0]));
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    let mut events = open(&world, Some(&seen)).await;
    let next = events.next().await;
    let view: RoundView = serde_json::from_value(next.data).unwrap();
    assert_eq!((next.name.as_str(), view.acts_since), ("round", 1));
    // A kill says nothing, and the id is as good as before.
    let seen = next.id.unwrap();
    world.kill_server();
    world.start_server();
    let mut events = open(&world, Some(&seen)).await;
    phone.tap(round, &CourierCommand::Arrive(stops[0]));
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert_eq!(events.next().await.name, "round");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_log_begins_anew() {
    let Ready { world, .. } = ready(1).await;
    let other = World::new().board().await.cursor.to_string();
    for cursor in [other.as_str(), "999999.AAAAAAAAAAA", "0.AAAAAAAAAAA"] {
        let mut events = open(&world, Some(cursor)).await;
        let names = (events.next().await.name, events.next().await.name);
        assert_eq!(names, ("reset".to_owned(), "board".to_owned()));
    }
}

/// Opens a stream and reads nothing of it but its first words, with as little room for the rest as there can be.
async fn deaf(world: &World) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let host = world.address.trim_start_matches("http://").parse().unwrap();
    let mut socket = socket.connect(host).await.unwrap();
    let token = &world.admin_token;
    let ask = format!("GET /v1/board/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    socket.write_all(ask.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    socket.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.0 200");
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_that_read_nothing_hold_up_nobody_and_take_no_memory() {
    let Ready { mut world, round, mut phone, stops, .. } = ready(6).await;
    let mut reader = open(&world, None).await;
    reader.next().await;
    let (mut before, mut kept) = (0, Vec::new());
    for n in 0..240 {
        if n == 60 {
            // Threads and caches are warm: from here on only what is kept for somebody grows.
            for _ in 0..60 {
                kept.push(deaf(&world).await);
            }
            before = world.server.as_ref().unwrap().memory();
        }
        phone.tap(round, &CourierCommand::Arrive(stops[0]));
        assert_eq!(phone.sync().await, SyncEnd::Synced);
        assert_eq!(reader.next().await.name, "round");
    }
    let grown = world.server.as_ref().unwrap().memory().saturating_sub(before);
    // 180 events of 9 kB for sixty readers would be 97 MB if anybody kept them.
    assert!(grown < 40 << 20, "{grown} bytes more");
    phone.tap(round, &CourierCommand::Arrive(stops[0]));
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert_eq!(reader.next().await.name, "round");
    assert!(world.server.take().unwrap().terminate().success());
    drop(kept);
}

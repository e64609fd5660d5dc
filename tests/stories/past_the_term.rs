//! A delegation past its term stops nobody: uploads and verdicts go on, and the same answer renews it.
//!
//! The server here is the real library with the real store and HTTP; only its clock is the test's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::BootId;
use core_sync::domain::stamp::Moment;
use core_sync::domain::time::Timestamp;
use core_sync::signing::delegation::Delegation;
use courier_session::session::SyncEnd;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::harness::board::everything_is_there_once;
use crate::harness::ready::{Ready, ready};

/// A little more than a delegation's term, in milliseconds.
const PAST_THE_TERM: i64 = 73 * 3_600_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_offline_past_its_delegations_term_uploads_and_is_renewed() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(1).await;
    let enrolled = world.now().await;
    world.kill_server();

    let now = Arc::new(AtomicI64::new(enrolled.0 + PAST_THE_TERM));
    let clock = {
        let now = Arc::clone(&now);
        move || Moment { time: Timestamp(now.load(Ordering::SeqCst)), boot: BootId([9; 8]), monotonic_ms: 1 }
    };
    let server = server::open(&world.data(), Arc::new(clock), ChaCha20Rng::seed_from_u64(3)).unwrap();
    let listener = tokio::net::TcpListener::bind(world.address.trim_start_matches("http://")).await.unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    #[allow(clippy::disallowed_methods, reason = "the server runs beside the test until it is told to stop")]
    let running = tokio::spawn(server::serve::serve(server, listener, None, async {
        let _ = stopped.await;
    }));

    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    phone.deliver(round, stops[1]);
    let identity = phone.session().enrolled().unwrap().identity;
    let before = Delegation::verify(&identity.delegation, &identity.co_op_key).unwrap();
    assert!(before.until.0 < now.load(Ordering::SeqCst), "the term is over");
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert!(phone.session().queue().unwrap().is_empty());
    let identity = phone.session().enrolled().unwrap().identity;
    let after = Delegation::verify(&identity.delegation, &identity.co_op_key).unwrap();
    assert!(after.until.0 > now.load(Ordering::SeqCst), "renewed by the same answer");

    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    world.start_server();
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

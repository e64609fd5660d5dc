//! The listener: takes connections until told to stop, then lets the requests under way end.
//!
//! Every connection is a task of its own, from its first byte on: nothing that one does, not even a handshake
//! that never ends, keeps the next one waiting.

use std::future::Future;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::connection::{Shared, is_of_one_connection, serve};
use super::places::Places;
use super::{build_router, limits};
use crate::server::Server;

/// Serves until `shutdown` is done and the requests taken until then are answered, or their time is over.
pub async fn run(
    server: Arc<Server>,
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let (stop, stopping) = watch::channel(false);
    let tls = tls.map(TlsAcceptor::from);
    let shared = Shared { router: build_router(Arc::clone(&server)), tls, stopping };
    let mut open = JoinSet::new();
    accept(listener, &shared, &mut open, shutdown).await;
    tracing::info!("stopping");
    stop.send_replace(true);
    server.streams.stop();
    server.planning.stop();
    let ended = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(limits::DRAIN_MAX, ended).await.is_err() {
        tracing::warn!("requests were cut off; whoever sent them sends them again");
        open.shutdown().await;
    }
}

/// Takes connections until `shutdown` is done; then nobody listens any more.
async fn accept(
    listener: TcpListener,
    shared: &Shared,
    open: &mut JoinSet<()>,
    shutdown: impl Future<Output = ()>,
) {
    let places = Places::new(limits::CONNECTIONS_MAX);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = shutdown.as_mut() => return,
            // Those that have ended, so that what is kept of them is bounded too.
            Some(_ended) = open.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            // Without a place the socket is closed: whoever it was tries again.
            Ok((socket, _)) => {
                if let Some(place) = places.take() {
                    open.spawn(serve(socket, shared.clone(), place));
                }
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Out of file handles, most likely. They come back as connections end.
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(limits::ACCEPT_PAUSE).await;
            }
        }
    }
}

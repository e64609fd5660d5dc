//! The listener: serves a router until told to stop, then lets the requests it has end.

use std::future::{Future, IntoFuture as _};
use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::{build_router, limits};
use crate::server::Server;

/// Serves until `shutdown` is done and the requests taken until then are answered, or their time is over.
pub async fn run(
    server: Arc<Server>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, told) = oneshot::channel();
    let serving = axum::serve(listener, build_router(server)).with_graceful_shutdown(async move {
        shutdown.await;
        // Nobody listens any more when serving has failed.
        let _gone = stopping.send(());
    });
    let time_over = async {
        if told.await.is_ok() {
            tracing::info!("stopping");
            tokio::time::sleep(limits::DRAIN_MAX).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        served = serving.into_future() => served,
        () = time_over => {
            tracing::warn!("requests were cut off; whoever sent them sends them again");
            Ok(())
        }
    }
}

//! `tournee serve`: from an open server to a drained one.
//!
//! On the signal to stop it takes no more connections, finishes the requests it has for a while, does every
//! write that waits, moves the WAL into the database and closes. A request that was cut off was never
//! acknowledged, and phones and boards send it again.

use std::future::Future;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::net::TcpListener;

use crate::api;
use crate::log::writer::StopError;
use crate::server::Server;
use crate::{scrub, trial};

/// What went wrong while serving or stopping. What was acknowledged is on the disk all the same.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The writer did not stop in order.
    #[error("the writer did not stop in order")]
    Stop(#[source] StopError),
    /// The thread that waited for the writer panicked.
    #[error("nobody waited for the writer")]
    Join(#[source] tokio::task::JoinError),
}

/// Serves until `shutdown` is done, then drains. With `tls` it speaks TLS and nothing else.
///
/// # Errors
/// See [`ServeError`]; the server is closed either way.
pub async fn serve(
    server: Server,
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let server = Arc::new(server);
    tokio::select! {
        () = api::http::run(Arc::clone(&server), listener, tls, shutdown) => {}
        // It ends with the writer, and is dropped with the last request.
        () = trial::run(Arc::clone(&server)) => {}
        () = scrub::run(Arc::clone(&server)) => {}
        () = api::look_on::run(Arc::clone(&server)) => {}
    }
    let stopped = tokio::task::spawn_blocking(move || {
        server.readers.stop();
        server.writer.stop()
    })
    .await;
    stopped.map_err(ServeError::Join)?.map_err(ServeError::Stop)?;
    tracing::info!("stopped");
    Ok(())
}

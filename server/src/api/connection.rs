//! One connection, from its socket to its end: TLS if there is any, then HTTP/1.1, one request after the other.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;
use tower_http::timeout::TimeoutBody;

use super::limits;
use super::long_body::{self, Kept};
use super::patient::Patient;
use super::places::{Busy, Place};

/// What all connections share.
#[derive(Clone)]
pub(super) struct Shared {
    /// What answers.
    pub(super) router: Router,
    /// TLS, unless a proxy or nobody else is there to listen in.
    pub(super) tls: Option<TlsAcceptor>,
    /// Becomes true when the server is told to stop.
    pub(super) stopping: watch::Receiver<bool>,
}

/// Serves a connection until it ends, its place is wanted, or the server stops and it has nothing under way.
pub(super) async fn serve(socket: TcpStream, shared: Shared, place: Place) {
    // The two ends write whole messages: waiting for more to send only delays them.
    let _as_it_is = socket.set_nodelay(true);
    let mut stopping = shared.stopping.clone();
    let http = async {
        let Some(tls) = shared.tls else { return talk(socket, shared.router, &place, shared.stopping).await };
        let shaken = async {
            tokio::select! {
                shaken = tokio::time::timeout(limits::HANDSHAKE_MAX, tls.accept(socket)) => shaken.ok()?.ok(),
                _told = stopping.wait_for(|told| *told) => None,
            }
        };
        match shaken.await {
            Some(socket) => talk(socket, shared.router, &place, shared.stopping).await,
            None => Ok(()),
        }
    };
    // How it ended is nothing to anybody: clients come and go, and what they sent is not to be logged.
    tokio::select! {
        _ended = http => {}
        () = place.wanted() => {}
    }
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    socket: S,
    router: Router,
    place: &Place,
    mut stopping: watch::Receiver<bool>,
) -> Result<(), TalkError> {
    let kept = Kept::default();
    let service = service_fn(|mut request: hyper::Request<Incoming>| {
        let busy = place.busy();
        request.extensions_mut().insert(place.seat());
        let request = request.map(|body| Body::new(TimeoutBody::new(limits::BODY_PAUSE_MAX, body)));
        let (answer, kept) = (router.clone().oneshot(request), kept.clone());
        Box::pin(async move {
            let answer = kept.take_from(answer.await?);
            Ok::<_, std::convert::Infallible>(answer.map(|body| Held { body, _busy: busy }))
        })
    });
    let socket = TokioIo::new(Patient::new(socket, limits::WRITE_PAUSE_MAX));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEAD_MAX)
        .max_buf_size(limits::BUFFER_BYTES_MAX)
        .serve_connection(socket, service);
    let ended = tokio::select! {
        ended = poll_fn(|context| connection.poll_without_shutdown(context)) => Some(ended),
        _told = stopping.wait_for(|told| *told) => None,
    };
    if let Some(ended) = ended {
        ended?;
    } else {
        Pin::new(&mut connection).graceful_shutdown();
        poll_fn(|context| connection.poll_without_shutdown(context)).await?;
    }
    // hyper's buffers go here.
    let mut socket = connection.into_parts().io.into_inner();
    if let Some(body) = kept.give() {
        long_body::write(&mut socket, body).await?;
    }
    Ok(socket.shutdown().await?)
}

/// How a connection ended before its time: nothing to anybody.
#[derive(Debug, thiserror::Error)]
enum TalkError {
    #[error("the exchange failed")]
    Http(#[from] hyper::Error),
    #[error("the socket failed")]
    Socket(#[from] io::Error),
}

/// The body of an answer; its connection is busy until it is gone.
struct Held {
    body: Body,
    _busy: Busy,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Whether accepting failed for the sake of one connection, which is gone, and not of the listener.
pub(super) fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    [K::ConnectionRefused, K::ConnectionAborted, K::ConnectionReset].contains(&error.kind())
}

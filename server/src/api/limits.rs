//! The limits of HTTP in one place: connections, bytes of heads and bodies, seconds of everything that waits.

use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use core_sync::domain::limits::REQUEST_BYTES_MAX;
use core_sync::wire::error_code::ErrorCode;

use super::problem::Problem;

/// Bytes of a JSON body: ten times what a stop with a full card and all its parcels needs.
const JSON_BYTES_MAX: usize = 64 * 1024;
/// Seconds for a whole request: a phone on one bar of a slow network gets its day through.
const REQUEST_MAX: Duration = Duration::from_secs(30);
/// Connections at once. Phones sync for a second and go: 5,000 of them need some dozens. Well below the 1,024
/// files that a process may open by default, and 64 MiB of buffers if all of them are full.
pub(super) const CONNECTIONS_MAX: usize = 512;
/// Bytes of a head, and of what is read or written ahead on a connection: 40 usual heads.
pub(super) const BUFFER_BYTES_MAX: usize = 64 * 1024;
/// Seconds for a whole head, counted from the connection's start or the end of the last answer: so it is also how
/// long a connection is kept that asks for nothing. A phone on one bar sends its 300 bytes in two.
pub(super) const HEAD_MAX: Duration = Duration::from_secs(15);
/// Seconds for a TLS handshake: four round trips and a signature, on a bad link.
pub(super) const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// Seconds in which nothing more of a body comes: a phone that left the network, or somebody who holds us up.
pub(super) const BODY_PAUSE_MAX: Duration = Duration::from_secs(10);
/// Seconds in which nothing of an answer is taken: a phone in a tunnel comes back and asks again.
pub(super) const WRITE_PAUSE_MAX: Duration = Duration::from_secs(20);
/// Seconds before the next try when no connection can be taken: handles come back within that.
pub(super) const ACCEPT_PAUSE: Duration = Duration::from_secs(1);
/// Seconds that requests get to end when the server stops: less than what `docker stop` waits (10 s).
pub(super) const DRAIN_MAX: Duration = Duration::from_secs(8);

/// The limit on JSON bodies, for every route that sets none itself.
pub(super) fn json_bodies() -> DefaultBodyLimit {
    DefaultBodyLimit::max(JSON_BYTES_MAX)
}

/// The limit on sync bodies as they travel; what they inflate to has the same.
pub(super) fn sync_bodies() -> DefaultBodyLimit {
    DefaultBodyLimit::max(REQUEST_BYTES_MAX)
}

/// Ends a request that takes too long. What it had handed to the writer is done all the same.
pub(super) async fn in_time(request: Request, next: Next) -> Response {
    within(REQUEST_MAX, next.run(request)).await
}

async fn within(time: Duration, answer: impl Future<Output = Response>) -> Response {
    match tokio::time::timeout(time, answer).await {
        Ok(response) => response,
        Err(_) => Problem::of(ErrorCode::TooSlow).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_that_takes_too_long_ends_as_a_problem() {
        let response = within(Duration::ZERO, std::future::pending()).await;
        assert_eq!(response.status(), 408);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
}

//! `POST /v1/sync`: CBOR both ways, gzip where it helps. The signature inside says who sends it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use core_sync::domain::limits::REQUEST_BYTES_MAX;
use core_sync::wire::error_code::ErrorCode;
use core_sync::wire::sync_answer::{Row, RowChange, SyncAnswer};

use super::ask;
use super::compression::{InflateError, inflate, shorter, takes_gzip};
use super::json_body::{is_media_type, whole_body};
use super::problem::Problem;
use crate::app;
use crate::app::sync::ahead::Ahead;
use crate::app::sync::sender::identify;
use crate::server::Server;

/// What the body is, both ways.
const MEDIA_TYPE: &str = "application/cbor";

/// Bytes that a body is inflated to on an async thread, in a tenth of a millisecond: what a phone that is in reach of
/// a network sends. Another thread would cost more; whatever is larger goes there.
const INFLATED_AT_ONCE_MAX: usize = 16 * 1024;

/// Bytes of changes that are written down and compressed on an async thread, in a tenth of a millisecond: most answers
/// bring nothing or a few changes, and another thread would cost more.
const ENCODED_AT_ONCE_MAX: usize = 4 * 1024;

pub(super) async fn sync(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    SyncBody(body): SyncBody,
) -> Result<Response, Problem> {
    // Who is not one of ours is turned away by a reader and never reaches the writer.
    let keys = Arc::clone(&server.keys);
    let (sender, ahead) = ask::read(&server, move |snapshot, at| {
        let sender = identify(snapshot, &body)?;
        let ahead = Ahead::of(snapshot, &keys, &sender, at.time)?;
        Ok((sender, ahead))
    })
    .await?;
    let answer =
        ask::write(&server, move |tx, hand| app::sync::sync(tx, hand.keys, &sender, &ahead, hand.at.time))
            .await?;
    let gzip = takes_gzip(&headers);
    if is_short(&answer) {
        return Ok(encode(&answer.to_bytes(), gzip));
    }
    off_the_async_threads(move || encode(&answer.to_bytes(), gzip)).await
}

/// Whether an answer is written down in no time: it brings no card, and few changes.
fn is_short(answer: &SyncAnswer) -> bool {
    let mut bytes = 0;
    answer.rounds.iter().flat_map(|round| &round.rows).all(|row| match row {
        Row::Change { content: RowChange::Envelope(envelope), .. } => {
            bytes += envelope.change.len();
            bytes <= ENCODED_AT_ONCE_MAX
        }
        Row::Change { content: RowChange::Yours(_), .. } | Row::Tombstone(_) => true,
        Row::Card(..) => false,
    })
}

fn encode(bytes: &[u8], gzip: bool) -> Response {
    match gzip.then(|| shorter(bytes)).flatten() {
        Some(gzip) => {
            ([(header::CONTENT_TYPE, MEDIA_TYPE), (header::CONTENT_ENCODING, "gzip")], gzip).into_response()
        }
        None => ([(header::CONTENT_TYPE, MEDIA_TYPE)], bytes.to_vec()).into_response(),
    }
}

/// The body of a sync request, inflated.
pub(super) struct SyncBody(Bytes);

impl<S: Send + Sync> FromRequest<S> for SyncBody {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let wrong =
            |header: &str, expected: &str| Problem::of_field(ErrorCode::WrongMediaType, header, expected);
        if !is_media_type(request.headers(), MEDIA_TYPE) {
            return Err(wrong("content-type", MEDIA_TYPE));
        }
        let encoding = request.headers().get(header::CONTENT_ENCODING).map(|value| value.as_bytes().to_vec());
        match encoding.as_deref() {
            None | Some(b"identity") => whole_body(request, state).await.map(Self),
            Some(b"gzip") => {
                let bytes = whole_body(request, state).await?;
                let inflated = match inflate(&bytes, INFLATED_AT_ONCE_MAX) {
                    Err(InflateError::TooLarge) => {
                        off_the_async_threads(move || inflate(&bytes, REQUEST_BYTES_MAX)).await?
                    }
                    inflated => inflated,
                };
                inflated.map(|bytes| Self(bytes.into())).map_err(|error| match error {
                    InflateError::TooLarge => Problem::of(ErrorCode::TooLarge),
                    InflateError::NotGzip(_) | InflateError::MoreFollows => Problem::of_field(
                        ErrorCode::BadInput,
                        "body",
                        "one gzip stream, as content-encoding says",
                    ),
                })
            }
            Some(_) => Err(wrong("content-encoding", "gzip, or none")),
        }
    }
}

/// Compressing a full answer takes the CPU for some 20 ms, during which an async thread serves nobody.
async fn off_the_async_threads<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Problem::internal(&error))
}

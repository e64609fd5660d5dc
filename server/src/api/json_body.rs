//! A JSON body as a type, and for one that is not: which field, and what would be right.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use core_sync::wire::error_code::ErrorCode;
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// Causes of a broken body that are looked at: they are wrapped three times on their way.
const CAUSES_MAX: usize = 8;

/// The body of a request, read as `T`.
#[derive(Debug)]
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_media_type(request.headers(), "application/json") {
            return Err(Problem::of_field(ErrorCode::WrongMediaType, "content-type", "application/json"));
        }
        let bytes = whole_body(request, state).await?;
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut json).map_err(|error| not_it(&error))?;
        json.end()
            .map_err(|_| Problem::of_field(ErrorCode::BadInput, "body", "one JSON value and no more"))?;
        Ok(Self(value))
    }
}

/// Whether the request's content type is this one; parameters such as a charset are left aside.
pub(super) fn is_media_type(headers: &HeaderMap, wanted: &str) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    given.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case(wanted)
}

/// The whole body, within the route's limit.
pub(super) async fn whole_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if is_too_slow(&rejection) {
            return Problem::of(ErrorCode::TooSlow);
        }
        match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::of(ErrorCode::TooLarge),
            // The connection broke, or its frames make no sense.
            _ => Problem::of_field(ErrorCode::BadInput, "body", "a whole body"),
        }
    })
}

/// Whether nothing came for too long.
fn is_too_slow(rejection: &(dyn std::error::Error + 'static)) -> bool {
    let chain = std::iter::successors(Some(rejection), |error| error.source());
    chain.take(CAUSES_MAX).any(|error| error.is::<tower_http::timeout::TimeoutError>())
}

fn not_it(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    // As serde says it: "missing field `card`", "invalid type: string, expected u32". It goes to the
    // sender, who sent the value; it is never logged.
    let expected = error.inner().to_string();
    let path = error.path().to_string();
    let path = if path == "." { "" } else { path.as_str() };
    let missing = expected.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let field = match (path, missing) {
        ("", Some(missing)) => missing.to_owned(),
        ("", None) => "body".to_owned(),
        (path, Some(missing)) => format!("{path}.{missing}"),
        (path, None) => path.to_owned(),
    };
    Problem::of_field(ErrorCode::BadInput, field, expected)
}

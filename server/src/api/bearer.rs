//! Who calls: the token in `Authorization: Bearer`, and whether the route's row in the table lets them in.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use core_sync::domain::personal::Secret;
use core_sync::wire::error_code::ErrorCode;

use super::ask;
use super::problem::Problem;
use super::routes::Who;
use crate::app::authenticate::{Caller, authenticate};
use crate::server::Server;

/// Lets a signed-in caller of a permitted role through and tells the handler who it is.
pub(super) async fn require(
    State((server, who)): State<(Arc<Server>, Who)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let token = token(request.headers()).ok_or_else(|| Problem::of(ErrorCode::NotSignedIn))?;
    let caller = ask::read(&server, move |snapshot, at| authenticate(snapshot, &token, at.time)).await?;
    if !who.lets_in(caller.role) {
        return Err(Problem::of(ErrorCode::NotAllowed));
    }
    request.extensions_mut().insert(SignedIn(caller));
    Ok(next.run(request).await)
}

fn token(headers: &HeaderMap) -> Option<Secret<String>> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Secret::new(token.trim().to_owned()))
}

/// The caller, as [`require`] found them out.
#[derive(Debug, Clone, Copy)]
pub(super) struct SignedIn(pub(super) Caller);

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        // Absent only on a route whose row says "nobody": then nobody is signed in.
        parts.extensions.get().copied().ok_or_else(|| Problem::of(ErrorCode::NotSignedIn))
    }
}

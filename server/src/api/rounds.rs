//! `GET /v1/rounds/{id}`: one round as it is now.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use core_sync::domain::ids::RoundId;
use core_sync::wire::error_code::ErrorCode;
use core_sync::wire::round::RoundView;

use super::ask;
use super::bearer::SignedIn;
use super::problem::Problem;
use crate::app;
use crate::server::Server;

pub(super) async fn round(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
    RoundPath(id): RoundPath,
) -> Result<Json<RoundView>, Problem> {
    let round = ask::read(&server, move |snapshot, _| app::round::round(snapshot, caller, id));
    Ok(Json(round.await?))
}

/// The round that the path names.
pub(super) struct RoundPath(RoundId);

impl<S: Send + Sync> FromRequestParts<S> for RoundPath {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await.map(|Path(text)| text);
        let id = text.unwrap_or_default().parse::<RoundId>();
        id.map(Self).map_err(|error| Problem::of_field(ErrorCode::BadInput, "id", error.to_string()))
    }
}

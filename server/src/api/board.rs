//! `GET /v1/board?after=`: the board, or 304 if nothing happened since.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use core_sync::wire::cursor::Cursor;
use core_sync::wire::error_code::ErrorCode;
use serde::Deserialize;

use super::ask;
use super::bearer::SignedIn;
use super::problem::Problem;
use crate::board::snapshot;
use crate::server::Server;

pub(super) async fn board(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
    After(after): After,
) -> Result<Response, Problem> {
    let board =
        ask::read_board(&server, move |drawing, at| snapshot::board(drawing, caller.co_op, after, at.time));
    Ok(match board.await? {
        Some(board) => Json(board).into_response(),
        None => StatusCode::NOT_MODIFIED.into_response(),
    })
}

/// The cursor that the query names, if it names one.
pub(super) struct After(pub(super) Option<Cursor>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BoardQuery {
    after: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for After {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let wrong = |field: &str, expected: String| Problem::of_field(ErrorCode::BadInput, field, expected);
        let query = Query::<BoardQuery>::from_request_parts(parts, state).await;
        let Query(query) = query.map_err(|_| wrong("query", "nothing but `after`, once".to_owned()))?;
        let cursor = query.after.map(|text| text.parse::<Cursor>()).transpose();
        cursor.map(Self).map_err(|error| wrong("after", error.to_string()))
    }
}

//! HTTP: the only room that names axum. A handler extracts, makes one call into `app`, and encodes.
//!
//! Nothing is decided here but who may call which route, and that in one table (`routes.rs`). Every error on
//! every route leaves as problem+json through one file (`problem.rs`), every limit stands in one
//! (`limits.rs`). Personal data passes through but is never logged: not a body, not a query, not a header.

mod aside;
mod ask;
mod bearer;
mod board;
mod board_stream;
mod commands;
mod compression;
mod connection;
mod devices;
mod drafts;
mod enrol;
mod enrolment_codes;
mod health;
pub(crate) mod http;
mod items;
mod json_body;
mod limits;
mod long_body;
pub(crate) mod look_on;
mod members;
mod panics;
mod patient;
mod places;
mod plans;
#[cfg(test)]
mod plans_tests;
pub mod problem;
mod request_log;
mod rounds;
mod routes;
#[cfg(test)]
mod routes_tests;
mod shop_facts;
mod suggestions;
mod sync;
#[cfg(test)]
mod sync_tests;
#[cfg(test)]
mod tests;
mod tokens;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use core_sync::wire::error_code::ErrorCode;
use tower_http::catch_panic::CatchPanicLayer;

use crate::server::Server;
use problem::Problem;

/// The whole HTTP side of a server.
pub fn build_router(server: Arc<Server>) -> Router {
    let router = routes::router(&server)
        .fallback(async || Problem::of(ErrorCode::NoSuchRoute))
        .method_not_allowed_fallback(async || Problem::of(ErrorCode::WrongMethod));
    around(router, &server).with_state(server)
}

/// What every request goes through, the last one first.
fn around(router: Router<Arc<Server>>, server: &Arc<Server>) -> Router<Arc<Server>> {
    use axum::middleware::{from_fn, from_fn_with_state, map_response};
    router
        .layer(limits::json_bodies())
        .layer(CatchPanicLayer::custom(panics::answer))
        .layer(from_fn(limits::in_time))
        .layer(map_response(not_to_be_stored))
        .layer(from_fn_with_state(Arc::clone(server), request_log::write))
}

/// Almost everything here is about people: no proxy and no browser keeps a copy.
async fn not_to_be_stored(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

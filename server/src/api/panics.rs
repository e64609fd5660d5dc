//! A panic in a handler: a bug, answered as any other fault of ours. Its message may hold anything, so only
//! that it happened is logged here.

use std::any::Any;

use axum::response::{IntoResponse, Response};
use core_sync::wire::error_code::ErrorCode;

use super::problem::Problem;

pub(super) fn answer(_message: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request panicked");
    Problem::of(ErrorCode::Internal).into_response()
}

//! `GET /v1/health`: whether the server can answer: the database is read, and the writer's thread is there.
//!
//! Anybody may ask, so it asks nothing of the writer's queue: whoever asks a thousand times shall not make a phone
//! wait. Alarms are counted, not a failure: the server answers, and a person shall look.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::error_code::ErrorCode;
use serde::Serialize;

use super::ask;
use super::problem::Problem;
use crate::app;
use crate::server::Server;

/// All is well; anything else is a problem+json.
#[derive(Debug, Serialize)]
pub(super) struct Health {
    status: &'static str,
    /// Rounds that a check off the request found something wrong with.
    alarms: u64,
}

pub(super) async fn health(State(server): State<Arc<Server>>) -> Result<Json<Health>, Problem> {
    if !server.writer.lives() {
        return Err(Problem::of(ErrorCode::Busy));
    }
    let alarms = ask::read(&server, |snapshot, _| app::health::health(snapshot)).await?;
    Ok(Json(Health { status: "ok", alarms }))
}

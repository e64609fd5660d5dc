//! `GET /v1/health`: whether the server can answer: the database is read, and the writer takes a job.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::ask;
use super::problem::Problem;
use crate::app;
use crate::server::Server;

/// All is well; anything else is a problem+json.
#[derive(Debug, Serialize)]
pub(super) struct Health {
    status: &'static str,
}

pub(super) async fn health(State(server): State<Arc<Server>>) -> Result<Json<Health>, Problem> {
    ask::read(&server, |snapshot, _| app::health::health(snapshot)).await?;
    // It writes nothing, so it costs no fsync; it shows that the writer's thread lives.
    ask::write(&server, |tx, _| app::health::health(tx)).await?;
    Ok(Json(Health { status: "ok" }))
}

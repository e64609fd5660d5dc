//! `GET /v1/devices` and `POST /v1/devices/revoke`: whose phones there are, and who is shut out.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::devices::{Device, Devices, RevokeDevice};

use super::ask;
use super::bearer::SignedIn;
use super::json_body::JsonBody;
use super::problem::Problem;
use crate::app;
use crate::server::Server;

pub(super) async fn list(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
) -> Result<Json<Devices>, Problem> {
    let devices = ask::read(&server, move |snapshot, _| app::devices::devices(snapshot, caller.co_op));
    Ok(Json(devices.await?))
}

pub(super) async fn revoke(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
    JsonBody(request): JsonBody<RevokeDevice>,
) -> Result<Json<Device>, Problem> {
    let device = ask::write(&server, move |tx, hand| {
        app::revoke::revoke(tx, hand.revocations, caller, request, hand.at.time)
    });
    Ok(Json(device.await?))
}

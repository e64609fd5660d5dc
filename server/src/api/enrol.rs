//! `POST /v1/enrol`: nobody is signed in yet; the code says who it is for.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};

use super::ask;
use super::json_body::JsonBody;
use super::problem::Problem;
use crate::app;
use crate::server::Server;

pub(super) async fn enrol(
    State(server): State<Arc<Server>>,
    JsonBody(request): JsonBody<EnrolRequest>,
) -> Result<Json<EnrolAnswer>, Problem> {
    let asked = request.clone();
    ask::read(&server, move |snapshot, at| app::enrol::check(snapshot, &asked, at.time)).await?;
    let answer = ask::write(&server, move |tx, hand| {
        app::enrol::enrol(tx, hand.keys, &request, hand.at.time, &mut hand.random)
    });
    Ok(Json(answer.await?))
}

//! `POST /v1/shop-facts`: what a shop gave or received. The record in it is signed by the shop's device.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::shop_fact::{ShopFactAnswer, ShopFactRequest};

use super::ask;
use super::json_body::JsonBody;
use super::problem::Problem;
use crate::app;
use crate::server::Server;

pub(super) async fn say(
    State(server): State<Arc<Server>>,
    JsonBody(request): JsonBody<ShopFactRequest>,
) -> Result<Json<ShopFactAnswer>, Problem> {
    let asked = request.clone();
    ask::read(&server, move |snapshot, _| app::say_shop_fact::check(snapshot, &asked)).await?;
    let answer = ask::write(&server, move |tx, hand| {
        app::say_shop_fact::say_shop_fact(tx, hand.keys, &request, hand.at.time)
    });
    Ok(Json(answer.await?))
}

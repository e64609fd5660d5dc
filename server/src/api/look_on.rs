//! Looking on: what a coordinator asked for once is asked again every few minutes, for as long as anybody rides.
//!
//! Who asked is not in front of the screen any more: what is found waits in `GET /v1/suggestions`. What is looked for is
//! kept in memory alone, because it says where couriers begin; after a restart somebody asks again.

use std::sync::Arc;
use std::time::Duration;

use super::suggestions::{Asker, look_now};
use crate::looking_on::LookOn;
use crate::server::Server;

/// Between two looks: a stop takes as long, so there is something new to see.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5 * 60);
/// Seconds of a look that nobody waits for, beside those for the ways: a coordinator who asks meanwhile waits for it. Some
/// forty pairs of couriers; the next look goes on with the others.
const SECONDS: u32 = 2;

/// Looks on until dropped.
pub(crate) async fn run(server: Arc<Server>) {
    loop {
        tokio::time::sleep(BETWEEN_LOOKS).await;
        look_again(&server).await;
    }
}

/// Looks once more for every co-op that wants it.
pub(super) async fn look_again(server: &Arc<Server>) {
    for LookOn { caller, request, next } in server.looking_on.at((server.clock)().time) {
        match look_now(server, caller, request, Asker::Server { from: next, seconds: SECONDS }).await {
            Ok(look) => server.looking_on.go_on(caller.co_op, look.next),
            // Busy, or the disk is full: the next look may be luckier, and no person waits for this one.
            Err(problem) => tracing::info!(code = problem.code().code(), "nothing was looked for"),
        }
    }
}

#[cfg(test)]
mod tests {
    use core_sync::domain::ids::{ActId, RoundId};
    use core_sync::domain::time::Milliseconds;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng as _;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{MORNING, Service, new_stop};

    /// Two couriers who cross, each with a round of two orders.
    async fn crossed(service: &Service) -> Vec<Value> {
        let token = Some(service.admin_token.as_str());
        let mut random = ChaCha8Rng::seed_from_u64(9);
        let mut couriers = Vec::new();
        for (name, ways) in [("Ana", [(0, 1), (9, 10)]), ("Bo", [(10, 9), (1, 0)])] {
            let member = core_sync::domain::ids::MemberId::random(&mut random);
            let new = json!({ "member": member, "name": name, "role": "courier" });
            assert_eq!(service.post("/v1/members", token, &new).await.status, 200);
            let round = RoundId::random(&mut random);
            let mut version = Value::Null;
            let mut commands = vec![json!({ "make_round": { "courier": member } })];
            for (order, (from, to)) in ways.into_iter().enumerate() {
                for (kind, at) in [("pickup", from), ("drop_off", to)] {
                    let mut stop = serde_json::to_value(new_stop(1)).unwrap();
                    stop["kind"] = json!(kind);
                    stop["window"] = json!({ "from_ms": MORNING.0, "until_ms": MORNING.0 + 8 * 3_600_000 });
                    let parcel = u8::try_from(order).unwrap() + if name == "Ana" { 1 } else { 9 };
                    stop["parcels"] = json!([core_sync::domain::ids::ParcelId([parcel; 16])]);
                    stop["card"]["coordinate"] =
                        json!({ "latitude": 48.85, "longitude": 2.3 + f64::from(at) / 100.0 });
                    commands.push(json!({ "add_stop": stop }));
                }
            }
            for command in commands {
                let act = ActId::random(&mut random);
                let body = json!({ "act": act, "round": round, "plan_version": version, "command": command });
                let answer = service.post("/v1/commands", token, &body).await;
                assert_eq!(answer.status, 200, "{:?}", answer.json());
                version = answer.json()["plan_version"].clone();
            }
            couriers.push(json!({
                "courier": member,
                "shift": { "from_ms": MORNING.0, "until_ms": MORNING.0 + 8 * 3_600_000 },
                "start": { "latitude": 48.85, "longitude": if name == "Ana" { 2.3 } else { 2.4 } },
                "litres": 200,
                "kilograms": 100,
            }));
        }
        couriers
    }

    async fn kept(service: &Service) -> Vec<Value> {
        let answer = service.get("/v1/suggestions", Some(&service.admin_token)).await.json();
        answer["suggestions"].as_array().unwrap().clone()
    }

    #[tokio::test]
    async fn what_was_asked_for_once_is_looked_for_until_everybody_is_home() {
        let service = Service::new();
        let token = Some(service.admin_token.as_str());
        let couriers = crossed(&service).await;
        // Nothing is worth so much, so nothing is kept; and it is this request that goes on.
        let body = json!({ "couriers": couriers, "gain_seconds": 100_000, "keep_looking": true });
        assert_eq!(service.post("/v1/suggestions", token, &body).await.status, 200);
        look_again(&service.server).await;
        assert_eq!(kept(&service).await, [] as [Value; 0]);

        let body = json!({ "couriers": couriers, "keep_looking": true });
        let answer = service.post("/v1/suggestions", token, &body).await.json();
        let id = answer["suggestions"][0]["id"].clone();
        assert!(id.is_string(), "{answer}");
        // When that is over it is found again.
        service.later(Milliseconds(16 * 60_000));
        look_again(&service.server).await;
        let all = kept(&service).await;
        assert_eq!(all.len(), 2);
        assert_eq!((&all[0]["became"]["what"], &all[1]["became"]["what"]), (&json!("open"), &json!("over")));
        assert_ne!(all[0]["suggestion"]["id"], id);

        let body = json!({ "couriers": couriers, "gain_seconds": 100_000, "keep_looking": false });
        assert_eq!(service.post("/v1/suggestions", token, &body).await.status, 200);
        service.later(Milliseconds(16 * 60_000));
        look_again(&service.server).await;
        assert_eq!(kept(&service).await.len(), 2, "nobody looks any more");

        let body = json!({ "couriers": couriers, "gain_seconds": 100_000, "keep_looking": true });
        assert_eq!(service.post("/v1/suggestions", token, &body).await.status, 200);
        // Who is out is offered nothing any more.
        let looked_for = || service.server.looking_on.at(service.now())[0].request.couriers.len();
        assert_eq!(looked_for(), 2);
        let body = json!({ "couriers": couriers, "without": couriers[1]["courier"] });
        assert_eq!(service.post("/v1/suggestions", token, &body).await.status, 200);
        assert_eq!(looked_for(), 1);
        service.later(Milliseconds::hours(8));
        look_again(&service.server).await;
        assert!(service.server.looking_on.at(service.now()).is_empty(), "everybody is home");
        let body = json!({ "couriers": couriers, "drafts": [RoundId([9; 16])], "keep_looking": true });
        let refused = service.post("/v1/suggestions", token, &body).await;
        assert_eq!(refused.json()["field"], "keep_looking");
    }
}

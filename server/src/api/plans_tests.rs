//! Plans over HTTP.

use core_sync::domain::ids::to_text;
use serde_json::{Value, json};

use crate::testing::{MORNING, Service, new_stop};

const DRAFT: [u8; 16] = [7; 16];

/// A draft with so many orders of one shop and one door each, whose clock stands.
async fn drafted(service: &Service, orders: u8) {
    let draft = to_text(&DRAFT);
    let mut seen = Value::Null;
    let stops = (1..=orders).flat_map(|order| [(order, "pickup"), (order + 100, "drop_off")]);
    let adds = stops.map(|(id, kind)| {
        let mut stop = serde_json::to_value(new_stop(id)).unwrap();
        let window = json!({ "from_ms": MORNING.0, "until_ms": MORNING.0 + 14_400_000 });
        (stop["kind"], stop["window"]) = (json!(kind), window);
        stop["parcels"] = json!([to_text(&[id % 100; 16])]);
        let east = 2.30 + f64::from(id) * 37.0 % 100.0 / 2_000.0;
        stop["card"]["coordinate"] = json!({ "latitude": 48.85, "longitude": east });
        json!({ "add_stop": stop })
    });
    for (act, command) in (1_u8..).zip([json!({ "make_draft": {} })].into_iter().chain(adds)) {
        let act = to_text(&[act; 16]);
        let body = json!({ "act": act, "round": draft, "plan_version": seen, "command": command });
        let answer = service.post("/v1/commands", Some(&service.admin_token), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        seen = answer.json()["plan_version"].clone();
    }
}

#[tokio::test]
async fn steps_are_counted_where_a_clock_stands_and_the_same_request_gets_the_same_plan() {
    let service = Service::new();
    drafted(&service, 12).await;
    let courier = |member: &str| {
        let shift = json!({ "from_ms": MORNING.0, "until_ms": MORNING.0 + 14_400_000 });
        let start = json!({ "latitude": 48.85, "longitude": 2.30 });
        json!({ "courier": member, "shift": shift, "start": start, "litres": 60, "kilograms": 100 })
    };
    let admin = to_text(&service.admin.0);
    let asked = |budget: &str, amount: u64| {
        let mut request = json!({ "drafts": [to_text(&DRAFT)], "couriers": [courier(&admin)] });
        request[budget] = json!(amount);
        request
    };
    let mut plans = Vec::new();
    for _ in 0..2 {
        let answer = service.post("/v1/plans", Some(&service.admin_token), &asked("steps", 300)).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        plans.push(answer.json());
    }
    assert_eq!(plans[0], plans[1]);
    assert_eq!(plans[0]["rounds"][0]["stops"].as_array().unwrap().len(), 24);

    let mut both = asked("steps", 300);
    both["seconds"] = json!(1);
    for wrong in [both, asked("steps", 0), asked("steps", 1_000_001)] {
        let answer = service.post("/v1/plans", Some(&service.admin_token), &wrong).await;
        assert_eq!((answer.status.as_u16(), answer.json()["field"].as_str()), (400, Some("steps")));
    }
}

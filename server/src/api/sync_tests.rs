//! Sync over HTTP: types, compression, limits.

use std::io::Read as _;

use axum::body::Body;
use axum::http::Request;
use core_sync::domain::ids::to_text;
use core_sync::domain::limits::REQUEST_BYTES_MAX;
use core_sync::signing::key::PrivateKey;
use core_sync::wire::enrol::EnrolAnswer;
use core_sync::wire::sync_answer::SyncAnswer;
use flate2::read::GzDecoder;
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;
use serde_json::json;

use crate::testing::{Answer, Phone, Service, new_stop};

/// A service and a phone of its admin.
async fn enrolled() -> (Service, Phone) {
    let service = Service::new();
    let token = Some(service.admin_token.as_str());
    let code = service.post("/v1/enrolment-codes", token, &json!({ "member": service.admin })).await.json();
    let key = PrivateKey::random(&mut ChaCha8Rng::seed_from_u64(1));
    let request = json!({ "code": code["secret"], "key": key.public() });
    let answer = service.post("/v1/enrol", None, &request).await;
    let answer: EnrolAnswer = serde_json::from_slice(&answer.body).unwrap();
    let phone = Phone::new(&answer, key);
    (service, phone)
}

async fn sync(service: &Service, headers: &[(&'static str, &'static str)], body: Vec<u8>) -> Answer {
    let request = headers
        .iter()
        .fold(Request::post("/v1/sync"), |request, (name, value)| request.header(*name, *value))
        .body(Body::from(body));
    service.call(request.unwrap()).await
}

const CBOR: (&str, &str) = ("content-type", "application/cbor");
const GZIPPED: (&str, &str) = ("content-encoding", "gzip");
const TAKES_GZIP: (&str, &str) = ("accept-encoding", "gzip");

#[tokio::test]
async fn a_phone_syncs_with_and_without_compression() {
    let (service, mut phone) = enrolled().await;
    let token = Some(service.admin_token.as_str());
    let (round, mut version) = (to_text(&[1; 16]), json!(null));
    for n in 1..=20 {
        let command = match n {
            1 => json!({ "make_round": { "courier": service.admin } }),
            n => json!({ "add_stop": new_stop(n) }),
        };
        let act =
            json!({ "act": to_text(&[n; 16]), "round": round, "plan_version": version, "command": command });
        version = service.post("/v1/commands", token, &act).await.json()["plan_version"].clone();
    }
    let plain = sync(&service, &[CBOR], phone.request(Vec::new())).await;
    assert_eq!(
        (plain.status.as_u16(), &plain.headers["content-type"]),
        (200, &"application/cbor".parse().unwrap())
    );
    assert!(!plain.headers.contains_key("content-encoding"));
    let compressed = gzip_of(&phone.request(Vec::new()));
    let answer = sync(&service, &[CBOR, GZIPPED, TAKES_GZIP], compressed).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["content-encoding"]),
        (200, &"gzip".parse().unwrap())
    );
    assert!(answer.body.len() < plain.body.len());
    let mut inflated = Vec::new();
    GzDecoder::new(answer.body.as_slice()).read_to_end(&mut inflated).unwrap();
    let (one, two) =
        (SyncAnswer::from_bytes(&plain.body).unwrap(), SyncAnswer::from_bytes(&inflated).unwrap());
    assert_eq!(one.rounds[0].rows.len(), 38);
    assert_eq!(one.rounds, two.rounds);
}

#[tokio::test]
async fn a_short_answer_is_not_compressed() {
    let (service, mut phone) = enrolled().await;
    let answer = sync(&service, &[CBOR, TAKES_GZIP], phone.request(Vec::new())).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.headers.contains_key("content-encoding"));
    assert!(SyncAnswer::from_bytes(&answer.body).is_ok());
}

#[tokio::test]
async fn wrong_types_and_bodies_are_problems() {
    let (service, mut phone) = enrolled().await;
    let good = phone.request(Vec::new());
    for (headers, body, status, field) in [
        (&[][..], good.clone(), 415, "content-type"),
        (&[("content-type", "application/json")], good.clone(), 415, "content-type"),
        (&[CBOR, ("content-encoding", "br")], good.clone(), 415, "content-encoding"),
        (&[CBOR, GZIPPED], good.clone(), 400, "body"),
        (&[CBOR], Vec::new(), 400, "body"),
        (&[CBOR], vec![0x80], 400, "request"),
    ] {
        let answer = sync(&service, headers, body).await;
        assert_eq!((answer.status.as_u16(), answer.json()["field"].as_str()), (status, Some(field)));
    }
    let unknown = PrivateKey::from_seed(&[1; 32]);
    phone.key = unknown;
    let answer = sync(&service, &[CBOR], phone.request(Vec::new())).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (401, "device_unknown"));
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_before_and_after_inflating() {
    let (service, _) = enrolled().await;
    let large = vec![0; REQUEST_BYTES_MAX + 1];
    let bomb = gzip_of(&large);
    assert!(bomb.len() < 10_000);
    for (headers, body) in [(&[CBOR][..], large), (&[CBOR, GZIPPED], bomb)] {
        let answer = sync(&service, headers, body).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (413, "too_large"));
    }
}

fn gzip_of(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = Vec::new();
    flate2::read::GzEncoder::new(bytes, flate2::Compression::default()).read_to_end(&mut gzip).unwrap();
    gzip
}

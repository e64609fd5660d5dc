//! A whole service: an open server behind its router, called without a network.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use core_sync::domain::ids::MemberId;
use core_sync::domain::time::{Milliseconds, Timestamp};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{MORNING, moment};
use crate::server::{Clock, Server};

/// The service and the admin of its co-op.
pub(crate) struct Service {
    pub(crate) router: Router,
    pub(crate) server: Arc<Server>,
    pub(crate) admin: MemberId,
    pub(crate) admin_token: String,
    now: Arc<AtomicI64>,
    _folder: Option<tempfile::TempDir>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Service {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let made = crate::init::init(folder.path(), "Test", "Europe/Paris", MORNING, &mut random).unwrap();
        let token = made.token.reveal().clone();
        Self::open(folder, made.admin, token)
    }

    /// Serves a folder that has been made.
    pub(crate) fn open(folder: tempfile::TempDir, admin: MemberId, admin_token: String) -> Self {
        let now = Arc::new(AtomicI64::new(MORNING.0));
        let (clock, randomness) = (clock(&now), ChaCha8Rng::seed_from_u64(4));
        let server = Arc::new(crate::server::open(folder.path(), clock, randomness).unwrap());
        let router = crate::api::build_router(Arc::clone(&server));
        Self { router, server, admin, admin_token, now, _folder: Some(folder) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    pub(crate) fn later(&self, by: Milliseconds) {
        self.now.fetch_add(by.0, Ordering::SeqCst);
    }

    pub(crate) async fn call(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        if parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream") {
            // It has no end; who wants its events reads them one by one.
            return Answer { status: parts.status, headers: parts.headers, body: Vec::new() };
        }
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.call(request("GET", path, token).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: &impl serde::Serialize) -> Answer {
        let request = request("POST", path, token).header("content-type", "application/json");
        self.call(request.body(serde_json::to_vec(body).unwrap().into()).unwrap()).await
    }
}

/// A clock that shows what a test set.
pub(crate) fn clock(now: &Arc<AtomicI64>) -> Clock {
    let now = Arc::clone(now);
    Arc::new(move || moment(Timestamp(now.load(Ordering::SeqCst))))
}

pub(crate) fn request(method: &str, path: &str, token: Option<&str>) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    }
}

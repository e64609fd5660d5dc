//! The page of the day: three files and a stream of frames, on this machine only.
//!
//! It is served by the town and not by the server, so that it can show that the server is gone. A reader holds a place
//! in a watch, no queue: who is slow misses frames and sees the newest.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use core_sync::texts::{self, Language};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::error::PlayError;

/// Scripts, styles and data from here, and nothing from anywhere else.
const POLICY: &str = "default-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";
const HTML: &str = include_str!("../../page/town.html");
const STYLE: &str = include_str!("../../page/town.css");
const SCRIPT: &str = include_str!("../../page/town.js");
const COURIERS: &str = include_str!("../../page/couriers.js");
const WORDS_SCRIPT: &str = include_str!("../../page/words.js");
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
/// The lists of the catalogue that the page may show.
const WORDS: [&str; 3] = ["town.", "status.", "stop_kind."];

/// How long the last frame may take to a reader: it is some kilobytes on this machine.
const LAST_FRAME_MAX: Duration = Duration::from_secs(3);

/// What the page shows now.
#[derive(Clone, Debug, Default)]
struct Shown {
    /// The event that each reader gets first.
    town: String,
    /// The newest frame.
    frame: String,
    /// Whether it is the last.
    over: bool,
}

/// The page, being served. Dropped, it is gone.
#[derive(Debug)]
pub struct Page {
    /// Where it is.
    pub address: SocketAddr,
    shown: watch::Sender<Shown>,
    served: JoinSet<()>,
}

impl Page {
    /// Serves the page on a free port of this machine.
    ///
    /// # Errors
    /// If no port can be had.
    pub async fn serve() -> Result<Self, PlayError> {
        let broken = |source| PlayError::Listen { what: "the page", source };
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(broken)?;
        let address = listener.local_addr().map_err(broken)?;
        let (shown, reader) = watch::channel(Shown::default());
        let router = Router::new()
            .route("/", get(|| file("text/html; charset=utf-8", HTML)))
            .route("/town.css", get(|| file("text/css; charset=utf-8", STYLE)))
            .route("/town.js", get(|| file(JAVASCRIPT, SCRIPT)))
            .route("/couriers.js", get(|| file(JAVASCRIPT, COURIERS)))
            .route("/words.js", get(|| file(JAVASCRIPT, WORDS_SCRIPT)))
            .route("/events", get(events))
            .with_state(reader);
        let mut served = JoinSet::new();
        let over = shown.subscribe();
        served.spawn(async move {
            // In order at the end: who reads gets the last frame before the connection closes.
            let ended = axum::serve(listener, router).with_graceful_shutdown(async move {
                let mut over = over;
                let _ = over.wait_for(|shown| shown.over).await;
            });
            let _ = ended.await;
        });
        Ok(Self { address, shown, served })
    }

    /// Shows the town: its name, its language, who made its map, and what does not move.
    pub fn show_town(&self, name: &str, language: Language, attribution: Option<&str>, scenery: Value) {
        let words = Language::ALL.iter().map(|one| (one.code().to_owned(), words(*one)));
        let mut town = json!({
            "name": name, "language": language.code(), "attribution": attribution,
            "words": Value::Object(words.collect()),
        });
        if let (Some(town), Value::Object(scenery)) = (town.as_object_mut(), scenery) {
            town.extend(scenery);
        }
        self.shown.send_modify(|shown| shown.town = town.to_string());
    }

    /// Shows a frame.
    pub fn show(&self, frame: &Value, over: bool) {
        self.shown.send_modify(|shown| {
            shown.frame = frame.to_string();
            shown.over = over;
        });
    }

    /// Waits until every reader has the last frame, but for none that does not read.
    pub async fn end(mut self) {
        let read = async { while self.served.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(LAST_FRAME_MAX, read).await;
    }
}

fn words(language: Language) -> Value {
    let shown = texts::keys(language).filter(|key| WORDS.iter().any(|list| key.starts_with(list)));
    Value::Object(shown.map(|key| (key.to_owned(), json!(texts::word(language, key)))).collect())
}

async fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, text).into_response()
}

/// A reader's place: what it has had.
struct Reader {
    shown: watch::Receiver<Shown>,
    had_town: bool,
    done: bool,
}

async fn events(State(shown): State<watch::Receiver<Shown>>) -> Response {
    let reader = Reader { shown, had_town: false, done: false };
    let frames = stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(event)), reader))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform")),
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    (headers, Body::from_stream(frames)).into_response()
}

impl Reader {
    /// The next event: the town once it is there, then each newest frame, and an end after the last.
    async fn next(&mut self) -> Option<String> {
        if self.done {
            return None;
        }
        if !self.had_town {
            self.had_town = true;
            let town = self.shown.wait_for(|shown| !shown.town.is_empty()).await.ok()?.town.clone();
            self.shown.mark_changed();
            return Some(format!("retry: 1000\nevent: town\ndata: {town}\n\n"));
        }
        loop {
            self.shown.changed().await.ok()?;
            let shown = self.shown.borrow_and_update();
            if !shown.frame.is_empty() {
                self.done = shown.over;
                return Some(format!("event: frame\ndata: {}\n\n", shown.frame));
            }
        }
    }
}

//! `GET /v1/board/stream`: the board as server-sent events, from a cursor on.
//!
//! A stream is a cursor into the co-op's log and no queue: it is woken when the log has moved, looks what changed
//! and draws that, when its reader has taken what came before. So a burst is one look, a reader who is slow costs
//! its socket, and one who takes nothing for a while is closed like any other connection. Only what is committed is
//! ever drawn. A stream ends by itself after a while, so that the caller's token is looked at again.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, FromRequestParts, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use core_sync::domain::ids::RoundId;
use core_sync::wire::cursor::Cursor;
use core_sync::wire::error_code::ErrorCode;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::ask;
use super::bearer::SignedIn;
use super::board::After;
use super::long_body::LongBody;
use super::places::Seat;
use super::problem::Problem;
use crate::app::authenticate::Caller;
use crate::app::error::AppError;
use crate::board::changed::{Changed, changed};
use crate::board::snapshot;
use crate::db::document;
use crate::log::writer::Ends;
use crate::server::Server;

/// Seconds of silence before a comment is sent: half of what proxies usually bear, and how a dead reader is found.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a stream lives: the token is looked at again within the hour.
const STREAM_MAX: Duration = Duration::from_secs(3600);
/// Rounds that are drawn in one go, on one moment of the log: a burst of many couriers is told without a turn for each,
/// and a reader who is slow has no more than these in memory, some 10 kB each.
const DRAWN_AT_ONCE: usize = 32;
/// Milliseconds after which the reader shall come back when the stream ends: a restart takes about as long.
const RETRY_MS: u32 = 2_000;

pub(super) async fn stream(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
    ResumeAfter(cursor): ResumeAfter,
    seat: Option<Extension<Seat>>,
) -> Result<Response, Problem> {
    let place = server.streams.take().ok_or_else(|| Problem::of(ErrorCode::Busy))?;
    // From here on it counts as a stream. Without a connection, as in a test, there is no place to leave.
    if let Some(Extension(seat)) = seat {
        seat.leave();
    }
    let feed = Feed {
        caller,
        cursor,
        next: cursor,
        rounds: VecDeque::new(),
        ends: server.writer.ends(),
        stopping: server.streams.stopping(),
        over: Box::pin(tokio::time::sleep(STREAM_MAX)),
        server,
        _place: place,
    };
    let events = futures_util::stream::unfold(Some(feed), |feed| async move {
        let mut feed = feed?;
        Some(match feed.event().await {
            Step::Event(event) => (Ok(event), Some(feed)),
            Step::End => (Ok::<_, std::convert::Infallible>(format!("retry: {RETRY_MS}\n\n").into()), None),
        })
    });
    // It has no place among the connections any more, so it ends with its stream.
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CONNECTION, "close")];
    Ok((Extension(LongBody), headers, Body::from_stream(events)).into_response())
}

/// The cursor to go on from: what the reader had last goes before what the address says.
pub(super) struct ResumeAfter(Option<Cursor>);

impl<S: Send + Sync> FromRequestParts<S> for ResumeAfter {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let After(after) = After::from_request_parts(parts, state).await?;
        let Some(last) = parts.headers.get("last-event-id") else { return Ok(Self(after)) };
        let cursor = last.to_str().ok().and_then(|text| text.parse().ok());
        let wrong = || Problem::of_field(ErrorCode::BadInput, "last-event-id", "the id of an event");
        cursor.map(|cursor| Self(Some(cursor))).ok_or_else(wrong)
    }
}

/// One reader's place in the co-op's log.
struct Feed {
    server: Arc<Server>,
    caller: Caller,
    /// Up to where the reader has everything. `None`: it gets a snapshot next.
    cursor: Option<Cursor>,
    /// Up to where it has everything once `rounds` are drawn.
    next: Option<Cursor>,
    /// Changed rounds that are not drawn yet, bounded as in `changed`.
    rounds: VecDeque<RoundId>,
    ends: watch::Receiver<Ends>,
    stopping: watch::Receiver<bool>,
    over: std::pin::Pin<Box<tokio::time::Sleep>>,
    _place: OwnedSemaphorePermit,
}

/// What comes next.
enum Step {
    Event(Bytes),
    End,
}

impl Feed {
    /// The next event. A fault ends the stream: the reader comes back and is told.
    async fn event(&mut self) -> Step {
        self.try_event().await.unwrap_or(Step::End)
    }

    async fn try_event(&mut self) -> Result<Step, Problem> {
        loop {
            if !self.rounds.is_empty() {
                return self.draw().await.map(Step::Event);
            }
            self.cursor = self.next;
            let Some(cursor) = self.cursor else { return self.snapshot().await.map(Step::Event) };
            let co_op = self.caller.co_op;
            match ask::read(&self.server, move |snapshot, _| changed(snapshot, co_op, cursor)).await? {
                Changed::Rounds(rounds, end) => {
                    self.rounds = rounds.into();
                    self.next = Some(end);
                }
                Changed::Unknown => {
                    self.next = None;
                    return Ok(Step::Event(event("reset", None, &serde_json::json!({}))?));
                }
                Changed::Nothing => {
                    if let Some(step) = self.wait(cursor).await {
                        return Ok(step);
                    }
                }
            }
        }
    }

    /// Waits until the log has moved past `cursor` (`None`), or until something else is to be said.
    async fn wait(&mut self, cursor: Cursor) -> Option<Step> {
        let co_op = self.caller.co_op;
        tokio::select! {
            // The writer is gone: the server stops.
            moved = self.ends.wait_for(|ends| ends.get(&co_op) != Some(&cursor)) => {
                moved.err().map(|_| Step::End)
            }
            _told = self.stopping.wait_for(|told| *told) => Some(Step::End),
            () = self.over.as_mut() => Some(Step::End),
            () = tokio::time::sleep(KEEP_ALIVE) => Some(Step::Event(Bytes::from_static(b":\n\n"))),
        }
    }

    async fn snapshot(&mut self) -> Result<Bytes, Problem> {
        let co_op = self.caller.co_op;
        let drawn = ask::read_board(&self.server, move |drawing, at| {
            snapshot::board(drawing, co_op, None, at.time)?.ok_or(AppError::NotFound)
        });
        let board = drawn.await?;
        self.next = Some(board.cursor);
        event("board", Some(board.cursor), &board)
    }

    /// Draws some of the changed rounds as they are now. The last one of a look carries the cursor: who is cut off
    /// before it gets all of them again.
    async fn draw(&mut self) -> Result<Bytes, Problem> {
        let (co_op, after) = (self.caller.co_op, self.cursor.map(|cursor| cursor.position));
        let drawn: Vec<RoundId> = self.rounds.drain(..self.rounds.len().min(DRAWN_AT_ONCE)).collect();
        let drawn = ask::read_board(&self.server, move |drawing, _| {
            let draw = |round| {
                let document = document::find(drawing.snapshot, co_op, round)?.ok_or(AppError::NotFound)?;
                drawing.round(&document, after)
            };
            // Nobody sees the rest when nobody waits any more.
            drawn
                .into_iter()
                .take_while(|_| (drawing.wanted)())
                .map(draw)
                .collect::<Result<Vec<_>, AppError>>()
        });
        let views = drawn.await?;
        let last = views.len().saturating_sub(1);
        let mut events = Vec::new();
        for (index, view) in views.iter().enumerate() {
            let id = self.next.filter(|_| index == last && self.rounds.is_empty());
            events.extend_from_slice(&event("round", id, view)?);
        }
        Ok(events.into())
    }
}

/// An event of one line of JSON.
fn event(name: &str, id: Option<Cursor>, data: &impl Serialize) -> Result<Bytes, Problem> {
    let json = serde_json::to_string(data).map_err(|error| Problem::internal(&error))?;
    let id = id.map_or_else(String::new, |id| format!("id: {id}\n"));
    Ok(format!("event: {name}\n{id}data: {json}\n\n").into())
}

//! A reader of server-sent events, one at a time.

use std::time::Duration;

use serde_json::Value;

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub name: String,
    pub id: Option<String>,
    pub data: Value,
}

/// An open stream.
pub struct Events {
    response: reqwest::Response,
    read: String,
}

/// Longer than any event is on its way: only a hang takes it.
const HANG: Duration = Duration::from_secs(60);

impl Events {
    /// Opens a stream; `after` is the id of the last event.
    pub async fn open(server: &str, token: &str, after: Option<&str>) -> Self {
        let request = courier_session::client::http_client()
            .unwrap()
            .get(format!("{server}/v1/board/stream"))
            .timeout(Duration::from_secs(600))
            .bearer_auth(token);
        let request = match after {
            Some(id) => request.header("last-event-id", id),
            None => request,
        };
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, read: String::new() }
    }

    /// The next block of lines. `None` at the end of the stream, in order or not.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.read = rest;
                return Some(block);
            }
            let chunk = tokio::time::timeout(HANG, self.response.chunk()).await.expect("a stream hangs");
            self.read.push_str(std::str::from_utf8(&chunk.ok()??).unwrap());
        }
    }

    /// The next event; comments are passed over.
    pub async fn next(&mut self) -> Event {
        loop {
            let block = self.block().await.expect("the stream has ended");
            let field = |name: &str| {
                block.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned())
            };
            if let Some(name) = field("event:") {
                let data = serde_json::from_str(&field("data:").unwrap()).unwrap();
                return Event { name, id: field("id:"), data };
            }
        }
    }

    /// Reads to the end; gives the last block.
    pub async fn last(mut self) -> String {
        let mut last = String::new();
        while let Some(block) = self.block().await {
            last = block;
        }
        last
    }
}

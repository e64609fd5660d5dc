//! One line per request: method, route, status, milliseconds. The route's template, never its path, which
//! holds ids, nor anything else that came with the request.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

use crate::server::Server;

pub(super) async fn write(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let start = (server.clock)().monotonic_ms;
    let response = next.run(request).await;
    let milliseconds = (server.clock)().monotonic_ms.saturating_sub(start);
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let status = response.status().as_u16();
    tracing::info!(method = name(&method), route, status, milliseconds, "request");
    response
}

/// A method may be any word somebody sends; only the ones that some program of ours sends are named.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use core_sync::domain::ids::to_text;
    use serde_json::json;
    use tracing_subscriber::fmt::MakeWriter;

    use crate::testing::Service;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Lines {
        type Writer = Self;
        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    #[tokio::test]
    async fn a_line_has_the_route_and_nothing_that_came_with_the_request() {
        let service = Service::new();
        // While there is one subscriber alone, a place in the code that the thread of another test, which has none, comes to
        // first is taken to be silent for everybody. With a second one each is asked.
        let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).with_ansi(false).finish();
        let _logging = tracing::subscriber::set_default(subscriber);
        let (token, id) = (Some(service.admin_token.as_str()), to_text(&[0x99; 16]));
        service.get(&format!("/v1/rounds/{id}"), token).await;
        service.get(&format!("/v1/{id}?after=secret"), token).await;
        let member = json!({ "member": id, "name": "Planted Name", "role": "courier" });
        service.post("/v1/members", token, &member).await;
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains(r#"method="GET" route="/v1/rounds/{id}" status=404"#), "{text}");
        assert!(text.contains(r#"route="none" status=404"#), "{text}");
        assert!(text.contains(r#"method="POST" route="/v1/members" status=200"#), "{text}");
        for planted in [id.as_str(), "secret", "Planted", service.admin_token.as_str()] {
            assert!(!text.contains(planted), "{text}");
        }
    }
}

//! An answer that goes on for an hour and says little: an event stream. Its head is written by hyper, which then gives
//! the socket back, and its body is written here. hyper keeps 16 kB of buffers for each connection, of which ten
//! thousand boards that hear nothing need none.
//!
//! The body ends where the connection ends, without chunks, as HTTP/1.0 has it (RFC 9112, 6.3) and as the HTML standard
//! advises for event streams (9.2.7).

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::http::Version;
use axum::response::Response;
use futures_util::StreamExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Marks an answer whose body is long.
#[derive(Debug, Clone, Copy)]
pub(super) struct LongBody;

/// Where a connection keeps the body of its last answer, if that is long.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept(Arc<Mutex<Option<Body>>>);

impl Kept {
    /// Keeps the body of a long answer and leaves its head; any other answer stays as it is.
    pub(super) fn take_from(&self, answer: Response) -> Response {
        let (mut head, body) = answer.into_parts();
        if head.extensions.remove::<LongBody>().is_none() {
            return Response::from_parts(head, body);
        }
        *self.body() = Some(body);
        // Nothing of unknown length: hyper writes the head and is done with the connection.
        head.version = Version::HTTP_10;
        let nothing = futures_util::stream::empty::<Result<Bytes, std::convert::Infallible>>();
        Response::from_parts(head, Body::from_stream(nothing))
    }

    /// The body that is to be written now.
    pub(super) fn give(&self) -> Option<Body> {
        self.body().take()
    }

    fn body(&self) -> std::sync::MutexGuard<'_, Option<Body>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a body as it comes, until it ends or the other end goes away.
pub(super) async fn write<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut S,
    body: Body,
) -> std::io::Result<()> {
    let mut frames = body.into_data_stream();
    // Whoever has asked for a stream has nothing more to say; that the socket is closed is heard by reading.
    let mut heard = [0; 64];
    loop {
        tokio::select! {
            frame = frames.next() => {
                let Some(Ok(frame)) = frame else { return Ok(()) };
                socket.write_all(&frame).await?;
                socket.flush().await?;
            }
            read = socket.read(&mut heard) => {
                if read? == 0 {
                    return Ok(());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::extract::Extension;
    use axum::response::IntoResponse as _;

    fn body_of(frames: &[&'static str]) -> Body {
        let frames: Vec<_> = frames.iter().map(|frame| Ok::<_, std::convert::Infallible>(*frame)).collect();
        Body::from_stream(futures_util::stream::iter(frames))
    }

    #[tokio::test]
    async fn only_the_body_of_a_long_answer_is_kept() {
        let kept = Kept::default();
        let short = kept.take_from("as it is".into_response());
        assert_eq!(axum::body::to_bytes(short.into_body(), 64).await.unwrap(), "as it is");
        assert!(kept.give().is_none());
        let long = kept.take_from((Extension(LongBody), body_of(&["one", "two"])).into_response());
        assert_eq!(long.version(), Version::HTTP_10);
        assert!(axum::body::to_bytes(long.into_body(), 64).await.unwrap().is_empty());
        let body = kept.give().unwrap();
        assert_eq!(axum::body::to_bytes(body, 64).await.unwrap(), "onetwo");
    }

    #[tokio::test]
    async fn it_is_written_as_it_comes_whatever_the_reader_says_meanwhile() {
        let (mut reader, mut ours) = tokio::io::duplex(64);
        reader.write_all(b"nobody asked").await.unwrap();
        write(&mut ours, body_of(&["one ", "two"])).await.unwrap();
        drop(ours);
        let mut read = String::new();
        reader.read_to_string(&mut read).await.unwrap();
        assert_eq!(read, "one two");
    }

    #[tokio::test]
    async fn it_ends_when_the_reader_goes_away() {
        let (reader, mut ours) = tokio::io::duplex(64);
        drop(reader);
        let silent =
            Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::convert::Infallible>>());
        write(&mut ours, silent).await.unwrap();
    }
}

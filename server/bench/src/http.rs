//! A lean HTTP client: prepared bytes out, an answer in. What it costs is hardly anything beside what the server does,
//! so that a load is the server's and not the client's.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::error::BenchError;

/// Bytes below which a phone does not compress; as in the phone's client.
const COMPRESS_FROM_BYTES: usize = 150;
/// Bytes of an answer's head: far more than the server writes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How long an answer is waited for: longer than the server itself waits.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// A connection that is kept open.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body, inflated.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects to `host:port`.
    pub fn open(address: &str) -> Result<Self, BenchError> {
        let broken = || BenchError::doing(format!("connect to {address}"));
        let stream = TcpStream::connect(address).map_err(broken())?;
        stream.set_nodelay(true).map_err(broken())?;
        stream.set_read_timeout(Some(ANSWER_MAX)).map_err(broken())?;
        Ok(Self { stream, read: Vec::new() })
    }

    /// Sends a prepared request and waits for its answer.
    pub fn exchange(&mut self, request: &[u8]) -> Result<Answer, BenchError> {
        self.send(request)?;
        let head = self.head()?;
        let length: usize =
            header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        while self.read.len() < length {
            self.more()?;
        }
        let body: Vec<u8> = self.read.drain(..length).collect();
        let body = if header(&head, "content-encoding") == Some("gzip") { inflated(&body)? } else { body };
        Ok(Answer { status: status(&head), body })
    }

    /// Sends without waiting.
    pub fn send(&mut self, request: &[u8]) -> Result<(), BenchError> {
        self.stream.write_all(request).map_err(BenchError::doing("send a request"))
    }

    /// The head of the next answer, in lower case.
    pub fn head(&mut self) -> Result<String, BenchError> {
        loop {
            if let Some(end) = self.read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let head: Vec<u8> = self.read.drain(..end + 4).collect();
                return Ok(String::from_utf8_lossy(&head).to_lowercase());
            }
            if self.read.len() > HEAD_BYTES_MAX {
                return Err(BenchError::Unexpected("an endless head".to_owned()));
            }
            self.more()?;
        }
    }

    /// The next event of a stream, with the blank line that ends it.
    pub fn event(&mut self) -> Result<Vec<u8>, BenchError> {
        let mut searched = 0;
        loop {
            let rest = self.read.get(searched..).unwrap_or_default();
            if let Some(end) = rest.windows(2).position(|bytes| bytes == b"\n\n") {
                return Ok(self.read.drain(..searched + end + 2).collect());
            }
            searched = self.read.len().saturating_sub(1);
            self.more()?;
        }
    }

    fn more(&mut self) -> Result<(), BenchError> {
        let mut bytes = [0; 16 * 1024];
        let count = self.stream.read(&mut bytes).map_err(BenchError::doing("read an answer"))?;
        if count == 0 {
            return Err(BenchError::Unexpected("the server closed the connection".to_owned()));
        }
        self.read.extend(bytes.iter().take(count));
        Ok(())
    }
}

/// A sync request as a phone sends it, whole.
pub fn sync_request(body: &[u8]) -> Vec<u8> {
    let gzip = gzipped(body).filter(|gzip| body.len() >= COMPRESS_FROM_BYTES && gzip.len() < body.len());
    let encoding = if gzip.is_some() { "content-encoding: gzip\r\n" } else { "" };
    let headers = format!("content-type: application/cbor\r\naccept-encoding: gzip\r\n{encoding}");
    request("POST", "/v1/sync", &headers, gzip.as_deref().unwrap_or(body))
}

/// A request, whole. `headers` end in a line break each.
pub fn request(method: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn gzipped(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn inflated(bytes: &[u8]) -> Result<Vec<u8>, BenchError> {
    let mut inflated = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut inflated).map_err(BenchError::doing("inflate an answer"))?;
    Ok(inflated)
}

/// The value of a header in a head of lower case.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
}

/// The status that a head names; 0 if it names none.
pub fn status(head: &str) -> u16 {
    head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_of_a_phone_is_compressed_where_that_helps() {
        let long = sync_request(&[7; 1_000]);
        let text = String::from_utf8_lossy(&long);
        assert!(
            text.starts_with("POST /v1/sync HTTP/1.1\r\n") && text.contains("content-encoding: gzip\r\n")
        );
        let short = sync_request(&[7; 100]);
        assert!(!String::from_utf8_lossy(&short).contains("content-encoding"));
        assert!(short.ends_with(&[7; 100]));
    }

    #[test]
    fn headers_and_status_are_found() {
        let head = "http/1.1 200 ok\r\ncontent-length: 12\r\n\r\n";
        assert_eq!((header(head, "content-length"), status(head)), (Some("12"), 200));
        assert_eq!(header(head, "content"), None);
    }
}

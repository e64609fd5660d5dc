//! The HTTP client: posts a sync request, an enrolment, a shop's word. rustls with ring and bundled roots.
//!
//! It neither retries nor judges: the engine decides when, `digest` decides what to believe. The platform's
//! certificate verifier is left out on purpose (docs/adr/0004-tls-roots.md).

use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;

use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};
use core_sync::wire::error_code::ErrorCode;
use core_sync::wire::shop_fact::{ShopFactAnswer, ShopFactRequest};
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How long a connection may take to stand: a phone on one bar, not one in a cellar.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a whole exchange may take: a full page of rows on a slow link.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes of an answer after inflation; a server that sends more is not ours.
const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Bodies smaller than this gain nothing from compression.
const COMPRESS_FROM_BYTES: usize = 150;

/// The client of one server.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    server: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is not one, or would send names and codes over a network in the clear.
    #[error("the server's address must start with https://, or be http:// on this machine")]
    Address,
    /// TLS could not be set up.
    #[error("TLS could not be set up")]
    Tls(#[source] rustls::Error),
    /// No connection, no answer, or one that broke off.
    #[error("no answer from the server")]
    Exchange(#[source] reqwest::Error),
    /// An answer that is not one of ours.
    #[error("the server answered {status} and nothing this program knows")]
    Unreadable {
        /// The HTTP status.
        status: u16,
    },
}

/// What the server said.
#[derive(Debug)]
pub enum Said<T> {
    /// Yes, with this.
    Answer(T),
    /// No, with this code.
    Error(ErrorCode),
}

/// The part of problem+json that a program needs.
#[derive(serde::Deserialize)]
struct Problem {
    code: String,
}

/// An HTTP client with our TLS: rustls with ring, bundled roots, no proxy, bounded waits.
pub fn http_client() -> Result<reqwest::Client, ClientError> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(ClientError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        .no_proxy()
        // What is sent names people and holds secrets: it goes where it was sent, and nowhere else.
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(ClientError::Exchange)
}

impl Client {
    /// A client of the server at this address, such as `https://courses.example.org`.
    pub fn new(server: &str) -> Result<Self, ClientError> {
        let server = server.trim_end_matches('/').to_owned();
        if !is_safe(&server) {
            return Err(ClientError::Address);
        }
        Ok(Self { http: http_client()?, server })
    }

    /// Posts a sync request; the answer is decompressed.
    pub async fn sync(&self, request: Vec<u8>) -> Result<Said<Vec<u8>>, ClientError> {
        let mut post = self
            .http
            .post(format!("{}/v1/sync", self.server))
            .header("content-type", "application/cbor")
            .header("accept-encoding", "gzip");
        post = match compressed(&request) {
            Some(smaller) => post.header("content-encoding", "gzip").body(smaller),
            None => post.body(request),
        };
        let response = post.send().await.map_err(ClientError::Exchange)?;
        let status = response.status().as_u16();
        let gzip = response.headers().get("content-encoding").is_some_and(|encoding| encoding == "gzip");
        let body = bounded_body(response).await?;
        if status != 200 {
            return problem(status, &body).map(Said::Error);
        }
        let answer = if gzip { inflated(&body).ok_or(ClientError::Unreadable { status })? } else { body };
        Ok(Said::Answer(answer))
    }

    /// Posts an enrolment.
    pub async fn enrol(&self, request: &EnrolRequest) -> Result<Said<EnrolAnswer>, ClientError> {
        self.post_json("/v1/enrol", request).await
    }

    /// Posts what a shop said.
    pub async fn say_shop_fact(
        &self,
        request: &ShopFactRequest,
    ) -> Result<Said<ShopFactAnswer>, ClientError> {
        self.post_json("/v1/shop-facts", request).await
    }

    async fn post_json<T: DeserializeOwned>(
        &self,
        path: &str,
        request: &impl Serialize,
    ) -> Result<Said<T>, ClientError> {
        let body = serde_json::to_vec(request).map_err(|_| ClientError::Unreadable { status: 0 })?;
        let response = self
            .http
            .post(format!("{}{path}", self.server))
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .map_err(ClientError::Exchange)?;
        let status = response.status().as_u16();
        let body = bounded_body(response).await?;
        if status != 200 {
            return problem(status, &body).map(Said::Error);
        }
        serde_json::from_slice(&body).map(Said::Answer).map_err(|_| ClientError::Unreadable { status })
    }
}

/// Whether the address is TLS, or this machine's own.
fn is_safe(server: &str) -> bool {
    if server.starts_with("https://") {
        return true;
    }
    let Some(authority) = server.strip_prefix("http://").and_then(|rest| rest.split('/').next()) else {
        return false;
    };
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

async fn bounded_body(mut response: reqwest::Response) -> Result<Vec<u8>, ClientError> {
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(ClientError::Exchange)? {
        body.extend_from_slice(&chunk);
        if body.len() as u64 > ANSWER_BYTES_MAX {
            return Err(ClientError::Unreadable { status });
        }
    }
    Ok(body)
}

fn problem(status: u16, body: &[u8]) -> Result<ErrorCode, ClientError> {
    serde_json::from_slice::<Problem>(body)
        .ok()
        .and_then(|problem| ErrorCode::from_code(&problem.code))
        .ok_or(ClientError::Unreadable { status })
}

/// The bytes compressed, if that makes them fewer.
fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() < COMPRESS_FROM_BYTES {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().filter(|smaller| smaller.len() < bytes.len())
}

fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut inflated = Vec::new();
    GzDecoder::new(bytes).take(ANSWER_BYTES_MAX + 1).read_to_end(&mut inflated).ok()?;
    (inflated.len() as u64 <= ANSWER_BYTES_MAX).then_some(inflated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_comes_back_from_its_compression_and_short_ones_are_left_alone() {
        let body = b"the same words again and again ".repeat(20);
        let smaller = compressed(&body).unwrap();
        assert!(smaller.len() < body.len());
        assert_eq!(inflated(&smaller), Some(body));
        assert_eq!(compressed(&[0; COMPRESS_FROM_BYTES - 1]), None);
        // What compression does not make smaller goes as it is.
        let noise: Vec<u8> = (0..200_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        assert_eq!(compressed(&noise), None);
    }

    #[test]
    fn an_answer_that_inflates_beyond_its_limit_is_not_read() {
        let largest = vec![0; usize::try_from(ANSWER_BYTES_MAX).unwrap()];
        assert_eq!(inflated(&compressed(&largest).unwrap()).map(|body| body.len()), Some(largest.len()));
        let too_large = vec![0; largest.len() + 1];
        assert_eq!(inflated(&compressed(&too_large).unwrap()), None);
        assert_eq!(inflated(b"no gzip at all"), None);
    }

    #[test]
    fn an_error_is_known_by_its_code_and_anything_else_by_its_status() {
        let code = ErrorCode::DeviceUnknown;
        let body = format!("{{\"type\":\"about:blank\",\"code\":\"{}\",\"status\":403}}", code.code());
        assert_eq!(problem(403, body.as_bytes()).unwrap(), code);
        for body in ["<html>a proxy's page</html>", "{\"code\":\"of_a_later_version\"}", ""] {
            let error = problem(502, body.as_bytes()).unwrap_err();
            assert!(matches!(error, ClientError::Unreadable { status: 502 }), "{body}");
        }
    }

    #[test]
    fn a_server_s_address_says_how_it_is_reached() {
        assert!(matches!(Client::new("courses.example.org"), Err(ClientError::Address)));
        assert_eq!(
            Client::new("https://courses.example.org/").unwrap().server,
            "https://courses.example.org"
        );
    }
}

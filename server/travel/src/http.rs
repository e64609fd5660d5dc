//! An engine over HTTP: bounded waits, bounded answers, and no position in what goes wrong.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::travel_error::TravelError;

/// How long a connection may take to stand: an engine is on this machine or in the next rack.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long one block may take: a block takes Valhalla a second or less on two old processors, and others may wait
/// before it.
const BLOCK_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of one answer: 2,500 pairs are 500 kB in Valhalla's longest form, and room for what a later version
/// adds.
const ANSWER_BYTES_MAX: usize = 2 * 1024 * 1024;

/// One engine at one address.
#[derive(Clone)]
pub(crate) struct Engine {
    http: reqwest::Client,
    address: String,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

impl Engine {
    /// The engine at this address, such as `http://127.0.0.1:8002`.
    pub(crate) fn new(address: &str) -> Result<Self, TravelError> {
        Self::patient(address, BLOCK_TIMEOUT)
    }

    /// The same, with another patience for a block.
    pub(crate) fn patient(address: &str, block_timeout: Duration) -> Result<Self, TravelError> {
        let address = address.trim_end_matches('/').to_owned();
        if !is_safe(&address) {
            return Err(TravelError::Address);
        }
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TravelError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(block_timeout)
            .no_proxy()
            // What is sent says where people live: it goes where it was sent, and nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(away)?;
        Ok(Self { http, address })
    }

    /// Posts JSON; the status and the body, whatever the status.
    pub(crate) async fn post(&self, path: &str, body: Vec<u8>) -> Result<(u16, Vec<u8>), TravelError> {
        let request = self.http.post(format!("{}{path}", self.address));
        answer(request.header("content-type", "application/json").body(body)).await
    }

    /// Gets; the status and the body, whatever the status.
    pub(crate) async fn get(&self, path: &str) -> Result<(u16, Vec<u8>), TravelError> {
        answer(self.http.get(format!("{}{path}", self.address))).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), TravelError> {
    let mut response = request.send().await.map_err(away)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(away)? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(TravelError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, body))
}

/// Without the address: one of OSRM's holds every position that was asked.
fn away(error: reqwest::Error) -> TravelError {
    if error.is_timeout() { TravelError::Slow } else { TravelError::Away(error.without_url()) }
}

/// Whether positions go there unread by others: TLS, this machine, a private network, or a name that only
/// such a network knows.
fn is_safe(address: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(address) else { return false };
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let Some(host) = url.host_str().filter(|_| bare) else { return false };
    match url.scheme() {
        "https" => true,
        "http" => match host.trim_matches(['[', ']']).parse() {
            Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
            Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
            Err(_) => !host.contains('.'),
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_never_go_over_the_internet_in_the_clear() {
        for (address, safe) in [
            ("https://routes.example.org", true),
            ("https://routes.example.org/valhalla", true),
            ("http://127.0.0.1:8002", true),
            ("http://[::1]:8002", true),
            ("http://localhost:8002", true),
            ("http://valhalla:8002", true),
            ("http://192.168.1.7:8002", true),
            ("http://10.0.0.7", true),
            ("http://[fd00::7]:8002", true),
            ("http://routes.example.org", false),
            ("http://1.1.1.1:8002", false),
            ("http://[2606:4700::1111]", false),
            ("ftp://127.0.0.1", false),
            ("127.0.0.1:8002", false),
            ("https://name:word@routes.example.org", false),
            ("https://routes.example.org/?key=1", false),
            ("https://routes.example.org/#a", false),
            ("", false),
        ] {
            assert_eq!(is_safe(address), safe, "{address}");
            assert_eq!(Engine::new(address).is_ok(), safe, "{address}");
        }
    }
}

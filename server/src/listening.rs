//! Where a server may listen: anywhere with TLS, of its own or of a proxy before it; else on this machine only.
//!
//! Without, tokens and addresses would cross the network readable by anybody. Whoever has a proxy says so.

use std::net::SocketAddr;

/// An address that would let tokens cross a network in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} can be reached from other machines and the server speaks plain HTTP: listen on 127.0.0.1, \
     set tls_cert and tls_key, or set behind_proxy if a proxy with TLS stands before it"
)]
pub struct NotLoopback(pub SocketAddr);

/// Says whether a server may listen there. `is_covered`: by its own TLS or by a proxy's.
pub fn check(address: SocketAddr, is_covered: bool) -> Result<(), NotLoopback> {
    // `::ffff:127.0.0.1` is loopback too.
    if address.ip().to_canonical().is_loopback() || is_covered { Ok(()) } else { Err(NotLoopback(address)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_fine_and_anything_else_needs_tls() {
        for (address, loopback) in [
            ("127.0.0.1:8480", true),
            ("127.9.9.9:1", true),
            ("[::1]:8480", true),
            ("[::ffff:127.0.0.1]:8480", true),
            ("0.0.0.0:8480", false),
            ("[::]:8480", false),
            ("192.168.1.2:8480", false),
            ("[2001:db8::1]:443", false),
        ] {
            let address: SocketAddr = address.parse().unwrap();
            assert_eq!(check(address, false).is_ok(), loopback, "{address}");
            assert_eq!(check(address, true), Ok(()), "{address}");
        }
    }

    #[test]
    fn the_error_says_what_to_do() {
        let error = check("0.0.0.0:8480".parse().unwrap(), false).unwrap_err().to_string();
        assert!(
            error.contains("127.0.0.1") && error.contains("behind_proxy") && error.contains("tls_cert"),
            "{error}"
        );
    }
}

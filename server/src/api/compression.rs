//! Gzip, in with a limit on what it inflates to, out where it makes an answer shorter.

use std::io::{self, Read as _, Write as _};

use axum::http::{HeaderMap, header};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

/// Why a body could not be inflated.
#[derive(Debug, thiserror::Error)]
pub(super) enum InflateError {
    /// It is larger than allowed. How much larger nobody found out.
    #[error("the body inflates to more than it may")]
    TooLarge,
    /// It is not gzip, or cut.
    #[error("the body is not gzip")]
    NotGzip(#[source] io::Error),
    /// Something follows the stream. Nobody reads it, so nobody shall send it.
    #[error("bytes follow the gzip stream")]
    MoreFollows,
}

/// Inflates to at most `bytes_max` bytes and stops there: a small bomb costs no more than that.
pub(super) fn inflate(bytes: &[u8], bytes_max: usize) -> Result<Vec<u8>, InflateError> {
    let mut inflated = Vec::new();
    let one_more = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    // From a slice, so that the decoder takes not a byte more than its stream has.
    let mut stream = GzDecoder::new(bytes).take(one_more);
    stream.read_to_end(&mut inflated).map_err(InflateError::NotGzip)?;
    if inflated.len() > bytes_max {
        return Err(InflateError::TooLarge);
    }
    if stream.into_inner().into_inner().is_empty() { Ok(inflated) } else { Err(InflateError::MoreFollows) }
}

/// Bytes of an answer that is not compressed: it travels in one packet either way, and what is in it (hashes, a
/// signature) hardly gets shorter.
const COMPRESS_FROM_BYTES: usize = 1024;

/// The bytes as gzip, if they are many and that is shorter.
pub(super) fn shorter(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() < COMPRESS_FROM_BYTES {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().filter(|gzip| gzip.len() < bytes.len())
}

/// Whether whoever asks takes gzip: it is named and not with `q=0`.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let refused = parts.any(|part| {
            let weight = part.strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
            weight.is_some_and(|weight| weight <= 0.0)
        });
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn what_was_compressed_inflates_to_itself_up_to_the_limit() {
        let bytes = vec![7; 10_000];
        let gzip = shorter(&bytes).unwrap();
        assert_eq!(inflate(&gzip, 10_000).unwrap(), bytes);
        assert!(matches!(inflate(&gzip, 9_999), Err(InflateError::TooLarge)));
    }

    #[test]
    fn a_bomb_is_never_inflated_further_than_the_limit() {
        // 64 MiB in 64 KiB, with a broken end: who inflates on finds out that it is broken.
        let bomb = shorter(&vec![0; 64 << 20]).unwrap();
        assert!(bomb.len() < 100_000);
        assert!(matches!(inflate(&bomb[..bomb.len() - 4], 1_000), Err(InflateError::TooLarge)));
    }

    #[test]
    fn what_is_not_gzip_or_cut_is_an_error() {
        let gzip = shorter(&[7; 2_000]).unwrap();
        assert!(matches!(inflate(b"not gzip", 1_000), Err(InflateError::NotGzip(_))));
        assert!(matches!(inflate(&gzip[..gzip.len() - 4], 2_000), Err(InflateError::NotGzip(_))));
    }

    #[test]
    fn nothing_may_follow_the_stream() {
        let gzip = shorter(&[7; 2_000]).unwrap();
        for more in [vec![0], gzip.clone()] {
            let bytes = [gzip.clone(), more].concat();
            assert!(matches!(inflate(&bytes, 10_000), Err(InflateError::MoreFollows)));
        }
    }

    #[test]
    fn what_would_grow_is_left_as_it_is() {
        assert_eq!(shorter(b"abc"), None);
        assert_eq!(shorter(&[7; COMPRESS_FROM_BYTES - 1]), None);
    }

    #[test]
    fn gzip_must_be_named_and_wanted() {
        for (value, takes) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("deflate", false),
            ("gzip;q=0", false),
            ("gzip;q=0.0, br", false),
            ("xgzip", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            assert_eq!(takes_gzip(&headers), takes, "{value}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}

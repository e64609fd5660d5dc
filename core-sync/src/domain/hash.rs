//! One way to hash: SHA-256 over a domain string and length-prefixed parts.
//!
//! The domain string keeps a hash made for one purpose from meaning anything for another;
//! the lengths keep two splits of the same bytes apart. `docs/sync-protocol.md` lists the domains.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// H(domain, parts): SHA-256 of the domain's UTF-8, then per part its length (u32, big endian) and bytes.
    #[must_use]
    pub fn of(domain: &str, parts: &[&[u8]]) -> Self {
        let mut digest = Sha256::new();
        digest.update(domain.as_bytes());
        for part in parts {
            // No part comes near 4 GiB: requests are bounded far below.
            digest.update(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            digest.update(part);
        }
        Self(digest.finalize().into())
    }

    /// The first `N` bytes, for places where a short fingerprint is enough.
    #[must_use]
    pub fn first<const N: usize>(&self) -> [u8; N] {
        let mut short = [0; N];
        for (to, from) in short.iter_mut().zip(self.0) {
            *to = from;
        }
        short
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for byte in self.first::<6>() {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(Hash::of("t", &[b"ab", b"c"]), Hash::of("t", &[b"a", b"bc"]));
        assert_ne!(Hash::of("t", &[b"ab"]), Hash::of("tab", &[]));
    }
}

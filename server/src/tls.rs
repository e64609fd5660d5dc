//! TLS by files of the operator's: a certificate chain and its key, both PEM.
//!
//! They are read once, at start, and everything that can be wrong with them is said then: a server that listens
//! can shake hands. rustls with ring, the same as on the phones; TLS 1.2 and 1.3.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Where certificate and key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, then those that vouch for it.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Why there is no TLS with these files.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there, or may not be read.
    #[error("{} cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file is not PEM, or broken.
    #[error("{} is not PEM, or cut short", path.display())]
    NotPem {
        /// The file.
        path: PathBuf,
    },
    /// A file holds something else.
    #[error("{} holds no {expected} in PEM", path.display())]
    Nothing {
        /// The file.
        path: PathBuf,
        /// What should stand in it.
        expected: &'static str,
    },
    /// The key is another certificate's.
    #[error("the key in {} is not the key of the certificate in {}", key.display(), cert.display())]
    OtherKey {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// Certificate or key are of a kind that cannot be used.
    #[error("certificate and key cannot be used")]
    Unusable(#[source] rustls::Error),
}

/// Reads certificate and key.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn read(files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = certificates(&files.cert)?;
    let key = PrivateKeyDer::from_pem_slice(&bytes(&files.key)?)
        .map_err(|error| of_pem(&files.key, "private key", &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| {
            if matches!(error, rustls::Error::InconsistentKeys(_)) {
                TlsError::OtherKey { cert: files.cert.clone(), key: files.key.clone() }
            } else {
                TlsError::Unusable(error)
            }
        })?;
    Ok(Arc::new(config))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes(path)?).collect();
    let chain = chain.map_err(|error| of_pem(path, "certificate", &error))?;
    if chain.is_empty() { Err(nothing(path, "certificate")) } else { Ok(chain) }
}

fn bytes(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::File { path: path.to_owned(), source })
}

fn nothing(path: &Path, expected: &'static str) -> TlsError {
    TlsError::Nothing { path: path.to_owned(), expected }
}

/// The parser's own text is left out: it may quote a line of the key.
fn of_pem(path: &Path, expected: &'static str, error: &pem::Error) -> TlsError {
    if matches!(error, pem::Error::NoItemsFound) {
        nothing(path, expected)
    } else {
        TlsError::NotPem { path: path.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with a certificate, its key and another's.
    fn folder() -> (tempfile::TempDir, TlsFiles) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["one", "other"] {
            let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
            std::fs::write(folder.path().join(format!("{name}.crt")), made.cert.pem()).unwrap();
            std::fs::write(folder.path().join(format!("{name}.key")), made.signing_key.serialize_pem())
                .unwrap();
        }
        let files = TlsFiles { cert: folder.path().join("one.crt"), key: folder.path().join("one.key") };
        (folder, files)
    }

    #[test]
    fn a_certificate_with_its_key_is_taken() {
        let (_folder, files) = folder();
        assert!(read(&files).is_ok());
    }

    #[test]
    fn what_is_wrong_with_the_files_is_said_with_their_names() {
        let (folder, files) = folder();
        let file = |name: &str| folder.path().join(name);
        std::fs::write(file("empty"), "").unwrap();
        std::fs::write(file("cut"), "-----BEGIN CERTIFICATE-----\nAAAA\n").unwrap();
        for (cert, key, said) in [
            ("none.crt", "one.key", "none.crt cannot be read"),
            ("one.crt", "none.key", "none.key cannot be read"),
            ("empty", "one.key", "empty holds no certificate"),
            ("one.crt", "empty", "empty holds no private key"),
            ("one.key", "one.key", "one.key holds no certificate"),
            ("one.crt", "one.crt", "one.crt holds no private key"),
            ("cut", "one.key", "cut is not PEM"),
            ("one.crt", "other.key", "other.key is not the key of the certificate in"),
        ] {
            let error = read(&TlsFiles { cert: file(cert), key: file(key) }).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        assert!(read(&files).is_ok());
    }
}

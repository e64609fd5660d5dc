//! TLS by files: the server shakes hands with who trusts its certificate, says at start what is wrong with the
//! files, and nobody who only opens a socket keeps another waiting.

use std::path::Path;
use std::sync::Arc;

use crate::harness::server_process::{ServerProcess, binary};
use crate::harness::world::World;

/// Makes a certificate for this machine with its key; gives the certificate.
fn certificate(folder: &Path, name: &str) -> rustls::pki_types::CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(folder.join(format!("{name}.crt")), made.cert.pem()).unwrap();
    std::fs::write(folder.join(format!("{name}.key")), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().clone()
}

fn client(trusted: rustls::pki_types::CertificateDer<'static>) -> reqwest::Client {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(trusted).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_speaks_tls_and_a_silent_socket_delays_nobody() {
    let mut world = World::new();
    world.kill_server();
    let folder = world.folder.path().to_owned();
    let (ours, other) = (certificate(&folder, "ours"), certificate(&folder, "other"));
    // Any address may be listened on, because nobody can listen in.
    let server = ServerProcess::start_with(
        &world.data(),
        "0.0.0.0:0",
        &[
            "--tls-cert".as_ref(),
            folder.join("ours.crt").as_os_str(),
            "--tls-key".as_ref(),
            folder.join("ours.key").as_os_str(),
        ],
    );
    assert!(server.address.starts_with("https://"), "{}", server.address);
    let here = format!("127.0.0.1:{}", server.port());
    // Sockets that say nothing stand in the middle of a handshake for as long as they may.
    let _silent: Vec<_> = (0..20).map(|_| std::net::TcpStream::connect(&here).unwrap()).collect();
    let health = format!("https://{here}/v1/health");
    let answer = client(ours.clone()).get(&health).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(client(other).get(&health).send().await.is_err(), "another certificate is not trusted");
    let plain =
        reqwest::Client::builder().no_proxy().tls_backend_preconfigured(rustls_none()).build().unwrap();
    assert!(plain.get(format!("http://{here}/v1/health")).send().await.is_err(), "plain HTTP is not spoken");
    assert!(server.terminate().success(), "silent sockets do not keep it from stopping");
}

/// A client that trusts nobody.
fn rustls_none() -> rustls::ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

#[test]
fn what_is_wrong_with_the_files_is_said_at_start() {
    let mut world = World::new();
    world.kill_server();
    let folder = world.folder.path();
    certificate(folder, "one");
    certificate(folder, "other");
    for (arguments, said) in [
        (&["--tls-cert", "one.crt"][..], "--tls-key"),
        (&["--tls-key", "one.key"], "--tls-cert"),
        (&["--tls-cert", "none.crt", "--tls-key", "one.key"], "none.crt"),
        (&["--tls-cert", "one.crt", "--tls-key", "other.key"], "other.key is not the key"),
        (&["--tls-cert", "one.key", "--tls-key", "one.key"], "one.key holds no certificate"),
    ] {
        let output = binary()
            .args(["serve", "--data-dir", "data", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .current_dir(folder)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(error.contains(said), "{arguments:?}: {error}");
    }
}

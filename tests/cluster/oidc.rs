//! A provider of OpenID Connect, as far as a client that has a refresh token asks it: discovery, and tokens. It is reached
//! by HTTPS, with a certificate that only whoever is told about it trusts.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    thread,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// A running one.
pub struct Provider {
    /// Where it is: `https://127.0.0.1:PORT`.
    pub issuer: String,
    /// The certificate to trust it by.
    pub certificate: PathBuf,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Provider {
    /// Starts one, whose certificate is put into `dir`, and which gives `id_token` for `refresh_token`.
    pub fn start(dir: &Path, refresh_token: &'static str, id_token: String) -> Provider {
        let (certificate, key) = (dir.join("provider.crt"), dir.join("provider.key"));
        let mut openssl = Command::new("openssl");
        openssl
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
            .args(["-days", "1", "-subj", "/CN=provider.test", "-addext", "subjectAltName=IP:127.0.0.1"])
            // Not an authority: then it could not be the server's own.
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate);
        let made = openssl.output().expect("openssl is there, for the node's certificates");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let chain = vec![CertificateDer::from_pem_file(&certificate).expect("openssl wrote it")];
        let key = PrivateKeyDer::from_pem_file(&key).expect("openssl wrote it");
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has them")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("they belong together");
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let issuer = format!("https://{}", listener.local_addr().expect("it is bound"));
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let provider = Provider { issuer: issuer.clone(), certificate, asked: Arc::clone(&asked) };
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let connection =
                    ServerConnection::new(Arc::clone(&config)).expect("the configuration is right");
                let mut stream = BufReader::new(StreamOwned::new(connection, client));
                while let Some((line, body)) = request(&mut stream) {
                    asked.lock().expect("nobody panics with it").push(format!("{line} {body}"));
                    let (status, answer) = if line.starts_with("GET /.well-known/openid-configuration ") {
                        ("200 OK", format!(r#"{{"token_endpoint":"{issuer}/token"}}"#))
                    } else if body.contains(&format!("refresh_token={refresh_token}")) {
                        ("200 OK", format!(r#"{{"id_token":"{id_token}"}}"#))
                    } else {
                        ("400 Bad Request", r#"{"error":"invalid_grant"}"#.to_owned())
                    };
                    let head = format!(
                        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                        answer.len()
                    );
                    let written = stream.get_mut().write_all((head + &answer).as_bytes());
                    if written.is_err() {
                        break;
                    }
                }
            }
        });
        provider
    }

    /// What it was asked: the lines of the requests, with their bodies.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panics with it").clone()
    }
}

/// Reads a request: its first line and its body.
fn request(stream: &mut BufReader<StreamOwned<ServerConnection, TcpStream>>) -> Option<(String, String)> {
    let mut first = String::new();
    stream.read_line(&mut first).ok().filter(|length| *length > 0)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((first.trim().to_owned(), String::from_utf8_lossy(&body).into_owned()))
}

//! An OpenID Connect provider, as far as a client with a refresh token needs one: discovery, and tokens. It speaks HTTPS,
//! with a certificate that only informed clients trust. The same port also serves just enough of an API server to tell
//! whether it accepts the provider's tokens.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// How a provider behaves.
pub struct Conduct {
    /// The refresh token that it accepts.
    pub refresh_token: String,
    /// Each refresh token is valid once, and the answer has a new one.
    pub rotates: bool,
    /// Clients that authenticate in a header are refused.
    pub wants_parameters: bool,
    /// How long it takes to answer a refresh token.
    pub delay: Duration,
    /// The id-token for the first refresh token, the second one and so on.
    pub id_token: Box<dyn Fn(usize) -> String + Send>,
}

impl Conduct {
    /// Always the same tokens.
    pub fn new(refresh_token: &str, id_token: String) -> Conduct {
        Conduct {
            refresh_token: refresh_token.to_owned(),
            rotates: false,
            wants_parameters: false,
            delay: Duration::ZERO,
            id_token: Box::new(move |_| id_token.clone()),
        }
    }
}

/// What it has done so far.
struct State {
    conduct: Conduct,
    asked: Vec<String>,
    /// How many id-tokens it has issued, and the last one.
    given: usize,
    id_token: String,
}

/// A running provider.
pub struct Provider {
    /// Its address: `https://127.0.0.1:PORT`.
    pub issuer: String,
    /// The certificate to trust.
    pub certificate: PathBuf,
    state: Arc<Mutex<State>>,
}

impl Provider {
    /// Starts a provider and puts its certificate into `dir`.
    pub fn start(dir: &Path, conduct: Conduct) -> Provider {
        let (certificate, key) = (dir.join("provider.crt"), dir.join("provider.key"));
        let mut openssl = Command::new("openssl");
        openssl
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
            .args(["-days", "1", "-subj", "/CN=provider.test", "-addext", "subjectAltName=IP:127.0.0.1"])
            // Not an authority: otherwise it could not be the server's own certificate.
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
        let state = State { conduct, asked: Vec::new(), given: 0, id_token: String::new() };
        let state = Arc::new(Mutex::new(state));
        let provider = Provider { issuer: issuer.clone(), certificate, state: Arc::clone(&state) };
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let connection =
                    ServerConnection::new(Arc::clone(&config)).expect("the configuration is right");
                let (state, issuer) = (Arc::clone(&state), issuer.clone());
                thread::spawn(move || serve(StreamOwned::new(connection, client), &issuer, &state));
            }
        });
        provider
    }

    /// The requests so far: request lines, with authorization and bodies.
    pub fn asked(&self) -> Vec<String> {
        self.state.lock().expect("nobody panics with it").asked.clone()
    }

    /// The refresh token that it accepts now.
    pub fn refresh_token(&self) -> String {
        self.state.lock().expect("nobody panics with it").conduct.refresh_token.clone()
    }
}

fn serve(stream: StreamOwned<ServerConnection, TcpStream>, issuer: &str, state: &Mutex<State>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = Request::read(&mut stream) {
        let (delay, (status, answer)) = {
            let mut state = state.lock().expect("nobody panics with it");
            let Request { line, authorization, body } = &request;
            state.asked.push(format!("{line} {authorization} {body}"));
            let delays = line.starts_with("POST /token ");
            (if delays { state.conduct.delay } else { Duration::ZERO }, state.answer(&request, issuer))
        };
        thread::sleep(delay);
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            answer.len()
        );
        if stream.get_mut().write_all((head + &answer).as_bytes()).is_err() {
            break;
        }
    }
}

impl State {
    fn answer(&mut self, request: &Request, issuer: &str) -> (&'static str, String) {
        let Request { line, authorization, body } = request;
        if line.starts_with("GET /.well-known/openid-configuration ") {
            return ("200 OK", format!(r#"{{"token_endpoint":"{issuer}/token"}}"#));
        }
        if line.starts_with("POST /token ") {
            return self.tokens(authorization, body);
        }
        // The API server's part.
        if self.id_token.is_empty() || *authorization != format!("Bearer {}", self.id_token) {
            let status = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Unauthorized","code":401}"#;
            return ("401 Unauthorized", status.to_owned());
        }
        ("200 OK", r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"api"}}"#.to_owned())
    }

    fn tokens(&mut self, authorization: &str, body: &str) -> (&'static str, String) {
        if self.conduct.wants_parameters && !authorization.is_empty() {
            return ("401 Unauthorized", r#"{"error":"invalid_client"}"#.to_owned());
        }
        let sent = body.split('&').find_map(|pair| pair.strip_prefix("refresh_token="));
        if sent != Some(&self.conduct.refresh_token) {
            return ("400 Bad Request", r#"{"error":"invalid_grant"}"#.to_owned());
        }
        self.id_token = (self.conduct.id_token)(self.given);
        self.given += 1;
        let id_token = &self.id_token;
        if self.conduct.rotates {
            self.conduct.refresh_token = format!("r0tated-{}", self.given);
            let refresh_token = &self.conduct.refresh_token;
            return ("200 OK", format!(r#"{{"id_token":"{id_token}","refresh_token":"{refresh_token}"}}"#));
        }
        ("200 OK", format!(r#"{{"id_token":"{id_token}"}}"#))
    }
}

struct Request {
    /// Method, path and version.
    line: String,
    /// The Authorization header.
    authorization: String,
    body: String,
}

impl Request {
    fn read(stream: &mut BufReader<StreamOwned<ServerConnection, TcpStream>>) -> Option<Request> {
        let mut first = String::new();
        stream.read_line(&mut first).ok().filter(|length| *length > 0)?;
        let (mut length, mut authorization) = (0, String::new());
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).ok()?;
            let Some((name, value)) = line.split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().ok()?,
                "authorization" => authorization = value.trim().to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        let body = String::from_utf8_lossy(&body).into_owned();
        Some(Request { line: first.trim().to_owned(), authorization, body })
    }
}

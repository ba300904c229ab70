//! Expired OIDC tokens, with a provider of our own and the real kubectl.

use super::connection::{LOOK, Reach, fails, run, says, succeeds};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    thread,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// What it does with its tokens.
struct State {
    /// The refresh token that it accepts, once: the answer has another one.
    refresh_token: String,
    /// What it gives for that.
    id_token: String,
    /// How many it has given.
    given: usize,
    asked: Vec<String>,
}

/// A running OpenID Connect provider, as far as a client with a refresh token needs one: discovery, and tokens. It speaks
/// HTTPS, with a certificate that only informed clients trust.
struct Provider {
    /// Its address: `https://127.0.0.1:PORT`.
    issuer: String,
    /// The certificate to trust.
    certificate: PathBuf,
    state: Arc<Mutex<State>>,
}

impl Provider {
    /// Starts a provider and puts its certificate into `dir`.
    fn start(dir: &Path, refresh_token: &str, id_token: &str) -> Provider {
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
        let (refresh_token, id_token) = (refresh_token.to_owned(), id_token.to_owned());
        let state = State { refresh_token, id_token, given: 0, asked: Vec::new() };
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

    /// The requests so far: request lines and bodies.
    fn asked(&self) -> Vec<String> {
        self.state.lock().expect("nobody panics with it").asked.clone()
    }

    /// The refresh token that it accepts now.
    fn refresh_token(&self) -> String {
        self.state.lock().expect("nobody panics with it").refresh_token.clone()
    }
}

fn serve(stream: StreamOwned<ServerConnection, TcpStream>, issuer: &str, state: &Mutex<State>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = Request::read(&mut stream) {
        let (status, answer) = state.lock().expect("nobody panics with it").answer(&request, issuer);
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
    fn answer(&mut self, Request { line, body }: &Request, issuer: &str) -> (&'static str, String) {
        self.asked.push(format!("{line} {body}"));
        if line.starts_with("GET /.well-known/openid-configuration ") {
            return ("200 OK", format!(r#"{{"token_endpoint":"{issuer}/token"}}"#));
        }
        let sent = body.split('&').find_map(|pair| pair.strip_prefix("refresh_token="));
        if sent != Some(&self.refresh_token) {
            return ("400 Bad Request", r#"{"error":"invalid_grant"}"#.to_owned());
        }
        self.given += 1;
        self.refresh_token = format!("r0tated-{}", self.given);
        let State { refresh_token, id_token, .. } = self;
        let tokens = format!(
            r#"{{"access_token":"x","token_type":"Bearer","id_token":"{id_token}","refresh_token":"{refresh_token}"}}"#
        );
        ("200 OK", tokens)
    }
}

struct Request {
    /// Method, path and version.
    line: String,
    body: String,
}

impl Request {
    fn read(stream: &mut BufReader<StreamOwned<ServerConnection, TcpStream>>) -> Option<Request> {
        let mut first = String::new();
        stream.read_line(&mut first).ok().filter(|length| *length > 0)?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).ok()?;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        let body = String::from_utf8_lossy(&body).into_owned();
        Some(Request { line: first.trim().to_owned(), body })
    }
}

/// A token as if a provider had signed it in 1970: {"alg":"none"} and {"exp":1}.
const EXPIRED: &str = "eyJhbGciOiJub25lIn0.eyJleHAiOjF9.c2ln";

/// A provider of tokens that accepts `r3fresh` as the first refresh token.
struct Login {
    reach: Reach,
    provider: Provider,
}

impl Login {
    fn new(test: &str) -> Login {
        let reach = Reach::new(test);
        let provider = Provider::start(&reach.dir, "r3fresh", &reach.token);
        Login { reach, provider }
    }

    /// A kubeconfig with an expired token.
    fn config(&self, refresh: &str, more: &str) -> String {
        let user = format!(
            "\n    auth-provider:\n      name: oidc\n      config:\n        id-token: {EXPIRED} # old\n        \
             refresh-token: {refresh}\n        client-id: me\n        idp-issuer-url: {}\n        {more}\n\
             - name: other\n  user: {{token: \"012\", colour: green}}",
            self.provider.issuer
        );
        let file = self.reach.kubeconfig("oidc", &user);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("it is ours");
        file
    }

    /// The configuration's line with the provider's authority.
    fn authority(&self) -> String {
        format!("idp-certificate-authority: {}", self.provider.certificate.display())
    }

    fn with(&self, file: &str, args: &[&str]) -> Command {
        let mut command = self.reach.bare(args);
        command.env("KUBECONFIG", file);
        command
    }

    fn refreshes(&self) -> usize {
        self.provider.asked().iter().filter(|request| request.contains("grant_type=refresh_token")).count()
    }
}

fn text(file: &str) -> String {
    fs::read_to_string(file).expect("it is there")
}

#[test]
fn an_oidc_token_that_has_expired_is_refreshed() {
    let login = Login::new("oidc");
    let Login { reach, provider } = &login;
    // A trace with a provider whose certificate only the kubeconfig knows, as a public client.
    let file = login.config("r3fresh", &login.authority());
    let output = run(login.with(&file, &["counter", "-e", "write", "--max-events", "3"]));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("write(1, \"tick "), "{out}\n{err}");
    // The provider refuses the old refresh token from now on. The kubeconfig has the new one, and still the other user.
    let stored = text(&file);
    says(&stored, &[&reach.token, &provider.refresh_token(), "name: other"]);
    assert!(!stored.contains("r3fresh") && !stored.contains(EXPIRED), "{stored}");
    assert_eq!(fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o640);
    // Neither the next command nor kubectl itself needs another token.
    let asked = login.refreshes();
    succeeds(login.with(&file, LOOK));
    let mut kubectl = reach.space.node().command("kubectl");
    kubectl.args(["--kubeconfig", &file, "get", "pod", "counter"]);
    let kubectl = run(kubectl);
    assert!(kubectl.status.success(), "{}", String::from_utf8_lossy(&kubectl.stderr));
    assert_eq!(login.refreshes(), asked);
    // When that has expired, the next command still succeeds. Flags lead kubectl to the same file and user.
    fs::write(&file, stored.replace(&reach.token, EXPIRED)).expect("it is writable");
    succeeds(login.with("/none", &[&["--kubeconfig", &file, "--user", "me"], LOOK].concat()));
    assert!(login.refreshes() > asked && text(&file).contains(&provider.refresh_token()));

    // If the kubeconfig names no authority, the system's are trusted.
    let file = login.config(&provider.refresh_token(), "client-secret: s3cret");
    says(
        &fails(login.with(&file, LOOK)),
        &["expired", "kubectl said:", "certificate", "idp-certificate-authority", "SSL_CERT_FILE"],
    );
    let mut command = login.with(&file, LOOK);
    command.env("SSL_CERT_FILE", &provider.certificate);
    succeeds(command);

    let file = login.config("0ld", &login.authority());
    says(&fails(login.with(&file, LOOK)), &["expired", "kubectl said:", "invalid_grant", "log in again"]);
    // kubectl is not on the PATH.
    let mut command = Command::new(super::node::dist("kubectl-strace"));
    command.args(LOOK).env("KUBECONFIG", &file).env("PATH", &reach.dir);
    says(&fails(command), &["kubectl, which refreshes it, cannot be run", "install kubectl"]);
    let file = login.config("r3fresh", &format!("{}\n        client-secret: s3cret", login.authority()));
    fs::write(&file, text(&file).replace(&provider.issuer, "https://127.0.0.1:1")).expect("it is writable");
    let said = fails(login.with(&file, LOOK));
    says(&said, &["expired", "log in again"]);
    for secret in ["0ld", "r3fresh", "s3cret", EXPIRED] {
        assert!(!said.contains(secret), "{secret} is a secret: {said}");
    }
}

#[test]
fn an_oidc_token_is_refreshed_where_the_kubeconfig_cannot_be_written() {
    let login = Login::new("oidc-copy");
    let Login { reach, provider } = &login;
    let data = run({
        let mut base64 = Command::new("base64");
        base64.arg("-w0").arg(&provider.certificate);
        base64
    });
    let data = format!("idp-certificate-authority-data: {}", String::from_utf8_lossy(&data.stdout));
    // Another program has its lock and does not release it.
    let file = login.config("r3fresh", &data);
    let lock = format!("{file}.lock");
    fs::write(&lock, "").expect("it is writable");
    let before = text(&file);
    let said = succeeds(login.with(&file, LOOK));
    says(&said, &["not stored in the kubeconfig", &lock, "new login"]);
    assert_eq!((said.matches("not stored").count(), text(&file) == before), (1, true), "{said}");
    fs::remove_file(lock).expect("it is still there");

    // The plugin itself: kubectl would read a pipe first.
    let plugin = super::node::dist("kubectl-strace").display().to_string();
    let alone = |file: &str, program: &str, args: &[&str]| {
        let mut command = reach.space.node().command(program);
        command.args(args).env("HOME", &reach.dir).env("KUBECONFIG", file);
        command
    };
    // It is mounted so that nobody can write it: root may write everywhere else.
    let file = login.config(&provider.refresh_token(), &data);
    let before = text(&file);
    let dir = reach.dir.display();
    let line = format!(
        "mount --bind {dir} {dir} && mount -o remount,bind,ro {dir} && exec {plugin} {}",
        LOOK.join(" ")
    );
    let said = succeeds(alone(&file, "unshare", &["--map-root-user", "--mount", "sh", "-c", &line]));
    says(&said, &["not stored in the kubeconfig", "Read-only file system"]);
    assert_eq!(text(&file), before);

    // It can be read once only. Paths in it are relative to where it is, and beside a pipe there is nothing.
    let file = login.config(&provider.refresh_token(), &login.authority());
    let absolute = text(&file).replace(": ca.crt", &format!(": {}", reach.file("ca.crt")));
    fs::write(&file, absolute).expect("it is writable");
    let line = format!("exec {plugin} --kubeconfig <(cat {file}) {}", LOOK.join(" "));
    let said = succeeds(alone("/none", "bash", &["-c", &line]));
    says(&said, &["not stored in the kubeconfig", "no regular file"]);
}

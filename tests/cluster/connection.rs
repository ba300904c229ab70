//! How the plugin reaches and authenticates to the API server: kubectl's flags, kubeconfigs, credential plugins and proxies.

use super::{
    node::{Namespace, script},
    pods,
    process::Running,
    proxy::Proxy,
    tap::{Kind, Tap},
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Output},
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(20);
/// Changes nothing, but asks the API server for the pod and for our rights.
pub const LOOK: &[&str] = &["counter", "--dry-run=client"];

/// A namespace with a pod, and everything needed to reach the API server without the node's kubeconfig.
pub struct Reach {
    /// Where the pod is.
    pub space: Namespace,
    /// Its own directory, with the authority's and the administrator's certificates.
    pub dir: PathBuf,
    /// `https://127.0.0.1:PORT`
    server: String,
    /// A service account's token.
    pub token: String,
}

impl Reach {
    /// A new one, for this test.
    pub fn new(test: &str) -> Reach {
        let space = Namespace::new(test);
        space.apply(&pods::probe("counter", &["/counter"], ""));
        let dir = std::env::temp_dir().join(&space.name);
        fs::create_dir_all(&dir).expect("a temporary directory");
        for (file, path) in [
            ("ca.crt", "(index .clusters 0).cluster \"certificate-authority-data\""),
            ("client.crt", "(index .users 0).user \"client-certificate-data\""),
            ("client.key", "(index .users 0).user \"client-key-data\""),
        ] {
            let template = format!("go-template={{{{ index {path} | base64decode }}}}");
            let pem = space.kubectl(&["config", "view", "--raw", "-o", &template]);
            assert!(pem.contains("-----BEGIN"), "{file}: {pem}");
            fs::write(dir.join(file), pem).expect("it is writable");
        }
        let server = space.kubectl(&["config", "view", "-o", "jsonpath={.clusters[0].cluster.server}"]);
        space.kubectl(&["create", "serviceaccount", "tracer"]);
        let manifest = super::node::root().join("manifests/rbac.yaml");
        space.kubectl(&["apply", "-f", manifest.to_str().expect("UTF-8")]);
        let account = format!("--serviceaccount={}:tracer", space.name);
        space.kubectl(&["create", "rolebinding", "tracer", "--role=kubectl-strace", &account]);
        let token = space.kubectl(&["create", "token", "tracer"]).trim().to_owned();
        space.ready("counter");
        Reach { space, dir, server, token }
    }

    /// A file's path.
    pub fn file(&self, name: &str) -> String {
        self.dir.join(name).to_str().expect("UTF-8").to_owned()
    }

    /// The plugin, run by kubectl, without a kubeconfig that it could find and without a proxy.
    pub fn bare(&self, args: &[&str]) -> Command {
        let mut command = self.space.plugin(args);
        command.env("KUBECONFIG", self.dir.join("none")).env("HOME", &self.dir);
        for variable in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"] {
            command.env_remove(variable);
        }
        command
    }

    /// With these flags and the server's address and authority, the plugin finds the pod.
    fn reaches(&self, flags: &[&str]) -> String {
        let authority = self.file("ca.crt");
        let mut args = vec!["--server", &self.server, "--certificate-authority", &authority];
        args.extend(flags);
        args.extend(LOOK);
        succeeds(self.bare(&args))
    }

    /// A kubeconfig with this user, given as YAML.
    pub fn kubeconfig(&self, name: &str, user: &str) -> String {
        let text = format!(
            "current-context: it\n\
             contexts: [{{name: it, context: {{cluster: it, user: me, namespace: {}}}}}]\n\
             clusters: [{{name: it, cluster: {{server: '{}', certificate-authority: ca.crt}}}}]\n\
             users:\n- name: me\n  user: {user}\n",
            self.space.name, self.server
        );
        fs::write(self.dir.join(name), text).expect("it is writable");
        self.file(name)
    }

    fn script(&self, name: &str, text: &str) {
        let path = self.dir.join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("it is writable");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
}

impl Drop for Reach {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Runs this command of `node.sh` at the end of a test.
struct Stops(&'static str);

impl Drop for Stops {
    fn drop(&mut self) {
        script(&[self.0]);
    }
}

/// Runs it to its end.
pub fn run(mut command: Command) -> Output {
    command.output().expect("kubectl starts")
}

/// It finds the pod; its stderr.
pub fn succeeds(command: Command) -> String {
    let output = run(command);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    // What would be sent, or that nothing would, because there is a tracer already.
    let looked = out.contains("ephemeralContainers:") || err.contains("which runs in pod counter already");
    assert!(output.status.success() && looked, "{out}\n{err}");
    err.into_owned()
}

/// It fails; its stderr.
pub fn fails(command: Command) -> String {
    let output = run(command);
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it succeeded: {err}");
    println!("{err}\n");
    err
}

/// The text has these parts.
pub fn says(text: &str, parts: &[&str]) {
    parts.iter().for_each(|part| assert!(text.contains(part), "'{part}' is missing in:\n{text}"));
}

#[test]
fn flags_are_enough_without_any_kubeconfig() {
    let reach = Reach::new("flags");
    let token = reach.token.clone();
    reach.reaches(&["--token", &token]);
    reach.reaches(&[
        "--client-certificate",
        &reach.file("client.crt"),
        "--client-key",
        &reach.file("client.key"),
    ]);
    // Two names in the certificate, and one that is not in it.
    reach.reaches(&["--token", &token, "--tls-server-name", "kubernetes.default.svc"]);
    let authority = reach.file("ca.crt");
    let named = |name: &str| {
        let flags = ["--server", &reach.server, "--certificate-authority", &authority, "--token", &token];
        reach.bare(&[&flags[..], &["--tls-server-name", name], LOOK].concat())
    };
    says(&fails(named("wrong.test")), &["cannot be reached", "certificate", "--tls-server-name"]);
    // The system does not trust this authority, and does not have to.
    let unchecked = ["--server", &reach.server, "--token", &token];
    says(&fails(reach.bare(&[&unchecked[..], LOOK].concat())), &["cannot be reached", "certificate"]);
    succeeds(reach.bare(&[&unchecked[..], &["--insecure-skip-tls-verify"], LOOK].concat()));
    says(
        &fails(reach.bare(&[&unchecked[..], &["--insecure-skip-tls-verify=false"], LOOK].concat())),
        &["certificate"],
    );
    says(
        &fails(reach.bare(&[&unchecked[..], &["--certificate-authority", "/no/such/file"], LOOK].concat())),
        &["/no/such/file", "No such file"],
    );
    says(
        &fails(reach.bare(&["--server", &reach.server, "--client-key", "k", "counter"])),
        &["client key without its certificate", "--client-certificate"],
    );
    let wrong = ["--server", &reach.server, "--certificate-authority", &authority, "--token", "wrong"];
    says(&fails(reach.bare(&[&wrong[..], LOOK].concat())), &["does not accept your credentials", "401"]);
    says(&fails(reach.bare(&["counter"])), &["no cluster to talk to", "KUBECONFIG"]);

    let flags = ["--server", &reach.server, "--certificate-authority", &authority, "--token", &token];
    let trace = Running::start(reach.bare(&[&flags[..], &["counter", "-e", "write"]].concat()));
    trace.expect(SOON, &["write(1, \"tick "]);
}

#[test]
fn kubeconfigs_are_merged_and_overridden() {
    let reach = Reach::new("merge");
    let with = |file: &str, args: &[&str]| {
        let mut command = reach.bare(args);
        command.env("KUBECONFIG", file);
        command
    };
    // One file has the context, another its user. If both have the user, the first file counts.
    let first = reach.kubeconfig("first", "{token: first}");
    let text = fs::read_to_string(&first).unwrap().replace("- name: me", "- name: other");
    fs::write(&first, text).unwrap();
    let second = reach.kubeconfig("second", &format!("{{token: {}}}", reach.token));
    let both = format!("{}:{first}:{second}", reach.file("missing"));
    succeeds(with(&both, LOOK));
    says(&fails(with(&first, LOOK)), &["403"]);
    says(&fails(with(&both, &[&["--user", "other"], LOOK].concat())), &["does not accept your credentials"]);
    says(&fails(with(&both, &[&["--user", "nobody"], LOOK].concat())), &["it has no user nobody"]);
    says(
        &fails(with(&both, &[&["--context", "x"], LOOK].concat())),
        &["it has no context x", "get-contexts"],
    );
    says(&fails(with(&both, &[&["--cluster", "x"], LOOK].concat())), &["it has no cluster x"]);
    fs::write(reach.file("broken"), "clusters: [").unwrap();
    says(&fails(with(&reach.file("broken"), LOOK)), &[&reach.file("broken")]);
    // OIDC: the token in the kubeconfig, as long as it is valid.
    let oidc = format!(
        "{{auth-provider: {{name: oidc, config: {{id-token: {}, client-id: x, idp-issuer-url: 'https://127.0.0.1:1'}}}}}}",
        reach.token
    );
    succeeds(with(&reach.kubeconfig("oidc", &oidc), LOOK));
    // A token file, named relative to the kubeconfig.
    fs::write(reach.file("token"), &reach.token).unwrap();
    succeeds(with(&reach.kubeconfig("file", "{tokenFile: token}"), LOOK));
}

/// kubectl itself is asked the same each time: what it takes we take, and what it refuses we refuse.
#[test]
fn what_kubectl_takes_for_a_kubeconfig_is_taken() {
    let reach = Reach::new("empties");
    let file = reach.kubeconfig("it", &format!("{{token: {}}}", reach.token));
    let text = fs::read_to_string(&file).unwrap();
    let authority = "certificate-authority: ca.crt";
    assert!(text.contains(authority));
    let changed = |name: &str, text: &str| {
        fs::write(reach.file(name), text).unwrap();
        reach.file(name)
    };
    let no_context = changed("empty-context", "current-context: \"\"\n");
    let more = |more: &str| text.replace(authority, &format!("{authority}, {more}"));
    let instead = |other: &str| text.replace(authority, other);
    let data = changed("data", &more("certificate-authority-data: ''"));
    let both = more("insecure-skip-tls-verify: true, certificate-authority-data: ''");
    let insecure =
        "insecure-skip-tls-verify: true, certificate-authority-data: '', certificate-authority: ''";
    let user =
        text.replace("{token: ", "{client-certificate: '', client-key-data: '', username: '', token: ");
    for (files, fine) in [
        (format!("{no_context}:{file}"), true),
        (no_context.clone(), false),
        (data, true),
        (changed("insecure", &instead(insecure)), true),
        (changed("contradiction", &both), false),
        (changed("user", &user), true),
        (changed("names", &more("tls-server-name: '', proxy-url: ''")), true),
    ] {
        let mut kubectl = reach.space.node().command("kubectl");
        kubectl.args(["get", "pod", "counter"]).env("KUBECONFIG", &files).env("HOME", &reach.dir);
        let theirs = run(kubectl);
        assert_eq!(theirs.status.success(), fine, "kubectl: {files}: {theirs:?}");
        let mut ours = reach.bare(LOOK);
        ours.env("KUBECONFIG", &files);
        if fine {
            succeeds(ours);
        } else {
            fails(ours);
        }
    }
    // A pipe can be read once only, and kubectl does; the plugin is started as such, because kubectl would read it first.
    // Paths in it are relative to where it is, and beside a pipe there is nothing.
    let piped = changed("piped", &instead(&format!("certificate-authority: {}", reach.file("ca.crt"))));
    let line = format!(
        "exec {} --kubeconfig <(cat {piped}) {}",
        super::node::dist("kubectl-strace").display(),
        LOOK.join(" ")
    );
    let mut bash = Command::new("timeout");
    bash.args(["20", "bash", "-c", &line]).env_remove("KUBECONFIG").env("HOME", &reach.dir);
    succeeds(bash);
}

#[test]
fn credential_plugins_are_run_as_kubectl_does() {
    let reach = Reach::new("plugin");
    let with = |user: &str| {
        let file = reach.kubeconfig("exec", user);
        let mut command = reach.bare(LOOK);
        command.env("KUBECONFIG", file);
        command
    };
    let exec = |command: &str, more: &str| {
        format!(
            "{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: {command}, interactiveMode: Never, {more}}}}}"
        )
    };
    // It sees the cluster and its own environment, and returns the token only then.
    let credential =
        r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}"#;
    reach.script(
        "login",
        &format!(
            "case $KUBERNETES_EXEC_INFO in *'{}'*) ;; *) echo \"no cluster: $KUBERNETES_EXEC_INFO\" >&2; exit 1;; esac\n\
             [ \"$1-$WHO\" = me-you ] || exit 2\nprintf '{credential}' {}",
            reach.server, reach.token
        ),
    );
    let right = "args: [me], env: [{name: WHO, value: you}], provideClusterInfo: true";
    succeeds(with(&exec("./login", right)));
    // A token from a flag takes precedence.
    let mut command = with(&exec("./none", ""));
    command.args(["--token", &reach.token]);
    succeeds(command);
    says(
        &fails(with(&exec("./login", ""))),
        &["./login gives no credentials", "exit status: 1", "no cluster: {"],
    );
    let hint = "installHint: 'get it from the shop'";
    says(
        &fails(with(&exec("no-such-login", hint))),
        &["no-such-login gives no credentials", "get it from the shop"],
    );
    says(&fails(with(&exec("no-such-login", ""))), &["No such file", "install no-such-login"]);
    reach.script("chatty", "echo secret-of-mine; echo went wrong >&2; exit 3");
    let said = fails(with(&exec("./chatty", "")));
    says(&said, &["exit status: 3", "went wrong"]);
    assert!(!said.contains("secret-of-mine"), "what it printed may be a credential: {said}");
    let always = exec("./login", right).replace("Never", "Always");
    says(&fails(with(&always)), &["interactiveMode is Always", "not a terminal"]);
}

#[test]
fn impersonation_and_what_is_said_of_requests() {
    let reach = Reach::new("impersonate");
    // An unencrypted connection to kubectl proxy, which may do everything; a tap can read it.
    let mut proxy = reach.space.node().command("kubectl");
    proxy.args(["proxy", "--port=0", "--disable-filter"]);
    let proxy = Running::start(proxy);
    let (_, line) = proxy.expect(SOON, &["Starting to serve on "]);
    let address = line.trim().rsplit(' ').next().unwrap().to_owned();
    let tap = Tap::start(address, Kind::Replace("nothing", "nothing"));
    let server = format!("http://127.0.0.1:{}", tap.port);
    let to = |args: &[&str]| {
        reach.bare(&[&["--server", &server, "--token", "t0ken-of-mine"][..], args, LOOK].concat())
    };

    let said = fails(to(&["--as", "eve", "--as-group", "staff", "--as-group", "night"]));
    says(&said, &["eve may not get pods"]);
    let sent = tap.sent().to_lowercase();
    says(&sent, &["impersonate-user: eve", "impersonate-group: staff", "impersonate-group: night"]);
    assert!(!sent.contains("t0ken-of-mine"), "a token went unencrypted: {sent}");
    let master =
        ["--as", "eve", "--as-group", "system:masters", "--as-uid", "u-1", "--as-user-extra", "why=test"];
    succeeds(to(&master));
    says(&tap.sent().to_lowercase(), &["impersonate-uid: u-1", "impersonate-extra-why: test"]);
    says(&fails(to(&["--as-uid", "u-1"])), &["--as NAME"]);

    let quiet = succeeds(to(&[]));
    assert!(!quiet.contains("GET "), "{quiet}");
    let said = succeeds(to(&["--v=6"]));
    let path = format!("GET {server}/api/v1/namespaces/{}/pods/counter 200 OK in ", reach.space.name);
    says(&said, &[&path, " milliseconds"]);
    assert!(!said.contains("header"), "{said}");
    let said = succeeds(to(&["--v", "8", "--as", "eve", "--as-group", "system:masters"]));
    says(&said, &["Response header content-type: application/json", "Response body {", "more bytes]"]);
    says(&said, &["Request body {", "SelfSubjectAccessReview"]);
}

#[test]
fn an_older_api_server_serves_too() {
    let reach = Reach::new("older");
    script(&["older-apiserver-start"]);
    let _stops = Stops("older-apiserver-stop");
    let authority = reach.file("ca.crt");
    let flags = [
        "--server",
        "https://127.0.0.1:16444",
        "--certificate-authority",
        &authority,
        "--token",
        &reach.token,
    ];
    let version = run(reach.bare(&[&["version"][..], &flags].concat()));
    says(&String::from_utf8_lossy(&version.stdout), &["Server: v1.29."]);
    for place in ["agent", "target"] {
        let args = ["counter", "-e", "write", "--place", place, "--profile", "ptrace", "--max-events", "3"];
        let mut trace = Running::start(reach.bare(&[&flags[..], &args].concat()));
        trace.expect(SOON, &["write(1, \"tick "]);
        assert!(trace.wait(SOON).success(), "{}", trace.err());
        says(&trace.err(), &["0 lost"]);
    }
}

#[test]
fn older_websockets_serve_too() {
    let reach = Reach::new("version-four");
    let mut proxy = reach.space.node().command("kubectl");
    proxy.args(["proxy", "--port=0", "--disable-filter"]);
    let proxy = Running::start(proxy);
    let (_, line) = proxy.expect(SOON, &["Starting to serve on "]);
    let address = line.trim().rsplit(' ').next().unwrap().to_owned();
    // What an API server before 1.30 does: it knows only v4, which cannot signal the end of stdin.
    let tap = Tap::start(address, Kind::Replace("v5.channel.k8s.io, v4.channel.k8s.io", "v4.channel.k8s.io"));
    let server = format!("http://127.0.0.1:{}", tap.port);
    for place in ["agent", "target"] {
        let args =
            ["--server", &server, "counter", "-e", "write", "--place", place, "--profile", "ptrace", "--v=7"];
        let mut trace = Running::start(reach.bare(&args));
        trace.expect(SOON, &["write(1, \"tick "]);
        let begun = Instant::now();
        trace.signal("INT");
        let status = trace.wait(Duration::from_secs(10));
        println!("{place}: ended {:?} after Ctrl-C\n{}", begun.elapsed(), trace.err());
        assert!(status.success(), "{}", trace.err());
        says(&trace.err(), &["0 lost", "stopped, detached"]);
        says(&trace.err(), &["Response header sec-websocket-protocol: v4.channel.k8s.io"]);
        assert!(begun.elapsed() < Duration::from_secs(3), "the lease had to end it");
    }
    // The relays are gone too: none is left in the tracer's container.
    let container = reach.space.field("counter", ".spec.ephemeralContainers[0].name");
    reach.space.until("the relays have ended", SOON, || {
        let id = reach.space.field(
            "counter",
            &format!(".status.ephemeralContainerStatuses[?(@.name==\"{container}\")].containerID"),
        );
        let id = id.rsplit('/').next().unwrap_or_default().to_owned();
        super::node::host_processes(&id).len() == 1
    });
}

#[test]
fn proxies_are_kubectls() {
    let reach = Reach::new("proxies");
    let address = reach.server.trim_start_matches("https://").trim_end_matches('/').to_owned();
    let port = address.rsplit(':').next().unwrap().to_owned();
    let tap = Tap::start(address.clone(), Kind::Connect);
    let proxy = format!("http://me:s%40cret@127.0.0.1:{}", tap.port);
    let authority = reach.file("ca.crt");
    // A name that only the proxy can resolve.
    let server = format!("https://api.corp.test:{port}");
    let flags =
        ["--certificate-authority", &authority, "--token", &reach.token, "--tls-server-name", "kubernetes"];
    let through = |server: &str, variables: &[(&str, &str)]| {
        let mut command = reach.bare(&[&["--server", server], &flags[..], LOOK].concat());
        command.envs(variables.iter().copied());
        command
    };
    succeeds(through(&server, &[("HTTPS_PROXY", &proxy)]));
    says(&tap.sent(), &[&format!("CONNECT api.corp.test:{port} HTTP/1.1"), "Basic bWU6c0BjcmV0"]);
    succeeds(through(&server, &[("https_proxy", &proxy), ("NO_PROXY", "other.test,")]));
    let direct = [("HTTPS_PROXY", proxy.as_str()), ("NO_PROXY", "corp.test")];
    says(&fails(through(&server, &direct)), &["api.corp.test", "cannot be reached"]);
    // As in Go, this machine is reached without a proxy.
    succeeds(through(&reach.server, &[("HTTPS_PROXY", "http://127.0.0.1:1")]));
    says(&fails(through(&server, &[("HTTPS_PROXY", "http://127.0.0.1:1")])), &["cannot be reached"]);
    says(&fails(through(&server, &[("HTTPS_PROXY", "ftp://127.0.0.1:1")])), &["not the URL of a proxy"]);

    let file = reach.kubeconfig("proxied", &format!("{{token: {}}}", reach.token));
    let text = fs::read_to_string(&file).unwrap();
    let text = text.replace(&reach.server, &server).replace(
        "certificate-authority: ca.crt",
        &format!("certificate-authority: ca.crt, tls-server-name: kubernetes, proxy-url: '{proxy}'"),
    );
    fs::write(&file, text).unwrap();
    let connections = tap.sent().matches("CONNECT").count();
    let mut command = reach.bare(&["counter", "-e", "write", "--max-events", "3"]);
    // NO_PROXY does not apply to the kubeconfig's proxy.
    command.env("KUBECONFIG", &file).env("NO_PROXY", "*");
    let mut trace = Running::start(command);
    trace.expect(SOON, &["write(1, \"tick "]);
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    assert!(tap.sent().matches("CONNECT").count() > connections);
}

#[test]
fn a_request_has_a_limit() {
    let reach = Reach::new("limit");
    let proxy = Proxy::start(reach.server.trim_start_matches("https://").trim_end_matches('/').to_owned());
    proxy.stall(true);
    let server = format!("https://127.0.0.1:{}", proxy.port);
    let (authority, token) = (reach.file("ca.crt"), reach.token.clone());
    let flags = ["--server", &server, "--certificate-authority", &authority, "--token", &token];
    let begun = Instant::now();
    let said = fails(reach.bare(&[&flags[..], &["--request-timeout", "1s"], LOOK].concat()));
    println!("after {:?}", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(6), "{said}");
    says(&fails(reach.bare(&["--request-timeout", "soon", "counter"])), &["--request-timeout", "30s"]);
}

//! The manifests in the documentation do what they claim.

use super::{
    node::{Namespace, root},
    pods,
    process::Running,
};
use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

const SOON: Duration = Duration::from_secs(30);

fn path(name: &str) -> String {
    root().join("manifests").join(name).to_str().expect("UTF-8").to_owned()
}

fn fails(mut command: Command) -> String {
    let output = command.output().expect("kubectl starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it succeeded: {said}");
    println!("{said}\n");
    said
}

/// Traces up to the first tick, and returns the messages.
fn traces(command: Command) -> String {
    let mut trace = Running::start(command);
    trace.expect(SOON, &["write(1, \"tick "]);
    trace.signal("INT");
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    trace.err()
}

/// Removes what a test applied outside its namespace.
struct Applied<'a>(&'a Namespace, PathBuf);

impl Drop for Applied<'_> {
    fn drop(&mut self) {
        self.0.try_kubectl(&["delete", "-f", self.1.to_str().expect("UTF-8"), "--ignore-not-found"]);
        let _ = fs::remove_file(&self.1);
    }
}

#[test]
fn the_cluster_role_allows_what_the_role_allows() {
    let rules = |name: &str| {
        let text = fs::read_to_string(path(name)).expect("it is there");
        let (_, rules) = text.split_once("\nrules:\n").expect("it has rules");
        // Comments too: they say what each rule is for.
        rules.to_owned()
    };
    assert_eq!(rules("rbac.yaml"), rules("rbac-cluster.yaml"));
}

#[test]
fn profiles_are_given_by_roles() {
    let space = Namespace::new("profiles");
    let name = |part: &str| format!("{part}-{}", space.name);
    let text = fs::read_to_string(path("rbac-profiles.yaml")).expect("it is there");
    let text = text
        .replace("name: kubectl-strace-profiles", &format!("name: {}", name("profiles")))
        .replace("policyName: kubectl-strace-profiles", &format!("policyName: {}", name("profiles")))
        .replace("name: kubectl-strace-ptrace", &format!("name: {}", name("ptrace")))
        .replace("name: kubectl-strace-file-capability", &format!("name: {}", name("file-capability")))
        .replace("kubectl-strace/profiles: by-role", &format!("kubectl-strace/profiles: {}", space.name));
    let file = std::env::temp_dir().join(format!("{}.yaml", space.name));
    fs::write(&file, text).expect("it is writable");
    space.kubectl(&["apply", "-f", file.to_str().expect("UTF-8")]);
    let _applied = Applied(&space, file);
    space.kubectl(&["apply", "-f", &path("rbac.yaml")]);
    let user = name("someone");
    space.kubectl(&["create", "rolebinding", "base", "--role=kubectl-strace", &format!("--user={user}")]);
    for pod in ["one", "two", "three"] {
        space.apply(&pods::probe(
            pod,
            &["/counter"],
            "      securityContext: {runAsUser: 1234, allowPrivilegeEscalation: false}\n",
        ));
        space.ready(pod);
    }
    space.label(&format!("kubectl-strace/profiles={}", space.name));
    let with =
        |pod: &str, profile: &str| space.plugin(&[pod, "-e", "write", "--as", &user, "--profile", profile]);
    let dry = |profile: &str| {
        let mut command = with("one", profile);
        command.arg("--dry-run=server").stdout(Stdio::null());
        command
    };
    // A policy takes effect a few moments after it is created.
    space.until("the policy is in force", SOON, || {
        let said = dry("ptrace").output().expect("kubectl starts").stderr;
        String::from_utf8_lossy(&said).contains("may not use the profile ptrace")
    });
    assert!(fails(dry("file-capability")).contains("may not use the profile file-capability"));
    assert!(traces(with("one", "unprivileged")).contains("profile unprivileged"));
    for (profile, pod) in [("ptrace", "two"), ("file-capability", "three")] {
        let role = format!("--clusterrole={}", name(profile));
        space.kubectl(&["create", "rolebinding", profile, &role, &format!("--user={user}")]);
        space.until("the role holds", SOON, || dry(profile).status().expect("kubectl starts").success());
        assert!(traces(with(pod, profile)).contains(&format!("profile {profile}")));
        // The pod has a tracer now; adding another one must not be judged by the first.
        if profile == "ptrace" {
            assert!(fails(dry("file-capability")).contains("may not use the profile file-capability"));
        }
    }
}

#[test]
fn nothing_of_the_network_is_needed() {
    let space = Namespace::new("network");
    space.kubectl(&["apply", "-f", &path("network-policy.yaml")]);
    space.apply(&pods::probe("counter", &["/counter"], ""));
    space.ready("counter");
    traces(space.plugin(&["counter", "-e", "write"]));
    // This node does not enforce network policies, which alone would prove nothing; but the tracer has no socket either.
    let container = space.field("counter", ".status.ephemeralContainerStatuses[0].containerID");
    let container = container.rsplit('/').next().unwrap_or_default();
    let mut trace = Running::start(space.plugin(&["counter", "-e", "write", "--place", "agent"]));
    trace.expect(SOON, &["write(1, \"tick "]);
    for pid in super::node::host_processes(container) {
        let links = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        for link in links.filter_map(|entry| fs::read_link(entry.path()).ok()) {
            let inode = link.to_str().and_then(|link| link.strip_prefix("socket:[")?.strip_suffix(']'));
            let Some(inode) = inode else { continue };
            for table in ["tcp", "tcp6", "udp", "udp6", "raw", "packet"] {
                let open = fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
                assert!(!open.split_whitespace().any(|word| word == inode), "{table}: {link:?}");
            }
        }
    }
    trace.signal("INT");
    trace.wait(SOON);
}

#[test]
fn who_is_exempt_from_pod_security_adds_tracers() {
    let space = Namespace::new("exempt");
    space.apply(&pods::probe("counter", &["/counter"], ""));
    space.ready("counter");
    space.kubectl(&["apply", "-f", &path("rbac.yaml")]);
    for user in ["tracer", "other"] {
        space.kubectl(&["create", "rolebinding", user, "--role=kubectl-strace", &format!("--user={user}")]);
    }
    space.label("pod-security.kubernetes.io/enforce=baseline");
    let server = Server::start(&space);
    let with = |user: &str| {
        let address = format!("https://127.0.0.1:{}", server.port);
        space.plugin(&["counter", "-e", "write", "--profile", "ptrace", "--as", user, "--server", &address])
    };
    assert!(fails(with("other")).contains("Pod Security of namespace"));
    assert!(traces(with("tracer")).contains("profile ptrace"));
}

/// A second API server on the same node, with the manifest's configuration.
struct Server {
    port: u16,
    process: std::process::Child,
    log: PathBuf,
    dir: PathBuf,
}

impl Server {
    fn start(space: &Namespace) -> Server {
        // The first one's command line, except for its port and its output.
        let all = fs::read_dir("/proc").expect("there is /proc");
        let line = all
            .flatten()
            .filter_map(|entry| fs::read(entry.path().join("cmdline")).ok())
            .map(|line| {
                line.split(|byte| *byte == 0)
                    .map(|word| String::from_utf8_lossy(word).into_owned())
                    .collect::<Vec<_>>()
            })
            .find(|line| line.get(1).is_some_and(|word| word == "kube-apiserver"))
            .expect("the node's API server runs");
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("one is free")
            .port();
        let dir = std::env::temp_dir().join(format!("{}-apiserver", space.name));
        fs::create_dir_all(&dir).expect("it is writable");
        let log = dir.join("log");
        let mut command = Command::new(&line[0]);
        let mut words = line[1..].iter().filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            let value = match word.as_str() {
                "--secure-port" => port.to_string(),
                "--cert-dir" => dir.display().to_string(),
                _ => {
                    command.arg(word);
                    continue;
                }
            };
            words.next();
            command.arg(word).arg(value);
        }
        command.arg(format!("--admission-control-config-file={}", path("pod-security-exemption.yaml")));
        let output = fs::File::create(&log).expect("it is writable");
        command.stdout(Stdio::null()).stderr(output);
        let process = command.spawn().expect("it starts");
        let server = Server { port, process, log, dir };
        let address = format!("--server=https://127.0.0.1:{port}");
        space.until("the second API server is ready", Duration::from_secs(90), || {
            space.try_kubectl(&[&address, "get", "--raw", "/readyz"]).status.success()
        });
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let tail: Vec<_> = log.lines().rev().take(10).collect();
            eprintln!("--- the second API server's last words:\n{tail:#?}");
        }
        let _ = fs::remove_dir_all(&self.dir);
    }
}

//! Errors name their cause and a fix, in time.

use super::{
    node::{Namespace, dist},
    pods,
    process::Running,
};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// Runs the plugin, which must fail in time, and returns what it said.
fn fails(command: Command, most: Duration) -> String {
    let mut run = Running::start(command);
    let status = run.wait(most);
    assert!(!status.success(), "it succeeded:\n{}", run.err());
    assert!(run.out().is_empty(), "an error belongs on stderr:\n{}", run.out());
    println!("{}\n", run.err());
    run.err()
}

fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "'{part}' is missing in:\n{text}");
    }
}

const QUICK: Duration = Duration::from_secs(10);

#[test]
fn mistakes_in_names() {
    let space = Namespace::new("names");
    space.workload("api", &[]);
    space.ready("api");
    says(
        &fails(space.plugin(&["pod/apj"]), QUICK),
        &["there is no pod apj in namespace", "did you mean pod/api?"],
    );
    says(&fails(space.plugin(&["pod/api", "-c", "ap"]), QUICK), &["ap", "app", "client"]);
    says(&fails(space.plugin(&["pod/api", "-e", "trace=opnat"]), QUICK), &["opnat", "openat"]);
    // The last -n counts.
    let wrong = format!("{}x", space.name);
    for line in [&["api", "-n", &wrong][..], &["-l", "app=x", "-n", &wrong], &["deploy/x", "-n", &wrong]] {
        let said = fails(space.plugin(line), QUICK);
        says(&said, &[&format!("there is no namespace {wrong}"), &format!("did you mean -n {}", space.name)]);
    }
    says(&fails(space.plugin(&["-it", "pod/api"]), QUICK), &["-it"]);
    let agents = space.field("api", ".spec.ephemeralContainers");
    assert!(agents.is_empty(), "an error in the command line touched the pod: {agents}");
}

/// An API server that has one pod, lets everything be done, and never answers a PATCH.
fn stalls() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let pod = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"api","namespace":"x","uid":"1"},
        "spec":{"containers":[{"name":"app"}]},"status":{"phase":"Running","containerStatuses":[{"name":"app","ready":true,
        "restartCount":0,"image":"","imageID":"","containerID":"containerd://0123","state":{"running":{}}}]}}"#;
    let review = r#"{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{},
        "status":{"allowed":true}}"#;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().expect("open"));
                loop {
                    let (mut head, mut line) = (String::new(), String::new());
                    while reader.read_line(&mut line).is_ok_and(|length| length > 2) {
                        head.push_str(&line.to_lowercase());
                        line.clear();
                    }
                    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
                    let length = length.map_or(0, |length| length.trim().parse().expect("a number"));
                    if head.is_empty() || reader.read_exact(&mut vec![0; length]).is_err() {
                        return;
                    }
                    let body = match &head[..4] {
                        "patc" => continue,
                        "get " => pod,
                        _ => review,
                    };
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}",
                        body.len()
                    );
                    let _ = (&stream).write_all(format!("{head}\r\n\r\n{body}").as_bytes());
                }
            });
        }
    });
    port
}

#[test]
fn a_dry_run_can_be_interrupted() {
    let server = format!("--server=http://127.0.0.1:{}", stalls());
    for signal in ["INT", "TERM"] {
        let mut command = Command::new(dist("kubectl-strace"));
        command.env("KUBECONFIG", "/dev/null").args(["api", "-n", "x", "--dry-run=server", &server]);
        let mut run = Running::start(command);
        thread::sleep(Duration::from_secs(2));
        assert!(run.ended().is_none(), "{}", run.err());
        run.signal(signal);
        assert_eq!(run.wait(Duration::from_secs(2)).code(), Some(130), "{}", run.err());
        says(&run.err(), &["interrupted before the trace began"]);
    }
}

#[test]
fn a_pod_that_does_not_run() {
    let space = Namespace::new("phase");
    space.apply(&pods::probe("done", &["/die", "exit3", "1"], ""));
    let phase = || space.field("done", ".status.phase");
    space.until("it is done", Duration::from_secs(30), || phase() == "Failed");
    says(&fails(space.plugin(&["done"]), QUICK), &["done", "Failed"]);
}

#[test]
fn an_image_that_is_not_there() {
    let space = Namespace::new("image");
    space.workload("api", &[]);
    space.ready("api");
    // It will never be there: nobody waits for it as long as for an image that is being pulled.
    let never = ["api", "--image", "localhost/no/such:1", "--image-pull-policy", "Never", "--timeout", "5m"];
    says(
        &fails(space.plugin(&never), Duration::from_secs(40)),
        &["cannot start", "ErrImageNeverPull", "localhost/no/such:1"],
    );
    let pull = ["api", "--image", "localhost:1/no/such:1", "--timeout", "20s"];
    let text = fails(space.plugin(&pull), Duration::from_secs(40));
    says(&text, &["localhost:1/no/such:1"]);
    assert!(text.contains("ErrImagePull") || text.contains("ImagePullBackOff"), "{text}");
}

#[test]
fn pod_security_refuses() {
    let space = Namespace::new("baseline");
    space.workload("api", &[]);
    space.ready("api");
    space.label("pod-security.kubernetes.io/enforce=baseline");
    let text = fails(space.plugin(&["api", "--profile", "ptrace"]), QUICK);
    says(&text, &["PodSecurity", "baseline", "SYS_PTRACE", "kubectl label"]);
}

#[test]
fn a_restricted_user_is_told_the_missing_role() {
    let space = Namespace::new("rbac");
    space.workload("api", &[]);
    space.ready("api");
    // A real user: a service account with read rights, and its own token.
    space.kubectl(&["create", "serviceaccount", "looker"]);
    space.kubectl(&["create", "role", "look", "--verb=get,list,watch", "--resource=pods"]);
    let account = format!("--serviceaccount={}:looker", space.name);
    space.kubectl(&["create", "rolebinding", "look", "--role=look", &account]);
    let path = space.kubeconfig_of("looker");
    let strace = |args: &[&str]| {
        let mut command = space.plugin(args);
        command.env("KUBECONFIG", &path);
        command
    };
    let text = fails(strace(&["api"]), QUICK);
    says(&text, &["pods/ephemeralcontainers", "patch", "kind: Role"]);
    // With the right to add the container, but not to exec into it.
    space.kubectl(&[
        "create",
        "role",
        "add",
        "--verb=get,patch,update",
        "--resource=pods/ephemeralcontainers",
    ]);
    space.kubectl(&["create", "rolebinding", "add", "--role=add", &account]);
    let text = fails(strace(&["api"]), QUICK);
    says(&text, &["pods/exec", "create", "kind: Role"]);
    let agents = space.field("api", ".spec.ephemeralContainers");
    assert!(agents.is_empty(), "a container was added that could never be used: {agents}");
    fs::remove_file(path).unwrap();
}

#[test]
fn a_server_that_is_not_there() {
    let space = Namespace::new("server");
    let path = std::env::temp_dir().join(format!("{}.kubeconfig", space.name));
    let config = "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\n\
                  contexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {token: t}}]\n\
                  current-context: c\n";
    fs::write(&path, config).unwrap();
    let mut command = Command::new(dist("kubectl-strace"));
    command.args(["pod/api"]).env("KUBECONFIG", &path);
    let start = Instant::now();
    says(&fails(command, Duration::from_secs(15)), &["127.0.0.1:1"]);
    println!("said after {:?}", start.elapsed());
    fs::remove_file(path).unwrap();
}

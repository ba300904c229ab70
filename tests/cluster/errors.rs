//! Errors name their cause and a fix, in time.

use super::{
    node::{Namespace, dist},
    pods,
    process::Running,
};
use std::{
    fs,
    process::Command,
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
    says(&fails(space.plugin(&["-it", "pod/api"]), QUICK), &["-it"]);
    let agents = space.field("api", ".spec.ephemeralContainers");
    assert!(agents.is_empty(), "an error in the command line touched the pod: {agents}");
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

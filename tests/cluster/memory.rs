//! A pod near its memory limit: one more container would make the kernel kill the target.

use super::{
    node::{Namespace, script},
    pods,
};
use std::{
    process::{Command, Output},
    time::Duration,
};

/// The kubelet measures about every ten seconds, and the metrics server asks it about as often.
const MEASURED: Duration = Duration::from_secs(60);
const LIMIT: u64 = 128 << 20;
/// How much /full leaves of the limit, in KiB.
const LEFT: &str = "1024";

/// Serves the metrics API for as long as this exists.
struct MetricsServer;

impl MetricsServer {
    fn start() -> MetricsServer {
        script(&["metrics-server-start"]);
        MetricsServer
    }
}

impl Drop for MetricsServer {
    fn drop(&mut self) {
        script(&["metrics-server-stop"]);
    }
}

fn run(mut command: Command) -> (Output, String) {
    let output = command.output().expect("kubectl starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    println!("{command:?}: {}\n{said}", output.status);
    (output, said)
}

/// What a jq filter finds in the API server's answer at a path, in bytes.
fn measured(space: &Namespace, path: &str, filter: &str) -> u64 {
    let output = space.try_kubectl(&["get", "--raw", path]);
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut jq = Command::new("jq");
    let jq =
        jq.args(["-n", "--argjson", "answer", &answer, "-r"]).arg(format!("$answer | {filter}")).output();
    let text = String::from_utf8_lossy(&jq.expect("jq starts").stdout).trim().to_owned();
    // The metrics server writes Ki.
    match text.strip_suffix("Ki") {
        Some(number) => number.parse::<u64>().unwrap_or_default() << 10,
        None => text.parse().unwrap_or_default(),
    }
}

#[test]
fn nothing_is_added_to_a_pod_that_is_at_its_memory_limit() {
    let space = Namespace::new("at-limit");
    let limited = "      resources: {limits: {memory: 128Mi}, requests: {memory: 8Mi}}\n";
    space.apply(&pods::probe("full", &["/full", LEFT], limited));
    space.apply(&pods::probe("roomy", &["/counter"], limited));
    space.apply(&pods::probe("unlimited", &["/counter"], ""));
    for pod in ["full", "roomy", "unlimited"] {
        space.ready(pod);
    }
    space.kubectl(&["exec", "full", "--", "/full", "now"]);
    let manifest = super::node::root().join("manifests/rbac.yaml");
    space.kubectl(&["apply", "-f", manifest.to_str().expect("UTF-8")]);
    let user = format!("someone-{}", space.name);
    space.kubectl(&["create", "rolebinding", "someone", "--role=kubectl-strace", &format!("--user={user}")]);
    let refused = |flags: &[&str], by: &str| {
        let (output, said) = run(space.plugin(&[&["full", "-e", "write"], flags].concat()));
        assert_eq!(output.status.code(), Some(1));
        let left = said.contains("its memory limit of 134.2 MB has") && said.contains(by);
        assert!(left && said.contains("--keep-going"), "{said}");
        assert_eq!(space.field("full", ".spec.ephemeralContainers"), "", "nothing was added");
        assert!(
            !space.field("full", ".status.containerStatuses[0].state.running").is_empty(),
            "the target runs"
        );
    };

    // The kubelet answers an administrator.
    let filter = format!(
        ".pods[] | select(.podRef.namespace == \"{}\" and .podRef.name == \"full\") | .memory.workingSetBytes",
        space.name
    );
    space.until("the kubelet knows that the pod is full", MEASURED, || {
        let summary = "/api/v1/nodes/localhost/proxy/stats/summary?only_cpu_and_memory=true";
        measured(&space, summary, &filter) > LIMIT - (4 << 20)
    });
    refused(&[], "says the kubelet");

    // Nobody answers anyone else: the plugin says so, if there is a limit.
    let short =
        |pod, flags: &[&str]| space.plugin(&[&[pod, "-e", "write", "--max-events", "2"], flags].concat());
    let (output, said) = run(short("roomy", &["--as", &user]));
    assert!(output.status.success() && said.contains("it is unknown how much pod roomy has left"), "{said}");
    assert!(said.contains("the metrics API: not there; the kubelet: you may not ask"), "{said}");
    let (output, said) = run(short("unlimited", &["--as", &user]));
    assert!(output.status.success() && !said.contains("it is unknown"), "{said}");

    // The metrics API answers anybody with the Role.
    let metrics_server = MetricsServer::start();
    space.until("the metrics API knows that the pod is full", MEASURED, || {
        let path = format!("/apis/metrics.k8s.io/v1beta1/namespaces/{}/pods/full", space.name);
        measured(&space, &path, ".containers[0].usage.memory") > LIMIT - (4 << 20)
    });
    refused(&["--as", &user], "says the metrics API");
    let fresh = ["--as", &user, "--profile", "unprivileged"];
    let (output, said) = run(short("roomy", &fresh));
    assert!(output.status.success() && said.contains("Added") && !said.contains("it is unknown"), "{said}");
    drop(metrics_server);
}

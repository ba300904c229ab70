//! A pod whose probes fail while it is traced.

use super::{
    node::{Namespace, host_processes, traced},
    pods,
    process::Running,
};
use std::{fs, thread, time::Duration};

const SOON: Duration = Duration::from_secs(40);

/// A pod with a probe that fails when the file /tmp/well is gone, but never often enough for a restart.
fn pod(space: &Namespace, name: &str, probe: &str) {
    let probe = format!(
        "      {probe}:
        exec:
          command: [test, -f, /tmp/well]
        periodSeconds: 1
        failureThreshold: 1{}
",
        if probe == "livenessProbe" { "00" } else { "" }
    );
    let script = "touch /tmp/well; while :; do sleep 0.2; done";
    space.apply(&pods::pod(name, "localhost/kubectl-strace/busybox:test", &["sh", "-c", script], &probe));
    space.ready(name);
}

fn fail(space: &Namespace, name: &str) {
    space.kubectl(&["exec", name, "-c", "app", "--", "rm", "/tmp/well"]);
}

#[test]
fn a_failing_probe_ends_the_trace_unless_it_is_to_go_on() {
    let space = Namespace::new("probes");
    pod(&space, "live", "livenessProbe");
    let mut trace = Running::start(space.plugin(&["live"]));
    trace.expect(SOON, &["exited with 0"]);
    assert!(
        trace.err().contains("warning: the liveness probe of container app must be answered within 1 s"),
        "{}",
        trace.err()
    );
    thread::sleep(Duration::from_secs(2));
    assert!(trace.ended().is_none(), "a pod that is well was let go: {}", trace.err());
    fail(&space, "live");
    assert_eq!(trace.wait(SOON).code(), Some(1), "{}", trace.err());
    println!("{}", trace.err());
    for part in
        ["detached from pod live because it is not well: Liveness probe failed", "--keep-going", "lost"]
    {
        assert!(trace.err().contains(part), "no {part} in:\n{}", trace.err());
    }
    let processes = host_processes(&space.container_id("live", "app"));
    assert!(!processes.is_empty() && !traced(&processes));

    // It still fails. Failures from before we came are not our concern, but new ones are reported.
    let mut trace = Running::start(space.plugin(&["live", "--keep-going", "-e", "trace=execve"]));
    trace.expect_err(SOON, &["warning: Liveness probe failed", "--keep-going: the trace goes on"]);
    let lines = trace.out().lines().count();
    space.until("it goes on", SOON, || trace.out().lines().count() > lines + 3);
    trace.signal("INT");
    assert!(trace.wait(SOON).success(), "{}", trace.err());
}

#[test]
fn who_may_not_list_events_sees_the_pod_become_unready() {
    let space = Namespace::new("unready");
    pod(&space, "front", "readinessProbe");
    space.kubectl(&["create", "serviceaccount", "tracer"]);
    let account = format!("--serviceaccount={}:tracer", space.name);
    for (role, verbs, resource) in [
        ("look", "get,list", "pods"),
        ("add", "patch", "pods/ephemeralcontainers"),
        ("run", "get,create", "pods/exec"),
    ] {
        space.kubectl(&[
            "create",
            "role",
            role,
            &format!("--verb={verbs}"),
            &format!("--resource={resource}"),
        ]);
        space.kubectl(&["create", "rolebinding", role, &format!("--role={role}"), &account]);
    }
    let path = space.kubeconfig_of("tracer");
    let mut command = space.plugin(&["front"]);
    command.env("KUBECONFIG", &path);
    let mut trace = Running::start(command);
    trace.expect_err(SOON, &["you may not list events"]);
    trace.expect(SOON, &["exited with 0"]);
    fail(&space, "front");
    assert_eq!(trace.wait(SOON).code(), Some(1), "{}", trace.err());
    assert!(
        trace.err().contains("detached from pod front because it is not well: it is not Ready any more"),
        "{}",
        trace.err()
    );
    fs::remove_file(path).unwrap();
}

#[test]
fn a_flooded_nginx_with_a_liveness_probe_of_one_second_is_not_restarted() {
    let space = Namespace::new("flooded");
    let probe = "livenessProbe:
        httpGet:
          path: /
          port: 8080
        timeoutSeconds: 1
        periodSeconds: 1
        failureThreshold: 1
      readinessProbe:";
    let flood = "args: [-workers, '8', -interval, 0s, http://127.0.0.1:8080/]";
    space.workload("nginx", &[("readinessProbe:", probe), ("args: [http://127.0.0.1:8080/]", flood)]);
    space.ready("nginx");
    thread::sleep(Duration::from_secs(2));
    let file = std::env::temp_dir().join(&space.name);
    let path = file.to_str().unwrap();
    let everything = ["nginx", "-c", "app", "-v", "-s", "200", "-y", "-o", path, "--duration", "20s"];
    let mut trace = Running::start(space.plugin(&everything));
    let status = trace.wait(Duration::from_secs(60));
    println!("{}", trace.err());
    fs::remove_file(file).unwrap();
    // A busy machine may lose some of it, but nothing else may go wrong.
    assert!(status.success() || trace.err().contains(" lost"), "{}", trace.err());
    assert!(!trace.err().contains("not well"), "{}", trace.err());
    let restarts = space.field("nginx", ".status.containerStatuses[?(@.name=='app')].restartCount");
    assert_eq!(restarts, "0");
    space.kubectl(&["wait", "--for=condition=Ready", "--timeout=5s", "pod/nginx"]);
}

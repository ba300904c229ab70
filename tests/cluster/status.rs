//! Several people at one pod, `status`, `detach`, and an agent that leaves when nobody uses it.

use super::{
    node::{Namespace, host_processes, status as process_status, traced},
    pods,
    process::Running,
};
use serde_json::Value;
use std::{
    fs, thread,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(30);

fn counter(space: &Namespace) {
    space.apply(&pods::probe("counter", &["/counter", "--quiet"], ""));
    space.ready("counter");
}

/// Runs the plugin to its end.
fn run(space: &Namespace, args: &[&str]) -> (Option<i32>, String, String) {
    let mut run = Running::start(space.plugin(args));
    let status = run.wait(SOON);
    println!("$ kubectl strace {}\n{}{}", args.join(" "), run.out(), run.err());
    (status.code(), run.out(), run.err())
}

/// The agent's own process on this machine.
fn agent_of(space: &Namespace, pod: &str) -> i32 {
    let id = space.field(pod, ".status.ephemeralContainerStatuses[0].containerID");
    let id = id.rsplit('/').next().unwrap_or_default().to_owned();
    host_processes(&id)
        .into_iter()
        .find(|pid| {
            fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.contains("--agent"))
        })
        .expect("the agent runs")
}

#[test]
fn who_traces_is_said_and_ended() {
    let space = Namespace::new("status");
    counter(&space);
    let (code, out, err) = run(&space, &["status"]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(err.contains("No tracer container runs in namespace"), "{err}");

    let mut first = Running::start(space.plugin(&["counter", "-e", "trace=clock_nanosleep"]));
    first.expect(SOON, &["clock_nanosleep("]);
    let (code, out, _) = run(&space, &["status"]);
    assert_eq!(code, Some(0));
    let line = out.lines().nth(1).unwrap_or_default();
    for part in ["counter", "app", "strace-", "tracing", "kubectl-strace-admin (", "-e trace=clock_nanosleep"]
    {
        assert!(line.contains(part), "no {part} in:\n{out}");
    }
    let (_, out, _) = run(&space, &["status", "-A", "-o", "json"]);
    let all: Value = serde_json::from_str(&out).expect("JSON");
    let ours = all["items"].as_array().unwrap().iter().find(|item| item["namespace"] == space.name.as_str());
    let ours = ours.unwrap_or_else(|| panic!("{out}"));
    assert!(ours["sessions"][0]["events"].as_u64().is_some() && ours["profile"].is_string(), "{out}");

    // A tracee has one tracer: the second user is told who that is, and neither the first user nor the target notices.
    let (code, out, err) = run(&space, &["pod/counter"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("it is already traced for ") && err.contains("kubectl-strace-admin"), "{err}");
    assert!(err.contains("kubectl strace detach pod/counter"), "{err}");
    let lines = first.out().lines().count();
    space.until("the first goes on", SOON, || first.out().lines().count() > lines + 5);

    let (code, _, err) = run(&space, &["detach", "pod/counter"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("has left: ended: ") && err.contains("kubectl-strace-admin"), "{err}");
    let status = first.wait(Duration::from_secs(10));
    assert_eq!(status.code(), Some(1), "{}", first.err());
    assert!(first.err().contains("ended all traces of the pod"), "{}", first.err());
    let processes = host_processes(&space.container_id("counter", "app"));
    assert!(!processes.is_empty() && !traced(&processes));
    let ended = || space.field("counter", ".status.ephemeralContainerStatuses[0].state.terminated.exitCode");
    space.until("the tracer container has ended", SOON, || ended() == "0");
    let (code, _, err) = run(&space, &["detach", "counter"]);
    assert!(code == Some(0) && err.contains("No tracer container runs in pod counter"), "{err}");
}

#[test]
fn two_people_trace_different_processes_of_a_pod() {
    let space = Namespace::new("two");
    space.workload("nginx", &[]);
    space.ready("nginx");
    let mut master = Running::start(space.plugin(&["nginx", "-p", "1"]));
    master.expect_err(SOON, &["1 process"]);
    let processes = space.kubectl(&["exec", "nginx", "-c", "app", "--", "nginx", "-v"]);
    assert!(processes.is_empty());
    // nginx's workers are its children; the id of the first follows soon after its own.
    let pids = host_processes(&space.container_id("nginx", "app"));
    let inside = |pid: &i32| {
        let status = process_status(*pid)?;
        let inner: i32 = status["NSpid"].split_whitespace().last()?.parse().ok()?;
        (status["TracerPid"] == "0" && status["Name"] == "nginx").then_some(inner)
    };
    let worker = pids.iter().find_map(inside).expect("a worker that nobody traces");
    let mut other = Running::start(space.plugin(&["nginx", "-p", &worker.to_string()]));
    other.expect(SOON, &["epoll_wait("]);
    let (_, out, _) = run(&space, &["status", "nginx"]);
    assert_eq!(out.lines().filter(|line| line.contains("kubectl-strace-admin")).count(), 2, "{out}");
    for trace in [&mut other, &mut master] {
        trace.signal("INT");
        assert!(trace.wait(SOON).success(), "{}", trace.err());
    }
    assert_eq!(space.field("nginx", ".spec.ephemeralContainers[*].name").split_whitespace().count(), 1);
}

#[test]
fn an_agent_without_use_takes_nothing_and_leaves() {
    let space = Namespace::new("idle");
    counter(&space);
    let mut trace = Running::start(space.plugin(&["counter"]));
    trace.expect(SOON, &["clock_nanosleep("]);
    trace.signal("INT");
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    thread::sleep(Duration::from_secs(1));
    let (_, out, _) = run(&space, &["status", "counter"]);
    assert!(out.contains("idle") && out.contains("nobody; leaves in 59"), "{out}");
    thread::sleep(Duration::from_secs(1));
    let agent = agent_of(&space, "counter");
    let used = || {
        let stat = fs::read_to_string(format!("/proc/{agent}/stat")).expect("it lives");
        let fields: Vec<String> =
            stat.rsplit_once(") ").expect("a name").1.split(' ').map(str::to_owned).collect();
        (fields[11].clone(), fields[12].clone())
    };
    let before = used();
    thread::sleep(Duration::from_secs(5));
    assert_eq!(used(), before, "utime and stime of an idle agent grow");
    println!("an idle agent has {} of memory", process_status(agent).expect("it lives")["VmRSS"]);

    // The next run says how long the agent should stay.
    let mut trace = Running::start(space.plugin(&["counter", "--idle", "2s"]));
    trace.expect(SOON, &["clock_nanosleep("]);
    trace.signal("INT");
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    let begun = Instant::now();
    let ended = || space.field("counter", ".status.ephemeralContainerStatuses[0].state.terminated.exitCode");
    space.until("the agent has left", SOON, || ended() == "0");
    println!("left after {:?}", begun.elapsed());
    // A new agent comes when it is needed again.
    let mut trace = Running::start(space.plugin(&["counter"]));
    trace.expect(SOON, &["clock_nanosleep("]);
    trace.signal("INT");
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    assert_eq!(space.field("counter", ".spec.ephemeralContainers[*].name").split_whitespace().count(), 2);
}

#[test]
fn a_pod_of_a_commands_name_is_reached_by_its_type() {
    let space = Namespace::new("named");
    space.apply(&pods::probe("status", &["/counter", "--quiet"], ""));
    space.ready("status");
    let mut trace = Running::start(space.plugin(&["pod/status"]));
    trace.expect(SOON, &["clock_nanosleep("]);
    trace.signal("INT");
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    let (code, out, _) = run(&space, &["status", "status"]);
    assert!(code == Some(0) && out.contains("idle"), "{out}");
}

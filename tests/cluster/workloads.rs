//! Real programs keep serving while they are traced and afterwards, and nothing of ours reaches them.

use super::{
    node::{Namespace, host_processes, traced},
    pods,
    process::Running,
};
use serde_json::Value;
use std::{thread, time::Duration};

const SOON: Duration = Duration::from_secs(30);

/// The newest line that a container logged, as JSON.
fn newest(space: &Namespace, pod: &str, container: &str) -> Value {
    let lines = space.kubectl(&["logs", pod, "-c", container, "--tail=200"]);
    let line = lines.lines().rev().find(|line| line.starts_with('{')).unwrap_or("{}");
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))
}

/// Traces a pod that a client keeps busy, and compares what the client saw with what it should see.
fn serves(name: &str, expected: &[&[&str]]) {
    let space = Namespace::new(name);
    space.workload(name, &[]);
    space.ready(name);
    let asked = |space: &Namespace| newest(space, name, "client")["total_ok"].as_u64().unwrap_or(0);
    space.until("the client is served", SOON, || asked(&space) > 10);
    let before = newest(&space, name, "client");

    let mut trace = Running::start(space.plugin(&[name]));
    for texts in expected {
        trace.expect(SOON, texts);
    }
    let during = asked(&space);
    space.until("it serves while it is traced", SOON, || asked(&space) > during + 5);
    trace.signal("INT");
    assert!(trace.wait(Duration::from_secs(10)).success(), "{}", trace.err());

    let processes = host_processes(&space.container_id(name, "app"));
    assert!(!processes.is_empty());
    space.until("nothing is traced any more", Duration::from_secs(2), || !traced(&processes));
    let after = asked(&space);
    space.until("it serves afterwards", SOON, || asked(&space) > after + 10);
    let end = newest(&space, name, "client");
    assert_eq!(end["total_failed"], before["total_failed"], "a request failed: {end}");
    println!("{name}: {}", trace.err().lines().last().unwrap_or_default());
}

#[test]
fn nginx_master_and_workers() {
    // The worker serves. The master makes calls only after a signal, so it must have been attached.
    serves("nginx", &[&["epoll_wait("], &["index.html"], &["writev("], &["rt_sigsuspend("]]);
}

#[test]
fn python_threads() {
    serves("python", &[&["recvfrom("], &["accept4("]]);
}

#[test]
fn go_server() {
    serves("api", &[&["futex("], &["epoll_pwait("], &["write("], &["openat("]]);
}

#[test]
fn java_server() {
    serves("java", &[&["futex("], &["read("]]);
}

#[test]
fn busybox_shell() {
    let space = Namespace::new("busybox");
    space.workload("busybox", &[]);
    space.ready("busybox");
    let mut trace = Running::start(space.plugin(&["busybox", "-e", "trace=process,write"]));
    // The children of the loop are followed.
    trace.expect(SOON, &["execve("]);
    trace.expect(SOON, &["+++ exited with 0 +++"]);
    trace.expect(SOON, &["--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED"]);
    trace.signal("INT");
    assert!(trace.wait(Duration::from_secs(10)).success(), "{}", trace.err());
}

/// PID 1 is an init that many images have. It and its children are traced, and it reaps none of our processes.
#[test]
fn behind_tini() {
    let space = Namespace::new("tini");
    space.workload(
        "busybox",
        &[("      image:", "      command: [/bin/tini-static, -w, --, /loop.sh]\n      image:")],
    );
    space.ready("busybox");
    let mut trace = Running::start(space.plugin(&["busybox", "-Y", "-e", "trace=process,rt_sigtimedwait"]));
    trace.expect(SOON, &["<tini-static>] rt_sigtimedwait("]);
    trace.expect(SOON, &["<loop.sh>] ", "+++ exited with 0 +++"]);
    trace.signal("INT");
    assert!(trace.wait(Duration::from_secs(10)).success(), "{}", trace.err());
    // It reports each process that it reaps.
    let said = space.kubectl(&["logs", "busybox"]);
    assert!(!said.contains("Reaped zombie"), "{said}");
    assert!(!trace.out().contains("<tracer>"), "{}", trace.out());
}

/// What the counting PID 1 may notice of us: nothing, except one EINTR of `epoll_wait` per attach (signal(7)).
#[test]
fn a_counting_init_sees_nothing_of_us_but_the_one_eintr_of_attaching() {
    let space = Namespace::new("counter");
    space.apply(&pods::probe("counter", &["/counter", "--quiet"], ""));
    space.ready("counter");
    space.until("it counts", SOON, || newest(&space, "counter", "app")["seq"].as_u64() > Some(100));
    let rounds = 3;
    for _ in 0..rounds {
        let mut trace = Running::start(space.plugin(&["counter"]));
        trace.expect(SOON, &["clock_nanosleep("]);
        thread::sleep(Duration::from_secs(1));
        trace.signal("INT");
        assert!(trace.wait(Duration::from_secs(10)).success(), "{}", trace.err());
    }
    let from = newest(&space, "counter", "app")["seq"].as_u64();
    space.until("a later count", SOON, || {
        newest(&space, "counter", "app")["seq"].as_u64() > from.map(|seq| seq + 150)
    });
    let count = newest(&space, "counter", "app");
    for field in ["sigchld", "other_signals", "reaped", "reaped_unknown", "odd_returns"] {
        assert_eq!(count[field], 0, "{field} in {count}");
    }
    assert_eq!(count["children"], 0, "a process of ours became its child: {count}");
    for (call, eintr) in count["eintr"].as_object().unwrap() {
        // Of the calls that it blocks in, only epoll_wait is not restarted by the kernel.
        let most = if call == "epoll_wait" { rounds } else { 0 };
        assert!(eintr.as_u64() <= Some(most), "{call} in {count}");
    }
    println!("{count}");
}

//! `--in-place`: the image's own strace, with nothing added to the pod.

use super::{
    node::{Namespace, host_processes, traced},
    pods::{pod, probe},
    process::Running,
};
use std::{fs, time::Duration};

const SOON: Duration = Duration::from_secs(40);
const STRACE: &str = "localhost/kubectl-strace/strace:test";
const BUSYBOX: &str = "localhost/kubectl-strace/busybox:test";
const WORK: &[&str] = &["sh", "-c", "while :; do ls /app >/dev/null 2>&1; sleep 0.2; done"];

fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "'{part}' is missing in:\n{text}");
    }
}

fn interrupt(trace: &mut Running) -> String {
    trace.signal("INT");
    let status = trace.wait(Duration::from_secs(20));
    assert!(status.success(), "{status}: {}", trace.err());
    trace.err()
}

/// The processes of a container, except those that its own loop starts.
fn strangers(space: &Namespace, name: &str) -> Vec<String> {
    let all = host_processes(&space.container_id(name, "app")).into_iter();
    let lines = all.filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/cmdline")).ok());
    lines.filter(|line| line.contains("strace") || line.contains("kubectl-strace")).collect()
}

#[test]
fn the_images_own_strace_traces_and_leaves_nothing() {
    let space = Namespace::new("inplace");
    space.apply(&pod("api", STRACE, WORK, ""));
    space.ready("api");
    let mut trace = Running::start(space.plugin(&["api", "--in-place", "-tt", "-e", "trace=%file"]));
    trace.expect(SOON, &["\"/app\"", "ENOENT (No such file or directory)"]);
    let processes = host_processes(&space.container_id("api", "app"));
    assert!(traced(&processes));
    let said = interrupt(&mut trace);
    println!("{said}");
    says(&said, &["with its own strace; nothing was added", "stopped, detached"]);
    assert!(!trace.out().contains("strace: "), "{}", trace.out());
    assert!(!traced(&host_processes(&space.container_id("api", "app"))));
    space.until("nothing of it is left", SOON, || strangers(&space, "api").is_empty());
    assert_eq!(space.field("api", ".spec.ephemeralContainers"), "");

    // Files are written on this machine, one per thread.
    let directory = std::env::temp_dir().join(&space.name);
    let out = directory.to_str().expect("UTF-8");
    let mut trace =
        Running::start(space.plugin(&["api", "--in-place", "--ff", "--out", out, "--duration", "4s"]));
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    let first = fs::read_to_string(directory.join("api.app.1")).unwrap_or_default();
    let files = fs::read_dir(&directory).map(Iterator::count).unwrap_or_default();
    let _ = fs::remove_dir_all(&directory);
    assert!(files > 2, "{files} files: {}", trace.err());
    // With times, which strace-log-merge needs, and without a pid in front.
    assert!(first.lines().all(|line| line.split('.').next().is_some_and(|s| s.len() == 10)), "{first}");
    says(&first, &["wait4("]);

    // What it can do is done, and what it cannot is refused by name.
    let mut trace = Running::start(space.plugin(&["api", "--in-place", "--max-bytes", "300", "-qq"]));
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    says(&trace.err(), &["stopped, detached"]);
    assert!((300..2000).contains(&trace.out().len()), "{}", trace.out());
    let mut trace = Running::start(space.plugin(&["api", "--in-place", "--redact"]));
    assert_eq!(trace.wait(SOON).code(), Some(2));
    says(&trace.err(), &["--redact cannot be used with --in-place", "every secret would be shown"]);
    assert!(trace.out().is_empty(), "{}", trace.out());

    // strace's own message, for an argument that the plugin passes on unchecked.
    let mut trace = Running::start(space.plugin(&["api", "--in-place", "-e", "no-such-call"]));
    assert_eq!(trace.wait(SOON).code(), Some(1));
    says(&trace.err(), &["invalid system call 'no-such-call'", "strace ended with status 1"]);
}

#[test]
fn behind_a_client_that_is_gone_or_stands_still_nothing_is_frozen() {
    let space = Namespace::new("guard");
    space.apply(&pod("api", STRACE, WORK, ""));
    space.ready("api");
    for signal in ["KILL", "STOP"] {
        let trace = Running::start(space.plugin(&["api", "--in-place"]));
        trace.expect(SOON, &["wait4("]);
        let processes = host_processes(&space.container_id("api", "app"));
        assert!(traced(&processes));
        trace.signal(signal);
        space.until("it is free", Duration::from_secs(14), || {
            !traced(&host_processes(&space.container_id("api", "app")))
        });
        space.until("nothing of it is left", SOON, || strangers(&space, "api").is_empty());
        if signal == "STOP" {
            trace.signal("CONT");
        }
    }
    let seen = |space: &Namespace| space.kubectl(&["exec", "api", "-c", "app", "--", "cat", "/proc/1/stat"]);
    let before = seen(&space);
    std::thread::sleep(Duration::from_secs(2));
    assert_ne!(seen(&space), before, "it stands still");
}

#[test]
fn what_is_missing_is_told_apart() {
    let space = Namespace::new("without");
    space.apply(&pod("bare", BUSYBOX, WORK, ""));
    space.apply(&probe("empty", &["/counter", "--quiet"], ""));
    // The container's first process has another user than an exec.
    let script = "echo u:x:1234:1234::/:/bin/sh >/etc/passwd; exec su u -c 'while :; do sleep 1; done'";
    let command = ["sh", "-c", script];
    space.apply(&pod("other", STRACE, &command, ""));
    let granted = "      securityContext: {capabilities: {add: [SYS_PTRACE]}}\n";
    space.apply(&pod("granted", STRACE, &command, granted));
    for name in ["bare", "empty", "other", "granted"] {
        space.ready(name);
    }
    for (name, expected) in [
        ("bare", &["the image of container app has no strace", "leave --in-place out"][..]),
        (
            "empty",
            &[
                "no strace could be run in container app",
                "needs a shell in the image",
                "leave --in-place out",
            ],
        ),
        ("other", &["the kernel lets strace trace nothing", "Operation not permitted", "add: [SYS_PTRACE]"]),
    ] {
        let mut trace = Running::start(space.plugin(&[name, "--in-place", "-p", "1"]));
        assert_eq!(trace.wait(SOON).code(), Some(1), "{name}: {}", trace.err());
        println!("{}\n", trace.err());
        says(&trace.err(), expected);
        assert_eq!(space.field(name, ".spec.ephemeralContainers"), "");
    }
    let mut trace = Running::start(space.plugin(&["granted", "--in-place"]));
    trace.expect(SOON, &["wait4("]);
    interrupt(&mut trace);
    assert_eq!(space.field("granted", ".spec.ephemeralContainers"), "");
}

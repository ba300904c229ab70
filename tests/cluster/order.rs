//! What a trace shows in which order, and what is said where it shows nothing.

use super::{
    node::Namespace,
    pods::{pod, probe},
    process::Running,
};
use serde_json::Value;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);

/// A process with six threads, one of which executes the same again every second.
const EXECUTES: &str = "import os, sys, threading, time
for _ in range(4): threading.Thread(target=time.sleep, args=(99,)).start()
def execute():
    time.sleep(1)
    os.execv(sys.executable, [sys.executable, '-c', os.environ['PROGRAM']])
threading.Thread(target=execute).start()
time.sleep(99)";

/// How many threads end with each of its executions, besides the leader.
const OTHERS: usize = 4;

fn executes(space: &Namespace) {
    let program = EXECUTES.replace('\n', "\\n");
    let environment = format!("      env: [{{name: PROGRAM, value: \"{program}\"}}]\n");
    // Kubernetes puts it there (kubectl explain pod.spec.containers.command).
    let command = ["/usr/bin/python3", "-c", "$(PROGRAM)"];
    space.apply(&pod("executes", "localhost/kubectl-strace/python:test", &command, &environment));
    space.ready("executes");
}

#[test]
fn pid_1_lives_through_an_execve_of_another_of_its_threads() {
    let space = Namespace::new("execve");
    executes(&space);
    let calls = ["-e", "trace=execve,exit_group", "-ttt", "--duration", "6s"];
    for threads in ["2", "4"] {
        let options = [&["executes", "--tracer-threads", threads], &calls[..]].concat();
        let mut trace = Running::start(space.plugin(&options));
        assert!(trace.wait(SOON).success(), "{}", trace.err());
        let text = trace.out();
        let (mut ended, mut executed) = (0, 0);
        for line in text.lines() {
            if line.contains("+++ exited") {
                assert!(!line.starts_with("[pid     1]"), "{line}: PID 1 lives\n{text}");
                ended += 1;
            } else if line.contains("+++ superseded by execve in pid ") {
                // With no other thread left, a line has no prefix.
                assert!(!line.starts_with("[pid") || line.starts_with("[pid     1]"), "{line}\n{text}");
                assert_eq!(ended, OTHERS, "the others end before: {line}\n{text}");
                (ended, executed) = (0, executed + 1);
            }
        }
        assert!(executed >= 2, "{text}");
    }
}

#[test]
fn an_execve_of_another_thread_is_the_same_in_json() {
    let space = Namespace::new("execve-json");
    executes(&space);
    let options = ["executes", "--format", "json", "--tracer-threads", "2", "--duration", "6s"];
    let mut trace =
        Running::start(space.plugin(&[&options, &["-e", "trace=execve,exit_group"][..]].concat()));
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    let (mut ended, mut executed) = (0, 0);
    for line in trace.out().lines() {
        let event: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(event["pid"], 1, "{line}");
        match event["event"].as_str().expect("text") {
            "exited" => {
                assert_ne!(event["tid"], 1, "{line}: PID 1 lives");
                ended += 1;
            }
            "superseded" => {
                assert_eq!((event["tid"].as_i64(), ended), (Some(1), OTHERS), "{line}");
                (ended, executed) = (0, executed + 1);
            }
            _ => {}
        }
    }
    assert!(executed >= 2, "{}", trace.out());
}

#[test]
fn where_nothing_is_shown_it_is_said_why() {
    let space = Namespace::new("silence");
    space.apply(&probe("blocked", &["/blocked", "read"], ""));
    space.ready("blocked");
    let said = |options: &[&str]| {
        let mut trace = Running::start(space.plugin(options));
        assert!(trace.wait(SOON).success(), "{}", trace.err());
        trace.err()
    };
    let blocked = said(&["blocked", "-e", "trace=openat", "--duration", "8s"]);
    assert!(blocked.contains("attached to "), "{blocked}");
    assert!(blocked.contains("(blocked) waits in "), "{blocked}");
    assert!(blocked.contains(" <unfinished ...>"), "{blocked}");
    let counted = said(&["blocked", "--summary-only", "--duration", "3s"]);
    assert!(counted.contains("returned while it was traced"), "{counted}");
    assert!(counted.contains("(blocked) waits in "), "{counted}");
}

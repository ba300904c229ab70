//! strace's options that involve more than one line: counts, data, paths, tampering.

use super::{node::Namespace, pods::pod, process::Running};
use regex::Regex;
use std::{fs, process::Command, time::Duration};

const SOON: Duration = Duration::from_secs(40);
const BUSYBOX: &str = "localhost/kubectl-strace/busybox:test";
/// A shell that looks for a missing file and reads an existing one, the second time through a link.
const FILES: &str =
    "ln -s /etc/hosts /link; while :; do cat /nothing /etc/hosts /link >/dev/null 2>&1; usleep 100000; done";

fn shell(test: &str) -> Namespace {
    let space = Namespace::new(test);
    space.apply(&pod("shell", BUSYBOX, &["sh", "-c", FILES], ""));
    space.ready("shell");
    space
}

/// Traces for two seconds. Returns the output and the messages.
fn trace(space: &Namespace, options: &[&str]) -> (String, String) {
    let mut trace = Running::start(space.plugin(&[&["shell", "--duration", "2s"], options].concat()));
    assert!(trace.wait(SOON).success(), "{options:?}: {}", trace.err());
    (trace.out(), trace.err())
}

/// The number of calls in one line of a table of counts.
pub fn counted(table: &str, call: &str) -> u64 {
    let line = table.lines().find(|line| line.split_whitespace().last() == Some(call));
    let line = line.unwrap_or_else(|| panic!("no {call} in:\n{table}"));
    // % time, seconds, usecs/call, calls
    line.split_whitespace().nth(3).and_then(|calls| calls.parse().ok()).unwrap_or_else(|| panic!("{line}"))
}

#[test]
fn only_counts() {
    let space = shell("onlycounts");
    let (out, err) = trace(&space, &["--summary-only", "-S", "calls", "-w"]);
    assert!(out.starts_with("% time     seconds  usecs/call     calls    errors syscall\n"), "{out}");
    assert!(!out.contains("openat(") && out.trim_end().ends_with(" total"), "{out}");
    let (opened, failed) = (counted(&out, "openat"), Regex::new(r"(?m) +(\d+) openat$").unwrap());
    assert!(opened > 10 && failed.is_match(&out), "{out}");
    assert!(err.contains(" 0 lost"), "{err}");
    // A target that ends with its PID 1 has a table too.
    space.apply(&pod("ends", BUSYBOX, &["sh", "-c", "sleep 5; cat /etc/hosts; exit 3"], ""));
    space.ready("ends");
    let mut ends = Running::start(space.plugin(&["ends", "--summary-only", "--place", "agent"]));
    ends.wait(SOON);
    assert!(counted(&ends.out(), "openat") > 0, "{}{}", ends.out(), ends.err());
}

#[test]
fn data_goes_through_jq() {
    let space = shell("json");
    let (out, _) = trace(&space, &["--format", "json", "-y", "-e", "trace=%file"]);
    let schema = fs::read_to_string(super::root().join("docs/events.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for line in out.lines() {
        let event = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        schema.validate(&event).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    let path = std::env::temp_dir().join(&space.name);
    fs::write(&path, &out).unwrap();
    let filter = r#"select(.event == "call" and .error.name == "ENOENT")
        | [.pod, .container, .call, (.args[] | select(.name == "pathname") | .value), (.pid > 1), .comm] | @tsv"#;
    let jq = Command::new("jq").args(["-r", filter]).arg(&path).output().expect("jq is there");
    fs::remove_file(&path).unwrap();
    let text = String::from_utf8_lossy(&jq.stdout);
    // busybox executes itself for each of its programs: `/proc/self/exe`.
    assert!(jq.status.success(), "{}", String::from_utf8_lossy(&jq.stderr));
    assert!(text.lines().any(|line| line == "shell\tapp\topenat\t/nothing\ttrue\texe"), "{text}");
    let (counts, _) = trace(&space, &["--format", "json", "--summary-only"]);
    let counts: serde_json::Value = serde_json::from_str(counts.lines().last().unwrap()).unwrap();
    schema.validate(&counts).unwrap();
    assert_eq!((counts["event"].as_str(), counts["pod"].as_str()), (Some("summary"), Some("shell")));
}

#[test]
fn paths_are_the_targets() {
    let space = shell("paths");
    let about = Regex::new(r#""/etc/hosts"|\(3[,)]|\(1, 3, "#).unwrap();
    for place in ["agent", "target"] {
        let (out, _) = trace(&space, &["-P", "/etc/hosts", "--place", place, "-e", "signal=none", "-qq"]);
        let calls: Vec<_> = out.lines().filter(|line| line.contains('(')).collect();
        assert!(calls.len() > 10, "{place}: {out}");
        calls.iter().for_each(|line| assert!(about.is_match(line), "{place}: {line}"));
        // A link of the target resolves inside the target.
        let (out, err) = trace(&space, &["-P", "/link", "--place", place, "-e", "trace=openat"]);
        assert!(err.contains("Requested path \"/link\" resolved into \"/etc/hosts\""), "{place}: {err}");
        for path in ["/link", "/etc/hosts"] {
            assert!(out.contains(&format!("openat(AT_FDCWD, \"{path}\"")), "{place}: {out}");
        }
    }
}

#[test]
fn tampering_is_asked_for_twice() {
    let space = shell("tamper");
    let mut refused = Running::start(space.plugin(&["shell", "-e", "inject=openat:error=EIO"]));
    assert_eq!(refused.wait(SOON).code(), Some(2));
    assert!(refused.err().contains("--allow-tampering"), "{}", refused.err());
    let inject = ["-e", "inject=openat:error=EIO", "--allow-tampering", "-P", "/etc/hosts"];
    let (out, _) = trace(&space, &inject);
    assert!(out.contains("\"/etc/hosts\", O_RDONLY) = -1 EIO (Input/output error) (INJECTED)"), "{out}");
    // Nothing of it remains.
    let (out, _) = trace(&space, &["-P", "/etc/hosts"]);
    assert!(out.contains("\"/etc/hosts\", O_RDONLY) = 3") && !out.contains("EIO"), "{out}");
}

#[test]
fn the_rest_of_the_letters() {
    let space = shell("letters");
    let path = std::env::temp_dir().join(&space.name);
    let file = path.to_str().unwrap();
    let line = Regex::new(r#"^\d+ +\d+\.\d{6} \[[0-9a-f]{16}\] openat\(.*<\d+\.\d{9}>$"#).unwrap();
    for times in [1, 2] {
        trace(&space, &["-A", "-o", file, "-i", "-ttt", "--syscall-times=ns", "-e", "trace=openat"]);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.lines().any(|text| line.is_match(text)), "{text}");
        assert!(text.matches("\"/nothing\"").count() >= 10 * times, "{text}");
    }
    fs::remove_file(&path).unwrap();
    let (out, _) =
        trace(&space, &["--status=failed", "--trace=openat", "--always-show-pid", "--strings-in-hex"]);
    let line = Regex::new(r#"^\d+ +openat\(AT_FDCWD, "(\\x[0-9a-f]{2})+", .* = -1 E"#).unwrap();
    let calls: Vec<_> = out.lines().filter(|line| line.contains("openat(")).collect();
    assert!(!calls.is_empty());
    calls.iter().for_each(|call| assert!(line.is_match(call), "{call}"));
    let (out, err) = trace(&space, &["--syscall-limit", "5", "-e", "trace=openat"]);
    assert_eq!(out.matches("openat(").count(), 5, "{out}{err}");
    let (_, err) = trace(&space, &["--engine-stats", "--tracer-threads", "3", "-e", "trace=openat"]);
    assert!(err.contains("shard 0: ") && err.contains(" stops, "), "{err}");
}

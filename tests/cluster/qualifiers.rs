//! strace's other options and qualifiers, in the pod.

use super::{node::Namespace, pods::pod, process::Running};
use regex::Regex;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(40);

/// A shell that looks for a missing file, reads an existing one, and connects to an address where nobody listens.
const ALL_KINDS: &str =
    "while :; do cat /nothing /etc/hosts >/dev/null 2>&1; nc 127.0.0.1 9 </dev/null; usleep 200000; done";

/// The lines of completed calls in a trace of two seconds.
fn calls(space: &Namespace, options: &[&str]) -> Vec<String> {
    let mut trace = Running::start(space.plugin(&[&["shell", "--duration", "2s"], options].concat()));
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    let out = trace.out();
    let calls = out.lines().filter(|line| line.contains(" = ") && !line.contains("resumed"));
    calls.map(str::to_owned).collect()
}

#[test]
fn letters_and_qualifiers_are_straces() {
    let space = Namespace::new("qualifiers");
    space.apply(&pod("shell", "localhost/kubectl-strace/busybox:test", &["sh", "-c", ALL_KINDS], ""));
    space.ready("shell");
    let all = |options: &[&str], pattern: &str| {
        let (lines, pattern) = (calls(&space, options), Regex::new(pattern).expect("it is one"));
        assert!(!lines.is_empty(), "{options:?}: nothing");
        lines.iter().for_each(|line| assert!(pattern.is_match(line), "{options:?}: {line}"));
    };
    let some = |options: &[&str], pattern: &str| {
        let (lines, pattern) = (calls(&space, options), Regex::new(pattern).expect("it is one"));
        assert!(lines.iter().any(|line| pattern.is_match(line)), "{options:?}: {lines:#?}");
    };
    all(&["-Z", "-e", "trace=%file,connect"], r" = -1 E[A-Z]+ \(");
    all(&["-z", "-e", "trace=%file,connect"], r" = \d+");
    all(&["-e", "trace=/^(openat|close)$", "-e", "status=successful"], r"(openat|close)\(.* = \d+$");
    some(&["-yy", "-e", "trace=connect,setsockopt"], r"\(3<TCP:\[\d+\]>, ");
    some(&["-X", "raw", "-e", "trace=openat"], r#"openat\(-100, "/etc/hosts", 0"#);
    some(&["-xx", "-e", "trace=openat"], r#""\\x2f\\x65\\x74\\x63"#);
    some(&["-N", "-e", "trace=openat"], r#"openat\(dirfd=AT_FDCWD, pathname="/etc/hosts""#);
    some(&["--syscall-number", "-a", "60", "-e", "trace=openat"], r"\[ *\d+\] openat\(");
    all(&["-e", "fd=3", "-e", "trace=close,connect"], r"(close|connect)\(3");
    let mut trace =
        Running::start(space.plugin(&["shell", "--duration", "2s", "-e", "signal=none", "-e", "quiet=exit"]));
    assert!(trace.wait(SOON).success());
    assert!(!trace.out().contains("--- SIG") && !trace.out().contains("+++ exited"), "{}", trace.out());
    // Errors are reported before anything is sent.
    let mut wrong = Running::start(space.plugin(&["shell", "-e", "status=failing"]));
    assert_eq!(wrong.wait(SOON).code(), Some(2));
    assert!(wrong.err().contains("invalid status 'failing'"), "{}", wrong.err());
}

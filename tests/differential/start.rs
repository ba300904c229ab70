//! How a command is started, as whom, and what ends when somebody ends its tracer.

use super::{
    Set, all_well, compared, known,
    normal::{self, Shape},
    run::{Bench, Output, Tracer},
    same,
};
use regex::Regex;

/// The tracer's relation to the command: what the command sees of it, and how it ends.
#[test]
fn same_family() {
    let bench = Bench::new("family");
    for options in [
        &[][..],
        &["-D"],
        &["-DD"],
        &["-D", "-D", "-D"],
        &["--daemonize"],
        &["--daemonize=pgroup"],
        &["--daemonize=session"],
        &["-D", "-f"],
        &["-D", "-I2"],
    ] {
        let options = [options, &["-e", "trace=exit_group,wait4"]].concat();
        let [theirs, ours] =
            [Tracer::Strace, Tracer::Ours].map(|tracer| bench.family(tracer, "family", &options));
        assert!(theirs.0.contains("children 0") && theirs.2 == Some(7), "{theirs:?}");
        assert_eq!(theirs.0, ours.0, "what the command sees with {options:?}");
        assert_eq!(theirs.2, ours.2, "how it ends with {options:?}");
        let [theirs, ours] =
            [theirs.1, ours.1].map(|text| normal::normalise(&[text], Shape::Lines, bench.fixed));
        assert_eq!(theirs, ours, "the trace with {options:?}");
    }
}

/// What a signal to the tracer does to it and to the command.
#[test]
fn same_ends() {
    let bench = Bench::new("ends");
    let cases: &[(&[&str], &[&str])] = &[
        (&[], &["INT", "TERM", "HUP", "QUIT", "KILL", "PIPE"]),
        (&["-o", "out"], &["INT", "TERM", "HUP", "PIPE"]),
        (&["-I1"], &["INT", "TERM", "PIPE"]),
        (&["--interruptible=waiting"], &["TERM"]),
        (&["-I3"], &["INT", "TERM", "QUIT"]),
        (&["-I", "never_tstp"], &["INT", "TSTP"]),
        (&["-o", "out", "-I2"], &["INT", "TERM"]),
        (&["-p"], &["INT", "TERM", "HUP", "KILL", "PIPE"]),
        (&["-I3", "-p"], &["INT", "TERM"]),
        (&["--kill-on-exit"], &["TERM", "KILL"]),
        (&["--kill-on-exit", "-I1"], &["TERM"]),
        (&["--seccomp-bpf", "-f", "-e", "trace=getppid"], &["TERM", "KILL"]),
        (&["--seccomp-bpf", "-f"], &["KILL"]),
    ];
    for (options, signals) in cases {
        for signal in *signals {
            let [theirs, ours] =
                [Tracer::Strace, Tracer::Ours].map(|tracer| bench.end(tracer, "waiting", options, signal));
            assert_eq!(theirs, ours, "strace and ours {options:?}, with SIG{signal}");
        }
    }
}

/// A command together with a process that is already running: which is traced first, which is named, and how it all ends.
#[test]
fn same_beside_another() {
    let bench = Bench::new("beside");
    let calls = "trace=exit_group,getppid,wait4,execve";
    for program in ["exit_code", "killed"] {
        for options in [
            &["-e", calls][..],
            &["-f", "-e", calls],
            &["-q", "-e", calls],
            &["-o", "/dev/stderr", "-e", calls],
            &["-c", "-S", "name", "-U", "calls,name", "-e", calls],
        ] {
            let said = || {
                [Tracer::Strace, Tracer::Ours].map(|tracer| {
                    let (text, status) = bench.beside(tracer, program, options, false);
                    (normal::normalise(&[text], Shape::ByThread, bench.fixed), status)
                })
            };
            // Where in a line the tracer reports that it has attached depends on the scheduler.
            let mut tries: Vec<[_; 2]> = Vec::new();
            let same = |tries: &[[_; 2]]| {
                tries.iter().any(|[theirs, _]| tries.iter().any(|[_, ours]| theirs == ours))
            };
            while !same(&tries) {
                assert!(tries.len() < 6, "{program} with {options:?}: {tries:?}");
                tries.push(said());
            }
            assert!(tries.iter().all(|[theirs, _]| theirs.0.len() > 3), "strace said {tries:?}");
        }
    }
    let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
        let (text, status) = bench.beside(tracer, "exit_code", &["-e", calls], true);
        (normal::normalise(&[text], Shape::Lines, bench.fixed), status)
    });
    assert_eq!(theirs, ours, "interrupted when the command has ended");
}

/// Nobody reads the tracer's output any more.
#[test]
fn same_ends_unread() {
    let bench = Bench::new("unread");
    for options in [&[][..], &["-I1"], &["-f"]] {
        let [theirs, ours] =
            [Tracer::Strace, Tracer::Ours].map(|tracer| bench.unread(tracer, "fork", options));
        assert_eq!(theirs, (None, Some(13)), "strace {options:?}");
        assert_eq!(theirs, ours, "strace and ours {options:?}");
    }
}

/// Children of a tracee that nobody follows: the kernel makes them ours all the same, or tells us of their end.
#[test]
fn same_words_of_strangers() {
    let bench = Bench::new("strangers");
    let numbers = Regex::new(r"\b[0-9]{3,}\b").unwrap();
    let program = bench.binary("stepchild").display().to_string();
    for whose in [&["parent"][..], &["parent", "killed"], &["traced"], &["traced", "killed"], &["both"]] {
        for options in [
            &["-e", "trace=none"][..],
            &["-o", "/dev/null"],
            &["-q", "-e", "trace=none"],
            &["-e", "quiet=exit", "-e", "trace=none"],
            &["-qq", "-e", "trace=none", "-e", "signal=none"],
            &["-f", "-o", "/dev/null"],
        ] {
            let line = [options, &[&program], whose].concat();
            let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
                let (text, code) = bench.say(tracer, &line);
                let said = text.lines().map(super::options::own_name);
                let mut said: Vec<_> =
                    said.map(|line| numbers.replace_all(&line, "#").into_owned()).collect();
                // The scheduler chooses who is first.
                said.sort();
                (said, code)
            });
            assert_eq!(theirs, ours, "{line:?}");
        }
    }
}

/// Processes that may not be traced: one that somebody traces already, one that is not there, the tracer itself.
#[test]
fn same_refusals() {
    let bench = Bench::new("refusals");
    let numbers = Regex::new(r"\b[0-9]+\b").unwrap();
    let traced = "sleep 60 & s=$!; ORACLE -o /dev/null -p $s 2>/dev/null & \
                  while grep -q 'TracerPid:.0$' /proc/$s/status; do sleep 0.01; done; \
                  TRACER OPTIONS -p $s; code=$?; kill $s; exit $code";
    for (script, options) in [
        (traced, ""),
        // Of several, those that are not there come first in ours.
        (traced, "-f -p 999999999"),
        (traced, "-p 999999999 -c"),
        ("exec TRACER OPTIONS", "-p 999999999 -p 999999998"),
        ("exec TRACER OPTIONS", "-p 999999999 -e trace=none false"),
        ("exec TRACER OPTIONS", "-p $$"),
        ("exec TRACER OPTIONS", "-p 999999999,$$,x nosuch"),
    ] {
        let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
            let (text, code) = bench.shell(tracer, &script.replace("OPTIONS", options));
            // The reasons behind it are ours.
            let said = text.lines().filter(|line| !line.starts_with('(')).map(super::options::own_name);
            let numbered = |line: String| numbers.replace_all(&line, "#").into_owned();
            (said.map(numbered).collect::<Vec<_>>(), code)
        });
        assert!(!theirs.0.is_empty(), "strace said nothing: {options}");
        assert_eq!(theirs, ours, "{options}");
    }
}

/// Another user, another name, and an end after a number of calls or at an execve.
#[test]
fn same_beginnings_and_limits() {
    let bench = Bench::new("limits");
    let mut wrong = Vec::new();
    for options in [
        &["--argv0=another"][..],
        &["--argv0", "", "-v"],
        &["--syscall-limit=1"],
        &["--syscall-limit=7"],
        &["--syscall-limit=2", "-e", "trace=getppid,write"],
        &["--syscall-limit=1", "-Z"],
        &["--syscall-limit=3", "-qq"],
        &["--syscall-limit=100000"],
        &["-b", "execve"],
    ] {
        for output in [Output::File, Output::Stderr] {
            wrong.extend(same(&bench, "exit_code", options, output));
        }
    }
    for program in ["execve", "fork", "vfork"] {
        for options in [
            &["-f", "-b", "execve"][..],
            &["-f", "--detach-on=execve", "-e", "trace=%process"],
            &["-f", "-b", "execve", "-e", "trace=execve", "-e", "status=detached,failed"],
            &["-f", "-b", "execve", "-e", "status=!detached"],
        ] {
            let set = Set { name: "detach", options, output: Output::File, shape: Shape::ByThread };
            // Whether another process's line comes between an execve and the end of its trace is the scheduler's choice.
            let once = || {
                let (_, mut found) = compared(&bench, program, &set);
                found.retain(|difference| known::why(program, difference).is_none());
                found
            };
            let mut found = once();
            for _ in 0..3 {
                if !found.is_empty() {
                    found = once();
                }
            }
            wrong.extend(found.into_iter().map(|difference| (format!("{program} {options:?}"), difference)));
        }
    }
    all_well(wrong);
    // What is let go has no status of ours.
    for command in ["exec sh -c 'exit 5'", "exec sh -c 'kill -9 $$'", "(exec true); exit 5", "exec /nosuch"] {
        for options in [&["-b", "execve", "-e", "trace=execve"][..], &["-fqqb", "execve", "-e", "trace=none"]]
        {
            let line = [options, &["-o", "/dev/null", "sh", "-c", command]].concat();
            let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| bench.say(tracer, &line));
            assert_eq!(theirs.1, ours.1, "exit status of {line:?}");
        }
    }
    // Both refuse in the same way to change to a user without permission.
    for user in ["nobody", "root", "1234:4321", "65534:0"] {
        let arguments = ["-u", user, "-e", "trace=%creds,setgroups,exit_group", "/usr/bin/id"];
        let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
            let (text, status) = bench.say(tracer, &arguments);
            (normal::normalise(&[text], Shape::Lines, bench.fixed), status)
        });
        assert!(theirs.0.len() > 2, "strace said {theirs:?}");
        assert_eq!(theirs, ours, "-u {user}");
    }
}

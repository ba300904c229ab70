//! Recordings of real pods: what a replay writes is what the live trace wrote.

use super::{
    node::Namespace,
    options::counted,
    pods::{pod, probe},
    process::Running,
};
use std::{env, fs, path::Path, process::Command, thread, time::Duration};

const SOON: Duration = Duration::from_secs(60);
const BUSYBOX: &str = "localhost/kubectl-strace/busybox:test";
/// A shell that looks for a missing file and reads an existing one, with a child each time.
const FILES: &str = "while :; do cat /nothing /etc/hosts >/dev/null 2>&1; usleep 50000; done";

/// A trace for two seconds, recorded: its stdout.
fn record(space: &Namespace, pod: &str, file: &Path, options: &[&str]) -> String {
    let file = file.to_str().expect("UTF-8");
    let mut trace =
        Running::start(space.plugin(&[&[pod, "--duration", "2s", "--record", file], options].concat()));
    assert!(trace.wait(SOON).success(), "{options:?}: {}", trace.err());
    trace.out()
}

/// A replay: its stdout, its stderr, and whether it found all of it.
fn replay(space: &Namespace, file: &Path, options: &[&str]) -> (String, String, bool) {
    let mut command = Command::new(super::node::dist("kubectl-strace"));
    // It asks no cluster.
    command.env("KUBECONFIG", "/nonexistent").arg("replay").arg(file).args(options);
    let mut replay = Running::start(command);
    let whole = replay.wait(SOON).success();
    let _ = space;
    (replay.out(), replay.err(), whole)
}

/// Fails where two texts differ, and shows that line only.
fn same(what: &str, live: &str, again: &str) {
    assert!(live.lines().count() > 5, "{what}: {live}");
    for (number, (one, other)) in live.lines().zip(again.lines()).enumerate() {
        assert_eq!(one, other, "{what}: line {number}");
    }
    assert!(live == again, "{what}: {} and {} bytes", live.len(), again.len());
}

#[test]
fn a_replay_writes_the_bytes_that_the_live_trace_wrote() {
    let space = Namespace::new("replay");
    let directory = tempfile::tempdir().expect("a temporary directory");
    space.apply(&pod("shell", BUSYBOX, &["sh", "-c", FILES], ""));
    space.apply(&probe("counter", &["/counter", "--quiet", "--spawn"], ""));
    space.ready("shell");
    space.ready("counter");
    let sets: [(&str, &[&str]); 10] = [
        ("shell", &["-f", "-tt", "-T"]),
        ("shell", &["-r", "--absolute-timestamps=unix,ns", "-e", "trace=%file,%process"]),
        ("shell", &["-y", "-s", "100", "-v", "-e", "trace=!futex"]),
        ("shell", &["-yy", "-Y", "-e", "signal=!SIGCHLD"]),
        ("shell", &["-C", "-w", "-S", "calls"]),
        ("shell", &["-Z", "-N", "-a", "60"]),
        ("counter", &["--always-show-pid", "-x", "-X", "verbose"]),
        ("counter", &["-i", "--syscall-number", "-qq"]),
        ("counter", &["--format", "json"]),
        ("counter", &["-e", "trace=read,write", "-e", "write=all", "--color", "always"]),
    ];
    for (number, (pod, options)) in sets.into_iter().enumerate() {
        let file = directory.path().join(format!("{number}.rec"));
        let live = record(&space, pod, &file, options);
        let (again, said, whole) = replay(&space, &file, options);
        assert!(whole, "{options:?}: {said}");
        same(&format!("{options:?}"), &live, &again);
    }
    // What only one container shows, several show in one order.
    let several = directory.path().join("several.rec");
    let mut both = space.plugin(&["-l", "!none", "--all-pods", "-tt", "--duration", "2s", "--record"]);
    both.arg(&several);
    let mut both = Running::start(both);
    assert!(both.wait(SOON).success(), "{}", both.err());
    let (again, said, whole) = replay(&space, &several, &["-tt"]);
    assert!(whole, "{said}");
    same("two pods", &both.out(), &again);
}

#[test]
fn what_is_recorded_is_filtered_and_counted_afterwards() {
    let space = Namespace::new("refilter");
    let directory = tempfile::tempdir().expect("a temporary directory");
    space.apply(&pod("shell", BUSYBOX, &["sh", "-c", FILES], ""));
    space.ready("shell");
    let file = directory.path().join("all.rec");
    let text = directory.path().join("text");
    let live = record(&space, "shell", &file, &["-o", text.to_str().expect("UTF-8"), "-tt"]);
    assert_eq!(live, "");
    let live = fs::read_to_string(&text).expect("it was written");
    let (opened, _, _) = replay(&space, &file, &["-tt", "--always-show-pid", "-e", "trace=openat"]);
    // Calls that nothing interrupted stand in one line.
    let whole = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.contains(" openat(") && line.contains(" = "));
        lines.map(str::to_owned).collect()
    };
    assert!(whole(&opened).len() > 10);
    assert!(whole(&live).iter().all(|line| opened.contains(line.as_str())), "{opened}");
    assert_eq!(live.matches(" openat(").count(), opened.matches(" openat(").count());
    let (table, _, _) = replay(&space, &file, &["--summary-only", "-w"]);
    assert_eq!(counted(&table, "openat") as usize, opened.matches("openat(").count());
    for (options, why) in [
        (&["--summary-only"][..], "-w"),
        (&["-s", "200"], "recorded with -s 32"),
        (&["-y"], "record with -y"),
        (&["-n", "default"], "no cluster is asked"),
    ] {
        let (_, said, whole) = replay(&space, &file, options);
        assert!(!whole && said.contains(why), "{options:?}: {said}");
    }
    let (around, _, _) = replay(&space, &file, &["-tt", "--around", "openat=ENOENT,1ms"]);
    assert!(around.contains("ENOENT") && around.lines().count() <= live.lines().count());
    // A disk without room ends the trace, which says so.
    let mut full = Running::start(space.plugin(&["shell", "--duration", "9s", "--record", "/dev/full"]));
    assert_eq!(full.wait(SOON).code(), Some(1), "{}", full.err());
    assert!(full.err().contains("cannot write to /dev/full"), "{}", full.err());
}

/// `KILLS` says how many kills; `make kills` makes a hundred.
#[test]
fn a_recording_outlives_its_writer() {
    let kills: u64 = env::var("KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(4);
    let space = Namespace::new("kills");
    let directory = tempfile::tempdir().expect("a temporary directory");
    // The killed one's tracer holds its tracees for five seconds more.
    let pods = ["a", "b", "c", "d"];
    for pod in pods {
        space.apply(&probe(pod, &["/counter", "--spawn"], ""));
    }
    pods.iter().for_each(|pod| space.ready(pod));
    let mut random = fastrand::Rng::new();
    let mut shown = 0;
    for kill in 0..kills {
        let file = directory.path().join(format!("{kill}.rec"));
        let pod = pods[kill as usize % pods.len()];
        let path = file.to_str().expect("UTF-8");
        let mut trace = Running::start(space.plugin(&[pod, "-tt", "--record", path]));
        trace.expect_err(SOON, &["Tracing"]);
        thread::sleep(Duration::from_millis(random.u64(0..2500)));
        trace.signal("KILL");
        trace.wait(SOON);
        if !file.exists() {
            // Nothing had been attached to.
            continue;
        }
        let (again, said, whole) = replay(&space, &file, &["-tt"]);
        assert!(!whole && (said.contains("incomplete") || said.contains("has no end")), "{said}");
        // Each of the two may have come a little further than the other.
        let live = trace.out();
        let lines = live.lines().count().min(again.lines().count()).saturating_sub(2);
        for (one, other) in live.lines().zip(again.lines()).take(lines) {
            assert_eq!(one, other, "kill {kill}");
        }
        shown += lines;
        thread::sleep(Duration::from_secs(2));
    }
    assert!(shown > 0, "no kill left anything to be read");
    println!("{kills} kills, {shown} lines");
}

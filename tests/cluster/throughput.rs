//! How many events per second get from a pod into a file, if only the transport is measured: an engine without tracees
//! makes them as fast as they are taken.

use super::{
    node::{Namespace, root, script},
    pods,
    process::Running,
};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    process::Command,
    time::{Duration, Instant},
};

/// As many as the engine makes.
const EVENTS: u64 = 3_000_000;

#[test]
fn every_event_arrives_however_fast_they_come() {
    // Built while other tests still run.
    let built = Command::new(root().join("tests/cluster/throughput.sh")).output().expect("it starts");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let image = String::from_utf8(built.stdout).expect("a path");
    let space = Namespace::alone("throughput");
    script(&["load", image.lines().last().expect("a path")]);
    space.apply(&pods::probe("counter", &["/counter", "--quiet"], ""));
    space.ready("counter");
    let file = std::env::temp_dir().join(format!("{}.trace", space.name));
    // The engine waits for room, so that all events get through.
    let options = ["--image", "localhost/kubectl-strace/synthetic:test", "--image-pull-policy", "Never"];
    let blocking = ["--place", "agent", "--on-overload", "block", "--max-stop", "60000", "-o"];
    let mut plugin = space.plugin(&[&["counter"], &options[..], &blocking[..]].concat());
    plugin.arg(&file);
    let mut trace = Running::start(plugin);
    trace.expect_err(Duration::from_secs(60), &["Tracing 1 thread of 1 process"]);
    let begun = Instant::now();
    let status = trace.wait(Duration::from_secs(180));
    let lasted = begun.elapsed();
    assert!(status.success(), "{}", trace.err());
    let (mut next, mut bytes) = (0, 0);
    for line in BufReader::new(File::open(&file).expect("it was written")).lines() {
        let line = line.expect("text");
        bytes += line.len() as u64 + 1;
        let expected = format!("\"GET /index.html HTTP/1.1\\r\\nHost: \"..., 4096, {next})");
        assert!(line.contains(&expected), "{line}, not number {next}");
        next += 1;
    }
    fs::remove_file(&file).expect("it was read just now");
    assert_eq!(next, EVENTS, "{}", trace.err());
    let rate = EVENTS as f64 / lasted.as_secs_f64();
    println!("{}", trace.err());
    println!("{EVENTS} events in {lasted:?}: {rate:.0} a second, {} bytes of text for each", bytes / EVENTS);
}

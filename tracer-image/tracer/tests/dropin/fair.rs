//! Nobody stands still while others are served again and again.

use crate::{compiled, tracer};
use std::process::{Command, Stdio};

/// How many calls each of some busy threads of a traced program makes, the oldest first.
fn calls(threads: usize, options: &[&str]) -> Vec<u64> {
    let mut command = tracer();
    command.args(["-f", "-qq", "-e", "trace=openat", "-o", "/dev/null"]).args(options);
    let done = command.arg(compiled("fair")).args([&threads.to_string(), "3"]).output().expect("it is there");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let calls: Vec<u64> = text.lines().map(|line| line.parse().expect("a number")).collect();
    assert_eq!(calls.len(), threads);
    calls
}

#[test]
fn the_slowest_thread_makes_a_fifth_of_what_the_fastest_makes() {
    for (threads, options) in [(24, &[][..]), (8, &["--tracer-threads=1"][..]), (40, &[][..])] {
        let calls = calls(threads, options);
        let (least, most) = (calls.iter().min().expect("some"), calls.iter().max().expect("some"));
        println!("{threads} threads {options:?}: {least} to {most}, {calls:?}");
        assert!(*most <= 5 * *least, "{threads} threads {options:?}: {calls:?}");
    }
}

/// The same of threads that are there before the tracer, which deals them out to several tracing threads.
#[test]
fn threads_of_several_tracing_threads_are_served_alike() {
    let mut command = Command::new(compiled("fair"));
    let target = command.args(["8", "5"]).stdout(Stdio::piped()).spawn().expect("compiled");
    let mut command = tracer();
    command.args(["-f", "-qq", "-e", "trace=openat", "-o", "/dev/null", "-p", &target.id().to_string()]);
    let traced = command.status().expect("it is there");
    let done = target.wait_with_output().expect("our child");
    assert!(traced.success() && done.status.success());
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let calls: Vec<u64> = text.lines().map(|line| line.parse().expect("a number")).collect();
    println!("{calls:?}");
    let (least, most) = (calls.iter().min().expect("some"), calls.iter().max().expect("some"));
    assert!(*most <= 5 * *least, "{calls:?}");
}

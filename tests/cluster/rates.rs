//! How fast a target runs while it is traced: what the plugin says, held against what the target counts itself.

use super::{
    node::{Namespace, host_processes, traced},
    pods,
    process::Running,
};
use std::{
    fs,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(60);
/// How often each kind is traced in each place.
const ROUNDS: usize = 3;

/// What a pod has counted: work, and when, in milliseconds of the monotonic clock.
fn counted(space: &Namespace, pod: &str) -> Vec<(f64, f64)> {
    let log = space.kubectl(&["logs", pod, "-c", "app", "--tail=400"]);
    let numbers = |line: &str| {
        let (work, time) = line.strip_prefix("work ")?.split_once(' ')?;
        Some((work.parse().ok()?, time.trim().parse().ok()?))
    };
    log.lines().filter_map(numbers).collect()
}

/// That clock: the node is this machine.
fn now() -> f64 {
    let text = fs::read_to_string("/proc/uptime").expect("proc_uptime(5)");
    text.split(' ').next().and_then(|seconds| seconds.parse::<f64>().ok()).expect("seconds") * 1000.0
}

/// Work per second between two moments.
fn rate(counted: &[(f64, f64)], from: f64, to: f64) -> f64 {
    let within: Vec<_> = counted.iter().filter(|(_, time)| (from..=to).contains(time)).collect();
    let (first, last) = (within.first().expect("it writes"), within.last().expect("it writes"));
    (last.0 - first.0) * 1000.0 / (last.1 - first.1).max(1.0)
}

/// The percentage behind "the target ran at".
fn said(text: &str) -> (f64, bool) {
    let Some((_, rest)) = text.rsplit_once("the target ran at ") else { return (100.0, false) };
    let (less, rest) = match rest.strip_prefix("less than ") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let number = rest.split(' ').next().and_then(|number| number.parse().ok());
    (number.unwrap_or_else(|| panic!("{text}")), less)
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// What was said, and what was so, in percent.
fn compare(space: &Namespace, kind: &str, place: &str) -> (f64, bool, f64) {
    let begun = now();
    std::thread::sleep(Duration::from_secs(2));
    let file = std::env::temp_dir().join(format!("{}-{kind}", space.name));
    let path = file.to_str().expect("UTF-8");
    let flags = [kind, "--comm", "^rates$", "--place", place, "-o", path, "--duration", "7s"];
    let before = now();
    let mut trace = Running::start(space.plugin(&flags));
    trace.expect_err(SOON, &["Tracing"]);
    let attached = now();
    assert!(trace.wait(SOON).success() || trace.err().contains(" lost"), "{}", trace.err());
    let ended = now();
    fs::remove_file(file).expect("it was written");
    std::thread::sleep(Duration::from_secs(2));
    let counted = counted(space, kind);
    let untraced = (rate(&counted, begun, before) + rate(&counted, ended + 300.0, now())) / 2.0;
    // What is said is about the time from a second after the attach on.
    let traced = rate(&counted, attached + 1000.0, (attached + 6500.0).min(ended));
    let (said, less) = said(&trace.err());
    (said, less, traced / untraced * 100.0)
}

#[test]
#[ignore = "takes minutes and wants a calm machine: make speed, for the table of docs/production.md"]
fn the_speed_that_is_said_is_the_one_that_the_target_counts() {
    let space = Namespace::alone("rates");
    let mut wrong = Vec::new();
    for kind in ["calls", "bare", "computing", "idle", "threads", "server"] {
        // A share of the CPUs that others do not take.
        let pod = "      resources: {requests: {cpu: 1}}\n";
        space.apply(&pods::pod(kind, "localhost/kubectl-strace/rates:test", &["/rates", kind], pod));
        space.ready(kind);
        for place in ["target", "agent"] {
            let rounds: Vec<_> = (0..ROUNDS).map(|_| compare(&space, kind, place)).collect();
            let said = median(rounds.iter().map(|(said, ..)| *said).collect());
            let truth = median(rounds.iter().map(|(.., truth)| *truth).collect());
            let less = rounds.iter().filter(|(_, less, _)| *less).count() > ROUNDS / 2;
            println!(
                "| {kind} | {place} | {truth:.1} % | {}{said} % | {rounds:.1?}",
                if less { "< " } else { "" }
            );
            // Half a percent is what rounding may take.
            let right = match (less, truth < 50.0) {
                (true, _) => truth <= said,
                (false, true) => said <= truth * 1.5 + 0.5 && said >= truth / 1.5 - 0.5,
                (false, false) => (said - truth.min(100.0)).abs() <= 5.0,
            };
            if !right {
                wrong.push(format!("{kind} in {place}: said {said}, truth {truth:.1}"));
            }
        }
        space.kubectl(&["delete", "pod", kind, "--wait=false", "--grace-period=0", "--force"]);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_target_that_would_run_too_slowly_is_let_go_within_three_seconds_or_not_attached_to() {
    let space = Namespace::alone("too-slow");
    for kind in ["calls", "bare"] {
        space.apply(&pods::pod(kind, "localhost/kubectl-strace/rates:test", &["/rates", kind], ""));
        space.ready(kind);
        for place in ["target", "agent"] {
            let mut trace = Running::start(space.plugin(&[
                kind,
                "--place",
                place,
                "-o",
                "/dev/null",
                "--max-slowdown",
                "60",
            ]));
            let processes = host_processes(&space.container_id(kind, "app"));
            let (mut first, mut last) = (None, None);
            let status = loop {
                if traced(&processes) {
                    last = Some(Instant::now());
                    first = first.or(last);
                }
                if let Some(status) = trace.ended() {
                    break status;
                }
                std::thread::sleep(Duration::from_millis(20));
            };
            trace.wait(SOON);
            println!(
                "{kind} {place} {:?}: {}",
                first.zip(last).map(|(first, last)| last - first),
                trace.err()
            );
            assert_eq!(status.code(), Some(1), "{}", trace.err());
            assert!(trace.err().contains("less than --max-slowdown allows"), "{}", trace.err());
            // Its reads tell it before; a loop of getppid has none.
            if kind == "calls" {
                assert!(trace.err().contains("nothing was attached to"), "{}", trace.err());
                assert_eq!(first, None);
            } else {
                let (first, last) = first.zip(last).expect("it was attached to");
                assert!(last - first < Duration::from_secs(3), "{:?}", last - first);
            }
        }
    }
}

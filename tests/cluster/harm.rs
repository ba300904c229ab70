//! Whatever happens to us, the target keeps running: no thread stays traced or stopped, and there is no gap.

use super::{
    node::{Namespace, all_traced, host_processes, script, status, traced},
    pods,
    process::Running,
};
use std::{
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// The lease of a silent client, and a second.
const LEASE: Duration = Duration::from_secs(6);
/// Longer gaps between two ticks of 10 ms mean that we stopped the target; shorter ones are noise of a busy machine. A
/// target that we really stopped would stay so for at least the whole lease.
const GAP_MS: f64 = 1000.0;
const SOON: Duration = Duration::from_secs(30);

/// A target that ticks, under trace.
struct Target {
    space: Namespace,
    trace: Running,
    processes: Vec<i32>,
    log: std::path::PathBuf,
}

impl Target {
    fn traced(test: &str, place: &str) -> Target {
        Target::traced_in(Namespace::new(&format!("{test}-{place}")), place)
    }

    fn traced_in(space: Namespace, place: &str) -> Target {
        Target::of(space, &["--place", place], &["/counter"], "")
    }

    /// A pod with this program, which ticks, traced with these flags.
    fn of(space: Namespace, flags: &[&str], program: &[&str], container: &str) -> Target {
        space.apply(&pods::probe("counter", program, container));
        space.ready("counter");
        // The tracer may be in the same container.
        let processes = host_processes(&space.container_id("counter", "app"));
        let trace = Running::start(space.plugin(&[&["counter"], flags].concat()));
        trace.expect(SOON, &["clock_nanosleep("]);
        assert!(traced(&processes), "it is not traced, so nothing can be shown");
        // Read the log file on the node directly: it is there even if the API server is not.
        let uid = space.field("counter", ".metadata.uid");
        let logs = script(&["pod-logs-directory"]);
        let log = std::path::Path::new(logs.trim()).join(format!("{}_counter_{uid}/app/0.log", space.name));
        assert!(log.exists(), "{}", log.display());
        thread::sleep(Duration::from_millis(500));
        Target { space, trace, processes, log }
    }

    /// The target's ticks: number, and time in milliseconds.
    fn ticks(&self) -> Vec<(u64, f64)> {
        let text = fs::read_to_string(&self.log).expect("the log is there");
        let tick = |line: &str| {
            let (_, tick) = line.split_once(" tick ")?;
            let (number, time) = tick.split_once(' ')?;
            Some((number.parse().ok()?, time.trim().parse().ok()?))
        };
        text.lines().filter_map(tick).collect()
    }

    /// Within the lease and a second, it is untraced and ticks at full speed, and it never stopped ticking.
    fn is_unharmed(&self, since: Instant) {
        while traced(&self.processes) {
            assert!(since.elapsed() < LEASE, "still traced after {:?}", since.elapsed());
            thread::sleep(Duration::from_millis(50));
        }
        println!("free after {:?}", since.elapsed());
        for pid in &self.processes {
            let state = status(*pid).map(|status| status["State"].clone());
            assert!(
                state.as_deref().is_some_and(|state| !state.starts_with(['T', 't', 'Z'])),
                "{pid}: {state:?}"
            );
        }
        let from = self.ticks().len();
        thread::sleep(Duration::from_secs(2));
        let ticks = self.ticks();
        assert!(ticks.len() - from > 100, "only {} ticks in two seconds", ticks.len() - from);
        let longest = ticks.windows(2).map(|pair| pair[1].1 - pair[0].1).fold(0.0, f64::max);
        assert!(longest < GAP_MS, "a gap of {longest} ms");
        assert!(ticks.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1), "a tick is missing");
        println!("longest gap between two ticks of 10 ms: {longest:.1} ms");
    }

    /// The tracer process that holds the tracees, by its id on the host.
    fn tracer(&self) -> i32 {
        let tracer = self.processes.iter().find_map(|pid| {
            status(*pid).and_then(|status| status["TracerPid"].parse().ok()).filter(|tracer| *tracer != 0)
        });
        let tracer = tracer.expect("it is traced");
        // TracerPid is a thread id; kill(2) needs the process id.
        status(tracer).expect("the tracer lives")["Tgid"].parse().expect("a number")
    }
}

fn kill(signal: &str, pid: i32) {
    let done = Command::new("kill").args([format!("-{signal}"), pid.to_string()]).status();
    assert!(done.is_ok_and(|status| status.success()), "kill -{signal} {pid}");
}

fn control_c_detaches_at_once(place: &str) {
    let mut target = Target::traced("ctrlc", place);
    let since = Instant::now();
    target.trace.signal("INT");
    let status = target.trace.wait(Duration::from_secs(3));
    assert!(status.success(), "{}", target.trace.err());
    assert!(target.trace.err().contains("0 lost"), "{}", target.trace.err());
    target.is_unharmed(since);
}

fn a_killed_client_lets_go_within_the_lease(place: &str) {
    let target = Target::traced("killed", place);
    let since = Instant::now();
    target.trace.signal("KILL");
    target.is_unharmed(since);
}

fn a_stopped_client_lets_go_within_the_lease(place: &str) {
    let mut target = Target::traced("stopped", place);
    let since = Instant::now();
    target.trace.signal("STOP");
    target.is_unharmed(since);
    thread::sleep(Duration::from_secs(30).saturating_sub(since.elapsed()));
    assert!(!traced(&target.processes));
    target.trace.signal("CONT");
    // It continues if it can, and reports the gap.
    target.trace.expect_err(SOON, &["nothing was traced for"]);
    target.trace.signal("INT");
    assert!(!target.trace.wait(SOON).success(), "a trace with a gap must not look whole");
}

fn a_killed_tracer_lets_go_at_once_and_the_client_says_so(place: &str) {
    let mut target = Target::traced("tracer", place);
    let tracer = target.tracer();
    let since = Instant::now();
    kill("KILL", tracer);
    let status = target.trace.wait(Duration::from_secs(5));
    assert!(!status.success(), "a broken trace must not look whole");
    // The agent does not learn how a process in another container ended.
    let how = if place == "target" { "is gone: it was killed" } else { "signal 9" };
    assert!(target.trace.err().contains(how), "{}", target.trace.err());
    target.is_unharmed(since);
}

fn a_stopped_tracer_is_killed_by_its_agent(place: &str) {
    let mut target = Target::traced("frozen", place);
    let tracer = target.tracer();
    let since = Instant::now();
    kill("STOP", tracer);
    let status = target.trace.wait(LEASE);
    assert!(!status.success(), "a broken trace must not look whole");
    target.is_unharmed(since);
}

fn a_killed_api_server_harms_only_the_trace(place: &str) {
    // Other tests cannot run without the API server.
    let mut target = Target::traced_in(Namespace::alone(&format!("apiserver-{place}")), place);
    script(&["apiserver-stop"]);
    let since = Instant::now();
    let freed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| target.is_unharmed(since)));
    script(&["apiserver-start"]);
    target
        .space
        .until("the API server serves", SOON, || target.space.try_kubectl(&["get", "pods"]).status.success());
    if let Err(panic) = freed {
        std::panic::resume_unwind(panic);
    }
    // The client reconnects by itself, and reports the gap.
    target.trace.expect_err(SOON, &["nothing was traced for"]);
    target.space.until("it is traced again", SOON, || traced(&target.processes));
    target.trace.signal("INT");
    let status = target.trace.wait(SOON);
    assert!(!status.success(), "a trace with a gap must not look whole");
    assert!(target.trace.err().contains("the trace is incomplete"), "{}", target.trace.err());
    // The node's components wait before they try the API server again. The next test needs all of them.
    target.space.apply(&pods::probe("after", &["/counter"], ""));
    target.space.until("a new pod runs", Duration::from_secs(120), || {
        target.space.field("after", ".status.phase") == "Running"
    });
}

/// Fills the memory of the target up to its margin.
fn fill(target: &Target) {
    target.space.kubectl(&["exec", "counter", "-c", "app", "--", "/full", "now"]);
    let log = || fs::read_to_string(&target.log).expect("the log is there");
    target.space.until("the limit is reached", 2 * SOON, || log().contains(" full "));
}

/// It runs, has kept what it wrote, and was not restarted.
fn is_whole(target: &Target, since: Instant) {
    target.is_unharmed(since);
    let said = fs::read_to_string(&target.log).expect("the log is there");
    assert!(!said.contains(" wrong "), "what it holds is not what it wrote");
    assert_eq!(target.space.field("counter", ".status.containerStatuses[0].restartCount"), "0");
    let running = target.space.field("counter", ".status.containerStatuses[0].state.running");
    assert!(!running.is_empty(), "{}", target.space.field("counter", ".status.containerStatuses[0]"));
}

/// 1 MiB of 128 is left, in a pod whose own `oom_score_adj` is as high as ours: the kernel would take the target, which
/// allocates some 6 MiB a second.
fn a_target_that_comes_near_its_memory_limit_is_left_alone(place: &str) {
    let space = Namespace::new(&format!("near-{place}"));
    let memory = "      resources: {limits: {memory: 128Mi}, requests: {memory: 8Mi}}\n";
    let mut target = Target::of(space, &["--place", place], &["/full", "1024", "2", "8"], memory);
    fill(&target);
    let since = Instant::now();
    let status = target.trace.wait(SOON);
    assert!(!status.success(), "a trace that ended early must not look whole");
    let said = target.trace.err();
    println!("{place}: {said}");
    assert!(said.contains("left of the 134.2 MB") && said.contains("--keep-going"), "{said}");
    assert!(said.contains(" 0 lost"), "{said}");
    // The agent leaves too.
    target.space.until("the tracer's container has ended", SOON, || {
        !target.space.field("counter", ".status.ephemeralContainerStatuses[0].state.terminated").is_empty()
    });
    is_whole(&target, since);
}

/// At 99 of 100 bytes of its limit, with `--keep-going`: the tracer's memory is bounded, and was allocated before.
fn a_target_at_its_memory_limit_lives_on(place: &str) {
    let space = Namespace::new(&format!("full-{place}"));
    let memory = "      resources: {limits: {memory: 512Mi}}\n";
    let flags = ["--place", place, "--keep-going"];
    let mut target = Target::of(space, &flags, &["/full", "5120"], memory);
    fill(&target);
    // The tracer may survive or not.
    thread::sleep(Duration::from_secs(5));
    target.trace.signal("INT");
    let since = Instant::now();
    let status = target.trace.wait(SOON);
    println!("{place}: {status}: {}", target.trace.err().lines().last().unwrap_or_default());
    assert!(status.success() || target.trace.err().contains("error:"), "{}", target.trace.err());
    is_whole(&target, since);
}

fn a_deleted_pod_goes_as_fast_as_without_us(place: &str) {
    let space = Namespace::new(&format!("deleted-{place}"));
    let delete = |name: &str| {
        let start = Instant::now();
        space.kubectl(&["delete", "pod", name, "--wait=true", "--timeout=60s"]);
        start.elapsed()
    };
    space.apply(&pods::probe("without", &["/counter"], ""));
    space.apply(&pods::probe("with", &["/counter"], ""));
    space.ready("without");
    space.ready("with");
    let mut trace = Running::start(space.plugin(&["with", "--place", place]));
    trace.expect(SOON, &["clock_nanosleep("]);
    let without = delete("without");
    let with = delete("with");
    println!("deleted in {without:?} without us, in {with:?} under trace");
    assert!(with < without + Duration::from_secs(3), "{with:?} against {without:?}");
    trace.wait(Duration::from_secs(10));
    assert!(trace.err().contains("events"), "{}", trace.err());
}

/// If the target takes every CPU, our containers get none: neither the relay, through which the client is heard, nor the
/// agent, which watches the target.
#[test]
fn a_target_that_takes_every_cpu_is_free_as_soon_as_any_other() {
    let space = Namespace::alone("greedy");
    space.apply(&pods::busy("greedy"));
    space.ready("greedy");
    let processes = host_processes(&space.container_id("greedy", "app"));
    let ends = [
        ("the client was interrupted", "INT", Duration::from_secs(2)),
        // A connection that ends may be only cut, so the agent's next word counts, which may be some seconds old.
        ("the client was killed", "KILL", LEASE + Duration::from_secs(4)),
        ("the client was stopped", "STOP", LEASE),
    ];
    for (how, signal, most) in ends {
        let trace = Running::start(space.plugin(&["greedy", "--place", "target"]));
        trace.expect_err(Duration::from_secs(120), &["Tracing 6 threads"]);
        // So that everything that can fall behind has fallen behind.
        thread::sleep(Duration::from_secs(6));
        assert!(all_traced(&processes), "{}", trace.err());
        let since = Instant::now();
        trace.signal(signal);
        while traced(&processes) {
            assert!(since.elapsed() < most, "{how}, and {:?} later it is still traced", since.elapsed());
            thread::sleep(Duration::from_millis(20));
        }
        println!("{how}: free after {:?}", since.elapsed());
    }
}

/// Each with the tracer in its own container, and with the tracer in the target's.
macro_rules! in_both_places {
    ($($test:ident),+ $(,)?) => {
        mod from_its_own_container {
            $(#[test]
            fn $test() {
                super::$test("agent");
            })+
        }
        mod from_the_targets_container {
            $(#[test]
            fn $test() {
                super::$test("target");
            })+
        }
    };
}

in_both_places! {
    control_c_detaches_at_once,
    a_killed_client_lets_go_within_the_lease,
    a_stopped_client_lets_go_within_the_lease,
    a_killed_tracer_lets_go_at_once_and_the_client_says_so,
    a_stopped_tracer_is_killed_by_its_agent,
    a_killed_api_server_harms_only_the_trace,
    a_target_at_its_memory_limit_lives_on,
    a_target_that_comes_near_its_memory_limit_is_left_alone,
    a_deleted_pod_goes_as_fast_as_without_us,
}

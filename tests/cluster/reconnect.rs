//! A connection that is cut: nothing is lost within the lease, and after that the plugin reports the gap.

use super::{
    node::{Namespace, host_processes, traced},
    pods,
    process::Running,
    proxy::Proxy,
};
use std::{
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(30);

/// A target that writes a numbered line every 10 ms, traced over a bad connection.
struct Counted {
    space: Namespace,
    proxy: Proxy,
    config: PathBuf,
    trace: Running,
    processes: Vec<i32>,
}

impl Counted {
    fn traced(test: &str) -> Counted {
        let space = Namespace::new(test);
        space.apply(&pods::probe("counter", &["/counter"], ""));
        space.ready("counter");
        let (proxy, config) = space.behind_proxy();
        let mut plugin = space.plugin(&["counter", "-e", "write", "-s", "100"]);
        plugin.env("KUBECONFIG", &config);
        let trace = Running::start(plugin);
        trace.expect(SOON, &["tick "]);
        let processes = host_processes(&space.container_id("counter", "app"));
        Counted { space, proxy, config, trace, processes }
    }

    /// The numbers in the trace and the target's own times in milliseconds, in trace order.
    fn ticks(&self) -> Vec<(u64, f64)> {
        let tick = |line: &str| {
            let mut words = line.split_once("\"tick ")?.1.split([' ', '\\']);
            Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
        };
        self.trace.out().lines().filter_map(tick).collect()
    }

    /// Waits until there are `count` more.
    fn more(&self, count: usize) {
        let (from, since) = (self.ticks().len(), Instant::now());
        while self.ticks().len() < from + count {
            assert!(since.elapsed() < SOON, "no {count} more ticks:\n{}", self.trace.err());
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn interrupt(&mut self) -> bool {
        self.trace.signal("INT");
        self.trace.wait(SOON).success()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.config);
        let _ = &self.space;
    }
}

fn assert_no_gap(ticks: &[(u64, f64)]) {
    let gaps: Vec<_> = ticks.windows(2).filter(|pair| pair[1].0 != pair[0].0 + 1).collect();
    assert!(gaps.is_empty(), "{gaps:?} in {} ticks", ticks.len());
}

#[test]
fn a_connection_that_is_cut_a_hundred_times_costs_no_event() {
    let mut counted = Counted::traced("cuts");
    for _ in 0..100 {
        counted.more(5);
        counted.proxy.cut();
    }
    counted.more(20);
    assert!(counted.interrupt(), "{}", counted.trace.err());
    let ticks = counted.ticks();
    println!("{} ticks over 101 connections", ticks.len());
    assert_no_gap(&ticks);
    assert!(counted.trace.err().contains(" 0 lost"), "{}", counted.trace.err());
}

#[test]
fn a_short_silence_costs_no_event() {
    let mut counted = Counted::traced("silence");
    counted.more(50);
    counted.proxy.stall(true);
    thread::sleep(Duration::from_millis(2500));
    counted.proxy.stall(false);
    counted.more(300);
    assert!(counted.interrupt(), "{}", counted.trace.err());
    assert_no_gap(&counted.ticks());
}

#[test]
fn a_long_silence_frees_the_target_and_its_gap_is_said() {
    let mut counted = Counted::traced("outage");
    counted.more(50);
    counted.proxy.stall(true);
    let since = Instant::now();
    while traced(&counted.processes) {
        assert!(since.elapsed() < Duration::from_secs(6), "still traced after {:?}", since.elapsed());
        thread::sleep(Duration::from_millis(50));
    }
    thread::sleep(Duration::from_secs(10).saturating_sub(since.elapsed()));
    counted.proxy.stall(false);
    counted.trace.expect_err(SOON, &["nothing was traced for"]);
    counted.more(100);
    assert!(!counted.interrupt(), "a trace with a gap must not look whole");
    let text = counted.trace.err();
    println!("{text}");
    let ticks = counted.ticks();
    let gaps: Vec<_> = ticks.windows(2).filter(|pair| pair[1].0 != pair[0].0 + 1).collect();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    // By the target's clock, as much is missing as was reported.
    let said =
        text.split_once("nothing was traced for ").and_then(|(_, rest)| rest.split_once(" s")).unwrap().0;
    let (said, missing) = (said.parse::<f64>().unwrap(), (gaps[0][1].1 - gaps[0][0].1) / 1000.0);
    assert!((said - missing).abs() < 1.0, "{missing} s are missing, {said} s were said");
    assert!(text.contains("the trace is incomplete: it has 1 gap"), "{text}");
}

#[test]
fn a_slow_connection_loses_nothing_that_it_can_carry() {
    let mut counted = Counted::traced("slow");
    counted.proxy.limit(10_000);
    thread::sleep(Duration::from_secs(8));
    assert!(counted.interrupt(), "{}", counted.trace.err());
    let ticks = counted.ticks();
    println!("{} ticks over 10 kB/s", ticks.len());
    assert_no_gap(&ticks);
}

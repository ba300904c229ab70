//! Every call is accounted for: the calls that a target made while it was traced are those that were seen plus those that
//! are reported lost, at the right places; and the times when nothing was traced are reported too.

use super::{
    node::{Namespace, host_processes, script, traced},
    options, pods,
    process::Running,
    proxy::Proxy,
};
use std::{
    collections::BTreeMap,
    fs, thread,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(60);

/// The numbered calls of one target in a trace.
#[derive(Debug, Default)]
struct Account {
    /// Calls in the trace.
    seen: u64,
    /// Calls that are reported lost between others.
    lost: u64,
    /// The first and the last call in the trace.
    first: u64,
    last: u64,
    /// Lost after the last call in the trace: there is nothing to check this against.
    tail: u64,
    /// Intervals in which nothing was traced, and the calls that must have been made in those that another call follows.
    gaps: usize,
    untraced: u64,
    /// The next call comes after a gap.
    in_gap: bool,
    /// Calls that do not follow the previous one: both numbers, and how many are reported lost between them.
    mistakes: Vec<(u64, u64, u64)>,
}

impl Account {
    fn line(&mut self, line: &str) {
        let number = |prefix: &str, end: &str| line.split_once(prefix)?.1.split_once(end)?.0.parse().ok();
        if let Some(lost) = number("+++ ", " events lost here") {
            self.tail += lost;
        }
        if line.contains("+++ nothing was traced for ") {
            self.gaps += 1;
            self.in_gap = true;
        }
        // Its entry: the result follows, or the note that there is none yet.
        let Some(call) = number("lseek(-1, ", ", SEEK_SET") else { return };
        let lost = std::mem::take(&mut self.tail);
        if self.seen == 0 {
            self.first = call;
        } else if std::mem::take(&mut self.in_gap) && call > self.last + lost {
            self.untraced += call - self.last - lost - 1;
            self.lost += lost;
        } else {
            if call != self.last + lost + 1 {
                self.mistakes.push((self.last, call, lost));
            }
            self.lost += lost;
        }
        self.seen += 1;
        self.last = call;
    }

    fn of(trace: &str) -> Account {
        let mut account = Account::default();
        trace.lines().for_each(|line| account.line(line));
        account
    }

    /// Nothing is missing except what is reported.
    fn assert_exact(&self, who: &str) {
        let around = self.mistakes.iter().take(5).collect::<Vec<_>>();
        assert!(
            self.mistakes.is_empty(),
            "{who}: {} mistakes, the first (before, after, said to be lost): {around:?}",
            self.mistakes.len()
        );
        assert_eq!(self.last - self.first + 1, self.seen + self.lost + self.untraced, "{who}");
    }
}

/// A pod that makes `rate` numbered calls a second.
fn numbered(name: &str, rate: u32) -> String {
    pods::probe(name, &["/numbered", &rate.to_string()], "")
}

/// Ends a trace with Ctrl-C. Returns whether it reports a complete trace.
fn interrupt(trace: &mut Running) -> bool {
    trace.signal("INT");
    trace.wait(SOON).success()
}

/// The totals in the plugin's last line: events and lost.
fn totals(err: &str) -> (u64, u64) {
    let line = err.lines().rfind(|line| line.contains(" events, ")).unwrap_or_else(|| panic!("{err}"));
    let before = |word: &str| {
        let words: Vec<_> = line.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let at = words.iter().position(|other| *other == word)?;
        words[at - 1].parse().ok()
    };
    before("events").zip(before("lost")).unwrap_or_else(|| panic!("{line}"))
}

/// Thirty pods at once for a minute, most at a steady pace, two as fast as they can.
#[test]
fn thirty_pods_for_a_minute() {
    let space = Namespace::alone("thirty");
    let names: Vec<String> = (0..30).map(|at| format!("pod-{at:02}")).collect();
    let rate = |at: usize| if at < 28 { 50 } else { 0 };
    let label = |pod: String| pod.replace("metadata:\n", "metadata:\n  labels: {app: numbered}\n");
    let all: Vec<String> =
        names.iter().enumerate().map(|(at, name)| label(numbered(name, rate(at)))).collect();
    space.apply(&all.join("---\n"));
    space.kubectl(&["wait", "--for=condition=Ready", "--timeout=120s", "pod", "-l", "app=numbered"]);
    let file = std::env::temp_dir().join(format!("{}.trace", space.name));
    let arguments = ["-l", "app=numbered", "--all-pods", "-e", "lseek", "--timeout", "120s", "-o"];
    let mut plugin = space.plugin(&arguments);
    plugin.arg(&file);
    let mut trace = Running::start(plugin);
    space.until("all are traced", Duration::from_secs(120), || {
        trace.err().matches("Tracing 1 thread of 1 process").count() == names.len()
    });
    let since = Instant::now();
    thread::sleep(Duration::from_secs(60));
    let whole = interrupt(&mut trace);
    let lasted = since.elapsed();
    let text = fs::read_to_string(&file).expect("it was written");
    fs::remove_file(&file).expect("it was read just now");
    let mut accounts = BTreeMap::<&str, Account>::new();
    for line in text.lines() {
        accounts.entry(line.split(' ').next().unwrap_or_default()).or_default().line(line);
    }
    let (mut seen, mut lost, mut untraced, mut gaps, mut paced) = (0, 0, 0, 0, 0);
    for (at, name) in names.iter().enumerate() {
        let account = accounts.get(name.as_str()).unwrap_or_else(|| panic!("nothing of {name}"));
        account.assert_exact(name);
        // Its own log says how many calls it has made since it began: the upper bound.
        let logged = space.kubectl(&["logs", name, "--tail=1"]);
        let made: u64 = logged.split(' ').nth(1).and_then(|made| made.parse().ok()).expect(&logged);
        assert!(account.last <= made + 100 + u64::from(rate(at) == 0) * 10_000_000, "{name}: {logged}");
        seen += account.seen;
        lost += account.lost + account.tail;
        untraced += account.untraced;
        paced += if rate(at) == 0 { 0 } else { account.seen };
        gaps += account.gaps;
    }
    let err = trace.err();
    let (events, counted) = totals(&err);
    println!(
        "30 pods: {seen} calls seen, {lost} lost, {untraced} made in {gaps} gaps, in {lasted:?}: {events} events, \
         {counted} lost"
    );
    // A call that had not returned when the tracer left is shown, but is not counted as an event: at most one per thread
    // each time.
    assert_eq!(counted, lost, "{err}");
    assert!((0..=(names.len() + gaps) as u64).contains(&(seen - events)), "{seen} seen, {err}");
    // On an overloaded machine, a tracer's lease may expire.
    assert_eq!(gaps, err.matches("warning: nothing was traced for ").count(), "{err}");
    assert_eq!(whole, lost == 0 && gaps == 0, "{err}");
    assert!(paced > 28 * 50 * 45, "each made 50 calls a second, of which {paced} were seen: {err}");
}

/// A target that is traced through a connection that can be disturbed.
struct Spoilt {
    space: Namespace,
    proxy: Proxy,
    trace: Running,
    config: std::path::PathBuf,
    processes: Vec<i32>,
}

impl Spoilt {
    fn traced(space: Namespace, rate: u32, options: &[&str]) -> Spoilt {
        space.apply(&numbered("numbered", rate));
        space.ready("numbered");
        let (proxy, config) = space.behind_proxy();
        let mut plugin = space.plugin(&[&["numbered", "-e", "lseek"], options].concat());
        plugin.env("KUBECONFIG", &config);
        let trace = Running::start(plugin);
        trace.expect(SOON, &["lseek(-1, "]);
        let processes = host_processes(&space.container_id("numbered", "app"));
        Spoilt { space, proxy, trace, config, processes }
    }

    fn is_traced_again(&self) {
        self.space.until("it is traced again", SOON, || traced(&self.processes));
        let before = self.trace.out().len();
        self.space.until("calls come again", SOON, || self.trace.out().len() > before + 1000);
    }

    /// Ends the trace. Nothing is missing except what is reported, in place and in the totals, and there are as many gaps
    /// as reported.
    fn settle(mut self) -> Account {
        let whole = interrupt(&mut self.trace);
        let (out, err) = (self.trace.out(), self.trace.err());
        let account = Account::of(&out);
        let gaps = err.matches("warning: nothing was traced for ").count();
        let (events, lost) = totals(&err);
        println!(
            "{} seen, {} lost in place, {gaps} gaps; {events} events, {lost} lost",
            account.seen, account.lost
        );
        // Each time, the last call may not have returned when the tracer left.
        assert!(account.seen - events <= 1 + gaps as u64, "{} seen: {err}", account.seen);
        // On an overloaded machine, its lease may have expired at that moment.
        let lapsed = err.contains("the tracer did not hear from this plugin");
        assert_eq!(whole, gaps == 0 && lost == 0 && !lapsed, "{err}");
        // Counts are exact, whatever was lost.
        if out.contains("% time") {
            let counted = options::counted(&out, "lseek");
            println!("{counted} counted");
            assert!(counted.abs_diff(events + lost) <= 1 + gaps as u64, "{counted} counted: {err}");
        }
        // The numbers jump only where nothing was traced.
        account.assert_exact("numbered");
        assert_eq!(account.gaps, gaps, "{err}");
        if gaps == 0 {
            assert_eq!(lost, account.lost + account.tail, "{err}");
        }
        account
    }
}

impl Drop for Spoilt {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.config);
    }
}

#[test]
fn a_flood_over_a_slow_connection() {
    let spoilt = Spoilt::traced(Namespace::new("slowflood"), 0, &["-C"]);
    spoilt.proxy.limit(10_000);
    // After so long, every buffer on the way is full.
    thread::sleep(Duration::from_secs(30));
    spoilt.proxy.limit(0);
    thread::sleep(Duration::from_secs(2));
    let account = spoilt.settle();
    assert!(account.seen > 1000, "{account:?}");
}

#[test]
fn a_flood_to_a_client_that_was_stopped() {
    let spoilt = Spoilt::traced(Namespace::new("stopped"), 0, &[]);
    spoilt.trace.signal("STOP");
    thread::sleep(Duration::from_secs(3));
    spoilt.trace.signal("CONT");
    thread::sleep(Duration::from_secs(2));
    spoilt.settle();
}

/// Stops a component of the node for a while.
fn without(component: &str, away: Duration) {
    let spoilt = Spoilt::traced(Namespace::alone(&format!("no-{component}-{}", away.as_secs())), 500, &[]);
    script(&[&format!("{component}-stop")]);
    thread::sleep(away);
    // The target was never stopped: it makes calls while nobody listens.
    let log = |space: &Namespace| space.try_kubectl(&["logs", "numbered", "--tail=1"]).stdout;
    script(&[&format!("{component}-start")]);
    spoilt.space.until("its log is there", SOON, || !log(&spoilt.space).is_empty());
    spoilt.is_traced_again();
    let text = String::from_utf8_lossy(&log(&spoilt.space)).into_owned();
    println!("{component} was away for {away:?}: {text}");
    spoilt.settle();
}

#[test]
fn the_kubelet_is_restarted() {
    without("kubelet", Duration::from_millis(500));
}

#[test]
fn the_kubelet_is_away_for_longer_than_the_lease() {
    without("kubelet", Duration::from_secs(8));
}

#[test]
fn containerd_is_restarted() {
    without("containerd", Duration::from_millis(500));
}

#[test]
fn the_api_server_is_restarted() {
    without("apiserver", Duration::from_millis(500));
}

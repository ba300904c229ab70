//! How fast a target runs while it is traced: what is said of it, held against what it counts itself.

use crate::{
    client::{Client, trace},
    place::{Place, Process},
    traced,
};
use std::{
    fs,
    path::PathBuf,
    process::Command,
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};
use wire::message::{Reason, Speed, Trace};

/// The program of tests/workloads/rates, built by what links this test.
fn program() -> &'static PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/workloads/rates/rates.c");
        let program =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("rates-{}", std::process::id()));
        let built = Command::new("cc").args(["-O2", "-pthread", source, "-o"]).arg(&program).status();
        assert!(built.expect("cc").success());
        program
    })
}

/// One that counts its work.
struct Counting {
    process: Process,
    counts: PathBuf,
}

impl Counting {
    fn start(kind: &str) -> Counting {
        let counts = program().with_extension(kind);
        let file = fs::File::create(&counts).expect("ours");
        let mut command = Command::new(program());
        command.arg(kind).stdin(std::process::Stdio::null()).stdout(file);
        Counting { process: Process(command.spawn().expect("it was built")), counts }
    }

    /// What it has done, and when, in milliseconds.
    fn work(&self) -> (f64, f64) {
        let text = fs::read_to_string(&self.counts).expect("it writes");
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let line = whole.lines().next_back().unwrap_or("work 0 0");
        let mut numbers = line.split(' ').skip(1).map(|word| word.parse().expect("a number"));
        (numbers.next().expect("work"), numbers.next().expect("a time"))
    }

    /// Work per second of a while.
    fn rate(&self, during: impl FnOnce()) -> f64 {
        let (work, time) = self.work();
        during();
        let (done, now) = self.work();
        (done - work) * 1000.0 / (now - time).max(1.0)
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.counts);
    }
}

fn sum(client: &mut Client, lasts: Duration) -> Speed {
    let (begun, mut sum, mut last) = (Instant::now(), Speed::default(), 0);
    while begun.elapsed() < lasts {
        client.until("a pulse", |client| client.pulse.is_some_and(|pulse| pulse.time > last));
        let pulse = client.pulse.expect("waited for");
        last = pulse.time;
        if let Some(Speed { done, due, bounded }) = pulse.speed {
            sum = Speed { done: sum.done + done, due: sum.due + due, bounded: sum.bounded + bounded };
        }
    }
    sum
}

/// What is said, and what is so, in percent.
fn compare(place: &Place, kind: &str) -> (Speed, f64) {
    let target = Counting::start(kind);
    thread::sleep(Duration::from_secs(1));
    let before = target.rate(|| thread::sleep(Duration::from_secs(2)));
    let mut client = traced(place, Trace { follow: false, ..whole(&target) });
    // From the first one on that says it.
    client.until("speed", |client| client.pulse.is_some_and(|pulse| pulse.speed.is_some()));
    let mut said = Speed::default();
    let rate = target.rate(|| said = sum(&mut client, Duration::from_secs(4)));
    client.stop();
    let after = target.rate(|| thread::sleep(Duration::from_secs(2)));
    let truth = rate * 200.0 / (before + after);
    println!(
        "{kind:10} {before:9.0}/s {rate:9.0}/s {after:9.0}/s: {truth:5.1} %, said {:?} % {said:?}",
        said.percent()
    );
    (said, truth)
}

/// All threads of a target, but not the clients that it made.
fn whole(target: &Counting) -> Trace {
    let threads = fs::read_dir(format!("/proc/{}/task", target.process.id())).expect("it runs");
    let threads: Vec<u32> =
        threads.filter_map(|thread| thread.ok()?.file_name().to_str()?.parse().ok()).collect();
    trace(&threads)
}

#[test]
fn a_loop_of_calls_is_said_to_be_slow_and_a_target_that_sleeps_is_not() {
    let place = Place::new();
    let _agent = place.agent();
    // Others may take the CPUs meanwhile: how exactly it is said, a test on the node says.
    let (said, truth) = compare(&place, "calls");
    let percent = said.percent().expect("it works");
    assert!(f64::from(percent) < 3.0 * truth + 5.0, "said {percent} %, truth {truth} %");
    let (said, truth) = compare(&place, "idle");
    let percent = said.percent().unwrap_or(100);
    assert!(f64::from(percent) > truth - 25.0, "said {percent} %, truth {truth} %");
}

#[test]
fn a_target_that_runs_too_slowly_is_let_go_within_three_seconds() {
    let place = Place::new();
    let _agent = place.agent();
    // Nothing tells before how often it calls the kernel.
    let target = Counting::start("bare");
    thread::sleep(Duration::from_secs(1));
    let mut client = traced(&place, whole(&target));
    client.until("words", |client| {
        client.notices.iter().any(|notice| notice.ends_with(" of its speed or less"))
    });
    client.stop();
    let mut client = traced(&place, Trace { session: 2, max_slowdown: Some(60), ..whole(&target) });
    let attached = Instant::now();
    let end = client.finish().expect("an end");
    let lasted = attached.elapsed();
    assert!(matches!(end.reason, Reason::TooSlow { percent, predicted: false } if percent < 40), "{end:?}");
    assert!(lasted < Duration::from_secs(3), "{lasted:?}");
    target.process.free_within(Duration::from_secs(1));
}

#[test]
#[ignore = "takes minutes and wants a calm machine: make speed, for the table of docs/production.md"]
fn the_speed_is_the_one_that_the_target_counts() {
    let place = Place::new();
    let _agent = place.agent();
    let mut wrong = Vec::new();
    for kind in ["calls", "bare", "computing", "idle", "threads", "server"] {
        let mut rounds: Vec<_> = (0..3).map(|_| compare(&place, kind)).collect();
        rounds.sort_by(|(_, one), (_, other)| one.total_cmp(other));
        let (said, truth) = rounds[1];
        let percent = f64::from(said.percent().unwrap_or(100));
        let right = match truth < 50.0 {
            true => percent <= truth * 1.5 + 1.0 && percent >= truth / 1.5 - 1.0,
            false => (percent - truth.min(100.0)).abs() <= 5.0,
        };
        let from_above = said.is_bound() && truth <= percent + 1.0;
        if !right && !from_above {
            wrong.push(format!("{kind}: said {percent} %, truth {truth:.1} %"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

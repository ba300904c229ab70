//! Where a shard runs: on the CPU of the thread that it serves.
//!
//! What a stop costs is how long the two take to wake each other. Where each has a CPU of its own both sleep in turns,
//! and every wake-up brings a CPU out of its idle state: 60 us and more for each stop on a virtual machine, of which
//! the work is 4. Where they share one CPU it is a switch between two threads. Measured on 2 CPUs, Linux 6.18, a tracer
//! that only resumes, microseconds for each call (two stops):
//!
//! | | as the scheduler likes | following | following, `SCHED_IDLE` |
//! |---|---|---|---|
//! | one thread of bare calls | 125 to 168 | 122 to 150 | 21 to 23 |
//! | the same, 20 us of computing between | 141 to 188 | 141 to 193 | 37 to 60 |
//!
//! **Following alone gains nothing**: the shard can go where the tracee is, but when it resumes the tracee, the kernel
//! looks for an idle CPU and finds the one that the shard has just left (`select_idle_sibling` in kernel/sched/fair.c).
//! The tracee's own affinity is never touched. But a CPU on which nothing runs except `SCHED_IDLE` threads counts as
//! idle: so the shard runs under that policy, the tracee stays, and is switched to at once.
//!
//! **The price**: everybody goes before a `SCHED_IDLE` thread. Beside a thread that computes, the shard would not run,
//! and its tracees would stand still. So a second thread with the usual policy, the watch, looks every 4 ms while the
//! shard runs so: if it waited for the CPU for half of that and served next to nothing, twice in a row, it gets its usual
//! policy back and keeps it for 20 ms; each time in a row twice as long, up to 5 s. So it does if it waited for a quarter
//! of 16 ms and served no more than in the same time before. A shard with little to do is left to
//! the scheduler too. Going back takes CAP_SYS_NICE or a limit of nice values: without them nothing of all this is done.
//!
//! **Where several tracees run by turns** it does not go behind them: each would go before the shard that the others wait
//! for. Four threads that the tracer started: 24 us for each call behind them, 18 not; a server and its clients, both traced:
//! 110 and 90 us for each answer; a fork storm: 271 and 258 us for each process.
//!
//! A tracer that is killed dies under the policy that it has, and its tracees stand still until it has: behind twelve
//! threads on each CPU that took 1.3 s and more. So a shard does not go behind everybody else, and comes back, where more
//! than four threads for each CPU run or wait.
//!
//! **A tracee is moved** by the kernel some 300 times a second: the watch, or anything else that wakes up, has it make way,
//! or an idle CPU takes it over. Apart from its shard a stop takes 22 us, beside it 13. A tracee that runs on the shard's CPU
//! has the shard wait until it stops; so where a stop is not there at once the shard looks where the tracee is, every fourth
//! stop, and follows, as long as it does not go more often than every 128th stop: going costs as much as six stops, and a
//! server that its clients wake now here, now there is served best from one place. Before, it looked the seldomer the more
//! often it had to go, and was apart from its tracee for 2 to 57 of 100 stops: up to 34 us for each call of open, read, fstat
//! and close instead of 21.
//!
//! **Tried, and not better**: a CPU of its own for each tracer thread, fixed (58 to 23 us against 28 with four threads,
//! whichever way the tracees happen to lie); changing the policy around each resume only (33 us against 22, and the same
//! price); following at every stop, or every fourth, as often as the tracee moves (a server that its clients wake on other CPUs
//! is followed 8,000 to 17,000 times in 90,000 stops, at twice the cost); going every 512th stop at most (31 us for each call
//! of open, read, fstat and close), or every 32nd (24 us, and a server 5 of 100 dearer); keeping the watch away from the
//! shard's CPU.

use super::{
    lookout::Lookout,
    memory,
    recent::Recent,
    request::{self, NoReport, Report, Stopped, Usage},
    wakeup,
};
use crate::{procfs, scheduling::Policy};
use nix::{
    sched::{CpuSet, sched_getaffinity, sched_setaffinity},
    unistd::{Pid, SysconfVar, gettid, sysconf},
};
use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    thread::{self, Thread},
    time::Duration,
};

/// A shard is busy that serves so many stops ...
const BUSY: u64 = 16;
/// ... within this time, in nanoseconds.
const WITHIN: u64 = 16_000_000;
/// So often it was another tracee's turn meanwhile where it is none that runs alone.
const SHARED: u64 = 4;
/// Stops between two looks at where a tracee is: where it tells it in its own memory, and where it has to be looked up in
/// /proc.
const TOLD: u64 = 4;
const LOOKED_UP: u64 = 32;
/// So many more where reports are there at once: a tracee that runs on our CPU has us wait until it stops.
const SPARED: u64 = 64;
/// The stops that going to another CPU has to be worth, and how many are saved up for it.
const PRICE: u64 = 128;
const SAVED: u64 = 16 * PRICE;
/// Most tracees of which it is remembered where they tell it.
const MOST_PLACES: usize = 4096;
/// How often the watch looks.
const LOOK: Duration = Duration::from_millis(4);
/// Looks between two judgements of whether the shard is still busy.
const LOOKS: u64 = 16;
/// Looks between two comparisons with how it went before.
const COMPARED: u64 = 4;
/// Most threads that run or wait on the machine, for each CPU, beside which a shard goes behind them.
const CROWD: usize = 4;
/// How long it is not looked again whether there are more, in nanoseconds.
const CROWDED: u64 = 20_000_000;
/// Who serves so many stops between two looks does not starve.
const SERVED: u64 = 16;
/// Looks in a row that find a shard waiting, until it is said to starve.
const BAD: u32 = 2;
/// How long a shard that starved keeps the usual policy, in nanoseconds: the first time, and at most.
const PENALTY: u64 = 20_000_000;
const LONGEST_PENALTY: u64 = 5_000_000_000;
/// Who was near for so long without starving is forgiven.
const FORGIVEN: u64 = 1_000_000_000;

/// What was done, for `--engine-stats`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Stops of calls that were served.
    pub stops: u64,
    /// Those served on the tracee's CPU by a shard that lets the tracee go first.
    pub near: u64,
    /// How often the shard went to another CPU.
    pub moves: u64,
    /// How often the watch found that it starved.
    pub starved: u32,
    /// How often it slept until a tracee stopped.
    pub sleeps: u64,
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stats { stops, near, moves, starved, sleeps } = self;
        write!(
            f,
            "{stops} stops, {near} of them on the tracee's CPU and behind it, {moves} moves, \
             starved {starved} times, {sleeps} sleeps"
        )
    }
}

/// A shard's place.
pub struct Placement {
    /// None: left to the scheduler for good.
    seat: Option<(Arc<Seat>, Thread)>,
    usual: Option<Policy>,
    allowed: CpuSet,
    pinned: Option<usize>,
    /// Where the last look found a tracee, if that is elsewhere.
    elsewhere: Option<usize>,
    /// Where in its memory a tracee tells its CPU.
    places: HashMap<i32, u64>,
    /// The stop at which the next look is due, and that up to which going is paid for.
    look_at: u64,
    paid: u64,
    /// The last report was not there at once.
    late: bool,
    since: u64,
    /// Whose stop was the last, and how often it was another one's since it was last judged.
    last: i32,
    changes: u64,
    lookout: Lookout,
    recent: Recent,
    stats: Stats,
}

/// What a shard and its watch know of each other.
#[derive(Debug, Default)]
struct Seat {
    thread: i32,
    stops: AtomicU64,
    /// The shard is busy.
    asked: AtomicBool,
    /// How long it took to serve [`BUSY`] stops before, in nanoseconds.
    took: AtomicU64,
    /// The watch has made it the last of its CPU.
    near: AtomicBool,
    /// Before this time asking is of no use.
    not_before: AtomicU64,
    /// Several tracees run by turns.
    shared: AtomicBool,
    starved: AtomicU32,
    over: AtomicBool,
}

impl Placement {
    /// That of the calling thread.
    pub fn here() -> Placement {
        let allowed = sched_getaffinity(Pid::from_raw(0)).unwrap_or_default();
        let several = (0..CpuSet::count()).filter(|cpu| allowed.is_set(*cpu) == Ok(true)).count() > 1;
        let usual = Policy::of(0).ok().filter(|_| several);
        let seat = usual.and_then(|usual| Seat::take(usual, allowed));
        Placement {
            seat,
            usual,
            allowed,
            pinned: None,
            elsewhere: None,
            places: HashMap::new(),
            look_at: 0,
            paid: 0,
            late: true,
            since: 0,
            last: 0,
            changes: 0,
            lookout: Lookout::new(!several),
            recent: Recent::default(),
            stats: Stats::default(),
        }
    }

    /// Looks where a tracee is that stands at one of the ends of a call. Before it runs again: a moment later it may be
    /// anywhere.
    pub fn look(&mut self, stopped: &Stopped) {
        if std::mem::replace(&mut self.last, stopped.tid()) != stopped.tid() {
            self.changes += 1;
        }
        if let Some((seat, _)) = &self.seat
            && seat.near.load(Ordering::Relaxed)
            && self.stats.stops >= self.look_at + if self.late { 0 } else { SPARED }
        {
            self.follow(stopped);
        }
    }

    /// A tracee has stopped at one of the ends of a call, and runs again.
    pub fn served(&mut self) {
        self.stats.stops += 1;
        let Some((seat, watch)) = &self.seat else { return };
        let stops = self.stats.stops;
        seat.stops.store(stops, Ordering::Relaxed);
        let shared = stops.is_multiple_of(BUSY) && std::mem::take(&mut self.changes) >= SHARED;
        if seat.near.load(Ordering::Relaxed) {
            self.stats.near += 1;
            if shared {
                seat.shared.store(true, Ordering::Relaxed);
                watch.unpark();
            }
            return;
        }
        if self.pinned.take().is_some() {
            let _ = sched_setaffinity(Pid::from_raw(0), &self.allowed);
        }
        if stops.is_multiple_of(BUSY) {
            let now = wakeup::now();
            if !shared && now - self.since < WITHIN && now >= seat.not_before.load(Ordering::Relaxed) {
                seat.took.store(now - self.since, Ordering::Relaxed);
                seat.asked.store(true, Ordering::Relaxed);
                watch.unpark();
            }
            self.since = now;
        }
    }

    /// Waits for the next of this thread's tracees, of which there are so many; `rests` is called before it sleeps.
    ///
    /// # Errors
    /// As [`request::wait`].
    pub fn wait(
        &mut self,
        tracees: usize,
        mut usage: Option<&mut Usage>,
        rests: impl FnOnce(),
    ) -> Result<Report, NoReport> {
        let behind = self.seat.as_ref().is_some_and(|(seat, _)| seat.near.load(Ordering::Relaxed));
        match self.lookout.poll(behind, &mut self.recent, tracees, usage.as_deref_mut()) {
            Err(NoReport::Interrupted) => {}
            report => {
                self.late = self.lookout.has_looked_out();
                return report;
            }
        }
        self.late = true;
        rests();
        // A signal that came meanwhile interrupts no wait that comes later.
        if wakeup::has_ticked() {
            return Err(NoReport::Interrupted);
        }
        self.stats.sleeps += 1;
        let report = request::wait(usage)?;
        self.recent.note(&report);
        Ok(report)
    }

    /// Goes where the tracee is, if two looks in a row find tracees there. Going costs as much as several stops, so it is
    /// done so often at most that this is a small part of all.
    fn follow(&mut self, stopped: &Stopped) {
        let told = self.told(stopped);
        let pause = if told.is_some() { TOLD } else { LOOKED_UP };
        let found = told.or_else(|| procfs::cpu(stopped.tid()));
        let found = found.filter(|cpu| self.allowed.is_set(*cpu) == Ok(true));
        let here = found.is_none() || found == self.pinned;
        let before = std::mem::replace(&mut self.elsewhere, if here { None } else { found });
        let stops = self.stats.stops;
        if let Some(cpu) = found.filter(|_| !here && before == found) {
            let mut only = CpuSet::new();
            if only.set(cpu).and_then(|()| sched_setaffinity(Pid::from_raw(0), &only)).is_ok() {
                self.stats.moves += 1;
                self.pinned = Some(cpu);
                self.elsewhere = None;
                self.paid = self.paid.max(stops.saturating_sub(SAVED)) + PRICE;
            }
        }
        self.look_at = self.paid.max(stops + pause);
    }

    /// The CPU that a tracee was on when it was last in its own code, in the memory that it shares with the kernel (rseq,
    /// include/uapi/linux/rseq.h): the C library has it since glibc 2.35.
    fn told(&mut self, stopped: &Stopped) -> Option<usize> {
        let tid = stopped.tid();
        if self.places.len() >= MOST_PLACES {
            self.places.clear();
        }
        let place = match self.places.entry(tid) {
            Entry::Occupied(place) => *place.get(),
            // A program tells the kernel only after its first calls.
            Entry::Vacant(unknown) => *unknown.insert(stopped.rseq()?),
        };
        // `cpu_id` is its second word.
        let cpu = memory::word(tid, place + 4);
        if cpu.is_none() {
            // It executes another program.
            self.places.remove(&tid);
        }
        usize::try_from(cpu?).ok()
    }

    /// What was done so far.
    pub fn stats(&self) -> Stats {
        let starved = self.seat.as_ref().map_or(0, |(seat, _)| seat.starved.load(Ordering::Relaxed));
        Stats { starved, ..self.stats }
    }
}

impl Drop for Placement {
    fn drop(&mut self) {
        if let Some((seat, watch)) = &self.seat {
            seat.over.store(true, Ordering::Relaxed);
            watch.unpark();
        }
        // The end of this thread lets the tracees go: it must not wait behind others.
        if let Some(usual) = self.usual.filter(|_| self.seat.is_some()) {
            let _ = usual.give(0);
        }
    }
}

impl Seat {
    /// With a watch, if a thread that goes behind everybody else may come back, and its waiting can be seen.
    fn take(usual: Policy, allowed: CpuSet) -> Option<(Arc<Seat>, Thread)> {
        let comes_back = move || Policy::idle().give(0).and_then(|()| usual.give(0)).is_ok();
        // Tried by a thread of its own: it cannot be undone where it is not allowed.
        let tried = thread::Builder::new().name("policy".into()).spawn(comes_back).ok()?;
        if !tried.join().unwrap_or(false) {
            return None;
        }
        let thread = gettid().as_raw();
        procfs::waited(thread)?;
        let seat = Arc::new(Seat { thread, ..Seat::default() });
        let watched = seat.clone();
        let watch = thread::Builder::new().name("watch".into());
        let watch = watch.spawn(move || watched.watch(&usual, &allowed)).ok()?;
        Some((seat, watch.thread().clone()))
    }

    fn watch(&self, usual: &Policy, allowed: &CpuSet) {
        let mut penalty = PENALTY;
        while !self.over.load(Ordering::Relaxed) {
            if !self.asked.swap(false, Ordering::Relaxed) {
                thread::park();
                continue;
            }
            if is_crowded() {
                self.not_before.store(wakeup::now() + CROWDED, Ordering::Relaxed);
                continue;
            }
            if Policy::idle().give(self.thread).is_err() {
                return;
            }
            self.shared.store(false, Ordering::Relaxed);
            self.near.store(true, Ordering::Relaxed);
            let began = wakeup::now();
            let starved = self.starves();
            self.near.store(false, Ordering::Relaxed);
            // The thread may have ended meanwhile.
            let _ = usual.give(self.thread);
            let _ = sched_setaffinity(Pid::from_raw(self.thread), allowed);
            let now = wakeup::now();
            if self.shared.load(Ordering::Relaxed) {
                self.not_before.store(now + PENALTY, Ordering::Relaxed);
            }
            if starved {
                self.starved.fetch_add(1, Ordering::Relaxed);
                penalty = if now - began > FORGIVEN { PENALTY } else { (2 * penalty).min(LONGEST_PENALTY) };
                self.not_before.store(now + penalty, Ordering::Relaxed);
            }
        }
    }

    /// Looks after a shard that everybody goes before, until it is less busy, others come, or it starves. Whether it does.
    fn starves(&self) -> bool {
        let look = || (self.stops.load(Ordering::Relaxed), procfs::waited(self.thread), wakeup::now());
        let (mut stops, mut waited, mut then) = look();
        let took = self.took.load(Ordering::Relaxed).max(1);
        let (mut looks, mut bad) = (0, 0);
        let (mut long, mut short) = (stops, (stops, waited, then));
        while !self.over.load(Ordering::Relaxed) {
            thread::park_timeout(LOOK);
            if self.shared.load(Ordering::Relaxed) {
                return false;
            }
            let (stops_now, waited_now, now) = look();
            let (Some(before), Some(after)) = (waited, waited_now) else { return false };
            let waits = 2 * after.saturating_sub(before) > now - then && stops_now - stops < SERVED;
            bad = if waits { bad + 1 } else { 0 };
            if bad == BAD {
                return true;
            }
            (stops, waited, then) = (stops_now, waited_now, now);
            looks += 1;
            if looks % COMPARED == 0 {
                if is_crowded() {
                    return false;
                }
                let span = now - short.2;
                let waits = 4 * after.saturating_sub(short.1.unwrap_or(0)) > span;
                if waits && (stops - short.0).saturating_mul(took) < BUSY.saturating_mul(span) {
                    return true;
                }
                short = (stops, waited, then);
            }
            if looks % LOOKS == 0 {
                if stops - long < BUSY {
                    return false;
                }
                long = stops;
            }
        }
        false
    }
}

/// Whether so much else runs that who goes behind it would get its turn, be it to die, too late.
fn is_crowded() -> bool {
    let cpus = sysconf(SysconfVar::_NPROCESSORS_ONLN).ok().flatten().map_or(1, |cpus| cpus.max(1) as usize);
    procfs::runnable().is_some_and(|runnable| runnable > CROWD * cpus)
}

//! Where a shard runs: on the CPU of the thread that it serves.
//!
//! The cost of a stop is the time that the two threads take to wake each other. If each has its own CPU, they sleep
//! alternately, and every wake-up brings a CPU out of its idle state: 60 us and more per stop on a virtual machine, of which
//! the work is 4. If they share a CPU, it is a switch between two threads. Measured on 2 CPUs, Linux 6.18, a tracer that only
//! resumes, in microseconds per call (two stops):
//!
//! | | placed by the scheduler | following | following, `SCHED_IDLE` |
//! |---|---|---|---|
//! | one thread of bare calls | 125 to 168 | 122 to 150 | 21 to 23 |
//! | the same, 20 us of computing between | 141 to 188 | 141 to 193 | 37 to 60 |
//!
//! **Following alone gains nothing.** The shard can go where the tracee is. But when it resumes the tracee, the kernel
//! looks for an idle CPU and finds the one that the shard has just left (`select_idle_sibling` in kernel/sched/fair.c).
//! We never touch the tracee's own affinity. But a CPU on which only `SCHED_IDLE` threads run counts as idle. So the
//! shard runs under that policy: the tracee stays, and is switched to at once.
//!
//! **The price**: every other thread runs before a `SCHED_IDLE` thread. Beside a thread that computes, the shard would not
//! run, and its tracees would stay stopped. So while the shard yields like that, a second thread at normal policy, the
//! watch, looks every 4 ms. If the shard waited for the CPU for half of that time and served almost nothing, twice in a row,
//! it gets its normal policy back for 20 ms, and for twice as long each further time in a row, up to 5 s. The same happens
//! if it waited for a quarter of 16 ms and served no more than in the same time before. A shard with little to do is left to
//! the scheduler too. Going back takes CAP_SYS_NICE or a limit on nice values; without them, nothing of all this is done.
//!
//! **If several tracees take turns**, the shard does not yield to them: each of them would run before the shard that the
//! others wait for. Four threads that the tracer started: 24 us per call when it yields, 18 when it does not; a server and
//! its clients, both traced: 110 and 90 us per answer; a fork storm: 271 and 258 us per process.
//!
//! A tracer that is killed dies under its current policy, and its tracees stay stopped until it is dead: behind twelve
//! threads per CPU, that took 1.3 s and more. So a shard does not yield to everybody, and stops yielding, if more than four
//! threads per CPU run or wait.
//!
//! **The kernel moves a tracee** some 300 times a second: it has to make way for the watch, or for anything else that
//! wakes up, or an idle CPU pulls it over. A stop takes 22 us if the tracee is on another CPU than its shard, and 13 us
//! if it is on the same one. While a tracee runs on the shard's CPU, the shard waits until it stops. So if a stop is not
//! there at once, the shard looks where the tracee is, at every fourth stop, and follows, but at most at every 128th
//! stop: a move costs as much as six stops, and a server whose clients wake it on changing CPUs is served best from one
//! place. Before, the shard looked less often the more it had to move, and was on another CPU than its tracee for 2 to
//! 57 of 100 stops: up to 34 us per call of open, read, fstat and close instead of 21.
//!
//! **Tried, without success**: pinning each tracer thread to a CPU of its own (58 to 23 us, against 28, with four threads,
//! depending on where the tracees happen to be); changing the policy only around each resume (33 us against 22, at the same
//! price); following at every stop, or every fourth, whenever the tracee moves (a server whose clients wake it on other CPUs
//! is followed 8,000 to 17,000 times in 90,000 stops, at twice the cost); moving at most at every 512th stop (31 us per call
//! of open, read, fstat and close), or at every 32nd (24 us, and a server 5 % more expensive); keeping the watch off the
//! shard's CPU.

use super::{
    request::{self, Found, NoReport, Stopped},
    spin_wait::SpinWait,
    tracee::Tracee,
    turns::Turns,
    wakeup::{self, Asleep},
};
use crate::{clock, memory, procfs, scheduling::Policy};
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

/// A shard is busy if it serves this many stops ...
const BUSY: u64 = 16;
/// ... within this time, in nanoseconds.
const WITHIN: u64 = 16_000_000;
/// If another tracee's turn came this often meanwhile, the tracees take turns.
const SHARED: u64 = 4;
/// How many stops pass between two looks at where a tracee is: if the tracee's own memory says so, and if it has to be
/// looked up in /proc.
const TOLD: u64 = 4;
const LOOKED_UP: u64 = 32;
/// How many times longer if reports are there at once: a tracee on our CPU makes us wait until it stops.
const SPARED: u64 = 64;
/// How many stops a move to another CPU must be worth, and how many can be saved up for it.
const PRICE: u64 = 128;
const SAVED: u64 = 16 * PRICE;
/// At most this many tracees are remembered with the place of their CPU number.
const MOST_PLACES: usize = 4096;
/// How often the watch looks.
const LOOK: Duration = Duration::from_millis(4);
/// How many looks pass between two decisions whether the shard is still busy.
const LOOKS: u64 = 16;
/// How many looks pass between two comparisons with the time before.
const COMPARED: u64 = 4;
/// A shard yields only while at most this many threads per CPU run or wait on the machine.
const CROWD: usize = 4;
/// For how long the result of that check is reused, in nanoseconds.
const CROWDED: u64 = 20_000_000;
/// A shard that serves this many stops between two looks does not starve.
const SERVED: u64 = 16;
/// How many looks in a row must find a shard waiting before it counts as starved.
const BAD: u32 = 2;
/// How long a shard that starved keeps its normal policy, in nanoseconds: the first time, and at most.
const PENALTY: u64 = 20_000_000;
const LONGEST_PENALTY: u64 = 5_000_000_000;
/// After this long near its tracee without starving, the penalty starts over.
const FORGIVEN: u64 = 1_000_000_000;

/// What was done, for `--engine-stats`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Stops of calls that were served.
    pub stops: u64,
    /// Those served on the tracee's CPU while the shard yielded.
    pub near: u64,
    /// How often the shard moved to another CPU.
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
pub struct CpuAffinity {
    /// `None`: left to the scheduler for good.
    slot: Option<(Arc<SchedSlot>, Thread)>,
    usual: Option<Policy>,
    allowed: CpuSet,
    pinned: Option<usize>,
    /// The CPU on which the last look found a tracee, if it was another one.
    elsewhere: Option<usize>,
    /// Where a tracee's memory says which CPU it is on.
    places: HashMap<i32, u64>,
    /// The stop at which the next look is due, and the one up to which moves are paid for.
    look_at: u64,
    paid: u64,
    /// The last report was not there at once.
    late: bool,
    since: u64,
    /// Whose stop was the last, and how often it changed since the last decision.
    last: i32,
    changes: u64,
    spin_wait: SpinWait,
    turns: Turns,
    stats: Stats,
}

/// What a shard and its watch know of each other.
#[derive(Debug, Default)]
struct SchedSlot {
    thread: i32,
    stops: AtomicU64,
    /// The shard is busy.
    asked: AtomicBool,
    /// How long the shard took for its previous [`BUSY`] stops, in nanoseconds.
    took: AtomicU64,
    /// The watch has made it yield on its CPU.
    near: AtomicBool,
    /// Before this time it is useless to ask.
    not_before: AtomicU64,
    /// Several tracees take turns.
    shared: AtomicBool,
    starved: AtomicU32,
    over: AtomicBool,
}

impl CpuAffinity {
    /// For the calling thread.
    pub fn here() -> CpuAffinity {
        let allowed = sched_getaffinity(Pid::from_raw(0)).unwrap_or_default();
        let several = (0..CpuSet::count()).filter(|cpu| allowed.is_set(*cpu) == Ok(true)).count() > 1;
        let usual = Policy::of(0).ok().filter(|_| several);
        let slot = usual.and_then(|usual| SchedSlot::take(usual, allowed));
        CpuAffinity {
            slot,
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
            spin_wait: SpinWait::new(!several),
            turns: Turns::default(),
            stats: Stats::default(),
        }
    }

    /// Looks where a tracee is that is stopped at entry or exit of a call. Must be called before it runs again, because then
    /// it may be anywhere.
    pub fn look(&mut self, stopped: &Stopped) {
        if std::mem::replace(&mut self.last, stopped.tid()) != stopped.tid() {
            self.changes += 1;
        }
        if let Some((slot, _)) = &self.slot
            && slot.near.load(Ordering::Relaxed)
            && self.stats.stops >= self.look_at + if self.late { 0 } else { SPARED }
        {
            self.follow(stopped);
        }
    }

    /// A tracee has stopped at entry or exit of a call, and runs again.
    pub fn served(&mut self) {
        self.stats.stops += 1;
        let Some((slot, watch)) = &self.slot else { return };
        let stops = self.stats.stops;
        slot.stops.store(stops, Ordering::Relaxed);
        let shared = stops.is_multiple_of(BUSY) && std::mem::take(&mut self.changes) >= SHARED;
        if slot.near.load(Ordering::Relaxed) {
            self.stats.near += 1;
            if shared {
                slot.shared.store(true, Ordering::Relaxed);
                watch.unpark();
            }
            return;
        }
        if self.pinned.take().is_some() {
            let _ = sched_setaffinity(Pid::from_raw(0), &self.allowed);
        }
        if stops.is_multiple_of(BUSY) {
            let now = clock::now();
            if !shared && now - self.since < WITHIN && now >= slot.not_before.load(Ordering::Relaxed) {
                slot.took.store(now - self.since, Ordering::Relaxed);
                slot.asked.store(true, Ordering::Relaxed);
                watch.unpark();
            }
            self.since = now;
        }
    }

    /// Waits for the next of this thread's `tracees`; calls `rests` before it sleeps.
    ///
    /// # Errors
    /// As [`request::wait`].
    pub fn wait(
        &mut self,
        tracees: &HashMap<i32, Tracee>,
        timed: bool,
        rests: impl FnOnce(),
    ) -> Result<Found, NoReport> {
        let behind = self.slot.as_ref().is_some_and(|(slot, _)| slot.near.load(Ordering::Relaxed));
        match self.spin_wait.poll(behind, &mut self.turns, tracees, timed) {
            Err(NoReport::Interrupted) => {}
            found => {
                self.late = self.spin_wait.has_looked_out();
                return found;
            }
        }
        self.late = true;
        rests();
        let _asleep = Asleep::new();
        if wakeup::has_ticked() {
            return Err(NoReport::Interrupted);
        }
        self.stats.sleeps += 1;
        let found = request::wait(timed)?;
        self.turns.note(&found.0);
        Ok(found)
    }

    /// Moves to the tracee's CPU, if two looks in a row find tracees there. A move costs as much as several stops, so it is
    /// limited to a small part of the total.
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

    /// The CPU that a tracee was on when it last ran its own code, from the memory that it shares with the kernel (rseq,
    /// include/uapi/linux/rseq.h). The C library has registered it since glibc 2.35.
    fn told(&mut self, stopped: &Stopped) -> Option<usize> {
        let tid = stopped.tid();
        if self.places.len() >= MOST_PLACES {
            self.places.clear();
        }
        let place = match self.places.entry(tid) {
            Entry::Occupied(place) => *place.get(),
            // A program registers it only after its first calls.
            Entry::Vacant(unknown) => *unknown.insert(stopped.rseq()?),
        };
        // `cpu_id` is its second word.
        let cpu = memory::word(tid, place + 4);
        if cpu.is_none() {
            // It has exec'd another program.
            self.places.remove(&tid);
        }
        usize::try_from(cpu?).ok()
    }

    /// What was done so far.
    pub fn stats(&self) -> Stats {
        let starved = self.slot.as_ref().map_or(0, |(slot, _)| slot.starved.load(Ordering::Relaxed));
        Stats { starved, ..self.stats }
    }
}

impl Drop for CpuAffinity {
    fn drop(&mut self) {
        if let Some((slot, watch)) = &self.slot {
            slot.over.store(true, Ordering::Relaxed);
            watch.unpark();
        }
        // The end of this thread detaches the tracees, so it must not wait for other threads.
        if let Some(usual) = self.usual.filter(|_| self.slot.is_some()) {
            let _ = usual.give(0);
        }
    }
}

impl SchedSlot {
    /// Takes a slot with a watch, if a thread that yields to everybody may stop doing so, and its waiting is visible.
    fn take(usual: Policy, allowed: CpuSet) -> Option<(Arc<SchedSlot>, Thread)> {
        let comes_back = move || Policy::idle().give(0).and_then(|()| usual.give(0)).is_ok();
        // Try it in a separate thread: it cannot be undone if that is not allowed.
        let tried = thread::Builder::new().name("policy".into()).spawn(comes_back).ok()?;
        if !tried.join().unwrap_or(false) {
            return None;
        }
        let thread = gettid().as_raw();
        procfs::waited(thread)?;
        let slot = Arc::new(SchedSlot { thread, ..SchedSlot::default() });
        let watched = slot.clone();
        let watch = thread::Builder::new().name("watch".into());
        let watch = watch.spawn(move || watched.watch(&usual, &allowed)).ok()?;
        Some((slot, watch.thread().clone()))
    }

    fn watch(&self, usual: &Policy, allowed: &CpuSet) {
        let mut penalty = PENALTY;
        while !self.over.load(Ordering::Relaxed) {
            if !self.asked.swap(false, Ordering::Relaxed) {
                thread::park();
                continue;
            }
            if is_crowded() {
                self.not_before.store(clock::now() + CROWDED, Ordering::Relaxed);
                continue;
            }
            if Policy::idle().give(self.thread).is_err() {
                return;
            }
            self.shared.store(false, Ordering::Relaxed);
            self.near.store(true, Ordering::Relaxed);
            let began = clock::now();
            let starved = self.starves();
            self.near.store(false, Ordering::Relaxed);
            // The thread may have ended meanwhile.
            let _ = usual.give(self.thread);
            let _ = sched_setaffinity(Pid::from_raw(self.thread), allowed);
            let now = clock::now();
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

    /// Watches a shard that yields, until it is less busy, others come, or it starves. Returns whether it starves.
    fn starves(&self) -> bool {
        let look = || (self.stops.load(Ordering::Relaxed), procfs::waited(self.thread), clock::now());
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

/// Whether so much else runs that a thread that yields would get its turn too late, even for dying.
fn is_crowded() -> bool {
    let cpus = sysconf(SysconfVar::_NPROCESSORS_ONLN).ok().flatten().map_or(1, |cpus| cpus.max(1) as usize);
    procfs::runnable().is_some_and(|runnable| runnable > CROWD * cpus)
}

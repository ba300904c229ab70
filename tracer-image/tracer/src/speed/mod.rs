//! How fast the target runs while it is traced: from what the kernel counts of its threads, and what the shards note of
//! their stops. [`model`] says how.

mod baseline;
mod model;
mod readings;

pub use baseline::Baseline;

use crate::{
    clock,
    engine::{Entry, Meter, Metered, Roster},
};
use model::{Interval, Usual, Work};
use nix::time::{ClockId, clock_gettime};
use readings::Reading;
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};
use wire::message::Speed;

/// How often is looked.
const EVERY: Duration = Duration::from_millis(500);
/// The first look, whose interval is shorter, so that a target that does not survive is let go soon.
const FIRST: Duration = Duration::from_millis(200);
/// How long a look is remembered.
const SPAN: Duration = Duration::from_secs(2);
/// What was seen for less is not said: attaching stops every thread.
const WARM_UP: Duration = Duration::from_secs(1);
/// Most threads at a look: with some 30 us for each we stay well below a hundredth of a CPU. Those with the most stops,
/// and others by turns.
const MOST: usize = 128;
const BY_TURNS: usize = 32;

/// Looks at the traced threads.
pub struct Sampler {
    /// Who is traced.
    pub roster: Arc<Roster>,
    baseline: Baseline,
    threads: Vec<(i32, Entry)>,
    /// What each thread's counters were at the last look.
    before: HashMap<i32, Seen>,
    /// What came of the looks: the time that each is about, and its end.
    looks: VecDeque<Look>,
    turn: usize,
    /// The tracer's CPU time at the last look, in nanoseconds.
    used: u64,
    next: Instant,
    /// Whether [`Sampler::at_first`] has been asked when there was an answer.
    has_begun: bool,
}

struct Seen {
    counted: (Reading, Metered, u64),
    meter: Arc<Meter>,
}

struct Look {
    at: Instant,
    time: Duration,
    done: f64,
    due: f64,
    bounded: f64,
}

impl Sampler {
    /// Of threads that ran so before they were traced.
    pub fn new(baseline: Baseline) -> Sampler {
        Sampler {
            roster: Arc::default(),
            baseline,
            threads: Vec::new(),
            before: HashMap::new(),
            looks: VecDeque::new(),
            turn: 0,
            used: process_time(),
            next: Instant::now(),
            has_begun: false,
        }
    }

    /// How long until the next look.
    pub fn pause(&self) -> Duration {
        self.next.saturating_duration_since(Instant::now())
    }

    /// Looks, if it is time. Whether it was.
    pub fn look(&mut self) -> bool {
        let now = Instant::now();
        if now < self.next {
            return false;
        }
        self.roster.read(&mut self.threads);
        self.choose();
        let used = process_time();
        let tracer = used.saturating_sub(self.used) as f64;
        self.used = used;
        let (mut done, mut due, mut bounded) = (0.0, 0.0, 0.0);
        let mut time = Duration::ZERO;
        let mut seen = HashMap::with_capacity(self.threads.len());
        for (thread, entry) in &self.threads {
            let Some(now) = Seen::of(*thread, entry) else { continue };
            if let Some(before) =
                self.before.get(thread).filter(|before| Arc::ptr_eq(&before.meter, &now.meter))
            {
                let interval = Interval::between(&before.counted, &now.counted, tracer);
                let usual = Usual {
                    delay: self.baseline.delay(),
                    transfer: self.baseline.transfer(*thread, entry.process),
                    blocked: self.baseline.blocked(*thread),
                };
                let Work { done: did, due: was_due, bound } = interval.work(&usual);
                done += did;
                due += was_due;
                bounded += if bound { was_due } else { 0.0 };
                time = time.max(Duration::from_nanos(interval.time as u64));
            }
            seen.insert(*thread, now);
        }
        self.before = seen;
        if !time.is_zero() {
            self.looks.push_back(Look { at: now, time, done, due, bounded });
        }
        while self.looks.front().is_some_and(|look| now.duration_since(look.at) >= SPAN) {
            self.looks.pop_front();
        }
        self.next = Instant::now() + if self.looks.is_empty() { FIRST } else { EVERY };
        true
    }

    /// Leaves as many threads as can be looked at: of those whose stops cost most, and some others by turns.
    fn choose(&mut self) {
        if self.threads.len() <= MOST {
            return;
        }
        let stops = |thread: &i32, entry: &Entry| {
            let before = self.before.get(thread).map_or(0, |seen| seen.counted.1.stops);
            entry.meter.stops().saturating_sub(before)
        };
        self.threads.sort_by_cached_key(|(thread, entry)| std::cmp::Reverse(stops(thread, entry)));
        let rest = self.threads.split_off(MOST - BY_TURNS);
        // Each group of others is looked at twice in a row, since only two looks make an interval.
        let groups = rest.len().div_ceil(BY_TURNS);
        let group = self.turn / 2 % groups;
        self.turn += 1;
        self.threads.extend(rest.into_iter().skip(group * BY_TURNS).take(BY_TURNS));
    }

    /// How fast the target ran lately.
    pub fn speed(&self) -> Option<Speed> {
        self.over(WARM_UP)
    }

    /// The same, where it was seen for so long.
    fn over(&self, least: Duration) -> Option<Speed> {
        if self.looks.iter().map(|look| look.time).sum::<Duration>() < least {
            return None;
        }
        let sum = |of: fn(&Look) -> f64| (self.looks.iter().map(of).sum::<f64>() / 1000.0) as u64;
        Some(Speed {
            done: sum(|look| look.done),
            due: sum(|look| look.due),
            bounded: sum(|look| look.bounded),
        })
    }

    /// The speed of the first moment, once, if it is clearly less than `least` percent and was not forecast to be.
    pub fn at_first(&mut self, least: u32) -> Option<Speed> {
        let was_forecast = || self.baseline.forecast().is_some_and(|(percent, _)| percent < least);
        if self.looks.is_empty() || std::mem::replace(&mut self.has_begun, true) || was_forecast() {
            return None;
        }
        self.over(FIRST).filter(|speed| speed.percent().is_some_and(|percent| percent * 3 / 2 < least))
    }

    /// What the target's speed is, if it is less than `least` percent.
    pub fn is_below(&self, least: u32) -> Option<u32> {
        let now = self.speed().and_then(|speed| speed.percent()).filter(|percent| *percent < least);
        // What was seen for a moment only has to be clear.
        let at_first = || {
            let first = self.over(FIRST).filter(|_| self.looks.len() == 1)?;
            first.percent().filter(|percent| percent * 3 / 2 < least)
        };
        now.or_else(at_first)
    }

    /// One of the processes that were traced at the last look.
    pub fn process(&self) -> Option<i32> {
        self.threads.first().map(|(_, entry)| entry.process)
    }

    /// How many threads are traced.
    pub fn threads(&self) -> u32 {
        self.roster.len() as u32
    }
}

/// The CPU time of this process, in nanoseconds.
fn process_time() -> u64 {
    let time = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).map(Duration::from);
    time.map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
}

impl Seen {
    fn of(thread: i32, entry: &Entry) -> Option<Seen> {
        let reading = Reading::of(entry.process, thread)?;
        // Afterwards: a stop that was seen is among the sleeps that were counted, or next to it.
        let metered = entry.meter.read();
        Some(Seen { counted: (reading, metered, clock::now()), meter: entry.meter.clone() })
    }
}

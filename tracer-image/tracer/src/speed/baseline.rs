//! How the target runs before it is traced.

use super::readings::Reading;
use std::{collections::HashMap, thread, time::Duration};

/// How long is looked.
const LONG: Duration = Duration::from_millis(300);
/// Most threads that are looked at.
const MOST: usize = 256;
/// Less work than this, in nanoseconds, says nothing about how long it waits for a CPU.
const LITTLE: f64 = 200_000.0;
/// A thread that worked for less than this part of the time had too little to do for a short look to tell how long it waits.
const BUSY: f64 = 0.1;
/// A thread that makes this many transfers, and one for no more work than this, in nanoseconds, is one of which they tell
/// how much it does.
const MANY: u64 = 50;
const MUCH: f64 = 500_000.0;

/// What a call costs that is traced, in nanoseconds: two stops. Measured 20,000 to 90,000, see docs/performance.md.
const CALL: f64 = 30_000.0;

/// What was seen.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    threads: HashMap<i32, Seen>,
    processes: HashMap<i32, Seen>,
    all: Seen,
}

/// Of a thread, or of several.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// For how long.
    time: f64,
    cpu: f64,
    delay: f64,
    transfers: u64,
}

impl Seen {
    fn add(&mut self, other: Seen) {
        self.time += other.time;
        self.cpu += other.cpu;
        self.delay += other.delay;
        self.transfers += other.transfers;
    }

    fn blocked(&self) -> f64 {
        let blocked = (self.time - self.cpu - self.delay).max(0.0);
        if self.cpu < self.time * BUSY { 0.0 } else { blocked / self.cpu }
    }

    fn transfer(&self) -> Option<f64> {
        let each = self.cpu / self.transfers as f64;
        (self.transfers >= MANY && each < MUCH).then_some(each)
    }
}

impl Baseline {
    /// Looks for a moment at threads that run untraced, each with its process.
    pub fn take(threads: &[(i32, i32)]) -> Baseline {
        let read =
            |(thread, process): &(i32, i32)| Some((*thread, *process, Reading::of(*process, *thread)?));
        let before: Vec<_> = threads.iter().take(MOST).filter_map(read).collect();
        let mut baseline = Baseline::default();
        if before.is_empty() {
            return baseline;
        }
        thread::sleep(LONG);
        for (thread, process, before) in before {
            let Some(after) = Reading::of(process, thread) else { continue };
            let seen = Seen {
                time: after.at.duration_since(before.at).as_nanos() as f64,
                cpu: after.cpu.saturating_sub(before.cpu) as f64,
                delay: after.delay.saturating_sub(before.delay) as f64,
                transfers: after.transfers.saturating_sub(before.transfers),
            };
            baseline.threads.insert(thread, seen);
            baseline.processes.entry(process).or_default().add(seen);
            baseline.all.add(seen);
        }
        baseline
    }

    /// At how many percent of its speed the target will run at most: its transfers are calls, and it may make others. With
    /// how many transfers it makes a second. None where it did nothing.
    pub fn forecast(&self) -> Option<(u32, u64)> {
        let (mut done, mut due, mut transfers) = (0.0, 0.0, 0.0);
        for seen in self.threads.values().filter(|seen| seen.time > 0.0) {
            let each_second = seen.transfers as f64 / seen.time * 1e9;
            done += seen.cpu / (1.0 + each_second * CALL / 1e9);
            due += seen.cpu;
            transfers += each_second;
        }
        (due > 0.0).then(|| ((done / due * 100.0).round() as u32, transfers as u64))
    }

    /// How long a thread waits for a CPU for each nanosecond of work.
    pub fn delay(&self) -> f64 {
        if self.all.cpu < LITTLE { 0.0 } else { self.all.delay / self.all.cpu }
    }

    /// How long a thread is blocked for each nanosecond of work; 0 where it did too little to tell.
    pub fn blocked(&self, thread: i32) -> f64 {
        self.threads.get(&thread).map_or(0.0, Seen::blocked)
    }

    /// How much work a transfer stands for, of this thread or else of its process, in nanoseconds.
    pub fn transfer(&self, thread: i32, process: i32) -> Option<f64> {
        match self.threads.get(&thread) {
            Some(seen) => seen.transfer(),
            None => self.processes.get(&process)?.transfer(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(threads: &[(i32, f64, u64)]) -> Baseline {
        let mut baseline = Baseline::default();
        for (thread, cpu, transfers) in threads {
            let seen = Seen { time: 0.3e9, cpu: *cpu, delay: 0.0, transfers: *transfers };
            baseline.threads.insert(*thread, seen);
            baseline.processes.entry(1).or_default().add(seen);
            baseline.all.add(seen);
        }
        baseline
    }

    #[test]
    fn a_loop_of_reads_is_forecast_to_be_slow_and_others_are_not() {
        // 500,000 a second, and a thread that only reports.
        let (percent, transfers) = of(&[(1, 0.3e9, 150_000), (2, 1e5, 3)]).forecast().unwrap();
        assert!(
            (5..=7).contains(&percent) && (499_000..=501_000).contains(&transfers),
            "{percent} {transfers}"
        );
        let (percent, _) = of(&[(1, 0.3e9, 30)]).forecast().unwrap();
        assert!(percent > 98, "{percent}");
        assert_eq!(of(&[]).forecast(), None);
        // What computes counts for as much as it does.
        let (percent, _) = of(&[(1, 0.3e9, 150_000), (2, 0.3e9, 0)]).forecast().unwrap();
        assert!((50..=55).contains(&percent), "{percent}");
    }

    #[test]
    fn how_long_it_is_blocked_is_told_by_a_thread_that_works() {
        let baseline = of(&[(1, 0.1e9, 0), (2, 0.01e9, 0)]);
        assert!((1.99..=2.01).contains(&baseline.blocked(1)), "{}", baseline.blocked(1));
        assert_eq!((baseline.blocked(2), baseline.blocked(3)), (0.0, 0.0));
    }

    #[test]
    fn a_transfer_stands_for_work_where_there_are_many() {
        let baseline = of(&[(1, 0.3e9, 150_000), (2, 0.3e9, 0)]);
        assert_eq!(baseline.transfer(1, 1), Some(2000.0));
        assert_eq!(baseline.transfer(2, 1), None, "it made none");
        assert_eq!(baseline.transfer(3, 1), Some(4000.0), "born later");
        assert_eq!(baseline.transfer(3, 2), None);
    }
}

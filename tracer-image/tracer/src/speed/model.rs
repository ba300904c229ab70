//! How fast a traced thread runs, from what was counted of it.
//!
//! Untraced, a thread spends its time on its own work, waiting for a CPU, and blocked in its calls. Traced, it also stands
//! still for us. So it runs at
//!
//!     (own work + its usual wait for a CPU + blocked) / time
//!
//! of its speed. All three are found by difference:
//!
//! - **A stop's cost.** Between two stops a thread is either in a call or in its own code. What is seen of either is its
//!   work and, always alike, what it takes to go on and to stop again. The mean of the shorter kind is taken for that cost:
//!   most calls that do not block take a fraction of a microsecond, a stop takes ten and more. It is measured where and when
//!   it arises: beside the tracer on one CPU it is a tenth of what it is where an idle CPU must be woken each time. In its own
//!   code a thread may stop again while its shard still decodes the call before; that time is not taken for its work.
//! - **Own work** is what is seen beyond that cost, and no more than the thread's CPU time. Where nearly all is cost, that
//!   says little: after each stop the caches are cold, and the work itself takes up to three times as long. There the work
//!   is counted by `read` and `write`, if the thread called them often before it was traced: each stands for as much work
//!   as it did then. Else what was found is said to be an upper bound.
//! - **Its usual wait** is as much for each second of work as before it was traced. If it waits longer, that is ours only as
//!   far as we can be why: by the CPU time that the tracer used, and by the stops. The rest is others' work on the machine.
//! - **Blocked** it is in as many calls as it slept without our doing: the kernel counts its sleeps, and each stop is one.
//!   Those that took longest are taken for these. What it waits for goes on while it stands still for us, so it counts as
//!   blocked for at least as long as that work usually took it, unless it does more than it did.

use super::readings::Reading;
use crate::engine::Metered;

/// A call costs no less than this for each of its stops, in nanoseconds: half of a `getppid`.
const LEAST_WORK: f64 = 50.0;
/// A stop costs the tracee no less CPU time than this, in nanoseconds, wherever it was measured.
const LEAST_CPU: f64 = 1000.0;
/// A stop's cost where all calls block, and it cannot be measured.
const USUAL_COST: f64 = 20_000.0;
/// Sleeps by chance: beside so many stops for each, only a call of more than so many nanoseconds counts as one that slept.
/// The counters are not read at one moment.
const RARE: u64 = 64;
const LONG: f64 = 16e6;
/// Where the work is less than this part of what the stops cost, transfers tell it better, if there are some ...
const UNCERTAIN: f64 = 1.0;
/// ... and where there are none, it is uncertain below this part: then it may be so much of that cost more.
const UNKNOWN: f64 = 0.3;
const HIDDEN: f64 = 0.07;

/// A thread that does more work than this much of what it usually did in the same time has got more to do.
const MORE: f64 = 1.1;

/// What is known about a thread from before it was traced.
#[derive(Clone, Copy, Debug)]
pub struct Usual {
    /// Waiting for a CPU for each nanosecond of work.
    pub delay: f64,
    /// Work for each transfer, in nanoseconds.
    pub transfer: Option<f64>,
    /// Time blocked for each nanosecond of work; 0 where it did too little to tell.
    pub blocked: f64,
}

/// So many sections of a thread's way, and how long they took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sections {
    pub number: f64,
    pub time: f64,
}

impl Sections {
    fn mean(self) -> Option<f64> {
        (self.number > 0.0).then(|| self.time / self.number)
    }

    /// How long they took beyond a cost of each.
    fn beyond(self, cost: f64) -> f64 {
        (self.time - self.number * cost).max(0.0)
    }
}

/// What was counted of a thread from one look to the next. Times are in nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Interval {
    /// How long.
    pub time: f64,
    /// On a CPU.
    pub cpu: f64,
    /// Waiting for a CPU.
    pub delay: f64,
    /// Stops of ours.
    pub stops: f64,
    /// Calls of `read`, `write` and their kind.
    pub transfers: f64,
    /// From the end of a call to the beginning of the next; and the part of it in which the shard was free.
    pub outside: Sections,
    pub unserved: f64,
    /// Calls in which it did not sleep.
    pub inside: Sections,
    /// Calls in which it slept.
    pub asleep: Sections,
    /// CPU time of the tracer.
    pub tracer: f64,
}

/// What a thread did in an interval, and would have done.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Work {
    /// Its own work, in nanoseconds of CPU time.
    pub done: f64,
    /// What it would have been untraced.
    pub due: f64,
    /// Whether `done` is an upper bound.
    pub bound: bool,
}

impl Interval {
    /// Between two looks, with the tracer's clock at each.
    pub fn between(
        before: &(Reading, Metered, u64),
        after: &(Reading, Metered, u64),
        tracer: f64,
    ) -> Interval {
        let ((before, met, then), (after, meets, now)) = (before, after);
        let stops = meets.stops.saturating_sub(met.stops);
        let sleeps = after.sleeps.saturating_sub(before.sleeps).saturating_sub(stops);
        // A call that had not returned was counted as far as it had come.
        let unfinished = |since: u64, at: u64| if since == 0 { 0.0 } else { at.saturating_sub(since) as f64 };
        let (ongoing, counted) = (unfinished(meets.since, *now), unfinished(met.since, *then));
        let mut left = sleeps + u64::from(counted > 0.0);
        let (mut asleep, mut inside) = (Sections::default(), Sections::default());
        asleep.time = ongoing - counted;
        for ((calls, time), (calls_before, time_before)) in meets.calls.iter().zip(&met.calls).rev() {
            let (calls, time) = (calls - calls_before, (time - time_before) as f64);
            if calls == 0 {
                continue;
            }
            let mean = time / calls as f64;
            if mean < LONG && sleeps < stops / RARE {
                left = 0;
            }
            let taken = calls.min(left);
            left -= taken;
            asleep.number += taken as f64;
            asleep.time += mean * taken as f64;
            inside.number += (calls - taken) as f64;
            inside.time += mean * (calls - taken) as f64;
        }
        asleep.time = asleep.time.max(0.0);
        Interval {
            time: after.at.duration_since(before.at).as_nanos() as f64,
            cpu: after.cpu.saturating_sub(before.cpu) as f64,
            delay: after.delay.saturating_sub(before.delay) as f64,
            stops: stops as f64,
            transfers: after.transfers.saturating_sub(before.transfers) as f64,
            outside: Sections {
                number: (meets.own.0 - met.own.0) as f64,
                time: (meets.own.1 - met.own.1) as f64,
            },
            unserved: (meets.unserved - met.unserved) as f64,
            inside,
            asleep,
            tracer,
        }
    }

    /// What was done in it.
    pub fn work(&self, usual: &Usual) -> Work {
        if self.time <= 0.0 {
            return Work::default();
        }
        let off = (self.time - self.cpu - self.delay).max(0.0);
        if self.stops == 0.0 && self.asleep.time <= 0.0 {
            // It does not stand still for us.
            let wait = (self.cpu * usual.delay).max(self.delay - self.tracer);
            let speed = ((self.cpu + wait + off) / self.time).min(1.0);
            return Work { done: self.cpu, due: self.cpu / speed.max(f64::EPSILON), bound: false };
        }
        let means = [self.outside.mean(), self.inside.mean()];
        let cost = match means {
            [Some(outside), Some(inside)] => outside.min(inside),
            _ => means.into_iter().flatten().fold(USUAL_COST, f64::min),
        };
        let (done, bound) = self.done(cost, usual);
        let blocked = self.asleep.beyond(cost).min(off);
        let others = self.delay - self.tracer - self.stops * cost;
        let wait = (done * usual.delay).max(others);
        let blocked = blocked.max(self.overlapped(done, usual));
        let speed = ((done + wait + blocked) / self.time).min(1.0);
        let due = if speed > 0.0 { done / speed } else { self.time };
        Work { done, due, bound }
    }

    /// For how long it would have been blocked for this work. What it waits for goes on while it stands still for us: an
    /// answer that took 100 us is there after a stop of 60 and 40 more. 0 where it works more than it did, because then it
    /// has got more to do, and needs to wait less.
    fn overlapped(&self, done: f64, usual: &Usual) -> f64 {
        let whole = done * (1.0 + usual.delay + usual.blocked);
        if whole > self.time * MORE { 0.0 } else { done * usual.blocked }
    }

    /// Its own work, and whether that is an upper bound.
    fn done(&self, cost: f64, usual: &Usual) -> (f64, bool) {
        let costs = self.stops * cost;
        let least = (self.stops * LEAST_WORK).min(self.cpu);
        let most = (self.cpu - self.stops * LEAST_CPU).max(least);
        // Some of what is seen is waiting for a CPU, beyond the wait after each stop, which is part of its cost.
        let waits = (self.delay - costs).max(0.0);
        let runs = self.cpu / (self.cpu + waits).max(1.0);
        let own = Sections { time: self.unserved, ..self.outside };
        let seen = (own.beyond(cost) + self.inside.beyond(cost)) * runs;
        if seen > costs * UNCERTAIN {
            return (seen.clamp(least, most), false);
        }
        match usual.transfer {
            Some(transfer) if self.transfers * RARE as f64 > self.stops => {
                ((self.transfers * transfer).clamp(least, most), false)
            }
            _ if seen > costs * UNKNOWN || self.stops * 1e6 < self.time => (seen.clamp(least, most), false),
            _ => ((seen + costs * HIDDEN).clamp(least, most), true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: f64 = 1e9;
    const NOTHING_KNOWN: Usual = Usual { delay: 0.0, transfer: None, blocked: 0.0 };

    fn sections(number: f64, each: f64) -> Sections {
        Sections { number, time: number * each }
    }

    /// A second of a thread that makes so many calls; each takes so long, and its own code between them.
    fn calling(calls: f64, outside: f64, inside: f64, cpu: f64) -> Interval {
        Interval {
            time: SECOND,
            cpu,
            stops: 2.0 * calls,
            outside: sections(calls, outside),
            unserved: calls * outside,
            inside: sections(calls, inside),
            ..Interval::default()
        }
    }

    fn percent(interval: &Interval, usual: &Usual) -> (f64, bool) {
        let Work { done, due, bound } = interval.work(usual);
        (done / due * 100.0, bound)
    }

    #[test]
    fn work_between_stops_is_what_is_seen_beyond_their_cost() {
        // 20 us between two calls, and 15 us for each stop: 50 us in all.
        let (speed, bound) = percent(&calling(20_000.0, 35_000.0, 15_100.0, 0.5e9), &NOTHING_KNOWN);
        assert!((39.0..=41.0).contains(&speed) && !bound, "{speed}");
        // The same work in the calls.
        let (speed, _) = percent(&calling(20_000.0, 15_100.0, 35_000.0, 0.5e9), &NOTHING_KNOWN);
        assert!((39.0..=41.0).contains(&speed), "{speed}");
        // What computes hardly stops.
        let (speed, _) = percent(&calling(100.0, 9_970_000.0, 15_000.0, 0.998e9), &NOTHING_KNOWN);
        assert!((99.0..=100.0).contains(&speed), "{speed}");
    }

    #[test]
    fn waiting_for_a_cpu_that_others_use_is_not_held_against_us() {
        // It computes, and since it is traced somebody else computes too.
        let mut shared = calling(100.0, 9_970_000.0, 15_000.0, 0.49e9);
        shared.delay = 0.5e9;
        shared.tracer = 0.01e9;
        let (speed, _) = percent(&shared, &NOTHING_KNOWN);
        assert!(speed > 95.0, "{speed}");
        // It was the tracer that computed.
        shared.tracer = 0.5e9;
        let (speed, _) = percent(&shared, &NOTHING_KNOWN);
        assert!((45.0..55.0).contains(&speed), "{speed}");
        // What a loop of calls waits for is its turn after each stop.
        let mut calls = calling(5000.0, 100_000.0, 99_000.0, 0.1e9);
        calls.delay = 0.4e9;
        let (speed, _) = percent(&calls, &Usual { transfer: Some(3000.0), ..NOTHING_KNOWN });
        assert!(speed < 20.0, "{speed}");
    }

    #[test]
    fn a_loop_of_calls_is_known_by_its_transfers_or_from_above() {
        // open, read, close: 3 us untraced, 90 us traced, of which its caches take 6 us.
        let mut calls = calling(33_333.0, 16_000.0, 14_000.0, 0.2e9);
        let (speed, bound) = percent(&calls, &NOTHING_KNOWN);
        assert!((10.0..=25.0).contains(&speed) && bound, "{speed}");
        calls.transfers = 11_111.0;
        let (speed, bound) = percent(&calls, &Usual { transfer: Some(3000.0), ..NOTHING_KNOWN });
        assert!((3.2..=3.4).contains(&speed) && !bound, "{speed}");
        // On a busy machine it had to wait before, too.
        let usual = Usual { delay: 4.0, transfer: Some(3000.0), ..NOTHING_KNOWN };
        let (speed, _) = percent(&calls, &usual);
        assert!((16.0..=17.0).contains(&speed), "{speed}");
        // It computes now: what its transfers said says nothing any more.
        let (speed, _) = percent(&calling(20_000.0, 35_000.0, 15_100.0, 0.5e9), &usual);
        assert!(speed > 90.0, "{speed}");
    }

    #[test]
    fn blocked_is_not_standing_still() {
        // 180 times a second it does a little and sleeps 5 ms.
        let idle =
            Interval { asleep: sections(180.0, 5_000_000.0), ..calling(720.0, 100_000.0, 20_000.0, 0.05e9) };
        let (speed, _) = percent(&idle, &NOTHING_KNOWN);
        assert!((90.0..=98.0).contains(&speed), "{speed}");
        // All the time in one call.
        let blocked = Interval { time: SECOND, asleep: sections(0.0, 0.0), ..Interval::default() };
        let blocked = Interval { asleep: Sections { number: 0.0, time: SECOND }, ..blocked };
        let Work { done, due, .. } = blocked.work(&NOTHING_KNOWN);
        assert_eq!((done, due), (0.0, 0.0));
        // All the time at one of our stops.
        let held = Interval { time: SECOND, stops: 1.0, ..Interval::default() };
        let Work { done, due, .. } = held.work(&NOTHING_KNOWN);
        assert!(done == 0.0 && due == SECOND, "{done} {due}");
    }

    #[test]
    fn what_it_waits_for_goes_on_during_its_stops() {
        // A server's answers: 80 us of work, and as long for the next question, which is there when our stops are over.
        let server = Interval {
            cpu: 0.7e9,
            outside: Sections { number: 15_000.0, time: 15_000.0 * 8000.0 + 5000.0 * 80_000.0 },
            unserved: 15_000.0 * 8000.0 + 5000.0 * 80_000.0,
            inside: sections(15_000.0, 8000.0),
            stops: 30_000.0,
            time: SECOND,
            ..Interval::default()
        };
        let usual = Usual { blocked: 1.0, ..NOTHING_KNOWN };
        let (speed, _) = percent(&server, &usual);
        assert!((79.0..=81.0).contains(&speed), "{speed}");
        // After each stop it waits for its turn, which is part of the stop's cost.
        let (speed, _) = percent(&Interval { delay: 0.1e9, ..server }, &usual);
        assert!((79.0..=81.0).contains(&speed), "{speed}");
        // It never had to wait for questions, or has got many more of them since: then our stops are all that it waits for.
        for blocked in [0.0, 9.0] {
            let (speed, _) = percent(&server, &Usual { blocked, ..NOTHING_KNOWN });
            assert!((39.0..=41.0).contains(&speed), "{speed}");
        }
    }

    #[test]
    fn the_longest_calls_are_those_that_slept() {
        let reading =
            |sleeps| Reading { at: std::time::Instant::now(), cpu: 0, delay: 0, sleeps, transfers: 0 };
        let mut metered = Metered::default();
        let before = (reading(10), metered.clone(), 1);
        metered.stops = 6;
        metered.calls[3] = (2, 200_000);
        metered.calls[9] = (1, 8_000_000);
        let after = (reading(10 + 6 + 1), metered.clone(), 2);
        let interval = Interval::between(&before, &after, 0.0);
        assert_eq!((interval.asleep.number, interval.asleep.time), (1.0, 8e6));
        assert_eq!((interval.inside.number, interval.inside.time), (2.0, 2e5));
        // A call that has not returned counts as far as it has come, and only once.
        let asleep = (reading(18), Metered { since: 100, stops: 7, ..metered.clone() }, 1_000_100);
        assert_eq!(Interval::between(&after, &asleep, 0.0).asleep.time, 1e6);
        metered.calls[9] = (2, 8_000_000 + 3_000_000);
        let awake = (reading(19), Metered { stops: 8, ..metered }, 9_000_000);
        assert_eq!(Interval::between(&asleep, &awake, 0.0).asleep.time, 2e6);
        // Sleeps by chance, beside many stops, are none.
        let (mut many, sleeps) = (awake.1.clone(), 19 + 10_000 + 2);
        many.stops += 10_000;
        many.calls[3].0 += 5000;
        many.calls[3].1 += 500_000_000;
        let interval = Interval::between(&awake, &(reading(sleeps), many, 10_000_000), 0.0);
        assert_eq!((interval.asleep.number, interval.inside.number), (0.0, 5000.0));
    }
}

//! What a shard notes at each stop of a tracee, so that another thread can tell what the stops cost it.
//!
//! The shard is the only writer, so plain loads and stores will do: a reader may be one stop behind, no more. A stop costs
//! tens of microseconds; what is noted here costs two or three reads of the clock.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How many groups of calls there are by how long they took, and how many bits shorter than the first is not told apart:
/// below 16 us, then twice as long for each, up to 70 s and more.
const GROUPS: usize = 24;
const SHORTEST: u32 = 14;

/// The stops of one tracee.
#[derive(Debug, Default)]
pub struct Meter {
    stops: AtomicU64,
    /// Since when it is in a call; 0: it is in none.
    since: AtomicU64,
    calls: [Group; GROUPS],
    /// Since when it is in its own code; 0: it is not, or there was a stop meanwhile that is no call's.
    outside: AtomicU64,
    /// For how long its shard had to do with the stop before while it ran on.
    busy: AtomicU64,
    own: Group,
    /// The part of that in which the shard was free.
    unserved: AtomicU64,
}

/// So many, and how long they took.
#[derive(Debug, Default)]
struct Group {
    number: AtomicU64,
    time: AtomicU64,
}

impl Group {
    fn add(&self, took: u64) {
        add(&self.number, 1);
        add(&self.time, took);
    }

    fn read(&self) -> (u64, u64) {
        (self.number.load(Relaxed), self.time.load(Relaxed))
    }
}

/// What a [`Meter`] says at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metered {
    /// All stops so far.
    pub stops: u64,
    /// Since when it is in a call; 0: it is in none.
    pub since: u64,
    /// How many calls have returned, and how long they took from resume to report, in nanoseconds: the shortest first.
    pub calls: [(u64, u64); GROUPS],
    /// How often it went from the end of a call to the beginning of the next one, and how long it took.
    pub own: (u64, u64),
    /// The part of that time in which the shard had nothing to do with the stop before, and could have seen the next one.
    pub unserved: u64,
}

/// Only ever by one thread.
fn add(to: &AtomicU64, number: u64) {
    to.store(to.load(Relaxed) + number, Relaxed);
}

impl Meter {
    /// It stands at a stop that is no call's.
    pub fn stopped(&self) {
        add(&self.stops, 1);
        self.outside.store(0, Relaxed);
    }

    /// It stands at the beginning of a call.
    pub fn enters(&self, now: u64) {
        add(&self.stops, 1);
        let outside = self.outside.load(Relaxed);
        if outside != 0 {
            let took = now.saturating_sub(outside);
            self.own.add(took);
            add(&self.unserved, took.saturating_sub(self.busy.load(Relaxed)));
            self.outside.store(0, Relaxed);
        }
    }

    /// It goes on from there.
    pub fn goes_in(&self, now: u64) {
        self.since.store(now, Relaxed);
    }

    /// It went on from the end of a call, and its shard told of that for so long.
    pub fn goes_out(&self, then: u64, busy: u64) {
        self.outside.store(then, Relaxed);
        self.busy.store(busy, Relaxed);
    }

    /// It stands at the end of a call.
    pub fn leaves(&self, now: u64) {
        add(&self.stops, 1);
        let since = self.since.load(Relaxed);
        if since != 0 {
            let took = now.saturating_sub(since);
            let group = (u64::BITS - (took >> SHORTEST).leading_zeros()) as usize;
            self.calls[group.min(GROUPS - 1)].add(took);
            self.since.store(0, Relaxed);
        }
    }

    /// How many stops there were.
    pub fn stops(&self) -> u64 {
        self.stops.load(Relaxed)
    }

    /// All that was noted.
    pub fn read(&self) -> Metered {
        let calls = std::array::from_fn(|group| self.calls[group].read());
        Metered {
            stops: self.stops(),
            since: self.since.load(Relaxed),
            calls,
            own: self.own.read(),
            unserved: self.unserved.load(Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_apart_by_how_long_they_took() {
        let meter = Meter::default();
        for (from, to) in [(1, 1000), (5000, 5001), (10_000, 10_000 + (1 << 20))] {
            meter.enters(from);
            meter.goes_in(from);
            meter.leaves(to);
            meter.goes_out(to, 100);
        }
        // An end without a beginning says nothing.
        meter.leaves(7);
        meter.goes_out(8, 0);
        meter.stopped();
        meter.enters(9);
        meter.goes_in(9);
        let metered = meter.read();
        assert_eq!((metered.stops, metered.since), (9, 9));
        assert_eq!(metered.own, (2, 4000 + 4999));
        assert_eq!(metered.unserved, 3900 + 4899);
        let calls: Vec<_> =
            metered.calls.into_iter().enumerate().filter(|(_, (calls, _))| *calls > 0).collect();
        assert_eq!(calls, [(0, (2, 1000)), (7, (1, 1 << 20))]);
        let endless = Meter::default();
        endless.goes_in(1);
        endless.leaves(u64::MAX);
        assert_eq!(endless.read().calls[GROUPS - 1].0, 1);
    }
}

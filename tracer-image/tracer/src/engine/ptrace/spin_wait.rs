//! Polling for the next stop before sleeping.
//!
//! If a shard sleeps until its tracee stops, its CPU becomes idle. Then each of them has to wake up the other on a CPU that
//! must first leave its sleep state: 40 to 60 us on a virtual machine. So the shard first polls for the next stop for a
//! moment, as long as that pays. Measured on 2 CPUs, Linux 6.18, seconds of a traced program without and with polling:
//!
//! | | without | with |
//! |---|---|---|
//! | one thread of bare calls, 40,000 calls, placed by the scheduler ([`super::affinity`]) | 3.2 to 4.0 | 1.2 |
//! | an epoll server with its clients, 40,000 answers, placed by the scheduler | 6.9 to 7.7 | 3.5 to 4.2 |
//! | the same without its clients, 20,000 answers, on its tracee's CPU, yielding to it | 3.3 | 1.4 |
//!
//! **The price** is the CPU time that polling takes. So a shard does not poll if somebody else wants the CPU: if there is
//! only one CPU, if the CPU time of our cgroup is limited (polling would take it from the target), and for a while after
//! others had to run first. A shard that yields to everybody (`SCHED_IDLE`) takes nothing from anybody.

use super::{
    request::{Found, NoReport},
    tracee::Tracee,
    turns::Turns,
    wakeup,
};
use crate::{cgroup, clock};
use std::collections::HashMap;

/// How long to poll, in nanoseconds: 20,000 to 50,000 were equally good, 100,000 worse.
const LONG: u64 = 30_000;
/// If polling took this long, we had to wait for a CPU.
const TOO_LONG: u64 = 3 * LONG;
/// Polling pays if it finds a stop this many times ...
const SEEN: u32 = 4;
/// ... out of this many. Otherwise it is suspended for a number of waits.
const OF: u32 = 16;
const LEFT: u32 = 256;

/// Polling of one shard.
pub struct SpinWait {
    /// Poll only while we yield to everybody else.
    alone: bool,
    limited: bool,
    /// For how many waits polling is suspended.
    left: u32,
    tried: u32,
    seen: u32,
    /// The last time, there was nothing at once.
    looked_out: bool,
}

impl SpinWait {
    /// For the calling thread. `alone`: it has only one CPU.
    pub fn new(alone: bool) -> SpinWait {
        SpinWait { alone, limited: cgroup::cpu_is_limited(), left: 0, tried: 0, seen: 0, looked_out: false }
    }

    /// Whether the last report was not there at once.
    pub fn has_looked_out(&self) -> bool {
        self.looked_out
    }

    /// Checks whether there is a report, and polls for one if that may pay. `behind`: this thread yields to everybody else.
    /// `turns` says which of the `tracees` to ask.
    ///
    /// # Errors
    /// As [`Turns::poll`]; [`NoReport::Interrupted`] if nothing was found.
    pub fn poll(
        &mut self,
        behind: bool,
        turns: &mut Turns,
        tracees: &HashMap<i32, Tracee>,
        timed: bool,
    ) -> Result<Found, NoReport> {
        let looks_out = !self.limited && (behind || !self.alone) && self.left == 0;
        self.left = self.left.saturating_sub(1);
        let mut since = None;
        loop {
            match turns.poll(tracees, timed) {
                Err(NoReport::Interrupted) => {}
                report => {
                    self.looked_out = since.is_some();
                    // A report that was there before we polled would have been there for a sleeping shard, too.
                    if let Some(since) = since {
                        self.note(true, clock::now() - since, behind);
                    }
                    return report;
                }
            }
            if !looks_out || wakeup::has_ticked() {
                return Err(NoReport::Interrupted);
            }
            let now = clock::now();
            let took = now - *since.get_or_insert(now);
            if took >= LONG {
                self.note(false, took, behind);
                return Err(NoReport::Interrupted);
            }
        }
    }

    fn note(&mut self, seen: bool, took: u64, behind: bool) {
        self.tried += 1;
        self.seen += u32::from(seen);
        let contended = took > TOO_LONG && !behind;
        if contended || self.tried == OF {
            if contended || self.seen < SEEN {
                self.left = LEFT;
            }
            (self.tried, self.seen) = (0, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spin_wait() -> SpinWait {
        SpinWait { alone: false, limited: false, left: 0, tried: 0, seen: 0, looked_out: false }
    }

    #[test]
    fn where_it_does_not_pay_it_is_left_for_a_while() {
        let mut spin_wait = spin_wait();
        for turn in 0..OF {
            assert_eq!(spin_wait.left, 0, "{turn}");
            spin_wait.note(turn < SEEN, LONG, false);
        }
        assert_eq!(spin_wait.left, 0);
        for turn in 0..OF {
            spin_wait.note(turn < SEEN - 1, LONG, false);
        }
        assert_eq!(spin_wait.left, LEFT);
    }

    #[test]
    fn where_others_want_the_cpu_it_is_left_at_once() {
        let mut spin_wait = spin_wait();
        spin_wait.note(true, TOO_LONG + 1, true);
        assert_eq!(spin_wait.left, 0, "who goes behind everybody else waits because it is to");
        spin_wait.note(true, TOO_LONG + 1, false);
        assert_eq!(spin_wait.left, LEFT);
    }
}

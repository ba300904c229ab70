//! Looking out for the next stop before sleeping.
//!
//! A shard that sleeps until its tracee stops leaves its CPU idle, and the tracee's wake-up of it, or its of the tracee,
//! brings a CPU out of its sleep: 40 to 60 us on a virtual machine. So it looks out for the next stop for a moment first,
//! as long as that pays. Measured on 2 CPUs, Linux 6.18, seconds of a program that is traced with and without:
//!
//! | | without | with |
//! |---|---|---|
//! | one thread of bare calls, 40,000 calls, placed as the scheduler likes ([`super::placement`]) | 3.2 to 4.0 | 1.2 |
//! | an epoll server with its clients, 40,000 answers, so placed | 6.9 to 7.7 | 3.5 to 4.2 |
//! | the same without its clients, 20,000 answers, on its tracee's CPU and behind it | 3.3 | 1.4 |
//!
//! **The price** is the CPU that is used meanwhile. It is not done where somebody else wants it: where there is one CPU
//! only, where the CPU time of our cgroup is limited (it would be taken from the target's), and for a while after others
//! had to be let before. Who runs behind everybody else (`SCHED_IDLE`) takes nothing from anybody.

use super::{
    recent::Recent,
    request::{NoReport, Report, Usage},
    wakeup,
};
use crate::cgroup;

/// How long is looked out, in nanoseconds: 20,000 to 50,000 were equally good, 100,000 worse.
const LONG: u64 = 30_000;
/// Who has looked out for so long has had to wait for a CPU.
const TOO_LONG: u64 = 3 * LONG;
/// It pays if a stop is seen so often ...
const SEEN: u32 = 4;
/// ... in so many times. Else it is left for so many waits.
const OF: u32 = 16;
const LEFT: u32 = 256;

/// Of one shard.
pub struct Lookout {
    /// Only by who goes behind everybody else.
    alone: bool,
    limited: bool,
    /// Waits for which it is left.
    left: u32,
    tried: u32,
    seen: u32,
    /// Nothing was there at once, the last time.
    looked_out: bool,
}

impl Lookout {
    /// Of the calling thread. `alone`: it has one CPU only.
    pub fn new(alone: bool) -> Lookout {
        Lookout { alone, limited: cgroup::cpu_is_limited(), left: 0, tried: 0, seen: 0, looked_out: false }
    }

    /// Whether what was found last was not there at once.
    pub fn has_looked_out(&self) -> bool {
        self.looked_out
    }

    /// Looks whether there is a report, and looks out for one if that may pay. `behind`: this thread goes behind
    /// everybody else. `recent` is who is asked, of so many tracees.
    ///
    /// # Errors
    /// As [`Recent::poll`]; [`NoReport::Interrupted`] if nothing was seen.
    pub fn poll(
        &mut self,
        behind: bool,
        recent: &mut Recent,
        tracees: usize,
        mut usage: Option<&mut Usage>,
    ) -> Result<Report, NoReport> {
        let looks_out = !self.limited && (behind || !self.alone) && self.left == 0;
        self.left = self.left.saturating_sub(1);
        let mut since = None;
        loop {
            match recent.poll(tracees, usage.as_deref_mut()) {
                Err(NoReport::Interrupted) => {}
                report => {
                    self.looked_out = since.is_some();
                    // What was there before we looked would have been there for whoever sleeps, too.
                    if let Some(since) = since {
                        self.note(true, wakeup::now() - since, behind);
                    }
                    return report;
                }
            }
            if !looks_out || wakeup::has_ticked() {
                return Err(NoReport::Interrupted);
            }
            let now = wakeup::now();
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

    fn lookout() -> Lookout {
        Lookout { alone: false, limited: false, left: 0, tried: 0, seen: 0, looked_out: false }
    }

    #[test]
    fn where_it_does_not_pay_it_is_left_for_a_while() {
        let mut lookout = lookout();
        for turn in 0..OF {
            assert_eq!(lookout.left, 0, "{turn}");
            lookout.note(turn < SEEN, LONG, false);
        }
        assert_eq!(lookout.left, 0);
        for turn in 0..OF {
            lookout.note(turn < SEEN - 1, LONG, false);
        }
        assert_eq!(lookout.left, LEFT);
    }

    #[test]
    fn where_others_want_the_cpu_it_is_left_at_once() {
        let mut lookout = lookout();
        lookout.note(true, TOO_LONG + 1, true);
        assert_eq!(lookout.left, 0, "who goes behind everybody else waits because it is to");
        lookout.note(true, TOO_LONG + 1, false);
        assert_eq!(lookout.left, LEFT);
    }
}

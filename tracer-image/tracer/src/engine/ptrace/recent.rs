//! Which tracees to ask whether they have stopped.
//!
//! When a thread asks for all of its tracees (`wait4(-1)`), the kernel walks their list until one has stopped: `do_wait` in
//! kernel/exit.c. With 1,250 in the list, that takes some 20 us, twice per traced call. Asking for one of them costs the
//! same however many there are (`do_wait_pid`, since Linux 5.14). So if the list is long, those that stopped last are asked
//! first, and all of them only now and then, so that the others wait at most some 2 ms. As soon as that finds a stop of
//! another one, many are busy: then all are asked, which ends at the first one that has stopped.
//!
//! One busy thread of 5,000, with four shards: 57 us per call when all were always asked, 24 us like this; 23 us for the
//! only thread of a process.

use super::request::{self, NoReport, Report, Usage};

/// Up to this many tracees are always asked together.
const FEW: usize = 8;
/// How many are asked individually.
const LAST: usize = 4;
/// All are asked after this many stops in a row; with many tracees, after a quarter of their number.
const IN_A_ROW: usize = 16;

/// For one shard.
#[derive(Debug, Default)]
pub struct Recent {
    /// Their ids; 0 means nobody.
    last: [i32; LAST],
    /// Which one was found last.
    at: usize,
    in_a_row: usize,
    /// How often individual tracees were asked since all were.
    alone: usize,
    /// Another tracee was found.
    others: bool,
}

impl Recent {
    /// Checks whether there is a report. `tracees`: how many there are. It may miss a report; a shard that then sleeps sees
    /// it.
    ///
    /// # Errors
    /// As [`request::poll`].
    pub fn poll(&mut self, tracees: usize, usage: Option<&mut Usage>) -> Result<Report, NoReport> {
        if tracees <= FEW {
            return request::poll(usage);
        }
        match self.next(tracees) {
            Some(at) => {
                let report = request::poll_one(self.last[at], usage);
                match report {
                    Ok(_) => {
                        self.at = at;
                        self.in_a_row += 1;
                    }
                    // It is gone, or has another id.
                    Err(NoReport::NoTracees) => self.last[at] = 0,
                    Err(NoReport::Interrupted) => self.at = (at + 1) % LAST,
                }
                report.or(Err(NoReport::Interrupted))
            }
            None => {
                let report = request::poll(usage);
                (self.in_a_row, self.alone, self.others) = (0, 0, false);
                if let Ok(report) = &report {
                    self.note(report);
                }
                report
            }
        }
    }

    /// Notes a report that arrived while the shard slept.
    pub fn note(&mut self, report: &Report) {
        let tid = report.tid();
        match self.last.iter().position(|known| *known == tid) {
            Some(at) => self.at = at,
            None => {
                self.others = true;
                self.at = (self.at + 1) % LAST;
                self.last[self.at] = tid;
            }
        }
    }

    /// Which one to ask now; `None` means all of them.
    fn next(&mut self, tracees: usize) -> Option<usize> {
        // Walking the list should take only a small part of the time.
        if self.others || self.in_a_row >= IN_A_ROW.max(tracees / 4) || self.alone > 4 * tracees {
            return None;
        }
        self.alone += 1;
        (0..LAST).map(|step| (self.at + step) % LAST).find(|at| self.last[*at] != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exited(tid: i32) -> Report {
        Report::Exited { tid, code: 0 }
    }

    #[test]
    fn who_stopped_last_is_asked_alone_and_all_from_time_to_time() {
        let mut recent = Recent::default();
        assert_eq!(recent.next(1000), None, "nobody is known");
        recent.note(&exited(7));
        assert_eq!(recent.next(1000), None, "it was somebody else");
        recent.others = false;
        for _ in 0..4000 {
            let at = recent.next(1000).unwrap();
            assert_eq!(recent.last[at], 7);
        }
        assert_eq!(recent.next(1000), None);
        recent.alone = 0;
        recent.in_a_row = 250;
        assert_eq!(recent.next(1000), None);
    }

    #[test]
    fn the_last_four_are_known() {
        let mut recent = Recent::default();
        for tid in [1, 2, 3, 4, 5, 4] {
            recent.note(&exited(tid));
        }
        let mut known = recent.last;
        known.sort_unstable();
        assert_eq!(known, [2, 3, 4, 5]);
        assert_eq!(recent.last[recent.at], 4, "who stopped last is asked first");
    }
}

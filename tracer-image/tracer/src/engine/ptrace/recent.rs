//! Who is asked whether they have stopped.
//!
//! To ask for all tracees of a thread (`wait4(-1)`) is to have the kernel go through their list until one has stopped:
//! `do_wait` in kernel/exit.c; some 20 us where 1,250 stand in it, twice for each call that is traced. To ask for one of
//! them costs the same however many there are (`do_wait_pid`, since Linux 5.14). So those are asked first that stopped
//! last, where the list is long, and all of them from time to time, so that the others wait some 2 ms at most. As soon
//! as a stop of one of those is found, many are busy: then all are asked, which ends at the first that has stopped.
//!
//! One busy thread of 5,000, with four shards: 57 us for each call when all were always asked, 24 us so; 23 us for the
//! only one of a process.

use super::request::{self, NoReport, Report, Usage};

/// So few tracees are asked all at once.
const FEW: usize = 8;
/// How many are asked by themselves.
const LAST: usize = 4;
/// All are asked after so many stops in a row that were found so; of many tracees: after a quarter of their number.
const IN_A_ROW: usize = 16;

/// Of one shard.
#[derive(Debug, Default)]
pub struct Recent {
    /// Their ids; 0 is nobody.
    last: [i32; LAST],
    /// Who was found last.
    at: usize,
    in_a_row: usize,
    /// How often somebody was asked alone since all were.
    alone: usize,
    /// Somebody else was found.
    others: bool,
}

impl Recent {
    /// Looks whether there is a report. `tracees`: how many there are. It need not see what is there: who sleeps then
    /// does.
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
                    // It has gone, or has another id.
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

    /// What has been reported to who slept.
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

    /// Who is asked now; none is all of them.
    fn next(&mut self, tracees: usize) -> Option<usize> {
        // Going through the list is to take a small part of the time.
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

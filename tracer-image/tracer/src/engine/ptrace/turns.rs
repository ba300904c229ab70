//! Whose turn it is: reports are taken in rounds, and served in the order in which they were taken.
//!
//! When a thread asks for all of its tracees (`wait4(-1)`), the kernel walks their list, which begins with the newest one,
//! until one has stopped: `ptrace_do_wait` in kernel/exit.c, `__ptrace_link` in kernel/ptrace.c. If each report were served
//! before the next one is taken, busy new tracees would let the older ones stand still: of 24 busy threads, the first made
//! 256 calls while the last made 280,000. So a round takes all that is there, and nobody has two turns before everybody
//! has had one.
//!
//! **Walking is expensive** if the list is long: with 1,250 in it, it takes some 20 us. Asking for one of them costs the same
//! however many there are (`do_wait_pid`, since Linux 5.14). So a round that has found many by walking asks for the rest
//! one by one. And if the list is long, most rounds ask only for those that stopped last; all are asked now and then, so
//! that the others wait at most some 2 ms. As soon as that finds a stop of another one, many are busy: then all are asked.
//!
//! One busy thread of 5,000, with four shards: 57 us per call when all were always asked, 24 us like this; 23 us for the
//! only thread of a process.
//!
//! **What does not wait for its turn**: a signal, because it is lost if we are killed between taking and resuming (wait
//! clears the tracee's `exit_code`, which is the signal that it goes on with: `wait_task_stopped` in kernel/exit.c), and
//! the end of a tracee, because its parent may hear of it as soon as it is taken.

use super::{
    request::{self, Cause, Found, NoReport, Report},
    tracee::Tracee,
};
use std::collections::{HashMap, VecDeque};

/// Up to this many tracees are always asked together.
const FEW: usize = 8;
/// How many are asked individually.
const LAST: usize = 4;
/// All are asked after this many stops in a row; with many tracees, after a quarter of their number.
const IN_A_ROW: usize = 16;
/// So many reports of a round are found by walking. The others are asked one by one.
const WALKS: usize = 16;

/// What is left of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Round {
    #[default]
    Over,
    /// All are asked together, up to this many more times.
    Together(usize),
    /// Those in [`Turns::asked`] are asked one by one.
    OneByOne,
}

/// For one shard.
#[derive(Debug, Default)]
pub struct Turns {
    /// Stops that were taken and not served yet. There is no signal among them and no end, so they may be dropped: if this
    /// thread ends, the kernel resumes them as they are.
    queue: VecDeque<Found>,
    round: Round,
    /// Who is still to be asked, the next one last.
    asked: Vec<i32>,
    /// Who stopped last; 0 means nobody. And who of them stopped since all were asked.
    last: [i32; LAST],
    stopped: [bool; LAST],
    /// Which one was found last.
    at: usize,
    in_a_row: usize,
    /// How often individual tracees were asked since all were.
    alone: usize,
    /// Another tracee was found.
    others: bool,
}

impl Turns {
    /// The next report, if there is one. It may miss a report; a shard that then sleeps sees it.
    ///
    /// # Errors
    /// As [`request::poll`].
    pub fn poll(&mut self, tracees: &HashMap<i32, Tracee>, timed: bool) -> Result<Found, NoReport> {
        let begins = self.round == Round::Over && self.queue.is_empty();
        if begins {
            self.begin(tracees.len());
        }
        let why = loop {
            match self.take(tracees, timed) {
                Ok(found) => {
                    if let Some(urgent) = self.keep(found) {
                        return Ok(urgent);
                    }
                }
                Err(why) => break why,
            }
        };
        let fresh = begins && self.queue.len() == 1;
        let found = self.queue.pop_front().ok_or(why)?;
        let tid = found.0.tid();
        // A leader may have been killed since by an execve of another thread, which has its id now (ptrace(2), "execve(2)
        // under ptrace"). Then its old stop must not be taken for the stop behind that execve.
        let is_leader = || tracees.get(&tid).is_some_and(|tracee| tracee.process == tid);
        match fresh || !is_leader() {
            true => Ok(found),
            false => Ok(request::poll_one(tid, timed).unwrap_or(found)),
        }
    }

    /// Notes a report that arrived while the shard slept.
    pub fn note(&mut self, report: &Report) {
        let tid = report.tid();
        let known = self.last.iter().position(|known| *known == tid);
        self.at = known.unwrap_or_else(|| {
            self.others = true;
            self.last.iter().position(|known| *known == 0).unwrap_or((self.at + 1) % LAST)
        });
        (self.last[self.at], self.stopped[self.at]) = (tid, true);
    }

    /// Begins a round.
    fn begin(&mut self, tracees: usize) {
        self.asked.clear();
        // Walking the list should take only a small part of the time.
        let enough = self.in_a_row >= IN_A_ROW.max(tracees / 4) || self.alone > 4 * tracees;
        if tracees > FEW && !self.others && !enough {
            // Who stopped last is asked last.
            let known = (0..LAST).map(|step| self.last[(self.at + LAST - step) % LAST]);
            self.asked.extend(known.filter(|tid| *tid != 0));
        }
        if self.asked.is_empty() {
            for (last, stopped) in self.last.iter_mut().zip(&mut self.stopped) {
                // Who has not stopped for so long is not asked any more.
                if !std::mem::take(stopped) {
                    *last = 0;
                }
            }
            (self.in_a_row, self.alone, self.others) = (0, 0, false);
            self.round = Round::Together(WALKS);
        } else {
            self.alone += self.asked.len();
            self.round = Round::OneByOne;
        }
    }

    /// Takes the next report of this round.
    fn take(&mut self, tracees: &HashMap<i32, Tracee>, timed: bool) -> Result<Found, NoReport> {
        loop {
            match self.round {
                Round::Over => return Err(NoReport::Interrupted),
                // Everybody is here.
                Round::Together(_) if !self.queue.is_empty() && self.queue.len() >= tracees.len() => {
                    self.round = Round::Over;
                }
                Round::Together(0) => {
                    let queued = |tid: &i32| self.queue.iter().any(|(report, _)| report.tid() == *tid);
                    self.asked.extend(tracees.keys().filter(|tid| !queued(tid)));
                    self.round = Round::OneByOne;
                }
                Round::Together(left) => {
                    self.round = Round::Together(left - 1);
                    let found = request::poll(timed);
                    match &found {
                        Ok((report, _)) => self.note(report),
                        Err(_) => self.round = Round::Over,
                    }
                    return found;
                }
                Round::OneByOne => {
                    let Some(tid) = self.asked.pop() else {
                        self.round = Round::Over;
                        continue;
                    };
                    match request::poll_one(tid, timed) {
                        Ok(found) => {
                            self.note(&found.0);
                            return Ok(found);
                        }
                        // It is gone, or has another id.
                        Err(NoReport::NoTracees) => {
                            self.last.iter_mut().filter(|last| **last == tid).for_each(|last| *last = 0);
                        }
                        Err(NoReport::Interrupted) => {}
                    }
                }
            }
        }
    }

    /// Keeps a report until its turn comes. Returns one that must not wait.
    fn keep(&mut self, found: Found) -> Option<Found> {
        self.in_a_row += 1;
        let tid = found.0.tid();
        match &found.0 {
            Report::Stop(_, Cause::Signal(_)) => return Some(found),
            Report::Exited { .. } | Report::Killed { .. } => {
                // It was killed while it stood.
                self.queue.retain(|(report, _)| report.tid() != tid);
                return Some(found);
            }
            // The same, or it has the id of one that was.
            Report::Stop(_, Cause::Exiting | Cause::Executed) => {
                self.queue.retain(|(report, _)| report.tid() != tid);
            }
            Report::Stop(..) => {}
        }
        self.queue.push_back(found);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exited(tid: i32) -> Report {
        Report::Exited { tid, code: 0 }
    }

    /// Who is asked in the next round; nobody: all together.
    fn round(turns: &mut Turns, tracees: usize) -> Vec<i32> {
        turns.begin(tracees);
        turns.asked.iter().rev().copied().collect()
    }

    #[test]
    fn who_stopped_last_is_asked_alone_and_all_from_time_to_time() {
        let mut turns = Turns::default();
        assert!(round(&mut turns, 1000).is_empty(), "nobody is known");
        turns.note(&exited(7));
        assert!(round(&mut turns, 1000).is_empty(), "it was somebody else");
        turns.note(&exited(7));
        for _ in 0..4001 {
            assert_eq!(round(&mut turns, 1000), [7]);
        }
        assert!(round(&mut turns, 1000).is_empty());
        turns.note(&exited(7));
        assert_eq!(round(&mut turns, 1000), [7]);
        turns.in_a_row = 250;
        assert!(round(&mut turns, 1000).is_empty());
    }

    #[test]
    fn the_last_four_take_turns() {
        let mut turns = Turns::default();
        for tid in [1, 2, 3, 4, 5, 4] {
            turns.note(&exited(tid));
        }
        turns.others = false;
        let asked = round(&mut turns, 1000);
        let mut known = asked.clone();
        known.sort_unstable();
        assert_eq!(known, [2, 3, 4, 5]);
        assert_eq!(asked[3], 4, "who stopped last is asked last");
    }

    #[test]
    fn who_does_not_stop_any_more_is_not_asked_any_more() {
        let mut turns = Turns::default();
        turns.note(&exited(1));
        turns.note(&exited(2));
        assert!(round(&mut turns, 1000).is_empty());
        turns.note(&exited(2));
        turns.in_a_row = 250;
        assert!(round(&mut turns, 1000).is_empty());
        assert_eq!(round(&mut turns, 1000), [2]);
    }
}

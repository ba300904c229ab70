//! Who is a tracee of a shard, from when to when; and what other shards have to say of it.

use super::{
    crew::{Ending, Letter},
    shard::Shard,
    tracee::{At, Tracee},
};
use crate::engine::Counting;
use std::sync::Arc;
use syscalls::value::Value;
use wire::event::{Site, What};

impl Shard<'_> {
    /// A thread is a tracee from now on.
    pub(super) fn adopt(&mut self, tid: i32, tracee: Tracee) {
        self.enter(tid, &tracee);
        self.crew.enter(tid);
        self.crew.joins(tracee.process);
        self.tracees.insert(tid, tracee);
    }

    /// It is none any more.
    pub(super) fn forget(&mut self, tid: i32) -> Option<Tracee> {
        self.leave(tid);
        self.crew.leave(tid);
        let tracee = self.tracees.remove(&tid)?;
        if !tracee.ended {
            self.crew.parts(tracee.process);
        }
        Some(tracee)
    }

    /// A tracee comes to its end: tells it, and the leader's with that of the last thread. Whether it was the last
    /// thread of its process.
    ///
    /// At an exit stop this comes before the tracee is resumed, so that nothing that follows from its end (`SIGCHLD`, the
    /// execve that waits for it) can have an earlier time, whichever shard sees it.
    pub(super) fn ends(&mut self, tid: i32, now: u64, how: What) -> bool {
        self.end_call(tid, now);
        let Some(tracee) = self.tracees.get_mut(&tid).filter(|tracee| !tracee.ended) else { return false };
        tracee.ended = true;
        let (process, site, hidden) = (tracee.process, tracee.site, tracee.hidden);
        let ending = self.crew.ends(tid, process, site);
        if hidden {
            return matches!(ending, Ending::Last { .. });
        }
        match ending {
            Ending::LeaderWaits => {}
            Ending::One | Ending::Last { leader: None } => self.tell_end(tid, now, site, how),
            Ending::Last { leader: Some(leader) } => {
                // The last thread's status is the whole process's (synchronize_group_exit in kernel/exit.c).
                self.tell_end(tid, now, site, how.clone());
                self.tell_end(process, now, leader, how);
            }
        }
        matches!(ending, Ending::Last { .. })
    }

    /// Tells the end of a thread, which another shard may serve.
    pub(super) fn tell_end(&mut self, tid: i32, time: u64, site: Option<Site>, how: What) {
        let wanted = match &how {
            What::Killed { signal: Value::Symbol { bits, .. }, .. } => {
                self.plan.wanted.signals.has(*bits as u32)
            }
            _ => true,
        };
        if wanted && self.plan.count != Counting::Counts {
            let site = site.map(|site| Site { instruction: None, ..site });
            self.tell_call(tid, time, site, how);
        }
    }

    /// A thread other than the leader executed a program: it goes on under the leader's id, all others are gone
    /// (ptrace(2), "execve(2) under ptrace").
    ///
    /// All of it is told by the shard of the thread that goes on, between the beginning and the end of its execve, so
    /// there is one order. The leader's shard saw its exit stop earlier, where there are several shards: the kernel
    /// waits for the leader's end (`de_thread` in fs/exec.c).
    pub(super) fn superseded(&mut self, leader: i32, former: i32, time: u64) {
        // Where that thread was is where the leader is now.
        let site = self.tracees.get(&former).and_then(|tracee| tracee.site);
        // The execve must be told under the id that made it before that id is gone.
        self.tell_held();
        // With one shard nobody has ended the leader's call yet.
        self.end_call(leader, time);
        self.crew.leader_ends(leader);
        if self.crew.knows(leader) && self.plan.count != Counting::Counts {
            self.tell_call(leader, time, site, What::Superseded { by: former });
        }
        if self.tracees.contains_key(&leader) {
            self.forget(leader);
        } else {
            self.crew.tell(self.number, Letter::Superseded { leader });
        }
        if let Some(tracee) = self.forget(former) {
            self.adopt(leader, tracee);
        }
    }

    /// A thread is in another program, still in the call that brought it there.
    pub(super) fn moved(&mut self, tid: i32, instruction: Option<u64>) {
        let Some(instruction) = instruction else { return };
        // Where the call was made is told with its beginning.
        self.tell_held();
        let Some(tracee) = self.tracees.get_mut(&tid) else { return };
        let call = if let At::Inside(call) = &mut tracee.at { call.site.as_mut() } else { None };
        for site in [tracee.site.as_mut(), call].into_iter().flatten() {
            site.instruction = Some(instruction);
        }
    }

    /// What another shard has to say.
    pub(super) fn read(&mut self, letter: Letter) {
        match letter {
            Letter::Superseded { leader } => {
                // Its id belongs to a tracee of the other shard, and so does all that the crew knows of it.
                self.leave(leader);
                if let Some(tracee) = self.tracees.remove(&leader) {
                    if self.held == Some(leader) {
                        self.held = None;
                    }
                    if !tracee.ended {
                        self.crew.parts(tracee.process);
                    }
                }
            }
            Letter::LastWords { signal, time } => {
                if let Some(signal) = signal {
                    self.init_dies(signal, time);
                }
                self.tell_held();
                self.sum_up();
                self.crew.has_said();
            }
        }
    }

    /// Whether there is nothing more to come: for the first shard, of any.
    pub(super) fn is_over(&mut self) -> bool {
        if !self.crew.several() {
            return true;
        }
        if self.number == 0 {
            return !self.crew.others(self.number);
        }
        // A leader whose place another shard's tracee took is gone without a report: that shard tells us.
        self.tracees.is_empty() || self.stop.requested() || self.crew.len() == 0
    }

    pub(super) fn enter(&mut self, tid: i32, tracee: &Tracee) {
        if self.roster.is_some() {
            self.changes.enter(tid, tracee.process, Arc::clone(&tracee.meter));
        }
    }

    pub(super) fn leave(&mut self, tid: i32) {
        if let Some(tracee) = self.tracees.get(&tid).filter(|_| self.roster.is_some()) {
            self.changes.leave(tid, Arc::clone(&tracee.meter));
        }
    }
}

//! Who is a tracee of a shard, from when to when; and what other shards have to say of it.

use super::{
    crew::Letter,
    shard::Shard,
    tracee::{At, INIT, Tracee},
    wakeup,
};
use crate::engine::Counting;
use std::sync::Arc;
use wire::event::{Site, What};

impl Shard<'_> {
    /// A thread is a tracee from now on.
    pub(super) fn adopt(&mut self, tid: i32, tracee: Tracee) {
        self.enter(tid, &tracee);
        self.crew.enter(tid);
        if tracee.process == INIT {
            self.crew.init_enters();
        }
        self.tracees.insert(tid, tracee);
    }

    /// It is none any more.
    pub(super) fn forget(&mut self, tid: i32) -> Option<Tracee> {
        self.leave(tid);
        self.crew.leave(tid);
        let tracee = self.tracees.remove(&tid)?;
        if tracee.process == INIT && !tracee.ended {
            self.crew.init_leaves();
        }
        Some(tracee)
    }

    /// The end of a tracee is told. Whether it was the last thread of PID 1.
    pub(super) fn ends(&mut self, tid: i32) -> bool {
        match self.tracees.get_mut(&tid) {
            Some(tracee) if !tracee.ended => {
                tracee.ended = true;
                tracee.process == INIT && self.crew.init_leaves()
            }
            _ => false,
        }
    }

    /// A thread other than the leader executed a program: it goes on under the leader's id, all others are gone
    /// (ptrace(2), "execve(2) under ptrace").
    pub(super) fn superseded(&mut self, leader: i32, former: i32) {
        let time = wakeup::now();
        // Where that thread was is where the leader is now.
        let site = self.tracees.get(&former).and_then(|tracee| tracee.site);
        if self.tracees.contains_key(&leader) {
            self.loses(leader, former, time, site);
        } else {
            self.sink.tells_others();
            self.crew.tell(self.number, Letter::Superseded { leader, by: former, time, site });
        }
        // The execve must be told under the id that made it before that id is gone.
        self.tell_held();
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

    /// A leader is gone because a thread of its process took its place.
    fn loses(&mut self, leader: i32, by: i32, time: u64, site: Option<Site>) {
        self.end_call(leader, time);
        if self.plan.count != Counting::Counts {
            self.tell_call(leader, time, site, What::Superseded { by });
        }
        self.forget(leader);
    }

    /// What another shard has to say.
    pub(super) fn read(&mut self, letter: Letter) {
        match letter {
            Letter::Superseded { leader, by, time, site } if self.tracees.contains_key(&leader) => {
                self.loses(leader, by, time, site);
                // Whoever took its place has its id.
                self.crew.enter(leader);
            }
            Letter::Superseded { .. } => {}
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

//! Who is a tracee of a shard, from when to when; and what other shards have to say of it.

use super::{
    registry::{Ending, ShardMessage},
    shard::Shard,
    tracee::Tracee,
};
use crate::engine::assembly::Caller;
use std::sync::Arc;
use wire::event::What;

impl Shard<'_> {
    /// A thread is a tracee from now on.
    pub(super) fn adopt(&mut self, tid: i32, tracee: Tracee, caller: Caller) {
        self.enter(tid, &tracee);
        self.registry.enter(tid);
        self.registry.joins(tracee.process);
        self.tracees.insert(tid, tracee);
        self.assembly.enter(tid, caller);
    }

    /// It is none any more.
    pub(super) fn forget(&mut self, tid: i32) -> Option<(Tracee, Caller)> {
        self.leave(tid);
        self.registry.leave(tid);
        let tracee = self.tracees.remove(&tid)?;
        if !tracee.ended {
            self.registry.parts(tracee.process);
        }
        Some((tracee, self.assembly.leave(tid)?))
    }

    /// A tracee comes to its end: tells it, and the leader's with that of the last thread. Whether it was the last
    /// thread of its process.
    ///
    /// At an exit stop this comes before the tracee is resumed, so that nothing that follows from its end (`SIGCHLD`, the
    /// execve that waits for it) can have an earlier time, whichever shard sees it.
    pub(super) fn ends(&mut self, tid: i32, now: u64, how: What) -> bool {
        self.assembly.end_call(tid, now);
        let Some(tracee) = self.tracees.get_mut(&tid).filter(|tracee| !tracee.ended) else { return false };
        tracee.ended = true;
        let process = tracee.process;
        let (site, hidden) = (self.assembly.site(tid), self.assembly.is_hidden(tid));
        let ending = self.registry.ends(tid, process, site);
        if hidden {
            return matches!(ending, Ending::Last { .. });
        }
        match ending {
            Ending::LeaderWaits => {}
            Ending::One | Ending::Last { leader: None } => self.assembly.tell_end(tid, now, site, how),
            Ending::Last { leader: Some(leader) } => {
                // The last thread's status is the whole process's (synchronize_group_exit in kernel/exit.c).
                self.assembly.tell_end(tid, now, site, how.clone());
                self.assembly.tell_end(process, now, leader, how);
            }
        }
        matches!(ending, Ending::Last { .. })
    }

    /// A thread other than the leader executed a program: it goes on under the leader's id, all others are gone
    /// (ptrace(2), "execve(2) under ptrace").
    ///
    /// All of it is told by the shard of the thread that goes on, between the beginning and the end of its execve, so
    /// there is one order. The leader's shard saw its exit stop earlier, where there are several shards: the kernel
    /// waits for the leader's end (`de_thread` in fs/exec.c).
    pub(super) fn superseded(&mut self, leader: i32, former: i32, time: u64) {
        // The execve must be told under the id that made it before that id is gone.
        self.assembly.tell_held();
        // With one shard nobody has ended the leader's call yet.
        self.assembly.end_call(leader, time);
        self.registry.leader_ends(leader);
        if self.registry.knows(leader) {
            self.assembly.superseded(leader, former, time);
        }
        if self.tracees.contains_key(&leader) {
            self.forget(leader);
        } else {
            self.registry.tell(self.number, ShardMessage::Superseded { leader });
        }
        if let Some((tracee, caller)) = self.forget(former) {
            self.adopt(leader, tracee, caller);
        }
    }

    /// What another shard has to say.
    pub(super) fn read(&mut self, message: ShardMessage) {
        match message {
            ShardMessage::Superseded { leader } => {
                // Its id belongs to a tracee of the other shard, and so does all that the registry knows of it.
                self.leave(leader);
                self.assembly.leave(leader);
                if let Some(tracee) = self.tracees.remove(&leader).filter(|tracee| !tracee.ended) {
                    self.registry.parts(tracee.process);
                }
            }
            ShardMessage::LastWords { signal, time } => {
                if let Some(signal) = signal {
                    self.init_dies(signal, time);
                }
                self.assembly.tell_held();
                self.assembly.sum_up();
                self.registry.has_said();
            }
        }
    }

    /// Whether there is nothing more to come: for the first shard, of any.
    pub(super) fn is_over(&mut self) -> bool {
        if !self.registry.several() {
            return true;
        }
        if self.number == 0 {
            return !self.registry.others(self.number);
        }
        // A leader whose place another shard's tracee took is gone without a report: that shard tells us.
        self.tracees.is_empty() || self.stop.requested() || self.registry.len() == 0
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

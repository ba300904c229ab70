//! The end of the target's PID 1, which takes its PID namespace, and us if we are in it.

use super::{request::Stopped, shard::Shard, tracee::INIT};
use crate::{clock, procfs};
use std::{collections::BTreeSet, time::Duration};
use syscalls::snapshot::Known;
use wire::event::What;

/// How long the target's PID 1 is held at its exit stop so that what was seen gets out. The one thing that a stop
/// waits for.
const LAST_WORDS: Duration = Duration::from_millis(300);

impl Shard<'_> {
    /// Whether a signal would have ended PID 1 if we were not here.
    ///
    /// The kernel lets a fault kill the init of a PID namespace only while it is not traced
    /// (`force_sig_info_to_task` in kernel/signal.c: "users won't expect debugging to leave init killable"). Under
    /// trace the signal is dropped and the faulting instruction runs again, for ever. SIGTRAP and SIGSYS come behind
    /// their instruction, so letting it run again would not bring them back: those stay as they are under strace.
    pub(super) fn is_end_of_init(&self, tid: i32, signal: i32, siginfo: Option<&[u8; 128]>) -> bool {
        let restarts = matches!(signal, libc::SIGSEGV | libc::SIGBUS | libc::SIGILL | libc::SIGFPE);
        if !restarts || self.tracees.get(&tid).is_none_or(|tracee| tracee.process != INIT) {
            return false;
        }
        // A positive si_code is the kernel's own (sigaction(2)).
        let code = siginfo.map_or(0, |bytes| i32::from_ne_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]));
        let caught = procfs::status(INIT, "SigCgt").and_then(|mask| u64::from_str_radix(&mask, 16).ok());
        code > 0 && caught.is_some_and(|mask| mask & (1 << (signal - 1)) == 0)
    }

    /// Gets everything out before PID 1 goes.
    fn last_words(&mut self, signal: Option<i32>) {
        self.assembly.sink.tells_others();
        self.registry.hear_out(self.number, signal, clock::now());
        self.assembly.sum_up();
        self.assembly.sink.flush(LAST_WORDS);
    }

    /// Lets PID 1 die of a fault as it would without us: its end is told and sent, then it is let go, and faults again.
    pub(super) fn crash_of_init(&mut self, stopped: Stopped, signal: i32, siginfo: Option<[u8; 128]>) {
        let tid = stopped.tid();
        let now = clock::now();
        self.assembly.signal(tid, now, signal, siginfo, &Known::default());
        self.init_dies(signal, now);
        self.last_words(Some(signal));
        stopped.detach(0);
        self.forget(tid);
    }

    /// Tells the end of all threads of PID 1.
    pub(super) fn init_dies(&mut self, signal: i32, now: u64) {
        let how = self.assembly.killed(signal, false);
        let threads: BTreeSet<i32> =
            self.tracees.iter().filter(|(_, t)| t.process == INIT && !t.ended).map(|(tid, _)| *tid).collect();
        let mut told = false;
        for thread in threads {
            told |= self.ends(thread, now, how.clone());
        }
        // A leader that was gone before, while others of its process ran on.
        if !told
            && self.tracees.contains_key(&INIT)
            && let Some(site) = self.registry.leader_ends(INIT)
        {
            self.assembly.tell_end(INIT, now, site, how);
        }
    }

    /// A tracee is about to exit. Its end is told before it is resumed: what follows from it may be seen by another shard,
    /// and what is told after the resume of PID 1 may never get out.
    pub(super) fn exiting(&mut self, stopped: Stopped) {
        let tid = stopped.tid();
        let status = stopped.message().unwrap_or(0) as i32;
        let now = clock::now();
        let how = if libc::WIFSIGNALED(status) {
            self.assembly.killed(libc::WTERMSIG(status), libc::WCOREDUMP(status))
        } else {
            What::Exited { code: libc::WEXITSTATUS(status) }
        };
        let init = self.tracees.get(&tid).is_some_and(|tracee| tracee.process == INIT);
        if self.ends(tid, now, how) && init {
            self.last_words(None);
        }
        stopped.resume(0);
    }
}

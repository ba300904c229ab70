//! An engine that hangs is found, so that the target can run on.

use crate::engine::ptrace;
use std::{
    collections::HashMap,
    fs,
    time::{Duration, Instant},
};

/// How often the engine's thread is checked.
pub(super) const LOOK: Duration = Duration::from_secs(1);
/// How many times in a row it may be found in the same system call without progress.
const HANGS: u32 = 3;

/// Detects a thread of the engine that hangs: for example, a tracee whose memory is on a dead network file system could hold
/// it in `process_vm_readv`, and with it every other tracee.
pub(super) struct Watch {
    /// Where each thread was and what it had done at the last checks, and how many times in a row.
    seen: HashMap<i32, (String, u32)>,
    next: Instant,
}

impl Watch {
    pub(super) fn new() -> Watch {
        Watch { seen: HashMap::new(), next: Instant::now() + LOOK }
    }

    /// The number of the system call that it hangs in.
    pub(super) fn hangs(&mut self) -> Option<i64> {
        if Instant::now() < self.next {
            return None;
        }
        self.next = Instant::now() + LOOK;
        ptrace::shards().find_map(|thread| self.hangs_in(thread))
    }

    fn hangs_in(&mut self, thread: i32) -> Option<i64> {
        let task = format!("/proc/self/task/{thread}");
        // "NUMBER ARGUMENTS SP PC", or "running", also while it only waits for a CPU (proc_pid_syscall(5)). If the kernel
        // does not have the file, no thread is found to hang.
        let place = fs::read_to_string(format!("{task}/syscall")).unwrap_or_default();
        let call = place.split(' ').next().and_then(|number| number.parse().ok());
        let waits_for_tracees =
            [libc::SYS_wait4, libc::SYS_waitid, libc::SYS_futex].map(Some).contains(&call);
        if call.is_none() || waits_for_tracees {
            self.seen.remove(&thread);
            return None;
        }
        let status = fs::read_to_string(format!("{task}/status")).unwrap_or_default();
        let switches = status.lines().filter(|line| line.contains("ctxt_switches")).collect::<String>();
        let place = place + &switches;
        let (seen, times) = self.seen.entry(thread).or_default();
        if place == *seen {
            *times += 1;
        } else {
            (*seen, *times) = (place, 0);
        }
        call.filter(|_| *times >= HANGS)
    }
}

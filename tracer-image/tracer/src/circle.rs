//! Two tracers that trace each other, directly or by way of others: each stands still until the other resumes it. Then not
//! even a signal ends them, apart from SIGKILL. The kernel does not keep anybody from that (ptrace(2) names no error for it).

use crate::procfs;
use std::collections::HashSet;

/// Whether a process traces us, itself or by way of others.
pub fn traces_us(process: i32) -> bool {
    // This thread first: if it is traced, each of the calls that this takes waits for the other tracer.
    // SAFETY: gettid has no preconditions.
    if tracer_of(unsafe { libc::gettid() }) == Some(process) {
        return true;
    }
    let mut known = HashSet::new();
    let mut traced = vec![std::process::id() as i32];
    while let Some(next) = traced.pop() {
        for tracer in procfs::threads(next).unwrap_or_default().into_iter().filter_map(tracer_of) {
            if tracer == process {
                return true;
            }
            if known.insert(tracer) {
                traced.push(tracer);
            }
        }
    }
    false
}

/// The process that traces a thread.
fn tracer_of(thread: i32) -> Option<i32> {
    let tracer = procfs::status(thread, "TracerPid")?.parse().ok().filter(|tracer| *tracer != 0)?;
    procfs::process_of(tracer)
}

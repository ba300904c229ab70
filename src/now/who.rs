//! How threads and processes are named.

use crate::look::{Facts, words};
use wire::look::Thread;

/// `pid 9 (python3)`, or `tid 31 (worker) of pid 9` where a process has several threads.
pub fn thread(facts: &Facts, thread: &Thread) -> String {
    let alone = facts.processes.get(&thread.process).is_none_or(|process| process.threads <= 1);
    match alone {
        true => format!("pid {} ({})", thread.process, words(&thread.comm)),
        false => format!("tid {} ({}) of pid {}", thread.tid, words(&thread.comm), thread.process),
    }
}

/// `pid 9 (python3)`
pub fn process(facts: &Facts, pid: i32) -> String {
    match facts.processes.get(&pid) {
        Some(process) => format!("pid {pid} ({})", words(&process.comm)),
        None => format!("pid {pid}"),
    }
}

//! In which calls threads are blocked, for a person whose trace shows nothing.
//!
//! The engine does not know it: a call that a filter leaves out is not looked at, and one that began before we attached
//! was never seen to begin. `/proc/PID/task/TID/syscall` says it (proc_pid_syscall(5)).

use crate::{
    current_call::{self, At, Copied},
    procfs,
};
use syscalls::{gather::DecodeOptions, notation::Notation, table, value::Names};
use wire::message::Blocked;

/// Most threads that are looked at.
const LOOKED_AT: usize = 64;
/// Most that are named.
const NAMED: usize = 5;
/// Most bytes of a call.
const LENGTH: usize = 160;

/// What threads are blocked in. Threads of one process that are in the same call are named once. Without `arguments`
/// only the names of calls are told: what is behind a pointer may be secret.
///
/// May hang where memory of the target does (it may be on a dead network file system): call it on a thread of its own.
pub fn blocked(mut threads: Vec<(i32, i32)>, arguments: bool) -> Vec<Blocked> {
    // Leaders first.
    threads.sort_unstable_by_key(|(thread, process)| (thread != process, *thread));
    let mut found: Vec<(i32, &'static str, Blocked)> = Vec::new();
    for (thread, process) in threads.into_iter().take(LOOKED_AT) {
        if !matches!(procfs::thread_state(process, thread), Some('S' | 'D')) {
            continue;
        }
        let Ok(At::Call { number, args }) = current_call::at(process, thread) else { continue };
        let abi = current_call::abi(process, number);
        let Some(row) = table::row(abi, number) else { continue };
        let same = |(other, name, _): &&mut (i32, &str, Blocked)| *other == process && *name == row.name;
        if let Some((.., blocked)) = found.iter_mut().find(same) {
            blocked.others += 1;
            continue;
        }
        if found.len() == NAMED {
            continue;
        }
        let mut call = format!("{}(", row.name);
        if arguments {
            let mut names = Names::default();
            let copied = Copied::of(thread, abi, number, args, DecodeOptions::default());
            let args = copied.map(|copied| copied.arguments(&mut names)).unwrap_or_default();
            Notation::default().arguments(&mut call, &args, &names, true);
        }
        if call.len() > LENGTH {
            call.truncate(call.floor_char_boundary(LENGTH));
            call.push_str("...");
        }
        let comm = procfs::comm(thread).unwrap_or_default();
        found.push((process, row.name, Blocked { tid: thread, comm, call, others: 0 }));
    }
    found.into_iter().map(|(.., blocked)| blocked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{process::Command, thread, time::Duration};

    #[test]
    fn a_process_that_waits_is_found_in_its_call() {
        let mut child = Command::new("sleep").arg("1234").spawn().expect("sleep");
        let process = child.id() as i32;
        let mut found = Vec::new();
        for _ in 0..200 {
            found = blocked(vec![(process, process)], true);
            if found.iter().any(|blocked| blocked.call.contains("nanosleep(")) {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let named = blocked(vec![(process, process)], false);
        child.kill().expect("it lives");
        child.wait().expect("our child");
        assert_eq!(found.len(), 1, "{found:?}");
        let Blocked { tid, comm, call, others } = &found[0];
        assert_eq!((*tid, comm.as_str(), *others), (process, "sleep", 0));
        assert!(call.contains("tv_sec=1234"), "{call}");
        assert!(named[0].call.ends_with("nanosleep("), "{named:?}");
    }
}

//! In which calls threads are blocked, for a person whose trace shows nothing.
//!
//! The engine does not know it: a call that a filter leaves out is not looked at, and one that began before we attached
//! was never seen to begin. `/proc/PID/task/TID/syscall` says it (proc_pid_syscall(5)).

use super::memory::TraceeMemory;
use crate::procfs;
use std::{
    fs::{self, File},
    io::Read,
};
use syscalls::{
    abi::Abi,
    decode,
    gather::{self, DecodeOptions, Lookups},
    notation::Notation,
    snapshot::{Phase, Snapshot},
    table,
    value::Names,
};
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
        let text = fs::read_to_string(format!("/proc/{process}/task/{thread}/syscall")).unwrap_or_default();
        let Some((number, args)) = parse(&text) else { continue };
        let abi = abi(process, number);
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
            let (mut snapshot, mut names) = (Snapshot::default(), Names::default());
            snapshot.clear(abi, number, args);
            let (mut wants, mut lookups, mut pieces) = (Vec::new(), Lookups::default(), Vec::new());
            let depth = DecodeOptions::default();
            for _ in 0..gather::PASSES {
                gather::wants(row, &snapshot, depth, Phase::Entry, &mut wants, &mut lookups);
                if wants.is_empty() {
                    break;
                }
                snapshot.fill(Phase::Entry, &wants, &mut TraceeMemory::new(thread, &mut pieces));
            }
            let args = decode::entry(row, &snapshot, depth, &mut names);
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

/// The number and the arguments of the call that a thread is in, if it is in one.
fn parse(text: &str) -> Option<(u64, [u64; 6])> {
    let mut words = text.split_whitespace();
    // "running", or -1: blocked, but in no call.
    let number = words.next()?.parse().ok()?;
    let mut args = [0; 6];
    for arg in &mut args {
        *arg = u64::from_str_radix(words.next()?.strip_prefix("0x")?, 16).ok()?;
    }
    Some((number, args))
}

/// The ABI of a call of a process, by its program's machine (elf(5)): the file does not say it.
fn abi(process: i32, number: u64) -> Abi {
    let mut head = [0; 20];
    let read = File::open(format!("/proc/{process}/exe")).and_then(|mut exe| exe.read_exact(&mut head));
    let machine = read.ok().map(|()| u16::from_le_bytes([head[18], head[19]]));
    // EM_386, EM_ARM, EM_X86_64, EM_AARCH64; AUDIT_ARCH_* of linux/audit.h.
    let audit = match machine {
        Some(3) => 0x4000_0003,
        Some(40) => 0x4000_0028,
        Some(62) => 0xc000_003e,
        Some(183) => 0xc000_00b7,
        _ => return Abi::NATIVE,
    };
    Abi::of_call(audit, number).unwrap_or(Abi::NATIVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{process::Command, thread, time::Duration};

    #[test]
    fn what_the_kernel_says_is_read() {
        let line = "7 0x7ffd 0x1 0xffffffffffffffff 0x0 0x8 0x7ffd 0x7ffd 0x7f00\n";
        assert_eq!(parse(line), Some((7, [0x7ffd, 1, u64::MAX, 0, 8, 0x7ffd])));
        for none in ["running\n", "-1 0x7ffd 0x7f00\n", "", "7 0x1 0x2\n", "7 1 2 3 4 5 6\n"] {
            assert_eq!(parse(none), None, "{none:?}");
        }
    }

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

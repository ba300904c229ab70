//! Translates ids of another PID namespace into ours: `-e decode-pids=pidns`.

use crate::{clock, procfs};
use std::{
    collections::HashMap,
    fs::File,
    os::{
        fd::{AsRawFd, FromRawFd},
        unix::fs::MetadataExt,
    },
};
use syscalls::{gather::DecodeOptions, snapshot::Known};

/// At most this many processes are looked at for one number.
const MOST: usize = 32_768;
/// How long one is looked for, in nanoseconds, because a tracee stands still meanwhile; and how long none is after a search
/// that took longer.
const LONGEST: u64 = 50_000_000;
const RESTS: u64 = 1_000_000_000;
/// At most this many numbers are cached.
const MOST_KEPT: usize = 4096;
/// `NS_GET_PARENT` of linux/nsfs.h.
const NS_GET_PARENT: libc::c_ulong = 0xb702;

/// The cache.
#[derive(Debug, Default)]
pub struct PidTranslator {
    /// By namespace, and number there.
    known: HashMap<(u64, i32), i32>,
    /// Our own namespace.
    own: Option<Option<u64>>,
    /// When a search took too long.
    late: Option<u64>,
}

/// A tracee's namespace, and how far it is below ours.
#[derive(Clone, Copy)]
struct Space {
    inode: u64,
    depth: usize,
}

impl PidTranslator {
    /// The wanted facts about a process that a tracee calls `number`.
    pub fn known(&mut self, tracee: i32, number: i32, depth: DecodeOptions) -> Known {
        let (process, ours) = self.called(tracee, number);
        let named = process.filter(|_| depth.comm && number > 0);
        Known { comm: named.and_then(procfs::comm_bytes), ours: ours.filter(|_| depth.pidns) }
    }

    /// Our id for the process that a tracee calls `number`, if it exists.
    pub fn process(&mut self, tracee: i32, number: i32) -> Option<i32> {
        self.called(tracee, number).0
    }

    /// Our id for a process that a tracee calls `number`, and the same if its namespace is not ours.
    fn called(&mut self, tracee: i32, number: i32) -> (Option<i32>, Option<i32>) {
        let own = *self.own.get_or_insert_with(|| procfs::namespace(std::process::id() as i32, "pid"));
        let Some(inode) = procfs::namespace(tracee, "pid") else { return (None, None) };
        if Some(inode) == own {
            return (Some(number), None);
        }
        let ours = self.ours(tracee, inode, number);
        (ours, ours)
    }

    /// Our number for a process, thread, group or session that a tracee calls `number`. `None` if it does not
    /// exist.
    fn ours(&mut self, tracee: i32, inode: u64, number: i32) -> Option<i32> {
        let space = Space { inode, depth: ids(tracee, "NSpid")?.len().checked_sub(1)? };
        let number = number.checked_abs().filter(|number| *number > 0)?;
        if let Some(known) = self.known.get(&(space.inode, number)).copied() {
            if space.calls(known, "NSpid", number).is_some() {
                return Some(known);
            }
            self.known.remove(&(space.inode, number));
        }
        let begun = clock::now();
        if self.late.is_some_and(|late| begun.saturating_sub(late) < RESTS) {
            return None;
        }
        let found = space.find(number, begun + LONGEST);
        let ended = clock::now();
        self.late = (ended > begun + LONGEST).then_some(ended);
        let found = found?;
        if self.known.len() >= MOST_KEPT {
            self.known.clear();
        }
        self.known.insert((space.inode, number), found);
        Some(found)
    }
}

impl Space {
    /// Looks at all processes, then at their threads, then at their groups and sessions, until some time.
    fn find(self, number: i32, until: u64) -> Option<i32> {
        let in_time = || clock::now() < until;
        let processes: Vec<i32> = procfs::processes().ok()?.into_iter().take(MOST).collect();
        let here = |list: &'static str| {
            let mut processes = processes.iter().take_while(|_| in_time());
            processes.find_map(move |pid| self.calls(*pid, list, number))
        };
        let threads = || {
            let all = processes.iter().take_while(|_| in_time());
            let all = all.filter_map(|pid| procfs::threads(*pid).ok()).flatten().take(MOST);
            all.take_while(|_| in_time()).find_map(|tid| self.calls(tid, "NSpid", number))
        };
        here("NSpid").or_else(threads).or_else(|| here("NSpgid")).or_else(|| here("NSsid"))
    }

    /// Our number for what this process calls `number` in one of its lists, if it is in that namespace or below it.
    fn calls(self, pid: i32, list: &str, number: i32) -> Option<i32> {
        let ids = ids(pid, list)?;
        if *ids.get(self.depth)? != number {
            return None;
        }
        let mut space = File::open(format!("/proc/{pid}/ns/pid")).ok()?;
        for _ in self.depth + 1..ids.len() {
            // SAFETY: takes no argument, and gives a descriptor that nobody else owns (ioctl_nsfs(2)).
            space = unsafe {
                let parent = libc::ioctl(space.as_raw_fd(), NS_GET_PARENT as _);
                (parent >= 0).then(|| File::from_raw_fd(parent))?
            };
        }
        (space.metadata().ok()?.ino() == self.inode).then(|| ids.first().copied())?
    }
}

/// A list from `/proc/PID/status`: one number for each namespace, starting with ours.
fn ids(pid: i32, list: &str) -> Option<Vec<i32>> {
    procfs::status(pid, list)?.split_whitespace().map(|id| id.parse().ok()).collect()
}

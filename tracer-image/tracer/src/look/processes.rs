//! Facts about processes.

use super::answer::Answer;
use crate::procfs;
use std::{fs, io};
use wire::look::{Fact, Look, Process};

/// Most bytes of a command line.
const LONGEST: usize = 4096;
/// `PF_FORKNOEXEC` of linux/sched.h: forked, and no program was executed since.
const FORKED: u64 = 0x40;

/// Tells of each process.
pub fn tell(look: &Look, members: &[i32], answer: &mut Answer) {
    for process in members {
        match of(*process, look.command_lines) {
            Ok(fact) => answer.say(Fact::Process(fact)),
            Err(error) => answer.could_not("a process", *process, &error),
        }
    }
}

fn of(pid: i32, command_lines: bool) -> io::Result<Process> {
    let status = Status::of(pid)?;
    let command_line = command_lines.then(|| {
        let mut words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        words.truncate(LONGEST);
        words
    });
    let effective = |field: &str| status.numbers(field).get(1).copied().unwrap_or(0) as u32;
    Ok(Process {
        pid,
        parent: status.number("PPid").unwrap_or(0) as i32,
        comm: procfs::comm_bytes(pid).unwrap_or_default(),
        exe: procfs::executable(pid).map(String::into_bytes),
        command_line,
        state: procfs::state(pid).unwrap_or('?'),
        threads: status.number("Threads").unwrap_or(0) as u32,
        user: (effective("Uid"), effective("Gid")),
        age: age(procfs::started(pid)),
        tracer: status.number("TracerPid").unwrap_or(0) as i32,
        seccomp: status.number("Seccomp").unwrap_or(0) as u8,
        forked: procfs::flags(pid).map(|flags| flags & FORKED != 0),
    })
}

/// How long ago something was started, in nanoseconds, by its time in clock ticks since boot.
pub fn age(started: Option<u64>) -> u64 {
    let Some(started) = started else { return 0 };
    let now = crate::clock::since_boot();
    // SAFETY: takes a number.
    let ticks = u64::try_from(unsafe { libc::sysconf(libc::_SC_CLK_TCK) }).unwrap_or(100).max(1);
    now.saturating_sub(started.saturating_mul(1_000_000_000 / ticks))
}

/// `/proc/PID/status`.
pub struct Status(String);

impl Status {
    /// Of a process.
    ///
    /// # Errors
    /// It is gone.
    pub fn of(process: i32) -> io::Result<Status> {
        fs::read_to_string(format!("/proc/{process}/status")).map(Status)
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.0.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':')).map(str::trim)
    }

    /// A decimal number; of a size, in the unit of the file (kB).
    pub fn number(&self, field: &str) -> Option<u64> {
        self.text(field)?.split_whitespace().next()?.parse().ok()
    }

    /// Several numbers.
    pub fn numbers(&self, field: &str) -> Vec<u64> {
        let text = self.text(field).unwrap_or_default();
        text.split_whitespace().map_while(|word| word.parse().ok()).collect()
    }

    /// A hexadecimal number.
    pub fn bits(&self, field: &str) -> Option<u64> {
        u64::from_str_radix(self.text(field)?, 16).ok()
    }

    /// Two numbers as `12/345`.
    pub fn fraction(&self, field: &str) -> Option<(u64, u64)> {
        let (one, other) = self.text(field)?.split_once('/')?;
        Some((one.parse().ok()?, other.parse().ok()?))
    }
}

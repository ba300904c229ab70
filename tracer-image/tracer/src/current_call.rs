//! The call that a thread is in, without stopping it: `/proc/PID/task/TID/syscall` (proc_pid_syscall(5)).

use crate::memory::TraceeMemory;
use std::{
    fs::{self, File},
    io::{self, Read},
};
use syscalls::{
    abi::Abi,
    decode,
    gather::{self, DecodeOptions, Lookups},
    snapshot::{Phase, Snapshot},
    table::{self, Row},
    value::{Names, Value},
};

/// Where a thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// It runs, or waits for a CPU.
    Running,
    /// It is blocked, but in no call: in a page fault.
    Fault,
    /// It is in this call.
    Call {
        /// Its number.
        number: u64,
        /// Its arguments.
        args: [u64; 6],
    },
}

/// Where a thread is.
///
/// # Errors
/// As the system says: only who may trace a thread may know.
pub fn at(process: i32, thread: i32) -> io::Result<At> {
    let text = fs::read_to_string(format!("/proc/{process}/task/{thread}/syscall"))?;
    parse(&text).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn parse(text: &str) -> Option<At> {
    let mut words = text.split_whitespace();
    let number = match words.next()? {
        "running" => return Some(At::Running),
        "-1" => return Some(At::Fault),
        number => number.parse().ok()?,
    };
    let mut args = [0; 6];
    for arg in &mut args {
        *arg = u64::from_str_radix(words.next()?.strip_prefix("0x")?, 16).ok()?;
    }
    Some(At::Call { number, args })
}

/// The ABI of a call of a process, by its program's machine (elf(5)): the kernel does not say it.
pub fn abi(process: i32, number: u64) -> Abi {
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

/// A call whose arguments were copied.
pub struct Copied {
    /// Its row.
    pub row: &'static Row,
    /// What was copied.
    pub snapshot: Snapshot,
    depth: DecodeOptions,
}

impl Copied {
    /// Copies what the arguments of a call point to. `None`: the table has no such call.
    ///
    /// May hang where memory of the target does, because it is on a file system that does not answer.
    pub fn of(thread: i32, abi: Abi, number: u64, args: [u64; 6], depth: DecodeOptions) -> Option<Copied> {
        let row = table::row(abi, number)?;
        let mut snapshot = Snapshot::default();
        snapshot.clear(abi, number, args);
        let (mut wants, mut lookups, mut pieces) = (Vec::new(), Lookups::default(), Vec::new());
        for _ in 0..gather::PASSES {
            gather::wants(row, &snapshot, depth, Phase::Entry, &mut wants, &mut lookups);
            if wants.is_empty() {
                break;
            }
            snapshot.fill(Phase::Entry, &wants, &mut TraceeMemory::new(thread, &mut pieces));
        }
        Some(Copied { row, snapshot, depth })
    }

    /// The arguments that are known while the call lasts.
    pub fn arguments(&self, names: &mut Names) -> Vec<Value> {
        decode::entry(self.row, &self.snapshot, self.depth, names)
    }

    /// The descriptors that it works on.
    pub fn descriptors(&self) -> Vec<i32> {
        gather::subjects(self.row, &self.snapshot, self.depth).fds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_says_is_read() {
        let line = "7 0x7ffd 0x1 0xffffffffffffffff 0x0 0x8 0x7ffd 0x7ffd 0x7f00\n";
        let args = [0x7ffd, 1, u64::MAX, 0, 8, 0x7ffd];
        assert_eq!(parse(line), Some(At::Call { number: 7, args }));
        assert_eq!(parse("running\n"), Some(At::Running));
        assert_eq!(parse("-1 0x7ffd 0x7f00\n"), Some(At::Fault));
        for none in ["", "7 0x1 0x2\n", "7 1 2 3 4 5 6\n", "x\n"] {
            assert_eq!(parse(none), None, "{none:?}");
        }
    }
}

//! What was copied from a tracee while it was stopped: registers, byte ranges and what its descriptors were open on.
//!
//! Decoding sees nothing else, so it cannot reach a tracee. A fuzzer fills the same structure from random bytes.

use crate::abi::Abi;
use alloc::{string::String, vec::Vec};

/// Which stop of a call the bytes were copied at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The syscall-entry stop.
    Entry,
    /// The syscall-exit stop.
    Exit,
}

/// Where a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In an argument or result. A 64-bit scalar in two registers is already one number.
    Register(u64),
    /// In memory, as it was at a stop.
    Memory {
        /// Its address in the tracee.
        addr: u64,
        /// The stop of the copy.
        phase: Phase,
    },
}

/// What a call returned in the result register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raw {
    /// It succeeded with this number.
    Value(u64),
    /// It failed with this errno. Numbers above 511 are the kernel's own restart codes.
    Error(u16),
}

/// A range of the tracee's memory to copy. The reader splits it at page boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// First byte.
    pub addr: u64,
    /// Number of bytes, never 0.
    pub len: usize,
}

/// What a descriptor is open on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenOn {
    /// What `/proc/PID/fd/N` links to.
    pub path: Vec<u8>,
    /// What else is known about it, as strace's `-yy` writes it: instead of the path, or after it.
    pub detail: Option<Detail>,
    /// Whether nothing is shown: details are wanted, paths are not, and it has no details.
    pub silent: bool,
}

/// What is known about a process besides its id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Its name.
    pub comm: Option<Vec<u8>>,
    /// Its id in the tracer's PID namespace, if that is different.
    pub ours: Option<i32>,
}

/// What `-yy` shows about a descriptor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Instead of the path: `TCP:[127.0.0.1:80]`.
    Instead(String),
    /// After the path: `<char 1:3>`.
    Behind(String),
}

/// Questions that only the kernel can answer, mostly about networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether a descriptor is a netlink socket, and of which protocol.
    Netlink(i32),
    /// The name of the interface with this number.
    Interface(u32),
    /// The name of the generic netlink family with this number.
    Family(u16),
    /// When the machine booted: the start of times that the kernel gives as time since boot.
    Boot,
}

/// The kernel's answer to a [`Question`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is a netlink socket; `None`: the kernel does not tell the protocol, because the socket is not bound yet.
    Protocol(Option<u8>),
    /// Its name. Its creator chose it, so it may be hostile.
    Name(Vec<u8>),
    /// Nanoseconds since 1970.
    Time(i64),
    /// No, or nothing.
    No,
}

/// Namespaces that a call has entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The caller's number for the new child that has entered them; `None`: the calling thread itself.
    pub child: Option<i32>,
    /// Which, as flags of linux/sched.h.
    pub flags: u64,
}

/// Copies ranges of a tracee's memory.
pub trait Memory {
    /// Fills `bytes` with the wanted ranges, one after another. `copied` says of each how much there is from its beginning,
    /// and why not more; the rest of its part of `bytes` is undefined. A range that is not spoken of was not captured.
    fn read(&mut self, wants: &[Want], bytes: &mut [u8], copied: &mut [Copied]);
}

/// How much of a wanted range was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The number of bytes from its beginning.
    pub bytes: usize,
    /// Why there are not more, if there are not.
    pub rest: Rest,
}

impl Copied {
    /// So many bytes, behind which memory is not readable.
    pub fn readable(bytes: usize) -> Copied {
        Copied { bytes, rest: Rest::Unreadable }
    }
}

/// Why the rest of a range has not been copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// The kernel was asked, and refused: nothing is mapped there, or it may not be read.
    Unreadable,
    /// Nobody captured it: a limit was reached, or the engine cannot copy it. It may well be readable.
    NotCaptured,
}

/// A range that was wanted: bytes, and behind them what has not been copied.
#[derive(Clone, Copy, Debug)]
struct Range {
    phase: Phase,
    addr: u64,
    asked: usize,
    got: usize,
    rest: Rest,
    offset: usize,
}

/// One call of one thread, as far as it was copied. Reusable: [`Snapshot::clear`] keeps the allocations.
#[derive(Debug)]
pub struct Snapshot {
    /// The ABI of this very call.
    pub abi: Abi,
    /// The call's number.
    pub number: u64,
    /// The argument registers at entry.
    pub args: [u64; 6],
    /// The stack pointer at entry: `rt_sigreturn` has no other argument.
    pub stack: u64,
    /// The previous call, if it was seen: the one that a `restart_syscall` continues.
    pub interrupted: Option<&'static str>,
    /// The result, once the call has returned.
    pub result: Option<Raw>,
    ranges: Vec<Range>,
    bytes: Vec<u8>,
    descriptors: Vec<(Phase, i32, Option<OpenOn>)>,
    processes: Vec<(Phase, i32, Known)>,
    answers: Vec<(Question, Answer)>,
    namespaces: Option<Vec<(u64, u64)>>,
    /// Scratch space of [`Snapshot::fill`].
    read: (Vec<Want>, Vec<Copied>),
    /// Whether anything that was wanted has not been captured.
    incomplete: bool,
}

impl Default for Snapshot {
    fn default() -> Self {
        Snapshot {
            abi: Abi::X86_64,
            number: 0,
            args: [0; 6],
            stack: 0,
            interrupted: None,
            result: None,
            ranges: Vec::new(),
            bytes: Vec::new(),
            descriptors: Vec::new(),
            processes: Vec::new(),
            answers: Vec::new(),
            namespaces: None,
            read: (Vec::new(), Vec::new()),
            incomplete: false,
        }
    }
}

impl Snapshot {
    /// At most this many bytes of memory per call.
    pub const MOST_BYTES: usize = 256 << 10;
    /// At most this many descriptors are looked up per call.
    pub const MOST_DESCRIPTORS: usize = 1024;
    /// At most this many questions are asked per call.
    pub const MOST_ANSWERS: usize = 64;
    /// At most this many ranges per call are copied. As many more are remembered as not captured.
    pub const MOST_RANGES: usize = 1024;

    /// Starts over with the registers of a call.
    pub fn clear(&mut self, abi: Abi, number: u64, args: [u64; 6]) {
        self.abi = abi;
        self.number = number;
        self.args = args;
        self.stack = 0;
        self.interrupted = None;
        self.result = None;
        self.ranges.clear();
        self.bytes.clear();
        self.descriptors.clear();
        self.processes.clear();
        self.answers.clear();
        self.namespaces = None;
        self.incomplete = false;
    }

    /// Frees the memory that one unusually large call took.
    pub fn shrink(&mut self) {
        self.bytes.shrink_to(4096);
        self.ranges.shrink_to(16);
    }

    /// Copies the wanted ranges and stores them under `phase`. What goes beyond the limits is not captured.
    pub fn fill(&mut self, phase: Phase, wants: &[Want], memory: &mut dyn Memory) {
        let (mut asked, mut copied) = core::mem::take(&mut self.read);
        asked.clear();
        copied.clear();
        let first = self.bytes.len();
        let mut offset = first;
        for want in wants.iter().take(Self::MOST_RANGES.saturating_sub(self.ranges.len())) {
            let len = want.len.min(Self::MOST_BYTES.saturating_sub(offset));
            if len == 0 {
                break;
            }
            asked.push(Want { addr: want.addr, len });
            copied.push(Copied { bytes: 0, rest: Rest::NotCaptured });
            offset += len;
        }
        self.bytes.resize(offset, 0);
        memory.read(&asked, &mut self.bytes[first..], &mut copied);
        let mut offset = first;
        for ((want, asked), copied) in wants.iter().zip(&asked).zip(&copied) {
            let got = copied.bytes.min(asked.len);
            let rest = if got == asked.len { Rest::NotCaptured } else { copied.rest };
            self.incomplete |= got < want.len && rest == Rest::NotCaptured;
            self.ranges.push(Range { phase, addr: want.addr, asked: want.len, got, rest, offset });
            offset += asked.len;
        }
        self.leave(phase, &wants[asked.len()..]);
        self.read = (asked, copied);
    }

    /// Remembers that nobody captures these ranges.
    pub fn leave(&mut self, phase: Phase, wants: &[Want]) {
        let free = (2 * Self::MOST_RANGES).saturating_sub(self.ranges.len());
        for want in wants.iter().take(free) {
            self.incomplete = true;
            let (addr, asked) = (want.addr, want.len);
            self.ranges.push(Range { phase, addr, asked, got: 0, rest: Rest::NotCaptured, offset: 0 });
        }
    }

    /// The copied bytes from `addr` on, at most `len`; fewer if memory was unreadable, not captured or never
    /// asked for.
    pub fn read(&self, phase: Phase, addr: u64, len: usize) -> &[u8] {
        let mut best: &[u8] = &[];
        for range in &self.ranges {
            if range.phase == phase && addr >= range.addr && addr - range.addr < range.got as u64 {
                let skip = (addr - range.addr) as usize;
                let take = len.min(range.got - skip);
                // Ranges may overlap: two arguments may point to the same memory and need different amounts of it.
                if take > best.len() {
                    best = &self.bytes[range.offset + skip..][..take];
                }
                if take == len {
                    break;
                }
            }
        }
        best
    }

    /// Whether something was wanted at `addr`, or from before it beyond it, and not all of that was captured. What was
    /// wanted and could not be read does not count: that is known.
    pub fn missed(&self, addr: u64) -> bool {
        let behind = |range: &Range| {
            addr >= range.addr && addr - range.addr < range.asked as u64 && range.got < range.asked
        };
        self.incomplete && self.ranges.iter().any(|range| range.rest == Rest::NotCaptured && behind(range))
    }

    /// Whether anything that was wanted has not been captured.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// Whether a range was asked for that begins at or before `addr` and extends to `len` bytes behind it, whatever came of
    /// that.
    pub fn asked(&self, phase: Phase, addr: u64, len: usize) -> bool {
        self.ranges.iter().any(|range| {
            range.phase == phase
                && addr >= range.addr
                && (addr - range.addr).saturating_add(len as u64) <= range.asked as u64
        })
    }

    /// Stores what a descriptor was open on at a stop.
    pub fn set_descriptor(&mut self, phase: Phase, fd: i32, open_on: Option<OpenOn>) {
        self.descriptors.push((phase, fd, open_on));
    }

    /// Stores what is known about a process at a stop.
    pub fn set_process(&mut self, phase: Phase, pid: i32, known: Known) {
        self.processes.push((phase, pid, known));
    }

    /// Whether a process has been looked up at this stop.
    pub fn has_process(&self, phase: Phase, pid: i32) -> bool {
        self.processes.iter().any(|(at, known, _)| (*at, *known) == (phase, pid))
    }

    /// What is known about a process at this stop, or otherwise at the other one.
    pub fn process(&self, phase: Phase, pid: i32) -> Option<&Known> {
        let all = || self.processes.iter().filter(|(_, known, _)| *known == pid);
        all().find(|(at, ..)| *at == phase).or_else(|| all().next()).map(|(.., known)| known)
    }

    /// Stores the kernel's answer.
    pub fn set_answer(&mut self, question: Question, answer: Answer) {
        self.answers.push((question, answer));
    }

    /// The kernel's answer, if it was asked.
    pub fn answer(&self, question: Question) -> Option<&Answer> {
        self.answers.iter().find(|(known, _)| *known == question).map(|(_, answer)| answer)
    }

    /// How many questions were answered.
    pub fn answers(&self) -> usize {
        self.answers.len()
    }

    /// Stores which namespaces were entered: flags of linux/sched.h, and inodes.
    pub fn set_namespaces(&mut self, entered: Vec<(u64, u64)>) {
        self.namespaces = Some(entered);
    }

    /// Which namespaces were entered, as far as that was looked up.
    pub fn namespaces(&self) -> &[(u64, u64)] {
        self.namespaces.as_deref().unwrap_or_default()
    }

    /// Whether the entered namespaces have been looked up.
    pub fn has_namespaces(&self) -> bool {
        self.namespaces.is_some()
    }

    /// How many descriptors were looked up.
    pub fn descriptors(&self) -> usize {
        self.descriptors.len()
    }

    /// Whether the descriptor has been looked up, at either stop.
    pub fn has_descriptor(&self, fd: i32) -> bool {
        self.descriptors.iter().any(|(_, known, _)| *known == fd)
    }

    /// Whether the descriptor has been looked up at this stop.
    pub fn has_descriptor_at(&self, phase: Phase, fd: i32) -> bool {
        self.descriptors.iter().any(|(at, known, _)| (*at, *known) == (phase, fd))
    }

    /// What a descriptor was open on at this stop, or otherwise at the other one, if known.
    pub fn descriptor(&self, phase: Phase, fd: i32) -> Option<&OpenOn> {
        let known = || self.descriptors.iter().filter(|(_, known, _)| *known == fd);
        let found = known().find(|(at, ..)| *at == phase).or_else(|| known().next());
        found.and_then(|(_, _, open_on)| open_on.as_ref())
    }

    /// The call's result if it succeeded.
    pub fn success(&self) -> Option<u64> {
        match self.result {
            Some(Raw::Value(value)) => Some(value),
            _ => None,
        }
    }
}

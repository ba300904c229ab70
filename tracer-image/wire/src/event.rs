//! Events: what happened to a tracee.

use serde::{Deserialize, Serialize};
use syscalls::{
    abi::Abi,
    decode::Outcome,
    value::{Name, Value},
};

/// One thing that happened to one thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The thread, by its id in the tracer's PID namespace.
    pub tid: i32,
    /// When, in nanoseconds of the tracer's monotonic clock; [`crate::message::Hello::wall_offset`] converts it to wall time.
    pub time: u64,
    /// Where in the program, if wanted.
    pub site: Option<Site>,
    /// What.
    pub what: What,
}

impl Event {
    /// The bytes of memory that it takes.
    pub fn size(&self) -> usize {
        let list = |values: &[Value]| size_of_val(values) + values.iter().map(Value::heap).sum::<usize>();
        let heap = match &self.what {
            What::Enter { args, .. } => list(args),
            What::Exit { args, outcome, .. } | What::Call { args, outcome, .. } => list(args) + heap(outcome),
            What::Signal { signal, siginfo } => signal.heap() + siginfo.as_ref().map_or(0, Value::heap),
            What::Stopped { signal } | What::Killed { signal, .. } => signal.heap(),
            What::Data { buffers, messages, .. } => {
                size_of_val(messages.as_slice())
                    + size_of_val(buffers.as_slice())
                    + buffers.iter().map(Vec::len).sum::<usize>()
            }
            What::Renamed { comm } => comm.len(),
            What::Attached { .. }
            | What::Detached
            | What::Exited { .. }
            | What::Superseded { .. }
            | What::Personality { .. }
            | What::Lost { .. } => 0,
        };
        size_of::<Event>() + heap
    }
}

fn heap(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Value(value, note) => value.heap() + note.as_ref().map_or(0, Value::heap),
        Outcome::Tampered(outcome, _) => size_of::<Outcome>() + heap(outcome),
        Outcome::Error(_) | Outcome::Unknown => 0,
    }
}

/// Where a thread was when something happened: `-i`, `-n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The number of its current or last call.
    pub number: u32,
    /// The instruction pointer, if known.
    pub instruction: Option<u64>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// A call has begun, and something else happened (or 50 ms passed) before it returned.
    Enter {
        /// The call's name.
        call: Name,
        /// The arguments that are known at entry.
        args: Vec<Value>,
    },
    /// A call that was announced by `Enter` has returned.
    Exit {
        /// The call's name.
        call: Name,
        /// The arguments that were not in `Enter`. If the outcome is `Unknown`, they will never be known, and only show
        /// that there would have been more.
        args: Vec<Value>,
        /// How many arguments `Enter` had.
        before: u32,
        /// How it ended.
        outcome: Outcome,
        /// Time from entry to exit in nanoseconds, if the entry was seen.
        duration: Option<u64>,
    },
    /// A call with nothing between its entry and its exit. The event's time is that of the entry.
    Call {
        /// The call's name.
        call: Name,
        /// All arguments.
        args: Vec<Value>,
        /// How it ended.
        outcome: Outcome,
        /// Time from entry to exit in nanoseconds.
        duration: Option<u64>,
    },
    /// A signal is being delivered: `--- SIGCHLD {...} ---`.
    Signal {
        /// The signal.
        signal: Value,
        /// Its `siginfo_t`, if the kernel gave one.
        siginfo: Option<Value>,
    },
    /// The thread stopped by this signal (group-stop): `--- stopped by SIGSTOP ---`.
    Stopped {
        /// The signal.
        signal: Value,
    },
    /// The thread is now traced.
    Attached {
        /// The process it belongs to.
        process: i32,
        /// Whether it existed before (we attached) or was created under trace.
        how: Birth,
    },
    /// The thread is no longer traced: ` <detached ...>`.
    Detached,
    /// The thread ended: `+++ exited with 3 +++`.
    Exited {
        /// Its exit code.
        code: i32,
    },
    /// A signal ended the process: `+++ killed by SIGSEGV (core dumped) +++`.
    Killed {
        /// The signal.
        signal: Value,
        /// Whether it left a core dump.
        core: bool,
    },
    /// Another thread exec'd a program, which ended this one and took its id:
    /// `+++ superseded by execve in pid 12 +++`.
    Superseded {
        /// The id that the surviving thread had before.
        by: i32,
    },
    /// The full data that a call read or wrote: `-e read=`, `-e write=`.
    Data {
        /// The buffers.
        buffers: Vec<Vec<u8>>,
        /// Whether they are numbered, as the buffers of a vector are.
        vector: bool,
        /// Of a call of several messages: how many of the buffers, in their order, belong to each.
        messages: Vec<u32>,
    },
    /// The thread's name from here on: `-Y`.
    Renamed {
        /// The name.
        comm: Vec<u8>,
    },
    /// The thread makes its calls through another ABI from here on: `[ Process PID=12 runs in 32 bit mode. ]`.
    Personality {
        /// The new ABI.
        abi: Abi,
    },
    /// This many events of this shard were lost here. Thread and time are those of the first lost event. This is not
    /// counted as an event itself.
    Lost {
        /// How many.
        events: u64,
    },
}

impl What {
    /// Whether it is counted: a call that has returned, a signal, a stop, the end of a thread. The entry of a call that has
    /// not returned does not count, nor does attaching or detaching. So each call counts once.
    pub fn counts(&self) -> bool {
        !matches!(
            self,
            What::Enter { .. }
                | What::Attached { .. }
                | What::Detached
                | What::Data { .. }
                | What::Renamed { .. }
                | What::Personality { .. }
                | What::Lost { .. }
        )
    }
}

/// How a thread came to be traced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Birth {
    /// It was running when we attached.
    Seized,
    /// A tracee created it.
    Cloned,
    /// We started it ourselves (drop-in `strace CMD`).
    Spawned,
}

//! What only this engine can do, or needs to know, as a plan says it.

use syscalls::filter::Injection;

/// How to trace with ptrace.
#[derive(Clone, Debug, Default)]
pub struct Means {
    /// How to tamper with calls.
    pub injections: Vec<Injection>,
    /// How many threads trace; `None`: the best number.
    pub shards: Option<usize>,
    /// Whether to detach from a thread that is about to exec a program (`-b execve`).
    pub leave_at_execve: bool,
    /// Whether the tracees die with us (`--kill-on-exit`). Never if we did not start them.
    pub kill: bool,
}

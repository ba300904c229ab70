//! What an engine is to do.

use super::{programs::Programs, ptrace::Means};
use std::time::Duration;
use syscalls::{filter::Qualifiers, gather::DecodeOptions};
use wire::{
    message::{Holder, Target},
    summary::Counting,
};

/// What to trace, resolved.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The processes.
    pub target: Target,
    /// Which of a container's processes.
    pub programs: Programs,
    /// Which events are wanted.
    pub wanted: Qualifiers,
    /// Whether to count calls, and whether they become events all the same.
    pub count: Counting,
    /// Whether to report the names of threads.
    pub comms: bool,
    /// Whether events say where in the program they happened (`-i`, `-n`).
    pub sites: bool,
    /// Whether to report at the end what the engine did.
    pub engine_stats: bool,
    /// Whether to report each stop and what was done at it. Only if reporting may take its time.
    pub debug: bool,
    /// After how many calls the trace ends.
    pub limit: Option<u64>,
    /// How deep to decode.
    pub depth: DecodeOptions,
    /// Whether we are in the target's container ourselves.
    pub inside: bool,
    /// Whether children of tracees become tracees (`-f`).
    pub follow: bool,
    /// Whether to look for processes that enter the target container later, and how often.
    pub entrants: Option<Duration>,
    /// Who else is tracing, for messages about tracees that another tracer holds.
    pub holders: Vec<Holder>,
    /// Who sees it, and what only that engine needs to know.
    pub engine: Engine,
}

/// Who sees what the target does.
#[derive(Clone, Debug)]
pub enum Engine {
    /// ptrace(2), which stops a thread at each end of its calls.
    Ptrace(Means),
    /// Nobody: numbered calls of no thread, to measure what comes after an engine.
    #[cfg(feature = "synthetic")]
    Synthetic,
}

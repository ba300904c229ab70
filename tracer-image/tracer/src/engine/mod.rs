//! Engines: a set of processes in, a stream of events out.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use syscalls::{filter::CallSet, gather::Depth, value::Names};
use wire::{
    event::Event,
    message::{Holder, Notice, Target},
};

mod programs;
pub mod ptrace;
mod roster;
#[cfg(feature = "synthetic")]
mod synthetic;

pub use programs::Programs;
#[cfg(not(feature = "synthetic"))]
pub use ptrace::run;
pub use roster::{Changes, Roster};
#[cfg(feature = "synthetic")]
pub use synthetic::run;

/// Where the events of one shard go.
///
/// A tracee may stand still while these are called: an implementation that serves a production target never blocks
/// (it drops and counts instead); the drop-in's writes its text where it likes, as strace does.
pub trait Sink {
    /// Something happened. The names of the event's values are those of `names`.
    fn event(&mut self, event: Event, names: &Names);
    /// Words for the person who traces.
    fn notice(&mut self, notice: Notice);
    /// All that was running is attached now.
    fn ready(&mut self, threads: u32, processes: u32);
    /// Gets everything that was given so far out of this PID namespace, within `most`: the target's PID 1 stands at
    /// its exit stop, and takes us with it when it is resumed.
    fn flush(&mut self, most: Duration);
}

/// What to trace, resolved.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The processes.
    pub target: Target,
    /// Which of a container's processes.
    pub programs: Programs,
    /// The calls that become events.
    pub calls: CallSet,
    /// How deep to look into them.
    pub depth: Depth,
    /// Whether we are in the target's container ourselves.
    pub inside: bool,
    /// Whether children of tracees become tracees (`-f`).
    pub follow: bool,
    /// Whether processes that enter the target container later are looked for, and how often.
    pub entrants: Option<Duration>,
    /// Who else traces, for words about what is held by another.
    pub holders: Vec<Holder>,
}

/// Tells an engine to end, from any thread.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// Asks for the end.
    pub fn request(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether the end was asked for.
    pub fn requested(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

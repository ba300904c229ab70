//! Engines: a set of processes in, a stream of events out.

use ptrace::{Spawned, Waiting};
use regex_lite::Regex;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use syscalls::{
    filter::{Qualifiers, Test},
    gather::DecodeOptions,
    value::Names,
};
use wire::{
    event::Event,
    message::{Holder, Notice, Reason, Target},
    refused::Refused,
    summary::Count,
};

mod assembly;
mod blocked;
pub mod members;
pub mod memory;
mod meter;
mod programs;
pub mod ptrace;
mod roster;
#[cfg(feature = "synthetic")]
mod synthetic;

pub use blocked::blocked;
pub use meter::{Meter, Metered};
pub use programs::Programs;
pub use roster::{Changes, Entry, Roster};
pub use wire::summary::Counting;

/// Where the events of one shard go.
///
/// A tracee may stand still while these are called: an implementation that serves a production target never blocks
/// (it drops and counts instead); the drop-in's writes its text where it likes, as strace does.
///
/// No method has a body here: a sink before another one would compile without it, and the other would not be told.
pub trait Sink {
    /// Something happened. The names of the event's values are those of `names`.
    fn event(&mut self, event: Event, names: &Names);
    /// A call begins, whether it becomes an event or a filter leaves it out. Never blocks: its thread stands still.
    fn sees_a_call(&mut self);
    /// Words for the person who traces.
    fn notice(&mut self, notice: Notice);
    /// A process could not be attached to, while others could.
    fn not_traced(&mut self, refused: Refused);
    /// All that was running is attached now.
    fn ready(&mut self, threads: u32, processes: u32);
    /// How often calls were made, once, at the end, where they are counted.
    fn summary(&mut self, counts: Vec<Count>);
    /// The shard is about to sleep. `held`: what comes next may be older than this; otherwise it comes, and happens, after
    /// [`Sink::wakes`].
    fn rests(&mut self, held: bool);
    /// The shard has slept. Never blocks: a tracee may be stopped.
    fn wakes(&mut self);
    /// The other shards are about to be told of something that has happened. What they send next, even if they sleep,
    /// may be older than what this shard sends.
    fn tells_others(&mut self);
    /// The trace fails before it has begun, because another tracer and we trace each other; `why` says so. Every call that
    /// we make from here on waits for the other, which may come to wait for us: who can end at once should.
    fn circle(&mut self, why: &str);
    /// Gets everything so far out of this PID namespace, within `most`: the target's PID 1 is in its exit stop, and takes us
    /// with it when it is resumed.
    fn flush(&mut self, most: Duration);
}

/// Provides the sinks of the shards.
pub trait Sinks: Sync {
    /// The sink of the shard with this number, which is unique.
    fn shard(&self, number: u16) -> Box<dyn Sink + '_>;
}

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
    Ptrace(ptrace::Means),
    /// Nobody: numbered calls of no thread, to measure what comes after an engine.
    #[cfg(feature = "synthetic")]
    Synthetic,
}

/// Traces what runs already until it is gone or `stop` is requested. Call it on a thread of its own: the tracees are free
/// when that thread has ended. Who is traced stands in `roster`.
pub fn run(plan: &Plan, sinks: &dyn Sinks, stop: &Stop, roster: Option<&Roster>) -> Reason {
    match &plan.engine {
        Engine::Ptrace(means) => ptrace::run(plan, means, sinks, stop, roster),
        #[cfg(feature = "synthetic")]
        Engine::Synthetic => synthetic::run(plan, sinks, stop),
    }
}

/// Lets a command of this process begin, and traces until it and all its followed children are gone.
pub fn run_command(
    plan: &Plan,
    command: Waiting,
    sinks: &dyn Sinks,
    stop: &Stop,
    roster: Option<&Roster>,
) -> Spawned {
    match &plan.engine {
        Engine::Ptrace(means) => ptrace::run_command(plan, means, command, sinks, stop, roster),
        #[cfg(feature = "synthetic")]
        Engine::Synthetic => Spawned::attached(synthetic::run(plan, sinks, stop)),
    }
}

/// Compiles a regular expression of `-e trace=/...` into a test of names.
///
/// # Errors
/// In regcomp(3)'s words.
pub fn compile(expression: &str) -> Test {
    let regex = Regex::new(expression).map_err(|_| format!("{expression}: Invalid regular expression"))?;
    Ok(Box::new(move |name: &str| regex.is_match(name)))
}

/// Tells an engine to stop, from any thread.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// Asks it to stop.
    pub fn request(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it was asked to stop.
    pub fn requested(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

//! Where an engine's events go.

use std::time::Duration;
use syscalls::value::Names;
use wire::{event::Event, message::Notice, refused::Refused, summary::Count};

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

//! From the tracing threads to the agent, without the tracing threads ever waiting for the agent.
//!
//! A shard encodes its events and appends them to a bounded store. One writer thread cuts the store into frames and
//! writes them to a pipe, which may block as long as it likes. If the store is full, events are counted instead of kept. As
//! soon as there is room again, the count is put in their place ([`What::Lost`]). The events that went out and those that
//! did not add up exactly to those that were made, and [`End`] states both.
//!
//! On request, a shard waits for room ([`Outbox::block`]), and its tracees with it, for a bounded time.

mod shard;
mod shared;
mod store;
mod writer;

use crate::clock;
use shared::Shared;
use std::{
    io::Write,
    sync::{Arc, atomic::Ordering},
    thread,
    time::Duration,
};
use store::Store;
use wire::{
    codec,
    message::{Message, Pulse, Reason, Speed},
};

pub use shard::Shard;

/// At most this many bytes of encoded messages are kept.
pub const CAPACITY: usize = 8 << 20;

/// The store, the writer, and the threads that wait for it.
#[derive(Clone)]
pub struct Outbox {
    shared: Arc<Shared>,
}

impl Outbox {
    /// Starts the writer thread. `out` belongs to it: an error there means that nobody reads any more. `first` is the
    /// number of its first frame.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(out: impl Write + Send + 'static, capacity: usize, first: u64) -> std::io::Result<Outbox> {
        let shared = Arc::new(Shared::new(capacity));
        let writer = shared.clone();
        thread::Builder::new().name("outbox".into()).spawn(move || writer::write(&writer, out, first))?;
        Ok(Outbox { shared })
    }

    /// Takes the events of one shard, with a unique number.
    pub fn shard(&self, shard: u16) -> Shard {
        Shard::new(self.shared.clone(), shard)
    }

    /// Sends a message that is not an event.
    pub fn send(&self, message: &Message) {
        let mut bytes = Vec::new();
        codec::encode(message, &mut bytes);
        self.shared.send(&bytes);
    }

    /// Sends the end with its totals; what comes later is neither sent nor counted. Only the first end counts.
    pub fn end(&self, reason: Reason) {
        let mut store = self.shared.lock();
        store.end(reason);
        self.shared.wake(store);
    }

    /// From now on, a shard waits for room, at most `most` at a time, instead of dropping events at once.
    pub fn block(&self, most: Duration) {
        self.shared.lock().patience = Some(most);
    }

    /// From now on, no shard waits; one that is waiting stops.
    pub fn never_block(&self) {
        self.shared.lock().patience = None;
        self.shared.room.notify_all();
    }

    /// Says how the trace goes.
    pub fn pulse(&self, threads: u32, speed: Option<Speed>) {
        let store = self.shared.lock();
        let Store { events, lost, .. } = *store;
        let held = store.held as u64;
        drop(store);
        self.send(&Message::Pulse(Pulse { time: clock::now(), events, lost, held, threads, speed }));
    }

    /// How many calls were seen, if none was shown and nothing was lost so far.
    pub fn silence(&self) -> Option<u64> {
        let store = self.shared.lock();
        let silent = !store.shown && store.lost == 0;
        silent.then(|| self.shared.calls.load(Ordering::Relaxed))
    }

    /// Waits until the last frame is written, or nobody listens any more, or the time is up.
    pub fn wait(&self, most: Duration) -> bool {
        self.shared.wait(most, |store| store.written)
    }

    /// Whether nobody reads any more.
    pub fn is_broken(&self) -> bool {
        self.shared.lock().broken
    }

    /// The agent has forwarded everything that was written.
    pub fn delivered(&self) {
        self.shared.lock().delivered = true;
        self.shared.end.notify_all();
    }
}

#[cfg(test)]
mod tests;

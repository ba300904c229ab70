//! Merges the events of several shards into one order, by time.
//!
//! The events of one shard come in order, but shards do not wait for each other. An event is released once every other
//! shard has shown a later one, or once it has been held for so long that nothing earlier can still arrive: a shard
//! sends what it has within 50 ms (including the `Enter` of a call that hangs). A single shard is passed through.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};
use wire::event::Event;

/// How long an event is held for others to overtake it: what a shard may wait before it sends (50 ms), and as much again
/// for the way.
pub const HOLD: Duration = Duration::from_millis(100);
/// Most bytes of events that should be held. An event may be a few hundred bytes or, with a large `-s`, a mebibyte, so
/// their number would bound nothing. Whoever pushes asks [`Merge::is_full`] first.
pub const MOST: usize = 32 << 20;

/// Puts events of several shards in order. `K` names a shard: its number, or which stream it is of too.
#[derive(Debug)]
pub struct Merge<K> {
    shards: BTreeMap<K, Shard>,
    hold: Duration,
    /// Bytes of all events in the queues.
    held: usize,
}

#[derive(Debug, Default)]
struct Shard {
    /// When each event arrived, and its size.
    queue: VecDeque<(Instant, usize, Event)>,
    /// No more will come.
    closed: bool,
}

impl<K: Copy + Ord> Merge<K> {
    /// Holds events for at most `hold`.
    pub fn new(hold: Duration) -> Merge<K> {
        Merge { shards: BTreeMap::new(), hold, held: 0 }
    }

    /// Takes an event that arrived now.
    pub fn push(&mut self, now: Instant, shard: K, event: Event) {
        let size = event.size();
        self.shards.entry(shard).or_default().queue.push_back((now, size, event));
        self.held += size;
    }

    /// The bytes of the events that are held.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Whether nothing should be pushed before something was taken out. It lasts no longer than events are held at most.
    pub fn is_full(&self) -> bool {
        self.held >= MOST
    }

    /// A shard will show something: the others wait for it from now on.
    pub fn open(&mut self, shard: K) {
        self.shards.entry(shard).or_default();
    }

    /// A shard will send nothing more: no other waits for it.
    pub fn close(&mut self, shard: K) {
        match self.shards.get_mut(&shard) {
            Some(found) if !found.queue.is_empty() => found.closed = true,
            _ => drop(self.shards.remove(&shard)),
        }
    }

    /// The next event, if its place is certain or it is old enough; `None`: ask again at [`Merge::due`] or after a push.
    pub fn pop(&mut self, now: Instant) -> Option<(K, Event)> {
        self.pop_past(now, |_| false)
    }

    /// The same, if some shards are known to be idle: what they send will be later than everything that has arrived.
    pub fn pop_past(&mut self, now: Instant, rests: impl Fn(K) -> bool) -> Option<(K, Event)> {
        let (shard, arrived) = self.earliest()?;
        let sure = self.shards.iter().all(|(key, shard)| !shard.queue.is_empty() || rests(*key));
        (sure || now.duration_since(arrived) >= self.hold).then(|| self.take(shard)).flatten()
    }

    /// When the next event will have been held long enough.
    pub fn due(&self) -> Option<Instant> {
        self.earliest().map(|(_, arrived)| arrived + self.hold)
    }

    /// The next event, certain or not: the stream has ended.
    pub fn drain(&mut self) -> Option<(K, Event)> {
        self.earliest().and_then(|(shard, _)| self.take(shard))
    }

    /// The shard whose first event is the earliest of all, and when that arrived.
    fn earliest(&self) -> Option<(K, Instant)> {
        let firsts = self.shards.iter().filter_map(|(key, shard)| Some((*key, shard.queue.front()?)));
        firsts.min_by_key(|(_, (_, _, event))| event.time).map(|(key, (arrived, ..))| (key, *arrived))
    }

    fn take(&mut self, key: K) -> Option<(K, Event)> {
        let shard = self.shards.get_mut(&key)?;
        let (_, size, event) = shard.queue.pop_front()?;
        if shard.closed && shard.queue.is_empty() {
            self.shards.remove(&key);
        }
        self.held -= size;
        Some((key, event))
    }
}

//! Merges the text of several shards into one order.

use super::{output::TextSink, program::say, refused::unattached};
use crate::{
    clock,
    engine::{Sink, Sinks},
};
use render::merge::Merge;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use syscalls::value::Names;
use wire::{
    event::Event,
    message::Notice,
    refused::Refused,
    summary::{Count, Counts, add},
};

/// How long events wait for a shard that neither sleeps nor says anything. It does one or the other within 50 ms, unless
/// it waits for a CPU, which may take longer than [`render::merge::HOLD`]; only one that hangs takes this long.
const HOLD: Duration = Duration::from_secs(2);
/// How often is looked for events that were held for long enough, while there are any: who wakes up on a CPU has the tracee
/// that runs there make way to another.
const LOOK: Duration = Duration::from_millis(20);

/// A shard that is awake.
const AWAKE: u64 = u64::MAX;
/// A shard that has slept for this long is not waited for, in nanoseconds. If several threads are busy, writing events as
/// soon as possible was slower: 23 us for each call of four threads, against 19.
const RESTED: u64 = 2_000_000;

/// Where the events of the shards come together.
pub struct Merged(Arc<Meeting>);

struct Meeting {
    inner: Mutex<Inner>,
    /// The watcher has something to do, or must end.
    wanted: Condvar,
}

struct Inner {
    text: TextSink,
    merge: Merge<u16>,
    /// The names that each shard has defined; empty while there is only one shard.
    names: BTreeMap<u16, Names>,
    /// Since when a shard has been asleep without holding anything back; otherwise [`AWAKE`].
    resting: BTreeMap<u16, Arc<AtomicU64>>,
    /// The counts.
    counts: Counts,
    /// Nobody watches for events that were held long enough.
    unwatched: bool,
    over: bool,
}

impl Meeting {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks from time to time for events that were held long enough, until the end.
    fn look(&self) {
        let mut inner = self.lock();
        while !inner.over {
            inner.write_due();
            inner.text.flush();
            inner.unwatched = inner.merge.due().is_none();
            let woken = self.wanted.wait_while(inner, |inner| inner.unwatched && !inner.over);
            drop(woken.unwrap_or_else(PoisonError::into_inner));
            thread::sleep(LOOK);
            inner = self.lock();
        }
    }
}

impl Merged {
    /// Puts itself before a sink.
    pub fn new(text: TextSink) -> Merged {
        let inner = Inner {
            text,
            merge: Merge::new(HOLD),
            names: BTreeMap::new(),
            resting: BTreeMap::new(),
            counts: Counts::new(),
            unwatched: false,
            over: false,
        };
        Merged(Arc::new(Meeting { inner: Mutex::new(inner), wanted: Condvar::new() }))
    }

    /// Writes the held events and ends open lines. Returns whether the trace ran to its end.
    pub fn finish(self) -> bool {
        let inner = &mut *self.0.lock();
        while let Some((shard, event)) = inner.merge.drain() {
            inner.write(shard, event);
        }
        inner.sum_up();
        inner.text.finish()
    }
}

impl Drop for Merged {
    fn drop(&mut self) {
        self.0.lock().over = true;
        self.0.wanted.notify_all();
    }
}

impl Sinks for Merged {
    fn shard(&self, number: u16) -> Box<dyn Sink + '_> {
        let mut inner = self.0.lock();
        if number != 0 {
            if inner.names.is_empty() {
                // From now on, the first shard's events are merged too.
                inner.names.insert(0, Names::default());
                inner.merge.open(0);
                let meeting = Arc::clone(&self.0);
                thread::spawn(move || meeting.look());
            }
            inner.names.insert(number, Names::default());
            inner.merge.open(number);
        }
        let resting = Arc::new(AtomicU64::new(AWAKE));
        inner.resting.insert(number, resting.clone());
        Box::new(Lane { merged: self, number, resting })
    }
}

impl Inner {
    fn write(&mut self, shard: u16, event: Event) {
        if let Some(names) = self.names.get(&shard) {
            self.text.write(shard, &event, names);
        }
    }

    /// Writes the table of counts, once.
    fn sum_up(&mut self) {
        if !self.counts.is_empty() {
            self.text.summary(std::mem::take(&mut self.counts).into_values().collect());
        }
    }

    fn write_due(&mut self) {
        let now = Instant::now();
        let clock = clock::now();
        loop {
            // A shard that wakes up says so before it reads the clock, so its events are later than those already here.
            let rests = |shard| {
                let since = self.resting.get(&shard).map_or(AWAKE, |since| since.load(Ordering::SeqCst));
                clock.saturating_sub(since) > RESTED
            };
            // A tracee stands still behind a push, so what is too much goes out at once, in order as far as it is known.
            let next =
                if self.merge.is_full() { self.merge.drain() } else { self.merge.pop_past(now, rests) };
            let Some((shard, event)) = next else { return };
            self.write(shard, event);
        }
    }
}

/// One shard's way in.
struct Lane<'a> {
    merged: &'a Merged,
    number: u16,
    resting: Arc<AtomicU64>,
}

impl Sink for Lane<'_> {
    fn event(&mut self, event: Event, names: &Names) {
        let mut inner = self.merged.0.lock();
        inner.text.note(&event);
        let Some(known) = inner.names.get_mut(&self.number) else {
            return inner.text.write(self.number, &event, names);
        };
        for (name, text) in names.since(known.len()) {
            known.define(name, text.to_owned());
        }
        inner.merge.push(Instant::now(), self.number, event);
        inner.write_due();
        if inner.unwatched && inner.merge.due().is_some() {
            inner.unwatched = false;
            drop(inner);
            self.merged.0.wanted.notify_all();
        }
    }

    /// Nobody is told how many there were.
    fn sees_a_call(&mut self) {}

    fn notice(&mut self, notice: Notice) {
        self.merged.0.lock().text.notice(&notice.text);
    }

    fn not_traced(&mut self, refused: Refused) {
        let mut merged = self.merged.0.lock();
        unattached(&refused).iter().for_each(|said| merged.text.notice(said));
    }

    fn ready(&mut self, _threads: u32, _processes: u32) {
        self.merged.0.lock().text.ready();
    }

    fn summary(&mut self, counts: Vec<Count>) {
        let mut inner = self.merged.0.lock();
        counts.into_iter().for_each(|count| add(&mut inner.counts, count));
    }

    fn rests(&mut self, held: bool) {
        if !held {
            self.resting.store(clock::now(), Ordering::SeqCst);
        }
        self.merged.0.lock().text.flush();
    }

    fn wakes(&mut self) {
        self.resting.store(AWAKE, Ordering::SeqCst);
    }

    fn tells_others(&mut self) {
        for resting in self.merged.0.lock().resting.values() {
            resting.store(AWAKE, Ordering::SeqCst);
        }
    }

    /// Nothing is written yet, and another thread of ours may stand still with a lock: say why, and be gone.
    fn circle(&mut self, why: &str) {
        say(why);
        // SAFETY: a plain number; nothing that would run at a usual end is needed.
        unsafe { libc::_exit(1) };
    }

    /// The others have said their last words, so what is held has its order, and all is counted. The kernel may kill us
    /// before we can write it later.
    fn flush(&mut self, _most: Duration) {
        let inner = &mut *self.merged.0.lock();
        while let Some((shard, event)) = inner.merge.drain() {
            inner.write(shard, event);
        }
        inner.sum_up();
        inner.text.flush();
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        let mut inner = self.merged.0.lock();
        inner.merge.close(self.number);
        inner.write_due();
    }
}

//! The text of several shards, in one order.

use super::output::TextSink;
use crate::engine::{Sink, Sinks};
use render::merge::{HOLD, Merge};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};
use syscalls::value::Names;
use wire::{
    event::Event,
    message::Notice,
    summary::{Count, Counts, add},
};

/// How often is looked for events that were held for long enough.
const LOOK: Duration = Duration::from_millis(20);

/// Where the shards' events come together.
pub struct Merged(Arc<Mutex<Inner>>);

struct Inner {
    text: TextSink,
    merge: Merge<u16>,
    /// What each shard has named so far; empty while there is only one shard.
    names: BTreeMap<u16, Names>,
    /// What was counted.
    counts: Counts,
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Merged {
    /// Before this sink.
    pub fn new(text: TextSink) -> Merged {
        let inner = Inner { text, merge: Merge::new(HOLD), names: BTreeMap::new(), counts: Counts::new() };
        Merged(Arc::new(Mutex::new(inner)))
    }

    /// Writes what is held and ends open lines. Whether all text could be written.
    pub fn finish(self) -> bool {
        let inner = &mut *lock(&self.0);
        while let Some((shard, event)) = inner.merge.drain() {
            inner.write(shard, event);
        }
        if !inner.counts.is_empty() {
            inner.text.summary(std::mem::take(&mut inner.counts).into_values().collect());
        }
        inner.text.finish()
    }
}

impl Sinks for Merged {
    fn shard(&self, number: u16) -> Box<dyn Sink + '_> {
        let mut inner = lock(&self.0);
        if number != 0 {
            if inner.names.is_empty() {
                // The first one's events are merged too, from now on.
                inner.names.insert(0, Names::default());
                inner.merge.open(0);
                let merged = Arc::downgrade(&self.0);
                thread::spawn(move || {
                    while let Some(merged) = merged.upgrade() {
                        let mut inner = lock(&merged);
                        inner.write_due();
                        inner.text.flush();
                        drop(inner);
                        drop(merged);
                        thread::sleep(LOOK);
                    }
                });
            }
            inner.names.insert(number, Names::default());
            inner.merge.open(number);
        }
        Box::new(Lane { merged: self, number })
    }
}

impl Inner {
    fn write(&mut self, shard: u16, event: Event) {
        if let Some(names) = self.names.get(&shard) {
            self.text.write(shard, &event, names);
        }
    }

    fn write_due(&mut self) {
        let now = Instant::now();
        while let Some((shard, event)) = self.merge.pop(now) {
            self.write(shard, event);
        }
    }
}

/// One shard's way in.
struct Lane<'a> {
    merged: &'a Merged,
    number: u16,
}

impl Sink for Lane<'_> {
    fn event(&mut self, event: Event, names: &Names) {
        let mut inner = lock(&self.merged.0);
        inner.text.note(&event);
        let Some(known) = inner.names.get_mut(&self.number) else {
            return inner.text.write(self.number, &event, names);
        };
        for (name, text) in names.since(known.len()) {
            known.define(name, text.to_owned());
        }
        inner.merge.push(Instant::now(), self.number, event);
        inner.write_due();
    }

    fn notice(&mut self, notice: Notice) {
        lock(&self.merged.0).text.notice(&notice.text);
    }

    fn ready(&mut self, _threads: u32, _processes: u32) {
        lock(&self.merged.0).text.ready();
    }

    fn summary(&mut self, counts: Vec<Count>) {
        let mut inner = lock(&self.merged.0);
        counts.into_iter().for_each(|count| add(&mut inner.counts, count));
    }

    fn rests(&mut self) {
        lock(&self.merged.0).text.flush();
    }

    fn flush(&mut self, _most: Duration) {
        self.rests();
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        let mut inner = lock(&self.merged.0);
        inner.merge.close(self.number);
        inner.write_due();
    }
}

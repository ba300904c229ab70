//! One shard's way into the outbox: its events, encoded.

use super::{
    shared::Shared,
    store::{Place, Weight},
};
use crate::{clock, engine::Sink};
use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use syscalls::value::Names;
use wire::{
    codec,
    event::{Event, What},
    message::{Message, Notice, Reason},
    refused::Refused,
    summary::Count,
};

/// How many counts go into one message.
const COUNTS: usize = 256;

/// One shard's way into the outbox.
pub struct Shard {
    shared: Arc<Shared>,
    shard: u16,
    /// How many names the other side knows.
    defined: usize,
    /// Threads in a call whose entry event was lost.
    unannounced: HashSet<i32>,
    /// The message that is being encoded.
    message: Vec<u8>,
}

impl Shard {
    /// The way of the shard with this number.
    pub(super) fn new(shared: Arc<Shared>, shard: u16) -> Shard {
        Shard { shared, shard, defined: 0, unannounced: HashSet::new(), message: Vec::new() }
    }
}

impl Sink for Shard {
    fn event(&mut self, event: Event, names: &Names) {
        let place = Place { shard: self.shard, tid: event.tid, time: event.time };
        let weight = match &event.what {
            // Its loss was counted with that of the entry.
            What::Exit { .. } if self.unannounced.remove(&event.tid) => return,
            what => Weight::of(what),
        };
        self.message.clear();
        // Names go with the first event that is kept: those of lost events wait for the next one.
        for (name, text) in names.since(self.defined) {
            let text = text.to_owned().into();
            codec::encode(&Message::Define { shard: self.shard, name, text }, &mut self.message);
        }
        codec::encode(&Message::Event { shard: self.shard, event }, &mut self.message);
        let mut store = self.shared.room_for(self.shard, self.message.len());
        if store.event(&place, &self.message, weight) {
            self.defined = names.len();
            self.shared.wake(store);
        } else if weight.announces {
            self.unannounced.insert(place.tid);
        }
    }

    fn sees_a_call(&mut self) {
        self.shared.calls.fetch_add(1, Ordering::Relaxed);
    }

    fn notice(&mut self, notice: Notice) {
        self.message.clear();
        codec::encode(&Message::Notice(notice), &mut self.message);
        self.shared.send(&self.message);
    }

    fn not_traced(&mut self, refused: Refused) {
        self.message.clear();
        codec::encode(&Message::NotTraced(Box::new(refused)), &mut self.message);
        self.shared.send(&self.message);
    }

    fn ready(&mut self, threads: u32, processes: u32) {
        self.message.clear();
        let time = clock::now();
        codec::encode(&Message::Ready { threads, processes, time }, &mut self.message);
        self.shared.send(&self.message);
    }

    /// Kept however full the store is: it comes once, its length is bounded, and what it says is said nowhere else.
    fn summary(&mut self, counts: Vec<Count>) {
        for counts in counts.chunks(COUNTS) {
            self.message.clear();
            codec::encode(&Message::Summary(counts.to_vec()), &mut self.message);
            let mut store = self.shared.lock();
            if !store.ended {
                store.push(&self.message, 0);
            }
            self.shared.wake(store);
        }
    }

    // The client puts the shards' events into one order: it waits for those that are late.

    fn rests(&mut self, _held: bool) {}

    fn wakes(&mut self) {}

    fn tells_others(&mut self) {}

    /// The reason goes with the trace's end.
    fn circle(&mut self, _why: &str) {}

    /// When the target's PID 1 ends, we end too, and so does the stream.
    fn flush(&mut self, most: Duration) {
        let mut store = self.shared.lock();
        store.end(Reason::InitExiting);
        self.shared.wake(store);
        self.shared.wait(most, |store| store.delivered);
    }
}

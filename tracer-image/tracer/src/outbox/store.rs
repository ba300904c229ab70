//! What has not been written yet, within a bound; what does not fit is counted.

use crate::clock;
use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    time::{Duration, Instant},
};
use wire::{
    codec,
    event::{Event, What},
    message::{End, Message, Reason},
};

/// The size of the messages in one frame, unless a single one is larger.
const BATCH: usize = 64 << 10;
/// What notices may take beyond the capacity: they are few, and matter most when much is lost.
pub(super) const RESERVE: usize = 256 << 10;
/// What the counts of losses may take of that, for all shards.
const LOSSES: usize = 4 << 10;
/// How many emptied batches are kept for reuse.
const SPARE: usize = 4;

/// Whose event it is, and its time.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) shard: u16,
    pub(super) tid: i32,
    pub(super) time: u64,
}

/// What an event counts. A call counts once, however it is reported: with its exit event if there is one, and with its
/// entry event if that is lost.
#[derive(Clone, Copy)]
pub(super) struct Weight {
    pub(super) kept: u32,
    pub(super) lost: u64,
    /// It is of a call.
    pub(super) call: bool,
    pub(super) announces: bool,
    /// It ends a call whose entry was kept, and goes where notices go when the store is full. There is at most one per
    /// thread.
    pub(super) returns: bool,
}

impl Weight {
    pub(super) fn of(what: &What) -> Weight {
        let counts = what.counts();
        let announces = matches!(what, What::Enter { .. });
        Weight {
            kept: counts.into(),
            lost: (counts || announces).into(),
            call: matches!(what, What::Enter { .. } | What::Exit { .. } | What::Call { .. }),
            announces,
            returns: matches!(what, What::Exit { .. }),
        }
    }
}

/// What the writer waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Waiting {
    No,
    /// Anything.
    Message,
    /// A full batch, or the end.
    Batch,
}

/// Messages for one frame.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) bytes: Vec<u8>,
    pub(super) events: u32,
}

/// Events of a shard that were lost since the last one that was kept.
pub(super) struct Loss {
    pub(super) events: u64,
    pub(super) tid: i32,
    pub(super) time: u64,
}

pub(super) struct Store {
    pub(super) capacity: usize,
    /// Full batches, the oldest first.
    pub(super) sealed: VecDeque<Batch>,
    pub(super) open: Batch,
    pub(super) spare: Vec<Vec<u8>>,
    /// Bytes in all batches, including the one that is being written.
    pub(super) held: usize,
    pub(super) losses: BTreeMap<u16, Loss>,
    /// How long a shard waits for room.
    pub(super) patience: Option<Duration>,
    /// Since when shards wait.
    pub(super) blocked: Option<Instant>,
    pub(super) events: u64,
    pub(super) lost: u64,
    /// A call was shown, or its beginning.
    pub(super) shown: bool,
    pub(super) waiting: Waiting,
    /// `End` is in the store.
    pub(super) ended: bool,
    /// All is written.
    pub(super) written: bool,
    /// All is passed on by the agent.
    pub(super) delivered: bool,
    /// Nobody reads what we write.
    pub(super) broken: bool,
}

impl Store {
    pub(super) fn new(capacity: usize) -> Store {
        Store {
            capacity,
            sealed: VecDeque::new(),
            open: Batch::default(),
            spare: Vec::new(),
            held: 0,
            losses: BTreeMap::new(),
            patience: None,
            blocked: None,
            events: 0,
            lost: 0,
            shown: false,
            waiting: Waiting::No,
            ended: false,
            written: false,
            delivered: false,
            broken: false,
        }
    }

    pub(super) fn has_room(&self, length: usize) -> bool {
        self.held + length <= self.capacity
    }

    /// Keeps an event, or counts it; returns which.
    pub(super) fn event(&mut self, place: &Place, message: &[u8], weight: Weight) -> bool {
        if self.ended {
            return false;
        }
        // Once something was lost, an eighth of the store must be free before the next event is kept: one gap of many events
        // is easier to read than many gaps of one.
        self.close_gaps();
        let mut room = !self.losses.contains_key(&place.shard) && self.has_room(message.len());
        if !room && weight.returns && self.held + message.len() + LOSSES <= self.capacity + RESERVE {
            // Earlier losses come before it.
            self.push_losses();
            room = true;
        }
        if !room || message.len() > codec::MOST {
            if weight.lost > 0 {
                let Place { shard, tid, time } = *place;
                self.losses.entry(shard).or_insert(Loss { events: 0, tid, time }).events += weight.lost;
                self.lost += weight.lost;
            }
            return false;
        }
        self.events += u64::from(weight.kept);
        self.shown |= weight.call;
        self.push(message, weight.kept);
        true
    }

    /// Puts the counts of lost events in their place, if there is room.
    pub(super) fn close_gaps(&mut self) {
        if !self.losses.is_empty() && self.held <= self.capacity - self.capacity / 8 {
            self.push_losses();
        }
    }

    pub(super) fn push_losses(&mut self) {
        self.blocked = None;
        for (shard, loss) in mem::take(&mut self.losses) {
            let event = Event {
                tid: loss.tid,
                time: loss.time,
                site: None,
                what: What::Lost { events: loss.events },
            };
            let mut bytes = Vec::new();
            codec::encode(&Message::Event { shard, event }, &mut bytes);
            self.push(&bytes, 0);
        }
    }

    pub(super) fn push(&mut self, message: &[u8], events: u32) {
        if !self.open.bytes.is_empty() && self.open.bytes.len() + message.len() > BATCH {
            let bytes = self.spare.pop().unwrap_or_default();
            self.sealed.push_back(mem::replace(&mut self.open, Batch { bytes, events: 0 }));
        }
        self.open.bytes.extend_from_slice(message);
        self.open.events += events;
        self.held += message.len();
    }

    pub(super) fn end(&mut self, reason: Reason) {
        if self.ended {
            return;
        }
        self.push_losses();
        let end = End { events: self.events, lost: self.lost, time: clock::now(), reason };
        let mut bytes = Vec::new();
        codec::encode(&Message::End(end), &mut bytes);
        self.push(&bytes, 0);
        self.ended = true;
    }

    /// The next batch for a frame.
    pub(super) fn take(&mut self) -> Option<Batch> {
        self.sealed.pop_front().or_else(|| {
            let bytes = self.spare.pop().unwrap_or_default();
            let open = mem::replace(&mut self.open, Batch { bytes, events: 0 });
            (!open.bytes.is_empty()).then_some(open)
        })
    }

    /// A batch was written.
    pub(super) fn give_back(&mut self, mut batch: Batch) {
        self.held -= batch.bytes.len();
        batch.bytes.clear();
        if self.spare.len() < SPARE && batch.bytes.capacity() <= 2 * BATCH {
            self.spare.push(batch.bytes);
        }
        if !self.ended {
            self.close_gaps();
        }
    }
}

//! From the tracing threads to the agent, without the tracing threads ever waiting for the agent.
//!
//! A shard encodes its events and appends them to a bounded store. One writer thread cuts the store into frames and
//! writes them to a pipe, which may block as long as it likes. If the store is full, events are counted instead of kept. As
//! soon as there is room again, the count is put in their place ([`What::Lost`]). The events that went out and those that
//! did not add up exactly to those that were made, and [`End`] states both.
//!
//! On request, a shard waits for room ([`Outbox::block`]), and its tracees with it, for a bounded time.

use crate::{clock, engine::Sink};
use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    io::Write,
    mem,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use syscalls::value::Names;
use wire::{
    codec::{self, Encoder},
    event::{Event, What},
    message::{End, Message, Notice, Pulse, Reason, Speed},
    refused::Refused,
    summary::Count,
};

/// At most this many bytes of encoded messages are kept.
pub const CAPACITY: usize = 8 << 20;
/// The size of the messages in one frame, unless a single one is larger.
const BATCH: usize = 64 << 10;
/// How long the writer lets messages accumulate after a frame, so that a busy target costs few frames. The first message
/// after a silence goes out at once.
const LINGER: Duration = Duration::from_millis(5);
/// A frame is sent at least this often, so that the reader knows that we are alive.
pub const PULSE: Duration = Duration::from_secs(1);
/// What notices may take beyond the capacity: they are few, and matter most when much is lost.
const RESERVE: usize = 256 << 10;
/// What the counts of losses may take of that, for all shards.
const LOSSES: usize = 4 << 10;
/// How many counts go into one message.
const COUNTS: usize = 256;
/// How many emptied batches are kept for reuse.
const SPARE: usize = 4;

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
        let shared = Arc::new(Shared {
            store: Mutex::new(Store::new(capacity)),
            calls: AtomicU64::new(0),
            work: Condvar::new(),
            room: Condvar::new(),
            end: Condvar::new(),
        });
        let writer = shared.clone();
        thread::Builder::new().name("outbox".into()).spawn(move || write(&writer, out, first))?;
        Ok(Outbox { shared })
    }

    /// Takes the events of one shard, with a unique number.
    pub fn shard(&self, shard: u16) -> Shard {
        let unannounced = HashSet::new();
        Shard { shared: self.shared.clone(), shard, defined: 0, unannounced, message: Vec::new() }
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

struct Shared {
    store: Mutex<Store>,
    /// How many calls began, shown or not.
    calls: AtomicU64,
    /// The writer waits for messages.
    work: Condvar,
    /// A shard waits for room.
    room: Condvar,
    /// Others wait for the writer, or for the agent.
    end: Condvar,
}

impl Shared {
    /// The store. Holders of the lock only move bytes or pointers.
    fn lock(&self) -> MutexGuard<'_, Store> {
        // Nothing panics in the middle of a change while it holds the lock; and to go on counting is better than to end.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The store, with room for an event if there is some, or if there will be some in time when waiting is wanted.
    fn room_for(&self, shard: u16, length: usize) -> MutexGuard<'_, Store> {
        let mut store = self.lock();
        if store.patience.is_none() {
            return store;
        }
        if store.has_room(length) {
            store.blocked = None;
            return store;
        }
        // All waiting counts as one until something finds room without waiting: the stop of a tracee lasts as long as the
        // stops before it, whose turn comes first.
        while let Some(patience) = store.patience
            && !store.has_room(length)
            && !store.losses.contains_key(&shard)
            && !(store.ended || store.broken || length > codec::MOST)
        {
            let left = patience.saturating_sub(store.blocked.get_or_insert_with(Instant::now).elapsed());
            if left.is_zero() {
                break;
            }
            store = self.room.wait_timeout(store, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        store
    }

    fn send(&self, message: &[u8]) {
        let mut store = self.lock();
        if !store.ended && store.held + message.len() <= store.capacity + RESERVE {
            store.push(message, 0);
            self.wake(store);
        }
    }

    /// Wakes the writer, if it waits for what the store now has.
    fn wake(&self, store: MutexGuard<'_, Store>) {
        let wanted = match store.waiting {
            Waiting::No => false,
            Waiting::Message => true,
            Waiting::Batch => store.ended || !store.sealed.is_empty(),
        };
        drop(store);
        if wanted {
            self.work.notify_one();
        }
    }

    fn wait(&self, most: Duration, done: impl Fn(&Store) -> bool) -> bool {
        let store = self.lock();
        let (store, _) = self
            .end
            .wait_timeout_while(store, most, |store| !done(store) && !store.broken)
            .unwrap_or_else(PoisonError::into_inner);
        done(&store)
    }
}

/// What the writer waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waiting {
    No,
    /// Anything.
    Message,
    /// A full batch, or the end.
    Batch,
}

/// Messages for one frame.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    events: u32,
}

/// Whose event it is, and its time.
#[derive(Clone, Copy)]
struct Place {
    shard: u16,
    tid: i32,
    time: u64,
}

/// What an event counts. A call counts once, however it is reported: with its exit event if there is one, and with its
/// entry event if that is lost.
#[derive(Clone, Copy)]
struct Weight {
    kept: u32,
    lost: u64,
    /// It is of a call.
    call: bool,
    announces: bool,
    /// It ends a call whose entry was kept, and goes where notices go when the store is full. There is at most one per
    /// thread.
    returns: bool,
}

impl Weight {
    fn of(what: &What) -> Weight {
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

/// Events of a shard that were lost since the last one that was kept.
struct Loss {
    events: u64,
    tid: i32,
    time: u64,
}

struct Store {
    capacity: usize,
    /// Full batches, the oldest first.
    sealed: VecDeque<Batch>,
    open: Batch,
    spare: Vec<Vec<u8>>,
    /// Bytes in all batches, including the one that is being written.
    held: usize,
    losses: BTreeMap<u16, Loss>,
    /// How long a shard waits for room.
    patience: Option<Duration>,
    /// Since when shards wait.
    blocked: Option<Instant>,
    events: u64,
    lost: u64,
    /// A call was shown, or its beginning.
    shown: bool,
    waiting: Waiting,
    /// `End` is in the store.
    ended: bool,
    /// All is written.
    written: bool,
    /// All is passed on by the agent.
    delivered: bool,
    /// Nobody reads what we write.
    broken: bool,
}

impl Store {
    fn new(capacity: usize) -> Store {
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

    fn has_room(&self, length: usize) -> bool {
        self.held + length <= self.capacity
    }

    /// Keeps an event, or counts it; returns which.
    fn event(&mut self, place: &Place, message: &[u8], weight: Weight) -> bool {
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
    fn close_gaps(&mut self) {
        if !self.losses.is_empty() && self.held <= self.capacity - self.capacity / 8 {
            self.push_losses();
        }
    }

    fn push_losses(&mut self) {
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

    fn push(&mut self, message: &[u8], events: u32) {
        if !self.open.bytes.is_empty() && self.open.bytes.len() + message.len() > BATCH {
            let bytes = self.spare.pop().unwrap_or_default();
            self.sealed.push_back(mem::replace(&mut self.open, Batch { bytes, events: 0 }));
        }
        self.open.bytes.extend_from_slice(message);
        self.open.events += events;
        self.held += message.len();
    }

    fn end(&mut self, reason: Reason) {
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
    fn take(&mut self) -> Option<Batch> {
        self.sealed.pop_front().or_else(|| {
            let bytes = self.spare.pop().unwrap_or_default();
            let open = mem::replace(&mut self.open, Batch { bytes, events: 0 });
            (!open.bytes.is_empty()).then_some(open)
        })
    }

    /// A batch was written.
    fn give_back(&mut self, mut batch: Batch) {
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

/// The writer thread: until the end is written or nobody reads any more.
fn write(shared: &Shared, mut out: impl Write, first: u64) {
    let mut encoder = Encoder::resume(first);
    let mut frame = Vec::new();
    let mut written = None;
    loop {
        let (batch, last) = next(shared, written);
        frame.clear();
        let made = encoder.payload(&batch.bytes, batch.events, last, &mut frame);
        // A batch is at most `BATCH` long or one message, and no message is kept that is too long for a frame.
        debug_assert!(made.is_ok(), "a batch that fits into no frame");
        let sent = out.write_all(&frame).and_then(|()| out.flush());
        written = Some(Instant::now());
        let mut store = shared.lock();
        store.give_back(batch);
        store.written = last;
        store.broken = sent.is_err();
        if store.patience.is_some() {
            shared.room.notify_all();
        }
        if store.written || store.broken {
            drop(store);
            shared.end.notify_all();
            return;
        }
    }
}

/// Waits for the next batch; returns whether it is the last. An empty one is a sign of life.
fn next(shared: &Shared, written: Option<Instant>) -> (Batch, bool) {
    let mut store = shared.lock();
    loop {
        let full = !store.sealed.is_empty() || store.ended;
        let (waiting, most) = if full {
            (Waiting::No, Duration::ZERO)
        } else if store.open.bytes.is_empty() {
            (Waiting::Message, PULSE)
        } else {
            (
                Waiting::Batch,
                written.map_or(Duration::ZERO, |written| LINGER.saturating_sub(written.elapsed())),
            )
        };
        let mut late = most.is_zero();
        if !late {
            store.waiting = waiting;
            let waited = shared.work.wait_timeout(store, most).unwrap_or_else(PoisonError::into_inner);
            store = waited.0;
            store.waiting = Waiting::No;
            late = waited.1.timed_out();
        }
        if late {
            let batch = store.take().unwrap_or_default();
            let last = store.ended && store.sealed.is_empty() && store.open.bytes.is_empty();
            return (batch, last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{self, PipeReader, Read},
        sync::mpsc,
    };
    use syscalls::{
        abi::Abi,
        decode::Outcome,
        value::{Name, Value},
    };
    use wire::{codec::Decoder, event::Birth, message::Level};

    fn stopped(number: u64, names: &mut Names) -> Event {
        const TEXTS: [&str; 8] = ["A", "B", "C", "D", "E", "F", "G", "H"];
        let name = names.intern(TEXTS[(number / 50) as usize % TEXTS.len()]);
        let signal = Value::Symbol { bits: number, name: Some(name), unknown: None };
        Event { tid: 7, time: number, site: None, what: What::Stopped { signal } }
    }

    /// The totals of one shard's stream; checks order, places of losses and definitions on the way.
    #[derive(Default)]
    struct Tally {
        sent: u64,
        lost: u64,
        gaps: u64,
        next: u64,
        names: Names,
        notices: usize,
        end: Option<End>,
    }

    impl Tally {
        fn take(&mut self, message: Message) {
            assert!(self.end.is_none(), "nothing follows the end");
            match message {
                Message::Define { name, text, .. } => assert!(self.names.define(name, text.into_owned())),
                Message::Event { event: Event { what: What::Lost { events }, time, .. }, .. } => {
                    assert_eq!(time, self.next, "the loss stands where it happened");
                    self.lost += events;
                    self.gaps += 1;
                    self.next += events;
                }
                Message::Event { event, .. } => {
                    assert_eq!(event.time, self.next, "in order, with nothing missing that was not counted");
                    let What::Stopped { signal: Value::Symbol { name: Some(name), .. } } = event.what else {
                        panic!("not what was sent")
                    };
                    assert_ne!(self.names.text(name), "?", "defined before its first use");
                    self.next += 1;
                    self.sent += 1;
                }
                Message::Notice(_) => self.notices += 1,
                Message::End(end) => self.end = Some(end),
                _ => {}
            }
        }
    }

    struct Reading {
        pipe: PipeReader,
        decoder: Decoder,
        tally: Tally,
    }

    impl Reading {
        fn new(pipe: PipeReader) -> Reading {
            Reading { pipe, decoder: Decoder::new(), tally: Tally::default() }
        }

        /// Reads until enough is read or the stream ends.
        fn until(&mut self, enough: impl Fn(&Tally) -> bool, pause: Duration) {
            let mut buffer = vec![0; 4096];
            while !enough(&self.tally) {
                let length = self.pipe.read(&mut buffer).expect("a pipe");
                if length == 0 {
                    return;
                }
                self.decoder.push(&buffer[..length]);
                while let Some(messages) = self.decoder.next().expect("good frames") {
                    messages.into_iter().for_each(|message| self.tally.take(message));
                }
                thread::sleep(pause);
            }
        }
    }

    fn read_all(pipe: PipeReader, pause: Duration) -> Reading {
        let mut reading = Reading::new(pipe);
        reading.until(|_| false, pause);
        reading
    }

    #[test]
    fn what_a_slow_reader_misses_is_counted_exactly() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let outbox = Outbox::start(writer, 64 << 10, 0).expect("a thread");
        let mut shard = outbox.shard(0);
        let reading = thread::spawn(move || read_all(reader, Duration::from_millis(1)));
        let mut names = Names::default();
        let made = 200_000;
        for number in 0..made {
            shard.event(stopped(number, &mut names), &names);
            if number % 20_000 == 0 {
                thread::sleep(Duration::from_millis(20));
            }
        }
        outbox.end(Reason::Stopped);
        assert!(outbox.wait(Duration::from_secs(60)));
        let Reading { tally, decoder, .. } = reading.join().expect("a good stream");
        assert!(decoder.ended());
        assert!(tally.gaps > 0 && tally.sent > 0, "{} gaps, {} sent", tally.gaps, tally.sent);
        assert_eq!(tally.sent + tally.lost, made);
        let end = tally.end.expect("an end");
        assert_eq!((end.events, end.lost, end.reason), (tally.sent, tally.lost, Reason::Stopped));
    }

    #[test]
    fn a_call_counts_once_however_it_was_told() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let outbox = Outbox::start(writer, 64 << 10, 0).expect("a thread");
        let mut shard = outbox.shard(0);
        let names = Names::default();
        let made = 20_000;
        shard.event(
            Event { tid: 7, time: 0, site: None, what: What::Attached { process: 7, how: Birth::Seized } },
            &names,
        );
        for number in 0..made {
            let mut tell = |what| shard.event(Event { tid: 7, time: number, site: None, what }, &names);
            let call = Name(0);
            tell(What::Enter { call, args: vec![Value::Int(number as i64)] });
            let outcome = Outcome::Value(Value::Int(0), None);
            tell(What::Exit { call, args: Vec::new(), before: 1, outcome, duration: None });
        }
        outbox.end(Reason::Stopped);
        let mut decoder = Decoder::new();
        let mut reader = reader;
        let (mut announced, mut returned, mut lost, mut open) = (0, 0, 0, false);
        let mut buffer = vec![0; 4096];
        let end = 'read: loop {
            let length = reader.read(&mut buffer).expect("a pipe");
            decoder.push(&buffer[..length]);
            while let Some(messages) = decoder.next().expect("good frames") {
                for message in messages {
                    match message {
                        Message::Event { event: Event { what: What::Enter { args, .. }, .. }, .. } => {
                            assert_eq!(
                                args,
                                [Value::Int(announced + lost as i64)],
                                "what is missing is counted before it"
                            );
                            announced += 1;
                            open = true;
                        }
                        Message::Event { event: Event { what: What::Exit { .. }, .. }, .. } => {
                            assert!(open, "a return without its announcement");
                            returned += 1;
                            open = false;
                        }
                        Message::Event { event: Event { what: What::Lost { events }, .. }, .. } => {
                            lost += events
                        }
                        Message::End(end) => break 'read end,
                        _ => {}
                    }
                }
            }
        };
        assert_eq!(announced, returned);
        assert!(lost > 0, "the pipe and the store hold less");
        assert_eq!((end.events, end.lost), (returned as u64, lost));
        assert_eq!(end.events + end.lost, made);
    }

    #[test]
    fn the_table_of_counts_is_never_lost() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let outbox = Outbox::start(writer, 64 << 10, 0).expect("a thread");
        let mut shard = outbox.shard(0);
        let mut names = Names::default();
        // Nobody reads, so that neither events nor notices have room any more.
        for number in 0..50_000 {
            shard.event(stopped(number, &mut names), &names);
            shard.notice(Notice { level: Level::Note, text: "x".repeat(100) });
        }
        let count = |number| Count {
            abi: Abi::NATIVE,
            number,
            name: "read".into(),
            calls: 1,
            errors: 0,
            system: Default::default(),
            wall: Default::default(),
        };
        shard.summary((0..3000).map(count).collect());
        outbox.end(Reason::Stopped);
        let (mut reader, mut decoder, mut counted, mut buffer) =
            (reader, Decoder::new(), 0, vec![0; 64 << 10]);
        while !decoder.ended() {
            let length = reader.read(&mut buffer).expect("a pipe");
            decoder.push(&buffer[..length]);
            while let Some(messages) = decoder.next().expect("good frames") {
                for message in messages {
                    counted += if let Message::Summary(counts) = message { counts.len() } else { 0 };
                }
            }
        }
        assert_eq!(counted, 3000);
    }

    #[test]
    fn a_reader_that_never_reads_stops_nobody() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let outbox = Outbox::start(writer, 1 << 20, 0).expect("a thread");
        let mut shard = outbox.shard(0);
        let mut names = Names::default();
        let mut longest = Duration::ZERO;
        for number in 0..300_000 {
            let begin = Instant::now();
            shard.event(stopped(number, &mut names), &names);
            longest = longest.max(begin.elapsed());
        }
        let begin = Instant::now();
        shard.flush(Duration::from_millis(50));
        assert!(begin.elapsed() < Duration::from_secs(1));
        assert!(longest < Duration::from_secs(1), "{longest:?}");
        let store = outbox.shared.lock();
        assert_eq!(store.events + store.lost, 300_000);
        assert!(
            store.lost > 0 && store.held < (1 << 20) + (1 << 10),
            "{} lost, {} held",
            store.lost,
            store.held
        );
        drop(store);
        drop(reader);
        assert!(!outbox.wait(Duration::from_secs(10)), "nobody reads any more");
    }

    #[test]
    fn a_shard_that_waits_loses_nothing_to_a_slow_reader() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let outbox = Outbox::start(writer, 64 << 10, 0).expect("a thread");
        outbox.block(Duration::from_secs(20));
        let mut shard = outbox.shard(0);
        let reading = thread::spawn(move || read_all(reader, Duration::from_micros(500)));
        let mut names = Names::default();
        let made = 100_000;
        (0..made).for_each(|number| shard.event(stopped(number, &mut names), &names));
        outbox.end(Reason::Stopped);
        let tally = reading.join().expect("a good stream").tally;
        assert_eq!((tally.sent, tally.lost), (made, 0));
    }

    #[test]
    fn a_shard_waits_no_longer_than_it_may_and_then_counts() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let outbox = Outbox::start(writer, 1 << 20, 0).expect("a thread");
        outbox.block(Duration::from_millis(300));
        let mut shard = outbox.shard(0);
        let mut names = Names::default();
        let (begin, mut longest) = (Instant::now(), Duration::ZERO);
        for number in 0..300_000 {
            let begin = Instant::now();
            shard.event(stopped(number, &mut names), &names);
            longest = longest.max(begin.elapsed());
        }
        // Once: after that, what nobody takes is dropped at once.
        assert!((Duration::from_millis(300)..Duration::from_millis(900)).contains(&longest), "{longest:?}");
        assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
        let store = outbox.shared.lock();
        assert_eq!(store.events + store.lost, 300_000);
        assert!(store.lost > 0);
        drop((store, reader));
    }

    #[test]
    fn whoever_ends_the_trace_ends_the_waiting() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let outbox = Arc::new(Outbox::start(writer, 64 << 10, 0).expect("a thread"));
        outbox.block(Duration::from_secs(60));
        let mut shard = outbox.shard(0);
        let other = outbox.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(200));
            other.never_block();
        });
        let mut names = Names::default();
        let begin = Instant::now();
        (0..20_000).for_each(|number| shard.event(stopped(number, &mut names), &names));
        assert!((Duration::from_millis(200)..Duration::from_secs(5)).contains(&begin.elapsed()));
        drop(reader);
    }

    #[test]
    fn a_loss_is_told_without_waiting_for_the_next_event() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let outbox = Outbox::start(writer, 8 << 10, 0).expect("a thread");
        let mut shard = outbox.shard(0);
        let mut names = Names::default();
        // The pipe takes 64 KiB, and what the writer holds counts for the store.
        let made = 40_000;
        (0..made).for_each(|number| shard.event(stopped(number, &mut names), &names));
        assert!(outbox.shared.lock().lost > 0);
        let (told, tally) = mpsc::channel();
        let reading = thread::spawn(move || {
            let mut reading = Reading::new(reader);
            reading.until(|tally| tally.next >= made, Duration::ZERO);
            told.send((reading.tally.sent, reading.tally.lost)).expect("somebody waits");
            reading.until(|_| false, Duration::ZERO);
            reading.tally.end
        });
        let (sent, lost) =
            tally.recv_timeout(Duration::from_secs(10)).expect("all are sent or counted before the end");
        assert_eq!(sent + lost, made);
        outbox.end(Reason::TraceesGone);
        let end = reading.join().expect("a good stream").expect("an end");
        assert_eq!((end.events, end.lost), (sent, lost));
    }

    #[test]
    fn the_first_event_goes_at_once_and_silence_is_filled() {
        let (mut reader, writer) = io::pipe().expect("a pipe");
        let outbox = Outbox::start(writer, CAPACITY, 0).expect("a thread");
        let mut shard = outbox.shard(0);
        let (mut decoder, mut buffer) = (Decoder::new(), [0; 4096]);
        let mut receive = || {
            let length = reader.read(&mut buffer).expect("a pipe");
            decoder.push(&buffer[..length]);
            decoder.next::<Message>().expect("a good frame").expect("a whole frame")
        };
        let begin = Instant::now();
        shard.notice(Notice { level: Level::Note, text: "hello".into() });
        assert_eq!(receive().len(), 1);
        assert!(begin.elapsed() < Duration::from_millis(500));
        assert_eq!(receive(), [], "a sign of life");
        assert!(begin.elapsed() >= PULSE);
    }

    #[test]
    fn an_event_that_fits_into_no_frame_is_lost_alone() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let outbox = Outbox::start(writer, CAPACITY, 0).expect("a thread");
        let mut shard = outbox.shard(3);
        let reading = thread::spawn(move || read_all(reader, Duration::ZERO));
        let mut names = Names::default();
        shard.event(stopped(0, &mut names), &names);
        let huge = What::Stopped { signal: Value::bytes(&vec![1; codec::MOST]) };
        shard.event(Event { tid: 7, time: 1, site: None, what: huge }, &names);
        shard.event(stopped(2, &mut names), &names);
        outbox.end(Reason::Stopped);
        let tally = reading.join().expect("a good stream").tally;
        assert_eq!((tally.sent, tally.lost, tally.gaps), (2, 1, 1));
    }

    #[test]
    fn flush_waits_for_the_agents_word() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let outbox = Arc::new(Outbox::start(writer, CAPACITY, 0).expect("a thread"));
        let mut shard = outbox.shard(0);
        let agent = outbox.clone();
        let reading = thread::spawn(move || {
            let tally = read_all(reader, Duration::ZERO).tally;
            thread::sleep(Duration::from_millis(100));
            agent.delivered();
            tally
        });
        let mut names = Names::default();
        shard.event(stopped(0, &mut names), &names);
        let begin = Instant::now();
        shard.flush(Duration::from_secs(20));
        assert!((Duration::from_millis(100)..Duration::from_secs(10)).contains(&begin.elapsed()));
        shard.event(stopped(1, &mut names), &names);
        let end = reading.join().expect("a good stream").end;
        let end = end.expect("an end");
        assert_eq!((end.events, end.lost, end.reason), (1, 0, Reason::InitExiting));
    }
}

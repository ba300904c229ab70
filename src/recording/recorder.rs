//! Writes a recording.

use super::{
    about::{About, GapBlock, Life, Over, Shard, Stream},
    before::Before,
    parts::Parts,
};
use crate::{cli::Rotation, gap::GapCause, refusal::Refusal, screen::Trouble};
use serde::Serialize;
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};
use syscalls::value::{Name, Names};
use wire::{
    codec::{self, Encoder},
    event::{Event, What},
    message::{Message, VERSION},
    recording::{self, FORMAT, Header, Kind},
};

/// A frame is written once it has so many bytes before it is packed: small enough that little is lost with the writer, large
/// enough that its heads cost nothing.
const FRAME: usize = 1 << 16;

/// Most messages of one stream that are repeated in each part.
const EARLY: usize = 256;

/// A recording that is being written. Once something goes wrong it takes nothing any more.
pub struct Recorder {
    parts: Parts,
    about: About,
    /// Whether anything is in the file yet: before that, a file of this name stays as it is.
    begun: bool,
    encoder: Encoder,
    /// The messages of the next frame of events, and how many of them are events.
    plain: Vec<u8>,
    events: u32,
    /// Blocks under construction.
    block: Vec<u8>,
    /// The streams that are not over.
    streams: BTreeMap<u32, OpenStream>,
    /// The next stream's number.
    next: u32,
    shards: HashMap<(u32, u16), OpenShard>,
    /// Numbers of shards that are free again, and the first that was never used.
    free: Vec<u16>,
    fresh: u16,
    /// What the next part must begin with, if there are several.
    before: Before,
    trouble: Option<Trouble>,
    mute: bool,
}

struct OpenStream {
    about: Stream,
    /// What the tracer said before it was ready: its clock, where it runs, what it could not attach to.
    early: Vec<Message>,
    /// What turns its times into nanoseconds since 1970.
    offset: i64,
    restarts: Option<u32>,
}

#[derive(Default)]
struct OpenShard {
    number: u16,
    /// How many of its names are in the file.
    defined: usize,
    /// Its names, for the next part.
    texts: Vec<Box<str>>,
}

impl Recorder {
    /// Opens the file. Nothing is written before the first event.
    ///
    /// # Errors
    /// The file cannot be written to.
    pub fn open(path: &Path, rotation: Option<Rotation>, about: About) -> Result<Recorder, Refusal> {
        Ok(Recorder {
            parts: Parts::open(path, rotation)?,
            about,
            begun: false,
            encoder: Encoder::new(),
            plain: Vec::new(),
            events: 0,
            block: Vec::new(),
            streams: BTreeMap::new(),
            next: 0,
            shards: HashMap::new(),
            free: Vec::new(),
            fresh: 0,
            before: Before::default(),
            trouble: None,
            mute: false,
        })
    }

    /// Where a user finds it, once it has begun.
    pub fn name(&self) -> Option<&Path> {
        self.parts.name()
    }

    /// What went wrong. It is given once.
    pub fn trouble(&mut self) -> Option<Trouble> {
        self.trouble.take()
    }

    /// A stream joins: gives its number.
    pub fn stream(&mut self, about: Stream) -> u32 {
        let number = self.next;
        self.next += 1;
        let about = Stream { stream: number, ..about };
        if self.begun {
            self.json(Kind::Stream, &about);
        }
        let stream = OpenStream { about, early: Vec::new(), offset: 0, restarts: None };
        self.streams.insert(number, stream);
        number
    }

    /// The trace begins: the file takes its place.
    pub fn begin(&mut self) {
        if !self.begun && !self.mute {
            self.begun = true;
            self.head();
        }
    }

    /// Something that a stream's tracer said, other than an event or a name.
    pub fn message(&mut self, stream: u32, message: &Message) {
        let ready = matches!(message, Message::Ready { .. } | Message::Summary(_) | Message::End(_));
        if let Some(known) = self.streams.get_mut(&stream).filter(|_| !ready) {
            if let Message::Hello(hello) = message {
                known.offset = hello.wall_offset;
                known.early.retain(|earlier| !matches!(earlier, Message::Hello(_)));
            }
            if known.early.len() < EARLY {
                known.early.push(message.clone());
            }
        }
        // Until then the file that has the name stays as it is.
        match ready {
            true => self.begin(),
            false if !self.begun => return,
            false => {}
        }
        self.said(stream, message);
    }

    fn said(&mut self, stream: u32, message: &Message) {
        self.end_frame();
        let frame = self.encoder.frame(std::slice::from_ref(message));
        // It arrived in a frame, so it fits into one.
        let Ok(frame) = frame else { return };
        self.put(Kind::Message, |out| {
            out.extend_from_slice(&stream.to_le_bytes());
            out.extend_from_slice(&frame);
        });
    }

    /// An event of a stream's shard, in nanoseconds since 1970. `names`: those of the shard.
    pub fn event(&mut self, stream: u32, shard: u16, event: &mut Event, names: &Names) {
        if self.mute {
            return;
        }
        self.begin();
        if self.parts.is_full() {
            self.turn();
        }
        let Some(number) = self.shard(stream, shard, names) else { return };
        let offset = self.streams.get(&stream).map_or(0, |stream| stream.offset);
        let time = event.time;
        // As the tracer said it: the clocks are a block of their own.
        event.time = (time as i64).wrapping_sub(offset) as u64;
        let begin = self.plain.len();
        recording::encode_event(number, event, &mut self.plain);
        if self.plain.len() > codec::MOST {
            self.overfull(begin, number, event);
        }
        if self.parts.rotates() {
            self.before.note(stream, shard, event);
        }
        event.time = time;
        self.events += 1;
        if self.plain.len() >= FRAME {
            self.end_frame();
        }
    }

    /// The event at `begin` is one too many for the frame.
    fn overfull(&mut self, begin: usize, number: u16, event: &Event) {
        let mut last = self.plain.split_off(begin);
        self.end_frame();
        if last.len() > codec::MOST {
            // It came in a frame, where its shard's number was shorter by a byte or two.
            last.clear();
            let lost = Event { what: What::Lost { events: 1 }, ..event.clone() };
            recording::encode_event(number, &lost, &mut last);
        }
        self.plain = last;
    }

    /// Nothing of a stream was traced before this event of it.
    pub fn gap(&mut self, stream: u32, tid: i32, from: i64, to: i64, why: &GapCause) {
        self.begin();
        self.json(Kind::Gap, &GapBlock { stream, tid, from, to, why: why.clone() });
    }

    /// What follows of a stream has names and times of its own.
    pub fn anew(&mut self, stream: u32) {
        self.end_frame();
        let over: Vec<_> = self.shards.keys().filter(|(of, _)| *of == stream).copied().collect();
        for key in over {
            self.free.extend(self.shards.remove(&key).map(|shard| shard.number));
        }
        self.before.forget(stream);
    }

    /// A stream goes on with its container's next life.
    pub fn life(&mut self, stream: u32, restarts: u32) {
        if let Some(known) = self.streams.get_mut(&stream) {
            known.restarts = Some(restarts);
        }
        if self.begun {
            self.json(Kind::Life, &Life { stream, restarts });
        }
    }

    /// Everything of a stream so far is written; `last`: nothing of it follows.
    pub fn over(&mut self, stream: u32, last: bool) {
        if self.begun {
            self.json(Kind::Over, &Over { stream, last });
        }
        if last {
            self.anew(stream);
            self.streams.remove(&stream);
        }
    }

    /// Makes everything readable that was taken so far.
    pub fn flush(&mut self) {
        self.end_frame();
        if self.begun && !self.mute {
            let done = self.parts.flush();
            self.note(done);
        }
    }

    /// The number of a stream's shard, with all of its names in the file.
    fn shard(&mut self, stream: u32, of: u16, names: &Names) -> Option<u16> {
        let key = (stream, of);
        if !self.shards.contains_key(&key) {
            let number = self.free.pop().or_else(|| {
                let number = self.fresh;
                self.fresh = self.fresh.checked_add(1)?;
                Some(number)
            });
            let Some(number) = number else {
                let why = Refusal::new("the recording has no room for more pods at the same time");
                self.note(Err(Trouble::Failed(why)));
                return None;
            };
            self.shards.insert(key, OpenShard { number, ..OpenShard::default() });
            self.json(Kind::Shard, &Shard { shard: number, stream, of });
        }
        let keeps = self.parts.rotates();
        loop {
            let shard = self.shards.get_mut(&key)?;
            if shard.defined >= names.len() {
                return Some(shard.number);
            }
            let name = Name(shard.defined as u32);
            recording::encode_name(shard.number, name, names.text(name), &mut self.plain);
            if keeps {
                shard.texts.push(names.text(name).into());
            }
            shard.defined += 1;
            if self.plain.len() >= FRAME {
                self.end_frame();
            }
        }
    }

    /// The beginning of a part.
    fn head(&mut self) {
        let header = Header { format: FORMAT, frames: VERSION };
        self.write(&header.bytes());
        self.about.begun = i64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or(i64::MAX);
        self.json(Kind::Recording, &self.about.clone());
        for number in self.streams.keys().copied().collect::<Vec<_>>() {
            let Some(OpenStream { about, early, restarts, .. }) = self.streams.get(&number) else { continue };
            let (about, early, restarts) = (about.clone(), early.clone(), *restarts);
            self.json(Kind::Stream, &about);
            for message in &early {
                self.said(number, message);
            }
            if let Some(restarts) = restarts {
                self.json(Kind::Life, &Life { stream: number, restarts });
            }
        }
    }

    /// Begins the next part.
    fn turn(&mut self) {
        self.end_frame();
        let turned = self.parts.turn();
        self.note(turned);
        self.about.part += 1;
        self.encoder = Encoder::new();
        self.head();
        // Frames count anew, and so do names.
        let mut shards: Vec<_> = std::mem::take(&mut self.shards).into_iter().collect();
        for ((stream, of), shard) in &shards {
            self.json(Kind::Shard, &Shard { shard: shard.number, stream: *stream, of: *of });
            for (name, text) in shard.texts.iter().enumerate() {
                recording::encode_name(shard.number, Name(name as u32), text, &mut self.plain);
                if self.plain.len() >= FRAME {
                    self.end_frame();
                }
            }
        }
        self.end_frame();
        self.shards.extend(shards.drain(..));
        let before = std::mem::take(&mut self.before);
        for (stream, of, event) in before.events() {
            if let Some(shard) = self.shards.get(&(stream, of)) {
                recording::encode_event(shard.number, event, &mut self.plain);
                if self.plain.len() >= FRAME {
                    self.end_frame_of(Kind::Before);
                }
            }
        }
        self.end_frame_of(Kind::Before);
        self.before = before;
    }

    /// Writes the events that wait.
    fn end_frame(&mut self) {
        self.end_frame_of(Kind::Events);
    }

    fn end_frame_of(&mut self, kind: Kind) {
        if self.plain.is_empty() {
            return;
        }
        let Recorder { encoder, block, plain, events, .. } = self;
        let mut fits = Ok(());
        recording::block(kind, block, |out| fits = encoder.payload(plain, *events, false, out));
        if fits.is_err() {
            // Nobody lets a frame grow so far.
            block.clear();
        }
        plain.clear();
        self.events = 0;
        self.block_out();
    }

    fn json(&mut self, kind: Kind, value: &impl Serialize) {
        self.end_frame();
        self.put(kind, |out| json(value, out));
    }

    fn put(&mut self, kind: Kind, write: impl FnOnce(&mut Vec<u8>)) {
        recording::block(kind, &mut self.block, write);
        self.block_out();
    }

    /// Writes the blocks that were made.
    fn block_out(&mut self) {
        let mut block = std::mem::take(&mut self.block);
        self.write(&block);
        block.clear();
        self.block = block;
    }

    fn write(&mut self, bytes: &[u8]) {
        if !self.mute {
            let done = self.parts.write(bytes);
            self.note(done);
        }
    }

    fn note(&mut self, done: Result<(), Trouble>) {
        if let Err(trouble) = done {
            self.trouble = Some(trouble);
            self.mute = true;
        }
    }
}

/// Appends an object.
fn json(value: &impl Serialize, out: &mut Vec<u8>) {
    // Names and numbers: there is nothing in them that JSON lacks.
    let written = serde_json::to_writer(&mut *out, value);
    debug_assert!(written.is_ok(), "an object that JSON cannot write");
}

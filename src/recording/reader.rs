//! Reads a recording, block by block: no more of it is ever in memory than a block and the names so far.

use super::about::{About, GapBlock, Life, Over, Shard, Stream};
use serde::de::DeserializeOwned;
use std::{
    collections::{BTreeMap, VecDeque},
    io::{self, Read},
};
use syscalls::value::Names;
use wire::{
    codec::Decoder,
    event::Event,
    message::{Message, VERSION},
    recording::{FORMAT, Head, Header, Kind, OLDEST_FRAMES},
};

/// Most streams that may be open at the same time, most names of all of them together, and most bytes of these.
const STREAMS: usize = 1 << 14;
const NAMES: usize = 1 << 19;

/// Something of a recording, in the order in which it was shown.
#[derive(Debug)]
pub enum Item {
    /// A stream begins.
    Stream(Box<Stream>),
    /// Something happened. Its time is in nanoseconds since 1970.
    Event {
        /// The stream.
        stream: u32,
        /// The shard, by the number that [`Reader::names`] takes.
        shard: u16,
        /// The shard, as the stream counts them.
        of: u16,
        /// What.
        event: Event,
        /// It only says what was known at the beginning of a part.
        before: bool,
    },
    /// The tracer of a stream said this.
    Message(u32, Box<Message>),
    /// Nothing of a stream was traced for a while.
    Gap(GapBlock),
    /// A stream goes on with its container's next life.
    Life(Life),
    /// Everything of a stream so far is written.
    Over(Over),
}

/// Why a recording cannot be read any further. What came before is as it was written.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system reports an error.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is something else.
    #[error("it is no recording of kubectl strace")]
    Foreign,
    /// It was written by a newer plugin.
    #[error("it has version {0} of the format, and this plugin reads up to version {FORMAT}")]
    Format(u32),
    /// Its frames were made by a tracer of another version.
    #[error("its events have version {0}, and this plugin reads versions {OLDEST_FRAMES} to {VERSION}")]
    Frames(u32),
    /// It ends within a block.
    #[error("it ends in the middle of a block, {0} bytes of which are there")]
    Cut(usize),
    /// It is damaged.
    #[error("{why}, at byte {at}")]
    Damaged {
        /// Where the block begins.
        at: u64,
        /// What is wrong.
        why: String,
    },
}

/// A recording that is being read.
pub struct Reader<R> {
    input: R,
    decoder: Decoder,
    payload: Vec<u8>,
    /// Where the next block begins.
    at: u64,
    about: About,
    streams: BTreeMap<u32, Clock>,
    shards: BTreeMap<u16, KnownShard>,
    /// The events of the last frame that were not given out yet.
    queue: VecDeque<Message>,
    before: bool,
}

/// What turns a stream's times into nanoseconds since 1970.
#[derive(Default)]
struct Clock {
    offset: i64,
}

struct KnownShard {
    stream: u32,
    of: u16,
    names: Names,
}

impl<R: Read> Reader<R> {
    /// Reads the beginning. Give it a reader with a buffer.
    ///
    /// # Errors
    /// It is no recording, or one that cannot be read.
    pub fn new(mut input: R) -> Result<Reader<R>, ReadError> {
        let mut bytes = [0; Header::SIZE];
        let got = fill(&mut input, &mut bytes)?;
        let header = Header::read(&bytes).filter(|_| got == bytes.len()).ok_or(ReadError::Foreign)?;
        if header.format != FORMAT {
            return Err(ReadError::Format(header.format));
        }
        if !(OLDEST_FRAMES..=VERSION).contains(&header.frames) {
            return Err(ReadError::Frames(header.frames));
        }
        let mut reader = Reader {
            input,
            decoder: Decoder::new(),
            payload: Vec::new(),
            at: Header::SIZE as u64,
            about: About::default(),
            streams: BTreeMap::new(),
            shards: BTreeMap::new(),
            queue: VecDeque::new(),
            before: false,
        };
        if let Some((Some(Kind::Recording), at)) = reader.block()? {
            reader.about = reader.json(at)?;
            return Ok(reader);
        }
        Err(damaged(Header::SIZE as u64, "it does not say what it is"))
    }

    /// What it says of itself.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// The names of a shard.
    pub fn names(&self, shard: u16) -> Option<&Names> {
        self.shards.get(&shard).map(|shard| &shard.names)
    }

    /// What comes next. `None`: it ends here, at the end of a block.
    ///
    /// # Errors
    /// It cannot be read any further.
    pub fn next(&mut self) -> Result<Option<Item>, ReadError> {
        loop {
            while let Some(message) = self.queue.pop_front() {
                if let Some(item) = self.of_frame(message)? {
                    return Ok(Some(item));
                }
            }
            let Some((kind, at)) = self.block()? else { return Ok(None) };
            // What a newer writer wrote is skipped.
            let Some(kind) = kind else { continue };
            if let Some(item) = self.take(kind, at)? {
                return Ok(Some(item));
            }
        }
    }

    /// An event or a name.
    fn of_frame(&mut self, message: Message) -> Result<Option<Item>, ReadError> {
        let at = self.at;
        match message {
            Message::Define { shard, name, text } => {
                let known: usize = self.shards.values().map(|shard| shard.names.len()).sum();
                let names = self.shards.get_mut(&shard).filter(|_| known < NAMES);
                match names.is_some_and(|shard| shard.names.define(name, text.into_owned())) {
                    true => Ok(None),
                    false => Err(damaged(at, "a name is invalid")),
                }
            }
            Message::Event { shard, mut event } => {
                let known = self.shards.get(&shard).ok_or_else(|| damaged(at, "an event is of no shard"))?;
                let offset = self.streams.get(&known.stream).map_or(0, |clock| clock.offset);
                event.time = (event.time as i64).wrapping_add(offset) as u64;
                let (stream, of) = (known.stream, known.of);
                Ok(Some(Item::Event { stream, shard, of, event, before: self.before }))
            }
            _ => Err(damaged(at, "a frame of events has something else in it")),
        }
    }

    /// The block whose payload was read.
    fn take(&mut self, kind: Kind, at: u64) -> Result<Option<Item>, ReadError> {
        Ok(Some(match kind {
            Kind::Events | Kind::Before => {
                self.before = kind == Kind::Before;
                self.queue = self.frame(0, at)?.into();
                return Ok(None);
            }
            Kind::Stream => {
                let stream: Stream = self.json(at)?;
                if self.streams.len() >= STREAMS {
                    return Err(damaged(at, "it has more streams than there can be"));
                }
                self.streams.insert(stream.stream, Clock::default());
                Item::Stream(Box::new(stream))
            }
            Kind::Shard => {
                let Shard { shard, stream, of } = self.json(at)?;
                self.shards.insert(shard, KnownShard { stream, of, names: Names::default() });
                return Ok(None);
            }
            Kind::Message => {
                let number = self.payload.first_chunk().copied().map(u32::from_le_bytes);
                let number = number.ok_or_else(|| damaged(at, "a message is of no stream"))?;
                let mut messages = self.frame(4, at)?;
                let (Some(message), true) = (messages.pop(), messages.is_empty()) else {
                    return Err(damaged(at, "there is not one message"));
                };
                if let (Message::Hello(hello), Some(clock)) = (&message, self.streams.get_mut(&number)) {
                    clock.offset = hello.wall_offset;
                }
                Item::Message(number, Box::new(message))
            }
            Kind::Gap => Item::Gap(self.json(at)?),
            Kind::Life => Item::Life(self.json(at)?),
            Kind::Over => {
                let over: Over = self.json(at)?;
                if over.last {
                    self.streams.remove(&over.stream);
                    self.shards.retain(|_, shard| shard.stream != over.stream);
                }
                Item::Over(over)
            }
            Kind::Recording => return Err(damaged(at, "another recording begins within it")),
            Kind::Facts | Kind::Names => return Ok(None),
        }))
    }

    /// Reads the next block into `payload`: its kind, and where it begins.
    #[allow(clippy::type_complexity, reason = "a kind that may be unknown, of a block that may not be there")]
    fn block(&mut self) -> Result<Option<(Option<Kind>, u64)>, ReadError> {
        let at = self.at;
        let mut bytes = [0; Head::SIZE];
        match fill(&mut self.input, &mut bytes)? {
            0 => return Ok(None),
            Head::SIZE => {}
            some => return Err(ReadError::Cut(some)),
        }
        let head = Head::read(&bytes).map_err(|error| damaged(at, &error.to_string()))?;
        self.payload.resize(head.length, 0);
        let got = fill(&mut self.input, &mut self.payload)?;
        if got < head.length {
            return Err(ReadError::Cut(Head::SIZE + got));
        }
        head.check(&self.payload).map_err(|error| damaged(at, &error.to_string()))?;
        self.at += (Head::SIZE + head.length) as u64;
        Ok(Some((Kind::of(head.kind), at)))
    }

    /// The messages of the frame that begins there in the payload, and ends with it.
    fn frame(&mut self, from: usize, at: u64) -> Result<Vec<Message>, ReadError> {
        self.decoder.push(&self.payload[from..]);
        match self.decoder.next() {
            Ok(Some(messages)) if self.decoder.waiting() == 0 => Ok(messages),
            Ok(_) => Err(damaged(at, "a block does not have the length of its frame")),
            Err(error) => Err(damaged(at, &error.to_string())),
        }
    }

    fn json<T: DeserializeOwned>(&self, at: u64) -> Result<T, ReadError> {
        serde_json::from_slice(&self.payload).map_err(|error| damaged(at, &error.to_string()))
    }
}

fn damaged(at: u64, why: &str) -> ReadError {
    ReadError::Damaged { at, why: why.to_owned() }
}

/// Reads until the buffer is full or nothing more comes: how much there was.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match input.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(some) => got += some,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

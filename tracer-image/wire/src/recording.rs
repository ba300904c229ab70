//! Recordings: the blocks of a file that holds a trace. `docs/recording.md` describes it byte by byte.
//!
//! A file is a [`Header`] and blocks. A block is a head of [`Head::SIZE`] bytes and a payload, which may be one of the wire's
//! own frames. All numbers are little-endian.
//!
//! Files are only appended to, a whole block at a time. So whatever becomes of the writer, everything up to the last whole
//! block can be read. A reader skips blocks of a kind that it does not know.

use crate::{codec, event::Event};
use serde::Serialize;
use syscalls::value::Name;

/// Version of the format: raised when a reader of an older version would misread a file. A new kind of block needs no new
/// version.
pub const FORMAT: u32 = 1;

/// The oldest [`VERSION`](crate::message::VERSION) of frames that can be read.
pub const OLDEST_FRAMES: u32 = 10;

/// Most bytes of a block's payload: a frame, and what stands before it.
pub const MOST: usize = codec::MOST + codec::Head::SIZE + 64;

/// The beginning of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// [`FORMAT`] of the writer.
    pub format: u32,
    /// [`VERSION`](crate::message::VERSION) of the frames in it.
    pub frames: u32,
}

impl Header {
    /// Bytes of a header.
    pub const SIZE: usize = 16;

    /// As PNG's: a transfer that changes line ends, or cuts the eighth bit, is noticed at once.
    const MAGIC: [u8; 8] = *b"\x89KSR\r\n\x1a\n";

    /// Its bytes.
    pub fn bytes(self) -> [u8; Header::SIZE] {
        let mut bytes = [0; Header::SIZE];
        bytes[..8].copy_from_slice(&Header::MAGIC);
        bytes[8..12].copy_from_slice(&self.format.to_le_bytes());
        bytes[12..].copy_from_slice(&self.frames.to_le_bytes());
        bytes
    }

    /// Reads one. `None`: this is no recording.
    pub fn read(bytes: &[u8; Header::SIZE]) -> Option<Header> {
        (bytes[..8] == Header::MAGIC).then(|| Header { format: word(bytes, 8), frames: word(bytes, 12) })
    }
}

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// About the recording as a whole: the first block. JSON.
    Recording,
    /// A container whose stream begins: pod, node, image, engine, filter. JSON.
    Stream,
    /// Which shard of which stream a shard's number stands for from here on. JSON.
    Shard,
    /// A frame with names and events of many streams, in the order in which they were written.
    Events,
    /// A stream's number (4 bytes), and a frame with one message of it.
    Message,
    /// Nothing of a stream was traced for a while. JSON.
    Gap,
    /// A stream goes on with its container's next life. JSON.
    Life,
    /// Everything of a stream so far is written. JSON.
    Over,
    /// A frame of events that say what was known at the beginning of a part: for who does not have the parts before it.
    Before,
    /// Answers to questions that nothing traced (reserved).
    Facts,
    /// What addresses and ids were called in the cluster at that time (reserved).
    Names,
}

impl Kind {
    const ALL: [(Kind, u16); 11] = [
        (Kind::Recording, 1),
        (Kind::Stream, 2),
        (Kind::Shard, 3),
        (Kind::Events, 4),
        (Kind::Message, 5),
        (Kind::Gap, 6),
        (Kind::Life, 7),
        (Kind::Over, 8),
        (Kind::Before, 9),
        (Kind::Facts, 16),
        (Kind::Names, 17),
    ];

    /// Its number in a file.
    pub fn number(self) -> u16 {
        Kind::ALL.iter().find(|(kind, _)| *kind == self).map_or(0, |(_, number)| *number)
    }

    /// The kind with this number. `None`: a newer writer's.
    pub fn of(number: u16) -> Option<Kind> {
        Kind::ALL.iter().find(|(_, known)| *known == number).map(|(kind, _)| *kind)
    }
}

/// The head of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of its [`Kind`].
    pub kind: u16,
    /// Bytes of payload that follow.
    pub length: usize,
    /// Nothing yet: 0.
    flags: u16,
    crc: u32,
}

/// Why what follows in a file is no block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// No block begins here.
    #[error("no block begins where one should")]
    Marker,
    /// It is longer than any that is ever written.
    #[error("a block claims {0} bytes, at most {MOST} are allowed")]
    TooLong(usize),
    /// A bit was flipped.
    #[error("a block is damaged (its checksum does not fit)")]
    Checksum,
}

impl Head {
    /// Bytes of a head.
    pub const SIZE: usize = 16;

    const MARKER: [u8; 4] = *b"KSRB";

    /// Reads one, without its payload.
    ///
    /// # Errors
    /// No acceptable block begins here.
    pub fn read(bytes: &[u8; Head::SIZE]) -> Result<Head, BlockError> {
        if bytes[..4] != Head::MARKER {
            return Err(BlockError::Marker);
        }
        let length = word(bytes, 8) as usize;
        let half = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        match length {
            0..=MOST => Ok(Head { kind: half(4), flags: half(6), length, crc: word(bytes, 12) }),
            claimed => Err(BlockError::TooLong(claimed)),
        }
    }

    /// Checks it and its payload.
    ///
    /// # Errors
    /// The checksum does not fit.
    pub fn check(&self, payload: &[u8]) -> Result<(), BlockError> {
        match self.crc == checksum(&start(self.kind, self.flags, self.length), payload) {
            true => Ok(()),
            false => Err(BlockError::Checksum),
        }
    }
}

/// Appends a block to `out`, whose payload `write` appends.
pub fn block(kind: Kind, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let begin = out.len();
    out.extend_from_slice(&[0; Head::SIZE]);
    write(out);
    let (head, payload) = out[begin..].split_at_mut(Head::SIZE);
    let start = start(kind.number(), 0, payload.len());
    head[..12].copy_from_slice(&start);
    head[12..].copy_from_slice(&checksum(&start, payload).to_le_bytes());
}

/// A head without its checksum.
fn start(kind: u16, flags: u16, length: usize) -> [u8; 12] {
    let mut start = [0; 12];
    start[..4].copy_from_slice(&Head::MARKER);
    start[4..6].copy_from_slice(&kind.to_le_bytes());
    start[6..8].copy_from_slice(&flags.to_le_bytes());
    start[8..12].copy_from_slice(&(length as u32).to_le_bytes());
    start
}

fn checksum(start: &[u8; 12], payload: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(start);
    crc.update(payload);
    crc.finalize()
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// [`Message`](crate::message::Message)s that are encoded without being owned. The order is that of their variants.
#[derive(Serialize)]
enum Borrowed<'a> {
    #[allow(dead_code, reason = "it holds the place of a variant")]
    Hello,
    Define {
        shard: u16,
        name: Name,
        text: &'a str,
    },
    Event {
        shard: u16,
        event: &'a Event,
    },
}

/// Appends a [`Message::Event`](crate::message::Message::Event) to the messages of a frame.
pub fn encode_event(shard: u16, event: &Event, out: &mut Vec<u8>) {
    codec::encode(&Borrowed::Event { shard, event }, out);
}

/// Appends a [`Message::Define`](crate::message::Message::Define) to the messages of a frame.
pub fn encode_name(shard: u16, name: Name, text: &str, out: &mut Vec<u8>) {
    codec::encode(&Borrowed::Define { shard, name, text }, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{event::What, message::Message};

    #[test]
    fn a_block_is_read_as_it_was_written() {
        let mut file = Vec::new();
        block(Kind::Gap, &mut file, |out| out.extend_from_slice(b"{}"));
        let head = Head::read(file.first_chunk().unwrap()).unwrap();
        assert_eq!((Kind::of(head.kind), head.length, file.len()), (Some(Kind::Gap), 2, Head::SIZE + 2));
        head.check(&file[Head::SIZE..]).unwrap();
    }

    #[test]
    fn a_flipped_bit_is_noticed_wherever_it_is() {
        let mut file = Vec::new();
        block(Kind::Stream, &mut file, |out| out.extend_from_slice(b"payload"));
        for bit in 0..file.len() * 8 {
            let mut file = file.clone();
            file[bit / 8] ^= 1 << (bit % 8);
            let read = Head::read(file.first_chunk().unwrap());
            let whole = read.is_ok_and(|head| {
                let payload = file.get(Head::SIZE..Head::SIZE + head.length);
                // The file ends too early for a longer payload.
                payload.is_some_and(|payload| head.check(payload).is_ok())
            });
            assert!(!whole, "bit {bit}");
        }
    }

    #[test]
    fn what_is_borrowed_reads_as_what_is_owned() {
        let event = Event { tid: 7, time: 1 << 40, site: None, what: What::Exited { code: 3 } };
        let (mut borrowed, mut owned) = (Vec::new(), Vec::new());
        encode_event(9, &event, &mut borrowed);
        encode_name(9, Name(300), "openat", &mut borrowed);
        codec::encode(&Message::Event { shard: 9, event }, &mut owned);
        codec::encode(&Message::Define { shard: 9, name: Name(300), text: "openat".into() }, &mut owned);
        assert_eq!(borrowed, owned);
    }

    #[test]
    fn every_kind_has_a_number_of_its_own() {
        for (kind, number) in Kind::ALL {
            assert_eq!((Kind::of(number), kind.number()), (Some(kind), number));
        }
        assert_eq!(Kind::of(999), None);
    }
}

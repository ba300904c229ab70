//! Frames: the units of a stream.
//!
//! A frame is a header of [`Head::SIZE`] bytes and a payload: messages in
//! [postcard](https://postcard.jamesmunns.com/wire-format) encoding one after another, as one LZ4 block if that is
//! shorter. All numbers are little-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 0..4 | `KST1` |
//! | 4..8 | bytes of payload that follow |
//! | 8..12 | bytes of payload once unpacked |
//! | 12..20 | sequence number, from 0 in each direction |
//! | 20..24 | how many of the messages are events, for who forwards frames without opening them |
//! | 24..28 | flags: 1 = packed, 2 = the stream's last frame, 4 = the agent's own |
//! | 28..32 | CRC-32 of everything before it and of the payload |
//!
//! A frame without messages says only that its sender lives.
//!
//! Whoever reads must not trust whoever writes: lengths are bounded before memory is set aside for them, and nesting is
//! bounded before the stack is (`nesting`).

use crate::{message::VERSION, nesting};
use serde::{Serialize, de::DeserializeOwned};
use std::ops::Range;

/// Most bytes of payload, compressed or not. The largest event (256 KiB of a tracee's memory) fits with room to spare.
pub const MOST: usize = 1 << 20;

/// Smaller payloads are not compressed.
const WORTH_PACKING: usize = 192;

const MAGIC: [u8; 4] = *b"KST1";
const PACKED: u32 = 1;
const LAST: u32 = 2;
const AGENT: u32 = 4;

/// Why a stream cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// No frame begins where one should.
    #[error("not a frame of this protocol (it begins with {:02x?}); is something else writing to the stream?", .0)]
    Magic([u8; 4]),
    /// A frame is larger than any that is ever sent.
    #[error("a frame claims {claimed} bytes, at most {MOST} are allowed")]
    TooLong {
        /// What it claims.
        claimed: usize,
    },
    /// A bit was flipped on the way.
    #[error("frame {sequence} is damaged (its checksum does not fit)")]
    Checksum {
        /// Its number, which may itself be damaged.
        sequence: u64,
    },
    /// Frames are missing or came twice.
    #[error("the stream has a gap: frame {expected} should follow, frame {found} did")]
    Gap {
        /// The frame that should have come.
        expected: u64,
        /// The frame that came.
        found: u64,
    },
    /// This side does not understand the payload.
    #[error(
        "frame {sequence} cannot be understood ({why}); do plugin and tracer image have the same version?"
    )]
    Malformed {
        /// The frame's number.
        sequence: u64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The other side speaks another version of the conversation, in which this frame is something else.
    #[error("the other side speaks version {theirs} of the protocol, this one version {VERSION}")]
    Version {
        /// Theirs.
        theirs: u32,
    },
    /// Something follows the last frame.
    #[error("the stream goes on behind its end")]
    AfterLast,
}

/// A batch that no frame can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a batch of {0} bytes does not fit into a frame of {MOST}")]
pub struct Oversize(pub usize);

/// Makes frames.
#[derive(Default)]
pub struct Encoder {
    sequence: u64,
    agent: bool,
    plain: Vec<u8>,
    table: lz4_flex::block::CompressTable,
}

impl Encoder {
    /// For a stream from its beginning.
    pub fn new() -> Encoder {
        Encoder::default()
    }

    /// For a stream that somebody else began; its next frame has this number.
    pub fn resume(sequence: u64) -> Encoder {
        Encoder { sequence, ..Encoder::default() }
    }

    /// For what the agent itself says in a stream, from this frame on ([`Head::agent`]).
    pub fn of_agent(sequence: u64) -> Encoder {
        Encoder { sequence, agent: true, ..Encoder::default() }
    }

    /// One frame of these messages.
    ///
    /// # Errors
    /// [`Oversize`]: no frame was made, and the stream can continue without these messages.
    pub fn frame<T: Serialize>(&mut self, batch: &[T]) -> Result<Vec<u8>, Oversize> {
        self.messages(batch, false)
    }

    /// Makes the last frame of the stream.
    ///
    /// # Errors
    /// As [`Encoder::frame`].
    pub fn last<T: Serialize>(&mut self, batch: &[T]) -> Result<Vec<u8>, Oversize> {
        self.messages(batch, true)
    }

    fn messages<T: Serialize>(&mut self, batch: &[T], last: bool) -> Result<Vec<u8>, Oversize> {
        let mut plain = std::mem::take(&mut self.plain);
        plain.clear();
        for message in batch {
            encode(message, &mut plain);
        }
        let mut frame = Vec::new();
        let made = self.payload(&plain, 0, last, &mut frame);
        self.plain = plain;
        made.map(|()| frame)
    }

    /// Appends one frame to `out`, whose messages were [encoded](encode) before; `events` of them are events.
    ///
    /// # Errors
    /// As [`Encoder::frame`].
    pub fn payload(
        &mut self,
        plain: &[u8],
        events: u32,
        last: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Oversize> {
        if plain.len() > MOST {
            return Err(Oversize(plain.len()));
        }
        let start = out.len();
        let body = start + Head::SIZE;
        out.resize(body, 0);
        let packed = plain.len() >= WORTH_PACKING && {
            out.resize(body + lz4_flex::block::get_maximum_output_size(plain.len()), 0);
            let packed = lz4_flex::block::compress_into_with_table(plain, &mut out[body..], &mut self.table);
            // The buffer has room for the worst case, so this cannot fail; if it did, the bytes would be sent as they are.
            let length = packed.unwrap_or(plain.len());
            out.truncate(body + length);
            length < plain.len()
        };
        if !packed {
            out.truncate(body);
            out.extend_from_slice(plain);
        }
        let head = Head {
            length: out.len() - body,
            plain: plain.len(),
            sequence: self.sequence,
            events,
            packed,
            last,
            agent: self.agent,
            crc: 0,
        };
        head.write(&mut out[start..]);
        self.sequence += 1;
        Ok(())
    }

    /// The number of the next frame.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }
}

/// Appends the encoding of one message, for [`Encoder::payload`].
pub fn encode<T: Serialize + ?Sized>(message: &T, out: &mut Vec<u8>) {
    // Postcard only refuses sequences of unknown length and full buffers. No message has such a sequence (its derived
    // implementations know their lengths), and a `Vec` is never full.
    let length = out.len();
    let written = postcard::serialize_with_flavor(message, Append(out));
    debug_assert!(written.is_ok(), "a message that postcard cannot write");
    if written.is_err() {
        out.truncate(length);
    }
}

/// Postcard's own flavours make a new buffer or take an iterator; this one appends to an existing buffer.
struct Append<'a>(&'a mut Vec<u8>);

impl postcard::ser_flavors::Flavor for Append<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// The header of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Bytes of payload that follow.
    pub length: usize,
    /// Bytes of payload after decompression.
    pub plain: usize,
    /// The frame's number.
    pub sequence: u64,
    /// How many of its messages are events.
    pub events: u32,
    /// Whether the payload is an LZ4 block.
    pub packed: bool,
    /// Whether it is the stream's last.
    pub last: bool,
    /// Whether the agent itself says it, and not an engine. An agent passes on no frame of an engine with this mark.
    pub agent: bool,
    crc: u32,
}

impl Head {
    /// Bytes of a header.
    pub const SIZE: usize = 32;

    /// Reads the header at the front of `bytes` without opening the frame; `None` while there are too few bytes.
    ///
    /// To forward frames, that suffices: [`Head::frame`] says where the next one begins.
    ///
    /// # Errors
    /// If no acceptable frame begins here. Detected as early as possible.
    pub fn read(bytes: &[u8]) -> Result<Option<Head>, CodecError> {
        let begun = bytes.len().min(MAGIC.len());
        if bytes[..begun] != MAGIC[..begun] {
            let mut found = [0; 4];
            found[..begun].copy_from_slice(&bytes[..begun]);
            return Err(CodecError::Magic(found));
        }
        let Some(bytes) = bytes.first_chunk::<{ Head::SIZE }>() else { return Ok(None) };
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let flags = word(24);
        let head = Head {
            length: word(4) as usize,
            plain: word(8) as usize,
            sequence: u64::from(word(12)) | u64::from(word(16)) << 32,
            events: word(20),
            packed: flags & PACKED != 0,
            last: flags & LAST != 0,
            agent: flags & AGENT != 0,
            crc: word(28),
        };
        let claimed = head.length.max(head.plain);
        if claimed > MOST {
            return Err(CodecError::TooLong { claimed });
        }
        Ok(Some(head))
    }

    /// The range of the frame whose header is at the front, from 0 to the start of the next frame.
    pub fn frame(&self) -> Range<usize> {
        0..Self::SIZE + self.length
    }

    /// Whether header and payload match the checksum.
    fn is_whole(&self, frame: &[u8]) -> bool {
        checksum(frame) == self.crc
    }

    /// Writes the header and the checksum in front of the payload that is already there.
    fn write(&self, frame: &mut [u8]) {
        let flag = |set: bool, flag: u32| if set { flag } else { 0 };
        let flags = flag(self.packed, PACKED) | flag(self.last, LAST) | flag(self.agent, AGENT);
        frame[..4].copy_from_slice(&MAGIC);
        frame[4..8].copy_from_slice(&(self.length as u32).to_le_bytes());
        frame[8..12].copy_from_slice(&(self.plain as u32).to_le_bytes());
        frame[12..20].copy_from_slice(&self.sequence.to_le_bytes());
        frame[20..24].copy_from_slice(&self.events.to_le_bytes());
        frame[24..28].copy_from_slice(&flags.to_le_bytes());
        let crc = checksum(frame);
        frame[28..32].copy_from_slice(&crc.to_le_bytes());
    }
}

fn checksum(frame: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&frame[..28]);
    crc.update(&frame[Head::SIZE..]);
    crc.finalize()
}

/// Reads frames from bytes as they arrive.
///
/// ```
/// use wire::codec::{Decoder, Encoder};
/// use wire::message::Request;
/// let bytes = Encoder::new().frame(&[Request::Heartbeat { next: 0 }, Request::Stop]).unwrap();
/// let mut decoder = Decoder::new();
/// decoder.push(&bytes[..10]);
/// assert_eq!(decoder.next::<Request>(), Ok(None));
/// decoder.push(&bytes[10..]);
/// assert_eq!(decoder.next(), Ok(Some(vec![Request::Heartbeat { next: 0 }, Request::Stop])));
/// ```
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    taken: usize,
    plain: Vec<u8>,
    sequence: u64,
    agents: bool,
    ended: bool,
    broken: Option<CodecError>,
}

impl Decoder {
    /// For a stream from its beginning.
    pub fn new() -> Decoder {
        Decoder::default()
    }

    /// Adds more bytes. First take out frames with [`Decoder::next`] until there are none; then at most one frame and
    /// one `push` are ever held.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.taken > 0 {
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The messages of the next frame; `None` while it is incomplete.
    ///
    /// # Errors
    /// The stream cannot be read any further; every later call returns the same error.
    #[allow(
        clippy::should_implement_trait,
        reason = "an iterator would have to end for good at the first `None`"
    )]
    pub fn next<T: DeserializeOwned>(&mut self) -> Result<Option<Vec<T>>, CodecError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        self.frame().inspect_err(|error| {
            self.broken = Some(error.clone());
            self.bytes = Vec::new();
            self.taken = 0;
        })
    }

    fn frame<T: DeserializeOwned>(&mut self) -> Result<Option<Vec<T>>, CodecError> {
        let bytes = &self.bytes[self.taken..];
        if self.ended && !bytes.is_empty() {
            return Err(CodecError::AfterLast);
        }
        let Some(head) = Head::read(bytes)? else { return Ok(None) };
        let Some(frame) = bytes.get(head.frame()) else { return Ok(None) };
        let sequence = head.sequence;
        if !head.is_whole(frame) {
            return Err(CodecError::Checksum { sequence });
        }
        if sequence != self.sequence {
            return Err(CodecError::Gap { expected: self.sequence, found: sequence });
        }
        let payload = &frame[Head::SIZE..];
        let plain = if head.packed {
            self.plain.resize(head.plain, 0);
            let length = lz4_flex::block::decompress_into(payload, &mut self.plain);
            if !matches!(length, Ok(length) if length == head.plain) {
                return Err(CodecError::Malformed { sequence, why: "it does not unpack" });
            }
            &self.plain[..]
        } else if payload.len() == head.plain {
            payload
        } else {
            return Err(CodecError::Malformed { sequence, why: "its lengths disagree" });
        };
        let messages = messages(plain).map_err(|why| match version(plain) {
            Some(theirs) if sequence == 0 && theirs != VERSION => CodecError::Version { theirs },
            _ => CodecError::Malformed { sequence, why },
        })?;
        self.agents = head.agent;
        self.taken += head.frame().end;
        self.sequence += 1;
        self.ended = head.last;
        Ok(Some(messages))
    }

    /// For a stream whose frames before this one are not wanted.
    pub fn resume(sequence: u64) -> Decoder {
        Decoder { sequence, ..Decoder::default() }
    }

    /// Whether the frame that was read last is the agent's own ([`Head::agent`]).
    pub fn is_agents(&self) -> bool {
        self.agents
    }

    /// The connection was cut: an unfinished frame will not be finished, and the next bytes begin with the frame whose
    /// number [`Decoder::frames`] says.
    pub fn cut(&mut self) {
        self.bytes.truncate(self.taken);
    }

    /// Whether the stream's last frame was read.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// How many frames were read.
    pub fn frames(&self) -> u64 {
        self.sequence
    }

    /// How many bytes of an unfinished frame are waiting. If it is not 0 at the end of a stream, the stream was cut.
    pub fn waiting(&self) -> usize {
        self.bytes.len() - self.taken
    }
}

/// The version of the conversation that a stream's first payload names: `Trace`, and `Hello` on the way back, are the
/// first of their kinds and begin with it, in every version.
fn version(plain: &[u8]) -> Option<u32> {
    let (kind, version) = postcard::take_from_bytes::<(u32, u32)>(plain).ok()?.0;
    (kind == 0).then_some(version)
}

fn messages<T: DeserializeOwned>(mut bytes: &[u8]) -> Result<Vec<T>, &'static str> {
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        let (message, rest) = nesting::take(bytes).map_err(|error| match error {
            postcard::Error::DeserializeUnexpectedEnd => "a message is cut",
            postcard::Error::SerdeDeCustom => "a message is of an unknown kind or nested too deep",
            _ => "a message is garbled",
        })?;
        if rest.len() == bytes.len() {
            return Err("a message has no bytes");
        }
        messages.push(message);
        bytes = rest;
    }
    Ok(messages)
}

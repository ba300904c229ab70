//! What goes to the client: facts, in frames.

use std::{
    fs::File,
    io::{self, Write},
};
use syscalls::value::Names;
use wire::{
    codec::{self, Encoder},
    look::{Fact, Refused},
    message::Message,
};

/// A frame is sent when it has so many bytes.
const FULL: usize = 64 << 10;
/// At most this many things that could not be looked at are told.
const MOST_REFUSED: usize = 256;

/// The answer to one question.
pub struct Answer {
    out: File,
    encoder: Encoder,
    plain: Vec<u8>,
    /// The names in the arguments of calls.
    pub names: Names,
    /// How many of them the client knows.
    known: usize,
    refused: Vec<Refused>,
    broken: Option<io::Error>,
}

impl Answer {
    /// Nothing has been said yet.
    pub fn new(out: File) -> Answer {
        Answer {
            out,
            encoder: Encoder::new(),
            plain: Vec::new(),
            names: Names::default(),
            known: 0,
            refused: Vec::new(),
            broken: None,
        }
    }

    /// Says something.
    pub fn say(&mut self, fact: Fact) {
        let names = std::mem::take(&mut self.names);
        for (name, text) in names.since(self.known) {
            let text = text.to_owned().into();
            codec::encode(&Message::Define { shard: 0, name, text }, &mut self.plain);
        }
        self.known = names.len();
        self.names = names;
        self.message(Message::Fact(fact));
    }

    /// Says that something could not be looked at: once, however often it is tried.
    pub fn refused(&mut self, refused: Refused) {
        let said = self.refused.iter().any(|said| said.what == refused.what && said.why == refused.why);
        if !said && self.refused.len() < MOST_REFUSED {
            self.refused.push(refused.clone());
            self.say(Fact::Refused(refused));
        }
    }

    /// The same, for the error of a system call about a process.
    pub fn could_not(&mut self, what: &str, of: i32, error: &io::Error) {
        // What has ended meanwhile is nobody's fault.
        let gone = error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(libc::ESRCH);
        if !gone {
            let rights = error.kind() == io::ErrorKind::PermissionDenied;
            let why = crate::command::reason(error);
            self.refused(Refused { what: what.into(), of, why, rights });
        }
    }

    /// Says something that is no fact.
    pub fn message(&mut self, message: Message) {
        codec::encode(&message, &mut self.plain);
        if self.plain.len() >= FULL {
            self.flush(false);
        }
    }

    /// The last message.
    ///
    /// # Errors
    /// Nobody reads.
    pub fn end(mut self, message: Message) -> io::Result<()> {
        codec::encode(&message, &mut self.plain);
        self.flush(true);
        self.broken.map_or(Ok(()), Err)
    }

    fn flush(&mut self, last: bool) {
        let mut frame = Vec::new();
        // No fact is as long as a frame may be: each part of it is bounded.
        if self.encoder.payload(&self.plain, 0, last, &mut frame).is_ok()
            && let Err(error) = self.out.write_all(&frame)
        {
            self.broken.get_or_insert(error);
        }
        self.plain.clear();
    }
}

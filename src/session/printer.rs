//! The thread that reads frames and writes text.
//!
//! Writing may block for as long as a person looks at a page of `less`; here it blocks nothing but itself.

use crate::screen::{Sheet, Steps, Trouble};
use render::{merge::Merge, text::Options, text::Text};
use std::{
    collections::HashMap,
    thread,
    time::{Duration, Instant},
};
use syscalls::value::Names;
use tokio::{runtime::Handle, sync::mpsc};
use tokio_tungstenite::tungstenite::Bytes;
use wire::{
    codec::{CodecError, Decoder},
    message::{End, Hello, Level, Message, VERSION},
};

/// Most shards that a stream may have: a tracer has 16 threads at most.
const SHARDS: usize = 64;
/// Most names of all shards together.
const NAMES: usize = 1 << 17;
/// Pieces of the stream that wait for the printer. When it is full, the connection is not read: the tracer gets to know.
const BACKLOG: usize = 16;

/// What the printer found in the stream.
#[derive(Debug)]
pub enum Report {
    /// The tracer answers.
    Hello {
        /// What to add to its times for nanoseconds since 1970.
        wall_offset: i64,
    },
    /// Everything that was running is attached.
    Ready {
        /// Threads.
        threads: u32,
        /// Processes.
        processes: u32,
        /// When, by the tracer's clock.
        time: u64,
    },
    /// The trace has ended, and everything of it was written.
    End(End),
    /// No more can be written.
    Trouble(Trouble),
    /// The stream makes no sense.
    Unreadable(String),
}

/// What the printer is given.
#[derive(Debug)]
pub enum Piece {
    /// Whole frames of the stream.
    Frames(Bytes),
    /// A new stream begins with the next frames: the old one was over too early.
    Anew,
}

/// A running printer.
#[derive(Debug)]
pub struct Printer {
    /// Takes the stream.
    pub pieces: mpsc::Sender<Piece>,
    /// What it finds; ends when it has written everything.
    pub reports: mpsc::UnboundedReceiver<Report>,
    thread: thread::JoinHandle<Sheet>,
}

impl Printer {
    /// Starts it.
    pub fn start(lines: Options, sheet: Sheet, steps: Steps) -> std::io::Result<Printer> {
        let (pieces, incoming) = mpsc::channel(BACKLOG);
        let (report, reports) = mpsc::unbounded_channel();
        let handle = Handle::current();
        let work = Work {
            decoder: Decoder::new(),
            names: HashMap::new(),
            merge: Merge::new(Merge::HOLD),
            text: Text::new(lines),
            sheet,
            steps,
            report,
            greeted: false,
            mute: false,
        };
        let thread =
            thread::Builder::new().name("printer".into()).spawn(move || work.run(incoming, &handle))?;
        Ok(Printer { pieces, reports, thread })
    }

    /// The sheet that it wrote on. `None` if it is still writing after `patience`: its reader does not take it.
    pub async fn into_sheet(self, patience: Duration) -> Option<Sheet> {
        drop(self.pieces);
        let begun = Instant::now();
        while !self.thread.is_finished() && begun.elapsed() < patience {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        self.thread.is_finished().then(|| self.thread.join().ok()).flatten()
    }
}

struct Work {
    decoder: Decoder,
    names: HashMap<u16, Names>,
    merge: Merge,
    text: Text,
    sheet: Sheet,
    steps: Steps,
    report: mpsc::UnboundedSender<Report>,
    /// Whether `Hello` was read.
    greeted: bool,
    /// Nobody can be written to any more, but the stream's end still counts.
    mute: bool,
}

impl Work {
    fn run(mut self, mut incoming: mpsc::Receiver<Piece>, handle: &Handle) -> Sheet {
        loop {
            let piece = match incoming.try_recv() {
                Ok(piece) => Some(piece),
                Err(mpsc::error::TryRecvError::Disconnected) => break,
                Err(mpsc::error::TryRecvError::Empty) => {
                    // Nothing more at the moment: what there is, is to be seen now.
                    self.sheet.flush();
                    self.look_for_trouble();
                    match self.wait(&mut incoming, handle) {
                        Wait::Piece(piece) => Some(piece),
                        Wait::Due => None,
                        Wait::Over => break,
                    }
                }
            };
            match piece {
                Some(Piece::Frames(bytes)) => {
                    if let Err(why) = self.read(&bytes) {
                        let _ = self.report.send(Report::Unreadable(why));
                        break;
                    }
                }
                Some(Piece::Anew) => self.begin_anew(),
                None => {}
            }
            let now = Instant::now();
            while let Some((shard, event)) = self.merge.pop(now) {
                self.print(shard, &event);
            }
            self.look_for_trouble();
        }
        self.finish();
        self.look_for_trouble();
        self.sheet
    }

    fn wait(&self, incoming: &mut mpsc::Receiver<Piece>, handle: &Handle) -> Wait {
        handle.block_on(async {
            let piece = match self.merge.due() {
                None => incoming.recv().await,
                Some(due) => match tokio::time::timeout_at(due.into(), incoming.recv()).await {
                    Ok(piece) => piece,
                    Err(_) => return Wait::Due,
                },
            };
            piece.map_or(Wait::Over, Wait::Piece)
        })
    }

    /// What was seen so far is over; the next stream has its own names and times.
    fn begin_anew(&mut self) {
        self.finish();
        self.decoder = Decoder::new();
        self.names.clear();
        self.greeted = false;
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.decoder.push(bytes);
        while let Some(messages) = self.decoder.next().map_err(|error: CodecError| error.to_string())? {
            for message in messages {
                self.message(message)?;
            }
        }
        Ok(())
    }

    fn message(&mut self, message: Message) -> Result<(), String> {
        if !self.greeted
            && matches!(message, Message::Event { .. } | Message::Ready { .. } | Message::Define { .. })
        {
            return Err("the tracer began without a word of greeting".into());
        }
        match message {
            Message::Hello(Hello { version, release, .. }) if version != VERSION => {
                return Err(format!(
                    "the tracer (release {release}) speaks version {version} of the conversation, this plugin \
                     (release {}) version {VERSION}",
                    env!("CARGO_PKG_VERSION")
                ));
            }
            Message::Hello(hello) => {
                self.greeted = true;
                self.text.set_wall_offset(hello.wall_offset);
                let _ = self.report.send(Report::Hello { wall_offset: hello.wall_offset });
            }
            Message::Define { shard, name, text } => {
                let known: usize = self.names.values().map(Names::len).sum();
                if known >= NAMES || (!self.names.contains_key(&shard) && self.names.len() >= SHARDS) {
                    return Err("the tracer defines more names than there can be".into());
                }
                if !self.names.entry(shard).or_default().define(name, text.into_owned()) {
                    return Err("the tracer defines a name that cannot be one".into());
                }
            }
            Message::Event { shard, event } => {
                if self.names.len() >= SHARDS && !self.names.contains_key(&shard) {
                    return Err("the tracer has more threads than it can have".into());
                }
                self.names.entry(shard).or_default();
                self.merge.push(Instant::now(), shard, event);
            }
            Message::Notice(notice) => match notice.level {
                Level::Note => self.steps.say(&notice.text),
                Level::Warning => self.steps.insist(&format!("warning: {}", notice.text)),
                Level::Error => self.steps.insist(&format!("error: {}", notice.text)),
            },
            Message::Ready { threads, processes, time } => {
                let _ = self.report.send(Report::Ready { threads, processes, time });
            }
            Message::End(end) => {
                self.finish();
                self.look_for_trouble();
                let _ = self.report.send(Report::End(end));
            }
        }
        Ok(())
    }

    fn print(&mut self, shard: u16, event: &wire::event::Event) {
        if self.mute {
            return;
        }
        if let Some(names) = self.names.get(&shard) {
            self.text.event(shard, event, names, &mut self.sheet);
        }
    }

    /// Writes what is left.
    fn finish(&mut self) {
        while let Some((shard, event)) = self.merge.drain() {
            self.print(shard, &event);
        }
        if !self.mute {
            self.text.finish(&mut self.sheet);
            self.sheet.flush();
        }
    }

    fn look_for_trouble(&mut self) {
        if let Some(trouble) = self.sheet.trouble() {
            self.mute = true;
            let _ = self.report.send(Report::Trouble(trouble));
        }
    }
}

enum Wait {
    Piece(Piece),
    /// The merge has something to give out.
    Due,
    /// Nothing more will come.
    Over,
}

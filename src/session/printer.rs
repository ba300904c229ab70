//! The thread that reads frames and writes text, of one container or of many, in one order.
//!
//! Writing may block for as long as a user looks at a page of `less`; here it blocks nothing but itself. Each source
//! has a short queue of its own: when that is full its connection is not read, and its tracer notices. So neither
//! many sources nor one busy source take more than their share of memory.

mod source;

use crate::{
    gap::GapStart,
    page::{Lane, OutputLimits, Page, RenderOptions},
    recording::Recorder,
    screen::{OutputFile, from_tracer},
};
use render::{
    merge::{self, Merge},
    refused::Line,
};
use source::Source;
pub use source::{Feed, Report, StreamInput, StreamOutput};
use std::{
    future::poll_fn,
    mem,
    task::Poll,
    thread,
    time::{Duration, Instant},
};
use tokio::{runtime::Handle, sync::mpsc};
use wire::{
    codec::{CodecError, Decoder},
    event::Event,
    message::{Level, Message},
    summary::Count,
};

/// Chunks of all streams that wait for the printer, and the least for each.
const BACKLOG: usize = 16;
const LEAST_BACKLOG: usize = 2;

/// How long events of one stream wait for those of others: the delays from several nodes differ.
const FAR: Duration = Duration::from_millis(300);

/// What was written: the output files, and the recording.
pub type Written = (Vec<OutputFile>, Option<Recorder>);

/// A running printer.
pub struct Printer {
    thread: thread::JoinHandle<Written>,
    joins: mpsc::UnboundedSender<Box<Joining>>,
}

/// A stream that joins those being printed.
struct Joining {
    source: Source,
    file: Option<OutputFile>,
}

impl Printer {
    /// Starts it. It writes at most `limits` of all streams together. `several`: more than one stream will join.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn start(
        options: RenderOptions,
        files: Vec<OutputFile>,
        limits: OutputLimits,
        recorder: Option<Recorder>,
        several: bool,
    ) -> std::io::Result<Printer> {
        let (joins, joining) = mpsc::unbounded_channel();
        let work = Work {
            sources: Vec::new(),
            joining: Some(joining),
            merge: Merge::new(if several { FAR } else { merge::HOLD }),
            page: Page::new(&options, files, limits, recorder),
            options: options.clone(),
            next: 0,
        };
        let handle = Handle::current();
        let thread = thread::Builder::new().name("printer".into()).spawn(move || work.run(&handle))?;
        Ok(Printer { thread, joins })
    }

    /// Prints one more stream from now on, one of so many. `file`: an output file of its own that was not there at the start,
    /// with the next number.
    pub fn join(&self, output: StreamOutput, file: Option<OutputFile>, among: usize) -> Feed {
        let backlog = (BACKLOG / among.max(1)).max(LEAST_BACKLOG);
        let (source, feed) = Source::new(output, backlog);
        // If the printer has gone, the feed takes nothing either.
        let _ = self.joins.send(Box::new(Joining { source, file }));
        feed
    }

    /// What was written, once all feeds are gone. `None` if it is still writing after `patience`, because its reader
    /// does not take the rest.
    pub async fn finish(self, patience: Duration) -> Option<Written> {
        let Printer { thread, joins } = self;
        drop(joins);
        let begun = Instant::now();
        while !thread.is_finished() && begun.elapsed() < patience {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        thread.is_finished().then(|| thread.join().ok()).flatten()
    }
}

/// A source, and one of its shards.
type Key = (usize, u16);

struct Work {
    sources: Vec<Source>,
    /// Streams that join later; `None` once no more can.
    joining: Option<mpsc::UnboundedReceiver<Box<Joining>>>,
    merge: Merge<Key>,
    /// Each source has the place there that it has here.
    page: Page,
    options: RenderOptions,
    /// The source to look at first: each in turn.
    next: usize,
}

enum Wait {
    /// A source has frames that were not read yet.
    Unread(usize),
    /// A source sent something; `None`: it has ended.
    StreamInput(usize, Option<StreamInput>),
    /// A stream joins; `None`: none will any more.
    Joined(Option<Box<Joining>>),
    /// The merge has something to give out.
    Due,
    /// Nothing more will arrive.
    Over,
}

impl Work {
    fn run(mut self, handle: &Handle) -> Written {
        loop {
            let came = self.look().unwrap_or_else(|| {
                // Nothing more at the moment, so what is written should become visible now.
                self.flush();
                self.wait(handle)
            });
            match came {
                Wait::StreamInput(index, Some(StreamInput::Frames(bytes))) => {
                    self.sources[index].decoder.push(&bytes);
                    self.sources[index].unread = true;
                }
                Wait::Unread(index) => {
                    if let Err(why) = self.read(index) {
                        self.end(index, Some(Report::Unreadable(why)));
                        // The sender finds that nobody takes more, and the report says why.
                        self.sources[index].incoming = None;
                    }
                }
                Wait::StreamInput(index, Some(StreamInput::Cut)) => self.end(index, Some(Report::Over)),
                Wait::StreamInput(index, Some(StreamInput::Anew(since))) => self.begin_anew(index, since),
                Wait::StreamInput(index, Some(StreamInput::Life(restarts, since))) => {
                    self.begin_anew(index, since);
                    self.page.life(index, restarts);
                }
                Wait::StreamInput(index, None) => {
                    self.end(index, None);
                    self.sources[index].incoming = None;
                }
                Wait::Joined(Some(joining)) => self.join(*joining),
                Wait::Joined(None) => self.joining = None,
                Wait::Due => {}
                Wait::Over => break,
            }
            let now = Instant::now();
            while let Some((key, event)) = self.merge.pop(now) {
                self.print(key, event);
            }
            self.settle();
            self.look_for_trouble();
        }
        while let Some((key, event)) = self.merge.drain() {
            self.print(key, event);
        }
        self.settle();
        self.flush();
        self.page.into_files()
    }

    /// What is there already. If the merge is full, it waits: in the decoder, in the queues, in the connections, and
    /// in the end in the tracer, which drops and counts.
    fn look(&mut self) -> Option<Wait> {
        if self.merge.is_full() {
            return None;
        }
        if let Some(joining) = self.joining.as_mut().and_then(|joining| joining.try_recv().ok()) {
            return Some(Wait::Joined(Some(joining)));
        }
        if let Some(index) = self.sources.iter().position(|source| source.unread) {
            return Some(Wait::Unread(index));
        }
        let count = self.sources.len();
        for step in 0..count {
            let index = (self.next + step) % count;
            let Some(incoming) = &mut self.sources[index].incoming else { continue };
            let piece = match incoming.try_recv() {
                Ok(piece) => Some(piece),
                Err(mpsc::error::TryRecvError::Disconnected) => None,
                Err(mpsc::error::TryRecvError::Empty) => continue,
            };
            self.next = index + 1;
            return Some(Wait::StreamInput(index, piece));
        }
        None
    }

    fn wait(&mut self, handle: &Handle) -> Wait {
        let due = self.merge.due();
        let sent_all = self.sources.iter().all(|source| source.incoming.is_none());
        if due.is_none() && sent_all && self.joining.is_none() {
            return Wait::Over;
        }
        let (sources, joining, full) = (&mut self.sources, &mut self.joining, self.merge.is_full());
        let any = poll_fn(|context| {
            if full {
                return Poll::Pending;
            }
            for (index, source) in sources.iter_mut().enumerate() {
                let Some(incoming) = &mut source.incoming else { continue };
                if let Poll::Ready(piece) = incoming.poll_recv(context) {
                    return Poll::Ready(Wait::StreamInput(index, piece));
                }
            }
            if let Some(joining) = joining
                && let Poll::Ready(joined) = joining.poll_recv(context)
            {
                return Poll::Ready(Wait::Joined(joined));
            }
            Poll::Pending
        });
        handle.block_on(async {
            match due {
                None => any.await,
                Some(due) => tokio::time::timeout_at(due.into(), any).await.unwrap_or(Wait::Due),
            }
        })
    }

    /// Begins to print one more stream, in the place of one that is over if there is one.
    fn join(&mut self, Joining { source, file }: Joining) {
        if let Some(file) = file {
            self.page.add(file);
        }
        if self.page.has_enough() {
            source.tell(Report::Enough);
        }
        let StreamOutput { file, prefix, container, steps, about, .. } = &source.output;
        let lane = Lane::new(&self.options, container, *file, prefix.clone(), steps.clone());
        let place = self.sources.iter().position(Source::is_over).unwrap_or(self.sources.len());
        self.page.open(place, lane, || about.clone());
        match self.sources.get_mut(place) {
            Some(free) => *free = source,
            None => self.sources.push(source),
        }
    }

    /// Reads one frame. A few bytes may unpack to many, so the merge is checked before the next.
    fn read(&mut self, index: usize) -> Result<(), String> {
        let source = &mut self.sources[index];
        source.unread = false;
        let Some(messages) = source.decoder.next().map_err(|error: CodecError| error.to_string())? else {
            return Ok(());
        };
        let agents = source.decoder.is_agents();
        for message in messages {
            self.message(index, message, agents)?;
        }
        self.sources[index].unread = true;
        Ok(())
    }

    /// `agents`: this comes from the agent itself, and not from the tracer, which the target may have taken over.
    fn message(&mut self, index: usize, message: Message, agents: bool) -> Result<(), String> {
        let source = &mut self.sources[index];
        source.allows(&message, agents)?;
        if !matches!(message, Message::Event { .. } | Message::Define { .. } | Message::Pulse(_)) {
            self.page.hear(index, &message);
        }
        match message {
            Message::Hello(hello) => {
                source.greeted = true;
                source.offset = hello.wall_offset;
                // Its first events are on their way. What the others have seen meanwhile must not overtake them.
                source.names.entry(0).or_default();
                self.merge.open((index, 0));
                source.tell(Report::Hello { wall_offset: hello.wall_offset });
            }
            Message::Define { shard, name, text } => source.define(shard, name, text.into_owned())?,
            Message::Event { shard, mut event } => {
                source.names.entry(shard).or_default();
                event.time = (event.time as i64).wrapping_add(source.offset) as u64;
                source.held += 1;
                self.merge.push(Instant::now(), (index, shard), event);
            }
            Message::Notice(notice) => match notice.level {
                Level::Note => source.output.steps.say(&from_tracer(&notice.text)),
                Level::Warning => {
                    source.output.steps.insist(&from_tracer(&format!("warning: {}", notice.text)));
                }
                Level::Error => source.output.steps.insist(&from_tracer(&format!("error: {}", notice.text))),
            },
            Message::NotTraced(refused) => {
                source.output.steps.insist(&from_tracer(&format!("warning: not traced: {}", Line(&refused))));
            }
            Message::Ready { threads, processes, time } => {
                source.ready = true;
                self.page.begin(index);
                source.tell(Report::Ready { threads, processes, time });
            }
            Message::Placement(placement) => source.tell(Report::Placement(placement)),
            Message::Summary(counts) => source.count(counts)?,
            Message::Pulse(pulse) => source.output.progress.note(pulse),
            Message::Silence(silence) => source.output.progress.silence(silence, &source.output.steps),
            // Not allowed here.
            Message::Status(_) | Message::Fact(_) => {}
            Message::End(end) => {
                if source.counts.is_empty() {
                    source.output.progress.sits(&source.output.steps);
                }
                source.output.progress.end(end.events, end.lost);
                self.end(index, Some(Report::End(end)));
            }
        }
        Ok(())
    }

    /// What was traced so far is over; the next stream has its own names and times. It begins after the end of the
    /// previous one was reported, so nothing of that is held any more.
    fn begin_anew(&mut self, index: usize, since: Option<GapStart>) {
        self.end(index, None);
        self.page.anew(index);
        let source = &mut self.sources[index];
        // A stream that saw nothing is part of the gap.
        source.since = source.since.take().or(since);
        source.decoder = Decoder::new();
        source.names.clear();
        source.greeted = false;
        source.ready = false;
        source.last = None;
    }

    /// Nothing more of a stream will count.
    fn end(&mut self, index: usize, last: Option<Report>) {
        let source = &mut self.sources[index];
        if source.last.is_none() {
            source.last = last;
        }
        for shard in source.names.keys() {
            self.merge.close((index, *shard));
        }
    }

    /// Reports the ends of streams that are written completely.
    fn settle(&mut self) {
        for index in 0..self.sources.len() {
            let Source { incoming, held, last, report, counts, .. } = &mut self.sources[index];
            let over = last.is_some() || incoming.is_none() && report.is_some();
            if !over || *held > 0 {
                continue;
            }
            // If nothing follows, the counts are final.
            let counts: Option<Vec<Count>> =
                incoming.is_none().then(|| mem::take(counts).into_values().collect());
            self.page.finish(index, counts.as_deref());
            // Failures are reported before the end, which they make incomplete.
            self.look_for_trouble();
            let source = &mut self.sources[index];
            if let Some(last) = source.last.take() {
                source.tell(last);
            }
            if source.incoming.is_none() {
                source.report = None;
            }
        }
    }

    fn print(&mut self, (index, shard): Key, mut event: Event) {
        let Source { held, names, since, .. } = &mut self.sources[index];
        *held -= 1;
        let Some(names) = names.get(&shard) else { return };
        if self.page.event(index, shard, &mut event, names, since) {
            self.sources.iter().for_each(|source| source.tell(Report::Enough));
        }
    }

    fn flush(&mut self) {
        self.page.flush();
        self.look_for_trouble();
    }

    fn look_for_trouble(&mut self) {
        for (file, trouble) in self.page.troubles() {
            // Without its recording, no trace is worth going on with.
            let of = |source: &&Source| file.is_none_or(|file| source.output.file == file);
            for source in self.sources.iter().filter(of) {
                source.tell(Report::Trouble(trouble.clone()));
            }
        }
    }
}

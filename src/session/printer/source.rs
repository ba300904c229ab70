//! One stream of frames on its way through the printer.

use crate::{
    container_name::Container,
    gap::GapStart,
    recording::about,
    screen::{Progress, Steps, Trouble},
};
use std::{collections::HashMap, sync::Arc};
use syscalls::value::{Name, Names};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Bytes;
use wire::{
    codec::Decoder,
    message::{End, Hello, Message, Placement, Reason, VERSION},
    summary::{Count, Counts},
};

/// Most shards that a stream may have: a tracer has 16 threads at most.
const SHARDS: usize = 64;
/// Most names of all shards of a stream together.
const NAMES: usize = 1 << 17;
/// Most calls for which one stream may have counts: the tables of all ABIs together are smaller.
const COUNTS: usize = 1 << 12;

/// What the printer found in a stream.
#[derive(Debug)]
pub enum Report {
    /// Where the tracer will run.
    Placement(Placement),
    /// The tracer answers.
    Hello {
        /// What to add to its times to get nanoseconds since 1970.
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
    /// The trace has ended, and all of it was written.
    End(End),
    /// As many events are written as were asked for.
    Enough,
    /// No more can be written.
    Trouble(Trouble),
    /// The stream makes no sense.
    Unreadable(String),
    /// Everything of a stream that broke off is written.
    Over,
}

/// What a feed takes.
#[derive(Debug)]
pub enum StreamInput {
    /// Whole frames of the stream.
    Frames(Bytes),
    /// The stream has broken off: no more of it will arrive.
    Cut,
    /// A new stream begins with the next frames, because the old one ended too early. If that one had begun: since
    /// when nothing is traced, in nanoseconds since 1970, and why.
    Anew(Option<GapStart>),
    /// The same for the container's next life, after this many restarts.
    Life(u32, Option<GapStart>),
}

/// The printer's input for one stream, or for several that follow each other because one ended too early.
#[derive(Debug)]
pub struct Feed {
    /// Takes the stream.
    pub inputs: mpsc::Sender<StreamInput>,
    /// What the printer finds in it; ends when it has written everything.
    pub reports: mpsc::UnboundedReceiver<Report>,
}

/// Where and how the text of one stream is written.
#[derive(Debug)]
pub struct StreamOutput {
    /// The number of its output file.
    pub file: usize,
    /// What stands before each line, so that streams in one output file can be told apart.
    pub prefix: String,
    /// The pod and the container, for JSON.
    pub container: Container,
    /// What a recording says of it.
    pub about: about::Stream,
    /// Where messages to the user go.
    pub steps: Steps,
    /// How the trace goes.
    pub progress: Arc<Progress>,
}

/// One stream, or several that follow each other because one ended too early.
pub(super) struct Source {
    /// `None` once no more will arrive.
    pub(super) incoming: Option<mpsc::Receiver<StreamInput>>,
    pub(super) decoder: Decoder,
    /// The decoder may hold whole frames that wait for room in the merge.
    pub(super) unread: bool,
    pub(super) names: HashMap<u16, Names>,
    /// What was counted, over all streams that followed each other.
    pub(super) counts: Counts,
    pub(super) output: StreamOutput,
    /// `None` once its end was reported.
    pub(super) report: Option<mpsc::UnboundedSender<Report>>,
    /// Whether `Hello` was read.
    pub(super) greeted: bool,
    /// Whether `Ready` was.
    pub(super) ready: bool,
    /// What turns an event's time into nanoseconds since 1970.
    pub(super) offset: i64,
    /// Since when nothing was traced, and why. Reported before what is traced next.
    pub(super) since: Option<GapStart>,
    /// Events that the merge still holds.
    pub(super) held: usize,
    /// What to report once all of it is written.
    pub(super) last: Option<Report>,
}

impl Source {
    /// A source that has sent nothing yet, and its feed.
    pub(super) fn new(output: StreamOutput, backlog: usize) -> (Source, Feed) {
        let (inputs, incoming) = mpsc::channel(backlog);
        let (report, reports) = mpsc::unbounded_channel();
        let source = Source {
            incoming: Some(incoming),
            decoder: Decoder::new(),
            unread: false,
            names: HashMap::new(),
            counts: Counts::new(),
            output,
            report: Some(report),
            greeted: false,
            ready: false,
            offset: 0,
            since: None,
            held: 0,
            last: None,
        };
        (source, Feed { inputs, reports })
    }

    /// Whether its end was reported: nothing of it is left.
    pub(super) fn is_over(&self) -> bool {
        self.incoming.is_none() && self.report.is_none() && self.held == 0
    }

    /// Whether a message may come now. `agents`: the agent itself sent it, and not the tracer, which the target may have
    /// taken over.
    pub(super) fn allows(&self, message: &Message, agents: bool) -> Result<(), String> {
        if message.is_agents() && !agents {
            return Err("the tracer said what only its agent may say".into());
        }
        match message {
            Message::Event { .. } | Message::Ready { .. } | Message::Define { .. } if !self.greeted => {
                Err("the tracer began without a greeting".into())
            }
            Message::Hello(Hello { version, release, .. }) if *version != VERSION => {
                Err(other_version(&format!("{version} of the protocol (release {release})")))
            }
            // Since version 10 an agent marks its own messages, and says its version if that is not the plugin's.
            Message::End(End { reason: Reason::Failed(_), .. }) if !self.greeted && !agents => {
                Err(other_version(&format!("{} of the protocol or an older one", MARKED - 1)))
            }
            Message::Hello(_) if self.greeted => Err("the tracer greeted twice".into()),
            Message::Ready { .. } if self.ready => Err("the tracer was ready twice".into()),
            Message::Event { shard, .. } if self.names.len() >= SHARDS && !self.names.contains_key(shard) => {
                Err("the tracer has more threads than are possible".into())
            }
            Message::Status(_) | Message::Fact(_) => {
                Err("the tracer answers a question that it was not asked".into())
            }
            _ => Ok(()),
        }
    }

    /// Learns a name of a shard.
    pub(super) fn define(&mut self, shard: u16, name: Name, text: String) -> Result<(), String> {
        let known: usize = self.names.values().map(Names::len).sum();
        if known >= NAMES || (!self.names.contains_key(&shard) && self.names.len() >= SHARDS) {
            return Err("the tracer defines more names than there can be".into());
        }
        match self.names.entry(shard).or_default().define(name, text) {
            true => Ok(()),
            false => Err("the tracer defines an invalid name".into()),
        }
    }

    /// Adds what the tracer has counted.
    pub(super) fn count(&mut self, counts: Vec<Count>) -> Result<(), String> {
        for count in counts {
            if count.name.len() > 64 || !count.name.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err("the tracer has counted a call with an invalid name".into());
            }
            wire::summary::add(&mut self.counts, count);
        }
        match self.counts.len() > COUNTS {
            true => Err("the tracer has counted more calls than there are".into()),
            false => Ok(()),
        }
    }

    /// Reports what was found.
    pub(super) fn tell(&self, report: Report) {
        // The receiver may have gone.
        let _ = self.report.as_ref().map(|reports| reports.send(report));
    }
}

/// The first version whose agents mark their own messages.
const MARKED: u32 = 10;

/// Two versions cannot talk with each other.
fn other_version(theirs: &str) -> String {
    format!(
        "the tracer speaks version {theirs}, this plugin version {VERSION} (release {})",
        env!("CARGO_PKG_VERSION")
    )
}

//! One stream of frames on its way through the printer.

use crate::{
    cli::Events,
    screen::{Progress, Steps, Trouble},
    session::conversation::gap::GapStart,
    targets::Container,
};
use render::{
    form::Form,
    json, summary,
    text::{Options, Text},
};
use std::{collections::HashMap, sync::Arc};
use syscalls::value::Names;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Bytes;
use wire::{
    codec::Decoder,
    message::{End, Placement},
    summary::Counts,
};

/// What the printer found in a stream.
#[derive(Debug)]
pub enum Report {
    /// Where the tracer will run.
    Placement(Placement),
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
    /// As many events are written as were asked for.
    Enough,
    /// No more can be written.
    Trouble(Trouble),
    /// The stream makes no sense.
    Unreadable(String),
    /// All is written of a stream that broke off.
    Over,
}

/// How a trace is written.
#[derive(Debug, Clone)]
pub struct RenderOptions {
    /// As text or as data.
    pub format: Events,
    /// How lines of text look.
    pub lines: Options,
    /// How a table of counts looks.
    pub summary: summary::Options,
}

/// What a feed takes.
#[derive(Debug)]
pub enum StreamInput {
    /// Whole frames of the stream.
    Frames(Bytes),
    /// The stream has broken off: no more of it will come.
    Cut,
    /// A new stream begins with the next frames: the old one was over too early. Since when nothing is traced, in
    /// nanoseconds since 1970, and why, if it had begun.
    Anew(Option<GapStart>),
    /// The same, and it is of another container: that one was restarted so often.
    Life(u32, Option<GapStart>),
}

/// The printer's end of one stream, or of those that follow each other where one is over too early.
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
    /// Which of the sheets.
    pub file: usize,
    /// What stands before each line, so that streams on one sheet can be told apart.
    pub prefix: String,
    /// The pod and the container, for data.
    pub container: Container,
    /// Where words for the person go.
    pub steps: Steps,
    /// How the trace goes.
    pub progress: Arc<Progress>,
}

/// One stream, or those that follow each other where one is over too early.
pub(super) struct Source {
    /// Nothing when no more will come.
    pub(super) incoming: Option<mpsc::Receiver<StreamInput>>,
    pub(super) decoder: Decoder,
    /// The decoder may have whole frames that wait for room in the merge.
    pub(super) unread: bool,
    pub(super) names: HashMap<u16, Names>,
    pub(super) form: Form,
    /// What was counted, of all streams that followed each other.
    pub(super) counts: Counts,
    pub(super) output: StreamOutput,
    /// Nothing when its end was reported.
    pub(super) report: Option<mpsc::UnboundedSender<Report>>,
    /// Whether `Hello` was read.
    pub(super) greeted: bool,
    /// Whether `Ready` was.
    pub(super) ready: bool,
    /// What makes an event's time nanoseconds since 1970.
    pub(super) offset: i64,
    /// Since when nothing was traced, and why: still to be said before what is traced next.
    pub(super) since: Option<GapStart>,
    /// Events that the merge still holds.
    pub(super) held: usize,
    /// What to report when all of it is written.
    pub(super) last: Option<Report>,
}

impl Source {
    /// A source that has sent nothing yet, and the end that sends to it.
    pub(super) fn new(output: StreamOutput, options: &RenderOptions, backlog: usize) -> (Source, Feed) {
        let (inputs, incoming) = mpsc::channel(backlog);
        let (report, reports) = mpsc::unbounded_channel();
        let source = Source {
            incoming: Some(incoming),
            decoder: Decoder::new(),
            unread: false,
            names: HashMap::new(),
            form: form(options, &output.container),
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

    /// Tells whoever feeds it what was found.
    pub(super) fn tell(&self, report: Report) {
        // Whoever asked may have gone.
        let _ = self.report.as_ref().map(|reports| reports.send(report));
    }
}

/// How one stream is written. The merge makes wall time of every event's time, so that streams of several nodes have one
/// order.
fn form(options: &RenderOptions, container: &Container) -> Form {
    match options.format {
        Events::Text => Form::Text(Box::new(Text::new(Options { wall_offset: 0, ..options.lines }))),
        Events::Json => Form::Json(json::Lines::new(json::Context {
            wall_offset: 0,
            pod: Some(container.pod.clone()),
            container: Some(container.name.clone()),
        })),
    }
}

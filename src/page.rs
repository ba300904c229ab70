//! What is written of many streams, in the order in which it is given: text or JSON, with the prefix of each stream, in one
//! file or several. Live traces and recordings go through here, so both read the same; and here a recording is made of
//! what is shown.

use crate::{
    cli::{Color, Events},
    container_name::Container,
    gap::{Gap, GapCause, GapStart},
    recording::{Recorder, about},
    screen::{Destination, LineWriter, OutputFile, Steps, TraceOutput, Trouble},
};
use render::{
    form::Form,
    gap as missing, json, summary,
    text::{Options, Output, Text},
};
use std::io::IsTerminal;
use syscalls::value::Names;
use wire::{
    event::{Event, What},
    message::Message,
    summary::Count,
};

/// How a trace is written.
#[derive(Debug, Clone)]
pub struct RenderOptions {
    /// As text or as JSON.
    pub format: Events,
    /// How lines of text look.
    pub lines: Options,
    /// How a table of counts looks.
    pub summary: summary::Options,
    /// Whether events are written at all, and not only counts.
    pub events: bool,
    /// Whether threads have names.
    pub comms: bool,
}

/// How much is written of all streams together, if there is a limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutputLimits {
    /// Events: calls that returned, signals, exits.
    pub events: Option<u64>,
    /// Bytes of text.
    pub bytes: Option<u64>,
}

/// Whether a trace has colours.
pub fn coloured(format: Events, color: Color, output: &TraceOutput) -> bool {
    // https://no-color.org: any value that is not empty counts.
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    format == Events::Text
        && match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !unwanted && is_terminal(output),
        }
}

/// A destination, ready for writing.
pub fn file(destination: Destination, output: &TraceOutput, coloured: bool, steps: &Steps) -> OutputFile {
    let file = OutputFile::new(destination).coloured(coloured);
    if is_terminal(output) { file.beside(steps) } else { file }
}

fn is_terminal(output: &TraceOutput) -> bool {
    *output == TraceOutput::Stdout && std::io::stdout().is_terminal()
}

/// One stream on the page.
pub struct Lane {
    form: Form,
    /// The number of its file.
    file: usize,
    prefix: String,
    steps: Steps,
    /// Its number in the recording.
    recorded: Option<u32>,
}

impl Lane {
    /// A stream that writes to the file with this number, each line behind `prefix`.
    pub fn new(
        options: &RenderOptions,
        container: &Container,
        file: usize,
        prefix: String,
        steps: Steps,
    ) -> Lane {
        Lane { form: form(options, container), file, prefix, steps, recorded: None }
    }
}

/// How one stream is written. Times are wall times already, so that streams of several nodes have one order.
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

/// Where streams are written.
pub struct Page {
    files: Vec<OutputFile>,
    /// The lane whose line is incomplete in each file.
    holders: Vec<Option<usize>>,
    lanes: Vec<Lane>,
    /// How much is still to be written.
    limits: OutputLimits,
    summary: summary::Options,
    events: bool,
    comms: bool,
    recorder: Option<Recorder>,
}

impl Page {
    /// With these files, and a recording of what is written.
    pub fn new(
        options: &RenderOptions,
        files: Vec<OutputFile>,
        limits: OutputLimits,
        recorder: Option<Recorder>,
    ) -> Page {
        Page {
            holders: vec![None; files.len()],
            files,
            lanes: Vec::new(),
            limits,
            summary: options.summary.clone(),
            events: options.events,
            comms: options.comms,
            recorder,
        }
    }

    /// Adds a file, with the next number.
    pub fn add(&mut self, file: OutputFile) {
        self.files.push(file);
        self.holders.push(None);
    }

    /// Threads have names from here on.
    pub fn name_threads(&mut self) {
        self.comms = true;
    }

    /// A stream begins, in the place of another one or in the next place. `about`: what a recording says of it.
    pub fn open(&mut self, place: usize, mut lane: Lane, about: impl FnOnce() -> about::Stream) {
        lane.recorded = self.recorder.as_mut().map(|recorder| recorder.stream(about()));
        match self.lanes.get_mut(place) {
            Some(there) => *there = lane,
            None => self.lanes.push(lane),
        }
    }

    /// Whether as much is written as was asked for.
    pub fn has_enough(&self) -> bool {
        self.limits.events == Some(0) || self.limits.bytes == Some(0)
    }

    /// Everything of a stream is attached: its file takes its place.
    pub fn begin(&mut self, place: usize) {
        self.files[self.lanes[place].file].begin();
    }

    /// A stream's tracer says something that is not written, but recorded.
    pub fn hear(&mut self, place: usize, message: &Message) {
        self.record(place, |recorder, stream| recorder.message(stream, message));
    }

    /// Writes an event of a stream's shard. `since`: nothing was traced before it for a while. Returns whether this
    /// reached a limit.
    pub fn event(
        &mut self,
        place: usize,
        shard: u16,
        event: &mut Event,
        names: &Names,
        since: &mut Option<GapStart>,
    ) -> bool {
        let file_index = self.lanes[place].file;
        if self.has_enough() || self.files[file_index].is_mute() {
            return false;
        }
        // A line that another stream left incomplete is ended before something else follows on it.
        let writes = self.events && !matches!(event.what, What::Attached { .. } | What::Detached);
        let before = self.files[file_index].written();
        if writes || since.is_some() {
            self.end_line_of_another(place);
        }
        if let Some((from, why)) = since.take() {
            let to = (event.time as i64).max(from);
            self.gap(place, event.tid, from, to, why);
        }
        self.record(place, |recorder, stream| recorder.event(stream, shard, event, names));
        let Lane { form, prefix, steps, .. } = &mut self.lanes[place];
        let file = &mut self.files[file_index];
        if self.events && (self.comms || !matches!(event.what, What::Renamed { .. })) {
            form.event(shard, event, names, &mut LineWriter::new(file, prefix, steps));
        }
        self.hold(place);
        let text = self.files[file_index].written() - before;
        let enough = |left: &mut Option<u64>, used: u64| {
            left.as_mut().is_some_and(|left| {
                *left = left.saturating_sub(used);
                *left == 0 && used > 0
            })
        };
        enough(&mut self.limits.events, event.what.counts().into()) | enough(&mut self.limits.bytes, text)
    }

    /// Takes note of an event of a stream without writing it, as if it had been written elsewhere.
    pub fn learn(&mut self, place: usize, shard: u16, event: &Event, names: &Names) {
        let Lane { form, file, prefix, steps, .. } = &mut self.lanes[place];
        if self.holders[*file] == Some(place) {
            form.finish(&mut LineWriter::new(&mut self.files[*file], prefix, steps));
            self.holders[*file] = None;
        }
        if self.comms || !matches!(event.what, What::Renamed { .. }) {
            form.event(shard, event, names, &mut Nowhere);
            form.finish(&mut Nowhere);
        }
    }

    /// Writes that nothing of a stream was traced for a while.
    pub fn gap(&mut self, place: usize, tid: i32, from: i64, to: i64, why: GapCause) {
        self.end_line_of_another(place);
        self.record(place, |recorder, stream| recorder.gap(stream, tid, from, to, &why));
        let (words, cause) = (Gap { from, to, why: why.clone() }.to_string(), why.to_string());
        let gap = missing::Gap { tid, from, to, why: &cause, words: &words };
        let Lane { form, file, prefix, steps, .. } = &mut self.lanes[place];
        form.gap(&gap, &mut LineWriter::new(&mut self.files[*file], prefix, steps));
        self.hold(place);
    }

    /// What follows of a stream is another trace of the same container.
    pub fn anew(&mut self, place: usize) {
        self.record(place, Recorder::anew);
    }

    /// What follows of a stream belongs to its container after this many restarts.
    pub fn life(&mut self, place: usize, restarts: u32) {
        self.files[self.lanes[place].file].begin_life(restarts);
        self.record(place, |recorder, stream| recorder.life(stream, restarts));
    }

    /// Everything of a stream so far is given. `counts`: what was counted of it, if nothing follows.
    pub fn finish(&mut self, place: usize, counts: Option<&[Count]>) {
        let Lane { form, file, prefix, steps, .. } = &mut self.lanes[place];
        let mut writer = LineWriter::new(&mut self.files[*file], prefix, steps);
        form.finish(&mut writer);
        if let Some(counts) = counts.filter(|counts| !counts.is_empty()) {
            form.summary(&self.summary, counts, &mut writer);
        }
        let file = *file;
        if self.holders[file] == Some(place) {
            self.holders[file] = None;
        }
        self.files[file].flush();
        self.record(place, |recorder, stream| recorder.over(stream, counts.is_some()));
    }

    /// Makes everything visible that was written so far.
    pub fn flush(&mut self) {
        self.files.iter_mut().for_each(OutputFile::flush);
        if let Some(recorder) = &mut self.recorder {
            recorder.flush();
        }
    }

    /// What went wrong, with the number of the file that takes nothing any more, or none where nothing can be kept.
    pub fn troubles(&mut self) -> Vec<(Option<usize>, Trouble)> {
        let files = self.files.iter_mut().enumerate();
        let mut troubles: Vec<_> =
            files.filter_map(|(number, file)| Some((Some(number), file.trouble()?))).collect();
        troubles.extend(self.recorder.as_mut().and_then(Recorder::trouble).map(|trouble| (None, trouble)));
        troubles
    }

    /// The files, once everything is written.
    pub fn into_files(self) -> (Vec<OutputFile>, Option<Recorder>) {
        (self.files, self.recorder)
    }

    fn end_line_of_another(&mut self, place: usize) {
        let file = self.lanes[place].file;
        if let Some(holder) = self.holders[file].filter(|holder| *holder != place) {
            let Lane { form, prefix, steps, .. } = &mut self.lanes[holder];
            form.finish(&mut LineWriter::new(&mut self.files[file], prefix, steps));
            self.holders[file] = None;
        }
    }

    /// Notes whose line is incomplete.
    fn hold(&mut self, place: usize) {
        let file = self.lanes[place].file;
        if self.holders[file].is_none_or(|holder| holder == place) {
            self.holders[file] = self.files[file].has_open_line().then_some(place);
        }
    }

    fn record(&mut self, place: usize, record: impl FnOnce(&mut Recorder, u32)) {
        if let (Some(recorder), Some(stream)) = (&mut self.recorder, self.lanes[place].recorded) {
            record(recorder, stream);
        }
    }
}

/// Takes what is not to be seen.
struct Nowhere;

impl Output for Nowhere {
    fn write(&mut self, _: i32, _: &str) {}

    fn notice(&mut self, _: &str) {}
}

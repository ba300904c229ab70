//! A trace in its output format: text or data.

use crate::{
    gap::Gap,
    json, summary,
    text::{Output, Text},
};
use syscalls::value::Names;
use wire::{event::Event, summary::Count};

/// How events are written.
#[derive(Debug)]
pub enum Form {
    /// strace's text.
    Text(Box<Text>),
    /// JSON, one event per line.
    Json(json::Lines),
}

impl Form {
    /// Writes one event. Events must come in the order in which they are to be written; `names` are the shard's.
    pub fn event(&mut self, shard: u16, event: &Event, names: &Names, out: &mut dyn Output) {
        match self {
            Form::Text(text) => text.event(shard, event, names, out),
            Form::Json(lines) => out.write(event.tid, &lines.line(event, names)),
        }
    }

    /// Writes that nothing was traced for a while. `to` is in event time.
    pub fn gap(&mut self, gap: &Gap<'_>, out: &mut dyn Output) {
        match self {
            Form::Text(text) => text.gap(gap, out),
            Form::Json(lines) => out.write(gap.tid, &lines.gap(gap)),
        }
    }

    /// Ends open lines.
    pub fn finish(&mut self, out: &mut dyn Output) {
        if let Form::Text(text) = self {
            text.finish(out);
        }
    }

    /// Writes the counts.
    pub fn summary(&mut self, options: &summary::Options, counts: &[Count], out: &mut dyn Output) {
        self.finish(out);
        match self {
            Form::Text(_) => out.write(0, &summary::text(options, counts)),
            Form::Json(lines) => out.write(0, &lines.summary(counts)),
        }
    }
}

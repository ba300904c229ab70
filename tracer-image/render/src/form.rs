//! A trace as it is to be written: as text or as data.

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
    /// As strace's text.
    Text(Box<Text>),
    /// As JSON, one on a line.
    Json(json::Lines),
}

impl Form {
    /// Writes one event. Events come in the order in which they are to be written; `names` are those of the shard.
    pub fn event(&mut self, shard: u16, event: &Event, names: &Names, out: &mut dyn Output) {
        match self {
            Form::Text(text) => text.event(shard, event, names, out),
            Form::Json(lines) => out.write(event.tid, &lines.line(event, names)),
        }
    }

    /// Says that nothing was traced for a while, where what follows is written. `to` is in the time of events.
    pub fn gap(&mut self, gap: &Gap<'_>, out: &mut dyn Output) {
        match self {
            Form::Text(text) => text.gap(gap, out),
            Form::Json(lines) => out.write(gap.tid, &lines.gap(gap)),
        }
    }

    /// Ends what is open.
    pub fn finish(&mut self, out: &mut dyn Output) {
        if let Form::Text(text) = self {
            text.finish(out);
        }
    }

    /// Writes what was counted.
    pub fn summary(&mut self, options: &summary::Options, counts: &[Count], out: &mut dyn Output) {
        self.finish(out);
        match self {
            Form::Text(_) => out.write(0, &summary::text(options, counts)),
            Form::Json(lines) => out.write(0, &lines.summary(counts)),
        }
    }
}

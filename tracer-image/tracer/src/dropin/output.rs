//! Where the drop-in's text goes: stderr, one file, or a file for each thread.

use crate::engine::Sink;
use render::text::{Output, Text};
use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};
use syscalls::value::Names;
use wire::{
    event::{Birth, Event, What},
    message::Notice,
};

/// The places that text goes to.
pub enum Place {
    /// Standard error, as strace without `-o`.
    Stderr,
    /// A file.
    File(File),
    /// `PREFIX.TID`, made when a thread says its first word.
    Split(PathBuf, HashMap<i32, File>),
}

/// Writes lines to a place; the first failure is kept, later text is dropped.
pub struct Lines {
    place: Place,
    quiet: bool,
    failed: Option<io::Error>,
}

impl Output for Lines {
    fn write(&mut self, tid: i32, text: &str) {
        if self.failed.is_some() {
            return;
        }
        let written = match &mut self.place {
            Place::Stderr => io::stderr().write_all(text.as_bytes()),
            Place::File(file) => file.write_all(text.as_bytes()),
            Place::Split(prefix, files) => {
                thread_file(prefix, files, tid).and_then(|file| file.write_all(text.as_bytes()))
            }
        };
        if let Err(error) = written {
            // Whoever stops the trace must hear of it even if the output was stderr itself.
            let _ = writeln!(io::stderr(), "strace: cannot write the trace: {error}");
            self.failed = Some(error);
        }
    }

    fn notice(&mut self, text: &str) {
        if !self.quiet {
            say(text);
        }
    }
}

fn thread_file<'a>(prefix: &Path, files: &'a mut HashMap<i32, File>, tid: i32) -> io::Result<&'a mut File> {
    match files.entry(tid) {
        std::collections::hash_map::Entry::Occupied(entry) => Ok(entry.into_mut()),
        std::collections::hash_map::Entry::Vacant(entry) => {
            let mut path = prefix.as_os_str().to_owned();
            path.push(format!(".{tid}"));
            Ok(entry.insert(File::create(path)?))
        }
    }
}

/// Says something on stderr, as strace begins its own words.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr(), "strace: {text}");
}

/// The drop-in's sink: text, written at once. It may block, as strace does.
pub struct TextSink {
    text: Text,
    lines: Lines,
    stop: std::sync::Arc<crate::engine::Stop>,
    /// How many threads of each process were attached to, until that is told.
    attached: BTreeMap<i32, u32>,
}

impl TextSink {
    /// Writes to a place; a failure to write requests the end of the trace.
    pub fn new(text: Text, place: Place, quiet: bool, stop: std::sync::Arc<crate::engine::Stop>) -> TextSink {
        TextSink { text, lines: Lines { place, quiet, failed: None }, stop, attached: BTreeMap::new() }
    }

    /// Ends open lines. Whether all text could be written.
    pub fn finish(mut self) -> bool {
        self.text.finish(&mut self.lines);
        self.lines.failed.is_none()
    }
}

impl Sink for TextSink {
    fn event(&mut self, event: Event, names: &Names) {
        if let What::Attached { process, how: Birth::Seized } = event.what {
            *self.attached.entry(process).or_default() += 1;
        }
        self.text.event(0, &event, names, &mut self.lines);
        if self.lines.failed.is_some() {
            self.stop.request();
        }
    }

    fn notice(&mut self, notice: Notice) {
        say(&notice.text);
    }

    fn ready(&mut self, _threads: u32, _processes: u32) {
        for (process, threads) in std::mem::take(&mut self.attached) {
            self.lines.notice(&match threads {
                1 => format!("Process {process} attached"),
                threads => format!("Process {process} attached with {threads} threads"),
            });
        }
    }

    fn flush(&mut self, _most: Duration) {}
}

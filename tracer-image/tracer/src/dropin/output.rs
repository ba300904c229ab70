//! Where the drop-in's text goes: stderr, one file, or a file for each thread.

use render::{color::Painter, form::Form, summary, text::Output};
use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{self, Write},
    mem,
    path::{Path, PathBuf},
};
use syscalls::{filter::quiet, value::Names};
use wire::{
    event::{Birth, Event, What},
    summary::Count,
};

/// As much is kept of a file's text while its shard is busy: 150 lines or so.
const KEPT: usize = 16 << 10;

/// The places that text goes to.
pub enum Place {
    /// Standard error, as strace without `-o`.
    Stderr,
    /// A file.
    File(File),
    /// `PREFIX.TID`, made when a thread says its first word, or gone on with (`-A`).
    Split(PathBuf, HashMap<i32, File>, bool),
}

/// Writes lines to a place; the first failure is kept, later text is dropped.
pub struct Lines {
    place: Place,
    painter: Option<Painter>,
    /// What is yet to be written to a file.
    kept: Vec<u8>,
    failed: Option<io::Error>,
}

impl Lines {
    fn flush(&mut self) {
        let kept = mem::take(&mut self.kept);
        if let Place::File(file) = &mut self.place
            && let Err(error) = file.write_all(&kept)
        {
            self.fails(error);
        }
        self.kept = kept;
        self.kept.clear();
    }

    fn fails(&mut self, error: io::Error) {
        if self.failed.is_none() {
            // Whoever stops the trace must hear of it even if the output was stderr itself.
            let _ = writeln!(io::stderr(), "{}: cannot write the trace: {error}", super::program());
            // What the kernel told this thread alone is the end of all, where a signal may end us.
            if error.kind() == io::ErrorKind::BrokenPipe {
                // SAFETY: sends a signal to ourselves, which is ignored, or waited for.
                unsafe { libc::kill(libc::getpid(), libc::SIGPIPE) };
            }
            self.failed = Some(error);
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Output for Lines {
    fn write(&mut self, tid: i32, text: &str) {
        if self.failed.is_some() {
            return;
        }
        // Lines of several threads are painted apart where they are written apart.
        let file = if matches!(self.place, Place::Split(..)) { tid } else { 0 };
        let painted = self.painter.as_mut().map(|painter| painter.paint(file, text));
        let text = painted.as_deref().unwrap_or(text);
        let written = match &mut self.place {
            Place::Stderr => io::stderr().write_all(text.as_bytes()),
            Place::File(_) => {
                self.kept.extend_from_slice(text.as_bytes());
                if self.kept.len() >= KEPT {
                    self.flush();
                }
                Ok(())
            }
            Place::Split(prefix, files, append) => {
                thread_file(prefix, files, tid, *append).and_then(|file| file.write_all(text.as_bytes()))
            }
        };
        if let Err(error) = written {
            self.fails(error);
        }
    }

    fn notice(&mut self, text: &str) {
        say(text);
    }
}

/// A file that is made anew or gone on with.
pub fn open(path: &Path, append: bool) -> io::Result<File> {
    File::options().create(true).write(true).append(append).truncate(!append).open(path)
}

fn thread_file<'a>(
    prefix: &Path,
    files: &'a mut HashMap<i32, File>,
    tid: i32,
    append: bool,
) -> io::Result<&'a mut File> {
    match files.entry(tid) {
        std::collections::hash_map::Entry::Occupied(entry) => Ok(entry.into_mut()),
        std::collections::hash_map::Entry::Vacant(entry) => {
            let mut path = prefix.as_os_str().to_owned();
            path.push(format!(".{tid}"));
            Ok(entry.insert(open(path.as_ref(), append)?))
        }
    }
}

/// Says something on stderr, as strace begins its own words.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{}: {text}", super::program());
}

/// The drop-in's sink: text, written before its shard sleeps. It may block, as strace does.
pub struct TextSink {
    form: Form,
    lines: Lines,
    stop: std::sync::Arc<crate::engine::Stop>,
    /// How many threads of each process were attached to, until that is told.
    attached: BTreeMap<i32, u32>,
    quiet: u8,
    summary: summary::Options,
}

impl TextSink {
    /// Writes to a place; a failure to write requests the end of the trace.
    pub fn new(
        form: Form,
        place: Place,
        painter: Option<Painter>,
        quiet: u8,
        summary: summary::Options,
        stop: std::sync::Arc<crate::engine::Stop>,
    ) -> TextSink {
        let lines = Lines { place, painter, kept: Vec::new(), failed: None };
        TextSink { form, lines, stop, attached: BTreeMap::new(), quiet, summary }
    }

    /// Ends open lines. Whether all text could be written.
    pub fn finish(&mut self) -> bool {
        self.form.finish(&mut self.lines);
        self.lines.flush();
        self.lines.failed.is_none()
    }

    /// An event has come, and is written now or later.
    pub fn note(&mut self, event: &Event) {
        if let What::Attached { process, how: Birth::Seized } = event.what {
            *self.attached.entry(process).or_default() += 1;
        }
    }

    /// Writes an event of a shard. Events come in the order in which they are to be written.
    pub fn write(&mut self, shard: u16, event: &Event, names: &Names) {
        self.form.event(shard, event, names, &mut self.lines);
        if self.lines.failed.is_some() {
            self.stop.request();
        }
    }

    /// Writes what is yet to be written.
    pub fn flush(&mut self) {
        self.lines.flush();
        if self.lines.failed.is_some() {
            self.stop.request();
        }
    }

    /// Says something to the person.
    pub fn notice(&mut self, text: &str) {
        say(text);
    }

    /// Says who is attached to.
    pub fn ready(&mut self) {
        for (process, threads) in mem::take(&mut self.attached) {
            if self.quiet & quiet::ATTACH != 0 {
                continue;
            }
            self.lines.notice(&match threads {
                1 => format!("Process {process} attached"),
                threads => format!("Process {process} attached with {threads} threads"),
            });
        }
    }

    /// Writes the table of what was counted.
    pub fn summary(&mut self, counts: Vec<Count>) {
        self.form.summary(&self.summary, &counts, &mut self.lines);
    }
}

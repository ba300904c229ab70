//! Where the drop-in's text goes: stderr, one file, or a file for each thread.

use super::program::say;
use crate::command::reason;
use render::{color::Painter, form::Form, summary, text::Output};
use std::{
    collections::{BTreeMap, HashMap},
    ffi::OsString,
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

/// A file's text is buffered up to this size while its shard is busy: about 150 lines.
const KEPT: usize = 16 << 10;

/// A destination for text.
pub enum Place {
    /// Standard error, as in strace without `-o`.
    Stderr,
    /// A file, or a pipe to a command, and the user's name for it.
    File(File, String),
    /// A file for each thread.
    Split(Files),
}

/// Writes lines to a destination. Each line that cannot be written is reported, and the trace goes on, as in strace: the
/// disk may have room again.
pub struct Lines {
    place: Place,
    painter: Option<Painter>,
    /// Text that is still to be written to a file.
    kept: Vec<u8>,
    /// Whether we end when nobody reads any more.
    unread_ends: bool,
    /// Whether it is pointless to go on.
    ended: bool,
}

impl Lines {
    /// Writes the buffered text to its file. `silently`: strace does not report a table that cannot be written.
    fn flush(&mut self, silently: bool) {
        if let Place::File(file, name) = &mut self.place
            && let Err(unwritten) = write(file, &self.kept)
        {
            self.ended |= unwritten.ends(self.unread_ends, (!silently).then_some(name.as_str()));
        }
        self.kept.clear();
    }
}

/// Lines that could not be written.
struct Unwritten {
    /// The number of line ends in it.
    lines: usize,
    error: io::Error,
}

impl Unwritten {
    /// Reports each of them. Returns whether this is the end instead. stderr has no name; its failures cannot be reported.
    fn ends(&self, unread_ends: bool, name: Option<&str>) -> bool {
        if unread_ends && self.error.kind() == io::ErrorKind::BrokenPipe {
            // The kernel told only this thread; it should end the whole process.
            // SAFETY: sends a signal to ourselves, which is waited for.
            unsafe { libc::kill(libc::getpid(), libc::SIGPIPE) };
            return true;
        }
        if let Some(name) = name {
            (0..self.lines).for_each(|_| say(&format!("{name}: {}", reason(&self.error))));
        }
        false
    }
}

/// Writes as much as possible.
fn write(to: &mut dyn Write, text: &[u8]) -> Result<(), Unwritten> {
    let mut rest = text;
    while !rest.is_empty() {
        let error = match to.write(rest) {
            Ok(0) => io::ErrorKind::WriteZero.into(),
            Ok(written) => {
                rest = rest.get(written..).unwrap_or_default();
                continue;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => error,
        };
        return Err(Unwritten { lines: rest.iter().filter(|byte| **byte == b'\n').count(), error });
    }
    Ok(())
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.flush(false);
    }
}

impl Output for Lines {
    fn write(&mut self, tid: i32, text: &str) {
        if self.ended {
            return;
        }
        // Lines of several threads are coloured separately if they are written separately.
        let file = if matches!(self.place, Place::Split(..)) { tid } else { 0 };
        let painted = self.painter.as_mut().map(|painter| painter.paint(file, text));
        let text = painted.as_deref().unwrap_or(text).as_bytes();
        match &mut self.place {
            Place::Stderr => {
                if let Err(unwritten) = write(&mut io::stderr(), text) {
                    self.ended = unwritten.ends(self.unread_ends, None);
                }
            }
            Place::File(..) => {
                self.kept.extend_from_slice(text);
                if self.kept.len() >= KEPT {
                    self.flush(false);
                }
            }
            Place::Split(files) => {
                let failed = match files.of(tid) {
                    Ok(file) => write(file, text).err(),
                    Err(error) => {
                        self.ended = true;
                        return say(&unopened(files.name(tid).as_ref(), &error));
                    }
                };
                if let Some(unwritten) = failed {
                    self.ended = unwritten.ends(self.unread_ends, Some(&files.name(tid).to_string_lossy()));
                }
            }
        }
    }

    fn notice(&mut self, text: &str) {
        // Reports about lines that could not be written belong before this one.
        self.flush(false);
        say(text);
    }
}

/// Creates a file, or opens it to append.
pub fn open(path: &Path, append: bool) -> io::Result<File> {
    File::options().create(true).write(true).append(append).truncate(!append).open(path)
}

/// The message for a file that cannot be opened.
pub fn unopened(path: &Path, error: &io::Error) -> String {
    format!("Can't fopen '{}': {}", path.display(), reason(error))
}

/// `PREFIX.TID`, created when a thread writes its first line, or appended to (`-A`).
pub struct Files {
    prefix: PathBuf,
    append: bool,
    /// The files of the threads that live; none: closed for now, because there were too many.
    open: HashMap<i32, Option<File>>,
}

impl Files {
    /// Files whose names begin with this.
    pub fn new(prefix: PathBuf, append: bool) -> Files {
        Files { prefix, append, open: HashMap::new() }
    }

    fn name(&self, tid: i32) -> OsString {
        let mut name = self.prefix.as_os_str().to_owned();
        name.push(format!(".{tid}"));
        name
    }

    /// The file of a thread.
    fn of(&mut self, tid: i32) -> io::Result<&mut File> {
        let file = match self.open.remove(&tid) {
            Some(Some(file)) => file,
            known => self.opened(tid, known.is_some())?,
        };
        Ok(self.open.entry(tid).or_default().insert(file))
    }

    /// Opens the file of a thread, and closes others as long as we may not have more.
    fn opened(&mut self, tid: i32, again: bool) -> io::Result<File> {
        let name = self.name(tid);
        loop {
            match open(name.as_ref(), self.append || again) {
                Err(error) if matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE)) => {
                    let other = self.open.values_mut().find(|file| file.is_some());
                    *other.ok_or(error)? = None;
                }
                opened => return opened,
            }
        }
    }

    /// A thread writes no more. Another one with the same id begins a file of its own.
    fn close(&mut self, tid: i32) {
        self.open.remove(&tid);
    }
}

/// The drop-in's sink: text, written before its shard sleeps. It may block, as strace does.
pub struct TextSink {
    form: Form,
    lines: Lines,
    stop: std::sync::Arc<crate::engine::Stop>,
    /// How many threads of each process were attached, until that is reported.
    attached: BTreeMap<i32, u32>,
    quiet: u8,
    summary: summary::Options,
}

impl TextSink {
    /// Writes to a destination. `unread_ends`: the trace ends when nobody reads any more.
    pub fn new(
        form: Form,
        place: Place,
        unread_ends: bool,
        painter: Option<Painter>,
        quiet: u8,
        summary: summary::Options,
        stop: std::sync::Arc<crate::engine::Stop>,
    ) -> TextSink {
        let lines = Lines { place, painter, kept: Vec::new(), unread_ends, ended: false };
        TextSink { form, lines, stop, attached: BTreeMap::new(), quiet, summary }
    }

    /// Ends open lines. Returns whether the trace ran to its end.
    pub fn finish(&mut self) -> bool {
        self.form.finish(&mut self.lines);
        self.lines.flush(false);
        !self.lines.ended
    }

    /// An event has arrived; it is written now or later.
    pub fn note(&mut self, event: &Event) {
        if let What::Attached { process, how: Birth::Seized } = event.what {
            *self.attached.entry(process).or_default() += 1;
        }
    }

    /// Writes an event of a shard. Events must come in the order in which they are to be written.
    pub fn write(&mut self, shard: u16, event: &Event, names: &Names) {
        self.form.event(shard, event, names, &mut self.lines);
        if let Place::Split(files) = &mut self.lines.place {
            match event.what {
                What::Exited { .. } | What::Killed { .. } | What::Detached => files.close(event.tid),
                // Who goes on writes under this thread's id.
                What::Superseded { by } => files.close(by),
                _ => {}
            }
        }
        if self.lines.ended {
            self.stop.request();
        }
    }

    /// Writes the buffered text.
    pub fn flush(&mut self) {
        self.lines.flush(false);
        if self.lines.ended {
            self.stop.request();
        }
    }

    /// Writes a message for the user.
    pub fn notice(&mut self, text: &str) {
        say(text);
    }

    /// Reports what was attached.
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

    /// Writes the table of counts.
    pub fn summary(&mut self, counts: Vec<Count>) {
        self.form.finish(&mut self.lines);
        self.lines.flush(false);
        self.form.summary(&self.summary, &counts, &mut self.lines);
        self.lines.flush(true);
    }
}

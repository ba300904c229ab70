//! Text of a trace on its way to its destination: lines, prefixes, colours, and a terminal that others write to as
//! well.

use super::{destination::Destination, paint::paint, steps::Steps, trouble::Trouble};

/// Most bytes of an incomplete line that are repeated below a notice.
const LINE: usize = 4096;

/// One output of a trace.
#[derive(Debug)]
pub struct OutputFile {
    destination: Destination,
    trouble: Option<Trouble>,
    /// Nothing can be written any more.
    mute: bool,
    /// The last line is incomplete.
    open: bool,
    /// The text of that line, at most [`LINE`] bytes, if somebody else writes to the same terminal.
    line: String,
    /// Bytes of text so far.
    written: u64,
    /// Whether lines have colours.
    coloured: bool,
    /// Who else writes to the same terminal.
    shared: Option<Steps>,
}

impl OutputFile {
    /// An output to which nothing was written yet.
    pub fn new(destination: Destination) -> OutputFile {
        OutputFile {
            destination,
            trouble: None,
            mute: false,
            open: false,
            line: String::new(),
            written: 0,
            coloured: false,
            shared: None,
        }
    }

    /// The same, with or without colours.
    pub fn coloured(self, coloured: bool) -> OutputFile {
        OutputFile { coloured, ..self }
    }

    /// The same, on a terminal that these steps write to as well.
    pub fn beside(self, steps: &Steps) -> OutputFile {
        OutputFile { shared: Some(steps.clone()), ..self }
    }

    /// Makes everything visible that was written so far.
    pub fn flush(&mut self) {
        if !self.mute {
            let done = match &self.shared {
                Some(steps) => {
                    let line = self.open.then_some(self.line.as_str());
                    steps.above(line, || self.destination.flush())
                }
                None => self.destination.flush(),
            };
            self.note(done);
        }
    }

    /// What went wrong. It is given once.
    pub fn trouble(&mut self) -> Option<Trouble> {
        self.trouble.take()
    }

    /// Whether nothing can be written any more.
    pub fn is_mute(&self) -> bool {
        self.mute
    }

    /// Whether the last line is incomplete.
    pub fn has_open_line(&self) -> bool {
        self.open
    }

    /// How many bytes of text were written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// The destination.
    pub fn destination(&self) -> &Destination {
        &self.destination
    }

    /// What follows belongs to the container after this many restarts.
    pub fn begin_life(&mut self, restarts: u32) {
        let done = self.destination.begin_life(restarts);
        self.note(done);
    }

    /// The trace begins: the file takes its place, even if nothing is written for a while.
    pub fn begin(&mut self) {
        if !self.mute {
            let done = self.destination.begin();
            self.note(done);
        }
    }

    /// Whether threads have files of their own.
    pub fn is_split(&self) -> bool {
        matches!(self.destination, Destination::Threads(_))
    }

    /// Writes text of a thread.
    pub fn write(&mut self, tid: i32, text: &str) {
        // Text that does not fit into the buffer would be flushed without our notice.
        if self.shared.is_some() && self.destination.is_nearly_full(text.len()) {
            self.flush();
        }
        if !self.mute && !text.is_empty() {
            let done = match self.coloured {
                false => self.destination.write(tid, text.as_bytes()),
                true => text
                    .split_inclusive('\n')
                    .try_for_each(|piece| self.destination.write(tid, paint(piece).as_bytes())),
            };
            self.note(done);
            self.open = !text.ends_with('\n');
            if self.shared.is_some() {
                keep(&mut self.line, text);
            }
            self.written += text.len() as u64;
        }
    }

    /// On a terminal, messages on stderr stand among the lines, so earlier lines must be written before them.
    fn go_first(&mut self) {
        if matches!(self.destination, Destination::Stdout(_) | Destination::Stderr(_)) {
            self.flush();
        }
    }

    fn note(&mut self, done: Result<(), Trouble>) {
        if let Err(trouble) = done {
            self.trouble = Some(trouble);
            self.mute = true;
        }
    }
}

/// Keeps the text of the last line.
fn keep(line: &mut String, text: &str) {
    let last = match text.rsplit_once('\n') {
        Some((_, last)) => {
            line.clear();
            last
        }
        None => text,
    };
    let room = LINE.saturating_sub(line.len());
    line.push_str(&last[..last.floor_char_boundary(room)]);
}

/// What the renderer of one stream writes to: text goes to the file, each line with a prefix; notices go to the
/// steps.
pub struct LineWriter<'a> {
    file: &'a mut OutputFile,
    prefix: &'a str,
    steps: &'a Steps,
}

impl<'a> LineWriter<'a> {
    /// Writes to `file`.
    pub fn new(file: &'a mut OutputFile, prefix: &'a str, steps: &'a Steps) -> LineWriter<'a> {
        LineWriter { file, prefix, steps }
    }
}

impl render::text::Output for LineWriter<'_> {
    fn write(&mut self, tid: i32, text: &str) {
        if self.prefix.is_empty() {
            return self.file.write(tid, text);
        }
        for piece in text.split_inclusive('\n') {
            if !self.file.has_open_line() {
                self.file.write(tid, self.prefix);
            }
            self.file.write(tid, piece);
        }
    }

    fn notice(&mut self, text: &str) {
        // At the end every thread is detached at once. The totals say so in one word.
        if !text.ends_with(" detached") {
            self.file.go_first();
            self.steps.say(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{container_name::Container, screen::TraceOutput};
    use render::text::Output as _;

    #[test]
    fn lines_in_a_shared_file_have_prefixes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trace");
        let output = TraceOutput::File { path: path.clone(), append: false };
        let api = Container { pod: "api".into(), name: "app".into() };
        let (mut opened, _) = Destination::open_all(&output, &[api], false).unwrap();
        let mut file = OutputFile::new(opened.remove(0));
        let steps = Steps::new(true);
        LineWriter::new(&mut file, "a ", &steps).write(1, "read(");
        assert!(file.has_open_line());
        LineWriter::new(&mut file, "a ", &steps).write(1, "3) = 0\nclose(");
        LineWriter::new(&mut file, "a ", &steps).write(1, " <unfinished ...>\n");
        LineWriter::new(&mut file, "b ", &steps).write(1, "open() = 3\n");
        file.flush();
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(text, "a read(3) = 0\na close( <unfinished ...>\nb open() = 3\n");
    }
}

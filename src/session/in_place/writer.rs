//! Where the text of the container's own strace goes: lines of the trace to the output, strace's own messages to
//! stderr.

use super::super::conversation::stream;
use crate::{
    refusal::Refusal,
    screen::{OutputFile, Steps, Trouble, plain},
};
use std::thread;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Bytes;

/// Longest line that is kept whole.
const LONGEST: usize = 1 << 20;
/// Most chunks of text that wait for their reader.
const BACKLOG: usize = 16;

/// A chunk of what arrived.
pub struct OutputChunk {
    /// Which stream.
    pub channel: u8,
    /// Its bytes.
    pub bytes: Bytes,
}

/// Why no more text is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// It cannot be written any more.
    Failed,
    /// `--max-bytes` are written.
    Enough,
}

/// What was written.
#[derive(Default)]
pub struct Written {
    /// Lines of the trace.
    pub lines: u64,
    /// strace's own message about what it may not do.
    pub refused: Option<String>,
    /// Why it could not be written any more.
    pub trouble: Option<Trouble>,
}

/// Writes on a thread of its own, because the reader may be slow. Meanwhile we send no heartbeats.
pub struct Writer {
    /// Where text goes. It takes no more while too much waits.
    pub chunks: mpsc::Sender<OutputChunk>,
    /// Says when no more text is wanted.
    pub full: mpsc::UnboundedReceiver<Full>,
    done: oneshot::Receiver<Written>,
}

impl Writer {
    /// Starts it. It writes at most `most` bytes, and ends with a complete line.
    pub fn start(
        file: OutputFile,
        on_page: bool,
        most: Option<u64>,
        steps: Steps,
    ) -> Result<Writer, Refusal> {
        let (chunks, mut incoming) = mpsc::channel::<OutputChunk>(BACKLOG);
        let (say, done) = oneshot::channel();
        let (fill, full) = mpsc::unbounded_channel();
        let mut page = Page {
            file,
            on_page,
            most,
            enough: false,
            steps,
            open: Default::default(),
            written: Written::default(),
        };
        let work = move || {
            page.file.begin();
            while let Some(chunk) = incoming.blocking_recv() {
                let before = page.enough;
                page.take(&chunk);
                if incoming.is_empty() {
                    page.file.flush();
                }
                // If the trace is over already, nobody listens.
                if page.enough && !before {
                    let _ = fill.send(Full::Enough);
                }
                if let Some(trouble) = page.file.trouble() {
                    page.written.trouble = Some(trouble);
                    let _ = fill.send(Full::Failed);
                }
            }
            let _ = say.send(page.finish());
        };
        thread::Builder::new()
            .name("printer".into())
            .spawn(work)
            .map_err(|error| Refusal::new("cannot start a thread").cause(error.to_string()))?;
        Ok(Writer { chunks, full, done })
    }

    /// One that takes text into its queue and no further, as if nobody read it.
    #[cfg(test)]
    pub fn stuck() -> (Writer, mpsc::Receiver<OutputChunk>) {
        let (chunks, incoming) = mpsc::channel(1);
        let (_, full) = mpsc::unbounded_channel();
        let (_, done) = oneshot::channel();
        (Writer { chunks, full, done }, incoming)
    }

    /// Waits until everything is written.
    pub async fn finish(self) -> Written {
        drop(self.chunks);
        self.done.await.unwrap_or_default()
    }
}

/// Makes lines of chunks.
struct Page {
    file: OutputFile,
    /// strace writes the trace to its stderr, mixed with its own messages.
    on_page: bool,
    most: Option<u64>,
    /// As many bytes are written as were asked for.
    enough: bool,
    steps: Steps,
    /// The incomplete lines of stdout and of stderr.
    open: [Vec<u8>; 2],
    written: Written,
}

impl Page {
    fn take(&mut self, chunk: &OutputChunk) {
        let open = usize::from(chunk.channel == stream::STDERR);
        for part in chunk.bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = LONGEST.saturating_sub(self.open[open].len());
            self.open[open].extend_from_slice(&part[..part.len().min(room)]);
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.open[open]);
                self.line(chunk.channel, &line);
            }
        }
    }

    fn line(&mut self, channel: u8, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        let line = plain(line.trim_end_matches('\n'));
        let own = line.starts_with("strace: ") || channel == stream::STDERR && !self.on_page;
        if own {
            if line.contains("Operation not permitted") {
                self.written.refused.get_or_insert_with(|| line.to_string());
            }
            return self.steps.say(&line);
        }
        if self.enough {
            return;
        }
        self.written.lines += 1;
        // Files come from -o, with which every line begins with its thread.
        let number = line.split_once(' ').and_then(|(tid, _)| tid.parse::<i32>().ok());
        match number.filter(|_| self.file.is_split()) {
            Some(tid) => {
                let (_, rest) = line.split_once(' ').unwrap_or_default();
                self.file.write(tid, &format!("{}\n", rest.trim_start_matches(' ')));
            }
            None => self.file.write(0, &format!("{line}\n")),
        }
        self.enough = self.most.is_some_and(|most| self.file.written() >= most);
    }

    fn finish(mut self) -> Written {
        for (open, channel) in [(0, stream::STDOUT), (1, stream::STDERR)] {
            let line = std::mem::take(&mut self.open[open]);
            if !line.is_empty() {
                self.line(channel, &line);
            }
        }
        self.file.flush();
        self.written.trouble = self.written.trouble.or(self.file.trouble());
        self.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        container_name::Container,
        screen::{Destination, TraceOutput},
    };

    #[tokio::test]
    async fn no_more_is_written_than_was_asked_for() {
        let path = std::env::temp_dir().join(format!("kubectl-strace-writer-{}", std::process::id()));
        let output = TraceOutput::File { path: path.clone(), append: false };
        let api = Container { pod: "api".into(), name: "app".into() };
        let (mut opened, _) = Destination::open_all(&output, &[api], false).unwrap();
        let file = OutputFile::new(opened.remove(0));
        let mut writer = Writer::start(file, true, Some(20), Steps::new(true)).unwrap();
        for bytes in ["close(3) = 0\nclose", "(4) = 0\n", "close(5) = 0\n"] {
            let chunk = OutputChunk { channel: stream::STDERR, bytes: Bytes::from_static(bytes.as_bytes()) };
            writer.chunks.send(chunk).await.ok().unwrap();
        }
        assert_eq!(writer.full.recv().await, Some(Full::Enough));
        assert_eq!(writer.finish().await.lines, 2);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(text, "close(3) = 0\nclose(4) = 0\n");
    }
}

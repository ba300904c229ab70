//! `--in-place`: nothing is added to the pod; the strace that the target's own image has is run there, by an exec, and
//! its text is passed on as it is.
//!
//! A strace that waits for somebody to read its text stands still, and its tracees with it. So it runs under a few lines
//! of shell ([`GUARD`]) that end it when we are not heard of for seven seconds, and we keep silent where our own reader
//! keeps us waiting.

use super::conversation::{
    engine,
    stream::{self, Broken, Incoming, Listener},
};
use crate::{
    cluster::Cluster,
    interrupt::Interrupts,
    refusal::{self, Refusal, seconds},
    screen::{OutputFile, Steps, Trouble, plain},
    strace_args::StraceArgs,
    targets::Target,
};
use futures_util::{SinkExt, StreamExt};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// What is run by the container's shell.
const GUARD: &str = include_str!("script.sh");
/// Its exit status where the image has no strace.
const NO_STRACE: i32 = 119;
/// How often it hears that we live.
const BEAT: Duration = Duration::from_secs(2);
/// How long it may take to end: as it gives strace before it kills it, and the way.
const LAST_WORDS: Duration = Duration::from_secs(8);
/// Longest line that is kept whole.
const LONGEST: usize = 1 << 20;
/// Most pieces of text that wait for their reader.
const BACKLOG: usize = 16;

/// A piece of what came.
struct OutputChunk {
    /// Which stream.
    channel: u8,
    bytes: Bytes,
}

/// What the writer found.
#[derive(Default)]
struct Written {
    lines: u64,
    /// strace's own words about what it may not do.
    refused: Option<String>,
    trouble: Option<Trouble>,
}

/// Traces until strace ends, or the end is wished for. Gives the exit status.
pub async fn run(
    cluster: &Cluster,
    target: &Target,
    strace_args: &StraceArgs,
    duration: Option<Duration>,
    file: OutputFile,
    interrupts: &mut Interrupts,
    steps: &Steps,
) -> Result<u8, Refusal> {
    let who = if strace_args.all { "all" } else { "given" };
    let mut words = vec!["sh", "-c", GUARD, "kubectl-strace", who];
    words.extend(strace_args.words.iter().map(String::as_str));
    let step = steps.begin(format!("running strace in container {}", target.container));
    let connection = engine::exec(cluster, target, words).await.map_err(|why| not_run(target, why))?;
    drop(step);
    let closes = connection.supports_stream_close();
    let (mut sink, source) = connection.into_stream().split();
    let waits = Arc::new(AtomicBool::new(false));
    // Signs of life, as long as what comes is taken: the end of this task is the end of the trace.
    let (end, mut ended) = oneshot::channel::<()>();
    let heard = Arc::clone(&waits);
    let beats = tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = &mut ended => break,
                () = sleep(BEAT) => {}
            }
            let alive = !heard.load(Ordering::Relaxed);
            let beat =
                if alive { Message::binary(vec![stream::STDIN, b'\n']) } else { Message::Ping(Bytes::new()) };
            if sink.send(beat).await.is_err() {
                return;
            }
        }
        if closes {
            let _ = sink.send(Message::binary(vec![stream::CLOSE, stream::STDIN])).await;
        }
        // Where the end of stdin cannot be said, silence says it.
        sleep(LAST_WORDS).await;
    });
    steps.say(&format!(
        "Tracing {} in container {} of pod {} with its own strace; nothing was added (Ctrl-C ends it)",
        if strace_args.all { "every process" } else { "what was named" },
        target.container,
        target.pod
    ));
    let begun = Instant::now();
    let writer = Writer::start(file, strace_args.on_page, steps.clone(), Arc::clone(&waits))?;
    let mut listener = Listener::new(source);
    let mut end = Some(end);
    let mut stopping: Option<Instant> = None;
    let mut interrupted = false;
    let status = loop {
        let over = stopping.map(|since| since + LAST_WORDS).or(duration.map(|duration| begun + duration));
        let incoming = tokio::select! {
            incoming = listener.next() => incoming,
            () = interrupts.next() => {
                if interrupted {
                    return Err(refusal::interrupted_twice(LAST_WORDS));
                }
                interrupted = true;
                stopping.get_or_insert_with(Instant::now);
                end = None;
                continue;
            }
            () = tokio::time::sleep_until(over.unwrap_or_else(Instant::now)), if over.is_some() => {
                if stopping.is_some() {
                    break Err(Refusal::new(format!("strace did not end within {}", seconds(LAST_WORDS)))
                        .fix("nothing: its shell ends it within seconds, by SIGKILL if need be"));
                }
                steps.say(&format!("The trace has lasted {} (--duration)", seconds(duration.unwrap_or_default())));
                stopping = Some(Instant::now());
                end = None;
                continue;
            }
        };
        match incoming {
            Ok(Incoming::Quiet) | Err(Broken::Silent) => {}
            Ok(Incoming::Stdout(bytes)) => writer.take(stream::STDOUT, bytes).await,
            Ok(Incoming::Stderr(bytes)) => writer.take(stream::STDERR, bytes).await,
            Ok(Incoming::Ended(status)) => break Ok(status),
            Err(broken) => {
                break Err(Refusal::new("the trace broke off: the connection to the container is gone")
                    .cause(broken.to_string())
                    .fix("run it again; strace is ended by its shell within 10 s"));
            }
        }
        if writer.failed() && stopping.is_none() {
            stopping = Some(Instant::now());
            end = None;
        }
    };
    drop(end);
    beats.abort();
    let written = writer.finish().await;
    let status = status?;
    if let Some(Trouble::Failed(refusal)) = written.trouble {
        return Err(refusal);
    }
    match stream::exit_code(&status) {
        _ if stopping.is_some() => {}
        Some(0) => {}
        Some(NO_STRACE) => return Err(no_strace(target)),
        Some(127) if written.lines == 0 => return Err(not_run(target, "its shell says: not found".into())),
        Some(code) => {
            let refusal = Refusal::new(format!("strace ended with status {code}"));
            return Err(match written.refused {
                Some(words) => refused(target, &words),
                None => refusal,
            });
        }
        None => {
            let why = status.message.clone().unwrap_or_else(|| "it ended without a word".into());
            return Err(not_run(target, why));
        }
    }
    let lines = refusal::count(written.lines, "line", "lines");
    let how = if stopping.is_some() { "stopped, detached" } else { "strace has ended" };
    steps.insist(&format!("{lines}, {}: {how}", seconds(begun.elapsed())));
    Ok(0)
}

fn not_run(target: &Target, why: String) -> Refusal {
    Refusal::new(format!("no strace could be run in container {} (--in-place)", target.container))
        .cause(format!("the node says: {why}"))
        .cause("it takes a shell in the image, which ends strace when nobody listens any more")
        .fix("leave --in-place out: the tracer then comes with a container of its own")
}

fn no_strace(target: &Target) -> Refusal {
    Refusal::new(format!("the image of container {} has no strace", target.container))
        .cause("neither is a strace on the PATH there, nor is there a /tracer")
        .fix("leave --in-place out: the tracer then comes with a container of its own")
}

fn refused(target: &Target, words: &str) -> Refusal {
    Refusal::new(format!("the kernel lets strace trace nothing in container {}", target.container))
        .cause(words.to_owned())
        .cause(
            "an exec has the container's own user and capabilities; processes of another user, Yama, or programs that are \
             not dumpable need SYS_PTRACE",
        )
        .fix("leave --in-place out: the tracer's own container can have the capability")
        .fix(
            "or give it to the container for good, which restarts the pod:\n\
             securityContext: {capabilities: {add: [SYS_PTRACE]}}",
        )
}

/// Writes on a thread of its own: whoever reads may take his time, and meanwhile we keep silent.
struct Writer {
    inputs: mpsc::Sender<OutputChunk>,
    done: oneshot::Receiver<Written>,
    waits: Arc<AtomicBool>,
    failed: Arc<AtomicBool>,
}

impl Writer {
    fn start(
        file: OutputFile,
        on_page: bool,
        steps: Steps,
        waits: Arc<AtomicBool>,
    ) -> Result<Writer, Refusal> {
        let (inputs, mut incoming) = mpsc::channel::<OutputChunk>(BACKLOG);
        let (say, done) = oneshot::channel();
        let failed = Arc::new(AtomicBool::new(false));
        let mut page = Page { file, on_page, steps, open: Default::default(), written: Written::default() };
        let failure = Arc::clone(&failed);
        let work = move || {
            page.file.begin();
            while let Some(piece) = incoming.blocking_recv() {
                page.take(&piece);
                if incoming.is_empty() {
                    page.file.flush();
                }
                if let Some(trouble) = page.file.trouble() {
                    page.written.trouble = Some(trouble);
                    failure.store(true, Ordering::Relaxed);
                }
            }
            let _ = say.send(page.finish());
        };
        thread::Builder::new()
            .name("printer".into())
            .spawn(work)
            .map_err(|error| Refusal::new("cannot start a thread").cause(error.to_string()))?;
        Ok(Writer { inputs, done, waits, failed })
    }

    async fn take(&self, channel: u8, bytes: Bytes) {
        let piece = self.inputs.send(OutputChunk { channel, bytes });
        tokio::pin!(piece);
        if timeout(BEAT, &mut piece).await.is_err() {
            // Whoever reads has not taken anything for so long: what is traced must not wait for him.
            self.waits.store(true, Ordering::Relaxed);
            let _ = piece.await;
            self.waits.store(false, Ordering::Relaxed);
        }
    }

    fn failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    async fn finish(self) -> Written {
        drop(self.inputs);
        self.done.await.unwrap_or_default()
    }
}

/// Makes lines of pieces.
struct Page {
    file: OutputFile,
    /// strace writes to its stderr what goes to the page, and its own words among it.
    on_page: bool,
    steps: Steps,
    /// What has no end yet, of stdout and of stderr.
    open: [Vec<u8>; 2],
    written: Written,
}

impl Page {
    fn take(&mut self, piece: &OutputChunk) {
        let open = usize::from(piece.channel == stream::STDERR);
        for part in piece.bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = LONGEST.saturating_sub(self.open[open].len());
            self.open[open].extend_from_slice(&part[..part.len().min(room)]);
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.open[open]);
                self.line(piece.channel, &line);
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
        self.written.lines += 1;
        // With -o, which is where files come from, every line begins with its thread.
        let number = line.split_once(' ').and_then(|(tid, _)| tid.parse::<i32>().ok());
        match number.filter(|_| self.file.is_split()) {
            Some(tid) => {
                let (_, rest) = line.split_once(' ').unwrap_or_default();
                self.file.write(tid, &format!("{}\n", rest.trim_start_matches(' ')));
            }
            None => self.file.write(0, &format!("{line}\n")),
        }
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

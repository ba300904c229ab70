//! `--in-place`: nothing is added to the pod. The strace of the target's own image is run there, by an exec, and its
//! text is passed on as it is.
//!
//! A strace whose text nobody reads stands still, and its tracees with it. So it runs under a few lines of shell
//! ([`GUARD`]) that end it when they have not heard from us for seven seconds. While our own reader keeps us waiting,
//! we send no heartbeats.

mod writer;

use super::{
    conversation::{
        engine,
        stream::{self, Broken, Incoming, Listener},
    },
    watch::health::{self, Health},
};
use crate::{
    cluster::Cluster,
    interrupt::Interrupts,
    plan::StraceArgs,
    refusal::{self, Refusal, seconds},
    screen::{OutputFile, Steps, Trouble},
    suspension::{Suspension, Suspensions},
    targets::Target,
};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use writer::{Full, OutputChunk, Writer, Written};

/// The script that the container's shell runs.
const GUARD: &str = include_str!("script.sh");
/// Its exit status if the image has no strace.
const NO_STRACE: i32 = 119;
/// How often it gets a heartbeat.
const BEAT: Duration = Duration::from_secs(2);
/// How long it may take to end: the time that it gives strace before it kills it, and the way.
const LAST_WORDS: Duration = Duration::from_secs(8);
/// How long the shell waits for us before it ends strace, and how long we wait for an answer to our pings. A
/// connection that carries nothing for so long is of no use to either side.
const SILENCE: Duration = Duration::from_secs(7);
/// How long the last text waits if its reader takes none.
const LAST_TEXT: Duration = Duration::from_secs(1);

/// What ends a trace, apart from the user and strace.
pub struct Bounds {
    /// `--duration`
    pub duration: Option<Duration>,
    /// `--max-bytes`
    pub max_bytes: Option<u64>,
    /// Probes of the container, and whether its pod is Ready.
    pub health: Health,
}

/// Why we asked for the end.
#[derive(Debug)]
enum Stop {
    /// The user asked for it.
    Interrupted,
    /// `--duration` is over.
    Duration,
    /// Enough is written, or nothing more can be written.
    Full(Full),
    /// Something is wrong with the target.
    Unwell(String),
}

/// Traces until strace ends or the end is asked for. Gives the exit status.
pub async fn run(
    cluster: &Cluster,
    target: &Target,
    strace_args: &StraceArgs,
    bounds: Bounds,
    file: OutputFile,
    interrupts: &mut Interrupts,
    steps: &Steps,
) -> Result<u8, Refusal> {
    let who = if strace_args.all { "all" } else { "given" };
    let mut words = vec!["sh", "-c", GUARD, "kubectl-strace", who];
    words.extend(strace_args.words.iter().map(String::as_str));
    let step = steps.begin(format!("running strace in container {}", target.container));
    let exec = async { engine::exec(cluster, target, words).await.map_err(|why| not_run(target, why)) };
    // A shell that was started nevertheless does not hear from us, and ends.
    let connection = interrupts.or_end(exec).await?;
    drop(step);
    let closes = connection.supports_stream_close();
    let (sink, source) = connection.into_stream().split();
    steps.say(&format!(
        "Tracing {} in container {} of pod {} with its own strace; nothing was added (Ctrl-C ends it)",
        if strace_args.all { "every process" } else { "what was named" },
        target.container,
        target.pod
    ));
    let begun = Instant::now();
    let mut trace = Trace {
        listener: Listener::new(source),
        beats: Beats::start(sink, closes),
        writer: Writer::start(file, strace_args.on_page, bounds.max_bytes, steps.clone())?,
        health: bounds.health,
        deadline: bounds.duration.map(|duration| begun + duration),
        suspensions: Suspensions::listen(),
        suspended: None,
        stopping: None,
        waiting: None,
    };
    let status = trace.converse(interrupts).await;
    let Trace { stopping, suspended, writer, .. } = trace;
    let stop = stopping.map(|(_, stop)| stop);
    let written = tokio::select! {
        written = writer.finish() => written,
        // The reader may never take anything again.
        () = interrupts.next(), if stop.is_none() => Written::default(),
        () = sleep(LAST_TEXT), if stop.is_some() => Written::default(),
    };
    let status = status?;
    if let Some(Trouble::Failed(refusal)) = written.trouble {
        return Err(refusal);
    }
    match &stop {
        None => ended_well(target, &status, &written, suspended)?,
        Some(Stop::Duration) => {
            let duration = seconds(bounds.duration.unwrap_or_default());
            steps.say(&format!("The trace has lasted {duration} (--duration)"));
        }
        Some(Stop::Full(Full::Enough)) => {
            let most = refusal::size(bounds.max_bytes.unwrap_or_default());
            steps.say(&format!("{most} are written (--max-bytes)"));
        }
        Some(Stop::Unwell(alarm)) => return Err(health::refusal(&target.pod, alarm)),
        Some(Stop::Interrupted | Stop::Full(Full::Failed)) => {}
    }
    let lines = refusal::count(written.lines, "line", "lines");
    let how = if stop.is_some() { "stopped, detached" } else { "strace has ended" };
    if !steps.is_silent() {
        steps.insist(&format!("{lines}, {}: {how}", seconds(begun.elapsed())));
    }
    Ok(0)
}

/// A running strace.
struct Trace<S> {
    listener: Listener<S>,
    beats: Beats,
    writer: Writer,
    health: Health,
    /// When `--duration` is over.
    deadline: Option<Instant>,
    suspensions: Suspensions,
    /// The longest time for which this process was suspended.
    suspended: Option<Suspension>,
    /// When the end was asked for, and why.
    stopping: Option<(Instant, Stop)>,
    /// Text for which there is no room yet, and since when it waits.
    waiting: Option<(Instant, OutputChunk)>,
}

/// What a trace waits for.
enum Input {
    /// Something from the container, or its end.
    Incoming(Result<Incoming, Broken>),
    /// There is room for the text that waits.
    Room,
    /// The text has waited for too long.
    Impatient,
    /// Something asks for the end.
    Stop(Stop),
    /// This process was suspended.
    Resumed(Suspension),
    /// `--duration` is over, or the end takes too long.
    Over,
}

impl<S: Stream<Item = Result<Message, Error>> + Unpin> Trace<S> {
    async fn next(&mut self, interrupts: &mut Interrupts) -> Input {
        let over = self.stopping.as_ref().map(|(since, _)| *since + LAST_WORDS).or(self.deadline);
        let patient = self.waiting.as_ref().map(|(since, _)| *since + BEAT);
        let patient = patient.filter(|_| !self.beats.paused());
        tokio::select! {
            incoming = self.listener.next(), if self.waiting.is_none() => Input::Incoming(incoming),
            _ = self.writer.chunks.reserve(), if self.waiting.is_some() => Input::Room,
            () = sleep_until(patient.unwrap_or_else(Instant::now)), if patient.is_some() => Input::Impatient,
            Some(full) = self.writer.full.recv() => Input::Stop(Stop::Full(full)),
            alarm = self.health.alarm() => Input::Stop(Stop::Unwell(alarm)),
            suspension = self.suspensions.next() => Input::Resumed(suspension),
            () = interrupts.next() => Input::Stop(Stop::Interrupted),
            () = sleep_until(over.unwrap_or_else(Instant::now)), if over.is_some() => Input::Over,
        }
    }

    /// Passes on what arrives until strace has ended. Gives its exit status.
    async fn converse(&mut self, interrupts: &mut Interrupts) -> Result<Box<Status>, Refusal> {
        let mut heard = Instant::now();
        loop {
            match self.next(interrupts).await {
                Input::Room => {
                    // Nobody else sends, so there is room.
                    let _ = self.waiting.take().map(|(_, chunk)| self.writer.chunks.try_send(chunk));
                    self.beats.pause(false);
                    // Nobody listened meanwhile.
                    heard = Instant::now();
                }
                // The traced processes must not wait for a reader that takes nothing for so long.
                Input::Impatient => self.beats.pause(true),
                Input::Resumed(suspension) => {
                    let longest = self.suspended.map_or(Duration::ZERO, |before| before.lasted);
                    if suspension.lasted >= longest {
                        self.suspended = Some(suspension);
                    }
                }
                Input::Stop(Stop::Interrupted) if matches!(self.stopping, Some((_, Stop::Interrupted))) => {
                    return Err(refusal::interrupted_twice(LAST_WORDS));
                }
                Input::Stop(why) => self.stop(why),
                Input::Over if self.stopping.is_some() => {
                    return Err(Refusal::new(format!("strace did not end within {}", seconds(LAST_WORDS)))
                        .fix("nothing to do: its shell ends it within seconds, by SIGKILL if need be"));
                }
                Input::Over => self.stop(Stop::Duration),
                Input::Incoming(Ok(Incoming::Ended(status))) => return Ok(status),
                Input::Incoming(Ok(Incoming::Quiet)) => {
                    self.beats.ping();
                    heard = Instant::now();
                }
                Input::Incoming(Ok(Incoming::Stdout(bytes))) => {
                    heard = Instant::now();
                    self.take(stream::STDOUT, bytes);
                }
                Input::Incoming(Ok(Incoming::Stderr(bytes))) => {
                    heard = Instant::now();
                    self.take(stream::STDERR, bytes);
                }
                // The shell has its own time limit for the end.
                Input::Incoming(Err(Broken::Silent)) if self.stopping.is_some() => {}
                Input::Incoming(Err(Broken::Silent)) if heard.elapsed() < SILENCE => self.beats.ping(),
                Input::Incoming(Err(Broken::Silent)) => {
                    let silent = seconds(heard.elapsed());
                    return Err(broke_off(&format!(
                        "nothing came from the API server for {silent}, not even an answer to a ping"
                    )));
                }
                Input::Incoming(Err(broken)) => return Err(broke_off(&broken.to_string())),
            }
        }
    }

    fn take(&mut self, channel: u8, bytes: Bytes) {
        // If the reader takes nothing and the end was asked for, the end matters more.
        if !(self.stopping.is_some() && self.beats.paused()) {
            self.waiting = Some((Instant::now(), OutputChunk { channel, bytes }));
        }
    }

    /// Asks for the end. The first reason counts, but the user's always does: a user who asks twice does not wait.
    fn stop(&mut self, why: Stop) {
        self.beats.end();
        match &mut self.stopping {
            Some((_, before)) if matches!(why, Stop::Interrupted) => *before = why,
            Some(_) => {}
            None => self.stopping = Some((Instant::now(), why)),
        }
        if self.beats.paused() {
            self.waiting = None;
        }
    }
}
/// Heartbeats, sent by a task of their own. The trace ends when they end, or pause for too long.
struct Beats {
    pings: Option<mpsc::Sender<()>>,
    paused: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Beats {
    /// Begins. `closes`: the API server understands the end of stdin.
    fn start<S>(mut sink: S, closes: bool) -> Beats
    where
        S: Sink<Message, Error = Error> + Unpin + Send + 'static,
    {
        let (pings, mut asked) = mpsc::channel(1);
        let paused = Arc::new(AtomicBool::new(false));
        let silent = Arc::clone(&paused);
        let task = tokio::spawn(async move {
            let ping = || Message::Ping(Bytes::new());
            loop {
                let message = match timeout(BEAT, asked.recv()).await {
                    Ok(Some(())) => ping(),
                    Ok(None) => break,
                    // Proxies close a connection that carries nothing.
                    Err(_) if silent.load(Ordering::Relaxed) => ping(),
                    Err(_) => Message::binary(vec![stream::STDIN, b'\n']),
                };
                if sink.send(message).await.is_err() {
                    return;
                }
            }
            if closes {
                let _ = sink.send(Message::binary(vec![stream::CLOSE, stream::STDIN])).await;
            }
            // If the end of stdin cannot be sent, silence has the same effect.
            sleep(LAST_WORDS).await;
        });
        Beats { pings: Some(pings), paused, task }
    }

    /// Asks the API server for a sign of life.
    fn ping(&self) {
        // A ping that was not sent yet serves as well.
        let _ = self.pings.as_ref().map(|pings| pings.try_send(()));
    }

    /// Pauses or resumes the heartbeats. If a pause lasts, strace is ended.
    fn pause(&self, pause: bool) {
        self.paused.store(pause, Ordering::Relaxed);
    }

    fn paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    /// Asks for the end of the trace.
    fn end(&mut self) {
        self.pings = None;
    }
}

impl Drop for Beats {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn broke_off(why: &str) -> Refusal {
    Refusal::new("the trace broke off: the connection to the container is gone")
        .cause(why)
        .fix("run it again; its shell ends strace within 10 s")
}

/// Checks whether a strace that ended by itself ended well.
fn ended_well(
    target: &Target,
    status: &Status,
    written: &Written,
    suspended: Option<Suspension>,
) -> Result<(), Refusal> {
    let code = match stream::exit_code(status) {
        Some(0) => return Ok(()),
        Some(NO_STRACE) => return Err(no_strace(target)),
        Some(127) if written.lines == 0 => return Err(not_run(target, "its shell says: not found".into())),
        Some(code) => code,
        None => {
            let why = status.message.clone().unwrap_or_else(|| "it ended without a message".into());
            return Err(not_run(target, why));
        }
    };
    if let Some(words) = &written.refused {
        return Err(refused(target, words));
    }
    Err(match suspended {
        // The shell checks once a second.
        Some(Suspension { lasted, .. }) if lasted + Duration::from_secs(2) >= SILENCE => Refusal::new(
            format!("strace was ended because kubectl strace was stopped for {}", seconds(lasted)),
        )
        .cause("a strace that nobody reads from stands still, and so do the processes that it traces")
        .fix("run it again, and pause what it prints in a pager: kubectl strace ... | less"),
        _ => Refusal::new(format!("strace ended with status {code}")),
    })
}

fn not_run(target: &Target, why: String) -> Refusal {
    Refusal::new(format!("no strace could be run in container {} (--in-place)", target.container))
        .cause(format!("the node says: {why}"))
        .cause("--in-place needs a shell in the image, to end strace when nobody listens any more")
        .fix("leave --in-place out: the tracer then comes with a container of its own")
}

fn no_strace(target: &Target) -> Refusal {
    Refusal::new(format!("the image of container {} has no strace", target.container))
        .cause("there is neither a strace on the PATH nor a /tracer")
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

#[cfg(test)]
mod tests;

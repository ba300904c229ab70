//! A command that runs in the target's container under the tracer: an exec with our standard streams, like that of
//! `kubectl exec`. The trace takes another way, through the agent.

use super::{
    container::TRACER,
    conversation::{
        engine,
        stream::{self, Broken, Incoming, Listener},
    },
};
use crate::{cluster::Cluster, interrupt::StopSignal, targets::Target};
use futures_util::{Sink, SinkExt, StreamExt};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use kube::client::Connection;
use std::{
    io::{self, Read, Write},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

/// The tracer's option that makes it run a command where it is.
const COMMAND_FOR: &str = "--command-for";
/// Most bytes of our standard input in one message.
const PIECE: usize = 32 << 10;
/// Most chunks that wait, in each direction.
const BACKLOG: usize = 4;
/// Bytes that may arrive before it is known that the command has begun; more than that waits.
const WORDS: usize = 64 << 10;
/// How long the end of an exec may be ahead of the message that the command had begun.
const PATIENCE: Duration = Duration::from_secs(3);

/// What becomes of the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The reader of its standard output has gone.
    OutputGone,
    /// The end of our standard input cannot be passed on: the API server is too old.
    InputStaysOpen,
    /// It has ended with this status.
    Exited(u8),
    /// How it ended is unknown, for this reason.
    Lost(String),
}

/// How far its output has got.
#[derive(Debug, Default)]
struct Progress {
    /// Chunks that arrived.
    came: AtomicUsize,
    /// Chunks that were written or given up.
    written: AtomicUsize,
}

/// A running command. Dropping this closes the connection, which does not end the command.
#[derive(Debug)]
pub struct Run {
    task: JoinHandle<()>,
    progress: Arc<Progress>,
    said: mpsc::UnboundedReceiver<Said>,
    begin: Option<oneshot::Sender<()>>,
}

impl Run {
    /// Runs it, through the agent's door.
    pub fn start(cluster: &Cluster, target: &Target, door: i32, words: &[String]) -> Run {
        let (cluster, target, words) = (cluster.clone(), target.clone(), words.to_vec());
        let (say, said) = mpsc::unbounded_channel();
        let (begin, begun) = oneshot::channel();
        let progress = Arc::new(Progress::default());
        let seen = Arc::clone(&progress);
        let task = tokio::spawn(async move {
            let program = format!("/proc/{door}/root{TRACER}");
            let door = door.to_string();
            let mut command = vec![program.as_str(), COMMAND_FOR, &door, &target.id, "--"];
            command.extend(words.iter().map(String::as_str));
            let last = match engine::exec(&cluster, &target, command).await {
                Ok(connection) => carry(connection, begun, &say, &seen).await,
                Err(why) => Said::Lost(why),
            };
            let _ = say.send(last);
        });
        Run { task, progress, said, begin: Some(begin) }
    }

    /// The tracer is in place and has the command: from now on the streams are the command's.
    pub fn begin(&mut self) {
        // It may have ended meanwhile.
        let _ = self.begin.take().map(|begin| begin.send(()));
    }

    /// How many chunks of its output arrived, and how many of them are written.
    pub fn output(&self) -> (usize, usize) {
        (self.progress.came.load(Ordering::SeqCst), self.progress.written.load(Ordering::SeqCst))
    }

    /// What comes next.
    pub async fn next(&mut self) -> Said {
        match self.said.recv().await {
            Some(said) => said,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The signal to send to a command when the end is asked for, by its number on Linux.
pub fn signal(signal: StopSignal) -> i32 {
    match signal {
        StopSignal::HangUp => 1,
        StopSignal::Interrupt => 2,
        StopSignal::Terminate => 15,
    }
}

/// The signal that a process cannot ignore.
pub const KILL: i32 = 9;
/// The signal for writing to a pipe that nobody reads.
pub const PIPE: i32 = 13;

/// Connects our standard streams to the exec's until the exec ends.
async fn carry(
    connection: Connection,
    mut begun: oneshot::Receiver<()>,
    say: &mpsc::UnboundedSender<Said>,
    progress: &Arc<Progress>,
) -> Said {
    let closes = connection.supports_stream_close();
    let (sink, source) = connection.into_stream().split();
    let (messages, outgoing) = mpsc::channel(BACKLOG);
    let speaker = tokio::spawn(speak(sink, outgoing));
    let mut listener = Listener::new(source);
    let mut output: Option<CommandOutput> = None;
    // Output before the message that the streams are the command's: that message takes another way, and may be
    // slower.
    let (mut held, mut length) = (Vec::new(), 0);
    let last = loop {
        let incoming = tokio::select! {
            biased;
            begin = &mut begun, if output.is_none() => {
                // Without that message nobody wants the command any more, and this task is about to be ended.
                if begin.is_err() {
                    break Said::Lost("it was given up".into());
                }
                let started = CommandOutput::start(say.clone(), Arc::clone(progress)).and_then(|started| {
                    pass_input(messages.clone(), closes, say.clone()).map(|()| started)
                });
                match started {
                    Ok(started) => output = Some(started.with(&mut held).await),
                    Err(error) => break Said::Lost(format!("cannot start a thread: {error}")),
                }
                continue;
            }
            incoming = listener.next(), if output.is_some() || length < WORDS => incoming,
        };
        let (channel, bytes) = match incoming {
            // If an API server's reader waits for the command to take its input, it answers no ping: silence means
            // nothing.
            Ok(Incoming::Quiet) | Err(Broken::Silent) => {
                let _ = messages.try_send(Message::Ping(Bytes::new()));
                continue;
            }
            Ok(Incoming::Stdout(bytes)) => (stream::STDOUT, bytes),
            Ok(Incoming::Stderr(bytes)) => (stream::STDERR, bytes),
            Ok(Incoming::Ended(status)) if output.is_some() => break ended(&status),
            Ok(Incoming::Ended(status)) => {
                // A short command may end before the message that it has begun arrives.
                break match timeout(PATIENCE, &mut begun).await {
                    Ok(Ok(())) => match CommandOutput::start(say.clone(), Arc::clone(progress)) {
                        Ok(started) => {
                            output = Some(started.with(&mut held).await);
                            ended(&status)
                        }
                        Err(error) => Said::Lost(format!("cannot start a thread: {error}")),
                    },
                    _ => not_begun(&status, &held),
                };
            }
            Err(broken) => break Said::Lost(broken.to_string()),
        };
        match &output {
            Some(output) => output.write(channel, bytes).await,
            None => {
                length += bytes.len();
                held.push((channel, bytes));
            }
        }
    };
    if let Some(output) = output {
        output.finish().await;
    }
    speaker.abort();
    last
}

fn ended(status: &Status) -> Said {
    match stream::exit_code(status) {
        Some(code) => Said::Exited(u8::try_from(code).unwrap_or(u8::MAX)),
        None => Said::Lost(status.message.clone().unwrap_or_else(|| "it ended without a message".to_owned())),
    }
}

/// The tracer itself ended before it had a command, with this output.
fn not_begun(status: &Status, held: &[(u8, Bytes)]) -> Said {
    let words: Vec<u8> = held.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect();
    match String::from_utf8_lossy(&words).trim() {
        "" => ended(status),
        words => Said::Lost(words.to_owned()),
    }
}

async fn speak<S>(mut sink: S, mut outgoing: mpsc::Receiver<Message>)
where
    S: Sink<Message, Error = Error> + Unpin,
{
    while let Some(message) = outgoing.recv().await {
        // The listener sees a broken connection too, and reports it.
        if sink.send(message).await.is_err() {
            return;
        }
    }
}

/// Sends our standard input, from its own thread because a read may take forever.
fn pass_input(
    messages: mpsc::Sender<Message>,
    closes: bool,
    say: mpsc::UnboundedSender<Said>,
) -> io::Result<()> {
    let pass = move || {
        let mut stdin = io::stdin().lock();
        let mut piece = vec![0; 1 + PIECE];
        piece[0] = stream::STDIN;
        loop {
            match stdin.read(&mut piece[1..]) {
                Ok(0) => break,
                Ok(length) => {
                    if messages.blocking_send(Message::binary(piece[..=length].to_vec())).is_err() {
                        return;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        if closes {
            let _ = messages.blocking_send(Message::binary(vec![stream::CLOSE, stream::STDIN]));
        } else {
            let _ = say.send(Said::InputStaysOpen);
        }
    };
    thread::Builder::new().name("stdin".into()).spawn(pass).map(drop)
}

/// Writes to our standard output and error, from its own thread because their reader may be slow.
struct CommandOutput {
    inputs: mpsc::Sender<(u8, Bytes)>,
    done: oneshot::Receiver<()>,
    progress: Arc<Progress>,
}

impl CommandOutput {
    fn start(say: mpsc::UnboundedSender<Said>, progress: Arc<Progress>) -> io::Result<CommandOutput> {
        let (inputs, mut incoming) = mpsc::channel::<(u8, Bytes)>(BACKLOG);
        let (finished, done) = oneshot::channel();
        let seen = Arc::clone(&progress);
        let write = move || {
            let mut gone = false;
            while let Some((channel, bytes)) = incoming.blocking_recv() {
                if channel == stream::STDERR {
                    // If stderr is closed, the error has nowhere to go.
                    let _ = io::stderr().lock().write_all(&bytes);
                } else if !gone {
                    let mut stdout = io::stdout().lock();
                    if stdout.write_all(&bytes).and_then(|()| stdout.flush()).is_err() {
                        gone = true;
                        let _ = say.send(Said::OutputGone);
                    }
                }
                seen.written.fetch_add(1, Ordering::SeqCst);
            }
            let _ = finished.send(());
        };
        thread::Builder::new().name("stdout".into()).spawn(write)?;
        Ok(CommandOutput { inputs, done, progress })
    }

    /// Starts with the output that arrived before.
    async fn with(self, held: &mut Vec<(u8, Bytes)>) -> CommandOutput {
        for (channel, bytes) in held.drain(..) {
            self.write(channel, bytes).await;
        }
        self
    }

    async fn write(&self, channel: u8, bytes: Bytes) {
        if !bytes.is_empty() {
            self.progress.came.fetch_add(1, Ordering::SeqCst);
            let _ = self.inputs.send((channel, bytes)).await;
        }
    }

    /// Waits until all is written.
    async fn finish(self) {
        drop(self.inputs);
        let _ = self.done.await;
    }
}

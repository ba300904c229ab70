//! An exec into the tracer container: a WebSocket to the API server, driven by hand.
//!
//! kube's own exec stops sending while nobody takes what it received, so that a `| less` would silence the heartbeat.
//! Here each direction is a task of its own: what arrives may wait for its reader as long as it likes.

use crate::screen::plain;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, timeout},
};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use wire::{
    codec::{CodecError, Encoder, Head},
    message::Request,
};

/// How often the tracer gets a heartbeat; it waits for [`LEASE`](crate::plan::LEASE).
const BEAT: Duration = Duration::from_secs(1);
/// How often it learns what we have, while something arrives: it keeps what we may not have, up to a limit.
const TICK: Duration = Duration::from_millis(100);

/// How long nothing may arrive before the API server is asked for a sign of life. The tracer sends one every second.
const QUIET: Duration = Duration::from_millis(1500);
/// How often it is asked before the connection counts as dead. In total this must take less than the lease, so that a
/// connection that only looks alive is replaced in time.
const ASKED: u32 = 1;

// The channels of `v5.channel.k8s.io`: k8s.io/apimachinery/pkg/util/remotecommand/constants.go.
pub const STDIN: u8 = 0;
pub const STDOUT: u8 = 1;
pub const STDERR: u8 = 2;
const STATUS: u8 = 3;
/// Announces the end of the channel that the next byte names; v5 only.
pub const CLOSE: u8 = 255;

/// What arrives from the exec'd process.
#[derive(Debug)]
pub enum Incoming {
    /// Bytes of its stdout.
    Stdout(Bytes),
    /// Bytes of its stderr.
    Stderr(Bytes),
    /// It has ended, with this status.
    Ended(Box<Status>),
    /// Nothing arrived for a while: time for a ping.
    Quiet,
}

/// What goes the other way.
#[allow(clippy::large_enum_variant, reason = "there is one at a time")]
#[derive(Debug)]
pub enum Outgoing {
    /// To the process's stdin.
    Request(Request),
    /// To the API server.
    ///
    /// Only while we listen. The API server's answer waits behind what we have not taken yet, and while it waits,
    /// nothing that we send is read there, not even heartbeats (golang.org/x/net/websocket answers where it reads).
    Ping,
}

/// Why nothing more will arrive.
#[derive(Debug)]
pub enum Broken {
    /// The connection was closed.
    Closed,
    /// It failed.
    Failed(Error),
    /// Nothing arrived for so long that it must be dead.
    Silent,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Broken::Closed => f.write_str("the API server closed the connection"),
            Broken::Failed(error) => write!(f, "the connection to the API server failed: {error}"),
            Broken::Silent => {
                let seconds = (QUIET * (ASKED + 1)).as_secs_f32();
                write!(f, "nothing came from the API server for {seconds} s, not even an answer to a ping")
            }
        }
    }
}

/// The receiving half.
#[derive(Debug)]
pub struct Listener<S> {
    source: S,
    asked: u32,
    /// Its end was told.
    over: bool,
}

impl<S> Listener<S>
where
    S: Stream<Item = Result<Message, Error>> + Unpin,
{
    /// Listens to a WebSocket.
    pub fn new(source: S) -> Listener<S> {
        Listener { source, asked: 0, over: false }
    }

    /// The next thing that arrives. Cancel-safe: nothing is lost if the future is dropped.
    ///
    /// # Errors
    /// Nothing more will arrive. This is told once: a loop that selects over several sources would otherwise see nothing
    /// else any more.
    pub async fn next(&mut self) -> Result<Incoming, Broken> {
        if self.over {
            return std::future::pending().await;
        }
        let next = self.incoming().await;
        // After a silence something may still arrive.
        self.over = matches!(next, Err(Broken::Closed | Broken::Failed(_)));
        next
    }

    async fn incoming(&mut self) -> Result<Incoming, Broken> {
        loop {
            let message = match timeout(QUIET, self.source.next()).await {
                Err(_) if self.asked >= ASKED => return Err(Broken::Silent),
                Err(_) => {
                    self.asked += 1;
                    return Ok(Incoming::Quiet);
                }
                Ok(None | Some(Ok(Message::Close(_)))) => return Err(Broken::Closed),
                Ok(Some(Err(error))) => return Err(Broken::Failed(error)),
                Ok(Some(Ok(message))) => message,
            };
            self.asked = 0;
            let Message::Binary(frame) = message else { continue };
            // Every channel begins with an empty frame.
            let Some((channel, payload)) = frame.split_first().filter(|(_, payload)| !payload.is_empty())
            else {
                continue;
            };
            match *channel {
                STDOUT => return Ok(Incoming::Stdout(frame.slice(1..))),
                STDERR => return Ok(Incoming::Stderr(frame.slice(1..))),
                STATUS => {
                    let status = serde_json::from_slice(payload).unwrap_or_else(|_| Status {
                        message: Some(String::from_utf8_lossy(payload).into_owned()),
                        ..Status::default()
                    });
                    return Ok(Incoming::Ended(Box::new(status)));
                }
                _ => {}
            }
        }
    }
}

/// Splits the bytes that arrive into whole frames and counts them, so that a connection may be cut anywhere and the
/// next one continues where it ended.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
    next: Arc<AtomicU64>,
}

impl Frames {
    /// The number of the first frame that has not arrived yet.
    pub fn next(&self) -> &Arc<AtomicU64> {
        &self.next
    }

    /// Takes more bytes, and gives the frames that are complete now.
    ///
    /// # Errors
    /// They are not frames.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Option<Bytes>, CodecError> {
        self.bytes.extend_from_slice(bytes);
        let mut whole = 0;
        while let Some(head) = Head::read(&self.bytes[whole..])? {
            let end = whole + head.frame().end;
            if end > self.bytes.len() {
                break;
            }
            whole = end;
            self.next.store(head.sequence + 1, Ordering::Relaxed);
        }
        let rest = self.bytes.split_off(whole);
        let whole = std::mem::replace(&mut self.bytes, rest);
        Ok((!whole.is_empty()).then(|| whole.into()))
    }

    /// The connection was cut: an incomplete frame will never be complete.
    pub fn cut(&mut self) {
        self.bytes.clear();
    }
}

/// Sends what it is given, and a heartbeat at least every second, until `words` or the connection ends.
///
/// `closes`: the API server understands the end of stdin. Closing the connection is not enough: the exec'd process
/// would not notice (kubelet 1.36 with containerd 2.4).
pub async fn talk<S>(mut sink: S, closes: bool, next: Arc<AtomicU64>, mut words: mpsc::Receiver<Outgoing>)
where
    S: Sink<Message, Error = Error> + Unpin,
{
    let mut encoder = Encoder::new();
    let mut tick = tokio::time::interval_at(Instant::now() + TICK, TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first request says what to trace. Nothing may precede it.
    let mut begun = false;
    let (mut said, mut beat) = (0, Instant::now());
    loop {
        let word = tokio::select! {
            biased;
            word = words.recv() => match word {
                Some(word) => word,
                None => break,
            },
            _ = tick.tick(), if begun => {
                let next = next.load(Ordering::Relaxed);
                if next == said && beat.elapsed() < BEAT {
                    continue;
                }
                (said, beat) = (next, Instant::now());
                Outgoing::Request(Request::Heartbeat { next })
            }
        };
        let message = match word {
            Outgoing::Ping => Message::Ping(Bytes::new()),
            Outgoing::Request(request) => match encoder.frame(&[request]) {
                Ok(frame) => {
                    begun = true;
                    Message::binary([&[STDIN], &frame[..]].concat())
                }
                // Plan::new bounds the only long thing in a request, the expression of -e.
                Err(_) => break,
            },
        };
        // The listener sees a broken connection too, and reports it.
        if sink.send(message).await.is_err() {
            return;
        }
    }
    // Tells what we have, so that the agent no longer keeps it.
    let last = Request::Heartbeat { next: next.load(Ordering::Relaxed) };
    if let Ok(frame) = encoder.frame(&[last])
        && begun
    {
        let _ = sink.send(Message::binary([&[STDIN], &frame[..]].concat())).await;
    }
    if closes {
        let _ = sink.send(Message::binary(vec![CLOSE, STDIN])).await;
    }
    let _ = sink.close().await;
}

/// The exec'd process's exit code; `None` if it did not get that far.
pub fn exit_code(status: &Status) -> Option<i32> {
    if status.status.as_deref() == Some("Success") {
        return Some(0);
    }
    // k8s.io/apimachinery/pkg/util/remotecommand: `ExitCodeCauseType`.
    let causes = status.details.iter().flat_map(|details| details.causes.iter().flatten());
    let mut codes = causes.filter(|cause| cause.reason.as_deref() == Some("ExitCode"));
    codes.find_map(|cause| cause.message.as_deref()?.parse().ok())
}

/// How the exec'd process ended: its exit code if it has one, else the message of whoever ran it.
pub fn describe(status: &Status) -> String {
    match (exit_code(status), status.message.as_deref()) {
        (Some(code), _) => format!("the relay in the tracer container ended with exit code {code}"),
        (None, Some(message)) => not_started(message),
        (None, None) => "the relay in the tracer container ended".to_owned(),
    }
}

/// The reason from a container runtime that cannot start a program, without the layers above, each of which adds its
/// own text: `Internal error occurred: ... OCI runtime exec failed: ... exec: "/proc/9/root/tracer": permission
/// denied`.
pub fn not_started(message: &str) -> String {
    let reason = message
        .split_once("OCI runtime exec failed")
        .map(|(_, rest)| rest.trim_end_matches(": unknown"))
        .and_then(|rest| rest.rsplit_once(": "))
        .map(|(_, reason)| reason.trim());
    match reason {
        Some(reason) => format!("the container runtime could not start the tracer ({})", plain(reason)),
        None => plain(message).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    #[tokio::test]
    async fn channels_are_told_apart() {
        let frame = |bytes: &'static [u8]| Ok(Message::binary(bytes));
        let mut listener = Listener::new(stream::iter([
            frame(b"\x01"),
            frame(b"\x01out"),
            Ok(Message::Pong(Bytes::new())),
            frame(b"\x02err"),
            frame(br#" {"status":"Failure"}"#),
            frame(b"\x03{\"status\":\"Failure\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"137\"}]}}"),
        ]));
        assert!(matches!(listener.next().await, Ok(Incoming::Stdout(b)) if &b[..] == b"out"));
        assert!(matches!(listener.next().await, Ok(Incoming::Stderr(b)) if &b[..] == b"err"));
        let Ok(Incoming::Ended(status)) = listener.next().await else { panic!("no status") };
        assert!(describe(&status).ends_with("exit code 137"));
        assert!(matches!(listener.next().await, Err(Broken::Closed)));
        let again = timeout(QUIET, listener.next());
        assert!(
            again.await.is_err(),
            "the end is told once: whoever selects over it must hear the others too"
        );
    }

    #[test]
    fn what_a_runtime_says_is_not_shown_raw() {
        let oci = "Internal error occurred: Internal error occurred: error executing command in container: failed to exec \
                   in container: failed to start exec \"4f\": OCI runtime exec failed: exec failed: unable to start container \
                   process: exec: \"/tracer\": permission denied: unknown";
        let expected = "the container runtime could not start the tracer (permission denied)";
        assert_eq!(not_started(oci), expected);
        let status = Status { message: Some(oci.to_owned()), ..Status::default() };
        assert_eq!(describe(&status), expected);
        assert_eq!(not_started("pods \"x\" not\nfound"), "pods \"x\" not\\u{a}found");
    }

    #[test]
    fn whole_frames_and_nothing_else_are_passed_on() {
        let mut encoder = Encoder::new();
        let two =
            [encoder.frame(&[Request::Stop]).unwrap(), encoder.frame(&[Request::Stop]).unwrap()].concat();
        let half = two.len() / 2;
        let mut frames = Frames::default();
        assert_eq!(frames.push(&two[..half - 1]), Ok(None));
        assert_eq!(frames.push(&two[half - 1..half + 5]).unwrap().unwrap(), two[..half]);
        assert_eq!(frames.next().load(Ordering::Relaxed), 1);
        frames.cut();
        assert_eq!(frames.push(&two[half..]).unwrap().unwrap(), two[half..]);
        assert_eq!(frames.next().load(Ordering::Relaxed), 2);
        assert!(frames.push(b"hello").is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_noticed() {
        let mut listener = Listener::new(stream::pending());
        for _ in 0..ASKED {
            assert!(matches!(listener.next().await, Ok(Incoming::Quiet)));
        }
        assert!(matches!(listener.next().await, Err(Broken::Silent)));
    }

    #[tokio::test(start_paused = true)]
    async fn the_request_comes_first_and_heartbeats_follow() {
        let (sent, mut seen) = mpsc::unbounded_channel();
        let sink = futures_util::sink::unfold(sent, |sent, message| async move {
            sent.send(message).map_err(|_| Error::AlreadyClosed)?;
            Ok(sent)
        });
        let (say, words) = mpsc::channel(4);
        let talk = tokio::spawn(talk(Box::pin(sink), true, Arc::default(), words));
        tokio::time::sleep(Duration::from_millis(4500)).await;
        assert!(seen.try_recv().is_err(), "a heartbeat went before anything was asked");

        say.send(Outgoing::Request(Request::Stop)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2200)).await;
        drop(say);
        talk.await.unwrap();
        let mut decoder = wire::codec::Decoder::new();
        let (mut said, mut closed) = (Vec::new(), false);
        while let Some(message) = seen.recv().await {
            if let Message::Binary(frame) = message {
                if frame[0] == CLOSE {
                    assert_eq!(frame[1..], [STDIN]);
                    closed = true;
                    continue;
                }
                assert_eq!((frame[0], closed), (STDIN, false));
                decoder.push(&frame[1..]);
                said.extend(decoder.next::<Request>().unwrap().unwrap());
            }
        }
        assert!(closed, "the end of stdin was not announced");
        assert_eq!(said[0], Request::Stop);
        assert!(
            said.len() >= 3 && said[1..].iter().all(|request| *request == Request::Heartbeat { next: 0 }),
            "{said:?}"
        );
    }
}

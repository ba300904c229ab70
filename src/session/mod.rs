//! One trace, from the container to the last line.

pub mod attach;
pub mod container;
pub mod printer;
pub mod stream;

use crate::{
    cluster::Cluster,
    interrupt::Interrupts,
    plan::{Depth, LEASE},
    refusal::{self, Refusal, count, seconds},
    screen::{Steps, Trouble, plain},
    targets::Target,
};
use futures_util::StreamExt;
use k8s_openapi::{api::core::v1::Pod, apimachinery::pkg::apis::meta::v1::Status};
use kube::{Resource, api::AttachParams, client::Connection, core::Request as ApiRequest};
use printer::{Feed, Report};
use std::time::Duration;
use stream::{Broken, Incoming, Listener, Outgoing};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};
use tokio_tungstenite::tungstenite::Bytes;
use wire::message::{End, Request};

/// How long nothing may come after we asked the tracer to stop: as long as it would go on without us. It is detached long
/// before, but what it saw may have come to a standstill anywhere between it and us.
const LAST_WORDS: Duration = LEASE;
/// How long what it still has may take to come, as long as something comes.
const ALL_LAST_WORDS: Duration = Duration::from_secs(20);
/// How long the pod may take to say how a broken connection came about.
const POST_MORTEM: Duration = Duration::from_secs(3);
/// Most bytes of the relay's stderr that are shown.
const WORDS: usize = 4096;

/// What is said when the trace has ended, but not all of it is taken.
const UNREAD: &str =
    "The trace has ended; waiting for whoever reads it to take the rest (Ctrl-C gives it up)";

/// How a trace went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The tracer's totals, if they came.
    pub end: Option<End>,
    /// How long everything was attached.
    pub lasted: Duration,
    /// Whether we asked for the end because the user did.
    pub interrupted: bool,
    /// Whether whoever read stdout has gone.
    pub unread: bool,
    /// Whether as many events were written as were asked for.
    pub enough: bool,
    /// What went wrong.
    pub failure: Option<Refusal>,
}

/// Opens the exec of the relay.
///
/// # Errors
/// The API server or the node refuses it.
pub async fn open(
    cluster: &Cluster,
    target: &Target,
    agent: &str,
    steps: &Steps,
) -> Result<Connection, Refusal> {
    let what = format!("connecting to the tracer container {agent}");
    let step = steps.begin(what.clone());
    let params = AttachParams::default().container(agent).stdin(true).stdout(true).stderr(true);
    let path = Pod::url_path(&(), Some(&target.namespace));
    let request = ApiRequest::new(path)
        .exec(&target.pod, [container::TRACER, "--relay"], &params)
        .map_err(|error| Refusal::new(what.clone()).cause(error.to_string()))?;
    let opened = cluster
        .ask(&what, cluster.client.connect(request), |error| {
            refusal::no_exec(&target.namespace, agent, &cluster.server, error)
        })
        .await;
    drop(step);
    opened
}

/// Who is traced, and through what.
#[derive(Clone, Copy)]
pub struct Traced<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// The container.
    pub target: &'a Target,
    /// The tracer's container.
    pub agent: &'a str,
}

/// Traces until the target, the user, the end of `duration` or something else ends it.
pub async fn trace(
    traced: &Traced<'_>,
    depth: &Depth,
    duration: Option<Duration>,
    connection: Connection,
    printer: &mut Feed,
    interrupts: &mut Interrupts,
    steps: &Steps,
) -> Outcome {
    let Traced { cluster, target, .. } = *traced;
    let closes = connection.supports_stream_close();
    let (sink, source) = connection.into_stream().split();
    let mut listener = Listener::new(source);
    let (say, words) = mpsc::channel(4);
    let talk = tokio::spawn(stream::talk(sink, closes, words));
    let mut state = Conversation {
        outcome: Outcome::default(),
        say,
        begun: Instant::now(),
        ready: None,
        stopping: None,
        heard: Instant::now(),
        told: false,
    };
    state.say(Outgoing::Request(Request::Trace(depth.request(&target.id)))).await;

    let mut waiting = Some(steps.begin("waiting for the tracer to attach"));
    let mut pending: Option<Bytes> = None;
    let mut words = Vec::new();
    let end = loop {
        let limit = state.limit(cluster.timeout, pending.is_some());
        let over = duration.and_then(|duration| state.ready.map(|ready| ready + duration));
        tokio::select! {
            biased;
            () = interrupts.next() => {
                if state.outcome.interrupted {
                    break Ending::Impatient;
                }
                state.outcome.interrupted = true;
                state.stop().await;
                waiting = None;
            }
            report = printer.reports.recv() => match report {
                Some(Report::Hello) => {
                    drop(waiting.take());
                    waiting = Some(steps.begin_in_lines("waiting for the tracer to attach to every thread"));
                }
                Some(Report::Ready { threads, processes }) => {
                    waiting = None;
                    state.ready = Some(Instant::now());
                    steps.say(&format!(
                        "Tracing {} of {} in container {} of pod {} (Ctrl-C ends it)",
                        count(threads.into(), "thread", "threads"),
                        count(processes.into(), "process", "processes"),
                        target.container,
                        target.pod,
                    ));
                }
                Some(Report::Enough) => {
                    state.outcome.enough = true;
                    state.stop().await;
                }
                Some(Report::End(end)) => break Ending::Proper(end),
                Some(Report::Trouble(Trouble::Gone)) => {
                    state.outcome.unread = true;
                    state.stop().await;
                }
                Some(Report::Trouble(Trouble::Failed(refusal))) => {
                    state.outcome.failure = Some(refusal);
                    state.stop().await;
                }
                Some(Report::Unreadable(why)) => break Ending::Unreadable(why),
                None => break Ending::Unreadable("the printer is gone".into()),
            },
            permit = printer.bytes.reserve(), if pending.is_some() => {
                // Without a permit the printer has ended, and its report says why.
                if let (Ok(permit), Some(bytes)) = (permit, pending.take()) {
                    permit.send(bytes);
                }
            }
            incoming = listener.next(), if pending.is_none() => {
                if !matches!(incoming, Ok(Incoming::Quiet)) {
                    state.heard = Instant::now();
                }
                match incoming {
                    Ok(Incoming::Quiet) => state.say(Outgoing::Ping).await,
                    Ok(Incoming::Stdout(bytes)) => pending = Some(bytes),
                    Ok(Incoming::Stderr(bytes)) => {
                        let room = WORDS.saturating_sub(words.len());
                        words.extend_from_slice(&bytes[..bytes.len().min(room)]);
                    }
                    Ok(Incoming::Ended(status)) => break Ending::Exec(status),
                    Err(broken) => break Ending::Broken(broken),
                }
            }
            () = until(over), if state.stopping.is_none() => {
                steps.say(&format!("The trace has lasted {} (--duration)", seconds(duration.unwrap_or_default())));
                state.stop().await;
            }
            () = until(limit) => {
                if pending.is_none() {
                    break Ending::Late;
                }
                state.told = true;
                steps.insist(UNREAD);
            }
        }
    };
    drop(waiting);
    // A stream that ended may have its totals still on the way to the printer.
    let end = match end {
        Ending::Exec(_) | Ending::Broken(_) => {
            match rest(printer, pending.take(), interrupts, &mut state, steps).await {
                Some(found) => found,
                None => end,
            }
        }
        end => end,
    };
    let Conversation { mut outcome, say, ready, stopping, .. } = state;
    outcome.lasted = ready.map(|ready| ready.elapsed()).unwrap_or_default();
    // Closing the connection is what ends the relay.
    drop(say);
    let _ = timeout(Duration::from_millis(500), talk).await;
    drop(listener);

    let words = String::from_utf8_lossy(&words);
    for line in words.lines() {
        steps.insist(&format!("tracer: {}", plain(line)));
    }
    match end {
        Ending::Proper(end) => outcome.end = Some(end),
        // Nobody is there to be told.
        _ if outcome.unread => {}
        Ending::Unreadable(why) => {
            outcome.failure = outcome
                .failure
                .or(Some(Refusal::new("what the tracer sends cannot be read").cause(why).fix(
                "use the tracer image of the plugin's own version (--image); a tracer container of another \
                     version that still runs in the pod is not used when the image has another name",
            )));
        }
        Ending::Impatient => {
            outcome.failure = outcome.failure.or(Some(
                Refusal::new("interrupted twice: the tracer's totals were not waited for")
                    .cause(format!("it detaches by itself within {} s", LEASE.as_secs())),
            ));
        }
        Ending::Late if stopping.is_some() => {
            outcome.failure = outcome.failure.or(Some(
                Refusal::new(format!("the tracer did not give its totals within {} s", LAST_WORDS.as_secs()))
                    .cause(traced.post_mortem().await)
                    .fix(format!("nothing: it detaches by itself within {} s", LEASE.as_secs())),
            ));
        }
        Ending::Late => {
            outcome.failure = Some(
                refusal::timeout("attaching to the target's processes", cluster.timeout)
                    .cause(traced.post_mortem().await),
            );
        }
        Ending::Exec(status) => {
            outcome.failure = outcome.failure.or(Some(
                Refusal::new("the trace broke off: the tracer ended without a word")
                    .cause(stream::describe(&status))
                    .cause(traced.post_mortem().await)
                    .fix("run it again"),
            ));
        }
        Ending::Broken(broken) => {
            outcome.failure = outcome.failure.or(Some(
                Refusal::new("the trace broke off: the connection to the tracer is gone")
                    .cause(broken.to_string())
                    .cause(traced.post_mortem().await)
                    .fix(format!("run it again; the tracer detaches by itself within {} s", LEASE.as_secs())),
            ));
        }
    }
    outcome
}

/// Why the conversation ended.
enum Ending {
    /// With totals.
    Proper(End),
    /// What came makes no sense.
    Unreadable(String),
    /// The exec'd relay ended.
    Exec(Box<Status>),
    /// The connection did.
    Broken(Broken),
    /// Something took too long.
    Late,
    /// The user does not want to wait.
    Impatient,
}

struct Conversation {
    outcome: Outcome,
    say: mpsc::Sender<Outgoing>,
    begun: Instant,
    ready: Option<Instant>,
    stopping: Option<Instant>,
    /// When something came last.
    heard: Instant,
    /// Whether the user knows that we wait for the reader of what we print.
    told: bool,
}

impl Conversation {
    async fn say(&self, word: Outgoing) {
        // A talker that has ended had a broken connection, which the listener reports. One that cannot send must not
        // keep us from listening.
        let _ = timeout(Duration::from_millis(100), self.say.send(word)).await;
    }

    async fn stop(&mut self) {
        if self.stopping.is_none() {
            self.stopping = Some(Instant::now());
            self.heard = Instant::now();
            self.say(Outgoing::Request(Request::Stop)).await;
        }
    }

    /// When patience ends. `unread`: we wait for whoever reads what we print, which may take as long as it likes.
    fn limit(&self, patience: Duration, unread: bool) -> Option<Instant> {
        match (self.stopping, self.ready) {
            (Some(_), _) if unread => (!self.told).then(|| self.heard + LAST_WORDS),
            (Some(since), _) => Some((self.heard + LAST_WORDS).min(since + ALL_LAST_WORDS)),
            (None, None) if !unread => Some(self.begun + patience),
            (None, _) => None,
        }
    }
}

/// Waits until then, or for ever.
async fn until(limit: Option<Instant>) {
    match limit {
        Some(limit) => sleep_until(limit).await,
        None => std::future::pending().await,
    }
}

/// What the printer still finds in what came before the stream ended.
async fn rest(
    printer: &mut Feed,
    pending: Option<Bytes>,
    interrupts: &mut Interrupts,
    state: &mut Conversation,
    steps: &Steps,
) -> Option<Ending> {
    let bytes = std::mem::replace(&mut printer.bytes, mpsc::channel(1).0);
    let feed = async {
        if let Some(pending) = pending {
            let _ = bytes.send(pending).await;
        }
        drop(bytes);
        std::future::pending::<()>().await
    };
    tokio::pin!(feed);
    let patience = Instant::now() + LAST_WORDS;
    loop {
        tokio::select! {
            () = sleep_until(patience), if !state.told => {
                state.told = true;
                steps.insist(UNREAD);
            }
            () = interrupts.next() => return Some(Ending::Impatient),
            () = &mut feed => {}
            report = printer.reports.recv() => match report {
                Some(Report::End(end)) => return Some(Ending::Proper(end)),
                Some(Report::Unreadable(why)) => return Some(Ending::Unreadable(why)),
                Some(Report::Ready { .. }) => state.ready = Some(Instant::now()),
                Some(Report::Trouble(Trouble::Gone)) => state.outcome.unread = true,
                Some(Report::Trouble(Trouble::Failed(refusal))) => state.outcome.failure = Some(refusal),
                Some(Report::Hello | Report::Enough) => {}
                None => return None,
            },
        }
    }
}

impl Traced<'_> {
    /// What became of tracer and target, in words.
    async fn post_mortem(&self) -> String {
        let Traced { cluster, target, agent } = self;
        let pods = cluster.pods();
        match timeout(POST_MORTEM, pods.get(&target.pod)).await {
            Ok(Ok(pod)) if pod.metadata.deletion_timestamp.is_some() => {
                format!("pod {} is being deleted", target.pod)
            }
            Ok(Ok(pod)) => {
                let (tracer, traced) =
                    (container::state_of(&pod, agent), container::state_of(&pod, &target.container));
                format!("{tracer}; {traced}")
            }
            Ok(Err(kube::Error::Api(status))) if status.is_not_found() => {
                format!("pod {} is gone", target.pod)
            }
            Ok(Err(error)) => format!("the pod's state is not known: {}", refusal::chain(&error)),
            Err(_) => format!(
                "the pod's state is not known: the API server gave no answer within {} s",
                POST_MORTEM.as_secs()
            ),
        }
    }
}

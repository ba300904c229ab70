//! One trace, from the container to the last line.

pub mod attach;
mod command;
pub mod container;
mod conversation;
mod gap;
#[cfg(test)]
mod hostile;
pub mod in_place;
mod link;
pub mod placement;
pub mod printer;
mod question;
pub mod stream;
pub mod watch;

use crate::{
    cluster::Cluster,
    interrupt::Interrupts,
    plan::{LEASE, TraceRequest},
    refusal::{self, Refusal},
    screen::{Steps, plain},
    targets::Target,
};
use conversation::{Conversation, Ending, LAST_WORDS, rest};
pub use gap::{Gap, Why};
use k8s_openapi::api::core::v1::Pod;
use kube::{Resource, api::AttachParams, client::Connection, core::Request as ApiRequest};
use link::Link;
use printer::{Feed, StreamInput};
pub use question::ask;
use std::{sync::atomic::Ordering, time::Duration};
use stream::Frames;
use tokio::time::timeout;
pub use watch::health::Health;
use wire::message::{End, Request, Speed};

/// How long the pod may take to say how a broken connection came about.
const POST_MORTEM: Duration = Duration::from_secs(3);

/// How long to try to come back: as long as the agent keeps what was seen.
const COME_BACK: Duration = Duration::from_secs(60);
/// How long one attempt may take: several fit into the lease.
const ATTEMPT: Duration = Duration::from_secs(2);

/// How a trace went.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The pod, as it is named: `pod/api`.
    pub pod: String,
    /// The tracer's totals, if they came.
    pub end: Option<End>,
    /// When nothing was traced though it should have been.
    pub gaps: Vec<Gap>,
    /// How long everything was attached.
    pub lasted: Duration,
    /// When it ended, in nanoseconds since 1970.
    pub ended: i64,
    /// Whether we asked for the end because the user did.
    pub interrupted: bool,
    /// Whether whoever read stdout has gone.
    pub unread: bool,
    /// Whether as many events were written as were asked for.
    pub enough: bool,
    /// The exit status of the command that was run.
    pub status: Option<u8>,
    /// Bytes that came from the tracer, compressed as they are.
    pub received: u64,
    /// How fast the target ran, all in all.
    pub speed: Option<Speed>,
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
    let step = steps.begin(format!("connecting to the tracer container {agent}"));
    let opened = connect(cluster, &target.namespace, &target.pod, agent).await;
    drop(step);
    opened
}

/// An exec of the relay in a tracer's container.
async fn connect(cluster: &Cluster, namespace: &str, pod: &str, agent: &str) -> Result<Connection, Refusal> {
    let what = format!("connecting to the tracer container {agent}");
    let params = AttachParams::default().container(agent).stdin(true).stdout(true).stderr(true);
    let path = Pod::url_path(&(), Some(namespace));
    let request = ApiRequest::new(path)
        .exec(pod, [container::TRACER, "--relay"], &params)
        .map_err(|error| Refusal::new(what.clone()).cause(error.to_string()))?;
    cluster
        .ask(&what, cluster.client.connect(request), |error| {
            refusal::no_exec(namespace, agent, &cluster.server, error)
        })
        .await
}

impl Outcome {
    /// The totals of one more stream.
    fn add(&mut self, end: End) {
        let before = self.end.take();
        let (events, lost) = before.map_or((0, 0), |end| (end.events, end.lost));
        self.end = Some(End { events: events + end.events, lost: lost + end.lost, ..end });
    }

    /// With the trace of the container's next life: how it goes now is what counts.
    fn join(self, next: Outcome) -> Outcome {
        let mut joined = Outcome {
            end: self.end,
            gaps: self.gaps,
            lasted: self.lasted + next.lasted,
            received: self.received + next.received,
            speed: next.speed.or(self.speed),
            failure: next.failure.or(self.failure),
            ..next
        };
        joined.gaps.extend(next.gaps);
        if let Some(end) = next.end {
            joined.add(end);
        }
        joined
    }
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
    /// Who traces, for others who find the target traced.
    pub who: &'a str,
}

/// Traces until the target, the user, the end of `duration` or something else ends it. A connection that is cut is
/// replaced: without a gap when that takes no longer than the lease, with one that is said otherwise. `since`: since when
/// nothing is traced, and why, where this goes on with what another trace began.
#[allow(clippy::too_many_arguments, reason = "all that talk with each other meet here")]
pub async fn trace(
    traced: &Traced<'_>,
    depth: &TraceRequest,
    duration: Option<Duration>,
    since: Option<(i64, Why)>,
    connection: Connection,
    health: &mut Health,
    printer: &mut Feed,
    interrupts: &mut Interrupts,
    steps: &Steps,
) -> Outcome {
    let mut state = Conversation::new(duration, since);
    let mut frames = Frames::default();
    let first = Request::Trace(depth.request(traced.target, traced.who, state.session));
    let mut link = Some(Link::start(connection, first, &frames).await);
    let end = loop {
        let Some(current) = &mut link else { break Ending::Impatient };
        let end =
            state.converse(traced, depth, current, &mut frames, health, printer, interrupts, steps).await;
        // What the relay said is only interesting when it was the last.
        let words = std::mem::take(&mut current.words);
        let (end, first) = match end {
            Ending::Exec(_) | Ending::Broken(_) if state.goes_on() => {
                frames.cut();
                let next = frames.next().load(Ordering::Relaxed);
                (end, Request::Resume { session: state.session, next })
            }
            // A command is run once.
            Ending::Proper(last) if depth.command.is_empty() && state.begins_anew(&last) => {
                state.begin_gap(&last);
                frames = Frames::default();
                if printer.inputs.send(StreamInput::Anew(state.gap())).await.is_err() {
                    break Ending::Proper(last);
                }
                (
                    Ending::Proper(last),
                    Request::Trace(depth.request(traced.target, traced.who, state.session)),
                )
            }
            end => {
                say_words(&words, steps);
                break end;
            }
        };
        if let Some(old) = link.take() {
            old.part().await;
        }
        match traced.connect_again(&end, interrupts, steps).await {
            Again::Connected(connection) => link = Some(Link::start(*connection, first, &frames).await),
            Again::Interrupted => {
                state.outcome.interrupted = true;
                break end;
            }
            Again::Gone => {
                say_words(&words, steps);
                break end;
            }
        }
    };
    // A stream that ended may have its totals still on the way to the printer.
    let end = match end {
        Ending::Exec(_) | Ending::Broken(_) => match rest(printer, interrupts, &mut state, steps).await {
            Some(found) => found,
            None => end,
        },
        end => end,
    };
    let stopping = state.stopping;
    if let Some(link) = link {
        link.part().await;
    }
    if !matches!(end, Ending::Impatient) {
        state.await_command(&end, interrupts, steps).await;
    }
    let ended = state.ended(if let Ending::Proper(end) = &end { Some(end) } else { None });
    let mut outcome = Outcome { ended, ..state.conclude() };
    outcome.pod = format!("pod/{}", traced.target.pod);
    match end {
        Ending::Proper(end) => outcome.add(end),
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
                refusal::timeout("attaching to the target's processes", traced.cluster.timeout)
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

fn say_words(words: &[u8], steps: &Steps) {
    for line in String::from_utf8_lossy(words).lines() {
        steps.insist(&format!("tracer: {}", plain(line)));
    }
}

/// How coming back went.
enum Again {
    Connected(Box<Connection>),
    /// The user does not want to wait.
    Interrupted,
    /// There is nothing to come back to, or no way.
    Gone,
}

impl Traced<'_> {
    /// Connects to the agent again, as long as there is one and it still has what was seen.
    async fn connect_again(&self, end: &Ending, interrupts: &mut Interrupts, steps: &Steps) -> Again {
        let why = match end {
            Ending::Broken(broken) => broken.to_string(),
            Ending::Exec(status) => stream::describe(status),
            _ => "the tracer did not hear from here".to_owned(),
        };
        let step = steps.begin_in_lines(format!("connecting to the tracer again ({why})"));
        let mut pause = Duration::from_millis(100);
        while step.lasted() < COME_BACK {
            let attempt = timeout(ATTEMPT, async {
                match self.cluster.pods().get(&self.target.pod).await {
                    Ok(pod) if !container::runs(&pod, self.agent) => return Some(Again::Gone),
                    Err(kube::Error::Api(status)) if status.is_not_found() => return Some(Again::Gone),
                    _ => {}
                }
                let Target { namespace, pod, .. } = self.target;
                match connect(self.cluster, namespace, pod, self.agent).await {
                    Ok(connection) => Some(Again::Connected(Box::new(connection))),
                    Err(refusal) => {
                        step.because(&refusal.in_short());
                        None
                    }
                }
            });
            tokio::select! {
                () = interrupts.next() => return Again::Interrupted,
                again = attempt => if let Ok(Some(again)) = again {
                    return again;
                },
            }
            tokio::select! {
                () = interrupts.next() => return Again::Interrupted,
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(Duration::from_secs(1));
        }
        Again::Gone
    }

    /// What became of tracer and target, in words.
    async fn post_mortem(&self) -> String {
        let Traced { cluster, target, agent, .. } = self;
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

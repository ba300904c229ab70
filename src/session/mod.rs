//! One trace, from the container to the last line.

pub mod attach;
pub mod container;
pub mod custom;
mod gap;
pub mod placement;
pub mod printer;
pub mod privilege;
pub mod rung;
mod runtime;
pub mod stream;

use crate::{
    cli::Place,
    cluster::Cluster,
    interrupt::Interrupts,
    plan::{Depth, LEASE},
    refusal::{self, Refusal, count, seconds},
    screen::{Steps, Trouble, plain},
    targets::Target,
};
use futures_util::{StreamExt, stream::BoxStream};
pub use gap::Gap;
use k8s_openapi::{api::core::v1::Pod, apimachinery::pkg::apis::meta::v1::Status};
use kube::{Resource, api::AttachParams, client::Connection, core::Request as ApiRequest};
use placement::Placed;
use printer::{Feed, Piece, Report};
use std::{sync::atomic::Ordering, time::Duration};
use stream::{Broken, Frames, Incoming, Listener, Outgoing};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use wire::message::{End, Placement, Reason, Request};

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

/// How long to try to come back: as long as the agent keeps what was seen.
const COME_BACK: Duration = Duration::from_secs(60);
/// How long one attempt may take: several fit into the lease.
const ATTEMPT: Duration = Duration::from_secs(2);
/// How often a trace is begun anew by itself: a node that starves us would do it for ever.
const MOST_ANEW: u32 = 100;

/// How a trace went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The tracer's totals, if they came.
    pub end: Option<End>,
    /// When nothing was traced though it should have been.
    pub gaps: Vec<Gap>,
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
    let step = steps.begin(format!("connecting to the tracer container {agent}"));
    let opened = connect(cluster, target, agent).await;
    drop(step);
    opened
}

async fn connect(cluster: &Cluster, target: &Target, agent: &str) -> Result<Connection, Refusal> {
    let what = format!("connecting to the tracer container {agent}");
    let params = AttachParams::default().container(agent).stdin(true).stdout(true).stderr(true);
    let path = Pod::url_path(&(), Some(&target.namespace));
    let request = ApiRequest::new(path)
        .exec(&target.pod, [container::TRACER, "--relay"], &params)
        .map_err(|error| Refusal::new(what.clone()).cause(error.to_string()))?;
    cluster
        .ask(&what, cluster.client.connect(request), |error| {
            refusal::no_exec(&target.namespace, agent, &cluster.server, error)
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

/// Traces until the target, the user, the end of `duration` or something else ends it. A connection that is cut is replaced: without a gap when
/// that takes no longer than the lease, with one that is said otherwise.
pub async fn trace(
    traced: &Traced<'_>,
    depth: &Depth,
    duration: Option<Duration>,
    connection: Connection,
    printer: &mut Feed,
    interrupts: &mut Interrupts,
    steps: &Steps,
) -> Outcome {
    let mut state = Conversation::new(duration);
    let mut frames = Frames::default();
    let first = Request::Trace(depth.request(&traced.target.id, state.session));
    let mut link = Some(Link::start(connection, first, &frames).await);
    let end = loop {
        let Some(current) = &mut link else { break Ending::Impatient };
        let end = state.converse(traced, depth, current, &mut frames, printer, interrupts, steps).await;
        // What the relay said is only interesting when it was the last.
        let words = std::mem::take(&mut current.words);
        let (end, first) = match end {
            Ending::Exec(_) | Ending::Broken(_) if state.goes_on() => {
                frames.cut();
                let next = frames.next().load(Ordering::Relaxed);
                (end, Request::Resume { session: state.session, next })
            }
            Ending::Proper(last) if state.begins_anew(&last) => {
                state.begin_gap(&last);
                frames = Frames::default();
                if printer.pieces.send(Piece::Anew).await.is_err() {
                    break Ending::Proper(last);
                }
                (Ending::Proper(last), Request::Trace(depth.request(&traced.target.id, state.session)))
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
    let mut outcome = state.conclude();
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

/// A connection and those who serve it.
struct Link {
    listener: Listener<BoxStream<'static, Result<Message, Error>>>,
    say: mpsc::Sender<Outgoing>,
    talk: JoinHandle<()>,
    /// What the relay said on its stderr.
    words: Vec<u8>,
}

impl Link {
    async fn start(connection: Connection, first: Request, frames: &Frames) -> Link {
        let closes = connection.supports_stream_close();
        let (sink, source) = connection.into_stream().split();
        let (say, words) = mpsc::channel(4);
        let talk = tokio::spawn(stream::talk(sink, closes, frames.next().clone(), words));
        let mut link = Link { listener: Listener::new(source.boxed()), say, talk, words: Vec::new() };
        link.say(Outgoing::Request(first)).await;
        link
    }

    // Not `&self`: the stream that it listens to may be sent to another thread, but not shared with one.
    async fn say(&mut self, word: Outgoing) {
        // A talker that has ended had a broken connection, which the listener reports. One that cannot send must not
        // keep us from listening.
        let _ = timeout(Duration::from_millis(100), self.say.send(word)).await;
    }

    /// Closes the connection, which is what ends the relay.
    async fn part(self) {
        drop(self.say);
        let _ = timeout(Duration::from_millis(500), self.talk).await;
    }
}

fn say_words(words: &[u8], steps: &Steps) {
    for line in String::from_utf8_lossy(words).lines() {
        steps.insist(&format!("tracer: {}", plain(line)));
    }
}

/// What is known of a trace while it goes on.
struct Conversation {
    outcome: Outcome,
    /// What we call it when we come back.
    session: u128,
    /// How long it is to last.
    duration: Option<Duration>,
    begun: Instant,
    ready: Option<Instant>,
    stopping: Option<Instant>,
    /// When something came last.
    heard: Instant,
    /// Whether the user knows that we wait for the reader of what we print.
    told: bool,
    /// What to add to the tracer's times for nanoseconds since 1970.
    wall_offset: i64,
    /// Since when nothing is traced, in nanoseconds since 1970.
    gap: Option<i64>,
    /// How often the trace was begun anew.
    anew: u32,
    /// The tracer in the target's container.
    placed: Option<Placed>,
    /// Whether the tracer answers.
    greeted: bool,
}

impl Conversation {
    fn new(duration: Option<Duration>) -> Conversation {
        let now = Instant::now();
        Conversation {
            outcome: Outcome::default(),
            session: fastrand::u128(..),
            duration,
            begun: now,
            ready: None,
            stopping: None,
            heard: now,
            told: false,
            wall_offset: 0,
            gap: None,
            anew: 0,
            placed: None,
            greeted: false,
        }
    }

    /// Talks over one connection until it or the trace ends.
    #[allow(clippy::too_many_arguments, reason = "all that talk with each other meet here")]
    async fn converse(
        &mut self,
        traced: &Traced<'_>,
        depth: &Depth,
        link: &mut Link,
        frames: &mut Frames,
        printer: &mut Feed,
        interrupts: &mut Interrupts,
        steps: &Steps,
    ) -> Ending {
        let attaching = self.ready.is_none() || self.gap.is_some();
        let mut waiting = attaching.then(|| steps.begin("waiting for the tracer to attach"));
        let mut pending: Option<Bytes> = None;
        if self.stopping.is_some() {
            link.say(Outgoing::Request(Request::Stop)).await;
        }
        loop {
            let limit = self.limit(traced.cluster.timeout, pending.is_some());
            let over = self.duration.and_then(|duration| self.ready.map(|ready| ready + duration));
            tokio::select! {
                biased;
                () = interrupts.next() => {
                    if self.outcome.interrupted {
                        return Ending::Impatient;
                    }
                    self.outcome.interrupted = true;
                    self.stop(link).await;
                    waiting = None;
                }
                report = printer.reports.recv() => match report {
                    Some(Report::Placement(Placement::Door { process, whole })) => {
                        self.placed = Some(Placed::start(traced.cluster, traced.target, process, whole));
                    }
                    Some(Report::Placement(Placement::Agent { why })) => steps.say(&here(traced.target, &why)),
                    Some(Report::Hello { wall_offset }) => {
                        self.greeted = true;
                        if self.placed.is_some() {
                            steps.say(&format!(
                                "The tracer runs in container {}, with its share of the CPU",
                                traced.target.container
                            ));
                        }
                        self.wall_offset = wall_offset;
                        drop(waiting.take());
                        waiting = Some(steps.begin_in_lines("waiting for the tracer to attach to every thread"));
                    }
                    Some(Report::Ready { threads, processes, time }) => {
                        waiting = None;
                        self.ready.get_or_insert_with(Instant::now);
                        self.end_gap(time, steps);
                        steps.say(&format!(
                            "Tracing {} of {} in container {} of pod {} (Ctrl-C ends it)",
                            count(threads.into(), "thread", "threads"),
                            count(processes.into(), "process", "processes"),
                            traced.target.container,
                            traced.target.pod,
                        ));
                    }
                    Some(Report::Enough) => {
                        self.outcome.enough = true;
                        self.stop(link).await;
                    }
                    Some(Report::End(end)) => return Ending::Proper(end),
                    Some(Report::Trouble(Trouble::Gone)) => {
                        self.outcome.unread = true;
                        self.stop(link).await;
                    }
                    Some(Report::Trouble(Trouble::Failed(refusal))) => {
                        self.outcome.failure = Some(refusal);
                        self.stop(link).await;
                    }
                    Some(Report::Unreadable(why)) => return Ending::Unreadable(why),
                    None => return Ending::Unreadable("the printer is gone".into()),
                },
                why = ended(&mut self.placed), if !self.greeted && self.stopping.is_none() => {
                    self.placed = None;
                    self.not_placed(traced.target, why, depth.place, link, steps).await;
                }
                permit = printer.pieces.reserve(), if pending.is_some() => {
                    // Without a permit the printer has ended, and its report says why.
                    if let (Ok(permit), Some(bytes)) = (permit, pending.take()) {
                        permit.send(Piece::Frames(bytes));
                    }
                }
                incoming = link.listener.next(), if pending.is_none() => {
                    if !matches!(incoming, Ok(Incoming::Quiet)) {
                        self.heard = Instant::now();
                    }
                    match incoming {
                        Ok(Incoming::Quiet) => link.say(Outgoing::Ping).await,
                        Ok(Incoming::Stdout(bytes)) => match frames.push(&bytes) {
                            Ok(whole) => pending = whole,
                            Err(error) => return Ending::Unreadable(error.to_string()),
                        },
                        Ok(Incoming::Stderr(bytes)) => {
                            let room = WORDS.saturating_sub(link.words.len());
                            link.words.extend_from_slice(&bytes[..bytes.len().min(room)]);
                        }
                        Ok(Incoming::Ended(status)) => return Ending::Exec(status),
                        Err(broken) => return Ending::Broken(broken),
                    }
                }
                () = until(over), if self.stopping.is_none() => {
                    let duration = seconds(self.duration.unwrap_or_default());
                    steps.say(&format!("The trace has lasted {duration} (--duration)"));
                    self.stop(link).await;
                }
                () = until(limit) => {
                    if pending.is_none() {
                        return Ending::Late;
                    }
                    self.told = true;
                    steps.insist(UNREAD);
                }
            }
        }
    }

    /// The tracer could not be run in the target's container.
    async fn not_placed(
        &mut self,
        target: &Target,
        why: String,
        place: Place,
        link: &mut Link,
        steps: &Steps,
    ) {
        if place == Place::Target {
            let what = format!("the tracer could not be run in container {}", target.container);
            self.outcome.failure = Some(Refusal::new(what).cause(why).fix(
                "leave --place target out: where the tracer cannot run there it runs in its own container",
            ));
            self.stop(link).await;
        } else {
            steps.say(&here(target, &why));
            link.say(Outgoing::Request(Request::NoDoor)).await;
        }
    }

    async fn stop(&mut self, link: &mut Link) {
        if self.stopping.is_none() {
            self.stopping = Some(Instant::now());
            self.heard = Instant::now();
            link.say(Outgoing::Request(Request::Stop)).await;
        }
    }

    /// Whether a connection that was cut is worth another: the trace had begun, and somebody wants the rest.
    fn goes_on(&self) -> bool {
        self.ready.is_some() && !self.outcome.unread && self.outcome.failure.is_none()
    }

    /// Whether a trace that ended because we were not heard is begun anew.
    fn begins_anew(&self, end: &End) -> bool {
        let lost = matches!(end.reason, Reason::LeaseExpired | Reason::Forgotten);
        lost && self.goes_on() && self.stopping.is_none() && self.anew < MOST_ANEW
    }

    /// The trace ended too early. What follows is another, with a name of its own.
    fn begin_gap(&mut self, end: &End) {
        self.anew += 1;
        self.placed = None;
        self.greeted = false;
        let ended = i64::try_from(end.time).unwrap_or(0).saturating_add(self.wall_offset);
        // A trace that is forgotten does not say when it ended: nothing was heard from then on.
        let known = end.reason == Reason::LeaseExpired;
        let heard = jiff::Timestamp::now().as_nanosecond() as i64 - self.heard.elapsed().as_nanos() as i64;
        self.gap = Some(if known { ended } else { heard });
        self.outcome.add(End { reason: Reason::Stopped, ..end.clone() });
        self.session = fastrand::u128(..);
    }

    /// Everything is attached again.
    fn end_gap(&mut self, time: u64, steps: &Steps) {
        let Some(from) = self.gap.take() else { return };
        let to = i64::try_from(time).unwrap_or(0).saturating_add(self.wall_offset);
        let gap = Gap { from, to: to.max(from) };
        steps.insist(&format!("warning: {gap}"));
        self.outcome.gaps.push(gap);
    }

    fn conclude(self) -> Outcome {
        let lasted = self.ready.map(|ready| ready.elapsed()).unwrap_or_default();
        Outcome { lasted, ..self.outcome }
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

/// Why the tracer runs in its own container.
fn here(target: &Target, why: &str) -> String {
    format!("The tracer runs in its own container, not in {}: {why}", target.container)
}

/// Waits until the tracer in the target's container has ended; for ever where there is none.
async fn ended(placed: &mut Option<Placed>) -> String {
    match placed {
        Some(placed) => placed.ended().await,
        None => std::future::pending().await,
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
    interrupts: &mut Interrupts,
    state: &mut Conversation,
    steps: &Steps,
) -> Option<Ending> {
    drop(std::mem::replace(&mut printer.pieces, mpsc::channel(1).0));
    let patience = Instant::now() + LAST_WORDS;
    loop {
        tokio::select! {
            () = sleep_until(patience), if !state.told => {
                state.told = true;
                steps.insist(UNREAD);
            }
            () = interrupts.next() => return Some(Ending::Impatient),
            report = printer.reports.recv() => match report {
                Some(Report::End(end)) => return Some(Ending::Proper(end)),
                Some(Report::Unreadable(why)) => return Some(Ending::Unreadable(why)),
                Some(Report::Ready { .. }) => state.ready = Some(Instant::now()),
                Some(Report::Trouble(Trouble::Gone)) => state.outcome.unread = true,
                Some(Report::Trouble(Trouble::Failed(refusal))) => state.outcome.failure = Some(refusal),
                Some(Report::Hello { .. } | Report::Enough | Report::Placement(_)) => {}
                None => return None,
            },
        }
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
                match connect(self.cluster, self.target, self.agent).await {
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

//! One trace as it goes on: what is known of it, over one connection after another.

use super::{
    Outcome, Traced,
    command::{self, Run, Said},
    gap::{Gap, Why},
    link::Link,
    placement::Placed,
    printer::{Feed, Report, StreamInput},
    stream::{Broken, Frames, Incoming, Outgoing},
    watch::health::{self, Health},
};
use crate::{
    cli::TracerPlace,
    interrupt::{Interrupts, StopSignal},
    plan::{LEASE, TraceRequest},
    refusal::{Refusal, count, seconds},
    screen::{Steps, Trouble},
    targets::Target,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_tungstenite::tungstenite::Bytes;
use wire::message::{End, Placement, Reason, Request};

/// How long nothing may come after we asked the tracer to stop: twice as long as it would go on without us. It is detached
/// long before, but what it saw may have come to a standstill anywhere between it and us; and beside threads that take all
/// of the CPU, the tracer's container has a thousandth of it.
pub const LAST_WORDS: Duration = Duration::from_secs(2 * LEASE.as_secs());
/// How long what it still has may take to come, as long as something comes.
const ALL_LAST_WORDS: Duration = Duration::from_secs(20);
/// How long no output of a command that has ended may come before it is taken for complete, twice.
const LAST_OUTPUT: Duration = Duration::from_secs(1);
/// Most bytes of the relay's stderr that are shown.
const WORDS: usize = 4096;
/// What is said when the trace has ended, but not all of it is taken.
const UNREAD: &str =
    "The trace has ended; waiting for whoever reads it to take the rest (Ctrl-C gives it up)";
/// How often a trace is begun anew by itself: a node that starves us would do it for ever.
const MOST_ANEW: u32 = 100;

/// Why the conversation ended.
pub enum Ending {
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

/// What is known of a trace while it goes on.
pub struct Conversation {
    pub outcome: Outcome,
    /// What we call it when we come back.
    pub session: u128,
    /// How long it is to last.
    duration: Option<Duration>,
    begun: Instant,
    pub ready: Option<Instant>,
    pub stopping: Option<Instant>,
    /// When something came last.
    heard: Instant,
    /// Whether the user knows that we wait for the reader of what we print.
    told: bool,
    /// What to add to the tracer's times for nanoseconds since 1970.
    wall_offset: i64,
    /// Since when nothing is traced, in nanoseconds since 1970, and why.
    gap: Option<(i64, Why)>,
    /// How often the trace was begun anew.
    anew: u32,
    /// The tracer in the target's container.
    placed: Option<Placed>,
    /// Whether the tracer answers.
    greeted: bool,
    /// The command that is run.
    run: Option<Run>,
    /// How often the command was told to end.
    told_to_end: u32,
}

impl Conversation {
    /// `gap`: since when nothing is traced that should be, and why.
    pub fn new(duration: Option<Duration>, gap: Option<(i64, Why)>) -> Conversation {
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
            gap,
            anew: 0,
            placed: None,
            greeted: false,
            run: None,
            told_to_end: 0,
        }
    }

    /// Talks over one connection until it or the trace ends.
    #[allow(clippy::too_many_arguments, reason = "all that talk with each other meet here")]
    pub async fn converse(
        &mut self,
        traced: &Traced<'_>,
        depth: &TraceRequest,
        link: &mut Link,
        frames: &mut Frames,
        health: &mut Health,
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
        let mut ending = None;
        loop {
            if self.stopping.is_some() {
                ending.get_or_insert_with(|| steps.begin_in_lines("waiting for the tracer's totals"));
            }
            let limit = self.limit(traced.cluster.timeout, pending.is_some());
            let over = self.duration.and_then(|duration| self.ready.map(|ready| ready + duration));
            tokio::select! {
                biased;
                signal = interrupts.next_signal() => {
                    waiting = None;
                    if self.end_command(signal, link, steps).await {
                        continue;
                    }
                    if self.outcome.interrupted {
                        return Ending::Impatient;
                    }
                    self.outcome.interrupted = true;
                    self.stop(link).await;
                }
                said = next(&mut self.run) => self.hear_command(traced.target, said, link, steps).await,
                report = printer.reports.recv() => match report {
                    Some(Report::Placement(Placement::Door { process, .. })) if !depth.command.is_empty() => {
                        self.run = Some(Run::start(traced.cluster, traced.target, process, &depth.command));
                    }
                    Some(Report::Placement(Placement::Agent { why })) if !depth.command.is_empty() => {
                        self.outcome.failure = Some(not_run(traced.target, why));
                        self.stop(link).await;
                    }
                    Some(Report::Placement(Placement::Door { process, whole })) => {
                        self.placed = Some(Placed::start(traced.cluster, traced.target, process, whole));
                    }
                    Some(Report::Placement(Placement::Agent { why })) => steps.say(&here(traced.target, &why)),
                    Some(Report::Hello { wall_offset }) => {
                        self.greeted = true;
                        if let Some(run) = &mut self.run {
                            steps.say(&format!(
                                "Running {} in container {} of pod {} under the tracer (Ctrl-C interrupts it)",
                                depth.command[0], traced.target.container, traced.target.pod,
                            ));
                            run.begin();
                        }
                        if let Some(placed) = &self.placed {
                            placed.begin();
                            steps.say(&format!(
                                "The tracer runs in container {}, with its share of the CPU",
                                traced.target.container
                            ));
                        }
                        self.wall_offset = wall_offset;
                        drop(waiting.take());
                        if self.run.is_none() {
                            waiting = Some(steps.begin_in_lines("waiting for the tracer to attach to every thread"));
                        }
                    }
                    Some(Report::Ready { .. }) if self.run.is_some() => {
                        self.ready.get_or_insert_with(Instant::now);
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
                    Some(Report::Over) => {}
                    None => return Ending::Unreadable("the printer is gone".into()),
                },
                why = ended(&mut self.placed), if !self.greeted && self.stopping.is_none() => {
                    self.placed = None;
                    self.not_placed(traced.target, why, depth.place, link, steps).await;
                }
                permit = printer.inputs.reserve(), if pending.is_some() => {
                    // Without a permit the printer has ended, and its report says why.
                    if let (Ok(permit), Some(bytes)) = (permit, pending.take()) {
                        permit.send(StreamInput::Frames(bytes));
                    }
                }
                incoming = link.listener.next(), if pending.is_none() => {
                    if !matches!(incoming, Ok(Incoming::Quiet)) {
                        self.heard = Instant::now();
                    }
                    match incoming {
                        Ok(Incoming::Quiet) => link.say(Outgoing::Ping).await,
                        Ok(Incoming::Stdout(bytes)) => {
                            self.outcome.received += bytes.len() as u64;
                            match frames.push(&bytes) {
                                Ok(whole) => pending = whole,
                                Err(error) => return Ending::Unreadable(error.to_string()),
                            }
                        }
                        Ok(Incoming::Stderr(bytes)) => {
                            let room = WORDS.saturating_sub(link.words.len());
                            link.words.extend_from_slice(&bytes[..bytes.len().min(room)]);
                        }
                        Ok(Incoming::Ended(status)) => return Ending::Exec(status),
                        Err(broken) => return Ending::Broken(broken),
                    }
                }
                alarm = health.alarm(), if self.ready.is_some() && self.stopping.is_none() => {
                    self.outcome.failure = Some(health::refusal(&traced.target.pod, &alarm));
                    self.stop(link).await;
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
        place: TracerPlace,
        link: &mut Link,
        steps: &Steps,
    ) {
        if place == TracerPlace::Target {
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

    /// Asks the command to end, where there is one: as its terminal would, and then as nobody can ignore. False where
    /// that was done already, or there is none.
    async fn end_command(&mut self, signal: StopSignal, link: &mut Link, steps: &Steps) -> bool {
        let runs = self.run.as_ref().is_some_and(|run| self.ready.is_some() || run.has_said());
        if !runs || self.stopping.is_some() {
            return false;
        }
        let signal = match self.told_to_end {
            0 => command::signal(signal),
            1 => command::KILL,
            _ => return false,
        };
        // Who sent a signal otherwise knows what he does.
        if self.told_to_end == 0 && steps.on_terminal() {
            steps.say("The command was interrupted (Ctrl-C again kills it)");
        }
        self.told_to_end += 1;
        link.say(Outgoing::Request(Request::Signal(signal))).await;
        true
    }

    async fn hear_command(&mut self, target: &Target, said: Said, link: &mut Link, steps: &Steps) {
        match said {
            Said::OutputGone => link.say(Outgoing::Request(Request::Signal(command::PIPE))).await,
            Said::InputStaysOpen => steps.insist(INPUT_STAYS_OPEN),
            Said::Exited(status) if self.greeted => {
                self.run = None;
                self.outcome.status = Some(status);
            }
            Said::Exited(status) => {
                self.run = None;
                let why = format!("its tracer ended with status {status} before it had begun");
                self.outcome.failure = Some(not_run(target, why));
                self.stop(link).await;
            }
            Said::Lost(why) => {
                self.run = None;
                self.outcome.failure =
                    Some(if self.greeted { lost(target, why) } else { not_run(target, why) });
                self.stop(link).await;
            }
        }
    }

    /// Waits until the command, of which everything was traced that was to be, has said its last words.
    pub async fn await_command(&mut self, end: &Ending, interrupts: &mut Interrupts, steps: &Steps) {
        self.outcome.lasted = self.lasted();
        if self.run.is_none() {
            return;
        }
        let known = match end {
            Ending::Proper(End {
                reason: Reason::CommandEnded { status } | Reason::NotRun { status, .. },
                ..
            }) => Some(*status),
            _ => None,
        };
        if known.is_none() && self.greeted {
            steps.say("The command runs on without being traced (Ctrl-C leaves it running)");
        }
        let _waiting = known.map(|_| steps.begin_in_lines("waiting for the command's last output"));
        let mut came = None;
        while let Some(run) = &mut self.run {
            tokio::select! {
                () = interrupts.next() => {
                    self.run = None;
                    self.outcome.interrupted = true;
                }
                said = run.next() => match said {
                    Said::OutputGone => {}
                    Said::InputStaysOpen => steps.insist(INPUT_STAYS_OPEN),
                    Said::Exited(status) => {
                        self.run = None;
                        self.outcome.status = Some(status);
                    }
                    Said::Lost(why) => {
                        self.run = None;
                        let refusal = Refusal::new("how the command ended is not known").cause(why);
                        self.outcome.failure.get_or_insert(refusal);
                    }
                },
                // An exec does not end, as kubectl's does not, where its process left some of its input unread.
                () = sleep(LAST_OUTPUT), if known.is_some() => {
                    let now = run.came();
                    if now.is_some() && now == came {
                        self.run = None;
                        self.outcome.status = known;
                    }
                    came = now;
                }
            }
        }
    }

    async fn stop(&mut self, link: &mut Link) {
        if self.stopping.is_none() {
            self.stopping = Some(Instant::now());
            self.heard = Instant::now();
            if let Some(placed) = &self.placed {
                placed.stop();
            }
            link.say(Outgoing::Request(Request::Stop)).await;
        }
    }

    /// Whether a connection that was cut is worth another: the trace had begun, and somebody wants the rest.
    pub fn goes_on(&self) -> bool {
        self.ready.is_some() && !self.outcome.unread && self.outcome.failure.is_none()
    }

    /// Whether a trace that ended because we were not heard, or our connection was cut, is begun anew.
    pub fn begins_anew(&self, end: &End) -> bool {
        let lost = match end.reason {
            Reason::LeaseExpired | Reason::Forgotten => true,
            // One that was killed for its memory would be so again.
            Reason::Gone(_) => self.placed.as_ref().is_some_and(Placed::is_cut),
            _ => false,
        };
        lost && self.goes_on() && self.stopping.is_none() && self.anew < MOST_ANEW
    }

    /// The trace ended too early. What follows is another, with a name of its own.
    pub fn begin_gap(&mut self, end: &End) {
        self.anew += 1;
        self.placed = None;
        self.greeted = false;
        let why = if matches!(end.reason, Reason::Gone(_)) { Why::Ended } else { Why::Cut };
        self.gap = Some((self.ended(Some(end)), why));
        self.outcome.add(End { reason: Reason::Stopped, ..end.clone() });
        self.session = fastrand::u128(..);
    }

    /// When the trace ended, in nanoseconds since 1970 by the target's clock; by ours, and as far as we heard of it, where it
    /// does not say so itself, or has forgotten.
    pub fn ended(&self, end: Option<&End>) -> i64 {
        match end.filter(|end| end.reason != Reason::Forgotten && end.time != 0) {
            Some(end) => i64::try_from(end.time).unwrap_or(0).saturating_add(self.wall_offset),
            None => jiff::Timestamp::now().as_nanosecond() as i64 - self.heard.elapsed().as_nanos() as i64,
        }
    }

    /// Since when nothing is traced that should be, and why.
    pub fn gap(&self) -> Option<(i64, Why)> {
        self.gap.clone()
    }

    /// Everything is attached again.
    fn end_gap(&mut self, time: u64, steps: &Steps) {
        let Some((from, why)) = self.gap.take() else { return };
        let to = i64::try_from(time).unwrap_or(0).saturating_add(self.wall_offset);
        let gap = Gap { from, to: to.max(from), why };
        steps.insist(&format!("{}{gap}", if gap.is_loss() { "warning: " } else { "" }));
        self.outcome.gaps.push(gap);
    }

    fn lasted(&self) -> Duration {
        self.ready.map(|ready| ready.elapsed()).unwrap_or_default()
    }

    pub fn conclude(self) -> Outcome {
        // A command may have gone on behind the trace.
        let lasted = if self.outcome.lasted.is_zero() { self.lasted() } else { self.outcome.lasted };
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

const INPUT_STAYS_OPEN: &str = "warning: the API server is older than 1.30 and cannot be told that standard input has \
                                ended: a command that reads to its end waits for ever";

/// The command was not run.
fn not_run(target: &Target, why: String) -> Refusal {
    Refusal::new(format!(
        "the command could not be run in container {} of pod {}",
        target.container, target.pod
    ))
    .cause(why)
}

/// The command's streams are gone.
fn lost(target: &Target, why: String) -> Refusal {
    Refusal::new("the connection to the command is gone, and with it its output and its exit status")
        .cause(why)
        .cause(format!(
            "it runs on in container {} without being traced, as after kubectl exec",
            target.container
        ))
}

/// What the command says next; nothing where there is none.
async fn next(run: &mut Option<Run>) -> Said {
    match run {
        Some(run) => run.next().await,
        None => std::future::pending().await,
    }
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
pub async fn rest(
    printer: &mut Feed,
    interrupts: &mut Interrupts,
    state: &mut Conversation,
    steps: &Steps,
) -> Option<Ending> {
    let mut cut = false;
    let patience = Instant::now() + LAST_WORDS;
    loop {
        tokio::select! {
            () = sleep_until(patience), if !state.told => {
                state.told = true;
                steps.insist(UNREAD);
            }
            () = interrupts.next() => return Some(Ending::Impatient),
            permit = printer.inputs.reserve(), if !cut => {
                cut = true;
                if let Ok(permit) = permit {
                    permit.send(StreamInput::Cut);
                }
            }
            report = printer.reports.recv() => match report {
                Some(Report::End(end)) => return Some(Ending::Proper(end)),
                Some(Report::Unreadable(why)) => return Some(Ending::Unreadable(why)),
                Some(Report::Ready { .. }) => state.ready = Some(Instant::now()),
                Some(Report::Trouble(Trouble::Gone)) => state.outcome.unread = true,
                Some(Report::Trouble(Trouble::Failed(refusal))) => state.outcome.failure = Some(refusal),
                Some(Report::Hello { .. } | Report::Enough | Report::Placement(_)) => {}
                Some(Report::Over) | None => return None,
            },
        }
    }
}

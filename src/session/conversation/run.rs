//! The loop around the machine: waits for the next input, tells the machine, and does what it asks for.

use super::{
    engine::Engine,
    link::Link,
    machine::{
        Machine, Settings, Waiting,
        input::{Action, Facts, First, Input, Loss},
        state::Course,
    },
    outcome::Outcome,
    reconnect::reconnect,
    stream::{self, Frames, Incoming, Outgoing},
    traced::Traced,
    words,
};
use crate::{
    gap::GapStart,
    interrupt::Interrupts,
    plan::TraceRequest,
    refusal::Refusal,
    screen::{Step, Steps, Trouble},
    session::{
        command::{Run, Said},
        printer::{Feed, Report, StreamInput},
        watch::health::Health,
    },
    suspension::Suspensions,
};
use futures_util::future::BoxFuture;
use kube::client::Connection;
use std::{collections::VecDeque, sync::atomic::Ordering, time::Duration};
use tokio::time::{Instant, sleep_until};
use wire::message::Request;

/// Most bytes of the relay's stderr that are shown.
const STDERR: usize = 4096;

/// What a trace works with.
pub struct Around<'a> {
    /// Watches the target's health.
    pub health: &'a mut Health,
    /// The printer's end of the stream.
    pub feed: &'a mut Feed,
    /// Signals to us.
    pub interrupts: &'a mut Interrupts,
    /// Tells when we were suspended.
    pub suspensions: &'a mut Suspensions,
    /// Where messages to the user go.
    pub steps: &'a Steps,
}

/// Traces until the target, the user, the end of `duration` or something else ends it. A connection that is cut is
/// replaced: without a gap if that takes no longer than the lease, otherwise with a gap that is reported. `gap`:
/// since when nothing is traced, and why, if this continues what another trace began.
pub async fn trace(
    traced: &Traced<'_>,
    request: &TraceRequest,
    duration: Option<Duration>,
    gap: Option<GapStart>,
    connection: Connection,
    around: Around<'_>,
) -> Outcome {
    let settings = Settings {
        command: !request.command.is_empty(),
        place: request.place,
        duration,
        patience: traced.cluster.timeout,
        terminal: around.steps.on_terminal(),
    };
    let course = Course { gap, ..Course::default() };
    let session = fastrand::u128(..);
    let frames = Frames::default();
    let first = Request::Trace(request.request(traced.target, traced.who, session));
    let way = Way::Linked(Box::new(Link::start(connection, first, &frames).await));
    let mut conversation = Conversation {
        traced,
        request,
        around,
        machine: Machine::new(settings, course, Instant::now()),
        session,
        frames,
        way,
        engine: None,
        run: None,
        inputs: VecDeque::new(),
        stderr: Vec::new(),
        trouble: None,
        shown: (Waiting::Nothing, None),
    };
    conversation.run().await
}

/// The connection to the agent.
enum Way {
    /// There is one.
    Linked(Box<Link>),
    /// A new one is being opened. What it begins with.
    Sought(BoxFuture<'static, Option<Connection>>, First),
    /// There is none.
    Closed,
}

struct Conversation<'a> {
    traced: &'a Traced<'a>,
    request: &'a TraceRequest,
    around: Around<'a>,
    machine: Machine,
    /// Our name for the trace, for when we reconnect.
    session: u128,
    frames: Frames,
    way: Way,
    /// The exec of the tracer in the target's container.
    engine: Option<Engine>,
    /// The exec of the command.
    run: Option<Run>,
    /// What the printer has not taken yet.
    inputs: VecDeque<StreamInput>,
    /// What the relay said on its stderr.
    stderr: Vec<u8>,
    /// Why the output cannot be written.
    trouble: Option<Refusal>,
    /// The wait that the user sees.
    shown: (Waiting, Option<Step>),
}

impl Conversation<'_> {
    async fn run(&mut self) -> Outcome {
        loop {
            self.show();
            let input = self.next().await;
            let actions = self.machine.step(Instant::now(), self.facts(), input);
            for action in actions {
                self.perform(action).await;
            }
            if self.machine.over().is_some() {
                break;
            }
        }
        self.shown = (Waiting::Nothing, None);
        self.leave().await;
        words::say_stderr(&self.stderr, self.around.steps);
        // The loop ends only when it is over.
        let Some((ending, record)) = self.machine.over() else { return Outcome::default() };
        Outcome::of(ending, record, self.traced, self.trouble.take()).await
    }

    fn facts(&self) -> Facts {
        let output = self.run.as_ref().map(Run::output);
        Facts {
            wall: i64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or(i64::MAX),
            reader_waits: !self.inputs.is_empty(),
            engine_cut: self.engine.as_ref().is_some_and(Engine::is_cut),
            command_output: output.map_or(0, |(came, _)| came),
            command_written: output.is_none_or(|(came, written)| came == written),
        }
    }

    /// Shows what it waits for.
    fn show(&mut self) {
        let waiting = self.machine.waiting();
        if self.shown.0 == waiting {
            return;
        }
        let steps = self.around.steps;
        // The old wait must end before the new one is shown.
        self.shown = (waiting, None);
        self.shown.1 = match waiting {
            Waiting::Nothing => None,
            Waiting::Tracer => Some(steps.begin("waiting for the tracer to attach")),
            Waiting::Threads => {
                Some(steps.begin_in_lines("waiting for the tracer to attach to every thread"))
            }
            Waiting::Totals => Some(steps.begin_in_lines("waiting for the tracer's totals")),
            Waiting::CommandOutput => Some(steps.begin_in_lines("waiting for the command's last output")),
        };
    }

    /// Waits for the next input.
    async fn next(&mut self) -> Input {
        let (watches, listens) = (self.machine.holds_target(), self.machine.wants_reports());
        loop {
            let deadline = self.machine.deadline(self.facts());
            let Conversation { around, way, engine, run, inputs, frames, stderr, trouble, .. } = self;
            let came = tokio::select! {
                biased;
                _ = around.suspensions.next() => return Input::Continued,
                signal = around.interrupts.next_signal() => return Input::Signal(signal),
                said = said(run) => return Input::Command(said),
                report = around.feed.reports.recv(), if listens => return input_of(report, trouble),
                why = engine_ended(engine) => return Input::EngineEnded(why),
                permit = around.feed.inputs.reserve(), if !inputs.is_empty() => {
                    // Without a permit, the printer has ended, and its report says why.
                    if let (Some(input), Ok(permit)) = (inputs.pop_front(), permit) {
                        permit.send(input);
                    }
                    continue;
                }
                came = way.next(), if inputs.is_empty() => came,
                alarm = around.health.alarm(), if watches => return Input::Alarm(alarm),
                () = until(deadline) => return Input::Deadline,
            };
            match came {
                Came::Incoming(incoming) => match hear(incoming, frames, inputs, stderr) {
                    Some(input) => return input,
                    None => way.ping().await,
                },
                Came::Connection(Some(connection)) => {
                    self.begin(*connection).await;
                    return Input::Reconnected;
                }
                Came::Connection(None) => {
                    *way = Way::Closed;
                    return Input::NoReconnect;
                }
            }
        }
    }

    /// Begins to use a new connection.
    async fn begin(&mut self, connection: Connection) {
        let Way::Sought(_, first) = &self.way else { return };
        let first = match first {
            First::Resume => {
                Request::Resume { session: self.session, next: self.frames.next().load(Ordering::Relaxed) }
            }
            First::Trace => {
                Request::Trace(self.request.request(self.traced.target, self.traced.who, self.session))
            }
        };
        self.stderr.clear();
        self.way = Way::Linked(Box::new(Link::start(connection, first, &self.frames).await));
    }

    async fn perform(&mut self, action: Action) {
        let Traced { cluster, target, agent, .. } = self.traced;
        match action {
            Action::NoDoor => self.way.say(Outgoing::Request(Request::NoDoor)).await,
            Action::SignalCommand(number) => {
                self.way.say(Outgoing::Request(Request::Signal(number))).await;
            }
            Action::Stop => {
                if let Some(engine) = &self.engine {
                    engine.stop();
                }
                self.way.say(Outgoing::Request(Request::Stop)).await;
            }
            Action::RunEngine { process, whole } => {
                self.engine = Some(Engine::start(cluster, target, process, whole));
            }
            Action::BeginEngine => {
                if let Some(engine) = &self.engine {
                    engine.begin();
                }
            }
            Action::DropEngine => self.engine = None,
            Action::RunCommand { process } => {
                self.run = Some(Run::start(cluster, target, process, &self.request.command));
            }
            Action::BeginCommand => {
                if let Some(run) = &mut self.run {
                    run.begin();
                }
            }
            Action::DropCommand => self.run = None,
            Action::CutStream => {
                self.leave().await;
                self.inputs.push_back(StreamInput::Cut);
            }
            Action::NewStream(gap) => {
                self.frames = Frames::default();
                self.session = fastrand::u128(..);
                self.inputs.push_back(StreamInput::Anew(gap));
            }
            Action::Reconnect(first) => {
                self.leave().await;
                self.frames.cut();
                let why = self.machine.loss().map_or(String::new(), |loss| words::quoted(loss.words()));
                let (cluster, target, steps) =
                    ((*cluster).clone(), (*target).clone(), self.around.steps.clone());
                let seek = reconnect(cluster, target, (*agent).to_owned(), why, steps);
                self.way = Way::Sought(Box::pin(seek), first);
            }
            Action::Say(remark) => {
                // A wait that is over must not remain below what follows it.
                self.shown = (Waiting::Nothing, None);
                let duration = self.machine.settings().duration.unwrap_or_default();
                words::say(&remark, self.traced, self.request, duration, self.around.steps);
            }
        }
    }

    /// Closes the connection, which is what ends the relay.
    async fn leave(&mut self) {
        if let Way::Linked(link) = std::mem::replace(&mut self.way, Way::Closed) {
            link.part().await;
        }
    }
}

/// What a [`Way`] yields.
enum Came {
    Incoming(Result<Incoming, stream::Broken>),
    /// How the search for a new connection ended.
    Connection(Option<Box<Connection>>),
}

impl Way {
    /// What comes next. Cancel-safe: nothing is lost if the future is dropped.
    async fn next(&mut self) -> Came {
        match self {
            Way::Linked(link) => Came::Incoming(link.listener.next().await),
            Way::Sought(seek, _) => Came::Connection(seek.await.map(Box::new)),
            Way::Closed => std::future::pending().await,
        }
    }

    async fn say(&mut self, word: Outgoing) {
        if let Way::Linked(link) = self {
            link.say(word).await;
        }
    }

    async fn ping(&mut self) {
        self.say(Outgoing::Ping).await;
    }
}

/// What arrives over the connection, as an input; `None` if it was only quiet.
fn hear(
    incoming: Result<Incoming, stream::Broken>,
    frames: &mut Frames,
    inputs: &mut VecDeque<StreamInput>,
    stderr: &mut Vec<u8>,
) -> Option<Input> {
    Some(match incoming {
        Ok(Incoming::Quiet) => return None,
        Ok(Incoming::Stdout(bytes)) => match frames.push(&bytes) {
            Ok(whole) => {
                inputs.extend(whole.map(StreamInput::Frames));
                Input::Bytes(bytes.len())
            }
            Err(error) => Input::Unreadable(error.to_string()),
        },
        Ok(Incoming::Stderr(bytes)) => {
            let room = STDERR.saturating_sub(stderr.len());
            stderr.extend_from_slice(&bytes[..bytes.len().min(room)]);
            Input::Bytes(0)
        }
        Ok(Incoming::Ended(status)) => Input::Lost(Loss::Relay(stream::describe(&status))),
        Err(broken) => Input::Lost(Loss::Connection(broken.to_string())),
    })
}

/// What the printer found, as an input.
fn input_of(report: Option<Report>, trouble: &mut Option<Refusal>) -> Input {
    match report {
        Some(Report::Placement(placement)) => Input::Placement(placement),
        Some(Report::Hello { wall_offset }) => Input::Hello { wall_offset },
        Some(Report::Ready { threads, processes, time }) => Input::Ready { threads, processes, time },
        Some(Report::End(end)) => Input::End(end),
        Some(Report::Enough) => Input::Enough,
        Some(Report::Trouble(Trouble::Gone)) => Input::OutputGone,
        Some(Report::Trouble(Trouble::Failed(refusal))) => {
            *trouble = Some(refusal);
            Input::OutputFailed
        }
        Some(Report::Unreadable(why)) => Input::Unreadable(why),
        Some(Report::Over) => Input::Written,
        None => Input::Unreadable("the printer is gone".to_owned()),
    }
}

/// What the command reports next; waits forever if there is none.
async fn said(run: &mut Option<Run>) -> Said {
    match run {
        Some(run) => run.next().await,
        None => std::future::pending().await,
    }
}

/// Waits until the tracer in the target's container has ended; forever if there is none.
async fn engine_ended(engine: &mut Option<Engine>) -> String {
    match engine {
        Some(engine) => engine.ended().await,
        None => std::future::pending().await,
    }
}

/// Waits until `limit`, or forever.
async fn until(limit: Option<Instant>) {
    match limit {
        Some(limit) => sleep_until(limit).await,
        None => std::future::pending().await,
    }
}

//! The conversation with a tracer as a pure state machine: typed inputs in, typed actions out.
//!
//! Nothing here does I/O or looks at a clock. [`run`](super::run) performs the actions and feeds the inputs; tests drive
//! the machine without a cluster. [`table`] says which phase takes what.

pub mod input;
mod live;
pub mod state;
pub mod table;
#[cfg(test)]
mod tests;

use crate::{
    cli::TracerPlace,
    gap::{Gap, GapCause},
    plan::LEASE,
};
use input::{Action, Ending, Facts, Failure, First, Input, Loss, Remark};
use state::{Course, Draining, Finishing, Flushing, Interrupted, Live, State};
use std::time::Duration;
use table::{Kind, Phase, is_out_of_turn, leads_to};
use tokio::time::Instant;
use wire::message::{End, Reason};

/// How long nothing may arrive after the tracer was asked to stop: twice as long as it would go on without us. It
/// detaches long before that, but what it saw may be held up anywhere on the way. Next to threads that take all of
/// the CPU, the tracer's container gets a thousandth of it.
pub const LAST_WORDS: Duration = Duration::from_secs(2 * LEASE.as_secs());
/// How long the rest may take to arrive, as long as something arrives.
const ALL_LAST_WORDS: Duration = Duration::from_secs(20);
/// How long no output of a finished command may arrive before its output counts as complete. The wait happens twice.
const LAST_OUTPUT: Duration = Duration::from_secs(1);
/// How often a trace is begun anew without asking: on a node that starves us it would never end.
const MOST_ANEW: u32 = 100;
/// How long after a suspension a lost lease is blamed on it.
const BLAMED: Duration = Duration::from_secs(10);

/// What does not change during a conversation.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Whether a command is run, rather than a container traced.
    pub command: bool,
    /// Where the tracer should run.
    pub place: TracerPlace,
    /// How long the trace is to last.
    pub duration: Option<Duration>,
    /// How long attaching may take.
    pub patience: Duration,
    /// Whether a user watches stderr.
    pub terminal: bool,
}

/// What is known of the trace, in any state.
#[derive(Clone, Debug)]
pub struct Record {
    /// The totals of the streams that ended.
    pub totals: Option<End>,
    /// When nothing was traced that should have been.
    pub gaps: Vec<Gap>,
    /// Bytes received, still compressed.
    pub received: u64,
    /// When something last arrived.
    pub heard: Instant,
    /// When this process last ran again after a suspension.
    pub continued: Option<Instant>,
    /// Whether the user asked for the end.
    pub interrupted: bool,
    /// Whether the reader of the trace has gone.
    pub unread: bool,
    /// Whether as many events were written as were asked for.
    pub enough: bool,
    /// The command's exit status.
    pub status: Option<u8>,
    /// What went wrong first.
    pub failure: Option<Failure>,
    /// How long everything was attached; known at the end.
    pub lasted: Duration,
    /// When it ended, in nanoseconds since 1970; known at the end.
    pub ended: i64,
}

/// What to show the user that the conversation waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Nothing worth showing.
    Nothing,
    /// The tracer's first answer.
    Tracer,
    /// That every thread is attached.
    Threads,
    /// The totals.
    Totals,
    /// The command's last output.
    CommandOutput,
}

/// A conversation.
#[derive(Clone, Debug)]
pub struct Machine {
    settings: Settings,
    state: State,
    record: Record,
}

/// What one step works with.
struct Step<'a> {
    settings: &'a Settings,
    record: &'a mut Record,
    now: Instant,
    facts: Facts,
    actions: Vec<Action>,
}

impl Machine {
    /// A conversation whose first request is on its way. `course`: what is known if it continues a trace.
    pub fn new(settings: Settings, course: Course, now: Instant) -> Machine {
        let record = Record {
            totals: None,
            gaps: Vec::new(),
            received: 0,
            heard: now,
            continued: None,
            interrupted: false,
            unread: false,
            enough: false,
            status: None,
            failure: None,
            lasted: Duration::ZERO,
            ended: 0,
        };
        Machine { settings, state: State::Live(course, Live::Asking(now)), record }
    }

    /// The phase.
    pub fn phase(&self) -> Phase {
        self.state.phase()
    }

    /// Handles an input. Gives what to do now, in this order.
    pub fn step(&mut self, now: Instant, facts: Facts, input: Input) -> Vec<Action> {
        // `state` is set again below.
        let state = std::mem::replace(&mut self.state, State::Over(Ending::Impatient));
        let mut step =
            Step { settings: &self.settings, record: &mut self.record, now, facts, actions: Vec::new() };
        self.state = step.take(state, input);
        step.actions
    }

    /// When [`Input::Deadline`] is due, if nothing else happens.
    pub fn deadline(&self, facts: Facts) -> Option<Instant> {
        let earliest = |one: Option<Instant>, other: Option<Instant>| one.into_iter().chain(other).min();
        match &self.state {
            State::Live(course, live) => earliest(self.lasts_until(course), self.attaches_until(live, facts)),
            State::Draining(_, draining) => self.drains_until(draining, facts),
            State::Reconnecting(course, Interrupted::Live(_), _) => self.lasts_until(course),
            State::Reconnecting(_, Interrupted::Draining(draining), _) => self.drains_until(draining, facts),
            State::Flushing(_, flushing) => (!flushing.told).then(|| flushing.since + LAST_WORDS),
            State::Finishing(finishing) => finishing.status.map(|_| finishing.seen.1 + LAST_OUTPUT),
            State::Reconnecting(_, Interrupted::Anew(_), _) | State::Over(_) => None,
        }
    }

    /// What to show the user that it waits for.
    pub fn waiting(&self) -> Waiting {
        match &self.state {
            State::Live(_, Live::Asking(_) | Live::Placing(_) | Live::Starting(_)) => Waiting::Tracer,
            State::Live(course, Live::Attaching(_)) if course.command.is_none() => Waiting::Threads,
            State::Draining(..) => Waiting::Totals,
            State::Finishing(finishing) if finishing.status.is_some() => Waiting::CommandOutput,
            _ => Waiting::Nothing,
        }
    }

    /// Whether the target's health matters: something is attached, and the end was not asked for.
    pub fn holds_target(&self) -> bool {
        matches!(self.phase(), Phase::Attaching | Phase::Tracing)
    }

    /// Whether the printer's reports still matter. Once the trace is over the printer has ended, and would report
    /// that again and again.
    pub fn wants_reports(&self) -> bool {
        !matches!(self.phase(), Phase::Finishing | Phase::Over)
    }

    /// How the conversation ended, and what is known of the trace; `None` until it is over.
    pub fn over(&self) -> Option<(&Ending, &Record)> {
        match &self.state {
            State::Over(ending) => Some((ending, &self.record)),
            _ => None,
        }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How the connection was lost that is being replaced.
    pub fn loss(&self) -> Option<&Loss> {
        match &self.state {
            State::Reconnecting(_, _, loss) => Some(loss),
            _ => None,
        }
    }

    fn lasts_until(&self, course: &Course) -> Option<Instant> {
        Some(course.ready? + self.settings.duration?)
    }

    fn attaches_until(&self, live: &Live, facts: Facts) -> Option<Instant> {
        let since = live.since().filter(|_| !facts.reader_waits)?;
        Some(since + self.settings.patience)
    }

    fn drains_until(&self, draining: &Draining, facts: Facts) -> Option<Instant> {
        let quiet = self.record.heard + LAST_WORDS;
        match facts.reader_waits {
            // The reader may take as long as it likes.
            true => (!draining.told).then_some(quiet),
            false => Some(quiet.min(draining.since + ALL_LAST_WORDS)),
        }
    }
}

impl Step<'_> {
    /// Handles one input in one state.
    fn take(&mut self, state: State, input: Input) -> State {
        let (phase, kind) = (state.phase(), Kind::of(&input));
        if let Input::Bytes(length) = input {
            self.record.received += length as u64;
            self.record.heard = self.now;
            return state;
        }
        if matches!(input, Input::Continued) {
            self.record.continued = Some(self.now);
            return state;
        }
        // What a tracer says out of turn is never obeyed.
        if is_out_of_turn(phase, kind)
            && let (Some(what), Some(course)) = (kind.said(), state.course())
        {
            self.actions.push(Action::Stop);
            return self.conclude(course, Ending::OutOfTurn { what, phase: phase.name() });
        }
        let next = match state {
            State::Live(course, live) => self.live(course, live, input),
            State::Draining(course, draining) => self.draining(course, draining, input),
            State::Reconnecting(course, interrupted, loss) => {
                self.reconnecting(course, interrupted, loss, input)
            }
            State::Flushing(course, flushing) => self.flushing(course, flushing, input),
            State::Finishing(finishing) => self.finishing(finishing, input),
            State::Over(ending) => State::Over(ending),
        };
        debug_assert!(
            next.phase() == phase || leads_to(phase, kind).contains(&next.phase()),
            "{phase:?} x {kind:?} -> {:?}",
            next.phase()
        );
        next
    }

    fn draining(&mut self, mut course: Course, mut draining: Draining, input: Input) -> State {
        match input {
            Input::Hello { wall_offset } => course.wall_offset = Some(wall_offset),
            Input::Ready { time, .. } => self.attached(&mut course, time),
            Input::End(end) => return self.conclude(course, Ending::Totals(end)),
            Input::Unreadable(why) => return self.conclude(course, Ending::Unreadable(why)),
            Input::OutputGone => self.record.unread = true,
            Input::OutputFailed => self.fail(Failure::Output),
            Input::Enough => self.record.enough = true,
            Input::Lost(loss) => return self.lost(course, Interrupted::Draining(draining), loss),
            Input::Command(said) => {
                self.hear_command(&mut course, said);
            }
            Input::Signal(_) if self.record.interrupted => return State::Over(Ending::Impatient),
            Input::Signal(_) => self.record.interrupted = true,
            Input::Deadline if self.facts.reader_waits => {
                draining.told = true;
                self.say(Remark::Unread);
            }
            Input::Deadline => return self.conclude(course, Ending::TotalsTimeout),
            _ => {}
        }
        State::Draining(course, draining)
    }

    /// The connection is being replaced. Reports about the old stream still count.
    fn reconnecting(&mut self, course: Course, then: Interrupted, loss: Loss, input: Input) -> State {
        match (input, then) {
            (Input::Reconnected, Interrupted::Live(live)) => State::Live(course, live.renewed(self.now)),
            (Input::Reconnected, Interrupted::Anew(_)) => State::Live(course, Live::Asking(self.now)),
            (Input::Reconnected, Interrupted::Draining(draining)) => {
                self.record.heard = self.now;
                self.actions.push(Action::Stop);
                State::Draining(course, draining)
            }
            (Input::Signal(_), Interrupted::Anew(end)) => {
                self.record.interrupted = true;
                self.conclude(course, Ending::Totals(end))
            }
            (Input::Signal(_), _) => {
                self.record.interrupted = true;
                self.flush(course, loss)
            }
            (Input::NoReconnect, Interrupted::Anew(end)) => self.conclude(course, Ending::Totals(end)),
            (Input::NoReconnect, _) => self.flush(course, loss),
            (Input::Deadline, Interrupted::Live(_)) => {
                self.say(Remark::Lasted);
                State::Reconnecting(course, Interrupted::Draining(self.drain_now()), loss)
            }
            (Input::Lost(_), then) | (Input::Deadline, then @ Interrupted::Anew(_)) => {
                State::Reconnecting(course, then, loss)
            }
            (input, Interrupted::Live(live)) => self.rewrap(State::Live(course, live), input, loss),
            (input, Interrupted::Draining(draining)) => {
                self.rewrap(State::Draining(course, draining), input, loss)
            }
            // The old stream is over, and the new one has not begun.
            (input, then @ Interrupted::Anew(_)) if Kind::of(&input).said().is_some() => {
                State::Reconnecting(course, then, loss)
            }
            (input, Interrupted::Anew(end)) => {
                match self.take(State::Live(course, Live::Asking(self.now)), input) {
                    State::Live(course, _) => State::Reconnecting(course, Interrupted::Anew(end), loss),
                    // Nobody wants a new trace any more.
                    State::Draining(course, _) => self.conclude(course, Ending::Totals(end)),
                    other => other,
                }
            }
        }
    }

    /// Passes an input to the state that a new connection will continue.
    fn rewrap(&mut self, state: State, input: Input, loss: Loss) -> State {
        match self.take(state, input) {
            State::Live(course, live) => State::Reconnecting(course, Interrupted::Live(live), loss),
            State::Draining(course, draining) => {
                State::Reconnecting(course, Interrupted::Draining(draining), loss)
            }
            other => other,
        }
    }

    fn flushing(&mut self, mut course: Course, mut flushing: Flushing, input: Input) -> State {
        match input {
            Input::Hello { wall_offset } => course.wall_offset = Some(wall_offset),
            Input::Ready { time, .. } => self.attached(&mut course, time),
            Input::End(end) => return self.conclude(course, Ending::Totals(end)),
            Input::Unreadable(why) => return self.conclude(course, Ending::Unreadable(why)),
            Input::Written => return self.conclude(course, Ending::Lost(flushing.loss)),
            Input::OutputGone => self.record.unread = true,
            Input::OutputFailed => self.fail(Failure::Output),
            Input::Enough => self.record.enough = true,
            Input::Command(said) => {
                self.hear_command(&mut course, said);
            }
            Input::Signal(_) => return State::Over(Ending::Impatient),
            Input::Deadline => {
                flushing.told = true;
                self.say(Remark::Unread);
            }
            _ => {}
        }
        State::Flushing(course, flushing)
    }

    fn finishing(&mut self, mut finishing: Finishing, input: Input) -> State {
        use crate::session::command::Said;
        match input {
            Input::Signal(_) => self.record.interrupted = true,
            Input::Command(Said::Exited(status)) => self.record.status = Some(status),
            Input::Command(Said::Lost(why)) => self.fail(Failure::CommandUnknown(why)),
            // An exec does not end if its process has left input unread; kubectl's does not either.
            Input::Deadline if finishing.status.is_some() => {
                let came = self.facts.command_written.then_some(self.facts.command_output);
                if came.is_none() || came != finishing.seen.0 {
                    finishing.seen = (came, self.now);
                    return State::Finishing(finishing);
                }
                self.record.status = finishing.status;
            }
            Input::Command(Said::InputStaysOpen) => {
                self.say(Remark::InputStaysOpen);
                return State::Finishing(finishing);
            }
            _ => return State::Finishing(finishing),
        }
        self.actions.push(Action::DropCommand);
        State::Over(finishing.ending)
    }

    /// The connection is gone. Looks for another one if the trace had begun and the rest of it is wanted.
    fn lost(&mut self, course: Course, then: Interrupted, loss: Loss) -> State {
        if !self.goes_on(&course) {
            return self.flush(course, loss);
        }
        self.actions.push(Action::Reconnect(First::Resume));
        State::Reconnecting(course, then, loss)
    }

    fn goes_on(&self, course: &Course) -> bool {
        course.ready.is_some() && !self.record.unread && self.record.failure.is_none()
    }

    fn flush(&mut self, course: Course, loss: Loss) -> State {
        self.actions.push(Action::CutStream);
        State::Flushing(course, Flushing { since: self.now, loss, told: false })
    }

    /// The trace is over. Only the command may still have something to say.
    fn conclude(&mut self, course: Course, ending: Ending) -> State {
        self.record.lasted =
            course.ready.map_or(Duration::ZERO, |ready| self.now.saturating_duration_since(ready));
        self.record.ended =
            self.ended(&course, if let Ending::Totals(end) = &ending { Some(end) } else { None });
        let status = match &ending {
            Ending::Totals(End {
                reason: Reason::CommandEnded { status } | Reason::NotRun { status, .. },
                ..
            }) => Some(*status),
            _ => None,
        };
        if let Ending::Totals(end) = &ending {
            self.add(end);
        }
        if course.command.is_none() {
            return State::Over(ending);
        }
        if status.is_none() && course.wall_offset.is_some() {
            self.say(Remark::CommandRunsOn);
        }
        State::Finishing(Finishing { ending, status, seen: (None, self.now) })
    }

    /// The trace ended though nobody asked for that. Begins another, if that makes sense.
    fn begin_anew(&mut self, mut course: Course, end: End) -> State {
        let why = match end.reason {
            Reason::Gone(_) => GapCause::Ended,
            _ if self.record.continued.is_some_and(|at| self.now.duration_since(at) < BLAMED) => {
                GapCause::Suspended
            }
            _ => GapCause::Cut,
        };
        let loss = Loss::Relay(match why {
            GapCause::Suspended => "this plugin was suspended".to_owned(),
            _ => "the tracer did not hear from this plugin".to_owned(),
        });
        course.anew += 1;
        course.gap = Some((self.ended(&course, Some(&end)), why));
        course.wall_offset = None;
        self.add(&End { reason: Reason::Stopped, ..end.clone() });
        self.actions.extend([
            Action::DropEngine,
            Action::NewStream(course.gap.clone()),
            Action::Reconnect(First::Trace),
        ]);
        // Its counts were added already.
        let end = End { events: 0, lost: 0, ..end };
        State::Reconnecting(course, Interrupted::Anew(end), loss)
    }

    /// Whether a trace is begun anew after the tracer did not hear us, or after our connection was cut. A command is
    /// run only once.
    fn begins_anew(&self, course: &Course, end: &End) -> bool {
        let lost = match end.reason {
            Reason::LeaseExpired | Reason::Forgotten => true,
            // A tracer that was killed for its memory would be killed again.
            Reason::Gone(_) => self.facts.engine_cut,
            _ => false,
        };
        lost && !self.settings.command && self.goes_on(course) && course.anew < MOST_ANEW
    }

    /// When the trace ended, in nanoseconds since 1970, by the target's clock. If the tracer does not say so, or has
    /// forgotten: by our clock, when we last heard of it.
    fn ended(&self, course: &Course, end: Option<&End>) -> i64 {
        match end.filter(|end| end.reason != Reason::Forgotten && end.time != 0) {
            Some(end) => on_wall(end.time, course),
            None => {
                let silence = self.now.saturating_duration_since(self.record.heard).as_nanos();
                self.facts.wall.saturating_sub(i64::try_from(silence).unwrap_or(i64::MAX))
            }
        }
    }

    /// Adds the totals of one more stream.
    fn add(&mut self, end: &End) {
        let (events, lost) = self.record.totals.take().map_or((0, 0), |before| (before.events, before.lost));
        self.record.totals = Some(End { events: events + end.events, lost: lost + end.lost, ..end.clone() });
    }

    /// Everything is attached.
    fn attached(&mut self, course: &mut Course, time: u64) {
        course.ready.get_or_insert(self.now);
        let Some((from, why)) = course.gap.take() else { return };
        let gap = Gap { from, to: on_wall(time, course).max(from), why };
        self.say(Remark::Gap(gap.clone()));
        self.record.gaps.push(gap);
    }

    /// Asks for the end.
    fn drain(&mut self, course: Course) -> State {
        self.actions.push(Action::Stop);
        State::Draining(course, self.drain_now())
    }

    fn drain_now(&mut self) -> Draining {
        self.record.heard = self.now;
        Draining { since: self.now, told: false }
    }

    fn say(&mut self, remark: Remark) {
        self.actions.push(Action::Say(remark));
    }

    /// Only the first failure counts, because it causes the others.
    fn fail(&mut self, failure: Failure) {
        self.record.failure.get_or_insert(failure);
    }
}

/// A time of the tracer's clock, in nanoseconds since 1970.
fn on_wall(time: u64, course: &Course) -> i64 {
    i64::try_from(time).unwrap_or(0).saturating_add(course.wall_offset.unwrap_or(0))
}

//! The conversation with a tracer as a pure state machine: typed inputs in, typed actions out.
//!
//! Nothing here does I/O or looks at a clock. [`run`](super::run) performs the actions and feeds the inputs; tests drive
//! the machine without a cluster. [`table`] says which phase takes what.

mod closing;
pub mod input;
mod live;
mod reconnecting;
pub mod state;
pub mod table;
#[cfg(test)]
mod tests;

use crate::{cli::TracerPlace, gap::Gap, plan::LEASE};
use input::{Action, Ending, Facts, Failure, Input, Loss, Remark};
use state::{Course, Draining, Interrupted, Live, State};
use std::time::Duration;
use table::{Kind, Phase, is_out_of_turn, leads_to};
use tokio::time::Instant;
use wire::message::End;

/// How long nothing may arrive after the tracer was asked to stop: twice as long as it would go on without us. It
/// detaches long before that, but what it saw may be held up anywhere on the way. Next to threads that take all of
/// the CPU, the tracer's container gets a thousandth of it.
pub const LAST_WORDS: Duration = Duration::from_secs(2 * LEASE.as_secs());
/// How long the rest may take to arrive, as long as something arrives.
const ALL_LAST_WORDS: Duration = Duration::from_secs(20);
/// How long no output of a finished command may arrive before its output counts as complete. The wait happens twice.
const LAST_OUTPUT: Duration = Duration::from_secs(1);

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

impl Record {
    /// Nothing is known yet.
    pub fn new(now: Instant) -> Record {
        Record {
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
        }
    }
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
        Machine { settings, state: State::Live(course, Live::Asking(now)), record: Record::new(now) }
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

    /// Everything is attached.
    fn attached(&mut self, course: &mut Course, time: u64) {
        course.ready.get_or_insert(self.now);
        let Some((from, why)) = course.gap.take() else { return };
        let gap = Gap { from, to: on_wall(time, course).max(from), why };
        self.say(Remark::Gap(gap.clone()));
        self.record.gaps.push(gap);
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

//! The states between a connection that was lost and the next one, and between a trace that was cut and a new one.

use super::{
    Step,
    input::{Action, Ending, First, Input, Loss, Remark},
    state::{Course, Interrupted, Live, State},
    table::Kind,
};
use crate::gap::GapCause;
use std::time::Duration;
use wire::message::{End, Reason};

/// How often a trace is begun anew without asking: on a node that starves us it would never end.
const MOST_ANEW: u32 = 100;
/// How long after a suspension a lost lease is blamed on it.
const BLAMED: Duration = Duration::from_secs(10);

impl Step<'_> {
    /// The connection is being replaced. Reports about the old stream still count.
    pub(super) fn reconnecting(
        &mut self,
        course: Course,
        then: Interrupted,
        loss: Loss,
        input: Input,
    ) -> State {
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
    pub(super) fn rewrap(&mut self, state: State, input: Input, loss: Loss) -> State {
        match self.take(state, input) {
            State::Live(course, live) => State::Reconnecting(course, Interrupted::Live(live), loss),
            State::Draining(course, draining) => {
                State::Reconnecting(course, Interrupted::Draining(draining), loss)
            }
            other => other,
        }
    }

    /// The connection is gone. Looks for another one if the trace had begun and the rest of it is wanted.
    pub(super) fn lost(&mut self, course: Course, then: Interrupted, loss: Loss) -> State {
        if !self.goes_on(&course) {
            return self.flush(course, loss);
        }
        self.actions.push(Action::Reconnect(First::Resume));
        State::Reconnecting(course, then, loss)
    }

    pub(super) fn goes_on(&self, course: &Course) -> bool {
        course.ready.is_some() && !self.record.unread && self.record.failure.is_none()
    }

    /// The trace ended though nobody asked for that. Begins another, if that makes sense.
    pub(super) fn begin_anew(&mut self, mut course: Course, end: End) -> State {
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
    pub(super) fn begins_anew(&self, course: &Course, end: &End) -> bool {
        let lost = match end.reason {
            Reason::LeaseExpired | Reason::Forgotten => true,
            // A tracer that was killed for its memory would be killed again.
            Reason::Gone(_) => self.facts.engine_cut,
            _ => false,
        };
        lost && !self.settings.command && self.goes_on(course) && course.anew < MOST_ANEW
    }
}

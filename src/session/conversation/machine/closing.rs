//! The states of a trace that is ending: until its totals are there, until everything that arrived is written, until the
//! command has said its last words.

use super::{
    Step,
    input::{Action, Ending, Failure, Input, Loss, Remark},
    on_wall,
    state::{Course, Draining, Finishing, Flushing, Interrupted, State},
};
use crate::session::command::Said;
use std::time::Duration;
use wire::message::{End, Reason};

impl Step<'_> {
    /// Asks for the end.
    pub(super) fn drain(&mut self, course: Course) -> State {
        self.actions.push(Action::Stop);
        State::Draining(course, self.drain_now())
    }

    pub(super) fn drain_now(&mut self) -> Draining {
        self.record.heard = self.now;
        Draining { since: self.now, told: false }
    }

    pub(super) fn draining(&mut self, mut course: Course, mut draining: Draining, input: Input) -> State {
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

    pub(super) fn flush(&mut self, course: Course, loss: Loss) -> State {
        self.actions.push(Action::CutStream);
        State::Flushing(course, Flushing { since: self.now, loss, told: false })
    }

    pub(super) fn flushing(&mut self, mut course: Course, mut flushing: Flushing, input: Input) -> State {
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

    pub(super) fn finishing(&mut self, mut finishing: Finishing, input: Input) -> State {
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

    /// The trace is over. Only the command may still have something to say.
    pub(super) fn conclude(&mut self, course: Course, ending: Ending) -> State {
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

    /// When the trace ended, in nanoseconds since 1970, by the target's clock. If the tracer does not say so, or has
    /// forgotten: by our clock, when we last heard of it.
    pub(super) fn ended(&self, course: &Course, end: Option<&End>) -> i64 {
        match end.filter(|end| end.reason != Reason::Forgotten && end.time != 0) {
            Some(end) => on_wall(end.time, course),
            None => {
                let silence = self.now.saturating_duration_since(self.record.heard).as_nanos();
                self.facts.wall.saturating_sub(i64::try_from(silence).unwrap_or(i64::MAX))
            }
        }
    }

    /// Adds the totals of one more stream.
    pub(super) fn add(&mut self, end: &End) {
        let (events, lost) = self.record.totals.take().map_or((0, 0), |before| (before.events, before.lost));
        self.record.totals = Some(End { events: events + end.events, lost: lost + end.lost, ..end.clone() });
    }
}

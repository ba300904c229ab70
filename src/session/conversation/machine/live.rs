//! The states of a trace that is starting or running.

use super::{
    Step,
    input::{Action, Ending, Failure, Input, Remark},
    state::{Command, Course, Interrupted, Live, State},
};
use crate::{
    cli::TracerPlace,
    interrupt::StopSignal,
    session::command::{self, Said},
};
use tokio::time::Instant;
use wire::message::Placement;

impl Live {
    /// Since when it waits for something.
    pub fn since(&self) -> Option<Instant> {
        match self {
            Live::Asking(since) | Live::Placing(since) | Live::Starting(since) | Live::Attaching(since) => {
                Some(*since)
            }
            Live::Tracing => None,
        }
    }

    /// The same, over a new connection from now on.
    pub fn renewed(self, now: Instant) -> Live {
        match self {
            Live::Asking(_) => Live::Asking(now),
            Live::Placing(_) => Live::Placing(now),
            Live::Starting(_) => Live::Starting(now),
            Live::Attaching(_) => Live::Attaching(now),
            Live::Tracing => Live::Tracing,
        }
    }
}

impl State {
    /// What is known of the trace, unless it is over.
    pub(super) fn course(&self) -> Option<Course> {
        match self {
            State::Live(course, _)
            | State::Draining(course, _)
            | State::Reconnecting(course, ..)
            | State::Flushing(course, _) => Some(course.clone()),
            State::Finishing(_) | State::Over(_) => None,
        }
    }
}

impl Step<'_> {
    /// Handles the inputs that do not depend on how far the trace has come, and passes on the others.
    pub(super) fn live(&mut self, mut course: Course, live: Live, input: Input) -> State {
        match input {
            Input::End(end) if self.begins_anew(&course, &end) => self.begin_anew(course, end),
            Input::End(end) => self.conclude(course, Ending::Totals(end)),
            Input::Unreadable(why) => {
                self.actions.push(Action::Stop);
                self.conclude(course, Ending::Unreadable(why))
            }
            Input::Enough => {
                self.record.enough = true;
                self.drain(course)
            }
            Input::OutputGone => {
                self.record.unread = true;
                self.drain(course)
            }
            Input::OutputFailed => {
                self.fail(Failure::Output);
                self.drain(course)
            }
            Input::Lost(loss) => self.lost(course, Interrupted::Live(live), loss),
            Input::Signal(signal) => {
                if self.signal_command(&mut course, signal) {
                    return State::Live(course, live);
                }
                self.record.interrupted = true;
                self.drain(course)
            }
            Input::Command(said) => match self.hear_command(&mut course, said) {
                true => State::Live(course, live),
                false => self.drain(course),
            },
            Input::Deadline => self.live_deadline(course, live),
            input => match live {
                Live::Asking(since) => self.asking(course, since, input),
                Live::Placing(since) => self.placing(course, since, input),
                Live::Starting(since) => self.starting(course, since, input),
                Live::Attaching(since) => self.attaching(course, since, input),
                Live::Tracing => self.tracing(course, input),
            },
        }
    }

    fn live_deadline(&mut self, course: Course, live: Live) -> State {
        let lasted = course.ready.zip(self.settings.duration).map(|(ready, duration)| ready + duration);
        if lasted.is_some_and(|end| end <= self.now) {
            self.say(Remark::Lasted);
            return self.drain(course);
        }
        if live.since().is_some_and(|since| since + self.settings.patience <= self.now) {
            self.actions.push(Action::Stop);
            return self.conclude(course, Ending::AttachTimeout);
        }
        State::Live(course, live)
    }

    fn asking(&mut self, mut course: Course, since: Instant, input: Input) -> State {
        match input {
            Input::Placement(placement) => self.placement(course, placement),
            // For a command, a placement must come first.
            Input::Hello { .. } if self.settings.command => {
                self.actions.push(Action::Stop);
                let (what, phase) = ("a greeting", "asking for a command");
                self.conclude(course, Ending::OutOfTurn { what, phase })
            }
            Input::Hello { wall_offset } => {
                course.wall_offset = Some(wall_offset);
                State::Live(course, Live::Attaching(self.now))
            }
            _ => State::Live(course, Live::Asking(since)),
        }
    }

    /// The agent's answer to where the tracer may run. It is checked against what was asked for, because obeying it
    /// is an exec with the user's rights.
    fn placement(&mut self, mut course: Course, placement: Placement) -> State {
        match placement {
            Placement::Door { process, .. } if self.settings.command => {
                self.actions.push(Action::RunCommand { process });
                course.command = Some(Command::default());
                State::Live(course, Live::Placing(self.now))
            }
            Placement::Door { .. } if self.settings.place == TracerPlace::Agent => {
                self.actions.push(Action::Stop);
                let (what, phase) =
                    ("that it will run in the target's container", "asking with --place agent");
                self.conclude(course, Ending::OutOfTurn { what, phase })
            }
            Placement::Door { process, whole } => {
                self.actions.push(Action::RunEngine { process, whole });
                State::Live(course, Live::Placing(self.now))
            }
            Placement::Agent { why } if self.settings.command => {
                self.fail(Failure::NotRun(why));
                self.drain(course)
            }
            Placement::Agent { why } => self.own_container(course, why),
        }
    }

    /// The tracer cannot run in the target's container.
    fn own_container(&mut self, course: Course, why: String) -> State {
        if self.settings.place == TracerPlace::Target {
            self.fail(Failure::NotPlaced(why));
            return self.drain(course);
        }
        self.say(Remark::OwnContainer(why));
        State::Live(course, Live::Starting(self.now))
    }

    fn placing(&mut self, mut course: Course, since: Instant, input: Input) -> State {
        match input {
            Input::Hello { wall_offset } => {
                course.wall_offset = Some(wall_offset);
                self.actions.extend(match course.command {
                    Some(_) => [Action::Say(Remark::Running), Action::BeginCommand],
                    None => [Action::BeginEngine, Action::Say(Remark::TargetContainer)],
                });
                State::Live(course, Live::Attaching(self.now))
            }
            Input::EngineEnded(why) if course.command.is_none() => {
                self.actions.push(Action::DropEngine);
                let state = self.own_container(course, why);
                if matches!(state, State::Live(..)) {
                    self.actions.push(Action::NoDoor);
                }
                state
            }
            _ => State::Live(course, Live::Placing(since)),
        }
    }

    fn starting(&mut self, mut course: Course, since: Instant, input: Input) -> State {
        match input {
            Input::Hello { wall_offset } => {
                course.wall_offset = Some(wall_offset);
                State::Live(course, Live::Attaching(self.now))
            }
            _ => State::Live(course, Live::Starting(since)),
        }
    }

    fn attaching(&mut self, mut course: Course, since: Instant, input: Input) -> State {
        match input {
            Input::Ready { threads, processes, time } => {
                self.attached(&mut course, time);
                if !self.settings.command {
                    self.say(Remark::Tracing { threads, processes });
                }
                State::Live(course, Live::Tracing)
            }
            Input::Alarm(alarm) => {
                self.fail(Failure::Unwell(alarm));
                self.drain(course)
            }
            _ => State::Live(course, Live::Attaching(since)),
        }
    }

    fn tracing(&mut self, course: Course, input: Input) -> State {
        match input {
            Input::Alarm(alarm) => {
                self.fail(Failure::Unwell(alarm));
                self.drain(course)
            }
            _ => State::Live(course, Live::Tracing),
        }
    }

    /// Asks the command to end, if there is one: first as its terminal would, then by a signal that it cannot ignore.
    /// `false`: that was done already, or there is no command.
    fn signal_command(&mut self, course: &mut Course, signal: StopSignal) -> bool {
        let runs = course.ready.is_some() || self.facts.command_output > 0;
        let Some(command) = course.command.as_mut().filter(|_| runs) else { return false };
        let number = match command.told_to_end {
            0 => command::signal(signal),
            1 => command::KILL,
            _ => return false,
        };
        // A user who sends a signal by other means needs no hint.
        if command.told_to_end == 0 && self.settings.terminal {
            self.actions.push(Action::Say(Remark::CommandInterrupted));
        }
        command.told_to_end += 1;
        self.actions.push(Action::SignalCommand(number));
        true
    }

    /// Handles a report of the command. `false`: the trace has no purpose any more.
    pub(super) fn hear_command(&mut self, course: &mut Course, said: Said) -> bool {
        if course.command.is_none() {
            return true;
        }
        let greeted = course.wall_offset.is_some();
        match said {
            Said::OutputGone => self.actions.push(Action::SignalCommand(command::PIPE)),
            Said::InputStaysOpen => self.say(Remark::InputStaysOpen),
            Said::Exited(status) => {
                course.command = None;
                if !greeted {
                    let why = format!("its tracer ended with status {status} before it had begun");
                    self.fail(Failure::NotRun(why));
                    return false;
                }
                self.record.status = Some(status);
            }
            Said::Lost(why) => {
                course.command = None;
                self.fail(if greeted { Failure::CommandLost(why) } else { Failure::NotRun(why) });
                return false;
            }
        }
        true
    }
}

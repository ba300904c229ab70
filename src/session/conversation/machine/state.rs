//! The states of a conversation. Each carries only what has a meaning in it.

use super::{
    input::{Ending, Loss},
    table::Phase,
};
use crate::gap::GapStart;
use tokio::time::Instant;
use wire::message::End;

/// Where a conversation stands.
#[derive(Clone, Debug)]
pub enum State {
    /// The tracer runs, or is about to.
    Live(Course, Live),
    /// The end was asked for.
    Draining(Course, Draining),
    /// The connection is gone: what a new one continues, and how the old one was lost.
    Reconnecting(Course, Interrupted, Loss),
    /// The connection is gone for good.
    Flushing(Course, Flushing),
    /// The trace is over, the command's output is not.
    Finishing(Finishing),
    /// Nothing more will happen.
    Over(Ending),
}

/// What is known of a trace as long as it exists.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// When everything was attached for the first time.
    pub ready: Option<Instant>,
    /// Since when nothing is traced that should be.
    pub gap: Option<GapStart>,
    /// How often the trace was begun anew.
    pub anew: u32,
    /// What turns the tracer's times into nanoseconds since 1970, once it has greeted us.
    pub wall_offset: Option<i64>,
    /// The command that runs.
    pub command: Option<Command>,
}

/// A command that runs under the tracer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// How often it was told to end.
    pub told_to_end: u32,
}

/// How far a trace has come, and since when.
#[derive(Clone, Debug)]
pub enum Live {
    /// [`Phase::Asking`]
    Asking(Instant),
    /// [`Phase::Placing`]
    Placing(Instant),
    /// [`Phase::Starting`]
    Starting(Instant),
    /// [`Phase::Attaching`]
    Attaching(Instant),
    /// [`Phase::Tracing`]
    Tracing,
}

/// The totals are on their way.
#[derive(Clone, Debug)]
pub struct Draining {
    /// Since when.
    pub since: Instant,
    /// Whether the user was told that we wait for the reader of the trace.
    pub told: bool,
}

/// What a new connection continues.
#[derive(Clone, Debug)]
pub enum Interrupted {
    /// A trace.
    Live(Live),
    /// Its end.
    Draining(Draining),
    /// A new trace, in place of one that ended too early with these totals.
    Anew(End),
}

/// What arrived before the connection was lost is being written.
#[derive(Clone, Debug)]
pub struct Flushing {
    /// Since when.
    pub since: Instant,
    /// How the connection was lost.
    pub loss: Loss,
    /// Whether the user was told that we wait for the reader of the trace.
    pub told: bool,
}

/// The command's last output is on its way.
#[derive(Clone, Debug)]
pub struct Finishing {
    /// How the trace ended.
    pub ending: Ending,
    /// The command's status, if the tracer told it.
    pub status: Option<u8>,
    /// How much of the command's output had arrived at the last look, and when that was.
    pub seen: (Option<usize>, Instant),
}

impl State {
    /// The phase.
    pub fn phase(&self) -> Phase {
        match self {
            State::Live(_, Live::Asking(_)) => Phase::Asking,
            State::Live(_, Live::Placing(_)) => Phase::Placing,
            State::Live(_, Live::Starting(_)) => Phase::Starting,
            State::Live(_, Live::Attaching(_)) => Phase::Attaching,
            State::Live(_, Live::Tracing) => Phase::Tracing,
            State::Draining(..) => Phase::Draining,
            State::Reconnecting(..) => Phase::Reconnecting,
            State::Flushing(..) => Phase::Flushing,
            State::Finishing(_) => Phase::Finishing,
            State::Over(_) => Phase::Over,
        }
    }
}

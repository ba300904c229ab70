//! The states of a conversation. Each carries what has a meaning in it, and nothing else.

use super::{
    input::{Ending, Loss},
    table::Phase,
};
use crate::session::conversation::gap::GapStart;
use tokio::time::Instant;
use wire::message::End;

/// Where a conversation stands.
#[derive(Clone, Debug)]
pub enum State {
    /// The tracer works, or is on its way.
    Live(Course, Live),
    /// The end was asked for.
    Draining(Course, Draining),
    /// The connection is gone; what is to be gone on with.
    Reconnecting(Course, Interrupted, Loss),
    /// The connection is gone for good.
    Flushing(Course, Flushing),
    /// The trace is over, the command's output is not.
    Finishing(Finishing),
    /// Nothing more will happen.
    Over(Ending),
}

/// What is true of a trace as long as it is one.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// When everything was attached for the first time.
    pub ready: Option<Instant>,
    /// Since when nothing is traced that should be.
    pub gap: Option<GapStart>,
    /// How often the trace was begun anew.
    pub anew: u32,
    /// What makes nanoseconds since 1970 of the tracer's times, once it has greeted.
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

/// How far a trace has come; since when.
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
    /// Whether the person knows that we wait for the reader of the trace.
    pub told: bool,
}

/// What a new connection goes on with.
#[derive(Clone, Debug)]
pub enum Interrupted {
    /// A trace.
    Live(Live),
    /// Its end.
    Draining(Draining),
    /// A new trace in place of one that ended too early, so.
    Anew(End),
}

/// What came before the connection was lost is being written.
#[derive(Clone, Debug)]
pub struct Flushing {
    /// Since when.
    pub since: Instant,
    /// How the connection was lost.
    pub loss: Loss,
    /// Whether the person knows that we wait for the reader of the trace.
    pub told: bool,
}

/// The command's last output is on its way.
#[derive(Clone, Debug)]
pub struct Finishing {
    /// How the trace ended.
    pub ending: Ending,
    /// The command's status, if the tracer told it.
    pub status: Option<u8>,
    /// How much of the command's output had come, and when that was looked at.
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

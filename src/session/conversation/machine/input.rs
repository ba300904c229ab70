//! The inputs and actions of a conversation: everything that the loop around the machine does, as data.

use crate::{
    gap::{Gap, GapStart},
    interrupt::StopSignal,
    session::command::Said,
};
use wire::message::{End, Placement};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The tracer says where it will run.
    Placement(Placement),
    /// The tracer answers.
    Hello {
        /// What to add to its times to get nanoseconds since 1970.
        wall_offset: i64,
    },
    /// Everything that was running is attached.
    Ready {
        /// Threads.
        threads: u32,
        /// Processes.
        processes: u32,
        /// When, in nanoseconds of the tracer's clock.
        time: u64,
    },
    /// The trace has ended, and all of it was written.
    End(End),
    /// What arrived cannot be read.
    Unreadable(String),
    /// As many events are written as were asked for.
    Enough,
    /// Nobody reads the output any more.
    OutputGone,
    /// The output cannot be written; the loop has the reason.
    OutputFailed,
    /// Everything that arrived of a broken stream is written.
    Written,
    /// Bytes arrived from the tracer.
    Bytes(usize),
    /// The connection to the tracer is gone.
    Lost(Loss),
    /// A new connection is there.
    Reconnected,
    /// There will be no new connection.
    NoReconnect,
    /// The exec that was to run the tracer in the target's container has ended.
    EngineEnded(String),
    /// The command that runs under the tracer reports something.
    Command(Said),
    /// Somebody asks for the end.
    Signal(StopSignal),
    /// This process was suspended (Ctrl-Z) and runs again.
    Continued,
    /// Something is wrong with the target.
    Alarm(String),
    /// The time that [`Machine::deadline`](super::Machine::deadline) named has come.
    Deadline,
}

/// How a connection was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The relay in the tracer's container ended, in this way.
    Relay(String),
    /// The connection itself broke, in this way.
    Connection(String),
}

impl Loss {
    /// As text.
    pub fn words(&self) -> &str {
        match self {
            Loss::Relay(words) | Loss::Connection(words) => words,
        }
    }
}

/// What the loop knows at the moment of an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The time, in nanoseconds since 1970.
    pub wall: i64,
    /// Whether input waits for the printer, which waits for its own reader.
    pub reader_waits: bool,
    /// Whether the exec that ran the tracer in the target's container was cut, rather than ended.
    pub engine_cut: bool,
    /// Chunks of the command's output that arrived.
    pub command_output: usize,
    /// Whether all of them are written.
    pub command_written: bool,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Tell the agent that the tracer cannot run in the target's container.
    NoDoor,
    /// Send this signal to the command.
    SignalCommand(i32),
    /// Ask for the end of the trace, on every connection.
    Stop,
    /// Run the tracer in the target's container.
    RunEngine {
        /// The agent's door.
        process: i32,
        /// Whether it must be able to trace every process.
        whole: bool,
    },
    /// The tracer in the target's container listens: begin its heartbeats.
    BeginEngine,
    /// The tracer in the target's container is of no more use.
    DropEngine,
    /// Run the command under the tracer.
    RunCommand {
        /// The agent's door.
        process: i32,
    },
    /// The tracer has the command: from now on its streams are the command's.
    BeginCommand,
    /// Drop the command's connection.
    DropCommand,
    /// Tell the printer that no more of this stream will arrive.
    CutStream,
    /// Tell the printer that a new stream begins.
    NewStream(Option<GapStart>),
    /// Open a new connection.
    Reconnect(First),
    /// Show a message.
    Say(Remark),
}

/// What a new connection begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Continue the trace.
    Resume,
    /// Begin another.
    Trace,
}

/// A message to the user.
#[derive(Clone, Debug, PartialEq)]
pub enum Remark {
    /// The tracer runs in its own container, and why not in the target's.
    OwnContainer(String),
    /// The tracer runs in the target's container.
    TargetContainer,
    /// The command runs.
    Running,
    /// The trace is complete from here on.
    Tracing {
        /// Threads.
        threads: u32,
        /// Processes.
        processes: u32,
    },
    /// A gap has ended.
    Gap(Gap),
    /// The trace has lasted as long as it should (`--duration`).
    Lasted,
    /// Everything has ended, but the reader of the trace has not taken all of it.
    Unread,
    /// The command was told to end.
    CommandInterrupted,
    /// The command goes on without a tracer.
    CommandRunsOn,
    /// The end of our standard input cannot be passed on to the command.
    InputStaysOpen,
}

/// What went wrong, apart from how the conversation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// `--place target` is not possible, and why.
    NotPlaced(String),
    /// The command was not run, and why.
    NotRun(String),
    /// The command's streams are gone, and why.
    CommandLost(String),
    /// How the command ended is not known, and why.
    CommandUnknown(String),
    /// The output cannot be written; the loop has the reason.
    Output,
    /// Something is wrong with the target, and what.
    Unwell(String),
}

/// How a conversation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// With the tracer's totals.
    Totals(End),
    /// What arrived cannot be read, and why.
    Unreadable(String),
    /// The tracer said something that this phase does not allow.
    OutOfTurn {
        /// What it said.
        what: &'static str,
        /// When.
        phase: &'static str,
    },
    /// The connection was lost, and there was no other.
    Lost(Loss),
    /// Attaching took too long.
    AttachTimeout,
    /// The totals took too long.
    TotalsTimeout,
    /// The user did not want to wait.
    Impatient,
}

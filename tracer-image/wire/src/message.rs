//! Both directions of the conversation.

pub use crate::target::{Programs, Redact, Target};
use crate::{
    event::Event,
    look::{Fact, Look},
    refused::{Refusals, Refused},
    summary::{Count, Counting},
    text,
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use syscalls::value::Name;

/// Version of the conversation. Raised whenever an old client could misread a new tracer or the other way round:
/// a variant or field added, removed or moved in [`Message`], [`Request`], [`Event`] or
/// [`Value`](syscalls::value::Value). New calls, flags and names need no new version: they travel as names.
///
/// Some messages never change, so that two versions can at least tell each other which they are, and so that `status` and
/// `detach` work between them: [`Hello`], [`Message::End`] with [`Reason::Failed`] and [`Reason::Stopped`],
/// [`Message::Status`], [`Request::Status`], [`Request::Leave`], [`Request::Heartbeat`], [`Request::Stop`], and the first
/// field of [`Trace`]. `tests/versions.rs` holds them to the bytes of version 9. New variants come last.
pub const VERSION: u32 = 11;

/// Tracer to client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// The first message of a stream.
    Hello(Hello),
    /// The text of a name, before its first use by that shard.
    Define {
        /// The shard whose events use it.
        shard: u16,
        /// The id; ids of a shard count up from 0.
        name: Name,
        /// The text.
        text: Cow<'static, str>,
    },
    /// Something happened to a tracee.
    Event {
        /// The shard (tracer thread) that saw it. Events of one shard are in order.
        shard: u16,
        /// What happened.
        event: Event,
    },
    /// Words for the person who traces: what could not be attached and why, what the tracer is waiting for.
    Notice(Notice),
    /// Everything that was running could be attached; from here on the trace is complete.
    Ready {
        /// Threads that are traced now.
        threads: u32,
        /// Processes they belong to.
        processes: u32,
        /// When, in nanoseconds of the tracer's monotonic clock.
        time: u64,
    },
    /// The last message of a stream.
    End(End),
    /// Where the tracer will run: the agent's answer to a [`Trace`] that leaves it open, and the first frame of its
    /// stream.
    Placement(Placement),
    /// How often calls were made, shortly before the end, where they are counted ([`Trace::counting`]): exact, whatever
    /// was lost.
    Summary(Vec<Count>),
    /// How the trace goes, every second.
    Pulse(Pulse),
    /// What the agent does: its answer to [`Request::Status`] and [`Request::Leave`].
    Status(AgentStatus),
    /// A process that could not be attached to, while others could.
    NotTraced(Box<Refused>),
    /// Nothing is shown: why that may be. Once, some seconds after the beginning, or shortly before the end of a trace that
    /// counts.
    Silence(Silence),
    /// An answer to [`Request::Look`].
    Fact(Fact),
}

impl Message {
    /// Whether only the agent may say this. An engine in the target's container may be in the target's hands, so the
    /// agent passes on nothing of an engine's that claims to be its own ([`Head::agent`](crate::codec::Head::agent)).
    pub fn is_agents(&self) -> bool {
        matches!(self, Message::Placement(_) | Message::Status(_))
    }
}

/// What there is to say of a trace that shows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Threads that are traced.
    pub threads: u32,
    /// Calls that have begun, whether a filter leaves them out or not.
    pub calls: u64,
    /// Whether the trace is about to end: of no interest where calls were counted.
    pub ends: bool,
    /// Calls that the filter asks for, each with the one that C libraries make in its place and that it leaves out.
    pub instead: Vec<(String, String)>,
    /// Threads that are blocked in a call: a few of them.
    pub blocked: Vec<Blocked>,
}

/// A thread that is blocked in a call. Its words come from the target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Its id, in the numbering of the tracer's PID namespace.
    pub tid: i32,
    /// Its name.
    pub comm: String,
    /// The call as far as it is known, without the closing parenthesis.
    pub call: String,
    /// How many more threads of its process are in the same call.
    pub others: u32,
}

/// Where the tracer will run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Placement {
    /// In the target's container, once the client has run the tracer there, by way of the root of this process:
    /// `/proc/PROCESS/root/tracer`. It is of the agent's container and of the target's PID namespace.
    Door {
        /// Its id.
        process: i32,
        /// Whether a tracer in the agent's container could trace what one in the target's may not: then the one in the
        /// target's has to be able to trace every process, or leave.
        whole: bool,
    },
    /// In the agent's container, as a person is told.
    Agent {
        /// Why not in the target's.
        #[serde(deserialize_with = "text::decode")]
        why: String,
    },
}

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`VERSION`] of the tracer.
    pub version: u32,
    /// The tracer's release.
    #[serde(deserialize_with = "text::decode")]
    pub release: String,
    /// What to add to an event's monotonic time for nanoseconds since 1970.
    pub wall_offset: i64,
}

/// How a trace goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {
    /// When, in nanoseconds of the tracer's monotonic clock.
    pub time: u64,
    /// Events so far, not counting lost ones.
    pub events: u64,
    /// Events that were lost so far.
    pub lost: u64,
    /// Bytes that wait in the tracer to be sent.
    pub held: u64,
    /// Threads that are traced now.
    pub threads: u32,
    /// How fast the target ran lately; none where that is not known.
    pub speed: Option<Speed>,
}

/// How fast the target runs while it is traced, compared with how fast it would run without us: the work that its threads
/// did over the last seconds, and the work that they would have done. Both as CPU time of their own, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speed {
    /// What was done.
    pub done: u64,
    /// What would have been done.
    pub due: u64,
    /// The part of `due` of threads whose own work is so small beside what the stops cost that `done` is an upper bound.
    pub bounded: u64,
}

impl Speed {
    /// In percent of the speed that it would have; none where it would have done nothing either.
    pub fn percent(&self) -> Option<u32> {
        let rounded = (self.done.saturating_mul(100).saturating_add(self.due / 2)).checked_div(self.due)?;
        Some(rounded.min(100) as u32)
    }

    /// Whether that is what it runs at most.
    pub fn is_bound(&self) -> bool {
        self.bounded > self.due / 2
    }
}

/// What an agent does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentStatus {
    /// The agent's release.
    #[serde(deserialize_with = "text::decode")]
    pub release: String,
    /// After how many seconds without use it leaves.
    pub idle: u64,
    /// For how many seconds nobody has used it; none while somebody does.
    pub unused: Option<u64>,
    /// Who traces.
    pub sessions: Vec<SessionStatus>,
}

/// One trace at an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionStatus {
    /// [`Trace::who`]
    #[serde(deserialize_with = "text::decode")]
    pub who: String,
    /// When it began, in seconds since 1970.
    pub since: u64,
    /// Whether it runs in the target's container.
    pub in_target: bool,
    /// Whether its client is heard of.
    pub connected: bool,
    /// Events so far.
    pub events: u64,
    /// The expressions of `-e trace=`, shortened.
    #[serde(deserialize_with = "text::decode")]
    pub filter: String,
}

/// Words for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// How bad it is.
    pub level: Level,
    /// One line.
    #[serde(deserialize_with = "text::decode")]
    pub text: String,
}

/// How bad a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// Good to know.
    Note,
    /// Something of the trace is missing or could go wrong.
    Warning,
    /// The trace cannot go on.
    Error,
}

/// Why and with what totals a trace ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Events that were sent, not counting lost ones; which count, [`What::counts`](crate::event::What::counts) says.
    pub events: u64,
    /// Events that were lost because nobody took them in time.
    pub lost: u64,
    /// When it ended, in nanoseconds of the tracer's monotonic clock: from then on nothing is traced.
    pub time: u64,
    /// Why it ended.
    pub reason: Reason,
}

/// Why a trace ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// The client asked for it.
    Stopped,
    /// Every tracee is gone.
    TraceesGone,
    /// The target's PID 1 is exiting, and takes the PID namespace and us with it.
    InitExiting,
    /// The client was not heard of for longer than its lease.
    LeaseExpired,
    /// Nothing could be attached, or the tracer failed.
    Failed(#[serde(deserialize_with = "text::decode")] String),
    /// The tracer in the target's container is gone without a word, in words; nothing is known of what happened after
    /// [`End::time`]. Who runs it there may have ended it with the connection through which it was run.
    Gone(#[serde(deserialize_with = "text::decode")] String),
    /// The agent does not have, or has no longer, the trace that a client wants to go on with.
    Forgotten,
    /// The kernel let none of the processes be attached to.
    Refused(Refusals),
    /// The command has ended, and with it whatever of its children was traced: its exit code, or what a shell makes of the
    /// signal that ended it.
    CommandEnded {
        /// It.
        status: u8,
    },
    /// The command was not run.
    NotRun {
        /// What a shell would have exited with: 127 where there is no such program, 126 where it cannot be executed.
        status: u8,
        /// Why.
        #[serde(deserialize_with = "text::decode")]
        why: String,
    },
    /// Somebody else, whom this names, wanted every trace of the pod to end.
    Evicted(#[serde(deserialize_with = "text::decode")] String),
    /// The target runs at so many percent of its speed, which is less than [`Trace::max_slowdown`] leaves it.
    TooSlow {
        /// So many.
        percent: u32,
        /// Whether that is what it would run at: nothing was attached to.
        predicted: bool,
    },
    /// The memory limit of the target's container left so little that the tracer might have cost the target its life
    /// ([`Trace::spares_memory`]).
    MemoryShort {
        /// The limit, in bytes.
        limit: u64,
        /// What it left, in bytes.
        left: u64,
    },
}

/// Client to tracer.
#[allow(clippy::large_enum_variant, reason = "there is one at a time")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// The first request of a stream: what to trace and how. Nothing is attached before it.
    Trace(Trace),
    /// The first request of a stream instead of [`Request::Trace`]: the connection was cut, go on with a trace that
    /// another stream began. The answer is its stream from that frame on, or a stream that begins with that number and
    /// ends with [`Reason::Forgotten`].
    Resume {
        /// What the trace is called ([`Trace::session`]).
        session: u128,
        /// The number of the first frame that the client does not have.
        next: u64,
    },
    /// The client lives. Sent every second at least; silence longer than the lease means detach. To an engine in the
    /// target's container also on the line, without a number.
    Heartbeat {
        /// The number of the first frame that the client does not have: those before it are kept no longer.
        next: u64,
    },
    /// Detach, send what is there and `End`. To an engine in the target's container also on the line.
    Stop,
    /// From the agent to its engine only: the client was not heard of for longer than its lease, or has closed its
    /// side. Detach, keep what is there for it, and `End` with [`Reason::LeaseExpired`].
    Lapsed,
    /// From the agent to its engine only: everything up to the last frame is out of the PID namespace, or on its way
    /// where nobody can take it back.
    Delivered,
    /// After [`Placement::Door`]: the tracer cannot be run in the target's container. Run it in the agent's.
    NoDoor,
    /// To the command that runs under the tracer ([`Target::Command`]), and to its process group: this signal.
    Signal(i32),
    /// The first request of a stream instead of [`Request::Trace`]: what does the agent do? The answer is
    /// [`Message::Status`] and an `End`.
    Status,
    /// The first request of a stream instead of [`Request::Trace`]: end every trace, and the agent. The answer is
    /// [`Message::Status`] as it was before, and an `End` when every tracee is free.
    Leave {
        /// Who wants it ([`Trace::who`]).
        #[serde(deserialize_with = "text::decode")]
        who: String,
    },
    /// From the agent to its engine only: detach, and `End` with [`Reason::Evicted`].
    Evicted {
        /// Who wants it.
        #[serde(deserialize_with = "text::decode")]
        who: String,
    },
    /// The first request of a stream instead of [`Request::Trace`]: what does the kernel say of a target? The answer is a
    /// [`Hello`], [`Message::Fact`]s and an `End`. Nobody is traced.
    Look(Look),
}

/// What becomes of events that nobody takes in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Overload {
    /// They are dropped and counted.
    Drop,
    /// The target waits for so many milliseconds at a time at most; then they are dropped and counted.
    Block(u32),
}

/// Somebody's engine that holds tracees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process id.
    pub process: i32,
    /// For whom ([`Trace::who`]).
    #[serde(deserialize_with = "text::decode")]
    pub who: String,
    /// Since when, in seconds since 1970.
    pub since: u64,
}

/// Where the client wants the tracer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In the agent's container.
    Agent,
    /// In the container with this id where that is possible and loses nothing, else in the agent's.
    Auto(String),
    /// In the container with this id.
    Target(String),
}

impl Place {
    /// The number of the engine's first frame: an answer of the agent may precede it.
    pub fn first_frame(&self) -> u64 {
        u64::from(*self != Place::Agent)
    }
}

/// What to trace and how deep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// [`VERSION`] of the client.
    pub version: u32,
    /// What the client calls this trace, to go on with it ([`Request::Resume`]): a number that no other uses.
    pub session: u128,
    /// What to attach to.
    pub target: Target,
    /// Whether the children of tracees, and all threads of a process given by `-p`, are traced too (`-f`). The
    /// processes of a container always are.
    pub follow: bool,
    /// Whether processes that enter the container later, being nobody's child in it, are looked for.
    pub entrants: bool,
    /// The expressions of `-e` in their order: `trace=openat`, `status=failed`, `inject=...`. Checked by the client, which
    /// lets nothing through that tampers without being told so twice; parsed again by the tracer, whose table decides.
    pub expressions: Vec<String>,
    /// `-P`: only calls on these paths of the target, if any are named.
    pub trace_paths: Vec<String>,
    /// Whether calls are counted.
    pub counting: Counting,
    /// After how many calls the trace ends (`--syscall-limit`).
    pub limit: Option<u64>,
    /// Whether a thread that is about to execute a program is let go (`-b execve`).
    pub leave_at_execve: bool,
    /// How many shards there are; none: as many as serve best (`--tracer-threads`).
    pub shards: Option<u8>,
    /// Whether it is told at the end what the engine did (`--engine-stats`).
    pub engine_stats: bool,
    /// Whether arguments have their names (`-N`, JSON).
    pub names: bool,
    /// Whether the names of threads are told ([`What::Renamed`](crate::event::What::Renamed)).
    pub comms: bool,
    /// Whether events say where in the program they happened (`-i`, `-n`).
    pub sites: bool,
    /// `-s`
    pub strings: u32,
    /// `-v`
    pub verbose: bool,
    /// `-y`
    pub paths: bool,
    /// How long silence may last, in milliseconds.
    pub lease: u32,
    /// Where the tracer is to run.
    pub place: Place,
    /// Who traces, for others who find the target traced: a person's name and machine. Words, at most [`Trace::WHO`]
    /// bytes.
    #[serde(deserialize_with = "text::decode")]
    pub who: String,
    /// After how many seconds without use the agent is to leave from now on, if that is to change.
    pub idle: Option<u32>,
    /// What becomes of events that nobody takes in time.
    pub overload: Overload,
    /// How many percent of its speed the target may lose before the trace ends: with 60 it ends where the target runs at
    /// less than 40 % ([`Speed::percent`]).
    pub max_slowdown: Option<u32>,
    /// Whether the trace ends where the memory limit of the target's container leaves next to nothing.
    pub spares_memory: bool,
    /// What is hidden, if secrets are.
    pub redact: Option<Redact>,
    /// Who traces already. Filled in by the agent.
    pub holders: Vec<Holder>,
}

impl Trace {
    /// The longest [`Trace::who`] in bytes; the rest is left out.
    pub const WHO: usize = 256;
}

//! The ptrace engine.
//!
//! A shard is a thread, and a trace has one or several ([`deal`]). It seizes the tracees, waits for their stops, copies
//! what the gather plan asks for, lets them run on, and only then decodes. Nothing between a stop and its resume waits for anybody.
//!
//! **Detaching** is the end of the shard's thread: the kernel then lets every tracee run on as it stands, without the
//! EINTR that `PTRACE_INTERRUPT` and `PTRACE_DETACH` would cost a blocked call (`exit_ptrace` in kernel/ptrace.c).
//! So a shard returns only when no tracee stands still by our doing.

mod blocked;
mod calls;
mod count;
mod crew;
mod deal;
mod debug;
mod init;
mod lookout;
mod memory;
mod placement;
mod recent;
mod registers;
mod request;
mod seize;
mod select;
mod shard;
mod sieve;
mod spawn;
mod tamper;
mod tracee;
mod tracees;
mod wakeup;

use super::{Plan, Roster, Sinks, Stop};

pub use blocked::blocked;
/// Traces until the tracees are gone or `stop` is requested. Call it on a thread of its own: the tracees are free when
/// that thread has ended. Who is traced stands in `roster`.
pub use deal::run;
pub use registers::NATIVE;
pub use shard::Spawned;
pub use sieve::Sieve;
pub use wakeup::{MOST as MOST_SHARDS, boot_time, now, shards, wake, wall_offset};

/// Lets a command of this process begin, and traces until it and all its followed children are gone.
pub fn run_command(
    plan: &Plan,
    command: Waiting,
    sinks: &dyn Sinks,
    stop: &Stop,
    roster: Option<&Roster>,
) -> Spawned {
    let (crew, mut sink) = (crew::Crew::new(1), sinks.shard(0));
    shard::Shard::new(plan, &mut *sink, stop, &crew, 0).on(roster).run_command(command)
}

pub use spawn::{Command, Distance, User, Waiting};

/// The threads that are to be traced, as they are now, each with its process.
pub fn threads(plan: &Plan) -> Vec<(i32, i32)> {
    deal::threads(plan, &members(plan))
}

/// Who is to be traced, as it is now.
pub fn members(plan: &Plan) -> Vec<i32> {
    seize::members(plan, &plan.programs)
}

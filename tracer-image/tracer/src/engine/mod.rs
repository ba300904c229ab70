//! Engines: a set of processes in, a stream of events out.

use ptrace::{Spawned, Waiting};
use regex_lite::Regex;
use syscalls::filter::Test;
use wire::message::Reason;

mod assembly;
mod blocked;
pub mod members;
mod meter;
mod plan;
mod programs;
pub mod ptrace;
mod roster;
mod sink;
mod stop;
#[cfg(feature = "synthetic")]
mod synthetic;

pub use blocked::blocked;
pub use meter::{Meter, Metered};
pub use plan::{Engine, Plan};
pub use programs::Programs;
pub use roster::{Changes, Entry, Roster};
pub use sink::{Sink, Sinks};
pub use stop::Stop;

/// Traces what runs already until it is gone or `stop` is requested. Call it on a thread of its own: the tracees are free
/// when that thread has ended. Who is traced stands in `roster`.
pub fn run(plan: &Plan, sinks: &dyn Sinks, stop: &Stop, roster: Option<&Roster>) -> Reason {
    match &plan.engine {
        Engine::Ptrace(means) => ptrace::run(plan, means, sinks, stop, roster),
        #[cfg(feature = "synthetic")]
        Engine::Synthetic => synthetic::run(plan, sinks, stop),
    }
}

/// Lets a command of this process begin, and traces until it and all its followed children are gone.
pub fn run_command(
    plan: &Plan,
    command: Waiting,
    sinks: &dyn Sinks,
    stop: &Stop,
    roster: Option<&Roster>,
) -> Spawned {
    match &plan.engine {
        Engine::Ptrace(means) => ptrace::run_command(plan, means, command, sinks, stop, roster),
        #[cfg(feature = "synthetic")]
        Engine::Synthetic => Spawned::attached(synthetic::run(plan, sinks, stop)),
    }
}

/// Compiles a regular expression of `-e trace=/...` into a test of names.
///
/// # Errors
/// In regcomp(3)'s words.
pub fn compile(expression: &str) -> Test {
    let regex = Regex::new(expression).map_err(|_| format!("{expression}: Invalid regular expression"))?;
    Ok(Box::new(move |name: &str| regex.is_match(name)))
}

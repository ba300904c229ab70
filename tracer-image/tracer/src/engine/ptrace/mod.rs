//! The ptrace engine.
//!
//! A shard is a thread, and a trace has one or several ([`deal`]). It seizes the tracees, waits for their stops, copies
//! what the gather plan asks for, lets them run on, and only then decodes. Nothing between a stop and its resume waits for anybody.
//!
//! **Detaching** is the end of the shard's thread: the kernel then lets every tracee run on as it stands, without the
//! EINTR that `PTRACE_INTERRUPT` and `PTRACE_DETACH` would cost a blocked call (`exit_ptrace` in kernel/ptrace.c).
//! So a shard returns only when no tracee stands still by our doing.

mod affinity;
mod attach;
mod calls;
mod deal;
mod debug;
mod entrants;
mod init;
mod means;
mod registers;
mod registry;
mod request;
mod seccomp_filter;
mod seize;
mod shard;
mod spawn;
mod spin_wait;
mod tamper;
mod tracee;
mod tracees;
mod turns;
mod wakeup;

use super::{Plan, Roster, Sinks, Stop};

pub use deal::run;
pub use means::Means;
pub use seccomp_filter::SeccompFilter;
pub use shard::Spawned;
pub use wakeup::{MOST as MOST_SHARDS, shards, wake};

/// Lets a command of this process begin, and traces until it and all its followed children are gone.
pub fn run_command(
    plan: &Plan,
    means: &Means,
    command: Waiting,
    sinks: &dyn Sinks,
    stop: &Stop,
    roster: Option<&Roster>,
) -> Spawned {
    let (registry, mut sink) = (registry::ShardRegistry::new(1), sinks.shard(0));
    shard::Shard::new(plan, means, &mut *sink, stop, &registry, 0).on(roster).run_command(command)
}

pub use spawn::{Command, Distance, User, Waiting};

/// For tests that run an engine: there is one for each process.
#[cfg(test)]
fn alone() -> std::sync::MutexGuard<'static, ()> {
    static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A plan that traces some processes and everything of them.
#[cfg(test)]
pub fn plan(processes: Vec<i32>) -> Plan {
    use super::{Engine, Programs};
    use wire::summary::Counting;
    Plan {
        target: wire::message::Target::Processes(processes),
        programs: Programs::default(),
        wanted: Default::default(),
        count: Counting::Events,
        comms: false,
        sites: false,
        engine_stats: false,
        debug: false,
        limit: None,
        depth: Default::default(),
        follow: true,
        entrants: None,
        inside: false,
        holders: Vec::new(),
        engine: Engine::Ptrace(Means::default()),
    }
}

#[cfg(test)]
mod sinks {
    use crate::engine::Sink;
    use std::time::Duration;
    use syscalls::value::Names;
    use wire::{event::Event, message::Notice, refused::Refused, summary::Count};

    /// A sink for tests that want no events.
    pub struct Silent;

    impl Sink for Silent {
        fn event(&mut self, _: Event, _: &Names) {}

        fn sees_a_call(&mut self) {}

        fn notice(&mut self, _: Notice) {}

        fn not_traced(&mut self, _: Refused) {}

        fn ready(&mut self, _: u32, _: u32) {}

        fn summary(&mut self, _: Vec<Count>) {}

        fn rests(&mut self, _: bool) {}

        fn wakes(&mut self) {}

        fn tells_others(&mut self) {}

        fn circle(&mut self, _: &str) {}

        fn flush(&mut self, _: Duration) {}
    }
}

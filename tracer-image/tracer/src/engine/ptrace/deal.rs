//! How many shards a trace has, and which of them serves whom.
//!
//! Whoever seizes a thread serves it: the kernel answers no other thread, and what a tracee gives birth to belongs to the
//! same. So the threads that are there are dealt out once, one by one, and those that come later go where their parents
//! are. A command that we start ourselves has one thread at first, and therefore one shard.
//!
//! **How many**: twice the CPUs that we may use, 16 at most, and no more than there are threads. Fewer are worse: two
//! shards on two CPUs sleep and wake each other's tracees across CPUs (29 to 46 us for each call of four threads, against
//! 25 to 36 with one shard), four are mostly where their tracee is (11 to 16).

use super::{crew::Crew, seize, shard::Shard, wakeup::MOST};
use crate::{
    engine::{Plan, Roster, Sinks, Stop},
    procfs,
};
use std::{num::NonZero, thread};
use wire::message::{Reason, Target};

/// Shards for each CPU.
const FOR_EACH_CPU: usize = 2;

/// The threads of the target, each with its process.
pub fn threads(plan: &Plan, members: &[i32]) -> Vec<(i32, i32)> {
    let whole = plan.follow || matches!(plan.target, Target::Container { .. });
    let of = |process: &i32| {
        let threads = if whole { procfs::threads(*process).unwrap_or_default() } else { vec![*process] };
        let process = if whole { *process } else { procfs::process_of(*process).unwrap_or(*process) };
        threads.into_iter().map(move |tid| (tid, process))
    };
    members.iter().flat_map(of).collect()
}

/// Most shards that serve.
fn most(plan: &Plan) -> usize {
    let cpus = thread::available_parallelism().map_or(1, NonZero::get);
    let wanted = match plan.shards {
        Some(wanted) => wanted,
        None if cpus == 1 => 1,
        None => FOR_EACH_CPU * cpus,
    };
    // A limit is counted in one place.
    let most = if plan.limit.is_some() { 1 } else { MOST };
    wanted.min(most)
}

/// Traces what runs already, until it is gone or `stop` is requested.
pub fn run(plan: &Plan, sinks: &dyn Sinks, stop: &Stop, roster: Option<&Roster>) -> Reason {
    // One shard finds its tracees by itself.
    let most = most(plan);
    let threads = if most > 1 { threads(plan, &seize::members(plan, &plan.programs)) } else { Vec::new() };
    let count = most.min(threads.len()).max(1);
    let crew = Crew::new(count);
    let serve = |number: u16, share: Option<Vec<(i32, i32)>>| {
        let mut sink = sinks.shard(number);
        let shard = Shard::new(plan, &mut *sink, stop, &crew, number).on(roster);
        let reason = match share {
            Some(share) => shard.help(&share),
            None => shard.run_attached(),
        };
        crew.close(number);
        reason
    };
    thread::scope(|scope| {
        let serve = &serve;
        let mut helpers = Vec::new();
        for number in 1..count as u16 {
            let share = threads.iter().skip(number.into()).step_by(count).copied().collect();
            let helper = thread::Builder::new().name(format!("engine {number}"));
            match helper.spawn_scoped(scope, move || serve(number, Some(share))) {
                Ok(helper) => helpers.push(helper),
                // Where the system gives no thread for it, its share is the leader's.
                Err(_) => crew.close(number),
            }
        }
        crew.wait_for(helpers.len());
        let reason = serve(0, None);
        for helper in helpers {
            if helper.join().is_err() {
                return Reason::Failed("a part of the engine panicked".into());
            }
        }
        reason
    })
}

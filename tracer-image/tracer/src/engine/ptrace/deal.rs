//! How many shards a trace has, and which of them serves whom.
//!
//! Whoever seizes a thread serves it: the kernel answers no other thread, and what a tracee gives birth to belongs to the
//! same. So the threads that are there are dealt out once, one by one, and those that come later go where their parents
//! are. A command that we start ourselves has one thread at first, and therefore one shard.
//!
//! **How many**: twice the CPUs that we may use, 16 at most, and no more than there are threads. Fewer are worse: two
//! shards on two CPUs sleep and wake each other's tracees across CPUs (29 to 46 us for each call of four threads, against
//! 25 to 36 with one shard), four are mostly where their tracee is (11 to 16).

use super::{entrants::Entrants, means::Means, registry::ShardRegistry, shard::Shard, wakeup::MOST};
use crate::{
    circle,
    engine::{
        Plan, Roster, Sinks, Stop,
        members::{Meant, members, threads},
    },
};
use std::{num::NonZero, sync::Arc, thread};
use wire::message::{Reason, Target};

/// Shards for each CPU.
const FOR_EACH_CPU: usize = 2;

/// Most shards that serve.
fn most(plan: &Plan, means: &Means) -> usize {
    let cpus = thread::available_parallelism().map_or(1, NonZero::get);
    let wanted = match means.shards {
        Some(wanted) => wanted,
        None if cpus == 1 => 1,
        None => FOR_EACH_CPU * cpus,
    };
    // A limit is counted in one place.
    let most = if plan.limit.is_some() { 1 } else { MOST };
    wanted.min(most)
}

/// Traces what runs already, until it is gone or `stop` is requested.
pub fn run(plan: &Plan, means: &Means, sinks: &dyn Sinks, stop: &Stop, roster: Option<&Roster>) -> Reason {
    // One shard finds its tracees by itself.
    let most = most(plan, means);
    let mut members = if most > 1 { members(plan, &plan.programs) } else { Vec::new() };
    // The first shard refuses those, and says so.
    members.retain(|member| !circle::traces_us(member.process));
    let threads = threads(plan, &members);
    let count = most.min(threads.len()).max(1);
    let registry = Arc::new(ShardRegistry::new(count));
    let container = matches!(plan.target, Target::Container { .. });
    let every = plan.entrants.filter(|_| container);
    let entrants = every.and_then(|every| Entrants::look_for(plan, registry.clone(), every));
    let serve = |number: u16, share: Option<Vec<Meant>>| {
        let mut sink = sinks.shard(number);
        let shard = Shard::new(plan, means, &mut *sink, stop, &registry, number).on(roster);
        match share {
            Some(share) => shard.help(&share),
            None => shard.finding(entrants.as_ref()).run_attached(),
        }
    };
    if count == 1 {
        return serve(0, None);
    }
    thread::scope(|scope| {
        let serve = &serve;
        let start = |number: u16, share| {
            let shard = thread::Builder::new().name(format!("engine {number}"));
            shard.spawn_scoped(scope, move || serve(number, share))
        };
        let mut shards = Vec::new();
        for number in 1..count as u16 {
            let share = threads.iter().skip(number.into()).step_by(count).copied().collect();
            match start(number, Some(share)) {
                Ok(shard) => shards.push(shard),
                // Where the system gives no thread for it, its share is the first shard's.
                Err(_) => registry.close(number, |_| ()),
            }
        }
        registry.wait_for(shards.len());
        // The first one has a thread of its own too: this one waits for all of them, and whoever waits for others must not
        // hold tracees.
        let first = match start(0, None) {
            Ok(first) => first.join(),
            Err(_) => Ok(serve(0, None)),
        };
        let panicked = |_| Reason::Failed("a part of the engine panicked".into());
        let mut reason = first.unwrap_or_else(panicked);
        for shard in shards {
            let other = shard.join().unwrap_or_else(panicked);
            if matches!(other, Reason::Failed(_)) {
                reason = other;
            }
        }
        reason
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::{
            Sink,
            ptrace::{alone, plan, sinks::Silent, wake},
        },
        procfs,
    };
    use std::{
        process::{Child, Command},
        sync::atomic::{AtomicBool, Ordering},
        time::{Duration, Instant},
    };
    use syscalls::value::Names;
    use wire::event::Event;

    /// The sinks of shards of which all but the first hang when there is something to tell.
    #[derive(Default)]
    struct Hanging {
        hangs: AtomicBool,
        hung: AtomicBool,
        ready: AtomicBool,
    }

    struct One<'a>(&'a Hanging, u16);

    impl Sinks for Hanging {
        fn shard(&self, number: u16) -> Box<dyn Sink + '_> {
            Box::new(One(self, number))
        }
    }

    impl Sink for One<'_> {
        fn event(&mut self, event: Event, names: &Names) {
            while self.1 != 0 && self.0.hangs.load(Ordering::SeqCst) {
                self.0.hung.store(true, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(5));
            }
            Silent.event(event, names);
        }

        fn ready(&mut self, _: u32, _: u32) {
            self.0.ready.store(true, Ordering::SeqCst);
        }

        fn sees_a_call(&mut self) {}

        fn notice(&mut self, _: wire::message::Notice) {}

        fn not_traced(&mut self, _: wire::refused::Refused) {}

        fn summary(&mut self, _: Vec<wire::summary::Count>) {}

        fn rests(&mut self, _: bool) {}

        fn wakes(&mut self) {}

        fn tells_others(&mut self) {}

        fn circle(&mut self, _: &str) {}

        fn flush(&mut self, _: Duration) {}
    }

    fn traced(child: &Child) -> bool {
        procfs::status(child.id() as i32, "TracerPid").is_some_and(|tracer| tracer != "0")
    }

    fn soon(what: &str, done: impl Fn() -> bool) {
        let begin = Instant::now();
        while !done() {
            assert!(begin.elapsed() < Duration::from_secs(5), "{what}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn no_harm_to_the_tracees_of_a_shard_that_ends_before_the_others() {
        let _alone = alone();
        let mut children = [0, 1].map(|_| Command::new("sleep").arg("60").spawn().expect("sleep"));
        let plan = plan(children.iter().map(|child| child.id() as i32).collect());
        let means = Means { shards: Some(2), ..Means::default() };
        let (sinks, stop) = (Hanging::default(), Stop::default());
        thread::scope(|scope| {
            let engine = scope.spawn(|| run(&plan, &means, &sinks, &stop, None));
            soon("both are traced", || children.iter().all(traced) && sinks.ready.load(Ordering::SeqCst));
            sinks.hangs.store(true, Ordering::SeqCst);
            stop.request();
            soon("the second one hangs", || {
                wake();
                sinks.hung.load(Ordering::SeqCst)
            });
            let freed = Instant::now();
            while traced(&children[0]) && freed.elapsed() < Duration::from_secs(5) {
                wake();
                thread::sleep(Duration::from_millis(5));
            }
            let free = [traced(&children[0]), traced(&children[1])];
            sinks.hangs.store(false, Ordering::SeqCst);
            assert_eq!(engine.join().expect("no panic"), Reason::Stopped);
            assert_eq!(free, [false, true], "the first shard's tracee is free, the other one's is not yet");
        });
        for child in &mut children {
            child.kill().expect("it lives");
            child.wait().expect("our child");
        }
    }
}

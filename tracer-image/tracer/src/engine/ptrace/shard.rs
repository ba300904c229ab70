//! A shard: one thread, the tracees it seized, and its loop from stop to resume.

use super::{
    affinity::CpuAffinity,
    entrants::Entrants,
    means::Means,
    registry::{ShardMessage, ShardRegistry},
    request::{Cause, NoReport, Report, Stopped},
    tracee::{Delayed, INIT, Tracee},
    wakeup::{self, Clock},
};
use crate::{
    clock,
    engine::{
        Changes, Plan, Roster, Sink, Stop,
        assembly::{Assembly, Caller, LATE},
    },
    memory::Piece,
    procfs,
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    io, mem, thread,
    time::Duration,
};
use syscalls::filter::quiet;
use wire::{
    event::{Birth, What},
    message::Reason,
    summary::Counting,
};

/// How exactly tracees are held up.
const SHORTEST_DELAY: Duration = Duration::from_micros(200);
/// How long a shard without tracees waits before it looks for others again.
const OTHERS: Duration = Duration::from_millis(20);

/// How a command that we started ended.
#[derive(Debug)]
pub struct Spawned {
    /// Why the trace ended.
    pub reason: Reason,
    /// Its exit code.
    pub code: Option<i32>,
    /// The signal that killed it.
    pub signal: Option<i32>,
    /// Why its program could not be executed.
    pub failure: Option<io::Error>,
}

impl Spawned {
    /// Of what somebody else has started.
    pub fn attached(reason: Reason) -> Spawned {
        Spawned { reason, code: None, signal: None, failure: None }
    }
}

/// A tracer thread's state.
pub struct Shard<'a> {
    pub(super) plan: &'a Plan,
    pub(super) means: &'a Means,
    /// What makes events of it.
    pub(super) assembly: Assembly<'a>,
    pub(super) stop: &'a Stop,
    /// Who is traced, for others; what they do not know yet; who stands still because of a signal.
    pub(super) roster: Option<&'a Roster>,
    pub(super) changes: Changes,
    paused: HashSet<i32>,
    pub(super) tracees: HashMap<i32, Tracee>,
    /// The other shards, and which of them this is.
    pub(super) registry: &'a ShardRegistry,
    pub(super) number: u16,
    /// Processes that could not be attached, so that they are not tried again every second.
    pub(super) refused: HashSet<i32>,
    /// Tracees that were not meant, and are let go at their first stop.
    pub(super) strangers: HashSet<i32>,
    /// A tracer that has seized us while we seized it.
    pub(super) circle: Option<i32>,
    /// Who finds processes that enter the target later.
    pub(super) entrants: Option<&'a Entrants>,
    pub(super) pieces: Vec<Piece>,
    /// The kernel's CPU time for the process of the last tracee that stopped, where calls are counted.
    pub(super) system: u64,
    /// Which CPU this thread runs on.
    affinity: CpuAffinity,
    /// Whether only what a filter does not let through stops.
    pub(super) filtered: bool,
    /// Tracees that are held up, as was asked for.
    pub(super) delayed: Vec<Delayed>,
    /// The command that we started, and how it ended.
    pub(super) spawned: Option<i32>,
    pub(super) code: Option<i32>,
    pub(super) signal: Option<i32>,
}

impl<'a> Shard<'a> {
    /// A shard without tracees.
    pub fn new(
        plan: &'a Plan,
        means: &'a Means,
        sink: &'a mut dyn Sink,
        stop: &'a Stop,
        registry: &'a ShardRegistry,
        number: u16,
    ) -> Self {
        Shard {
            plan,
            means,
            assembly: Assembly::new(plan, sink),
            stop,
            registry,
            number,
            roster: None,
            changes: Changes::default(),
            paused: HashSet::new(),
            tracees: HashMap::new(),
            refused: HashSet::new(),
            strangers: HashSet::new(),
            circle: None,
            entrants: None,
            pieces: Vec::new(),
            system: 0,
            affinity: CpuAffinity::here(),
            filtered: false,
            delayed: Vec::new(),
            spawned: None,
            code: None,
            signal: None,
        }
    }

    /// The same, with a roster on which others find who is traced.
    pub fn on(mut self, roster: Option<&'a Roster>) -> Self {
        self.roster = roster;
        self
    }

    /// The same, which traces what enters the target later.
    pub fn finding(mut self, entrants: Option<&'a Entrants>) -> Self {
        self.entrants = entrants;
        self
    }

    /// The loop: until the tracees are gone or somebody asks for the end.
    pub(super) fn trace(&mut self, clock: &mut Clock) -> Reason {
        let traced = self.tracees.len();
        self.debug(|| format!("{traced} threads are traced"));
        let reason = self.until_end(clock);
        self.debug(|| format!("the trace ends: {reason:?}"));
        self.assembly.sum_up();
        if self.plan.engine_stats {
            let text = format!(
                "shard {}: {}, {} memory reads",
                self.number,
                self.affinity.stats(),
                self.assembly.reads()
            );
            self.assembly.note(text);
        }
        reason
    }

    fn until_end(&mut self, clock: &mut Clock) -> Reason {
        clock.tick(self.plan.entrants.unwrap_or(Duration::ZERO));
        loop {
            if let Some(roster) = self.roster {
                self.changes.write(roster);
            }
            for message in self.registry.messages(self.number) {
                self.read(message);
            }
            let reached = self.plan.limit.is_some_and(|limit| self.assembly.captured() >= limit);
            if self.stop.requested() || reached {
                if reached && self.plan.wanted.quiet & quiet::ATTACH == 0 {
                    self.assembly.tell_held();
                    let text = "System call limit has been reached, detaching tracees".into();
                    self.assembly.note(text);
                }
                self.let_go();
                return Reason::Stopped;
            }
            if wakeup::ticked() {
                self.assembly.tell_late();
                if !self.assembly.holds() {
                    clock.tick(self.plan.entrants.unwrap_or(Duration::ZERO));
                }
            }
            self.seize_entrants();
            // While a call is held back the clock ticks fast, so that it is shown when it hangs. It is slowed down by
            // the first tick that finds nothing held, not after each call.
            if self.assembly.holds() {
                clock.tick(LATE);
            }
            if !self.delayed.is_empty() {
                self.release_due();
                clock.tick(if self.delayed.is_empty() { LATE } else { SHORTEST_DELAY });
            }
            let counted = self.plan.count != Counting::Events;
            let held = self.assembly.holds();
            let found = self.affinity.wait(&self.tracees, counted, || self.assembly.sink.rests(held));
            self.assembly.sink.wakes();
            let report = found.map(|(report, system)| {
                self.system = system;
                report
            });
            match report {
                Ok(Report::Stop(stopped, cause)) => {
                    let (tid, since) = (stopped.tid(), if self.plan.debug { clock::now() } else { 0 });
                    self.stopped(stopped, cause);
                    self.debug_stop(tid, cause, since);
                }
                Ok(report) => self.ended(report),
                Err(NoReport::Interrupted) => {}
                Err(NoReport::NoTracees) => {
                    self.assembly.tell_held();
                    if self.is_over() {
                        return Reason::TraceesGone;
                    }
                    thread::sleep(OTHERS);
                }
            }
        }
    }

    pub(super) fn stopped(&mut self, mut stopped: Stopped, cause: Cause) {
        let tid = stopped.tid();
        if !self.strangers.is_empty() && self.strangers.remove(&tid) {
            return stopped.detach(if let Cause::Signal(signal) = cause { signal } else { 0 });
        }
        // Only where a call is to be seen to return, its end must stop.
        if self.filtered
            && cause != Cause::Filter
            && (cause == Cause::Syscall || !self.is_inside(&stopped, cause))
        {
            stopped.leave_to_filter();
        }
        // Who executes a program in the place of its leader is known, under another id.
        let born = !self.tracees.contains_key(&tid) && cause != Cause::Executed;
        if born && !self.plan.follow {
            return self.refuse(stopped, cause);
        }
        if born {
            // A child that a tracee made: the kernel made it a tracee of this thread before it ran.
            let process = procfs::process_of(tid).unwrap_or(tid);
            self.adopt(tid, Tracee::new(process), Caller::new(process));
            if process != INIT && !self.registry.several() {
                // Options are inherited: only PID 1 needs the stop at its exit.
                stopped.set_options(self.options(process));
            }
        }
        if !self.paused.is_empty()
            && self.paused.remove(&tid)
            && self.roster.is_some()
            && let Some(tracee) = self.tracees.get(&tid)
        {
            self.changes.enter(tid, tracee.process, tracee.meter.clone());
        }
        if !matches!(cause, Cause::Syscall | Cause::Filter)
            && let Some(tracee) = self.tracees.get(&tid)
        {
            tracee.meter.stopped();
        }
        match cause {
            Cause::Syscall | Cause::Filter => {
                self.affinity.look(&stopped);
                self.syscall(stopped);
                self.affinity.served();
            }
            Cause::Signal(signal) => self.signalled(stopped, signal),
            Cause::Group(signal) => {
                stopped.listen();
                self.paused.insert(tid);
                self.leave(tid);
                self.assembly.stopped(tid, clock::now(), signal);
            }
            Cause::Trap | Cause::Cloned | Cause::Other => {
                stopped.resume(0);
                if born {
                    let process = self.tracees.get(&tid).map_or(tid, |tracee| tracee.process);
                    self.assembly.attached(tid, process, Birth::Cloned);
                }
            }
            Cause::Executed => self.executed(stopped),
            Cause::Exiting => {
                if born {
                    let process = self.tracees.get(&tid).map_or(tid, |tracee| tracee.process);
                    self.assembly.attached(tid, process, Birth::Cloned);
                }
                self.exiting(stopped);
            }
        }
    }

    /// A child that a tracee has given us (`CLONE_PTRACE`), but that nobody asked for.
    fn refuse(&mut self, stopped: Stopped, cause: Cause) {
        let tid = stopped.tid();
        stopped.detach(if let Cause::Signal(signal) = cause { signal } else { 0 });
        if self.plan.wanted.quiet & quiet::ATTACH == 0 {
            self.say([format!("Detached unknown pid {tid}")]);
        }
    }

    /// A tracee is about to get a signal.
    fn signalled(&mut self, stopped: Stopped, signal: i32) {
        let tid = stopped.tid();
        // Before it is resumed: what follows from the signal is later.
        let now = clock::now();
        let siginfo = stopped.siginfo();
        if self.plan.sites {
            self.assembly.stands_at(tid, stopped.instruction());
        }
        if self.is_end_of_init(tid, signal, siginfo.as_ref()) {
            return self.crash_of_init(stopped, signal, siginfo);
        }
        let sender = self.assembly.sender(tid, siginfo.as_ref());
        stopped.resume(signal);
        self.assembly.signal(tid, now, signal, siginfo, &sender);
    }

    /// A tracee has executed a program, perhaps in the place of its leader.
    fn executed(&mut self, stopped: Stopped) {
        let tid = stopped.tid();
        let now = clock::now();
        let former = stopped.message().and_then(|former| i32::try_from(former).ok());
        let former = former.filter(|former| *former != tid);
        let executing = former.unwrap_or(tid);
        let instruction = if self.plan.sites { stopped.instruction() } else { None };
        let begins = self.tracees.get_mut(&executing).is_none_or(|one| mem::take(&mut one.begins));
        let leaves = self.means.leave_at_execve && !begins;
        let mut left = None;
        if leaves {
            left = Some(stopped);
        } else {
            stopped.resume(0);
        }
        if let Some(former) = former {
            self.assembly.moved(former, instruction);
            self.superseded(tid, former, now);
        }
        if let Some(stopped) = left {
            self.let_one_go(stopped);
        }
    }

    /// Whether a tracee that stands somewhere is still in a call whose end is to be seen.
    fn is_inside(&self, stopped: &Stopped, cause: Cause) -> bool {
        let former = if cause == Cause::Executed { stopped.message() } else { None };
        let tid = former.and_then(|former| i32::try_from(former).ok()).unwrap_or(stopped.tid());
        self.assembly.is_inside(tid)
            || self.tracees.get(&tid).is_some_and(|tracee| tracee.tampering.is_some())
    }

    /// The kernel has reported that a tracee is gone.
    pub(super) fn ended(&mut self, report: Report) {
        if let Report::Exited { tid, .. } | Report::Killed { tid, .. } = report
            && self.spawned.is_some()
            && !self.tracees.contains_key(&tid)
            && !self.strangers.contains(&tid)
        {
            // A tracee made it a child of ours (`CLONE_PARENT`).
            let end = if matches!(report, Report::Exited { .. }) { "Exit" } else { "Termination" };
            if self.plan.wanted.quiet & quiet::EXIT == 0 {
                self.say([format!("{end} of unknown pid {tid} ignored")]);
            }
            return;
        }
        match report {
            Report::Exited { tid, code } => {
                if self.spawned == Some(tid) {
                    self.code = Some(code);
                }
                self.gone(tid, What::Exited { code });
                self.debug_end(tid, "ended with", code);
            }
            Report::Killed { tid, signal, core } => {
                if self.spawned == Some(tid) {
                    self.signal = Some(signal);
                }
                let how = self.assembly.killed(signal, core);
                self.gone(tid, how);
                self.debug_end(tid, "was killed by signal", signal);
            }
            Report::Stop(stopped, cause) => self.stopped(stopped, cause),
        }
    }

    /// A tracee is gone for good.
    fn gone(&mut self, tid: i32, how: What) {
        if !self.strangers.is_empty() && self.strangers.remove(&tid) {
            return;
        }
        let now = clock::now();
        let process = self.tracees.get(&tid).map_or(tid, |tracee| tracee.process);
        self.ends(tid, now, how.clone());
        // The end of a leader is reported when it is alone.
        if tid == process
            && let Some(site) = self.registry.leader_ends(process)
        {
            self.assembly.tell_end(tid, now, site, how);
        }
        self.forget(tid);
    }

    /// Says that every tracee runs on without us. That they do is the work of this thread's end.
    fn let_go(&mut self) {
        self.assembly.tell_held();
        let now = clock::now();
        let tids: BTreeSet<i32> = self
            .tracees
            .iter()
            .filter(|(tid, tracee)| !tracee.ended && !self.assembly.is_hidden(**tid))
            .map(|(tid, _)| *tid)
            .collect();
        for tid in tids {
            self.assembly.detached(tid, now);
        }
    }
}

/// However it ends: what others know of its tracees is settled, so that none of them waits for it, and no id remains that
/// nobody owns.
impl Drop for Shard<'_> {
    fn drop(&mut self) {
        self.registry.close(self.number, |messages| {
            for message in messages {
                match message {
                    ShardMessage::Superseded { .. } => self.read(message),
                    ShardMessage::LastWords { .. } => self.registry.has_said(),
                }
            }
            let tids: Vec<i32> = self.tracees.keys().copied().collect();
            tids.into_iter().for_each(|tid| _ = self.forget(tid));
        });
    }
}

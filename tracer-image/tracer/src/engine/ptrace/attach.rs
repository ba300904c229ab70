//! How a shard gets its tracees: it seizes what runs already, or a command that waits.

use super::{
    request::{self, Cause, NoReport, Report},
    seize::{self, Thread},
    shard::{Shard, Spawned},
    spawn::{Verdict, Waiting},
    tracee::{INIT, Tracee},
    wakeup::{self, Clock},
};
use crate::{
    engine::{
        Programs,
        assembly::Caller,
        members::{Meant, Member, members},
    },
    procfs, refused,
};
use std::collections::{BTreeSet, HashSet};
use wire::{
    event::Birth,
    message::{Level, Notice, Reason, Target},
    refused::{Refusals, Refused},
};

/// Most refusals that are told one by one.
const MOST_REFUSALS: usize = 10;
/// Most names of programs that are told where none was the one that was meant.
const MOST_NAMES: usize = 20;

impl Shard<'_> {
    /// Traces what runs already.
    pub fn run_attached(mut self) -> Reason {
        let mut clock = match Clock::new(self.number) {
            Ok(clock) => clock,
            Err(error) => return Reason::Failed(format!("the kernel gave the tracer no timer: {error}")),
        };
        let refusals = self.seize_members();
        if let Some(failed) = self.circle() {
            return failed;
        }
        let mut missing = self.missing();
        // Each is told by itself, and the last one as the reason for the end where there is nothing else.
        let last = if self.registry.len() == 0 && refusals.is_empty() { missing.pop() } else { None };
        self.say(missing);
        if let Some(last) = last {
            return Reason::Failed(last);
        }
        if self.registry.len() == 0 {
            return match refusals.as_slice() {
                [] if !self.plan.programs.is_any() => {
                    let all = members(self.plan, &Programs::default());
                    let names: BTreeSet<String> = all
                        .into_iter()
                        .filter_map(|member| procfs::comm(member.process))
                        .map(|name| name.escape_default().to_string())
                        .collect();
                    let names: Vec<String> = names.into_iter().take(MOST_NAMES).collect();
                    Reason::Failed(format!(
                        "no process of the container matches --comm and --exe; it runs: {}",
                        names.join(", ")
                    ))
                }
                [] => Reason::Failed("there is no process to trace".into()),
                _ => Reason::Refused(Refusals::new(refusals)),
            };
        }
        self.warn(refusals);
        self.ready();
        self.trace(&mut clock)
    }

    /// What a person named and is not there, in strace's words. Of a container's, one that has gone is no news.
    fn missing(&self) -> Vec<String> {
        let Target::Processes(named) = &self.plan.target else { return Vec::new() };
        let nowhere = named.iter().filter(|process| procfs::process_of(**process).is_none());
        nowhere.map(|process| format!("attach: ptrace(PTRACE_SEIZE, {process}): No such process")).collect()
    }

    /// Tells what could not be attached to.
    fn warn(&mut self, refusals: Vec<Refused>) {
        let more = refusals.len().saturating_sub(MOST_REFUSALS);
        refusals.into_iter().take(MOST_REFUSALS).for_each(|refused| self.assembly.sink.not_traced(refused));
        if more > 0 {
            self.say([format!("not traced: {more} more processes")]);
        }
    }

    pub(super) fn say(&mut self, warnings: impl IntoIterator<Item = String>) {
        for text in warnings {
            self.assembly.sink.notice(Notice { level: Level::Warning, text });
        }
    }

    /// Tells that all are attached.
    fn ready(&mut self) {
        self.assembly.sink.ready(self.registry.len() as u32, self.registry.processes() as u32);
    }

    /// Why the trace fails before it has begun, where another tracer and we have seized each other.
    fn circle(&self) -> Option<Reason> {
        self.circle.map(|process| Reason::Failed(of_circle(process)))
    }

    /// Traces a share of what runs already. What cannot be seized is left to the first shard, which says why.
    pub fn help(mut self, share: &[Meant]) -> Reason {
        let clock = Clock::new(self.number);
        let mut begun = HashSet::new();
        for Meant { tid, process, member } in share.iter().copied().filter(|_| clock.is_ok()) {
            match seize::thread(member, tid, self.options(process), begun.insert(process)) {
                Ok(Thread::Meant { call }) => {
                    self.adopt(tid, Tracee::new(process), Caller { found_in: call, ..Caller::new(process) });
                    self.assembly.attached(tid, process, Birth::Seized);
                }
                Ok(Thread::Stranger) => _ = self.strangers.insert(tid),
                Ok(Thread::Circle) => {
                    self.is_in_circle(process);
                    break;
                }
                Err(_) => {}
            }
        }
        self.registry.has_seized();
        if let Some(failed) = self.circle() {
            return failed;
        }
        match clock {
            Ok(mut clock) => self.trace(&mut clock),
            Err(error) => Reason::Failed(format!("the kernel gave the tracer no timer: {error}")),
        }
    }

    /// Traces a command from its first instruction on, and what runs already and was named.
    pub fn run_command(mut self, waiting: Waiting) -> Spawned {
        let mut clock = match Clock::new(self.number) {
            Ok(clock) => clock,
            Err(error) => {
                let why = format!("the kernel gave the tracer no timer: {error}");
                return Spawned::attached(Reason::Failed(why));
            }
        };
        let verdict = match self.start(waiting) {
            Ok(verdict) => verdict,
            Err(reason) => return Spawned::attached(reason),
        };
        let reason = self.trace(&mut clock);
        Spawned { reason, code: self.code, signal: self.signal, failure: verdict.failure() }
    }

    /// Seizes a command, and what is traced beside it, and lets it go.
    fn start(&mut self, waiting: Waiting) -> Result<Verdict, Reason> {
        let process = waiting.process;
        self.filtered = waiting.filtered;
        let seized =
            request::seize(process, self.options(process)).and_then(|()| request::interrupt(process));
        if let Err(error) = seized {
            let why = refused::why(process, &error, &[]);
            return Err(Reason::Failed(format!(
                "the command may not be traced: PTRACE_SEIZE: {error}: {why}"
            )));
        }
        self.adopt(process, Tracee::new(process), Caller { hidden: true, ..Caller::new(process) });
        self.spawned = Some(process);
        self.first_stop();
        if !self.tracees.contains_key(&process) {
            return Ok(waiting.has_ended());
        }
        // What runs already and is traced beside it comes first, as in strace.
        let refusals = self.seize_members();
        self.say(self.missing());
        self.warn(refusals);
        self.assembly.attached(process, process, if waiting.child { Birth::Spawned } else { Birth::Seized });
        self.ready();
        Ok(waiting.go())
    }

    /// Waits until a started command has stopped for the first time: otherwise its execve would be missed. Whatever happens
    /// to it before that happens as it would without us.
    fn first_stop(&mut self) {
        loop {
            match request::wait(false) {
                Ok((Report::Stop(stopped, Cause::Trap), _)) => return stopped.resume(0),
                Ok((Report::Stop(stopped, cause @ Cause::Group(_)), _)) => {
                    return self.stopped(stopped, cause);
                }
                Ok((Report::Stop(stopped, Cause::Signal(signal)), _)) => stopped.resume(signal),
                Ok((Report::Stop(stopped, _), _)) => stopped.resume(0),
                Ok((report @ (Report::Exited { .. } | Report::Killed { .. }), _)) => {
                    return self.ended(report);
                }
                Err(NoReport::Interrupted) => {}
                Err(NoReport::NoTracees) => return,
            }
        }
    }

    pub(super) fn options(&self, process: i32) -> i32 {
        let follow = if self.plan.follow { request::FOLLOW } else { 0 };
        // What follows from the end of a thread may be another shard's to see: see Shard::ends.
        let exit = if process == INIT || self.registry.several() { request::EXIT_STOP } else { 0 };
        let kill = if self.means.kill { request::EXIT_KILL } else { 0 };
        let filter = if self.filtered { request::FILTER_STOP } else { 0 };
        request::ALWAYS | follow | exit | kill | filter
    }

    /// Seizes what belongs to the target and is not traced yet, until nothing new appears. Returns the refusals.
    fn seize_members(&mut self) -> Vec<Refused> {
        let mut refusals = Vec::new();
        loop {
            let found = self.seize(members(self.plan, &self.plan.programs), &mut refusals);
            if !found || self.circle.is_some() || matches!(self.plan.target, Target::Processes(_)) {
                return refusals;
            }
        }
    }

    /// Seizes what has entered the target since.
    pub(super) fn seize_entrants(&mut self) {
        let Some(entrants) = self.entrants else { return };
        let members = entrants.take();
        let mut refusals = Vec::new();
        if !members.is_empty() && self.seize(members, &mut refusals) {
            entrants.again();
        }
        // A process that is refused now was told when it was first seen, or is told now.
        refusals.into_iter().for_each(|refused| self.assembly.sink.not_traced(refused));
    }

    /// Seizes what is not traced yet of some processes. Returns whether there was anything.
    fn seize(&mut self, members: Vec<Member>, refusals: &mut Vec<Refused>) -> bool {
        let mut found = false;
        let (registry, whole) =
            (self.registry, self.plan.follow || matches!(self.plan.target, Target::Container { .. }));
        for member in members {
            let process = member.process;
            if self.refused.contains(&process) {
                continue;
            }
            let seized = seize::process(member, whole, self.options(process), |tid| registry.knows(tid));
            if let Some(error) = seized.refused {
                self.refused.insert(process);
                refusals.push(refused::refused(process, &error, &self.plan.holders));
            }
            self.strangers.extend(seized.strangers);
            for (tid, found_in) in seized.threads {
                found = true;
                let process = if whole { process } else { procfs::process_of(tid).unwrap_or(tid) };
                self.adopt(tid, Tracee::new(process), Caller { found_in, ..Caller::new(process) });
                self.assembly.attached(tid, process, Birth::Seized);
            }
            if seized.circle {
                self.is_in_circle(process);
                break;
            }
        }
        found
    }

    /// Another tracer and we have seized each other at the same time. Our end frees both.
    fn is_in_circle(&mut self, process: i32) {
        self.circle = Some(process);
        self.assembly.sink.circle(&of_circle(process));
        self.stop.request();
        wakeup::wake();
    }
}

fn of_circle(process: i32) -> String {
    format!("process {process} traces this tracer: each of the two would wait for the other")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Stop;
    use crate::engine::ptrace::{Means, alone, plan, registry::ShardRegistry, sinks::Silent, spawn::Command};
    use std::{ffi::CString, thread, time::Duration};

    /// A signal that comes before the command has begun has the effect that it would have without us.
    #[test]
    fn no_harm_to_a_signal_before_the_first_stop() {
        let _alone = alone();
        let path = CString::from(c"/bin/true");
        let (args, environment) = (vec![path.clone()], Vec::new());
        let command = Command { path, args, environment, session: false, user: None, filter: None };
        let (waits, waiting) = std::sync::mpsc::channel();
        let engine = thread::spawn(move || {
            let waiting = command.start().expect("a process");
            let process = waiting.process;
            // While it stands, the signal waits for it.
            // SAFETY: plain numbers, and a child of ours.
            unsafe { libc::kill(process, libc::SIGSTOP) };
            while procfs::state(process) != Some('T') {
                thread::yield_now();
            }
            // SAFETY: as above.
            unsafe { libc::kill(process, libc::SIGTERM) };
            waits.send(process).expect("it listens");
            let (plan, stop, registry, mut sink) =
                (plan(Vec::new()), Stop::default(), ShardRegistry::new(1), Silent);
            let means = Means::default();
            Shard::new(&plan, &means, &mut sink, &stop, &registry, 0).run_command(waiting)
        });
        let process = waiting.recv().expect("it was started");
        thread::sleep(Duration::from_millis(300));
        // SAFETY: as above.
        unsafe { libc::kill(process, libc::SIGCONT) };
        let spawned = engine.join().expect("no panic");
        assert_eq!((spawned.code, spawned.signal), (None, Some(libc::SIGTERM)), "{spawned:?}");
    }
}

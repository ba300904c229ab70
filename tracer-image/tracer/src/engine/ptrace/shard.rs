//! A shard: one thread, the tracees it seized, and its loop from stop to resume.

use super::{
    memory::{Piece, TraceeMemory},
    request::{self, Cause, End, NoReport, Report, Stopped},
    seize,
    spawn::{Verdict, Waiting},
    tracee::{At, Call, Tracee},
    wakeup::{self, Clock},
};
use crate::{
    descriptors,
    engine::{Changes, Plan, Programs, Roster, Sink, Stop},
    procfs, refused,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    io,
    time::Duration,
};
use syscalls::{
    abi::Abi,
    decode::{self, Outcome},
    gather,
    records::siginfo,
    snapshot::{Phase, Raw, Snapshot, Want},
    table::{self, Row},
    types::Type,
    value::{Name, Names, Value},
};
use wire::{
    event::{Birth, Event, What},
    message::{Level, Notice, Reason, Target},
};

/// A call that has not returned for so long is shown as it stands.
const LATE: Duration = Duration::from_millis(50);
/// How long the target's PID 1 is held at its exit stop so that what was seen gets out. The one thing that a stop
/// waits for.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// Most calls whose memory is kept for reuse.
const POOL: usize = 64;
/// Most refusals that are told one by one.
const MOST_REFUSALS: usize = 10;
/// Most names of programs that are told where none was the one that was meant.
const MOST_NAMES: usize = 20;
/// The process whose end is the end of its PID namespace, and of us if we are in it.
const INIT: i32 = 1;

/// The ABI of this program.
#[cfg(target_arch = "x86_64")]
const NATIVE: Abi = Abi::X86_64;
#[cfg(target_arch = "aarch64")]
const NATIVE: Abi = Abi::Aarch64;

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
    plan: &'a Plan,
    sink: &'a mut dyn Sink,
    stop: &'a Stop,
    /// Who is traced, for others; what they do not know yet; who stands still because of a signal.
    roster: Option<&'a Roster>,
    changes: Changes,
    paused: HashSet<i32>,
    names: Names,
    tracees: HashMap<i32, Tracee>,
    /// The thread whose entry is the last thing that happened and is not told yet: if its exit comes next, both become
    /// one `Call`.
    held: Option<i32>,
    /// Processes that could not be attached, so that they are not tried again every second.
    refused: HashSet<i32>,
    /// Calls to use again. Boxed, because a tracee's is: it moves between the two and is a few hundred bytes long.
    #[allow(clippy::vec_box)]
    calls: Vec<Box<Call>>,
    wants: Vec<Want>,
    fds: Vec<i32>,
    pieces: Vec<Piece>,
    /// The command that we started, and how it ended.
    spawned: Option<i32>,
    code: Option<i32>,
    signal: Option<i32>,
}

impl<'a> Shard<'a> {
    /// A shard without tracees.
    pub fn new(plan: &'a Plan, sink: &'a mut dyn Sink, stop: &'a Stop) -> Self {
        Shard {
            plan,
            sink,
            stop,
            roster: None,
            changes: Changes::default(),
            paused: HashSet::new(),
            names: Names::default(),
            tracees: HashMap::new(),
            held: None,
            refused: HashSet::new(),
            calls: Vec::new(),
            wants: Vec::new(),
            fds: Vec::new(),
            pieces: Vec::new(),
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

    /// Traces what runs already.
    pub fn run_attached(mut self) -> Reason {
        let mut clock = match Clock::new() {
            Ok(clock) => clock,
            Err(error) => return Reason::Failed(format!("the kernel gave the tracer no timer: {error}")),
        };
        let refusals = self.seize_members();
        if self.tracees.is_empty() {
            return match refusals.as_slice() {
                [] if !self.plan.programs.is_any() => {
                    let all = seize::members(self.plan, &Programs::default());
                    let names: BTreeSet<String> = all
                        .into_iter()
                        .filter_map(procfs::comm)
                        .map(|name| name.escape_default().to_string())
                        .collect();
                    let names: Vec<String> = names.into_iter().take(MOST_NAMES).collect();
                    Reason::Failed(format!(
                        "no process of the container matches --comm and --exe; it runs: {}",
                        names.join(", ")
                    ))
                }
                [] => Reason::Failed("there is no process to trace".into()),
                some => Reason::Refused(format!("no process could be traced: {}", some.join("; "))),
            };
        }
        for refusal in refusals.iter().take(MOST_REFUSALS) {
            self.sink.notice(Notice { level: Level::Warning, text: format!("not traced: {refusal}") });
        }
        if refusals.len() > MOST_REFUSALS {
            let text = format!("not traced: {} more processes", refusals.len() - MOST_REFUSALS);
            self.sink.notice(Notice { level: Level::Warning, text });
        }
        let processes: HashSet<i32> = self.tracees.values().map(|tracee| tracee.process).collect();
        self.sink.ready(self.tracees.len() as u32, processes.len() as u32);
        self.trace(&mut clock)
    }

    /// Traces a command from its first instruction on.
    pub fn run_command(mut self, waiting: Waiting) -> Spawned {
        let mut clock = match Clock::new() {
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

    /// Seizes a command and lets it go.
    fn start(&mut self, waiting: Waiting) -> Result<Verdict, Reason> {
        let process = waiting.process;
        let seized =
            request::seize(process, self.options(process)).and_then(|()| request::interrupt(process));
        if let Err(error) = seized {
            let why = refused::why(process, &[]);
            return Err(Reason::Failed(format!(
                "the command may not be traced: PTRACE_SEIZE: {error}: {why}"
            )));
        }
        let mut tracee = Tracee::new(process);
        tracee.hidden = true;
        self.tracees.insert(process, tracee);
        self.spawned = Some(process);
        // Its first stop must be seen before it executes, or the execve would be missed.
        while let Ok(Report::Stop(stopped, cause)) = request::wait() {
            stopped.resume(0);
            if cause == Cause::Trap {
                break;
            }
        }
        self.sink.ready(1, 1);
        Ok(waiting.go())
    }

    fn options(&self, process: i32) -> i32 {
        let follow = if self.plan.follow { request::FOLLOW } else { 0 };
        let exit = if process == INIT { request::EXIT_STOP } else { 0 };
        request::ALWAYS | follow | exit
    }

    /// Seizes what belongs to the target and is not traced yet, until nothing new appears. Returns the refusals.
    fn seize_members(&mut self) -> Vec<String> {
        let mut refusals = Vec::new();
        loop {
            let mut found = false;
            for process in seize::members(self.plan, &self.plan.programs) {
                if self.refused.contains(&process) {
                    continue;
                }
                let whole = self.plan.follow || matches!(self.plan.target, Target::Container { .. });
                let seized = seize::process(process, whole, self.options(process), &self.tracees);
                if let Some(refusal) = seized.refused {
                    self.refused.insert(process);
                    let why = refused::why(process, &self.plan.holders);
                    refusals.push(format!("process {process} ({refusal}): {why}"));
                }
                for (tid, found_in) in seized.threads {
                    found = true;
                    let process = if whole { process } else { procfs::process_of(tid).unwrap_or(tid) };
                    self.tracees.insert(tid, Tracee { found_in, ..Tracee::new(process) });
                    self.enter(tid, process);
                    self.tell(tid, wakeup::now(), What::Attached { process, how: Birth::Seized });
                }
            }
            if !found || matches!(self.plan.target, Target::Processes(_)) {
                return refusals;
            }
        }
    }

    /// The loop: until the tracees are gone or somebody asks for the end.
    fn trace(&mut self, clock: &mut Clock) -> Reason {
        let mut last_scan = wakeup::now();
        clock.tick(self.plan.entrants.unwrap_or(Duration::ZERO));
        loop {
            if let Some(roster) = self.roster {
                self.changes.write(roster);
            }
            if self.stop.requested() {
                self.let_go();
                return Reason::Stopped;
            }
            if wakeup::ticked() {
                self.tell_late();
                if self.held.is_none() {
                    clock.tick(self.plan.entrants.unwrap_or(Duration::ZERO));
                }
                if let Some(every) = self.plan.entrants
                    && wakeup::now() - last_scan >= every.as_nanos() as u64
                {
                    // A process that is refused now was told when it was first seen, or is told now.
                    for refusal in self.seize_members() {
                        let text = format!("not traced: {refusal}");
                        self.sink.notice(Notice { level: Level::Warning, text });
                    }
                    last_scan = wakeup::now();
                }
            }
            // While a call is held back the clock ticks fast, so that it is shown when it hangs. It is slowed down by
            // the first tick that finds nothing held, not after each call.
            if self.held.is_some() {
                clock.tick(LATE);
            }
            match request::wait() {
                Ok(Report::Stop(stopped, cause)) => self.stopped(stopped, cause),
                Ok(Report::Exited { tid, code }) => {
                    if self.spawned == Some(tid) {
                        self.code = Some(code);
                    }
                    self.gone(tid, What::Exited { code });
                }
                Ok(Report::Killed { tid, signal, core }) => {
                    if self.spawned == Some(tid) {
                        self.signal = Some(signal);
                    }
                    let signal = self.signal_value(signal);
                    self.gone(tid, What::Killed { signal, core });
                }
                Err(NoReport::Interrupted) => {}
                Err(NoReport::NoTracees) => {
                    self.tell_held();
                    return Reason::TraceesGone;
                }
            }
        }
    }

    fn stopped(&mut self, stopped: Stopped, cause: Cause) {
        let tid = stopped.tid();
        let born = !self.tracees.contains_key(&tid);
        if born {
            // A child that a tracee made: the kernel made it a tracee of this thread before it ran.
            let process = procfs::process_of(tid).unwrap_or(tid);
            self.tracees.insert(tid, Tracee::new(process));
            self.enter(tid, process);
            if process != INIT {
                // Options are inherited: only PID 1 needs the stop at its exit.
                stopped.set_options(self.options(process));
            }
        }
        if !self.paused.is_empty() && self.paused.remove(&tid) {
            let process = self.tracees.get(&tid).map_or(tid, |tracee| tracee.process);
            self.enter(tid, process);
        }
        match cause {
            Cause::Syscall => self.syscall(stopped),
            Cause::Signal(signal) => {
                let siginfo = stopped.siginfo();
                if self.is_end_of_init(tid, signal, siginfo.as_ref()) {
                    return self.crash_of_init(stopped, signal, siginfo);
                }
                stopped.resume(signal);
                let siginfo = siginfo.map(|bytes| siginfo::decode(&bytes, NATIVE, &mut self.names));
                let signal = self.signal_value(signal);
                if !self.is_hidden(tid) {
                    self.tell(tid, wakeup::now(), What::Signal { signal, siginfo });
                }
            }
            Cause::Group(signal) => {
                stopped.listen();
                self.paused.insert(tid);
                self.leave(tid);
                let signal = self.signal_value(signal);
                self.tell(tid, wakeup::now(), What::Stopped { signal });
            }
            Cause::Trap | Cause::Cloned | Cause::Other => {
                stopped.resume(0);
                if born {
                    let process = self.tracees.get(&tid).map_or(tid, |tracee| tracee.process);
                    self.tell(tid, wakeup::now(), What::Attached { process, how: Birth::Cloned });
                }
            }
            Cause::Executed => {
                let former = stopped.message().and_then(|former| i32::try_from(former).ok());
                stopped.resume(0);
                if let Some(former) = former.filter(|former| *former != tid) {
                    self.superseded(tid, former);
                }
            }
            Cause::Exiting => self.exiting(stopped),
        }
    }

    fn syscall(&mut self, stopped: Stopped) {
        let tid = stopped.tid();
        match stopped.end() {
            Ok(End::Entry { abi, number, args, stack }) => self.entry(stopped, abi, number, args, stack),
            Ok(End::Exit(result)) => self.exit(stopped, result),
            // Killed while it stood, or no syscall-stop after all.
            Ok(End::None) | Err(_) => {
                stopped.resume(0);
                if let Some(tracee) = self.tracees.get_mut(&tid) {
                    tracee.at = At::Outside;
                }
            }
        }
    }

    fn entry(&mut self, stopped: Stopped, abi: Option<Abi>, number: u64, args: [u64; 6], stack: u64) {
        let tid = stopped.tid();
        let Some(tracee) = self.tracees.get_mut(&tid) else { return stopped.resume(0) };
        let row = abi.and_then(|abi| table::row(abi, number));
        if tracee.hidden && row.is_some_and(|row| row.name == "execve") {
            tracee.hidden = false;
        }
        let found_in = tracee.found_in.take().and_then(|number| table::row(abi?, number));
        let last = std::mem::replace(&mut tracee.last, row.map(|row| row.name));
        let interrupted = last.or(found_in.map(|row| row.name));
        let wanted = !tracee.hidden && abi.is_some_and(|abi| self.plan.calls.has(abi, number));
        let (true, Some(abi)) = (wanted, abi) else {
            tracee.at = At::Unwanted;
            return stopped.resume(0);
        };
        let process = tracee.process;
        let mut call = self.calls.pop().unwrap_or_else(|| {
            Box::new(Call { row: None, snapshot: Snapshot::default(), entered: 0, told: None })
        });
        call.row = row;
        call.told = None;
        call.snapshot.clear(abi, number, args);
        call.snapshot.stack = stack;
        call.snapshot.interrupted = interrupted;
        call.entered = wakeup::now();
        self.gather(tid, process, &mut call, Phase::Entry);
        stopped.resume(0);
        if call.row.is_some_and(|row| matches!(row.result, Type::Absent)) {
            // It does not return: there is nothing to wait for.
            let name = self.call_name(&call);
            let args = self.entry_arguments(&call);
            let what = What::Call { call: name, args, outcome: Outcome::Unknown, duration: None };
            self.tell(tid, call.entered, what);
            return self.reuse(call);
        }
        if let Some(tracee) = self.tracees.get_mut(&tid) {
            tracee.at = At::Inside(call);
        }
        self.tell_held();
        self.held = Some(tid);
    }

    fn exit(&mut self, stopped: Stopped, result: Raw) {
        let tid = stopped.tid();
        let Some(tracee) = self.tracees.get_mut(&tid) else { return stopped.resume(0) };
        let process = tracee.process;
        let At::Inside(mut call) = std::mem::replace(&mut tracee.at, At::Outside) else {
            return stopped.resume(0);
        };
        call.snapshot.result = Some(result);
        self.gather(tid, process, &mut call, Phase::Exit);
        stopped.resume(0);
        let left = wakeup::now();
        let duration = Some(left.saturating_sub(call.entered));
        let name = self.call_name(&call);
        let mut early = Vec::new();
        let (late, outcome) = match call.row {
            Some(row) => {
                if call.told.is_none() {
                    early = decode::entry(row, &call.snapshot, self.plan.depth, &mut self.names);
                }
                decode::exit(row, &call.snapshot, self.plan.depth, &mut self.names)
            }
            None => {
                if call.told.is_none() {
                    early = unknown_arguments(&call.snapshot);
                }
                (Vec::new(), unknown_outcome(result))
            }
        };
        let what = match call.told {
            // Nothing came between: only then is it still held.
            None => {
                self.held = None;
                early.extend(late);
                (call.entered, What::Call { call: name, args: early, outcome, duration })
            }
            Some(before) => (left, What::Exit { call: name, args: late, before, outcome, duration }),
        };
        self.tell(tid, what.0, what.1);
        self.reuse(call);
    }

    fn reuse(&mut self, mut call: Box<Call>) {
        if self.calls.len() < POOL {
            call.snapshot.shrink();
            self.calls.push(call);
        }
    }

    /// Copies what the call's row asks for at this stop.
    fn gather(&mut self, tid: i32, process: i32, call: &mut Call, phase: Phase) {
        let Some(row) = call.row else { return };
        for _ in 0..gather::PASSES {
            gather::wants(row, &call.snapshot, self.plan.depth, phase, &mut self.wants, &mut self.fds);
            if self.wants.is_empty() && self.fds.is_empty() {
                return;
            }
            if !self.wants.is_empty() {
                let mut memory = TraceeMemory::new(tid, &mut self.pieces);
                call.snapshot.fill(phase, &self.wants, &mut memory);
            }
            for fd in &self.fds {
                call.snapshot.set_descriptor(phase, *fd, descriptors::path(process, *fd));
            }
        }
    }

    /// A thread other than the leader executed a program: it goes on under the leader's id, all others are gone
    /// (ptrace(2), "execve(2) under ptrace").
    fn superseded(&mut self, leader: i32, former: i32) {
        let now = wakeup::now();
        if self.tracees.contains_key(&leader) {
            self.end_call(leader, now);
            self.tell(leader, now, What::Superseded { by: former });
        }
        // The execve must be told under the id that made it before that id is gone.
        self.tell_held();
        if let Some(tracee) = self.tracees.remove(&former) {
            self.leave(former);
            self.enter(leader, tracee.process);
            self.tracees.insert(leader, tracee);
        }
    }

    /// Whether a signal would have ended PID 1 if we were not here.
    ///
    /// The kernel lets a fault kill the init of a PID namespace only while it is not traced
    /// (`force_sig_info_to_task` in kernel/signal.c: "users won't expect debugging to leave init killable"). Under
    /// trace the signal is dropped and the faulting instruction runs again, for ever. SIGTRAP and SIGSYS come behind
    /// their instruction, so letting it run again would not bring them back: those stay as they are under strace.
    fn is_end_of_init(&self, tid: i32, signal: i32, siginfo: Option<&[u8; 128]>) -> bool {
        let restarts = matches!(signal, libc::SIGSEGV | libc::SIGBUS | libc::SIGILL | libc::SIGFPE);
        if !restarts || self.tracees.get(&tid).is_none_or(|tracee| tracee.process != INIT) {
            return false;
        }
        // A positive si_code is the kernel's own (sigaction(2)).
        let code = siginfo.map_or(0, |bytes| i32::from_ne_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]));
        let caught = procfs::status(INIT, "SigCgt").and_then(|mask| u64::from_str_radix(&mask, 16).ok());
        code > 0 && caught.is_some_and(|mask| mask & (1 << (signal - 1)) == 0)
    }

    /// Lets PID 1 die of a fault as it would without us: its end is told and sent, then it is let go, and faults again.
    fn crash_of_init(&mut self, stopped: Stopped, signal: i32, siginfo: Option<[u8; 128]>) {
        let tid = stopped.tid();
        let now = wakeup::now();
        let siginfo = siginfo.map(|bytes| siginfo::decode(&bytes, NATIVE, &mut self.names));
        let signal = self.signal_value(signal);
        self.tell(tid, now, What::Signal { signal: signal.clone(), siginfo });
        let threads: BTreeSet<i32> =
            self.tracees.iter().filter(|(_, t)| t.process == INIT).map(|(tid, _)| *tid).collect();
        for thread in threads {
            self.end_call(thread, now);
            self.tell(thread, now, What::Killed { signal: signal.clone(), core: false });
            if let Some(tracee) = self.tracees.get_mut(&thread) {
                tracee.ended = true;
            }
        }
        self.sink.flush(LAST_WORDS);
        stopped.detach();
        self.tracees.remove(&tid);
        self.leave(tid);
    }

    /// PID 1 is about to exit: what is told after its resume may never get out, so its end is told and sent now.
    fn exiting(&mut self, stopped: Stopped) {
        let tid = stopped.tid();
        let status = stopped.message().unwrap_or(0) as i32;
        let init = self.tracees.get(&tid).is_some_and(|tracee| tracee.process == INIT && !tracee.ended);
        if !init {
            return stopped.resume(0);
        }
        let now = wakeup::now();
        self.end_call(tid, now);
        let what = if libc::WIFSIGNALED(status) {
            let signal = self.signal_value(libc::WTERMSIG(status));
            What::Killed { signal, core: libc::WCOREDUMP(status) }
        } else {
            What::Exited { code: libc::WEXITSTATUS(status) }
        };
        self.tell(tid, now, what);
        if let Some(tracee) = self.tracees.get_mut(&tid) {
            tracee.ended = true;
        }
        if !self.tracees.values().any(|tracee| tracee.process == INIT && !tracee.ended) {
            self.sink.flush(LAST_WORDS);
        }
        stopped.resume(0);
    }

    /// A tracee is gone for good.
    fn gone(&mut self, tid: i32, how: What) {
        let ended = self.tracees.get(&tid).is_none_or(|tracee| tracee.ended || tracee.hidden);
        if !ended {
            let now = wakeup::now();
            self.end_call(tid, now);
            self.tell(tid, now, how);
        }
        self.tracees.remove(&tid);
        self.leave(tid);
    }

    /// The thread will not return from the call it is in.
    fn end_call(&mut self, tid: i32, now: u64) {
        let Some(tracee) = self.tracees.get_mut(&tid) else { return };
        let At::Inside(call) = std::mem::replace(&mut tracee.at, At::Outside) else { return };
        let name = self.call_name(&call);
        if self.held == Some(tid) {
            self.held = None;
        }
        let before = match call.told {
            Some(before) => before,
            None => {
                let args = self.entry_arguments(&call);
                let before = args.len() as u32;
                self.tell(tid, call.entered, What::Enter { call: name, args });
                before
            }
        };
        let args = self.never_known(&call);
        self.tell(
            tid,
            now,
            What::Exit { call: name, args, before, outcome: Outcome::Unknown, duration: None },
        );
    }

    fn entry_arguments(&mut self, call: &Call) -> Vec<Value> {
        match call.row {
            Some(row) => decode::entry(row, &call.snapshot, self.plan.depth, &mut self.names),
            None => unknown_arguments(&call.snapshot),
        }
    }

    /// What a call that does not return leaves open: the arguments that the kernel would have filled in, or one that
    /// says nothing where only the note behind the result is missing. strace calls both unfinished.
    fn never_known(&mut self, call: &Call) -> Vec<Value> {
        let Some(row) = call.row else { return Vec::new() };
        let (args, _) = decode::exit(row, &call.snapshot, self.plan.depth, &mut self.names);
        match row.note {
            Some(_) if args.is_empty() => vec![Value::List(Vec::new())],
            _ => args,
        }
    }

    /// Tells the entry that was held back, because something else comes now.
    fn tell_held(&mut self) {
        let Some(tid) = self.held.take() else { return };
        let Some(tracee) = self.tracees.get_mut(&tid) else { return };
        let At::Inside(mut call) = std::mem::replace(&mut tracee.at, At::Outside) else { return };
        let name = self.call_name(&call);
        let args = self.entry_arguments(&call);
        call.told = Some(args.len() as u32);
        let event = Event { tid, time: call.entered, what: What::Enter { call: name, args } };
        self.sink.event(event, &self.names);
        if let Some(tracee) = self.tracees.get_mut(&tid) {
            tracee.at = At::Inside(call);
        }
    }

    /// Tells the entry that was held back, if it is late.
    fn tell_late(&mut self) {
        let entered = self.held.and_then(|tid| self.tracees.get(&tid)).and_then(|tracee| match &tracee.at {
            At::Inside(call) => Some(call.entered),
            _ => None,
        });
        if entered.is_some_and(|entered| wakeup::now() - entered >= LATE.as_nanos() as u64) {
            self.tell_held();
        }
    }

    fn tell(&mut self, tid: i32, time: u64, what: What) {
        self.tell_held();
        self.sink.event(Event { tid, time, what }, &self.names);
    }

    /// Says that every tracee runs on without us. That they do is the work of this thread's end.
    fn let_go(&mut self) {
        self.tell_held();
        let now = wakeup::now();
        let tids: BTreeMap<i32, bool> =
            self.tracees.iter().map(|(tid, tracee)| (*tid, tracee.hidden)).collect();
        for (tid, _) in tids.into_iter().filter(|(_, hidden)| !hidden) {
            self.tell(tid, now, What::Detached);
        }
    }

    fn enter(&mut self, tid: i32, process: i32) {
        if self.roster.is_some() {
            self.changes.enter(tid, process);
        }
    }

    fn leave(&mut self, tid: i32) {
        if self.roster.is_some() {
            self.changes.leave(tid);
        }
    }

    fn is_hidden(&self, tid: i32) -> bool {
        self.tracees.get(&tid).is_some_and(|tracee| tracee.hidden)
    }

    fn call_name(&mut self, call: &Call) -> Name {
        match call.row {
            Some(Row { name, .. }) => self.names.intern(name),
            None => self.names.intern_number(call.snapshot.number),
        }
    }

    fn signal_value(&mut self, signal: i32) -> Value {
        let name = syscalls::names::signal::name(signal as u64).map(|name| self.names.intern(name));
        Value::Symbol { bits: signal as u64, name, unknown: None }
    }
}

/// The arguments of a call that the table does not have: all registers.
fn unknown_arguments(snapshot: &Snapshot) -> Vec<Value> {
    snapshot.args.iter().map(|word| Value::Hex(*word)).collect()
}

fn unknown_outcome(result: Raw) -> Outcome {
    match result {
        Raw::Value(value) => Outcome::Value(Value::Hex(value), None),
        Raw::Error(errno) => Outcome::Error(errno),
    }
}

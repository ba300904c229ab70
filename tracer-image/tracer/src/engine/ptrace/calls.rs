//! A shard's work on a call, from its entry to its exit.

use super::{
    count::Begun,
    memory::TraceeMemory,
    request::{self, End, Stopped},
    select,
    shard::Shard,
    tamper::Release,
    tracee::{At, Call, Tampering},
    wakeup,
};
use crate::{descriptors, engine::Counting, namespaces, procfs};
use syscalls::{
    abi::Abi,
    behind,
    decode::{self, Direction, Outcome},
    filter::status,
    gather::{self, Depth},
    snapshot::{Entered, Phase, Raw, Snapshot},
    table::{self, Row},
    types::Type,
    value::{Name, Value},
};
use wire::event::{Event, Site, What};

/// Most calls whose memory is kept for reuse.
const POOL: usize = 64;

/// The registers of a call that begins.
struct Registers {
    abi: Option<Abi>,
    number: u64,
    args: [u64; 6],
    stack: u64,
    instruction: u64,
}

impl Shard<'_> {
    /// A tracee stands at one of the ends of a call.
    pub(super) fn syscall(&mut self, stopped: Stopped) {
        let tid = stopped.tid();
        // Who has no roster has nobody who would read it.
        let meter = self.roster.and_then(|_| self.tracees.get(&tid)).map(|tracee| tracee.meter.clone());
        let now = if meter.is_some() { wakeup::now() } else { 0 };
        match stopped.end() {
            Ok(End::Entry { abi, number, args, stack, instruction }) => {
                meter.iter().for_each(|meter| meter.enters(now));
                self.entry(stopped, Registers { abi, number, args, stack, instruction });
                meter.iter().for_each(|meter| meter.goes_in(request::resumed()));
            }
            Ok(End::Exit(result)) => {
                meter.iter().for_each(|meter| meter.leaves(now));
                self.exit(stopped, result);
                meter.iter().for_each(|meter| meter.goes_out(request::resumed(), wakeup::now()));
            }
            // Killed while it stood, or no syscall-stop after all.
            Ok(End::None) | Err(_) => {
                stopped.resume(0);
                if let Some(tracee) = self.tracees.get_mut(&tid) {
                    tracee.at = At::Outside;
                }
            }
        }
    }

    fn entry(&mut self, mut stopped: Stopped, registers: Registers) {
        let Registers { abi, number, args, stack, instruction } = registers;
        let tid = stopped.tid();
        self.sink.sees_a_call();
        // `-n` says what was really called.
        let (asked, registers) = (number, args);
        let (number, args) = match abi {
            Some(abi) => behind::resolve(abi, number, args, &mut TraceeMemory::new(tid, &mut self.pieces)),
            None => (number, args),
        };
        let Some(tracee) = self.tracees.get_mut(&tid) else { return stopped.resume(0) };
        let row = abi.and_then(|abi| table::row(abi, number));
        if tracee.hidden && row.is_some_and(|row| row.name == "execve") {
            (tracee.hidden, tracee.begins) = (false, true);
        }
        let found_in = tracee.found_in.take().and_then(|number| table::row(abi?, number));
        let last = std::mem::replace(&mut tracee.last, row.map(|row| row.name));
        let interrupted = last.or(found_in.map(|row| row.name));
        // As in strace, no filter leaves out what has no name.
        let wanted =
            !tracee.hidden && abi.is_some_and(|abi| row.is_none() || self.plan.wanted.trace.has(abi, number));
        let tracee_abi = abi.map_or(tracee.abi, |abi| std::mem::replace(&mut tracee.abi, abi));
        let before = tracee.site.map(|site| Site { instruction: Some(instruction), ..site });
        if self.plan.sites {
            let number = u32::try_from(asked).unwrap_or(u32::MAX);
            tracee.site = Some(Site { number, instruction: Some(instruction) });
        }
        let (process, site, hidden) = (tracee.process, tracee.site, tracee.hidden);
        let by_subject = self.plan.wanted.by_subject();
        let mut release = Release::default();
        // Where calls are chosen by what they work on, that is not known yet.
        if !self.plan.injections.is_empty() && !hidden && !by_subject {
            release = self.tamper(&stopped, abi, number, args);
        }
        let changed = abi.filter(|abi| *abi != tracee_abi && !hidden);
        let (true, Some(abi)) = (wanted, abi) else {
            if let Some(tracee) = self.tracees.get_mut(&tid) {
                tracee.at = At::Unwanted;
                if self.sieved && tracee.tampering.is_none() {
                    stopped.leave_to_filter();
                }
            }
            self.release(stopped, release);
            return self.tell_abi(tid, before, changed);
        };
        let mut call = self.calls.pop().unwrap_or_else(|| {
            Box::new(Call {
                row: None,
                snapshot: Snapshot::default(),
                entered: 0,
                told: None,
                depth: self.plan.depth,
                system: 0,
                site: None,
            })
        });
        call.row = row;
        call.told = None;
        call.site = site;
        call.depth = self.depth(row, abi, number, &args);
        let raw = if call.depth.raw { behind::raw(number, registers) } else { None };
        call.snapshot.clear(abi, number, raw.map_or(args, |(registers, _)| registers));
        call.snapshot.stack = stack;
        call.snapshot.interrupted = interrupted;
        call.entered = wakeup::now();
        call.system = self.system;
        if self.plan.count != Counting::Counts || by_subject {
            self.gather(tid, process, &mut call, Phase::Entry);
        }
        let comm = if self.plan.depth.comm { procfs::comm_bytes(tid) } else { None };
        if !by_subject {
            self.release(stopped, release);
        } else if self.plan.injections.is_empty() {
            stopped.resume(0);
        } else {
            if row.is_some_and(|row| select::is_wanted(&self.plan.wanted, row, &call)) {
                release = self.tamper(&stopped, Some(abi), number, args);
            }
            self.release(stopped, release);
        }
        self.tell_abi(tid, before, changed);
        if by_subject && !row.is_some_and(|row| select::is_wanted(&self.plan.wanted, row, &call)) {
            if let Some(tracee) = self.tracees.get_mut(&tid) {
                tracee.at = At::Unwanted;
            }
            return self.reuse(call);
        }
        self.rename(tid, comm);
        let tampered = || self.tracees.get(&tid).is_some_and(|tracee| tracee.tampering.is_some());
        let returns = call.row.is_none_or(|row| !matches!(row.result, Type::Absent));
        // One of x32 may return although it should not: not every kernel has it.
        if !returns && abi != Abi::X32 && !tampered() {
            // There is nothing to wait for.
            if self.plan.wanted.status & status::UNFINISHED != 0 && self.plan.count != Counting::Counts {
                let name = self.call_name(&call);
                let args = self.entry_arguments(&call);
                let what = What::Call { call: name, args, outcome: Outcome::Unknown, duration: None };
                self.tell_call(tid, call.entered, call.site, what);
            }
            return self.reuse(call);
        }
        if let Some(tracee) = self.tracees.get_mut(&tid) {
            tracee.at = At::Inside(call);
        }
        // Where only some results are wanted, or none is shown, nothing is told before the call returns.
        if self.plan.wanted.status == status::ALL && self.plan.count != Counting::Counts {
            self.tell_held();
            self.held = Some(tid);
        }
    }

    /// Tells that a thread makes its calls in another way from here on.
    fn tell_abi(&mut self, tid: i32, site: Option<Site>, changed: Option<Abi>) {
        if let Some(abi) = changed {
            self.tell_call(tid, wakeup::now(), site, What::Personality { abi });
        }
    }

    /// Does what is to be done to a call, and remembers it for its exit.
    fn tamper(&mut self, stopped: &Stopped, abi: Option<Abi>, number: u64, args: [u64; 6]) -> Release {
        let Some(abi) = abi else { return Release::default() };
        let (tampering, release) = self.tamper_entry(stopped, (abi, behind::counted(number)), args);
        if let Some(tracee) = self.tracees.get_mut(&stopped.tid()) {
            tracee.tampering = tampering;
        }
        release
    }

    /// How deep a call is looked into.
    fn depth(&self, row: Option<&'static Row>, abi: Abi, number: u64, args: &[u64; 6]) -> Depth {
        let (wanted, depth) = (&self.plan.wanted, self.plan.depth);
        if !self.uneven {
            return depth;
        }
        let fd = args[0] as u32;
        // No descriptor is below 0, whatever the set is of.
        let dump = row.and_then(decode::direction).is_some_and(|direction| match direction {
            _ if (fd as i32) < 0 => false,
            Direction::Read => wanted.read.has(fd),
            Direction::Write => wanted.write.has(fd),
        });
        Depth {
            verbose: depth.verbose || !wanted.abbrev.has(abi, number),
            dereference: wanted.verbose.has(abi, number),
            raw: wanted.raw.has(abi, number),
            dump,
            ..depth
        }
    }

    fn exit(&mut self, stopped: Stopped, mut result: Raw) {
        let tid = stopped.tid();
        let Some(tracee) = self.tracees.get_mut(&tid) else { return stopped.resume(0) };
        let process = tracee.process;
        let at = std::mem::replace(&mut tracee.at, At::Outside);
        let mut tampering = tracee.tampering.take();
        let mut release = Release::default();
        if let Some(tampering) = &mut tampering {
            (result, release) = self.tamper_exit(&stopped, tampering, result);
        }
        let At::Inside(mut call) = at else { return self.release(stopped, release) };
        call.snapshot.result = Some(result);
        let shown = self.plan.wanted.status
            & if matches!(result, Raw::Error(_)) { status::FAILED } else { status::SUCCESSFUL }
            != 0;
        let events = shown && self.plan.count != Counting::Counts;
        if events {
            self.gather(tid, process, &mut call, Phase::Exit);
        }
        self.release(stopped, release);
        let left = wakeup::now();
        if shown && self.plan.count != Counting::Events {
            let name = self.call_name(&call);
            let begun = Begun { system: call.system, entered: call.entered };
            let ended = Begun { system: self.system, entered: left };
            let key = (call.snapshot.abi, behind::counted(call.snapshot.number));
            self.counts.returned(key, self.names.text(name), begun, ended, result);
        }
        if shown {
            self.captured += 1;
        }
        let renames = call.row.is_some_and(|row| matches!(row.name, "execve" | "execveat" | "prctl"));
        if events {
            self.returned(tid, &call, result, left, tampering);
        }
        if renames {
            self.look_at_name(tid);
        }
        self.reuse(call);
    }

    /// Tells of a call that has returned.
    fn returned(&mut self, tid: i32, call: &Call, result: Raw, left: u64, tampering: Option<Tampering>) {
        let duration = Some(left.saturating_sub(call.entered));
        let name = self.call_name(call);
        let mut early = Vec::new();
        let (late, outcome) = match call.row {
            Some(row) => {
                if call.told.is_none() {
                    early = decode::entry(row, &call.snapshot, call.depth, &mut self.names);
                }
                decode::exit(row, &call.snapshot, call.depth, &mut self.names)
            }
            None => {
                if call.told.is_none() {
                    early = self.unknown_arguments(call);
                }
                (Vec::new(), unknown_outcome(result))
            }
        };
        let outcome = match tampering {
            Some(tampering) => tampering.mark(outcome),
            None => outcome,
        };
        let what = match call.told {
            // Nothing came between: only then is it still held.
            None => {
                if self.held == Some(tid) {
                    self.held = None;
                }
                early.extend(late);
                (call.entered, What::Call { call: name, args: early, outcome, duration })
            }
            Some(before) => (left, What::Exit { call: name, args: late, before, outcome, duration }),
        };
        self.tell_call(tid, what.0, call.site, what.1);
        if let Some(row) = call.row.filter(|_| call.depth.dump) {
            let (buffers, vector) = decode::data(row, &call.snapshot, call.depth, &mut self.names);
            if !buffers.is_empty() {
                self.tell_call(tid, left, call.site, What::Data { buffers, vector });
            }
        }
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
            gather::wants(row, &call.snapshot, call.depth, phase, &mut self.wants, &mut self.lookups);
            if self.wants.is_empty() && self.lookups.is_empty() {
                return;
            }
            if !self.wants.is_empty() {
                self.reads += 1;
                let mut memory = TraceeMemory::new(tid, &mut self.pieces);
                call.snapshot.fill(phase, &self.wants, &mut memory);
            }
            for fd in &self.lookups.descriptors {
                let open_on = descriptors::open_on(process, *fd, call.depth, &mut self.sockets);
                call.snapshot.set_descriptor(phase, *fd, open_on);
            }
            for pid in &self.lookups.processes {
                let known = self.numbers.known(tid, *pid, call.depth);
                call.snapshot.set_process(phase, *pid, known);
            }
            if let Some(Entered { child, flags }) = self.lookups.entered {
                let who = child.map_or(Some(tid), |child| self.numbers.process(tid, child));
                call.snapshot.set_namespaces(who.map(|who| namespaces::of(who, flags)).unwrap_or_default());
            }
            for question in &self.lookups.questions {
                call.snapshot.set_answer(*question, self.networks.answer(process, *question));
            }
        }
    }

    /// The thread will not return from the call it is in.
    pub(super) fn end_call(&mut self, tid: i32, now: u64) {
        self.leave_call(tid, now, status::UNFINISHED);
    }

    /// The call that a thread is in will not be seen to return.
    fn leave_call(&mut self, tid: i32, now: u64, fate: u8) {
        let Some(tracee) = self.tracees.get_mut(&tid) else { return };
        let At::Inside(call) = std::mem::replace(&mut tracee.at, At::Outside) else { return };
        if self.held == Some(tid) {
            self.held = None;
        }
        if self.plan.wanted.status & fate == 0 || self.plan.count == Counting::Counts {
            return;
        }
        let name = self.call_name(&call);
        let before = match call.told {
            Some(before) => before,
            None => {
                let args = self.entry_arguments(&call);
                let before = args.len() as u32;
                self.tell_call(tid, call.entered, call.site, What::Enter { call: name, args });
                before
            }
        };
        let args = self.never_known(&call);
        self.tell_call(
            tid,
            now,
            call.site,
            What::Exit { call: name, args, before, outcome: Outcome::Unknown, duration: None },
        );
    }

    fn entry_arguments(&mut self, call: &Call) -> Vec<Value> {
        match call.row {
            Some(row) => decode::entry(row, &call.snapshot, call.depth, &mut self.names),
            None => self.unknown_arguments(call),
        }
    }

    /// What a call that does not return leaves open: the arguments that the kernel would have filled in, or one that
    /// says nothing where only the note behind the result is missing. strace calls both unfinished.
    fn never_known(&mut self, call: &Call) -> Vec<Value> {
        let Some(row) = call.row else { return Vec::new() };
        let (args, _) = decode::exit(row, &call.snapshot, call.depth, &mut self.names);
        match row.note {
            Some(_) if args.is_empty() => vec![Value::List(Vec::new())],
            _ => args,
        }
    }

    /// Tells the entry that was held back, because something else comes now.
    pub(super) fn tell_held(&mut self) {
        let Some(tid) = self.held.take() else { return };
        let Some(tracee) = self.tracees.get_mut(&tid) else { return };
        let At::Inside(mut call) = std::mem::replace(&mut tracee.at, At::Outside) else { return };
        let name = self.call_name(&call);
        let args = self.entry_arguments(&call);
        call.told = Some(args.len() as u32);
        let event =
            Event { tid, time: call.entered, site: call.site, what: What::Enter { call: name, args } };
        self.sink.event(event, &self.names);
        if let Some(tracee) = self.tracees.get_mut(&tid) {
            tracee.at = At::Inside(call);
        }
    }

    /// Tells what happened to a thread outside of a call.
    pub(super) fn tell(&mut self, tid: i32, time: u64, what: What) {
        let site = self.tracees.get(&tid).and_then(|tracee| tracee.site);
        let gone = matches!(what, What::Exited { .. } | What::Killed { .. });
        let site = site.map(|site| Site { instruction: site.instruction.filter(|_| !gone), ..site });
        // Where calls are only counted nothing else is said either.
        if self.plan.count == Counting::Counts
            && !matches!(what, What::Attached { .. } | What::Detached | What::Renamed { .. })
        {
            return;
        }
        self.tell_call(tid, time, site, what);
    }

    pub(super) fn tell_call(&mut self, tid: i32, time: u64, site: Option<Site>, what: What) {
        self.tell_held();
        self.sink.event(Event { tid, time, site, what }, &self.names);
    }

    /// Tells the name of a thread that may have a new one, where names are told.
    pub(super) fn look_at_name(&mut self, tid: i32) {
        if self.plan.comms {
            self.rename(tid, procfs::comm_bytes(tid));
        }
    }

    /// Tells the name of a thread, if it is not the one that was told last.
    fn rename(&mut self, tid: i32, comm: Option<Vec<u8>>) {
        let Some(comm) = comm else { return };
        let Some(tracee) = self.tracees.get_mut(&tid) else { return };
        if tracee.comm.as_deref() != Some(&comm) {
            tracee.comm = Some(comm.clone());
            self.tell(tid, wakeup::now(), What::Renamed { comm });
        }
    }

    pub(super) fn call_name(&mut self, call: &Call) -> Name {
        match call.row {
            Some(Row { name, .. }) => self.names.intern(name),
            None => self.names.intern_number(call.snapshot.number),
        }
    }

    /// The arguments of a call that the table does not have: all registers.
    fn unknown_arguments(&mut self, call: &Call) -> Vec<Value> {
        const NAMES: [&str; 6] = ["arg1", "arg2", "arg3", "arg4", "arg5", "arg6"];
        let words = call.snapshot.args.iter().zip(NAMES);
        words
            .map(|(word, name)| match call.depth.names {
                true => Value::Field(self.names.intern(name), Box::new(Value::Hex(*word))),
                false => Value::Hex(*word),
            })
            .collect()
    }

    /// Lets a thread go for good that executes a program.
    pub(super) fn let_one_go(&mut self, stopped: Stopped) {
        let tid = stopped.tid();
        stopped.detach(0);
        self.tell(tid, wakeup::now(), What::Detached);
        self.forget(tid);
    }
}

fn unknown_outcome(result: Raw) -> Outcome {
    match result {
        Raw::Value(value) => Outcome::Value(Value::Hex(value), None),
        Raw::Error(errno) => Outcome::Error(errno),
    }
}

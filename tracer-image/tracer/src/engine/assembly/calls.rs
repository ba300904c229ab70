//! A call, from its entry to its exit.

use super::{
    Assembly,
    caller::{Call, Caller},
    count::Begun,
    select,
};
use crate::{clock, procfs};
use syscalls::{
    abi::Abi,
    decode::{self, Data, Direction, Outcome, Tampered},
    filter::status,
    gather::DecodeOptions,
    multiplexed,
    snapshot::{Memory, Phase, Raw, Snapshot},
    table::{self, Row},
    types::Type,
    value::{Name, Value},
};
use wire::event::{Site, What};
use wire::summary::Counting;

/// Most calls whose memory is kept for reuse.
const POOL: usize = 64;

/// What an engine knows of a call that begins.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// How it was made, if that is known.
    pub abi: Option<Abi>,
    /// Its number.
    pub number: u64,
    /// Its arguments.
    pub args: [u64; 6],
    /// The stack pointer.
    pub stack: u64,
    /// Where it was made.
    pub instruction: u64,
    /// The CPU time that the kernel has spent for its process, where calls are counted.
    pub system: u64,
}

/// A call that begins, and is not told yet.
#[derive(Debug)]
pub struct Opened {
    /// None: no filter wants it.
    pub call: Option<Box<Call>>,
    /// The number of what was really called.
    pub number: u64,
    /// The arguments of what was really called.
    pub args: [u64; 6],
    /// Nothing of its thread is shown.
    pub hidden: bool,
    /// It executes the traced command: all of it is shown from here on.
    pub begins: bool,
    /// The thread makes its calls in another way from here on, and where it was before.
    changed: Option<(Abi, Option<Site>)>,
}

/// A call that has returned, and is not told yet.
#[derive(Debug)]
pub struct Closed {
    call: Box<Call>,
    result: Raw,
    /// Whether a call with such a result is wanted.
    shown: bool,
}

impl Caller {
    /// It begins a call. Returns the one that this may go on with.
    fn calls(&mut self, abi: Option<Abi>, row: Option<&'static Row>) -> Option<&'static str> {
        let found_in = self.found_in.take().and_then(|number| table::row(abi?, number));
        let last = std::mem::replace(&mut self.last, row.map(|row| row.name));
        last.or(found_in.map(|row| row.name))
    }
}

impl Assembly<'_> {
    /// A call begins. None: nobody traces its thread.
    pub fn opens(&mut self, tid: i32, entry: &Entry, memory: &mut dyn Memory) -> Option<Opened> {
        let (abi, asked, registers) = (entry.abi, entry.number, entry.args);
        let (number, args) = match abi {
            Some(abi) => multiplexed::resolve(abi, asked, registers, memory),
            None => (asked, registers),
        };
        let row = abi.and_then(|abi| table::row(abi, number));
        let caller = self.callers.get_mut(&tid)?;
        let begins = caller.hidden && row.is_some_and(|row| row.name == "execve");
        caller.hidden &= !begins;
        let hidden = caller.hidden;
        let interrupted = caller.calls(abi, row);
        let former = abi.map_or(caller.abi, |abi| std::mem::replace(&mut caller.abi, abi));
        let instruction = Some(entry.instruction);
        let before = caller.site.map(|site| Site { instruction, ..site });
        if self.plan.sites {
            // `-n` says what was really called.
            let number = u32::try_from(asked).unwrap_or(u32::MAX);
            caller.site = Some(Site { number, instruction });
        }
        let site = caller.site;
        // As in strace, no filter leaves out what has no name.
        let wanted = |abi: &Abi| !hidden && (row.is_none() || self.plan.wanted.trace.has(*abi, number));
        let call = abi.filter(wanted).map(|abi| {
            let mut call = self.unused();
            call.row = row;
            call.told = None;
            call.site = site;
            call.depth = self.depth(row, abi, number, &args);
            let raw = if call.depth.raw { multiplexed::raw(number, registers) } else { None };
            call.snapshot.clear(abi, number, raw.map_or(args, |(registers, _)| registers));
            call.snapshot.stack = entry.stack;
            call.snapshot.interrupted = interrupted;
            call.entered = clock::now();
            call.system = entry.system;
            call
        });
        let changed = abi.filter(|abi| *abi != former && !hidden).map(|abi| (abi, before));
        Some(Opened { call, number, args, hidden, begins, changed })
    }

    /// Copies what is wanted of a call at its entry. Returns the name of its thread, where that is told.
    pub fn copy_entry(&mut self, tid: i32, call: &mut Call, memory: &mut dyn Memory) -> Option<Vec<u8>> {
        if self.plan.count != Counting::Counts || self.plan.wanted.by_subject() {
            self.gather(tid, call, Phase::Entry, memory);
        }
        if self.plan.depth.comm { procfs::comm_bytes(tid) } else { None }
    }

    /// Whether a call works on what was selected. Known once its entry was copied.
    pub fn selects(&self, call: &Call) -> bool {
        !self.plan.wanted.by_subject()
            || call.row.is_some_and(|row| select::is_wanted(&self.plan.wanted, row, call))
    }

    /// Tells that a thread makes its calls in another way from here on.
    pub fn tell_abi(&mut self, tid: i32, opened: &Opened) {
        if let Some((abi, site)) = opened.changed {
            self.tell_call(tid, clock::now(), site, What::Personality { abi });
        }
    }

    /// A call whose entry was copied has begun. `tampered`: it returns, whatever it is.
    pub fn begins(&mut self, tid: i32, call: Box<Call>, comm: Option<Vec<u8>>, tampered: bool) {
        self.rename(tid, comm);
        let returns = call.row.is_none_or(|row| !matches!(row.result, Type::Absent));
        // One of x32 may return although it should not: not every kernel has it.
        if !returns && call.snapshot.abi != Abi::X32 && !tampered {
            // There is nothing to wait for.
            if self.plan.wanted.status & status::UNFINISHED != 0 && self.plan.count != Counting::Counts {
                let name = self.call_name(&call);
                let args = self.entry_arguments(&call);
                let what = What::Call { call: name, args, outcome: Outcome::Unknown, duration: None };
                self.tell_call(tid, call.entered, call.site, what);
            }
            return self.reuse(call);
        }
        if let Some(caller) = self.callers.get_mut(&tid) {
            caller.call = Some(call);
        }
        // Where only some results are wanted, or none is shown, nothing is told before the call returns.
        if self.plan.wanted.status == status::ALL && self.plan.count != Counting::Counts {
            self.tell_held();
            self.held = Some(tid);
        }
    }

    /// The call that a thread is in returns: takes it, and copies what is wanted of it. None: it is in none that becomes
    /// an event.
    pub fn closes(&mut self, tid: i32, result: Raw, memory: &mut dyn Memory) -> Option<Closed> {
        let mut call = self.callers.get_mut(&tid)?.call.take()?;
        call.snapshot.result = Some(result);
        let kind = if matches!(result, Raw::Error(_)) { status::FAILED } else { status::SUCCESSFUL };
        let shown = self.plan.wanted.status & kind != 0;
        if shown && self.plan.count != Counting::Counts {
            self.gather(tid, &mut call, Phase::Exit, memory);
        }
        Some(Closed { call, result, shown })
    }

    /// Tells of a call that has returned. `system`: what the kernel has spent for its process by now.
    pub fn returned(&mut self, tid: i32, closed: Closed, system: u64, tampered: Tampered) {
        let Closed { call, result, shown } = closed;
        let left = clock::now();
        if shown && self.plan.count != Counting::Events {
            let name = self.call_name(&call);
            let begun = Begun { system: call.system, entered: call.entered };
            let ended = Begun { system, entered: left };
            let key = (call.snapshot.abi, multiplexed::counted(call.snapshot.number));
            self.counts.returned(key, self.names.text(name), begun, ended, result);
        }
        self.captured += u64::from(shown);
        if shown && self.plan.count != Counting::Counts {
            self.tell_returned(tid, &call, result, left, tampered);
        }
        if call.row.is_some_and(|row| matches!(row.name, "execve" | "execveat" | "prctl")) {
            self.look_at_name(tid);
        }
        self.reuse(call);
    }

    fn tell_returned(&mut self, tid: i32, call: &Call, result: Raw, left: u64, tampered: Tampered) {
        let duration = Some(left.saturating_sub(call.entered));
        let name = self.call_name(call);
        let mut early = if call.told.is_none() { self.entry_arguments(call) } else { Vec::new() };
        let (late, outcome) = match call.row {
            Some(row) => decode::exit(row, &call.snapshot, call.depth, &mut self.names),
            None => (Vec::new(), unknown_outcome(result)),
        };
        let outcome = match tampered {
            Tampered { result: false, args: false, delay: false } => outcome,
            tampered => Outcome::Tampered(Box::new(outcome), tampered),
        };
        let (time, what) = match call.told {
            // Nothing came between: only then is it still held.
            None => {
                self.held = self.held.filter(|held| *held != tid);
                early.extend(late);
                (call.entered, What::Call { call: name, args: early, outcome, duration })
            }
            Some(before) => (left, What::Exit { call: name, args: late, before, outcome, duration }),
        };
        self.tell_call(tid, time, call.site, what);
        if let Some(row) = call.row.filter(|_| call.depth.dump) {
            let Data { buffers, vector, messages } =
                decode::data(row, &call.snapshot, call.depth, &mut self.names);
            if !buffers.is_empty() || !messages.is_empty() {
                self.tell_call(tid, left, call.site, What::Data { buffers, vector, messages });
            }
        }
    }

    /// The call that a thread is in will not be seen to return, and nothing is told of that.
    pub fn abandon(&mut self, tid: i32) {
        if let Some(caller) = self.callers.get_mut(&tid) {
            caller.call = None;
        }
    }

    /// Nobody traces the thread any more. The call that it is in is told now if only some outcomes are wanted, and this is
    /// one of them.
    pub fn detached(&mut self, tid: i32, now: u64) {
        let wanted = self.plan.wanted.status;
        let counts_only = self.plan.count == Counting::Counts;
        if wanted != status::ALL
            && wanted & status::DETACHED != 0
            && !counts_only
            && let Some(call) = self.callers.get_mut(&tid).and_then(|caller| caller.call.take())
        {
            let name = self.call_name(&call);
            let args = self.entry_arguments(&call);
            self.tell_call(tid, call.entered, call.site, What::Enter { call: name, args });
            self.reuse(call);
        }
        self.tell(tid, now, What::Detached);
    }

    /// The thread will not return from the call it is in.
    pub fn end_call(&mut self, tid: i32, now: u64) {
        let Some(call) = self.callers.get_mut(&tid).and_then(|caller| caller.call.take()) else { return };
        self.held = self.held.filter(|held| *held != tid);
        if self.plan.wanted.status & status::UNFINISHED == 0 || self.plan.count == Counting::Counts {
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
        let what = What::Exit { call: name, args, before, outcome: Outcome::Unknown, duration: None };
        self.tell_call(tid, now, call.site, what);
    }

    fn gather(&mut self, tid: i32, call: &mut Call, phase: Phase, memory: &mut dyn Memory) {
        let process = self.callers.get(&tid).map_or(tid, |caller| caller.process);
        self.gathering.gather(tid, process, call, phase, memory);
    }

    /// How deep a call is looked into.
    fn depth(&self, row: Option<&'static Row>, abi: Abi, number: u64, args: &[u64; 6]) -> DecodeOptions {
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
        DecodeOptions {
            verbose: depth.verbose || !wanted.abbrev.has(abi, number),
            dereference: wanted.verbose.has(abi, number),
            raw: wanted.raw.has(abi, number),
            dump,
            ..depth
        }
    }

    /// A call with nothing in it, or what is left of another one.
    fn unused(&mut self) -> Box<Call> {
        self.calls.pop().unwrap_or_else(|| {
            Box::new(Call {
                row: None,
                snapshot: Snapshot::default(),
                entered: 0,
                told: None,
                depth: self.plan.depth,
                system: 0,
                site: None,
            })
        })
    }

    /// Nobody needs this call any more.
    pub fn reuse(&mut self, mut call: Box<Call>) {
        if self.calls.len() < POOL {
            call.snapshot.shrink();
            self.calls.push(call);
        }
    }

    pub(super) fn entry_arguments(&mut self, call: &Call) -> Vec<Value> {
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
}

fn unknown_outcome(result: Raw) -> Outcome {
    match result {
        Raw::Value(value) => Outcome::Value(Value::Hex(value), None),
        Raw::Error(errno) => Outcome::Error(errno),
    }
}

//! Which events of a recording are shown: the filters of a trace, applied afterwards. What a filter leaves out here is what
//! the tracer would have left out.

use crate::{
    plan::{ReplayPlan, compile},
    refusal::{self, Refusal},
};
use regex_lite::Regex;
use std::collections::HashMap;
use syscalls::{
    abi::Abi,
    decode::Outcome,
    filter::{Qualifiers, pids, status},
    gather::{self, Subject},
    table::{self, Row},
    value::{Name, Names, Value},
};
use wire::event::{Event, What};

/// A stream: its recording, and its number there.
pub type Key = (usize, u32);

/// The filters, and what they must know of each thread.
pub struct Filter {
    wanted: Qualifiers,
    /// Whether every event is shown.
    all: bool,
    /// Whether calls are chosen by their names at all.
    by_name: bool,
    pids: Vec<i32>,
    follow: bool,
    comm: Vec<Regex>,
    /// Calls by their names: the row, and on which ABIs it is wanted.
    calls: HashMap<Box<str>, Known>,
    threads: HashMap<(Key, i32), Thread>,
}

/// Most names of calls that are looked up once only: a hostile recording has as many as it likes.
const MOST_CALLS: usize = 1 << 12;

#[derive(Clone, Copy)]
struct Known {
    row: Option<&'static Row>,
    wanted: [bool; Abi::EVERY.len()],
}

#[derive(Default)]
struct Thread {
    process: Option<i32>,
    comm: Option<Vec<u8>>,
    abi: Option<Abi>,
    /// The call that it is in, if that is shown.
    inside: Inside,
    /// Whether its last call was shown: its data follows it.
    last: bool,
}

/// The call that a thread is in.
#[derive(Default)]
enum Inside {
    /// None is known of.
    #[default]
    Unknown,
    /// One that is shown.
    Shown,
    /// One that is not shown.
    Hidden,
    /// One that is shown if it ends in the right way.
    Held(Box<Event>),
}

/// What becomes of an event: nothing, or one or two events that are shown.
pub type Passed = [Option<Event>; 2];

const NOTHING: Passed = [None, None];

impl Filter {
    /// The filters of a command line.
    ///
    /// # Errors
    /// They cannot be understood.
    pub fn new(plan: &ReplayPlan) -> Result<Filter, Refusal> {
        let mut wanted = Qualifiers::default();
        for expression in &plan.expressions {
            wanted.apply(expression, &compile).map_err(refusal::usage)?;
        }
        wanted.paths.clone_from(&plan.trace_paths);
        let by_name = plan.expressions.iter().any(|expression| expression.starts_with("trace="));
        let comm = plan.comm.iter().map(|expression| Regex::new(expression)).collect::<Result<_, _>>();
        let comm: Vec<Regex> = comm.map_err(|error| refusal::usage("--comm").cause(error.to_string()))?;
        let all = !by_name
            && wanted.status == status::ALL
            && wanted.signals == Qualifiers::default().signals
            && !wanted.by_subject()
            && plan.pids.is_empty()
            && comm.is_empty();
        Ok(Filter {
            wanted,
            all,
            by_name,
            pids: plan.pids.clone(),
            follow: plan.follow,
            comm,
            calls: HashMap::new(),
            threads: HashMap::new(),
        })
    }

    /// Whether every event is shown.
    pub fn is_all(&self) -> bool {
        self.all
    }

    /// What is asked for, beside what chooses events.
    pub fn qualifiers(&self) -> &Qualifiers {
        &self.wanted
    }

    /// What becomes of an event of a stream.
    pub fn take(&mut self, key: Key, event: Event, names: &Names) -> Passed {
        if self.all {
            return [Some(event), None];
        }
        let tid = event.tid;
        let thread = self.threads.entry((key, tid)).or_default();
        match &event.what {
            What::Attached { process, .. } => thread.process = Some(*process),
            What::Renamed { comm } => thread.comm = Some(comm.clone()),
            What::Personality { abi } => thread.abi = Some(*abi),
            _ => {}
        }
        if !chosen(thread, tid, &self.pids, self.follow, &self.comm) {
            if ends(&event.what) {
                self.threads.remove(&(key, tid));
            }
            return NOTHING;
        }
        match event.what {
            What::Enter { .. } | What::Exit { .. } | What::Call { .. } => self.call(key, event, names),
            What::Data { .. } => [thread.last.then_some(event), None],
            What::Signal { ref signal, .. } | What::Stopped { ref signal } => {
                [self.signal(signal).then_some(event), None]
            }
            What::Detached => {
                let inside = self.threads.remove(&(key, tid)).map(|thread| thread.inside);
                match inside {
                    Some(Inside::Held(enter)) if self.wanted.status & status::DETACHED != 0 => {
                        [Some(*enter), Some(event)]
                    }
                    _ => [Some(event), None],
                }
            }
            What::Killed { ref signal, .. } => {
                let shown = self.signal(signal);
                self.threads.remove(&(key, tid));
                [shown.then_some(event), None]
            }
            What::Exited { .. } => {
                self.threads.remove(&(key, tid));
                [Some(event), None]
            }
            What::Superseded { by } => {
                let process = self.threads.remove(&(key, tid)).and_then(|leader| leader.process);
                if let Some(mut survivor) = self.threads.remove(&(key, by)) {
                    survivor.process = process.or(survivor.process);
                    if let Inside::Held(enter) = &mut survivor.inside {
                        enter.tid = tid;
                    }
                    self.threads.insert((key, tid), survivor);
                }
                [Some(event), None]
            }
            What::Attached { .. } | What::Renamed { .. } | What::Personality { .. } | What::Lost { .. } => {
                [Some(event), None]
            }
        }
    }

    fn signal(&self, signal: &Value) -> bool {
        match signal {
            Value::Symbol { bits, .. } => {
                u32::try_from(*bits).is_ok_and(|bits| self.wanted.signals.has(bits))
            }
            _ => true,
        }
    }

    fn call(&mut self, key: Key, event: Event, names: &Names) -> Passed {
        let abi = self.threads.get(&(key, event.tid)).and_then(|thread| thread.abi);
        let (chosen, all) = match &event.what {
            What::Enter { call, args } | What::Call { call, args, .. } => {
                (self.chooses(*call, args, abi, names), self.wanted.status == status::ALL)
            }
            // Its beginning was not recorded.
            What::Exit { call, .. } => (self.chooses_name(*call, abi, names), true),
            _ => return NOTHING,
        };
        let ends_so = |wanted: u8, outcome: &Outcome| wanted & kind(outcome) != 0;
        let wanted = self.wanted.status;
        let thread = self.threads.entry((key, event.tid)).or_default();
        match event.what {
            What::Enter { .. } => {
                thread.last = false;
                (thread.inside, thread.last) = match (chosen, all) {
                    (false, _) => (Inside::Hidden, false),
                    (true, false) => {
                        thread.inside = Inside::Held(Box::new(event));
                        return NOTHING;
                    }
                    (true, true) => (Inside::Shown, false),
                };
                [chosen.then_some(event), None]
            }
            What::Exit { call, args, before, outcome, duration } => {
                let shown = ends_so(wanted, &outcome);
                let inside = std::mem::take(&mut thread.inside);
                let what = What::Exit { call, args, before, outcome, duration };
                let exit = Event { what, ..event };
                match inside {
                    Inside::Hidden => NOTHING,
                    Inside::Held(_) if !shown => NOTHING,
                    Inside::Held(enter) => {
                        thread.last = true;
                        joined(*enter, exit)
                    }
                    Inside::Shown => {
                        thread.last = true;
                        [Some(exit), None]
                    }
                    Inside::Unknown => {
                        thread.last = chosen && shown;
                        [thread.last.then_some(exit), None]
                    }
                }
            }
            What::Call { ref outcome, .. } => {
                thread.last = chosen && ends_so(wanted, outcome);
                [thread.last.then_some(event), None]
            }
            _ => NOTHING,
        }
    }

    /// Whether a call is wanted, by its name and by what it works on.
    fn chooses(&mut self, call: Name, args: &[Value], abi: Option<Abi>, names: &Names) -> bool {
        self.chooses_name(call, abi, names)
            && (!self.wanted.by_subject() || {
                let row = self.known(call, names).row;
                row.is_some_and(|row| self.is_subject(row, args))
            })
    }

    fn chooses_name(&mut self, call: Name, abi: Option<Abi>, names: &Names) -> bool {
        if !self.by_name {
            return true;
        }
        let known = self.known(call, names);
        // As in strace, no filter leaves out what has no name.
        known.row.is_none()
            || match abi {
                Some(abi) => known.wanted[abi as usize],
                // A native one: none with words of 32 bits.
                None => known.wanted[Abi::X86_64 as usize] || known.wanted[Abi::Aarch64 as usize],
            }
    }

    fn known(&mut self, call: Name, names: &Names) -> Known {
        let name = names.text(call);
        if let Some(known) = self.calls.get(name) {
            return *known;
        }
        let row = table::rows().find(|row| row.name == name);
        let on = |abi: Abi| {
            row.is_some_and(|row| row.number(abi).is_some_and(|number| self.wanted.trace.has(abi, number)))
        };
        let mut wanted = Abi::EVERY.map(on);
        // Some calls go through another one's number there, such as socketcall on i386.
        let any = wanted.contains(&true);
        for (abi, wanted) in Abi::EVERY.into_iter().zip(&mut wanted) {
            *wanted |= any && row.is_some_and(|row| row.number(abi).is_none());
        }
        let known = Known { row, wanted };
        if self.calls.len() < MOST_CALLS {
            self.calls.insert(name.into(), known);
        }
        known
    }

    /// Whether a call works on a descriptor or path that is asked for.
    fn is_subject(&self, row: &Row, args: &[Value]) -> bool {
        args.iter().enumerate().any(|(index, arg)| match gather::subject(row, index) {
            Some(Subject::Descriptor | Subject::Waited) => self.has_descriptor(arg),
            Some(Subject::Path) => {
                matches!(bare(arg), Value::Str { bytes, cut: false } if self.has_path(bytes))
            }
            None => false,
        })
    }

    fn has_descriptor(&self, value: &Value) -> bool {
        match bare(value) {
            Value::Fd { fd, path, .. } => {
                let number = u32::try_from(*fd);
                self.wanted.fds.as_ref().is_some_and(|fds| number.is_ok_and(|fd| fds.has(fd)))
                    || number.is_ok() && path.as_ref().is_some_and(|path| self.has_path(path))
            }
            Value::Int(fd) => {
                let number = u32::try_from(*fd);
                self.wanted.fds.as_ref().is_some_and(|fds| number.is_ok_and(|fd| fds.has(fd)))
            }
            Value::Array { items, .. } | Value::Set { items, .. } => {
                items.iter().any(|item| self.has_descriptor(item))
            }
            Value::Struct { fields, .. } => {
                fields.first().is_some_and(|(_, value)| self.has_descriptor(value))
            }
            _ => false,
        }
    }

    fn has_path(&self, path: &[u8]) -> bool {
        self.wanted.paths.iter().any(|wanted| wanted.as_bytes() == path)
    }

    /// Whether names of threads are to be written.
    pub fn names_threads(&self) -> bool {
        self.wanted.decode_pids & pids::COMM != 0
    }
}

/// Whether a thread is one of those that were asked for.
fn chosen(thread: &Thread, tid: i32, pids: &[i32], follow: bool, comm: &[Regex]) -> bool {
    let by_pid = pids.is_empty()
        || pids.contains(&tid)
        || follow && thread.process.is_some_and(|process| pids.contains(&process));
    by_pid
        && (comm.is_empty()
            || thread.comm.as_ref().is_some_and(|name| {
                let name = String::from_utf8_lossy(name);
                comm.iter().any(|expression| expression.is_match(&name))
            }))
}

/// Whether a thread is gone after this.
fn ends(what: &What) -> bool {
    matches!(what, What::Exited { .. } | What::Killed { .. } | What::Detached)
}

/// Where an outcome belongs.
fn kind(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Value(..) => status::SUCCESSFUL,
        Outcome::Error(_) => status::FAILED,
        Outcome::Unknown => status::UNFINISHED,
        Outcome::Tampered(outcome, _) => kind(outcome),
    }
}

/// A call whose two ends are told at once. One that never returned has two all the same.
fn joined(enter: Event, exit: Event) -> Passed {
    match (enter.what, exit.what) {
        (What::Enter { call, mut args }, What::Exit { args: late, outcome, duration, .. })
            if outcome != Outcome::Unknown =>
        {
            args.extend(late);
            let what = What::Call { call, args, outcome, duration };
            [Some(Event { what, tid: enter.tid, time: enter.time, site: enter.site }), None]
        }
        (begun, ended) => [Some(Event { what: begun, ..enter }), Some(Event { what: ended, ..exit })],
    }
}

/// An argument without its name (`-N`).
fn bare(value: &Value) -> &Value {
    match value {
        Value::Field(_, value) => value,
        value => value,
    }
}

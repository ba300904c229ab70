//! Puts what happens to threads together into events: the entry and the exit of a call, one that lasts, what comes between.
//!
//! An engine tells it what it sees, in the order in which it happens. Nothing here knows how that was seen, and nothing
//! here stops or resumes anybody.

mod caller;
mod calls;
mod count;
mod gathering;
mod select;

use caller::Call;
pub use caller::Caller;
pub use calls::Entry;

use super::{Plan, Sink};
use crate::{clock, procfs};
use count::Counts;
use gathering::Gathering;
use std::{collections::HashMap, time::Duration};
use syscalls::{
    abi::Abi,
    filter::{CallSet, NumberSet},
    records::siginfo,
    snapshot::Known,
    value::{Names, Value},
};
use wire::summary::Counting;
use wire::{
    event::{Birth, Event, Site, What},
    message::{Level, Notice},
};

/// A call that has not returned for so long is shown as it stands.
pub const LATE: Duration = Duration::from_millis(50);

/// The threads whose calls are put together in one place and one order.
pub struct Assembly<'a> {
    plan: &'a Plan,
    /// Where the events go.
    pub sink: &'a mut dyn Sink,
    callers: HashMap<i32, Caller>,
    /// The thread whose entry is the last thing that happened and is not told yet: if its exit comes next, both become
    /// one `Call`.
    held: Option<i32>,
    names: Names,
    gathering: Gathering,
    /// Calls to use again. Boxed, because a caller's is: it moves between the two and is a few hundred bytes long.
    #[allow(clippy::vec_box)]
    calls: Vec<Box<Call>>,
    /// How often calls were made, where they are counted.
    counts: Counts,
    /// How many calls have returned and were wanted.
    captured: u64,
    /// Whether calls are looked into with unequal depth.
    uneven: bool,
}

impl<'a> Assembly<'a> {
    /// Of no thread yet.
    pub fn new(plan: &'a Plan, sink: &'a mut dyn Sink) -> Self {
        Assembly {
            plan,
            sink,
            callers: HashMap::new(),
            held: None,
            names: Names::default(),
            gathering: Gathering::default(),
            calls: Vec::new(),
            counts: Counts::default(),
            captured: 0,
            uneven: plan.wanted.abbrev != CallSet::all()
                || plan.wanted.verbose != CallSet::all()
                || plan.wanted.raw != CallSet::none()
                || plan.wanted.read != NumberSet::none()
                || plan.wanted.write != NumberSet::none(),
        }
    }

    /// A thread is traced from now on. Nothing is told.
    pub fn enter(&mut self, tid: i32, caller: Caller) {
        self.callers.insert(tid, caller);
    }

    /// It is not traced any more. Nothing is told.
    pub fn leave(&mut self, tid: i32) -> Option<Caller> {
        self.held = self.held.filter(|held| *held != tid);
        self.callers.remove(&tid)
    }

    /// Whether nothing of a thread is shown.
    pub fn is_hidden(&self, tid: i32) -> bool {
        self.callers.get(&tid).is_some_and(|caller| caller.hidden)
    }

    /// Whether a thread is in a call that becomes an event.
    pub fn is_inside(&self, tid: i32) -> bool {
        self.callers.get(&tid).is_some_and(|caller| caller.call.is_some())
    }

    /// Where a thread was last.
    pub fn site(&self, tid: i32) -> Option<Site> {
        self.callers.get(&tid).and_then(|caller| caller.site)
    }

    /// Whether an entry is held back.
    pub fn holds(&self) -> bool {
        self.held.is_some()
    }

    /// How many calls have returned and were wanted.
    pub fn captured(&self) -> u64 {
        self.captured
    }

    /// How often memory was copied.
    pub fn reads(&self) -> u64 {
        self.gathering.reads
    }

    /// Tells what was counted, once.
    pub fn sum_up(&mut self) {
        if self.plan.count != Counting::Events
            && let Some(counts) = self.counts.take()
        {
            self.sink.summary(counts);
        }
    }

    /// Tells something to the person who traces.
    pub fn note(&mut self, text: String) {
        self.sink.notice(Notice { level: Level::Note, text });
    }

    /// A thread is traced, and how that came.
    pub fn attached(&mut self, tid: i32, process: i32, how: Birth) {
        self.tell(tid, clock::now(), What::Attached { process, how });
        self.look_at_name(tid);
    }

    /// Who sent a signal, where that is wanted: it may be gone as soon as the thread runs on.
    pub fn sender(&mut self, tid: i32, siginfo: Option<&[u8; 128]>) -> Known {
        let depth = self.plan.depth;
        let sender = match siginfo {
            Some(bytes) if depth.comm || depth.pidns => siginfo::sender(bytes, Abi::NATIVE),
            _ => None,
        };
        sender.map(|pid| self.gathering.known(tid, pid, depth)).unwrap_or_default()
    }

    /// A thread gets a signal.
    pub fn signal(&mut self, tid: i32, time: u64, signal: i32, siginfo: Option<[u8; 128]>, sender: &Known) {
        let from = |pid| Value::Pid { pid, comm: sender.comm.clone(), ours: sender.ours };
        let siginfo = siginfo.map(|bytes| siginfo::decode_with(&bytes, Abi::NATIVE, &mut self.names, &from));
        if self.shows_signal(tid, signal) {
            let signal = self.signal_value(signal);
            self.tell(tid, time, What::Signal { signal, siginfo });
        }
    }

    /// A thread stands still, because a signal stopped its process.
    pub fn stopped(&mut self, tid: i32, time: u64, signal: i32) {
        if self.shows_signal(tid, signal) {
            let signal = self.signal_value(signal);
            self.tell(tid, time, What::Stopped { signal });
        }
    }

    fn shows_signal(&self, tid: i32, signal: i32) -> bool {
        !self.is_hidden(tid) && self.plan.wanted.signals.has(signal as u32)
    }

    /// An end by a signal.
    pub fn killed(&mut self, signal: i32, core: bool) -> What {
        What::Killed { signal: self.signal_value(signal), core }
    }

    fn signal_value(&mut self, signal: i32) -> Value {
        let name = syscalls::names::signal::name(signal as u64).map(|name| self.names.intern(name));
        Value::Symbol { bits: signal as u64, name, unknown: None }
    }

    /// Tells the end of a thread, which need not be one of ours.
    pub fn tell_end(&mut self, tid: i32, time: u64, site: Option<Site>, how: What) {
        let wanted = match &how {
            What::Killed { signal: Value::Symbol { bits, .. }, .. } => {
                self.plan.wanted.signals.has(*bits as u32)
            }
            _ => true,
        };
        if wanted && self.plan.count != Counting::Counts {
            let site = site.map(|site| Site { instruction: None, ..site });
            self.tell_call(tid, time, site, how);
        }
    }

    /// Tells that another thread of its process took the place of a leader, by executing a program.
    pub fn superseded(&mut self, leader: i32, former: i32, time: u64) {
        if self.plan.count != Counting::Counts {
            // Where that thread was is where the leader is now.
            let site = self.site(former);
            self.tell_call(leader, time, site, What::Superseded { by: former });
        }
    }

    /// A thread is in its program where it was seen last.
    pub fn stands_at(&mut self, tid: i32, instruction: Option<u64>) {
        if let (Some(_), Some(caller)) = (instruction, self.callers.get_mut(&tid))
            && let Some(site) = &mut caller.site
        {
            site.instruction = instruction;
        }
    }

    /// A thread is in another program, still in the call that brought it there.
    pub fn moved(&mut self, tid: i32, instruction: Option<u64>) {
        let Some(instruction) = instruction else { return };
        // Where the call was made is told with its beginning.
        self.tell_held();
        let Some(caller) = self.callers.get_mut(&tid) else { return };
        let call = caller.call.as_mut().and_then(|call| call.site.as_mut());
        for site in [caller.site.as_mut(), call].into_iter().flatten() {
            site.instruction = Some(instruction);
        }
    }

    /// Tells the entry that was held back, if it is late.
    pub fn tell_late(&mut self) {
        let held = self.held.and_then(|tid| self.callers.get(&tid)).and_then(|caller| caller.call.as_ref());
        if held.is_some_and(|call| clock::now() - call.entered >= LATE.as_nanos() as u64) {
            self.tell_held();
        }
    }

    /// Tells the entry that was held back, because something else comes now.
    pub fn tell_held(&mut self) {
        let Some(tid) = self.held.take() else { return };
        let Some(mut call) = self.callers.get_mut(&tid).and_then(|caller| caller.call.take()) else { return };
        let name = self.call_name(&call);
        let args = self.entry_arguments(&call);
        call.told = Some(args.len() as u32);
        let event =
            Event { tid, time: call.entered, site: call.site, what: What::Enter { call: name, args } };
        self.sink.event(event, &self.names);
        if let Some(caller) = self.callers.get_mut(&tid) {
            caller.call = Some(call);
        }
    }

    /// Tells what happened to a thread outside of a call.
    pub fn tell(&mut self, tid: i32, time: u64, what: What) {
        let gone = matches!(what, What::Exited { .. } | What::Killed { .. });
        let site =
            self.site(tid).map(|site| Site { instruction: site.instruction.filter(|_| !gone), ..site });
        // Where calls are only counted nothing else is said either.
        if self.plan.count == Counting::Counts
            && !matches!(what, What::Attached { .. } | What::Detached | What::Renamed { .. })
        {
            return;
        }
        self.tell_call(tid, time, site, what);
    }

    fn tell_call(&mut self, tid: i32, time: u64, site: Option<Site>, what: What) {
        self.tell_held();
        self.sink.event(Event { tid, time, site, what }, &self.names);
    }

    /// Tells the name of a thread that may have a new one, where names are told.
    fn look_at_name(&mut self, tid: i32) {
        if self.plan.comms {
            self.rename(tid, procfs::comm_bytes(tid));
        }
    }

    /// Tells the name of a thread, if it is not the one that was told last.
    fn rename(&mut self, tid: i32, comm: Option<Vec<u8>>) {
        let Some(comm) = comm else { return };
        let Some(caller) = self.callers.get_mut(&tid) else { return };
        if caller.comm.as_deref() != Some(&comm) {
            caller.comm = Some(comm.clone());
            self.tell(tid, clock::now(), What::Renamed { comm });
        }
    }
}

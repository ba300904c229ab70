//! Facts about threads: what each does, and since when. They are looked at twice; what is the same both times lasts.

use super::{
    answer::Answer,
    descriptors::Objects,
    processes,
    sched_clock::SchedClock,
    sockets::Sockets,
    waits::{self, Waiter},
};
use crate::{
    clock,
    current_call::{self, At, Copied},
    procfs,
    redact::{self, Redactor},
};
use std::{
    collections::HashMap,
    fs, io,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use syscalls::{abi::Abi, gather::DecodeOptions, value::Value};
use wire::{
    event::{Event, What},
    look::{Doing, Fact, Look, Since, Thread, Topic},
};

/// At most this many threads are looked at.
const MOST: usize = 16_384;
/// The longest pause between the two looks.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A thread at one moment.
struct Moment {
    state: char,
    cpu: usize,
    started: Option<u64>,
    /// CPU time, time waiting for a CPU, both in nanoseconds, and how often it got one (schedstat).
    ran: [u64; 3],
    at: io::Result<At>,
}

impl Moment {
    fn of(process: i32, tid: i32) -> io::Result<Moment> {
        let stat = fs::read_to_string(format!("/proc/{process}/task/{tid}/stat"))?;
        // Behind the name, which may hold anything, comes the state, field 3 (proc_pid_stat(5)).
        let fields: Vec<&str> =
            stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ').collect()).unwrap_or_default();
        let field = |number: usize| fields.get(number - 3).and_then(|field| field.trim().parse::<u64>().ok());
        let ran = fs::read_to_string(format!("/proc/{process}/task/{tid}/schedstat")).unwrap_or_default();
        let mut ran = ran.split_whitespace().map(|word| word.parse().unwrap_or(0));
        let state = fields.first().and_then(|state| state.chars().next()).unwrap_or('?');
        Ok(Moment {
            state,
            cpu: field(39).unwrap_or(0) as usize,
            started: field(22),
            ran: [(); 3].map(|()| ran.next().unwrap_or(0)),
            at: match state {
                'R' => Ok(At::Running),
                _ => current_call::at(process, tid),
            },
        })
    }

    /// Whether the thread has not run in between.
    fn is_same(&self, before: &Moment) -> bool {
        let same_call = match (&self.at, &before.at) {
            (Ok(one), Ok(other)) => one == other,
            (Err(_), Err(_)) => true,
            _ => false,
        };
        self.state == before.state && self.state != 'R' && self.ran == before.ran && same_call
    }
}

/// Tells of each thread of these processes, and what the blocked ones wait for.
pub fn tell(look: &Look, members: &[i32], answer: &mut Answer) {
    let mut all: Vec<(i32, i32)> = members
        .iter()
        .flat_map(|process| {
            procfs::threads(*process).unwrap_or_default().into_iter().map(|tid| (*process, tid))
        })
        .collect();
    if all.len() > MOST {
        answer.say(Fact::Cut { what: "threads".into(), more: (all.len() - MOST) as u64 });
        all.truncate(MOST);
    }
    let pause = Duration::from_millis(look.pause.into()).min(LONGEST_PAUSE);
    let (begun, mut before) = (Instant::now(), HashMap::new());
    if !pause.is_zero() {
        for (process, tid) in &all {
            if let Ok(moment) = Moment::of(*process, *tid) {
                before.insert(*tid, (moment, clock::now()));
            }
        }
        thread::sleep(pause.saturating_sub(begun.elapsed()));
    }
    let mut teller = Teller::new(look, members);
    for (process, tid) in all {
        match Moment::of(process, tid) {
            Ok(moment) => teller.thread(process, tid, moment, before.remove(&tid), answer),
            Err(error) => answer.could_not("a thread", tid, &error),
        }
    }
    if look.topics.contains(&Topic::Waits) {
        teller.objects.tell(members, &mut teller.sockets, answer);
    }
}

/// What is kept from one thread to the next.
struct Teller {
    clock: SchedClock,
    sockets: Sockets,
    objects: Objects,
    waiter: Waiter,
    redactor: Option<Redactor>,
    depth: DecodeOptions,
    /// By process: all of its threads make their calls in one way, as far as is known here.
    abis: HashMap<i32, Abi>,
    with_waits: bool,
}

impl Teller {
    fn new(look: &Look, members: &[i32]) -> Teller {
        let redactor = look.redact.as_ref().map(|redact| {
            let (rules, _) = redact::learn(redact, members, true);
            Redactor::new(Arc::new(rules))
        });
        Teller {
            clock: SchedClock::new(),
            sockets: Sockets::default(),
            objects: Objects::default(),
            waiter: Waiter::default(),
            redactor,
            depth: DecodeOptions { strings: look.strings as usize, paths: true, ..DecodeOptions::default() },
            abis: HashMap::new(),
            with_waits: look.topics.contains(&Topic::Waits),
        }
    }

    fn thread(
        &mut self,
        process: i32,
        tid: i32,
        now: Moment,
        before: Option<(Moment, u64)>,
        answer: &mut Answer,
    ) {
        let still = before.as_ref().is_some_and(|(before, _)| now.is_same(before));
        let apart = before.as_ref().map(|(_, time)| clock::now().saturating_sub(*time));
        let (doing, waits) = self.doing(process, tid, &now, answer);
        let blocked = matches!(doing, Doing::Call { .. } | Doing::Fault | Doing::Blocked);
        let age = processes::age(now.started);
        let least = apart.filter(|_| still);
        let since = match blocked.then(|| self.clock.ran(process, tid, now.cpu)).flatten() {
            // The scheduler's clocks are only so good: what contradicts what we saw is not said.
            Some(ran) if ran <= age.saturating_add(10_000_000) && least.is_none_or(|least| ran >= least) => {
                Since::Ran(ran)
            }
            _ => least.map_or(Since::Unknown, Since::AtLeast),
        };
        let grew =
            |at: usize| before.as_ref().map_or(0, |(then, _)| now.ran[at].saturating_sub(then.ran[at]));
        answer.say(Fact::Thread(Box::new(Thread {
            tid,
            process,
            comm: procfs::comm_bytes(tid).unwrap_or_default(),
            state: now.state,
            doing,
            waits,
            cpu: now.ran[0],
            used: grew(0),
            delayed: grew(1),
            still,
            since,
            wchan: if blocked { wchan(process, tid) } else { String::new() },
            age,
        })));
    }

    fn doing(
        &mut self,
        process: i32,
        tid: i32,
        now: &Moment,
        answer: &mut Answer,
    ) -> (Doing, Vec<wire::look::WaitsFor>) {
        let none = Vec::new();
        match (now.state, &now.at) {
            ('Z' | 'X', _) => (Doing::Zombie, none),
            ('T' | 't', _) => (Doing::Stopped, none),
            (_, Ok(At::Running)) => (Doing::Runs, none),
            (_, Ok(At::Fault)) => (Doing::Fault, none),
            (_, Err(error)) => {
                answer.could_not("the calls that threads are in", tid, error);
                (Doing::Blocked, none)
            }
            (_, Ok(At::Call { number, args })) => {
                let (number, args) = (*number, *args);
                let abi = *self.abis.entry(process).or_insert_with(|| current_call::abi(process, number));
                let Some(mut copied) = Copied::of(tid, abi, number, args, self.depth) else {
                    let call = answer.names.intern_number(number);
                    return (Doing::Call { call, args: Vec::new() }, none);
                };
                self.sockets.name(process, &mut copied);
                let call = answer.names.intern(copied.row.name);
                let args = self.redacted(tid, call, copied.arguments(&mut answer.names), answer);
                let waits = match self.with_waits {
                    true => waits::of(process, tid, &copied, &mut self.waiter),
                    false => none,
                };
                self.objects.wanted(process, &waits);
                (Doing::Call { call, args }, waits)
            }
        }
    }

    /// The arguments without what is secret.
    fn redacted(
        &mut self,
        tid: i32,
        call: syscalls::value::Name,
        args: Vec<Value>,
        answer: &Answer,
    ) -> Vec<Value> {
        let Some(redactor) = &mut self.redactor else { return args };
        let mut event = Event { tid, time: 0, site: None, what: What::Enter { call, args } };
        redactor.event(&mut event, &answer.names);
        if let What::Enter { args, .. } = event.what { args } else { Vec::new() }
    }
}

/// Where a thread is blocked in the kernel; empty if that is not known.
fn wchan(process: i32, tid: i32) -> String {
    let text = fs::read_to_string(format!("/proc/{process}/task/{tid}/wchan")).unwrap_or_default();
    if text == "0" { String::new() } else { text }
}

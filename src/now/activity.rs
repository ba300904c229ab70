//! What kind of thing a thread does: idle is told from stuck.

use crate::look::Facts;
use wire::look::{Descriptor, Doing, Inet, Object, Thread, WaitsFor};

/// States of a TCP socket (`include/net/tcp_states.h`).
const ESTABLISHED: u8 = 1;
/// See [`ESTABLISHED`].
pub const SYN_SENT: u8 = 2;
/// See [`ESTABLISHED`].
pub const LISTENS: u8 = 10;

/// What kind of thing a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Activity {
    /// It is in a call that waits for something in particular.
    Blocked,
    /// It is blocked in a page fault.
    Fault,
    /// It runs, or waits for a CPU.
    Runs,
    /// It was stopped by a signal, or stands still for a tracer.
    Stopped,
    /// It has ended, and nobody has waited for it.
    Zombie,
    /// It waits at an address, and whoever will wake it is not known: a pool with nothing to do, or a lock.
    Parked,
    /// It waits for a time.
    Sleeps,
    /// It waits for work.
    Idle(&'static str),
}

impl Activity {
    /// What a thread does.
    pub fn of(facts: &Facts, thread: &Thread) -> Activity {
        match thread.doing {
            Doing::Runs => Activity::Runs,
            Doing::Fault => Activity::Fault,
            Doing::Stopped => Activity::Stopped,
            Doing::Zombie => Activity::Zombie,
            Doing::Blocked => Activity::Blocked,
            Doing::Call { .. } => waiting(facts, thread),
        }
    }

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Activity::Blocked => "blocked",
            Activity::Fault => "page fault",
            Activity::Runs => "running",
            Activity::Stopped => "stopped",
            Activity::Zombie => "zombie",
            Activity::Parked => "waits",
            Activity::Sleeps => "sleeps",
            Activity::Idle(_) => "idle",
        }
    }
}

fn waiting(facts: &Facts, thread: &Thread) -> Activity {
    let descriptor = |fd: &i32| facts.descriptor(thread.process, *fd);
    match thread.waits.as_slice() {
        [WaitsFor::Time] => Activity::Sleeps,
        [WaitsFor::Signal] => Activity::Idle("waits for a signal"),
        [WaitsFor::Futex { .. }] => Activity::Parked,
        [WaitsFor::Child(child)] => {
            let lives = |pid: &i32, parent: i32, state: char| {
                parent == thread.process && (*child == 0 || pid == child) && state != 'Z'
            };
            match facts.processes.values().any(|process| lives(&process.pid, process.parent, process.state)) {
                true => Activity::Idle("waits for a child to end"),
                false => Activity::Blocked,
            }
        }
        [WaitsFor::Descriptor { fd, writes: false, one_of }] => match descriptor(fd) {
            Some(known) if listens(known) => Activity::Idle("waits for connections"),
            Some(known) if serves(facts, known) => Activity::Idle("waits for a client's request"),
            // One connection or pipe that is polled is waited for like one that is read.
            Some(Descriptor { object: Object::Epoll(_), .. }) => Activity::Idle("event loop"),
            Some(Descriptor { object: Object::Other, .. }) if *one_of => Activity::Idle("event loop"),
            _ => Activity::Blocked,
        },
        [WaitsFor::Descriptor { one_of: true, .. }, ..] => Activity::Idle("event loop"),
        // poll(2) of nothing is a sleep.
        [] if matches!(&thread.doing, Doing::Call { call, .. } if POLLS.contains(&facts.name(*call))) => {
            Activity::Sleeps
        }
        _ => Activity::Blocked,
    }
}

const POLLS: [&str; 5] = ["poll", "ppoll", "select", "pselect6", "epoll_wait"];

fn listens(descriptor: &Descriptor) -> bool {
    match &descriptor.object {
        Object::Inet(inet) => inet.state == LISTENS,
        Object::Unix { listens, .. } => *listens,
        _ => false,
    }
}

/// Whether a connection came through a listener of the target: then the other end is a client.
fn serves(facts: &Facts, descriptor: &Descriptor) -> bool {
    let port = |address: &str| address.rsplit_once(':').map(|(_, port)| port.to_owned());
    let Object::Inet(Inet { local, state: ESTABLISHED, .. }) = &descriptor.object else { return false };
    facts.descriptors.iter().any(|known| match &known.object {
        Object::Inet(inet) => inet.state == LISTENS && port(&inet.local) == port(local),
        _ => false,
    })
}

//! Who waits for whom, to the end: pure, from the facts alone.

use super::{
    activity::{Activity, LISTENS, SYN_SENT},
    groups::longest,
    who,
};
use crate::look::{Facts, lasted, since, words};
use std::collections::BTreeSet;
use wire::look::{Descriptor, Doing, Inet, Object, Process, Thread, WaitsFor};

/// Longest chain.
const MOST_HOPS: usize = 32;
/// What is shorter than this, in nanoseconds, is not worth a word.
const WORTH_SAYING: u64 = 250_000_000;

/// Who waits for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// How many threads wait at its beginning.
    pub threads: usize,
    /// One sentence a hop, and one for who does not wait for anybody of the target.
    pub hops: Vec<String>,
    /// How it ends.
    pub end: End,
    /// Whether it comes back to itself.
    pub circle: bool,
    /// The threads in it, by their ids.
    pub tids: Vec<i32>,
}

impl Chain {
    /// Whether a thread of this process is in it.
    pub fn is_about(&self, facts: &Facts, process: i32) -> bool {
        self.tids.iter().any(|tid| facts.thread(*tid).is_some_and(|thread| thread.process == process))
    }
}

/// How a chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// In itself: nobody of those in it can go on.
    Deadlock,
    /// Nobody is left who could end the wait.
    Nobody,
    /// Outside of the container.
    Outside,
    /// In the kernel: a disk, a page.
    Kernel,
    /// At somebody who runs, sleeps or is idle.
    Somebody,
}

impl End {
    /// For programs.
    pub fn code(self) -> &'static str {
        match self {
            End::Deadlock => "deadlock",
            End::Nobody => "nobody",
            End::Outside => "outside",
            End::Kernel => "kernel",
            End::Somebody => "somebody",
        }
    }
}

/// What a thread waits for.
struct Edge {
    /// In words: what follows "has waited 41 s".
    what: String,
    /// Who could end it.
    to: Vec<i32>,
    /// Where it leads if not to one of the target's threads.
    end: End,
}

/// All chains of a target, the worst first.
pub fn of(facts: &Facts) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    for thread in &facts.threads {
        let activity = Activity::of(facts, thread);
        let stuck = matches!(activity, Activity::Blocked | Activity::Fault);
        if stuck
            && thread.still
            && longest(thread.since) >= WORTH_SAYING
            && let Some(chain) = follow(facts, thread)
        {
            chains.push(chain);
        }
    }
    chains.extend(unwakeable(facts));
    let mut chains = joined(chains);
    chains.sort_by_key(|chain| (chain.end, std::cmp::Reverse(chain.threads)));
    chains
}

/// Follows one thread to the end.
fn follow(facts: &Facts, first: &Thread) -> Option<Chain> {
    let (mut hops, mut tids, mut exact, mut here) = (Vec::new(), Vec::new(), Vec::new(), first);
    let mut by_child_only = true;
    loop {
        let Some(edge) = edge(facts, here) else {
            if hops.is_empty() {
                return None;
            }
            hops.push(state_of(facts, here));
            tids.push(here.tid);
            // A supervisor that waits for a child which does its work is no news.
            return (!by_child_only).then_some(Chain {
                threads: 1,
                hops,
                end: End::Somebody,
                circle: false,
                tids,
            });
        };
        by_child_only &= matches!(here.waits.as_slice(), [WaitsFor::Child(_)]);
        tids.push(here.tid);
        exact.push(matches!(here.waits.first(), Some(WaitsFor::Mutex { .. } | WaitsFor::Thread(_))));
        let for_how_long = since(here.since);
        hops.push(format!(
            "{} has waited {for_how_long}{}{}",
            who::thread(facts, here),
            if for_how_long.is_empty() { "" } else { " " },
            edge.what
        ));
        let next = edge.to.iter().filter_map(|tid| facts.thread(*tid));
        let Some(next) = next.min_by_key(|thread| rank(facts, thread)) else {
            return Some(Chain { threads: 1, hops, end: edge.end, circle: false, tids });
        };
        if let Some(at) = tids.iter().position(|tid| *tid == next.tid) {
            // Only its owner releases a lock; but the other end of a pipe may be any thread of a process.
            let certain = exact[at..].iter().all(|exact| *exact) || nobody_else(facts, &tids[at..]);
            let end = if certain { End::Deadlock } else { End::Somebody };
            return Some(Chain { threads: 1, hops, end, circle: true, tids });
        }
        if hops.len() >= MOST_HOPS {
            return Some(Chain { threads: 1, hops, end: End::Somebody, circle: false, tids });
        }
        here = next;
    }
}

/// Of several threads that could end a wait, the one that is stuck itself tells most, then one that runs.
fn rank(facts: &Facts, thread: &Thread) -> (Activity, i32) {
    (Activity::of(facts, thread), thread.tid)
}

/// Whether the processes of these threads have no other thread that could go on.
fn nobody_else(facts: &Facts, tids: &[i32]) -> bool {
    let processes: BTreeSet<i32> =
        tids.iter().filter_map(|tid| facts.thread(*tid)).map(|thread| thread.process).collect();
    let others = facts.threads.iter().filter(|thread| processes.contains(&thread.process));
    let mut others = others.filter(|thread| !tids.contains(&thread.tid));
    others.all(|thread| {
        matches!(Activity::of(facts, thread), Activity::Blocked | Activity::Parked | Activity::Zombie)
    })
}

fn edge(facts: &Facts, thread: &Thread) -> Option<Edge> {
    if thread.doing == Doing::Fault {
        let wchan = if thread.wchan.is_empty() { String::new() } else { format!(" ({})", thread.wchan) };
        let what = format!(
            "outside of any call, in a page fault{wchan}: for memory that is backed by a file, or that somebody else fills"
        );
        return Some(Edge { what, to: Vec::new(), end: End::Kernel });
    }
    let Doing::Call { call, args } = &thread.doing else { return None };
    let all = |process: i32| -> Vec<i32> {
        facts.threads.iter().filter(|thread| thread.process == process).map(|thread| thread.tid).collect()
    };
    let named =
        |tid: i32| facts.thread(tid).map_or(format!("tid {tid}"), |thread| who::thread(facts, thread));
    match thread.waits.first() {
        Some(WaitsFor::Mutex { addr, owner, thread: 0 }) => Some(Edge {
            what: format!(
                "for a lock ({addr:#x}) whose owner, thread {owner}, does not live in its process{}",
                forked(facts, thread.process)
            ),
            to: Vec::new(),
            end: End::Nobody,
        }),
        Some(WaitsFor::Mutex { addr, thread: owner, .. }) => Some(Edge {
            what: format!("for a lock ({addr:#x}) that {} holds", named(*owner)),
            to: vec![*owner],
            end: End::Nobody,
        }),
        Some(WaitsFor::Thread(tid)) => {
            Some(Edge { what: format!("for {} to end", named(*tid)), to: vec![*tid], end: End::Nobody })
        }
        Some(WaitsFor::Child(child)) => Some(children(facts, thread, *child, all)),
        Some(WaitsFor::FileLock(fd)) => Some(file_lock(facts, thread, *fd, all)),
        Some(WaitsFor::Descriptor { fd, writes, one_of }) => match Activity::of(facts, thread) {
            Activity::Blocked => descriptor(facts, thread, *fd, *writes, *one_of, all),
            _ => None,
        },
        Some(WaitsFor::Futex { .. } | WaitsFor::Time | WaitsFor::Signal) => None,
        None => {
            Some(Edge { what: format!("in {}", facts.call(*call, args)), to: Vec::new(), end: End::Kernel })
        }
    }
}

fn forked(facts: &Facts, process: i32) -> String {
    match facts.processes.get(&process) {
        Some(Process { forked: Some(true), parent, .. }) => format!(
            ": {} was forked from {} and has executed no program since, and a lock that another thread held at the fork is \
             never released in the child",
            who::process(facts, process),
            who::process(facts, *parent)
        ),
        _ => String::new(),
    }
}

fn children(facts: &Facts, thread: &Thread, child: i32, all: impl Fn(i32) -> Vec<i32>) -> Edge {
    let mut of: Vec<i32> = facts
        .processes
        .values()
        .filter(|process| process.parent == thread.process && (child == 0 || process.pid == child))
        .map(|process| process.pid)
        .collect();
    of.sort_unstable();
    let what = match of.as_slice() {
        [] => "for a child that is not among the processes that we see".to_owned(),
        [one] => format!("for its child {} to end", who::process(facts, *one)),
        several => format!("for any of its {} children to end", several.len()),
    };
    Edge { what, to: of.into_iter().flat_map(all).collect(), end: End::Outside }
}

fn file_lock(facts: &Facts, thread: &Thread, fd: i32, all: impl Fn(i32) -> Vec<i32>) -> Edge {
    let file = facts
        .descriptor(thread.process, fd)
        .map_or(format!("descriptor {fd}"), |known| facts.path(&known.path));
    let ours = facts.locks.iter().find(|lock| lock.waits && lock.process == thread.process);
    let holders: Vec<i32> = facts
        .locks
        .iter()
        .filter(|lock| !lock.waits && ours.is_some_and(|ours| ours.id == lock.id) && lock.process != 0)
        .map(|lock| lock.process)
        .collect();
    let (held, end) = match (holders.first(), ours) {
        (Some(holder), _) => (format!("which {} holds", who::process(facts, *holder)), End::Nobody),
        (None, Some(_)) => (
            "which no process of this container holds: it is another container's, or another node's".into(),
            End::Outside,
        ),
        (None, None) => (
            "and the kernel here does not list it: whoever answers for it is on another node".into(),
            End::Outside,
        ),
    };
    Edge {
        what: format!("for the lock on {file}, {held}"),
        to: holders.into_iter().flat_map(all).collect(),
        end,
    }
}

/// `standard output`, or what is told of a descriptor.
fn through(fd: i32, known: &Descriptor) -> String {
    match fd {
        1 => format!("its standard output ({})", words(&known.path)),
        2 => format!("its standard error ({})", words(&known.path)),
        fd => format!("{fd}<{}>", words(&known.path)),
    }
}

fn descriptor(
    facts: &Facts,
    thread: &Thread,
    fd: i32,
    writes: bool,
    polls: bool,
    all: impl Fn(i32) -> Vec<i32>,
) -> Option<Edge> {
    let outside = |what: String| Some(Edge { what, to: Vec::new(), end: End::Outside });
    let Some(known) = facts.descriptor(thread.process, fd) else {
        return outside(format!("for descriptor {fd}, of which we may not see what it is open on"));
    };
    let to = |processes: BTreeSet<i32>| processes.into_iter().flat_map(&all).collect::<Vec<i32>>();
    match &known.object {
        Object::Pipe(_) => {
            // The other end: whoever has it open for the other direction.
            let others = facts.descriptors.iter().filter(|other| {
                let mode = other.flags.map_or(2, |flags| flags & 3);
                other.path == known.path
                    && (other.process, other.fd) != (thread.process, fd)
                    && mode != u32::from(writes)
            });
            let holders: BTreeSet<i32> = others.map(|other| other.process).collect();
            let foreign: BTreeSet<i32> =
                holders.iter().copied().filter(|holder| *holder != thread.process).collect();
            let names = |of: &BTreeSet<i32>| {
                of.iter().take(3).map(|pid| who::process(facts, *pid)).collect::<Vec<_>>().join(", ")
            };
            let pipe = through(fd, known);
            let (what, end) = match (writes, foreign.is_empty(), holders.is_empty()) {
                (false, false, _) => (format!("for {} to write to {pipe}", names(&foreign)), End::Nobody),
                (true, false, _) => (
                    format!("for room in {pipe}, which {} has open and does not read", names(&foreign)),
                    End::Nobody,
                ),
                (false, _, false) => {
                    (format!("for data in {pipe}, to which only the process itself could write"), End::Nobody)
                }
                (true, _, false) => {
                    (format!("for room in {pipe}, which only the process itself could read"), End::Nobody)
                }
                (false, _, true) => (
                    format!("for data in {pipe}, whose other end is outside of this container"),
                    End::Outside,
                ),
                (true, _, true) => (
                    format!(
                        "for room in {pipe}: the pipe is full, and its reader is outside of this container{}",
                        if matches!(fd, 1 | 2) { " (the container runtime's log reader)" } else { "" }
                    ),
                    End::Outside,
                ),
            };
            Some(Edge { what, to: to(foreign), end })
        }
        Object::Unix { peer, name, .. } => {
            let holder = |inode: u64| {
                let found = facts.descriptors.iter().filter(move |other| {
                    matches!(other.object, Object::Unix { inode: of, .. } if of == inode)
                        && other.process != thread.process
                });
                found.map(|other| other.process).collect::<BTreeSet<i32>>()
            };
            let mut holders = peer.map(holder).unwrap_or_default();
            let peer_name = || {
                let of_peer = facts.descriptors.iter().find_map(|other| match &other.object {
                    Object::Unix { inode, name, .. } if Some(*inode) == *peer => name.clone(),
                    _ => None,
                });
                of_peer.or_else(|| name.clone())
            };
            let named = peer_name().map(|name| {
                let at = if name.first() == Some(&0) { "@" } else { "" };
                let name =
                    name.split(|byte| *byte == 0).find(|part| !part.is_empty()).unwrap_or_default().to_vec();
                format!(" ({at}{})", words(&name))
            });
            let named = named.unwrap_or_default();
            let mut accepts = "";
            if holders.is_empty() {
                // Nobody has accepted the connection yet: whoever listens is waited for.
                let listeners = facts.descriptors.iter().filter(|other| {
                    matches!(&other.object, Object::Unix { listens: true, name, .. } if *name == peer_name())
                });
                holders = listeners
                    .map(|other| other.process)
                    .filter(|process| *process != thread.process)
                    .collect();
                accepts = ", which has not accepted the connection";
            }
            match holders.first() {
                Some(first) => {
                    let verb = if writes { "to read from" } else { "to answer on" };
                    let what =
                        format!("for {} {verb} a unix socket{named}{accepts}", who::process(facts, *first));
                    Some(Edge { what, to: to(holders), end: End::Nobody })
                }
                None => outside(format!(
                    "for the other end of a unix socket{named}, which is outside of this container"
                )),
            }
        }
        Object::Inet(inet) => Some(connection(facts, thread, inet, writes, to)),
        Object::File => {
            let kind = if known.path.starts_with(b"/dev/pts/") || known.path == b"/dev/tty" {
                "input of the terminal "
            } else {
                ""
            };
            let what = match &thread.doing {
                Doing::Call { call, .. } => {
                    format!("in {} of {kind}{}", facts.name(*call), facts.path(&known.path))
                }
                _ => format!("for {}", facts.path(&known.path)),
            };
            Some(Edge { what, to: Vec::new(), end: if kind.is_empty() { End::Kernel } else { End::Outside } })
        }
        Object::Epoll(_) | Object::Other if polls => None,
        Object::Epoll(_) | Object::Other => outside(format!("for {}", through(fd, known))),
    }
}

fn connection(
    facts: &Facts,
    thread: &Thread,
    inet: &Inet,
    writes: bool,
    to: impl Fn(BTreeSet<i32>) -> Vec<i32>,
) -> Edge {
    // The other end, if it is a process of the target.
    let ends = facts.descriptors.iter().filter(|other| {
        matches!(&other.object, Object::Inet(end) if !inet.remote.is_empty() && end.local == inet.remote && end.remote == inet.local)
    });
    let holders: BTreeSet<i32> = ends.map(|other| other.process).collect();
    let remote = if inet.remote.is_empty() { &inet.local } else { &inet.remote };
    let whose = match holders.iter().find(|holder| **holder != thread.process) {
        Some(holder) => format!("{remote}, which is {}", who::process(facts, *holder)),
        None => match facts.addresses.name(remote) {
            Some(name) => format!("{remote} ({name})"),
            None => remote.clone(),
        },
    };
    let what = match (inet.state, writes) {
        (SYN_SENT, _) if let Some(full) = full_listener(facts, inet) => {
            format!("for {whose} to answer its connect: {full}")
        }
        (SYN_SENT, _) => format!(
            "for {whose} to answer its connect: a closed port would refuse, so packets are dropped, or the other side is not there"
        ),
        (_, true) => format!("for {whose} to take data: {} bytes are not acknowledged", inet.unsent),
        _ => {
            let quiet = inet.received.zip(inet.sent).map(|(received, sent)| {
                let received = lasted(u64::from(received) * 1_000_000);
                match u64::from(sent) * 1_000_000 {
                    sent if u64::from(inet.sent.unwrap_or(0)) < u64::from(inet.received.unwrap_or(0)) => {
                        format!(
                            " (nothing has been received for {received}, the last data was sent {} ago)",
                            lasted(sent)
                        )
                    }
                    _ => format!(" (nothing has been received for {received})"),
                }
            });
            format!("for data of {whose}{}", quiet.unwrap_or_default())
        }
    };
    let foreign: BTreeSet<i32> = holders.into_iter().filter(|holder| *holder != thread.process).collect();
    Edge { what, to: to(foreign), end: End::Outside }
}

/// The listener of this pod whose queue has no room for a connection.
fn full_listener(facts: &Facts, inet: &Inet) -> Option<String> {
    let port = inet.remote.rsplit_once(':')?.1;
    facts.descriptors.iter().find_map(|known| match &known.object {
        Object::Inet(listener)
            if listener.state == LISTENS && listener.local.rsplit_once(':').is_some_and(|(_, own)| own == port) =>
        {
            let full = listener.unread > listener.unsent;
            full.then(|| {
                format!(
                    "{} listens there, but {} connections wait already, of {} for which there is room: it does not accept them",
                    who::process(facts, known.process),
                    listener.unread,
                    listener.unsent
                )
            })
        }
        _ => None,
    })
}

/// What a thread at the end of a chain does.
fn state_of(facts: &Facts, thread: &Thread) -> String {
    let subject = who::thread(facts, thread);
    let activity = Activity::of(facts, thread);
    let for_how_long = match since(thread.since) {
        text if text.is_empty() => text,
        text => format!(" for {text}"),
    };
    match (activity, &thread.doing) {
        // Until when is no news; and a clock's time says nothing to a person.
        (Activity::Sleeps, Doing::Call { call, .. }) => {
            format!("{subject} sleeps in {}{for_how_long}", facts.name(*call))
        }
        (Activity::Runs, _) => format!("{subject} runs"),
        (Activity::Idle(kind), Doing::Call { call, .. }) => {
            format!("{subject} is idle in {}{for_how_long} ({kind})", facts.name(*call))
        }
        (_, Doing::Call { call, args }) => {
            format!("{subject} is in {}{for_how_long}", facts.call(*call, args))
        }
        _ => format!("{subject} is {}{for_how_long}", activity.word()),
    }
}

/// Processes all of whose threads wait at addresses of their own, without a time-out: nobody is left who could wake them.
fn unwakeable(facts: &Facts) -> Vec<Chain> {
    let mut found = Vec::new();
    for process in facts.processes.values() {
        let threads: Vec<&Thread> =
            facts.threads.iter().filter(|thread| thread.process == process.pid).collect();
        let waits = |thread: &&Thread| {
            thread.still
                && matches!(
                    thread.waits.as_slice(),
                    [WaitsFor::Futex { timed: false, private: true, .. }
                        | WaitsFor::Thread(_)
                        | WaitsFor::Mutex { .. }]
                )
        };
        let whole =
            !threads.is_empty() && threads.len() == process.threads as usize && threads.iter().all(waits);
        // Where all owners are known, the chains have said it.
        let unknown = threads
            .iter()
            .filter(|thread| matches!(thread.waits.as_slice(), [WaitsFor::Futex { .. }]))
            .count();
        if !whole || unknown == 0 {
            continue;
        }
        let longest = threads.iter().max_by_key(|thread| longest(thread.since));
        let for_how_long = longest.map(|thread| since(thread.since)).unwrap_or_default();
        let who = who::process(facts, process.pid);
        let hop = match threads.len() {
            1 => format!(
                "{who} has waited {for_how_long} for a lock or a condition of its own without a time-out, and has no other \
                 thread that could end that{}",
                forked(facts, process.pid)
            ),
            count => format!(
                "all {count} threads of {who} wait for locks or conditions of that process without a time-out, for up to \
                 {for_how_long}: none is left that could wake another"
            ),
        };
        let tids = threads.iter().map(|thread| thread.tid).collect();
        found.push(Chain { threads: threads.len(), hops: vec![hop], end: End::Nobody, circle: false, tids });
    }
    found
}

/// A chain that is the end of another one is not told again; of those that differ in who begins them, one is told, with
/// their number.
fn joined(chains: Vec<Chain>) -> Vec<Chain> {
    let mut kept: Vec<Chain> = Vec::new();
    let mut sorted = chains;
    sorted.sort_by_key(|chain| std::cmp::Reverse(chain.tids.len()));
    for chain in sorted {
        let inside = |other: &Chain| match chain.circle {
            // Whoever begins it, a circle is the same.
            true => other.circle && chain.tids.iter().all(|tid| other.tids.contains(tid)),
            false => other.tids.ends_with(&chain.tids),
        };
        if kept.iter().any(inside) {
            continue;
        }
        let same = |other: &&mut Chain| chain.tids.len() > 1 && other.tids[1..] == chain.tids[1..];
        match kept.iter_mut().find(same) {
            Some(other) => other.threads += 1,
            None => kept.push(chain),
        }
    }
    kept
}

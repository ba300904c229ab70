//! Who waits for whom, from facts that are made up: stories, and the same with nothing wrong.

use super::{
    activity::Activity,
    chain::{self, Chain, End},
    groups,
};
use crate::{
    addresses::Addresses,
    look::{Facts, Told},
    session::conversation::Answered,
    targets::Container,
};
use syscalls::value::{Name, Names};
use wire::look::{Descriptor, Doing, Fact, Inet, Lock, Object, Process, Since, Thread, WaitsFor};

const CALLS: [&str; 8] =
    ["read", "write", "futex", "wait4", "flock", "recvfrom", "accept4", "clock_nanosleep"];
const LONG: u64 = 41_000_000_000;

fn process(pid: i32, parent: i32, threads: u32) -> Fact {
    Fact::Process(Process {
        pid,
        parent,
        comm: b"app".to_vec(),
        state: 'S',
        threads,
        age: 2 * LONG,
        ..Process::default()
    })
}

fn thread(process: i32, tid: i32, call: &str, waits: &[WaitsFor]) -> Fact {
    let name = CALLS.iter().position(|known| *known == call).expect("a call of these tests");
    Fact::Thread(Box::new(Thread {
        tid,
        process,
        comm: b"app".to_vec(),
        state: 'S',
        doing: Doing::Call { call: Name(name as u32), args: Vec::new() },
        waits: waits.to_vec(),
        cpu: 0,
        used: 0,
        delayed: 0,
        still: true,
        since: Since::Ran(LONG),
        wchan: String::new(),
        age: 2 * LONG,
    }))
}

fn pipe(process: i32, fd: i32, inode: u64, flags: u32) -> Fact {
    let path = format!("pipe:[{inode}]").into_bytes();
    let object = Object::Pipe(inode);
    Fact::Descriptor(Box::new(Descriptor { process, fd, path, object, flags: Some(flags), offset: None }))
}

fn tcp(process: i32, fd: i32, local: &str, remote: &str, state: u8) -> Fact {
    let inet = Inet {
        protocol: "TCP".into(),
        local: local.into(),
        remote: remote.into(),
        state,
        received: (state == 1).then_some(41_000),
        sent: (state == 1).then_some(41_000),
        ..Inet::default()
    };
    let object = Object::Inet(inet);
    Fact::Descriptor(Box::new(Descriptor {
        process,
        fd,
        path: b"socket:[1]".to_vec(),
        object,
        flags: Some(2),
        offset: None,
    }))
}

fn reads(fd: i32) -> WaitsFor {
    WaitsFor::Descriptor { fd, writes: false, one_of: false }
}

fn writes(fd: i32) -> WaitsFor {
    WaitsFor::Descriptor { fd, writes: true, one_of: false }
}

fn mutex(thread: i32) -> WaitsFor {
    WaitsFor::Mutex { addr: 0x1000, owner: thread, thread }
}

fn facts(facts: Vec<Fact>) -> Facts {
    let mut names = Names::default();
    for (at, call) in CALLS.iter().enumerate() {
        assert!(names.define(Name(at as u32), (*call).to_owned()));
    }
    Facts::new(Answered { names, facts })
}

/// The only chain.
fn only(told: Vec<Fact>) -> Chain {
    let chains = chain::of(&facts(told));
    assert_eq!(chains.len(), 1, "{chains:?}");
    chains.into_iter().next().expect("one")
}

#[test]
fn threads_that_hold_what_the_other_wants_are_a_deadlock_whoever_else_runs() {
    let chain = only(vec![
        process(1, 0, 3),
        thread(1, 1, "clock_nanosleep", &[WaitsFor::Time]),
        thread(1, 2, "futex", &[mutex(3)]),
        thread(1, 3, "futex", &[mutex(2)]),
    ]);
    assert_eq!((chain.end, chain.hops.len()), (End::Deadlock, 2));
    assert!(chain.hops[0].contains("for a lock (0x1000) that tid 3 (app) of pid 1 holds"), "{chain:?}");
}

#[test]
fn many_threads_behind_one_lock_are_one_chain_that_ends_at_its_holder() {
    let mut told = vec![process(1, 0, 6), tcp(1, 7, "10.1.2.3:4000", "10.96.0.12:5432", 1)];
    told.push(thread(1, 1, "recvfrom", &[reads(7)]));
    told.extend((2..7).map(|tid| thread(1, tid, "futex", &[mutex(1)])));
    let mut facts = facts(told);
    facts.addresses = Addresses::of(&[("10.96.0.12", "svc/db, which has no ready endpoint")]);
    let chains = chain::of(&facts);
    let [chain] = chains.as_slice() else { panic!("{chains:?}") };
    assert_eq!((chain.threads, chain.end), (5, End::Outside));
    let last = chain.hops.last().expect("an end");
    assert!(
        last.contains("for data of 10.96.0.12:5432 (svc/db, which has no ready endpoint) (nothing has been received for 41 s"),
        "{chain:?}"
    );
}

#[test]
fn two_pipes_between_parent_and_child_are_a_deadlock_but_not_if_another_thread_reads() {
    let story = |others: bool| {
        let mut told = vec![
            process(1, 0, if others { 2 } else { 1 }),
            process(7, 1, 1),
            thread(1, 1, "read", &[reads(3)]),
            thread(7, 7, "write", &[writes(2)]),
            pipe(1, 3, 100, 0),
            pipe(7, 1, 100, 1),
            pipe(7, 2, 101, 1),
            pipe(1, 5, 101, 0),
        ];
        told.extend(others.then(|| thread(1, 2, "clock_nanosleep", &[WaitsFor::Time])));
        only(told)
    };
    assert_eq!(story(false).end, End::Deadlock);
    let other = story(true);
    assert_eq!(other.end, End::Somebody, "the other thread may come to read: {other:?}");
}

#[test]
fn a_full_pipe_whose_reader_is_elsewhere_leaves_the_container() {
    let chain = only(vec![process(1, 0, 1), thread(1, 1, "write", &[writes(1)]), pipe(1, 1, 100, 1)]);
    assert_eq!(chain.end, End::Outside);
    assert!(chain.hops[0].contains("standard output") && chain.hops[0].contains("log reader"), "{chain:?}");
}

#[test]
fn a_file_lock_leads_to_its_holder_or_out_of_the_container() {
    let lock = |process: i32, waits: bool| {
        let (kind, mode, file, range) = ("FLOCK".into(), "WRITE".into(), "08:01:7".into(), "0-EOF".into());
        Fact::Lock(Lock { id: 1, kind, mode, process, file, range, waits })
    };
    let waiter = || vec![process(7, 1, 1), thread(7, 7, "flock", &[WaitsFor::FileLock(3)]), lock(7, true)];
    let mut held = waiter();
    held.extend([lock(1, false), process(1, 0, 1), thread(1, 1, "clock_nanosleep", &[WaitsFor::Time])]);
    let chain = only(held);
    assert!(
        chain.hops[0].contains("which pid 1 (app) holds") && chain.hops[1].contains("sleeps"),
        "{chain:?}"
    );
    let mut foreign = waiter();
    foreign.push(lock(0, false));
    assert_eq!(only(foreign).end, End::Outside);
    let unlisted = waiter().into_iter().filter(|fact| !matches!(fact, Fact::Lock(_))).collect();
    assert!(only(unlisted).hops[0].contains("on another node"));
}

#[test]
fn nobody_can_wake_the_only_thread_of_a_process_from_a_private_wait() {
    let story = |timed: bool, private: bool| {
        chain::of(&facts(vec![
            process(1, 0, 1),
            thread(1, 1, "futex", &[WaitsFor::Futex { addr: 8, timed, private }]),
        ]))
    };
    assert_eq!(story(false, true).first().map(|chain| chain.end), Some(End::Nobody));
    for healthy in [story(true, true), story(false, false)] {
        assert!(healthy.is_empty(), "{healthy:?}");
    }
}

#[test]
fn what_healthy_programs_do_is_no_news() {
    let listener = || tcp(1, 3, "0.0.0.0:80", "", 10);
    let client = || tcp(1, 8, "10.1.2.3:80", "10.9.9.9:5000", 1);
    let futex = || WaitsFor::Futex { addr: 8, timed: false, private: true };
    let stories = [
        // A server with a thread for each connection, and a pool.
        vec![
            process(1, 0, 4),
            thread(1, 1, "accept4", &[reads(3)]),
            thread(1, 2, "recvfrom", &[reads(8)]),
            thread(1, 3, "futex", &[futex()]),
            thread(1, 4, "futex", &[futex()]),
            listener(),
            client(),
        ],
        // A supervisor of a server.
        vec![
            process(1, 0, 1),
            process(7, 1, 1),
            thread(1, 1, "wait4", &[WaitsFor::Child(0)]),
            thread(7, 7, "accept4", &[reads(3)]),
            tcp(7, 3, "0.0.0.0:80", "", 10),
        ],
    ];
    for told in stories {
        let facts = facts(told);
        assert_eq!(chain::of(&facts), []);
        for group in groups::of(&facts, false) {
            assert!(matches!(group.activity, Activity::Idle(_) | Activity::Parked), "{group:?}");
        }
    }
}

#[test]
fn threads_that_do_the_same_are_one_line_and_the_targets_words_are_harmless() {
    let mut told = vec![process(1, 0, 501), thread(1, 1, "clock_nanosleep", &[WaitsFor::Time])];
    told.extend((2..=501).map(|tid| {
        let addr = tid as u64 * 64;
        let mut fact = thread(1, tid, "futex", &[WaitsFor::Futex { addr, timed: false, private: true }]);
        if let Fact::Thread(thread) = &mut fact {
            thread.comm = b"\x1b[31m".to_vec();
        }
        fact
    }));
    let container = Container { pod: "api".into(), name: "app".into() };
    let told = [Told { container, facts: Ok(facts(told)) }];
    let text = super::text::of(&told, false);
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.contains("500 threads  idle up to 41 s") && !text.contains('\x1b'), "{text}");
    assert_eq!(super::text::of(&told, true).lines().count(), 501);
}

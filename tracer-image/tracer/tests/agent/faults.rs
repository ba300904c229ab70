//! Faults drawn at random, on whatever holds a target: after every one it is free, whole, and has not stood still.
//!
//! `FAULTS` says how many (`make harm`: 1,000), `FAULT_SEED` which.

use crate::{
    client::{Client, trace},
    place::{Place, send},
    traced,
    worker::{Worker, kinds},
};
use std::{
    collections::BTreeMap,
    env, fs, thread,
    time::{Duration, Instant},
};
use wire::message::{Reason, Request, Trace};

/// How many in a test of all.
const FEW: u64 = 20;
/// Of a client that is silent, in milliseconds.
const LEASE: u32 = 1500;
/// The lease, a second for whoever guards, and what a busy machine adds.
const FREE: Duration = Duration::from_secs(6);
/// Longest that the target may stand still: a second, and what a busy machine adds.
const STILL: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    EngineKilled,
    EngineAborted,
    EngineStopped,
    AgentKilled,
    RelayKilled,
    RelayStopped,
    ClientSilent,
    ClientGone,
    TargetSignalled,
    TargetStopped,
    TargetFrozen,
    TargetKilled,
    None,
}

const FAULTS: [Fault; 13] = [
    Fault::EngineKilled,
    Fault::EngineAborted,
    Fault::EngineStopped,
    Fault::AgentKilled,
    Fault::RelayKilled,
    Fault::RelayStopped,
    Fault::ClientSilent,
    Fault::ClientGone,
    Fault::TargetSignalled,
    Fault::TargetStopped,
    Fault::TargetFrozen,
    Fault::TargetKilled,
    Fault::None,
];

/// Numbers that look drawn at random, the same for the same seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % end
    }
}

fn setting(name: &str, usual: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn no_fault_harms_the_target() {
    let (faults, seed) = (setting("FAULTS", FEW), setting("FAULT_SEED", 1));
    let (mut draw, kinds) = (Draw(seed), kinds());
    let mut workers: BTreeMap<&str, Worker> = BTreeMap::new();
    let mut done: BTreeMap<(Fault, &str), u32> = BTreeMap::new();
    for number in 0..faults {
        let (fault, kind) = (FAULTS[draw.below(FAULTS.len())], kinds[draw.below(kinds.len())]);
        let pause = Duration::from_millis(draw.below(200) as u64);
        let shards = [None, Some(1), Some(3)][draw.below(3)];
        let what = format!("seed {seed}, fault {number}: {fault:?} beside {kind}, {shards:?} shards");
        println!("{what}");
        let worker = workers.entry(kind).or_insert_with(|| Worker::start(kind));
        worker.account();
        let gone = strike(fault, worker, shards, pause, &what);
        *done.entry((fault, kind)).or_default() += 1;
        if gone {
            workers.remove(kind);
            continue;
        }
        worker.process.free_within(FREE);
        let account = worker.account();
        assert!(account.wrong == 0 && account.gap < STILL, "{what}: {account:?}");
        // It goes on.
        let since = Instant::now();
        let mut later = worker.account();
        while later.rounds == account.rounds && since.elapsed() < STILL {
            thread::sleep(Duration::from_millis(30));
            later = worker.account();
        }
        assert!(later.rounds > account.rounds, "{what}: {account:?}, then {later:?}");
    }
    println!("{faults} faults of {} kinds, 0 failures", done.len());
}

/// Has the cgroup freezer hold a process for so long, as a pause of its container does. Where there is none that we may
/// use, nothing is done, and said.
fn freeze(process: u32, long: Duration) {
    let file = format!("/proc/{process}/cgroup");
    let own = fs::read_to_string(file).expect("it lives");
    // Version 1 has a hierarchy for it; in version 2 each group can be frozen (cgroups(7)).
    let first = own.lines().find_map(|line| line.split_once(":freezer:"));
    let (root, path, state, on, off) = match (first, own.lines().find_map(|line| line.strip_prefix("0::"))) {
        (Some((_, path)), _) => ("/sys/fs/cgroup/freezer", path, "freezer.state", "FROZEN", "THAWED"),
        (None, Some(path)) => ("/sys/fs/cgroup", path, "cgroup.freeze", "1", "0"),
        _ => return println!("no freezer here"),
    };
    let before = format!("{root}{path}/cgroup.procs");
    let group = format!("{root}/kubectl-strace-test-{process}");
    if let Err(error) = fs::create_dir(&group) {
        return println!("no freezer here: {error}");
    }
    let write =
        |file: &str, text: &str| fs::write(file, text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let (procs, state) = (format!("{group}/cgroup.procs"), format!("{group}/{state}"));
    write(&procs, &process.to_string());
    write(&state, on);
    thread::sleep(long);
    write(&state, off);
    // Children that it made meanwhile are there too, and may be gone before they are moved.
    while fs::remove_dir(&group).is_err() {
        for process in fs::read_to_string(&procs).unwrap_or_default().lines() {
            let _ = fs::write(&before, process);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Traces the worker, does it, and says whether the worker is gone by it.
fn strike(fault: Fault, worker: &mut Worker, shards: Option<u8>, pause: Duration, what: &str) -> bool {
    let place = Place::new();
    let agent = place.agent();
    let target = &worker.process;
    let mut client: Client =
        traced(&place, Trace { lease: LEASE, shards, follow: true, ..trace(&[target.id()]) });
    client.until("some of it", |client| client.sent > 3);
    thread::sleep(pause);
    let go_on = |client: &mut Client, reason: Reason| {
        let end = client.stop();
        assert_eq!((end.events, end.lost, end.reason), (client.sent, client.lost, reason), "{what}");
    };
    match fault {
        Fault::EngineKilled => send(agent.engine(), libc::SIGKILL),
        Fault::EngineAborted => send(agent.engine(), libc::SIGABRT),
        Fault::EngineStopped => send(agent.engine(), libc::SIGSTOP),
        Fault::AgentKilled => send(agent.0.id(), libc::SIGKILL),
        Fault::RelayKilled => send(client.relay.id(), libc::SIGKILL),
        Fault::RelayStopped => send(client.relay.id(), libc::SIGSTOP),
        Fault::ClientSilent => {}
        Fault::ClientGone => client.close(),
        Fault::TargetSignalled => {
            // Ignored by default: it is shown, and changes nothing.
            (0..5).for_each(|_| target.signal(libc::SIGWINCH));
            go_on(&mut client, Reason::Stopped);
        }
        Fault::TargetStopped => {
            target.signal(libc::SIGSTOP);
            thread::sleep(Duration::from_millis(100));
            target.signal(libc::SIGCONT);
            go_on(&mut client, Reason::Stopped);
        }
        Fault::TargetFrozen => {
            // Moving a process between cgroups takes a second and more on a busy machine.
            thread::scope(|scope| {
                let frozen = scope.spawn(|| freeze(target.id(), Duration::from_millis(300)));
                while !frozen.is_finished() {
                    client.beat();
                    thread::sleep(Duration::from_millis(50));
                }
            });
            go_on(&mut client, Reason::Stopped);
        }
        Fault::TargetKilled => {
            target.signal(libc::SIGKILL);
            client.until("its end", |client| client.end.is_some());
            assert_eq!(client.end.as_ref().map(|end| &end.reason), Some(&Reason::TraceesGone), "{what}");
            client.ask_if_there(Request::Stop);
            return true;
        }
        Fault::None => go_on(&mut client, Reason::Stopped),
    }
    target.free_within(FREE);
    if fault == Fault::RelayStopped {
        send(client.relay.id(), libc::SIGKILL);
    }
    false
}

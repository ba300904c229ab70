//! Random faults while a target is traced: after each one, the target is free, unharmed, and was not stopped for long.
//!
//! `FAULTS` sets how many (`make harm`: 1,000), and `FAULT_SEED` which.

use crate::{
    cgroup::{freeze, run_out_of_memory},
    client::{Client, trace},
    place::{Place, Process, send},
    still::Still,
    traced,
    worker::{Worker, kinds},
};
use std::{
    collections::BTreeMap,
    env,
    io::{BufRead, BufReader},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};
use wire::message::{Reason, Request, Trace};

/// How many there are in the normal test run.
const FEW: u64 = 20;
/// The lease of a silent client, in milliseconds.
const LEASE: u32 = 1500;
/// The lease, a second for whoever watches, and a margin for a busy machine.
const FREE: Duration = Duration::from_secs(6);
/// Longest time that a thread of the target may spend in one stop: a second, and a margin for a busy machine.
const STILL: Duration = Duration::from_secs(2);
/// Longest time for a round of its own work: a round has some thousand stops (a program that execs three others),
/// on a machine on which nine such targets work at the same time.
const ROUND: Duration = Duration::from_secs(10);

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
    MemoryFull,
    PipeFull,
    OutputFull,
    OutputClosed,
    WriterKilled,
    None,
}

const FAULTS: [Fault; 18] = [
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
    Fault::MemoryFull,
    Fault::PipeFull,
    Fault::OutputFull,
    Fault::OutputClosed,
    Fault::WriterKilled,
    Fault::None,
];

/// Pseudo-random numbers, the same for the same seed.
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
    let (mut longest_stop, mut longest_round) = (Duration::ZERO, Duration::ZERO);
    for number in 0..faults {
        let (fault, kind) = (FAULTS[draw.below(FAULTS.len())], kinds[draw.below(kinds.len())]);
        let pause = Duration::from_millis(draw.below(200) as u64);
        let shards = [None, Some(1), Some(3)][draw.below(3)];
        let what = format!("seed {seed}, fault {number}: {fault:?} beside {kind}, {shards:?} shards");
        let worker = workers.entry(kind).or_insert_with(|| Worker::start(kind));
        worker.account();
        print!("{what}: ");
        let still = Still::watch(worker.process.id());
        let struck = strike(fault, worker, shards, pause, &what);
        *done.entry((fault, kind)).or_default() += 1;
        if struck.gone {
            still.longest();
            workers.remove(kind);
            println!("gone");
            continue;
        }
        worker.process.free_within(FREE);
        let stop = still.longest();
        let account = worker.account();
        println!("longest stop {stop:?}, longest round {:?}", account.gap);
        assert!(account.wrong == 0, "{what}: {account:?}");
        assert!(stop < STILL + struck.frozen, "{what}: it stood still for {stop:?}");
        assert!(account.gap < ROUND, "{what}: {account:?}");
        if struck.frozen.is_zero() {
            longest_stop = longest_stop.max(stop);
        }
        longest_round = longest_round.max(account.gap);
        // It goes on.
        let since = Instant::now();
        let mut later = worker.account();
        while later.rounds == account.rounds && since.elapsed() < STILL {
            thread::sleep(Duration::from_millis(30));
            later = worker.account();
        }
        assert!(later.rounds > account.rounds, "{what}: {account:?}, then {later:?}");
    }
    println!(
        "{faults} faults of {} kinds, 0 failures; longest stop {longest_stop:?}, longest round of a target's work \
         {longest_round:?}",
        done.len()
    );
}

/// The effect of a fault on the target itself.
#[derive(Default)]
struct Struck {
    gone: bool,
    /// How long the freezer held it.
    frozen: Duration,
}

/// Traces the worker, and injects the fault.
fn strike(fault: Fault, worker: &mut Worker, shards: Option<u8>, pause: Duration, what: &str) -> Struck {
    let place = Place::new();
    let target = &worker.process;
    if let Fault::OutputFull | Fault::OutputClosed | Fault::WriterKilled = fault {
        strike_drop_in(fault, &place, target, pause);
        return Struck::default();
    }
    let agent = place.agent();
    let wanted = Trace { lease: LEASE, shards, follow: true, ..trace(&[target.id()]) };
    if fault == Fault::PipeFull {
        never_read(&place, target, wanted, pause, what);
        return Struck::default();
    }
    let mut client: Client = traced(&place, wanted);
    client.until("some of it", |client| client.sent > 3);
    thread::sleep(pause);
    let go_on = |client: &mut Client, reason: Reason| {
        let end = client.stop();
        assert_eq!((end.events, end.lost, end.reason), (client.sent, client.lost, reason), "{what}");
    };
    let mut struck = Struck::default();
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
            // It is ignored by default: it is shown, and changes nothing.
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
            // Moving a process between cgroups takes a second or more on a busy machine.
            struck.frozen = beside(&mut client, || freeze(target.id(), Duration::from_millis(300)));
            go_on(&mut client, Reason::Stopped);
        }
        Fault::TargetKilled => {
            target.signal(libc::SIGKILL);
            client.until("its end", |client| client.end.is_some());
            assert_eq!(client.end.as_ref().map(|end| &end.reason), Some(&Reason::TraceesGone), "{what}");
            client.ask_if_there(Request::Stop);
            return Struck { gone: true, ..struck };
        }
        Fault::MemoryFull => {
            let ours = [agent.0.id(), agent.engine()];
            beside(&mut client, || run_out_of_memory(&ours, target.id()));
        }
        Fault::None => go_on(&mut client, Reason::Stopped),
        Fault::PipeFull | Fault::OutputFull | Fault::OutputClosed | Fault::WriterKilled => {
            unreachable!("done above")
        }
    }
    target.free_within(FREE);
    if fault == Fault::RelayStopped {
        send(client.relay.id(), libc::SIGKILL);
    }
    struck
}

/// Runs something while a client sends heartbeats.
fn beside<T: Send>(client: &mut Client, does: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let done = scope.spawn(does);
        while !done.is_finished() {
            client.beat();
            thread::sleep(Duration::from_millis(50));
        }
        done.join().expect("it does not panic")
    })
}

fn attached_to(target: &Process, what: &str) {
    let begin = Instant::now();
    while target.tracer() == 0 {
        assert!(begin.elapsed() < FREE, "{what}: it is attached");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A client that lives but reads nothing for a while, so that every pipe on the way is full. Then it reads everything, and
/// what is lost was counted.
fn never_read(place: &Place, target: &Process, wanted: Trace, pause: Duration, what: &str) {
    let mut client = Client::reluctant(place.relay());
    client.ask(Request::Trace(wanted));
    attached_to(target, what);
    beside(&mut client, || thread::sleep(Duration::from_secs(1) + pause));
    assert_ne!(target.tracer(), 0, "{what}: still traced");
    client.read();
    let end = client.stop();
    assert_eq!((end.events, end.lost, end.reason), (client.sent, client.lost, Reason::Stopped), "{what}");
}

/// The drop-in, which nobody watches.
fn strike_drop_in(fault: Fault, place: &Place, target: &Process, pause: Duration) {
    let id = target.id().to_string();
    let file = if fault == Fault::OutputFull { "/dev/full" } else { "/dev/stdout" };
    let mut command = place.tracer(&["-f", "-o", file, "-p", &id]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut writer = command.spawn().expect("the drop-in can be started");
    let mut out = BufReader::new(writer.stdout.take().expect("a pipe"));
    let mut line = String::new();
    if fault != Fault::OutputFull {
        out.read_line(&mut line).expect("it writes text");
        // During the pause, a busy target makes more than the pipe holds.
        thread::sleep(pause);
    }
    match fault {
        Fault::WriterKilled => send(writer.id(), libc::SIGKILL),
        Fault::OutputClosed => drop(out),
        // It goes on without a place to write to, as strace does, until it is told to end.
        _ => {
            attached_to(target, "with a full disk");
            thread::sleep(Duration::from_millis(300));
            assert_ne!(target.tracer(), 0, "{fault:?}: it goes on");
            send(writer.id(), libc::SIGTERM);
        }
    }
    let begin = Instant::now();
    while writer.try_wait().expect("our child").is_none() {
        assert!(begin.elapsed() < FREE, "{fault:?}: the drop-in goes");
        thread::sleep(Duration::from_millis(5));
    }
}

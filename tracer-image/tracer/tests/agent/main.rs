//! Agent, relay and engine as processes: what they forward, and that nothing that happens to one of them or to the
//! client harms the target.

mod cgroup;
mod client;
mod door;
mod entrants;
mod faults;
mod log;
mod look;
mod orphans;
mod others;
mod place;
mod rates;
mod silence;
mod still;
mod trap;
mod worker;

use client::{Client, trace};
use place::{Place, Process, field, is_alive, is_root, send};
use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use wire::{
    codec::Head,
    event::What,
    message::{Reason, Request, Trace},
};

const SECOND: Duration = Duration::from_secs(1);

/// A client whose trace has begun.
fn traced(place: &Place, wanted: Trace) -> Client {
    let mut client = Client::new(place.relay());
    client.ask(Request::Trace(wanted));
    client.until("ready", |client| client.ready.is_some());
    client
}

fn short(target: &Process, lease: u32) -> Trace {
    Trace { lease, ..trace(&[target.id()]) }
}

#[test]
fn a_trace_from_call_to_end() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::calm();
    for _ in 0..2 {
        let mut client =
            traced(&place, Trace { expressions: vec!["trace=openat".into()], ..trace(&[target.id()]) });
        assert!(client.hello);
        assert_eq!(target.tracer(), agent_thread(agent.engine(), target.tracer()));
        client.until("some calls", |client| client.sent > 5);
        let end = client.stop();
        assert!(client.calls().iter().all(|call| *call == "openat"), "{:?}", client.calls());
        assert_eq!((end.events, end.lost, end.reason), (client.sent, 0, Reason::Stopped));
        assert!(matches!(client.seen.last().expect("some").what, What::Detached));
        assert_eq!(client.exit(2 * SECOND), (Some(0), String::new()));
        target.free_within(SECOND);
        agent.without_engine_within(SECOND);
    }
}

#[test]
fn the_relay_stays_until_the_client_has_gone() {
    let place = Place::new();
    let _agent = place.agent();
    let target = Process::calm();
    let mut client = traced(&place, trace(&[target.id()]));
    client.ask(Request::Stop);
    client.until("the end", |client| client.end.is_some());
    thread::sleep(SECOND);
    assert!(client.relay.try_wait().expect("our child").is_none(), "the relay went before the client");
    client.close();
    assert_eq!(client.exit(2 * SECOND), (Some(0), String::new()));
}

/// `thread`, if it is one of the process.
fn agent_thread(process: u32, thread: u32) -> u32 {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("it lives");
    let found = tasks.flatten().any(|task| task.file_name().to_str() == Some(&thread.to_string()));
    if found { thread } else { 0 }
}

#[test]
fn all_processes_expect_to_go_before_the_target_does() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::asleep();
    let _client = traced(&place, trace(&[target.id()]));
    for process in [agent.0.id(), agent.engine()] {
        let badness = fs::read_to_string(format!("/proc/{process}/oom_score_adj")).expect("it lives");
        assert_eq!(badness.trim(), "1000");
    }
}

#[test]
fn the_target_ends_by_itself() {
    let place = Place::new();
    let _agent = place.agent();
    let mut command = Command::new("sh");
    command.args(["-c", "sleep 1; exit 3"]);
    let mut target = Process::start(command);
    let mut client = traced(&place, trace(&[target.id()]));
    let end = client.finish().expect("an end");
    assert_eq!((end.events, end.lost, end.reason), (client.sent, 0, Reason::TraceesGone));
    assert!(matches!(client.seen.last().expect("some").what, What::Exited { code: 3 }));
    assert_eq!(client.exit(2 * SECOND), (Some(0), String::new()));
    assert_eq!(target.exit(SECOND), Some(3));
}

#[test]
fn a_killed_client_frees_the_target() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::busy();
    let client = traced(&place, short(&target, 1500));
    send(client.relay.id(), libc::SIGKILL);
    target.free_within(3 * SECOND);
    agent.without_engine_within(SECOND);
}

#[test]
fn a_cut_connection_costs_nothing_when_the_client_comes_back() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::busy();
    let mut client = traced(&place, trace(&[target.id()]));
    let engine = agent.engine();
    for _ in 0..20 {
        let so_far = client.sent;
        client.until("more", |client| client.sent > so_far + 500);
        // What the relay holds, and what is in the pipe behind it, is lost with it.
        send(client.relay.id(), libc::SIGKILL);
        thread::sleep(Duration::from_millis(50));
        client.resume(place.relay());
    }
    assert_eq!(agent.engine(), engine, "it was the same trace all the time");
    let end = client.stop();
    // The decoder has checked that no frame was missing or came twice.
    assert_eq!((end.events, end.lost, end.reason), (client.sent, client.lost, Reason::Stopped));
    target.free_within(SECOND);
}

#[test]
fn a_client_that_comes_back_too_late_gets_what_was_seen() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::calm();
    let mut client = traced(&place, short(&target, 1000));
    send(client.relay.id(), libc::SIGKILL);
    target.free_within(3 * SECOND);
    agent.without_engine_within(6 * SECOND);
    client.resume(place.relay());
    let end = client.finish().expect("an end");
    assert_eq!((end.events, end.lost, end.reason), (client.sent, 0, Reason::LeaseExpired));
    assert!(matches!(client.seen.last().expect("some").what, What::Detached));
}

#[test]
fn a_trace_that_is_not_there_is_forgotten() {
    let place = Place::new();
    let _agent = place.agent();
    let target = Process::calm();
    let mut client = traced(&place, trace(&[target.id()]));
    client.stop();
    client.resume(place.relay());
    // Its stream has ended; a frame header shows what follows.
    let bytes = client.raw();
    let head = Head::read(&bytes).expect("a frame").expect("a whole head");
    assert_eq!((head.sequence, head.last), (client.next(), true));
}

#[test]
fn a_client_that_closes_its_side_frees_the_target() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::calm();
    let mut client = traced(&place, short(&target, 1500));
    client.close();
    target.free_within(3 * SECOND);
    agent.without_engine_within(SECOND);
    assert_eq!(client.finish().expect("an end").reason, Reason::LeaseExpired);
}

#[test]
fn a_silent_client_frees_the_target_when_its_lease_is_over() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::calm();
    let mut client = traced(&place, short(&target, 1500));
    // The last sign of life may have been half a second ago.
    thread::sleep(Duration::from_millis(800));
    assert_ne!(target.tracer(), 0, "its lease is not over yet");
    target.free_within(2 * SECOND);
    agent.without_engine_within(SECOND);
    // It was only asleep: what was traced is still there for it.
    let end = client.finish().expect("an end");
    assert_eq!((end.events, end.lost, end.reason), (client.sent, 0, Reason::LeaseExpired));
    assert!(client.sent > 5);
}

#[test]
fn a_stopped_client_gets_afterwards_what_was_seen() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::noisy();
    let mut client = Client::reluctant(place.relay());
    client.ask(Request::Trace(Trace { strings: 32768, ..short(&target, 1500) }));
    let begin = Instant::now();
    // More than the agent and the pipes hold: the engine keeps the rest.
    let mut traced_reads = None;
    while traced_reads.is_none_or(|first| target.reads() < first + 300) {
        assert!(begin.elapsed() < 30 * SECOND);
        thread::sleep(Duration::from_millis(100));
        client.beat();
        if target.tracer() != 0 {
            traced_reads.get_or_insert(target.reads());
        }
    }
    send(client.relay.id(), libc::SIGSTOP);
    target.free_within(4 * SECOND);
    thread::sleep(2 * SECOND);
    assert_eq!(agent.engines().len(), 1);
    client.read();
    send(client.relay.id(), libc::SIGCONT);
    let end = client.finish().expect("an end");
    assert_eq!((end.events, end.lost, end.reason), (client.sent, client.lost, Reason::LeaseExpired));
    assert!(client.sent > 200, "{} events", client.sent);
    agent.without_engine_within(SECOND);
}

#[test]
fn a_killed_engine_is_told() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::calm();
    let mut client = traced(&place, trace(&[target.id()]));
    client.until("some calls", |client| client.sent > 5);
    send(agent.engine(), libc::SIGKILL);
    let end = client.finish().expect("an end");
    let why = "the tracer was killed by signal 9".to_string();
    assert_eq!((end.events, end.lost, end.reason), (client.sent, 0, Reason::Failed(why)));
    target.free_within(SECOND);
    assert_eq!(client.exit(2 * SECOND).0, Some(0));
}

/// A process that yields to everybody else dies late, and its tracees stay stopped meanwhile.
#[test]
fn a_killed_engine_frees_the_target_at_once_where_much_else_runs() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::busy();
    for _ in 0..3 {
        let mut client = traced(&place, trace(&[target.id()]));
        client.until("many calls", |client| client.sent > 5000);
        let _others: Vec<Process> = (0..12 * thread::available_parallelism().map_or(1, usize::from))
            .map(|_| Process::busy())
            .collect();
        thread::sleep(SECOND / 4);
        send(agent.engine(), libc::SIGKILL);
        let took = target.free_within(2 * SECOND);
        println!("free after {took:?}");
        assert!(took < SECOND, "free after {took:?}");
        client.finish();
        agent.without_engine_within(SECOND);
    }
}

#[test]
fn a_stopped_engine_frees_the_target_at_once() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::busy();
    let mut client = traced(&place, trace(&[target.id()]));
    send(agent.engine(), libc::SIGSTOP);
    target.free_within(SECOND);
    let before = target.reads();
    thread::sleep(Duration::from_millis(200));
    assert!(target.reads() > before, "it serves");
    let why = client.failure();
    assert!(why.starts_with("the tracer was stopped by a signal"), "{why}");
}

/// A tracer of the tracer holds it as well, without notice.
#[test]
fn an_engine_that_does_not_answer_frees_the_target() {
    use nix::{sys::ptrace, unistd::Pid};
    let place = Place::new();
    let agent = place.agent();
    let target = Process::busy();
    let mut client = traced(&place, trace(&[target.id()]));
    let tasks = fs::read_dir(format!("/proc/{}/task", agent.engine())).expect("it lives");
    let tasks: Vec<i32> = tasks
        .flatten()
        .map(|task| task.file_name().to_str().expect("text").parse().expect("a number"))
        .collect();
    assert!(tasks.len() >= 3);
    for task in tasks {
        ptrace::seize(Pid::from_raw(task), ptrace::Options::empty()).expect("nobody traces it yet");
        ptrace::interrupt(Pid::from_raw(task)).expect("we trace it");
    }
    let begin = Instant::now();
    client.until("the end", |client| client.end.is_some());
    assert!(begin.elapsed() < 7 * SECOND);
    target.free_within(SECOND);
    let why = client.failure();
    assert!(why.starts_with("the tracer did not answer"), "{why}");
}

#[test]
fn an_engine_that_hangs_frees_the_target() {
    if !is_root() {
        return;
    }
    let place = Place::new();
    let _agent = place.agent();
    let target = trap::start();
    thread::sleep(Duration::from_millis(500));
    let mut client = Client::new(place.relay());
    client.ask(Request::Trace(trace(&[target.id()])));
    client.until("the end", |client| client.end.is_some());
    let why = client.failure();
    assert!(why.starts_with("the tracer hung in system call"), "{why}");
    target.free_within(SECOND);
    let before = target.sleeps();
    thread::sleep(Duration::from_millis(300));
    assert!(target.sleeps() > before, "it goes on");
}

#[test]
#[ignore = "the target of another test, which starts it"]
fn a_target_that_is_a_trap() {
    trap::run();
}

#[test]
#[ignore = "the target of another test, which starts it"]
fn a_target_that_checks_itself() {
    worker::run();
}

#[test]
fn a_stopped_agent_does_not_keep_the_target() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::busy();
    let _client = traced(&place, short(&target, 1000));
    agent.0.signal(libc::SIGSTOP);
    // The engine enforces the lease itself, a little later than the agent does.
    target.free_within(5 * SECOND);
    agent.0.signal(libc::SIGCONT);
}

#[test]
fn an_agent_that_is_told_to_end_frees_the_target_at_once() {
    let place = Place::new();
    let mut agent = place.agent();
    let target = Process::busy();
    let mut client = traced(&place, trace(&[target.id()]));
    let engine = agent.engine();
    let begin = Instant::now();
    agent.0.signal(libc::SIGTERM);
    assert_eq!(agent.0.exit(SECOND), Some(0));
    target.free_within(SECOND);
    // A killed process releases its tracees before it is seen to be dead.
    while is_alive(engine) {
        assert!(begin.elapsed() < SECOND);
    }
    let why = client.failure();
    assert!(why.starts_with("the agent was told to end"), "{why}");
    assert_eq!(client.exit(2 * SECOND).0, Some(0));
}

#[test]
fn a_killed_agent_takes_its_engine_with_it() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::busy();
    let mut client = traced(&place, trace(&[target.id()]));
    let engine = agent.engine();
    let begin = Instant::now();
    agent.0.signal(libc::SIGKILL);
    target.free_within(SECOND);
    // A killed process releases its tracees before it is seen to be dead.
    while is_alive(engine) {
        assert!(begin.elapsed() < 2 * SECOND);
    }
    assert_eq!(client.exit(3 * SECOND).0, Some(0));
    assert_eq!(client.finish(), None, "nobody was left to say why");
}

#[test]
fn a_slow_client_loses_events_and_is_told_how_many_and_the_target_runs_on() {
    let place = Place::new();
    let _agent = place.agent();
    let target = Process::noisy();
    let mut client = Client::reluctant(place.relay());
    client.ask(Request::Trace(Trace { strings: 32768, ..trace(&[target.id()]) }));
    let begin = Instant::now();
    let (mut slowest, mut before) = (u64::MAX, 0);
    // Some seconds of calls are more than all buffers on the way hold.
    while begin.elapsed() < 8 * SECOND {
        thread::sleep(Duration::from_millis(500));
        client.beat();
        let reads = target.reads();
        if before != 0 {
            slowest = slowest.min(reads - before);
        }
        before = reads;
    }
    assert_ne!(target.tracer(), 0, "still traced");
    assert!(slowest > 0, "it never stood still: {slowest} reads in half a second");
    client.read();
    let now = client.sent;
    client.until("events behind the gap", |client| client.gaps > 0 && client.sent > now + 300);
    let end = client.stop();
    assert!(client.lost > 0);
    assert_eq!((end.events, end.lost, end.reason), (client.sent, client.lost, Reason::Stopped));
    target.free_within(SECOND);
}

#[test]
fn a_client_that_never_reads_is_given_up_without_harm() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::busy();
    let mut client = Client::reluctant(place.relay());
    client.ask(Request::Trace(short(&target, 2000)));
    let begin = Instant::now();
    while target.tracer() == 0 {
        assert!(begin.elapsed() < 5 * SECOND, "it is attached");
        thread::sleep(Duration::from_millis(10));
    }
    // Every pipe on the way is full by now, and the relay cannot write.
    thread::sleep(SECOND);
    client.close();
    target.free_within(SECOND);
    agent.without_engine_within(10 * SECOND);
    assert_eq!(client.exit(10 * SECOND).0, Some(0), "the relay does not stay in a write for ever");
}

#[test]
fn a_second_tracer_of_the_same_target_is_told_why_not() {
    let place = Place::new();
    let _agent = place.agent();
    let (target, other) = (Process::calm(), Process::calm());
    let mut first = traced(&place, trace(&[target.id()]));
    let mut second = Client::new(place.relay());
    second.ask(Request::Trace(trace(&[target.id()])));
    let why = second.failure();
    assert!(why.contains("already traced"), "{why}");
    // Another target works.
    let mut third = traced(&place, trace(&[other.id()]));
    third.until("calls", |client| client.sent > 5);
    assert_eq!(third.stop().reason, Reason::Stopped);
    first.until("calls", |client| client.sent > 5);
    assert_eq!(first.stop().reason, Reason::Stopped);
}

#[test]
fn what_cannot_be_understood_is_refused_in_words() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::asleep();

    let mut client = Client::new(place.relay());
    client.write(b"GET / HTTP/1.1\r\n");
    assert!(client.failure().contains("not a frame of this protocol"));

    let mut client = Client::new(place.relay());
    client.ask(Request::Trace(Trace { version: 999, ..trace(&[target.id()]) }));
    assert!(client.failure().contains("version 999"));

    let mut client = Client::new(place.relay());
    client.ask(Request::Trace(Trace { expressions: vec!["trace=opnat".into()], ..trace(&[target.id()]) }));
    assert!(client.failure().contains("opnat"));

    let mut client = Client::new(place.relay());
    client.close();
    assert!(client.failure().contains("closed its side"));

    let mut client = Client::new(place.relay());
    client.ask(Request::Trace(trace(&[4_194_303])));
    client.failure();
    agent.without_engine_within(SECOND);
    assert_eq!(target.tracer(), 0);
}

#[test]
fn without_an_agent_the_relay_says_so() {
    let place = Place::new();
    let mut client = Client::new(place.relay());
    let (status, said) = client.exit(5 * SECOND);
    assert_eq!((status, said.as_str()), (Some(1), "tracer: no agent runs in this container\n"));
}

#[test]
fn the_relay_waits_for_an_agent_that_is_just_starting() {
    let place = Place::new();
    let target = Process::calm();
    let mut client = Client::new(place.relay());
    client.ask(Request::Trace(trace(&[target.id()])));
    thread::sleep(Duration::from_millis(300));
    let _agent = place.agent();
    client.until("ready", |client| client.ready.is_some());
}

#[test]
fn an_agent_that_nobody_uses_leaves_and_one_that_is_used_stays() {
    let place = Place::new();
    let mut agent = place.agent_with(&["--idle", "1"]);
    let target = Process::calm();
    let mut client = traced(&place, trace(&[target.id()]));
    let begin = Instant::now();
    client.until("some time", |_| begin.elapsed() > 3 * SECOND);
    client.stop();
    let begin = Instant::now();
    assert_eq!(agent.0.exit(5 * SECOND), Some(0));
    assert!(begin.elapsed() > SECOND / 2);
}

#[test]
fn waiting_costs_nothing() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::asleep();
    let mut client = traced(&place, trace(&[target.id()]));
    let relay_ticks = |client: &Client| {
        let stat = fs::read_to_string(format!("/proc/{}/schedstat", client.relay.id())).expect("it lives");
        stat.split(' ').next().and_then(|time| time.parse::<u64>().ok()).expect("a number") / 10_000_000
    };
    let before = agent.0.ticks() + relay_ticks(&client);
    let begin = Instant::now();
    client.until("some time", |_| begin.elapsed() > 3 * SECOND);
    let spent = agent.0.ticks() + relay_ticks(&client) - before;
    assert!(spent <= 3, "{spent} ticks of 10 ms in 3 s");
}

#[test]
fn a_stranger_is_not_answered() {
    let place = Place::new();
    let agent = place.agent();
    // A call in the name of a process that does not run our program, and noise.
    let stranger = Process::asleep();
    let mut call = b"kstrace1".to_vec();
    [stranger.id(), 0, 1].iter().for_each(|number| call.extend(number.to_le_bytes()));
    let calls = format!("/proc/{}/fd/0", agent.0.id());
    fs::write(&calls, b"kstra").expect("it is ours to write to");
    fs::write(&calls, &call).expect("it is ours to write to");
    fs::write(&calls, [0xff; 1000]).expect("it is ours to write to");
    let target = Process::calm();
    let mut client = traced(&place, trace(&[target.id()]));
    assert_eq!(client.stop().reason, Reason::Stopped);
}

/// As in one of the profiles: some user, no capability, the target's own uid.
#[test]
fn without_root_and_without_capabilities() {
    if !is_root() {
        // Then every other test in this file has shown it.
        return;
    }
    let mut place = Place::new();
    place.user = Some(12345);
    let agent = place.agent();
    assert_eq!(field(agent.0.id(), "CapEff").expect("it lives"), "0000000000000000");
    let mut command = Command::new("setpriv");
    command.args(["--reuid=12345", "--regid=12345", "--clear-groups", "--", "sh", "-c"]);
    command.arg("while :; do read line < /etc/hostname; sleep 0.05; done");
    let target = Process::start(command);
    thread::sleep(Duration::from_millis(300));
    let mut client = Client::new(place.relay());
    client.ask(Request::Trace(trace(&[target.id()])));
    let yama = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_else(|_| "0".into());
    if yama.trim() == "0" {
        client.until("calls", |client| client.ready.is_some() && client.sent > 5);
        assert_eq!(client.stop().reason, Reason::Stopped);
    } else {
        let why = client.failure();
        assert!(why.contains("Yama"), "{why}");
    }
    // Root is another user, whose processes stay inaccessible.
    let other = Process::calm();
    let mut client = Client::new(place.relay());
    client.ask(Request::Trace(trace(&[other.id()])));
    let why = client.failure();
    assert!(why.contains("CAP_SYS_PTRACE"), "{why}");
}

/// As in another profile: root with only CAP_SYS_PTRACE.
#[test]
fn as_root_with_one_capability() {
    if !is_root() {
        return;
    }
    let mut place = Place::new();
    place.prefix =
        ["setpriv", "--bounding-set=-all,+sys_ptrace", "--inh-caps=-all", "--"].map(String::from).into();
    let agent = place.agent();
    assert_eq!(field(agent.0.id(), "CapEff").expect("it lives"), "0000000000080000");
    let mut command = Command::new("setpriv");
    command.args(["--reuid=12346", "--regid=12346", "--clear-groups", "--", "sh", "-c"]);
    command.arg("while :; do read line < /etc/hostname; sleep 0.05; done");
    let target = Process::start(command);
    thread::sleep(Duration::from_millis(300));
    let mut client = traced(&place, trace(&[target.id()]));
    client.until("calls", |client| client.sent > 5);
    assert_eq!(client.stop().reason, Reason::Stopped);
}

/// In its target's PID namespace, the tracer dies with the target's first process; what was traced gets out first. A tracer
/// has 300 ms for that, which a busy machine may not provide: it succeeds in one of several tries.
#[test]
fn the_last_words_of_pid_1_get_out() {
    if !is_root() {
        return;
    }
    for killed in [false, true] {
        assert!((0..5).any(|_| last_words(killed)), "no end; killed: {killed}");
    }
}

/// Whether the end of a trace of an ending PID 1 arrived; if so, it is right.
fn last_words(killed: bool) -> bool {
    let mut place = Place::new();
    let mut command = Command::new("unshare");
    let script =
        "read line; read line; [ -n \"$line\" ] && exit 7; while :; do read line < /etc/hostname; done";
    command.args(["--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c", script]);
    let mut unshare = Process(
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("util-linux"),
    );
    let mut stdin = unshare.0.stdin.take().expect("a pipe");
    thread::sleep(Duration::from_millis(300));
    let children = format!("/proc/{0}/task/{0}/children", unshare.id());
    let init: u32 = fs::read_to_string(children).expect("it lives").trim().parse().expect("one child");
    let namespaces = format!("--target={init}");
    place.prefix = ["nsenter", &namespaces, "--pid", "--mount", "--"].map(String::from).into();
    let _agent = place.agent();
    let mut client = traced(&place, trace(&[1]));
    stdin.write_all(if killed { b"one\n\n" } else { b"one\ntwo\n" }).expect("it reads");
    if killed {
        client.until("calls", |client| client.sent > 100);
        // From outside its namespace, as the kernel's OOM killer would.
        send(init, libc::SIGKILL);
    }
    let Some(end) = client.finish() else { return false };
    assert_eq!((end.events, end.lost, end.reason), (client.sent, 0, Reason::InitExiting));
    let last = &client.seen.last().expect("some").what;
    if killed {
        assert!(matches!(last, What::Killed { .. }), "{last:?}");
    } else {
        assert!(matches!(last, What::Exited { code: 7 }), "{last:?}");
    }
    let calls = client.calls();
    assert!(calls.contains(&"read"), "{calls:?}");
    unshare.exit(5 * SECOND);
    true
}

//! The engine's process as the agent starts it: a request arrives on standard input, frames go out on standard output.
//!
//! The engine runs on a thread of its own, which never waits for the others: the outbox's writer may be blocked as long as
//! nobody reads, and this thread listens to the agent. The end of the engine's thread detaches the tracees. Then standard
//! error is closed, which tells the agent that no tracee is held any more.

use crate::{
    clock,
    command::{self, NotFound},
    door::{self, Entered},
    engine::{
        self, Engine, Plan, Programs, Roster, Sink, Sinks, Stop, blocked, members,
        ptrace::{self, Command, Means, Spawned, Waiting},
    },
    headroom::{self, Headroom},
    outbox::{CAPACITY, Outbox},
    paths,
    pipes::{Pipes, TraceesHeldPipe},
    procfs,
    redact::{self, Redacting, Rules},
    refused,
    requests::{ClientStdin, Requests},
    root::Root,
    scheduling,
    speed::{Baseline, Sampler},
};
use nix::{
    errno::Errno,
    sys::{
        prctl,
        signal::{SigSet, Signal, killpg},
        wait::{WaitStatus, waitpid},
    },
    unistd::{Pid, dup2_stdin, dup2_stdout, getppid},
};
use std::{
    collections::HashMap,
    env,
    ffi::OsString,
    fs::{self, File},
    io::{self, PipeReader},
    mem,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use syscalls::{
    abi::Abi,
    filter::{self, CallSet, Qualifiers},
    gather::DecodeOptions,
    table,
};
use wire::{
    message::{
        Hello, Level, Message, Notice, Overload, Reason, Redact, Request, Silence, Target, Trace, VERSION,
    },
    summary::Counting,
};

/// What a shell exits with where there is no such program (POSIX, "Exit Status for Commands").
const NOT_FOUND: u8 = 127;
/// The same where it cannot be executed.
const CANNOT_EXECUTE: u8 = 126;
/// After how many pulses without anything to see it is said why that may be.
const SILENCE: u32 = 5;
/// How long the end of a trace waits for what threads are blocked in.
const LAST_LOOK: Duration = Duration::from_millis(200);
/// How often processes that enter the target are looked for.
const ENTRANTS: Duration = Duration::from_secs(1);
/// How long the request may take: the agent sends it at once.
const FIRST_REQUEST: Duration = Duration::from_secs(10);
/// The agent ends us when the client's lease is over. If it does not, because it is stopped, we end this much later.
const GRACE: Duration = Duration::from_secs(2);
/// The same if we hear the client ourselves.
const LINE_GRACE: Duration = Duration::from_millis(250);
/// How much later if the agent waits for a CPU, and we do not.
const STARVED: Duration = Duration::from_secs(40);
/// An engine that was asked to stop is woken this often until it does.
const WAKE: Duration = Duration::from_millis(10);
/// How often the engine's thread is checked.
const LOOK: Duration = Duration::from_secs(1);
/// How many times in a row it may be found in the same system call without progress.
const HANGS: u32 = 3;
/// The longest time that a client may make the target wait at a stretch.
const LONGEST_BLOCK: Duration = Duration::from_secs(60);
/// A trace that leaves the target less than this percentage of its speed is announced.
const COSTLY: u32 = 50;
/// How often the client is told how the trace goes.
const PULSE: Duration = Duration::from_secs(1);
/// How long the last frames may take when the process ends without having detached, because the engine hangs.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Serves one trace; returns the exit status.
pub fn main(mut args: impl Iterator<Item = OsString>) -> i32 {
    let agent = args.next().and_then(|agent| agent.to_str()?.parse().ok());
    // When the agent dies, we must die, whatever we are doing. It may have died before we asked for that.
    let bound = prctl::set_pdeathsig(Signal::SIGKILL);
    if bound.is_err() || agent != Some(getppid().as_raw()) {
        eprintln!("not started by an agent");
        return 1;
    }
    // Otherwise its name would be that of its file, `exe`.
    let _ = prctl::set_name(c"tracer");
    // We have inherited what the agent blocks for itself (execve(2)).
    let _ = SigSet::empty().thread_set_mask();
    exit_status(Pipes::standard().and_then(|pipes| serve(pipes, None, None, &[])))
}

/// The same for a process that was exec'd into the target's container, where it is nobody's child: only the end of the
/// agent's pipes shows that the agent is gone.
pub fn main_in_target(args: impl Iterator<Item = OsString>) -> i32 {
    let _ = prctl::set_name(c"tracer");
    match door::enter(args) {
        Ok((Entered { agent, pipes }, line)) => {
            exit_status(serve(pipes, Some(agent), line, &[]));
            // To the client any other status means that we did not come through the door. Who has come through it says
            // on the stream how the trace ended.
            0
        }
        Err(status) => status,
    }
}

/// The same for a process that runs a command there. Its exit status is the command's, or what a shell makes of it.
pub fn main_of_command(args: impl Iterator<Item = OsString>) -> i32 {
    let _ = prctl::set_name(c"tracer");
    match door::enter_with_command(args) {
        Ok((Entered { agent, pipes }, words)) => exit_status(serve(pipes, Some(agent), None, &words)),
        Err(status) => status,
    }
}

fn exit_status(served: io::Result<i32>) -> i32 {
    match served {
        Ok(status) => status,
        Err(error) => {
            eprintln!("{error}");
            1
        }
    }
}

/// `agent`: we are in the target's container, and the agent watches us from afar. `line`: the client can talk to us directly
/// on it. `words`: the command to run.
fn serve(pipes: Pipes, agent: Option<i32>, line: Option<ClientStdin>, words: &[OsString]) -> io::Result<i32> {
    let Pipes { requests, messages, holding } = pipes;
    let mut requests = Requests::new(requests, line);
    let Some(trace) = requests.first(Instant::now() + FIRST_REQUEST) else {
        return Err(io::Error::other("no request has come"));
    };
    let outbox = Outbox::start(File::from(messages), CAPACITY, trace.place.first_frame())?;
    outbox.send(&Message::Hello(Hello {
        version: VERSION,
        release: env!("CARGO_PKG_VERSION").into(),
        wall_offset: clock::wall_offset(),
    }));
    if let Overload::Block(most) = trace.overload {
        outbox.block(Duration::from_millis(most.into()).min(LONGEST_BLOCK));
    }
    let lease = Duration::from_millis(trace.lease.into());
    let memory = trace.spares_memory.then(|| headroom::Watch::new(headroom::TRACING));
    let bounds = Bounds { max_slowdown: trace.max_slowdown, memory };
    let redact = trace.redact.clone();
    let planned = plan(trace, agent.is_some()).map_err(Reason::Failed).and_then(|plan| {
        let process = || members::processes_now(&plan).first().copied().unwrap_or(std::process::id() as i32);
        if bounds.memory.is_some()
            && let Some(Headroom { limit, left }) = Headroom::of(process()).filter(Headroom::is_short)
        {
            return Err(Reason::MemoryShort { limit, left });
        }
        if plan.target == Target::Command {
            let child = start(words, &outbox)?;
            return Ok((plan, Some(child), Baseline::default()));
        }
        let baseline = Baseline::take(&members::threads_now(&plan));
        forecast(&baseline, bounds.max_slowdown, &outbox)?;
        Ok((plan, None, baseline))
    });
    match planned {
        Ok((plan, child, baseline)) => {
            let sampler = Sampler::new(baseline);
            Ok(Service::start(outbox, requests, holding, plan, child, redact, lease, bounds, sampler, agent)?
                .run())
        }
        Err(reason) => {
            let status = if let Reason::NotRun { status, .. } = &reason { i32::from(*status) } else { 1 };
            outlive(&outbox, &mut requests, reason);
            Ok(status)
        }
    }
}

/// Says what a trace will cost the target, where that is much; refuses it where that is more than may be.
fn forecast(baseline: &Baseline, max_slowdown: Option<u32>, outbox: &Outbox) -> Result<(), Reason> {
    let Some((percent, transfers)) = baseline.forecast().filter(|(percent, _)| *percent < COSTLY) else {
        return Ok(());
    };
    // The cost of a stop is only known once there are some.
    let clearly = |most: u32| percent * 3 / 2 < 100u32.saturating_sub(most);
    if max_slowdown.is_some_and(clearly) {
        return Err(Reason::TooSlow { percent, predicted: true });
    }
    let text = format!(
        "the target reads and writes {transfers} times a second: while it is traced, it will run at about {percent} % of its \
         speed or less"
    );
    outbox.send(&Message::Notice(Notice { level: Level::Warning, text }));
    Ok(())
}

/// Starts the command, which waits to be traced.
fn start(words: &[OsString], outbox: &Outbox) -> Result<(Waiting, String), Reason> {
    let Some(program) = words.first() else {
        return Err(Reason::Failed("there is no command to run".into()));
    };
    let not_run = |status, why| Reason::NotRun { status, why };
    let name = program.to_string_lossy();
    if let Some(why) = refused::forbidden() {
        return Err(Reason::Failed(why));
    }
    if let Some(why) = door::narrow() {
        outbox.send(&Message::Notice(Notice { level: Level::Warning, text: why }));
    }
    let file = command::find(program).map_err(|error| match error {
        NotFound::OnPath => match env::var("PATH") {
            Ok(path) => not_run(NOT_FOUND, format!("no directory of its PATH has a program {name}: {path}")),
            Err(_) => not_run(NOT_FOUND, format!("the container has no PATH to look for {name} on")),
        },
        NotFound::AtPath(error) => not_run(NOT_FOUND, format!("{name}: {}", command::reason(&error))),
    })?;
    let command = command::prepare(file, words, &[])
        .map_err(|_| not_run(CANNOT_EXECUTE, "a word of the command has a NUL byte".into()))?;
    // Like everything that is exec'd into a container, it starts a session.
    let started = Command { session: true, ..command }.start();
    let waiting =
        started.map_err(|error| Reason::Failed(format!("the command could not be started: {error}")))?;
    // Now, because the command would have inherited both.
    door::go_before_the_target();
    scheduling::short_turns();
    // The command's standard streams must close when it closes them.
    if let Ok(nothing) = File::options().read(true).write(true).open("/dev/null") {
        let _ = dup2_stdin(&nothing).and_then(|()| dup2_stdout(&nothing));
    }
    Ok((waiting, name.into_owned()))
}

/// Why an existing program could not be executed.
fn not_executed(program: &str, error: &io::Error) -> Reason {
    let said = format!("{program}: {}", command::reason(error));
    let (status, why) = match error.raw_os_error() {
        Some(libc::ENOENT) => (
            NOT_FOUND,
            format!(
                "{said}: the program is there, but not what interprets it (its dynamic loader, or what its first line names)"
            ),
        ),
        Some(libc::ENOEXEC) => (
            CANNOT_EXECUTE,
            format!(
                "{said}: it is no program for this processor, nor has it a first line that names what interprets it"
            ),
        ),
        _ => (CANNOT_EXECUTE, said),
    };
    Reason::NotRun { status, why }
}

/// Waits for the end of a command that runs on untraced. We remain its parent: another process would get a child
/// that it has not created.
fn wait_for(process: i32) -> i32 {
    loop {
        match waitpid(Pid::from_raw(process), None) {
            Ok(WaitStatus::Exited(_, code)) => return code,
            Ok(WaitStatus::Signaled(_, signal, _)) => return 128 + signal as i32,
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => return 1,
        }
    }
}

fn plan(trace: Trace, inside: bool) -> Result<Plan, String> {
    let programs = match &trace.target {
        Target::Container { programs, .. } => Programs::new(programs)?,
        Target::Processes(_) | Target::Command => Programs::default(),
    };
    let mut wanted = Qualifiers { paths: trace.trace_paths, ..Qualifiers::default() };
    let mut injections = Vec::new();
    for expression in &trace.expressions {
        filter::take(expression, &mut wanted, &mut injections, &engine::compile)?;
    }
    let depth = DecodeOptions {
        strings: trace.strings as usize,
        verbose: trace.verbose,
        paths: trace.paths,
        names: trace.names,
        ..DecodeOptions::default()
    };
    let depth = depth.with(&wanted);
    let (shards, leave_at_execve) = (trace.shards.map(usize::from), trace.leave_at_execve);
    let means = Means { injections, shards, leave_at_execve, kill: false };
    #[cfg(not(feature = "synthetic"))]
    let engine = Engine::Ptrace(means);
    #[cfg(feature = "synthetic")]
    let (engine, _) = (Engine::Synthetic, means);
    Ok(Plan {
        programs,
        target: trace.target,
        count: trace.counting,
        comms: trace.comms || depth.comm,
        sites: trace.sites,
        engine_stats: trace.engine_stats,
        debug: false,
        limit: trace.limit,
        depth,
        wanted,
        follow: trace.follow,
        entrants: trace.entrants.then_some(ENTRANTS),
        inside,
        holders: trace.holders,
        engine,
    })
}

/// The paths of `-P`, as the target sees them.
fn resolve(plan: &mut Plan, outbox: &Outbox) {
    let root = (!plan.wanted.paths.is_empty()).then(|| Root::of(&members::processes_now(plan))).flatten();
    let Some(root) = root else { return };
    for text in paths::resolve(&mut plan.wanted, |path| root.resolve(path)) {
        outbox.send(&Message::Notice(Notice { level: Level::Note, text }));
    }
}

/// Waits until the end is written, however long the client takes, or until the agent no longer wants it.
fn outlive(outbox: &Outbox, requests: &mut Requests, reason: Reason) {
    outbox.end(reason);
    while !requests.are_over() && !outbox.wait(Duration::from_millis(50)) && !outbox.is_broken() {
        requests.read(Duration::ZERO, None);
        requests.take();
    }
}

/// What ends a trace that harms its target.
struct Bounds {
    /// [`Trace::max_slowdown`]
    max_slowdown: Option<u32>,
    /// Watches the target's memory limit, if that is to be spared ([`Trace::spares_memory`]).
    memory: Option<headroom::Watch>,
}

struct Service {
    outbox: Outbox,
    requests: Requests,
    holding: TraceesHeldPipe,
    /// The command that we have started, and its name.
    command: Option<i32>,
    program: String,
    lease: Duration,
    bounds: Bounds,
    sampler: Sampler,
    silent: Silent,
    next_pulse: Instant,
    /// Who guards us from afar.
    agent: Option<i32>,
    stop: Arc<Stop>,
    engine: JoinHandle<Spawned>,
    /// The end of the pipe that is closed when the engine's thread ends.
    running: PipeReader,
    watch: Watch,
}

impl Service {
    #[allow(clippy::too_many_arguments, reason = "all that a trace is made of meets here")]
    fn start(
        outbox: Outbox,
        requests: Requests,
        holding: TraceesHeldPipe,
        mut plan: Plan,
        child: Option<(Waiting, String)>,
        redact: Option<Redact>,
        lease: Duration,
        bounds: Bounds,
        mut sampler: Sampler,
        agent: Option<i32>,
    ) -> io::Result<Service> {
        let stop = Arc::new(Stop::default());
        let (running, end) = io::pipe()?;
        let roster = Arc::new(Roster::default());
        sampler.roster = roster.clone();
        let silent = Silent {
            roster: roster.clone(),
            counting: plan.count,
            arguments: redact.is_none(),
            instead: instead(&plan.wanted.trace),
            pulses: 0,
            // Whoever asks for no calls, but for signals, misses none.
            told: plan.count == Counting::Events && !asks_for_any(&plan.wanted.trace),
        };
        let engine_stop = stop.clone();
        let (child, program) = child.unzip();
        let command = child.as_ref().map(|child: &Waiting| child.process);
        let program = program.unwrap_or_default();
        let rules = redact.map(|redact| {
            let (rules, warnings) = redact::learn(&redact, &plan, plan.depth.paths);
            for text in warnings {
                outbox.send(&Message::Notice(Notice { level: Level::Warning, text }));
            }
            // Whether data is secret depends on where it is read from.
            plan.depth.paths = true;
            Arc::new(rules)
        });
        let lanes = Lanes { outbox: outbox.clone(), rules };
        resolve(&mut plan, &outbox);
        let engine = thread::Builder::new().name("engine".into()).spawn(move || {
            let spawned = match child {
                Some(child) => engine::run_command(&plan, child, &lanes, &engine_stop, Some(&roster)),
                None => Spawned::attached(engine::run(&plan, &lanes, &engine_stop, Some(&roster))),
            };
            drop(end);
            spawned
        })?;
        let watch = Watch { seen: HashMap::new(), next: Instant::now() + LOOK };
        Ok(Service {
            outbox,
            requests,
            holding,
            command,
            program,
            lease,
            bounds,
            sampler,
            silent,
            next_pulse: Instant::now() + PULSE,
            agent,
            stop,
            engine,
            running,
            watch,
        })
    }

    fn run(mut self) -> i32 {
        let begun = Instant::now();
        // Why the trace must end, unless the client asked for it.
        let mut why = None;
        loop {
            let mut pause = self.sampler.pause().min(LOOK);
            if let Some(memory) = &self.bounds.memory {
                pause = pause.min(memory.next().saturating_duration_since(Instant::now()));
            }
            let pause = if self.stop.requested() { WAKE } else { pause };
            let running = Some(&self.running);
            if self.requests.read(pause, running) {
                break;
            }
            for request in self.requests.take() {
                let end = match request {
                    Request::Stop => None,
                    Request::Lapsed => Some(Reason::LeaseExpired),
                    Request::Evicted { who } => Some(Reason::Evicted(who)),
                    Request::Delivered => {
                        self.outbox.delivered();
                        continue;
                    }
                    Request::Signal(signal) => {
                        if let (Some(command), Ok(signal)) = (self.command, Signal::try_from(signal)) {
                            // Its process group; it may have ended, which is not an error.
                            let _ = killpg(Pid::from_raw(command), signal);
                        }
                        continue;
                    }
                    _ => continue,
                };
                if !self.stop.requested() {
                    why = end;
                    self.stop.request();
                }
            }
            if !self.stop.requested() && (self.requests.are_over() || self.is_forsaken(begun)) {
                why = Some(Reason::LeaseExpired);
                self.stop.request();
            }
            if !self.stop.requested()
                && let Some(memory) = self.bounds.memory.as_mut().filter(|memory| memory.is_due())
                && let Some(Headroom { limit, left }) = memory.look(self.sampler.process())
            {
                why = Some(Reason::MemoryShort { limit, left });
                self.stop.request();
            }
            let looked = self.sampler.look() && !self.stop.requested();
            if looked
                && let Some(speed) = self.sampler.at_first(COSTLY)
                && let Some(percent) = speed.percent()
            {
                // What cannot be told exactly is told from above.
                let text = format!(
                    "while it is traced, the target runs at {} % of its speed or less",
                    percent.max(1)
                );
                self.outbox.send(&Message::Notice(Notice { level: Level::Warning, text }));
            }
            if looked
                && let Some(most) = self.bounds.max_slowdown
                && let Some(percent) = self.sampler.is_below(100u32.saturating_sub(most))
            {
                self.outbox.pulse(self.sampler.threads(), self.sampler.speed());
                why = Some(Reason::TooSlow { percent, predicted: false });
                self.stop.request();
            }
            if Instant::now() >= self.next_pulse && !self.stop.requested() {
                self.next_pulse = Instant::now() + PULSE;
                self.outbox.pulse(self.sampler.threads(), self.sampler.speed());
                self.silent.pulse(&self.outbox);
            }
            if self.stop.requested() {
                self.outbox.never_block();
                self.silent.ends(&self.outbox);
                ptrace::wake();
            }
            if let Some(call) = self.watch.hangs() {
                // The thread cannot be ended alone, but the whole process can.
                self.outbox.end(Reason::Failed(format!(
                    "the tracer hung in system call {call}, and has ended so that the target runs on"
                )));
                self.outbox.wait(LAST_WORDS);
                return 1;
            }
        }
        // When the thread's end of the pipe is closed, the thread must still end; then the kernel has detached its tracees.
        let failed = |_| Spawned::attached(Reason::Failed("the engine panicked".into()));
        let Spawned { reason, code, signal, failure } = self.engine.join().unwrap_or_else(failed);
        self.holding.release();
        let reason = match failure {
            _ if reason == Reason::Stopped => why.unwrap_or(reason),
            Some(error) => not_executed(&self.program, &error),
            None => reason,
        };
        let status = match (&reason, code, signal) {
            (Reason::NotRun { status, .. }, ..) => Some(i32::from(*status)),
            (_, Some(code), _) => Some(code),
            (_, None, Some(signal)) => Some(128 + signal),
            (_, None, None) if self.command.is_none() => Some(0),
            _ => None,
        };
        let reason = match (reason, status) {
            (Reason::TraceesGone, Some(status)) if self.command.is_some() => {
                Reason::CommandEnded { status: u8::try_from(status).unwrap_or(u8::MAX) }
            }
            (reason, _) => reason,
        };
        outlive(&self.outbox, &mut self.requests, reason);
        drop(self.outbox);
        match (status, self.command) {
            (Some(status), _) => status,
            (None, Some(command)) => wait_for(command),
            (None, None) => 1,
        }
    }
}

impl Service {
    /// Whether the client's lease is over, as far as we have to enforce it.
    fn is_forsaken(&self, begun: Instant) -> bool {
        let client = self.requests.heard_of_client().map(|heard| heard.elapsed());
        if client.is_some_and(|silence| silence > self.lease + LINE_GRACE) {
            return true;
        }
        let silence = self.requests.heard_of_agent().map_or(begun, |heard| heard.max(begun)).elapsed();
        if silence <= self.lease + GRACE {
            return false;
        }
        // An agent that is not stopped enforces it, and knows better whether the client is silent. Beside a busy target, it
        // is slower than we are, because we have the target's weight and it does not.
        match self.agent.and_then(procfs::state) {
            Some('T' | 't') | None => true,
            Some(_) => client.is_none() && silence > self.lease + GRACE + STARVED,
        }
    }
}

/// Says why nothing may be shown, once.
struct Silent {
    roster: Arc<Roster>,
    counting: Counting,
    /// Whether arguments of calls may be told.
    arguments: bool,
    instead: Vec<(String, String)>,
    pulses: u32,
    told: bool,
}

impl Silent {
    /// A second has passed.
    fn pulse(&mut self, outbox: &Outbox) {
        if self.told || self.counting == Counting::Counts || self.roster.len() == 0 {
            return;
        }
        self.pulses += 1;
        let Some(calls) = outbox.silence() else {
            self.told = self.counting == Counting::Events;
            return;
        };
        if self.pulses >= SILENCE {
            self.told = true;
            self.look(outbox, calls, false);
        }
    }

    /// The trace is about to end.
    fn ends(&mut self, outbox: &Outbox) {
        if self.counting != Counting::Events && !mem::replace(&mut self.told, true) {
            let calls = outbox.silence().unwrap_or_default();
            // Whoever wants the end does not wait for memory of the target that hangs.
            if let Some(looked) = self.look(outbox, calls, true) {
                let _ = looked.recv_timeout(LAST_LOOK);
            }
        }
    }

    /// Looks, on a thread of its own, and says what is found. Whoever waits hears when that is done.
    fn look(&mut self, outbox: &Outbox, calls: u64, ends: bool) -> Option<mpsc::Receiver<()>> {
        let mut threads = Vec::new();
        self.roster.read(&mut threads);
        let (arguments, instead, outbox) = (self.arguments, mem::take(&mut self.instead), outbox.clone());
        let (looked, waits) = mpsc::channel();
        let look = move || {
            let count = threads.len() as u32;
            let threads = threads.into_iter().map(|(thread, entry)| (thread, entry.process)).collect();
            let blocked = blocked(threads, arguments);
            outbox.send(&Message::Silence(Silence { threads: count, calls, ends, instead, blocked }));
            // Nobody may wait.
            let _ = looked.send(());
        };
        thread::Builder::new().name("silence".into()).spawn(look).ok().map(|_| waits)
    }
}

/// Whether a filter lets any call through.
fn asks_for_any(wanted: &CallSet) -> bool {
    let mut numbers = table::rows().filter_map(|row| row.number(Abi::NATIVE));
    numbers.any(|number| wanted.has(Abi::NATIVE, number))
}

/// Calls that a filter lets through, each with the one that C libraries make in its place and that it does not.
fn instead(wanted: &CallSet) -> Vec<(String, String)> {
    // glibc and musl make the calls of the right where the machine has both.
    const INSTEAD: [(&str, &str); 8] = [
        ("open", "openat"),
        ("creat", "openat"),
        ("stat", "newfstatat"),
        ("lstat", "newfstatat"),
        ("fork", "clone"),
        ("getdents", "getdents64"),
        ("epoll_create", "epoll_create1"),
        ("send", "sendto"),
    ];
    let number = |name: &str| table::rows().find(|row| row.name == name)?.number(Abi::NATIVE);
    let has = |name| number(name).is_some_and(|number| wanted.has(Abi::NATIVE, number));
    let pairs = INSTEAD.into_iter().filter(|(old, new)| has(old) && number(new).is_some() && !has(new));
    pairs.map(|(old, new)| (old.to_owned(), new.to_owned())).collect()
}

/// The shards' ways into the outbox, which secrets do not go.
struct Lanes {
    outbox: Outbox,
    rules: Option<Arc<Rules>>,
}

impl Sinks for Lanes {
    fn shard(&self, number: u16) -> Box<dyn Sink + '_> {
        let shard = self.outbox.shard(number);
        match &self.rules {
            None => Box::new(shard),
            Some(rules) => Box::new(Redacting::new(shard, rules.clone())),
        }
    }
}

/// Detects a thread of the engine that hangs: for example, a tracee whose memory is on a dead network file system could hold
/// it in `process_vm_readv`, and with it every other tracee.
struct Watch {
    /// Where each thread was and what it had done at the last checks, and how many times in a row.
    seen: HashMap<i32, (String, u32)>,
    next: Instant,
}

impl Watch {
    /// The number of the system call that it hangs in.
    fn hangs(&mut self) -> Option<i64> {
        if Instant::now() < self.next {
            return None;
        }
        self.next = Instant::now() + LOOK;
        ptrace::shards().find_map(|thread| self.hangs_in(thread))
    }

    fn hangs_in(&mut self, thread: i32) -> Option<i64> {
        let task = format!("/proc/self/task/{thread}");
        // "NUMBER ARGUMENTS SP PC", or "running", also while it only waits for a CPU (proc_pid_syscall(5)). If the kernel
        // does not have the file, no thread is found to hang.
        let place = fs::read_to_string(format!("{task}/syscall")).unwrap_or_default();
        let call = place.split(' ').next().and_then(|number| number.parse().ok());
        let waits_for_tracees =
            [libc::SYS_wait4, libc::SYS_waitid, libc::SYS_futex].map(Some).contains(&call);
        if call.is_none() || waits_for_tracees {
            self.seen.remove(&thread);
            return None;
        }
        let status = fs::read_to_string(format!("{task}/status")).unwrap_or_default();
        let switches = status.lines().filter(|line| line.contains("ctxt_switches")).collect::<String>();
        let place = place + &switches;
        let (seen, times) = self.seen.entry(thread).or_default();
        if place == *seen {
            *times += 1;
        } else {
            (*seen, *times) = (place, 0);
        }
        call.filter(|_| *times >= HANGS)
    }
}

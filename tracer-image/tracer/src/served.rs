//! The engine's process as the agent starts it: a request comes in on standard input, frames go out on standard output.
//!
//! The engine runs on a thread of its own, which never waits for the others: the outbox's writer may stand still as long
//! as nobody reads, and this one listens to the agent. The end of the engine's thread is what lets the tracees go; then
//! standard error is closed, which tells the agent that nobody is held any more.

use crate::{
    door,
    engine::{self, Plan, Programs, Roster, Sink, Stop, ptrace},
    outbox::{CAPACITY, Outbox},
    procfs,
    redact::{self, Redacting},
    slowdown::Sampler,
};
use nix::{
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        prctl,
        signal::{SigSet, Signal},
    },
    unistd::{dup2_stderr, getppid, gettid, read},
};
use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, PipeReader},
    os::fd::AsFd,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use syscalls::{filter, gather::Depth};
use wire::{
    codec::Decoder,
    message::{Hello, Level, Message, Notice, Overload, Reason, Redact, Request, Target, Trace, VERSION},
};

/// How often processes that enter the target are looked for.
const ENTRANTS: Duration = Duration::from_secs(1);
/// How long the request may take: the agent sends it at once.
const FIRST_REQUEST: Duration = Duration::from_secs(10);
/// The agent ends us when the client's lease is over. If it does not, because it is stopped, we do so this much later.
const GRACE: Duration = Duration::from_secs(2);
/// How much later where the agent waits for a CPU, and we do not.
const STARVED: Duration = Duration::from_secs(40);
/// An engine that was asked to stop is woken this often until it has.
const WAKE: Duration = Duration::from_millis(10);
/// How often the engine's thread is looked after.
const LOOK: Duration = Duration::from_secs(1);
/// How often in a row it may be found in the same system call, having done nothing.
const HANGS: u32 = 3;
/// Longest that a client may have the target wait for it at a time.
const LONGEST_BLOCK: Duration = Duration::from_secs(60);
/// How often the client is told how the trace goes.
const PULSE: Duration = Duration::from_secs(1);
/// How long the last frames may take when the process ends without having let go, because the engine hangs.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Serves one trace; returns the exit status.
pub fn main(mut args: impl Iterator<Item = OsString>) -> i32 {
    let agent = args.next().and_then(|agent| agent.to_str()?.parse().ok());
    // The agent's death must be ours, whatever we are doing. It may have died before we asked for that.
    let bound = prctl::set_pdeathsig(Signal::SIGKILL);
    if bound.is_err() || agent != Some(getppid().as_raw()) {
        eprintln!("not started by an agent");
        return 1;
    }
    // By its file's name it would be `exe`.
    let _ = prctl::set_name(c"tracer");
    // What the agent blocks for itself we have inherited (execve(2)).
    let _ = SigSet::empty().thread_set_mask();
    exit_status(serve(None))
}

/// The same for a process that was exec'd into the target's container, and is nobody's child there: only the end of the
/// agent's pipes tells that it is gone.
pub fn main_in_target(args: impl Iterator<Item = OsString>) -> i32 {
    let _ = prctl::set_name(c"tracer");
    match door::enter(args) {
        Ok(agent) => exit_status(serve(Some(agent))),
        Err(status) => status,
    }
}

fn exit_status(served: io::Result<()>) -> i32 {
    match served {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("{error}");
            1
        }
    }
}

/// `agent`: we are in the target's container, and it guards us from afar.
fn serve(agent: Option<i32>) -> io::Result<()> {
    let mut requests = Requests { decoder: Decoder::new(), waiting: Vec::new(), closed: false };
    let Some(trace) = requests.first(Instant::now() + FIRST_REQUEST) else {
        return Err(io::Error::other("no request has come"));
    };
    let stdout = io::stdout().as_fd().try_clone_to_owned()?;
    let outbox = Outbox::start(File::from(stdout), CAPACITY, trace.place.first_frame())?;
    outbox.send(&Message::Hello(Hello {
        version: VERSION,
        release: env!("CARGO_PKG_VERSION").into(),
        wall_offset: ptrace::wall_offset(),
    }));
    if let Overload::Block(most) = trace.overload {
        outbox.block(Duration::from_millis(most.into()).min(LONGEST_BLOCK));
    }
    let lease = Duration::from_millis(trace.lease.into()) + GRACE;
    let max_slowdown = trace.max_slowdown;
    let redact = trace.redact.clone();
    match plan(trace, agent.is_some()) {
        Ok(plan) => Service::start(outbox, requests, plan, redact, lease, max_slowdown, agent)?.run(),
        Err(error) => outlive(&outbox, &mut requests, Reason::Failed(error)),
    }
    Ok(())
}

fn plan(trace: Trace, inside: bool) -> Result<Plan, String> {
    let programs = match &trace.target {
        Target::Container { programs, .. } => Programs::new(programs)?,
        Target::Processes(_) => Programs::default(),
    };
    Ok(Plan {
        programs,
        target: trace.target,
        calls: filter::last(&trace.filter)?,
        depth: Depth { strings: trace.strings as usize, verbose: trace.verbose, paths: trace.paths },
        follow: trace.follow,
        entrants: trace.entrants.then_some(ENTRANTS),
        inside,
        holders: trace.holders,
    })
}

/// Waits until the end is written, however long the client takes, or the agent does not want it any more.
fn outlive(outbox: &Outbox, requests: &mut Requests, reason: Reason) {
    outbox.end(reason);
    while !requests.closed && !outbox.wait(Duration::from_millis(50)) && !outbox.is_broken() {
        requests.read(Duration::ZERO, None);
        requests.waiting.clear();
    }
}

struct Service {
    outbox: Outbox,
    requests: Requests,
    lease: Duration,
    max_slowdown: Option<u32>,
    sampler: Sampler,
    next_pulse: Instant,
    /// Who guards us from afar.
    agent: Option<i32>,
    stop: Arc<Stop>,
    engine: JoinHandle<Reason>,
    /// The end of the pipe that is closed when the engine's thread ends.
    running: PipeReader,
    watch: Watch,
}

impl Service {
    fn start(
        outbox: Outbox,
        requests: Requests,
        mut plan: Plan,
        redact: Option<Redact>,
        lease: Duration,
        max_slowdown: Option<u32>,
        agent: Option<i32>,
    ) -> io::Result<Service> {
        let stop = Arc::new(Stop::default());
        let thread_id = Arc::new(AtomicI32::new(0));
        let (running, end) = io::pipe()?;
        let roster = Arc::new(Roster::default());
        let sampler = Sampler::new(roster.clone());
        let (engine_stop, engine_id, mut shard) = (stop.clone(), thread_id.clone(), outbox.shard(0));
        let mut sink: Box<dyn Sink + Send> = match redact {
            None => Box::new(shard),
            Some(redact) => {
                let (rules, warnings) = redact::learn(&redact, &plan, plan.depth.paths);
                for text in warnings {
                    shard.notice(Notice { level: Level::Warning, text });
                }
                // Whether what is read is secret depends on where it is read from.
                plan.depth.paths = true;
                Box::new(Redacting::new(shard, rules))
            }
        };
        let engine = thread::Builder::new().name("engine".into()).spawn(move || {
            engine_id.store(gettid().as_raw(), Ordering::Relaxed);
            let reason = engine::run(&plan, &mut *sink, &engine_stop, Some(&roster));
            drop(end);
            reason
        })?;
        let watch = Watch { thread_id, seen: String::new(), times: 0, next: Instant::now() + LOOK };
        Ok(Service {
            outbox,
            requests,
            lease,
            max_slowdown,
            sampler,
            next_pulse: Instant::now() + PULSE,
            agent,
            stop,
            engine,
            running,
            watch,
        })
    }

    fn run(mut self) {
        let mut heard = Instant::now();
        // Why the trace is to end, where that is not the client's wish.
        let mut why = None;
        loop {
            let pause = if self.stop.requested() { WAKE } else { self.sampler.pause().min(LOOK) };
            let running = Some(&self.running);
            if self.requests.read(pause, running) {
                break;
            }
            for request in self.requests.waiting.drain(..) {
                heard = Instant::now();
                let end = match request {
                    Request::Stop => None,
                    Request::Lapsed => Some(Reason::LeaseExpired),
                    Request::Evicted { who } => Some(Reason::Evicted(who)),
                    Request::Delivered => {
                        self.outbox.delivered();
                        continue;
                    }
                    _ => continue,
                };
                if !self.stop.requested() {
                    why = end;
                    self.stop.request();
                }
            }
            if !self.stop.requested()
                && (self.requests.closed || heard.elapsed() > self.lease && self.is_forsaken(heard))
            {
                why = Some(Reason::LeaseExpired);
                self.stop.request();
            }
            self.sampler.look();
            if Instant::now() >= self.next_pulse && !self.stop.requested() {
                self.next_pulse = Instant::now() + PULSE;
                let (threads, slowdown) = (self.sampler.threads(), self.sampler.slowdown());
                self.outbox.pulse(threads, slowdown);
                let percent = slowdown.map_or(0, |slowdown| slowdown.percent());
                if self.max_slowdown.is_some_and(|most| percent > most) {
                    why = Some(Reason::TooSlow(percent));
                    self.stop.request();
                }
            }
            if self.stop.requested() {
                self.outbox.never_block();
                ptrace::wake();
            }
            if let Some(call) = self.watch.hangs() {
                // The thread cannot be ended alone, but the whole process can.
                self.outbox.end(Reason::Failed(format!(
                    "the tracer hung in system call {call}, and has ended so that the target runs on"
                )));
                self.outbox.wait(LAST_WORDS);
                return;
            }
        }
        // The thread has yet to end when its end of the pipe is closed; then the kernel has let its tracees go.
        let reason = self.engine.join().unwrap_or_else(|_| Reason::Failed("the engine panicked".into()));
        let _ = dup2_stderr(io::stdin());
        let reason = if reason == Reason::Stopped { why.unwrap_or(reason) } else { reason };
        outlive(&self.outbox, &mut self.requests, reason);
    }
}

impl Service {
    /// Whether nobody sees to it that the client's lease ends. An agent that is not stopped does, and knows better
    /// whether the client is silent; beside a busy target, whose weight we have and it has not, it takes its time.
    fn is_forsaken(&self, heard: Instant) -> bool {
        match self.agent.and_then(procfs::state) {
            Some('T' | 't') | None => true,
            Some(_) => heard.elapsed() > self.lease + STARVED,
        }
    }
}

/// The agent's requests.
struct Requests {
    decoder: Decoder,
    waiting: Vec<Request>,
    /// None will come any more.
    closed: bool,
}

impl Requests {
    /// The trace that is asked for.
    fn first(&mut self, deadline: Instant) -> Option<Trace> {
        while !self.closed && Instant::now() < deadline {
            self.read(deadline.saturating_duration_since(Instant::now()), None);
            if let Some(Request::Trace(_)) = self.waiting.first()
                && let Request::Trace(trace) = self.waiting.remove(0)
            {
                return Some(trace);
            }
        }
        None
    }

    /// Waits for requests, so long at most; says whether the engine has ended meanwhile.
    fn read(&mut self, most: Duration, running: Option<&PipeReader>) -> bool {
        let stdin = io::stdin();
        let mut fds = Vec::with_capacity(2);
        fds.extend(running.map(|running| PollFd::new(running.as_fd(), PollFlags::POLLIN)));
        if !self.closed {
            fds.push(PollFd::new(stdin.as_fd(), PollFlags::POLLIN));
        }
        let most = PollTimeout::try_from(most).unwrap_or(PollTimeout::MAX);
        if !poll(&mut fds, most).is_ok_and(|ready| ready > 0) {
            return false;
        }
        let happened: Vec<bool> = fds.iter().map(|fd| fd.any().unwrap_or(false)).collect();
        if running.is_some() && happened[0] {
            return true;
        }
        if !self.closed && happened.last() == Some(&true) {
            let mut buffer = [0; 4096];
            match read(stdin.as_fd(), &mut buffer) {
                Ok(0) => self.closed = true,
                Ok(length) => self.decoder.push(&buffer[..length]),
                Err(_) => {}
            }
            loop {
                match self.decoder.next() {
                    Ok(Some(requests)) => self.waiting.extend(requests),
                    Ok(None) => break,
                    Err(_) => {
                        self.closed = true;
                        break;
                    }
                }
            }
        }
        false
    }
}

/// Looks whether the engine's thread hangs: a tracee whose memory is on a dead network file system, say, could hold it
/// in `process_vm_readv`, and with it every other tracee.
struct Watch {
    thread_id: Arc<AtomicI32>,
    /// Where it was and what it had done at the last look.
    seen: String,
    times: u32,
    next: Instant,
}

impl Watch {
    /// The number of the system call that it hangs in.
    fn hangs(&mut self) -> Option<i64> {
        if Instant::now() < self.next {
            return None;
        }
        self.next = Instant::now() + LOOK;
        let task = format!("/proc/self/task/{}", self.thread_id.load(Ordering::Relaxed));
        // "NUMBER ARGUMENTS SP PC", or "running": also when it merely waits for a CPU (proc_pid_syscall(5)). Where the
        // kernel does not have the file nobody is found to hang.
        let place = fs::read_to_string(format!("{task}/syscall")).unwrap_or_default();
        let call = place.split(' ').next().and_then(|number| number.parse().ok());
        let waits_for_tracees =
            [libc::SYS_wait4, libc::SYS_waitid, libc::SYS_futex].map(Some).contains(&call);
        if call.is_none() || waits_for_tracees {
            self.times = 0;
            return None;
        }
        let status = fs::read_to_string(format!("{task}/status")).unwrap_or_default();
        let switches = status.lines().filter(|line| line.contains("ctxt_switches")).collect::<String>();
        let seen = place + &switches;
        if seen == self.seen {
            self.times += 1;
        } else {
            self.times = 0;
            self.seen = seen;
        }
        call.filter(|_| self.times >= HANGS)
    }
}

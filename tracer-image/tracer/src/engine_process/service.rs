//! A trace while it runs: hears the client and the agent, spares the target, and says how it ended.

use super::{
    child,
    forecast::COSTLY,
    hang::{LOOK, Watch},
    plan,
    silence::Silent,
};
use crate::{
    engine::{
        self, Plan, Roster, Sink, Sinks, Stop, members,
        ptrace::{self, Spawned, Waiting},
    },
    headroom::{self, Headroom},
    outbox::Outbox,
    pipes::TraceesHeldPipe,
    procfs,
    redact::{self, Redacting, Rules},
    requests::Requests,
    speed::Sampler,
};
use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use std::{
    io::{self, PipeReader},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use wire::message::{Level, Message, Notice, Reason, Redact, Request};

/// The agent ends us when the client's lease is over. If it does not, because it is stopped, we end this much later.
const GRACE: Duration = Duration::from_secs(2);
/// The same if we hear the client ourselves.
const LINE_GRACE: Duration = Duration::from_millis(250);
/// How much later if the agent waits for a CPU, and we do not.
const STARVED: Duration = Duration::from_secs(40);
/// An engine that was asked to stop is woken this often until it does.
const WAKE: Duration = Duration::from_millis(10);
/// How often the client is told how the trace goes.
const PULSE: Duration = Duration::from_secs(1);
/// How long the last frames may take when the process ends without having detached, because the engine hangs.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Waits until the end is written, however long the client takes, or until the agent no longer wants it.
pub(super) fn outlive(outbox: &Outbox, requests: &mut Requests, reason: Reason) {
    outbox.end(reason);
    while !requests.are_over() && !outbox.wait(Duration::from_millis(50)) && !outbox.is_broken() {
        requests.read(Duration::ZERO, None);
        requests.take();
    }
}

/// What ends a trace that harms its target.
pub(super) struct Bounds {
    /// [`Trace::max_slowdown`]
    pub(super) max_slowdown: Option<u32>,
    /// Watches the target's memory limit, if that is to be spared ([`Trace::spares_memory`]).
    pub(super) memory: Option<headroom::Watch>,
}

/// A trace that runs: its engine, who is heard, and what is watched meanwhile.
pub(super) struct Service {
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
    begun: Instant,
    /// Why the trace must end, unless the client asked for it.
    why: Option<Reason>,
}

impl Service {
    #[allow(clippy::too_many_arguments, reason = "all that a trace is made of meets here")]
    pub(super) fn start(
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
        let silent = Silent::new(roster.clone(), plan.count, redact.is_none(), &plan.wanted.trace);
        let engine_stop = stop.clone();
        let (child, program) = child.unzip();
        let command = child.as_ref().map(|child: &Waiting| child.process);
        let program = program.unwrap_or_default();
        let rules = redact.map(|redact| {
            let (rules, warnings) = redact::learn(&redact, &members::processes_now(&plan), plan.depth.paths);
            for text in warnings {
                outbox.send(&Message::Notice(Notice { level: Level::Warning, text }));
            }
            // Whether data is secret depends on where it is read from.
            plan.depth.paths = true;
            Arc::new(rules)
        });
        let lanes = Lanes { outbox: outbox.clone(), rules };
        plan::resolve(&mut plan, &outbox);
        let engine = thread::Builder::new().name("engine".into()).spawn(move || {
            let spawned = match child {
                Some(child) => engine::run_command(&plan, child, &lanes, &engine_stop, Some(&roster)),
                None => Spawned::attached(engine::run(&plan, &lanes, &engine_stop, Some(&roster))),
            };
            drop(end);
            spawned
        })?;
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
            watch: Watch::new(),
            begun: Instant::now(),
            why: None,
        })
    }

    pub(super) fn run(mut self) -> i32 {
        loop {
            let pause = self.pause();
            if self.requests.read(pause, Some(&self.running)) {
                break;
            }
            self.heed();
            if self.requests.are_over() || self.is_forsaken() {
                self.end(Some(Reason::LeaseExpired));
            }
            self.spare_memory();
            self.spare_speed();
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
        self.close()
    }

    /// Asks the engine to stop, if nobody has; `why` if it was not the client.
    fn end(&mut self, why: Option<Reason>) {
        if !self.stop.requested() {
            self.why = why;
            self.stop.request();
        }
    }

    /// How long there is nothing to do but to wait for requests.
    fn pause(&self) -> Duration {
        if self.stop.requested() {
            return WAKE;
        }
        let memory = self.bounds.memory.as_ref().map(|memory| memory.next());
        let memory = memory.map_or(LOOK, |next| next.saturating_duration_since(Instant::now()));
        self.sampler.pause().min(LOOK).min(memory)
    }

    /// Does what the client and the agent ask for.
    fn heed(&mut self) {
        for request in self.requests.take() {
            match request {
                Request::Stop => self.end(None),
                Request::Lapsed => self.end(Some(Reason::LeaseExpired)),
                Request::Evicted { who } => self.end(Some(Reason::Evicted(who))),
                Request::Delivered => self.outbox.delivered(),
                Request::Signal(signal) => {
                    if let (Some(command), Ok(signal)) = (self.command, Signal::try_from(signal)) {
                        // Its process group; it may have ended, which is not an error.
                        let _ = killpg(Pid::from_raw(command), signal);
                    }
                }
                _ => {}
            }
        }
    }

    /// Ends the trace before the target's memory is short.
    fn spare_memory(&mut self) {
        if !self.stop.requested()
            && let Some(memory) = self.bounds.memory.as_mut().filter(|memory| memory.is_due())
            && let Some(Headroom { limit, left }) = memory.look(self.sampler.process())
        {
            self.end(Some(Reason::MemoryShort { limit, left }));
        }
    }

    /// Says what the trace costs, once; ends it if that is more than it may.
    fn spare_speed(&mut self) {
        if !self.sampler.look() || self.stop.requested() {
            return;
        }
        if let Some(percent) = self.sampler.at_first(COSTLY).and_then(|speed| speed.percent()) {
            // What cannot be told exactly is told from above.
            let text =
                format!("while it is traced, the target runs at {} % of its speed or less", percent.max(1));
            self.outbox.send(&Message::Notice(Notice { level: Level::Warning, text }));
        }
        if let Some(most) = self.bounds.max_slowdown
            && let Some(percent) = self.sampler.is_below(100u32.saturating_sub(most))
        {
            self.outbox.pulse(self.sampler.threads(), self.sampler.speed());
            self.end(Some(Reason::TooSlow { percent, predicted: false }));
        }
    }

    /// The engine's thread has closed its pipe: says how the trace ended, and returns the exit status.
    fn close(mut self) -> i32 {
        // The thread must still end; then the kernel has detached its tracees.
        let failed = |_| Spawned::attached(Reason::Failed("the engine panicked".into()));
        let Spawned { reason, code, signal, failure } = self.engine.join().unwrap_or_else(failed);
        self.holding.release();
        let reason = match failure {
            _ if reason == Reason::Stopped => self.why.take().unwrap_or(reason),
            Some(error) => child::not_executed(&self.program, &error),
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
            (None, Some(command)) => child::wait_for(command),
            (None, None) => 1,
        }
    }

    /// Whether the client's lease is over, as far as we have to enforce it.
    fn is_forsaken(&self) -> bool {
        let begun = self.begun;
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

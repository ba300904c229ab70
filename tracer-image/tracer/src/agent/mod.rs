//! The agent: the main process of the tracer's container. It sleeps until a relay calls, gives each relay a session
//! with an engine of its own, and guards the tracees against everything that may happen to client, relay and engine.
//!
//! It holds no tracee itself and never waits for anybody: one thread, one `poll`, and every descriptor non-blocking.

mod engine;
mod frames;
mod log;
mod placement;
mod session;

use crate::{
    headroom,
    procfs::Container,
    rendezvous::{Call, Peer, TAKEN},
    roles::AGENT,
};
use nix::{
    errno::Errno,
    fcntl::OFlag,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        prctl,
        signal::{SigSet, Signal},
        signalfd::{SfdFlags, SignalFd},
    },
    unistd::{dup2_stdin, pipe2, read, write},
};
use session::{Link, Question, Session};
use std::{
    ffi::OsString,
    fs, io,
    os::fd::{AsFd, OwnedFd},
    time::{Duration, Instant},
};
use wire::message::{AgentStatus, Target};

/// How long an agent that nobody uses stays.
const IDLE: Duration = Duration::from_secs(600);
/// How long traces may take to end, and their clients to take what is left, when the agent is told to leave.
const LEAVE: Duration = Duration::from_secs(6);
/// More sessions at a time are refused: each may take [`crate::outbox::CAPACITY`] and its own buffer.
const MOST_SESSIONS: usize = 8;

/// One of the target's processes.
fn first_of(target: &Target) -> Option<i32> {
    match target {
        Target::Container { id, .. } => Container::from_outside(id).processes().first().copied(),
        Target::Processes(processes) => processes.first().copied(),
        Target::Command => None,
    }
}

/// Runs until it is told to end or was not used for long; returns the exit status.
pub fn main(args: impl Iterator<Item = OsString>) -> i32 {
    let idle = match idle(args) {
        Ok(idle) => idle,
        Err(error) => {
            eprintln!("tracer: {error}");
            return 1;
        }
    };
    match Agent::new(idle).and_then(Agent::run) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("tracer: the agent has failed: {}", error.desc());
            1
        }
    }
}

fn idle(mut args: impl Iterator<Item = OsString>) -> Result<Duration, String> {
    let usage = format!("usage: tracer {AGENT} [--idle SECONDS]");
    match (args.next(), args.next(), args.next()) {
        (None, ..) => Ok(IDLE),
        (Some(option), Some(seconds), None) if option == "--idle" => {
            let seconds = seconds.to_str().and_then(|seconds| seconds.parse().ok());
            seconds.map(Duration::from_secs).ok_or(usage)
        }
        _ => Err(usage),
    }
}

struct Agent {
    idle: Duration,
    signals: SignalFd,
    /// Held open so that the pipe of calls, our standard input, never comes to its end.
    _calls: OwnedFd,
    sessions: Vec<Session>,
    unused_since: Instant,
    /// Whose memory limit is not to be reached with us, and who looks at it.
    spared: Option<(Target, headroom::Watch)>,
    /// Somebody wants the agent to leave: by when it does.
    leaving: Option<Instant>,
}

impl Agent {
    fn new(idle: Duration) -> nix::Result<Agent> {
        // Signals first: as the first process of a PID namespace we are not even killed by those that nobody handles.
        let mut wanted = SigSet::empty();
        for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGCHLD] {
            wanted.add(signal);
        }
        wanted.thread_block()?;
        let signals = SignalFd::with_flags(&wanted, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
        // Relays must be able to reach our standard input (ptrace(2), "PTRACE_MODE_READ"), and we what is below in /proc:
        // a program file with capabilities would make us undumpable.
        prctl::set_dumpable(true)?;
        // When memory is short we go before the target does. Raising one's own value takes no privilege
        // (proc_pid_oom_score_adj(5)); where it is refused all the same, tracing is still worth it.
        let _ = fs::write("/proc/self/oom_score_adj", "1000");
        // An engine's child that outlives it comes to us and not to the target's PID 1, which would get a SIGCHLD and a
        // zombie that it does not know.
        prctl::set_child_subreaper(true)?;
        let (read_end, write_end) = pipe2(OFlag::O_CLOEXEC | OFlag::O_NONBLOCK)?;
        dup2_stdin(&read_end)?;
        log::say(format_args!(
            "the agent is ready, and leaves when nobody needs it for {} s",
            idle.as_secs()
        ));
        Ok(Agent {
            idle,
            signals,
            _calls: write_end,
            sessions: Vec::new(),
            unused_since: Instant::now(),
            spared: None,
            leaving: None,
        })
    }

    fn run(mut self) -> nix::Result<()> {
        loop {
            let gone = self.wait()?;
            if self.heed_signals()? {
                self.sessions.iter_mut().for_each(Session::abandon);
                return Ok(());
            }
            self.answer_calls();
            let now = Instant::now();
            self.introduce();
            for (session, relay_gone) in
                self.sessions.iter_mut().zip(gone.into_iter().chain([false; MOST_SESSIONS]))
            {
                session.turn(now, relay_gone);
            }
            self.grant_wishes(now);
            self.answer_questions(now);
            for session in &mut self.sessions {
                self.idle = session.idle().unwrap_or(self.idle);
            }
            if let Some(target) = self.sessions.iter().filter_map(Session::spared).next_back()
                && self.spared.as_ref().is_none_or(|(spared, _)| spared != target)
            {
                self.spared = Some((target.clone(), headroom::Watch::new(headroom::WAITING)));
            }
            if self.leaving.is_none() && self.memory_is_short() {
                // The traces end by themselves.
                log::say(format_args!("the target's memory limit is near"));
                self.leaving = Some(now + LEAVE);
            }
            // Who only asks what the agent does has no use for it.
            if self.sessions.iter().any(Session::is_trace) {
                self.unused_since = now;
            }
            self.sessions.retain(|session| !session.is_over());
            if self.leaving.is_some_and(|by| now >= by || self.sessions.is_empty()) {
                self.sessions.iter_mut().for_each(Session::abandon);
                log::say(format_args!("the agent leaves"));
                return Ok(());
            }
            if self.sessions.is_empty() && now.duration_since(self.unused_since) >= self.idle {
                log::say(format_args!(
                    "nobody has needed the agent for {} s; it leaves",
                    self.idle.as_secs()
                ));
                return Ok(());
            }
        }
    }

    /// Whether it is time to look at the target's limit, and that leaves too little for us to stay.
    fn memory_is_short(&mut self) -> bool {
        let Some((target, memory)) = self.spared.as_mut().filter(|(_, memory)| memory.is_due()) else {
            return false;
        };
        let process = first_of(target);
        let is_short = memory.look(process).is_some();
        if process.is_none() && self.sessions.is_empty() {
            // It has ended.
            self.spared = None;
        }
        is_short
    }

    /// Sleeps until something happens; says for each session whether its relay is gone.
    fn wait(&self) -> nix::Result<Vec<bool>> {
        let stdin = io::stdin();
        let mut fds = vec![
            PollFd::new(self.signals.as_fd(), PollFlags::POLLIN),
            PollFd::new(stdin.as_fd(), PollFlags::POLLIN),
        ];
        let mut deadline = self.leaving.or(self.sessions.is_empty().then_some(self.unused_since + self.idle));
        if let Some((_, memory)) = &self.spared {
            deadline = Some(deadline.map_or(memory.next(), |deadline| deadline.min(memory.next())));
        }
        let mut relays = Vec::with_capacity(self.sessions.len());
        for session in &self.sessions {
            let at = fds.len();
            relays.push(session.watch(&mut fds).then_some(at));
            let earliest = session.deadline();
            deadline = Some(deadline.map_or(earliest, |deadline| deadline.min(earliest)));
        }
        // Rounded up, or the last millisecond would be spent in a loop.
        let most = deadline.map_or(PollTimeout::NONE, |deadline| {
            let most = deadline.saturating_duration_since(Instant::now()) + Duration::from_micros(999);
            PollTimeout::try_from(most).unwrap_or(PollTimeout::MAX)
        });
        match poll(&mut fds, most) {
            Ok(_) => {}
            Err(Errno::EINTR) => return Ok(vec![false; relays.len()]),
            Err(error) => return Err(error),
        }
        let is_gone = |at: &Option<usize>| {
            at.and_then(|at| fds[at].revents()).is_some_and(|events| events.contains(PollFlags::POLLERR))
        };
        Ok(relays.iter().map(is_gone).collect())
    }

    /// Looks after our children; says whether we are to end.
    fn heed_signals(&mut self) -> nix::Result<bool> {
        let mut children = false;
        while let Some(signal) = self.signals.read_signal()? {
            if signal.ssi_signo != Signal::SIGCHLD as u32 {
                return Ok(true);
            }
            children = true;
        }
        while children {
            let mut status = 0;
            // A stopped engine would hold its tracees, so that too we want to know.
            // SAFETY: waitpid writes one int.
            let child = unsafe { libc::waitpid(-1, &mut status, libc::WNOHANG | libc::WUNTRACED) };
            children = child > 0;
            self.sessions.iter_mut().for_each(|session| session.child(child, status));
        }
        Ok(false)
    }

    fn answer_calls(&mut self) {
        let mut bytes = [0; 64 * Call::SIZE];
        let stdin = io::stdin();
        while let Ok(length) = read(stdin.as_fd(), &mut bytes) {
            for call in Call::all(&bytes[..length]) {
                if let Err(error) = self.answer(call) {
                    log::say(format_args!(
                        "a call in the name of process {} was not answered: {}",
                        call.process,
                        error.desc()
                    ));
                }
            }
            if length < bytes.len() {
                return;
            }
        }
    }

    /// Gives links to the sessions that their clients want to go on with.
    fn grant_wishes(&mut self, now: Instant) {
        for at in 0..self.sessions.len() {
            let Some(wish) = self.sessions[at].wish() else { continue };
            let found = (0..self.sessions.len())
                .find(|other| *other != at && self.sessions[*other].is_called(wish.session));
            let Some(found) = found else {
                self.sessions[at].forget(wish.next);
                continue;
            };
            let Some(link) = self.sessions[at].part() else { continue };
            match self.sessions[found].resume(link, wish.next, now) {
                Ok(()) => self.sessions[found].turn(now, false),
                Err(link) => {
                    let mut session = Session::new(link, now);
                    session.forget(wish.next);
                    self.sessions.push(session);
                }
            }
        }
    }

    /// Tells those who are about to trace who traces already.
    fn introduce(&mut self) {
        if self.sessions.iter().any(Session::is_new) {
            let holders: Vec<_> = self.sessions.iter().filter_map(Session::holder).collect();
            let new = self.sessions.iter_mut().filter(|session| session.is_new());
            new.for_each(|session| session.set_holders(holders.clone()));
        }
    }

    fn answer_questions(&mut self, now: Instant) {
        for at in 0..self.sessions.len() {
            let Some(question) = self.sessions[at].question() else { continue };
            let status = self.status(now);
            self.sessions[at].answer(status);
            match question {
                Question::Status => self.sessions[at].answered(now),
                Question::Leave(who) => {
                    log::say(format_args!("{who:?} wants the agent to leave"));
                    self.leaving.get_or_insert(now + LEAVE);
                    for session in self.sessions.iter_mut().filter(|session| session.is_trace()) {
                        session.evict(&who, now);
                    }
                }
            }
        }
        let harmless = |session: &Session| !session.is_trace() || session.is_harmless();
        if self.leaving.is_some() && self.sessions.iter().all(harmless) {
            let waiting = self.sessions.iter_mut().filter(|session| session.is_new());
            waiting.for_each(|session| session.answered(now));
        }
    }

    fn status(&self, now: Instant) -> AgentStatus {
        let sessions: Vec<_> = self.sessions.iter().filter_map(Session::status).collect();
        let unused = sessions.is_empty().then(|| now.duration_since(self.unused_since).as_secs());
        AgentStatus { release: env!("CARGO_PKG_VERSION").into(), idle: self.idle.as_secs(), unused, sessions }
    }

    fn answer(&mut self, call: Call) -> nix::Result<()> {
        let peer = Peer::new(call.process)?;
        let requests = peer.pipe(call.requests, OFlag::O_RDONLY)?;
        let messages = peer.pipe(call.messages, OFlag::O_WRONLY)?;
        // Whoever only keeps what nobody has asked for yet makes room.
        if self.sessions.iter().filter(|session| !session.is_over()).count() >= MOST_SESSIONS
            && let Some(session) =
                self.sessions.iter_mut().find(|session| session.is_abandoned() && !session.is_over())
        {
            session.part();
        }
        let room = self.sessions.iter().filter(|session| !session.is_over()).count() < MOST_SESSIONS;
        let taken = room && self.leaving.is_none();
        write(&messages, &[if taken { TAKEN } else { b'-' }])?;
        if taken {
            self.sessions.push(Session::new(Link::new(call.process, requests, messages), Instant::now()));
        }
        Ok(())
    }
}

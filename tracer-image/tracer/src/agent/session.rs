//! One client's trace, from its relay's call to its last byte. Relays may come and go meanwhile: a connection that is cut
//! costs nothing, as long as the client comes back within its lease.

use super::{
    engine::Engine,
    frames::Frames,
    log::{self, Run},
    placement,
};
use crate::{capabilities, clock, procfs, rendezvous};
use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags},
    unistd::{read, write},
};
use std::{
    os::fd::{AsFd, OwnedFd},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use wire::{
    codec::{CodecError, Decoder},
    look::Look,
    message::{
        AgentStatus, Hello, Holder, Message, Place, Placement, Reason, Request, SessionStatus, Target, Trace,
        VERSION,
    },
};

/// How long a client may take to say what it wants.
const FIRST_REQUEST: Duration = Duration::from_secs(10);
/// Bounds of what a client may set as its lease.
const LEASE: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(60)];
/// How long an engine may take to let its tracees go when the client asks for the end.
const STOP: Duration = Duration::from_secs(4);
/// The same when the client is lost: nobody waits for more than the target.
const HANG_UP: Duration = Duration::from_millis(500);
/// How long what was seen is kept for a client that is silent, or whose connection was cut.
const KEEP: Duration = Duration::from_secs(60);
/// How long a relay whose client has closed its side may take nothing.
const KEEP_CLOSED: Duration = Duration::from_secs(5);
/// How long a client's words may be on their way because nobody gives their bearer a CPU, beyond the lease.
const STARVED: Duration = Duration::from_secs(30);
/// How often such a bearer is looked at.
const LOOK_AT_RELAY: Duration = Duration::from_millis(250);
/// How long an engine may live on when its last frame is out.
const ENGINE_EXIT: Duration = Duration::from_secs(1);
/// While the last bytes are with the relay we look after them this often: first every millisecond, because PID 1 of the
/// target may be waiting for it, then calmly. A pipe does not tell that it got empty.
const LOOK: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(20)];
/// How long to look often.
const LOOK_OFTEN: Duration = Duration::from_millis(500);
/// Most bytes of an expression of `-e trace=` that others are told.
const LONGEST_FILTER: usize = 200;
/// Most bytes that one read takes.
const PIECE: usize = 64 << 10;

/// The way to a client: a relay and two pipes.
pub struct Link {
    relay: i32,
    /// From the relay; none once the client, or whatever ended between it and us, has closed its side.
    requests: Option<OwnedFd>,
    /// To the relay.
    messages: OwnedFd,
    decoder: Decoder,
}

impl Link {
    /// To a relay that is answered already.
    pub fn new(relay: i32, requests: OwnedFd, messages: OwnedFd) -> Link {
        Link { relay, requests: Some(requests), messages, decoder: Decoder::new() }
    }
}

/// What a new client wants of an older session.
pub struct Resume {
    /// Its number.
    pub session: u128,
    /// The first frame that the client does not have.
    pub next: u64,
}

/// What a client wants of the agent itself.
#[derive(Clone)]
pub enum Question {
    /// What it does.
    Status,
    /// That it ends, and all traces; who wants it.
    Leave(String),
}

/// What is told of a trace to others.
struct About {
    who: String,
    /// In seconds since 1970.
    since: u64,
    filter: String,
    /// For the log: the expressions of `-e`, and whom.
    expressions: String,
    target: String,
    /// Whom, where the agent is to leave before their memory limit is reached.
    spared: Option<Target>,
}

impl About {
    fn new(trace: &Trace) -> About {
        // As in strace, the last set of calls counts.
        let mut sets =
            trace.expressions.iter().rev().filter_map(|expression| expression.strip_prefix("trace="));
        let mut filter = sets.next().unwrap_or_default().to_owned();
        filter.truncate(filter.floor_char_boundary(LONGEST_FILTER));
        let mut who = trace.who.clone();
        who.truncate(who.floor_char_boundary(Trace::WHO));
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let spared = trace.spares_memory.then(|| match &trace.place {
            // A command's process is not there yet.
            Place::Target(id) | Place::Auto(id) => {
                Target::Container { id: id.clone(), programs: wire::message::Programs::default() }
            }
            Place::Agent => trace.target.clone(),
        });
        let target = in_words(&trace.target);
        About { who, since, filter, expressions: trace.expressions.join(" "), target, spared }
    }

    /// Of a question.
    fn of_look(look: &Look) -> About {
        let mut who = look.who.clone();
        who.truncate(who.floor_char_boundary(Trace::WHO));
        About {
            who,
            since: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
            filter: String::new(),
            expressions: "look".into(),
            target: in_words(&look.target),
            spared: None,
        }
    }
}

/// Whom, for the log.
fn in_words(target: &Target) -> String {
    match target {
        Target::Container { id, .. } => format!("container:{}", id.get(..12).unwrap_or(id)),
        Target::Processes(processes) => {
            let all: Vec<_> = processes.iter().map(ToString::to_string).collect();
            format!("processes:{}", all.join(","))
        }
        Target::Command => "command".into(),
    }
}

impl About {
    /// Has the log say that it begins.
    fn begin(&self, now: Instant, engine: (&'static str, i32)) -> Run {
        let profile = capabilities::profile();
        let (filter, target) = (&self.expressions, self.target.clone());
        Run::begin(now, &log::Details { who: &self.who, engine, profile, filter, target })
    }
}

/// A client's trace.
pub struct Session {
    /// What the client calls it, once it has said so.
    name: Option<u128>,
    /// None while the connection is cut.
    link: Option<Link>,
    /// The client wants to go on with another session, which the agent must find.
    wish: Option<Resume>,
    /// The client asked the agent itself, which must answer.
    question: Option<Question>,
    /// What others are told of the trace; none before there is one.
    about: Option<About>,
    /// What the log still has to say of it.
    run: Option<Run>,
    /// What the client wants as the agent's patience.
    idle: Option<Duration>,
    /// Who else traces, for the engine.
    holders: Vec<Holder>,
    engine: Option<Engine>,
    /// What the engine will be told that is to come from the target's container.
    asked: Option<Trace>,
    frames: Frames,
    /// What one read of the engine's messages brings.
    piece: Vec<u8>,
    begun: Instant,
    lease: Duration,
    /// When the client last said something.
    heard: Instant,
    /// Since when the relay was found to wait for a CPU.
    starving: Option<Instant>,
    /// When the client was given up for lost.
    lost: Option<Instant>,
    /// When it last took something.
    took: Instant,
    /// When the engine must have let go.
    let_go: Option<Instant>,
    /// When the last frame was in the stream.
    closing: Option<Instant>,
    /// When the last byte was out of our hands and the relay's.
    delivered: Option<Instant>,
    over: bool,
    wake: Instant,
}

impl Session {
    /// Of a client that has yet to say what it wants.
    pub fn new(link: Link, now: Instant) -> Session {
        Session {
            name: None,
            link: Some(link),
            wish: None,
            question: None,
            about: None,
            run: None,
            idle: None,
            holders: Vec::new(),
            engine: None,
            asked: None,
            frames: Frames::default(),
            piece: Vec::new(),
            begun: now,
            lease: LEASE[1],
            heard: now,
            starving: None,
            lost: None,
            took: now,
            let_go: None,
            closing: None,
            delivered: None,
            over: false,
            wake: now,
        }
    }

    /// Adds what is waited for; says whether the first of it is the pipe to the relay, which tells by an error that the
    /// relay is gone.
    pub fn watch<'a>(&'a self, fds: &mut Vec<PollFd<'a>>) -> bool {
        if let Some(link) = &self.link {
            let out = if self.frames.is_waiting() { PollFlags::POLLOUT } else { PollFlags::empty() };
            fds.push(PollFd::new(link.messages.as_fd(), out));
            fds.extend(
                link.requests.as_ref().map(|requests| PollFd::new(requests.as_fd(), PollFlags::POLLIN)),
            );
        }
        if let Some(engine) = &self.engine {
            let [requests, holding, messages] = engine.watch();
            fds.extend(requests.map(|fd| PollFd::new(fd, PollFlags::POLLOUT)));
            fds.extend(holding.map(|fd| PollFd::new(fd, PollFlags::POLLIN)));
            let messages = messages.filter(|_| self.takes_messages());
            fds.extend(messages.map(|fd| PollFd::new(fd, PollFlags::POLLIN)));
        }
        self.link.is_some()
    }

    /// What its client wants of an older session, once: take the link away with [`Session::part`] if that is there.
    pub fn wish(&mut self) -> Option<Resume> {
        self.wish.take()
    }

    /// What its client wants of the agent, once: [`Session::answer`] it.
    pub fn question(&mut self) -> Option<Question> {
        self.question.take()
    }

    /// Tells the client what the agent does.
    pub fn answer(&mut self, status: AgentStatus) {
        self.frames.say(Message::Status(status));
    }

    /// Ends a conversation about the agent.
    pub fn answered(&mut self, now: Instant) {
        self.frames.end(Reason::Stopped);
        self.turn(now, false);
    }

    /// Whether it is, or was, a trace: others only keep the agent from its sleep.
    pub fn is_trace(&self) -> bool {
        self.about.is_some()
    }

    /// Whose memory limit the agent is to leave alone.
    pub fn spared(&self) -> Option<&Target> {
        self.about.as_ref()?.spared.as_ref()
    }

    /// How long the agent is to stay unused from now on, once.
    pub fn idle(&mut self) -> Option<Duration> {
        self.idle.take()
    }

    /// Whether its client has yet to say what it wants.
    pub fn is_new(&self) -> bool {
        self.about.is_none() && !self.frames.ended()
    }

    /// Who else traces.
    pub fn set_holders(&mut self, holders: Vec<Holder>) {
        self.holders = holders;
    }

    /// Who holds tracees, if it is this one's engine.
    pub fn holder(&self) -> Option<Holder> {
        let (about, engine) = (self.about.as_ref()?, self.engine.as_ref()?);
        let holds = engine.holds() && !engine.is_door();
        holds.then(|| Holder { process: engine.pid().as_raw(), who: about.who.clone(), since: about.since })
    }

    /// What others are told of it, while there is something.
    pub fn status(&self) -> Option<SessionStatus> {
        let about = self.about.as_ref().filter(|_| !self.over && !self.frames.ended())?;
        Some(SessionStatus {
            who: about.who.clone(),
            since: about.since,
            in_target: self.engine.as_ref().is_some_and(Engine::is_in_target),
            connected: self.lost.is_none() && self.link.is_some(),
            events: self.frames.events(),
            filter: about.filter.clone(),
        })
    }

    /// Somebody else wants its end.
    pub fn evict(&mut self, who: &str, now: Instant) {
        match &mut self.engine {
            _ if self.frames.ended() => return,
            Some(engine) if engine.is_door() => {
                engine.kill("somebody ended all traces of the pod");
                self.frames.end(Reason::Evicted(who.to_owned()));
            }
            Some(engine) => {
                engine.tell(Request::Evicted { who: who.to_owned() });
                let by = now + STOP;
                self.let_go = Some(self.let_go.map_or(by, |earlier| earlier.min(by)));
            }
            None => self.frames.end(Reason::Evicted(who.to_owned())),
        }
        self.turn(now, false);
    }

    /// Whether its engine holds nobody any more, and all that it saw is with the client or never will be.
    pub fn is_harmless(&self) -> bool {
        let free = self.engine.as_ref().is_none_or(|engine| !engine.holds());
        free && (self.frames.is_done() || self.link.is_none() || self.over)
    }

    /// Whether the client calls it so.
    pub fn is_called(&self, name: u128) -> bool {
        self.name == Some(name)
    }

    /// Gives the link away; the session is over.
    pub fn part(&mut self) -> Option<Link> {
        self.over = true;
        self.link.take()
    }

    /// Goes on with another link, whose client has every frame before `next`. Gives it back where it cannot be so.
    pub fn resume(&mut self, link: Link, next: u64, now: Instant) -> Result<(), Link> {
        if !self.frames.rewind(next) {
            return Err(link);
        }
        log::say(format_args!("the client goes on with its trace by process {}", link.relay));
        self.link = Some(link);
        self.heard = now;
        self.took = now;
        // What went out before may not have arrived.
        self.delivered = None;
        Ok(())
    }

    /// There is no such session: says so, with the number of the frame that the client expects.
    pub fn forget(&mut self, next: u64) {
        self.frames = Frames::only_end(next, Reason::Forgotten);
    }

    /// Whether nobody is there for it now, and it only keeps what was seen: it may make room for another.
    pub fn is_abandoned(&self) -> bool {
        self.lost.is_some() && self.link.as_ref().is_none_or(|link| link.requests.is_none())
    }

    /// When to be looked after even if nothing happens.
    pub fn deadline(&self) -> Instant {
        self.wake
    }

    /// Whether there is nothing left to do.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// What `waitpid` said of a child, perhaps ours.
    pub fn child(&mut self, process: i32, status: i32) {
        let Some(engine) = self.engine.as_mut().filter(|engine| engine.pid().as_raw() == process) else {
            return;
        };
        if libc::WIFSTOPPED(status) {
            // It would hold its tracees for as long as it stands. They, too, could not be stopped better.
            engine.kill("the tracer was stopped by a signal");
        } else if libc::WIFSIGNALED(status) {
            engine.set_ended(format!("the tracer was killed by signal {}", libc::WTERMSIG(status)));
        } else {
            engine.set_ended(format!("the tracer ended with status {}", libc::WEXITSTATUS(status)));
        }
    }

    /// The agent ends now: lets the tracees go at once and says why, if the pipe takes it.
    pub fn abandon(&mut self) {
        if let Some(engine) = &mut self.engine {
            engine.abandon();
        }
        self.frames.end(Reason::Failed("the agent was told to end; its container is being stopped".into()));
        self.send(Instant::now());
    }

    /// Does all that can be done without waiting.
    pub fn turn(&mut self, now: Instant, relay_gone: bool) {
        if relay_gone {
            self.link = None;
        }
        self.hear(now);
        if let Some(engine) = &mut self.engine {
            engine.listen();
            if engine.has_opened()
                && let Some(trace) = &self.asked
            {
                let process = engine.pid().as_raw();
                let whole = matches!(trace.place, Place::Auto(_)) && capabilities::may_trace_all();
                self.frames.say(Message::Placement(Placement::Door { process, whole }));
            }
            if engine.has_arrived(now)
                && let Some(trace) = self.asked.take()
            {
                engine.tell(Request::Trace(trace));
                self.run =
                    self.about.as_ref().map(|about| about.begin(now, ("target", engine.pid().as_raw())));
            }
            engine.push();
        }
        self.pull(now);
        self.send(now);
        self.guard(now);
        self.send(now);
        self.close(now);
        self.wake = self.next_look(now);
    }

    /// Takes the client's requests.
    fn hear(&mut self, now: Instant) {
        let mut buffer = [0; 4096];
        // A client that says more than this at a time is heard again at the next turn.
        for _ in 0..16 {
            while let Some(link) = &mut self.link {
                // What follows a wish is for the session that it is granted by.
                if self.wish.is_some() {
                    return;
                }
                match link.decoder.next() {
                    Ok(Some(requests)) => {
                        self.heard = now;
                        self.starving = None;
                        requests.into_iter().for_each(|request| self.heed(request, now));
                    }
                    Ok(None) => break,
                    Err(CodecError::Version { theirs }) => {
                        link.requests = None;
                        return self.refuse_version(theirs);
                    }
                    Err(error) => {
                        link.requests = None;
                        return self.frames.end(Reason::Failed(format!("what the client sent: {error}")));
                    }
                }
            }
            let Some(link) = &mut self.link else { return };
            let Some(requests) = &link.requests else { return };
            match read(requests, &mut buffer) {
                Ok(0) => link.requests = None,
                Ok(length) => link.decoder.push(&buffer[..length]),
                Err(Errno::EAGAIN) => return,
                Err(Errno::EINTR) => {}
                Err(_) => link.requests = None,
            }
        }
    }

    fn heed(&mut self, request: Request, now: Instant) {
        let is_new = self.is_new();
        match (request, &mut self.engine) {
            (Request::Trace(trace), None) if !self.frames.ended() => self.begin(trace, now),
            (Request::Look(look), None) if is_new => self.look(look, now),
            (Request::Resume { session, next }, None) if !self.frames.ended() => {
                self.wish = Some(Resume { session, next });
            }
            (Request::Status, None) if is_new => self.question = Some(Question::Status),
            (Request::Leave { mut who }, None) if is_new => {
                who.truncate(who.floor_char_boundary(Trace::WHO));
                self.question = Some(Question::Leave(who));
            }
            (Request::Heartbeat { next }, engine) => {
                self.frames.taken(next);
                if let Some(engine) = engine {
                    engine.tell(Request::Heartbeat { next });
                }
            }
            (Request::NoDoor, Some(engine)) if engine.is_door() => {
                self.engine = None;
                if let Some(trace) = self.asked.take() {
                    self.start(trace, now);
                }
            }
            (Request::Stop, Some(engine)) if engine.is_door() => {
                engine.kill("the client wanted the end");
                self.frames.end(Reason::Stopped);
            }
            (Request::Stop, Some(engine)) => {
                engine.tell(Request::Stop);
                self.let_go.get_or_insert(now + STOP);
            }
            (Request::Stop, None) => self.frames.end(Reason::Stopped),
            (Request::Signal(signal), Some(engine)) => engine.tell(Request::Signal(signal)),
            // A second trace is another session's, and only we know what is delivered.
            _ => {}
        }
    }

    fn begin(&mut self, mut trace: Trace, now: Instant) {
        if trace.version != VERSION {
            return self.refuse_version(trace.version);
        }
        self.name = Some(trace.session);
        self.about = Some(About::new(&trace));
        self.idle = trace.idle.map(|seconds| Duration::from_secs(seconds.into()));
        trace.holders = std::mem::take(&mut self.holders);
        self.lease = Duration::from_millis(trace.lease.into()).clamp(LEASE[0], LEASE[1]);
        match &trace.place {
            Place::Agent => self.start(trace, now),
            Place::Auto(container) => match placement::better_here(container) {
                Some(why) => {
                    self.frames.say(Message::Placement(Placement::Agent { why }));
                    self.start(trace, now);
                }
                None => self.open_door(container.clone(), trace, now),
            },
            Place::Target(container) => self.open_door(container.clone(), trace, now),
        }
    }

    /// Has a question about the target answered.
    fn look(&mut self, look: Look, now: Instant) {
        if look.version != VERSION {
            return self.refuse_version(look.version);
        }
        let about = About::of_look(&look);
        match Engine::look(now) {
            Ok(mut engine) => {
                engine.tell(Request::Look(look));
                self.run = Some(about.begin(now, ("look", engine.pid().as_raw())));
                self.engine = Some(engine);
            }
            Err(error) => self.frames.end(Reason::Failed(format!("nobody can look: {error}"))),
        }
        self.about = Some(about);
    }

    /// Says which version this is, in messages that no version changes, and ends before anything was attached. A client
    /// that reads `Hello` makes its own words of it.
    fn refuse_version(&mut self, theirs: u32) {
        if self.frames.ended() {
            return;
        }
        let release = env!("CARGO_PKG_VERSION").to_owned();
        let hello = Hello { version: VERSION, release, wall_offset: clock::wall_offset() };
        self.frames.say(Message::Hello(hello));
        self.frames.end(Reason::Failed(format!(
            "the plugin speaks version {theirs} of the protocol, this tracer version {VERSION}: use the tracer image of \
             the plugin's version (--image)"
        )));
    }

    /// Waits for an engine from the target's container.
    fn open_door(&mut self, container: String, trace: Trace, now: Instant) {
        match Engine::door(now, container) {
            Ok(mut engine) => {
                if trace.target == Target::Command {
                    engine.stays();
                }
                self.engine = Some(engine);
                self.asked = Some(trace);
            }
            Err(error) => {
                let why = format!("the door cannot be opened: {error}");
                self.frames.say(Message::Placement(Placement::Agent { why }));
                self.start(trace, now);
            }
        }
    }

    fn start(&mut self, trace: Trace, now: Instant) {
        match Engine::start(now) {
            Ok(mut engine) => {
                engine.tell(Request::Trace(trace));
                self.run =
                    self.about.as_ref().map(|about| about.begin(now, ("agent", engine.pid().as_raw())));
                self.engine = Some(engine);
            }
            Err(error) => {
                self.frames.end(Reason::Failed(format!("the tracer could not be started: {error}")));
            }
        }
    }

    /// There is room, or what comes is not kept.
    fn takes_messages(&self) -> bool {
        self.frames.ended() || self.frames.has_room()
    }

    /// Takes the engine's frames.
    fn pull(&mut self, now: Instant) {
        self.piece.resize(if self.engine.is_some() { PIECE } else { 0 }, 0);
        for _ in 0..Frames::MOST / PIECE {
            let takes = self.takes_messages();
            let Some(engine) = &mut self.engine else { return };
            if !takes {
                return engine.not_listening(now);
            }
            let Some(length) = engine.read(now, &mut self.piece) else { return };
            if !self.frames.push(&self.piece[..length]) {
                engine.kill("the tracer sent something that is no frame");
            }
        }
    }

    /// Gives the relay whole frames.
    fn send(&mut self, now: Instant) {
        // First, because nobody waits for us once the client has the end.
        if self.frames.ended() {
            self.log_end(now);
        }
        while let Some(link) = &self.link
            && self.frames.is_waiting()
        {
            match write(&link.messages, self.frames.waiting()) {
                Ok(length) => {
                    self.frames.sent(length);
                    self.took = now;
                }
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return,
                Err(_) => self.link = None,
            }
        }
    }

    /// Sees to it that no tracee suffers from a client or an engine that is lost.
    fn guard(&mut self, now: Instant) {
        if self.engine.is_none() {
            let Some(link) = &self.link else {
                self.over = true;
                return;
            };
            if link.requests.is_none() {
                let why = "the client closed its side before it said what to trace";
                self.frames.end(Reason::Failed(why.into()));
            } else if now.duration_since(self.begun) >= FIRST_REQUEST {
                let seconds = FIRST_REQUEST.as_secs();
                let why = format!("the client has not said within {seconds} s what to trace");
                self.frames.end(Reason::Failed(why));
            }
            return;
        };
        // A connection that is cut is silence too: its client may come back.
        let silent = now.duration_since(self.heard) >= self.lease && !self.starves(now);
        let Some(engine) = &mut self.engine else { return };
        if self.lost.is_none() && !self.frames.ended() && silent {
            self.lost = Some(now);
            engine.tell(Request::Lapsed);
            let by = now + HANG_UP;
            self.let_go = Some(self.let_go.map_or(by, |earlier| earlier.min(by)));
        }
        if engine.holds() {
            if self.let_go.is_some_and(|by| now >= by) {
                engine.kill("the tracer did not let go in time");
            }
            engine.check(now);
        }
        if let Some(how) = engine.ended()
            && engine.is_dry()
        {
            let gone = engine.gone_since().filter(|_| !self.frames.ended());
            match (self.lost, gone) {
                (Some(_), _) => self.frames.end(Reason::LeaseExpired),
                (None, Some(since)) => self.frames.end_since(now - since, Reason::Gone(how)),
                (None, None) => self.frames.end(Reason::Failed(how)),
            }
        }
    }

    /// Whether the client's words may be with a relay that waits for a CPU: beside a busy target our container has next to
    /// none. Then the client is given more time, but not for ever.
    fn starves(&mut self, now: Instant) -> bool {
        let waits = self.link.as_ref().is_some_and(|link| procfs::state(link.relay) == Some('R'));
        let since = *self.starving.get_or_insert(now);
        if !waits || now.duration_since(since) >= STARVED {
            return false;
        }
        self.heard = now - self.lease + LOOK_AT_RELAY;
        true
    }

    /// When to keep nothing any more for a client that does not take it; never for one that is there.
    fn gives_up(&self) -> Option<Instant> {
        let since = [self.lost, self.closing].into_iter().flatten().min()?;
        // Without an engine nothing was seen.
        let keep = if self.engine.is_some() { KEEP } else { FIRST_REQUEST };
        Some(since.max(self.heard).max(self.took) + keep)
    }

    /// When to let go of a relay whose client has closed its side and takes nothing.
    fn parts(&self) -> Option<Instant> {
        let closed = self.link.as_ref().is_some_and(|link| link.requests.is_none());
        closed.then(|| self.heard.max(self.took) + KEEP_CLOSED)
    }

    /// Sees the end of the stream to the client, and ends the session behind it.
    fn close(&mut self, now: Instant) {
        if self.parts().is_some_and(|at| now >= at) {
            self.link = None;
        }
        if self.gives_up().is_some_and(|at| now >= at) {
            self.over = true;
        }
        if !self.frames.ended() {
            return;
        }
        self.closing.get_or_insert(now);
        let empty = self
            .link
            .as_ref()
            .is_none_or(|link| !self.frames.is_waiting() && rendezvous::unread(link.messages.as_fd()) == 0);
        if empty && self.delivered.is_none() {
            self.delivered = Some(now);
            if let Some(engine) = &mut self.engine {
                engine.tell(Request::Delivered);
            }
        }
        // The relay ends when we do, so an engine that is about to end does not hold up the client.
        let engine_gone = self.engine.as_ref().is_none_or(|engine| engine.ended().is_some());
        let exit_late = self.delivered.is_some_and(|at| now.duration_since(at) >= ENGINE_EXIT);
        if !empty || !engine_gone && !exit_late {
            return;
        }
        // What is out of our hands may still be on its way, or be lost with the connection: the client must have said that
        // it has it, or it may come back. One that has closed its side is not waited for with a relay.
        let parted = self.link.as_ref().is_none_or(|link| link.requests.is_none());
        if parted {
            self.link = None;
        }
        self.over |= self.frames.is_done() || self.engine.is_none() && parted;
    }

    fn log_end(&mut self, now: Instant) {
        if let Some(run) = self.run.take() {
            run.end(now, self.frames.events(), self.frames.last());
        }
    }

    fn next_look(&self, now: Instant) -> Instant {
        let mut looks = Vec::with_capacity(5);
        looks.extend(self.gives_up());
        looks.extend(self.parts());
        match &self.engine {
            None if !self.frames.ended() => looks.push(self.begun + FIRST_REQUEST),
            None => {}
            Some(engine) => {
                if self.lost.is_none() && !self.frames.ended() {
                    looks.push(self.heard + self.lease);
                }
                if engine.holds() && !engine.is_killed() {
                    looks.extend(self.let_go);
                    looks.extend(engine.deadline());
                }
            }
        }
        if let Some(since) = self.closing {
            let often = now.duration_since(since) < LOOK_OFTEN;
            // With frames of ours still to come it is the pipe that tells when there is room for them.
            let calm = self.frames.is_waiting() || self.delivered.is_some();
            looks.push(now + if calm { Duration::from_millis(250) } else { LOOK[usize::from(!often)] });
        }
        looks.into_iter().min().unwrap_or(now + Duration::from_secs(1))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.log_end(Instant::now());
    }
}

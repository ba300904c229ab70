//! One client's trace, from its relay's call to its last byte.

use super::{engine::Engine, placement};
use crate::{capabilities, rendezvous};
use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags},
    unistd::{read, write},
};
use std::{
    os::fd::{AsFd, OwnedFd},
    time::{Duration, Instant},
};
use wire::{
    codec::{Decoder, Encoder, Head, MOST},
    message::{End, Message, Place, Placement, Reason, Request, Trace, VERSION},
};

/// How long a client may take to say what it wants.
const FIRST_REQUEST: Duration = Duration::from_secs(10);
/// Bounds of what a client may set as its lease.
const LEASE: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(60)];
/// How long an engine may take to let its tracees go when the client asks for the end.
const STOP: Duration = Duration::from_secs(4);
/// The same when the client is lost: nobody waits for more than the target.
const HANG_UP: Duration = Duration::from_millis(500);
/// How long what was seen is kept for a client that is silent.
const KEEP: Duration = Duration::from_secs(60);
/// The same when the client has closed its side.
const KEEP_CLOSED: Duration = Duration::from_secs(5);
/// How long an engine may live on when its last frame is out.
const ENGINE_EXIT: Duration = Duration::from_secs(1);
/// While the last bytes are with the relay we look after them this often: first every millisecond, because PID 1 of the
/// target may be waiting for it, then calmly. A pipe does not tell that it got empty.
const LOOK: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(20)];
/// How long to look often.
const LOOK_OFTEN: Duration = Duration::from_millis(500);
/// Most bytes on the way to the client; there is always room for one frame of any size.
const BUFFER: usize = 2 * MOST;
/// Most bytes that one read takes.
const PIECE: usize = 64 << 10;

const _: () = assert!(BUFFER > MOST + Head::SIZE);

/// A client's trace.
pub struct Session {
    relay: i32,
    /// From the relay; none once the client has closed its side.
    requests: Option<OwnedFd>,
    /// To the relay.
    messages: OwnedFd,
    relay_gone: bool,
    decoder: Decoder,
    engine: Option<Engine>,
    /// What the engine will be told that is to come from the target's container.
    asked: Option<Trace>,
    stream: Stream,
    /// What one read of the engine's messages brings.
    piece: Vec<u8>,
    begun: Instant,
    lease: Duration,
    /// When the client last said something.
    heard: Instant,
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
    /// Of a relay that is answered already.
    pub fn new(relay: i32, requests: OwnedFd, messages: OwnedFd, now: Instant) -> Session {
        Session {
            relay,
            requests: Some(requests),
            messages,
            relay_gone: false,
            decoder: Decoder::new(),
            engine: None,
            asked: None,
            stream: Stream::default(),
            piece: Vec::new(),
            begun: now,
            lease: LEASE[1],
            heard: now,
            lost: None,
            took: now,
            let_go: None,
            closing: None,
            delivered: None,
            over: false,
            wake: now,
        }
    }

    /// Adds what is waited for; the first is the pipe to the relay, which tells by an error that the relay is gone.
    pub fn watch<'a>(&'a self, fds: &mut Vec<PollFd<'a>>) {
        let out = if self.stream.has_whole() { PollFlags::POLLOUT } else { PollFlags::empty() };
        fds.push(PollFd::new(self.messages.as_fd(), out));
        fds.extend(self.requests.as_ref().map(|requests| PollFd::new(requests.as_fd(), PollFlags::POLLIN)));
        if let Some(engine) = &self.engine {
            let [requests, holding, messages] = engine.watch();
            fds.extend(requests.map(|fd| PollFd::new(fd, PollFlags::POLLOUT)));
            fds.extend(holding.map(|fd| PollFd::new(fd, PollFlags::POLLIN)));
            let messages = messages.filter(|_| self.takes_messages());
            fds.extend(messages.map(|fd| PollFd::new(fd, PollFlags::POLLIN)));
        }
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
            engine.kill("the agent was told to end");
        }
        self.finish(Reason::Failed("the agent was told to end; its container is being stopped".into()));
        self.send(Instant::now());
    }

    /// Does all that can be done without waiting.
    pub fn turn(&mut self, now: Instant, relay_gone: bool) {
        if relay_gone {
            self.set_relay_gone();
        }
        self.hear(now);
        if let Some(engine) = &mut self.engine {
            engine.listen();
            if engine.has_arrived(now)
                && let Some(trace) = self.asked.take()
            {
                eprintln!(
                    "tracer: process {} of the target's container traces for process {}",
                    engine.pid(),
                    self.relay
                );
                engine.tell(Request::Trace(trace));
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

    /// Nobody is there for what was seen, nor will be.
    fn set_relay_gone(&mut self) {
        self.relay_gone = true;
        self.requests = None;
        self.stream.clear();
        if let Some(engine) = &mut self.engine {
            engine.hang_up();
        }
    }

    /// Takes the client's requests.
    fn hear(&mut self, now: Instant) {
        let mut buffer = [0; 4096];
        // A client that says more than this at a time is heard again at the next turn.
        for _ in 0..16 {
            let Some(requests) = &self.requests else { return };
            match read(requests, &mut buffer) {
                Ok(0) => self.requests = None,
                Ok(length) => self.decoder.push(&buffer[..length]),
                Err(Errno::EAGAIN) => return,
                Err(Errno::EINTR) => continue,
                Err(_) => self.requests = None,
            }
            loop {
                match self.decoder.next() {
                    Ok(Some(requests)) => {
                        self.heard = now;
                        requests.into_iter().for_each(|request| self.heed(request, now));
                    }
                    Ok(None) => break,
                    Err(error) => {
                        self.requests = None;
                        return self.finish(Reason::Failed(format!("what the client sent: {error}")));
                    }
                }
            }
        }
    }

    fn heed(&mut self, request: Request, now: Instant) {
        match (request, &mut self.engine) {
            (Request::Trace(trace), None) if self.closing.is_none() && !self.stream.ended => {
                self.begin(trace, now)
            }
            (Request::NoDoor, Some(engine)) if engine.is_door() => {
                self.engine = None;
                if let Some(trace) = self.asked.take() {
                    self.start(trace, now);
                }
            }
            (Request::Stop, Some(engine)) if engine.is_door() => {
                engine.kill("the client wanted the end");
                self.finish(Reason::Stopped);
            }
            (Request::Heartbeat, Some(engine)) => engine.tell(Request::Heartbeat),
            (Request::Stop, Some(engine)) => {
                engine.tell(Request::Stop);
                self.let_go.get_or_insert(now + STOP);
            }
            (Request::Stop, None) => self.finish(Reason::Stopped),
            // A second trace is another session's, and only we know what is delivered.
            _ => {}
        }
    }

    fn begin(&mut self, trace: Trace, now: Instant) {
        if trace.version != VERSION {
            return self.finish(Reason::Failed(format!(
                "the client speaks version {} of the protocol, this tracer version {VERSION}: use an image of the plugin's version",
                trace.version
            )));
        }
        self.lease = Duration::from_millis(trace.lease.into()).clamp(LEASE[0], LEASE[1]);
        match &trace.place {
            Place::Agent => self.start(trace, now),
            Place::Auto(container) => match placement::better_here(container) {
                Some(why) => {
                    self.stream.say(Message::Placement(Placement::Agent { why }));
                    self.start(trace, now);
                }
                None => self.open_door(container.clone(), capabilities::may_trace_all(), trace, now),
            },
            Place::Target(container) => self.open_door(container.clone(), false, trace, now),
        }
    }

    /// Waits for an engine from the target's container.
    fn open_door(&mut self, container: String, whole: bool, trace: Trace, now: Instant) {
        match Engine::door(now, container) {
            Ok(engine) => {
                let process = engine.pid().as_raw();
                self.stream.say(Message::Placement(Placement::Door { process, whole }));
                self.engine = Some(engine);
                self.asked = Some(trace);
            }
            Err(error) => {
                let why = format!("the door cannot be opened: {error}");
                self.stream.say(Message::Placement(Placement::Agent { why }));
                self.start(trace, now);
            }
        }
    }

    fn start(&mut self, trace: Trace, now: Instant) {
        match Engine::start(now) {
            Ok(mut engine) => {
                eprintln!("tracer: process {} traces for process {}", engine.pid(), self.relay);
                engine.tell(Request::Trace(trace));
                self.engine = Some(engine);
            }
            Err(error) => self.finish(Reason::Failed(format!("the tracer could not be started: {error}"))),
        }
    }

    /// There is room, or what comes is not kept.
    fn takes_messages(&self) -> bool {
        self.relay_gone || self.stream.ended || self.stream.has_room()
    }

    /// Takes the engine's frames.
    fn pull(&mut self, now: Instant) {
        self.piece.resize(if self.engine.is_some() { PIECE } else { 0 }, 0);
        for _ in 0..BUFFER / PIECE {
            let takes = self.takes_messages();
            let Some(engine) = &mut self.engine else { return };
            if !takes {
                return engine.not_listening(now);
            }
            let Some(length) = engine.read(now, &mut self.piece) else { return };
            if !self.relay_gone && !self.stream.push(&self.piece[..length]) {
                engine.kill("the tracer sent something that is no frame");
            }
        }
    }

    /// Gives the relay whole frames.
    fn send(&mut self, now: Instant) {
        while !self.relay_gone && self.stream.has_whole() {
            match write(&self.messages, self.stream.whole()) {
                Ok(length) => {
                    self.stream.sent(length);
                    self.took = now;
                }
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return,
                Err(_) => self.set_relay_gone(),
            }
        }
    }

    /// Sees to it that no tracee suffers from a client or an engine that is lost.
    fn guard(&mut self, now: Instant) {
        let closed = self.requests.is_none();
        let Some(engine) = &mut self.engine else {
            if self.relay_gone {
                self.over = true;
            } else if closed {
                self.finish(Reason::Failed("the client closed its side before it said what to trace".into()));
            } else if now.duration_since(self.begun) >= FIRST_REQUEST {
                let seconds = FIRST_REQUEST.as_secs();
                self.finish(Reason::Failed(format!(
                    "the client has not said within {seconds} s what to trace"
                )));
            }
            return;
        };
        let silent = now.duration_since(self.heard) >= self.lease;
        if self.lost.is_none() && !self.stream.ended && (closed || silent) {
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
            let reason = if self.lost.is_some() { Reason::LeaseExpired } else { Reason::Failed(how) };
            self.finish(reason);
        }
    }

    /// Ends the stream ourselves, unless it has ended.
    fn finish(&mut self, reason: Reason) {
        if !self.stream.ended {
            self.stream.end(reason);
        }
    }

    /// When to keep nothing any more for a client that does not take it; never for one that is there.
    fn gives_up(&self) -> Option<Instant> {
        let since = [self.lost, self.closing].into_iter().flatten().min()?;
        Some(match &self.requests {
            _ if self.relay_gone => since + HANG_UP + ENGINE_EXIT,
            Some(_) => since.max(self.heard).max(self.took) + KEEP,
            None => since.max(self.took) + KEEP_CLOSED,
        })
    }

    /// Sees the end of the stream to the client, and ends the session behind it.
    fn close(&mut self, now: Instant) {
        if self.gives_up().is_some_and(|at| now >= at) {
            self.over = true;
        }
        if !self.stream.ended && !self.relay_gone {
            return;
        }
        self.closing.get_or_insert(now);
        let empty =
            self.relay_gone || !self.stream.has_whole() && rendezvous::unread(self.messages.as_fd()) == 0;
        if empty && self.delivered.is_none() {
            self.delivered = Some(now);
            if let Some(engine) = &mut self.engine {
                engine.tell(Request::Delivered);
            }
        }
        // The relay ends when we do, so an engine that is about to end does not hold up the client.
        let engine_gone = self.engine.as_ref().is_none_or(|engine| engine.ended().is_some());
        let exit_late = self.delivered.is_some_and(|at| now.duration_since(at) >= ENGINE_EXIT);
        // What is out of our hands may still be on its way, and a heartbeat that meets a connection which the API server
        // has closed would destroy it (RFC 9293, section 3.10.7.1: a reset). So the client goes first.
        let parted =
            self.relay_gone || self.requests.is_none() || now.duration_since(self.heard) >= self.lease;
        self.over |= empty && parted && (engine_gone || exit_late);
    }

    fn next_look(&self, now: Instant) -> Instant {
        let mut looks = Vec::with_capacity(5);
        looks.extend(self.gives_up());
        match &self.engine {
            None if !self.stream.ended => looks.push(self.begun + FIRST_REQUEST),
            None => {}
            Some(engine) => {
                if self.lost.is_none() && !self.stream.ended {
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
            let calm = self.stream.has_whole() || self.delivered.is_some();
            looks.push(now + if calm { Duration::from_millis(250) } else { LOOK[usize::from(!often)] });
        }
        looks.into_iter().min().unwrap_or(now + Duration::from_secs(1))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        eprintln!("tracer: the trace for process {} is over, {} events", self.relay, self.stream.events);
    }
}

/// Frames on their way to the relay.
#[derive(Default)]
struct Stream {
    bytes: Vec<u8>,
    /// Up to here they are written.
    sent: usize,
    /// Up to here they are whole frames.
    whole: usize,
    /// The number of the next frame.
    sequence: u64,
    events: u64,
    /// The last frame is among them.
    ended: bool,
}

impl Stream {
    fn has_room(&self) -> bool {
        self.bytes.len() - self.sent < BUFFER
    }

    fn has_whole(&self) -> bool {
        self.sent < self.whole
    }

    fn whole(&self) -> &[u8] {
        &self.bytes[self.sent..self.whole]
    }

    /// Takes bytes of the engine; false if they are no frames. Behind the last frame nothing is taken.
    fn push(&mut self, bytes: &[u8]) -> bool {
        if self.ended {
            return true;
        }
        self.bytes.extend_from_slice(bytes);
        while !self.ended {
            let rest = &self.bytes[self.whole..];
            match Head::read(rest) {
                Ok(Some(head)) if head.frame().end <= rest.len() => {
                    self.whole += head.frame().end;
                    self.sequence = head.sequence + 1;
                    self.events += u64::from(head.events);
                    self.ended = head.last;
                }
                Ok(_) => return true,
                Err(_) => {
                    self.bytes.truncate(self.whole);
                    return false;
                }
            }
        }
        self.bytes.truncate(self.whole);
        true
    }

    fn sent(&mut self, length: usize) {
        self.sent += length;
        // Moving the rest to the front costs little when it is small, or was long in coming.
        if self.sent == self.whole || self.sent >= BUFFER / 4 {
            self.bytes.drain(..self.sent);
            self.whole -= self.sent;
            self.sent = 0;
        }
    }

    /// Says something ourselves, before an engine does.
    fn say(&mut self, message: Message) {
        if let Ok(frame) = Encoder::resume(self.sequence).frame(&[message]) {
            self.bytes.extend(frame);
            self.whole = self.bytes.len();
            self.sequence += 1;
        }
    }

    /// Ends it in the engine's place, behind its last whole frame. How many events an engine lost dies with it.
    fn end(&mut self, reason: Reason) {
        self.bytes.truncate(self.whole);
        let end = Message::End(End { events: self.events, lost: 0, reason });
        if let Ok(frame) = Encoder::resume(self.sequence).last(&[end]) {
            self.bytes.extend(frame);
        }
        self.whole = self.bytes.len();
        self.ended = true;
    }

    /// Nobody takes what there is.
    fn clear(&mut self) {
        self.bytes = Vec::new();
        self.sent = 0;
        self.whole = 0;
    }
}

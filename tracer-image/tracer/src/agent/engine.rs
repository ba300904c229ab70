//! An engine as the agent sees it: a child that holds tracees, and three pipes.

use crate::{
    door, pidfd,
    procfs::{self, Container},
    roles::{DOOR, ENGINE, LOOK},
};
use nix::{
    errno::Errno,
    fcntl::{FcntlArg, OFlag, fcntl},
    sys::signal::{Signal, kill},
    unistd::{Pid, read, write},
};
use std::{
    io,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::process::CommandExt,
    },
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use wire::{codec::Encoder, message::Request};

/// An engine says something every second ([`crate::outbox::PULSE`]). One that was silent for this long, and is not
/// merely waiting for a CPU, hangs.
const SILENCE: Duration = Duration::from_secs(4);
/// One that has waited for a CPU for so long is given up: what it traces waits as well.
const STARVED: Duration = Duration::from_secs(30);
/// Most of what an engine says on its standard error that is kept.
const WORDS: usize = 2048;
/// Most bytes of requests that wait for an engine which does not read.
const UNREAD: usize = 64 << 10;

/// How often one that is not our child is looked at: nobody tells that it was stopped by a signal.
const STANDS: Duration = Duration::from_millis(250);

/// How long the door is open: the client's way to the target's container is an exec.
const OPEN: Duration = Duration::from_secs(30);

/// Whose process an engine is.
enum Of {
    /// Ours.
    Ours,
    /// Nobody's yet: the door is for a process of this container, and `open` or about to be.
    Door { container: String, open: bool, until: Instant },
    /// The target container's.
    Target { handle: Option<OwnedFd>, look: Instant },
}

/// A running engine. It is killed when this is dropped.
pub struct Engine {
    of: Of,
    /// The door's, while it is open.
    pid: Pid,
    /// Its standard input; none once we have closed it to tell it to end.
    requests: Option<OwnedFd>,
    /// Its standard output; none once it has closed it.
    messages: Option<OwnedFd>,
    /// Its standard error. It closes it when it has no tracee any more.
    holding: Option<OwnedFd>,
    encoder: Encoder,
    unsent: Vec<u8>,
    words: Vec<u8>,
    heard: Instant,
    /// When to look whether it hangs.
    look: Instant,
    /// Why we have killed it.
    killed: Option<&'static str>,
    ended: Option<String>,
    /// Whether it may live on when it holds nobody any more.
    stays: bool,
}

impl Engine {
    /// Starts one.
    ///
    /// # Errors
    /// As the system says.
    pub fn start(now: Instant) -> io::Result<Engine> {
        Engine::spawn(now, ENGINE, Of::Ours)
    }

    /// Starts a process that answers a question, which is no engine but is watched like one.
    ///
    /// # Errors
    /// As the system says.
    pub fn look(now: Instant) -> io::Result<Engine> {
        Engine::spawn(now, LOOK, Of::Ours)
    }

    /// Opens the door for one that is to come from this container.
    ///
    /// # Errors
    /// As the system says.
    pub fn door(now: Instant, container: String) -> io::Result<Engine> {
        Engine::spawn(now, DOOR, Of::Door { container, open: false, until: now + OPEN })
    }

    fn spawn(now: Instant, role: &str, of: Of) -> io::Result<Engine> {
        // By the link, because the program may have no path in the root that we see: it may run through another
        // process's root. The child ends by itself when we are gone; it asks who its parent is, to be sure.
        let mut child = Command::new("/proc/self/exe")
            .arg0("tracer")
            .args([role, &std::process::id().to_string()])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(requests), Some(messages), Some(holding)) = pipes else {
            return Err(io::Error::other("no pipes"));
        };
        let engine = Engine {
            of,
            pid: Pid::from_raw(child.id() as i32),
            requests: Some(requests.into()),
            messages: Some(messages.into()),
            holding: Some(holding.into()),
            encoder: Encoder::new(),
            unsent: Vec::new(),
            words: Vec::new(),
            heard: now,
            look: now + SILENCE,
            killed: None,
            ended: None,
            stays: false,
        };
        for pipe in [&engine.requests, &engine.messages, &engine.holding].into_iter().flatten() {
            fcntl(pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        Ok(engine)
    }

    /// It runs a command, which may go on when the trace is over: its process stays to be the command's parent.
    pub fn stays(&mut self) {
        self.stays = true;
    }

    /// Ends it because we end: at once, or by itself where killing it would give a command that it runs to the target's
    /// first process.
    pub fn abandon(&mut self) {
        if self.stays { self.hang_up() } else { self.kill("the agent was told to end") }
    }

    /// Its process id.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// The descriptors to wait on: for requests to be written, words and the end of holding, messages.
    pub fn watch(&self) -> [Option<BorrowedFd<'_>>; 3] {
        let requests = self.requests.as_ref().filter(|_| !self.unsent.is_empty());
        [requests, self.holding.as_ref(), self.messages.as_ref()].map(|fd| fd.map(AsFd::as_fd))
    }

    /// Whether nobody has come through the door yet.
    pub fn is_door(&self) -> bool {
        matches!(self.of, Of::Door { .. })
    }

    /// Whether it runs in the target's container.
    pub fn is_in_target(&self) -> bool {
        matches!(self.of, Of::Target { .. })
    }

    /// Passes a request on. Nobody is there for it while the door is open.
    pub fn tell(&mut self, request: Request) {
        if self.requests.is_some()
            && !self.is_door()
            && self.unsent.len() < UNREAD
            && let Ok(frame) = self.encoder.frame(&[request])
        {
            self.unsent.extend(frame);
            self.push();
        }
    }

    /// Writes what waits.
    pub fn push(&mut self) {
        while let Some(requests) = &self.requests
            && !self.unsent.is_empty()
        {
            match write(requests, &self.unsent) {
                Ok(length) => drop(self.unsent.drain(..length)),
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return,
                Err(_) => self.requests = None,
            }
        }
    }

    /// Tells it to let the tracees go and to end, whatever it still has to send, by the end of its standard input.
    pub fn hang_up(&mut self) {
        self.requests = None;
        self.unsent.clear();
    }

    /// Reads from its messages into `buffer`; `None` when there is none now. It is not silent where we do not listen,
    /// so this must be called at every turn while there is room, and [`Engine::not_listening`] otherwise.
    pub fn read(&mut self, now: Instant, buffer: &mut [u8]) -> Option<usize> {
        loop {
            match read(self.messages.as_ref()?, buffer) {
                Ok(0) => self.messages = None,
                Ok(length) => {
                    self.heard = now;
                    return Some(length);
                }
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return None,
                Err(_) => self.messages = None,
            }
        }
    }

    /// We leave its messages where they are for now.
    pub fn not_listening(&mut self, now: Instant) {
        self.heard = now;
    }

    /// Whether everything that it wrote was read, and it can write no more.
    pub fn is_dry(&self) -> bool {
        self.messages.is_none()
    }

    /// Takes its last words.
    pub fn listen(&mut self) {
        let mut buffer = [0; 512];
        while let Some(holding) = &self.holding {
            match read(holding, &mut buffer) {
                Ok(0) => self.holding = None,
                Ok(length) => {
                    let room = WORDS - self.words.len();
                    self.words.extend_from_slice(&buffer[..length.min(room)]);
                }
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return,
                Err(_) => self.holding = None,
            }
        }
    }

    /// Whether the door can be gone through from now on.
    pub fn has_opened(&mut self) -> bool {
        let Of::Door { open: open @ false, .. } = &mut self.of else { return false };
        let Some(rest) = self.words.strip_prefix(&door::OPEN) else { return false };
        *open = true;
        self.words = rest.to_vec();
        true
    }

    /// Whether somebody has come through the door just now, of whom we make sure.
    pub fn has_arrived(&mut self, now: Instant) -> bool {
        let Of::Door { container, open: true, .. } = &self.of else { return false };
        // Who comes when the door is being closed finds nobody to talk to, and ends.
        if self.killed.is_some() {
            return false;
        }
        let Some((words, rest)) = self.words.split_first_chunk::<{ door::WORDS }>() else { return false };
        // It may only be a process that the target itself could end: we kill it one day, perhaps with more privilege.
        // Held first and looked at then: its id may become another's in between.
        let found = door::arrival(words).map(|process| (process, pidfd::open(process).ok()));
        let found = found.filter(|(process, _)| Container::from_outside(container).has(*process));
        let Some((process, handle)) = found else {
            self.kill("something else than the tracer came from the target's container");
            return false;
        };
        self.words = rest.to_vec();
        // The door has done its duty. Its ends of the pipes go with it, so that we see when the engine's do.
        let _ = kill(self.pid, Signal::SIGKILL);
        self.pid = Pid::from_raw(process);
        self.of = Of::Target { handle, look: now + STANDS };
        self.heard = now;
        self.look = now + SILENCE;
        true
    }

    /// Whether it may still hold tracees.
    pub fn holds(&self) -> bool {
        self.holding.is_some() && self.ended.is_none()
    }

    /// How it ended, in words, when it has.
    pub fn ended(&self) -> Option<String> {
        // Somebody else's tracer reaps it before we may (ptrace(2)); but when it has lost its descriptors it is dead.
        let how = match (&self.ended, self.killed) {
            (None, None) if matches!(self.of, Of::Target { .. }) && self.is_dry() && self.holding.is_none() => {
                "the tracer in the target's container is gone: it was killed, or ended because the container had no \
                 memory left (it goes first, so that the target stays). From the tracer's own container (--place agent) \
                 it does not use the target's memory"
                    .into()
            }
            (_, Some(why)) if self.ended.is_some() || self.is_dry() && self.holding.is_none() => {
                format!("{why}, and was ended so that the target runs on")
            }
            (Some(how), None) => how.clone(),
            _ => return None,
        };
        let words = String::from_utf8_lossy(&self.words);
        let words = words.trim();
        Some(if words.is_empty() { how } else { format!("{how}; it said: {words}") })
    }

    /// Since when it is gone without a word, where somebody else has run it.
    pub fn gone_since(&self) -> Option<Instant> {
        (self.is_in_target() && self.killed.is_none() && self.is_dry()).then_some(self.heard)
    }

    /// It was reaped.
    pub fn set_ended(&mut self, how: String) {
        self.ended = Some(how);
        self.hang_up();
        self.listen();
    }

    /// When to look whether it hangs; never for one that is killed already.
    pub fn deadline(&self) -> Option<Instant> {
        let hangs = self.look.max(self.heard + SILENCE);
        (self.ended.is_none() && self.killed.is_none()).then_some(match self.of {
            Of::Target { look, .. } => look.min(hangs),
            Of::Door { until, .. } => until,
            _ => hangs,
        })
    }

    /// Kills it if it hangs.
    pub fn check(&mut self, now: Instant) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        if self.is_door() {
            return self.kill("nobody has come from the target's container to trace");
        }
        if let Of::Target { look, .. } = &mut self.of
            && now >= *look
        {
            *look = now + STANDS;
            // It would hold its tracees for as long as it stands.
            if procfs::thread_states(self.pid.as_raw()).any(|state| state == 'T') {
                return self.kill("the tracer was stopped by a signal");
            }
        }
        if now < self.look.max(self.heard + SILENCE) {
            return;
        }
        if now.duration_since(self.heard) >= STARVED {
            self.kill("the tracer got no CPU for 30 s");
        } else if self.waits_for_cpu() {
            self.look = now + SILENCE / 4;
        } else {
            self.kill("the tracer did not answer");
        }
    }

    /// Whether one of its threads could go on if there was a CPU for it.
    fn waits_for_cpu(&self) -> bool {
        procfs::thread_states(self.pid.as_raw()).any(|state| state == 'R')
    }

    /// Kills it, which lets its tracees run on.
    pub fn kill(&mut self, why: &'static str) {
        let is_free = self.stays && self.holding.is_none() && !self.is_door();
        if self.ended.is_none() && !is_free {
            self.killed.get_or_insert(why);
            match &self.of {
                Of::Target { handle: Some(handle), .. } => pidfd::kill(handle, Signal::SIGKILL),
                // Without a handle: the kernel is older than 5.3, and the id may be another's once it is gone.
                Of::Target { handle: None, .. } if self.is_dry() && self.holding.is_none() => {}
                _ => drop(kill(self.pid, Signal::SIGKILL)),
            }
        }
    }

    /// Whether we have killed it.
    pub fn is_killed(&self) -> bool {
        self.killed.is_some()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.kill("the session is over");
    }
}

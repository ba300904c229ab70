//! An engine as the agent sees it: a child that holds tracees, and three pipes.

use crate::served::ENGINE;
use nix::{
    errno::Errno,
    fcntl::{FcntlArg, OFlag, fcntl},
    sys::signal::{Signal, kill},
    unistd::{Pid, read, write},
};
use std::{
    fs, io,
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

/// A running engine. It is killed when this is dropped.
pub struct Engine {
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
}

impl Engine {
    /// Starts one.
    ///
    /// # Errors
    /// As the system says.
    pub fn start(now: Instant) -> io::Result<Engine> {
        // By the link, because the program may have no path in the root that we see: it may run through another
        // process's root. The child ends by itself when we are gone; it asks who its parent is, to be sure.
        let mut child = Command::new("/proc/self/exe")
            .arg0("tracer")
            .args([ENGINE, &std::process::id().to_string()])
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
        };
        for pipe in [&engine.requests, &engine.messages, &engine.holding].into_iter().flatten() {
            fcntl(pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        Ok(engine)
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

    /// Passes a request on.
    pub fn tell(&mut self, request: Request) {
        if self.requests.is_some()
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

    /// Whether it may still hold tracees.
    pub fn holds(&self) -> bool {
        self.holding.is_some() && self.ended.is_none()
    }

    /// How it ended, in words, when it has.
    pub fn ended(&self) -> Option<String> {
        // Somebody else's tracer reaps it before we may (ptrace(2)); but when it has lost its descriptors it is dead.
        let how = match (&self.ended, self.killed) {
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

    /// It was reaped.
    pub fn set_ended(&mut self, how: String) {
        self.ended = Some(how);
        self.hang_up();
        self.listen();
    }

    /// When to look whether it hangs; never for one that is killed already.
    pub fn deadline(&self) -> Option<Instant> {
        (self.ended.is_none() && self.killed.is_none()).then(|| self.look.max(self.heard + SILENCE))
    }

    /// Kills it if it hangs.
    pub fn check(&mut self, now: Instant) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
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
        let tasks = fs::read_dir(format!("/proc/{}/task", self.pid));
        tasks.into_iter().flatten().flatten().any(|task| {
            let stat = fs::read_to_string(task.path().join("stat")).unwrap_or_default();
            // The name in parentheses may contain anything (proc_pid_stat(5)); the state follows the last one.
            stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('R'))
        })
    }

    /// Kills it, which lets its tracees run on.
    pub fn kill(&mut self, why: &'static str) {
        if self.ended.is_none() {
            self.killed.get_or_insert(why);
            let _ = kill(self.pid, Signal::SIGKILL);
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

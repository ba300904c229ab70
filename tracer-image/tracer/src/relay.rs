//! The relay, which an exec from the client starts. It connects its standard input and output to the agent and does nothing
//! else, so that nothing is lost and no tracee is held up when it is killed, orphaned or stopped.
//!
//! `splice(2)` moves the bytes inside the kernel. So when the pipe between the agent and us is empty, the bytes are in our
//! standard output, outside this PID namespace, and not in our memory.

use crate::rendezvous::{self, Call, TAKEN};
use nix::{
    errno::Errno,
    fcntl::{OFlag, SpliceFFlags, splice},
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::prctl,
    unistd::{pipe2, read, write},
};
use std::{
    io,
    os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd},
    time::{Duration, Instant},
};

/// How long the agent may take to answer. It may be starved of CPU: an ephemeral container has the lowest weight there is.
const PATIENCE: Duration = Duration::from_secs(10);
/// When to say what we are waiting for.
const SILENCE: Duration = Duration::from_secs(2);
/// How long the last bytes of an agent that is gone may take without any progress.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// At most this many bytes at a time.
const LENGTH: usize = 64 << 10;
/// What a pipe accepts without blocking when it is writable (pipe(7)).
const PIECE: usize = libc::PIPE_BUF;

/// Relays until the agent or the client ends it; returns the exit status.
pub fn main() -> i32 {
    match relay() {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("tracer: {error}");
            1
        }
    }
}

fn relay() -> Result<(), String> {
    // The agent must be able to open our pipes, which the kernel refuses if we are not dumpable (ptrace(2)).
    let _ = prctl::set_dumpable(true);
    let wrong = |error: Errno| format!("the relay has failed: {}", error.desc());
    let (requests_out, requests_in) = pipe2(OFlag::O_CLOEXEC).map_err(wrong)?;
    let (messages_out, messages_in) = pipe2(OFlag::O_CLOEXEC).map_err(wrong)?;
    let call = Call {
        process: std::process::id() as i32,
        requests: requests_out.as_raw_fd(),
        messages: messages_in.as_raw_fd(),
    };
    let begin = Instant::now();
    let agent = reach(begin, &call)?;
    await_answer(begin, agent, &messages_out)?;
    drop((requests_out, messages_in));
    carry(requests_in, &messages_out).map_err(wrong)
}

/// Finds the agent, which may have just been started, and calls it.
fn reach(begin: Instant, call: &Call) -> Result<i32, String> {
    loop {
        let reached =
            rendezvous::find_agent().and_then(|(agent, calls)| match write(&calls, &call.bytes()) {
                Ok(_) => Ok(agent),
                Err(error) => Err(format!("the agent (process {agent}) takes no calls: {}", error.desc())),
            });
        match reached {
            Ok(agent) => return Ok(agent),
            Err(error) if begin.elapsed() > SILENCE => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Waits for the agent's [`TAKEN`].
fn await_answer(begin: Instant, agent: i32, messages: &OwnedFd) -> Result<(), String> {
    let mut said = false;
    loop {
        let elapsed = begin.elapsed();
        if elapsed > PATIENCE {
            let seconds = PATIENCE.as_secs();
            return Err(format!(
                "the agent (process {agent}) has not answered for {seconds} s: it is stopped or starved of CPU"
            ));
        }
        if elapsed > SILENCE && !said {
            eprintln!(
                "tracer: waiting for the agent (process {agent}) to answer, at most {} s",
                PATIENCE.as_secs()
            );
            said = true;
        }
        if wait(&mut [PollFd::new(messages.as_fd(), PollFlags::POLLIN)], Duration::from_millis(500)) {
            let mut answer = [0];
            return match read(messages, &mut answer) {
                Ok(1) if answer[0] == TAKEN => Ok(()),
                _ => Err(format!("the agent (process {agent}) has too much to do already")),
            };
        }
    }
}

/// Whether something happened within the time.
fn wait(fds: &mut [PollFd<'_>], most: Duration) -> bool {
    let most = PollTimeout::try_from(most).unwrap_or(PollTimeout::MAX);
    poll(fds, most).is_ok_and(|ready| ready > 0)
}

fn carry(requests: OwnedFd, messages: &OwnedFd) -> Result<(), Errno> {
    let (stdin, stdout) = (io::stdin(), io::stdout());
    let (stdin, stdout) = (stdin.as_fd(), stdout.as_fd());
    let mut requests = Some(requests);
    let (mut forth, mut back) = (Way::default(), Way::default());
    loop {
        let mut fds = Vec::with_capacity(3);
        // The agent's end of the message pipe shows when the agent drops us, whatever else blocks.
        let from = if back.blocked { PollFlags::empty() } else { PollFlags::POLLIN };
        fds.push(PollFd::new(messages.as_fd(), from));
        // A standard output without a reader means that the client's side is gone.
        let to = if back.blocked { PollFlags::POLLOUT } else { PollFlags::empty() };
        fds.push(PollFd::new(stdout, to));
        if let Some(requests) = &requests {
            fds.push(forth.waits_for(stdin, requests.as_fd()));
        }
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            other => other?,
        };
        let events: Vec<PollFlags> =
            fds.iter().map(|fd| fd.revents().unwrap_or(PollFlags::empty())).collect();
        if events[0].contains(PollFlags::POLLHUP) {
            return last_words(back, messages.as_fd(), stdout);
        }
        if events[1].intersects(PollFlags::POLLERR | PollFlags::POLLHUP | PollFlags::POLLNVAL) {
            return Ok(());
        }
        if !(events[0] | events[1]).is_empty() && back.go(messages.as_fd(), stdout)? == Went::End {
            return Ok(());
        }
        if let Some(to) = &requests
            && events.get(2).is_some_and(|events| !events.is_empty())
        {
            match forth.go(stdin, to.as_fd()) {
                // The agent accepts no more requests, but may have more to say.
                Ok(Went::End) | Err(Errno::EPIPE) => requests = None,
                Ok(Went::On) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The agent has closed its end: forwards what is still in the pipe, as long as somebody takes it.
fn last_words(mut back: Way, messages: BorrowedFd<'_>, stdout: BorrowedFd<'_>) -> Result<(), Errno> {
    while back.go(messages, stdout)? == Went::On {
        if back.blocked && !wait(&mut [PollFd::new(stdout, PollFlags::POLLOUT)], LAST_WORDS) {
            return Ok(());
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Went {
    On,
    /// The source has ended, or nobody takes the data.
    End,
}

/// One direction.
#[derive(Default)]
struct Way {
    /// There is data, but no room for it.
    blocked: bool,
    /// `splice` does not work with one of the ends (a terminal), so bytes are copied.
    by_hand: bool,
    held: Vec<u8>,
}

impl Way {
    fn waits_for<'a>(&self, from: BorrowedFd<'a>, to: BorrowedFd<'a>) -> PollFd<'a> {
        if self.blocked { PollFd::new(to, PollFlags::POLLOUT) } else { PollFd::new(from, PollFlags::POLLIN) }
    }

    /// Moves what there is. Call it when `poll` has reported data at the source or, if this was blocked, room at the
    /// destination; then it does not block.
    fn go(&mut self, from: BorrowedFd<'_>, to: BorrowedFd<'_>) -> Result<Went, Errno> {
        if self.by_hand {
            return self.carry(from, to);
        }
        let flags = SpliceFFlags::SPLICE_F_NONBLOCK | SpliceFFlags::SPLICE_F_MOVE;
        match splice(from, None, to, None, LENGTH, flags) {
            Ok(0) => Ok(Went::End),
            Ok(_) => {
                self.blocked = false;
                Ok(Went::On)
            }
            // There is either no data or no room: wait for the one that was not waited for.
            Err(Errno::EAGAIN) => {
                self.blocked = !self.blocked;
                Ok(Went::On)
            }
            Err(Errno::EINTR) => Ok(Went::On),
            Err(Errno::EINVAL) => {
                self.by_hand = true;
                self.blocked = false;
                Ok(Went::On)
            }
            Err(Errno::EPIPE) => Ok(Went::End),
            Err(error) => Err(error),
        }
    }

    fn carry(&mut self, from: BorrowedFd<'_>, to: BorrowedFd<'_>) -> Result<Went, Errno> {
        if self.held.is_empty() {
            self.held.resize(PIECE, 0);
            let length = match read(from, &mut self.held) {
                Ok(0) => return Ok(Went::End),
                Ok(length) => length,
                Err(Errno::EAGAIN | Errno::EINTR) => 0,
                Err(error) => return Err(error),
            };
            self.held.truncate(length);
            self.blocked = length > 0;
            return Ok(Went::On);
        }
        match write(to, &self.held) {
            Ok(length) => drop(self.held.drain(..length)),
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Err(Errno::EPIPE) => return Ok(Went::End),
            Err(error) => return Err(error),
        }
        self.blocked = !self.held.is_empty();
        Ok(Went::On)
    }
}

//! Requests to an engine's process: from the agent and, if it runs in the target's container, also from the client.
//!
//! The client's requests usually come through the relay and the agent. Both are in a container of ours, which gets almost no
//! CPU beside a target that takes all of it: a request to stop took 14 s there, and a killed client went unnoticed for even
//! longer. An engine in the target's container has the target's weight, and the exec that has started it has a standard
//! input: the **line**. On the line, the client says that it is alive, and asks for the trace to stop.

use nix::{
    poll::{PollFd, PollFlags, PollTimeout, poll},
    unistd::read,
};
use std::{
    io::{self, PipeReader},
    os::fd::{AsFd, OwnedFd},
    time::{Duration, Instant},
};
use wire::{codec::Decoder, message::Request};

/// The standard streams of an exec, which are no longer ours but stay open.
pub struct ClientStdin {
    input: Source,
    /// containerd ends an exec's input when its stdout or its stderr ends (`attachOutput` in
    /// internal/cri/io/exec_io.go; containerd issue 13934).
    _outputs: [OwnedFd; 2],
}

impl ClientStdin {
    /// Keeps our current standard streams.
    ///
    /// # Errors
    /// As the kernel says.
    pub fn keep() -> io::Result<ClientStdin> {
        Ok(ClientStdin {
            input: Source::new(io::stdin().as_fd().try_clone_to_owned()?),
            _outputs: [
                io::stdout().as_fd().try_clone_to_owned()?,
                io::stderr().as_fd().try_clone_to_owned()?,
            ],
        })
    }
}

/// Requests, from all sources.
pub struct Requests {
    agent: Source,
    line: Option<ClientStdin>,
    waiting: Vec<Request>,
}

/// A source of requests.
struct Source {
    pipe: OwnedFd,
    decoder: Decoder,
    /// When it last said something.
    heard: Option<Instant>,
    /// It will say nothing more.
    closed: bool,
}

impl Requests {
    /// `line`: the client's own.
    pub fn new(agent: OwnedFd, line: Option<ClientStdin>) -> Requests {
        Requests { agent: Source::new(agent), line, waiting: Vec::new() }
    }

    /// The first request of a kind: what the agent wants of us.
    pub fn first<T>(&mut self, deadline: Instant, kind: impl Fn(Request) -> Option<T>) -> Option<T> {
        while !self.are_over() && Instant::now() < deadline {
            self.read(deadline.saturating_duration_since(Instant::now()), None);
            // The client may already have asked to stop; whoever serves the trace will see that.
            let found =
                self.waiting.iter().enumerate().find_map(|(at, request)| Some((at, kind(request.clone())?)));
            if let Some((at, found)) = found {
                self.waiting.remove(at);
                return Some(found);
            }
        }
        None
    }

    /// Waits for requests, at most `most`; returns whether the engine has ended meanwhile.
    pub fn read(&mut self, most: Duration, running: Option<&PipeReader>) -> bool {
        let mut fds = Vec::with_capacity(3);
        fds.extend(running.map(|running| PollFd::new(running.as_fd(), PollFlags::POLLIN)));
        let sources = [Some(&self.agent), self.line.as_ref().map(|line| &line.input)].into_iter().flatten();
        fds.extend(sources.filter(|source| !source.closed).map(Source::watch));
        let most = PollTimeout::try_from(most).unwrap_or(PollTimeout::MAX);
        if !poll(&mut fds, most).is_ok_and(|ready| ready > 0) {
            return false;
        }
        let mut happened = fds.iter().map(|fd| fd.any().unwrap_or(false)).collect::<Vec<_>>().into_iter();
        if running.is_some() && happened.next() == Some(true) {
            return true;
        }
        if !self.agent.closed && happened.next() == Some(true) {
            self.waiting.extend(self.agent.read());
        }
        if let Some(ClientStdin { input, .. }) = self.line.as_mut().filter(|line| !line.input.closed)
            && happened.next() == Some(true)
        {
            // Everything else goes through the agent, which must know about it.
            let direct = |request: &Request| matches!(request, Request::Heartbeat { .. } | Request::Stop);
            self.waiting.extend(input.read().into_iter().filter(direct));
        }
        false
    }

    /// The requests that have arrived, once.
    pub fn take(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.waiting)
    }

    /// Whether the agent will say nothing more.
    pub fn are_over(&self) -> bool {
        self.agent.closed
    }

    /// When the agent last said something.
    pub fn heard_of_agent(&self) -> Option<Instant> {
        self.agent.heard
    }

    /// When the client was last heard, if it has ever spoken on the line: then we know as well as the agent whether it lives.
    ///
    /// While the line is open, only the line counts: what comes through an agent that waits for a CPU was said long ago.
    pub fn heard_of_client(&self) -> Option<Instant> {
        let ClientStdin { input, .. } = self.line.as_ref()?;
        let heard = input.heard?;
        Some(if input.closed { self.agent.heard.map_or(heard, |agent| heard.max(agent)) } else { heard })
    }
}

impl Source {
    fn new(pipe: OwnedFd) -> Source {
        Source { pipe, decoder: Decoder::new(), heard: None, closed: false }
    }

    fn watch(&self) -> PollFd<'_> {
        PollFd::new(self.pipe.as_fd(), PollFlags::POLLIN)
    }

    /// Reads what there is; there must be something.
    fn read(&mut self) -> Vec<Request> {
        let mut buffer = [0; 4096];
        match read(&self.pipe, &mut buffer) {
            Ok(0) => self.closed = true,
            Ok(length) => self.decoder.push(&buffer[..length]),
            Err(_) => {}
        }
        let mut all = Vec::new();
        loop {
            match self.decoder.next() {
                Ok(Some(requests)) => all.extend(requests),
                Ok(None) => break,
                Err(_) => {
                    self.closed = true;
                    break;
                }
            }
        }
        if !all.is_empty() {
            self.heard = Some(Instant::now());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        fs::File,
        io::{PipeWriter, Write},
        thread::sleep,
    };
    use wire::codec::Encoder;

    const SOON: Duration = Duration::from_secs(5);
    const BEAT: Request = Request::Heartbeat { next: 7 };

    /// A line whose outputs nobody reads.
    fn line(input: OwnedFd) -> Option<ClientStdin> {
        let null = || File::open("/dev/null").expect("it is there").into();
        Some(ClientStdin { input: Source::new(input), _outputs: [null(), null()] })
    }

    struct Teller(PipeWriter, Encoder);

    impl Teller {
        fn new() -> (OwnedFd, Teller) {
            let (reader, writer) = io::pipe().expect("a pipe");
            (reader.into(), Teller(writer, Encoder::new()))
        }

        fn say(&mut self, request: Request) {
            let frame = self.1.frame(&[request]).expect("it is short");
            self.0.write_all(&frame).expect("somebody reads");
        }
    }

    #[test]
    fn the_line_takes_life_signs_and_the_end_only() {
        let ((agent, mut from_agent), (input, mut from_client)) = (Teller::new(), Teller::new());
        let mut requests = Requests::new(agent, line(input));
        // A line on which nobody has spoken yet says nothing about whether the client lives.
        from_agent.say(BEAT);
        assert!(!requests.read(SOON, None));
        assert_eq!(requests.take(), [BEAT]);
        assert!(requests.heard_of_client().is_none() && requests.heard_of_agent().is_some());
        from_client.say(Request::Signal(9));
        from_client.say(Request::Lapsed);
        from_client.say(Request::Stop);
        requests.read(SOON, None);
        assert_eq!(requests.take(), [Request::Stop]);
        let first = requests.heard_of_client();
        assert!(first.is_some());
        sleep(Duration::from_millis(2));
        from_agent.say(BEAT);
        requests.read(SOON, None);
        assert_eq!(requests.heard_of_client(), first, "that may have been said long ago");
        // Its end, which may be that of the connection only, is not the agent's.
        drop(from_client);
        requests.read(SOON, None);
        assert!(!requests.are_over());
        assert!(requests.heard_of_client() > first, "there is no better way left");
        drop(from_agent);
        requests.read(SOON, None);
        assert!(requests.are_over());
    }

    #[test]
    fn what_makes_no_sense_closes_the_line() {
        let ((agent, mut from_agent), (input, Teller(mut from_client, _))) = (Teller::new(), Teller::new());
        let mut requests = Requests::new(agent, line(input));
        from_client.write_all(&[0xff; 64]).expect("somebody reads");
        requests.read(SOON, None);
        assert!(requests.take().is_empty() && requests.heard_of_client().is_none());
        from_agent.say(Request::Stop);
        requests.read(SOON, None);
        assert_eq!(requests.take(), [Request::Stop]);
    }
}

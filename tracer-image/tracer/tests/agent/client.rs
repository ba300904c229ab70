//! A client of the agent: it speaks to a relay that is a process like any other.

use render::refused::Line;
use std::{
    collections::BTreeMap,
    io::{Read, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};
use syscalls::value::Names;
use wire::{
    codec::{CodecError, Decoder, Encoder},
    event::{Event, What},
    look::Fact,
    message::{
        AgentStatus, End, Message, Placement, Pulse, Reason, Request, Silence, Target, Trace, VERSION,
    },
    summary::{Count, Counting},
};

/// The client's name for its trace.
pub const SESSION: u128 = 0x5e55_1011;

/// The default request.
pub fn trace(processes: &[u32]) -> Trace {
    Trace {
        version: VERSION,
        session: SESSION,
        target: Target::Processes(processes.iter().map(|process| *process as i32).collect()),
        follow: true,
        entrants: false,
        expressions: Vec::new(),
        trace_paths: Vec::new(),
        counting: Counting::Events,
        limit: None,
        leave_at_execve: false,
        shards: None,
        engine_stats: false,
        comms: false,
        names: false,
        sites: false,
        strings: 32,
        verbose: false,
        paths: false,
        lease: 5000,
        place: wire::message::Place::Agent,
        who: "a test".into(),
        idle: None,
        overload: wire::message::Overload::Drop,
        max_slowdown: None,
        spares_memory: true,
        redact: None,
        holders: Vec::new(),
    }
}

/// A relay and what is known about its stream.
pub struct Client {
    pub relay: Child,
    encoder: Encoder,
    requests: Option<ChildStdin>,
    allow: Option<Sender<()>>,
    bytes: Receiver<Vec<u8>>,
    decoder: Decoder,
    names: BTreeMap<u16, Names>,
    /// The totals of the stream.
    pub sent: u64,
    pub lost: u64,
    pub gaps: u64,
    pub seen: Vec<Event>,
    /// The counts.
    pub counts: Vec<Count>,
    pub notices: Vec<String>,
    pub ready: Option<(u32, u32)>,
    pub hello: bool,
    /// Which version the tracer speaks.
    pub version: u32,
    pub end: Option<End>,
    pub placement: Option<Placement>,
    pub pulse: Option<Pulse>,
    /// What it said of a trace that shows nothing.
    pub silence: Option<Silence>,
    /// What was answered to a look.
    pub facts: Vec<Fact>,
    pub status: Option<AgentStatus>,
}

impl Client {
    /// Starts the relay and reads nothing yet.
    pub fn reluctant(mut relay: Command) -> Client {
        let mut relay = relay
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the relay can be started");
        let requests = relay.stdin.take();
        let mut stdout = relay.stdout.take().expect("a pipe");
        let (bytes_in, bytes) = mpsc::channel();
        let (allow, allowed) = mpsc::channel();
        thread::spawn(move || {
            let _ = allowed.recv();
            let mut buffer = vec![0; 64 << 10];
            while let Ok(length @ 1..) = stdout.read(&mut buffer) {
                if bytes_in.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Client {
            relay,
            encoder: Encoder::new(),
            requests,
            allow: Some(allow),
            bytes,
            decoder: Decoder::new(),
            names: BTreeMap::new(),
            sent: 0,
            lost: 0,
            gaps: 0,
            seen: Vec::new(),
            counts: Vec::new(),
            notices: Vec::new(),
            ready: None,
            hello: false,
            version: 0,
            end: None,
            placement: None,
            pulse: None,
            silence: None,
            facts: Vec::new(),
            status: None,
        }
    }

    /// Starts the relay and reads its output.
    pub fn new(relay: Command) -> Client {
        let mut client = Client::reluctant(relay);
        client.read();
        client
    }

    /// Reads from now on.
    pub fn read(&mut self) {
        self.allow = None;
    }

    pub fn ask(&mut self, request: Request) {
        let frame = self.encoder.frame(&[request]).expect("a small request");
        self.write(&frame);
    }

    /// Sends a request to a relay that may be gone.
    pub fn ask_if_there(&mut self, request: Request) {
        let frame = self.encoder.frame(&[request]).expect("a small request");
        let _ = self.requests.as_mut().expect("not closed").write_all(&frame);
    }

    pub fn write(&mut self, bytes: &[u8]) {
        let requests = self.requests.as_mut().expect("not closed");
        requests.write_all(bytes).expect("the relay reads");
    }

    pub fn close(&mut self) {
        self.requests = None;
    }

    /// The number of the first frame that it does not have.
    pub fn next(&self) -> u64 {
        self.decoder.frames()
    }

    /// Sends a heartbeat, with what it has.
    pub fn beat(&mut self) {
        let next = self.next();
        let frame = self.encoder.frame(&[Request::Heartbeat { next }]).expect("small");
        // Whether the other side still listens does not matter here.
        let _ = self.requests.as_mut().map(|requests| requests.write_all(&frame));
    }

    /// Resumes its trace through another relay.
    pub fn resume(&mut self, relay: Command) {
        let mut new = Client::new(relay);
        new.ask(Request::Resume { session: SESSION, next: self.next() });
        self.decoder.cut();
        std::mem::swap(&mut self.relay, &mut new.relay);
        std::mem::swap(&mut self.encoder, &mut new.encoder);
        std::mem::swap(&mut self.requests, &mut new.requests);
        std::mem::swap(&mut self.bytes, &mut new.bytes);
    }

    /// The next raw bytes.
    pub fn raw(&mut self) -> Vec<u8> {
        self.bytes.recv_timeout(Duration::from_secs(10)).expect("something")
    }

    /// Reads until `enough`; panics if the stream ends or nothing comes for too long. Sends heartbeats unless it has asked
    /// to stop.
    pub fn until(&mut self, what: &str, enough: impl Fn(&Client) -> bool) {
        let begin = Instant::now();
        let mut beat = Instant::now();
        while !enough(self) {
            assert!(begin.elapsed() < Duration::from_secs(30), "waiting for {what}: {}", self.state());
            if beat.elapsed() > Duration::from_millis(500) && self.requests.is_some() && self.end.is_none() {
                self.beat();
                beat = Instant::now();
            }
            match self.bytes.recv_timeout(Duration::from_millis(100)) {
                Ok(bytes) => self.take(&bytes).unwrap_or_else(|error| panic!("{error}")),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the stream is over, waiting for {what}: {}", self.state())
                }
            }
        }
    }

    /// Reads until the stream is over, with acknowledgements, and then leaves; returns how it ended.
    pub fn finish(&mut self) -> Option<End> {
        // It may not have acknowledged everything yet, and the agent waits for that before it sends more.
        self.beat();
        let mut said = self.next();
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_secs(30)) {
            self.take(&bytes).unwrap_or_else(|error| panic!("{error}"));
            if self.next() > said {
                self.beat();
                said = self.next();
            }
            if self.end.is_some() {
                self.close();
            }
        }
        assert_eq!(self.decoder.waiting(), 0, "the stream ends with a whole frame");
        self.end.clone()
    }

    /// Asks to stop, and reads up to the end.
    pub fn stop(&mut self) -> End {
        self.ask(Request::Stop);
        self.finish().unwrap_or_else(|| panic!("no end: {}", self.state()))
    }

    /// Why the stream ended with a failure.
    pub fn failure(&mut self) -> String {
        match self.finish() {
            Some(End { reason: Reason::Failed(why), .. }) => why,
            Some(End { reason: Reason::Refused(refusals), .. }) => {
                let all: Vec<_> = refusals.first.iter().map(|refused| Line(refused).to_string()).collect();
                all.join("; ")
            }
            other => panic!("not a failure: {other:?}, {}", self.state()),
        }
    }

    fn state(&self) -> String {
        format!(
            "{} sent, {} lost, hello {}, ready {:?}, end {:?}, notices {:?}",
            self.sent, self.lost, self.hello, self.ready, self.end, self.notices
        )
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), CodecError> {
        self.decoder.push(bytes);
        while let Some(messages) = self.decoder.next()? {
            for message in messages {
                assert!(self.end.is_none(), "nothing follows the end");
                match message {
                    Message::Hello(hello) => {
                        self.version = hello.version;
                        assert!(!std::mem::replace(&mut self.hello, true), "one hello");
                        assert_eq!(self.sent, 0, "hello comes first");
                    }
                    Message::Define { shard, name, text } => {
                        assert!(self.names.entry(shard).or_default().define(name, text.into_owned()));
                    }
                    Message::Event { event: Event { what: What::Lost { events }, .. }, .. } => {
                        self.lost += events;
                        self.gaps += 1;
                    }
                    Message::Event { event, .. } => {
                        self.sent += u64::from(event.what.counts());
                        // A flood is counted, not kept.
                        if self.seen.len() < 100_000 {
                            self.seen.push(event);
                        }
                    }
                    Message::Notice(notice) => self.notices.push(notice.text),
                    Message::Ready { threads, processes, .. } => self.ready = Some((threads, processes)),
                    Message::End(end) => self.end = Some(end),
                    Message::Placement(placement) => self.placement = Some(placement),
                    Message::Pulse(pulse) => self.pulse = Some(pulse),
                    Message::Summary(counts) => self.counts.extend(counts),
                    Message::Status(status) => self.status = Some(status),
                    Message::Silence(silence) => self.silence = Some(silence),
                    Message::Fact(fact) => self.facts.push(fact),
                    Message::NotTraced(refused) => self.notices.push(Line(&refused).to_string()),
                }
            }
        }
        Ok(())
    }

    /// The names of the calls that were seen.
    pub fn calls(&self) -> Vec<&str> {
        let names = &self.names[&0];
        let name = |event: &Event| match event.what {
            What::Call { call, .. } | What::Enter { call, .. } | What::Exit { call, .. } => {
                Some(names.text(call))
            }
            _ => None,
        };
        self.seen.iter().filter_map(name).collect()
    }

    /// The relay's exit status and its messages, within a time.
    pub fn exit(&mut self, most: Duration) -> (Option<i32>, String) {
        let begin = Instant::now();
        while begin.elapsed() < most {
            if let Some(status) = self.relay.try_wait().expect("our child") {
                let mut said = String::new();
                let stderr = self.relay.stderr.as_mut().expect("a pipe");
                stderr.read_to_string(&mut said).expect("text");
                return (status.code(), said);
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("the relay still runs after {most:?}");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.relay.kill();
        let _ = self.relay.wait();
    }
}

//! Hides secrets (`--redact`) before anything leaves the tracer: what is read from Secret volumes, what contains a value that
//! we know to be secret, and what looks like a secret.
//!
//! The value remains a string, but less of it is shown: `"DB_PASSWORD="... /* redacted */`. The three dots are strace's own
//! sign that more follows, and so is a comment, so programs that parse strace's output can parse this.
//!
//! What is only seen in parts cannot be judged as a whole: a secret whose name was read long before it, or that is written
//! character by character, may be shown. To be certain, show no strings at all (`-s 0`).

mod known;
mod patterns;
mod target;

use crate::engine::Sink;
use known::Known;
use std::{collections::HashMap, sync::Arc, time::Duration};
use syscalls::{
    decode::Outcome,
    value::{Names, Value},
};
use wire::{
    event::{Event, What},
    message::Notice,
    refused::Refused,
    summary::Count,
};

pub use target::learn;

/// The comment after a string that is not shown in full.
const NOTE: &str = "redacted";
/// A buffer is read together with at most this many bytes before it.
const TAIL: usize = 128;
/// At most this many streams are remembered.
const MOST_STREAMS: usize = 1024;

/// What to hide.
#[derive(Debug, Default)]
pub struct Rules {
    /// Values that are secret wherever they occur.
    pub known: Known,
    /// Files and directories with secret contents, as `/proc/PID/fd` shows them.
    pub paths: Vec<Vec<u8>>,
    /// Whether the user wants to see what descriptors are open on.
    pub show_paths: bool,
}

impl Rules {
    fn is_secret(&self, path: &[u8]) -> bool {
        self.paths.iter().any(|secret| {
            path.strip_prefix(secret.as_slice()).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
        })
    }
}

/// A sink before another one, which gets no secrets.
pub struct Redacting<S> {
    inner: S,
    redactor: Redactor,
}

impl<S> Redacting<S> {
    /// Puts itself before a sink.
    pub fn new(inner: S, rules: Arc<Rules>) -> Redacting<S> {
        Redacting { inner, redactor: Redactor::new(rules) }
    }
}

impl<S: Sink> Sink for Redacting<S> {
    fn event(&mut self, mut event: Event, names: &Names) {
        self.redactor.event(&mut event, names);
        self.inner.event(event, names);
    }

    fn sees_a_call(&mut self) {
        self.inner.sees_a_call();
    }

    fn notice(&mut self, notice: Notice) {
        self.inner.notice(notice);
    }

    fn not_traced(&mut self, refused: Refused) {
        self.inner.not_traced(refused);
    }

    fn ready(&mut self, threads: u32, processes: u32) {
        self.inner.ready(threads, processes);
    }

    fn summary(&mut self, counts: Vec<Count>) {
        self.inner.summary(counts);
    }

    fn rests(&mut self, held: bool) {
        self.inner.rests(held);
    }

    fn wakes(&mut self) {
        self.inner.wakes();
    }

    fn tells_others(&mut self) {
        self.inner.tells_others();
    }

    fn circle(&mut self, why: &str) {
        self.inner.circle(why);
    }

    fn flush(&mut self, most: Duration) {
        self.inner.flush(most);
    }
}

/// A stream of bytes: of one thread, through one descriptor, in one direction.
type Stream = (i32, i32, bool);

/// Where a call's strings come from.
#[derive(Debug, Clone, Copy, Default)]
struct Source {
    secret: bool,
    stream: Option<Stream>,
}

/// What passed through a stream before.
#[derive(Debug, Default)]
struct Before {
    /// A PEM block has begun and not ended.
    in_block: bool,
    /// The last bytes, if all of them were seen.
    tail: Vec<u8>,
}

/// Hides secrets in events.
pub struct Redactor {
    rules: Arc<Rules>,
    /// Calls that have begun and not returned.
    pending: HashMap<i32, Source>,
    streams: HashMap<Stream, Before>,
}

/// An argument without its name.
fn unnamed(arg: &Value) -> &Value {
    match arg {
        Value::Field(_, value) => value,
        value => value,
    }
}

impl Redactor {
    /// By these rules.
    pub fn new(rules: Arc<Rules>) -> Redactor {
        Redactor { rules, pending: HashMap::new(), streams: HashMap::new() }
    }

    /// Hides what is secret in an event.
    pub fn event(&mut self, event: &mut Event, names: &Names) {
        let tid = event.tid;
        match &mut event.what {
            What::Enter { call, args } => {
                let source = self.source(tid, names.text(*call), args);
                self.pending.insert(tid, source);
                self.list(args, source);
            }
            What::Exit { call, args, outcome, .. } => {
                let source = self.pending.remove(&tid);
                let source = source.unwrap_or_else(|| self.source(tid, names.text(*call), args));
                self.list(args, source);
                self.outcome(outcome, source);
            }
            What::Call { call, args, outcome, .. } => {
                let source = self.source(tid, names.text(*call), args);
                self.list(args, source);
                self.outcome(outcome, source);
            }
            What::Exited { .. } | What::Killed { .. } | What::Detached => {
                self.pending.remove(&tid);
                self.streams.retain(|(thread, ..), _| *thread != tid);
            }
            // No rule has looked at whole buffers.
            What::Data { buffers, messages, .. } => {
                buffers.clear();
                messages.clear();
            }
            What::Superseded { by } => {
                // The survivor returns from its execve under this id.
                if let Some(source) = self.pending.remove(by) {
                    self.pending.insert(tid, source);
                }
            }
            What::Signal { siginfo, .. } => {
                if let Some(siginfo) = siginfo {
                    self.value(siginfo, Source::default());
                }
            }
            // Each kind of event is listed, so that a new one cannot be forgotten here. A thread's name has 15 bytes, and is
            // what `ps` shows to everybody.
            What::Stopped { .. }
            | What::Attached { .. }
            | What::Renamed { .. }
            | What::Personality { .. }
            | What::Lost { .. } => {}
        }
    }

    fn source(&self, tid: i32, call: &str, args: &[Value]) -> Source {
        let secret = args.iter().any(|arg| match unnamed(arg) {
            Value::Fd { path: Some(path), .. } => self.rules.is_secret(path),
            _ => false,
        });
        let out = ["write", "pwrite", "send"].iter().any(|way| call.starts_with(way));
        let stream = match args.first().map(unnamed) {
            Some(Value::Fd { fd, dir: false, .. }) => Some((tid, *fd, out)),
            _ => None,
        };
        Source { secret, stream }
    }

    fn outcome(&mut self, outcome: &mut Outcome, source: Source) {
        match outcome {
            Outcome::Value(value, note) => {
                self.value(value, source);
                if let Some(note) = note {
                    self.value(note, source);
                }
            }
            Outcome::Tampered(outcome, _) => self.outcome(outcome, source),
            Outcome::Error(_) | Outcome::Unknown => {}
        }
    }

    /// A list of values: a program's argument may say what the next one is.
    fn list(&mut self, values: &mut [Value], source: Source) {
        let mut expected = false;
        for value in values {
            let text = match value {
                Value::Str { bytes, .. } => Some(bytes.clone()),
                _ => None,
            };
            if expected && text.as_ref().is_some_and(|text| !text.starts_with(b"-")) {
                hide(value, 0);
            } else {
                self.value(value, source);
            }
            expected = text.is_some_and(|text| is_option_of_a_secret(&text));
        }
    }

    fn value(&mut self, value: &mut Value, source: Source) {
        match value {
            Value::Str { bytes, cut } => {
                let (bytes, cut) = (std::mem::take(bytes), *cut);
                let at = self.secret_in(&bytes, cut, source);
                *value = Value::Str { bytes, cut };
                if let Some(at) = at {
                    hide(value, at);
                }
            }
            Value::Binary { bytes, cut } => {
                let (bytes, cut) = (std::mem::take(bytes), *cut);
                let secret = self.secret_in(&bytes, cut, source).is_some();
                *value = Value::Binary { bytes, cut };
                if secret {
                    hide(value, 0);
                }
            }
            Value::Beyond { bytes, cut, .. } => {
                let taken = std::mem::take(bytes);
                if self.secret_in(&taken, *cut, source).is_some() {
                    hide(value, 0);
                } else {
                    *bytes = taken;
                }
            }
            Value::Text(text) => {
                if self.rules.find(text.as_bytes(), false).is_some() {
                    hide(value, 0);
                }
            }
            Value::Fd { path, .. } => {
                if !self.rules.show_paths {
                    *path = None;
                }
            }
            Value::Array { items, .. } | Value::List(items) | Value::Or(items) | Value::Macro(_, items) => {
                self.list(items, source);
            }
            Value::Set { items, .. } => self.list(items, source),
            Value::Struct { .. }
            | Value::Changed(..)
            | Value::Commented(..)
            | Value::Pointee(_)
            | Value::After(_)
            | Value::Field(..)
            | Value::Noted(..)
            | Value::Called(..)
            | Value::Above(..)
            | Value::Labeled(..)
            | Value::Prefixed(..)
            | Value::Status(_) => value.inside(&mut |inner| self.value(inner, source)),
            // Numbers and names contain no text of the tracee's. Each is listed, so that a new kind cannot be forgotten here.
            Value::Int(_)
            | Value::Unsigned(_)
            | Value::Hex(_)
            | Value::Octal { .. }
            | Value::Addr(_)
            | Value::NotCaptured(_)
            | Value::Pid { .. }
            | Value::Flags { .. }
            | Value::Symbol { .. }
            | Value::AddressOf(_)
            | Value::Word(_)
            | Value::Shifted(..)
            | Value::ShiftedName(..)
            | Value::Date { .. }
            | Value::Named { .. }
            | Value::Kibi(_)
            | Value::HexPadded { .. }
            | Value::HexShifted { .. }
            | Value::Resuming(_) => {}
        }
    }

    /// Where the secret in a buffer begins.
    fn secret_in(&mut self, bytes: &[u8], cut: bool, source: Source) -> Option<usize> {
        if source.secret {
            return Some(0);
        }
        let Some(stream) = source.stream else { return self.rules.find(bytes, cut) };
        if self.streams.len() >= MOST_STREAMS && !self.streams.contains_key(&stream) {
            self.streams.clear();
        }
        let before = self.streams.entry(stream).or_default();
        if before.in_block {
            before.in_block = !patterns::closes_block(bytes);
            return Some(0);
        }
        before.in_block = patterns::opens_block(bytes, cut);
        let head = before.tail.len();
        let mut joined = std::mem::take(&mut before.tail);
        joined.extend_from_slice(bytes);
        let found = self.rules.find(&joined, cut).map(|at| at.saturating_sub(head));
        // After the end of a line comes another line, and unseen bytes say nothing about what follows.
        if !cut && !bytes.ends_with(b"\n") {
            let from = joined.len().saturating_sub(TAIL);
            before.tail = joined.split_off(from);
        }
        found
    }
}

impl Rules {
    fn find(&self, bytes: &[u8], cut: bool) -> Option<usize> {
        [patterns::find(bytes, cut), self.known.find(bytes, cut)].into_iter().flatten().min()
    }
}

/// Shows only the first `shown` bytes of a string.
fn hide(value: &mut Value, shown: usize) {
    let mut kept = match value {
        Value::Str { bytes, .. } => std::mem::take(bytes),
        _ => Vec::new(),
    };
    kept.truncate(shown);
    *value = Value::Noted(Box::new(Value::Str { bytes: kept, cut: true }), NOTE.to_owned());
}

/// `--password`, `-token`: a secret follows.
fn is_option_of_a_secret(text: &[u8]) -> bool {
    let name = text.strip_prefix(b"--").or_else(|| text.strip_prefix(b"-"));
    name.is_some_and(|name| name.len() > 1 && !name.contains(&b'=') && patterns::is_secret_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use syscalls::{decode::Tampered, notation::Notation};

    struct Session {
        redactor: Redactor,
        names: Names,
    }

    impl Session {
        fn new(rules: Rules) -> Session {
            Session { redactor: Redactor::new(rules.into()), names: Names::default() }
        }

        /// A call's arguments as they are shown.
        fn call(&mut self, call: &'static str, args: Vec<Value>) -> String {
            let what = What::Call {
                call: self.names.intern(call),
                args,
                outcome: Outcome::Value(Value::Int(0), None),
                duration: None,
            };
            let mut event = Event { tid: 7, time: 0, site: None, what };
            self.redactor.event(&mut event, &self.names);
            let What::Call { args, .. } = event.what else { panic!("a call stays one") };
            let mut text = String::new();
            Notation::default().arguments(&mut text, &args, &self.names, true);
            text
        }

        fn read(&mut self, path: &str, text: &str, cut: bool) -> String {
            let fd = Value::Fd { fd: 3, dir: false, path: Some(path.into()), detail: None };
            self.call("read", vec![fd, Value::Str { bytes: text.into(), cut }, Value::Int(9)])
        }
    }

    fn strings(texts: &[&str]) -> Value {
        Value::Array { items: texts.iter().map(|text| Value::bytes(text.as_bytes())).collect(), cut: false }
    }

    #[test]
    fn arguments_and_variables_keep_their_names_only() {
        let mut session = Session::new(Rules::default());
        let argv = strings(&[
            "mysql",
            "-u",
            "me",
            "--password",
            "hunter2",
            "--token=x",
            "--password",
            "--verbose",
            "db",
        ]);
        let envp = strings(&["PATH=/bin", "DB_PASSWORD=hunter2"]);
        let text = session.call("execve", vec![Value::bytes(b"/bin/mysql"), argv, envp]);
        assert_eq!(
            text,
            r#""/bin/mysql", ["mysql", "-u", "me", "--password", ""... /* redacted */, "--token="... /* redacted */, "--password", "--verbose", "db"], ["PATH=/bin", "DB_PASSWORD="... /* redacted */]"#
        );
    }

    #[test]
    fn what_is_read_from_a_secret_volume_is_hidden_whatever_it_is() {
        let rules =
            Rules { paths: vec![b"/run/secrets/x".to_vec(), b"/etc/one".to_vec()], ..Rules::default() };
        let mut session = Session::new(rules);
        for path in ["/run/secrets/x/..data/y", "/etc/one"] {
            assert_eq!(session.read(path, "plain words", false), r#"3, ""... /* redacted */, 9"#);
        }
        assert_eq!(session.read("/run/secrets/xy", "plain words", false), r#"3, "plain words", 9"#);
        // The entry event comes before the exit event, which has the bytes but not the descriptor.
        let call = session.names.intern("read");
        let fd = Value::Fd { fd: 3, dir: false, path: Some(b"/etc/one".to_vec()), detail: None };
        let mut enter = Event { tid: 9, time: 0, site: None, what: What::Enter { call, args: vec![fd] } };
        let exit = What::Exit {
            call,
            args: vec![Value::bytes(b"plain words")],
            before: 1,
            outcome: Outcome::Value(Value::Int(11), None),
            duration: None,
        };
        let mut exit = Event { tid: 9, time: 1, site: None, what: exit };
        session.redactor.event(&mut enter, &session.names);
        session.redactor.event(&mut exit, &session.names);
        let (enter, exit) = (format!("{enter:?}"), format!("{exit:?}"));
        assert!(!enter.contains("path: Some") && exit.contains("bytes: []") && exit.contains(NOTE), "{exit}");
    }

    #[test]
    fn paths_that_nobody_asked_for_are_not_shown() {
        let mut session = Session::new(Rules::default());
        assert_eq!(session.read("/etc/motd", "hello", false), r#"3, "hello", 9"#);
        let mut session = Session::new(Rules { show_paths: true, ..Rules::default() });
        assert_eq!(session.read("/etc/motd", "hello", false), r#"3</etc/motd>, "hello", 9"#);
    }

    #[test]
    fn what_was_read_before_tells_what_follows() {
        let mut session = Session::new(Rules::default());
        assert_eq!(session.read("", "Authorization:", false), r#"3, "Authorization:", 9"#);
        assert_eq!(session.read("", " Digest x", false), r#"3, " "... /* redacted */, 9"#);
        assert_eq!(session.read("", "yz\r\n", false), r#"3, ""... /* redacted */, 9"#);
        assert_eq!(session.read("", "Host: a\r\n", false), r#"3, "Host: a\r\n", 9"#);
        assert!(session.read("", "-----BEGIN PRIVATE KEY-----\nMII", true).contains("redacted"));
        assert_eq!(session.read("", "plain", true), r#"3, ""... /* redacted */, 9"#);
        assert!(session.read("", "x\n-----END PRIVATE KEY-----\n", false).contains("redacted"));
        assert_eq!(session.read("", "plain", false), r#"3, "plain", 9"#);
    }

    #[test]
    fn structures_are_looked_through() {
        let mut known = Known::default();
        known.add(b"correct-horse");
        let mut session = Session::new(Rules { known, ..Rules::default() });
        let base = session.names.intern("iov_base");
        let field = |text: &str| Value::Struct {
            fields: vec![(Some(base), Value::bytes(text.as_bytes()))],
            cut: false,
        };
        let items = vec![field("a=1"), field("b=correct-horse")];
        let fd = Value::Fd { fd: 3, dir: false, path: None, detail: None };
        let text = session.call("writev", vec![fd, Value::Array { items, cut: false }, Value::Int(2)]);
        assert_eq!(text, r#"3, [{iov_base="a=1"}, {iov_base="b="... /* redacted */}], 2"#);
    }

    #[test]
    fn a_tampered_result_and_the_end_of_a_structure_are_looked_at() {
        let mut known = Known::default();
        known.add(b"correct-horse");
        let mut session = Session::new(Rules { known, ..Rules::default() });
        let secret = || Value::bytes(b"correct-horse");
        let call = session.names.intern("getcwd");
        let args = vec![
            Value::Beyond { from: 8, to: 20, bytes: b"correct-horse".to_vec(), cut: false },
            Value::Text("correct-horse".into()),
            Value::Called(Box::new(secret()), call),
            Value::Above(Box::new(secret()), 8),
        ];
        let outcome = Outcome::Value(Value::Int(1), Some(secret()));
        let outcome = Outcome::Tampered(Box::new(outcome), Tampered::default());
        let what = What::Call { call, args, outcome, duration: None };
        let mut event = Event { tid: 7, time: 0, site: None, what };
        session.redactor.event(&mut event, &session.names);
        let text = format!("{event:?}");
        let plain = format!("{:?}", b"correct-horse".to_vec());
        assert!(!text.contains("correct-horse") && !text.contains(&plain), "{text}");
        assert_eq!(text.matches(NOTE).count(), 5, "{text}");
    }
}

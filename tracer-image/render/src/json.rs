//! Events as JSON, one per line (NDJSON). `docs/events.schema.json` describes a line.
//!
//! The values are the same as in the text. Numbers that JavaScript or jq 1.6 would round, masks and addresses are
//! strings. Non-ASCII characters are escaped, so that a line is safe on a terminal.

use crate::gap::Gap;
use std::{collections::BTreeMap, fmt::Write};
use syscalls::{
    decode::{Outcome, Tampered},
    names::errno,
    notation::Notation,
    value::{Name, Names, Value},
};
use wire::{
    event::{Birth, Event, What},
    summary::Count,
};

/// The version of the format. It is raised when a field is removed or changes its meaning, but not for new fields.
pub const VERSION: u32 = 1;

/// Whose events these are, and how to convert their times.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Added to an event's time, gives nanoseconds since 1970.
    pub wall_offset: i64,
    /// The pod, if any.
    pub pod: Option<String>,
    /// The container, if any.
    pub container: Option<String>,
}

/// What is known about a thread.
#[derive(Debug, Default)]
struct Thread {
    process: Option<i32>,
    comm: Option<Vec<u8>>,
}

/// Turns events into lines.
#[derive(Debug, Default)]
pub struct Lines {
    context: Context,
    threads: BTreeMap<i32, Thread>,
}

impl Lines {
    /// Before the first line.
    pub fn new(context: Context) -> Lines {
        Lines { context, threads: BTreeMap::new() }
    }

    /// The line of an event. Events must come in the order in which they are to be written.
    pub fn line(&mut self, event: &Event, names: &Names) -> String {
        match &event.what {
            What::Attached { process, .. } => self.thread(event.tid).process = Some(*process),
            What::Renamed { comm } => self.thread(event.tid).comm = Some(comm.clone()),
            // The thread that executed a program goes on under the leader's id, with its own name.
            What::Superseded { by } => {
                if let Some(survivor) = self.threads.remove(by) {
                    let leader = self.thread(event.tid);
                    leader.process = leader.process.or(survivor.process);
                    leader.comm = survivor.comm.or(leader.comm.take());
                }
            }
            _ => {}
        }
        let mut json = Json { out: String::new(), names };
        let wall = event.time as i64 + self.context.wall_offset;
        let thread = self.threads.get(&event.tid);
        json.object(|json| {
            json.number("v", i128::from(VERSION));
            json.time("time", wall);
            self.context.write(json);
            if let Some(process) = thread.and_then(|thread| thread.process) {
                json.number("pid", i128::from(process));
            }
            json.number("tid", i128::from(event.tid));
            if let Some(comm) = thread.and_then(|thread| thread.comm.as_deref()) {
                json.key("comm");
                json.bytes(comm, false);
            }
            if let Some(site) = event.site {
                json.number("number", i128::from(site.number));
                if let Some(instruction) = site.instruction {
                    json.text("ip", &format!("{instruction:#x}"));
                }
            }
            json.what(&event.what);
        });
        json.out.push('\n');
        if matches!(event.what, What::Exited { .. } | What::Killed { .. } | What::Detached) {
            self.threads.remove(&event.tid);
        }
        json.out
    }

    /// The line for an interval in which nothing was traced.
    pub fn gap(&self, gap: &Gap<'_>) -> String {
        let names = Names::default();
        let mut json = Json { out: String::new(), names: &names };
        json.object(|json| {
            json.number("v", i128::from(VERSION));
            json.time("time", gap.from);
            self.context.write(json);
            json.number("tid", i128::from(gap.tid));
            json.text("event", "gap");
            json.time("until", gap.to + self.context.wall_offset);
            json.text("why", gap.why);
        });
        json.out.push('\n');
        json.out
    }

    /// The line with the counts.
    pub fn summary(&self, counts: &[Count]) -> String {
        let names = Names::default();
        let mut json = Json { out: String::new(), names: &names };
        json.object(|json| {
            json.number("v", i128::from(VERSION));
            self.context.write(json);
            json.text("event", "summary");
            json.key("counts");
            json.array(counts, |json, count| {
                json.object(|json| {
                    json.text("call", &count.name);
                    json.text("abi", count.abi.name());
                    json.number("number", i128::from(count.number));
                    json.number("calls", i128::from(count.calls));
                    json.number("errors", i128::from(count.errors));
                    for (key, spans) in [("system", count.system), ("wall", count.wall)] {
                        json.key(key);
                        json.object(|json| {
                            json.number("total", i128::from(spans.total));
                            json.number("min", i128::from(spans.least));
                            json.number("max", i128::from(spans.most));
                        });
                    }
                });
            });
        });
        json.out.push('\n');
        json.out
    }

    fn thread(&mut self, tid: i32) -> &mut Thread {
        self.threads.entry(tid).or_default()
    }
}

impl Context {
    fn write(&self, json: &mut Json<'_>) {
        if let Some(pod) = &self.pod {
            json.text("pod", pod);
        }
        if let Some(container) = &self.container {
            json.text("container", container);
        }
    }
}

struct Json<'a> {
    out: String,
    names: &'a Names,
}

impl Json<'_> {
    /// Nanoseconds since 1970.
    fn time(&mut self, key: &str, wall: i64) {
        self.key(key);
        self.object(|json| {
            json.number("sec", i128::from(wall.div_euclid(1_000_000_000)));
            json.number("nsec", i128::from(wall.rem_euclid(1_000_000_000)));
        });
    }

    fn what(&mut self, what: &What) {
        match what {
            What::Enter { call, args } => {
                self.call("enter", *call, args);
            }
            What::Exit { call, args, outcome, duration, .. } => {
                self.call("exit", *call, args);
                self.outcome(outcome, *duration);
            }
            What::Call { call, args, outcome, duration } => {
                self.call("call", *call, args);
                self.outcome(outcome, *duration);
            }
            What::Signal { signal, siginfo } => {
                self.text("event", "signal");
                self.member("signal", signal);
                if let Some(siginfo) = siginfo {
                    self.member("siginfo", siginfo);
                }
            }
            What::Stopped { signal } => {
                self.text("event", "stopped");
                self.member("signal", signal);
            }
            What::Attached { how, .. } => {
                self.text("event", "attached");
                self.text(
                    "how",
                    match how {
                        Birth::Seized => "seized",
                        Birth::Cloned => "cloned",
                        Birth::Spawned => "spawned",
                    },
                );
            }
            What::Detached => self.text("event", "detached"),
            What::Exited { code } => {
                self.text("event", "exited");
                self.number("code", i128::from(*code));
            }
            What::Killed { signal, core } => {
                self.text("event", "killed");
                self.member("signal", signal);
                self.key("core");
                self.out.push_str(if *core { "true" } else { "false" });
            }
            What::Superseded { by } => {
                self.text("event", "superseded");
                self.number("by", i128::from(*by));
            }
            What::Data { buffers, .. } => {
                self.text("event", "data");
                self.key("buffers");
                self.array(buffers, |json, bytes| json.bytes(bytes, false));
            }
            What::Renamed { .. } => self.text("event", "renamed"),
            What::Personality { abi } => {
                self.text("event", "personality");
                self.number("bits", 8 * abi.pointer() as i128);
            }
            What::Lost { events } => {
                self.text("event", "lost");
                self.number("events", i128::from(*events));
            }
        }
    }

    fn call(&mut self, event: &str, call: Name, args: &[Value]) {
        self.text("event", event);
        let name = self.names.text(call).to_string();
        self.text("call", &name);
        self.key("args");
        self.array(args, |json, arg| match arg {
            Value::Field(name, value) => json.object(|json| {
                let name = json.names.text(*name).to_string();
                json.text("name", &name);
                json.member("value", value);
            }),
            value => json.object(|json| json.member("value", value)),
        });
    }

    fn outcome(&mut self, outcome: &Outcome, duration: Option<u64>) {
        match outcome {
            Outcome::Value(value, note) => {
                self.member("result", value);
                if let Some(note) = note {
                    self.member("note", note);
                }
            }
            Outcome::Error(number) => {
                self.key("error");
                self.object(|json| {
                    if let Some((name, text)) = errno::describe(*number) {
                        json.text("name", name);
                        json.text("text", text);
                    }
                    json.number("errno", i128::from(*number));
                });
            }
            Outcome::Tampered(outcome, Tampered { result, args, delay }) => {
                self.outcome(outcome, None);
                self.key("tampered");
                let done = [(*result, "result"), (*args, "args"), (*delay, "delay")];
                let done: Vec<&str> = done.iter().filter(|(done, _)| *done).map(|(_, word)| *word).collect();
                self.array(&done, |json, word| json.string(word));
            }
            Outcome::Unknown => {
                self.key("result");
                self.out.push_str("null");
            }
        }
        if let Some(duration) = duration {
            self.number("duration", i128::from(duration));
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Int(number) => self.integer(i128::from(*number)),
            Value::Unsigned(number) => self.integer(i128::from(*number)),
            Value::Kibi(number) => self.integer(i128::from(*number) * 1024),
            Value::Hex(bits) | Value::Addr(bits) | Value::HexPadded { bits, .. } => {
                self.string(&format!("{bits:#x}"));
            }
            Value::NotCaptured(addr) => self.object(|json| {
                json.text("addr", &format!("{addr:#x}"));
                json.key("captured");
                json.out.push_str("false");
            }),
            Value::Octal { bits, .. } => self.string(&format!("0{bits:o}")),
            Value::Pid { pid, comm: None, ours: None } => self.integer(i128::from(*pid)),
            Value::Pid { pid, comm, ours } => self.object(|json| {
                json.number("pid", i128::from(*pid));
                if let Some(comm) = comm {
                    json.key("comm");
                    json.bytes(comm, false);
                }
                if let Some(ours) = ours {
                    json.number("tracer_pid", i128::from(*ours));
                }
            }),
            Value::Fd { fd, dir, path, detail } => self.object(|json| {
                json.number("fd", i128::from(*fd));
                if *dir && *fd == -100 {
                    json.text("symbol", "AT_FDCWD");
                }
                if let Some(path) = path {
                    json.key("path");
                    json.bytes(path, false);
                }
                if let Some(detail) = detail {
                    json.text("detail", detail);
                }
            }),
            Value::Flags { bits, names, rest, .. } => self.object(|json| {
                json.key("flags");
                json.array(names, |json, name| json.name(*name));
                json.text("bits", &format!("{bits:#x}"));
                if *rest != 0 {
                    json.text("unknown", &format!("{rest:#x}"));
                }
            }),
            Value::Symbol { bits, name, .. } => self.object(|json| {
                json.key("symbol");
                match name {
                    Some(name) => json.name(*name),
                    None => json.out.push_str("null"),
                }
                json.key("value");
                json.integer(i128::from(*bits as i64));
            }),
            Value::Named { number, name } => self.object(|json| {
                json.key("symbol");
                json.name(*name);
                json.key("value");
                json.integer(i128::from(*number));
            }),
            Value::Or(parts) => self.object(|json| {
                json.key("or");
                json.array(parts, |json, part| json.value(part));
            }),
            Value::Str { bytes, cut } | Value::Binary { bytes, cut } => self.bytes(bytes, *cut),
            Value::Array { items, cut: false } | Value::List(items) => {
                self.array(items, |json, item| json.value(item));
            }
            Value::Array { items, cut: true } => self.object(|json| {
                json.key("items");
                json.array(items, |json, item| json.value(item));
                json.key("cut");
                json.out.push_str("true");
            }),
            Value::Set { items, complement } => self.object(|json| {
                json.key("set");
                json.array(items, |json, item| json.value(item));
                if *complement {
                    json.key("complement");
                    json.out.push_str("true");
                }
            }),
            Value::Struct { fields, cut } => self.object(|json| {
                json.key("struct");
                json.object(|json| {
                    for (index, (name, value)) in fields.iter().enumerate() {
                        match name {
                            Some(name) => {
                                let name = json.names.text(*name).to_string();
                                json.member(&name, value);
                            }
                            // A field without a name goes under its position.
                            None => json.member(&index.to_string(), value),
                        }
                    }
                });
                if *cut {
                    json.key("cut");
                    json.out.push_str("true");
                }
            }),
            Value::Changed(before, after) => self.object(|json| {
                json.member("before", before);
                json.member("after", after);
            }),
            Value::After(after) => self.object(|json| json.member("after", after)),
            Value::Pointee(value) => self.object(|json| json.member("pointee", value)),
            Value::Commented(_, meant) if matches!(**meant, Value::Flags { .. } | Value::Symbol { .. }) => {
                self.value(meant);
            }
            Value::Commented(value, _) => self.value(value),
            Value::Field(name, value) => self.object(|json| {
                let name = json.names.text(*name).to_string();
                json.member(&name, value);
            }),
            Value::Labeled(name, value) => self.object(|json| {
                json.key("label");
                json.name(*name);
                json.member("value", value);
            }),
            Value::Macro(name, args) => self.object(|json| {
                json.key("macro");
                json.name(*name);
                json.key("args");
                json.array(args, |json, arg| json.value(arg));
            }),
            Value::Date { seconds, .. } => self.integer(i128::from(*seconds)),
            Value::Called(_, name) | Value::Word(name) => self.object(|json| {
                json.key("word");
                json.name(*name);
            }),
            // Values that are only notation: as in the text.
            value => {
                let mut text = String::new();
                Notation::default().value(&mut text, value, self.names);
                self.object(|json| json.text("text", &text));
            }
        }
    }

    /// A string if it is one, otherwise its bytes in hexadecimal.
    fn bytes(&mut self, bytes: &[u8], cut: bool) {
        match std::str::from_utf8(bytes) {
            Ok(text) if !cut => self.string(text),
            Ok(text) => self.object(|json| {
                json.text("text", text);
                json.key("cut");
                json.out.push_str("true");
            }),
            Err(_) => self.object(|json| {
                let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                json.text("hex", &hex);
                if cut {
                    json.key("cut");
                    json.out.push_str("true");
                }
            }),
        }
    }

    /// A number, or a string if others would round it.
    fn integer(&mut self, number: i128) {
        const EXACT: u128 = 1 << 53;
        let _ = if number.unsigned_abs() <= EXACT {
            write!(self.out, "{number}")
        } else {
            write!(self.out, "\"{number}\"")
        };
    }

    fn name(&mut self, name: Name) {
        let text = self.names.text(name).to_string();
        self.string(&text);
    }

    fn member(&mut self, key: &str, value: &Value) {
        self.key(key);
        self.value(value);
    }

    fn number(&mut self, key: &str, number: i128) {
        self.key(key);
        self.integer(number);
    }

    fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        self.string(text);
    }

    fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.out.push('{');
        members(self);
        self.out.push('}');
    }

    fn array<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.out.push('[');
        for (index, one) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            item(self, one);
        }
        self.out.push(']');
    }

    fn key(&mut self, key: &str) {
        if !self.out.ends_with(['{', '[']) {
            self.out.push(',');
        }
        self.string(key);
        self.out.push(':');
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            let _ = match c {
                '"' => self.out.write_str("\\\""),
                '\\' => self.out.write_str("\\\\"),
                ' '..='~' => self.out.write_char(c),
                c => {
                    let mut units = [0; 2];
                    c.encode_utf16(&mut units).iter().try_for_each(|unit| write!(self.out, "\\u{unit:04x}"))
                }
            };
        }
        self.out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &Value, names: &Names) -> String {
        let mut json = Json { out: String::new(), names };
        json.value(value);
        json.out
    }

    #[test]
    fn numbers_that_would_be_rounded_are_strings() {
        let names = Names::default();
        assert_eq!(written(&Value::Int(-5), &names), "-5");
        assert_eq!(written(&Value::Unsigned(1 << 53), &names), "9007199254740992");
        assert_eq!(written(&Value::Unsigned((1 << 53) + 1), &names), "\"9007199254740993\"");
        assert_eq!(written(&Value::Addr(u64::MAX), &names), "\"0xffffffffffffffff\"");
        assert_eq!(written(&Value::NotCaptured(0x10), &names), r#"{"addr":"0x10","captured":false}"#);
    }

    #[test]
    fn text_is_escaped() {
        let names = Names::default();
        let text = |bytes: &[u8]| written(&Value::bytes(bytes), &names);
        assert_eq!(text(b"a\"\\\x1b[2J\n"), r#""a\"\\\u001b[2J\u000a""#);
        assert_eq!(text("\u{202e}\u{1f600}".as_bytes()), r#""\u202e\ud83d\ude00""#);
        assert_eq!(text(b"\xff\x00"), r#"{"hex":"ff00"}"#);
        assert_eq!(
            written(&Value::Str { bytes: b"a".to_vec(), cut: true }, &names),
            r#"{"text":"a","cut":true}"#
        );
    }

    #[test]
    fn a_call() {
        let mut names = Names::default();
        let (call, fd, flag) = (names.intern("close"), names.intern("fd"), names.intern("O_RDONLY"));
        let arg = Value::Fd { fd: 3, dir: false, path: Some(b"/x".to_vec()), detail: None };
        let flags = Value::Flags { bits: 0, names: vec![flag], rest: 0, unknown: flag };
        let args = vec![Value::Field(fd, Box::new(arg)), flags];
        let what = What::Call { call, args, outcome: Outcome::Error(9), duration: Some(7) };
        let event = Event { tid: 5, time: 1, site: None, what };
        assert_eq!(
            Lines::new(Context { wall_offset: 1_000_000_000, ..Context::default() }).line(&event, &names),
            "{\"v\":1,\"time\":{\"sec\":1,\"nsec\":1},\"tid\":5,\"event\":\"call\",\"call\":\"close\",\"args\":[\
             {\"name\":\"fd\",\"value\":{\"fd\":3,\"path\":\"/x\"}},{\"value\":{\"flags\":[\"O_RDONLY\"],\"bits\":\
             \"0x0\"}}],\"error\":{\"name\":\"EBADF\",\"text\":\"Bad file descriptor\",\"errno\":9},\"duration\":7}\n"
        );
    }
}

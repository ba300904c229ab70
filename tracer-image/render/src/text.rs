//! strace's text: columns, times, unfinished and resumed calls, signals, exits.
//!
//! A call is written as it happens: `read(3` at its entry, the rest when it returns, so that a hanging call is visible.
//! If another thread writes something in between, ` <unfinished ...>` ends the line and `<... read resumed>` begins the
//! next line of that thread. With one file per thread ([`Options::split`]), nothing can come in between.

use crate::{
    clock::{Precision, Wall},
    dump,
    gap::Gap,
};
use std::{collections::BTreeMap, fmt::Write};
use syscalls::{
    decode::Outcome,
    filter::quiet,
    notation::{Constants, Notation, utc},
    value::{Name, Names, Value},
};
use wire::event::{Birth, Event, Site, What};

/// The format of lines.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How a line shows which thread it belongs to.
    pub prefix: Prefix,
    /// `-t`, `-tt`, `-ttt`.
    pub wall: Option<Wall>,
    /// `-r`: the time since the previous line.
    pub relative: Option<Precision>,
    /// `-T`: the time that a call took.
    pub spent: Option<Precision>,
    /// `-a`: the column of the ` = `.
    pub column: usize,
    /// `-x`, `-xx`. Its time zone is `zone`.
    pub notation: Notation,
    /// `-n`: the numbers of calls.
    pub numbers: bool,
    /// `-i`: the instruction pointer.
    pub instructions: bool,
    /// What to leave out, as bits of [`syscalls::filter::quiet`].
    pub quiet: u8,
    /// `-ff`: each thread has a file of its own.
    pub split: bool,
    /// Added to an event's time, gives nanoseconds since 1970 ([`wire::message::Hello::wall_offset`]).
    pub wall_offset: i64,
    /// Seconds east of UTC at a time (seconds since 1970).
    pub zone: fn(i64) -> i32,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            prefix: Prefix::Several,
            wall: None,
            relative: None,
            spent: None,
            column: 40,
            notation: Notation::default(),
            numbers: false,
            instructions: false,
            quiet: 0,
            split: false,
            wall_offset: 0,
            zone: utc,
        }
    }
}

/// What a line begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// Nothing: a single thread, or one file per thread.
    None,
    /// `[pid  1234] ` while more than one thread is traced, as strace does on a terminal.
    Several,
    /// `1234  ` always, as strace does in a file with `-f`.
    Always,
}

/// Where text goes.
pub trait Output {
    /// More text of a line (or several). `tid` is the thread whose file it belongs to if [`Options::split`] is set,
    /// otherwise the thread that caused it. The text need not end a line. Show it at once, because a call may hang.
    fn write(&mut self, tid: i32, text: &str);
    /// A message that strace writes to stderr, without a newline: `Process 12 attached`.
    fn notice(&mut self, text: &str);
}

/// What is known about a thread.
#[derive(Debug, Default)]
struct Thread {
    /// The shard that its events come from.
    shard: u16,
    /// The call that it is in, if its entry was written.
    inside: Option<Box<str>>,
    /// Its name, if names are wanted.
    comm: Option<Vec<u8>>,
    /// Whether it is a 32-bit process.
    narrow: bool,
}

/// A line that has not ended: a call whose entry was written.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// Its thread.
    tid: i32,
    /// Its length.
    length: usize,
}

/// Turns events into text.
#[derive(Debug)]
pub struct Text {
    options: Options,
    threads: BTreeMap<i32, Thread>,
    /// The open lines by file. There is only file 0 if the output is not split.
    open: BTreeMap<i32, Open>,
    /// The time of the previous line.
    last: Option<u64>,
    /// Text that was not handed over yet, and how much of its first line was.
    buffer: String,
    before: usize,
    /// The site of the event that is being written.
    site: Option<Site>,
}

impl Text {
    /// Before the first line.
    pub fn new(mut options: Options) -> Text {
        options.notation.zone = options.zone;
        Text {
            options,
            threads: BTreeMap::new(),
            open: BTreeMap::new(),
            last: None,
            buffer: String::new(),
            before: 0,
            site: None,
        }
    }

    /// Sets the offset of the wall clock, once the tracer's `Hello` has arrived.
    pub fn set_wall_offset(&mut self, offset: i64) {
        self.options.wall_offset = offset;
    }

    /// Writes one event. Events must come in the order in which they are to be written; `names` are the shard's.
    pub fn event(&mut self, shard: u16, event: &Event, names: &Names, out: &mut dyn Output) {
        let tid = event.tid;
        self.site = event.site;
        if let What::Lost { events } = event.what {
            return self.lost(shard, event, events, out);
        }
        self.threads.entry(tid).or_default().shard = shard;
        match &event.what {
            What::Enter { call, args } => {
                self.begin(tid, event.time);
                self.enter(*call, args, names);
                self.leave_open(tid, names.text(*call));
            }
            What::Exit { call, args, before, outcome, duration } => {
                self.resume(tid, event.time, names.text(*call));
                // The late arguments of a call that never returned are unknown; strace says so in their place.
                if *outcome == Outcome::Unknown && !args.is_empty() {
                    self.buffer.push_str(" <unfinished ...>");
                } else {
                    self.options.notation.arguments(&mut self.buffer, args, names, *before == 0);
                }
                self.exit(tid, outcome, *duration, names);
            }
            What::Call { call, args, outcome, duration } => {
                self.begin(tid, event.time);
                self.enter(*call, args, names);
                self.exit(tid, outcome, *duration, names);
            }
            What::Signal { signal, siginfo } => {
                self.begin(tid, event.time);
                self.buffer.push_str("--- ");
                self.plain(signal, names);
                if let Some(siginfo) = siginfo {
                    self.buffer.push(' ');
                    self.value(siginfo, names);
                }
                self.buffer.push_str(" ---\n");
            }
            What::Stopped { signal } => {
                self.begin(tid, event.time);
                self.buffer.push_str("--- stopped by ");
                self.plain(signal, names);
                self.buffer.push_str(" ---\n");
            }
            What::Attached { how, .. } => {
                if *how == Birth::Cloned && self.options.quiet & quiet::ATTACH == 0 {
                    out.notice(&format!("Process {tid} attached"));
                }
            }
            What::Exited { code } => {
                self.end_call(tid, event.time, names);
                if self.options.quiet & quiet::EXIT != 0 {
                    self.flush(tid, out);
                    self.threads.remove(&tid);
                    return;
                }
                self.begin(tid, event.time);
                self.put(format_args!("+++ exited with {code} +++\n"));
                self.threads.remove(&tid);
            }
            What::Killed { signal, core } => {
                self.end_call(tid, event.time, names);
                self.begin(tid, event.time);
                self.buffer.push_str("+++ killed by ");
                self.plain(signal, names);
                self.buffer.push_str(if *core { " (core dumped) +++\n" } else { " +++\n" });
                self.threads.remove(&tid);
            }
            What::Superseded { by } => {
                let file = self.file(*by);
                if self.open.get(&file).is_some_and(|open| open.tid == *by) {
                    self.open.remove(&file);
                    out.write(*by, &format!(" <pid changed to {tid} ...>\n"));
                }
                self.end_call(tid, event.time, names);
                // From here on the survivor has the leader's id, in the middle of its execve.
                if let Some(survivor) = self.threads.remove(by) {
                    self.threads.insert(tid, survivor);
                }
                if self.options.quiet & quiet::THREAD_EXECVE == 0 {
                    self.begin(tid, event.time);
                    self.put(format_args!("+++ superseded by execve in pid {by} +++\n"));
                }
            }
            What::Detached => {
                if self.options.quiet & quiet::ATTACH == 0 {
                    out.notice(&format!("Process {tid} detached"));
                }
                let file = self.file(tid);
                if self.open.get(&file).is_some_and(|open| open.tid == tid) {
                    self.open.remove(&file);
                    self.buffer.push_str(" <detached ...>\n");
                }
                self.threads.remove(&tid);
            }
            What::Data { buffers, vector, messages } => {
                let file = self.file(tid);
                if self.open.remove(&file).is_some() {
                    self.buffer.push_str(" <unfinished ...>\n");
                }
                dump::write(&mut self.buffer, buffers, *vector, messages);
            }
            What::Personality { abi } => {
                self.threads.entry(tid).or_default().narrow = abi.pointer() == 4;
                if self.options.quiet & quiet::PERSONALITY == 0 {
                    self.begin(tid, event.time);
                    self.put(format_args!("[ Process PID={tid} runs in {} mode. ]\n", abi.mode()));
                }
            }
            What::Renamed { comm } => {
                self.threads.entry(tid).or_default().comm = Some(comm.clone());
            }
            What::Lost { .. } => {}
        }
        self.flush(tid, out);
    }

    /// Ends the open lines: the trace is over.
    pub fn finish(&mut self, out: &mut dyn Output) {
        for (_, open) in std::mem::take(&mut self.open) {
            out.write(open.tid, " <unfinished ...>\n");
        }
    }

    /// The file that a thread's lines go to.
    fn file(&self, tid: i32) -> i32 {
        if self.options.split { tid } else { 0 }
    }

    fn flush(&mut self, tid: i32, out: &mut dyn Output) {
        if !self.buffer.is_empty() {
            out.write(tid, &self.buffer);
            self.buffer.clear();
        }
        self.before = 0;
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.buffer.write_fmt(text);
    }

    fn value(&mut self, value: &Value, names: &Names) {
        self.options.notation.value(&mut self.buffer, value, names);
    }

    /// A value by name, whatever `-X` says.
    fn plain(&mut self, value: &Value, names: &Names) {
        let notation = Notation { constants: Constants::Abbrev, ..self.options.notation };
        notation.value(&mut self.buffer, value, names);
    }

    /// The column of the next character, counted from 0.
    fn column(&self) -> usize {
        match self.buffer.rfind('\n') {
            Some(end) => self.buffer.len() - end - 1,
            None => self.before + self.buffer.len(),
        }
    }

    /// Begins a thread's line: ends the open one, then writes the thread and the time.
    fn begin(&mut self, tid: i32, time: u64) {
        let file = self.file(tid);
        if self.open.remove(&file).is_some() {
            self.buffer.push_str(" <unfinished ...>\n");
        }
        let comm = self.threads.get(&tid).and_then(|thread| thread.comm.clone());
        match self.options.prefix {
            Prefix::Several if self.threads.len() > 1 => {
                self.put(format_args!("[pid {tid:5}"));
                self.options.notation.comm(&mut self.buffer, comm.as_deref());
                self.buffer.push_str("] ");
            }
            Prefix::Always => {
                match comm {
                    Some(comm) => {
                        self.put(format_args!("{tid}"));
                        self.options.notation.comm(&mut self.buffer, Some(&comm));
                    }
                    None => self.put(format_args!("{tid:<5}")),
                }
                self.buffer.push(' ');
            }
            Prefix::None | Prefix::Several => {}
        }
        let Options { wall, relative, wall_offset, zone, .. } = self.options;
        if let Some(wall) = wall {
            wall.point(&mut self.buffer, (time as i64).wrapping_add(wall_offset), zone);
            self.buffer.push(' ');
        }
        if let Some(precision) = relative {
            let since = time.saturating_sub(self.last.unwrap_or(time));
            self.buffer.push_str(if wall.is_some() { "(+" } else { "" });
            precision.span(&mut self.buffer, since, 6);
            self.buffer.push_str(if wall.is_some() { ") " } else { " " });
        }
        self.last = Some(time);
        if let Some(site) = self.site {
            if self.options.numbers {
                match site.number {
                    u32::MAX => self.buffer.push_str("[???] "),
                    number => self.put(format_args!("[{number:4}] ")),
                }
            }
            if self.options.instructions {
                let narrow = self.threads.get(&tid).is_some_and(|thread| thread.narrow);
                match site.instruction {
                    Some(instruction) if narrow => self.put(format_args!("[{instruction:08x}] ")),
                    None if narrow => self.buffer.push_str("[????????] "),
                    Some(instruction) => self.put(format_args!("[{instruction:016x}] ")),
                    None => self.buffer.push_str("[????????????????] "),
                }
            }
        }
    }

    /// Continues a thread's open line, or begins one that says which call it resumes.
    fn resume(&mut self, tid: i32, time: u64, call: &str) {
        let file = self.file(tid);
        match self.open.get(&file) {
            Some(open) if open.tid == tid => {
                self.before = open.length;
                self.open.remove(&file);
            }
            _ => {
                self.begin(tid, time);
                self.put(format_args!("<... {call} resumed>"));
            }
        }
    }

    fn enter(&mut self, call: Name, args: &[Value], names: &Names) {
        self.put(format_args!("{}(", names.text(call)));
        self.options.notation.arguments(&mut self.buffer, args, names, true);
    }

    fn leave_open(&mut self, tid: i32, call: &str) {
        let (file, length) = (self.file(tid), self.column());
        self.open.insert(file, Open { tid, length });
        self.threads.entry(tid).or_default().inside = Some(call.into());
    }

    fn exit(&mut self, tid: i32, outcome: &Outcome, duration: Option<u64>, names: &Names) {
        self.buffer.push(')');
        let gap = self.options.column.saturating_sub(self.column()).max(1);
        self.put(format_args!("{:gap$}= ", ""));
        self.options.notation.outcome(&mut self.buffer, outcome, names);
        if let (Some(precision), Some(nanos)) = (self.options.spent, duration) {
            self.buffer.push_str(" <");
            precision.span(&mut self.buffer, nanos, 0);
            self.buffer.push('>');
        }
        self.buffer.push('\n');
        self.threads.entry(tid).or_default().inside = None;
    }

    /// Ends the call that a thread dies in, if no event did.
    fn end_call(&mut self, tid: i32, time: u64, names: &Names) {
        if let Some(call) = self.threads.get_mut(&tid).and_then(|thread| thread.inside.take()) {
            self.resume(tid, time, &call);
            self.exit(tid, &Outcome::Unknown, None, names);
        }
    }

    /// Writes that events are missing, in every file where some may be.
    fn lost(&mut self, shard: u16, event: &Event, events: u64, out: &mut dyn Output) {
        let words = format!("{events} events lost here");
        if self.options.split {
            out.notice(&words);
        }
        self.missing(event.tid, event.time, &words, |thread| thread.shard == shard, out);
    }

    /// Writes that nothing was traced for a while, in every file.
    pub fn gap(&mut self, gap: &Gap<'_>, out: &mut dyn Output) {
        self.threads.entry(gap.tid).or_default();
        self.missing(gap.tid, gap.to as u64, gap.words, |_| true, out);
    }

    fn missing(
        &mut self,
        tid: i32,
        time: u64,
        words: &str,
        of: impl Fn(&Thread) -> bool,
        out: &mut dyn Output,
    ) {
        let all = self.options.split.then(|| {
            let threads = self.threads.iter().filter(|(_, thread)| of(thread));
            threads.map(|(tid, _)| *tid).collect::<Vec<_>>()
        });
        for tid in all.unwrap_or_else(|| vec![tid]) {
            self.begin(tid, time);
            self.put(format_args!("+++ {words} +++\n"));
            self.flush(tid, out);
        }
    }
}

//! The expected lines are in the form in which strace 7.2 wrote them for small programs that do the same. PIDs, times and
//! irrelevant arguments are made up, and `events lost` is our own.

use render::{
    clock::{Precision, Wall},
    gap::Gap,
    json,
    merge::{self, Merge},
    text::{Options, Output, Prefix, Text},
};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use syscalls::{
    decode::Outcome,
    value::{Name, Names, Value},
};
use wire::event::{Birth, Event, What};

/// What a terminal or the files of `-ff` would show.
#[derive(Default)]
struct Page {
    whole: String,
    files: BTreeMap<i32, String>,
    notices: Vec<String>,
}

impl Output for Page {
    fn write(&mut self, tid: i32, text: &str) {
        self.whole.push_str(text);
        self.files.entry(tid).or_default().push_str(text);
    }
    fn notice(&mut self, text: &str) {
        self.notices.push(text.into());
    }
}

/// Feeds events of one shard.
struct Trace {
    text: Text,
    names: Names,
    page: Page,
    time: u64,
}

const MS: u64 = 1_000_000;

impl Trace {
    fn new(options: Options) -> Trace {
        Trace { text: Text::new(options), names: Names::default(), page: Page::default(), time: 1_000 * MS }
    }

    fn event(&mut self, tid: i32, what: What) -> &mut Self {
        self.text.event(0, &Event { tid, time: self.time, site: None, what }, &self.names, &mut self.page);
        self
    }

    fn after(&mut self, nanos: u64) -> &mut Self {
        self.time += nanos;
        self
    }

    fn attach(&mut self, tids: &[i32], how: Birth) -> &mut Self {
        tids.iter().for_each(|tid| {
            self.event(*tid, What::Attached { process: tids[0], how });
        });
        self
    }

    fn enter(&mut self, tid: i32, call: &'static str, args: Vec<Value>) -> &mut Self {
        let call = self.names.intern(call);
        self.event(tid, What::Enter { call, args })
    }

    fn exit(
        &mut self,
        tid: i32,
        call: &'static str,
        before: u32,
        args: Vec<Value>,
        outcome: Outcome,
    ) -> &mut Self {
        let call = self.names.intern(call);
        let duration = (outcome != Outcome::Unknown).then_some(123_456);
        self.event(tid, What::Exit { call, args, before, outcome, duration })
    }

    fn call(&mut self, tid: i32, call: &'static str, args: Vec<Value>, outcome: Outcome) -> &mut Self {
        let call = self.names.intern(call);
        self.event(tid, What::Call { call, args, outcome, duration: Some(123_456) })
    }

    fn word(&mut self, text: &'static str) -> Value {
        Value::Word(self.names.intern(text))
    }

    fn signal(&mut self, name: &'static str) -> Value {
        Value::Symbol { bits: 0, name: Some(self.names.intern(name)), unknown: None }
    }
}

fn ok(value: i64) -> Outcome {
    Outcome::Value(Value::Int(value), None)
}

fn fd(fd: i32) -> Value {
    Value::Fd { fd, dir: false, path: None, detail: None }
}

fn plain() -> Options {
    Options { prefix: Prefix::None, ..Options::default() }
}

#[test]
fn equals_sign_stands_in_column_40() {
    let mut trace = Trace::new(plain());
    trace.call(1, "write", vec![fd(4), Value::bytes(b"hello"), Value::Unsigned(5)], ok(5));
    trace.call(1, "access", vec![Value::bytes(b"/etc/ld.so.preload"), Value::Int(4)], Outcome::Error(2));
    trace.call(
        1,
        "pipe2",
        vec![Value::Array { items: vec![fd(3), fd(4)], cut: false }, Value::Int(0)],
        ok(0),
    );
    let long = vec![0; 32];
    trace.call(
        1,
        "read",
        vec![fd(3), Value::Str { bytes: long, cut: true }, Value::Unsigned(832)],
        Outcome::Error(512),
    );
    assert_eq!(
        trace.page.whole,
        r#"write(4, "hello", 5)                    = 5
access("/etc/ld.so.preload", 4)         = -1 ENOENT (No such file or directory)
pipe2([3, 4], 0)                        = 0
read(3, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"..., 832) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
"#
    );
}

#[test]
fn gap_of_39_and_40_columns() {
    // strace -a N: the sign is in column N, or one space after the parenthesis.
    for (column, expected) in [
        (0, "exit_group(0) = ?\n"),
        (13, "exit_group(0) = ?\n"),
        (14, "exit_group(0) = ?\n"),
        (15, "exit_group(0)  = ?\n"),
        (60, "exit_group(0)                                               = ?\n"),
    ] {
        let mut trace = Trace::new(Options { column, ..plain() });
        trace.call(1, "exit_group", vec![Value::Int(0)], Outcome::Unknown);
        assert_eq!(trace.page.whole.trim_end_matches(" <0.000123>"), expected);
    }
}

/// What nobody captured is said to be that, and not left to pass for unreadable.
#[test]
fn what_was_not_captured_says_so() {
    let mut trace = Trace::new(plain());
    let args = vec![fd(1), Value::NotCaptured(0x7ffe_1234_5678), Value::Unsigned(5)];
    trace.call(7, "write", args, ok(5));
    assert_eq!(trace.page.whole.trim_end(), "write(1, 0x7ffe12345678 /* not captured */, 5) = 5");
}

#[test]
fn unfinished_and_resumed() {
    let mut trace = Trace::new(Options::default());
    trace.attach(&[31831, 31832], Birth::Spawned);
    let args = vec![trace.word("CLOCK_REALTIME"), Value::Int(0)];
    trace.enter(31831, "clock_nanosleep", args);
    trace.enter(31832, "read", vec![fd(3)]);
    trace.exit(31831, "clock_nanosleep", 2, vec![Value::Addr(0)], ok(0));
    trace.call(31831, "write", vec![fd(4), Value::bytes(b"hello"), Value::Unsigned(5)], ok(5));
    trace.exit(31832, "read", 1, vec![Value::bytes(b"hello"), Value::Unsigned(10)], ok(5));
    trace.enter(31832, "pipe2", vec![]);
    trace.enter(31831, "getuid", vec![]);
    let pipe = Value::Array { items: vec![fd(7), fd(8)], cut: false };
    trace.exit(31832, "pipe2", 0, vec![pipe, Value::Int(0)], ok(0));
    trace.exit(31831, "getuid", 0, vec![], ok(0));
    trace.event(31832, What::Exited { code: 0 });
    trace.call(31831, "exit_group", vec![Value::Int(0)], Outcome::Unknown);
    trace.event(31831, What::Exited { code: 0 });
    assert_eq!(
        trace.page.whole,
        r#"[pid 31831] clock_nanosleep(CLOCK_REALTIME, 0 <unfinished ...>
[pid 31832] read(3 <unfinished ...>
[pid 31831] <... clock_nanosleep resumed>, NULL) = 0
[pid 31831] write(4, "hello", 5)        = 5
[pid 31832] <... read resumed>, "hello", 10) = 5
[pid 31832] pipe2( <unfinished ...>
[pid 31831] getuid( <unfinished ...>
[pid 31832] <... pipe2 resumed>[7, 8], 0) = 0
[pid 31831] <... getuid resumed>)       = 0
[pid 31832] +++ exited with 0 +++
exit_group(0)                           = ?
+++ exited with 0 +++
"#
    );
}

#[test]
fn a_hung_call_is_on_the_page_before_it_returns() {
    let mut trace = Trace::new(plain());
    trace.enter(1, "read", vec![fd(3)]);
    assert_eq!(trace.page.whole, "read(3");
    trace.exit(1, "read", 1, vec![Value::bytes(b""), Value::Unsigned(1)], ok(0));
    assert_eq!(trace.page.whole, "read(3, \"\", 1)                          = 0\n");
    trace.enter(1, "pause", vec![]);
    trace.text.finish(&mut trace.page);
    assert!(trace.page.whole.ends_with("\npause( <unfinished ...>\n"));
}

#[test]
fn part_of_an_argument_that_is_known_at_exit() {
    let mut trace = Trace::new(Options { prefix: Prefix::Always, ..Options::default() });
    trace.attach(&[9, 10], Birth::Spawned);
    trace.enter(9, "clone3", vec![Value::Struct { fields: vec![], cut: true }]);
    trace.call(10, "getpid", vec![], ok(9));
    let after = Value::After(Box::new(Value::Int(5)));
    trace.exit(9, "clone3", 1, vec![after, Value::Unsigned(88)], ok(1875));
    assert_eq!(
        trace.page.whole,
        "9     clone3({...} <unfinished ...>\n10    getpid()                          = 9\n9     <... clone3 resumed> => 5, 88)    = 1875\n"
    );
}

#[test]
fn death_inside_a_call() {
    let mut trace = Trace::new(Options::default());
    trace.attach(&[1701, 1702], Birth::Spawned);
    // Late arguments that will never be known: strace calls the call unfinished.
    trace.enter(1702, "read", vec![fd(3)]);
    trace.enter(1701, "pause", vec![]);
    trace.exit(1702, "read", 1, vec![Value::Addr(1), Value::Unsigned(1)], Outcome::Unknown);
    trace.exit(1701, "pause", 0, vec![], Outcome::Unknown);
    let kill = trace.signal("SIGKILL");
    trace.event(1702, What::Killed { signal: kill.clone(), core: false });
    trace.enter(1701, "read", vec![fd(3)]);
    trace.exit(1701, "read", 1, vec![Value::Addr(1), Value::Unsigned(1)], Outcome::Unknown);
    trace.event(1701, What::Killed { signal: kill, core: true });
    assert_eq!(
        trace.page.whole,
        "[pid  1702] read(3 <unfinished ...>
[pid  1701] pause( <unfinished ...>
[pid  1702] <... read resumed> <unfinished ...>) = ?
[pid  1701] <... pause resumed>)        = ?
[pid  1702] +++ killed by SIGKILL +++
read(3 <unfinished ...>)                = ?
+++ killed by SIGKILL (core dumped) +++
"
    );
}

#[test]
fn death_of_which_only_the_end_is_seen() {
    let mut trace = Trace::new(plain());
    trace.enter(1, "pause", vec![]);
    trace.event(1, What::Exited { code: 3 });
    assert_eq!(trace.page.whole, "pause()                                 = ?\n+++ exited with 3 +++\n");
}

#[test]
fn signals_and_stops() {
    let mut trace = Trace::new(plain());
    let (stop, chld) = (trace.signal("SIGSTOP"), trace.signal("SIGCHLD"));
    let field = (Some(trace.names.intern("si_signo")), chld.clone());
    let siginfo = Some(Value::Struct { fields: vec![field], cut: false });
    trace.event(1, What::Signal { signal: chld, siginfo });
    trace.event(1, What::Stopped { signal: stop });
    assert_eq!(trace.page.whole, "--- SIGCHLD {si_signo=SIGCHLD} ---\n--- stopped by SIGSTOP ---\n");
}

/// Thread 7029 execs a program and becomes 7028.
fn superseded(options: Options) -> Trace {
    let mut trace = Trace::new(options);
    trace.attach(&[7028], Birth::Spawned).attach(&[7029], Birth::Cloned);
    trace.enter(7028, "pause", vec![]);
    trace.exit(7028, "pause", 0, vec![], Outcome::Unknown);
    trace.enter(7029, "execve", vec![Value::bytes(b"/bin/true")]);
    trace.event(7028, What::Superseded { by: 7029 });
    trace.exit(7028, "execve", 1, vec![], ok(0));
    trace.event(7028, What::Exited { code: 0 });
    trace
}

#[test]
fn exec_from_a_thread() {
    let trace = superseded(Options::default());
    assert_eq!(
        trace.page.whole,
        r#"[pid  7028] pause()                     = ?
[pid  7029] execve("/bin/true" <pid changed to 7028 ...>
+++ superseded by execve in pid 7029 +++
<... execve resumed>)                   = 0
+++ exited with 0 +++
"#
    );
    assert_eq!(trace.page.notices, ["Process 7029 attached"]);
}

#[test]
fn exec_from_a_thread_in_two_files() {
    let trace = superseded(Options { split: true, prefix: Prefix::None, ..Options::default() });
    assert_eq!(
        trace.page.files[&7028],
        "pause()                                 = ?
+++ superseded by execve in pid 7029 +++
<... execve resumed>)                   = 0
+++ exited with 0 +++
"
    );
    assert_eq!(trace.page.files[&7029], "execve(\"/bin/true\" <pid changed to 7028 ...>\n");
}

#[test]
fn split_files_have_no_unfinished_calls() {
    let mut trace = Trace::new(Options { split: true, prefix: Prefix::None, ..Options::default() });
    trace.attach(&[1, 2], Birth::Spawned);
    trace.enter(1, "read", vec![fd(3)]);
    trace.call(2, "getpid", vec![], ok(1));
    trace.exit(1, "read", 1, vec![Value::bytes(b"x"), Value::Unsigned(1)], ok(1));
    assert_eq!(trace.page.files[&1], "read(3, \"x\", 1)                         = 1\n");
    assert_eq!(trace.page.files[&2], "getpid()                                = 1\n");
}

#[test]
fn detached_in_a_call() {
    let mut trace = Trace::new(Options { prefix: Prefix::Always, ..Options::default() });
    trace.attach(&[1256, 1258, 1259], Birth::Seized);
    trace.enter(1258, "pause", vec![]);
    trace.enter(1256, "pause", vec![]);
    trace.event(1256, What::Detached).event(1258, What::Detached).event(1259, What::Detached);
    assert_eq!(trace.page.whole, "1258  pause( <unfinished ...>\n1256  pause( <detached ...>\n");
    assert_eq!(
        trace.page.notices,
        ["Process 1256 detached", "Process 1258 detached", "Process 1259 detached"]
    );
    trace.text.finish(&mut trace.page);
    assert!(trace.page.whole.ends_with("<detached ...>\n"));
}

/// A call, and 2,404 us later an exit, as the options write them.
fn timed(options: Options) -> String {
    let mut trace =
        Trace::new(Options { wall_offset: 1_795_422_270 * 1_000_000_000 + 271_878_901, ..options });
    trace.call(1, "getuid", vec![], ok(0));
    trace.after(2_404_999);
    trace.call(1, "exit_group", vec![Value::Int(0)], ok(0)).event(1, What::Exited { code: 0 });
    trace.page.whole
}

#[test]
fn times() {
    let berlin: fn(i64) -> i32 = |_| 3600;
    let wall = |wall| Options { wall: Some(wall), ..plain() };
    assert_eq!(
        timed(wall(Wall::Time(Precision::Seconds))),
        "08:24:31 getuid()                       = 0
08:24:31 exit_group(0)                  = 0
08:24:31 +++ exited with 0 +++\n"
    );
    assert_eq!(
        timed(Options { zone: berlin, ..wall(Wall::Time(Precision::Micros)) }),
        "09:24:31.271878 getuid()                = 0
09:24:31.274283 exit_group(0)           = 0
09:24:31.274283 +++ exited with 0 +++\n"
    );
    assert_eq!(
        timed(wall(Wall::Epoch(Precision::Micros))),
        "1795422271.271878 getuid()              = 0
1795422271.274283 exit_group(0)         = 0
1795422271.274283 +++ exited with 0 +++\n"
    );
    assert_eq!(
        timed(Options { relative: Some(Precision::Micros), ..plain() }),
        "     0.000000 getuid()                  = 0
     0.002404 exit_group(0)             = 0
     0.000000 +++ exited with 0 +++\n"
    );
    assert_eq!(
        timed(Options { relative: Some(Precision::Micros), ..wall(Wall::Epoch(Precision::Micros)) }),
        "1795422271.271878 (+     0.000000) getuid() = 0
1795422271.274283 (+     0.002404) exit_group(0) = 0
1795422271.274283 (+     0.000000) +++ exited with 0 +++\n"
    );
    assert_eq!(
        timed(Options { spent: Some(Precision::Micros), ..plain() }),
        "getuid()                                = 0 <0.000123>
exit_group(0)                           = 0 <0.000123>
+++ exited with 0 +++\n"
    );
    assert_eq!(
        timed(Options { spent: Some(Precision::Nanos), ..plain() }).lines().next(),
        Some("getuid()                                = 0 <0.000123456>")
    );
}

#[test]
fn lost_events_are_said_in_their_place() {
    let mut trace = Trace::new(plain());
    trace.enter(1, "read", vec![fd(3)]);
    trace.event(1, What::Lost { events: 123 });
    trace.exit(1, "read", 1, vec![Value::bytes(b"x"), Value::Unsigned(1)], ok(1));
    assert_eq!(
        trace.page.whole,
        "read(3 <unfinished ...>\n+++ 123 events lost here +++\n<... read resumed>, \"x\", 1)             = 1\n"
    );
    // In separate files: each thread of the shard may have lost something.
    let mut trace = Trace::new(Options { split: true, ..plain() });
    trace.attach(&[1, 2], Birth::Seized).event(1, What::Lost { events: 7 });
    assert_eq!(trace.page.files[&1], "+++ 7 events lost here +++\n");
    assert_eq!(trace.page.files[&2], "+++ 7 events lost here +++\n");
}

#[test]
fn an_interval_in_which_nothing_was_traced_is_said_in_its_place() {
    let gap =
        Gap { tid: 1, from: 1_500_000_000, to: 3_000_000_000, why: "a cut", words: "nothing was traced" };
    let mut trace = Trace::new(plain());
    trace.enter(1, "read", vec![fd(3)]);
    trace.text.gap(&gap, &mut trace.page);
    assert_eq!(trace.page.whole, "read(3 <unfinished ...>\n+++ nothing was traced +++\n");
    // In every file: each thread has lost something.
    let mut trace = Trace::new(Options { split: true, ..plain() });
    trace.attach(&[1, 2], Birth::Seized);
    trace.text.gap(&gap, &mut trace.page);
    assert_eq!(trace.page.files[&1], "+++ nothing was traced +++\n");
    assert_eq!(trace.page.files[&2], "+++ nothing was traced +++\n");
    let lines = json::Lines::new(json::Context::default());
    assert_eq!(
        lines.gap(&gap),
        "{\"v\":1,\"time\":{\"sec\":1,\"nsec\":500000000},\"tid\":1,\"event\":\"gap\",\
         \"until\":{\"sec\":3,\"nsec\":0},\"why\":\"a cut\"}\n"
    );
}

fn at(time: u64) -> Event {
    Event { tid: 1, time, site: None, what: What::Enter { call: Name(0), args: vec![] } }
}

#[test]
fn merge_passes_one_shard_through() {
    let mut merge = Merge::<u16>::new(merge::HOLD);
    let now = Instant::now();
    merge.push(now, 0, at(5));
    assert_eq!(merge.pop(now), Some((0, at(5))));
    assert_eq!(merge.pop(now), None);
}

#[test]
fn merge_does_not_wait_for_who_rests() {
    let mut merge = Merge::new(merge::HOLD);
    let now = Instant::now();
    merge.open(1);
    merge.push(now, 0, at(5));
    assert_eq!(merge.pop_past(now, |shard| shard == 0), None, "1 may still say something that is earlier");
    assert_eq!(merge.pop_past(now, |shard| shard == 1), Some((0, at(5))));
    // Earlier events of the same shard come first.
    merge.push(now, 1, at(6));
    merge.push(now, 0, at(7));
    assert_eq!(merge.pop_past(now, |_| true), Some((1, at(6))));
}

#[test]
fn merge_orders_shards_by_time_and_waits_only_so_long() {
    let mut merge = Merge::new(Duration::from_millis(100));
    let now = Instant::now();
    merge.push(now, 0, at(5));
    merge.push(now, 1, at(3));
    merge.push(now, 1, at(9));
    assert_eq!(merge.pop(now), Some((1, at(3))));
    assert_eq!(merge.pop(now), Some((0, at(5))));
    // Shard 0 may still send something earlier.
    assert_eq!(merge.pop(now), None);
    assert_eq!(merge.due(), Some(now + Duration::from_millis(100)));
    merge.push(now, 0, at(7));
    assert_eq!(merge.pop(now), Some((0, at(7))));
    assert_eq!(merge.pop(now + Duration::from_millis(99)), None);
    assert_eq!(merge.pop(now + Duration::from_millis(100)), Some((1, at(9))));
    merge.push(now, 0, at(11));
    assert_eq!(merge.drain(), Some((0, at(11))));
    assert_eq!(merge.drain(), None);
}

#[test]
fn merge_waits_for_a_shard_that_is_opened() {
    let mut merge = Merge::new(Duration::from_millis(100));
    let now = Instant::now();
    merge.open(7);
    merge.push(now, 1, at(5));
    assert_eq!(merge.pop(now), None, "7 may have seen something earlier");
    merge.push(now, 7, at(4));
    assert_eq!(merge.pop(now), Some((7, at(4))));
    assert_eq!(merge.pop(now + Duration::from_millis(100)), Some((1, at(5))));
}

#[test]
fn merge_does_not_wait_for_a_shard_that_is_closed() {
    let mut merge = Merge::new(Duration::from_secs(3600));
    let now = Instant::now();
    for shard in 0..3u16 {
        merge.push(now, shard, at(u64::from(shard)));
    }
    merge.push(now, 2, at(7));
    merge.close(0);
    assert_eq!(merge.pop(now), Some((0, at(0))), "what it has still counts");
    assert_eq!(merge.pop(now), Some((1, at(1))));
    assert_eq!(merge.pop(now), None, "1 may still say something");
    merge.close(1);
    assert_eq!(merge.pop(now), Some((2, at(2))));
    assert_eq!(merge.pop(now), Some((2, at(7))));
}

#[test]
fn merge_counts_the_bytes_that_it_holds() {
    let mut merge = Merge::new(Duration::from_millis(100));
    let now = Instant::now();
    let large = |time| {
        let strings =
            vec![Value::bytes(&[0; 1 << 20]), Value::Pointee(Box::new(Value::bytes(&[0; 1 << 20])))];
        let call = What::Call { call: Name(0), args: strings, outcome: Outcome::Unknown, duration: None };
        Event { tid: 1, time, site: None, what: call }
    };
    merge.open(1);
    let mut pushed = 0;
    while !merge.is_full() {
        merge.push(now, 0, large(pushed));
        pushed += 1;
    }
    // Two of a mebibyte each, in every event.
    assert_eq!(pushed, merge::MOST as u64 >> 21);
    assert!(merge.held() >= merge::MOST && merge.held() < merge::MOST + (3 << 20), "{}", merge.held());
    assert_eq!(merge.pop(now), None, "an order that is not known yet is not guessed because memory is short");
    assert_eq!(merge.pop(now + Duration::from_millis(100)), Some((0, large(0))));
    assert!(!merge.is_full());
    while merge.drain().is_some() {}
    assert_eq!(merge.held(), 0);
}

/// What the shards of a trace tell of a thread that executes a program while another shard serves its leader.
#[test]
fn an_execve_of_another_shards_thread_reads_the_same_in_every_format() {
    let mut merge = Merge::new(Duration::from_millis(100));
    let (mut one, mut other) = (Names::default(), Names::default());
    let (pause, execve) = (one.intern("pause"), other.intern("execve"));
    let now = Instant::now();
    let mut tell =
        |shard: u16, tid, time, what| merge.push(now, shard, Event { tid, time, site: None, what });
    let attached = |process| What::Attached { process, how: Birth::Seized };
    let unknown =
        |call| What::Exit { call, args: vec![], before: 0, outcome: Outcome::Unknown, duration: None };
    tell(1, 4, 1, attached(1));
    tell(1, 4, 3, What::Renamed { comm: b"worker".to_vec() });
    tell(1, 4, 20, What::Enter { call: execve, args: vec![] });
    // The shard of the one that goes on tells all of it.
    tell(1, 1, 40, What::Superseded { by: 4 });
    tell(1, 1, 50, What::Exit { call: execve, args: vec![], before: 0, outcome: ok(0), duration: None });
    tell(1, 1, 60, What::Exited { code: 0 });
    tell(0, 1, 2, attached(1));
    tell(0, 3, 4, attached(1));
    tell(0, 1, 10, What::Enter { call: pause, args: vec![] });
    tell(0, 1, 30, unknown(pause));
    tell(0, 3, 35, What::Exited { code: 0 });
    let mut text = Text::new(Options { prefix: Prefix::Always, ..Options::default() });
    let mut json = json::Lines::default();
    let (mut page, mut lines) = (Page::default(), String::new());
    while let Some((shard, event)) = merge.drain() {
        let names = if shard == 0 { &one } else { &other };
        text.event(shard, &event, names, &mut page);
        lines += &json.line(&event, names);
    }
    assert_eq!(
        page.whole,
        "1     pause( <unfinished ...>\n\
         4<worker> execve( <unfinished ...>\n\
         1     <... pause resumed>)              = ?\n\
         3     +++ exited with 0 +++\n\
         1<worker> +++ superseded by execve in pid 4 +++\n\
         1<worker> <... execve resumed>)         = 0\n\
         1<worker> +++ exited with 0 +++\n"
    );
    let of = |event: &str| {
        let found = lines.lines().filter(|line| line.contains(&format!("\"event\":\"{event}\"")));
        found.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(of("exited").len(), 2, "the leader does not end: {lines}");
    assert!(lines.lines().all(|line| line.contains("\"pid\":1,")), "{lines}");
    assert!(of("superseded")[0].contains("\"tid\":1,\"comm\":\"worker\""), "{lines}");
    assert!(of("exited")[1].contains("\"tid\":1,\"comm\":\"worker\""), "{lines}");
}

//! Other programs that read strace's output line by line must get the same rows from ours.
//!
//! Two readers, modelled after such programs: one regular expression for a line with a process, a time, a call, its result
//! and its duration, as in scripts that make tables; and a reader that joins interrupted calls and makes time slices for
//! each thread, as trace viewers that import strace's output need.

use super::{
    normal,
    run::{Bench, Output, Tracer},
};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// A whole call on one line.
const CALL: &str = concat!(
    r"^(?P<pid>\d+) +(?P<time>\d+\.\d{6}) (?P<name>[a-z_]\w*)\((?P<args>.*)\) += ",
    r"(?P<result>-?\d+|0x[0-9a-f]+|\?)(?P<path><.*?>)?(?: (?P<error>E[A-Z0-9_]+) \((?P<text>[^)]*)\))?(?: \(.*\))?",
    r"(?: <(?P<spent>\d+\.\d{6})>)?$"
);
/// The first and the second half of a call.
const BEGINS: &str =
    r"^(?P<pid>\d+) +(?P<time>\d+\.\d{6}) (?P<name>[a-z_]\w*)\((?P<args>.*) <unfinished \.\.\.>$";
const RESUMES: &str = concat!(
    r"^(?P<pid>\d+) +(?P<time>\d+\.\d{6}) <\.\.\. (?P<name>[a-z_]\w*) resumed>(?P<args>.*)\) += ",
    r"(?P<result>-?\d+|0x[0-9a-f]+|\?)(?P<path><.*?>)?(?: (?P<error>E[A-Z0-9_]+) \((?P<text>[^)]*)\))?(?: \(.*\))?",
    r"(?: <(?P<spent>\d+\.\d{6})>)?$"
);
/// Lines that are not calls.
const SIGNAL: &str =
    r"^(?P<pid>\d+) +(?P<time>\d+\.\d{6}) --- (?:stopped by )?(?P<name>SIG\w+)(?: \{.*\})? ---$";
const END: &str = concat!(
    r"^(?P<pid>\d+) +(?P<time>\d+\.\d{6}) \+\+\+ ",
    r"(?P<name>exited with \d+|killed by SIG\w+(?: \(core dumped\))?) \+\+\+$"
);

/// Programs whose threads do the same each time, alone and beside others.
const PROGRAMS: &[&str] = &[
    "exit_code",
    "files",
    "pipes",
    "fork",
    "vfork",
    "threads",
    "unfinished",
    "signals",
    "interrupted",
    "sleep",
    "killed_in_call",
    "waits",
    "epoll",
];

/// What a thread did, as a reader sees it: a name, how the call ended, and whether it has a duration.
type Rows = BTreeMap<usize, Vec<String>>;

/// Reads a text and fails at the first line that it does not understand.
struct Reader {
    call: Regex,
    begins: Regex,
    resumes: Regex,
    signal: Regex,
    end: Regex,
}

impl Reader {
    fn new() -> Reader {
        let [call, begins, resumes, signal, end] =
            [CALL, BEGINS, RESUMES, SIGNAL, END].map(|expression| Regex::new(expression).unwrap());
        Reader { call, begins, resumes, signal, end }
    }

    /// The rows of each thread, and how many calls were interrupted; or the line that is wrong.
    fn rows(&self, text: &str) -> Result<(Rows, usize), String> {
        let wrong = |why: &str, line: &str| Err(format!("{why}: {line:?}"));
        let tids: BTreeSet<u64> = text.lines().filter_map(tid).collect();
        let rank = |tid: u64| normal::in_order(&tids).position(|known| known == tid).unwrap();
        let (mut rows, mut open) = (Rows::new(), BTreeMap::<u64, (String, f64)>::new());
        let (mut last, mut until, mut interrupted) = (0.0, BTreeMap::<u64, f64>::new(), 0);
        for line in text.lines() {
            let forms = [&self.call, &self.begins, &self.resumes, &self.signal, &self.end];
            let found: Vec<_> = forms.iter().filter_map(|form| form.captures(line)).collect();
            if found.len() != 1 {
                return wrong("not one reading but another number of them", line);
            }
            let part = |name: &str| found[0].name(name).map_or("", |part| part.as_str());
            let (tid, time) = (tid(line).unwrap(), part("time").parse::<f64>().unwrap());
            // Lines come in order of time, except for two clock reads at the same moment.
            if time < last - 0.001 {
                return wrong("goes back in time", line);
            }
            last = time;
            let name = part("name").to_string();
            let spent = part("spent").parse::<f64>().ok();
            let ended = format!("{} {}", part("error"), if spent.is_some() { "timed" } else { "" });
            let thread = rows.entry(rank(tid)).or_default();
            let free = until.entry(tid).or_default();
            if self.call.is_match(line) {
                if open.contains_key(&tid) {
                    return wrong("within an open call", line);
                }
                if time < *free - 0.001 {
                    return wrong("begins before the last one ended", line);
                }
                *free = time + spent.unwrap_or(0.0);
                thread.push(format!("{name} {ended}"));
            } else if self.begins.is_match(line) {
                if open.contains_key(&tid) {
                    return wrong("within an open call", line);
                }
                interrupted += 1;
                open.insert(tid, (name, time));
            } else if self.resumes.is_match(line) {
                let Some((_, since)) = open.remove(&tid).filter(|(begun, _)| *begun == name) else {
                    return wrong("goes on with what did not begin", line);
                };
                // Its duration is the time from its first half to its second.
                let whole = time - since;
                if spent.is_some_and(|spent| (whole - spent).abs() > 0.05) {
                    return wrong("does not end when it took so long", line);
                }
                *free = time;
                thread.push(format!("{name} {ended}"));
            } else {
                thread.push(name);
            }
        }
        // The thread never returned from a call without an end.
        for (tid, (name, _)) in open {
            rows.entry(rank(tid)).or_default().push(format!("{name} never"));
        }
        Ok((rows, interrupted))
    }
}

fn tid(line: &str) -> Option<u64> {
    line.split(' ').next()?.parse().ok()
}

/// Other programs can read every line of ours, and read the same from both tracers.
#[test]
fn same_rows_for_others() {
    let (bench, reader) = (Bench::new("parsers"), Reader::new());
    let (mut lines, mut halves) = (0, [0, 0]);
    for program in PROGRAMS {
        for options in [&["-f", "-ttt", "-T"][..], &["-f", "-ttt", "-T", "-y", "-s", "64"]] {
            // A race between two threads may change the result of a call, but not three times.
            let mut last = None;
            for _ in 0..3 {
                let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
                    let text = bench.trace(tracer, program, "parsers", options, Output::File).concat();
                    lines += text.lines().count();
                    reader.rows(&text).unwrap_or_else(|why| panic!("{tracer:?} {options:?} {program}: {why}"))
                });
                halves[0] += theirs.1;
                halves[1] += ours.1;
                let same = theirs.0 == ours.0;
                last = Some((theirs.0, ours.0));
                if same {
                    break;
                }
            }
            let (theirs, ours) = last.unwrap();
            assert_eq!(theirs, ours, "what is read of {program} {options:?}");
        }
    }
    println!(
        "{lines} lines read by others; interrupted calls: {} of strace's, {} of ours",
        halves[0], halves[1]
    );
    assert!(lines > 1000 && halves.iter().all(|halves| *halves > 5), "{lines} lines, {halves:?} interrupted");
}

#[test]
fn the_reader_refuses_what_is_none() {
    let reader = Reader::new();
    let good = "7 1.000000 read(0 <unfinished ...>\n8     1.000001 close(3) = 0 <0.000001>\n\
                7 1.010000 <... read resumed>, \"x\", 1) = 1 <0.010000>\n7 1.020000 +++ exited with 0 +++\n";
    let (rows, interrupted) = reader.rows(good).unwrap();
    assert_eq!(interrupted, 1);
    assert_eq!(rows[&0], ["read  timed", "exited with 0"]);
    for bad in [
        "7 1.000000 read(0\n",
        "7 1.000000 <... read resumed>, 1) = 1\n",
        "7 1.000000 read(0 <unfinished ...>\n7 1.000001 close(3) = 0\n",
        "7 1.000000 read(0 <unfinished ...>\n7 1.000001 <... write resumed>) = 0\n",
        "7 2.000000 close(3) = 0\n7 1.000000 close(3) = 0\n",
        "7 close(3) = 0\n",
    ] {
        assert!(reader.rows(bad).is_err(), "was read: {bad:?}");
    }
}

//! Our tracer against strace 7.2: the same small programs under both, with the same options, must give the same text.
//!
//! What may differ between two runs of the *same* tracer is normalised, by rules that each have a reason ([`normal`]). What
//! differs between the two tracers is an error, unless [`known`] explains it. A known difference that no longer occurs is an
//! error too, so that the list stays correct.

// All of this is test code, but clippy.toml's `allow-unwrap-in-tests` only accepts code that says so.
#[cfg(test)]
pub mod compare;
#[cfg(test)]
mod json;
#[cfg(test)]
pub mod known;
#[cfg(test)]
mod narrow;
#[cfg(test)]
pub mod normal;
#[cfg(test)]
mod options;
#[cfg(test)]
mod parsers;
#[cfg(test)]
mod real;
#[cfg(test)]
pub mod run;
#[cfg(test)]
mod seccomp;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod start;

use compare::{Difference, Tally};
use normal::Shape;
use run::{Bench, Output, Tracer};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// A set of options that every program runs under.
pub struct Set<'a> {
    pub name: &'static str,
    pub options: &'a [&'a str],
    pub output: Output,
    pub shape: Shape,
}

pub const SETS: &[Set<'static>] = &[
    // One process, text on stderr: columns, and the messages there besides the trace.
    Set { name: "plain", options: &[], output: Output::Stderr, shape: Shape::Lines },
    // Everything that a program starts, each thread's lines separately: their relative order is chance.
    Set { name: "follow", options: &["-f"], output: Output::File, shape: Shape::ByThread },
    Set { name: "separate", options: &["-ff"], output: Output::Files, shape: Shape::Lines },
    Set {
        name: "verbose",
        options: &["-f", "-v", "-y", "-s", "1000"],
        output: Output::File,
        shape: Shape::ByThread,
    },
    Set { name: "short", options: &["-f", "-s", "8", "-x"], output: Output::File, shape: Shape::ByThread },
    Set { name: "nothing", options: &["-f", "-s", "0", "-xx"], output: Output::File, shape: Shape::ByThread },
];

/// Every program under every set of options.
#[test]
fn same_text_as_strace() {
    let bench = Bench::new("same");
    let mut programs = bench.programs();
    programs.retain(|program| !APART.contains(&program.as_str()));
    assert!(programs.len() >= 30, "only {} programs", programs.len());
    let jobs: Vec<(&str, &Set<'_>)> =
        programs.iter().flat_map(|program| SETS.iter().map(move |set| (program.as_str(), set))).collect();
    let next = AtomicUsize::new(0);
    let tally = Mutex::new(Tally::default());
    let used = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((program, set)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let place = format!("{program} under {}", set.name);
                    let (lines, found) = compared(&bench, program, set);
                    let mut tally = tally.lock().unwrap();
                    tally.lines += lines;
                    for difference in found {
                        match known::why(program, &difference) {
                            Some(index) => {
                                used.lock().unwrap().insert(index);
                                tally.known += 1;
                            }
                            None => tally.wrong.push((place.clone(), difference)),
                        }
                    }
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    let used = used.into_inner().unwrap();
    let named: Vec<&str> = programs.iter().map(String::as_str).chain([""]).collect();
    let gone = known::gone(&used, &named);
    println!(
        "{} against ours: {} programs, {} sets of options, {} lines compared, {} different, {} known to differ",
        bench.version,
        programs.len(),
        SETS.len(),
        tally.lines,
        tally.wrong.len(),
        tally.known
    );
    report(&tally.wrong);
    forget(&gone);
    assert!(tally.wrong.is_empty() && gone.is_empty(), "{} lines differ, see above", tally.wrong.len());
}

/// Traces a program with both and compares. The scheduler may cause a difference once; what differs in each of three pairs
/// of runs is a real difference. Also returns the number of lines.
fn compared(bench: &Bench, program: &str, set: &Set<'_>) -> (usize, Vec<Difference>) {
    let mut result = (0, Vec::new());
    for _ in 0..3 {
        let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
            let texts = bench.trace(tracer, program, set.name, set.options, set.output);
            normal::normalise(&texts, set.shape, bench.fixed)
        });
        assert!(!theirs.is_empty(), "strace {:?} {program} wrote nothing", set.options);
        result = (theirs.len(), compare::lines(&theirs, &ours));
        if result.1.iter().all(|difference| known::why(program, difference).is_some()) {
            break;
        }
    }
    result
}

/// Prints the known differences that no longer occur.
pub fn forget(gone: &[&known::Known]) {
    for known in gone {
        println!("no longer differs, remove it from known.rs: {known:?}");
    }
}

/// Prints differences: one that occurs with several sets of options only once.
pub fn report(wrong: &[(String, Difference)]) {
    let mut places: BTreeMap<&Difference, Vec<&str>> = BTreeMap::new();
    wrong.iter().for_each(|(place, difference)| places.entry(difference).or_default().push(place));
    for (difference, places) in places {
        println!("{}:\n{difference}", places.join(", "));
    }
}

/// Traces `program` with both, and compares line by line in order. Returns the errors.
fn same(bench: &Bench, program: &str, options: &[&str], output: Output) -> Vec<(String, Difference)> {
    let set = Set { name: "same", options, output, shape: Shape::Lines };
    let (lines, found) = compared(bench, program, &set);
    let wrong: Vec<_> = found.into_iter().filter(|d| known::why(program, d).is_none()).collect();
    let place = format!("{program} with {options:?}");
    println!("{place}: {lines} lines compared, {} different", wrong.len());
    wrong.into_iter().map(|difference| (place.clone(), difference)).collect()
}

/// Fails if there are errors.
fn all_well(wrong: Vec<(String, Difference)>) {
    report(&wrong);
    assert!(wrong.is_empty(), "{} lines differ, see above", wrong.len());
}

/// Calls that starting a thread does not make: the program determines their order among threads.
const ORDERED: &str =
    "trace=read,write,poll,getppid,getpgid,sendto,recvfrom,exit_group,execve,pause,kill,wait4";

/// Lines of several threads in order: what comes between a call's entry and its exit.
#[test]
fn same_order_of_threads() {
    let bench = Bench::new("order");
    let mut wrong = Vec::new();
    for program in ["unfinished", "exec_thread", "exec_leader", "killed_in_call", "group_stop"] {
        wrong.extend(same(&bench, program, &["-f", "-e", ORDERED], Output::File));
    }
    // On a terminal: `[pid N]` while there are several.
    for program in ["unfinished", "exec_thread", "killed_in_call"] {
        wrong.extend(same(&bench, program, &["-f", "-q", "-e", ORDERED], Output::Stderr));
    }
    all_well(wrong);
}

/// Times before and after a line, and the column of the result with them.
#[test]
fn same_times() {
    let bench = Bench::new("times");
    let forms: &[&[&str]] = &[
        &["-t"],
        &["-tt"],
        &["-ttt"],
        &["-r"],
        &["-T"],
        &["-tt", "-r"],
        &["-ttt", "-T"],
        &["-a", "0"],
        &["-a", "20"],
        &["-a", "72"],
        &["--absolute-timestamps=format:unix,precision:ns"],
        &["--absolute-timestamps=precision:ms"],
        &["--relative-timestamps=ns"],
        &["--syscall-times=ms"],
    ];
    let mut wrong = Vec::new();
    for form in forms {
        wrong.extend(same(&bench, "exit_code", form, Output::Stderr));
        wrong.extend(same(&bench, "pipes", &[form, &["-f"][..]].concat(), Output::File));
    }
    all_well(wrong);
}

/// The program that makes every call by number, without effect.
pub const EVERY_CALL: &str = "every_call";

/// Programs with their own tests: their behaviour varies, or takes too long.
pub const APART: &[&str] = &[EVERY_CALL, "family", "namespaces", "pid_namespace", "stepchild", "waiting"];

/// Contents of the argument registers: numbers, pointers, and both alternately, so that a pointer and its length meet.
pub const ARGUMENTS: &[&str] =
    &["000000", "222222", "------", "2p2p2p", "p2p2p2", "2pp2p2", "pp22pp", "22pp22"];

/// Every call that both tracers know, with arguments of several kinds, failing and succeeding: names, numbers, how many
/// arguments there are and how each is written. Then the classes of each call.
#[test]
fn same_table() {
    let bench = Bench::new("table");
    let name = |line: &str| line.split('(').next().unwrap_or_default().to_string();
    let missing = |difference: &Difference| {
        difference.ours.starts_with("syscall_0x") && !difference.theirs.starts_with("syscall_0x")
    };
    let trace = |tracer, arguments: &str, options: &[&str]| {
        let program = format!("{EVERY_CALL} {arguments}");
        normal::normalise(
            &bench.trace(tracer, &program, "table", options, Output::File),
            Shape::Lines,
            bench.fixed,
        )
    };
    let (mut wrong, mut compared) = (Vec::new(), 0);
    let (mut described, mut undescribed, mut used) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for arguments in ARGUMENTS.iter().flat_map(|letters| [format!("{letters} 38"), format!("{letters} 0")]) {
        for options in [&[][..], &["-v"], &["-y", "-s", "0"]] {
            let pair = || {
                let [theirs, ours] =
                    [Tracer::Strace, Tracer::Ours].map(|tracer| trace(tracer, &arguments, options));
                let found = compare::lines(&theirs, &ours);
                (theirs, ours, found)
            };
            let (mut theirs, mut ours, mut found) = pair();
            // A process id may be equal to a number elsewhere, but not three times.
            for _ in 0..2 {
                if found.iter().all(|d| missing(d) || known::why(EVERY_CALL, d).is_some()) {
                    break;
                }
                (theirs, ours, found) = pair();
            }
            compared += theirs.len();
            for difference in found {
                if missing(&difference) {
                    undescribed.insert(name(&difference.theirs));
                } else if let Some(index) = known::why(EVERY_CALL, &difference) {
                    used.insert(index);
                } else {
                    wrong.push((format!("{EVERY_CALL} {arguments} {options:?}"), difference));
                }
            }
            described.extend(ours.iter().map(|line| name(line)).filter(|name| !name.starts_with("syscall_")));
        }
    }
    for class in CLASSES {
        let option = format!("trace={class}");
        let names = |tracer| {
            let lines = trace(tracer, "000000 38", &["-e", &option]);
            lines
                .iter()
                .map(|line| name(line))
                .filter(|name| described.contains(name))
                .collect::<BTreeSet<_>>()
        };
        let (theirs, ours) = (names(Tracer::Strace), names(Tracer::Ours));
        compared += theirs.len();
        for name in theirs.symmetric_difference(&ours) {
            let line = |set: &BTreeSet<String>| set.get(name).cloned().unwrap_or_default();
            wrong.push((option.clone(), Difference { theirs: line(&theirs), ours: line(&ours) }));
        }
    }
    println!(
        "every call: {compared} lines compared, {} different; {} calls are not described yet: {undescribed:?}",
        wrong.len(),
        undescribed.len()
    );
    report(&wrong);
    let gone = known::gone(&used, &[EVERY_CALL]);
    forget(&gone);
    assert!(wrong.is_empty() && gone.is_empty(), "{} lines differ, see above", wrong.len());
    assert!(undescribed.is_empty(), "not described: {undescribed:?}");
}

/// strace(1), "Filtering".
const CLASSES: &[&str] = &[
    "%file", "%desc", "%network", "%process", "%signal", "%memory", "%ipc", "%creds", "%stat", "%lstat",
    "%fstat", "%%stat", "%statfs", "%fstatfs", "%%statfs", "%pure", "%clock",
];

/// Which calls `-e trace=` selects.
#[test]
fn same_filters() {
    let bench = Bench::new("filters");
    let filters = [
        "file",
        "%file",
        "%desc",
        "%network",
        "%net",
        "%process",
        "%signal",
        "%memory",
        "%ipc",
        "%creds",
        "%stat",
        "%lstat",
        "%fstat",
        "%%stat",
        "%statfs",
        "%fstatfs",
        "%%statfs",
        "%pure",
        "%clock",
        "openat,close",
        "!openat,close",
        "!%file",
        "all",
        "none",
        "?nosuchcall,read",
        "openat@64",
        "?openat@32,write",
    ];
    let mut wrong = Vec::new();
    for filter in filters {
        let option = format!("trace={filter}");
        for program in ["files", "stat", "unix_sockets", "identity", "sleep", "signals", "startup"] {
            wrong.extend(same(&bench, program, &["-e", &option], Output::File));
        }
    }
    all_well(wrong);
}

/// The tracer ends like the command that it traces.
#[test]
fn same_exit_status() {
    let bench = Bench::new("status");
    for program in ["exit_code", "killed", "group_stop", "exec_thread", "pipes"] {
        let [theirs, ours] =
            [Tracer::Strace, Tracer::Ours].map(|tracer| bench.status(tracer, program, &["-f"]));
        assert_eq!(theirs, ours, "{program}: exit status of strace and of ours");
    }
}

/// Attaching to a process that is already in a call, and detaching from it.
#[test]
fn same_text_when_attached() {
    let bench = Bench::new("attach");
    let program = "attached";
    let [theirs, ours] = [Tracer::Strace, Tracer::Ours]
        .map(|tracer| normal::normalise(&bench.attach(tracer, program), Shape::Lines, bench.fixed));
    let found = compare::lines(&theirs, &ours);
    let wrong: Vec<_> = found.into_iter().filter(|d| known::why(program, d).is_none()).collect();
    println!("{program}: {} lines compared, {} different", theirs.len(), wrong.len());
    assert!(!theirs.is_empty(), "strace -p wrote nothing");
    all_well(wrong.into_iter().map(|difference| (program.into(), difference)).collect());
}

//! `--seccomp-bpf`: the same lines, although most calls do not stop.

use super::{
    APART, Set, all_well, compared, known,
    normal::{self, Shape},
    run::{Bench, Output, Tracer},
};
use crate::{cluster::root, kernel::compiled};

/// Filters that stop at some calls and not at others.
const FILTERS: &[&[&str]] = &[
    &["-f", "--seccomp-bpf", "-e", "trace=%process,%file,%signal"],
    &["-f", "--seccomp-bpf", "-e", "trace=!%process,%memory,%file", "-y"],
    &["-f", "--seccomp-bpf", "-e", "trace=getppid,getpgid,read,nanosleep,clock_nanosleep,futex"],
];

/// Every program. The scheduler may cause a difference once.
#[test]
fn same_lines_of_what_stops() {
    let bench = Bench::new("seccomp");
    let (mut wrong, mut lines) = (Vec::new(), 0);
    for program in bench.programs().iter().filter(|program| !APART.contains(&program.as_str())) {
        // Calls without a name: whether strace shows them depends on the filter that it generates.
        if ["unknown", "x32"].contains(&program.as_str()) {
            continue;
        }
        for options in FILTERS {
            let set = Set { name: "seccomp", options, output: Output::File, shape: Shape::ByThread };
            let (count, found) = compared(&bench, program, &set);
            lines += count;
            let found = found.into_iter().filter(|difference| known::why(program, difference).is_none());
            wrong.extend(found.map(|difference| (format!("{program} {options:?}"), difference)));
        }
    }
    println!("--seccomp-bpf: {lines} lines compared, {} different", wrong.len());
    all_well(wrong);
}

/// i386 calls that share a number: which call is meant is seen only at the stop.
#[test]
fn same_lines_of_what_stops_of_32_bit_programs() {
    if !cfg!(target_arch = "x86_64") {
        println!("not on x86_64: not compared");
        return;
    }
    let bench = Bench::new("seccomp-narrow");
    let names = ["multiplexed", "vectors"];
    let source = |name: &&str| root().join("tests/differential/programs").join(name).with_extension("c");
    let directory = compiled("i386", &names.iter().map(source).collect::<Vec<_>>());
    for name in names {
        for trace in ["trace=%network", "trace=%ipc", "trace=shmget,accept4", "trace=readv,exit_group"] {
            let options = ["-f", "--seccomp-bpf", "-e", trace];
            let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
                let command = [directory.join(name).into()];
                let texts = bench.trace_command(tracer, name, &command, "narrow", &options, Output::File);
                normal::normalise(&texts, Shape::Lines, bench.fixed)
            });
            assert_eq!(theirs, ours, "{name} of i386 with {options:?}");
        }
    }
}

/// Whether there is a filter, what is given up for it, and the messages if there is none.
#[test]
fn same_filters_or_none() {
    let bench = Bench::new("seccomp-or-not");
    let status = "grep -E '^(NoNewPrivs|Seccomp)' /proc/self/status >&2";
    for options in [
        &["-f", "-e", "trace=exit_group"][..],
        &["-f", "-e", "trace=none"],
        &["-f", "-e", "trace=!getppid"],
        &["-f", "-e", "trace=read", "-P", "/nonexistent"],
        &["-f", "-c", "-U", "name,calls", "-e", "trace=getppid"],
        &["-ff", "-e", "trace=getppid"],
        &["-D", "-f", "-e", "trace=getppid"],
        &["-f", "-u", "nobody", "-e", "trace=getppid"],
        &["-f", "-e", "trace=geteuid", "-e", "inject=geteuid:retval=17"],
        &["-f", "-e", "trace=all", "-P", "/nonexistent"],
        &["-f", "-z", "-P", "/nonexistent"],
        &["-e", "trace=none"],
        &["-F", "-A", "-e", "trace=none"],
        &["-f", "-A", "-z", "-Z", "-b", "execve", "-e", "trace=none"],
        &["-f", "-z", "-Z", "--syscall-limit=1", "-e", "trace=none"],
        &["-f", "-b", "execve", "--syscall-limit=1", "-e", "trace=none"],
    ] {
        let arguments = [&["--seccomp-bpf", "-qq"], options, &["/bin/sh", "-c", status]].concat();
        let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
            let (text, status) = bench.say(tracer, &arguments);
            (normal::normalise(&[text], Shape::Lines, bench.fixed), status)
        });
        let said = theirs.0.join("\n");
        assert!(said.contains("Seccomp:"), "strace {arguments:?} said {said}");
        if options.contains(&"trace=!getppid") {
            // The scheduler decides how the calls of two processes interleave.
            let filter = |lines: &[String]| lines.join("\n").contains("Seccomp:\t2");
            assert!(filter(&theirs.0) && filter(&ours.0), "{arguments:?}");
        } else {
            assert_eq!(theirs, ours, "{arguments:?}");
        }
    }
}

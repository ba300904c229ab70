//! 32-bit programs on a 64-bit kernel: i386 beside x86_64. (For arm beside aarch64, see `kernel::traces`.)

use super::{
    APART, ARGUMENTS, EVERY_CALL, SETS,
    compare::{self, Difference},
    forget, known,
    normal::{self, Shape},
    report,
    run::{Bench, Output, Tracer},
};
use crate::{cluster::root, kernel::compiled};
use std::{
    collections::BTreeSet,
    ffi::OsString,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Programs that are left out, and why.
const LEFT_OUT: &[(&str, &str)] =
    &[("killed_in_many", "takes ten seconds, and depends on the kernel more than on the ABI")];

/// Every program with one set of options, and every call by number.
#[test]
fn same_text_of_32_bit_programs() {
    if !cfg!(target_arch = "x86_64") {
        println!("not on x86_64: not compared");
        return;
    }
    let bench = Bench::new("narrow");
    let mut programs = bench.programs();
    let sources = |name: &String| root().join("tests/differential/programs").join(name).with_extension("c");
    let directory = compiled("i386", &programs.iter().map(sources).collect::<Vec<_>>());
    // `startup` is linked dynamically and would need its own C library; the loader is compared elsewhere.
    programs.retain(|name| !APART.contains(&name.as_str()) && name != "startup");
    programs.retain(|name| !LEFT_OUT.iter().any(|(left_out, _)| left_out == name));
    let verbose = SETS.iter().find(|set| set.name == "verbose").expect("the set that shows most");
    let mut jobs: Vec<(String, &[&str], Shape)> =
        programs.into_iter().map(|name| (name, verbose.options, verbose.shape)).collect();
    for arguments in ARGUMENTS {
        for error in ["38", "0"] {
            jobs.push((format!("{EVERY_CALL} {arguments} {error}"), &[], Shape::Lines));
        }
    }
    let next = AtomicUsize::new(0);
    let (compared, wrong, used) = (AtomicUsize::new(0), Mutex::new(Vec::new()), Mutex::new(BTreeSet::new()));
    let one = |(program, options, shape): &(String, &[&str], Shape)| {
        let mut words = program.split(' ');
        let name = words.next().unwrap_or_default();
        let mut command: Vec<OsString> = vec![directory.join(name).into()];
        command.extend(words.map(Into::into));
        let here = format!("{name} of i386");
        let why =
            |difference: &Difference| [&here, name].iter().find_map(|name| known::why(name, difference));
        let (mut lines, mut found) = (0, Vec::new());
        for _ in 0..3 {
            let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
                let texts = bench.trace_command(tracer, program, &command, "narrow", options, Output::File);
                normal::normalise(&texts, *shape, bench.fixed)
            });
            lines = theirs.len();
            found = compare::lines(&theirs, &ours);
            if found.iter().all(|difference| why(difference).is_some()) {
                break;
            }
        }
        compared.fetch_add(lines, Ordering::Relaxed);
        for difference in found {
            match why(&difference) {
                Some(index) => _ = used.lock().unwrap().insert(index),
                None => wrong.lock().unwrap().push((program.clone(), difference)),
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    one(job);
                }
            });
        }
    });
    let (wrong, used) = (wrong.into_inner().unwrap(), used.into_inner().unwrap());
    let compared = compared.into_inner();
    println!("i386: {} traces, {compared} lines compared, {} different", jobs.len(), wrong.len());
    report(&wrong);
    let gone = known::gone(&used, &["every_call of i386"]);
    forget(&gone);
    assert!(compared > 5000, "only {compared} lines");
    assert!(wrong.is_empty() && gone.is_empty(), "{} lines differ, see above", wrong.len());
}

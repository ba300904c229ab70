//! The programs of the differential tests on the other processor: Linux on aarch64, and 32-bit arm there.
//!
//! strace 7.2 and our tracer run in the emulated machine, one after the other. Their output is compared here, with the rules
//! of `differential::normal`. A 32-bit strace traces 32-bit programs, because Debian's strace for arm64 does not know the
//! layouts of arm's structures.

use super::{Machine, boot, compiled, scratch};
use crate::{
    cluster::root,
    differential::{
        APART, ARGUMENTS, EVERY_CALL, SETS, Set,
        compare::{self, Difference},
        forget, known,
        normal::{self, Shape},
        report,
        run::Output,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Programs that need something which exists once per machine, such as a netlink port: one of each runs at a time.
const ALONE: [&str; 1] = ["netlink_sockets"];

/// Traces of one program, to be made in the emulated machine.
struct Job<'a> {
    /// The processor of the program.
    processor: &'static str,
    /// The program, with its arguments.
    program: String,
    set: &'a Set<'a>,
}

impl Job<'_> {
    fn place(&self) -> String {
        format!("{} of {} under {}", self.program, self.processor, self.set.name)
    }

    /// The program without its arguments.
    fn name(&self) -> &str {
        self.program.split(' ').next().unwrap_or_default()
    }

    /// The known reason for a difference: of the program on this processor, or on any.
    fn why(&self, difference: &Difference) -> Option<usize> {
        let here = format!("{} of {}", self.name(), self.processor);
        [&here, self.name()].iter().find_map(|name| known::why(name, difference))
    }

    /// Its commands in the emulated machine's shell: traces by strace and by ours, into files with that number.
    fn script(&self, number: usize) -> String {
        let mut script = String::new();
        let alone = ALONE.contains(&self.name());
        if alone {
            writeln!(script, "until mkdir /{}.lock 2>/dev/null; do sleep 0.1; done", self.name()).unwrap();
        }
        let strace =
            format!("/oracle/{0}/loader --library-path /oracle/{0} /oracle/{0}/strace", self.processor);
        for (who, tracer) in [("theirs", strace.as_str()), ("ours", "/tracer")] {
            let output = if self.set.output == Output::Stderr { "" } else { &format!("-o {number}.{who}") };
            let options = self.set.options.join(" ");
            writeln!(
                script,
                "rm -rf /work/{number}; mkdir -p /work/{number}; cd /work/{number}
                 taskset {} timeout -s KILL 60 env -i PATH=/usr/bin:/bin TZ=UTC {tracer} {options} {} \\
                     /programs/{}/{} </dev/null >/dev/null 2>/results/{number}.{who}.said",
                // One CPU for a program and its tracer, so that it is less random which thread runs first.
                1 + number % 2,
                output.replace("-o ", "-o /results/"),
                self.processor,
                self.program
            )
            .unwrap();
        }
        if alone {
            writeln!(script, "rmdir /{}.lock", self.name()).unwrap();
        }
        script
    }

    /// A tracer's output, made comparable.
    fn lines(&self, results: &Path, number: usize, who: &str) -> Vec<String> {
        let read = |name: String| {
            let bytes = fs::read(results.join(&name)).unwrap_or_default();
            // The program's standard error has a name for each tracer, which `-y` shows.
            String::from_utf8_lossy(&bytes).replace(&format!("{number}.{who}.said"), "said")
        };
        let texts = match self.set.output {
            Output::Stderr => vec![read(format!("{number}.{who}.said"))],
            Output::File => vec![read(format!("{number}.{who}"))],
            Output::Files => {
                let prefix = format!("{number}.{who}.");
                let files = fs::read_dir(results).unwrap();
                let tid = |name: String| name.strip_prefix(&prefix)?.parse().ok();
                let tids: BTreeSet<u64> =
                    files.filter_map(|file| tid(file.unwrap().file_name().into_string().unwrap())).collect();
                let text = |tid| format!("== {tid}\n{}", read(format!("{number}.{who}.{tid}")));
                normal::in_order(&tids).map(text).collect()
            }
        };
        normal::normalise(&texts, self.set.shape, true)
    }
}

/// Makes the traces in the emulated machine. Returns the differences and the number of lines of each job.
fn traced(jobs: &[&Job<'_>]) -> Vec<(usize, Vec<Difference>)> {
    let place = scratch("jobs");
    let mut files = Vec::new();
    // `xargs -0` passes each to a shell.
    let scripts: Vec<String> = jobs.iter().enumerate().map(|(number, job)| job.script(number)).collect();
    fs::write(place.join("jobs"), scripts.join("\0")).unwrap();
    files.push((place.join("jobs"), "jobs".into()));
    let mut programs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for job in jobs {
        programs.entry(job.processor).or_default().insert(job.name());
    }
    for (processor, names) in programs {
        let source = |name: &&str| root().join("tests/differential/programs").join(name).with_extension("c");
        let directory = compiled(processor, &names.iter().map(source).collect::<Vec<_>>());
        if names.contains("startup") {
            let (loader, triple) = match processor {
                "arm" => ("ld-linux-armhf.so.3", "arm-linux-gnueabihf"),
                _ => ("ld-linux-aarch64.so.1", "aarch64-linux-gnu"),
            };
            files.push((directory.join(loader), format!("lib/{loader}")));
            files.push((directory.join("libc.so.6"), format!("lib/{triple}/libc.so.6")));
        }
        files.extend(names.iter().map(|name| (directory.join(name), format!("programs/{processor}/{name}"))));
        files.extend(oracle(processor));
    }
    // Process ids that are not small numbers, because those also occur elsewhere.
    let script = "
        echo 0 >/proc/sys/kernel/randomize_va_space
        echo 20000 >/proc/sys/kernel/ns_last_pid
        ip link set lo up
        xargs -0 -n 1 -P 4 sh -c </jobs
        true
    ";
    let done = boot(Machine::Aarch64, "traces", script, &files);
    print!("{}", done.text);
    let _ = fs::remove_dir_all(&place);
    let compared = jobs.iter().enumerate().map(|(number, job)| {
        let theirs = job.lines(&done.results, number, "theirs");
        let ours = job.lines(&done.results, number, "ours");
        assert!(theirs.len() > 1, "strace wrote nothing of {}: {theirs:?}", job.place());
        (theirs.len(), compare::lines(&theirs, &ours))
    });
    compared.collect()
}

/// strace 7.2 for a processor, its loader and its libraries: where they are, and where they must be.
fn oracle(processor: &str) -> Vec<(PathBuf, String)> {
    let architecture = if processor == "arm" { "armhf" } else { "arm64" };
    let script = root().join("tests/oracle/strace.sh");
    let done = Command::new(script).args(["--root", architecture]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let unpacked = PathBuf::from(String::from_utf8_lossy(&done.stdout).trim());
    let mut found = vec![(unpacked.join("usr/bin/strace"), format!("oracle/{processor}/strace"))];
    for directory in fs::read_dir(unpacked.join("usr/lib")).unwrap() {
        let Ok(files) = fs::read_dir(directory.unwrap().path()) else { continue };
        for file in files.map(|file| file.unwrap().path()) {
            let name = file.file_name().unwrap().to_str().unwrap().to_string();
            if name.starts_with("ld-linux") {
                found.push((file, format!("oracle/{processor}/loader")));
            } else if ["libc.", "libunwind", "liblzma.", "libz.", "libgcc"]
                .iter()
                .any(|n| name.starts_with(n))
            {
                found.push((file, format!("oracle/{processor}/{name}")));
            }
        }
    }
    found
}

/// What differs in each of three boots is a difference; the scheduler may cause one once.
fn same(jobs: Vec<Job<'_>>) {
    let mut left: Vec<&Job<'_>> = jobs.iter().collect();
    let (mut lines, mut wrong, mut used) = (0, Vec::new(), BTreeSet::new());
    for _ in 0..3 {
        let results = traced(&left);
        if lines == 0 {
            lines = results.iter().map(|(lines, _)| lines).sum();
        }
        wrong.clear();
        let mut again = Vec::new();
        for (job, (_, found)) in left.into_iter().zip(results) {
            let (right, found): (Vec<_>, Vec<_>) = found
                .into_iter()
                .map(|difference| (job.why(&difference), difference))
                .partition(|(why, _)| why.is_some());
            used.extend(right.into_iter().filter_map(|(why, _)| why));
            if !found.is_empty() {
                again.push(job);
            }
            wrong.extend(found.into_iter().map(|(_, difference)| (job.place(), difference)));
        }
        left = again;
        if left.is_empty() {
            break;
        }
    }
    println!("aarch64 and arm: {} traces, {lines} lines compared, {} different", jobs.len(), wrong.len());
    report(&wrong);
    let gone = known::gone(&used, &["every_call of arm", "unknown of arm"]);
    forget(&gone);
    assert!(wrong.is_empty() && gone.is_empty(), "{} lines differ, see above", wrong.len());
}

const THREADS: &str = "which of its threads waits for which is hardly ever the same twice there";

/// Programs that are left out: on which processor, and why.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("resources", "arm", "makes a call that arm has no number for"),
    ("killed_in_many", "arm", "takes ten seconds, and depends on the kernel more than on the processor"),
    ("threads", "arm", THREADS),
    ("threads", "aarch64", THREADS),
    (
        "clone",
        "arm",
        "sends a made-up siginfo, whose halves a 64-bit tracer sees elsewhere than a 32-bit one",
    ),
];

#[test]
fn same_text_on_arm() {
    let files = fs::read_dir(root().join("tests/differential/programs")).unwrap();
    let mut programs: Vec<String> =
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().into()).collect();
    // The slowest one first, because several run at a time.
    programs.sort_by_key(|program| (program != "killed_in_many", program.clone()));
    programs.retain(|program| !APART.contains(&program.as_str()));
    let mut jobs = Vec::new();
    let verbose = SETS.iter().find(|set| set.name == "verbose").expect("the set that shows most");
    for program in &programs {
        for processor in ["aarch64", "arm"] {
            let left_out = LEFT_OUT.iter().any(|(name, of, _)| name == program && *of == processor);
            if !left_out {
                jobs.push(Job { processor, program: program.clone(), set: verbose });
            }
        }
    }
    let table = Set { name: "table", options: &[], output: Output::File, shape: Shape::Lines };
    for processor in ["aarch64", "arm"] {
        let succeeding = ARGUMENTS.iter().map(|arguments| format!("{EVERY_CALL} {arguments} 0"));
        // How a failed call is written depends little on its arguments.
        let failing = ["000000", "p2p2p2"].map(|arguments| format!("{EVERY_CALL} {arguments} 38"));
        jobs.extend(succeeding.chain(failing).map(|program| Job { processor, program, set: &table }));
    }
    same(jobs);
}

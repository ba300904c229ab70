//! Whole real programs under both tracers: those of a list that are installed on this machine.
//!
//! A program that does the same each time is compared line by line, each process separately. A program whose threads race
//! is never the same twice under any tracer. For those, the *kinds* of lines are compared: the text of a line without its
//! numbers. A kind is a difference if each run of one tracer has it and no run of the other does, and the other has a
//! line for the same call.

use super::{
    all_well,
    compare::{self, Difference},
    known,
    normal::{self, Shape},
    run::{Bench, Output, Tracer},
};
use regex::Regex;
use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    process::Command,
    sync::LazyLock,
    thread,
    time::Instant,
};

/// Everything that a program does, including the peers of its sockets.
pub const OPTIONS: &[&str] = &["-f", "-v", "-yy", "-s", "64"];

/// How a program's traces are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Line by line.
    Whole,
    /// By kinds of lines, because its threads race.
    Kinds,
}

/// A program of the list.
struct Program {
    /// Its name, which is also the command that must be installed.
    name: &'static str,
    /// The line for the shell. `PORT` is the port of a server.
    line: &'static str,
    how: How,
}

const PROGRAMS: &[Program] = &[
    Program {
        name: "bash",
        line: "exec bash -c 'x=$(<file); trap \"echo $PWD\" EXIT; for i in 1 2 3; do printf %s $i >>file; done; ulimit -n; umask
            while read -r line; do case $line in root:*) echo ${line%%:*};; esac; done </etc/passwd; [ -d /proc ] && cd /
            kill -USR1 $$'",
        how: How::Whole,
    },
    // Its SIGCHLD handler can run between any two calls.
    Program {
        name: "bash",
        line: "exec bash -c 'for i in 1 2 3; do echo $i | cat; done; (cd / && ls | wc -l); x=$(pwd); sleep 0.01 & wait'",
        how: How::Kinds,
    },
    Program {
        name: "git",
        line: "export GIT_AUTHOR_DATE='2020-01-01 00:00:00 +0000' GIT_COMMITTER_DATE='2020-01-01 00:00:00 +0000' HOME=$PWD
            git init -q . && echo one >file && git add file && git -c user.name=n -c user.email=e commit -qm message
            exec git log --stat",
        how: How::Whole,
    },
    Program { name: "curl", line: "exec curl -s http://127.0.0.1:PORT/page -o page", how: How::Whole },
    Program {
        name: "python3",
        line: "exec /usr/bin/python3 -B -c 'import json, os, subprocess, tempfile, urllib.request
with tempfile.TemporaryFile() as file: file.write(json.dumps(sorted(os.listdir(\"/\"))).encode())
subprocess.run([\"true\"], check=True)
print(urllib.request.urlopen(\"http://127.0.0.1:PORT/\").read())'",
        how: How::Whole,
    },
    Program {
        name: "perl",
        line: "PERL_HASH_SEED=0 exec perl -MPOSIX -MSocket -e '$SIG{ALRM} = sub { print \"alarm\" }; alarm 1; pause; print `echo x`; POSIX::uname'",
        how: How::Whole,
    },
    Program { name: "sqlite3", line: "exec sqlite3 base 'create table t(a); insert into t values (1); select * from t'", how: How::Whole },
    Program { name: "make", line: "printf 'all: a b\\n\\techo $^\\n%%:\\n\\ttouch $@\\n' >Makefile; exec make -s", how: How::Whole },
    Program { name: "tar", line: "exec tar czf etc.tar.gz -C / etc/passwd etc/group etc/init.d", how: How::Whole },
    Program { name: "apt-get", line: "exec apt-get -o Dir::State::lists=$PWD -o Dir::Cache=$PWD --simulate remove bash", how: How::Whole },
    Program { name: "ssh", line: "exec ssh -F none -o BatchMode=yes -p 1 127.0.0.1 true", how: How::Whole },
    Program {
        name: "gcc",
        line: "echo 'int main(void) { return 0; }' >a.c; exec gcc -o a a.c",
        how: How::Whole,
    },
    Program {
        name: "node",
        line: "exec node -e 'const fs = require(\"fs\"); fs.readdir(\"/\", () => fetch(\"http://127.0.0.1:PORT/\").then(a => a.text()).then(console.log))'",
        how: How::Kinds,
    },
    Program { name: "go", line: "exec GO", how: How::Kinds },
    Program { name: "java", line: "exec java -version", how: How::Kinds },
];

/// With fewer programs than this, the test would prove nothing.
const FEWEST: usize = 6;

/// A server that answers everything with the same page, as long as this process lives.
fn server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let Ok(mut connection) = connection else { continue };
            let mut request = [0; 4096];
            let _ = connection.read(&mut request);
            let _ = connection.write_all(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n",
            );
        }
    });
    port
}

/// A small Go program, with goroutines in calls.
fn go(directory: &Path) -> Option<std::path::PathBuf> {
    let source = "package main\nimport (\"fmt\"; \"os\"; \"sync\"; \"time\")\nfunc main() {\n\tvar all sync.WaitGroup\n\tfor i := 0; i < 4; i++ {\n\t\tall.Add(1)\n\t\tgo func() { defer all.Done(); os.ReadFile(\"/etc/passwd\"); time.Sleep(time.Millisecond) }()\n\t}\n\tall.Wait()\n\tfmt.Println(\"done\")\n}\n";
    let (main, binary) = (directory.join("main.go"), directory.join("go-program"));
    fs::write(&main, source).unwrap();
    let built = Command::new("go").args(["build", "-o"]).arg(&binary).arg(&main).output().ok()?;
    built.status.success().then_some(binary)
}

#[test]
fn same_text_of_real_programs() {
    let bench = Bench::new("real");
    let port = server().to_string();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let (mut wrong, mut compared) = (Vec::new(), BTreeSet::new());
    for program in PROGRAMS {
        let there = std::env::split_paths(&path).any(|directory| directory.join(program.name).exists());
        let go = if program.name == "go" && there { go(bench.directory()) } else { None };
        if !there || program.name == "go" && go.is_none() {
            println!("{}: not on this machine, not compared", program.name);
            continue;
        }
        let line = program.line.replace("PORT", &port);
        let line = line.replace("GO", &go.map(|path| path.display().to_string()).unwrap_or_default());
        let words: Vec<OsString> = ["/bin/sh", "-c", &line].map(Into::into).into();
        let began = Instant::now();
        let trace = |tracer| {
            let texts = bench.trace_command(tracer, program.name, &words, "real", OPTIONS, Output::File);
            normal::normalise(&texts, Shape::ByThread, bench.fixed).into_iter().map(own).collect::<Vec<_>>()
        };
        let (lines, found) = match program.how {
            How::Whole => whole(|tracer| ends_of_children_last(trace(tracer))),
            How::Kinds => kinds(trace),
        };
        let found: Vec<_> = found.into_iter().filter(|d| known::why(program.name, d).is_none()).collect();
        println!(
            "{}: {lines} lines compared, {} different ({:.1?})",
            program.name,
            found.len(),
            began.elapsed()
        );
        wrong.extend(found.into_iter().map(|difference| (program.name.into(), difference)));
        compared.insert(program.name);
    }
    assert!(compared.len() >= FEWEST, "only these programs are there: {compared:?}");
    all_well(wrong);
}

/// Moves the signals that report the end of children to the end of their process: the scheduler decides when a child ends.
pub fn ends_of_children_last(lines: Vec<String>) -> Vec<String> {
    let (mut ordered, mut ends) = (Vec::new(), Vec::new());
    for line in lines {
        if line.starts_with("== ") {
            ordered.append(&mut ends);
        }
        if line.starts_with("--- SIGCHLD ") { ends.push(line) } else { ordered.push(line) }
    }
    ordered.append(&mut ends);
    ordered
}

/// At most this many runs under each tracer.
const RUNS: usize = 5;

/// The differences between the two most similar runs, of several under each tracer.
pub fn whole(trace: impl Fn(Tracer) -> Vec<String>) -> (usize, Vec<Difference>) {
    let mut runs: [Vec<Vec<String>>; 2] = Default::default();
    let mut nearest: Option<Vec<Difference>> = None;
    while runs[0].len() < RUNS && nearest.as_ref().is_none_or(|found| !found.is_empty()) {
        for (runs, tracer) in runs.iter_mut().zip([Tracer::Strace, Tracer::Ours]) {
            runs.push(trace(tracer));
        }
        let [theirs, ours] = &runs;
        // Compare the new runs with each other and with all before them.
        let pairs = theirs.iter().flat_map(|theirs| ours.iter().map(move |ours| (theirs, ours)));
        let newest = |run: &Vec<String>, runs: &Vec<Vec<String>>| {
            runs.last().is_some_and(|last| std::ptr::eq(last, run))
        };
        for (their, our) in pairs.filter(|(a, b)| newest(a, theirs) || newest(b, ours)) {
            let found = compare::lines(their, our);
            if nearest.as_ref().is_none_or(|nearest| found.len() < nearest.len()) {
                nearest = Some(found);
            }
        }
    }
    (runs[0].first().map_or(0, Vec::len), nearest.unwrap_or_default())
}

/// Kinds of lines that occur in each run of one tracer, and in no run of the other.
pub fn kinds(trace: impl Fn(Tracer) -> Vec<String>) -> (usize, Vec<Difference>) {
    let mut lines = 0;
    let mut always: [Option<BTreeSet<String>>; 2] = [None, None];
    let mut ever = [BTreeSet::new(), BTreeSet::new()];
    let mut only = Vec::new();
    for _ in 0..4 {
        for (index, tracer) in [Tracer::Strace, Tracer::Ours].into_iter().enumerate() {
            let text = trace(tracer);
            lines += if index == 0 { text.len() } else { 0 };
            let kinds: BTreeSet<String> = text.iter().map(|line| kind(line)).collect();
            always[index] = Some(match always[index].take() {
                None => kinds.clone(),
                Some(before) => before.intersection(&kinds).cloned().collect(),
            });
            ever[index].extend(kinds);
        }
        let [Some(theirs), Some(ours)] = &always else { continue };
        let theirs: Vec<&String> = theirs.difference(&ever[1]).collect();
        let ours: Vec<&String> = ours.difference(&ever[0]).collect();
        only = written_otherwise(&theirs, &ours);
        // More runs can only reduce the differences.
        if only.is_empty() {
            break;
        }
    }
    (lines, only)
}

/// The name of a line's call, or whatever it begins with.
fn name(line: &str) -> &str {
    line.split(['(', '{']).next().unwrap_or_default()
}

/// Lines of both tracers for the same call. If only one tracer has the call, it was made, or ended, differently because one
/// tracer is slower; but we must know every call.
fn written_otherwise(theirs: &[&String], ours: &[&String]) -> Vec<Difference> {
    let mut found = Vec::new();
    for our in ours {
        let pair = theirs.iter().find(|their| name(their) == name(our));
        if pair.is_some() || name(our).starts_with("syscall_") {
            let theirs = pair.map(|their| their.to_string()).unwrap_or_default();
            found.push(Difference { theirs, ours: our.to_string() });
        }
    }
    found
}

/// What real programs do by chance: what varies, its replacement, and why.
const CHANCE: &[(&str, &str, &str)] = &[
    (r"/tmp/(cc|tmp|sh-thd|apt)[\w.-]+", "/tmp/$1#", "names of temporary files are random"),
    (r"/(tmp_obj_|\.git/t)\w{6}\b", "/$1#", "git's temporary files, too"),
    (r"/tmp/[a-z0-9_]{8}\b", "/tmp/#", "and Python's"),
    (
        r#"(index(?:\.lock)?>, )".*?"(?:\.\.\.)?, "#,
        "$1#, ",
        "git's index has times of its files, and a sum of all",
    ),
    (r#"(-journal>, )".*?"(?:\.\.\.)?, "#, "$1#, ", "sqlite's journal has a random number"),
    (r#"(<char 1:9>>, )".*?"(?:\.\.\.)?, "#, "$1#, ", "/dev/urandom gives random bytes"),
    (r"PostgreSQL\.\d+", "PostgreSQL.#", "postgres names its shared memory by random numbers"),
    (r"^(shm(?:at|ctl)\()\d+|^(shmget\(.*= )\d+", "$1$2#", "the next segment of the whole machine"),
    (r#"(</proc/meminfo>, )".*?"(?:\.\.\.)?, "#, "$1#, ", "what the machine has left"),
    (r#"(/pg_control>, )".*?"(?:\.\.\.)?, "#, "$1#, ", "its control file has times"),
    (
        r#"(/comm>, )"(?:ld-linux[^"]*|tracer)\\n", (\d+)\) = \d+"#,
        "$1TRACER, $2) = #",
        "who asks for its parent's name gets the tracer's",
    ),
    (r#""\d{4}(-\d\d){2} [\d:.]+ UTC"#, "\"#", "postgres says when it does something"),
    (r":\d{5}(->|\])", ":PORT$1", "the kernel chooses the port of a client"),
    (r"(\bpoll\(.*\], \d+, )\d+\)", "$1#)", "time that is left"),
];

static CHANCES: LazyLock<Vec<(Regex, &str)>> =
    LazyLock::new(|| CHANCE.iter().map(|(find, put, _)| (Regex::new(find).unwrap(), *put)).collect());

pub fn own(line: String) -> String {
    CHANCES.iter().fold(line, |line, (find, put)| find.replace_all(&line, *put).into_owned())
}

static NUMBERS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"0x[0-9a-f]+|PID\d+|\d+").unwrap());

fn kind(line: &str) -> String {
    let kind = NUMBERS.replace_all(line, "#").into_owned();
    match kind.split_once(") = ") {
        // Whether a futex still has its value when a thread begins to wait is a race.
        Some((call, _)) if call.starts_with("futex(") => call.into(),
        _ => kind,
    }
}

#[test]
fn what_is_written_otherwise_has_a_pair() {
    let found = |theirs: &str, ours: &str| {
        let [theirs, ours] = [theirs, ours].map(|text| text.lines().map(String::from).collect::<Vec<_>>());
        written_otherwise(&theirs.iter().collect::<Vec<_>>(), &ours.iter().collect::<Vec<_>>()).len()
    };
    assert_eq!(found("prctl(PR_SET_NAME, \"a\"...) = #", "prctl(PR_SET_NAME, \"a\") = #\nread(#) = #"), 1);
    assert_eq!(found("nanosleep(#) = #", ""), 0);
    assert_eq!(found("", "syscall_0x1b5(#) = #"), 1);
    assert_eq!(kind("futex(0x7f00, FUTEX_WAKE, 1) = 0"), "futex(#, FUTEX_WAKE, #");
    assert_eq!(kind("read(3, \"x\", 10) = 1"), "read(#, \"x\", #) = #");
}

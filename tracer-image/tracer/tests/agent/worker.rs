//! A target that checks its own results: what every call returned, and how long it stood still.

use crate::place::Process;
use std::{
    env,
    io::{BufRead, BufReader, PipeReader, PipeWriter, Read, Write, pipe, stdin, stdout},
    os::unix::process::CommandExt,
    process::{ChildStdin, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

/// What it does.
pub const KINDS: [&str; 6] = ["idle", "flood", "forks", "threads", "execs", "thread-execs"];
/// What a process of "thread-execs" is.
const EXECUTES: &str = "executes";
const KIND: &str = "WORKER_KIND";

static ROUNDS: AtomicU64 = AtomicU64::new(0);
static WRONG: AtomicU64 = AtomicU64::new(0);
/// In milliseconds, since it was last asked.
static LONGEST_GAP: AtomicU64 = AtomicU64::new(0);

/// A running one.
pub struct Worker {
    pub process: Process,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

/// What it says of itself.
#[derive(Debug)]
pub struct Account {
    pub rounds: u64,
    pub wrong: u64,
    pub gap: Duration,
}

impl Worker {
    /// This test program again, with nothing but [`run`].
    pub fn start(kind: &str) -> Worker {
        let mut child =
            itself(kind).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it can be started");
        let (stdin, stdout) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let mut worker = Worker { process: Process(child), stdin, stdout: BufReader::new(stdout) };
        worker.line("ready");
        worker
    }

    fn line(&mut self, begin: &str) -> String {
        let mut line = String::new();
        while !line.starts_with(begin) {
            line.clear();
            assert!(self.stdout.read_line(&mut line).expect("UTF-8") > 0, "it has ended");
        }
        line
    }

    /// Asks it how it is.
    pub fn account(&mut self) -> Account {
        self.stdin.write_all(b"?\n").expect("it reads");
        let line = self.line("rounds ");
        let numbers: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        Account { rounds: numbers[0], wrong: numbers[1], gap: Duration::from_millis(numbers[2]) }
    }
}

/// This test program again, as a target that does this.
fn itself(kind: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("our own program"));
    command.args(["--ignored", "--exact", "a_target_that_checks_itself"]).env(KIND, kind);
    command
}

/// Is the target.
pub fn run() {
    let kind = env::var(KIND).expect("it is not run by hand");
    let work: fn() = match kind.as_str() {
        "flood" => flood,
        "forks" => || check(|| Command::new("true").status().is_ok_and(|status| status.success())),
        // Each a new program in the same process.
        "execs" => || {
            check(|| {
                let script = "exec sh -c 'exec sh -c \"exit 7\"'";
                Command::new("sh").args(["-c", script]).status().is_ok_and(|status| status.code() == Some(7))
            })
        },
        // A thread that is not its process's first one, while others live.
        "thread-execs" => {
            || check(|| itself(EXECUTES).output().is_ok_and(|output| output.status.code() == Some(7)))
        }
        EXECUTES => {
            thread::spawn(|| thread::sleep(Duration::from_secs(60)));
            panic!("{}", Command::new("sh").args(["-c", "exit 7"]).exec());
        }
        "threads" => || check(|| thread::spawn(|| 6 * 7).join().is_ok_and(|answer| answer == 42)),
        _ => || {
            check(|| {
                thread::sleep(Duration::from_millis(10));
                true
            })
        },
    };
    for _ in 0..2 {
        thread::spawn(work);
    }
    let mut out = stdout();
    out.write_all(b"\nready\n").expect("the test reads");
    for _ in stdin().lines() {
        let (rounds, wrong) = (ROUNDS.load(Ordering::SeqCst), WRONG.load(Ordering::SeqCst));
        let gap = LONGEST_GAP.swap(0, Ordering::SeqCst);
        writeln!(out, "rounds {rounds} wrong {wrong} gap {gap}").expect("the test reads");
    }
    std::process::exit(0);
}

fn check(mut right: impl FnMut() -> bool) {
    loop {
        let began = Instant::now();
        if !right() {
            WRONG.fetch_add(1, Ordering::SeqCst);
        }
        LONGEST_GAP.fetch_max(began.elapsed().as_millis() as u64, Ordering::SeqCst);
        ROUNDS.fetch_add(1, Ordering::SeqCst);
    }
}

/// Numbers through a pipe and back.
fn flood() {
    let (mut reader, mut writer): (PipeReader, PipeWriter) = pipe().expect("descriptors");
    let mut number = 0u64;
    check(|| {
        number = number.wrapping_mul(6364136223846793005).wrapping_add(1);
        let mut back = [0; 8];
        let through = writer.write(&number.to_ne_bytes()).is_ok_and(|size| size == 8)
            && reader.read(&mut back).is_ok_and(|size| size == 8);
        through && u64::from_ne_bytes(back) == number
    });
}

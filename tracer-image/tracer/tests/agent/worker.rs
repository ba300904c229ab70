//! A target that checks its own results: what every call returned, and how long it was stopped.

use crate::place::{Process, is_alive};
use std::{
    env,
    io::{self, BufRead, BufReader, PipeReader, PipeWriter, Read, Write, pipe, stdin, stdout},
    net::TcpStream,
    os::unix::process::CommandExt,
    process::{ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// What it can do.
const KINDS: [&str; 6] = ["idle", "flood", "forks", "threads", "execs", "thread-execs"];
/// The kind of the processes of "thread-execs".
const EXECUTES: &str = "executes";
const KIND: &str = "WORKER_KIND";
/// The kind of a process that fills the memory.
const HOG: &str = "hog";
/// This close to the limit, in bytes, it allocates in small steps.
const NEAR: u64 = 8 << 20;
const STEP: usize = 16 << 10;

static ROUNDS: AtomicU64 = AtomicU64::new(0);
static WRONG: AtomicU64 = AtomicU64::new(0);
/// In milliseconds, since it was last asked.
static LONGEST_GAP: AtomicU64 = AtomicU64::new(0);

/// Servers as `tests/servers.sh` prints them: name, port and command of each, with ~ for a blank within a word. A worker
/// then sends requests to one of them, which is the target, besides its own work.
const SERVERS: &str = "SERVERS";
/// The port of the server that a process of kind "asks" sends requests to.
const PORT: &str = "SERVER_PORT";
const ASKS: &str = "asks";

/// The lines of [`SERVERS`], with the first word separate.
fn servers() -> Vec<(&'static str, &'static str)> {
    static ALL: OnceLock<String> = OnceLock::new();
    let all = ALL.get_or_init(|| env::var(SERVERS).unwrap_or_default());
    all.lines().filter_map(|line| line.split_once(' ')).collect()
}

/// The possible targets: ours, and the servers, if there are some.
pub fn kinds() -> Vec<&'static str> {
    KINDS.into_iter().chain(servers().into_iter().map(|(name, _)| name)).collect()
}

/// A running target.
pub struct Worker {
    pub process: Process,
    /// Its client, if it cannot check itself.
    _asks: Option<Process>,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

/// Its report about itself.
#[derive(Debug)]
pub struct Account {
    pub rounds: u64,
    pub wrong: u64,
    pub gap: Duration,
}

impl Worker {
    /// This test program again, running only [`run`].
    pub fn start(kind: &str) -> Worker {
        let server = servers().into_iter().find(|(name, _)| *name == kind).map(|(_, line)| serve(line));
        let mut itself = itself(if server.is_some() { ASKS } else { kind });
        if let Some((port, _)) = &server {
            itself.env(PORT, port);
        }
        let mut child =
            itself.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it can be started");
        let (stdin, stdout) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let (process, asks) = match server {
            Some((_, server)) => (server, Some(Process(child))),
            None => (Process(child), None),
        };
        let mut worker = Worker { process, _asks: asks, stdin, stdout: BufReader::new(stdout) };
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

    /// Asks it for a report.
    pub fn account(&mut self) -> Account {
        self.stdin.write_all(b"?\n").expect("it reads");
        let line = self.line("rounds ");
        let numbers: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        Account { rounds: numbers[0], wrong: numbers[1], gap: Duration::from_millis(numbers[2]) }
    }
}

/// A server, and its port.
fn serve(line: &str) -> (&str, Process) {
    let mut words = line.split(' ');
    let port = words.next().expect("a port");
    let mut command = Command::new(words.next().expect("a program"));
    // A single process: nginx's master does nothing itself.
    let word = |word: &str| word.replace("daemon~off;", "daemon off; master_process off;").replace('~', " ");
    command.args(words.map(word)).stderr(Stdio::null());
    (port, Process::start(command))
}

fn port() -> u16 {
    env::var(PORT).expect("given").parse().expect("a port")
}

/// A process that allocates and uses as much memory as it can get, until one of the other processes is killed for it.
pub struct Hog(Process);

impl Hog {
    /// It allocates nothing yet.
    pub fn start() -> Hog {
        Hog(Process(
            itself(HOG).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it can be started"),
        ))
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    pub fn fill(&mut self, limit: u64, others: &[u32]) {
        let mut stdin = self.0.0.stdin.take().expect("piped, and once");
        let words: Vec<String> =
            std::iter::once(limit.to_string()).chain(others.iter().map(u32::to_string)).collect();
        stdin.write_all(format!("{}\n", words.join(" ")).as_bytes()).expect("it reads");
    }

    pub fn lives(&mut self) -> bool {
        self.0.0.try_wait().expect("our child").is_none()
    }
}

/// The process itself.
fn fill() -> ! {
    let words = stdin().lines().next().expect("told").expect("text");
    let mut words = words.split(' ').map(|word| word.parse::<u64>().expect("a number"));
    let limit = words.next().expect("it is the first");
    let others: Vec<u32> = words.map(|other| other as u32).collect();
    let mut all = vec![vec![1u8; limit.saturating_sub(NEAR) as usize]];
    // A killed process is not gone at once; if others allocated memory meanwhile, the kernel would look for another one.
    while others.iter().all(|other| is_alive(*other)) {
        all.push(vec![1u8; STEP]);
        thread::sleep(Duration::from_millis(1));
    }
    drop(all);
    loop {
        thread::park();
    }
}

/// A server's answer: whether it is intact.
fn ask(port: u16) -> io::Result<bool> {
    let mut server = TcpStream::connect(("127.0.0.1", port))?;
    server.set_read_timeout(Some(Duration::from_secs(10)))?;
    server.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    server.read_to_string(&mut answer)?;
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return Ok(false) };
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    Ok(head.starts_with("HTTP/1.1 200") && length == Some(body.len()) && !body.is_empty())
}

/// This test program again, as a target of this kind.
fn itself(kind: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("our own program"));
    command.args(["--ignored", "--exact", "a_target_that_checks_itself"]).env(KIND, kind);
    command
}

/// The target itself.
pub fn run() {
    let kind = env::var(KIND).expect("it is not run by hand");
    if kind == HOG {
        fill();
    }
    if kind == ASKS {
        while !ask(port()).unwrap_or(false) {
            thread::sleep(Duration::from_millis(50));
        }
    }
    let work: fn() = match kind.as_str() {
        ASKS => || check(|| ask(port()).unwrap_or(false)),
        "flood" => flood,
        "forks" => || check(|| Command::new("true").status().is_ok_and(|status| status.success())),
        // Each a new program in the same process.
        "execs" => || {
            check(|| {
                let script = "exec sh -c 'exec sh -c \"exit 7\"'";
                Command::new("sh").args(["-c", script]).status().is_ok_and(|status| status.code() == Some(7))
            })
        },
        // A thread that is not the first of its process, while others live.
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

/// Sends numbers through a pipe and back.
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

//! A separate place for each test: a copy of the program, which only its own agent and relays run, and targets.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

/// A directory with a copy of the program.
pub struct Place {
    directory: PathBuf,
    /// What precedes the program's name, to change the user that it runs as.
    pub prefix: Vec<String>,
    pub user: Option<u32>,
}

impl Place {
    pub fn new() -> Place {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("tracer-{}-{number}", std::process::id()));
        fs::create_dir(&directory).expect("a directory of our own");
        // Copied by another process: a child that another test starts meanwhile would hold our copy open for writing, and
        // a file that is open for writing cannot be executed (ETXTBSY).
        let copied =
            Command::new("cp").arg(env!("CARGO_BIN_EXE_tracer")).arg(directory.join("tracer")).status();
        assert!(copied.expect("cp").success());
        for path in [&directory, &directory.join("tracer")] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("ours");
        }
        Place { directory, prefix: Vec::new(), user: None }
    }

    /// A command of this place's program.
    pub fn tracer(&self, args: &[&str]) -> Command {
        let program = self.directory.join("tracer");
        let mut words: Vec<String> = self.prefix.clone();
        words.push(program.to_str().expect("text").into());
        words.extend(args.iter().map(|arg| arg.to_string()));
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).current_dir("/");
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }

    pub fn relay(&self) -> Command {
        self.tracer(&["--relay"])
    }

    pub fn agent(&self) -> Agent {
        self.agent_with(&[])
    }

    pub fn agent_with(&self, args: &[&str]) -> Agent {
        let mut process = self
            .tracer(&[&["--agent"], args].concat())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the agent can be started");
        let mut lines = BufReader::new(process.stderr.take().expect("a pipe"));
        let mut first = String::new();
        lines.read_line(&mut first).expect("text");
        assert!(first.contains("the agent is ready"), "{first}");
        // Later output must not fill the pipe; it is shown if the test fails.
        thread::spawn(move || {
            let mut text = String::new();
            let _ = lines.read_to_string(&mut text);
            eprint!("{text}");
        });
        Agent(Process(process))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// A process that ends with the test.
pub struct Process(pub Child);

impl Process {
    pub fn start(mut command: Command) -> Process {
        Process(
            command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("the target can be started"),
        )
    }

    /// Sleeps.
    pub fn asleep() -> Process {
        let mut command = Command::new("sleep");
        command.arg("600");
        Process::start(command)
    }

    /// Makes some thousand calls a second: the shell reads byte by byte, and starts a program each time.
    pub fn calm() -> Process {
        Process::shell("while :; do read line < /etc/hostname; sleep 0.05; done")
    }

    /// Makes some hundred calls a second, all at once, and sleeps the rest of the time.
    pub fn drowsy() -> Process {
        Process::shell("while :; do sleep 1; done")
    }

    fn shell(script: &str) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Process::start(command)
    }

    /// Makes calls as fast as it can.
    pub fn busy() -> Process {
        let mut command = Command::new("dd");
        command.args(["if=/dev/zero", "of=/dev/null", "bs=1"]).stderr(Stdio::null());
        Process::start(command)
    }

    /// The same, with incompressible bytes.
    pub fn noisy() -> Process {
        let mut command = Command::new("dd");
        command.args(["if=/dev/urandom", "of=/dev/null", "bs=32k"]).stderr(Stdio::null());
        Process::start(command)
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    pub fn signal(&self, signal: i32) {
        send(self.id(), signal);
    }

    fn tasks(&self) -> Vec<u32> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.id())).expect("it lives");
        tasks
            .flatten()
            .map(|task| task.file_name().to_str().expect("text").parse().expect("a number"))
            .collect()
    }

    /// Who traces it, or one of its threads; 0: nobody.
    pub fn tracer(&self) -> u32 {
        // A thread may have ended meanwhile.
        let tracer = |task: u32| Some(field(task, "TracerPid")?.parse().expect("a number"));
        self.tasks().into_iter().filter_map(tracer).find(|tracer| *tracer != 0).unwrap_or(0)
    }

    /// How often its threads have gone to sleep.
    pub fn sleeps(&self) -> u64 {
        let sleeps = |task: u32| field(task, "voluntary_ctxt_switches").expect("it lives").parse::<u64>();
        self.tasks().into_iter().map(|task| sleeps(task).expect("a number")).sum()
    }

    /// How many read calls it has made.
    pub fn reads(&self) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/io", self.id())).expect("it lives");
        let line = text.lines().find_map(|line| line.strip_prefix("syscr: ")).expect("a line");
        line.parse().expect("a number")
    }

    /// Clock ticks of CPU time that it has used.
    pub fn ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id())).expect("it lives");
        let (_, rest) = stat.rsplit_once(") ").expect("a name");
        let fields: Vec<&str> = rest.split(' ').collect();
        [11, 12].iter().map(|at| fields[*at].parse::<u64>().expect("a number")).sum()
    }

    /// Waits until nobody traces it; returns how long that took.
    pub fn free_within(&self, most: Duration) -> Duration {
        let begin = Instant::now();
        while self.tracer() != 0 {
            assert!(begin.elapsed() < most, "still traced by {} after {most:?}", self.tracer());
            thread::sleep(Duration::from_millis(5));
        }
        let took = begin.elapsed();
        let state = field(self.id(), "State").expect("it lives");
        assert!(state.starts_with(['S', 'R', 'D']), "free, but {state}");
        took
    }

    /// Waits for its end; returns its exit code.
    pub fn exit(&mut self, most: Duration) -> Option<i32> {
        let begin = Instant::now();
        loop {
            match self.0.try_wait().expect("our child") {
                Some(status) => return status.code(),
                None => assert!(begin.elapsed() < most, "still there after {most:?}"),
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An agent, and access to its children.
pub struct Agent(pub Process);

impl Agent {
    /// Its engines.
    pub fn engines(&self) -> Vec<u32> {
        let id = self.0.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        children.split_whitespace().map(|child| child.parse().expect("a number")).collect()
    }

    /// Its only engine.
    pub fn engine(&self) -> u32 {
        match self.engines()[..] {
            [engine] => engine,
            ref other => panic!("not one engine: {other:?}"),
        }
    }

    pub fn without_engine_within(&self, most: Duration) {
        let begin = Instant::now();
        while !self.engines().is_empty() {
            assert!(begin.elapsed() < most, "engines {:?} after {most:?}", self.engines());
            thread::sleep(Duration::from_millis(5));
        }
    }
}

pub fn send(process: u32, signal: i32) {
    let signal = nix::sys::signal::Signal::try_from(signal).expect("a signal");
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(process as i32), signal).expect("it lives");
}

/// A field of a process's status.
pub fn field(process: u32, name: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    text.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim().to_string()))
}

pub fn is_alive(process: u32) -> bool {
    field(process, "State").is_some_and(|state| !state.starts_with(['Z', 'X']))
}

pub fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

//! Compiles the programs, and runs them under a tracer.

use super::normal;
use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fs,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::Once,
    thread::{self, sleep},
    time::{Duration, Instant},
};

/// Longest time that a traced program may take.
const LONGEST: Duration = Duration::from_secs(30);

/// The tracer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracer {
    /// strace 7.2.
    Strace,
    /// Ours.
    Ours,
}

/// The destination of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// To stderr.
    Stderr,
    /// `-o FILE`
    File,
    /// `-o FILE` with `-ff`: a file for each thread.
    Files,
}

/// A separate directory with the compiled programs, removed at the end.
pub struct Bench {
    directory: PathBuf,
    strace: Vec<PathBuf>,
    ours: PathBuf,
    /// Whether programs run without address space randomisation.
    pub fixed: bool,
    /// The version of strace.
    pub version: String,
}

impl Bench {
    /// Compiles what is not compiled yet.
    pub fn new(name: &str) -> Bench {
        let root = crate::cluster::root();
        let ours = env::var_os("KUBECTL_STRACE_TRACER")
            .map_or_else(|| root.join("dist").join(env::consts::ARCH).join("tracer"), PathBuf::from);
        assert!(ours.exists(), "{} is not there: run `make tracer` first", ours.display());
        let strace = oracle();
        let version = Command::new(&strace[0]).args(&strace[1..]).arg("-V").output().unwrap();
        let version = String::from_utf8_lossy(&version.stdout).lines().next().unwrap_or_default().to_string();
        assert!(version.contains("version"), "the oracle does not run: {version}");
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("differential-{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        COMPILED.call_once(compile_all);
        Bench { directory, strace, ours, fixed: fixed_addresses(), version }
    }

    /// Where a test can put files of its own.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The programs' names.
    pub fn programs(&self) -> Vec<String> {
        programs()
    }

    /// A compiled program.
    pub fn binary(&self, program: &str) -> PathBuf {
        binary(program)
    }

    /// A tracer, in a new directory that has the same name for both tracers, with almost no environment and without
    /// address space randomisation, if the system allows that.
    fn command(&self, tracer: Tracer, place: &Path) -> Command {
        let _ = fs::remove_dir_all(place);
        fs::create_dir_all(place).unwrap();
        let mut words = if self.fixed { vec!["setarch".into(), "-R".into()] } else { vec![] };
        match tracer {
            Tracer::Strace => words.extend_from_slice(&self.strace),
            Tracer::Ours => words.push(self.ours.clone()),
        }
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("TZ", "Asia/Kolkata");
        command.current_dir(place).stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    /// Runs a program (with its arguments after spaces) under a tracer, and returns the output: one text, or one for each
    /// file.
    pub fn trace(
        &self,
        tracer: Tracer,
        program: &str,
        set: &str,
        options: &[&str],
        output: Output,
    ) -> Vec<String> {
        let mut words = program.split(' ');
        let mut command = vec![binary(words.next().unwrap_or_default()).into_os_string()];
        command.extend(words.map(Into::into));
        self.trace_command(tracer, program, &command, set, options, output)
    }

    /// As [`Bench::trace`], for any command under a name.
    pub fn trace_command(
        &self,
        tracer: Tracer,
        program: &str,
        words: &[OsString],
        set: &str,
        options: &[&str],
        output: Output,
    ) -> Vec<String> {
        let place = self.directory.join(set).join(program);
        let out = self.directory.join(set).join(format!("{program}.out"));
        let mut command = self.command(tracer, &place);
        command.args(options);
        if output != Output::Stderr {
            command.arg("-o").arg(&out);
        }
        command.args(words);
        let errors = self.directory.join(set).join(format!("{program}.err"));
        command.stderr(fs::File::create(&errors).unwrap());
        let status = wait(command.spawn().unwrap(), &format!("{tracer:?} {options:?} {program}"));
        let errors = fs::read(&errors).unwrap();
        let errors = String::from_utf8_lossy(&errors).into_owned();
        let text = match output {
            Output::Stderr => vec![errors],
            Output::File => vec![read(&out, &errors, status)],
            Output::Files => {
                let files = fs::read_dir(out.parent().unwrap()).unwrap();
                let prefix = format!("{program}.out.");
                let files: BTreeMap<u64, PathBuf> = files
                    .map(|file| file.unwrap())
                    .filter_map(|file| {
                        let tid = file.file_name().to_str()?.strip_prefix(&prefix)?.parse().ok()?;
                        Some((tid, file.path()))
                    })
                    .collect();
                // The scheduler chooses which thread makes its first call first, but not their ids.
                let tids = files.keys().copied().collect();
                let text = |tid| format!("== {tid}\n{}", read(&files[&tid], &errors, status));
                let texts = normal::in_order(&tids).map(text).collect();
                files.values().for_each(|path| fs::remove_file(path).unwrap());
                texts
            }
        };
        let _ = fs::remove_file(&out);
        let _ = fs::remove_dir_all(&place);
        text
    }

    /// What a tracer writes to stderr, and its exit code.
    pub fn say(&self, tracer: Tracer, arguments: &[&str]) -> (String, Option<i32>) {
        let place = self.directory.join("say").join("place");
        let errors = self.directory.join("say").join("errors");
        let mut command = self.command(tracer, &place);
        command.args(arguments).stderr(fs::File::create(&errors).unwrap());
        let status = wait(command.spawn().unwrap(), &format!("{tracer:?} {arguments:?}"));
        (String::from_utf8_lossy(&fs::read(&errors).unwrap()).into_owned(), status.code())
    }

    /// What a shell script writes to stderr, and its exit code. `TRACER` stands for the tracer, and `ORACLE` for strace.
    pub fn shell(&self, tracer: Tracer, script: &str) -> (String, Option<i32>) {
        let place = self.directory.join("shell").join("place");
        let errors = self.directory.join("shell").join("errors");
        // The shell takes the tracer's place in a command line that is otherwise the same for both.
        let line = |tracer| -> String {
            let command = self.command(tracer, &place);
            let words = [command.get_program()].into_iter().chain(command.get_args());
            words.map(|word| format!("'{}' ", word.display())).collect()
        };
        let script = script.replace("TRACER", &line(tracer)).replace("ORACLE", &line(Tracer::Strace));
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(&script).env_clear().env("PATH", "/usr/bin:/bin");
        command.current_dir(&place).stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(fs::File::create(&errors).unwrap());
        let status = wait(command.spawn().unwrap(), &script);
        (String::from_utf8_lossy(&fs::read(&errors).unwrap()).into_owned(), status.code())
    }

    /// The file that a tracer has written after several runs in one directory.
    pub fn file(&self, tracer: Tracer, program: &str, options: &[&str], name: &str, runs: usize) -> String {
        let place = self.directory.join("file").join(program);
        let mut command = self.command(tracer, &place);
        command.args(options).arg(binary(program)).stderr(Stdio::null());
        for _ in 0..runs {
            wait(command.spawn().unwrap(), &format!("{tracer:?} {options:?}"));
        }
        fs::read_to_string(place.join(name)).unwrap()
    }

    /// How a tracer ends: exit code and signal.
    pub fn status(&self, tracer: Tracer, program: &str, options: &[&str]) -> (Option<i32>, Option<i32>) {
        let place = self.directory.join("status").join(program);
        let mut command = self.command(tracer, &place);
        command.args(options).arg("-o").arg("/dev/null").arg(binary(program)).stderr(Stdio::null());
        let status = wait(command.spawn().unwrap(), program);
        (status.code(), status.signal())
    }

    /// How a tracer ends if nobody reads its stderr: exit code and signal.
    pub fn unread(&self, tracer: Tracer, program: &str, options: &[&str]) -> (Option<i32>, Option<i32>) {
        let place = self.directory.join("unread").join(program);
        let mut command = self.command(tracer, &place);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        command.args(options).arg(binary(program)).stderr(writer);
        let status = wait(command.spawn().unwrap(), program);
        (status.code(), status.signal())
    }

    /// A program's standard output, its trace from a file, and the exit code that its parent sees. The tracer
    /// may end later.
    pub fn family(&self, tracer: Tracer, program: &str, options: &[&str]) -> (String, String, Option<i32>) {
        let place = self.directory.join("family").join(program);
        let [said, out] = ["said", "out"].map(|name| self.directory.join("family").join(name));
        let mut command = self.command(tracer, &place);
        command.args(options).arg("-o").arg(&out).arg(binary(program));
        command.stdout(fs::File::create(&said).unwrap());
        let status = wait(command.spawn().unwrap(), program);
        let begin = Instant::now();
        let text = loop {
            let text = fs::read_to_string(&out).unwrap();
            if text.ends_with("+++\n") || begin.elapsed() > LONGEST {
                break text;
            }
            sleep(Duration::from_millis(5));
        };
        (fs::read_to_string(said).unwrap(), text, status.code())
    }

    /// What happens when a tracer gets a signal: how the tracer ended (nothing while it continues), and whether the
    /// traced program lives. With `-p` as the last option, the tracer attaches to the program.
    pub fn end(
        &self,
        tracer: Tracer,
        program: &str,
        options: &[&str],
        signal: &str,
    ) -> (Option<String>, bool) {
        let place = self.directory.join("end").join(program);
        let errors = self.directory.join("end").join("errors");
        let mut command = self.command(tracer, &place);
        command.stderr(fs::File::create(&errors).unwrap()).args(options);
        let pid = || -> i32 {
            let begin = Instant::now();
            loop {
                if let Ok(pid) = fs::read_to_string(place.join("pid")) {
                    return pid.trim().parse().unwrap();
                }
                assert!(begin.elapsed() < LONGEST, "{program} did not begin");
                sleep(Duration::from_millis(2));
            }
        };
        let mut target = None;
        if options.last() == Some(&"-p") {
            let mut plain = Command::new(binary(program));
            plain.current_dir(&place).stdin(Stdio::null()).stdout(Stdio::null());
            target = Some(plain.spawn().unwrap());
            command.arg(pid().to_string());
        } else {
            command.arg(binary(program));
        }
        let mut tracer = command.spawn().unwrap();
        let pid = pid();
        let state = || fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let begin = Instant::now();
        while state().contains("TracerPid:\t0") || !state().contains("(sleeping)") {
            assert!(begin.elapsed() < LONGEST, "{program} is not traced");
            sleep(Duration::from_millis(2));
        }
        sleep(Duration::from_millis(100));
        let send = |signal: &str, to: u32| {
            Command::new("kill").args([&format!("-{signal}"), &to.to_string()]).status().unwrap();
        };
        send(signal, tracer.id());
        sleep(Duration::from_millis(300));
        let ended = tracer.try_wait().unwrap().map(|status| status.to_string());
        let lives = state().contains("TracerPid:") && !state().contains("(zombie)");
        if lives {
            send("KILL", pid as u32);
        }
        if ended.is_none() {
            send("CONT", tracer.id());
            wait(tracer, program);
        }
        if let Some(mut target) = target {
            target.wait().unwrap();
        }
        (ended, lives)
    }

    /// Traces a program together with one that is already running. That ends later, or lives on if the tracer is interrupted
    /// first. Returns what the tracer said, and how it ended.
    pub fn beside(
        &self,
        tracer: Tracer,
        program: &str,
        options: &[&str],
        interrupted: bool,
    ) -> (String, String) {
        let place = self.directory.join("beside").join(program);
        let errors = self.directory.join("beside").join("errors");
        let mut command = self.command(tracer, &place);
        let lives = if interrupted { "60" } else { "2" };
        let mut target = Command::new("/bin/sleep").arg(lives).spawn().unwrap();
        // Until it sleeps: what it does before that is not compared.
        sleep(Duration::from_millis(200));
        command.args(options).args(["-p", &target.id().to_string()]);
        command.arg(binary(program)).stderr(fs::File::create(&errors).unwrap());
        let mut tracer = command.spawn().unwrap();
        if interrupted {
            sleep(Duration::from_millis(1500));
            assert!(tracer.try_wait().unwrap().is_none(), "the tracer did not stay with the one that lives");
            Command::new("kill").args(["-INT", &tracer.id().to_string()]).status().unwrap();
        }
        let status = wait(tracer, program).to_string();
        if interrupted {
            assert!(target.try_wait().unwrap().is_none(), "who was attached to did not survive it");
            target.kill().unwrap();
        }
        target.wait().unwrap();
        (fs::read_to_string(&errors).unwrap(), status)
    }

    /// Attaches to a running program, waits a while, then interrupts the tracer. The program must
    /// survive.
    pub fn attach(&self, tracer: Tracer, program: &str) -> Vec<String> {
        let place = self.directory.join("attach").join(program);
        let errors = self.directory.join("attach").join(format!("{program}.err"));
        let mut command = self.command(tracer, &place);
        let mut target = Command::new(binary(program));
        target.arg("forever");
        let mut target = target.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_millis(300));
        command.args(["-f", "-p", &target.id().to_string()]);
        command.stderr(fs::File::create(&errors).unwrap());
        let tracer = command.spawn().unwrap();
        sleep(Duration::from_millis(1500));
        Command::new("kill").args(["-INT", &tracer.id().to_string()]).status().unwrap();
        wait(tracer, program);
        assert!(target.try_wait().unwrap().is_none(), "{program} did not survive being traced");
        target.kill().unwrap();
        target.wait().unwrap();
        vec![String::from_utf8_lossy(&fs::read(&errors).unwrap()).into_owned()]
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn programs() -> Vec<String> {
    let files = fs::read_dir(sources()).unwrap();
    let mut names: Vec<String> =
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into()).collect();
    names.sort();
    names
}

/// Where the compiled programs are: they are compiled once for all tests of this process.
fn binaries() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("differential-programs")
}

fn binary(program: &str) -> PathBuf {
    binaries().join(program)
}

fn sources() -> PathBuf {
    crate::cluster::root().join("tests/differential/programs")
}

/// strace's own loader and arguments, as the project's script unpacks it. The script itself is not used here, because a
/// shell would add to the environment of the traced program.
fn oracle() -> Vec<PathBuf> {
    let script = crate::cluster::root().join("tests/oracle/strace.sh");
    let done = Command::new(&script).arg("--root").output().unwrap();
    assert!(done.status.success(), "{}: {}", script.display(), String::from_utf8_lossy(&done.stderr));
    let root = PathBuf::from(String::from_utf8_lossy(&done.stdout).trim());
    let mut libraries = fs::read_dir(root.join("usr/lib")).unwrap().map(|entry| entry.unwrap().path());
    let loader = libraries.find_map(|directory| {
        let mut files = fs::read_dir(directory).ok()?.flatten().map(|file| file.path());
        files.find(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("ld-linux") && name.contains(".so.")
        })
    });
    let loader = loader.expect("strace's package came with no loader");
    let libraries = loader.parent().unwrap().to_path_buf();
    vec![loader, "--library-path".into(), libraries, root.join("usr/bin/strace")]
}

/// Whether a program can be run without address space randomisation (containers often refuse that).
fn fixed_addresses() -> bool {
    let tried = Command::new("setarch").args(["-R", "true"]).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

static COMPILED: Once = Once::new();

/// Compiles programs that are missing or older than their source, two at a time.
fn compile_all() {
    fs::create_dir_all(binaries()).unwrap();
    let programs = programs();
    thread::scope(|scope| {
        for half in programs.chunks(programs.len().div_ceil(2)) {
            scope.spawn(|| half.iter().for_each(|program| compile(program)));
        }
    });
}

/// Static, so that all calls are the program's own, except the one that tests the loader.
fn compile(program: &str) {
    let source = sources().join(program).with_extension("c");
    let changed = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    if changed(&binary(program)) > changed(&source) {
        return;
    }
    let linked = if program == "startup" { "-pie" } else { "-static-pie" };
    let done = Command::new("gcc")
        .args(["-w", "-O1", "-pthread", linked, "-o"])
        .arg(binary(program))
        .arg(&source)
        .output()
        .expect("gcc is needed to compile the programs that are traced");
    assert!(done.status.success(), "{}: {}", source.display(), String::from_utf8_lossy(&done.stderr));
}

fn wait(mut child: Child, what: &str) -> ExitStatus {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if begin.elapsed() > LONGEST {
            let _ = child.kill();
            let _ = child.wait();
            panic!("{what} took longer than {LONGEST:?}");
        }
        sleep(Duration::from_millis(2));
    }
}

fn read(path: &Path, errors: &str, status: ExitStatus) -> String {
    match fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => {
            panic!("{}: {error}; the tracer ended with {status} and said:\n{errors}", path.display())
        }
    }
}

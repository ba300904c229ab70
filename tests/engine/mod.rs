//! The ptrace engine: several shards, many threads, and what must not be noticeable of either.

use crate::cluster::{process::Running, root};
use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(20);

/// A program of `programs/`, compiled.
fn compiled(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("engine-programs");
    fs::create_dir_all(&directory).expect("cargo made the directory above");
    let (binary, new) = (directory.join(name), directory.join(format!("{name}.{}", std::process::id())));
    let source = root().join("tests/engine/programs").join(name).with_extension("c");
    let done = Command::new("gcc").args(["-O1", "-Wall", "-pthread", "-o"]).arg(&new).arg(source).status();
    assert!(done.expect("gcc is needed").success());
    fs::rename(&new, &binary).expect("both are there");
    binary
}

/// A program with threads, which waits for a line of input.
struct Target(Child);

impl Target {
    fn start(args: &[&str]) -> Target {
        Target::run(Command::new(compiled("crew")).args(args))
    }

    fn run(command: &mut Command) -> Target {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it was compiled");
        // Not through a buffer, which could consume more than the line.
        let mut line = [0; 6];
        child.stdout.as_mut().expect("piped").read_exact(&mut line).expect("it says that it is ready");
        assert_eq!(&line, b"ready\n");
        Target(child)
    }

    fn go(&mut self) {
        self.0.stdin.as_mut().expect("piped").write_all(b"go\n").expect("it reads");
    }

    /// Its threads that are traced.
    fn traced(&self) -> usize {
        let threads = fs::read_dir(format!("/proc/{}/task", self.0.id())).expect("it lives");
        let traced = threads.filter(|thread| {
            let status = fs::read_to_string(thread.as_ref().expect("a thread").path().join("status"));
            status.is_ok_and(|status| !status.contains("TracerPid:\t0\n"))
        });
        traced.count()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Our tracer, attached to it.
fn attach(target: &Target, options: &[&str], output: &Path) -> Running {
    let mut tracer = Command::new(root().join("dist").join(std::env::consts::ARCH).join("tracer"));
    tracer.args(["-f", "-ttt", "-o"]).arg(output).args(options).args(["-p", &target.0.id().to_string()]);
    let tracer = Running::start(tracer);
    tracer.expect_err(SOON, &["attached"]);
    tracer
}

/// The same of a target that is PID 1 of its PID namespace, from inside, as in a pod. Both go when that PID 1 goes.
fn attach_inside(target: &Target, options: &[&str], output: &Path) -> Running {
    let init = target.0.id().to_string();
    let children = fs::read_to_string(format!("/proc/{init}/task/{init}/children")).expect("it lives");
    let mut tracer = Command::new("nsenter");
    tracer.args(["-t", children.trim(), "-p", "-m"]);
    tracer.arg(root().join("dist").join(std::env::consts::ARCH).join("tracer"));
    tracer.args(["-f", "-ttt", "-o"]).arg(output).args(options).args(["-p", "1"]);
    let tracer = Running::start(tracer);
    tracer.expect_err(SOON, &["attached"]);
    tracer
}

/// An execve of a thread that is not the leader, as ptrace(2) has it: the others end, then the leader is superseded and
/// has no end of its own, then the new program runs under the leader's id.
fn assert_superseded(lines: &[(String, f64, String)], leader: &str, others: usize) {
    let position = |what: &str| lines.iter().position(|(_, _, rest)| rest.contains(what));
    let (Some(begun), Some(superseded), Some(returned)) = (
        position("execve(\"/proc/self/exe\""),
        position("+++ superseded by execve in pid "),
        position("execve resumed>"),
    ) else {
        panic!("{lines:#?}")
    };
    assert!(begun < superseded && superseded < returned, "{lines:#?}");
    assert_eq!(lines[superseded].0, leader, "{lines:#?}");
    let ends = |(_, _, rest): &&(String, f64, String)| rest.starts_with("+++ exited");
    let before: Vec<&str> = lines[..superseded].iter().filter(ends).map(|(tid, _, _)| tid.as_str()).collect();
    assert_eq!(before.len(), others, "the other threads end before, and the leader does not: {lines:#?}");
    assert!(!before.contains(&leader), "{lines:#?}");
    assert!(lines[superseded..].iter().all(|(tid, _, _)| tid == leader), "{lines:#?}");
    assert_eq!(lines[superseded..].iter().filter(ends).count(), 1, "{lines:#?}");
    let in_order = lines.windows(2).all(|pair| pair[0].1 <= pair[1].1);
    assert!(in_order, "{lines:#?}");
}

/// Lines of a trace: thread, time and the rest.
fn lines(output: &Path) -> Vec<(String, f64, String)> {
    let text = fs::read_to_string(output).expect("the tracer wrote it");
    let words = text.lines().map(|line| {
        let (tid, rest) = line.split_once(' ').expect("a thread");
        let (time, rest) = rest.trim_start().split_once(' ').expect("a time");
        (tid.to_owned(), time.parse().expect("seconds"), rest.to_owned())
    });
    words.collect()
}

#[test]
fn several_shards_tell_every_call_in_one_order() {
    const THREADS: usize = 6;
    const EACH: usize = 3000;
    let mut target = Target::start(&["calls", &THREADS.to_string(), &EACH.to_string()]);
    let output = std::env::temp_dir().join(format!("engine-calls-{}", std::process::id()));
    let mut tracer = attach(&target, &["-e", "trace=close", "--tracer-threads=4", "--engine-stats"], &output);
    assert_eq!(target.traced(), THREADS + 1);
    target.go();
    assert!(target.0.wait().expect("our child").success(), "a call's result was another one");
    assert!(tracer.wait(SOON).success(), "{}", tracer.err());
    for shard in 0..4 {
        assert!(tracer.err().contains(&format!("shard {shard}: ")), "{}", tracer.err());
    }
    let lines = lines(&output);
    fs::remove_file(&output).expect("written by the tracer");
    let mut made: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut last = 0.0;
    for (tid, time, rest) in &lines {
        assert!(*time >= last, "{tid} {time} {rest} is earlier than the line before it, {last}");
        last = *time;
        if let Some(number) = rest.strip_prefix("close(-") {
            let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
            made.entry(tid.clone()).or_default().push(digits.parse().expect("digits"));
        }
    }
    let returned =
        lines.iter().filter(|(_, _, rest)| rest.ends_with("= -1 EBADF (Bad file descriptor)")).count();
    assert_eq!(returned, THREADS * EACH);
    made.retain(|_, numbers| numbers.len() > 10);
    assert_eq!(made.len(), THREADS);
    for numbers in made.values() {
        assert!(numbers.iter().enumerate().all(|(at, number)| number % 100_000 == at), "{numbers:?}");
        assert_eq!(numbers.len(), EACH);
    }
    let exits = lines.iter().filter(|(_, _, rest)| rest == "+++ exited with 0 +++").count();
    assert_eq!(exits, THREADS + 1);
}

#[test]
fn a_thread_executes_whose_leader_another_shard_serves() {
    for shards in ["1", "2", "5"] {
        let mut target = Target::start(&["exec", "4"]);
        let output = std::env::temp_dir().join(format!("engine-exec-{}-{shards}", std::process::id()));
        let mut tracer = attach(&target, &[&format!("--tracer-threads={shards}")], &output);
        target.go();
        assert_eq!(target.0.wait().expect("our child").code(), Some(7));
        assert!(tracer.wait(SOON).success(), "{}", tracer.err());
        let lines = lines(&output);
        fs::remove_file(&output).expect("written by the tracer");
        let leader = target.0.id().to_string();
        assert_superseded(&lines, &leader, 3);
        let of =
            |text: &str| lines.iter().filter(|(tid, _, rest)| *tid == leader && rest.contains(text)).count();
        assert_eq!(of("+++ superseded by execve in pid "), 1, "{shards} shards: {lines:#?}");
        assert_eq!(of("execve resumed>"), 1, "{shards} shards: {lines:#?}");
        assert_eq!(of("exit_group(7)"), 1, "{shards} shards: {lines:#?}");
        assert_eq!(of("+++ exited with 7 +++"), 1, "{shards} shards: {lines:#?}");
    }
}

#[test]
fn a_thread_of_pid_1_executes_and_pid_1_lives() {
    for shards in ["1", "2", "5"] {
        let mut inside = Command::new("unshare");
        inside.args(["--pid", "--fork", "--kill-child", "--mount-proc"]).arg(compiled("crew"));
        let mut target = Target::run(inside.args(["exec", "4"]));
        let output = std::env::temp_dir().join(format!("engine-init-{}-{shards}", std::process::id()));
        let mut tracer = attach_inside(&target, &[&format!("--tracer-threads={shards}")], &output);
        target.go();
        assert_eq!(target.0.wait().expect("our child").code(), Some(7));
        // The kernel kills it with the namespace, when everything is written.
        tracer.wait(SOON);
        let lines = lines(&output);
        fs::remove_file(&output).expect("written by the tracer");
        assert_superseded(&lines, "1", 3);
        assert_eq!(lines.last().expect("lines").2, "+++ exited with 7 +++", "{lines:#?}");
    }
}

#[test]
fn a_child_ends_before_its_parent_hears_of_it() {
    const CHILDREN: usize = 40;
    for shards in ["1", "4"] {
        let mut target = Target::start(&["children", &CHILDREN.to_string()]);
        let parent = target.0.id();
        let children =
            fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).expect("it lives");
        let output = std::env::temp_dir().join(format!("engine-children-{}-{shards}", std::process::id()));
        let threads = format!("--tracer-threads={shards}");
        let mut options = vec![threads.as_str()];
        children.split_whitespace().for_each(|child| options.extend(["-p", child]));
        let mut tracer = attach(&target, &options, &output);
        let patience = Instant::now();
        while tracer.err().matches(" attached").count() <= CHILDREN && patience.elapsed() < SOON {
            std::thread::sleep(Duration::from_millis(10));
        }
        target.go();
        assert!(target.0.wait().expect("our child").success());
        assert!(tracer.wait(SOON).success(), "{}", tracer.err());
        let lines = lines(&output);
        fs::remove_file(&output).expect("written by the tracer");
        let (mut ended, mut heard) = (Vec::new(), 0);
        for (tid, time, rest) in &lines {
            if rest.starts_with("+++ exited") {
                ended.push((tid.as_str(), *time));
            } else if let Some((_, of)) =
                rest.split_once("si_pid=").filter(|_| rest.starts_with("--- SIGCHLD"))
            {
                let child: String = of.chars().take_while(char::is_ascii_digit).collect();
                let end = ended.iter().find(|(tid, _)| *tid == child);
                assert!(end.is_some_and(|(_, end)| end <= time), "{shards} shards, {child}: {lines:#?}");
                heard += 1;
            }
        }
        assert!(heard > 0 && ended.len() == CHILDREN + 1, "{heard} {}: {lines:#?}", ended.len());
    }
}

/// What a program does at the edges of processes and signals is the same with a tracer and without one, whether that
/// started it or was attached.
#[test]
fn nothing_is_different_for_the_target() {
    let corners = compiled("corners");
    let alone = Command::new(&corners).stdin(Stdio::null()).output().expect("it was compiled");
    assert_eq!(alone.status.code(), Some(42));
    let alone = String::from_utf8_lossy(&alone.stdout).into_owned();
    assert!(alone.lines().count() > 25, "{alone}");
    let output = std::env::temp_dir().join(format!("engine-corners-{}", std::process::id()));
    let mut traced = Command::new(root().join("dist").join(std::env::consts::ARCH).join("tracer"));
    traced.args(["-f", "-o"]).arg(&output).arg(&corners).stdin(Stdio::null());
    let traced = traced.output().expect("the tracer was built");
    assert_eq!(traced.status.code(), Some(42), "{}", String::from_utf8_lossy(&traced.stderr));
    assert_eq!(String::from_utf8_lossy(&traced.stdout), alone);
    let mut target = Target::run(Command::new(&corners).arg("wait"));
    let mut tracer = attach(&target, &[], &output);
    target.go();
    let mut text = String::new();
    target.0.stdout.take().expect("piped").read_to_string(&mut text).expect("UTF-8");
    assert_eq!(target.0.wait().expect("our child").code(), Some(42));
    assert!(tracer.wait(SOON).success(), "{}", tracer.err());
    fs::remove_file(&output).expect("written by the tracer");
    assert_eq!(text, alone);
}

/// Whether this process may leave `SCHED_IDLE` again (capabilities(7): CAP_SYS_NICE is the 23rd).
fn may_come_back() -> bool {
    let status = fs::read_to_string("/proc/self/status").expect("everybody has one");
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:")).expect("a line of its own");
    u64::from_str_radix(effective.trim(), 16).expect("a mask") & 1 << 23 != 0
}

/// How long a program takes under a tracer.
fn traced_for(tracer: &Path, options: &[&str]) -> (Duration, String) {
    let calls = compiled("calls");
    let began = Instant::now();
    let mut command = Command::new(tracer);
    command.args(options).args(["-o", "/dev/null"]).arg(calls).arg("5000");
    let done = command.output().expect("it is there");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    (began.elapsed(), String::from_utf8_lossy(&done.stderr).into_owned())
}

/// Threads that compute for as long as this exists.
struct Hogs(Vec<Child>);

impl Hogs {
    fn start(number: usize) -> Hogs {
        let hog = || Command::new("sh").args(["-c", "while :; do :; done"]).spawn().expect("a shell");
        Hogs((0..number).map(|_| hog()).collect())
    }
}

impl Drop for Hogs {
    fn drop(&mut self) {
        for hog in &mut self.0 {
            let _ = hog.kill();
            let _ = hog.wait();
        }
    }
}

/// A tracer that yields to its tracee must not yield to everybody else too.
#[test]
fn a_tracer_gives_way_to_its_tracee_alone() {
    let cpus = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let ours = root().join("dist").join(std::env::consts::ARCH).join("tracer");
    let strace = root().join("tests/oracle/strace.sh");
    if may_come_back() && cpus > 1 {
        let (_, said) = traced_for(&ours, &["--engine-stats"]);
        let near =
            said.split(" of them on the tracee's CPU").next().and_then(|part| part.split(' ').next_back());
        println!("{said}");
        assert!(near.is_some_and(|near| near.parse::<u64>().is_ok_and(|near| near > 0)), "{said}");
    }
    let _hogs = Hogs::start(2 * cpus);
    let mut rounds: Vec<(Duration, Duration)> =
        (0..5).map(|_| (traced_for(&ours, &[]).0, traced_for(&strace, &[]).0)).collect();
    println!("beside {} computing threads, ours and strace: {rounds:?}", 2 * cpus);
    rounds.sort_by_key(|(ours, _)| *ours);
    let ours = rounds[2].0;
    rounds.sort_by_key(|(_, theirs)| *theirs);
    assert!(ours < 4 * rounds[2].1, "{ours:?} against {:?} of strace", rounds[2].1);
}

#[test]
fn five_thousand_threads() {
    const THREADS: usize = 5000;
    let target = Target::start(&["idle", &THREADS.to_string()]);
    let output = std::env::temp_dir().join(format!("engine-many-{}", std::process::id()));
    let began = Instant::now();
    let mut tracer = attach(&target, &["--engine-stats"], &output);
    let attached = began.elapsed();
    assert!(tracer.err().contains(&format!("attached with {} threads", THREADS + 1)), "{}", tracer.err());
    assert_eq!(target.traced(), THREADS + 1);
    let status = fs::read_to_string(format!("/proc/{}/status", tracer.pid())).expect("it lives");
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a line of its own");
    let most: usize = most.trim().trim_end_matches(" kB").parse().expect("a number");
    tracer.signal("INT");
    let began = Instant::now();
    // It has detached, and ends as strace does: by the signal.
    assert_eq!(tracer.wait(SOON).signal(), Some(2), "{}", tracer.err());
    let detached = began.elapsed();
    let freed = target.traced();
    fs::remove_file(&output).expect("written by the tracer");
    println!("{} threads: attached after {attached:?}, detached after {detached:?}, {most} KiB", THREADS + 1);
    assert_eq!(freed, 0);
    assert!(most < 4 * THREADS + 8 * 1024, "{most} KiB");
    // The goal is 1 s, which a busy machine may miss.
    assert!(
        attached < Duration::from_secs(3) && detached < Duration::from_secs(3),
        "{attached:?}, {detached:?}"
    );
}

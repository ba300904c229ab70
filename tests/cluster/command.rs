//! `kubectl strace POD -- COMMAND`: the command runs as under `kubectl exec`, and the trace can be told
//! from its output.

use super::{
    node::{Namespace, host_processes, status, traced},
    pods::{pod, probe},
    process::Running,
};
use std::{
    fs,
    io::Write,
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

const SOON: Duration = Duration::from_secs(40);
const BUSYBOX: &str = "localhost/kubectl-strace/busybox:test";
const LOOP: &[&str] = &["sh", "-c", "while :; do sleep 1; done"];
/// A container that differs from others in everything that a command inherits from it.
const PECULIAR: &str = "      workingDir: /etc
      env: [{name: GREETING, value: 'good  day'}, {name: EMPTY, value: ''}]
      securityContext: {runAsUser: 1234, runAsGroup: 4321}
      resources: {limits: {memory: 64Mi}}
";

/// Runs a command to its end, with this on its standard input.
fn run(mut command: Command, input: Vec<u8>) -> Output {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("it was asked for");
    // A command need not read all of its input.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("it does not panic");
    output
}

/// Runs the plugin; its status, stdout and stderr.
fn strace(space: &Namespace, args: &[&str], input: Vec<u8>) -> (i32, String, String) {
    let output = run(space.plugin(args), input);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "'{part}' is missing in:\n{text}");
    }
}

/// The trace's own lines on stderr: those of calls.
fn calls(err: &str) -> Vec<&str> {
    err.lines().filter(|line| line.contains(") = ") || line.starts_with("+++")).collect()
}

#[test]
fn a_command_is_what_kubectl_exec_would_make_of_it() {
    let space = Namespace::new("same");
    // With other users, as root, and with a read-only root file system.
    let frozen = PECULIAR.replace("runAsGroup: 4321", "runAsGroup: 4321, readOnlyRootFilesystem: true");
    let root = "      securityContext: {capabilities: {add: [NET_ADMIN], drop: [CHOWN]}}\n";
    for (name, container) in [("user", PECULIAR), ("frozen", &frozen), ("root", root)] {
        space.apply(&pod(name, BUSYBOX, LOOP, container));
    }
    let look = "env | sort; pwd; id; cat /proc/self/cgroup /proc/self/oom_score_adj /proc/self/limits; \
                grep -E '^(Cap|NoNewPrivs|Seccomp|Groups|Sig[BIC])' /proc/self/status; \
                read _ _ _ parent group session _ </proc/self/stat; \
                [ $group = $session ] && echo leads its own session; \
                readlink /proc/self/root /proc/self/ns/mnt /proc/self/ns/pid; touch /x 2>&1; ls -l /proc/self/fd | wc -l";
    for name in ["user", "frozen", "root"] {
        space.ready(name);
        let expected = space.kubectl(&["exec", name, "-c", "app", "-i", "--", "sh", "-c", look]);
        says(&expected, &["leads its own session", "CapEff"]);
        let (code, out, err) = strace(&space, &[name, "--", "sh", "-c", look], Vec::new());
        assert_eq!(code, 0, "{err}");
        assert_eq!(out, expected, "{name}");
        says(&err, &["execve(\"/bin/sh\", [\"sh\", \"-c\"", "+++ exited with 0 +++", ", 0 lost"]);
    }
    // The tracer had as few rights as possible, and one container was enough.
    for name in ["user", "root"] {
        let agents = space.field(name, ".spec.ephemeralContainers[*].securityContext.capabilities");
        assert_eq!(agents, r#"{"drop":["ALL"]}"#);
    }
}

#[test]
fn output_status_and_trace_are_told_apart() {
    let space = Namespace::new("apart");
    space.apply(&pod("api", BUSYBOX, LOOP, PECULIAR));
    space.ready("api");
    let script = "echo to-stdout; echo to-stderr >&2; exit 3";
    let (code, out, err) =
        strace(&space, &["api", "-e", "trace=write,exit_group", "--", "sh", "-c", script], Vec::new());
    assert_eq!((code, out.as_str()), (3, "to-stdout\n"));
    says(&err, &["write(1, \"to-stdout\\n\", 10)", "exit_group(3)", "+++ exited with 3 +++"]);
    assert!(err.lines().any(|line| line == "to-stderr"), "{err}");

    let file = std::env::temp_dir().join(format!("{}.strace", space.name));
    let path = file.to_str().expect("UTF-8");
    let (code, out, err) = strace(&space, &["api", "-q", "-o", path, "--", "sh", "-c", script], Vec::new());
    let trace = fs::read_to_string(&file).expect("it was written");
    fs::remove_file(&file).expect("it is there");
    assert_eq!((code, out.as_str()), (3, "to-stdout\n"));
    says(&trace, &["execve(\"/bin/sh\"", "\"to-stderr\\n\", 10)", "+++ exited with 3 +++"]);
    assert!(calls(&err).is_empty() && err.contains("to-stderr\n"), "{err}");

    // As in strace: children only with -f, and death by a signal gives 128 plus its number.
    let forks = "ls /app; kill -TERM $$";
    let (code, _, err) = strace(&space, &["api", "-e", "%file", "--", "sh", "-c", forks], Vec::new());
    assert_eq!(code, 128 + 15);
    says(&err, &["+++ killed by SIGTERM +++"]);
    assert!(!err.contains("\"/app\""), "{err}");
    let (code, _, err) = strace(&space, &["api", "-f", "-e", "%file", "--", "sh", "-c", forks], Vec::new());
    assert_eq!(code, 128 + 15);
    says(&err, &["\"/app\"", "ENOENT", "+++ exited with 1 +++", "killed by SIGTERM"]);
}

#[test]
fn what_goes_in_comes_out() {
    let space = Namespace::new("pipe");
    space.apply(&pod("api", BUSYBOX, LOOP, ""));
    space.ready("api");
    // Bytes of every kind, more than all buffers on the way hold.
    let input: Vec<u8> = (0u32..4 << 18).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let output = run(space.plugin(&["api", "-q", "-e", "none", "--", "cat"]), input.clone());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout == input, "{} bytes of {}", output.stdout.len(), input.len());
    // A command that does not read all of its input is not waited for.
    let (code, out, _) =
        strace(&space, &["api", "-q", "-e", "none", "--", "head", "-c", "3"], vec![b'x'; 1 << 20]);
    assert_eq!((code, out.as_str()), (0, "xxx"));
    // Nor is one that waits for something else while its input piles up.
    let (code, out, _) =
        strace(&space, &["api", "-q", "-e", "none", "--", "sh", "-c", "sleep 8; wc -c"], vec![b'x'; 8 << 20]);
    assert_eq!((code, out.trim()), (0, "8388608"));
}

#[test]
fn without_a_shell_and_without_rights() {
    let space = Namespace::new("distroless");
    space.label("pod-security.kubernetes.io/enforce=restricted");
    let restricted = "      securityContext:
        runAsUser: 1234
        runAsNonRoot: true
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
        seccompProfile: {type: RuntimeDefault}
";
    space.apply(&probe("counter", &["/counter", "--quiet"], restricted));
    space.ready("counter");
    let (code, out, err) = strace(&space, &["counter", "--", "/die", "exit3", "1"], Vec::new());
    assert_eq!((code, out.as_str()), (3, "waiting for SIGUSR1\n"), "{err}");
    says(
        &err,
        &["profile unprivileged", "openat(AT_FDCWD, \"/last-call\", O_RDONLY) = -1 ENOENT", "exited with 3"],
    );
    let (code, _, err) = strace(&space, &["counter", "--", "/die"], Vec::new());
    assert_eq!(code, 2);
    says(&err, &["usage: die exit3|segv|kill|oom [SECONDS]", "write(2, \"usage: die"]);
    let (code, _, err) = strace(&space, &["counter", "--", "/die", "segv", "1"], Vec::new());
    assert_eq!(code, 128 + 11);
    says(&err, &["--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR", "+++ killed by SIGSEGV +++"]);
    // The container's own process was not touched.
    assert_eq!(space.field("counter", ".status.containerStatuses[0].restartCount"), "0");
}

#[test]
fn a_command_that_cannot_be_run_is_explained() {
    let space = Namespace::new("norun");
    space.apply(&pod("api", BUSYBOX, LOOP, ""));
    space.ready("api");
    let (code, out, err) = strace(&space, &["api", "--", "nothing-of-that-name"], Vec::new());
    assert_eq!((code, out.as_str()), (127, ""));
    says(
        &err,
        &["the command was not run", "no directory of its PATH has a program nothing-of-that-name: /bin"],
    );
    let (code, _, err) = strace(&space, &["api", "--", "/nowhere/x"], Vec::new());
    assert_eq!(code, 127);
    says(&err, &["/nowhere/x: No such file or directory"]);
    let (code, _, err) = strace(&space, &["api", "--", "/etc"], Vec::new());
    assert_eq!(code, 126);
    says(&err, &["execve(\"/etc\"", "EACCES", "/etc: Permission denied"]);
    let text = "printf '#!/no/such/interpreter\\n' >/tmp/x; chmod +x /tmp/x";
    space.kubectl(&["exec", "api", "-c", "app", "--", "sh", "-c", text]);
    let (code, _, err) = strace(&space, &["api", "--", "/tmp/x"], Vec::new());
    assert_eq!(code, 127);
    says(&err, &["/tmp/x: No such file or directory", "not what interprets it"]);
    space.kubectl(&["exec", "api", "-c", "app", "--", "sh", "-c", "echo text >/tmp/x"]);
    let (code, _, err) = strace(&space, &["api", "--", "/tmp/x"], Vec::new());
    assert_eq!(code, 126);
    says(&err, &["/tmp/x: Exec format error"]);
}

#[test]
fn control_c_ends_the_command() {
    let space = Namespace::new("intr");
    space.apply(&pod("api", BUSYBOX, LOOP, ""));
    space.ready("api");
    let mut trace = Running::start(space.plugin(&["api", "--", "sleep", "1000"]));
    trace.expect_err(SOON, &["nanosleep("]);
    trace.signal("INT");
    assert_eq!(trace.wait(Duration::from_secs(10)).code(), Some(130), "{}", trace.err());
    says(
        &trace.err(),
        &["--- SIGINT {si_signo=SIGINT", "+++ killed by SIGINT +++", ", 0 lost", "the command has ended"],
    );
    // SIGTERM too. The second one kills a command that ignores it.
    let stubborn = "trap '' TERM; echo ready; while :; do sleep 1; done";
    let mut trace = Running::start(space.plugin(&["api", "--", "sh", "-c", stubborn]));
    trace.expect(SOON, &["ready"]);
    trace.signal("TERM");
    trace.expect_err(SOON, &["--- SIGTERM {si_signo=SIGTERM"]);
    thread::sleep(Duration::from_secs(1));
    trace.signal("TERM");
    assert_eq!(trace.wait(Duration::from_secs(10)).code(), Some(137), "{}", trace.err());
    let left = space.kubectl(&["exec", "api", "-c", "app", "--", "ps"]);
    assert!(!left.contains("sleep 1000") && !left.contains("command-for"), "{left}");
}

#[test]
fn behind_a_killed_client_the_command_runs_on_and_is_free() {
    let space = Namespace::new("left");
    space.apply(&pod("api", BUSYBOX, LOOP, ""));
    space.ready("api");
    let script = "while :; do echo x >>/tmp/ticks; sleep 0.1; done";
    let trace = Running::start(space.plugin(&["api", "--", "sh", "-c", script]));
    trace.expect_err(SOON, &["wait4("]);
    let ours = || -> Vec<i32> {
        let has = |pid: &i32| {
            fs::read(format!("/proc/{pid}/cmdline"))
                .is_ok_and(|line| String::from_utf8_lossy(&line).starts_with("sh\0-c\0while :; do echo x"))
        };
        host_processes(&space.container_id("api", "app")).into_iter().filter(has).collect()
    };
    let command = ours();
    assert!(command.len() == 1 && traced(&command), "{command:?}");
    trace.signal("KILL");
    // The lease, and a second.
    space.until("it is free", Duration::from_secs(7), || !traced(&command));
    let ticks = || space.kubectl(&["exec", "api", "-c", "app", "--", "wc", "-l", "/tmp/ticks"]);
    let before = ticks();
    thread::sleep(Duration::from_secs(2));
    assert_ne!(ticks(), before, "it is frozen");
    // Its parent is still the tracer, not the container's first process, which knows nothing about it.
    let parent = status(command[0]).expect("it lives")["PPid"].parse().expect("a number");
    thread::sleep(Duration::from_secs(2));
    assert_eq!(status(parent).expect("the tracer stays")["Name"], "tracer");
    assert!(!status(parent).expect("the tracer stays")["VmRSS"].is_empty());
    let killed = Command::new("kill").arg(command[0].to_string()).status();
    assert!(killed.is_ok_and(|status| status.success()));
    space.until("and it goes with it", SOON, || status(parent).is_none() && ours().is_empty());
}

#[test]
fn a_command_outlives_a_trace_that_is_limited() {
    let space = Namespace::new("outlives");
    space.apply(&pod("api", BUSYBOX, LOOP, ""));
    space.ready("api");
    let script = "sleep 4; echo behind; exit 5";
    let (code, out, err) = strace(&space, &["api", "--duration", "1s", "--", "sh", "-c", script], Vec::new());
    assert_eq!((code, out.as_str()), (5, "behind\n"), "{err}");
    says(&err, &["(--duration)", "The command runs on without being traced", "stopped, detached"]);
    assert!(!err.contains("behind\\n"), "{err}");
    let (code, out, err) =
        strace(&space, &["api", "--max-events", "5", "--", "sh", "-c", "sleep 1; echo behind"], Vec::new());
    assert_eq!((code, out.as_str()), (0, "behind\n"), "{err}");
}

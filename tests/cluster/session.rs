//! What people see: the missing file, the hanging call, the last call before the end.

use super::{
    node::{Namespace, dist, root},
    pods,
    process::Running,
};
use regex::Regex;
use std::{fs, process::Command, time::Duration};

const SOON: Duration = Duration::from_secs(20);
const MISSING: &str =
    r#"openat(AT_FDCWD, "/etc/api/config.yaml", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)"#;

/// Ends a trace with Ctrl-C, and checks that it reports that properly.
fn interrupt(mut trace: Running) -> (String, String) {
    trace.signal("INT");
    let status = trace.wait(Duration::from_secs(10));
    let (out, err) = (trace.out(), trace.err());
    assert!(status.success(), "{status}: {err}");
    let totals = Regex::new(r"(?m)^(1 event|\d+ events), \d+ lost, ").expect("it is one");
    assert!(totals.is_match(&err), "no totals:\n{err}");
    (out, err)
}

#[test]
fn a_missing_file_is_seen_in_a_pod_without_a_shell() {
    let space = Namespace::new("missing");
    space.workload("api", &[]);
    space.ready("api");
    let shell = space.try_kubectl(&["exec", "api", "-c", "app", "--", "sh", "-c", "true"]);
    assert!(!shell.status.success(), "the image has a shell, so it shows nothing");

    let first = Running::start(space.plugin(&["pod/api", "-e", "trace=file"]));
    let (at, line) = first.expect(SOON, &[MISSING]);
    println!("from Enter to the first event, agent to be added: {:?}", at - first.started);
    assert!(line.trim_end().ends_with(MISSING), "{line}");
    interrupt(first);

    let second = Running::start(space.plugin(&["api", "-e", "trace=openat"]));
    let (at, _) = second.expect(SOON, &[MISSING]);
    println!("from Enter to the first event, agent runs already: {:?}", at - second.started);
    interrupt(second);
    let agents = space.field("api", ".spec.ephemeralContainers[*].name");
    assert_eq!(agents.split_whitespace().count(), 1, "the second run added another container: {agents}");
}

#[test]
fn a_file_of_a_trace_is_private_and_takes_the_place_of_another_when_the_trace_begins() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let space = Namespace::new("private");
    space.workload("api", &[]);
    space.ready("api");
    let dir = std::env::temp_dir().join(&space.name);
    fs::create_dir_all(&dir).unwrap();
    let (file, link) = (dir.join("trace"), dir.join("link"));
    let path = file.to_str().unwrap();
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    symlink(&file, &link).unwrap();
    let refused = space.plugin(&["api", "-o", link.to_str().unwrap()]).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("symbolic link to"), "{said}");
    assert_eq!(space.field("api", ".spec.ephemeralContainers"), "", "refused before the pod was changed");
    // A trace that does not begin changes nothing either.
    let missing =
        ["api", "-o", path, "--image", "localhost/kubectl-strace/tracer:no-such", "--timeout", "20s"];
    let mut failed = Running::start(space.plugin(&missing));
    assert!(!failed.wait(Duration::from_secs(60)).success());
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");

    let trace = Running::start(space.plugin(&["api", "-o", path, "-e", "trace=openat"]));
    trace.expect_err(SOON, &["Tracing"]);
    space.until("the trace is in the file, while it lasts", SOON, || {
        fs::read_to_string(&file).is_ok_and(|text| text.contains("openat("))
    });
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o600);
    interrupt(trace);
    let names: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "nothing else is left: {names:?}");
    // Where it goes to a pipe or to stdout, nothing of this applies.
    let (output, _) =
        space.bash("$STRACE api -o /dev/stdout --max-events 3 | grep -c openat; exit ${PIPESTATUS[0]}");
    assert!(output.status.success());
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn a_file_for_each_thread_merges_into_one_order() {
    let space = Namespace::new("split");
    space.workload("api", &[]);
    space.ready("api");
    let directory = std::env::temp_dir().join(&space.name);
    let trace = Running::start(space.plugin(&["--ff", "--out", directory.to_str().unwrap(), "pod/api"]));
    trace.expect_err(SOON, &["thread"]);
    std::thread::sleep(Duration::from_secs(3));
    interrupt(trace);
    let files: Vec<String> = fs::read_dir(&directory)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(files.len() > 1 && files.iter().all(|file| file.starts_with("api.app.")), "{files:?}");
    let strace = Command::new(root().join("tests/oracle/strace.sh")).arg("--root").output().unwrap();
    let strace = String::from_utf8(strace.stdout).unwrap();
    let merged = Command::new(std::path::Path::new(strace.trim()).join("usr/bin/strace-log-merge"))
        .arg(directory.join("api.app"))
        .output()
        .unwrap();
    fs::remove_dir_all(&directory).unwrap();
    assert!(merged.status.success(), "{}", String::from_utf8_lossy(&merged.stderr));
    let merged = String::from_utf8_lossy(&merged.stdout);
    assert!(merged.contains(MISSING), "{merged}");
    let times: Vec<f64> =
        merged.lines().filter_map(|line| line.split_whitespace().nth(1)?.parse().ok()).collect();
    assert!(times.len() > 20 && times.is_sorted(), "not in order: {times:?}");
}

#[test]
fn strace_users_letters_work_verbatim() {
    let space = Namespace::new("letters");
    space.workload("api", &[]);
    space.ready("api");
    let file = std::env::temp_dir().join(format!("{}.txt", space.name));
    let path = file.to_str().unwrap();
    let trace = Running::start(space.plugin(&["-ffttTy", "-o", path, "-s", "200", "pod/api"]));
    trace.expect_err(SOON, &["thread"]);
    std::thread::sleep(Duration::from_secs(3));
    interrupt(trace);
    // As in strace, -ff writes a file for each thread, FILE.TID.
    let text: String = fs::read_dir(std::env::temp_dir())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|entry| entry.to_str().is_some_and(|entry| entry.starts_with(path)))
        .map(|entry| {
            let text = fs::read_to_string(&entry).unwrap();
            fs::remove_file(entry).unwrap();
            text
        })
        .collect();
    let wanted = text.lines().any(|line| {
        line.contains("openat(AT_FDCWD</>, \"/etc/api/config.yaml\"")
            && line.ends_with('>')
            && line[2..].starts_with(':')
    });
    assert!(wanted, "{text}");
}

#[test]
fn a_hung_call_is_on_the_screen_within_a_second() {
    let space = Namespace::new("hung");
    let calls =
        [("connect", "connect("), ("read", "read("), ("futex", "futex("), ("epoll_wait", "epoll_wait(")];
    for (call, _) in calls {
        let name = call.replace('_', "-");
        space.apply(&pods::probe(&name, &["/blocked", call], ""));
    }
    for (call, text) in calls {
        let name = call.replace('_', "-");
        space.ready(&name);
        space.until("it hangs", SOON, || space.kubectl(&["logs", &name, "-c", "app"]).contains("entering"));
        std::thread::sleep(Duration::from_millis(300));
        let trace = Running::start(space.plugin(&[&name]));
        trace.expect_err(SOON, &["thread"]);
        let attached = std::time::Instant::now();
        let (at, _) = trace.expect(Duration::from_secs(5), &[text]);
        println!("{call}: on the screen {:?} after the trace began", at.saturating_duration_since(attached));
        assert!(at.saturating_duration_since(attached) < Duration::from_secs(1), "{call}");
        let unfinished = trace.out().lines().last().unwrap_or_default().to_string();
        assert!(
            unfinished.contains(text) && !unfinished.contains(" = "),
            "{call} is not unfinished: {unfinished}"
        );
        interrupt(trace);
    }
}

#[test]
fn the_last_call_before_the_end_is_shown() {
    let space = Namespace::new("last");
    let memory = "      resources: {limits: {memory: 64Mi}}\n";
    let ways = [
        ("exit3", "", "+++ exited with 3 +++"),
        ("segv", "", "+++ killed by SIGSEGV +++"),
        ("kill", "", "+++ killed by SIGKILL +++"),
        ("oom", memory, "+++ killed by SIGKILL +++"),
    ];
    for (way, more, _) in ways {
        space.apply(&pods::probe(way, &["/die", way], more));
    }
    for (way, _, end) in ways {
        space.ready(way);
        let mut trace = Running::start(space.plugin(&[way]));
        trace.expect_err(SOON, &["thread"]);
        space.kubectl(&["exec", way, "-c", "app", "--", "/die", "now"]);
        trace.wait(SOON);
        let out = trace.out();
        let last = out.find(r#"openat(AT_FDCWD, "/last-call", O_RDONLY) = -1 ENOENT"#);
        let ended = out.find(end);
        assert!(last.is_some() && last < ended, "{way}:\n{out}\n--- stderr:\n{}", trace.err());
    }
}

#[test]
fn descriptors_of_another_user_have_paths_with_ptrace_alone() {
    let space = Namespace::new("paths");
    space.workload("nginx", &[]);
    space.ready("nginx");
    let trace = Running::start(space.plugin(&["nginx", "-y"]));
    // A worker waits on a socket that was open before we came, and serves a file.
    trace.expect(SOON, &["epoll_wait(", "<anon_inode:[eventpoll]>"]);
    trace.expect(SOON, &["<socket:["]);
    trace.expect(SOON, &["index.html>"]);
    interrupt(trace);
    let agent = space.field("nginx", ".spec.ephemeralContainers[0].securityContext.capabilities");
    assert_eq!(agent, r#"{"add":["SYS_PTRACE"],"drop":["ALL"]}"#);
}

#[test]
fn the_image_is_small_and_the_same_every_time() {
    let once = fs::read(dist("tracer.oci.tar")).unwrap();
    let again = std::env::temp_dir().join(format!("kubectl-strace-{}.tar", std::process::id()));
    let made = Command::new("make")
        .args(["--silent", "image", &format!("IMAGE_TAR={}", again.display())])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let twice = fs::read(&again).unwrap();
    fs::remove_file(&again).unwrap();
    assert!(once == twice, "two builds of the image differ");
}

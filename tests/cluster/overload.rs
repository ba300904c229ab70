//! Too many events: what happens to them, to the target, and to what was already written.

use super::{
    node::{Namespace, host_processes, traced},
    pods,
    process::Running,
};
use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt, time::Duration};

const SOON: Duration = Duration::from_secs(40);

/// A pod with a thread that makes calls as fast as it can.
fn flood(test: &str) -> Namespace {
    flood_in(Namespace::new(test))
}

fn flood_in(space: Namespace) -> Namespace {
    space.apply(&pods::probe("busy", &["/busy", "1", "0"], ""));
    space.ready("busy");
    space
}

/// The pod's own count of its calls.
fn calls(space: &Namespace) -> u64 {
    let log = space.kubectl(&["logs", "busy", "-c", "app", "--tail=5"]);
    let line = log.lines().rev().find_map(|line| line.strip_prefix("calls "));
    line.and_then(|line| line.split(' ').next()?.parse().ok()).unwrap_or(0)
}

fn is_free(space: &Namespace) {
    let processes = host_processes(&space.container_id("busy", "app"));
    assert!(!processes.is_empty());
    space.until("nothing is traced any more", Duration::from_secs(2), || !traced(&processes));
    let before = calls(space);
    space.until("it goes on", SOON, || calls(space) > before + 10_000);
}

/// The number before a word of the last line.
fn number(text: &str, word: &str) -> u64 {
    let line =
        text.lines().rev().find(|line| line.contains(word)).unwrap_or_else(|| panic!("no {word} in {text}"));
    let before = line.split(word).next().unwrap_or_default().trim_end();
    before
        .rsplit([' ', ','])
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(|| panic!("{line}"))
}

#[test]
fn a_target_that_waits_loses_nothing_and_one_that_does_not_counts() {
    let space = flood("overload");
    // Nobody reads for six seconds, which is more than all buffers between us and the target can hold.
    let slow = |flags: &str| {
        let line = format!(
            "set -o pipefail; $STRACE busy -s 0 --place agent --duration 8s {flags} | (sleep 6; cat) > /dev/null"
        );
        space.bash(&line).0
    };
    let blocked = slow("--on-overload block --max-stop 30000");
    let said = String::from_utf8_lossy(&blocked.stderr);
    assert!(
        blocked.status.success() && number(&said, " lost") == 0 && number(&said, " events") > 10_000,
        "{said}"
    );
    is_free(&space);

    let short = slow("--on-overload block --max-stop 100 --max-events 10000000");
    let said = String::from_utf8_lossy(&short.stderr);
    println!("with a short patience: {} lost", number(&said, " lost"));
    is_free(&space);
}

#[test]
fn a_reader_that_has_enough_and_a_full_disk_end_the_trace() {
    let space = flood("enough");
    let (head, lasted) = space.bash("set -o pipefail; $STRACE busy | head -n 5");
    assert!(head.status.success(), "{}", String::from_utf8_lossy(&head.stderr));
    assert_eq!(String::from_utf8_lossy(&head.stdout).lines().count(), 5);
    assert!(lasted < Duration::from_secs(20), "{lasted:?}");
    is_free(&space);

    let (full, _) = space.bash("$STRACE busy -o /dev/full");
    let said = String::from_utf8_lossy(&full.stderr);
    assert_eq!(full.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot write to /dev/full") && said.contains("a place with more room"), "{said}");
    is_free(&space);
}

#[test]
fn a_trace_ends_when_it_is_as_long_as_was_wanted_and_says_how_much_it_was() {
    let space = flood("bytes");
    let directory =
        std::env::temp_dir().join(OsStr::from_bytes(&[space.name.as_bytes(), b" \xff\n\x1b[31m"].concat()));
    let mut command = space.plugin(&["busy", "--ff", "--max-bytes", "50k", "--out"]);
    command.arg(&directory);
    let mut trace = Running::start(command);
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    let said = trace.err();
    println!("{said}");
    assert!(said.contains("50 kB are written (--max-bytes)") && !said.contains('\x1b'), "{said}");
    let last = said.lines().last().unwrap_or_default();
    assert!(
        last.contains("events, 0 lost, ") && last.contains(" written, ") && last.contains(" received"),
        "{last}"
    );
    assert!(last.ends_with(": stopped, detached"), "{last}");
    let files: Vec<_> = fs::read_dir(&directory).unwrap().map(|file| file.unwrap()).collect();
    let length: u64 = files.iter().map(|file| file.metadata().unwrap().len()).sum();
    assert!((50_000..51_000).contains(&length), "{length}");
    for file in &files {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
    fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn a_target_that_is_slowed_down_too_much_is_let_go() {
    let space = flood("slowdown");
    let file = std::env::temp_dir().join(&space.name);
    let path = file.to_str().unwrap();
    let mut trace = Running::start(space.plugin(&["busy", "-o", path, "--max-slowdown", "10"]));
    let status = trace.wait(SOON);
    assert_eq!(status.code(), Some(1), "{}", trace.err());
    assert!(
        trace.err().contains("the target ran at ") && trace.err().contains("--max-slowdown"),
        "{}",
        trace.err()
    );
    is_free(&space);
    // A target that mostly sleeps is not slowed down.
    space.apply(&pods::probe("counter", &["/counter", "--quiet"], ""));
    space.ready("counter");
    let calm = ["counter", "-o", path, "--max-slowdown", "60", "--duration", "6s"];
    let mut trace = Running::start(space.plugin(&calm));
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    println!("{}", trace.err());
    fs::remove_file(file).unwrap();
}

#[test]
fn the_status_line_is_on_the_terminal_and_nowhere_else() {
    // Alone: the cost of a trace is shown once it is known, which takes longer beside other tests.
    let space = flood_in(Namespace::alone("line"));
    let file = std::env::temp_dir().join(&space.name);
    let path = file.to_str().unwrap();
    // script(1) gives stderr a terminal; stdout goes to the file.
    let watched = |flags: &str| {
        let line = format!("script -qefc \"$STRACE busy {flags} --duration 8s > {path}\" /dev/null");
        let (output, _) = space.bash(&line);
        (String::from_utf8_lossy(&output.stdout).into_owned(), fs::read_to_string(&file).unwrap())
    };
    let (terminal, text) = watched("");
    let parts = ["/s, 0 lost, ", " buffered, the target runs at ", " % of its speed"];
    assert!(parts.iter().all(|part| terminal.contains(part)), "{terminal}");
    assert!(
        text.lines().count() > 1000 && !text.contains('\x1b') && !text.contains("buffered"),
        "{}",
        text.len()
    );
    // On a terminal that shows the trace too, the status line makes way for each line of the trace: none is broken.
    let line = "script -qefc \"$STRACE busy -e trace=getppid --duration 5s\" /dev/null";
    let (output, _) = space.bash(line);
    let screen = String::from_utf8_lossy(&output.stdout);
    let broken = |line: &&str| line.contains("getppid") && !line.trim_end().ends_with("= 0");
    let calls = screen.split('\n').filter(|line| line.contains("getppid()"));
    assert!(
        calls.clone().count() > 100 && calls.clone().find(broken).is_none(),
        "{:?}",
        calls.clone().find(broken)
    );
    let (terminal, _) = watched("-q");
    assert!(!terminal.contains("buffered"), "{terminal}");
    // Without a terminal there is no status line.
    let mut trace = Running::start(space.plugin(&["busy", "-o", path, "--duration", "4s"]));
    assert!(trace.wait(SOON).success());
    assert!(
        !trace.err().contains("buffered") && trace.err().contains("the target ran at "),
        "{}",
        trace.err()
    );
    fs::remove_file(file).unwrap();
}

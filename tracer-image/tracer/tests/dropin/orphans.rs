//! The drop-in as the PID 1 of a container, or as a subreaper, gets children that it has not made.

use crate::{SOON, compiled, ends, tracer};
use std::{
    fs,
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    time::Duration,
};

/// The drop-in as PID 1 of a PID namespace, with a /proc of its own.
fn as_init() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--pid", "--fork", "--kill-child", "--mount-proc", env!("CARGO_BIN_EXE_tracer")]);
    command
}

#[test]
fn pid_1_ends_where_nested_containers_left_orphans() {
    for threads in ["1", "4"] {
        let mut command = as_init();
        command.args(["-f", "-qq", "-o", "/dev/null", &format!("--tracer-threads={threads}")]);
        let mut traced = command.arg(compiled("nested")).spawn().expect("unshare is there");
        assert_eq!(ends(&mut traced, SOON), Some(0));
    }
}

#[test]
fn a_subreaper_ends_where_nested_containers_left_orphans() {
    let nested = compiled("nested");
    let mut command = Command::new(&nested);
    command.args(["reaper", env!("CARGO_BIN_EXE_tracer"), "-f", "-qq", "-o", "/dev/null"]).arg(&nested);
    assert_eq!(ends(&mut command.spawn().expect("compiled"), SOON), Some(0));
}

/// Containers inside of a container: the namespace's own PID 1 is a tracee.
#[test]
fn nested_containers_in_a_nested_container_end() {
    let mut command = as_init();
    command.args(["-f", "-qq", "-o", "/dev/null", "unshare", "--pid", "--fork"]).arg(compiled("nested"));
    assert_eq!(ends(&mut command.spawn().expect("unshare is there"), SOON), Some(0));
}

/// With and without being traced, orphans do not remain as zombies of the drop-in.
#[test]
fn orphans_are_reaped_while_the_trace_goes_on() {
    let script = "for i in 1 2 3 4 5; do (sleep 0.1 &); done; sleep 0.6; \
                  ! grep -l '^State:.Z' /proc/[0-9]*/status";
    for follow in [&[][..], &["-f"][..]] {
        let mut command = as_init();
        command.args(["-qq", "-o", "/dev/null"]).args(follow).args(["sh", "-c", script]);
        assert_eq!(ends(&mut command.spawn().expect("unshare is there"), SOON), Some(0), "{follow:?}");
    }
}

/// The way in which we wait for children is not the command's.
#[test]
fn a_command_inherits_what_its_parents_do_with_sigchld() {
    // SIGCHLD is the 17th.
    let ignored = |text: &str| {
        let mask = text.lines().find_map(|line| line.strip_prefix("SigIgn:")).expect("a line of its own");
        u64::from_str_radix(mask.trim(), 16).expect("a mask") & 1 << 16 != 0
    };
    for ignores in [false, true] {
        let of = |words: &[&str]| {
            let mut command = Command::new(words[0]);
            command.args(&words[1..]);
            if ignores {
                // SAFETY: signal(2) is async-signal-safe.
                unsafe {
                    command.pre_exec(|| {
                        libc::signal(libc::SIGCHLD, libc::SIG_IGN);
                        Ok(())
                    })
                };
            }
            ignored(&String::from_utf8_lossy(&command.output().expect("it is there").stdout))
        };
        let traced = [env!("CARGO_BIN_EXE_tracer"), "-qq", "-o", "/dev/null", "cat", "/proc/self/status"];
        assert_eq!((of(&traced), of(&traced[4..])), (ignores, ignores));
    }
}

/// The command that reads the text is waited for all the same.
#[test]
fn what_reads_the_text_ends_before_we_do() {
    let file = std::env::temp_dir().join(format!("dropin-piped-{}", std::process::id()));
    let reader = format!("|cat >/dev/null; sleep 0.5; echo done >{}", file.display());
    let mut command = tracer();
    command.args(["-o", &reader, "true"]).stdin(Stdio::null());
    assert_eq!(ends(&mut command.spawn().expect("it is there"), SOON), Some(0));
    let text = fs::read_to_string(&file);
    let _ = fs::remove_file(&file);
    assert_eq!(text.expect("written before the end"), "done\n");
}

#[test]
fn ctrl_c_ends_the_command_and_nobody_else() {
    let mut command = tracer();
    command.args(["-qq", "sleep", "100"]);
    // A shell that starts the tests in the background has them ignore SIGINT, and so would the command.
    // SAFETY: signal(2) is async-signal-safe.
    unsafe {
        command.pre_exec(|| {
            libc::signal(libc::SIGINT, libc::SIG_DFL);
            Ok(())
        })
    };
    let mut traced = command.stderr(Stdio::null()).spawn().expect("it is there");
    std::thread::sleep(Duration::from_millis(700));
    let children = format!("/proc/{0}/task", traced.id());
    let of = |task: fs::DirEntry| fs::read_to_string(task.path().join("children")).unwrap_or_default();
    let child: String = fs::read_dir(children).expect("it lives").flatten().map(of).collect();
    let child = child.trim().to_owned();
    assert!(!child.is_empty());
    // SAFETY: plain numbers.
    unsafe { libc::kill(traced.id() as i32, libc::SIGINT) };
    assert_eq!(ends(&mut traced, SOON), None, "it dies of the signal");
    std::thread::sleep(Duration::from_millis(100));
    let status = fs::read_to_string(format!("/proc/{child}/status")).unwrap_or_default();
    assert!(status.is_empty() || status.contains("State:\tZ"), "the command has ended with it: {status}");
}

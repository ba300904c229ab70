//! What the drop-in writes, where little room is left for it.

use crate::{SOON, compiled, ends, tracer};
use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

/// A directory that is removed in the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let path = std::env::temp_dir().join(format!("dropin-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory of our own");
        Place(path)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn each_has_its_end(place: &Place, count: usize) {
    let files: Vec<_> = fs::read_dir(&place.0).expect("ours").flatten().map(|file| file.path()).collect();
    assert_eq!(files.len(), count);
    for file in files {
        let text = fs::read_to_string(&file).expect("text");
        assert!(text.ends_with("+++ exited with 0 +++\n"), "{}: {text}", file.display());
        assert_eq!(text.matches("exit_group(0)").count(), 1, "{}: {text}", file.display());
    }
}

#[test]
fn a_file_for_each_child_needs_no_descriptor_for_each() {
    let place = Place::new("children");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 64; exec \"$0\" -ff -q -o \"$1/out\" \"$2\" one-by-one 200"]);
    command.arg(env!("CARGO_BIN_EXE_tracer")).arg(&place.0).arg(compiled("many"));
    let mut traced = command.stderr(Stdio::inherit()).spawn().expect("a shell");
    assert_eq!(ends(&mut traced, SOON), Some(0));
    each_has_its_end(&place, 201);
}

#[test]
fn more_threads_at_once_than_descriptors_are_written() {
    let place = Place::new("at-once");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 64; exec \"$0\" -ff -q -o \"$1/out\" \"$2\" at-once 150"]);
    command.arg(env!("CARGO_BIN_EXE_tracer")).arg(&place.0).arg(compiled("many"));
    let mut traced = command.stderr(Stdio::inherit()).spawn().expect("a shell");
    assert_eq!(ends(&mut traced, SOON), Some(0));
    each_has_its_end(&place, 151);
}

/// When PID 1 ends, the kernel kills everybody in its namespace, us too.
#[test]
fn the_table_is_written_before_pid_1_takes_us_with_it() {
    let place = Place::new("table");
    let table = place.0.join("table");
    let script = "\"$0\" -c -f -o \"$1\" -p 1 & while ! grep -q '^TracerPid:.[1-9]' /proc/1/status; do sleep 0.05; done; \
                  sleep 0.2; exit 3";
    let mut command = Command::new("unshare");
    command.args(["--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", script]);
    command.arg(env!("CARGO_BIN_EXE_tracer")).arg(&table);
    assert_eq!(ends(&mut command.spawn().expect("unshare is there"), SOON), Some(3));
    let text = fs::read_to_string(&table).expect("the tracer wrote it");
    assert!(text.contains("% time") && text.contains("100.00"), "{text:?}");
}

#[test]
fn calls_that_are_made_up_do_not_fill_the_table() {
    let place = Place::new("made-up");
    let table = place.0.join("table");
    let mut command = tracer();
    command.args(["-c", "-o"]).arg(&table).arg(compiled("many")).args(["made-up", "3000"]);
    assert_eq!(ends(&mut command.spawn().expect("it is there"), SOON), Some(0));
    let text = fs::read_to_string(&table).expect("the tracer wrote it");
    assert!(text.lines().count() < 1100, "{}", text.lines().count());
    assert!(text.lines().any(|line| line.ends_with(" syscall_???")), "{text}");
}

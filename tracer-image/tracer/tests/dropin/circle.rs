//! Two tracers that trace each other. Each would stand still and wait for the other, and obey nobody.

use crate::{SOON, ends, tracer};
use std::{
    io::Write,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

#[test]
fn a_tracer_does_not_trace_its_own_tracer() {
    let mut command = tracer();
    let inner = format!("exec {} -f -o /dev/null -p $PPID", env!("CARGO_BIN_EXE_tracer"));
    command.args(["-f", "-qq", "-o", "/dev/null", "sh", "-c", &inner]);
    let traced = command.stderr(Stdio::piped()).spawn().expect("it is there");
    let (done, said) = said(traced);
    assert_eq!(done, Some(1), "{said}");
    assert!(said.contains("traces this tracer"), "{said}");
}

/// What it ends with, and what it says.
fn said(mut child: Child) -> (Option<i32>, String) {
    let done = ends(&mut child, SOON);
    let mut text = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().expect("piped"), &mut text).expect("text");
    (done, text)
}

/// A shell that becomes a tracer of the process that it is told.
fn waiting(options: &str) -> Child {
    let script =
        format!("read other; exec {} {options} -o /dev/null -p $other", env!("CARGO_BIN_EXE_tracer"));
    Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell")
}

#[test]
fn two_that_begin_at_the_same_time_obey_ctrl_c() {
    for (round, options) in ["", "-f", "", "-f --tracer-threads=2", "", "-f"].into_iter().enumerate() {
        let mut two = [waiting(options), waiting(options)];
        let ids = [two[1].id(), two[0].id()];
        for (tracer, other) in two.iter_mut().zip(ids) {
            let line = format!("{other}\n");
            tracer.stdin.take().expect("piped").write_all(line.as_bytes()).expect("it reads");
            thread::sleep(Duration::from_millis(round as u64));
        }
        thread::sleep(Duration::from_millis(300));
        for tracer in &two {
            // SAFETY: plain numbers, and a child that nobody has waited for.
            unsafe { libc::kill(tracer.id() as i32, libc::SIGINT) };
        }
        for tracer in &mut two {
            ends(tracer, Duration::from_secs(10));
        }
    }
}

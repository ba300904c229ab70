//! Questions that are answered without tracing anybody.

use super::{client::Client, place::Place};
use std::{
    io::Write,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};
use wire::{
    look::{Doing, Fact, Look, Object, Since, Topic, WaitsFor},
    message::{Reason, Request, Target, VERSION},
};

fn look(processes: &[i32], topics: Vec<Topic>) -> Request {
    Request::Look(Look {
        version: VERSION,
        target: Target::Processes(processes.to_vec()),
        topics,
        pause: 300,
        strings: 32,
        command_lines: false,
        redact: None,
        who: "alice".into(),
    })
}

fn facts(place: &Place, request: Request) -> Vec<Fact> {
    let mut client = Client::new(place.relay());
    client.ask(request);
    let end = client.finish().expect("an end");
    assert_eq!(end.reason, Reason::Stopped);
    std::mem::take(&mut client.facts)
}

/// A process that reads what nobody writes.
fn reader() -> Child {
    Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("cat")
}

#[test]
fn a_thread_and_who_holds_the_other_end_of_its_pipe_are_told() {
    let place = Place::new();
    let _agent = place.agent();
    let mut child = reader();
    let pid = child.id() as i32;
    thread::sleep(Duration::from_millis(200));
    let us = std::process::id() as i32;
    let found = facts(&place, look(&[pid, us], vec![Topic::Threads, Topic::Waits]));
    let traced = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it lives");
    child.stdin.take().expect("a pipe").flush().expect("nothing to write");
    child.wait().expect("our child");
    let thread = found.iter().find_map(|fact| match fact {
        Fact::Thread(thread) if thread.tid == pid => Some(thread),
        _ => None,
    });
    let thread = thread.expect("its thread");
    assert!(matches!(thread.doing, Doing::Call { .. }) && thread.still, "{thread:?}");
    assert!(
        matches!(thread.since, Since::Ran(time) | Since::AtLeast(time) if time >= 300_000_000),
        "{thread:?}"
    );
    assert_eq!(thread.waits, [WaitsFor::Descriptor { fd: 0, writes: false, one_of: false }]);
    let ends: Vec<_> = found
        .iter()
        .filter_map(|fact| if let Fact::Descriptor(end) = fact { Some(end) } else { None })
        .filter(|end| matches!(end.object, Object::Pipe(_)))
        .collect();
    let ours = ends.iter().find(|end| end.process == us && end.flags.is_some_and(|flags| flags & 3 == 1));
    let theirs = ends.iter().find(|end| (end.process, end.fd) == (pid, 0)).expect("what it reads");
    assert_eq!(ours.expect("we may write").path, theirs.path);
    assert!(traced.contains("TracerPid:\t0"), "{traced}");
}

#[test]
fn a_target_that_is_gone_is_an_error_in_words() {
    let place = Place::new();
    let _agent = place.agent();
    let mut client = Client::new(place.relay());
    client.ask(look(&[i32::MAX], vec![Topic::Threads]));
    let end = client.finish().expect("an end");
    assert!(
        matches!(&end.reason, Reason::Failed(why) if why.contains("none of the target's processes")),
        "{end:?}"
    );
    let Request::Look(other) = look(&[1], vec![]) else { panic!("a look") };
    let mut client = Client::new(place.relay());
    client.ask(Request::Look(Look { version: VERSION + 1, ..other }));
    let end = client.finish().expect("an end");
    assert!(matches!(&end.reason, Reason::Failed(why) if why.contains("version")), "{end:?}");
}

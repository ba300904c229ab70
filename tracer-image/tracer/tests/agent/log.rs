//! What the agent's log says of each run, and that a log which nobody reads holds up nobody.

use super::{
    client::{Client, trace},
    place::{Place, Process},
    traced,
};
use nix::fcntl::{FcntlArg, fcntl};
use std::{
    io::{BufRead, BufReader, Read},
    process::{ChildStderr, Stdio},
    thread,
};
use wire::message::{Request, Trace};

/// An agent whose log is not read yet.
fn agent(place: &Place) -> (Process, BufReader<ChildStderr>) {
    let mut process = place
        .tracer(&["--agent"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the agent can be started");
    let log = process.stderr.take().expect("a pipe");
    let mut log = BufReader::with_capacity(1, log);
    let mut first = String::new();
    log.read_line(&mut first).expect("text");
    assert!(first.contains("the agent is ready"), "{first}");
    (Process(process), log)
}

#[test]
fn the_log_says_who_traced_what_and_for_how_long() {
    let place = Place::new();
    let (agent, mut log) = agent(&place);
    let target = Process::calm();
    let who = "alice (root@laptop)\ntracer: trace begins: who=\"bob\"";
    let wanted = Trace { who: who.into(), expressions: vec!["trace=openat".into()], ..trace(&[target.id()]) };
    let mut client = traced(&place, wanted);
    client.until("some calls", |client| client.sent > 5);
    let end = client.stop();
    drop((client, agent));
    let mut text = String::new();
    log.read_to_string(&mut text).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    println!("{text}");
    let [begin, end_line] = lines[..] else { panic!("not two lines: {text}") };
    let name = r#"who="alice (root@laptop)\\u{a}tracer: trace begins: who=\"bob\"""#;
    assert!(begin.starts_with(&format!("tracer: trace begins: {name} engine=agent process=")), "{begin}");
    let what = format!(r#"filter="trace=openat" target=processes:{}"#, target.id());
    assert!(begin.contains(" profile=") && begin.ends_with(&what), "{begin}");
    assert!(end_line.starts_with(&format!("tracer: trace ends: {name} lasted=")), "{end_line}");
    assert!(end_line.ends_with(&format!(" events={} lost=0 end=stopped", end.events)), "{end_line}");
}

#[test]
fn a_log_that_nobody_reads_holds_up_nobody() {
    let place = Place::new();
    let (agent, mut log) = agent(&place);
    // One page, the least that a pipe can hold: poll(2) calls it full as soon as a line is in it.
    fcntl(log.get_ref(), FcntlArg::F_SETPIPE_SZ(4096)).expect("it is a pipe");
    let target = Process::asleep();
    // Each says more than a hundred bytes in the log.
    for _ in 0..60 {
        let mut client = traced(&place, trace(&[target.id()]));
        client.stop();
    }
    let mut client = Client::new(place.relay());
    client.ask(Request::Status);
    client.until("the answer", |client| client.status.is_some());
    let reader = thread::spawn(move || {
        let mut text = String::new();
        log.read_to_string(&mut text).expect("text");
        text
    });
    // There is room now.
    traced(&place, trace(&[target.id()])).stop();
    drop(agent);
    let text = reader.join().expect("it reads");
    assert!(text.contains(" lines are missing here: the log was full\n"), "{text}");
}

//! What the engine says of a trace that shows nothing.

use super::{
    client::trace,
    place::{Place, Process},
    traced,
};
use std::process::{Command, Stdio};
use wire::{message::Trace, summary::Counting};

#[test]
fn a_filter_that_matches_nothing_is_told_with_what_was_seen() {
    let place = Place::new();
    let _agent = place.agent();
    let target = Process::calm();
    let expressions = vec!["trace=open".into(), "signal=none".into(), "quiet=exit".into()];
    let mut client = traced(&place, Trace { expressions, follow: false, ..trace(&[target.id()]) });
    client.until("words", |client| client.silence.is_some());
    let silence = client.silence.take().expect("waited for");
    assert!(silence.calls > 100 && silence.threads >= 1 && !silence.ends, "{silence:?}");
    assert_eq!(silence.instead, [("open".to_owned(), "openat".to_owned())]);
    client.stop();
    assert!(client.silence.is_none(), "it is told once");
}

#[test]
fn signals_and_ends_of_children_do_not_hide_that_no_call_matches() {
    let place = Place::new();
    let _agent = place.agent();
    let mut shell = Command::new("sh");
    shell.args(["-c", "while :; do /bin/true; sleep 0.2; done"]).stdin(Stdio::null());
    let target = Process(shell.spawn().expect("a shell"));
    let asks = |calls: &str| Trace { expressions: vec![calls.into()], ..trace(&[target.id()]) };
    let mut client = traced(&place, asks("trace=open"));
    client.until("words", |client| client.silence.is_some());
    client.stop();
    assert!(client.sent > 0, "its children ended, which was shown");

    // Whoever asks for signals only misses no calls.
    let mut client = traced(&place, Trace { session: 2, ..asks("trace=none") });
    std::thread::sleep(super::SECOND * 6);
    client.stop();
    assert_eq!(client.silence, None);
}

#[test]
fn what_threads_are_blocked_in_is_told_where_calls_are_counted() {
    let place = Place::new();
    let _agent = place.agent();
    let target = Process::drowsy();
    let mut client = traced(&place, Trace { counting: Counting::Counts, ..trace(&[target.id()]) });
    std::thread::sleep(super::SECOND / 2);
    client.stop();
    let silence = client.silence.take().expect("it comes before the end");
    assert!(silence.ends, "{silence:?}");
    // The shell waits for sleep.
    assert!(silence.blocked.iter().any(|blocked| blocked.call.starts_with("wait4(-1")), "{silence:?}");
}

#[test]
fn a_trace_that_shows_something_has_no_such_words() {
    let place = Place::new();
    let _agent = place.agent();
    let target = Process::calm();
    let mut client = traced(&place, trace(&[target.id()]));
    client
        .until("six pulses", |client| client.pulse.is_some_and(|pulse| pulse.time > 0 && client.sent > 100));
    std::thread::sleep(super::SECOND * 6);
    client.stop();
    assert_eq!(client.silence, None);
}

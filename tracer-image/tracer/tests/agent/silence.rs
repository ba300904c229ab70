//! What the engine says of a trace that shows nothing.

use super::{
    client::trace,
    place::{Place, Process},
    traced,
};
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

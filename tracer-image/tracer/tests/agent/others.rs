//! Several users who trace, who ask what is traced, and who end traces.

use super::{
    SECOND,
    client::{Client, trace},
    place::{Place, Process, field, is_alive},
    traced,
};
use std::{thread, time::Duration};
use wire::{
    codec::Encoder,
    message::{Overload, Reason, Request, Trace, VERSION},
};

fn asked(place: &Place, request: Request) -> Client {
    let mut client = Client::new(place.relay());
    client.ask(request);
    client.until("the answer", |client| client.status.is_some());
    client
}

/// The same for an agent that may be gone.
fn asked_gently(place: &Place) -> Client {
    let mut client = Client::new(place.relay());
    client.ask_if_there(Request::Status);
    client
}

#[test]
fn an_agent_says_who_traces_and_for_how_long_nobody_has() {
    let place = Place::new();
    let _agent = place.agent();
    let status = asked(&place, Request::Status).status.take().expect("waited for");
    assert_eq!((status.sessions.len(), status.unused), (0, Some(0)));
    let target = Process::calm();
    let wanted =
        Trace { who: "alice".into(), expressions: vec!["trace=openat".into()], ..trace(&[target.id()]) };
    let mut client = traced(&place, wanted);
    client.until("some calls", |client| client.sent > 5);
    let mut other = asked(&place, Request::Status);
    let end = other.finish().expect("an end");
    assert_eq!(end.reason, Reason::Stopped);
    let status = other.status.take().expect("waited for");
    assert_eq!(status.unused, None);
    let [session] = &status.sessions[..] else { panic!("{status:?}") };
    assert_eq!((session.who.as_str(), session.filter.as_str()), ("alice", "openat"));
    assert!(session.connected && !session.in_target && session.events > 0, "{session:?}");
    client.stop();
    thread::sleep(SECOND);
    let status = asked(&place, Request::Status).status.take().expect("waited for");
    assert!(status.sessions.is_empty() && status.unused >= Some(1), "{status:?}");
}

#[test]
fn asking_does_not_keep_an_agent_that_nobody_uses() {
    let place = Place::new();
    let mut agent = place.agent_with(&["--idle", "3"]);
    for _ in 0..8 {
        if !is_alive(agent.0.id()) {
            return;
        }
        // The last one may come too late.
        let _client = asked_gently(&place);
        thread::sleep(SECOND / 2);
    }
    assert!(agent.0.0.try_wait().expect("our child").is_some(), "it is still there");
}

#[test]
fn who_wants_it_shorter_gets_it_shorter() {
    let place = Place::new();
    let mut agent = place.agent();
    let target = Process::asleep();
    let mut client = traced(&place, Trace { idle: Some(1), ..trace(&[target.id()]) });
    client.stop();
    drop(client);
    let begin = std::time::Instant::now();
    while agent.0.0.try_wait().expect("our child").is_none() {
        assert!(begin.elapsed() < 5 * SECOND, "it is still there");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_agent_that_is_told_to_leave_ends_what_others_trace() {
    let place = Place::new();
    let mut agent = place.agent();
    let target = Process::busy();
    let mut client = traced(&place, Trace { who: "alice".into(), ..trace(&[target.id()]) });
    client.until("some calls", |client| client.sent > 500);
    let mut other = asked(&place, Request::Leave { who: "bob".into() });
    assert_eq!(other.status.as_ref().expect("waited for").sessions[0].who, "alice");
    let end = client.finish().expect("an end");
    assert_eq!((end.events, end.lost), (client.sent, client.lost));
    assert_eq!(end.reason, Reason::Evicted("bob".into()));
    target.free_within(SECOND);
    assert_eq!(other.finish().expect("an end").reason, Reason::Stopped);
    let begin = std::time::Instant::now();
    while agent.0.0.try_wait().expect("our child").is_none() {
        assert!(begin.elapsed() < 8 * SECOND, "the agent is still there");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_second_is_told_who_holds_the_target_and_may_trace_another() {
    let place = Place::new();
    let _agent = place.agent();
    let (target, free) = (Process::calm(), Process::calm());
    let mut first = traced(&place, Trace { who: "alice (root@laptop)".into(), ..trace(&[target.id()]) });
    let mut second = Client::new(place.relay());
    second.ask(Request::Trace(trace(&[target.id()])));
    let why = second.failure();
    assert!(why.contains("it is already traced for alice (root@laptop), since "), "{why}");
    // Both are held, each by its own tracer.
    let mut third = traced(&place, Trace { session: 3, ..trace(&[free.id()]) });
    third.until("some calls", |client| client.sent > 5);
    let before = first.sent;
    first.until("more", |client| client.sent > before + 5);
    third.stop();
    first.stop();
}

#[test]
fn an_idle_agent_takes_no_time_and_little_memory() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::calm();
    traced(&place, trace(&[target.id()])).stop();
    thread::sleep(SECOND);
    let before = (agent.0.ticks(), agent.0.sleeps());
    thread::sleep(5 * SECOND);
    assert_eq!((agent.0.ticks(), agent.0.sleeps()), before, "it did something");
    println!("an idle agent: {} of memory", field(agent.0.id(), "VmRSS").expect("it lives"));
}

#[test]
fn a_client_that_is_slow_loses_nothing_where_the_target_waits_for_it() {
    let place = Place::new();
    let _agent = place.agent();
    let target = Process::busy();
    let wanted = Trace { overload: Overload::Block(20_000), strings: 512, ..trace(&[target.id()]) };
    let mut client = Client::reluctant(place.relay());
    client.ask(Request::Trace(wanted));
    // Nothing is read, so that all buffers fill up.
    for _ in 0..16 {
        client.beat();
        thread::sleep(SECOND / 2);
    }
    client.read();
    let end = client.stop();
    assert_eq!((end.lost, client.lost, end.events), (0, 0, client.sent), "{} events", client.sent);
    println!("{} events", client.sent);
}

#[test]
fn a_flooding_target_is_found_to_be_slowed_down_and_let_go_where_that_is_too_much() {
    let place = Place::new();
    let _agent = place.agent();
    let target = Process::busy();
    let mut client = traced(&place, trace(&[target.id()]));
    let percent = |client: &Client| client.pulse.and_then(|pulse| pulse.speed)?.percent();
    client.until("a pulse", |client| percent(client).is_some());
    let pulse = client.pulse.expect("waited for");
    println!("at {:?} percent: {pulse:?}", percent(&client));
    assert!(percent(&client).is_some_and(|percent| percent < 50), "{pulse:?}");
    assert!(pulse.threads == 1 && pulse.events > 0, "{pulse:?}");
    client.stop();
    assert!(
        client.notices.iter().any(|notice| notice.contains("% of its speed or less")),
        "{:?}",
        client.notices
    );
    // What it reads and writes says so before anything is attached to.
    let mut capped = Client::new(place.relay());
    capped.ask(Request::Trace(Trace { max_slowdown: Some(10), ..trace(&[target.id()]) }));
    let end = capped.finish().expect("an end");
    assert!(matches!(end.reason, Reason::TooSlow { percent, predicted: true } if percent < 60), "{end:?}");
    assert!(capped.ready.is_none());
    target.free_within(SECOND);
}

#[test]
fn a_target_that_sleeps_is_not_found_to_be_slowed_down() {
    let place = Place::new();
    let _agent = place.agent();
    // Few calls: on a busy machine, a stop can take half a millisecond.
    let target = Process::drowsy();
    let wanted = Trace { max_slowdown: Some(50), ..trace(&[target.id()]) };
    let mut client = traced(&place, wanted);
    client.until("a pulse", |client| client.pulse.is_some_and(|pulse| pulse.speed.is_some()));
    let speed = client.pulse.and_then(|pulse| pulse.speed).expect("waited for");
    assert!(speed.percent().is_none_or(|percent| percent > 70), "{speed:?}");
    client.stop();
}

/// What a plugin of another version wants may be laid out in any way behind its version.
#[test]
fn a_plugin_of_another_version_is_told_both_and_nothing_is_attached() {
    let place = Place::new();
    let _agent = place.agent();
    let target = Process::calm();
    let readable = Request::Trace(Trace { version: VERSION - 1, ..trace(&[target.id()]) });
    let unreadable = (0_u32, VERSION + 1, u128::MAX);
    let frames = [
        (VERSION - 1, Encoder::new().frame(&[readable]).expect("small")),
        (VERSION + 1, Encoder::new().frame(&[unreadable]).expect("small")),
    ];
    for (version, frame) in frames {
        let mut client = Client::new(place.relay());
        client.write(&frame);
        let why = client.failure();
        let both =
            format!("the plugin speaks version {version} of the protocol, this tracer version {VERSION}");
        assert!(why.starts_with(&both) && why.contains("--image"), "{why}");
        assert_eq!(client.version, VERSION);
        assert_eq!(target.tracer(), 0);
    }
    // What `status` and `detach` ask is the same in every version.
    assert!(asked(&place, Request::Status).status.take().expect("waited for").sessions.is_empty());
}

//! The way of an engine into the target's container, as far as that works without containers.

use super::{SECOND, client::Client, client::trace, place::Place, place::Process, place::field};
use std::{fs, io::Write, os::unix::fs::FileTypeExt, thread, time::Duration};
use wire::message::{Place as Wanted, Placement, Reason, Request, Trace};

/// An id that no cgroup on this machine has.
const CONTAINER: &str = "00000000000000000000000000000000000000000000000000000000deadbeef";

fn asked(place: &Place, target: &Process, lease: u32) -> (Client, u32) {
    let mut client = Client::new(place.relay());
    let wanted = Wanted::Target(CONTAINER.into());
    client.ask(Request::Trace(Trace { place: wanted, lease, ..trace(&[target.id()]) }));
    client.until("the door", |client| client.placement.is_some());
    let Some(Placement::Door { process, whole: false }) = client.placement else {
        panic!("{:?}", client.placement)
    };
    (client, u32::try_from(process).expect("an id"))
}

#[test]
fn the_door_has_no_capability_and_is_open_to_its_own_user() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::calm();
    let (_client, door) = asked(&place, &target, 5000);
    assert_eq!(agent.engine(), door);
    // It gives up its rights as soon as it runs, which may be a moment after we were told.
    let mut tries = 0;
    while field(door, "CapPrm").expect("it lives") != "0000000000000000" {
        assert!(tries < 100, "{:?}", field(door, "CapPrm"));
        tries += 1;
        thread::sleep(Duration::from_millis(10));
    }
    for fd in 0..3 {
        let pipe = fs::metadata(format!("/proc/{door}/fd/{fd}")).expect("it is dumpable");
        assert!(pipe.file_type().is_fifo());
    }
    assert_eq!(target.tracer(), 0);
}

#[test]
fn a_client_that_cannot_use_the_door_is_served_by_the_agent() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::calm();
    let (mut client, door) = asked(&place, &target, 5000);
    client.ask(Request::NoDoor);
    // The engine's frame numbers continue the agent's; otherwise the client's decoder would complain.
    client.until("ready", |client| client.ready.is_some());
    assert!(field(door, "State").is_none_or(|state| state.starts_with('Z')), "the door is still there");
    assert_ne!(agent.engine(), door);
    client.until("some calls", |client| client.sent > 5);
    let end = client.stop();
    assert_eq!((end.events, end.lost, end.reason), (client.sent, 0, Reason::Stopped));
    target.free_within(SECOND);
}

#[test]
fn an_open_door_is_closed_when_the_client_wants_the_end_or_is_lost() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::calm();
    let (mut client, _) = asked(&place, &target, 5000);
    assert_eq!(client.stop().reason, Reason::Stopped);
    agent.without_engine_within(2 * SECOND);
    let (mut client, _) = asked(&place, &target, 300);
    client.until("the end", |client| client.end.is_some());
    agent.without_engine_within(3 * SECOND);
}

#[test]
fn who_is_not_of_the_container_does_not_come_through() {
    let place = Place::new();
    let agent = place.agent();
    let target = Process::calm();
    let (mut client, door) = asked(&place, &target, 5000);
    // As if a process had come, but in another cgroup: the agent could one day kill it.
    let mut words = *b"kstrace2....";
    words[8..].copy_from_slice(&target.id().to_le_bytes());
    let mut pipe =
        fs::OpenOptions::new().write(true).open(format!("/proc/{door}/fd/2")).expect("it is dumpable");
    pipe.write_all(&words).expect("the agent has the other end");
    drop(pipe);
    let why = client.failure();
    assert!(why.contains("something else than the tracer"), "{why}");
    agent.without_engine_within(SECOND);
    assert!(
        field(target.id(), "State").is_some_and(|state| !state.starts_with('Z')),
        "the target was killed"
    );
}

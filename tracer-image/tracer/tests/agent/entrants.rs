//! Processes that enter the target's container and are nobody's children there, as `kubectl exec` makes them.

use super::{
    SECOND,
    cgroup::Group,
    client::trace,
    place::{Place, Process},
    traced,
};
use std::time::{Duration, Instant};
use wire::{
    event::{Birth, What},
    message::{Programs, Reason, Target, Trace},
};

#[test]
fn who_enters_the_container_is_traced_too() {
    let (target, second) = (Process::calm(), Process::calm());
    // Its name ends in the number, as a container's does in the id.
    let group = match Group::new("freezer", target.id()) {
        Ok(group) => group,
        Err(error) => return println!("skipped: no group of our own: {error}"),
    };
    group.enter(target.id()).expect("our child");
    let place = Place::new();
    let _agent = place.agent();
    let container = Target::Container { id: target.id().to_string(), programs: Programs::default() };
    let wanted = Trace { target: container, entrants: true, ..trace(&[]) };
    let mut client = traced(&place, wanted);
    assert_eq!((target.tracer() != 0, second.tracer()), (true, 0));
    group.enter(second.id()).expect("our child");
    let begin = Instant::now();
    while second.tracer() == 0 {
        assert!(begin.elapsed() < 5 * SECOND, "it is not found");
        client.beat();
        std::thread::sleep(Duration::from_millis(50));
    }
    let process = second.id() as i32;
    client.until("its birth", |client| {
        client.seen.iter().any(
            |event| matches!(event.what, What::Attached { process: of, how: Birth::Seized } if of == process),
        )
    });
    let end = client.stop();
    assert_eq!((end.events, end.lost, end.reason), (client.sent, 0, Reason::Stopped));
    target.free_within(SECOND);
    second.free_within(SECOND);
}

//! The time from Enter to the first event.

use super::{node::Namespace, pods, process::Running};
use std::time::Duration;

const ROUNDS: usize = 10;
/// The printed time is what matters, on an idle machine; this limit is only what nobody would wait for.
const MOST: Duration = Duration::from_secs(20);

/// The time from the start of the program to the first call on its stdout.
fn first_event(space: &Namespace, pod: &str) -> Duration {
    let mut trace = Running::start(space.plugin(&[pod, "-e", "trace=clock_nanosleep", "--max-events", "1"]));
    let (at, _) = trace.expect(MOST, &["clock_nanosleep("]);
    let lasted = at - trace.started;
    assert!(trace.wait(MOST).success(), "{}", trace.err());
    lasted
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[test]
fn the_first_event_comes_soon() {
    let space = Namespace::alone("start");
    let names: Vec<String> = (0..ROUNDS).map(|number| format!("counter-{number}")).collect();
    for name in &names {
        space.apply(&pods::probe(name, &["/counter"], ""));
    }
    names.iter().for_each(|name| space.ready(name));
    let added: Vec<_> = names.iter().map(|name| first_event(&space, name)).collect();
    let running: Vec<_> = names.iter().map(|name| first_event(&space, name)).collect();
    println!("from Enter to the first event, agent to be added: {added:?}");
    println!("from Enter to the first event, agent runs already: {running:?}");
    let (added, running) = (median(added), median(running));
    println!("median of {ROUNDS}: {added:?} with an agent to be added, {running:?} with one that runs");
    assert!(running < added, "an agent that runs already saves nothing");
}

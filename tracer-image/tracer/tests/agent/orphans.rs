//! The agent as the PID 1 of its container, with containers inside of containers: whoever loses its parent becomes a child
//! of the agent, and the PID 1 of a nested container does not die before all of its processes are reaped.

use super::{
    SECOND,
    client::Client,
    client::trace,
    place::{Place, Process, field, is_root},
};
use std::{
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};
use wire::message::{Reason, Request};

/// A command in the PID namespace of a process.
fn inside(of: u32, command: Command) -> Command {
    let mut entered = Command::new("nsenter");
    entered.args(["-t", &of.to_string(), "-p", "-m", "--"]).arg(command.get_program());
    entered.args(command.get_args());
    entered
}

/// The children of a process's first thread.
fn children(of: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{of}/task/{of}/children")).unwrap_or_default();
    children.split_whitespace().map(|child| child.parse().expect("a number")).collect()
}

/// Processes of a container inside of the container, whose parent, outside of it, ends without having waited for them. The first sleep
/// is the inner PID 1.
const NESTED: &str =
    "sleep 0.5; unshare --pid sh -c 'sleep 0.6 & sleep 0.1 & sleep 0.1 & sleep 0.3'; sleep 1";

#[test]
fn no_harm_to_containers_inside_of_the_agents_container() {
    if !is_root() {
        return;
    }
    let mut own = Place::new();
    own.prefix = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"].map(str::to_owned).into();
    let agent = own.agent();
    let init = children(agent.0.id())[0];
    let mut command = Command::new("sh");
    command.args(["-c", NESTED]);
    let mut target = Process::start(inside(init, command));
    let begin = Instant::now();
    while children(target.id()).is_empty() {
        assert!(begin.elapsed() < 5 * SECOND);
        thread::sleep(Duration::from_millis(5));
    }
    // By its number in the agent's namespace.
    let shell = children(target.id())[0];
    let ids = field(shell, "NSpid").expect("it lives");
    let number = ids.split_whitespace().next_back().expect("numbers").parse().expect("a number");
    own.prefix.clear();
    let mut client = Client::new(inside(init, own.relay()));
    client.ask(Request::Trace(trace(&[number])));
    let end = client.finish().expect("an end");
    assert_eq!(end.reason, Reason::TraceesGone);
    assert_eq!(target.exit(10 * SECOND), Some(0));
    let begin = Instant::now();
    // Neither a zombie nor a nested PID 1 that waits for one is left.
    while !agent_children(init).is_empty() {
        assert!(begin.elapsed() < 10 * SECOND, "{:?}", agent_children(init));
        thread::sleep(Duration::from_millis(50));
    }
}

/// The children of the agent, with their states, apart from its engines.
fn agent_children(init: u32) -> Vec<(String, String)> {
    let each = children(init).into_iter();
    let each = each.filter_map(|child| Some((field(child, "Name")?, field(child, "State")?)));
    each.filter(|(name, _)| name != "tracer").collect()
}

//! What is done now, as text: a line for each group of threads, and below them who waits for whom.

use super::{
    activity::Activity,
    chain::{self, Chain, End},
    groups::{self, Group},
};
use crate::look::{self, Facts, Told, lasted, since};
use std::fmt::Write;
use wire::look::{Object, Process, Thread, WaitsFor};

/// All of it. `each`: a line for each thread.
pub fn of(told: &[Told], each: bool) -> String {
    look::containers(told, |facts| of_container(facts, each))
}

fn of_container(facts: &Facts, each: bool) -> String {
    let groups = groups::of(facts, each);
    let chains = chain::of(facts);
    let stuck =
        |group: &Group<'_>| chains.iter().any(|chain| chain.is_about(facts, group.threads[0].process));
    let mut rows: Vec<[String; 4]> = Vec::new();
    for group in &groups {
        let count = group.threads.len();
        rows.push([
            if count == 1 { "1 thread".into() } else { format!("{count} threads") },
            state(group, stuck(group)),
            does(facts, group, stuck(group)),
            groups::names(&group.threads),
        ]);
    }
    // The call is the longest: only what stands before it is aligned.
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1)];
    let mut text = String::new();
    for [count, state, does, names] in &rows {
        let line = format!("{count:>0$}  {state:<1$}  {does}  {names}", widths[0], widths[1]);
        let _ = writeln!(text, "{}", line.trim_end());
    }
    if !chains.is_empty() {
        text.push('\n');
    }
    for chain in &chains {
        let _ = writeln!(text, "{}", sentence(chain));
    }
    for line in zombies(facts).into_iter().chain(parked(facts, &chains)) {
        let _ = writeln!(text, "{line}");
    }
    text + &look::not_looked_at(facts)
}

/// `stuck`: a thread of the same process is.
fn state(group: &Group<'_>, stuck: bool) -> String {
    let first = group.threads[0];
    let word = match group.activity {
        Activity::Parked if !stuck => "idle",
        activity => activity.word(),
    };
    if group.activity == Activity::Runs {
        let used: u64 = group.threads.iter().map(|thread| thread.used).sum();
        let delayed: u64 = group.threads.iter().map(|thread| thread.delayed).sum();
        // Of the time between the two looks.
        let percent = |time: u64| time / 3_000_000;
        return match percent(delayed) {
            delayed if delayed >= 10 => {
                format!("{word} {} % of a CPU, waits for one {delayed} %", percent(used))
            }
            _ => format!("{word} {} % of a CPU", percent(used)),
        };
    }
    match (since(first.since), group.threads.len()) {
        (text, _) if text.is_empty() => word.to_owned(),
        (text, 1) => format!("{word} {text}"),
        (text, _) if text.starts_with('>') => format!("{word} {text}"),
        (text, _) => format!("{word} up to {text}"),
    }
}

fn does(facts: &Facts, group: &Group<'_>, stuck: bool) -> String {
    let mut text = group.does.clone();
    if let Some(name) = other_end(facts, group.threads[0]) {
        let _ = write!(text, " {name}");
    }
    if group.various {
        text.push_str(" and others alike");
    }
    if group.activity == Activity::Parked {
        text.push_str(if stuck { " (for what, is not known)" } else { " (for work, as far as can be seen)" });
    }
    if let Activity::Idle(kind) = group.activity {
        let _ = write!(text, " ({kind})");
    }
    text
}

/// What the other end of the connection that a thread waits for is in the cluster.
fn other_end<'a>(facts: &'a Facts, thread: &Thread) -> Option<&'a str> {
    let Some(WaitsFor::Descriptor { fd, one_of: false, .. }) = thread.waits.first() else { return None };
    match &facts.descriptor(thread.process, *fd)?.object {
        Object::Inet(inet) => facts.addresses.name(&inet.remote),
        _ => None,
    }
}

fn sentence(chain: &Chain) -> String {
    let mut text = match chain.end {
        End::Deadlock => "DEADLOCK: ".to_owned(),
        End::Nobody => "NEVER ENDS: ".to_owned(),
        _ => String::new(),
    };
    text.push_str(&chain.hops.join("; "));
    if chain.threads > 1 && chain.hops.len() > 1 {
        let _ = write!(text, " ({} more threads wait for the same)", chain.threads - 1);
    }
    if chain.circle && chain.end == End::Somebody {
        text.push_str(": a circle, which only another thread of these processes could open");
    }
    text.push('.');
    text
}

/// Zombies, by who has not waited for them.
fn zombies(facts: &Facts) -> Vec<String> {
    let mut by_parent: std::collections::BTreeMap<i32, Vec<&Process>> = std::collections::BTreeMap::new();
    for process in facts.processes.values().filter(|process| process.state == 'Z') {
        by_parent.entry(process.parent).or_default().push(process);
    }
    by_parent
        .into_iter()
        .map(|(parent, zombies)| {
            let oldest = zombies.iter().map(|zombie| zombie.age).max().unwrap_or(0);
            let children = if zombies.len() == 1 { "1 child that has" } else { "children that have" };
            let number = if zombies.len() == 1 { String::new() } else { format!("{} ", zombies.len()) };
            format!(
                "{} has not waited for {number}{children} ended (the oldest was started {} ago).",
                super::who::process(facts, parent),
                lasted(oldest)
            )
        })
        .collect()
}

/// Threads that wait at an address in a process of which another thread is stuck: they may wait for that one.
fn parked(facts: &Facts, chains: &[Chain]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut processes: Vec<&Process> = facts.processes.values().collect();
    processes.sort_by_key(|process| process.pid);
    for process in processes {
        let of = facts.threads.iter().filter(|thread| thread.process == process.pid);
        let parked = of.clone().filter(|thread| Activity::of(facts, thread) == Activity::Parked).count();
        let stuck = of.clone().find(|thread| {
            matches!(Activity::of(facts, thread), Activity::Blocked | Activity::Fault)
                && thread.still
                && chains.iter().any(|chain| chain.tids.contains(&thread.tid))
        });
        if let Some(stuck) = stuck.filter(|_| parked > 0) {
            lines.push(format!(
                "{parked} more {} of {} in futex: the owner of what they wait for is not known, but it may be {}.",
                if parked == 1 { "thread is" } else { "threads are" },
                super::who::process(facts, process.pid),
                super::who::thread(facts, stuck)
            ));
        }
    }
    lines
}

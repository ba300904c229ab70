//! Threads that do the same, together.

use super::activity::Activity;
use crate::look::{Facts, words};
use std::collections::BTreeMap;
use wire::look::{Doing, Since, Thread, WaitsFor};

/// More groups than this of one process in the same call are one.
const MANY: usize = 6;

/// Threads of one process that do the same.
#[derive(Debug)]
pub struct Group<'a> {
    /// What kind of thing they do.
    pub activity: Activity,
    /// They, the one that has done it for longest first.
    pub threads: Vec<&'a Thread>,
    /// What they do: a call, in strace's notation.
    pub does: String,
    /// Whether others of the group do it with other arguments.
    pub various: bool,
}

/// All threads of a target, those that are stuck first. `each`: every thread is a group.
pub fn of(facts: &Facts, each: bool) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<(Activity, i32, String, i32), Vec<&Thread>> = BTreeMap::new();
    for thread in &facts.threads {
        let activity = Activity::of(facts, thread);
        let key = (activity, thread.process, key(facts, thread), if each { thread.tid } else { 0 });
        groups.entry(key).or_default().push(thread);
    }
    let mut found: Vec<Group<'_>> = groups
        .into_iter()
        .map(|((activity, ..), threads)| Group { activity, does: String::new(), threads, various: false })
        .collect();
    if !each {
        found = fold(facts, found);
    }
    for group in &mut found {
        group.threads.sort_by_key(|thread| (std::cmp::Reverse(longest(thread.since)), thread.tid));
        group.does = does(facts, group.threads[0]);
    }
    found.sort_by_key(|group| {
        let first = group.threads[0];
        (group.activity, std::cmp::Reverse(longest(first.since)), first.process, first.tid)
    });
    found
}

/// How long, as far as it is known, in nanoseconds.
pub fn longest(since: Since) -> u64 {
    match since {
        Since::Ran(time) | Since::AtLeast(time) => time,
        Since::Unknown => 0,
    }
}

/// What is the same for threads that do the same. An address that is only waited at does not matter: each thread of a pool
/// may have its own.
fn key(facts: &Facts, thread: &Thread) -> String {
    match (&thread.doing, thread.waits.as_slice()) {
        (Doing::Call { call, .. }, [WaitsFor::Futex { .. }]) => facts.name(*call).to_owned(),
        _ => does(facts, thread),
    }
}

fn does(facts: &Facts, thread: &Thread) -> String {
    match &thread.doing {
        Doing::Call { call, args } => facts.call(*call, args),
        Doing::Fault if !thread.wchan.is_empty() => format!("outside of any call ({})", thread.wchan),
        Doing::Fault => "outside of any call".into(),
        Doing::Blocked if !thread.wchan.is_empty() => format!("in {}", thread.wchan),
        _ => String::new(),
    }
}

/// Many groups of one process in the same call become one.
fn fold<'a>(facts: &Facts, found: Vec<Group<'a>>) -> Vec<Group<'a>> {
    let call = |group: &Group<'_>| {
        let first = group.threads[0];
        let name = if let Doing::Call { call, .. } = first.doing {
            facts.name(call).to_owned()
        } else {
            String::new()
        };
        (group.activity, first.process, name)
    };
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for group in &found {
        *counts.entry(call(group)).or_default() += 1;
    }
    let mut folded: Vec<Group<'a>> = Vec::new();
    for group in found {
        let key = call(&group);
        let many = counts.get(&key).is_some_and(|count| *count > MANY);
        match folded.iter_mut().find(|known| many && call(known) == key) {
            Some(known) => {
                known.threads.extend(group.threads);
                known.various = true;
            }
            None => folded.push(group),
        }
    }
    folded
}

/// The names and ids of threads: `worker-1,2,3`, at most a few.
pub fn names(threads: &[&Thread]) -> String {
    const MOST: usize = 4;
    let mut by_name: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    for thread in threads {
        by_name.entry(words(&thread.comm)).or_default().push(thread.tid);
    }
    let mut parts = Vec::new();
    for (name, mut tids) in by_name.into_iter().take(MOST) {
        tids.sort_unstable();
        let more = if tids.len() > MOST { format!(",... {} in all", tids.len()) } else { String::new() };
        let tids: Vec<String> = tids.iter().take(MOST).map(ToString::to_string).collect();
        parts.push(format!("{name} {}{more}", tids.join(",")));
    }
    parts.join("  ")
}

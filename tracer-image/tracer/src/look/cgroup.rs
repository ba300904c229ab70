//! Facts about the target's control group, as the target sees it: of version 2 (Documentation/admin-guide/cgroup-v2.rst), or
//! of version 1, in which each controller has a directory (cgroups(7)).

use super::answer::Answer;
use crate::root::Root;
use std::{collections::HashMap, time::Instant};
use wire::look::{Fact, Group, Look, Topic};

/// Files with one number, or two: version 2, version 1, and the name by which both are told.
const NUMBERS: [(&str, &str, &str); 8] = [
    ("pids.max", "pids/pids.max", "pids.max"),
    ("pids.current", "pids/pids.current", "pids.current"),
    ("memory.max", "memory/memory.limit_in_bytes", "memory.max"),
    ("memory.current", "memory/memory.usage_in_bytes", "memory.current"),
    ("memory.peak", "memory/memory.max_usage_in_bytes", "memory.peak"),
    ("memory.swap.max", "", "memory.swap.max"),
    ("", "cpu/cpu.cfs_quota_us", "cpu.quota_us"),
    ("", "cpu/cpu.cfs_period_us", "cpu.period_us"),
];

/// Files with a number behind each key.
const TABLES: [(&str, &str, &str, &[&str]); 5] = [
    ("pids.events", "pids/pids.events", "pids.events", &["max"]),
    ("memory.events", "", "memory.events", &["max", "oom", "oom_kill"]),
    ("", "memory/memory.oom_control", "memory.events", &["oom_kill"]),
    (
        "cpu.stat",
        "cpu/cpu.stat",
        "cpu.stat",
        &["usage_usec", "nr_periods", "nr_throttled", "throttled_usec", "throttled_time"],
    ),
    (
        "memory.stat",
        "memory/memory.stat",
        "memory.stat",
        &["anon", "file", "inactive_file", "total_rss", "total_cache"],
    ),
];

/// The numbers at the beginning of a look, and when that was.
pub struct Before {
    found: HashMap<String, Option<u64>>,
    begun: Instant,
}

impl Before {
    /// Reads them, if somebody wants to know how they grow.
    pub fn take(look: &Look, members: &[i32]) -> Before {
        let wanted = look.topics.contains(&Topic::Cgroup) && look.pause > 0;
        let found = wanted.then(|| Root::of(members)).flatten().map(|root| all(|path| root.text(path)));
        Before { found: found.unwrap_or_default().into_iter().collect(), begun: Instant::now() }
    }
}

/// Tells the numbers, and how much they have grown.
pub fn tell(look: &Look, members: &[i32], before: &Before, answer: &mut Answer) {
    let Some(root) = Root::of(members) else {
        return answer.refused(wire::look::Refused {
            what: "the control group".into(),
            of: 0,
            why: "the root of none of the target's processes can be opened".into(),
            rights: true,
        });
    };
    // If nobody else has waited, we do.
    let pause = std::time::Duration::from_millis(look.pause.into());
    if look.pause > 0 {
        std::thread::sleep(pause.saturating_sub(before.begun.elapsed()));
    }
    let found = all(|path| root.text(path));
    if found.is_empty() {
        answer.refused(wire::look::Refused {
            what: "the control group".into(),
            of: 0,
            why: "the target has no /sys/fs/cgroup".into(),
            rights: false,
        });
    }
    for (name, value) in found {
        let then = before.found.get(&name).copied().flatten();
        let grew = value.zip(then).map(|(now, then)| now.saturating_sub(then));
        answer.say(Fact::Group(Group { name, value, grew }));
    }
}

/// All numbers that there are. `None`: no limit.
fn all(text: impl Fn(&str) -> Option<String>) -> Vec<(String, Option<u64>)> {
    let mut found = Vec::new();
    let read = |first: &str, second: &str| {
        let of = |name: &str| (!name.is_empty()).then(|| text(&format!("sys/fs/cgroup/{name}"))).flatten();
        of(first).or_else(|| of(second))
    };
    for (two, one, name) in NUMBERS {
        if let Some(value) = read(two, one).and_then(|text| number(text.trim())) {
            found.push((name.to_owned(), value));
        }
    }
    if let Some(max) = read("cpu.max", "") {
        let mut words = max.split_whitespace();
        for name in ["cpu.quota_us", "cpu.period_us"] {
            if let Some(value) = words.next().and_then(number) {
                found.push((name.to_owned(), value));
            }
        }
    }
    for (two, one, name, keys) in TABLES {
        let Some(table) = read(two, one) else { continue };
        for line in table.lines() {
            if let Some((key, value)) = line.split_once(' ')
                && keys.contains(&key)
                && let Some(value) = number(value.trim())
            {
                // Version 1 counts nanoseconds.
                let (key, value) = match key {
                    "throttled_time" => ("throttled_usec", value.map(|value| value / 1000)),
                    key => (key, value),
                };
                found.push((format!("{name} {key}"), value));
            }
        }
    }
    found
}

/// `max`, -1, and numbers larger than any machine (version 1, `PAGE_COUNTER_MAX`) are no limit.
fn number(text: &str) -> Option<Option<u64>> {
    match text {
        "max" | "-1" => Some(None),
        text => {
            let number: u64 = text.parse().ok()?;
            Some((number < 1 << 62).then_some(number))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> HashMap<String, Option<u64>> {
        let text = |path: &str| {
            let name = path.strip_prefix("sys/fs/cgroup/").expect("below the mount");
            files.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
        };
        all(text).into_iter().collect()
    }

    #[test]
    fn both_versions_are_told_by_the_same_names() {
        let two = found(&[
            ("pids.max", "512\n"),
            ("pids.current", "511\n"),
            ("memory.max", "max\n"),
            ("cpu.max", "10000 100000\n"),
            ("cpu.stat", "usage_usec 5\nnr_periods 9\nnr_throttled 3\nthrottled_usec 270000\n"),
            ("pids.events", "max 4\n"),
        ]);
        let one = found(&[
            ("pids/pids.max", "512\n"),
            ("pids/pids.current", "511\n"),
            ("memory/memory.limit_in_bytes", "9223372036854771712\n"),
            ("cpu/cpu.cfs_quota_us", "10000\n"),
            ("cpu/cpu.cfs_period_us", "100000\n"),
            ("cpu/cpu.stat", "nr_periods 9\nnr_throttled 3\nthrottled_time 270000000\n"),
            ("pids/pids.events", "max 4\n"),
        ]);
        for found in [&one, &two] {
            assert_eq!(found["pids.max"], Some(512));
            assert_eq!(found["memory.max"], None, "no limit");
            assert_eq!((found["cpu.quota_us"], found["cpu.period_us"]), (Some(10_000), Some(100_000)));
            assert_eq!(found["cpu.stat throttled_usec"], Some(270_000));
            assert_eq!(found["pids.events max"], Some(4));
        }
        assert_eq!(found(&[("cpu.max", "max 100000\n")])["cpu.quota_us"], None);
        assert!(found(&[]).is_empty());
    }
}

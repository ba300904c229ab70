//! How much of a container's memory limit is left, and when that is too little for us to stay.
//!
//! Our memory counts against the pod's limit, whichever of its containers we are in. The kernel's OOM killer takes us first
//! (`oom_score_adj` 1000). But if the pod's own score is close to that (a Burstable pod with a small request has up to 999:
//! `GetContainerOOMScoreAdjust` in kubelet's qos/policy.go), it takes the largest process, which is the target. So we leave
//! before that. A target that grows faster than we look would have been killed without us, too.

use crate::root::Root;
use std::time::{Duration, Instant};

/// How often a tracing process looks: when much is left, and when little is left.
pub const TRACING: [Duration; 2] = [Duration::from_millis(500), Duration::from_millis(50)];
/// The same for a waiting process.
pub const WAITING: [Duration; 2] = [Duration::from_secs(2), Duration::from_millis(250)];
/// The same without a limit, because a running container may be given one.
const NO_LIMIT: Duration = Duration::from_secs(600);
/// If this much is left, we look seldom; in bytes.
const MUCH: u64 = 64 << 20;

/// How much of a container's memory limit is left, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headroom {
    /// The limit.
    pub limit: u64,
    /// What is left of it if the kernel reclaims file pages.
    pub left: u64,
}

impl Headroom {
    /// For the container of a process, as that process sees it; `None` if there is no limit, or it is not visible.
    pub fn of(process: i32) -> Option<Headroom> {
        let root = Root::of(&[process])?;
        Headroom::seen(|path| root.text(path))
    }

    /// For our own container.
    pub fn ours() -> Option<Headroom> {
        Headroom::of(std::process::id() as i32)
    }

    fn seen(text: impl Fn(&str) -> Option<String>) -> Option<Headroom> {
        let files = [
            ["memory.max", "memory.current", "memory.stat"],
            ["memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat"],
        ];
        let [limit, used, stat] = files.into_iter().find_map(|names| {
            let [limit, used, stat] = names.map(|name| text(&format!("sys/fs/cgroup/{name}")));
            Some([limit?, used?, stat?])
        })?;
        let (limit, used) = (limit.trim().parse::<u64>().ok()?, used.trim().parse::<u64>().ok()?);
        // In version 1, no limit is a number larger than any machine (`PAGE_COUNTER_MAX`).
        (limit < 1 << 62).then(|| Headroom {
            limit,
            left: limit.saturating_sub(used).saturating_add(cached(&stat)).min(limit),
        })
    }

    /// Whether it is too little for us to stay.
    pub fn is_short(&self) -> bool {
        self.left < wire::headroom::wanted(self.limit)
    }
}

/// The size of the file pages of a container, in bytes. Version 1 counts child cgroups separately (`total_`).
fn cached(stat: &str) -> u64 {
    let field = |name: &str| {
        stat.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse::<u64>().ok())
    };
    ["inactive_file", "active_file"]
        .into_iter()
        .map(|name| field(&format!("total_{name}")).or_else(|| field(name)).unwrap_or(0))
        .sum()
}

/// Looks from time to time.
#[derive(Debug)]
pub struct Watch {
    next: Instant,
    pauses: [Duration; 2],
}

impl Watch {
    /// Looks at once, and then at these intervals.
    pub fn new(pauses: [Duration; 2]) -> Watch {
        Watch { next: Instant::now(), pauses }
    }

    /// When it looks next.
    pub fn next(&self) -> Instant {
        self.next
    }

    /// Whether it is time to look.
    pub fn is_due(&self) -> bool {
        Instant::now() >= self.next
    }

    /// Looks at the container of this process, if any. Returns what is left if that is too little.
    pub fn look(&mut self, process: Option<i32>) -> Option<Headroom> {
        let found = process.map(Headroom::of);
        let pause = match found {
            Some(None) => NO_LIMIT,
            Some(Some(found)) if found.left < MUCH => self.pauses[1],
            _ => self.pauses[0],
        };
        self.next = Instant::now() + pause;
        found.flatten().filter(Headroom::is_short)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(files: &[(&str, &str)]) -> Option<Headroom> {
        let find = |path: &str| {
            let name = path.strip_prefix("sys/fs/cgroup/")?;
            files.iter().find(|(file, _)| *file == name).map(|(_, text)| (*text).to_owned())
        };
        Headroom::seen(find)
    }

    #[test]
    fn a_limit_is_seen_in_both_versions_and_files_in_memory_do_not_count() {
        let stat = "anon 5\nfile 900\ninactive_file 1000\nactive_file 500\n";
        let v2 = [("memory.max", "10000\n"), ("memory.current", "9000\n"), ("memory.stat", stat)];
        assert_eq!(seen(&v2), Some(Headroom { limit: 10_000, left: 2500 }));
        let stat = "inactive_file 1\nactive_file 2\ntotal_inactive_file 1000\ntotal_active_file 0\n";
        let v1 = [
            ("memory/memory.limit_in_bytes", "10000\n"),
            ("memory/memory.usage_in_bytes", "9000\n"),
            ("memory/memory.stat", stat),
        ];
        assert_eq!(seen(&v1), Some(Headroom { limit: 10_000, left: 2000 }));
    }

    #[test]
    fn no_limit_is_none() {
        let files = |limit| [("memory.max", limit), ("memory.current", "9000\n"), ("memory.stat", "")];
        assert_eq!(seen(&files("max\n")), None);
        assert_eq!(seen(&files("9223372036854771712\n")), None);
        assert_eq!(seen(&files("-1\n")), None);
        assert_eq!(seen(&[]), None);
    }

    #[test]
    fn what_is_too_little_depends_on_the_limit() {
        let is_short = |limit: u64, left: u64| Headroom { limit: limit << 20, left: left << 20 }.is_short();
        assert!(is_short(512, 15) && !is_short(512, 16));
        assert!(is_short(32, 3) && !is_short(32, 4));
    }

    #[test]
    fn a_fifo_in_the_place_of_a_limit_holds_nobody_up() {
        let dir = std::env::temp_dir().join(format!("kstrace-headroom-{}", std::process::id()));
        std::fs::create_dir(&dir).unwrap();
        nix::unistd::mkfifo(&dir.join("fifo"), nix::sys::stat::Mode::S_IRUSR).unwrap();
        let root = Root::of(&[std::process::id() as i32]).unwrap();
        let path = dir.join("fifo");
        let read = root.text(path.strip_prefix("/").unwrap().to_str().unwrap());
        std::fs::remove_dir_all(&dir).unwrap();
        assert_eq!(read.unwrap_or_default(), "");
    }
}

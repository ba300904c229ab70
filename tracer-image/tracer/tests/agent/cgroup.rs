//! Control groups that a fault makes for a while: the freezer, and a limit of memory.

use crate::{
    place::{field, is_alive},
    worker,
};
use std::{
    fs, io,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

/// Least that a group may hold.
const LEAST: u64 = 64 << 20;

/// A group of one hierarchy, which goes when it is dropped. Its processes go back where they came from.
struct Group {
    path: PathBuf,
    /// `cgroup.procs` of where its first process came from.
    before: PathBuf,
    /// Whether it is in the only hierarchy of version 2.
    second: bool,
}

impl Group {
    /// A group beside that of a process. Version 1 has a hierarchy for each controller; in version 2 there is one
    /// (cgroups(7)).
    fn new(controller: &str, process: u32) -> io::Result<Group> {
        let own = fs::read_to_string(format!("/proc/{process}/cgroup"))?;
        let named = format!(":{controller}:");
        let first = own.lines().find_map(|line| line.split_once(&named));
        let (root, path, second) = match (first, own.lines().find_map(|line| line.strip_prefix("0::"))) {
            (Some((_, path)), _) => (format!("/sys/fs/cgroup/{controller}"), path, false),
            (None, Some(path)) => ("/sys/fs/cgroup".to_string(), path, true),
            _ => return Err(io::Error::other("no control groups")),
        };
        let group = Group {
            path: format!("{root}/kubectl-strace-test-{process}").into(),
            before: format!("{root}{path}/cgroup.procs").into(),
            second,
        };
        fs::create_dir(&group.path)?;
        Ok(group)
    }

    /// Writes to the file of this version.
    fn write(&self, first: &str, second: &str, text: &str) -> io::Result<()> {
        fs::write(self.path.join(if self.second { second } else { first }), text)
    }

    fn enter(&self, process: u32) -> io::Result<()> {
        self.write("cgroup.procs", "cgroup.procs", &process.to_string())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let begin = Instant::now();
        // Children that were made meanwhile are there too, and may be gone before they are moved.
        while fs::remove_dir(&self.path).is_err() && begin.elapsed() < Duration::from_secs(30) {
            for process in fs::read_to_string(self.path.join("cgroup.procs")).unwrap_or_default().lines() {
                let _ = fs::write(&self.before, process);
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Has the freezer hold a process for so long, as a pause of its container does; says how long it was from the first to
/// the last. Where there is none that we may use, nothing is done, and said.
pub fn freeze(process: u32, long: Duration) -> Duration {
    let group = match Group::new("freezer", process) {
        Ok(group) => group,
        Err(error) => {
            println!("no freezer here: {error}");
            return Duration::ZERO;
        }
    };
    let begin = Instant::now();
    group.enter(process).expect("our child");
    let set =
        |first, second| group.write("freezer.state", "cgroup.freeze", [first, second][group.second as usize]);
    set("FROZEN", "1").expect("our group");
    thread::sleep(long);
    set("THAWED", "0").expect("our group");
    begin.elapsed()
}

/// Brings processes and a target into a group whose memory runs out, until one of the processes is gone. What they hold
/// already is counted where it was; so others that ask for memory fill it. Where we may not have such a group, nothing
/// is done, and said.
pub fn run_out_of_memory(processes: &[u32], target: u32) {
    let group = match Group::new("memory", target) {
        Ok(group) => group,
        Err(error) => return println!("no limit of memory here: {error}"),
    };
    let resident = |process| {
        let text = field(process, "VmRSS").unwrap_or_default();
        text.split(' ').next().and_then(|size| size.parse::<u64>().ok()).unwrap_or(0) << 10
    };
    // The score of who expects to go first is as if it had all that the limit allows (oom_badness() in the kernel's
    // mm/oom_kill.c): a target larger than its own limit could have been, would be a worse one.
    let limit = (2 * resident(target)).max(LEAST);
    if let Err(error) = group.write("memory.limit_in_bytes", "memory.max", &limit.to_string()) {
        return println!("no limit of memory here: {error}");
    }
    for process in processes.iter().chain([&target]) {
        // Whoever has left by itself needs not be killed.
        let _ = group.enter(*process);
    }
    let mut hog = worker::Hog::start();
    group.enter(hog.id()).expect("our child");
    hog.fill(limit, processes);
    let begin = Instant::now();
    while processes.iter().all(|process| is_alive(*process)) {
        assert!(begin.elapsed() < Duration::from_secs(20), "nobody was killed for memory");
        assert!(hog.lives(), "who fills the memory was killed first");
        thread::sleep(Duration::from_millis(1));
    }
    // What is full has served. The memory of one that is being killed is counted for a while yet, and the kernel would
    // look for another to kill.
    let unlimited = if group.second { "max" } else { "-1" };
    group.write("memory.limit_in_bytes", "memory.max", unlimited).expect("our group");
}

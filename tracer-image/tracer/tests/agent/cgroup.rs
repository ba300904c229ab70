//! Temporary cgroups for faults: the freezer, and a memory limit.

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

/// The smallest limit of a group.
const LEAST: u64 = 64 << 20;

/// A group in one hierarchy, removed when it is dropped. Its processes go back to their previous group.
pub struct Group {
    path: PathBuf,
    /// `cgroup.procs` of the group that its first process came from.
    before: PathBuf,
    /// Whether it is in the unified hierarchy of version 2.
    second: bool,
}

impl Group {
    /// A group beside that of a process. Version 1 has a hierarchy per controller; version 2 has only one
    /// (cgroups(7)).
    pub fn new(controller: &str, process: u32) -> io::Result<Group> {
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

    pub fn enter(&self, process: u32) -> io::Result<()> {
        self.write("cgroup.procs", "cgroup.procs", &process.to_string())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let begin = Instant::now();
        // Children that were created meanwhile are there too, and may end before they are moved.
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

/// Puts processes and a target into a group whose memory runs out, until one of the processes is gone. Memory that they
/// already have is charged to the old group, so other processes allocate memory to fill this one. If we may not create such
/// a group, this does nothing, and says so.
pub fn run_out_of_memory(processes: &[u32], target: u32) {
    let group = match Group::new("memory", target) {
        Ok(group) => group,
        Err(error) => return println!("no limit of memory here: {error}"),
    };
    let resident = |process| {
        let text = field(process, "VmRSS").unwrap_or_default();
        text.split(' ').next().and_then(|size| size.parse::<u64>().ok()).unwrap_or(0) << 10
    };
    // A process that expects to be killed first is scored as if it used the whole limit (oom_badness() in the kernel's
    // mm/oom_kill.c). A target that is larger than that, which its own limit would rule out, would have a higher score.
    let limit = (2 * resident(target)).max(LEAST);
    if let Err(error) = group.write("memory.limit_in_bytes", "memory.max", &limit.to_string()) {
        return println!("no limit of memory here: {error}");
    }
    for process in processes.iter().chain([&target]) {
        // A process that has left by itself need not be killed.
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
    // The full group has served its purpose. The memory of a process that is being killed is still charged for a while, and
    // the kernel would look for another one to kill.
    let unlimited = if group.second { "max" } else { "-1" };
    group.write("memory.limit_in_bytes", "memory.max", unlimited).expect("our group");
}

//! What `/proc` says about processes: which ones belong to a container, their threads, and who traces them.

use crate::{
    pidfd,
    roles::{COMMAND_FOR, ENGINE_FOR},
};
use std::{fs, io, os::unix::fs::MetadataExt, path::Path};

/// The ids of all processes in our PID namespace.
///
/// # Errors
/// `/proc` is not mounted or not readable.
pub fn processes() -> io::Result<Vec<i32>> {
    numbers("/proc")
}

/// The ids of a process's threads.
///
/// # Errors
/// The process is gone.
pub fn threads(process: i32) -> io::Result<Vec<i32>> {
    numbers(&format!("/proc/{process}/task"))
}

/// The CPU that a thread of ours or of a tracee runs on, or ran on last (proc_pid_stat(5), field 39).
pub fn cpu(thread: i32) -> Option<usize> {
    Some(stat(&format!("{thread}"), 39)? as usize)
}

/// The kernel's flags of a process (proc_pid_stat(5), field 9).
pub fn flags(process: i32) -> Option<u64> {
    stat(&format!("{process}"), 9)
}

/// When a process or thread was started, in clock ticks since boot (proc_pid_stat(5), field 22): what has its id later
/// was started later.
pub fn started(thread: i32) -> Option<u64> {
    // The process's own file has sums over all of its threads, which takes long where there are thousands.
    stat(&format!("{thread}/task/{thread}"), 22)
}

/// A field of a process or thread, by its number in proc_pid_stat(5), from the third on.
fn stat(of: &str, field: usize) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{of}/stat")).ok()?;
    // Behind the name, which may hold anything, comes the third.
    text.rsplit_once(')')?.1.split_ascii_whitespace().nth(field - 3)?.parse().ok()
}

/// Whether a thread is one of a process.
pub fn has_thread(process: i32, thread: i32) -> bool {
    Path::new(&format!("/proc/{process}/task/{thread}")).exists()
}

/// How long a thread of this process has waited for a CPU so far, in nanoseconds (Documentation/scheduler/sched-stats.rst).
pub fn waited(thread: i32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/self/task/{thread}/schedstat")).ok()?;
    text.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// The inode of one of a thread's namespaces, by the name of its link (namespaces(7)).
pub fn namespace(thread: i32, name: &str) -> Option<u64> {
    Some(fs::metadata(format!("/proc/{thread}/ns/{name}")).ok()?.ino())
}

/// How many threads of the whole machine run or wait for a CPU (proc_loadavg(5)).
pub fn runnable() -> Option<usize> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_ascii_whitespace().nth(3)?.split_once('/')?.0.parse().ok()
}

fn numbers(directory: &str) -> io::Result<Vec<i32>> {
    let entries = fs::read_dir(directory)?;
    Ok(entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect())
}

/// A container, and how to recognise its processes.
///
/// The path of the container's cgroup contains the id, however the runtime spells it. Namespaces do not help, because
/// pods may share them. Only from inside the container's own cgroup namespace is the id not visible: there, the
/// container's cgroup is the root, and those of others are behind `/..` (cgroup_namespaces(7)).
pub struct Container<'a> {
    id: &'a str,
    is_root: bool,
}

impl<'a> Container<'a> {
    /// A container that we are not in.
    pub fn from_outside(id: &'a str) -> Container<'a> {
        Container { id, is_root: false }
    }

    /// The container that we are in.
    pub fn from_inside(id: &'a str) -> Container<'a> {
        let ours = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        Container { id, is_root: !cgroup_names(&ours, id) }
    }

    /// Whether a process belongs to it.
    pub fn has(&self, process: i32) -> bool {
        fs::read_to_string(format!("/proc/{process}/cgroup")).is_ok_and(|text| self.has_cgroup(&text))
    }

    fn has_cgroup(&self, cgroup: &str) -> bool {
        let below_root = || !cgroup.is_empty() && cgroup_paths(cgroup).all(|path| !path.starts_with("/.."));
        cgroup_names(cgroup, self.id) || self.is_root && below_root()
    }

    /// Its processes, except ourselves and other engines: a tracer that stops itself never runs again, and neither do two
    /// tracers that stop each other.
    pub fn processes(&self) -> Vec<i32> {
        let ourselves = std::process::id() as i32;
        let all = processes().unwrap_or_default().into_iter();
        all.filter(|process| *process != ourselves && self.has(*process) && !is_engine(*process)).collect()
    }
}

/// Whether a process is an engine in a target's container, of our agent or of another one.
fn is_engine(process: i32) -> bool {
    let command = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let role = command.split(|byte| *byte == 0).nth(1);
    role.is_some_and(|role| [ENGINE_FOR, COMMAND_FOR].map(str::as_bytes).contains(&role))
        // The path of a program from another root is relative to that root, wherever we look from.
        && fs::read_link(format!("/proc/{process}/exe")).is_ok_and(|path| path.file_name() == Some("tracer".as_ref()))
}

/// The paths in a `/proc/PID/cgroup`.
fn cgroup_paths(cgroup: &str) -> impl Iterator<Item = &str> {
    cgroup.lines().filter_map(|line| line.splitn(3, ':').nth(2))
}

/// Whether a `/proc/PID/cgroup` names a container: bare (cgroupfs), as `cri-containerd-ID.scope`, `crio-ID.scope` or
/// `docker-ID.scope` (systemd), or, from inside a cgroup namespace, behind `/../`.
fn cgroup_names(cgroup: &str, container: &str) -> bool {
    let is_id = |part: &str| {
        let part = part.strip_suffix(".scope").unwrap_or(part);
        part.rsplit(['-', ':']).next() == Some(container)
    };
    !container.is_empty() && cgroup_paths(cgroup).any(|path| path.split('/').any(is_id))
}

/// The state of a process (proc_pid_stat(5)): `R` runs or waits for a CPU, `T` was stopped by a signal.
pub fn state(process: i32) -> Option<char> {
    state_in(format!("/proc/{process}").as_ref())
}

/// The states of a process's threads.
pub fn thread_states(process: i32) -> impl Iterator<Item = char> {
    let tasks = fs::read_dir(format!("/proc/{process}/task"));
    tasks.into_iter().flatten().flatten().filter_map(|task| state_in(&task.path()))
}

/// The state of a thread: `t` stands still for its tracer.
pub fn thread_state(process: i32, thread: i32) -> Option<char> {
    state_in(format!("/proc/{process}/task/{thread}").as_ref())
}

fn state_in(directory: &Path) -> Option<char> {
    let stat = fs::read_to_string(directory.join("stat")).ok()?;
    // The name in parentheses may contain anything (proc_pid_stat(5)); the state follows the last one.
    stat.rsplit_once(") ")?.1.chars().next()
}

/// The value of a field of `/proc/PID/status`.
pub fn status(process: i32, field: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    Some(line.trim().to_string())
}

/// The name of a process (proc_pid_comm(5)): at most 15 bytes, which a program may change.
pub fn comm(process: i32) -> Option<String> {
    comm_bytes(process).map(|name| String::from_utf8_lossy(&name).into_owned())
}

/// The name of a process or thread, as raw bytes.
pub fn comm_bytes(process: i32) -> Option<Vec<u8>> {
    let mut name = fs::read(format!("/proc/{process}/comm")).ok()?;
    if name.last() == Some(&b'\n') {
        name.pop();
    }
    Some(name)
}

/// The path of a process's program, in its own mount namespace (proc_pid_exe(5)). `None` for a zombie, or if we may
/// not trace the process.
pub fn executable(process: i32) -> Option<String> {
    let path = fs::read_link(format!("/proc/{process}/exe")).ok()?;
    let path = path.to_string_lossy();
    // The program may have been replaced by a newer one since.
    Some(path.strip_suffix(" (deleted)").unwrap_or(&path).to_owned())
}

/// The number of the call that a thread is blocked in (proc(5), `/proc/PID/syscall`); `None` while it runs, or if only
/// root may read that.
pub fn call(thread: i32) -> Option<u64> {
    fs::read_to_string(format!("/proc/{thread}/syscall")).ok()?.split_whitespace().next()?.parse().ok()
}

/// The process that a thread belongs to.
pub fn process_of(thread: i32) -> Option<i32> {
    // A new tracee may be stopped meanwhile, and most ids are processes: this is the shorter way.
    match pidfd::open(thread) {
        Ok(_) => Some(thread),
        Err(_) => status(thread, "Tgid")?.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_known_by_its_cgroup_in_every_spelling() {
        let id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        for path in [
            format!("12:memory:/kubepods/burstable/pod1/{id}"),
            format!("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-{id}.scope"),
            format!("0::/kubepods.slice/crio-{id}.scope"),
            format!("0::/system.slice/docker-{id}.scope/init"),
            format!("0::/../{id}"),
            format!("0::/../../cri-containerd-{id}.scope"),
            format!(
                "1:name=systemd:/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:{id}"
            ),
        ] {
            assert!(cgroup_names(&path, id), "{path}");
        }
        assert!(!cgroup_names("0::/", id));
        assert!(!cgroup_names(&format!("0::/kubepods/pod1/{}", id.replace('0', "f")), id));
        assert!(!cgroup_names("0::/kubepods/pod1/", ""));
    }

    #[test]
    fn from_inside_a_container_is_the_root_of_its_cgroup_namespace() {
        let id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        let root = Container { id, is_root: true };
        assert!(root.has_cgroup("0::/\n") && root.has_cgroup("0::/init.scope\n"));
        assert!(!root.has_cgroup("0::/../fedcba\n") && !root.has_cgroup(""));
        // Another container of the pod may be in the same cgroup, if the runtime does not use that controller.
        assert!(!root.has_cgroup("4:memory:/../fedcba\n3:misc:/\n"));
        let named = Container { id, is_root: false };
        assert!(!named.has_cgroup("0::/\n") && named.has_cgroup(&format!("0::/../{id}\n")));
    }
}

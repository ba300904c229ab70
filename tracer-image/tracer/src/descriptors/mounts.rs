//! On which mounts the kernel may have to ask somebody who does not answer: a server that stands still because we trace it,
//! or one that is not reachable. A tracing thread must not ask for anything there while a tracee stands still.

use crate::clock;
use std::{
    cell::RefCell,
    collections::HashMap,
    ffi::CStr,
    fs, io, mem,
    os::fd::{AsRawFd, OwnedFd},
};

/// For how long an id of a mount belongs to the same mount, in nanoseconds: it may be used again after an unmount.
const VALID: u64 = 1_000_000_000;

/// The mounts of one thread's tracees.
#[derive(Default)]
struct Mounts {
    /// Whether each asks others, by id; none: it is not in the process's namespace.
    known: HashMap<u64, Option<bool>>,
    since: u64,
}

thread_local! {
    static MOUNTS: RefCell<Mounts> = RefCell::default();
}

/// Whether a mount of a process's namespace may keep whoever uses it waiting; `None`: it is not in that namespace.
pub fn asks(process: i32, mount: u64) -> Option<bool> {
    let now = clock::now();
    MOUNTS.with_borrow_mut(|mounts| {
        if now.saturating_sub(mounts.since) > VALID {
            mounts.known.clear();
            mounts.since = now;
        }
        *mounts.known.entry(mount).or_insert_with(|| {
            let table = fs::read_to_string(format!("/proc/{process}/mountinfo")).unwrap_or_default();
            kind(&table, mount).map(asks_others)
        })
    })
}

/// The type of a mount, from `/proc/PID/mountinfo` (proc_pid_mountinfo(5)).
fn kind(table: &str, mount: u64) -> Option<&str> {
    let line =
        table.lines().find(|line| line.split(' ').next().and_then(|id| id.parse().ok()) == Some(mount))?;
    line.split_once(" - ")?.1.split(' ').next()
}

/// Whether a type of file system has a server, which is a process or another machine.
pub fn asks_others(kind: &str) -> bool {
    const REMOTE: [&str; 13] = [
        "fuse", "nfs", "cifs", "smb", "9p", "ceph", "afs", "lustre", "gfs2", "ocfs2", "virtiofs", "coda",
        "orangefs",
    ];
    REMOTE.iter().any(|remote| kind.starts_with(remote))
}

/// What is known of an open file without asking its file system (statx(2), `AT_STATX_DONT_SYNC`).
pub struct Stat {
    /// The type of the file, as in `st_mode`.
    pub kind: u32,
    /// The device that it stands for.
    pub device: (u32, u32),
    /// The id of its mount, since Linux 5.8.
    pub mount: Option<u64>,
}

/// Of a descriptor of ours.
///
/// # Errors
/// As the kernel says.
pub fn stat(file: &OwnedFd) -> io::Result<Stat> {
    statx(file.as_raw_fd(), c"", libc::AT_EMPTY_PATH)
}

/// Of a path.
///
/// # Errors
/// As the kernel says.
pub fn stat_path(path: &CStr) -> io::Result<Stat> {
    statx(libc::AT_FDCWD, path, 0)
}

fn statx(directory: i32, path: &CStr, flags: i32) -> io::Result<Stat> {
    // SAFETY: an all-zero statx is valid.
    let mut found: libc::statx = unsafe { mem::zeroed() };
    let wanted = libc::STATX_TYPE | libc::STATX_MNT_ID;
    // SAFETY: the path ends in NUL, and the kernel writes one statx to `found`.
    let done = unsafe {
        libc::statx(directory, path.as_ptr(), flags | libc::AT_STATX_DONT_SYNC, wanted, &mut found)
    };
    if done != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Stat {
        kind: u32::from(found.stx_mode) & libc::S_IFMT,
        device: (found.stx_rdev_major, found.stx_rdev_minor),
        mount: (found.stx_mask & libc::STATX_MNT_ID != 0).then_some(found.stx_mnt_id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn the_type_of_a_mount_is_read() {
        let table = "22 27 0:21 / /sys rw,nosuid - sysfs sysfs rw\n\
                     310 27 0:55 / /mnt/a\\040b rw shared:7 - fuse.sshfs me@host: rw,user_id=0\n";
        assert_eq!(
            (kind(table, 22), kind(table, 310), kind(table, 2)),
            (Some("sysfs"), Some("fuse.sshfs"), None)
        );
        assert!(
            asks_others("fuse.sshfs")
                && asks_others("nfs4")
                && !asks_others("sysfs")
                && !asks_others("overlay")
        );
    }

    #[test]
    fn a_device_is_known_without_its_file_system() {
        let null = stat(&File::open("/dev/null").unwrap().into()).unwrap();
        assert_eq!((null.kind, null.device), (libc::S_IFCHR, (1, 3)));
        let mount = null.mount.expect("a kernel of this decade");
        assert_eq!(asks(std::process::id() as i32, mount), Some(false));
        assert_eq!(asks(std::process::id() as i32, u64::MAX), None);
    }
}

//! The namespaces of a process.

use crate::procfs;
use syscalls::records::namespaces::ALL;

/// The inodes of the namespaces of a thread that the flags name (linux/sched.h), with their flags. If the thread is
/// gone, there are none.
pub fn of(thread: i32, flags: u64) -> Vec<(u64, u64)> {
    let wanted = ALL.iter().filter(|(flag, _)| flags & flag != 0);
    let inode = |name: &str| procfs::namespace(thread, name.trim_end_matches(':'));
    wanted.filter_map(|(flag, name)| Some((*flag, inode(name)?))).collect()
}

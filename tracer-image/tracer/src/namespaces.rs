//! Which namespaces a process is in: the links in `/proc/PID/ns` (namespaces(7)).

use std::fs;
use syscalls::records::namespaces::ALL;

/// The inodes of those namespaces of a thread that the flags name (linux/sched.h), with their flags. Of one that is gone:
/// none.
pub fn of(thread: i32, flags: u64) -> Vec<(u64, u64)> {
    let wanted = ALL.iter().filter(|(flag, ..)| flags & flag != 0);
    let inode = |link: &str| {
        let text = fs::read_link(format!("/proc/{thread}/ns/{link}")).ok()?;
        text.to_str()?.split_once(":[")?.1.strip_suffix(']')?.parse().ok()
    };
    wanted.filter_map(|(flag, link, _)| Some((*flag, inode(link)?))).collect()
}

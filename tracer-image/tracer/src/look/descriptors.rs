//! Facts about descriptors: what each is open on, and which others lead to the same object.

use super::{
    answer::Answer,
    processes::Status,
    sockets::{self, Sockets},
};
use crate::descriptors::{self, Copy, mounts};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fs, io,
    os::{fd::AsRawFd, unix::fs::MetadataExt},
};
use wire::look::{Descriptor, Fact, Object, WaitsFor};

/// At most this many descriptors are looked at, of all processes together.
const MOST: usize = 65_536;
/// The same where the kernel does not list them, and each number has to be tried.
const MOST_TRIED: u64 = 4096;
/// Most descriptors of an epoll instance.
const MOST_IN_EPOLL: usize = 1024;
/// Longest path that is told.
const LONGEST: usize = 4096;

/// The numbers of a process's open descriptors.
///
/// # Errors
/// As the system says.
pub fn numbers(process: i32) -> io::Result<Vec<i32>> {
    match fs::read_dir(format!("/proc/{process}/fd")) {
        Ok(entries) => {
            let mut found: Vec<i32> =
                entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
            found.sort_unstable();
            Ok(found)
        }
        // Root without capabilities may not list another user's, but who may trace a process may copy them: `FDSize` is
        // how many numbers its table has room for.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let size = Status::of(process)?.number("FDSize").unwrap_or(0).min(MOST_TRIED);
            let found: Vec<i32> =
                (0..size as i32).filter(|fd| descriptors::path(process, *fd).is_some()).collect();
            if found.is_empty() { Err(error) } else { Ok(found) }
        }
        Err(error) => Err(error),
    }
}

/// A field of `/proc/PID/fdinfo/FD` (proc_pid_fdinfo(5)).
struct Info(String);

impl Info {
    fn of(process: i32, fd: i32) -> Info {
        let path = format!("/proc/{process}/fdinfo/{fd}");
        let copied = || {
            let copy = Copy::of(process, fd)?;
            fs::read_to_string(format!("/proc/self/fdinfo/{}", copy.as_raw_fd())).ok()
        };
        Info(fs::read_to_string(path).ok().or_else(copied).unwrap_or_default())
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).map(str::trim)
    }

    /// The flags of the open file (open(2)).
    fn flags(&self) -> Option<u32> {
        u32::from_str_radix(self.text("flags")?, 8).ok()
    }

    /// What an epoll instance waits for.
    fn epoll(&self) -> Vec<i32> {
        let found = self.0.lines().filter_map(|line| line.strip_prefix("tfd:")?.split_whitespace().next());
        found.filter_map(|fd| fd.parse().ok()).take(MOST_IN_EPOLL).collect()
    }
}

fn describe(process: i32, fd: i32, path: Vec<u8>, sockets: &mut Sockets) -> Descriptor {
    let info = Info::of(process, fd);
    let object = match path.as_slice() {
        path if path.starts_with(b"socket:[") => {
            sockets::inode(path).and_then(|inode| sockets.object(inode)).unwrap_or(Object::Other)
        }
        path if path.starts_with(b"pipe:[") => pipe(path).map_or(Object::Other, Object::Pipe),
        b"anon_inode:[eventpoll]" => Object::Epoll(info.epoll()),
        path if path.starts_with(b"/") => fifo(process, fd, &info).map_or(Object::File, Object::Pipe),
        _ => Object::Other,
    };
    let mut path = path;
    path.truncate(LONGEST);
    let offset = info.text("pos").and_then(|pos| pos.parse().ok());
    Descriptor { process, fd, path, object, flags: info.flags(), offset }
}

fn pipe(path: &[u8]) -> Option<u64> {
    std::str::from_utf8(path).ok()?.strip_prefix("pipe:[")?.strip_suffix(']')?.parse().ok()
}

/// A pipe with a name, as a number that no other has. A file system with a server is not asked.
fn fifo(process: i32, fd: i32, info: &Info) -> Option<u64> {
    let mount = info.text("mnt_id")?.parse().ok()?;
    if mounts::asks(process, mount) != Some(false) {
        return None;
    }
    let file = fs::metadata(format!("/proc/{process}/fd/{fd}")).ok()?;
    (file.mode() & libc::S_IFMT == libc::S_IFIFO).then(|| file.dev() << 40 ^ file.ino())
}

/// Tells of all descriptors.
pub fn tell_all(members: &[i32], answer: &mut Answer) {
    let (mut sockets, mut room) = (Sockets::default(), MOST);
    for process in members {
        let found = match numbers(*process) {
            Ok(found) => found,
            Err(error) => {
                answer.could_not("descriptors", *process, &error);
                continue;
            }
        };
        let left_out = found.len().saturating_sub(room);
        for fd in found.into_iter().take(room) {
            if let Some(path) = descriptors::path(*process, fd) {
                answer.say(Fact::Descriptor(Box::new(describe(*process, fd, path, &mut sockets))));
                room -= 1;
            }
        }
        if left_out > 0 {
            answer.say(Fact::Cut { what: "descriptors".into(), more: left_out as u64 });
        }
    }
}

/// The objects that threads wait for.
#[derive(Default)]
pub struct Objects {
    /// The descriptors through which they wait.
    wanted: BTreeSet<(i32, i32)>,
}

impl Objects {
    /// A thread of this process waits for something.
    pub fn wanted(&mut self, process: i32, waits: &[WaitsFor]) {
        for wait in waits {
            if let WaitsFor::Descriptor { fd, .. } | WaitsFor::FileLock(fd) = wait {
                self.wanted.insert((process, *fd));
            }
        }
    }

    /// Tells of these descriptors, of what is in their epoll instances, and of all descriptors of the target that lead to
    /// the same objects or to the other ends of the same connections.
    pub fn tell(&mut self, members: &[i32], sockets: &mut Sockets, answer: &mut Answer) {
        let mut told = HashSet::new();
        let mut ends: HashSet<Vec<u8>> = HashSet::new();
        let mut queue: Vec<(i32, i32)> = self.wanted.iter().copied().collect();
        while let Some((process, fd)) = queue.pop() {
            if !told.insert((process, fd)) || told.len() > MOST {
                continue;
            }
            let Some(path) = descriptors::path(process, fd) else { continue };
            let descriptor = describe(process, fd, path, sockets);
            match &descriptor.object {
                Object::Epoll(inside) => queue.extend(inside.iter().map(|fd| (process, *fd))),
                Object::Pipe(_) => drop(ends.insert(descriptor.path.clone())),
                Object::Unix { inode, .. } | Object::Inet(wire::look::Inet { inode, .. }) => {
                    let found = [sockets.peer(*inode), sockets.listener(*inode), sockets.server(*inode)];
                    let others = std::iter::once(Some(*inode)).chain(found);
                    ends.extend(others.flatten().map(|inode| format!("socket:[{inode}]").into_bytes()));
                }
                Object::File | Object::Other => {}
            }
            answer.say(Fact::Descriptor(Box::new(descriptor)));
        }
        if ends.is_empty() {
            return;
        }
        let mut tables: HashMap<i32, Vec<i32>> = HashMap::new();
        let mut looked_at = 0;
        for process in members {
            match numbers(*process) {
                Ok(found) => drop(tables.insert(*process, found)),
                Err(error) => answer.could_not("descriptors", *process, &error),
            }
        }
        for process in members {
            for fd in tables.remove(process).unwrap_or_default() {
                looked_at += 1;
                if looked_at > MOST {
                    answer.say(Fact::Cut {
                        what: "descriptors of those who may hold the other ends".into(),
                        more: 0,
                    });
                    return;
                }
                if told.contains(&(*process, fd)) {
                    continue;
                }
                if let Some(path) = descriptors::path(*process, fd).filter(|path| ends.contains(path)) {
                    answer.say(Fact::Descriptor(Box::new(describe(*process, fd, path, sockets))));
                }
            }
        }
    }
}

//! What `-yy` shows about descriptors besides their paths.

use super::{Sockets, mounts};
use crate::procfs;
use std::{ffi::CString, fs};
use syscalls::{filter::detail, notation::Notation, records::sigset, snapshot::Detail, value::Names};

/// The details of a descriptor, if its kind is wanted.
pub fn of(process: i32, fd: i32, path: &[u8], wanted: u8, sockets: &mut Sockets) -> Option<Detail> {
    let is =
        |kind: u8, prefixes: &[&[u8]]| wanted & kind != 0 && prefixes.iter().any(|p| path.starts_with(p));
    if is(detail::SOCKET, &[b"socket:["]) {
        let inode =
            std::str::from_utf8(path).ok()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()?;
        return sockets.text(process, fd, inode).map(Detail::Instead);
    }
    if is(detail::EVENTFD, &[b"anon_inode:[eventfd]"]) {
        let number = |key| u64::from_str_radix(&fdinfo(process, fd, key)?, 16).ok();
        let count = match number("eventfd-count")? {
            0 => "0".into(),
            count => format!("{count:#x}"),
        };
        let id = fdinfo(process, fd, "eventfd-id")?;
        let semaphore = fdinfo(process, fd, "eventfd-semaphore")?;
        let text = format!("{{eventfd-count={count}, eventfd-id={id}, eventfd-semaphore={semaphore}}}");
        return Some(Detail::Instead(text));
    }
    if is(detail::PIDFD, &[b"anon_inode:[pidfd]", b"pidfd:"]) {
        return Some(Detail::Instead(format!("pid:{}", fdinfo(process, fd, "Pid")?)));
    }
    if is(detail::SIGNALFD, &[b"anon_inode:[signalfd]"]) {
        let mask = u64::from_str_radix(&fdinfo(process, fd, "sigmask")?, 16).ok()?;
        let mut names = Names::default();
        let mut text = "signalfd:".to_string();
        Notation::default().value(&mut text, &sigset::value(mask, &mut names), &names);
        return Some(Detail::Instead(text));
    }
    if wanted & detail::DEV != 0 && path.starts_with(b"/") {
        return device(process, fd);
    }
    None
}

/// The numbers of a device. A file system with a server is not asked: the server may stand still because of us, and has no
/// devices.
fn device(process: i32, fd: i32) -> Option<Detail> {
    let mount = fdinfo(process, fd, "mnt_id")?.parse().ok()?;
    if mounts::asks(process, mount) == Some(true) {
        return None;
    }
    let file = mounts::stat_path(&CString::new(format!("/proc/{process}/fd/{fd}")).ok()?).ok()?;
    let kind = match file.kind {
        libc::S_IFCHR => "char",
        libc::S_IFBLK => "block",
        _ => return None,
    };
    let (major, minor) = file.device;
    Some(Detail::Behind(format!("<{kind} {major}:{minor}>")))
}

/// A field of `/proc/PID/fdinfo/FD` (proc_pid_fdinfo(5)).
fn fdinfo(process: i32, fd: i32, key: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{process}/fdinfo/{fd}")).ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    Some(value.trim().to_string())
}

/// The name of a process between brackets, escaped.
pub fn comm(pid: i32) -> String {
    let Some(name) = procfs::comm_bytes(pid) else { return String::new() };
    let mut text = String::from("<");
    for byte in name {
        match byte {
            b' '..=b'~' if !b"<>\\".contains(&byte) => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\{byte:o}")),
        }
    }
    text.push('>');
    text
}

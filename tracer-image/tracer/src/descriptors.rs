//! What a tracee's descriptors are open on (`-y`).

use std::{
    ffi::OsString,
    fs, io,
    os::{fd::AsRawFd, unix::ffi::OsStringExt},
};

pub use copies::Copy;
use syscalls::{
    filter::detail,
    gather::DecodeOptions,
    snapshot::{Detail, OpenOn},
};

mod copies;
mod detail_text;
pub mod dump;
pub mod mounts;
mod networks;
mod sockets;

pub use {networks::Networks, sockets::Sockets};

/// What descriptor `fd` of a process is open on, with the requested details (`-yy`).
pub fn open_on(process: i32, fd: i32, depth: DecodeOptions, sockets: &mut Sockets) -> Option<OpenOn> {
    let (path, details) = (path(process, fd)?, depth.details);
    let mut detail = match details & !detail::PATH {
        0 => None,
        wanted => detail_text::of(process, fd, &path, wanted, sockets),
    };
    if let (true, Some(Detail::Instead(text))) = (depth.comm, &mut detail)
        && let Some(pid) = text.strip_prefix("pid:").and_then(|pid| pid.parse().ok())
    {
        text.push_str(&detail_text::comm(pid));
    }
    // Unless `path` is wanted, nothing is shown for a descriptor without details.
    let silent = detail.is_none() && details != 0 && details & detail::PATH == 0;
    Some(OpenOn { path, detail, silent })
}

/// The number for the current directory.
const AT_FDCWD: i32 = -100;

/// What descriptor `fd` of a process is open on, according to `/proc`; `None` if it is not open or not visible.
///
/// Root without `CAP_DAC_*` may not read another user's `/proc/PID/fd`, but `pidfd_getfd` only needs the right to
/// trace: we look at our copy of the descriptor and close it at once ([`copies`]).
pub fn path(process: i32, fd: i32) -> Option<Vec<u8>> {
    if fd == AT_FDCWD {
        return link(&format!("/proc/{process}/cwd")).ok();
    }
    if fd < 0 {
        return None;
    }
    match link(&format!("/proc/{process}/fd/{fd}")) {
        Ok(path) => Some(path),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let copy = Copy::of(process, fd)?;
            link(&format!("/proc/self/fd/{}", copy.as_raw_fd())).ok()
        }
        Err(_) => None,
    }
}

fn link(path: &str) -> io::Result<Vec<u8>> {
    fs::read_link(path).map(|path| OsString::from(path).into_vec())
}

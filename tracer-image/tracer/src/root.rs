//! The root of another process: its files, without going through our root.

use nix::{
    fcntl::{OFlag, OpenHow, ResolveFlag, open, openat2},
    sys::stat::Mode,
    unistd::read,
};
use std::{
    fs,
    os::fd::{AsFd, AsRawFd, OwnedFd},
    path::{Path, PathBuf},
};

/// At most this much of a file is read as text.
const MOST: usize = 16 << 10;

/// A root directory.
#[derive(Debug)]
pub struct Root(OwnedFd);

impl Root {
    /// The root of the first of these processes that we have access to.
    pub fn of(processes: &[i32]) -> Option<Root> {
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let open = |process: &i32| open(format!("/proc/{process}/root").as_str(), flags, Mode::empty()).ok();
        processes.iter().find_map(open).map(Root)
    }

    /// Opens a path there; symbolic links do not lead out of it (openat2(2)).
    ///
    /// # Errors
    /// As the system says.
    pub fn open(&self, path: &Path, flags: OFlag) -> nix::Result<OwnedFd> {
        let how = OpenHow::new()
            .flags(flags | OFlag::O_CLOEXEC)
            .resolve(ResolveFlag::RESOLVE_IN_ROOT | ResolveFlag::RESOLVE_NO_MAGICLINKS);
        openat2(self.0.as_fd(), path, how)
    }

    /// The beginning of a short file there, which could be anything: never blocks.
    pub fn text(&self, path: &str) -> Option<String> {
        let file = self.open(Path::new(path), OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY).ok()?;
        let mut bytes = vec![0; MOST];
        let length = read(&file, &mut bytes).ok()?;
        bytes.truncate(length);
        String::from_utf8(bytes).ok()
    }

    /// The path there after resolving symbolic links.
    pub fn resolve(&self, path: &Path) -> Option<PathBuf> {
        name(&self.open(path, OFlag::O_PATH).ok()?)
    }
}

/// The path of an open file.
pub fn name(file: &OwnedFd) -> Option<PathBuf> {
    fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()
}

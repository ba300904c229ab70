//! Copies of a tracee's descriptors (pidfd_getfd(2)), for a look at them.
//!
//! They must be closed at once: a copy keeps a pipe open, and a lock held. But closing a file may wait for its file system's
//! server (`FUSE_FLUSH`; NFS writes back what is not written yet), which may stand still because we trace it. So a copy of
//! such a file is closed on a thread of its own.

use super::mounts;
use crate::pidfd;
use std::{
    os::fd::{AsRawFd, OwnedFd, RawFd},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// At most this many copies wait for a server. Then no more are made.
const MOST: usize = 8;

/// How many copies are being closed elsewhere.
static CLOSING: AtomicUsize = AtomicUsize::new(0);

/// A copy of a descriptor.
pub struct Copy {
    file: Option<OwnedFd>,
    process: i32,
}

impl Copy {
    /// Of descriptor `fd` of a process, if we may have one.
    pub fn of(process: i32, fd: i32) -> Option<Copy> {
        if CLOSING.load(Ordering::Relaxed) >= MOST {
            return None;
        }
        let file = pidfd::copy(&pidfd::open(process).ok()?, fd).ok()?;
        Some(Copy { file: Some(file), process })
    }
}

impl AsRawFd for Copy {
    fn as_raw_fd(&self) -> RawFd {
        self.file.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let Some(file) = self.file.take().filter(|file| may_wait(self.process, file)) else { return };
        CLOSING.fetch_add(1, Ordering::Relaxed);
        let close = move || {
            drop(file);
            CLOSING.fetch_sub(1, Ordering::Relaxed);
        };
        // Without a thread for it, the closure is dropped here, and the file with it.
        if thread::Builder::new().name("closes".into()).spawn(close).is_err() {
            CLOSING.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Whether closing this may wait: of a file or directory whose mount asks others, or is not known.
fn may_wait(process: i32, file: &OwnedFd) -> bool {
    match mounts::stat(file) {
        Ok(stat) if !matches!(stat.kind, libc::S_IFREG | libc::S_IFDIR) => false,
        Ok(stat) => stat.mount.and_then(|mount| mounts::asks(process, mount)).unwrap_or(true),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn a_copy_is_closed_at_once() {
        let file = File::open("/proc/self/exe").unwrap();
        let process = std::process::id() as i32;
        let copy = Copy::of(process, file.as_raw_fd()).expect("we may copy from ourselves");
        assert!(!may_wait(process, copy.file.as_ref().unwrap()), "a local file");
        let path = format!("/proc/self/fd/{}", copy.as_raw_fd());
        assert!(std::fs::exists(&path).unwrap());
        assert_eq!(CLOSING.load(Ordering::Relaxed), 0);
    }
}

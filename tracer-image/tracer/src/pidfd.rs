//! A reference to a process that is not our child, whose id may be reused (pidfd_open(2), Linux 5.3 and newer).

use nix::sys::signal::Signal;
use std::{
    io,
    os::fd::{AsRawFd, FromRawFd, OwnedFd},
    ptr,
};

/// Opens one.
///
/// # Errors
/// The number belongs to no process, or to a thread that is not the first one of its process.
pub fn open(process: i32) -> io::Result<OwnedFd> {
    // SAFETY: takes numbers only.
    owned(unsafe { libc::syscall(libc::SYS_pidfd_open, process, 0) })
}

/// Sends it a signal. It is not an error if it is gone.
pub fn kill(process: &OwnedFd, signal: Signal) {
    let no_info = ptr::null::<libc::siginfo_t>();
    // SAFETY: without a siginfo_t no memory is touched (pidfd_send_signal(2)).
    unsafe { libc::syscall(libc::SYS_pidfd_send_signal, process.as_raw_fd(), signal as i32, no_info, 0) };
}

/// A copy of one of its descriptors (pidfd_getfd(2), Linux 5.6 and newer).
///
/// # Errors
/// It has no such descriptor, or we may not trace it.
pub fn copy(process: &OwnedFd, fd: i32) -> io::Result<OwnedFd> {
    // SAFETY: takes numbers only; the new descriptor is close-on-exec.
    owned(unsafe { libc::syscall(libc::SYS_pidfd_getfd, process.as_raw_fd(), fd, 0) })
}

fn owned(fd: libc::c_long) -> io::Result<OwnedFd> {
    match i32::try_from(fd) {
        // SAFETY: the kernel has just made this descriptor for us; nobody else owns it.
        Ok(fd @ 0..) => Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
        _ => Err(io::Error::last_os_error()),
    }
}

//! A target whose memory blocks anybody who reads it.

use crate::place::Process;
use std::{env, fs::File, io, os::fd::AsRawFd, process::Command, ptr, thread, time::Duration};

/// Starts the target: this test program again, running only [`run`].
pub fn start() -> Process {
    let mut command = Command::new(env::current_exe().expect("our own program"));
    command.args(["--ignored", "--exact", "a_target_that_is_a_trap"]);
    Process::start(command)
}

/// The target: writes from memory that the kernel cannot provide by itself (userfaultfd(2)) and that nobody serves.
/// `/dev/null` does not read what is written, so the target itself is not blocked; a tracer is, in `process_vm_readv`.
pub fn run() {
    const LENGTH: usize = 4096;
    let null = File::create("/dev/null").expect("everybody has it");
    // SAFETY: a new mapping of our own, which nothing but the kernel ever reads, and plain numbers; the two structures
    // are laid out as `linux/userfaultfd.h` has them.
    let memory = unsafe {
        let memory = libc::mmap(
            ptr::null_mut(),
            LENGTH,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        let fd = libc::syscall(libc::SYS_userfaultfd, libc::O_CLOEXEC) as i32;
        assert!(fd >= 0, "userfaultfd: {}", io::Error::last_os_error());
        let mut api = [0xaa_u64, 0, 0];
        assert_eq!(libc::ioctl(fd, 0xc018_aa3f_u32 as _, &mut api), 0, "UFFDIO_API");
        let mut register = [memory as u64, LENGTH as u64, 1, 0];
        assert_eq!(libc::ioctl(fd, 0xc020_aa00_u32 as _, &mut register), 0, "UFFDIO_REGISTER");
        memory
    };
    loop {
        // SAFETY: the memory is mapped and never freed.
        let written = unsafe { libc::write(null.as_raw_fd(), memory, 16) };
        assert_eq!(written, 16);
        thread::sleep(Duration::from_millis(10));
    }
}

//! Writes the registers of a stopped tracee: the number and the result of its call.

use std::io;

/// What a call to ptrace(2) returned.
fn check(result: libc::c_long) -> io::Result<()> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(target_arch = "x86_64")]
mod native {
    use super::check;
    use std::{io, mem::offset_of};

    fn poke(tid: i32, offset: usize, value: u64) -> io::Result<()> {
        // SAFETY: PTRACE_POKEUSER takes an offset into `struct user` and a word, and touches no memory of ours.
        check(unsafe { libc::ptrace(libc::PTRACE_POKEUSER, tid, offset, value) })
    }

    pub fn set_number(tid: i32, number: i64) -> io::Result<()> {
        poke(tid, offset_of!(libc::user_regs_struct, orig_rax), number as u64)
    }

    pub fn set_result(tid: i32, result: u64) -> io::Result<()> {
        poke(tid, offset_of!(libc::user_regs_struct, rax), result)
    }
}

#[cfg(target_arch = "aarch64")]
mod native {
    use super::check;
    use std::{io, ptr};

    // Sets of registers in linux/elf.h.
    const NT_PRSTATUS: usize = 1;
    const NT_ARM_SYSTEM_CALL: usize = 0x404;

    pub fn set_number(tid: i32, number: i64) -> io::Result<()> {
        let mut number = number as libc::c_int;
        let mut part =
            libc::iovec { iov_base: ptr::from_mut(&mut number).cast(), iov_len: size_of_val(&number) };
        // SAFETY: the kernel reads the iovec and the int that it points at; both outlive the call.
        check(unsafe {
            libc::ptrace(libc::PTRACE_SETREGSET, tid, NT_ARM_SYSTEM_CALL, ptr::from_mut(&mut part))
        })
    }

    pub fn set_result(tid: i32, result: u64) -> io::Result<()> {
        // x0 to x30, sp, pc, pstate, or the 18 words of a 32-bit tracee, which the kernel says by the length.
        let mut words = [0u64; 34];
        let mut all = libc::iovec { iov_base: words.as_mut_ptr().cast(), iov_len: size_of_val(&words) };
        // SAFETY: the kernel writes at most `iov_len` bytes into `words`, which outlives the call.
        check(unsafe { libc::ptrace(libc::PTRACE_GETREGSET, tid, NT_PRSTATUS, ptr::from_mut(&mut all)) })?;
        words[0] = match all.iov_len == size_of_val(&words) {
            true => result,
            false => words[0] & !0xffff_ffff | result & 0xffff_ffff,
        };
        // Again, because what was written to `words` meanwhile must be seen through it.
        let mut all = libc::iovec { iov_base: words.as_mut_ptr().cast(), iov_len: all.iov_len };
        // SAFETY: the kernel reads the iovec and as many bytes of `words` as it wrote.
        check(unsafe { libc::ptrace(libc::PTRACE_SETREGSET, tid, NT_PRSTATUS, ptr::from_mut(&mut all)) })
    }
}

pub use native::{set_number, set_result};

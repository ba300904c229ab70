//! Copies a stopped tracee's memory: everything that a pass of the gather plan wants, in one `process_vm_readv`.

use std::{fs::File, os::unix::fs::FileExt};
use syscalls::snapshot::{Copied, Memory, Want};

/// The smallest page size: a range that ends in unreadable memory is readable up to a multiple of this.
const PAGE: u64 = 4096;
/// At most this many pieces per call (`UIO_MAXIOV`).
const MOST_PIECES: usize = 1024;

/// The memory of one tracee.
pub struct TraceeMemory<'a> {
    tid: i32,
    pieces: &'a mut Vec<libc::iovec>,
}

impl<'a> TraceeMemory<'a> {
    /// The memory of a stopped tracee; `pieces` is scratch space that is kept between stops.
    pub fn new(tid: i32, pieces: &'a mut Vec<Piece>) -> Self {
        TraceeMemory { tid, pieces }
    }
}

/// Four bytes of a tracee's memory.
pub fn word(tid: i32, addr: u64) -> Option<u32> {
    let mut word = 0u32;
    let local = libc::iovec { iov_base: (&raw mut word).cast(), iov_len: 4 };
    let remote = libc::iovec { iov_base: addr as *mut libc::c_void, iov_len: 4 };
    // SAFETY: `local` describes `word`, which is writable; the kernel checks the remote side.
    let copied = unsafe { libc::process_vm_readv(tid, &local, 1, &remote, 1, 0) };
    (copied == 4).then_some(word)
}

/// A piece of the tracee's memory within one page.
pub type Piece = libc::iovec;

impl Memory for TraceeMemory<'_> {
    fn read(&mut self, wants: &[Want], bytes: &mut [u8], got: &mut [Copied]) {
        let mut at = 0;
        let mut first = 0;
        // As long as everything is readable, this is one iteration; an unreadable range costs one more.
        while first < wants.len() {
            self.pieces.clear();
            let mut total = 0;
            let mut last = first;
            for want in &wants[first..] {
                let before = self.pieces.len();
                split(want, self.pieces);
                if self.pieces.len() > MOST_PIECES && last > first {
                    // It begins the next iteration: if it were cut off, it would be taken for unreadable.
                    self.pieces.truncate(before);
                    break;
                }
                total += want.len;
                last += 1;
            }
            self.pieces.truncate(MOST_PIECES);
            let copied = self.copy(&mut bytes[at..at + total]);
            let mut left = copied;
            let mut stuck = None;
            for index in first..last {
                let readable = left.min(wants[index].len);
                got[index] = Copied::readable(readable);
                left -= readable;
                at += wants[index].len;
                if readable < wants[index].len {
                    stuck = Some(index);
                    break;
                }
            }
            first = stuck.map_or(last, |index| index + 1);
        }
    }
}

impl TraceeMemory<'_> {
    /// Copies the pieces one after another, and returns how many bytes could be read before the first unreadable one.
    fn copy(&self, bytes: &mut [u8]) -> usize {
        let local = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
        // SAFETY: `local` describes `bytes`, which is writable for its whole length; the kernel checks the remote side.
        let copied = unsafe {
            libc::process_vm_readv(
                self.tid,
                &local,
                1,
                self.pieces.as_ptr(),
                self.pieces.len() as libc::c_ulong,
                0,
            )
        };
        match usize::try_from(copied) {
            Ok(copied) => copied,
            Err(_) => self.copy_from_file(bytes),
        }
    }

    /// The slower way, if the kernel has no `process_vm_readv` or a filter refuses it.
    fn copy_from_file(&self, bytes: &mut [u8]) -> usize {
        let errno = std::io::Error::last_os_error().raw_os_error();
        if !matches!(errno, Some(libc::ENOSYS | libc::EPERM)) {
            return 0;
        }
        let Ok(file) = File::open(format!("/proc/{}/mem", self.tid)) else { return 0 };
        let mut copied = 0;
        for piece in self.pieces.iter() {
            let Some(room) = bytes.get_mut(copied..copied + piece.iov_len) else { break };
            match file.read_at(room, piece.iov_base as u64) {
                Ok(read) if read == piece.iov_len => copied += read,
                Ok(read) => return copied + read,
                Err(_) => break,
            }
        }
        copied
    }
}

/// Splits a range at page ends, because `process_vm_readv` copies a piece completely or not at all (process_vm_readv(2),
/// "partial transfers apply at the granularity of iovec elements").
fn split(want: &Want, pieces: &mut Vec<Piece>) {
    let mut addr = want.addr;
    let mut left = want.len;
    while left > 0 {
        let len = ((PAGE - addr % PAGE) as usize).min(left);
        pieces.push(libc::iovec { iov_base: addr as *mut libc::c_void, iov_len: len });
        addr = addr.wrapping_add(len as u64);
        left -= len;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Our own memory is read in the same way.
    #[test]
    fn a_range_that_no_longer_fits_into_one_call_is_read_by_the_next() {
        let page = PAGE as usize;
        let memory: Vec<u8> = (0..3 * page).map(|at| (at % 251) as u8).collect();
        // The second of these pages. The last read crosses its end, and is two pieces.
        let start = memory.as_ptr() as usize;
        let begin = start.next_multiple_of(page) - start;
        let mut wants = vec![Want { addr: (start + begin) as u64, len: 8 }; MOST_PIECES - 1];
        let last = begin + page - 4;
        wants.push(Want { addr: (start + last) as u64, len: 8 });
        let mut bytes = vec![0; 8 * wants.len()];
        let mut got = vec![Copied::readable(0); wants.len()];
        TraceeMemory::new(std::process::id() as i32, &mut Vec::new()).read(&wants, &mut bytes, &mut got);
        assert!(got.iter().all(|got| got.bytes == 8), "{:?}", got.iter().position(|got| got.bytes != 8));
        assert_eq!(bytes[bytes.len() - 8..], memory[last..last + 8]);
    }
}

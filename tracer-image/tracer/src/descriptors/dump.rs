//! Queries of the kernel's tables through netlink(7): a request, and its answers up to the end.

use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket};
use std::{
    ops::ControlFlow,
    os::fd::{AsRawFd, OwnedFd},
    time::{Duration, Instant},
};

// linux/netlink.h
const REQUEST: u16 = 1;
const REQUEST_DUMP: u16 = 0x301;
const DONE: u16 = 3;
const ERROR: u16 = 2;
const HEADER: usize = 16;

/// A socket of a protocol.
pub fn link(protocol: SockProtocol) -> Option<OwnedFd> {
    socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, protocol).ok()
}

/// Why a query is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// All was passed on, or all that was wanted.
    Done,
    /// It took too long. What the kernel has still to say would be taken for the answer to the next query.
    Late,
}

/// Asks for everything, and passes each answer, without its header, to `each`, until that has what it wants or the time
/// is up. `None`: the kernel did not answer.
pub fn all(
    link: &OwnedFd,
    kind: u16,
    request: &[u8],
    most: Duration,
    mut each: impl FnMut(&[u8]) -> ControlFlow<()>,
) -> Option<Over> {
    let until = Instant::now() + most;
    ask(link, kind, REQUEST_DUMP, request)?;
    let mut buffer = vec![0; 32 << 10];
    let mut wanted = true;
    loop {
        // The kernel answers a dump immediately; there is nothing to wait for.
        let got = recv(link.as_raw_fd(), &mut buffer, MsgFlags::MSG_DONTWAIT).ok()?;
        let done = messages(&buffer[..got], |answer| wanted = wanted && each(answer).is_continue());
        if done {
            return Some(Over::Done);
        }
        if !wanted || Instant::now() >= until {
            return Some(Over::Late);
        }
    }
}

/// Asks for one thing, and passes the answer to `each`.
pub fn one(link: &OwnedFd, kind: u16, request: &[u8], mut each: impl FnMut(&[u8])) -> Option<()> {
    ask(link, kind, REQUEST, request)?;
    let mut buffer = vec![0; 4 << 10];
    let got = recv(link.as_raw_fd(), &mut buffer, MsgFlags::MSG_DONTWAIT).ok()?;
    messages(&buffer[..got], &mut each);
    Some(())
}

fn ask(link: &OwnedFd, kind: u16, how: u16, request: &[u8]) -> Option<()> {
    let mut message = Vec::with_capacity(HEADER + request.len());
    message.extend(((HEADER + request.len()) as u32).to_ne_bytes());
    message.extend(kind.to_ne_bytes());
    message.extend(how.to_ne_bytes());
    message.resize(HEADER, 0);
    message.extend(request);
    send(link.as_raw_fd(), &message, MsgFlags::MSG_DONTWAIT).ok().map(drop)
}

/// Passes on the answers in some bytes; says whether they are the last.
fn messages(mut rest: &[u8], mut each: impl FnMut(&[u8])) -> bool {
    while rest.len() >= HEADER {
        let length = u32::from_ne_bytes([rest[0], rest[1], rest[2], rest[3]]) as usize;
        match u16::from_ne_bytes([rest[4], rest[5]]) {
            DONE | ERROR => return true,
            _ => rest.get(HEADER..length).into_iter().for_each(&mut each),
        }
        rest = rest.get(length.next_multiple_of(4).max(HEADER)..).unwrap_or_default();
    }
    false
}

/// Calls `each` with the type and value of each attribute.
pub fn attributes<'a>(mut rest: &'a [u8], mut each: impl FnMut(u16, &'a [u8])) {
    while rest.len() >= 4 {
        let length = usize::from(u16::from_ne_bytes([rest[0], rest[1]]));
        let Some(body) = rest.get(4..length) else { return };
        each(u16::from_ne_bytes([rest[2], rest[3]]), body);
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
}

//! Queries of the kernel's tables through netlink(7): a request, and its answers up to the end.

use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket};
use std::os::fd::{AsRawFd, OwnedFd};

// linux/netlink.h
const REQUEST_DUMP: u16 = 0x301;
const DONE: u16 = 3;
const ERROR: u16 = 2;
const HEADER: usize = 16;

/// A socket of a protocol.
pub fn link(protocol: SockProtocol) -> Option<OwnedFd> {
    socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, protocol).ok()
}

/// Requests everything, and passes each answer, without its header, to `each`. `None`: the kernel did not answer.
pub fn all(link: &OwnedFd, kind: u16, request: &[u8], mut each: impl FnMut(&[u8])) -> Option<()> {
    let link = link.as_raw_fd();
    let mut message = Vec::with_capacity(HEADER + request.len());
    message.extend(((HEADER + request.len()) as u32).to_ne_bytes());
    message.extend(kind.to_ne_bytes());
    message.extend(REQUEST_DUMP.to_ne_bytes());
    message.resize(HEADER, 0);
    message.extend(request);
    send(link, &message, MsgFlags::MSG_DONTWAIT).ok()?;
    let mut buffer = vec![0; 32 << 10];
    loop {
        // The kernel answers a dump immediately; there is nothing to wait for.
        let got = recv(link, &mut buffer, MsgFlags::MSG_DONTWAIT).ok()?;
        let mut rest = &buffer[..got];
        while rest.len() >= HEADER {
            let length = u32::from_ne_bytes([rest[0], rest[1], rest[2], rest[3]]) as usize;
            match u16::from_ne_bytes([rest[4], rest[5]]) {
                DONE | ERROR => return Some(()),
                _ => rest.get(HEADER..length).into_iter().for_each(&mut each),
            }
            rest = rest.get(length.next_multiple_of(4).max(HEADER)..).unwrap_or_default();
        }
    }
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

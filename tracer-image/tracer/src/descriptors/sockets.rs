//! Protocols and addresses of sockets (`-yy`), from sock_diag(7). It only knows our network namespace; for a socket of
//! another one, only the inode is known.

use super::dump::{self, Over};
use crate::clock;
use nix::sys::socket::SockProtocol;
use std::{
    collections::HashMap,
    ffi::CString,
    fmt::Write,
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    ops::ControlFlow,
    os::fd::OwnedFd,
    time::Duration,
};
use syscalls::{
    names::network::NETLINK_PROTOCOLS,
    notation::{HexStrings, escape},
};

/// At most this many sockets are remembered.
const MOST: usize = 4096;
/// How long a list of sockets is looked through, and how long none is after one that was longer.
const LONGEST: Duration = Duration::from_millis(10);
const RESTS: Duration = Duration::from_secs(1);
// linux/sock_diag.h, linux/unix_diag.h, linux/in.h
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const NAME: u16 = 0;
const PEER: u16 = 2;
const SHOW_NAME_AND_PEER: u32 = 1 | 4;
const TCP: u8 = 6;
const UDP: u8 = 17;

/// What is known about sockets. As in strace, a socket is looked up only once.
#[derive(Debug, Default)]
pub struct Sockets {
    known: HashMap<u64, String>,
    link: Option<OwnedFd>,
    /// When a list of sockets was too long, in nanoseconds of the monotonic clock.
    late: Option<u64>,
}

impl Sockets {
    /// `TCP:[127.0.0.1:80->127.0.0.1:4711]`, or with the inode if the addresses are unknown.
    pub fn text(&mut self, process: i32, fd: i32, inode: u64) -> Option<String> {
        if let Some(known) = self.known.get(&inode) {
            return Some(known.clone());
        }
        let protocol = protocol(process, fd)?;
        let address = match protocol.as_str() {
            "TCP" => self.inet(libc::AF_INET as u8, TCP, inode),
            "TCPv6" => self.inet(libc::AF_INET6 as u8, TCP, inode),
            "UDP" => self.inet(libc::AF_INET as u8, UDP, inode),
            "UDPv6" => self.inet(libc::AF_INET6 as u8, UDP, inode),
            "NETLINK" => netlink(process, inode),
            name if name.starts_with("UNIX") => self.unix(inode),
            _ => None,
        };
        let Some(address) = address else { return Some(format!("{protocol}:[{inode}]")) };
        let text = format!("{protocol}:[{address}]");
        if self.known.len() < MOST {
            self.known.insert(inode, text.clone());
        }
        Some(text)
    }

    fn inet(&mut self, family: u8, protocol: u8, inode: u64) -> Option<String> {
        // struct inet_diag_req_v2: any state, any address.
        let mut request = vec![family, protocol, 0, 0];
        request.extend(u32::MAX.to_ne_bytes());
        request.resize(56, 0);
        self.look(&request, |answer| {
            // struct inet_diag_msg
            let word = |at: usize| Some(u32::from_ne_bytes(answer.get(at..at + 4)?.try_into().ok()?));
            if u64::from(word(68)?) != inode {
                return None;
            }
            let port = |at: usize| Some(u16::from_be_bytes(answer.get(at..at + 2)?.try_into().ok()?));
            let address = |at: usize| -> Option<IpAddr> {
                let bytes: [u8; 16] = answer.get(at..at + 16)?.try_into().ok()?;
                Some(match i32::from(family) {
                    libc::AF_INET => Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).into(),
                    _ => Ipv6Addr::from(bytes).into(),
                })
            };
            let (local, remote) =
                (SocketAddr::new(address(8)?, port(4)?), SocketAddr::new(address(24)?, port(6)?));
            let connected = remote.port() != 0 || !remote.ip().is_unspecified();
            Some(if connected { format!("{local}->{remote}") } else { local.to_string() })
        })
    }

    fn unix(&mut self, inode: u64) -> Option<String> {
        // struct unix_diag_req: one socket by its inode, any state, any cookie.
        let mut request = vec![libc::AF_UNIX as u8, 0, 0, 0];
        let ino = u32::try_from(inode).ok()?;
        for word in [u32::MAX, ino, SHOW_NAME_AND_PEER, u32::MAX, u32::MAX] {
            request.extend(word.to_ne_bytes());
        }
        self.ask(&request, |answer| {
            // struct unix_diag_msg, then attributes.
            if u32::from_ne_bytes(answer.get(4..8)?.try_into().ok()?) != ino {
                return None;
            }
            let (mut peer, mut name) = (None, None);
            dump::attributes(answer.get(16..)?, |kind, body| match kind {
                NAME => name = Some(body),
                PEER => peer = body.try_into().ok().map(u32::from_ne_bytes),
                _ => {}
            });
            if peer.is_none() && name.is_none() {
                return None;
            }
            let mut text = inode.to_string();
            if let Some(peer) = peer.filter(|peer| *peer != 0) {
                let _ = write!(text, "->{peer}");
            }
            if let Some(name) = name {
                // An abstract name begins with a NUL.
                let (at, name) = match name.split_first() {
                    Some((0, rest)) => ("@", rest),
                    _ => ("", name.split(|byte| *byte == 0).next().unwrap_or_default()),
                };
                let _ = write!(text, ",{at}\"");
                escape(&mut text, name, b"<>", HexStrings::Never);
                text.push('"');
            }
            Some(text)
        })
    }

    /// Looks through the kernel's list, in which a socket is found only by looking at each. A tracee stands still meanwhile,
    /// so that a long list is not looked through to its end, and then none at all for a while.
    fn look(&mut self, request: &[u8], found: impl Fn(&[u8]) -> Option<String>) -> Option<String> {
        let rests = |late: u64| clock::now().saturating_sub(late) < RESTS.as_nanos() as u64;
        if self.late.is_some_and(rests) {
            return None;
        }
        let link = self.link.take().or_else(|| dump::link(SockProtocol::NetlinkSockDiag))?;
        let mut result = None;
        let over = dump::all(&link, SOCK_DIAG_BY_FAMILY, request, LONGEST, |answer| {
            result = found(answer);
            if result.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        self.late = (over == Over::Late && result.is_none()).then(clock::now);
        // Of a list that is not read to its end, more would come.
        self.link = (over == Over::Done).then_some(link);
        result
    }

    /// Asks the kernel for one socket.
    fn ask(&mut self, request: &[u8], found: impl Fn(&[u8]) -> Option<String>) -> Option<String> {
        let link = self.link.take().or_else(|| dump::link(SockProtocol::NetlinkSockDiag))?;
        let mut result = None;
        dump::one(&link, SOCK_DIAG_BY_FAMILY, request, |answer| result = found(answer))?;
        self.link = Some(link);
        result
    }
}

/// `ROUTE:4711`: the protocol and port of a bound netlink socket, from its process's own table.
fn netlink(process: i32, inode: u64) -> Option<String> {
    let table = fs::read_to_string(format!("/proc/{process}/net/netlink")).ok()?;
    let mut lines = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let line = lines.find(|line| line.last().and_then(|last| last.parse().ok()) == Some(inode))?;
    let (protocol, port): (u64, u32) = (line.get(1)?.parse().ok()?, line.get(2)?.parse().ok()?);
    // An unbound socket has no port.
    let name = NETLINK_PROTOCOLS.names.iter().find(|(known, _)| *known == protocol)?.1;
    (port != 0).then(|| format!("{}:{port}", name.trim_start_matches("NETLINK_")))
}

/// The name of the protocol, an attribute that the kernel gives a socket (`sockfs_xattr_get` in net/socket.c).
pub(super) fn protocol(process: i32, fd: i32) -> Option<String> {
    let path = CString::new(format!("/proc/{process}/fd/{fd}")).ok()?;
    let mut name = [0u8; 64];
    // SAFETY: both strings end in NUL; the kernel writes at most as many bytes as `name` has.
    let size = unsafe {
        libc::getxattr(path.as_ptr(), c"system.sockprotoname".as_ptr(), name.as_mut_ptr().cast(), name.len())
    };
    let name = name.get(..usize::try_from(size).ok()?)?;
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    let sane = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    sane.then(|| String::from_utf8_lossy(name).into_owned())
}

//! The sockets of our network namespace, which is the target's too: from sock_diag(7), all at once. Only those that a
//! process of the target has open leave the tracer.

use crate::{
    current_call::Copied,
    descriptors::{self, dump},
};
use nix::sys::socket::SockProtocol;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    ops::ControlFlow,
    time::Duration,
};
use syscalls::{
    notation::{HexStrings, escape},
    snapshot::{Detail, OpenOn, Phase},
};
use wire::look::{Inet, Object};

/// How long one list may take.
const LONGEST: Duration = Duration::from_millis(500);
/// At most this many sockets are kept.
const MOST: usize = 65_536;
// linux/sock_diag.h, linux/inet_diag.h, linux/unix_diag.h
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const INET_DIAG_INFO: u16 = 2;
const UNIX_DIAG_NAME: u16 = 0;
const UNIX_DIAG_PEER: u16 = 2;
const UDIAG_SHOW_NAME_AND_PEER: u32 = 1 | 4;
const TCP_LISTEN: u8 = 10;

/// A unix socket.
#[derive(Clone, Debug)]
struct Unix {
    kind: u8,
    listens: bool,
    peer: Option<u64>,
    name: Option<Vec<u8>>,
}

/// All sockets, by their inodes.
#[derive(Default)]
pub struct Sockets {
    read: bool,
    inet: HashMap<u64, Inet>,
    unix: HashMap<u64, Unix>,
    /// By addresses, own and remote: the other end of a connection within the pod.
    ends: HashMap<(String, String), u64>,
}

impl Sockets {
    /// What a socket is; `None` if the kernel does not list it.
    pub fn object(&mut self, inode: u64) -> Option<Object> {
        self.read();
        if let Some(inet) = self.inet.get(&inode) {
            return Some(Object::Inet(inet.clone()));
        }
        let Unix { peer, name, listens, .. } = self.unix.get(&inode)?.clone();
        Some(Object::Unix { inode, peer, name, listens })
    }

    /// The inode of the other end, if it is in the pod: of a unix socket, or of a connection.
    pub fn peer(&mut self, inode: u64) -> Option<u64> {
        self.read();
        if let Some(unix) = self.unix.get(&inode) {
            return unix.peer;
        }
        let inet = self.inet.get(&inode)?;
        self.ends.get(&(inet.remote.clone(), inet.local.clone())).copied()
    }

    /// The listener that a connection goes to, if it is in the pod: the client of one that nobody has accepted yet waits
    /// for it.
    pub fn listener(&mut self, inode: u64) -> Option<u64> {
        self.read();
        if let Some(unix) = self.unix.get(&inode) {
            // A connection that waits to be accepted has no peer of its own; the listener has its name.
            let name = self.unix.get(&unix.peer?)?.name.clone()?;
            let listens = |(_, unix): &(&u64, &Unix)| unix.listens && unix.name.as_deref() == Some(&name);
            return self.unix.iter().find(listens).map(|(inode, _)| *inode);
        }
        let remote = self.inet.get(&inode)?.remote.parse::<SocketAddr>().ok()?;
        let serves = |inet: &Inet| {
            inet.state == TCP_LISTEN
                && inet.local.parse::<SocketAddr>().is_ok_and(|local| {
                    local.port() == remote.port()
                        && (local.ip().is_unspecified() || local.ip() == remote.ip())
                })
        };
        self.inet.values().find(|inet| serves(inet)).map(|inet| inet.inode)
    }

    /// The listener of ours through which a connection came, if it did.
    pub fn server(&mut self, inode: u64) -> Option<u64> {
        self.read();
        let port = self.inet.get(&inode)?.local.parse::<SocketAddr>().ok()?.port();
        let listens = |inet: &&Inet| {
            inet.state == TCP_LISTEN
                && inet.local.parse::<SocketAddr>().is_ok_and(|local| local.port() == port)
        };
        self.inet.values().find(listens).map(|inet| inet.inode)
    }

    /// Names the sockets among a call's descriptors, as `-yy` does.
    pub fn name(&mut self, process: i32, copied: &mut Copied) {
        for fd in copied.descriptors() {
            let Some(path) = descriptors::path(process, fd) else { continue };
            let detail = inode(&path).and_then(|inode| self.text(inode)).map(Detail::Instead);
            let open_on = OpenOn { path, detail, silent: false };
            copied.snapshot.set_descriptor(Phase::Entry, fd, Some(open_on));
        }
    }

    /// `TCP:[10.0.0.1:80->10.0.0.2:4711]`, `UNIX-STREAM:[12->13,@"name"]`.
    fn text(&mut self, inode: u64) -> Option<String> {
        self.read();
        if let Some(Inet { protocol, local, remote, .. }) = self.inet.get(&inode) {
            let arrow = if remote.is_empty() { "" } else { "->" };
            return Some(format!("{protocol}:[{local}{arrow}{remote}]"));
        }
        let Unix { kind, peer, name, .. } = self.unix.get(&inode)?;
        let kind = match i32::from(*kind) {
            libc::SOCK_STREAM => "UNIX-STREAM",
            libc::SOCK_DGRAM => "UNIX-DGRAM",
            libc::SOCK_SEQPACKET => "UNIX-SEQPACKET",
            _ => "UNIX",
        };
        let mut text = format!("{kind}:[{inode}");
        if let Some(peer) = peer {
            text.push_str(&format!("->{peer}"));
        }
        if let Some(name) = name {
            let (at, name) = match name.split_first() {
                Some((0, rest)) => ("@", rest),
                _ => ("", name.split(|byte| *byte == 0).next().unwrap_or_default()),
            };
            text.push_str(&format!(",{at}\""));
            escape(&mut text, name, b"<>", HexStrings::Never);
            text.push('"');
        }
        text.push(']');
        Some(text)
    }

    fn read(&mut self) {
        if std::mem::replace(&mut self.read, true) {
            return;
        }
        for (family, number, protocol) in [
            (libc::AF_INET, libc::IPPROTO_TCP, "TCP"),
            (libc::AF_INET6, libc::IPPROTO_TCP, "TCPv6"),
            (libc::AF_INET, libc::IPPROTO_UDP, "UDP"),
            (libc::AF_INET6, libc::IPPROTO_UDP, "UDPv6"),
        ] {
            // struct inet_diag_req_v2: with tcp_info, any state, any address.
            let mut request = vec![family as u8, number as u8, 1 << (INET_DIAG_INFO - 1), 0];
            request.extend(u32::MAX.to_ne_bytes());
            request.resize(56, 0);
            list(&request, |answer| {
                let room = self.inet.len() < MOST;
                if let Some(inet) = inet(answer, protocol).filter(|inet| inet.inode != 0 && room) {
                    if !inet.remote.is_empty() {
                        self.ends.insert((inet.local.clone(), inet.remote.clone()), inet.inode);
                    }
                    self.inet.insert(inet.inode, inet);
                }
            });
        }
        // struct unix_diag_req: any state, any inode, any cookie.
        let mut request = vec![libc::AF_UNIX as u8, 0, 0, 0];
        for word in [u32::MAX, 0, UDIAG_SHOW_NAME_AND_PEER, u32::MAX, u32::MAX] {
            request.extend(word.to_ne_bytes());
        }
        list(&request, |answer| {
            if self.unix.len() < MOST
                && let Some((inode, unix)) = unix(answer)
            {
                self.unix.insert(inode, unix);
            }
        });
    }
}

/// The inode of a socket, by its link in `/proc/PID/fd`.
pub fn inode(path: &[u8]) -> Option<u64> {
    std::str::from_utf8(path).ok()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

fn list(request: &[u8], mut each: impl FnMut(&[u8])) {
    let Some(link) = dump::link(SockProtocol::NetlinkSockDiag) else { return };
    dump::all(&link, SOCK_DIAG_BY_FAMILY, request, LONGEST, |answer| {
        each(answer);
        ControlFlow::Continue(())
    });
}

/// `struct inet_diag_msg`, then attributes.
fn inet(answer: &[u8], protocol: &str) -> Option<Inet> {
    let word = |at: usize| Some(u32::from_ne_bytes(answer.get(at..at + 4)?.try_into().ok()?));
    let port = |at: usize| Some(u16::from_be_bytes(answer.get(at..at + 2)?.try_into().ok()?));
    let address = |at: usize| -> Option<IpAddr> {
        let bytes: [u8; 16] = answer.get(at..at + 16)?.try_into().ok()?;
        Some(match i32::from(*answer.first()?) {
            libc::AF_INET => Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).into(),
            // An address of IPv4 that a socket of IPv6 uses is written as what it is.
            _ => match Ipv6Addr::from(bytes) {
                bytes if bytes.to_ipv4_mapped().is_some() => bytes.to_canonical(),
                bytes => bytes.into(),
            },
        })
    };
    let (local, remote) = (SocketAddr::new(address(8)?, port(4)?), SocketAddr::new(address(24)?, port(6)?));
    let connected = remote.port() != 0 || !remote.ip().is_unspecified();
    let (mut received, mut sent) = (None, None);
    dump::attributes(answer.get(72..)?, |kind, body| {
        if kind == INET_DIAG_INFO {
            // `tcpi_last_data_sent`, `tcpi_last_data_recv` of struct tcp_info (linux/tcp.h).
            let word = |at: usize| Some(u32::from_ne_bytes(body.get(at..at + 4)?.try_into().ok()?));
            (sent, received) = (word(44), word(52));
        }
    });
    let state = *answer.get(1)?;
    let times = protocol.starts_with("TCP") && connected;
    Some(Inet {
        inode: word(68)?.into(),
        protocol: protocol.into(),
        local: local.to_string(),
        remote: if connected { remote.to_string() } else { String::new() },
        state,
        unread: word(56)?,
        unsent: word(60)?,
        received: received.filter(|_| times),
        sent: sent.filter(|_| times),
    })
}

/// `struct unix_diag_msg`, then attributes.
fn unix(answer: &[u8]) -> Option<(u64, Unix)> {
    let inode = u32::from_ne_bytes(answer.get(4..8)?.try_into().ok()?);
    let (mut peer, mut name) = (None, None);
    dump::attributes(answer.get(16..)?, |kind, body| match kind {
        UNIX_DIAG_NAME => name = Some(body.to_vec()),
        UNIX_DIAG_PEER => {
            peer = body.try_into().ok().map(u32::from_ne_bytes).filter(|peer| *peer != 0).map(u64::from);
        }
        _ => {}
    });
    let (kind, listens) = (*answer.get(1)?, *answer.get(2)? == TCP_LISTEN);
    Some((inode.into(), Unix { kind, listens, peer, name }))
}

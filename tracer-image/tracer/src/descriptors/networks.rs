//! Information from the kernel's network tables: protocols of netlink sockets, names of interfaces and families.

use super::{dump, path, sockets};
use crate::clock;
use nix::sys::socket::SockProtocol;
use std::{collections::HashMap, fs, ops::ControlFlow, time::Duration};
use syscalls::snapshot::{Answer, Question};

/// At most this many sockets are remembered.
const MOST: usize = 4096;
/// How long the kernel's families are listed: there are some dozens.
const LONGEST: Duration = Duration::from_millis(10);
// linux/genetlink.h
const GENL_ID_CTRL: u16 = 16;
const CTRL_CMD_GETFAMILY: u8 = 3;
const CTRL_ATTR_FAMILY_ID: u16 = 1;
const CTRL_ATTR_FAMILY_NAME: u16 = 2;
/// `struct genlmsghdr`
const GENERIC_HEADER: usize = 4;

/// Earlier answers that do not change.
#[derive(Debug, Default)]
pub struct Networks {
    /// The protocols of netlink sockets, by inode.
    protocols: HashMap<u64, u8>,
    families: Option<HashMap<u16, Vec<u8>>>,
}

impl Networks {
    /// The kernel's answer to a question, mostly about a process's network.
    pub fn answer(&mut self, process: i32, question: Question) -> Answer {
        match question {
            Question::Netlink(fd) => match sockets::protocol(process, fd) {
                Some(name) if name == "NETLINK" => Answer::Protocol(self.protocol(process, fd)),
                _ => Answer::No,
            },
            Question::Interface(index) => interface(index).map_or(Answer::No, Answer::Name),
            Question::Boot => Answer::Time(clock::boot_time()),
            Question::Family(number) => {
                let families = self.families.get_or_insert_with(|| families().unwrap_or_default());
                families.get(&number).map_or(Answer::No, |name| Answer::Name(name.clone()))
            }
        }
    }

    /// The protocol of a netlink socket, from its process's own table. The kernel lists bound sockets.
    fn protocol(&mut self, process: i32, fd: i32) -> Option<u8> {
        let path = path(process, fd)?;
        let inode: u64 =
            std::str::from_utf8(&path).ok()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()?;
        if let Some(known) = self.protocols.get(&inode) {
            return Some(*known);
        }
        // proc_pid_net(5): socket, protocol, port, ..., inode.
        let table = fs::read_to_string(format!("/proc/{process}/net/netlink")).ok()?;
        let found = table.lines().skip(1).find_map(|line| {
            let mut words = line.split_whitespace();
            let protocol = words.nth(1)?.parse().ok()?;
            (words.next_back()?.parse() == Ok(inode)).then_some(protocol)
        })?;
        if self.protocols.len() < MOST {
            self.protocols.insert(inode, found);
        }
        Some(found)
    }
}

/// The name of an interface in our network namespace, which is also the target's.
fn interface(index: u32) -> Option<Vec<u8>> {
    let mut name = [0u8; libc::IF_NAMESIZE];
    // SAFETY: the C library writes at most IF_NAMESIZE bytes, with the NUL.
    let found = unsafe { libc::if_indextoname(index, name.as_mut_ptr().cast()) };
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    (!found.is_null()).then(|| name.to_vec())
}

/// The names of the generic netlink families.
fn families() -> Option<HashMap<u16, Vec<u8>>> {
    let link = dump::link(SockProtocol::NetlinkGeneric)?;
    let mut families = HashMap::new();
    dump::all(&link, GENL_ID_CTRL, &[CTRL_CMD_GETFAMILY, 1, 0, 0], LONGEST, |answer| {
        let (mut number, mut name) = (None, None);
        dump::attributes(answer.get(GENERIC_HEADER..).unwrap_or_default(), |kind, body| match kind {
            CTRL_ATTR_FAMILY_ID => number = body.try_into().ok().map(u16::from_ne_bytes),
            CTRL_ATTR_FAMILY_NAME => name = body.split(|byte| *byte == 0).next(),
            _ => {}
        });
        if let (Some(number), Some(name)) = (number, name) {
            families.insert(number, name.to_vec());
        }
        ControlFlow::Continue(())
    })?;
    Some(families)
}

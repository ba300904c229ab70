//! The facts about one target, in order.

use crate::{addresses::Addresses, session::conversation::Answered, targets::Volumes};
use std::{
    collections::{BTreeSet, HashMap},
    net::{IpAddr, SocketAddr},
};
use syscalls::{
    notation::{HexStrings, Notation, escape},
    value::{Name, Names, Value},
};
use wire::look::{Descriptor, Fact, Group, Limit, Lock, Mount, Object, PathFact, Process, Refused, Thread};

/// What is known of a target.
#[derive(Default)]
pub struct Facts {
    names: Names,
    /// Where in their lists descriptors and threads are: with thousands of each, a search for every one would take seconds.
    descriptor_at: HashMap<(i32, i32), usize>,
    thread_at: HashMap<i32, usize>,
    /// Its processes, by their ids.
    pub processes: HashMap<i32, Process>,
    /// Its threads.
    pub threads: Vec<Thread>,
    /// Descriptors: all, or those that lead to what somebody waits for.
    pub descriptors: Vec<Descriptor>,
    /// Limits.
    pub limits: Vec<Limit>,
    /// Numbers of the control group.
    pub groups: Vec<Group>,
    /// Mounts.
    pub mounts: Vec<Mount>,
    /// File locks.
    pub locks: Vec<Lock>,
    /// Paths.
    pub paths: Vec<PathFact>,
    /// What could not be looked at.
    pub refused: Vec<Refused>,
    /// What was left out, and how many.
    pub cut: Vec<(String, u64)>,
    /// What addresses are in the cluster.
    pub addresses: Addresses,
    /// What stands behind paths.
    pub volumes: Volumes,
}

impl Facts {
    /// Sorts an answer.
    pub fn new(answered: Answered) -> Facts {
        let mut facts = Facts { names: answered.names, ..Facts::default() };
        for fact in answered.facts {
            match fact {
                Fact::Process(process) => drop(facts.processes.insert(process.pid, process)),
                Fact::Thread(thread) => {
                    facts.thread_at.entry(thread.tid).or_insert(facts.threads.len());
                    facts.threads.push(*thread);
                }
                Fact::Descriptor(descriptor) => {
                    let key = (descriptor.process, descriptor.fd);
                    facts.descriptor_at.entry(key).or_insert(facts.descriptors.len());
                    facts.descriptors.push(*descriptor);
                }
                Fact::Limit(limit) => facts.limits.push(limit),
                Fact::Group(group) => facts.groups.push(group),
                Fact::Mount(mount) => facts.mounts.push(mount),
                Fact::Lock(lock) => facts.locks.push(lock),
                Fact::Path(path) => facts.paths.push(*path),
                Fact::Refused(refused) => facts.refused.push(refused),
                Fact::Cut { what, more } => facts.cut.push((what, more)),
            }
        }
        facts
    }

    /// The other ends of connections that are not in the pod itself.
    pub fn remotes(&self) -> BTreeSet<IpAddr> {
        let sockets = self.descriptors.iter().filter_map(|known| match &known.object {
            Object::Inet(inet) => Some(inet),
            _ => None,
        });
        let ends =
            |address: &str| address.parse::<SocketAddr>().ok().map(|address| address.ip().to_canonical());
        let own: BTreeSet<IpAddr> = sockets.clone().filter_map(|inet| ends(&inet.local)).collect();
        let remotes = sockets.filter_map(|inet| ends(&inet.remote));
        remotes.filter(|ip| !ip.is_loopback() && !ip.is_unspecified() && !own.contains(ip)).collect()
    }

    /// A path, made harmless, with what stands behind it in brackets.
    pub fn path(&self, path: &[u8]) -> String {
        let behind = std::str::from_utf8(path).ok().and_then(|path| self.volumes.name(path));
        match behind {
            Some(name) => format!("{} ({name})", words(path)),
            None => words(path),
        }
    }

    /// What a descriptor is open on.
    pub fn descriptor(&self, process: i32, fd: i32) -> Option<&Descriptor> {
        self.descriptor_at.get(&(process, fd)).map(|at| &self.descriptors[*at])
    }

    /// A thread.
    pub fn thread(&self, tid: i32) -> Option<&Thread> {
        self.thread_at.get(&tid).map(|at| &self.threads[*at])
    }

    /// The text of a name.
    pub fn name(&self, name: Name) -> &str {
        self.names.text(name)
    }

    /// A call in strace's notation: `read(7<TCP:[10.0.0.1:80->10.0.0.2:4711]>, ...)`.
    pub fn call(&self, call: Name, args: &[Value]) -> String {
        let mut text = format!("{}(", self.name(call));
        Notation::default().arguments(&mut text, args, &self.names, true);
        text.push(')');
        text
    }
}

/// A name that the target has chosen, made harmless.
pub fn words(bytes: &[u8]) -> String {
    let mut text = String::new();
    escape(&mut text, bytes, b"", HexStrings::Never);
    text
}

//! The namespaces that a call has entered: `-e namespace=new` (namespaces(7)).

use crate::{
    decode::Decode,
    gather::{Gather, Scope},
    snapshot::{Entered, Phase, Place},
    types::{Custom, U64, When},
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

/// Flags of linux/sched.h, the links in `/proc/PID/ns` that they mean, and the links' texts up to the inode: in the order
/// in which strace names them.
pub static ALL: [(u64, &str, &str); 8] = [
    (0x200_0000, "cgroup", "cgroup:"),
    (0x800_0000, "ipc", "ipc:"),
    (0x2_0000, "mnt", "mnt:"),
    (0x4000_0000, "net", "net:"),
    (0x2000_0000, "pid", "pid:"),
    (0x80, "time", "time:"),
    (0x1000_0000, "user", "user:"),
    (0x400_0000, "uts", "uts:"),
];
/// `CSIGNAL`: in `clone` these bits are the signal that the parent gets.
const SIGNAL: u64 = 0xff;

/// The note behind the result of a call that enters namespaces.
pub static ENTERED: Custom = Custom { name: "namespaces entered", size: 0, when: When::Exit, gather, decode };

fn gather(gather: &mut Gather<'_>, result: Place) {
    if let Some(entered) = entered(gather.scope, result) {
        gather.entered(entered);
    }
}

fn decode(decode: &mut Decode<'_>, _: Place) -> Value {
    let found = decode.scope.snapshot.namespaces().to_vec();
    let named = found.into_iter().filter_map(|(flag, inode)| {
        let (.., prefix) = ALL.iter().find(|(known, ..)| *known == flag)?;
        Some(Value::Prefixed(decode.name(prefix), Box::new(Value::Pointee(Box::new(Value::Unsigned(inode))))))
    });
    Value::List(named.collect::<Vec<_>>())
}

/// Who has entered what, if that is wanted and the call was to enter something.
fn entered(scope: Scope<'_>, result: Place) -> Option<Entered> {
    if !scope.depth.namespaces || scope.phase != Phase::Exit {
        return None;
    }
    let child = match result {
        Place::Register(child) => i32::try_from(child).ok().filter(|child| *child > 0),
        Place::Memory { .. } => None,
    };
    let [first, second, ..] = scope.snapshot.args;
    let (flags, child) = match scope.row.name {
        "unshare" => (first, None),
        "setns" => (second, None),
        "clone" => (first & !SIGNAL, Some(child?)),
        "clone3" => (scope.load(Place::Memory { addr: first, phase: Phase::Entry }, U64)?, Some(child?)),
        _ => return None,
    };
    let flags = flags & ALL.iter().fold(0, |all, (flag, ..)| all | flag);
    (flags != 0).then_some(Entered { child, flags })
}

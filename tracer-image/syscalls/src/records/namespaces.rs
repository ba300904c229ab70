//! The namespaces that a call has entered: `-e namespace=new` (namespaces(7)).

use crate::{
    decode::Decode,
    gather::{Gather, Scope},
    snapshot::{Entered, Phase, Place},
    types::{Custom, U64, When},
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

/// Flags of linux/sched.h, and the matching links in `/proc/PID/ns`, with the colon that follows in their texts. The order
/// is strace's.
pub static ALL: [(u64, &str); 8] = [
    (0x200_0000, "cgroup:"),
    (0x800_0000, "ipc:"),
    (0x2_0000, "mnt:"),
    (0x4000_0000, "net:"),
    (0x2000_0000, "pid:"),
    (0x80, "time:"),
    (0x1000_0000, "user:"),
    (0x400_0000, "uts:"),
];
/// `CSIGNAL`: in `clone`, these bits are the signal that the parent gets.
const SIGNAL: u64 = 0xff;

/// The note after the result of a call that enters namespaces.
pub static ENTERED: Custom = Custom { name: "namespaces entered", size: 0, when: When::Exit, gather, decode };

fn gather(gather: &mut Gather<'_>, result: Place) {
    if let Some(entered) = entered(gather.scope, result) {
        gather.entered(entered);
    }
}

fn decode(decode: &mut Decode<'_>, _: Place) -> Value {
    let snapshot = decode.scope.snapshot;
    let named = snapshot.namespaces().iter().filter_map(|(flag, inode)| {
        let (_, name) = ALL.iter().find(|(known, _)| known == flag)?;
        Some(Value::Prefixed(decode.name(name), Box::new(Value::Pointee(Box::new(Value::Unsigned(*inode))))))
    });
    Value::List(named.collect::<Vec<_>>())
}

/// Who entered what, if that is wanted and the call was meant to enter something.
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
    let flags = flags & ALL.iter().fold(0, |all, (flag, _)| all | flag);
    (flags != 0).then_some(Entered { child, flags })
}

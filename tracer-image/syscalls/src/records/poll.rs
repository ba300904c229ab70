//! Waiting for descriptors: `poll.h`, `linux/eventpoll.h`, descriptor sets, and the notes after the calls' results.

use crate::{
    decode::Decode,
    gather::Gather,
    names::poll::{EPOLL_EVENTS, POLL},
    records::sigset::SIGSET,
    row::Row,
    snapshot::{Phase, Place},
    types::{
        Custom, Field, I16, I32, Record,
        Type::{self, *},
        U32, U64, Ulong, When, Width,
    },
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

const NEGATIVE: u64 = 1 << 31;

/// `struct pollfd` as the caller filled it. The kernel ignores a negative descriptor, and its events.
pub static POLLFD: Record = Record {
    name: "pollfd",
    fields: &[
        Field::new("fd", Fd),
        Field::new("events", SwitchBits(0, NEGATIVE, &[(NEGATIVE, Absent)], &Flags(I16, &POLL))),
        Field::padding(Int(I16)),
    ],
};

/// `struct pollfd` as the kernel filled it. What its descriptor is open on was written before.
static POLLED: Record = Record {
    name: "pollfd, filled",
    fields: &[Field::new("fd", Int(I32)), Field::padding(Int(I16)), Field::new("revents", Flags(I16, &POLL))],
};
const POLLFD_SIZE: usize = 8;

/// The signal mask of `pselect6` with its size: the call has six arguments already.
pub static PSELECT_MASK: Record = Record {
    name: "sigset_argpack",
    fields: &[
        Field::new("sigmask", Switch(1, &[(8, In(&Custom(&SIGSET)))], &Addr)),
        Field::new("sigsetsize", Int(Ulong)),
    ],
};

/// `struct epoll_event`: packed on x86_64.
pub static EPOLL_EVENT: Record = Record {
    name: "epoll_event",
    fields: &[
        Field::new("events", Flags(U32, &EPOLL_EVENTS)),
        Field::new("data", PerAbi(&[Packed(&Hex(U64)), Hex(U64), Hex(U64), Hex(U64)])),
    ],
};

/// A descriptor set, with as many bits as the call's first argument says.
pub static FD_SET: Custom = Custom {
    name: "fd_set",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| {
        let Place::Memory { addr, phase } = place else { return };
        let size = set_size(gather.scope.argument(0), gather.scope.abi().word());
        if phase == gather.scope.phase {
            gather.want(addr, size);
        }
        let bytes = gather.scope.bytes(phase, addr, size);
        // A part of a set is none.
        if bytes.len() == size {
            members(bytes, gather.scope.argument(0)).into_iter().for_each(|fd| gather.descriptor(fd));
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let (Place::Memory { addr, .. } | Place::Register(addr)) = place;
        set(decode, place).unwrap_or(Value::Addr(addr))
    },
};

/// A set behind a pointer.
static DESCRIPTORS: Type = Custom(&FD_SET);

/// At most this many descriptors of a set are read. The kernel stops at the number that the process has.
const MOST_DESCRIPTORS: u64 = 1 << 16;

/// The number of descriptors is a C `int`.
fn descriptors(nfds: u64) -> u64 {
    u64::try_from(nfds as i32).unwrap_or(0).min(MOST_DESCRIPTORS)
}

/// The kernel reads whole words.
fn set_size(nfds: u64, word: usize) -> usize {
    (descriptors(nfds) as usize).div_ceil(8 * word) * word
}

fn members(bytes: &[u8], nfds: u64) -> Vec<i32> {
    let set = |fd: &u64| bytes.get((fd / 8) as usize).is_some_and(|byte| byte & (1 << (fd % 8)) != 0);
    (0..descriptors(nfds)).filter(set).map(|fd| fd as i32).collect()
}

fn set(decode: &mut Decode<'_>, place: Place) -> Option<Value> {
    let Place::Memory { addr, phase } = place else { return None };
    let nfds = decode.scope.argument(0);
    let size = set_size(nfds, decode.scope.abi().word());
    let bytes = decode.scope.bytes(phase, addr, size);
    // The kernel refuses a negative number, and reads nothing of an empty set.
    if bytes.len() < size || (nfds as i32) <= 0 {
        return None;
    }
    let items = members(bytes, nfds).into_iter().map(|fd| decode.fd(fd, false)).collect();
    Some(Value::Set { items, complement: false })
}

/// The note after the result of `poll` and `ppoll`: the ready descriptors and, if the timeout is a structure, the time
/// that is left; or that the timeout expired.
pub static POLL_NOTE: Custom = Custom {
    name: "poll's result",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, _| {
        let ready = gather.scope.snapshot.success().is_some_and(|ready| ready > 0);
        if gather.scope.phase == Phase::Exit && ready && gather.scope.depth.dereference {
            gather.want(gather.scope.argument(0), polled(gather.scope.argument(1)) * POLLFD_SIZE);
            gather_left(gather, 2);
        }
    },
    decode: |decode: &mut Decode<'_>, _| {
        if decode.scope.snapshot.success() == Some(0) {
            return Value::Word(decode.name("Timeout"));
        }
        let mut parts = Vec::new();
        // Where the array was not read (`-e verbose=none`), neither is what the kernel wrote in it.
        if decode.scope.depth.dereference && decode.scope.argument(0) != 0 {
            parts.push(ready(decode));
            parts.extend(left(decode, 2));
        }
        Value::List(parts)
    },
};

/// The note after the result of `select` and `pselect6`: the ready descriptors and the time that is left; or that the
/// timeout expired.
pub static SELECT_NOTE: Custom = Custom {
    name: "select's result",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, _| {
        if gather.scope.phase == Phase::Exit && gather.scope.snapshot.success().is_some_and(|ready| ready > 0)
        {
            for argument in 1..4 {
                gather.follow(&DESCRIPTORS, Place::Register(gather.scope.argument(argument)), Phase::Exit);
            }
            gather_left(gather, 4);
        }
    },
    decode: |decode: &mut Decode<'_>, _| {
        if decode.scope.snapshot.success() == Some(0) {
            return Value::Word(decode.name("Timeout"));
        }
        // As in strace: sets are written until as many descriptors are written as the call returned.
        let mut count = usize::try_from(decode.scope.snapshot.success().unwrap_or(0)).unwrap_or(usize::MAX);
        let mut parts = Vec::new();
        for (argument, word) in [(1, "in"), (2, "out"), (3, "except")] {
            let place = Place::Register(decode.scope.argument(argument));
            if count == 0 {
                break;
            }
            if let Some(Value::Set { mut items, complement }) =
                decode.pointee(&DESCRIPTORS, place, Phase::Exit)
                && !items.is_empty()
            {
                items.truncate(count);
                count -= items.len();
                // What they are open on was written before.
                for item in &mut items {
                    if let Value::Fd { path, detail, .. } = item {
                        (*path, *detail) = (None, None);
                    }
                }
                let set = Value::Set { items, complement };
                parts.push(Value::Labeled(decode.name(word), Box::new(set)));
            }
        }
        parts.extend(left(decode, 4));
        Value::List(parts)
    },
};

/// How many of the caller's structures are read.
fn polled(nfds: u64) -> usize {
    (nfds & 0xffff_ffff).min(MOST_DESCRIPTORS) as usize
}

/// The structures whose `revents` is not zero.
fn ready(decode: &mut Decode<'_>) -> Value {
    let addr = decode.scope.argument(0);
    let most = decode.scope.most_elements();
    let (mut items, mut cut) = (Vec::new(), false);
    for index in 0..polled(decode.scope.argument(1)) {
        let at = addr.wrapping_add((index * POLLFD_SIZE) as u64);
        let place = |offset| Place::Memory { addr: at.wrapping_add(offset), phase: Phase::Exit };
        match decode.scope.load(place(6), Width::U16) {
            Some(0) => {}
            Some(_) if items.len() == most => {
                cut = true;
                break;
            }
            Some(_) => items.extend(decode.record(&POLLED, place(0))),
            None => {
                items.push(Value::Addr(at));
                break;
            }
        }
    }
    Value::Array { items, cut }
}

/// The structure behind a timeout argument, if it is one.
fn timeout(row: &'static Row, argument: u8) -> Option<&'static Type> {
    match row.params.get(argument as usize).map(|param| &param.ty) {
        Some(In(time)) => Some(time),
        _ => None,
    }
}

/// Asks for the time that is left in a timeout argument.
pub fn gather_left(gather: &mut Gather<'_>, argument: u8) {
    if let Some(time) = timeout(gather.scope.row, argument) {
        gather.follow(time, Place::Register(gather.scope.argument(argument)), Phase::Exit);
    }
}

/// `left {tv_sec=1, tv_nsec=0}`
pub fn left(decode: &mut Decode<'_>, argument: u8) -> Option<Value> {
    let time = timeout(decode.scope.row, argument)?;
    let (row, depth, addr) = (decode.scope.row, decode.scope.depth, decode.scope.argument(argument));
    if !depth.dereference {
        let told = addr != 0 && !row.name.starts_with("recvmmsg");
        return told.then(|| Value::Labeled(decode.name("left"), Box::new(Value::Addr(addr))));
    }
    match decode.pointee(time, Place::Register(decode.scope.argument(argument)), Phase::Exit)? {
        Value::Addr(_) => None,
        time => Some(Value::Labeled(decode.name("left"), Box::new(time))),
    }
}

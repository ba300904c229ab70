//! Structures of the kernel itself: segments of a new kernel (`linux/kexec.h`), security modules (`linux/lsm.h`),
//! namespaces (`linux/nsfs.h`).

use crate::{
    decode::Decode,
    gather::{Gather, Scope},
    names::lsm::{MODULES, NAMESPACES, OWNER},
    snapshot::{Phase, Place},
    types::{
        Custom, Field, Len, RESULT, Record,
        Type::{self, *},
        U32, U64, Ulong, When,
    },
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

/// `struct kexec_segment`
pub static KEXEC_SEGMENT: Record = Record {
    name: "kexec_segment",
    fields: &[
        Field::new("buf", Addr),
        Field::new("bufsz", Int(Ulong)),
        Field::new("mem", Addr),
        Field::new("memsz", Int(Ulong)),
    ],
};

/// `struct ns_id_req`
pub static NAMESPACES_ASKED: Record = Record {
    name: "ns_id_req",
    fields: &[
        Field::new("size", Int(U32)),
        Field::since(32, "spare", Switch(1, &[(0, Absent)], &Hex(U32))),
        Field::since(32, "ns_id", Hex(U64)),
        Field::since(32, "ns_type", Flags(U32, &NAMESPACES)),
        Field::since(32, "spare2", Switch(4, &[(0, Absent)], &Hex(U32))),
        Field::since(32, "user_ns_id", Hex(U64)),
        Field::new("", Beyond),
    ],
};

/// A size that the kernel returns, even if the given size was too small.
pub static SIZE_TOLD: Custom = Custom {
    name: "size, told",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        if let Some(addr) = gather.scope.pointer(place) {
            gather.want(addr, 4);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let addr = decode.scope.pointer(place).unwrap_or(0);
        let size = |phase| decode.scope.load(Place::Memory { addr, phase }, U32);
        let Some(before) = size(Phase::Entry) else { return Value::Addr(addr) };
        Value::Pointee(Box::new(match size(Phase::Exit).filter(|after| *after != before) {
            Some(after) => {
                Value::Changed(Box::new(Value::Unsigned(before)), Box::new(Value::Unsigned(after)))
            }
            None => Value::Unsigned(before),
        }))
    },
};

/// The modules that `lsm_list_modules` returns, if the size after them is readable; otherwise nothing was filled.
pub static MODULES_LISTED: Custom = Custom {
    name: "ids of modules",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        if gather.scope.snapshot.success().is_some() {
            gather.follow(&LISTED, place, Phase::Exit);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let size = Place::Memory { addr: decode.scope.argument(1), phase: Phase::Exit };
        let told = decode.scope.snapshot.success().and(decode.scope.load(size, U32));
        let ids = told.and_then(|_| decode.pointee(&LISTED, place, Phase::Exit));
        ids.unwrap_or(Value::Addr(decode.scope.pointer(place).unwrap_or(0)))
    },
};
static LISTED: Type = Array(&Symbol(U64, &MODULES), Len::Ret(RESULT));

/// The fixed part of `struct lsm_ctx`, in bytes: four words of 64 bits.
const HEADER: u64 = 32;
/// At most this many bytes of contexts are read: a module's data about a process is at most a page.
const MOST: u64 = 4096;

/// The argument of `lsm_set_self_attr`: one context, whose size is the next argument.
pub static CONTEXT: Custom = Custom {
    name: "lsm_ctx",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| {
        let size = gather.scope.argument(2) & 0xffff_ffff;
        if let (Phase::Entry, Some(addr)) = (gather.scope.phase, gather.scope.pointer(place)) {
            gather.want(addr, size.min(MOST) as usize);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let addr = decode.scope.pointer(place).unwrap_or(0);
        let size = decode.scope.argument(2) & 0xffff_ffff;
        context(decode, addr, Phase::Entry, size).map_or(Value::Addr(addr), |(context, _)| context)
    },
};

/// The result of `lsm_get_self_attr`: contexts, one after another. With `LSM_FLAG_SINGLE`, the first says whose is wanted.
pub static CONTEXTS: Custom = Custom {
    name: "lsm_ctx, to fill",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        let scope = gather.scope;
        let Some(addr) = scope.pointer(place) else { return };
        match scope.phase {
            Phase::Entry => gather.want(addr, 8),
            // The size that says how much to read is in the next argument.
            Phase::Exit => {
                if let (Some(_), Some(size)) = (scope.snapshot.success(), filled(&scope)) {
                    gather.want(addr, size.min(MOST) as usize);
                }
            }
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        const SINGLE: u64 = 1;
        let addr = decode.scope.pointer(place).unwrap_or(0);
        let wanted = (decode.scope.argument(3) & SINGLE != 0)
            .then(|| decode.scope.load(Place::Memory { addr, phase: Phase::Entry }, U64))
            .flatten();
        let told = match (decode.scope.snapshot.success(), filled(&decode.scope)) {
            (Some(_), Some(size)) => contexts(decode, addr, size),
            _ => None,
        };
        let told = told.unwrap_or(Value::Addr(addr));
        match wanted {
            Some(id) => {
                let id = decode.symbol(id, &OWNER, U64);
                let fields = [(Some(decode.name("id")), id)].into();
                Value::Changed(Box::new(Value::Struct { fields, cut: false }), Box::new(told))
            }
            None => told,
        }
    },
};

/// How many bytes were filled, from behind the third argument.
fn filled(scope: &Scope<'_>) -> Option<u64> {
    scope.load(Place::Memory { addr: scope.argument(2), phase: Phase::Exit }, U32)
}

fn contexts(decode: &mut Decode<'_>, addr: u64, size: u64) -> Option<Value> {
    let most = decode.scope.most_elements();
    let (mut items, mut at, mut cut) = (Vec::new(), 0, false);
    while at < size {
        let Some((context, len)) = context(decode, addr.wrapping_add(at), Phase::Exit, size - at) else {
            break;
        };
        if items.len() == most {
            cut = true;
            break;
        }
        items.push(context);
        // Otherwise a context with a stated length of zero would be repeated for ever.
        at += len.max(HEADER);
    }
    (!items.is_empty()).then_some(Value::Array { items, cut })
}

/// A context in at most `room` bytes, and the length that it states.
fn context(decode: &mut Decode<'_>, addr: u64, phase: Phase, room: u64) -> Option<(Value, u64)> {
    if room < HEADER {
        return None;
    }
    let word = |index: u64| Place::Memory { addr: addr.wrapping_add(8 * index), phase };
    let id = decode.scope.load(word(0), U64)?;
    let [flags, len, ctx_len] = [1, 2, 3].map(|index| decode.scope.load(word(index), U64));
    let (flags, len, ctx_len) = (flags?, len?, ctx_len?);
    let id = decode.symbol(id, &OWNER, U64);
    let mut fields = Vec::from([
        (Some(decode.name("id")), id),
        (Some(decode.name("flags")), Value::Hex(flags)),
        (Some(decode.name("len")), Value::Unsigned(len)),
        (Some(decode.name("ctx_len")), Value::Unsigned(ctx_len)),
    ]);
    let count = ctx_len.min(len.saturating_sub(HEADER)).min(room - HEADER).min(MOST) as usize;
    let most = count.min(decode.scope.depth.strings);
    let bytes = decode.scope.snapshot.read(phase, addr.wrapping_add(HEADER), most);
    if count > 0 && bytes.len() == most {
        let ctx = Value::Binary { bytes: bytes.into(), cut: count > most };
        fields.push((Some(decode.name("ctx")), ctx));
    }
    Some((Value::Struct { fields, cut: false }, len))
}

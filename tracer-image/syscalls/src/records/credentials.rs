//! The structures of `capget` and `capset` (`linux/capability.h`).

use crate::{
    decode::Decode,
    gather::Gather,
    names::credentials::{CAPABILITIES, CAPABILITY_VERSIONS},
    snapshot::{Phase, Place},
    types::{
        Custom, Field, Record,
        Type::{Pid, Symbol},
        U32, When,
    },
    value::Value,
};
use alloc::vec::Vec;

/// `struct __user_cap_header_struct`
pub static HEADER: Record = Record {
    name: "__user_cap_header_struct",
    fields: &[Field::new("version", Symbol(U32, &CAPABILITY_VERSIONS)), Field::new("pid", Pid)],
};

/// The sets behind the second argument: one or two structures of three words, depending on the version in the first one.
pub static SETS: Custom = Custom {
    name: "__user_cap_data_struct",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| {
        let Place::Memory { addr, phase } = place else { return };
        if phase == gather.scope.phase
            && let Some(words) = words(&gather.scope)
        {
            gather.want(addr, 12 * words);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let (Place::Memory { addr, .. } | Place::Register(addr)) = place;
        sets(decode, place).unwrap_or(Value::Addr(addr))
    },
};

fn sets(decode: &mut Decode<'_>, place: Place) -> Option<Value> {
    let Place::Memory { addr, phase } = place else { return None };
    let words = words(&decode.scope)?;
    let mut fields = Vec::new();
    for (index, name) in ["effective", "permitted", "inheritable"].into_iter().enumerate() {
        let mut bits = 0;
        for word in 0..words {
            let at = Place::Memory { addr: addr.wrapping_add((12 * word + 4 * index) as u64), phase };
            bits |= decode.scope.load(at, U32)? << (32 * word);
        }
        let value = decode.flags(bits, &CAPABILITIES);
        fields.push((Some(decode.name(name)), value));
    }
    Some(Value::Struct { fields, cut: false })
}

/// How many words a set has in the version that argument 0 points to.
fn words(scope: &crate::gather::Scope<'_>) -> Option<usize> {
    match scope.load(Place::Memory { addr: scope.argument(0), phase: Phase::Entry }, U32)? {
        0x2007_1026 | 0x2008_0522 => Some(2),
        // The first version, or an invalid one: strace reads the minimum.
        _ => Some(1),
    }
}

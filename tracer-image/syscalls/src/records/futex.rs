//! Structures of futexes: `linux/futex.h`.

use crate::{
    decode::Decode,
    names::futex::{FUTEX2, WAKE_COMPARISONS, WAKE_OPS},
    types::{
        Custom, Field, Record,
        Type::{Addr, Flags, Hex, Wide},
        U32, U64,
    },
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

/// `struct futex_waitv`
pub static WAITER: Record = Record {
    name: "futex_waitv",
    fields: &[
        Field::new("val", Hex(U64)),
        Field::new("uaddr", Wide(&Addr)),
        Field::new("flags", Flags(U32, &FUTEX2)),
        Field::nonzero("__reserved", Hex(U32)),
    ],
};

/// What `FUTEX_WAKE_OP` does to the second futex, and how it compares it: `FUTEX_OP` of futex(2).
pub static WAKE_OP: Custom = Custom::inside("FUTEX_OP", 4, |decode: &mut Decode<'_>, place| {
    let bits = decode.scope.load(place, U32).unwrap_or(0);
    let mut parts = Vec::new();
    if bits & 0x8000_0000 != 0 {
        let name = Some(decode.name("FUTEX_OP_OPARG_SHIFT"));
        parts.push(Value::Above(Box::new(Value::Symbol { bits: 8, name, unknown: None }), 28));
    }
    parts.push(Value::Above(Box::new(decode.symbol(bits >> 28 & 7, &WAKE_OPS, U32)), 28));
    parts.push(Value::HexShifted { bits: bits >> 12 & 0xfff, shift: 12 });
    parts.push(Value::Above(Box::new(decode.symbol(bits >> 24 & 0xf, &WAKE_COMPARISONS, U32)), 24));
    parts.push(Value::Hex(bits & 0xfff));
    Value::Or(parts)
});

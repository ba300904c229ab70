//! Structures of futexes: `linux/futex.h`.

use crate::{
    decode::Decode,
    names::futex::{FUTEX2, WAKE_COMPARISONS, WAKE_OPS},
    types::{
        Custom, Field, Record, Symbols,
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

/// What `FUTEX_WAKE_OP` does to the second futex and how it compares it: `FUTEX_OP` of futex(2).
pub static WAKE_OP: Custom = Custom::inside("FUTEX_OP", 4, |decode: &mut Decode<'_>, place| {
    let bits = decode.scope.load(place, U32).unwrap_or(0);
    let mut parts = Vec::new();
    if bits & 0x8000_0000 != 0 {
        parts.push(Value::Word(decode.name("FUTEX_OP_OPARG_SHIFT<<28")));
    }
    parts.push(shifted(decode, bits & 0x7000_0000, 28, &WAKE_OPS));
    parts.push(Value::HexShifted { bits: bits >> 12 & 0xfff, shift: 12 });
    parts.push(shifted(decode, bits & 0xf00_0000, 24, &WAKE_COMPARISONS));
    parts.push(Value::Hex(bits & 0xfff));
    Value::Or(parts)
});

fn shifted(decode: &mut Decode<'_>, bits: u64, shift: u8, names: &'static Symbols) -> Value {
    match names.names.iter().find(|(value, _)| *value == bits) {
        Some((_, name)) => Value::Word(decode.name(name)),
        None => {
            Value::Noted(Box::new(Value::HexShifted { bits: bits >> shift, shift }), names.unknown.into())
        }
    }
}

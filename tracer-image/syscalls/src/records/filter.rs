//! Classic BPF filters (`linux/filter.h`), for system calls and for packets. Without `-v`, only their address is written.

use crate::{
    decode::Decode,
    names::{filter::*, process::SECCOMP_RETURNS},
    snapshot::Place,
    types::{
        Custom, Field, Len, Record, Symbols,
        Type::{self, Array, In, Int, Verbose},
        U8, U16, U32,
    },
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

/// `BPF_MAXINSNS` of `linux/bpf_common.h`.
const MOST: u32 = 4096;

/// `struct sock_fprog` of `seccomp`
pub static CALL_FILTER: Record = Record {
    name: "sock_fprog",
    fields: &[
        Field::new("len", Int(U16)),
        Field::new("filter", Verbose(&In(&Array(&Type::Custom(&CALL_INSTRUCTION), Len::Most(0, MOST))))),
    ],
};

/// `struct sock_fprog` of a socket
pub static PACKET_FILTER: Record = Record {
    name: "sock_fprog",
    fields: &[
        Field::new("len", Int(U16)),
        Field::new("filter", Verbose(&In(&Array(&Type::Custom(&PACKET_INSTRUCTION), Len::Most(0, MOST))))),
    ],
};

/// `struct sock_filter` of `seccomp`: its return value decides about the call.
static CALL_INSTRUCTION: Custom =
    Custom::inside("sock_filter of seccomp", 8, |decode: &mut Decode<'_>, place| {
        instruction(decode, place, call_number)
    });

/// `struct sock_filter` of a socket: it may load data that is not part of the packet.
static PACKET_INSTRUCTION: Custom =
    Custom::inside("sock_filter of a socket", 8, |decode: &mut Decode<'_>, place| {
        instruction(decode, place, packet_number)
    });

const LD: u64 = 0;
const LDX: u64 = 1;
const ALU: u64 = 4;
const JMP: u64 = 5;
const RET: u64 = 6;
const MISC: u64 = 7;
const ABS: u64 = 0x20;

/// `BPF_STMT(code, k)`, or `BPF_JUMP(code, k, jt, jf)` for a jump.
fn instruction(
    decode: &mut Decode<'_>,
    place: Place,
    number: fn(&mut Decode<'_>, u64, u64) -> Option<Value>,
) -> Value {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    let part =
        |offset, width| decode.scope.load(Place::Memory { addr: addr.wrapping_add(offset), phase }, width);
    let (Some(bits), Some(yes), Some(no), Some(k)) = (part(0, U16), part(2, U8), part(3, U8), part(4, U32))
    else {
        return Value::Addr(addr);
    };
    let code = code(decode, bits);
    if yes != 0 || no != 0 {
        let parts = [code, Value::Hex(k), Value::Hex(yes), Value::Hex(no)];
        return Value::Macro(decode.name("BPF_JUMP"), parts.into());
    }
    let k = number(decode, bits, k).unwrap_or(Value::Hex(k));
    Value::Macro(decode.name("BPF_STMT"), [code, k].into())
}

/// The parts of an instruction's opcode, followed by the remaining bits.
fn code(decode: &mut Decode<'_>, bits: u64) -> Value {
    let mut parts = Vec::new();
    let mut part =
        |mask: u64, symbols: &'static Symbols| parts.push(decode.symbol(bits & mask, symbols, U16));
    part(7, &CLASSES);
    // For loads, arithmetic and jumps, the upper byte has no meaning.
    let rest = match bits & 7 {
        LD | LDX => {
            part(0x18, &SIZES);
            part(0xe0, &MODES);
            0
        }
        class @ (ALU | JMP) => {
            part(8, &SOURCES);
            part(0xf0, if class == ALU { &COMPUTED } else { &JUMPS });
            0
        }
        RET => {
            part(0x18, &RETURNED);
            bits & !0x1f
        }
        MISC => {
            part(0xf8, &COPIED);
            bits & !0xff
        }
        _ => bits & !7,
    };
    if rest != 0 {
        parts.push(Value::Noted(Box::new(Value::Hex(rest)), CLASSES.unknown.into()));
    }
    Value::Or(parts)
}

fn call_number(decode: &mut Decode<'_>, code: u64, k: u64) -> Option<Value> {
    if code & 7 != RET {
        return None;
    }
    let action = decode.symbol(k & 0xffff_0000, &SECCOMP_RETURNS, U32);
    Some(match k & 0xffff {
        0 => action,
        data => Value::Or([action, Value::Hex(data)].into()),
    })
}

fn packet_number(decode: &mut Decode<'_>, code: u64, k: u64) -> Option<Value> {
    // `SKF_AD_OFF`, `SKF_NET_OFF` and `SKF_LL_OFF`, which are negative.
    const ANCILLARY_FROM: u64 = 0xffff_f000;
    const NETWORK_FROM: u64 = 0xfff0_0000;
    const LINK_FROM: u64 = 0xffe0_0000;
    if code & 0xe7 != LD | ABS {
        return None;
    }
    let (name, offset) = match k {
        ANCILLARY_FROM.. => ("SKF_AD_OFF+", decode.symbol(k - ANCILLARY_FROM, &ANCILLARY, U32)),
        NETWORK_FROM.. => ("SKF_NET_OFF+", Value::Unsigned(k - NETWORK_FROM)),
        LINK_FROM.. => ("SKF_LL_OFF+", Value::Unsigned(k - LINK_FROM)),
        _ => return None,
    };
    Some(Value::Prefixed(decode.name(name), Box::new(offset)))
}

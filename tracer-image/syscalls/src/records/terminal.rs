//! Terminals: `asm-generic/termbits.h`, `asm-generic/termios.h`.

use crate::{
    decode::Decode,
    gather::Gather,
    names::terminal::*,
    snapshot::Place,
    types::{Custom, Field, Flags, Record, Type::Int, U16, When, Width},
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

/// `struct winsize`
pub static WINSIZE: Record = Record {
    name: "winsize",
    fields: &[
        Field::new("ws_row", Int(U16)),
        Field::new("ws_col", Int(U16)),
        Field::new("ws_xpixel", Int(U16)),
        Field::new("ws_ypixel", Int(U16)),
    ],
};

/// The kernel's `struct termios`.
pub static TERMIOS: Custom =
    terminal("termios", 36, |decode, place| modes(decode, place, Width::U32, 19, false));
/// `struct termios2`, which has separate speeds.
pub static TERMIOS2: Custom =
    terminal("termios2", 44, |decode, place| modes(decode, place, Width::U32, 19, true));
/// System V's `struct termio`.
pub static TERMIO: Custom = terminal("termio", 18, |decode, place| modes(decode, place, U16, 8, false));

const fn terminal(name: &'static str, size: usize, decode: fn(&mut Decode<'_>, Place) -> Value) -> Custom {
    Custom { name, size, when: When::Entry, gather: |_: &mut Gather<'_>, _| {}, decode }
}

/// The four words of modes and, with `-v`, the rest: line discipline, characters, speeds.
fn modes(decode: &mut Decode<'_>, place: Place, width: Width, characters: u64, speeds: bool) -> Value {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    let size: u64 = if width == U16 { 2 } else { 4 };
    let at = |offset: u64| Place::Memory { addr: addr.wrapping_add(offset), phase };
    let scope = decode.scope;
    let last = 4 * size + characters + if speeds { 8 } else { 0 };
    if scope.load(at(last), Width::U8).is_none() {
        return Value::Addr(addr);
    }
    let word = |index: u64| scope.load(at(index * size), width).unwrap_or(0);
    let mut fields = Vec::new();
    let value = switches(decode, word(0), &IFLAG);
    fields.push((Some(decode.name("c_iflag")), value));
    let value = output(decode, word(1));
    fields.push((Some(decode.name("c_oflag")), value));
    let value = control(decode, word(2));
    fields.push((Some(decode.name("c_cflag")), value));
    let value = switches(decode, word(3), &LFLAG);
    fields.push((Some(decode.name("c_lflag")), value));
    if !scope.depth.verbose {
        return Value::Struct { fields, cut: true };
    }
    let line = scope.load(at(4 * size), Width::U8).unwrap_or(0);
    let line = decode.symbol(line, &LINE, Width::U8);
    fields.push((Some(decode.name("c_line")), line));
    let mut items = Vec::new();
    for (index, name) in (0..characters).zip(CHARACTERS) {
        let character = scope.load(at(4 * size + 1 + index), Width::U8).unwrap_or(0);
        items.push(Value::Field(decode.name(name), Box::new(Value::Hex(character))));
    }
    fields.push((Some(decode.name("c_cc")), Value::Array { items, cut: false }));
    if speeds {
        for (name, offset) in [("c_ispeed", 36), ("c_ospeed", 40)] {
            let speed = Value::Unsigned(scope.load(at(offset), Width::U32).unwrap_or(0));
            fields.push((Some(decode.name(name)), speed));
        }
    }
    Value::Struct { fields, cut: false }
}

/// Named bits, or nothing at all if none is set.
fn switches(decode: &mut Decode<'_>, bits: u64, flags: &'static Flags) -> Value {
    if bits == 0 { Value::Or(Vec::new()) } else { decode.flags(bits, flags) }
}

/// The name of a part of a word, which is removed from the word.
fn part(
    decode: &mut Decode<'_>,
    bits: &mut u64,
    mask: u64,
    names: &'static [(u64, &'static str)],
) -> Option<Value> {
    let (value, name) = names.iter().find(|(value, _)| *value == *bits & mask)?;
    *bits &= !value;
    Some(Value::Called(Box::new(Value::Hex(*value)), decode.name(name)))
}

fn output(decode: &mut Decode<'_>, mut bits: u64) -> Value {
    let mut parts = Vec::new();
    for (mask, names) in DELAYS {
        parts.extend(part(decode, &mut bits, *mask, names));
    }
    parts.push(switches(decode, bits, &OFLAG));
    Value::Or(parts)
}

fn control(decode: &mut Decode<'_>, mut bits: u64) -> Value {
    let mut parts = Vec::new();
    parts.extend(part(decode, &mut bits, CBAUD, SPEEDS));
    let input = (bits >> IBSHIFT) & CBAUD;
    if let Some((_, name)) = SPEEDS.iter().find(|(value, _)| *value == input && input != 0) {
        let (speed, shift) = (decode.name(name), decode.name("IBSHIFT"));
        parts.push(Value::ShiftedName(speed, shift));
        bits &= !(input << IBSHIFT);
    }
    let (mask, names) = SIZES;
    parts.extend(part(decode, &mut bits, mask, names));
    parts.push(switches(decode, bits, &CFLAG));
    Value::Or(parts)
}

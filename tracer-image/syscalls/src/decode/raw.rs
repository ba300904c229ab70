//! Arguments as numbers: `-e raw=`.

use super::{Decode, Outcome, mask};
use crate::{
    multiplexed,
    row::Row,
    snapshot::{Raw, Snapshot},
    types::{Type, Width},
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

/// The names of arguments that are not decoded.
const NAMES: [&str; 6] = ["arg1", "arg2", "arg3", "arg4", "arg5", "arg6"];

/// All arguments, in hexadecimal.
pub(super) fn arguments(row: &'static Row, decode: &mut Decode<'_>) -> Vec<Value> {
    let args = registers(row, decode);
    if !decode.scope.depth.names {
        return args;
    }
    let named = args.into_iter().zip(NAMES);
    named.map(|(register, name)| Value::Field(decode.name(name), Box::new(register))).collect()
}

fn registers(row: &'static Row, decode: &Decode<'_>) -> Vec<Value> {
    let snapshot = decode.scope.snapshot;
    if let Some((_, count)) = multiplexed::raw(snapshot.number, snapshot.args) {
        return snapshot.args.iter().take(count).map(|register| Value::Hex(*register)).collect();
    }
    let mut args = Vec::with_capacity(row.params.len());
    for (index, param) in row.params.iter().enumerate() {
        let number = decode.scope.argument(index as u8) & mask(width(&param.ty), decode.scope.abi().word());
        args.push(Value::Hex(number));
    }
    if let Some((_, kept, count)) = COUNTS.iter().find(|(name, ..)| *name == row.name) {
        args.truncate(*kept);
        let registers = decode.scope.snapshot.args.iter().take(*count).skip(*kept);
        args.extend(registers.map(|register| Value::Hex(*register)));
    }
    args
}

/// Calls for which strace writes a different number of registers than they have parameters here: how many parameters are
/// the same, and how many registers strace writes.
const COUNTS: &[(&str, usize, usize)] = &[
    ("clone", 2, 5),
    ("preadv2", 4, 6),
    ("pwritev2", 4, 6),
    ("rt_sigreturn", 0, 0),
    ("restart_syscall", 0, 0),
];

/// The result, in hexadecimal.
pub(super) fn outcome(row: &'static Row, snapshot: &Snapshot) -> Outcome {
    match snapshot.result {
        None => Outcome::Unknown,
        Some(Raw::Error(errno)) => Outcome::Error(errno),
        Some(Raw::Value(value)) => {
            Outcome::Value(Value::Hex(value & mask(width(&row.result), snapshot.abi.word())), None)
        }
    }
}

/// The width of an argument's register. A pointer has the width of a word.
fn width(ty: &Type) -> Width {
    match ty {
        Type::Int(width)
        | Type::Hex(width)
        | Type::Octal(width)
        | Type::Mode(width)
        | Type::Limit(width)
        | Type::Dev(width)
        | Type::Flags(width, _)
        | Type::Symbol(width, _)
        | Type::Mixed(width, ..)
        | Type::Tail(width, ..)
        | Type::Leading(width, ..)
        | Type::Numbered(width, _)
        | Type::Date(width, _)
        | Type::Shifted(width, ..) => *width,
        Type::Fd | Type::Dirfd | Type::Pid | Type::Group | Type::Signal => Width::U32,
        Type::If(_, _, ty) | Type::AtMost(_, _, ty) | Type::Verbose(ty) => width(ty),
        Type::Switch(_, _, default) | Type::SwitchBits(_, _, _, default) => width(default),
        Type::PerAbi(types) => width(&types[0]),
        Type::Pair(_) => Width::U64,
        _ => Width::Ulong,
    }
}

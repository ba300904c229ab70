//! Signal sets: one bit each, from signal 1 on (`sigset_t`, 64 bits on every supported ABI).

use crate::{
    decode::Decode,
    names::signal,
    snapshot::Place,
    types::{Custom, Width},
    value::{Names, Value},
};
use alloc::vec::Vec;

/// Size of the kernel's `sigset_t` in bytes. Calls take it as `sigsetsize` and refuse any other.
pub const SIZE: usize = 8;

/// `sigset_t` behind a pointer or inside a structure.
pub static SIGSET: Custom = Custom::inside("sigset_t", SIZE, |decode: &mut Decode<'_>, place| {
    match (decode.scope.load(place, Width::U64), place) {
        (Some(bits), _) => value(bits, decode.names()),
        (None, Place::Memory { addr, .. } | Place::Register(addr)) => Value::Addr(addr),
    }
});

/// `old_sigset_t`: the first 32 signals.
pub static OLD_SIGSET: Custom = Custom::inside("old_sigset_t", 4, |decode: &mut Decode<'_>, place| {
    match (decode.scope.load(place, Width::U32), place) {
        (Some(bits), _) => set(bits, 32, decode.names()),
        (None, Place::Memory { addr, .. } | Place::Register(addr)) => Value::Addr(addr),
    }
});

/// The set as strace writes it: `[INT CHLD]`, or `~[KILL STOP]` if most signals are in it.
pub fn value(bits: u64, names: &mut Names) -> Value {
    set(bits, 64, names)
}

/// A set out of this many signals.
fn set(bits: u64, signals: u32, names: &mut Names) -> Value {
    // As in strace: from two thirds of all signals on, the missing ones are written instead.
    let complement = bits.count_ones() >= signals * 2 / 3;
    let listed = if complement { !bits } else { bits };
    let mut items = Vec::new();
    for signo in 1..=signals {
        if listed & (1 << (signo - 1)) != 0 {
            items.push(match signal::name(signo.into()) {
                // Every name begins with `SIG`, which is left out in a set.
                Some(name) => Value::Named { number: signo.into(), name: names.intern(&name[3..]) },
                None => Value::Unsigned(signo.into()),
            });
        }
    }
    Value::Set { items, complement }
}

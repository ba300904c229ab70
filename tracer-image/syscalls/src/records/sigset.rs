//! Sets of signals: one bit each, from signal 1 on (`sigset_t`, 64 bits on every ABI that we know).

use crate::{
    decode::Decode,
    names::signal,
    snapshot::Place,
    types::{Custom, Width},
    value::{Names, Value},
};
use alloc::vec::Vec;

/// Size of the kernel's `sigset_t` in bytes; calls take it as `sigsetsize` and refuse any other.
pub const SIZE: usize = 8;

/// `sigset_t` behind a pointer or inside of a structure.
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

/// The set as strace writes it: `[INT CHLD]`, or `~[KILL STOP]` where most signals are in it.
pub fn value(bits: u64, names: &mut Names) -> Value {
    set(bits, 64, names)
}

/// A set of so many signals.
fn set(bits: u64, signals: u32, names: &mut Names) -> Value {
    // As strace: two thirds of all signals make it shorter to say which are missing.
    let complement = bits.count_ones() >= signals * 2 / 3;
    let listed = if complement { !bits } else { bits };
    let mut items = Vec::new();
    for signo in 1..=signals {
        if listed & (1 << (signo - 1)) != 0 {
            items.push(match signal::name(signo.into()) {
                // Every name begins with `SIG`, which a set leaves out.
                Some(name) => Value::Named { number: signo.into(), name: names.intern(&name[3..]) },
                None => Value::Unsigned(signo.into()),
            });
        }
    }
    Value::Set { items, complement }
}

//! The kernel's `struct sigaction` and `stack_t` (`asm-generic/signal.h`, `asm/signal.h`), and the frame that
//! `rt_sigreturn` restores.

use crate::{
    abi::Abi,
    decode::Decode,
    gather::Gather,
    names::signal::{HANDLERS, SA_FLAGS, SS_FLAGS},
    records::sigset,
    snapshot::{Phase, Place},
    types::{
        Custom, Field, I32, Record,
        Type::{self, Addr, Int},
        U64, Ulong, When,
    },
    value::Value,
};
use alloc::vec::Vec;

/// `struct sigaction`: strace does not write its fields in the order of memory.
pub static SIGACTION: Custom = Custom {
    name: "sigaction",
    size: 32,
    when: When::Entry,
    gather: |_: &mut Gather<'_>, _| {},
    decode: |decode: &mut Decode<'_>, place| {
        let (Place::Memory { addr, .. } | Place::Register(addr)) = place;
        sigaction(decode, place).unwrap_or(Value::Addr(addr))
    },
};

fn sigaction(decode: &mut Decode<'_>, place: Place) -> Option<Value> {
    const SA_RESTORER: u64 = 0x400_0000;
    let Place::Memory { addr, phase } = place else { return None };
    let word = decode.scope.abi().word() as u64;
    let at = |offset: u64| Place::Memory { addr: addr.wrapping_add(offset), phase };
    let handler = decode.scope.load(at(0), Ulong)?;
    let flags = decode.scope.load(at(word), Ulong)?;
    let restorer = decode.scope.load(at(2 * word), Ulong)?;
    let mask = decode.scope.load(at(3 * word), U64)?;
    let mut fields = Vec::new();
    let all_ones = u64::MAX >> (64 - 8 * word);
    let handler = match handler {
        0 | 1 => decode.symbol(handler, &HANDLERS, Ulong),
        other if other == all_ones => decode.symbol(other, &HANDLERS, Ulong),
        other => Value::Addr(other),
    };
    fields.push((Some(decode.name("sa_handler")), handler));
    let mask = sigset::value(mask, decode.names());
    fields.push((Some(decode.name("sa_mask")), mask));
    let value = decode.flags(flags, &SA_FLAGS);
    fields.push((Some(decode.name("sa_flags")), value));
    if flags & SA_RESTORER != 0 {
        fields.push((Some(decode.name("sa_restorer")), Value::Addr(restorer)));
    }
    Some(Value::Struct { fields, cut: false })
}

/// `stack_t`
pub static STACK: Record = Record {
    name: "stack_t",
    fields: &[
        Field::new("ss_sp", Addr),
        Field::new("ss_flags", Type::Flags(I32, &SS_FLAGS)),
        Field::new("ss_size", Int(Ulong)),
    ],
};

/// What `rt_sigreturn` restores, found by the stack pointer: the signal mask of the interrupted code.
pub static SIGFRAME: Custom = Custom {
    name: "rt_sigframe",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, _| {
        let at = mask_of_frame(gather.scope.snapshot.stack, gather.scope.abi());
        if gather.scope.phase == Phase::Entry {
            gather.want(at, sigset::SIZE);
        }
    },
    decode: |decode: &mut Decode<'_>, _| {
        let addr = mask_of_frame(decode.scope.snapshot.stack, decode.scope.abi());
        let place = Place::Memory { addr, phase: Phase::Entry };
        match decode.scope.load(place, U64) {
            Some(mask) => {
                let name = decode.name("mask");
                let mask = sigset::value(mask, decode.names());
                Value::Struct { fields: [(Some(name), mask)].into(), cut: false }
            }
            None => Value::Addr(decode.scope.snapshot.stack),
        }
    },
};

/// Where `uc_sigmask` lies: `struct rt_sigframe` of `arch/*/kernel/signal*.c`, `struct ucontext` of
/// `asm-generic/ucontext.h` and `arch/*/include/asm/ucontext.h`.
fn mask_of_frame(stack: u64, abi: Abi) -> u64 {
    stack.wrapping_add(match abi {
        // The return address is popped; uc_flags, uc_link, uc_stack and a 256-byte sigcontext come first.
        Abi::X86_64 => 8 + 8 + 24 + 256,
        // The return address is popped; sig, pinfo, puc, siginfo; uc_flags, uc_link, uc_stack, an 88-byte sigcontext.
        Abi::I386 => 12 + 128 + 4 + 4 + 12 + 88,
        // siginfo; uc_flags, uc_link, uc_stack.
        Abi::Aarch64 => 128 + 8 + 8 + 24,
        // siginfo; uc_flags, uc_link, uc_stack, an 84-byte sigcontext.
        Abi::Arm => 128 + 4 + 4 + 12 + 84,
    })
}

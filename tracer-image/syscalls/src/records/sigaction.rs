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
        Custom, Field, I32, Record, Size,
        Type::{self, *},
        U32, U64, Ulong, When,
    },
    value::Value,
};
use alloc::vec::Vec;

const SA_RESTORER: u64 = 0x400_0000;

/// `struct sigaction`. strace does not write its fields in memory order.
pub static SIGACTION: Custom = Custom::inside("sigaction", 32, |decode: &mut Decode<'_>, place| {
    let (Place::Memory { addr, .. } | Place::Register(addr)) = place;
    sigaction(decode, place).unwrap_or(Value::Addr(addr))
});

fn sigaction(decode: &mut Decode<'_>, place: Place) -> Option<Value> {
    let Place::Memory { addr, phase } = place else { return None };
    let word = decode.scope.abi().pointer() as u64;
    let at = |offset: u64| Place::Memory { addr: addr.wrapping_add(offset), phase };
    let handler = decode.scope.load(at(0), Size)?;
    let flags = decode.scope.load(at(word), Size)?;
    let restorer = decode.scope.load(at(2 * word), Size)?;
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

/// A handler: a function, or a default action.
const HANDLER: Type = Switch(0, &[(0, DISPOSITION), (1, DISPOSITION)], &Addr);
const DISPOSITION: Type = Symbol(Ulong, &HANDLERS);

/// `struct old_sigaction`, which only 32-bit ABIs have.
pub static OLD_SIGACTION: Record = Record {
    name: "old_sigaction",
    fields: &[
        Field::new("sa_handler", HANDLER),
        Field::new("sa_mask", Custom(&sigset::OLD_SIGSET)),
        Field::new("sa_flags", Flags(Ulong, &SA_FLAGS)),
        Field::new("sa_restorer", SwitchBits(2, SA_RESTORER, &[(0, Absent)], &Addr)),
    ],
};

/// `stack_t`
pub static STACK: Record = Record {
    name: "stack_t",
    fields: &[
        Field::new("ss_sp", Addr),
        Field::new("ss_flags", Flags(I32, &SS_FLAGS)),
        Field::new("ss_size", Int(Size)),
    ],
};

/// What `rt_sigreturn` restores, located by the stack pointer: the signal mask of the interrupted code.
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

/// What `sigreturn` restores. On i386, the mask is in two separate words (`struct sigframe_ia32` of
/// `arch/x86/include/asm/sigframe.h`); on arm it is as for `rt_sigreturn`, without a `siginfo_t` before it.
pub static OLD_SIGFRAME: Custom = Custom {
    name: "sigframe",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, _| {
        for at in words_of_old_frame(gather.scope.snapshot.stack, gather.scope.abi()) {
            if gather.scope.phase == Phase::Entry {
                gather.want(at, 4);
            }
        }
    },
    decode: |decode: &mut Decode<'_>, _| {
        let words = words_of_old_frame(decode.scope.snapshot.stack, decode.scope.abi());
        let [low, high] =
            words.map(|addr| decode.scope.load(Place::Memory { addr, phase: Phase::Entry }, U32));
        match (low, high) {
            (Some(low), Some(high)) => {
                let name = decode.name("mask");
                let mask = sigset::value(low | high << 32, decode.names());
                Value::Struct { fields: [(Some(name), mask)].into(), cut: false }
            }
            _ => Value::Addr(decode.scope.snapshot.stack),
        }
    },
};

/// The addresses of the two words of an old frame's mask.
fn words_of_old_frame(stack: u64, abi: Abi) -> [u64; 2] {
    match abi {
        // The trampoline has popped the return address and the signal. `oldmask` is in the 88-byte sigcontext. The rest of
        // the mask follows after it and after 624 bytes for an FPU state that is stored elsewhere.
        Abi::I386 => [stack.wrapping_add(80), stack.wrapping_add(88 + 624)],
        // uc_flags, uc_link, uc_stack, an 84-byte sigcontext.
        _ => [104, 108].map(|offset| stack.wrapping_add(offset)),
    }
}

/// The address of `uc_sigmask`: `struct rt_sigframe` of `arch/*/kernel/signal*.c`, `struct ucontext` of
/// `asm-generic/ucontext.h` and `arch/*/include/asm/ucontext.h`.
fn mask_of_frame(stack: u64, abi: Abi) -> u64 {
    stack.wrapping_add(match abi {
        // The return address is popped; uc_flags, uc_link, uc_stack and a 256-byte sigcontext come first.
        Abi::X86_64 => 8 + 8 + 24 + 256,
        // The return address is popped; sig, pinfo, puc, siginfo; uc_flags, uc_link, uc_stack, an 88-byte sigcontext.
        Abi::I386 => 12 + 128 + 4 + 4 + 12 + 88,
        // siginfo; uc_flags, uc_link, uc_stack.
        Abi::Aarch64 => 128 + 8 + 8 + 24,
        // The return address is popped; uc_flags, uc_link, uc_stack, padding, a 256-byte sigcontext.
        Abi::X32 => 4 + 4 + 12 + 4 + 256,
        // siginfo; uc_flags, uc_link, uc_stack, an 84-byte sigcontext.
        Abi::Arm => 128 + 4 + 4 + 12 + 84,
    })
}

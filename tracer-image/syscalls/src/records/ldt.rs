//! Segment descriptors of x86 (`asm/ldt.h`), and the argument of `sysctl(2)`.

use crate::{
    decode::Decode,
    gather::Gather,
    snapshot::{Phase, Place},
    types::{
        Custom, Field, I32, Record,
        Type::{self, *},
        U32, Ulong, When,
    },
    value::Value,
};
use alloc::vec::Vec;

const ONE: Type = Int(U32);

/// `struct user_desc`
pub static SEGMENT: Record = Record {
    name: "user_desc",
    fields: &[
        Field::new("entry_number", Int(I32)),
        Field::new("base_addr", Padded(U32)),
        Field::new("limit", Padded(U32)),
        Field::new("seg_32bit", Bits(U32, 0, 1, &ONE)),
        Field::new("contents", Bits(U32, 1, 2, &ONE)),
        Field::new("read_exec_only", Bits(U32, 3, 1, &ONE)),
        Field::new("limit_in_pages", Bits(U32, 4, 1, &ONE)),
        Field::new("seg_not_present", Bits(U32, 5, 1, &ONE)),
        Field::new("useable", Bits(U32, 6, 1, &ONE)),
        // A 32-bit program has no 64-bit segments.
        Field::new("lm", PerAbi(&[Bits(U32, 7, 1, &ONE), Absent, Absent, Absent])),
        Field::padding(Int(U32)),
    ],
};

/// A segment of which only the number is known: the call has not returned the rest.
pub static SEGMENT_ASKED: Record = Record {
    name: "user_desc, asked for",
    fields: &[Field::new("entry_number", Int(I32)), Field::new("", Literal("..."))],
};

/// The entry that `set_thread_area` chose, if the choice was left to the kernel.
pub static ENTRY_NUMBER: Custom = Custom {
    name: "entry_number",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, _| {
        let addr = gather.scope.argument(0);
        gather.want(addr, 4);
    },
    decode: |decode: &mut Decode<'_>, _| {
        let addr = decode.scope.argument(0);
        match decode.scope.load(Place::Memory { addr, phase: Phase::Exit }, U32) {
            Some(entry) => Value::Field(decode.name("entry_number"), Value::Unsigned(entry).into()),
            None => Value::List(Vec::new()),
        }
    },
};

/// `struct __sysctl_args` (`linux/sysctl.h`)
pub static SYSCTL: Record = Record {
    name: "__sysctl_args",
    fields: &[
        Field::new("name", Addr),
        Field::new("nlen", Int(I32)),
        Field::new("oldval", Addr),
        Field::new("oldlenp", Addr),
        Field::new("newval", Addr),
        Field::new("newlen", Int(Ulong)),
        // Four reserved words.
        Field::padding(Array(&Addr, crate::types::Len::Fixed(4))),
    ],
};

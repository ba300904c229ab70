//! Structures of futexes: `linux/futex.h`.

use crate::{
    names::futex::FUTEX2,
    types::{
        Field, Record,
        Type::{Addr, Flags, Hex, Wide},
        U32, U64,
    },
};

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

//! Adjusting the kernel's clock: `linux/timex.h`.

use crate::{
    decode::Decode,
    gather::Gather,
    layout,
    names::timex::{ADJ, STA, STATES},
    records::time::TIMEVAL,
    snapshot::Phase,
    types::{
        Custom, Field, I32, I64, Len, Long, Record,
        Type::{self, *},
        U32, When,
    },
    value::Value,
};
use alloc::vec::Vec;

/// Eleven words reserved for later versions.
const RESERVED: Type = Array(&Int(I32), Len::Fixed(11));

/// `struct __kernel_timex_timeval`
static TIMEVAL64: Record = Record {
    name: "__kernel_timex_timeval",
    fields: &[Field::new("tv_sec", Int(I64)), Field::new("tv_usec", Int(I64))],
};

/// `struct timex` with the ABI's word size.
pub static TIMEX: Record = Record {
    name: "timex",
    fields: &[
        Field::new("modes", Flags(U32, &ADJ)),
        Field::new("offset", Int(Long)),
        Field::new("freq", Int(Long)),
        Field::new("maxerror", Int(Long)),
        Field::new("esterror", Int(Long)),
        Field::new("status", Flags(U32, &STA)),
        Field::new("constant", Int(Long)),
        Field::new("precision", Int(Long)),
        Field::new("tolerance", Int(Long)),
        Field::new("time", Struct(&TIMEVAL)),
        Field::new("tick", Int(Long)),
        Field::new("ppsfreq", Int(Long)),
        Field::new("jitter", Int(Long)),
        Field::new("shift", Int(I32)),
        Field::new("stabil", Int(Long)),
        Field::new("jitcnt", Int(Long)),
        Field::new("calcnt", Int(Long)),
        Field::new("errcnt", Int(Long)),
        Field::new("stbcnt", Int(Long)),
        Field::new("tai", Int(I32)),
        Field::padding(RESERVED),
    ],
};

/// `struct __kernel_timex`: 64 bits on every ABI.
pub static TIMEX64: Record = Record {
    name: "__kernel_timex",
    fields: &[
        Field::new("modes", Flags(U32, &ADJ)),
        Field::padding(Int(I32)),
        Field::new("offset", Int(I64)),
        Field::new("freq", Int(I64)),
        Field::new("maxerror", Int(I64)),
        Field::new("esterror", Int(I64)),
        Field::new("status", Flags(U32, &STA)),
        Field::padding(Int(I32)),
        Field::new("constant", Int(I64)),
        Field::new("precision", Int(I64)),
        Field::new("tolerance", Int(I64)),
        Field::new("time", Struct(&TIMEVAL64)),
        Field::new("tick", Int(I64)),
        Field::new("ppsfreq", Int(I64)),
        Field::new("jitter", Int(I64)),
        Field::new("shift", Int(I32)),
        Field::padding(Int(I32)),
        Field::new("stabil", Int(I64)),
        Field::new("jitcnt", Int(I64)),
        Field::new("calcnt", Int(I64)),
        Field::new("errcnt", Int(I64)),
        Field::new("stbcnt", Int(I64)),
        Field::new("tai", Int(I32)),
        Field::padding(RESERVED),
    ],
};

/// The state of the clock, which is written after the structure if it has a name.
pub static STATE: Custom = Custom {
    name: "state of the clock",
    size: 0,
    when: When::Exit,
    gather: |_: &mut Gather<'_>, _| {},
    decode: |decode: &mut Decode<'_>, place| {
        let last = decode.scope.row.params.len().saturating_sub(1) as u8;
        let addr = decode.scope.argument(last);
        let size = layout::record_size(&TIMEX, decode.scope.abi());
        let filled = decode.scope.snapshot.read(Phase::Exit, addr, size).len() == size;
        let state = decode.scope.load(place, U32).unwrap_or(u64::MAX);
        match STATES.names.iter().find(|(known, _)| filled && *known == state) {
            Some(_) => decode.symbol(state, &STATES, U32),
            None => Value::List(Vec::new()),
        }
    },
};

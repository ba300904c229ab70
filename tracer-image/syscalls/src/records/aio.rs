//! Structures of asynchronous input and output: `linux/aio_abi.h`.

use crate::{
    names::{aio::*, file::RWF, poll::POLL},
    records::{
        iovec::{IOVEC, IOVEC_ADDRESSES},
        schedule::IOPRIO,
        sigset::{OLD_SIGSET, SIGSET},
    },
    types::{
        Field, I16, I64, Len, Record,
        Type::{self, *},
        U16, U32, U64, Ulong,
    },
};

/// Indexes of the fields that other fields depend on.
const OPERATION: u8 = 3;
const PRIORITY: u8 = 4;
const BYTES: u8 = 7;
const FLAGS: u8 = 10;

/// The buffer of an operation: bytes, a vector, or events to wait for.
const BUFFER: Type = Switch(
    OPERATION,
    &[
        (0, Hex(U64)),
        (1, Wide(&In(&Bytes(Len::Arg(BYTES))))),
        (5, Flags(U64, &POLL)),
        (7, Wide(&In(&Array(&Struct(&IOVEC_ADDRESSES), Len::Arg(BYTES))))),
        (8, Wide(&In(&Array(&Struct(&IOVEC), Len::Arg(BYTES))))),
    ],
    &Absent,
);
/// A field that only operations with a buffer have.
macro_rules! with_buffer {
    ($ty:expr) => {
        Switch(OPERATION, &[(0, $ty), (1, $ty), (5, $ty), (7, $ty), (8, $ty)], &Absent)
    };
}
const HOW: Type = Switch(FLAGS, &[(0, Absent)], &Flags(U32, &IOCB_FLAGS));
const RESULT_TO: Type = SwitchBits(FLAGS, 1, &[(1, Fd)], &Absent);

/// `struct iocb`
pub static IOCB: Record = Record {
    name: "iocb",
    fields: &[
        Field::new("aio_data", Hex(U64)),
        Field::nonzero("aio_key", Int(U32)),
        Field::nonzero("aio_rw_flags", Flags(U32, &RWF)),
        Field::new("aio_lio_opcode", Symbol(U16, &OPERATIONS)),
        Field::new(
            "aio_reqprio",
            SwitchBits(
                FLAGS,
                2,
                &[(2, Bits(U16, 0, 16, &Custom(&IOPRIO)))],
                &Switch(PRIORITY, &[(0, Absent)], &Int(I16)),
            ),
        ),
        Field::new("aio_fildes", Fd),
        Field::new("aio_buf", BUFFER),
        Field::new("aio_nbytes", Switch(OPERATION, &[(0, Int(U64)), (1, Int(U64))], &Absent)),
        Field::new(
            "aio_offset",
            Switch(OPERATION, &[(0, Int(I64)), (1, Int(I64)), (7, Int(I64)), (8, Int(I64))], &Absent),
        ),
        Field::padding(Int(U64)),
        Field::new("aio_flags", with_buffer!(HOW)),
        Field::new("aio_resfd", with_buffer!(RESULT_TO)),
    ],
};

/// The fields that identify an operation.
pub const IOCB_NAMED: &[&str] =
    &["aio_data", "aio_key", "aio_rw_flags", "aio_lio_opcode", "aio_reqprio", "aio_fildes"];

/// `struct io_event`
pub static IO_EVENT: Record = Record {
    name: "io_event",
    fields: &[
        Field::new("data", Hex(U64)),
        Field::new("obj", Hex(U64)),
        Field::new("res", Int(I64)),
        Field::new("res2", Int(I64)),
    ],
};

/// Half of the signals, in one word of a 32-bit ABI.
const HALF: Type = PerAbi(&[Addr, In(&Custom(&OLD_SIGSET)), Addr, In(&Custom(&OLD_SIGSET))]);

/// `struct __aio_sigset` (`fs/aio.c`): the signal mask of `io_pgetevents` with its size.
pub static AIO_SIGSET: Record = Record {
    name: "__aio_sigset",
    fields: &[
        Field::new("sigmask", Switch(1, &[(8, In(&Custom(&SIGSET))), (4, HALF)], &Addr)),
        Field::new("sigsetsize", Int(Ulong)),
    ],
};

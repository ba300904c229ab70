//! Asynchronous input and output: `linux/aio_abi.h`.

use crate::types::{Flags, Symbols};

/// `aio_lio_opcode`
pub static OPERATIONS: Symbols = Symbols {
    unknown: "=IOCB_CMD_???",
    names: &[
        (0, "IOCB_CMD_PREAD"),
        (1, "IOCB_CMD_PWRITE"),
        (2, "IOCB_CMD_FSYNC"),
        (3, "IOCB_CMD_FDSYNC"),
        (4, "IOCB_CMD_PREADX"),
        (5, "IOCB_CMD_POLL"),
        (6, "IOCB_CMD_NOOP"),
        (7, "IOCB_CMD_PREADV"),
        (8, "IOCB_CMD_PWRITEV"),
    ],
};

/// `aio_flags`
pub static IOCB_FLAGS: Flags = Flags {
    unknown: "IOCB_FLAG_???",
    field: (0, &[]),
    bits: &[(1, "IOCB_FLAG_RESFD"), (2, "IOCB_FLAG_IOPRIO")],
};

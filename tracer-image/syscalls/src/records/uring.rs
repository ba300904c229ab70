//! `linux/io_uring.h`.

use crate::{
    names::uring::{URING_FEATURES, URING_SETUP},
    types::{Field, Len, Record, Type::*, U32, U64},
};

/// `struct io_uring_params` as the caller filled it.
pub static PARAMS: Record = Record {
    name: "io_uring_params",
    fields: &[
        Field::padding(Int(U32)),
        Field::padding(Int(U32)),
        Field::new("flags", Flags(U32, &URING_SETUP)),
        Field::new("sq_thread_cpu", Hex(U32)),
        Field::new("sq_thread_idle", Int(U32)),
        Field::padding(Int(U32)),
        // A worker's descriptor, with IORING_SETUP_ATTACH_WQ.
        Field::new("wq_fd", If(2, 1 << 5, &Fd)),
        Field::nonzero("resv", Array(&Hex(U32), Len::Fixed(3))),
        Field::padding(Struct(&SQ_OFFSETS)),
        Field::padding(Struct(&CQ_OFFSETS)),
    ],
};

/// `struct io_uring_params` as the kernel filled it.
pub static FILLED_PARAMS: Record = Record {
    name: "io_uring_params, filled",
    fields: &[
        Field::new("sq_entries", Int(U32)),
        Field::new("cq_entries", Int(U32)),
        Field::new("flags", Flags(U32, &URING_SETUP)),
        Field::new("sq_thread_cpu", Hex(U32)),
        Field::new("sq_thread_idle", Int(U32)),
        Field::new("features", Flags(U32, &URING_FEATURES)),
        Field::new("wq_fd", If(2, 1 << 5, &Fd)),
        Field::nonzero("resv", Array(&Hex(U32), Len::Fixed(3))),
        Field::new("sq_off", Struct(&SQ_OFFSETS)),
        Field::new("cq_off", Struct(&CQ_OFFSETS)),
    ],
};

/// strace's order of [`FILLED_PARAMS`].
pub const FILLED_ORDER: &[&str] = &[
    "flags",
    "sq_thread_cpu",
    "sq_thread_idle",
    "wq_fd",
    "resv",
    "sq_entries",
    "cq_entries",
    "features",
    "sq_off",
    "cq_off",
];

static SQ_OFFSETS: Record = Record {
    name: "io_sqring_offsets",
    fields: &[
        Field::new("head", Int(U32)),
        Field::new("tail", Int(U32)),
        Field::new("ring_mask", Int(U32)),
        Field::new("ring_entries", Int(U32)),
        Field::new("flags", Int(U32)),
        Field::new("dropped", Int(U32)),
        Field::new("array", Int(U32)),
        Field::nonzero("resv1", Hex(U32)),
        Field::new("user_addr", Hex(U64)),
    ],
};

static CQ_OFFSETS: Record = Record {
    name: "io_cqring_offsets",
    fields: &[
        Field::new("head", Int(U32)),
        Field::new("tail", Int(U32)),
        Field::new("ring_mask", Int(U32)),
        Field::new("ring_entries", Int(U32)),
        Field::new("overflow", Int(U32)),
        Field::new("cqes", Int(U32)),
        Field::new("flags", Int(U32)),
        Field::nonzero("resv1", Hex(U32)),
        Field::new("user_addr", Hex(U64)),
    ],
};

/// `struct io_uring_getevents_arg`
pub static GETEVENTS: Record = Record {
    name: "io_uring_getevents_arg",
    fields: &[
        Field::new("sigmask", Hex(U64)),
        Field::new("sigmask_sz", Int(U32)),
        Field::new("min_wait_usec", Int(U32)),
        Field::new("ts", Hex(U64)),
    ],
};

//! Attributes of traffic control (`linux/rtnetlink.h`, `linux/pkt_sched.h`).

use crate::{
    names::netlink::*,
    records::netlink::values::*,
    types::{Attributes, Field, Flags, Record, Type::*, *},
};

/// `TCA_*`
pub static TC: Attributes = Attributes {
    unknown: "TCA_???",
    types: &[
        (0, "TCA_UNSPEC", BYTES),
        (1, "TCA_KIND", Str),
        (2, "TCA_OPTIONS", BYTES),
        (3, "TCA_STATS", Struct(&TCA_STATS)),
        (4, "TCA_XSTATS", BYTES),
        (5, "TCA_RATE", Struct(&TCA_RATE)),
        (6, "TCA_FCNT", Int(U32)),
        (7, "TCA_STATS2", Attributes(&TC_TCA_STATS2)),
        (8, "TCA_STAB", Attributes(&TC_TCA_STAB)),
        (9, "TCA_PAD", BYTES),
        (10, "TCA_DUMP_INVISIBLE", BYTES),
        (11, "TCA_CHAIN", Int(U32)),
        (12, "TCA_HW_OFFLOAD", Int(U8)),
        (13, "TCA_INGRESS_BLOCK", Int(U32)),
        (14, "TCA_EGRESS_BLOCK", Int(U32)),
        (15, "TCA_DUMP_FLAGS", Int(U32)),
        (16, "TCA_EXT_WARN_MSG", Str),
    ],
};

/// `TCA_ROOT_*`
pub static ACTION: Attributes = Attributes {
    unknown: "TCA_ROOT_???",
    types: &[
        (0, "TCA_ROOT_UNSPEC", BYTES),
        (1, "TCA_ROOT_TAB", Attributes(&ACTIONS)),
        (2, "TCA_ROOT_FLAGS", Flags(U32, &TCA_ACT_FLAG)),
        (3, "TCA_ROOT_COUNT", Int(U32)),
        (4, "TCA_ROOT_TIME_DELTA", Custom(&MILLISECONDS)),
        (5, "TCA_ROOT_EXT_WARN_MSG", Str),
    ],
};

/// `TCA_STATS_*`
pub static TC_TCA_STATS2: Attributes = Attributes {
    unknown: "TCA_STATS_???",
    types: &[
        (0, "TCA_STATS_UNSPEC", BYTES),
        (1, "TCA_STATS_BASIC", Struct(&TCA_STATS_BASIC)),
        (2, "TCA_STATS_RATE_EST", Struct(&TCA_STATS_RATE_EST)),
        (3, "TCA_STATS_QUEUE", Struct(&TCA_STATS_QUEUE)),
        (4, "TCA_STATS_APP", BYTES),
        (5, "TCA_STATS_RATE_EST64", Struct(&TCA_STATS_RATE_EST64)),
        (6, "TCA_STATS_PAD", BYTES),
        (7, "TCA_STATS_BASIC_HW", Struct(&TCA_STATS_BASIC_HW)),
        (8, "TCA_STATS_PKT64", Int(U64)),
    ],
};

/// `TCA_STAB_*`
pub static TC_TCA_STAB: Attributes = Attributes {
    unknown: "TCA_STAB_???",
    types: &[
        (0, "TCA_STAB_UNSPEC", BYTES),
        (1, "TCA_STAB_BASE", Struct(&TCA_STAB_BASE)),
        (2, "TCA_STAB_DATA", Array(&Int(U16), Len::Rest)),
    ],
};

/// The value of `TCA_STATS`.
static TCA_STATS: Record = Record {
    name: "TCA_STATS",
    fields: &[
        Field::new("bytes", Packed(&Int(U64))),
        Field::new("packets", Int(U32)),
        Field::new("drops", Int(U32)),
        Field::new("overlimits", Int(U32)),
        Field::new("bps", Int(U32)),
        Field::new("pps", Int(U32)),
        Field::new("qlen", Int(U32)),
        Field::new("backlog", Int(U32)),
    ],
};

/// The value of `TCA_RATE`.
static TCA_RATE: Record =
    Record { name: "TCA_RATE", fields: &[Field::new("interval", Int(I8)), Field::new("ewma_log", Int(U8))] };

/// The value of `TCA_STATS_BASIC`.
static TCA_STATS_BASIC: Record = Record {
    name: "TCA_STATS_BASIC",
    fields: &[Field::new("bytes", Packed(&Int(U64))), Field::new("packets", Int(U32))],
};

/// The value of `TCA_STATS_RATE_EST`.
static TCA_STATS_RATE_EST: Record = Record {
    name: "TCA_STATS_RATE_EST",
    fields: &[Field::new("bps", Int(U32)), Field::new("pps", Int(U32))],
};

/// The value of `TCA_STATS_QUEUE`.
static TCA_STATS_QUEUE: Record = Record {
    name: "TCA_STATS_QUEUE",
    fields: &[
        Field::new("qlen", Int(U32)),
        Field::new("backlog", Int(U32)),
        Field::new("drops", Int(U32)),
        Field::new("requeues", Int(U32)),
        Field::new("overlimits", Int(U32)),
    ],
};

/// The value of `TCA_STATS_RATE_EST64`.
static TCA_STATS_RATE_EST64: Record = Record {
    name: "TCA_STATS_RATE_EST64",
    fields: &[Field::new("bps", Int(U64)), Field::new("pps", Int(U64))],
};

/// The value of `TCA_STATS_BASIC_HW`.
static TCA_STATS_BASIC_HW: Record = Record {
    name: "TCA_STATS_BASIC_HW",
    fields: &[Field::new("bytes", Packed(&Int(U64))), Field::new("packets", Int(U32))],
};

/// The value of `TCA_STAB_BASE`.
static TCA_STAB_BASE: Record = Record {
    name: "TCA_STAB_BASE",
    fields: &[
        Field::new("cell_log", Int(U8)),
        Field::new("size_log", Int(U8)),
        Field::new("cell_align", Int(U16)),
        Field::new("overhead", Int(U32)),
        Field::new("linklayer", Int(U32)),
        Field::new("mpu", Int(U32)),
        Field::new("mtu", Int(U32)),
        Field::new("tsize", Int(U32)),
    ],
};

/// Actions by index.
static ACTIONS: Attributes =
    Attributes { unknown: "", types: &[(Attributes::ANY, "", Attributes(&ACTION_OF))] };

/// `TCA_ACT_*`
static ACTION_OF: Attributes = Attributes {
    unknown: "TCA_ACT_???",
    types: &[
        (0, "TCA_ACT_UNSPEC", BYTES),
        (1, "TCA_ACT_KIND", Str),
        (2, "TCA_ACT_OPTIONS", BYTES),
        (3, "TCA_ACT_INDEX", Int(U32)),
        (4, "TCA_ACT_STATS", Attributes(&TC_TCA_STATS2)),
        (5, "TCA_ACT_PAD", BYTES),
        (6, "TCA_ACT_COOKIE", BYTES),
        (7, "TCA_ACT_FLAGS", Flags(U32, &ACTION_FLAGS)),
        (8, "TCA_ACT_HW_STATS", Flags(U32, &HARDWARE_STATISTICS)),
        (9, "TCA_ACT_USED_HW_STATS", Flags(U32, &HARDWARE_STATISTICS)),
        (10, "TCA_ACT_IN_HW_COUNT", Int(U32)),
    ],
};

/// `TCA_ACT_FLAGS_*`
static ACTION_FLAGS: Flags = Flags {
    unknown: "TCA_ACT_FLAGS_???",
    field: (0, &[]),
    bits: &[(1, "TCA_ACT_FLAGS_NO_PERCPU_STATS"), (2, "TCA_ACT_FLAGS_SKIP_HW"), (4, "TCA_ACT_FLAGS_SKIP_SW")],
};

/// `TCA_ACT_HW_STATS_*`
static HARDWARE_STATISTICS: Flags = Flags {
    unknown: "TCA_ACT_HW_STATS_???",
    field: (0, &[]),
    bits: &[(1, "TCA_ACT_HW_STATS_IMMEDIATE"), (2, "TCA_ACT_HW_STATS_DELAYED")],
};

//! Attributes of routes (`linux/rtnetlink.h`), rules and next hops.

use crate::{
    names::{netlink::*, network::*},
    records::netlink::values::*,
    types::{Attributes, Field, Record, Type::*, *},
};

/// `RTA_*`
pub static ROUTE: Attributes = Attributes {
    unknown: "RTA_???",
    types: &[
        (0, "RTA_UNSPEC", BYTES),
        (1, "RTA_DST", Custom(&FAMILY_HOST)),
        (2, "RTA_SRC", Custom(&FAMILY_HOST)),
        (3, "RTA_IIF", Interface),
        (4, "RTA_OIF", Interface),
        (5, "RTA_GATEWAY", Custom(&FAMILY_HOST)),
        (6, "RTA_PRIORITY", Int(U32)),
        (7, "RTA_PREFSRC", Custom(&FAMILY_HOST)),
        (8, "RTA_METRICS", Attributes(&ROUTE_RTA_METRICS)),
        (9, "RTA_MULTIPATH", Custom(&MULTIPATH)),
        (10, "RTA_PROTOINFO", Int(U32)),
        (11, "RTA_FLOW", Int(U32)),
        (12, "RTA_CACHEINFO", Struct(&RTA_CACHEINFO)),
        (13, "RTA_SESSION", BYTES),
        (14, "RTA_MP_ALGO", Int(U32)),
        (15, "RTA_TABLE", Symbol(U32, &RT_TABLE)),
        (16, "RTA_MARK", Int(U32)),
        (17, "RTA_MFC_STATS", Struct(&RTA_MFC_STATS)),
        (18, "RTA_VIA", Custom(&VIA)),
        (19, "RTA_NEWDST", Custom(&FAMILY_HOST)),
        (20, "RTA_PREF", Int(U8)),
        (21, "RTA_ENCAP_TYPE", Symbol(U16, &LWTUNNEL_ENCAP)),
        (22, "RTA_ENCAP", BYTES),
        (23, "RTA_EXPIRES", Int(U64)),
        (24, "RTA_PAD", BYTES),
        (25, "RTA_UID", Int(U32)),
        (26, "RTA_TTL_PROPAGATE", Int(U8)),
        (27, "RTA_IP_PROTO", Int(U8)),
        (28, "RTA_SPORT", Int(U16)),
        (29, "RTA_DPORT", Int(U16)),
        (30, "RTA_NH_ID", Int(U32)),
        (31, "RTA_FLOWLABEL", Net(U32)),
    ],
};

/// `FRA_*`
pub static RULE: Attributes = Attributes {
    unknown: "FRA_???",
    types: &[
        (0, "FRA_UNSPEC", BYTES),
        (1, "FRA_DST", Custom(&FAMILY_HOST)),
        (2, "FRA_SRC", Custom(&FAMILY_HOST)),
        (3, "FRA_IIFNAME", Str),
        (4, "FRA_GOTO", Int(U32)),
        (5, "FRA_UNUSED2", BYTES),
        (6, "FRA_PRIORITY", Int(U32)),
        (7, "FRA_UNUSED3", BYTES),
        (8, "FRA_UNUSED4", BYTES),
        (9, "FRA_UNUSED5", BYTES),
        (10, "FRA_FWMARK", Int(U32)),
        (11, "FRA_FLOW", Int(U32)),
        (12, "FRA_TUN_ID", Net(U64)),
        (13, "FRA_SUPPRESS_IFGROUP", Int(U32)),
        (14, "FRA_SUPPRESS_PREFIXLEN", Int(U32)),
        (15, "FRA_TABLE", Symbol(U32, &RT_TABLE)),
        (16, "FRA_FWMASK", Int(U32)),
        (17, "FRA_OIFNAME", Str),
        (18, "FRA_PAD", BYTES),
        (19, "FRA_L3MDEV", Int(U8)),
        (20, "FRA_UID_RANGE", Struct(&FRA_UID_RANGE)),
        (21, "FRA_PROTOCOL", Symbol(U8, &RTPROT)),
        (22, "FRA_IP_PROTO", Symbol(U64, &IP_PROTOCOLS)),
        (23, "FRA_SPORT_RANGE", Struct(&FRA_SPORT_RANGE)),
        (24, "FRA_DPORT_RANGE", Struct(&FRA_DPORT_RANGE)),
        (25, "FRA_DSCP", Int(U8)),
        (26, "FRA_FLOWLABEL", Net(U32)),
        (27, "FRA_FLOWLABEL_MASK", Net(U32)),
        (28, "FRA_SPORT_MASK", Hex(U16)),
        (29, "FRA_DPORT_MASK", Hex(U16)),
        (30, "FRA_DSCP_MASK", Hex(U8)),
    ],
};

/// `NHA_*`
pub static NEXTHOP: Attributes = Attributes {
    unknown: "NHA_???",
    types: &[
        (0, "NHA_UNSPEC", BYTES),
        (1, "NHA_ID", Int(U32)),
        (2, "NHA_GROUP", Array(&Struct(&NEXT_HOP_GROUP), Len::Rest)),
        (3, "NHA_GROUP_TYPE", Symbol(U16, &NEXTHOP_GRP_TYPE)),
        (4, "NHA_BLACKHOLE", Int(U32)),
        (5, "NHA_OIF", Interface),
        (6, "NHA_GATEWAY", Custom(&FAMILY_HOST)),
        (7, "NHA_ENCAP_TYPE", Symbol(U16, &LWTUNNEL_ENCAP)),
        (8, "NHA_ENCAP", BYTES),
        (9, "NHA_GROUPS", Int(U32)),
        (10, "NHA_MASTER", Interface),
        (11, "NHA_FDB", Int(U32)),
        (12, "NHA_RES_GROUP", Attributes(&NEXTHOP_NHA_RES_GROUP)),
        (13, "NHA_RES_BUCKET", Attributes(&NEXTHOP_NHA_RES_BUCKET)),
    ],
};

/// `RTAX_*`
pub static ROUTE_RTA_METRICS: Attributes = Attributes {
    unknown: "RTAX_???",
    types: &[
        (0, "RTAX_UNSPEC", BYTES),
        (1, "RTAX_LOCK", Int(U32)),
        (2, "RTAX_MTU", Int(U32)),
        (3, "RTAX_WINDOW", Int(U32)),
        (4, "RTAX_RTT", Int(U32)),
        (5, "RTAX_RTTVAR", Int(U32)),
        (6, "RTAX_SSTHRESH", Int(U32)),
        (7, "RTAX_CWND", Int(U32)),
        (8, "RTAX_ADVMSS", Int(U32)),
        (9, "RTAX_REORDERING", Int(U32)),
        (10, "RTAX_HOPLIMIT", Int(U32)),
        (11, "RTAX_INITCWND", Int(U32)),
        (12, "RTAX_FEATURES", Int(U32)),
        (13, "RTAX_RTO_MIN", Int(U32)),
        (14, "RTAX_INITRWND", Int(U32)),
        (15, "RTAX_QUICKACK", Int(U32)),
        (16, "RTAX_CC_ALGO", Str),
        (17, "RTAX_FASTOPEN_NO_COOKIE", BYTES),
    ],
};

/// `NHA_RES_GROUP_*`
pub static NEXTHOP_NHA_RES_GROUP: Attributes = Attributes {
    unknown: "NHA_RES_GROUP_???",
    types: &[
        (0, "NHA_RES_GROUP_PAD", BYTES),
        (1, "NHA_RES_GROUP_BUCKETS", Int(U16)),
        (2, "NHA_RES_GROUP_IDLE_TIMER", Custom(&TICKS)),
        (3, "NHA_RES_GROUP_UNBALANCED_TIMER", Custom(&TICKS)),
        (4, "NHA_RES_GROUP_UNBALANCED_TIME", Custom(&TICKS)),
    ],
};

/// `NHA_RES_BUCKET_*`
pub static NEXTHOP_NHA_RES_BUCKET: Attributes = Attributes {
    unknown: "NHA_RES_BUCKET_???",
    types: &[
        (0, "NHA_RES_BUCKET_PAD", BYTES),
        (1, "NHA_RES_BUCKET_INDEX", Int(U16)),
        (2, "NHA_RES_BUCKET_IDLE_TIME", Custom(&TICKS)),
        (3, "NHA_RES_BUCKET_NH_ID", Int(U32)),
    ],
};

/// The value of `RTA_CACHEINFO`.
static RTA_CACHEINFO: Record = Record {
    name: "RTA_CACHEINFO",
    fields: &[
        Field::new("rta_clntref", Int(U32)),
        Field::new("rta_lastuse", Int(U32)),
        Field::new("rta_expires", Int(U32)),
        Field::new("rta_error", Int(U32)),
        Field::new("rta_used", Int(U32)),
        Field::new("rta_id", Hex(U32)),
        Field::new("rta_ts", Int(U32)),
        Field::new("rta_tsage", Int(U32)),
    ],
};

/// The value of `RTA_MFC_STATS`.
static RTA_MFC_STATS: Record = Record {
    name: "RTA_MFC_STATS",
    fields: &[
        Field::new("mfcs_packets", Int(U64)),
        Field::new("mfcs_bytes", Int(U64)),
        Field::new("mfcs_wrong_if", Int(U64)),
    ],
};

/// The value of `FRA_UID_RANGE`.
static FRA_UID_RANGE: Record =
    Record { name: "FRA_UID_RANGE", fields: &[Field::new("start", Int(U32)), Field::new("end", Int(U32))] };

/// The value of `FRA_SPORT_RANGE`.
static FRA_SPORT_RANGE: Record =
    Record { name: "FRA_SPORT_RANGE", fields: &[Field::new("start", Int(U16)), Field::new("end", Int(U16))] };

/// The value of `FRA_DPORT_RANGE`.
static FRA_DPORT_RANGE: Record =
    Record { name: "FRA_DPORT_RANGE", fields: &[Field::new("start", Int(U16)), Field::new("end", Int(U16))] };

/// `struct nexthop_grp`
static NEXT_HOP_GROUP: Record = Record {
    name: "nexthop_grp",
    fields: &[
        Field::new("id", Int(U32)),
        Field::new("weight", Int(U8)),
        Field::new("weight_high", Int(U8)),
        Field::nonzero("resvd2", Hex(U16)),
    ],
};

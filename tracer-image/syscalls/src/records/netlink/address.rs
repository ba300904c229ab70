//! Attributes of addresses (`linux/if_addr.h`), neighbours (`linux/neighbour.h`) and their settings.

use crate::{
    names::{netlink::*, network::*},
    records::netlink::values::*,
    types::{Attributes, Field, Record, Type::*, *},
};

/// `IFA_*`
pub static ADDR: Attributes = Attributes {
    unknown: "IFA_???",
    types: &[
        (0, "IFA_UNSPEC", BYTES),
        (1, "IFA_ADDRESS", Custom(&FAMILY_HOST)),
        (2, "IFA_LOCAL", Custom(&FAMILY_HOST)),
        (3, "IFA_LABEL", Str),
        (4, "IFA_BROADCAST", Custom(&FAMILY_HOST)),
        (5, "IFA_ANYCAST", Custom(&FAMILY_HOST)),
        (6, "IFA_CACHEINFO", Struct(&IFA_CACHEINFO)),
        (7, "IFA_MULTICAST", Custom(&FAMILY_HOST)),
        (8, "IFA_FLAGS", Flags(U32, &IFA_F)),
        (9, "IFA_RT_PRIORITY", Int(U32)),
        (10, "IFA_TARGET_NETNSID", Int(I32)),
        (11, "IFA_PROTO", BYTES),
    ],
};

/// `NDA_*`
pub static NEIGH: Attributes = Attributes {
    unknown: "NDA_???",
    types: &[
        (0, "NDA_UNSPEC", BYTES),
        (1, "NDA_DST", Custom(&FAMILY_HOST)),
        (2, "NDA_LLADDR", Custom(&NEIGHBOUR_ADDRESS)),
        (3, "NDA_CACHEINFO", Struct(&NDA_CACHEINFO)),
        (4, "NDA_PROBES", Int(U32)),
        (5, "NDA_VLAN", Int(U16)),
        (6, "NDA_PORT", Net(U16)),
        (7, "NDA_VNI", Int(U32)),
        (8, "NDA_IFINDEX", Interface),
        (9, "NDA_MASTER", Interface),
        (10, "NDA_LINK_NETNSID", Int(U32)),
        (11, "NDA_SRC_VNI", Int(U32)),
        (12, "NDA_PROTOCOL", Symbol(U64, &IP_PROTOCOLS)),
        (13, "NDA_NH_ID", Int(U32)),
        (14, "NDA_FDB_EXT_ATTRS", Attributes(&NEIGH_NDA_FDB_EXT_ATTRS)),
        (15, "NDA_FLAGS_EXT", Flags(U32, &NTF_EXT)),
        (16, "NDA_NDM_STATE_MASK", Flags(U16, &NUD)),
        (17, "NDA_NDM_FLAGS_MASK", Flags(U8, &NTF)),
    ],
};

/// `NDTA_*`
pub static NEIGHTBL: Attributes = Attributes {
    unknown: "NDTA_???",
    types: &[
        (0, "NDTA_UNSPEC", BYTES),
        (1, "NDTA_NAME", Str),
        (2, "NDTA_THRESH1", Int(U32)),
        (3, "NDTA_THRESH2", Int(U32)),
        (4, "NDTA_THRESH3", Int(U32)),
        (5, "NDTA_CONFIG", Struct(&NDTA_CONFIG)),
        (6, "NDTA_PARMS", Attributes(&NEIGHTBL_NDTA_PARMS)),
        (7, "NDTA_STATS", Struct(&NDTA_STATS)),
        (8, "NDTA_GC_INTERVAL", Int(U64)),
        (9, "NDTA_PAD", BYTES),
    ],
};

/// `IFAL_*`
pub static ADDRLABEL: Attributes = Attributes {
    unknown: "IFAL_???",
    types: &[(1, "IFAL_ADDRESS", Custom(&FAMILY_HOST)), (2, "IFAL_LABEL", Int(U32))],
};

/// `NETCONFA_*`
pub static NETCONF: Attributes = Attributes {
    unknown: "NETCONFA_???",
    types: &[
        (0, "NETCONFA_UNSPEC", BYTES),
        (1, "NETCONFA_IFINDEX", Interface),
        (2, "NETCONFA_FORWARDING", Int(I32)),
        (3, "NETCONFA_RP_FILTER", Int(I32)),
        (4, "NETCONFA_MC_FORWARDING", Int(I32)),
        (5, "NETCONFA_PROXY_NEIGH", Int(I32)),
        (6, "NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN", Int(I32)),
        (7, "NETCONFA_INPUT", Int(I32)),
        (8, "NETCONFA_BC_FORWARDING", Int(I32)),
        (9, "NETCONFA_FORCE_FORWARDING", Int(I32)),
    ],
};

/// `NETNSA_*`
pub static NSID: Attributes = Attributes {
    unknown: "NETNSA_???",
    types: &[
        (0, "NETNSA_NONE", BYTES),
        (1, "NETNSA_NSID", Int(I32)),
        (2, "NETNSA_PID", Int(U32)),
        (3, "NETNSA_FD", Int(I32)),
        (4, "NETNSA_TARGET_NSID", Int(I32)),
        (5, "NETNSA_CURRENT_NSID", Int(I32)),
    ],
};

/// `NFEA_*`
pub static NEIGH_NDA_FDB_EXT_ATTRS: Attributes = Attributes {
    unknown: "NFEA_???",
    types: &[
        (0, "NFEA_UNSPEC", BYTES),
        (1, "NFEA_ACTIVITY_NOTIFY", Flags(U8, &FDB_NOTIFY)),
        (2, "NFEA_DONT_REFRESH", BYTES),
    ],
};

/// `NDTPA_*`
pub static NEIGHTBL_NDTA_PARMS: Attributes = Attributes {
    unknown: "NDTPA_???",
    types: &[
        (0, "NDTPA_UNSPEC", BYTES),
        (1, "NDTPA_IFINDEX", Interface),
        (2, "NDTPA_REFCNT", Int(U32)),
        (3, "NDTPA_REACHABLE_TIME", Int(U64)),
        (4, "NDTPA_BASE_REACHABLE_TIME", Int(U64)),
        (5, "NDTPA_RETRANS_TIME", Int(U64)),
        (6, "NDTPA_GC_STALETIME", Int(U64)),
        (7, "NDTPA_DELAY_PROBE_TIME", Int(U64)),
        (8, "NDTPA_QUEUE_LEN", Int(U32)),
        (9, "NDTPA_APP_PROBES", Int(U32)),
        (10, "NDTPA_UCAST_PROBES", Int(U32)),
        (11, "NDTPA_MCAST_PROBES", Int(U32)),
        (12, "NDTPA_ANYCAST_DELAY", Int(U64)),
        (13, "NDTPA_PROXY_DELAY", Int(U64)),
        (14, "NDTPA_PROXY_QLEN", Int(U32)),
        (15, "NDTPA_LOCKTIME", Int(U64)),
        (16, "NDTPA_QUEUE_LENBYTES", Int(U32)),
        (17, "NDTPA_MCAST_REPROBES", Int(U32)),
        (18, "NDTPA_PAD", BYTES),
        (19, "NDTPA_INTERVAL_PROBE_TIME_MS", Int(U64)),
    ],
};

/// The value of `IFA_CACHEINFO`.
static IFA_CACHEINFO: Record = Record {
    name: "IFA_CACHEINFO",
    fields: &[
        Field::new("ifa_prefered", Int(U32)),
        Field::new("ifa_valid", Int(U32)),
        Field::new("cstamp", Int(U32)),
        Field::new("tstamp", Int(U32)),
    ],
};

/// The value of `NDA_CACHEINFO`.
static NDA_CACHEINFO: Record = Record {
    name: "NDA_CACHEINFO",
    fields: &[
        Field::new("ndm_confirmed", Int(U32)),
        Field::new("ndm_used", Int(U32)),
        Field::new("ndm_updated", Int(U32)),
        Field::new("ndm_refcnt", Int(U32)),
    ],
};

/// The value of `NDTA_CONFIG`.
static NDTA_CONFIG: Record = Record {
    name: "NDTA_CONFIG",
    fields: &[
        Field::new("ndtc_key_len", Int(U16)),
        Field::new("ndtc_entry_size", Int(U16)),
        Field::new("ndtc_entries", Int(U32)),
        Field::new("ndtc_last_flush", Int(U32)),
        Field::new("ndtc_last_rand", Int(U32)),
        Field::new("ndtc_hash_rnd", Int(U32)),
        Field::new("ndtc_hash_mask", Hex(U32)),
        Field::new("ndtc_hash_chain_gc", Int(U32)),
        Field::new("ndtc_proxy_qlen", Int(U32)),
    ],
};

/// The value of `NDTA_STATS`.
static NDTA_STATS: Record = Record {
    name: "NDTA_STATS",
    fields: &[
        Field::new("ndts_allocs", Int(U64)),
        Field::new("ndts_destroys", Int(U64)),
        Field::new("ndts_hash_grows", Int(U64)),
        Field::new("ndts_res_failed", Int(U64)),
        Field::new("ndts_lookups", Int(U64)),
        Field::new("ndts_hits", Int(U64)),
        Field::new("ndts_rcv_probes_mcast", Int(U64)),
        Field::new("ndts_rcv_probes_ucast", Int(U64)),
        Field::new("ndts_periodic_gc_runs", Int(U64)),
        Field::new("ndts_forced_gc_runs", Int(U64)),
        Field::since(88, "ndts_table_fulls", Int(U64)),
    ],
};

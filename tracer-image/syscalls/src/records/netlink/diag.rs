//! Attributes of sockets (sock_diag(7)).

use crate::{
    names::{netlink_diag::*, network::IP_PROTOCOLS},
    records::netlink::{bytecode::BYTECODE, values::*},
    types::{Attributes, Field, Record, Type::*, *},
};

/// `INET_DIAG_REQ_*`
pub static INETREQ: Attributes = Attributes {
    unknown: "INET_DIAG_REQ_???",
    types: &[
        (0, "INET_DIAG_REQ_NONE", BYTES),
        (1, "INET_DIAG_REQ_BYTECODE", Custom(&BYTECODE)),
        (2, "INET_DIAG_REQ_SK_BPF_STORAGES", BYTES),
        (3, "INET_DIAG_REQ_PROTOCOL", Symbol(U64, &IP_PROTOCOLS)),
    ],
};

/// `INET_DIAG_*`
pub static INETDIAG: Attributes = Attributes {
    unknown: "INET_DIAG_???",
    types: &[
        (0, "INET_DIAG_NONE", BYTES),
        (1, "INET_DIAG_MEMINFO", Struct(&INET_DIAG_MEMINFO)),
        (2, "INET_DIAG_INFO", BYTES),
        (3, "INET_DIAG_VEGASINFO", Struct(&INET_DIAG_VEGASINFO)),
        (4, "INET_DIAG_CONG", Str),
        (5, "INET_DIAG_TOS", Int(U8)),
        (6, "INET_DIAG_TCLASS", Int(U8)),
        (7, "INET_DIAG_SKMEMINFO", Indexed(&Int(U32), &SK_MEMINFO)),
        (8, "INET_DIAG_SHUTDOWN", Custom(&SHUT_DOWN)),
        (9, "INET_DIAG_DCTCPINFO", Struct(&INET_DIAG_DCTCPINFO)),
        (10, "INET_DIAG_PROTOCOL", Symbol(U64, &IP_PROTOCOLS)),
        (11, "INET_DIAG_SKV6ONLY", Int(U8)),
        (12, "INET_DIAG_LOCALS", BYTES),
        (13, "INET_DIAG_PEERS", BYTES),
        (14, "INET_DIAG_PAD", BYTES),
        (15, "INET_DIAG_MARK", Int(U32)),
        (16, "INET_DIAG_BBRINFO", Struct(&INET_DIAG_BBRINFO)),
        (17, "INET_DIAG_CLASS_ID", Int(U32)),
        (18, "INET_DIAG_MD5SIG", BYTES),
        (19, "INET_DIAG_ULP_INFO", Attributes(&INETDIAG_INET_DIAG_ULP_INFO)),
        (20, "INET_DIAG_SK_BPF_STORAGES", Attributes(&INETDIAG_INET_DIAG_SK_BPF_STORAGES)),
        (21, "INET_DIAG_CGROUP_ID", Int(U64)),
        (22, "INET_DIAG_SOCKOPT", Struct(&SOCKET_OPTIONS)),
    ],
};

/// `UNIX_DIAG_*`
pub static UNIXDIAG: Attributes = Attributes {
    unknown: "UNIX_DIAG_???",
    types: &[
        (0, "UNIX_DIAG_NAME", Str),
        (1, "UNIX_DIAG_VFS", Ordered(&UNIX_DIAG_VFS, &["udiag_vfs_dev", "udiag_vfs_ino"])),
        (2, "UNIX_DIAG_PEER", Int(U32)),
        (3, "UNIX_DIAG_ICONS", Array(&Int(U32), Len::Rest)),
        (4, "UNIX_DIAG_RQLEN", Struct(&UNIX_DIAG_RQLEN)),
        (5, "UNIX_DIAG_MEMINFO", Indexed(&Int(U32), &SK_MEMINFO)),
        (6, "UNIX_DIAG_SHUTDOWN", Int(U8)),
        (7, "UNIX_DIAG_UID", Int(I32)),
    ],
};

/// `NETLINK_DIAG_*`
pub static NLDIAG: Attributes = Attributes {
    unknown: "NETLINK_DIAG_???",
    types: &[
        (0, "NETLINK_DIAG_MEMINFO", Indexed(&Int(U32), &SK_MEMINFO)),
        (1, "NETLINK_DIAG_GROUPS", BYTES),
        (2, "NETLINK_DIAG_RX_RING", Struct(&NETLINK_DIAG_RX_RING)),
        (3, "NETLINK_DIAG_TX_RING", Struct(&NETLINK_DIAG_TX_RING)),
        (4, "NETLINK_DIAG_FLAGS", Flags(U32, &NDIAG_FLAG)),
    ],
};

/// `PACKET_DIAG_*`
pub static PACKETDIAG: Attributes = Attributes {
    unknown: "PACKET_DIAG_???",
    types: &[
        (0, "PACKET_DIAG_INFO", Struct(&PACKET_DIAG_INFO)),
        (1, "PACKET_DIAG_MCLIST", BYTES),
        (2, "PACKET_DIAG_RX_RING", Struct(&PACKET_DIAG_RING)),
        (3, "PACKET_DIAG_TX_RING", Struct(&PACKET_DIAG_RING)),
        (4, "PACKET_DIAG_FANOUT", Int(U32)),
        (5, "PACKET_DIAG_UID", Int(I32)),
        (6, "PACKET_DIAG_MEMINFO", Indexed(&Int(U32), &SK_MEMINFO)),
        (7, "PACKET_DIAG_FILTER", BYTES),
    ],
};

/// `SMC_DIAG_*`
pub static SMCDIAG: Attributes = Attributes {
    unknown: "SMC_DIAG_???",
    types: &[
        (0, "SMC_DIAG_NONE", BYTES),
        (1, "SMC_DIAG_CONNINFO", BYTES),
        (2, "SMC_DIAG_LGRINFO", BYTES),
        (3, "SMC_DIAG_SHUTDOWN", Flags(U8, &SHUTDOWN)),
        (4, "SMC_DIAG_DMBINFO", Struct(&SMC_DIAG_DMBINFO)),
        (5, "SMC_DIAG_FALLBACK", BYTES),
    ],
};

/// `INET_ULP_INFO_*`
pub static INETDIAG_INET_DIAG_ULP_INFO: Attributes = Attributes {
    unknown: "INET_ULP_INFO_???",
    types: &[
        (0, "INET_ULP_INFO_UNSPEC", BYTES),
        (1, "INET_ULP_INFO_NAME", Str),
        (2, "INET_ULP_INFO_TLS", Attributes(&INETDIAG_INET_DIAG_ULP_INFO_INET_ULP_INFO_TLS)),
        (3, "INET_ULP_INFO_MPTCP", Attributes(&INETDIAG_INET_DIAG_ULP_INFO_INET_ULP_INFO_MPTCP)),
    ],
};

/// `SK_DIAG_BPF_STORAGE_*`
pub static INETDIAG_INET_DIAG_SK_BPF_STORAGES: Attributes = Attributes {
    unknown: "SK_DIAG_BPF_STORAGE_???",
    types: &[
        (0, "SK_DIAG_BPF_STORAGE_REP_NONE", BYTES),
        (1, "SK_DIAG_BPF_STORAGE", Attributes(&INETDIAG_INET_DIAG_SK_BPF_STORAGES)),
    ],
};

/// `TLS_INFO_*`
pub static INETDIAG_INET_DIAG_ULP_INFO_INET_ULP_INFO_TLS: Attributes = Attributes {
    unknown: "TLS_INFO_???",
    types: &[
        (0, "TLS_INFO_UNSPEC", BYTES),
        (1, "TLS_INFO_VERSION", Symbol(U16, &TLS_VERSION)),
        (2, "TLS_INFO_CIPHER", Symbol(U16, &TLS_CIPHER)),
        (3, "TLS_INFO_TXCONF", Symbol(U16, &TLS_CONF)),
        (4, "TLS_INFO_RXCONF", Symbol(U16, &TLS_CONF)),
        (5, "TLS_INFO_ZC_RO_TX", BYTES),
        (6, "TLS_INFO_RX_NO_PAD", BYTES),
        (7, "TLS_INFO_TX_MAX_PAYLOAD_LEN", BYTES),
    ],
};

/// `MPTCP_SUBFLOW_ATTR_*`
pub static INETDIAG_INET_DIAG_ULP_INFO_INET_ULP_INFO_MPTCP: Attributes = Attributes {
    unknown: "MPTCP_SUBFLOW_ATTR_???",
    types: &[
        (0, "MPTCP_SUBFLOW_ATTR_UNSPEC", BYTES),
        (1, "MPTCP_SUBFLOW_ATTR_TOKEN_REM", Hex(U32)),
        (2, "MPTCP_SUBFLOW_ATTR_TOKEN_LOC", Hex(U32)),
        (3, "MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ", Int(U32)),
        (4, "MPTCP_SUBFLOW_ATTR_MAP_SEQ", Int(U64)),
        (5, "MPTCP_SUBFLOW_ATTR_MAP_SFSEQ", Int(U32)),
        (6, "MPTCP_SUBFLOW_ATTR_SSN_OFFSET", Int(U32)),
        (7, "MPTCP_SUBFLOW_ATTR_MAP_DATALEN", Int(U16)),
        (8, "MPTCP_SUBFLOW_ATTR_FLAGS", Flags(U32, &MPTCP_SUBFLOW_FLAG)),
        (9, "MPTCP_SUBFLOW_ATTR_ID_REM", Int(U8)),
        (10, "MPTCP_SUBFLOW_ATTR_ID_LOC", Int(U8)),
        (11, "MPTCP_SUBFLOW_ATTR_PAD", BYTES),
    ],
};

/// The value of `INET_DIAG_MEMINFO`.
static INET_DIAG_MEMINFO: Record = Record {
    name: "INET_DIAG_MEMINFO",
    fields: &[
        Field::new("idiag_rmem", Int(U32)),
        Field::new("idiag_wmem", Int(U32)),
        Field::new("idiag_fmem", Int(U32)),
        Field::new("idiag_tmem", Int(U32)),
    ],
};

/// The value of `INET_DIAG_VEGASINFO`.
static INET_DIAG_VEGASINFO: Record = Record {
    name: "INET_DIAG_VEGASINFO",
    fields: &[
        Field::new("tcpv_enabled", Int(U32)),
        Field::new("tcpv_rttcnt", Int(U32)),
        Field::new("tcpv_rtt", Int(U32)),
        Field::new("tcpv_minrtt", Int(U32)),
    ],
};

/// The value of `INET_DIAG_DCTCPINFO`.
static INET_DIAG_DCTCPINFO: Record = Record {
    name: "INET_DIAG_DCTCPINFO",
    fields: &[
        Field::new("dctcp_enabled", Int(U16)),
        Field::new("dctcp_ce_state", Int(U16)),
        Field::new("dctcp_alpha", Int(U32)),
        Field::new("dctcp_ab_ecn", Int(U32)),
        Field::new("dctcp_ab_tot", Int(U32)),
    ],
};

/// The value of `INET_DIAG_BBRINFO`.
static INET_DIAG_BBRINFO: Record = Record {
    name: "INET_DIAG_BBRINFO",
    fields: &[
        Field::new("bbr_bw_lo", Hex(U32)),
        Field::new("bbr_bw_hi", Hex(U32)),
        Field::new("bbr_min_rtt", Int(U32)),
        Field::new("bbr_pacing_gain", Int(U32)),
        Field::new("bbr_cwnd_gain", Int(U32)),
    ],
};

/// The value of `UNIX_DIAG_RQLEN`.
static UNIX_DIAG_RQLEN: Record = Record {
    name: "UNIX_DIAG_RQLEN",
    fields: &[Field::new("udiag_rqueue", Int(U32)), Field::new("udiag_wqueue", Int(U32))],
};

/// The value of `NETLINK_DIAG_RX_RING`.
static NETLINK_DIAG_RX_RING: Record = Record {
    name: "NETLINK_DIAG_RX_RING",
    fields: &[
        Field::new("ndr_block_size", Int(U32)),
        Field::new("ndr_block_nr", Int(U32)),
        Field::new("ndr_frame_size", Int(U32)),
        Field::new("ndr_frame_nr", Int(U32)),
    ],
};

/// The value of `NETLINK_DIAG_TX_RING`.
static NETLINK_DIAG_TX_RING: Record = Record {
    name: "NETLINK_DIAG_TX_RING",
    fields: &[
        Field::new("ndr_block_size", Int(U32)),
        Field::new("ndr_block_nr", Int(U32)),
        Field::new("ndr_frame_size", Int(U32)),
        Field::new("ndr_frame_nr", Int(U32)),
    ],
};

/// The value of `PACKET_DIAG_INFO`.
static PACKET_DIAG_INFO: Record = Record {
    name: "PACKET_DIAG_INFO",
    fields: &[
        Field::new("pdi_index", Interface),
        Field::new("pdi_version", Symbol(U32, &TPACKET)),
        Field::new("pdi_reserve", Int(U32)),
        Field::new("pdi_copy_thresh", Int(U32)),
        Field::new("pdi_tstamp", Int(U32)),
        Field::new("pdi_flags", Flags(U32, &PDI)),
    ],
};

/// `struct packet_diag_ring`
static PACKET_DIAG_RING: Record = Record {
    name: "packet_diag_ring",
    fields: &[
        Field::new("pdr_block_size", Int(U32)),
        Field::new("pdr_block_nr", Int(U32)),
        Field::new("pdr_frame_size", Int(U32)),
        Field::new("pdr_frame_nr", Int(U32)),
        Field::new("pdr_retire_tmo", Int(U32)),
        Field::new("pdr_sizeof_priv", Int(U32)),
        Field::new("pdr_features", Int(U32)),
    ],
};

/// The value of `SMC_DIAG_DMBINFO`.
static SMC_DIAG_DMBINFO: Record = Record {
    name: "SMC_DIAG_DMBINFO",
    fields: &[
        Field::new("linkid", Int(U32)),
        Field::padding(Int(U32)),
        Field::new("peer_gid", Hex(U64)),
        Field::new("my_gid", Hex(U64)),
        Field::new("token", Hex(U64)),
        Field::new("peer_token", Hex(U64)),
    ],
};

/// A file that a unix socket is bound to.
static UNIX_DIAG_VFS: Record = Record {
    name: "unix_diag_vfs",
    fields: &[Field::new("udiag_vfs_ino", Int(U32)), Field::new("udiag_vfs_dev", Dev(U32))],
};

/// `struct inet_diag_sockopt`: one bit for each option that is on.
static SOCKET_OPTIONS: Record = Record {
    name: "inet_diag_sockopt",
    fields: &[
        Field::nonzero("recverr", Bits(U8, 0, 1, &Int(U8))),
        Field::nonzero("is_icsk", Bits(U8, 1, 1, &Int(U8))),
        Field::nonzero("freebind", Bits(U8, 2, 1, &Int(U8))),
        Field::nonzero("hdrincl", Bits(U8, 3, 1, &Int(U8))),
        Field::nonzero("mc_loop", Bits(U8, 4, 1, &Int(U8))),
        Field::nonzero("transparent", Bits(U8, 5, 1, &Int(U8))),
        Field::nonzero("mc_all", Bits(U8, 6, 1, &Int(U8))),
        Field::nonzero("nodefrag", Bits(U8, 7, 1, &Int(U8))),
        Field::padding(Int(U8)),
        Field::nonzero("bind_address_no_port", Bits(U8, 0, 1, &Int(U8))),
        Field::nonzero("recverr_rfc4884", Bits(U8, 1, 1, &Int(U8))),
        Field::nonzero("defer_connect", Bits(U8, 2, 1, &Int(U8))),
        Field::padding(Int(U8)),
    ],
};

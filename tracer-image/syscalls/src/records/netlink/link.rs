//! Attributes of network interfaces (`linux/if_link.h`).

use crate::{
    decode::Decode,
    names::{netlink::*, netlink_counters::*, network::ETHER_TYPES},
    records::netlink::{bridge, values::*},
    types::{Attributes, Custom, Field, Record, Type::*, *},
};

/// `IFLA_*`
pub static LINK: Attributes = Attributes {
    unknown: "IFLA_???",
    types: &[
        (0, "IFLA_UNSPEC", BYTES),
        (1, "IFLA_ADDRESS", Custom(&HARDWARE_ADDRESS)),
        (2, "IFLA_BROADCAST", Custom(&HARDWARE_ADDRESS)),
        (3, "IFLA_IFNAME", Str),
        (4, "IFLA_MTU", Int(U32)),
        (5, "IFLA_LINK", Int(U32)),
        (6, "IFLA_QDISC", Str),
        (7, "IFLA_STATS", Struct(&IFLA_STATS)),
        (8, "IFLA_COST", BYTES),
        (9, "IFLA_PRIORITY", BYTES),
        (10, "IFLA_MASTER", Int(U32)),
        (11, "IFLA_WIRELESS", BYTES),
        (12, "IFLA_PROTINFO", Custom(&PROTOCOL_INFO)),
        (13, "IFLA_TXQLEN", Int(U32)),
        (14, "IFLA_MAP", Struct(&IFLA_MAP)),
        (15, "IFLA_WEIGHT", Int(U32)),
        (16, "IFLA_OPERSTATE", Int(U8)),
        (17, "IFLA_LINKMODE", Int(U8)),
        (18, "IFLA_LINKINFO", Custom(&INFO)),
        (19, "IFLA_NET_NS_PID", Int(U32)),
        (20, "IFLA_IFALIAS", Str),
        (21, "IFLA_NUM_VF", Int(U32)),
        (22, "IFLA_VFINFO_LIST", Attributes(&LINK_VFINFO_LIST)),
        (23, "IFLA_STATS64", Struct(&super::statistics::LINK_STATS64)),
        (24, "IFLA_VF_PORTS", Attributes(&LINK_VF_PORTS)),
        (25, "IFLA_PORT_SELF", Attributes(&LINK_PORT_SELF)),
        (26, "IFLA_AF_SPEC", Custom(&SPEC)),
        (27, "IFLA_GROUP", Int(U32)),
        (28, "IFLA_NET_NS_FD", Int(I32)),
        (29, "IFLA_EXT_MASK", Flags(U32, &RTEXT_FILTER)),
        (30, "IFLA_PROMISCUITY", Int(U32)),
        (31, "IFLA_NUM_TX_QUEUES", Int(U32)),
        (32, "IFLA_NUM_RX_QUEUES", Int(U32)),
        (33, "IFLA_CARRIER", Int(U8)),
        (34, "IFLA_PHYS_PORT_ID", BYTES),
        (35, "IFLA_CARRIER_CHANGES", Int(U32)),
        (36, "IFLA_PHYS_SWITCH_ID", BYTES),
        (37, "IFLA_LINK_NETNSID", Int(I32)),
        (38, "IFLA_PHYS_PORT_NAME", Str),
        (39, "IFLA_PROTO_DOWN", Int(U8)),
        (40, "IFLA_GSO_MAX_SEGS", Int(U32)),
        (41, "IFLA_GSO_MAX_SIZE", Int(U32)),
        (42, "IFLA_PAD", BYTES),
        (43, "IFLA_XDP", Attributes(&LINK_XDP)),
        (44, "IFLA_EVENT", Symbol(U32, &IFLA_EVENT)),
        (45, "IFLA_NEW_NETNSID", Int(I32)),
        (46, "IFLA_IF_NETNSID", Int(I32)),
        (47, "IFLA_CARRIER_UP_COUNT", Int(U32)),
        (48, "IFLA_CARRIER_DOWN_COUNT", Int(U32)),
        (49, "IFLA_NEW_IFINDEX", Interface),
        (50, "IFLA_MIN_MTU", Int(U32)),
        (51, "IFLA_MAX_MTU", Int(U32)),
        (52, "IFLA_PROP_LIST", Attributes(&LINK_PROP_LIST)),
        (53, "IFLA_ALT_IFNAME", Str),
        (54, "IFLA_PERM_ADDRESS", Custom(&HARDWARE_ADDRESS)),
        (55, "IFLA_PROTO_DOWN_REASON", Attributes(&LINK_PROTO_DOWN_REASON)),
        (56, "IFLA_PARENT_DEV_NAME", Str),
        (57, "IFLA_PARENT_DEV_BUS_NAME", Str),
        (58, "IFLA_GRO_MAX_SIZE", Int(U32)),
        (59, "IFLA_TSO_MAX_SIZE", Int(U32)),
        (60, "IFLA_TSO_MAX_SEGS", Int(U32)),
        (61, "IFLA_ALLMULTI", Int(U32)),
        (62, "IFLA_DEVLINK_PORT", Int(U32)),
        (63, "IFLA_GSO_IPV4_MAX_SIZE", Int(U32)),
        (64, "IFLA_GRO_IPV4_MAX_SIZE", Int(U32)),
        (65, "IFLA_DPLL_PIN", BYTES),
        (66, "IFLA_MAX_PACING_OFFLOAD_HORIZON", Int(U64)),
        (67, "IFLA_NETNS_IMMUTABLE", Int(U8)),
        (68, "IFLA_HEADROOM", Int(U16)),
        (69, "IFLA_TAILROOM", Int(U16)),
    ],
};

/// `IFLA_INFO_*`
pub static LINK_LINKINFO: Attributes = Attributes {
    unknown: "IFLA_INFO_???",
    types: &[
        (0, "IFLA_INFO_UNSPEC", BYTES),
        (1, "IFLA_INFO_KIND", Str),
        (2, "IFLA_INFO_DATA", BYTES),
        (3, "IFLA_INFO_XSTATS", BYTES),
        (4, "IFLA_INFO_SLAVE_KIND", Str),
        (5, "IFLA_INFO_SLAVE_DATA", BYTES),
    ],
};

/// `IFLA_VF_INFO_*`
pub static LINK_VFINFO_LIST: Attributes = Attributes {
    unknown: "IFLA_VF_INFO_???",
    types: &[(0, "IFLA_VF_INFO_UNSPEC", BYTES), (1, "IFLA_VF_INFO", Attributes(&LINK_VFINFO_LIST_VF_INFO))],
};

/// `IFLA_VF_PORT_*`
pub static LINK_VF_PORTS: Attributes = Attributes {
    unknown: "IFLA_VF_PORT_???",
    types: &[(0, "IFLA_VF_PORT_UNSPEC", BYTES), (1, "IFLA_VF_PORT", Attributes(&LINK_PORT_SELF))],
};

/// `IFLA_PORT_*`
pub static LINK_PORT_SELF: Attributes = Attributes {
    unknown: "IFLA_PORT_???",
    types: &[
        (0, "IFLA_PORT_UNSPEC", BYTES),
        (1, "IFLA_PORT_VF", Int(U32)),
        (2, "IFLA_PORT_PROFILE", Str),
        (3, "IFLA_PORT_VSI_TYPE", Struct(&IFLA_PORT_VSI_TYPE)),
        (4, "IFLA_PORT_INSTANCE_UUID", BYTES),
        (5, "IFLA_PORT_HOST_UUID", BYTES),
        (6, "IFLA_PORT_REQUEST", Int(U8)),
        (7, "IFLA_PORT_RESPONSE", Int(U16)),
    ],
};

/// `AF_*`
pub static LINK_AF_SPEC: Attributes = Attributes {
    unknown: "AF_???",
    types: &[
        (0, "AF_UNSPEC", BYTES),
        (1, "AF_UNIX", BYTES),
        (2, "AF_INET", Attributes(&LINK_AF_SPEC_AF_INET)),
        (3, "AF_AX25", BYTES),
        (4, "AF_IPX", BYTES),
        (5, "AF_APPLETALK", BYTES),
        (6, "AF_NETROM", BYTES),
        (7, "AF_BRIDGE", BYTES),
        (8, "AF_ATMPVC", BYTES),
        (9, "AF_X25", BYTES),
        (10, "AF_INET6", Attributes(&LINK_AF_SPEC_AF_INET6)),
        (11, "AF_ROSE", BYTES),
        (12, "AF_DECnet", BYTES),
        (13, "AF_NETBEUI", BYTES),
        (14, "AF_SECURITY", BYTES),
        (15, "AF_KEY", BYTES),
        (16, "AF_NETLINK", BYTES),
        (17, "AF_PACKET", BYTES),
        (18, "AF_ASH", BYTES),
        (19, "AF_ECONET", BYTES),
        (20, "AF_ATMSVC", BYTES),
        (21, "AF_RDS", BYTES),
        (22, "AF_SNA", BYTES),
        (23, "AF_IRDA", BYTES),
        (24, "AF_PPPOX", BYTES),
        (25, "AF_WANPIPE", BYTES),
        (26, "AF_LLC", BYTES),
        (27, "AF_IB", BYTES),
        (28, "AF_MPLS", BYTES),
        (29, "AF_CAN", BYTES),
        (30, "AF_TIPC", BYTES),
        (31, "AF_BLUETOOTH", BYTES),
        (32, "AF_IUCV", BYTES),
        (33, "AF_RXRPC", BYTES),
        (34, "AF_ISDN", BYTES),
        (35, "AF_PHONET", BYTES),
        (36, "AF_IEEE802154", BYTES),
        (37, "AF_CAIF", BYTES),
        (38, "AF_ALG", BYTES),
        (39, "AF_NFC", BYTES),
        (40, "AF_VSOCK", BYTES),
        (41, "AF_KCM", BYTES),
        (42, "AF_QIPCRTR", BYTES),
        (43, "AF_SMC", BYTES),
        (44, "AF_XDP", BYTES),
        (45, "AF_MCTP", Attributes(&LINK_AF_SPEC_AF_MCTP)),
    ],
};

/// `IFLA_XDP_*`
pub static LINK_XDP: Attributes = Attributes {
    unknown: "IFLA_XDP_???",
    types: &[
        (0, "IFLA_XDP_UNSPEC", BYTES),
        (1, "IFLA_XDP_FD", Int(I32)),
        (2, "IFLA_XDP_ATTACHED", Symbol(U8, &XDP_ATTACHED)),
        (3, "IFLA_XDP_FLAGS", Flags(U32, &XDP_FLAGS)),
        (4, "IFLA_XDP_PROG_ID", Int(U32)),
        (5, "IFLA_XDP_DRV_PROG_ID", Int(U32)),
        (6, "IFLA_XDP_SKB_PROG_ID", Int(U32)),
        (7, "IFLA_XDP_HW_PROG_ID", Int(U32)),
        (8, "IFLA_XDP_EXPECTED_FD", Int(I32)),
    ],
};

/// `IFLA_*`
pub static LINK_PROP_LIST: Attributes = Attributes {
    unknown: "IFLA_???",
    types: &[
        (0, "IFLA_UNSPEC", BYTES),
        (1, "IFLA_ADDRESS", BYTES),
        (2, "IFLA_BROADCAST", BYTES),
        (3, "IFLA_IFNAME", BYTES),
        (4, "IFLA_MTU", BYTES),
        (5, "IFLA_LINK", BYTES),
        (6, "IFLA_QDISC", BYTES),
        (7, "IFLA_STATS", BYTES),
        (8, "IFLA_COST", BYTES),
        (9, "IFLA_PRIORITY", BYTES),
        (10, "IFLA_MASTER", BYTES),
        (11, "IFLA_WIRELESS", BYTES),
        (12, "IFLA_PROTINFO", BYTES),
        (13, "IFLA_TXQLEN", BYTES),
        (14, "IFLA_MAP", BYTES),
        (15, "IFLA_WEIGHT", BYTES),
        (16, "IFLA_OPERSTATE", BYTES),
        (17, "IFLA_LINKMODE", BYTES),
        (18, "IFLA_LINKINFO", BYTES),
        (19, "IFLA_NET_NS_PID", BYTES),
        (20, "IFLA_IFALIAS", BYTES),
        (21, "IFLA_NUM_VF", BYTES),
        (22, "IFLA_VFINFO_LIST", BYTES),
        (23, "IFLA_STATS64", BYTES),
        (24, "IFLA_VF_PORTS", BYTES),
        (25, "IFLA_PORT_SELF", BYTES),
        (26, "IFLA_AF_SPEC", BYTES),
        (27, "IFLA_GROUP", BYTES),
        (28, "IFLA_NET_NS_FD", BYTES),
        (29, "IFLA_EXT_MASK", BYTES),
        (30, "IFLA_PROMISCUITY", BYTES),
        (31, "IFLA_NUM_TX_QUEUES", BYTES),
        (32, "IFLA_NUM_RX_QUEUES", BYTES),
        (33, "IFLA_CARRIER", BYTES),
        (34, "IFLA_PHYS_PORT_ID", BYTES),
        (35, "IFLA_CARRIER_CHANGES", BYTES),
        (36, "IFLA_PHYS_SWITCH_ID", BYTES),
        (37, "IFLA_LINK_NETNSID", BYTES),
        (38, "IFLA_PHYS_PORT_NAME", BYTES),
        (39, "IFLA_PROTO_DOWN", BYTES),
        (40, "IFLA_GSO_MAX_SEGS", BYTES),
        (41, "IFLA_GSO_MAX_SIZE", BYTES),
        (42, "IFLA_PAD", BYTES),
        (43, "IFLA_XDP", BYTES),
        (44, "IFLA_EVENT", BYTES),
        (45, "IFLA_NEW_NETNSID", BYTES),
        (46, "IFLA_IF_NETNSID", BYTES),
        (47, "IFLA_CARRIER_UP_COUNT", BYTES),
        (48, "IFLA_CARRIER_DOWN_COUNT", BYTES),
        (49, "IFLA_NEW_IFINDEX", BYTES),
        (50, "IFLA_MIN_MTU", BYTES),
        (51, "IFLA_MAX_MTU", BYTES),
        (52, "IFLA_PROP_LIST", BYTES),
        (53, "IFLA_ALT_IFNAME", Str),
        (54, "IFLA_PERM_ADDRESS", BYTES),
        (55, "IFLA_PROTO_DOWN_REASON", BYTES),
        (56, "IFLA_PARENT_DEV_NAME", BYTES),
        (57, "IFLA_PARENT_DEV_BUS_NAME", BYTES),
        (58, "IFLA_GRO_MAX_SIZE", BYTES),
        (59, "IFLA_TSO_MAX_SIZE", BYTES),
        (60, "IFLA_TSO_MAX_SEGS", BYTES),
        (61, "IFLA_ALLMULTI", BYTES),
        (62, "IFLA_DEVLINK_PORT", BYTES),
        (63, "IFLA_GSO_IPV4_MAX_SIZE", BYTES),
        (64, "IFLA_GRO_IPV4_MAX_SIZE", BYTES),
        (65, "IFLA_DPLL_PIN", BYTES),
        (66, "IFLA_MAX_PACING_OFFLOAD_HORIZON", BYTES),
        (67, "IFLA_NETNS_IMMUTABLE", BYTES),
        (68, "IFLA_HEADROOM", BYTES),
        (69, "IFLA_TAILROOM", BYTES),
    ],
};

/// `IFLA_PROTO_DOWN_REASON_*`
pub static LINK_PROTO_DOWN_REASON: Attributes = Attributes {
    unknown: "IFLA_PROTO_DOWN_REASON_???",
    types: &[
        (0, "IFLA_PROTO_DOWN_REASON_UNSPEC", BYTES),
        (1, "IFLA_PROTO_DOWN_REASON_MASK", Hex(U32)),
        (2, "IFLA_PROTO_DOWN_REASON_VALUE", Hex(U32)),
    ],
};

/// `IFLA_VF_*`
pub static LINK_VFINFO_LIST_VF_INFO: Attributes = Attributes {
    unknown: "IFLA_VF_???",
    types: &[
        (0, "IFLA_VF_UNSPEC", BYTES),
        (1, "IFLA_VF_MAC", Struct(&IFLA_VF_MAC)),
        (2, "IFLA_VF_VLAN", Struct(&IFLA_VF_VLAN)),
        (3, "IFLA_VF_TX_RATE", Struct(&IFLA_VF_TX_RATE)),
        (4, "IFLA_VF_SPOOFCHK", Struct(&IFLA_VF_SPOOFCHK)),
        (5, "IFLA_VF_LINK_STATE", Struct(&VF_LINK_STATE)),
        (6, "IFLA_VF_RATE", Struct(&IFLA_VF_RATE)),
        (7, "IFLA_VF_RSS_QUERY_EN", Struct(&IFLA_VF_RSS_QUERY_EN)),
        (8, "IFLA_VF_STATS", Attributes(&LINK_VFINFO_LIST_VF_INFO_VF_STATS)),
        (9, "IFLA_VF_TRUST", Struct(&IFLA_VF_TRUST)),
        (10, "IFLA_VF_IB_NODE_GUID", Struct(&IFLA_VF_IB_NODE_GUID)),
        (11, "IFLA_VF_IB_PORT_GUID", Struct(&IFLA_VF_IB_PORT_GUID)),
        (12, "IFLA_VF_VLAN_LIST", Attributes(&LINK_VFINFO_LIST_VF_INFO_VF_VLAN_LIST)),
        (13, "IFLA_VF_BROADCAST", Struct(&IFLA_VF_BROADCAST)),
    ],
};

/// `IFLA_INET_*`
pub static LINK_AF_SPEC_AF_INET: Attributes = Attributes {
    unknown: "IFLA_INET_???",
    types: &[(0, "IFLA_INET_UNSPEC", BYTES), (1, "IFLA_INET_CONF", Indexed(&Int(I32), &IPV4_DEVCONF))],
};

/// `IFLA_INET6_*`
pub static LINK_AF_SPEC_AF_INET6: Attributes = Attributes {
    unknown: "IFLA_INET6_???",
    types: &[
        (0, "IFLA_INET6_UNSPEC", BYTES),
        (1, "IFLA_INET6_FLAGS", Flags(U32, &IF)),
        (2, "IFLA_INET6_CONF", Indexed(&Int(I32), &IPV6_DEVCONF)),
        (3, "IFLA_INET6_STATS", Indexed(&Int(U64), &IPSTATS_MIB)),
        (4, "IFLA_INET6_MCAST", BYTES),
        (5, "IFLA_INET6_CACHEINFO", Struct(&IFLA_INET6_CACHEINFO)),
        (6, "IFLA_INET6_ICMP6STATS", Indexed(&Int(U64), &ICMP6_MIB)),
        (7, "IFLA_INET6_TOKEN", Custom(&FAMILY_HOST)),
        (8, "IFLA_INET6_ADDR_GEN_MODE", Symbol(U8, &IN6_ADDR_GEN_MODE)),
        (9, "IFLA_INET6_RA_MTU", Int(U32)),
    ],
};

/// `IFLA_MCTP_*`
pub static LINK_AF_SPEC_AF_MCTP: Attributes = Attributes {
    unknown: "IFLA_MCTP_???",
    types: &[
        (0, "IFLA_MCTP_UNSPEC", BYTES),
        (1, "IFLA_MCTP_NET", Int(U32)),
        (2, "IFLA_MCTP_PHYS_BINDING", Hex(U8)),
    ],
};

/// `IFLA_VF_STATS_*`
pub static LINK_VFINFO_LIST_VF_INFO_VF_STATS: Attributes = Attributes {
    unknown: "IFLA_VF_STATS_???",
    types: &[
        (0, "IFLA_VF_STATS_RX_PACKETS", Int(U64)),
        (1, "IFLA_VF_STATS_TX_PACKETS", Int(U64)),
        (2, "IFLA_VF_STATS_RX_BYTES", Int(U64)),
        (3, "IFLA_VF_STATS_TX_BYTES", Int(U64)),
        (4, "IFLA_VF_STATS_BROADCAST", Int(U64)),
        (5, "IFLA_VF_STATS_MULTICAST", Int(U64)),
        (6, "IFLA_VF_STATS_PAD", BYTES),
        (7, "IFLA_VF_STATS_RX_DROPPED", Int(U64)),
        (8, "IFLA_VF_STATS_TX_DROPPED", Int(U64)),
    ],
};

/// `IFLA_VF_VLAN_INFO_*`
pub static LINK_VFINFO_LIST_VF_INFO_VF_VLAN_LIST: Attributes = Attributes {
    unknown: "IFLA_VF_VLAN_INFO_???",
    types: &[(0, "IFLA_VF_VLAN_INFO_UNSPEC", BYTES), (1, "IFLA_VF_VLAN_INFO", Struct(&IFLA_VF_VLAN_INFO))],
};

/// The value of `IFLA_STATS`.
static IFLA_STATS: Record = Record {
    name: "IFLA_STATS",
    fields: &[
        Field::new("rx_packets", Int(U32)),
        Field::new("tx_packets", Int(U32)),
        Field::new("rx_bytes", Int(U32)),
        Field::new("tx_bytes", Int(U32)),
        Field::new("rx_errors", Int(U32)),
        Field::new("tx_errors", Int(U32)),
        Field::new("rx_dropped", Int(U32)),
        Field::new("tx_dropped", Int(U32)),
        Field::new("multicast", Int(U32)),
        Field::new("collisions", Int(U32)),
        Field::new("rx_length_errors", Int(U32)),
        Field::new("rx_over_errors", Int(U32)),
        Field::new("rx_crc_errors", Int(U32)),
        Field::new("rx_frame_errors", Int(U32)),
        Field::new("rx_fifo_errors", Int(U32)),
        Field::new("rx_missed_errors", Int(U32)),
        Field::new("tx_aborted_errors", Int(U32)),
        Field::new("tx_carrier_errors", Int(U32)),
        Field::new("tx_fifo_errors", Int(U32)),
        Field::new("tx_heartbeat_errors", Int(U32)),
        Field::new("tx_window_errors", Int(U32)),
        Field::new("rx_compressed", Int(U32)),
        Field::new("tx_compressed", Int(U32)),
        Field::new("rx_nohandler", Int(U32)),
    ],
};

/// The value of `IFLA_MAP`.
static IFLA_MAP: Record = Record {
    name: "IFLA_MAP",
    fields: &[
        Field::new("mem_start", Packed(&Hex(U64))),
        Field::new("mem_end", Packed(&Hex(U64))),
        Field::new("base_addr", Packed(&Hex(U64))),
        Field::new("irq", Int(U16)),
        Field::new("dma", Int(U8)),
        Field::new("port", Int(U8)),
    ],
};

/// The value of `IFLA_PORT_VSI_TYPE`.
static IFLA_PORT_VSI_TYPE: Record = Record {
    name: "IFLA_PORT_VSI_TYPE",
    fields: &[
        Field::new("vsi_mgr_id", Int(U8)),
        Field::new("vsi_type_id", Binary(Len::Fixed(3), 3)),
        Field::new("vsi_type_version", Int(U8)),
        Field::new("pad", Binary(Len::Fixed(3), 3)),
    ],
};

/// The value of `IFLA_VF_MAC`.
static IFLA_VF_MAC: Record = Record {
    name: "IFLA_VF_MAC",
    fields: &[Field::new("vf", Int(U32)), Field::new("mac", Packed(&Custom(&HARDWARE_ADDRESS_FIXED)))],
};

/// The value of `IFLA_VF_VLAN`.
static IFLA_VF_VLAN: Record = Record {
    name: "IFLA_VF_VLAN",
    fields: &[Field::new("vf", Int(U32)), Field::new("vlan", Int(U32)), Field::new("qos", Int(U32))],
};

/// The value of `IFLA_VF_TX_RATE`.
static IFLA_VF_TX_RATE: Record =
    Record { name: "IFLA_VF_TX_RATE", fields: &[Field::new("vf", Int(U32)), Field::new("rate", Int(U32))] };

/// The value of `IFLA_VF_SPOOFCHK`.
static IFLA_VF_SPOOFCHK: Record = Record {
    name: "IFLA_VF_SPOOFCHK",
    fields: &[Field::new("vf", Int(U32)), Field::new("setting", Int(U32))],
};

/// The value of `IFLA_VF_RATE`.
static IFLA_VF_RATE: Record = Record {
    name: "IFLA_VF_RATE",
    fields: &[
        Field::new("vf", Int(U32)),
        Field::new("min_tx_rate", Int(U32)),
        Field::new("max_tx_rate", Int(U32)),
    ],
};

/// The value of `IFLA_VF_RSS_QUERY_EN`.
static IFLA_VF_RSS_QUERY_EN: Record = Record {
    name: "IFLA_VF_RSS_QUERY_EN",
    fields: &[Field::new("vf", Int(U32)), Field::new("setting", Int(U32))],
};

/// The value of `IFLA_VF_TRUST`.
static IFLA_VF_TRUST: Record =
    Record { name: "IFLA_VF_TRUST", fields: &[Field::new("vf", Int(U32)), Field::new("setting", Int(U32))] };

/// The value of `IFLA_VF_IB_NODE_GUID`.
static IFLA_VF_IB_NODE_GUID: Record = Record {
    name: "IFLA_VF_IB_NODE_GUID",
    fields: &[Field::new("vf", Int(U32)), Field::new("guid", Packed(&Hex(U64)))],
};

/// The value of `IFLA_VF_IB_PORT_GUID`.
static IFLA_VF_IB_PORT_GUID: Record = Record {
    name: "IFLA_VF_IB_PORT_GUID",
    fields: &[Field::new("vf", Int(U32)), Field::new("guid", Packed(&Hex(U64)))],
};

/// The value of `IFLA_VF_BROADCAST`.
static IFLA_VF_BROADCAST: Record = Record {
    name: "IFLA_VF_BROADCAST",
    fields: &[Field::new("broadcast", Packed(&Custom(&HARDWARE_ADDRESS_FIXED)))],
};

/// The value of `IFLA_INET6_CACHEINFO`.
static IFLA_INET6_CACHEINFO: Record = Record {
    name: "IFLA_INET6_CACHEINFO",
    fields: &[
        Field::new("max_reasm_len", Int(U32)),
        Field::new("tstamp", Int(U32)),
        Field::new("reachable_time", Int(U32)),
        Field::new("retrans_time", Int(U32)),
    ],
};

/// The value of `IFLA_VF_VLAN_INFO`.
static IFLA_VF_VLAN_INFO: Record = Record {
    name: "IFLA_VF_VLAN_INFO",
    fields: &[
        Field::new("vf", Int(U32)),
        Field::new("vlan", Int(U32)),
        Field::new("qos", Int(U32)),
        Field::new("vlan_proto", NetSymbol(U16, &ETHER_TYPES)),
        Field::padding(Int(U16)),
    ],
};

/// `struct ifla_vf_link_state`
static VF_LINK_STATE: Record = Record {
    name: "ifla_vf_link_state",
    fields: &[Field::new("vf", Int(U32)), Field::new("link_state", Symbol(U32, &IFLA_VF_LINK_STATE))],
};

/// Settings of the families of an interface, or of a bridge port if the message is from a bridge.
static SPEC: Custom = Custom::inside("IFLA_AF_SPEC", 0, |decode: &mut Decode<'_>, place| {
    let attributes = if decode.scope.family == AF_BRIDGE { &bridge::BRSPEC } else { &LINK_AF_SPEC };
    decode.of_attribute(Some(attributes), place)
});

/// A family's data about an interface.
static PROTOCOL_INFO: Custom = Custom::inside("IFLA_PROTINFO", 0, |decode: &mut Decode<'_>, place| {
    let attributes = match decode.scope.family {
        AF_BRIDGE => Some(&bridge::BRPORT),
        AF_INET6 => Some(&LINK_AF_SPEC_AF_INET6),
        _ => None,
    };
    decode.of_attribute(attributes, place)
});

/// What an interface is. Its kind determines its data.
static INFO: Custom = Custom::inside("IFLA_LINKINFO", 0, |decode: &mut Decode<'_>, place| {
    const IFLA_INFO_KIND: u16 = 1;
    const IFLA_INFO_SLAVE_KIND: u16 = 4;
    let kind = decode.text_attribute(place, IFLA_INFO_KIND);
    let slave = decode.text_attribute(place, IFLA_INFO_SLAVE_KIND);
    let attributes = match (kind.as_slice(), slave.as_slice()) {
        (b"bridge", b"bridge") => &INFO_OF_BOTH,
        (b"bridge", _) => &INFO_OF_BRIDGE,
        (b"tun", b"bridge") => &INFO_OF_TUN_PORT,
        (b"tun", _) => &INFO_OF_TUN,
        (_, b"bridge") => &INFO_OF_PORT,
        _ => &LINK_LINKINFO,
    };
    decode.of_attribute(Some(attributes), place)
});

const AF_BRIDGE: u8 = 7;
const AF_INET6: u8 = 10;

/// `IFLA_INFO_*` with the data of some kind, and of some kind of master.
macro_rules! info {
    ($($(#[$doc:meta])* $name:ident $data:expr, $slave:expr;)*) => {
        $($(#[$doc])*
        static $name: Attributes = Attributes {
            unknown: "IFLA_INFO_???",
            types: &[
                (0, "IFLA_INFO_UNSPEC", BYTES),
                (1, "IFLA_INFO_KIND", Str),
                (2, "IFLA_INFO_DATA", $data),
                (3, "IFLA_INFO_XSTATS", BYTES),
                (4, "IFLA_INFO_SLAVE_KIND", Str),
                (5, "IFLA_INFO_SLAVE_DATA", $slave),
            ],
        };)*
    };
}

info! {
    /// For a bridge.
    INFO_OF_BRIDGE Attributes(&bridge::BR), BYTES;
    /// For a bridge that is a port of another bridge.
    INFO_OF_BOTH Attributes(&bridge::BR), Attributes(&bridge::BRPORT);
    /// For a bridge port.
    INFO_OF_PORT BYTES, Attributes(&bridge::BRPORT);
    /// For a tun device.
    INFO_OF_TUN Attributes(&bridge::TUN), BYTES;
    /// For a tun device that is a bridge port.
    INFO_OF_TUN_PORT Attributes(&bridge::TUN), Attributes(&bridge::BRPORT);
}

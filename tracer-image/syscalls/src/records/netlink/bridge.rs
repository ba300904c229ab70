//! Attributes of bridges, their ports, and tun devices (`linux/if_link.h`, `linux/if_bridge.h`).

use crate::{
    names::{netlink::*, netlink_diag::*},
    records::netlink::values::*,
    types::{Attributes, Field, Record, Type::*, *},
};

/// `IFLA_BR_*`
pub static BR: Attributes = Attributes {
    unknown: "IFLA_BR_???",
    types: &[
        (0, "IFLA_BR_UNSPEC", BYTES),
        (1, "IFLA_BR_FORWARD_DELAY", Custom(&TICKS)),
        (2, "IFLA_BR_HELLO_TIME", Custom(&TICKS)),
        (3, "IFLA_BR_MAX_AGE", Custom(&TICKS)),
        (4, "IFLA_BR_AGEING_TIME", Custom(&TICKS)),
        (5, "IFLA_BR_STP_STATE", Int(U32)),
        (6, "IFLA_BR_PRIORITY", Int(U16)),
        (7, "IFLA_BR_VLAN_FILTERING", Int(U8)),
        (8, "IFLA_BR_VLAN_PROTOCOL", NetSymbol(U16, &VLAN_PROTOCOLS)),
        (9, "IFLA_BR_GROUP_FWD_MASK", Hex(U16)),
        (10, "IFLA_BR_ROOT_ID", Struct(&BRIDGE_ID)),
        (11, "IFLA_BR_BRIDGE_ID", Struct(&BRIDGE_ID)),
        (12, "IFLA_BR_ROOT_PORT", Int(U16)),
        (13, "IFLA_BR_ROOT_PATH_COST", Int(U32)),
        (14, "IFLA_BR_TOPOLOGY_CHANGE", Int(U8)),
        (15, "IFLA_BR_TOPOLOGY_CHANGE_DETECTED", Int(U8)),
        (16, "IFLA_BR_HELLO_TIMER", Custom(&TICKS)),
        (17, "IFLA_BR_TCN_TIMER", Custom(&TICKS)),
        (18, "IFLA_BR_TOPOLOGY_CHANGE_TIMER", Custom(&TICKS)),
        (19, "IFLA_BR_GC_TIMER", Custom(&TICKS)),
        (20, "IFLA_BR_GROUP_ADDR", Custom(&NEIGHBOUR_ADDRESS)),
        (21, "IFLA_BR_FDB_FLUSH", BYTES),
        (22, "IFLA_BR_MCAST_ROUTER", Int(U8)),
        (23, "IFLA_BR_MCAST_SNOOPING", Int(U8)),
        (24, "IFLA_BR_MCAST_QUERY_USE_IFADDR", Int(U8)),
        (25, "IFLA_BR_MCAST_QUERIER", Int(U8)),
        (26, "IFLA_BR_MCAST_HASH_ELASTICITY", Int(U32)),
        (27, "IFLA_BR_MCAST_HASH_MAX", Int(U32)),
        (28, "IFLA_BR_MCAST_LAST_MEMBER_CNT", Int(U32)),
        (29, "IFLA_BR_MCAST_STARTUP_QUERY_CNT", Int(U32)),
        (30, "IFLA_BR_MCAST_LAST_MEMBER_INTVL", Custom(&TICKS)),
        (31, "IFLA_BR_MCAST_MEMBERSHIP_INTVL", Custom(&TICKS)),
        (32, "IFLA_BR_MCAST_QUERIER_INTVL", Custom(&TICKS)),
        (33, "IFLA_BR_MCAST_QUERY_INTVL", Custom(&TICKS)),
        (34, "IFLA_BR_MCAST_QUERY_RESPONSE_INTVL", Custom(&TICKS)),
        (35, "IFLA_BR_MCAST_STARTUP_QUERY_INTVL", Custom(&TICKS)),
        (36, "IFLA_BR_NF_CALL_IPTABLES", Int(U8)),
        (37, "IFLA_BR_NF_CALL_IP6TABLES", Int(U8)),
        (38, "IFLA_BR_NF_CALL_ARPTABLES", Int(U8)),
        (39, "IFLA_BR_VLAN_DEFAULT_PVID", Int(U16)),
        (40, "IFLA_BR_PAD", BYTES),
        (41, "IFLA_BR_VLAN_STATS_ENABLED", Int(U8)),
        (42, "IFLA_BR_MCAST_STATS_ENABLED", Int(U8)),
        (43, "IFLA_BR_MCAST_IGMP_VERSION", Int(U8)),
        (44, "IFLA_BR_MCAST_MLD_VERSION", Int(U8)),
        (45, "IFLA_BR_VLAN_STATS_PER_PORT", Int(U8)),
        (46, "IFLA_BR_MULTI_BOOLOPT", Struct(&MULTI_BOOLOPT)),
        (47, "IFLA_BR_MCAST_QUERIER_STATE", Attributes(&BR_BR_MCAST_QUERIER_STATE)),
        (48, "IFLA_BR_FDB_N_LEARNED", Int(U32)),
        (49, "IFLA_BR_FDB_MAX_LEARNED", Int(U32)),
        (50, "IFLA_BR_STP_MODE", Symbol(U32, &BR_STP_MODE)),
    ],
};

/// `IFLA_TUN_*`
pub static TUN: Attributes = Attributes {
    unknown: "IFLA_TUN_???",
    types: &[
        (0, "IFLA_TUN_UNSPEC", BYTES),
        (1, "IFLA_TUN_OWNER", Int(I32)),
        (2, "IFLA_TUN_GROUP", Int(I32)),
        (3, "IFLA_TUN_TYPE", Symbol(U8, &TUN_TYPE)),
        (4, "IFLA_TUN_PI", Int(U8)),
        (5, "IFLA_TUN_VNET_HDR", Int(U8)),
        (6, "IFLA_TUN_PERSIST", Int(U8)),
        (7, "IFLA_TUN_MULTI_QUEUE", Int(U8)),
        (8, "IFLA_TUN_NUM_QUEUES", Int(U32)),
        (9, "IFLA_TUN_NUM_DISABLED_QUEUES", Int(U32)),
    ],
};

/// `IFLA_BRPORT_*`
pub static BRPORT: Attributes = Attributes {
    unknown: "IFLA_BRPORT_???",
    types: &[
        (0, "IFLA_BRPORT_UNSPEC", BYTES),
        (1, "IFLA_BRPORT_STATE", Int(U8)),
        (2, "IFLA_BRPORT_PRIORITY", Int(U16)),
        (3, "IFLA_BRPORT_COST", Int(U32)),
        (4, "IFLA_BRPORT_MODE", Int(U8)),
        (5, "IFLA_BRPORT_GUARD", Int(U8)),
        (6, "IFLA_BRPORT_PROTECT", Int(U8)),
        (7, "IFLA_BRPORT_FAST_LEAVE", Int(U8)),
        (8, "IFLA_BRPORT_LEARNING", Int(U8)),
        (9, "IFLA_BRPORT_UNICAST_FLOOD", Int(U8)),
        (10, "IFLA_BRPORT_PROXYARP", Int(U8)),
        (11, "IFLA_BRPORT_LEARNING_SYNC", Int(U8)),
        (12, "IFLA_BRPORT_PROXYARP_WIFI", Int(U8)),
        (13, "IFLA_BRPORT_ROOT_ID", Struct(&BRIDGE_ID)),
        (14, "IFLA_BRPORT_BRIDGE_ID", Struct(&BRIDGE_ID)),
        (15, "IFLA_BRPORT_DESIGNATED_PORT", Int(U16)),
        (16, "IFLA_BRPORT_DESIGNATED_COST", Int(U16)),
        (17, "IFLA_BRPORT_ID", Int(U16)),
        (18, "IFLA_BRPORT_NO", Int(U16)),
        (19, "IFLA_BRPORT_TOPOLOGY_CHANGE_ACK", Int(U8)),
        (20, "IFLA_BRPORT_CONFIG_PENDING", Int(U8)),
        (21, "IFLA_BRPORT_MESSAGE_AGE_TIMER", Custom(&TICKS)),
        (22, "IFLA_BRPORT_FORWARD_DELAY_TIMER", Custom(&TICKS)),
        (23, "IFLA_BRPORT_HOLD_TIMER", Custom(&TICKS)),
        (24, "IFLA_BRPORT_FLUSH", BYTES),
        (25, "IFLA_BRPORT_MULTICAST_ROUTER", Int(U8)),
        (26, "IFLA_BRPORT_PAD", BYTES),
        (27, "IFLA_BRPORT_MCAST_FLOOD", Int(U8)),
        (28, "IFLA_BRPORT_MCAST_TO_UCAST", Int(U8)),
        (29, "IFLA_BRPORT_VLAN_TUNNEL", Int(U8)),
        (30, "IFLA_BRPORT_BCAST_FLOOD", Int(U8)),
        (31, "IFLA_BRPORT_GROUP_FWD_MASK", Hex(U16)),
        (32, "IFLA_BRPORT_NEIGH_SUPPRESS", Int(U8)),
        (33, "IFLA_BRPORT_ISOLATED", Int(U8)),
        (34, "IFLA_BRPORT_BACKUP_PORT", Interface),
        (35, "IFLA_BRPORT_MRP_RING_OPEN", Int(U8)),
        (36, "IFLA_BRPORT_MRP_IN_OPEN", Int(U8)),
        (37, "IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT", Int(U32)),
        (38, "IFLA_BRPORT_MCAST_EHT_HOSTS_CNT", Int(U32)),
        (39, "IFLA_BRPORT_LOCKED", Int(U8)),
        (40, "IFLA_BRPORT_MAB", Int(U8)),
        (41, "IFLA_BRPORT_MCAST_N_GROUPS", Int(U32)),
        (42, "IFLA_BRPORT_MCAST_MAX_GROUPS", Int(U32)),
        (43, "IFLA_BRPORT_NEIGH_VLAN_SUPPRESS", Int(U8)),
        (44, "IFLA_BRPORT_BACKUP_NHID", Int(U32)),
        (45, "IFLA_BRPORT_NEIGH_FORWARD_GRAT", Int(U8)),
    ],
};

/// `IFLA_BRIDGE_*`
pub static BRSPEC: Attributes = Attributes {
    unknown: "IFLA_BRIDGE_???",
    types: &[
        (0, "IFLA_BRIDGE_FLAGS", Flags(U16, &BRIDGE_FLAGS)),
        (1, "IFLA_BRIDGE_MODE", Symbol(U16, &BRIDGE_MODE)),
        (2, "IFLA_BRIDGE_VLAN_INFO", Struct(&VLAN_INFO)),
        (3, "IFLA_BRIDGE_VLAN_TUNNEL_INFO", Attributes(&BRSPEC_BRIDGE_VLAN_TUNNEL_INFO)),
        (4, "IFLA_BRIDGE_MRP", BYTES),
        (5, "IFLA_BRIDGE_CFM", BYTES),
        (6, "IFLA_BRIDGE_MST", BYTES),
    ],
};

/// `BRIDGE_QUERIER_*`
pub static BR_BR_MCAST_QUERIER_STATE: Attributes = Attributes {
    unknown: "BRIDGE_QUERIER_???",
    types: &[
        (0, "BRIDGE_QUERIER_UNSPEC", BYTES),
        (1, "BRIDGE_QUERIER_IP_ADDRESS", Custom(&HOST4)),
        (2, "BRIDGE_QUERIER_IP_PORT", Interface),
        (3, "BRIDGE_QUERIER_IP_OTHER_TIMER", Custom(&TICKS)),
        (4, "BRIDGE_QUERIER_PAD", BYTES),
        (5, "BRIDGE_QUERIER_IPV6_ADDRESS", Custom(&HOST6)),
        (6, "BRIDGE_QUERIER_IPV6_PORT", Interface),
        (7, "BRIDGE_QUERIER_IPV6_OTHER_TIMER", Custom(&TICKS)),
    ],
};

/// `IFLA_BRIDGE_VLAN_TUNNEL_*`
pub static BRSPEC_BRIDGE_VLAN_TUNNEL_INFO: Attributes = Attributes {
    unknown: "IFLA_BRIDGE_VLAN_TUNNEL_???",
    types: &[
        (0, "IFLA_BRIDGE_VLAN_TUNNEL_UNSPEC", BYTES),
        (1, "IFLA_BRIDGE_VLAN_TUNNEL_ID", Int(U32)),
        (2, "IFLA_BRIDGE_VLAN_TUNNEL_VID", Int(U16)),
        (3, "IFLA_BRIDGE_VLAN_TUNNEL_FLAGS", Flags(U16, &BRIDGE_VLAN)),
    ],
};

/// `struct ifla_bridge_id`
static BRIDGE_ID: Record = Record {
    name: "ifla_bridge_id",
    fields: &[Field::new("prio", Array(&Int(U8), Len::Fixed(2))), Field::new("addr", Custom(&MAC))],
};

/// `struct br_boolopt_multi`
static MULTI_BOOLOPT: Record = Record {
    name: "br_boolopt_multi",
    fields: &[Field::new("optval", Flags(U32, &BR_BOOLOPT)), Field::new("optmask", Flags(U32, &BR_BOOLOPT))],
};

/// `struct bridge_vlan_info`
static VLAN_INFO: Record = Record {
    name: "bridge_vlan_info",
    fields: &[Field::new("flags", Flags(U16, &BRIDGE_VLAN)), Field::new("vid", Int(U16))],
};

/// Protocols of VLAN tags.
static VLAN_PROTOCOLS: Symbols =
    Symbols { unknown: "ETHER_P_???", names: crate::names::network::ETHER_TYPES.names };

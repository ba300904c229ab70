//! Attributes of bridges and of interface statistics.

use crate::{
    names::netlink::*,
    records::netlink::{link::LINK_AF_SPEC, values::*},
    types::{Attributes, Field, Record, Type::*, *},
};

/// `DCB_ATTR_*`
pub static DCB: Attributes = Attributes {
    unknown: "DCB_ATTR_???",
    types: &[
        (0, "DCB_ATTR_UNDEFINED", BYTES),
        (1, "DCB_ATTR_IFNAME", BYTES),
        (2, "DCB_ATTR_STATE", BYTES),
        (3, "DCB_ATTR_PFC_STATE", BYTES),
        (4, "DCB_ATTR_PFC_CFG", BYTES),
        (5, "DCB_ATTR_NUM_TC", BYTES),
        (6, "DCB_ATTR_PG_CFG", BYTES),
        (7, "DCB_ATTR_SET_ALL", BYTES),
        (8, "DCB_ATTR_PERM_HWADDR", BYTES),
        (9, "DCB_ATTR_CAP", BYTES),
        (10, "DCB_ATTR_NUMTCS", BYTES),
        (11, "DCB_ATTR_BCN", BYTES),
        (12, "DCB_ATTR_APP", BYTES),
        (13, "DCB_ATTR_IEEE", BYTES),
        (14, "DCB_ATTR_DCBX", BYTES),
        (15, "DCB_ATTR_FEATCFG", BYTES),
        (16, "DCB_ATTR_CEE", BYTES),
    ],
};

/// `MDBA_*`
pub static MDB: Attributes = Attributes {
    unknown: "MDBA_???",
    types: &[
        (0, "MDBA_UNSPEC", BYTES),
        (1, "MDBA_MDB", Attributes(&MDB_MDBA_MDB)),
        (2, "MDBA_ROUTER", Attributes(&MDB_MDBA_ROUTER)),
    ],
};

/// `IFLA_STATS_*`
pub static STATS: Attributes = Attributes {
    unknown: "IFLA_STATS_???",
    types: &[
        (0, "IFLA_STATS_UNSPEC", BYTES),
        (1, "IFLA_STATS_LINK_64", Struct(&LINK_STATS64)),
        (2, "IFLA_STATS_LINK_XSTATS", Attributes(&STATS_STATS_LINK_XSTATS)),
        (3, "IFLA_STATS_LINK_XSTATS_SLAVE", Attributes(&STATS_STATS_LINK_XSTATS)),
        (4, "IFLA_STATS_LINK_OFFLOAD_XSTATS", Attributes(&STATS_STATS_LINK_OFFLOAD_XSTATS)),
        (5, "IFLA_STATS_AF_SPEC", Attributes(&LINK_AF_SPEC)),
    ],
};

/// `MDBA_MDB_*`
pub static MDB_MDBA_MDB: Attributes = Attributes {
    unknown: "MDBA_MDB_???",
    types: &[(0, "MDBA_MDB_UNSPEC", BYTES), (1, "MDBA_MDB_ENTRY", Attributes(&MDB_MDBA_MDB_MDBA_MDB_ENTRY))],
};

/// `MDBA_ROUTER_*`
pub static MDB_MDBA_ROUTER: Attributes = Attributes {
    unknown: "MDBA_ROUTER_???",
    types: &[(0, "MDBA_ROUTER_UNSPEC", BYTES), (1, "MDBA_ROUTER_PORT", Interface)],
};

/// `LINK_XSTATS_TYPE_*`
pub static STATS_STATS_LINK_XSTATS: Attributes = Attributes {
    unknown: "LINK_XSTATS_TYPE_???",
    types: &[
        (0, "LINK_XSTATS_TYPE_UNSPEC", BYTES),
        (1, "LINK_XSTATS_TYPE_BRIDGE", Attributes(&STATS_STATS_LINK_XSTATS_LINK_XSTATS_TYPE_BRIDGE)),
        (2, "LINK_XSTATS_TYPE_BOND", Attributes(&STATS_STATS_LINK_XSTATS_LINK_XSTATS_TYPE_BOND)),
    ],
};

/// `IFLA_OFFLOAD_XSTATS_*`
pub static STATS_STATS_LINK_OFFLOAD_XSTATS: Attributes = Attributes {
    unknown: "IFLA_OFFLOAD_XSTATS_???",
    types: &[
        (0, "IFLA_OFFLOAD_XSTATS_UNSPEC", BYTES),
        (1, "IFLA_OFFLOAD_XSTATS_CPU_HIT", Struct(&LINK_STATS64)),
    ],
};

/// `MDBA_MDB_ENTRY_*`
pub static MDB_MDBA_MDB_MDBA_MDB_ENTRY: Attributes = Attributes {
    unknown: "MDBA_MDB_ENTRY_???",
    types: &[(0, "MDBA_MDB_ENTRY_UNSPEC", BYTES), (1, "MDBA_MDB_ENTRY_INFO", Struct(&MDBA_MDB_ENTRY_INFO))],
};

/// `BRIDGE_XSTATS_*`
pub static STATS_STATS_LINK_XSTATS_LINK_XSTATS_TYPE_BRIDGE: Attributes = Attributes {
    unknown: "BRIDGE_XSTATS_???",
    types: &[
        (0, "BRIDGE_XSTATS_UNSPEC", BYTES),
        (1, "BRIDGE_XSTATS_VLAN", Struct(&BRIDGE_XSTATS_VLAN)),
        (2, "BRIDGE_XSTATS_MCAST", BYTES),
        (3, "BRIDGE_XSTATS_PAD", BYTES),
        (4, "BRIDGE_XSTATS_STP", Struct(&BRIDGE_XSTATS_STP)),
    ],
};

/// `BOND_XSTATS_*`
pub static STATS_STATS_LINK_XSTATS_LINK_XSTATS_TYPE_BOND: Attributes = Attributes {
    unknown: "BOND_XSTATS_???",
    types: &[
        (0, "BOND_XSTATS_UNSPEC", BYTES),
        (1, "BOND_XSTATS_3AD", Attributes(&STATS_STATS_LINK_XSTATS_LINK_XSTATS_TYPE_BOND_BOND_XSTATS_3AD)),
    ],
};

/// `BOND_3AD_STAT_*`
pub static STATS_STATS_LINK_XSTATS_LINK_XSTATS_TYPE_BOND_BOND_XSTATS_3AD: Attributes = Attributes {
    unknown: "BOND_3AD_STAT_???",
    types: &[
        (0, "BOND_3AD_STAT_LACPDU_RX", Int(U64)),
        (1, "BOND_3AD_STAT_LACPDU_TX", Int(U64)),
        (2, "BOND_3AD_STAT_LACPDU_UNKNOWN_RX", Int(U64)),
        (3, "BOND_3AD_STAT_LACPDU_ILLEGAL_RX", Int(U64)),
        (4, "BOND_3AD_STAT_MARKER_RX", Int(U64)),
        (5, "BOND_3AD_STAT_MARKER_TX", Int(U64)),
        (6, "BOND_3AD_STAT_MARKER_RESP_RX", Int(U64)),
        (7, "BOND_3AD_STAT_MARKER_RESP_TX", Int(U64)),
        (8, "BOND_3AD_STAT_MARKER_UNKNOWN_RX", Int(U64)),
        (9, "BOND_3AD_STAT_PAD", BYTES),
    ],
};

/// `struct rtnl_link_stats64`
pub(super) static LINK_STATS64: Record = Record {
    name: "rtnl_link_stats64",
    fields: &[
        Field::new("rx_packets", Int(U64)),
        Field::new("tx_packets", Int(U64)),
        Field::new("rx_bytes", Int(U64)),
        Field::new("tx_bytes", Int(U64)),
        Field::new("rx_errors", Int(U64)),
        Field::new("tx_errors", Int(U64)),
        Field::new("rx_dropped", Int(U64)),
        Field::new("tx_dropped", Int(U64)),
        Field::new("multicast", Int(U64)),
        Field::new("collisions", Int(U64)),
        Field::new("rx_length_errors", Int(U64)),
        Field::new("rx_over_errors", Int(U64)),
        Field::new("rx_crc_errors", Int(U64)),
        Field::new("rx_frame_errors", Int(U64)),
        Field::new("rx_fifo_errors", Int(U64)),
        Field::new("rx_missed_errors", Int(U64)),
        Field::new("tx_aborted_errors", Int(U64)),
        Field::new("tx_carrier_errors", Int(U64)),
        Field::new("tx_fifo_errors", Int(U64)),
        Field::new("tx_heartbeat_errors", Int(U64)),
        Field::new("tx_window_errors", Int(U64)),
        Field::new("rx_compressed", Int(U64)),
        Field::new("tx_compressed", Int(U64)),
        Field::new("rx_nohandler", Int(U64)),
        Field::since(200, "rx_otherhost_dropped", Int(U64)),
    ],
};

/// The value of `MDBA_MDB_ENTRY_INFO`.
static MDBA_MDB_ENTRY_INFO: Record = Record {
    name: "MDBA_MDB_ENTRY_INFO",
    fields: &[
        Field::new("ifindex", Interface),
        Field::new("state", Symbol(U8, &MDB_STATE)),
        Field::new("flags", Flags(U8, &MDB_FLAGS)),
        Field::new("vid", Int(U16)),
        Field::new("addr", Binary(Len::Fixed(18), 18)),
    ],
};

/// The value of `BRIDGE_XSTATS_VLAN`.
static BRIDGE_XSTATS_VLAN: Record = Record {
    name: "BRIDGE_XSTATS_VLAN",
    fields: &[
        Field::new("rx_bytes", Int(U64)),
        Field::new("rx_packets", Int(U64)),
        Field::new("tx_bytes", Int(U64)),
        Field::new("tx_packets", Int(U64)),
        Field::new("vid", Int(U16)),
        Field::new("flags", Flags(U16, &BRIDGE_VLAN)),
        Field::padding(Int(U16)),
        Field::new("pad2", Hex(U32)),
    ],
};

/// The value of `BRIDGE_XSTATS_STP`.
static BRIDGE_XSTATS_STP: Record = Record {
    name: "BRIDGE_XSTATS_STP",
    fields: &[
        Field::new("transition_blk", Int(U64)),
        Field::new("transition_fwd", Int(U64)),
        Field::new("rx_bpdu", Int(U64)),
        Field::new("tx_bpdu", Int(U64)),
        Field::new("rx_tcn", Int(U64)),
        Field::new("tx_tcn", Int(U64)),
    ],
};

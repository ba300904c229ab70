//! Names in netlink messages: of all protocols (`linux/netlink.h`), and of `NETLINK_ROUTE`.

use crate::types::{Flags, Symbols};

/// Messages of `NETLINK_ROUTE` (`linux/rtnetlink.h`).
pub static RTM: Symbols = Symbols {
    unknown: "RTM_???",
    names: &[
        (0x10, "RTM_NEWLINK"),
        (0x11, "RTM_DELLINK"),
        (0x12, "RTM_GETLINK"),
        (0x13, "RTM_SETLINK"),
        (0x14, "RTM_NEWADDR"),
        (0x15, "RTM_DELADDR"),
        (0x16, "RTM_GETADDR"),
        (0x18, "RTM_NEWROUTE"),
        (0x19, "RTM_DELROUTE"),
        (0x1a, "RTM_GETROUTE"),
        (0x1c, "RTM_NEWNEIGH"),
        (0x1d, "RTM_DELNEIGH"),
        (0x1e, "RTM_GETNEIGH"),
        (0x20, "RTM_NEWRULE"),
        (0x21, "RTM_DELRULE"),
        (0x22, "RTM_GETRULE"),
        (0x24, "RTM_NEWQDISC"),
        (0x25, "RTM_DELQDISC"),
        (0x26, "RTM_GETQDISC"),
        (0x28, "RTM_NEWTCLASS"),
        (0x29, "RTM_DELTCLASS"),
        (0x2a, "RTM_GETTCLASS"),
        (0x2c, "RTM_NEWTFILTER"),
        (0x2d, "RTM_DELTFILTER"),
        (0x2e, "RTM_GETTFILTER"),
        (0x30, "RTM_NEWACTION"),
        (0x31, "RTM_DELACTION"),
        (0x32, "RTM_GETACTION"),
        (0x34, "RTM_NEWPREFIX"),
        (0x38, "RTM_NEWMULTICAST"),
        (0x39, "RTM_DELMULTICAST"),
        (0x3a, "RTM_GETMULTICAST"),
        (0x3c, "RTM_NEWANYCAST"),
        (0x3d, "RTM_DELANYCAST"),
        (0x3e, "RTM_GETANYCAST"),
        (0x40, "RTM_NEWNEIGHTBL"),
        (0x42, "RTM_GETNEIGHTBL"),
        (0x43, "RTM_SETNEIGHTBL"),
        (0x44, "RTM_NEWNDUSEROPT"),
        (0x48, "RTM_NEWADDRLABEL"),
        (0x49, "RTM_DELADDRLABEL"),
        (0x4a, "RTM_GETADDRLABEL"),
        (0x4e, "RTM_GETDCB"),
        (0x4f, "RTM_SETDCB"),
        (0x50, "RTM_NEWNETCONF"),
        (0x51, "RTM_DELNETCONF"),
        (0x52, "RTM_GETNETCONF"),
        (0x54, "RTM_NEWMDB"),
        (0x55, "RTM_DELMDB"),
        (0x56, "RTM_GETMDB"),
        (0x58, "RTM_NEWNSID"),
        (0x59, "RTM_DELNSID"),
        (0x5a, "RTM_GETNSID"),
        (0x5c, "RTM_NEWSTATS"),
        (0x5e, "RTM_GETSTATS"),
        (0x60, "RTM_NEWCACHEREPORT"),
        (0x64, "RTM_NEWCHAIN"),
        (0x65, "RTM_DELCHAIN"),
        (0x66, "RTM_GETCHAIN"),
        (0x68, "RTM_NEWNEXTHOP"),
        (0x69, "RTM_DELNEXTHOP"),
        (0x6a, "RTM_GETNEXTHOP"),
        (0x6c, "RTM_NEWLINKPROP"),
        (0x6d, "RTM_DELLINKPROP"),
        (0x6e, "RTM_GETLINKPROP"),
        (0x70, "RTM_NEWVLAN"),
        (0x71, "RTM_DELVLAN"),
        (0x72, "RTM_GETVLAN"),
        (0x74, "RTM_NEWNEXTHOPBUCKET"),
        (0x75, "RTM_DELNEXTHOPBUCKET"),
        (0x76, "RTM_GETNEXTHOPBUCKET"),
    ],
};

/// Flags of any message.
pub static NLM_F: Flags = Flags {
    unknown: "NLM_F_???",
    field: (0, &[]),
    bits: &[
        (0x1, "NLM_F_REQUEST"),
        (0x2, "NLM_F_MULTI"),
        (0x4, "NLM_F_ACK"),
        (0x8, "NLM_F_ECHO"),
        (0x10, "NLM_F_DUMP_INTR"),
        (0x20, "NLM_F_DUMP_FILTERED"),
    ],
};

/// Flags of a message that creates something.
pub static NEW_FLAGS: Flags = Flags {
    unknown: "NLM_F_???",
    field: (0, &[]),
    bits: &[
        (0x1, "NLM_F_REQUEST"),
        (0x2, "NLM_F_MULTI"),
        (0x4, "NLM_F_ACK"),
        (0x8, "NLM_F_ECHO"),
        (0x10, "NLM_F_DUMP_INTR"),
        (0x20, "NLM_F_DUMP_FILTERED"),
        (0x100, "NLM_F_REPLACE"),
        (0x200, "NLM_F_EXCL"),
        (0x400, "NLM_F_CREATE"),
        (0x800, "NLM_F_APPEND"),
    ],
};

/// Flags of a message that removes something.
pub static DELETE_FLAGS: Flags = Flags {
    unknown: "NLM_F_???",
    field: (0, &[]),
    bits: &[
        (0x1, "NLM_F_REQUEST"),
        (0x2, "NLM_F_MULTI"),
        (0x4, "NLM_F_ACK"),
        (0x8, "NLM_F_ECHO"),
        (0x10, "NLM_F_DUMP_INTR"),
        (0x20, "NLM_F_DUMP_FILTERED"),
        (0x100, "NLM_F_NONREC"),
        (0x200, "NLM_F_BULK"),
    ],
};

/// Flags of a message that requests something.
pub static GET_FLAGS: Flags = Flags {
    unknown: "NLM_F_???",
    field: (0, &[]),
    bits: &[
        (0x1, "NLM_F_REQUEST"),
        (0x2, "NLM_F_MULTI"),
        (0x4, "NLM_F_ACK"),
        (0x8, "NLM_F_ECHO"),
        (0x10, "NLM_F_DUMP_INTR"),
        (0x20, "NLM_F_DUMP_FILTERED"),
        (0x300, "NLM_F_DUMP"),
        (0x100, "NLM_F_ROOT"),
        (0x200, "NLM_F_MATCH"),
        (0x400, "NLM_F_ATOMIC"),
    ],
};

/// Flags of an acknowledgement.
pub static ACK_FLAGS: Flags = Flags {
    unknown: "NLM_F_???",
    field: (0, &[]),
    bits: &[
        (0x1, "NLM_F_REQUEST"),
        (0x2, "NLM_F_MULTI"),
        (0x4, "NLM_F_ACK"),
        (0x8, "NLM_F_ECHO"),
        (0x10, "NLM_F_DUMP_INTR"),
        (0x20, "NLM_F_DUMP_FILTERED"),
        (0x100, "NLM_F_CAPPED"),
        (0x200, "NLM_F_ACK_TLVS"),
    ],
};

/// An interface: `ifi_flags`.
pub static LINK_FLAGS: Flags = Flags { unknown: "IFF_???", field: (0, &[]), bits: super::ioctl::IFF_BITS };

/// `ifa_flags`, the eight bits of the header.
pub static ADDRESS_FLAGS8: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[
        (0x1, "IFA_F_SECONDARY"),
        (0x2, "IFA_F_NODAD"),
        (0x4, "IFA_F_OPTIMISTIC"),
        (0x8, "IFA_F_DADFAILED"),
        (0x10, "IFA_F_HOMEADDRESS"),
        (0x20, "IFA_F_DEPRECATED"),
        (0x40, "IFA_F_TENTATIVE"),
        (0x80, "IFA_F_PERMANENT"),
    ],
};

/// `rtm_scope`, `ifa_scope`.
pub static RT_SCOPE: Symbols = Symbols {
    unknown: "#",
    names: &[
        (0x0, "RT_SCOPE_UNIVERSE"),
        (0xc8, "RT_SCOPE_SITE"),
        (0xfd, "RT_SCOPE_LINK"),
        (0xfe, "RT_SCOPE_HOST"),
        (0xff, "RT_SCOPE_NOWHERE"),
    ],
};

/// `rtm_tos`.
pub static IPTOS: Flags = Flags {
    unknown: "IPTOS_???",
    field: (0, &[]),
    bits: &[
        (0x10, "IPTOS_LOWDELAY"),
        (0x8, "IPTOS_THROUGHPUT"),
        (0x4, "IPTOS_RELIABILITY"),
        (0x2, "IPTOS_MINCOST"),
    ],
};

/// `rtm_table`.
pub static RT_TABLE: Symbols = Symbols {
    unknown: "#",
    names: &[
        (0x0, "RT_TABLE_UNSPEC"),
        (0xfc, "RT_TABLE_COMPAT"),
        (0xfd, "RT_TABLE_DEFAULT"),
        (0xfe, "RT_TABLE_MAIN"),
        (0xff, "RT_TABLE_LOCAL"),
    ],
};

/// `rtm_protocol`.
pub static RTPROT: Symbols = Symbols {
    unknown: "RTPROT_???",
    names: &[
        (0x0, "RTPROT_UNSPEC"),
        (0x1, "RTPROT_REDIRECT"),
        (0x2, "RTPROT_KERNEL"),
        (0x3, "RTPROT_BOOT"),
        (0x4, "RTPROT_STATIC"),
        (0x8, "RTPROT_GATED"),
        (0x9, "RTPROT_RA"),
        (0xa, "RTPROT_MRT"),
        (0xb, "RTPROT_ZEBRA"),
        (0xc, "RTPROT_BIRD"),
        (0xd, "RTPROT_DNROUTED"),
        (0xe, "RTPROT_XORP"),
        (0xf, "RTPROT_NTK"),
        (0x10, "RTPROT_DHCP"),
        (0x11, "RTPROT_MROUTED"),
        (0x12, "RTPROT_KEEPALIVED"),
        (0x2a, "RTPROT_BABEL"),
        (0x54, "RTPROT_OVN"),
        (0x63, "RTPROT_OPENR"),
        (0xba, "RTPROT_BGP"),
        (0xbb, "RTPROT_ISIS"),
        (0xbc, "RTPROT_OSPF"),
        (0xbd, "RTPROT_RIP"),
        (0xc0, "RTPROT_EIGRP"),
    ],
};

/// `rtm_type`.
pub static RTN: Symbols = Symbols {
    unknown: "RTN_???",
    names: &[
        (0x0, "RTN_UNSPEC"),
        (0x1, "RTN_UNICAST"),
        (0x2, "RTN_LOCAL"),
        (0x3, "RTN_BROADCAST"),
        (0x4, "RTN_ANYCAST"),
        (0x5, "RTN_MULTICAST"),
        (0x6, "RTN_BLACKHOLE"),
        (0x7, "RTN_UNREACHABLE"),
        (0x8, "RTN_PROHIBIT"),
        (0x9, "RTN_THROW"),
        (0xa, "RTN_NAT"),
        (0xb, "RTN_XRESOLVE"),
    ],
};

/// `rtm_flags`.
pub static RTM_F: Flags = Flags {
    unknown: "RTM_F_???",
    field: (0, &[]),
    bits: &[
        (0x100, "RTM_F_NOTIFY"),
        (0x200, "RTM_F_CLONED"),
        (0x400, "RTM_F_EQUALIZE"),
        (0x800, "RTM_F_PREFIX"),
        (0x1000, "RTM_F_LOOKUP_TABLE"),
        (0x2000, "RTM_F_FIB_MATCH"),
        (0x4000, "RTM_F_OFFLOAD"),
        (0x8000, "RTM_F_TRAP"),
        (0x20000000, "RTM_F_OFFLOAD_FAILED"),
    ],
};

/// `ndm_state`.
pub static NUD: Flags = Flags {
    unknown: "NUD_???",
    field: (0, &[]),
    bits: &[
        (0x0, "NUD_NONE"),
        (0x1, "NUD_INCOMPLETE"),
        (0x2, "NUD_REACHABLE"),
        (0x4, "NUD_STALE"),
        (0x8, "NUD_DELAY"),
        (0x10, "NUD_PROBE"),
        (0x20, "NUD_FAILED"),
        (0x40, "NUD_NOARP"),
        (0x80, "NUD_PERMANENT"),
    ],
};

/// `ndm_flags`.
pub static NTF: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[
        (0x1, "NTF_USE"),
        (0x2, "NTF_SELF"),
        (0x4, "NTF_MASTER"),
        (0x8, "NTF_PROXY"),
        (0x10, "NTF_EXT_LEARNED"),
        (0x20, "NTF_OFFLOADED"),
        (0x40, "NTF_STICKY"),
        (0x80, "NTF_ROUTER"),
    ],
};

/// Routing tables, of a rule.
pub static RULE_TABLE: Symbols = Symbols {
    unknown: "RT_TABLE_???",
    names: &[
        (0x0, "RT_TABLE_UNSPEC"),
        (0xfc, "RT_TABLE_COMPAT"),
        (0xfd, "RT_TABLE_DEFAULT"),
        (0xfe, "RT_TABLE_MAIN"),
        (0xff, "RT_TABLE_LOCAL"),
    ],
};

/// The action of a rule.
pub static FR_ACT: Symbols = Symbols {
    unknown: "FR_ACT_???",
    names: &[
        (0x0, "FR_ACT_UNSPEC"),
        (0x1, "FR_ACT_TO_TBL"),
        (0x2, "FR_ACT_GOTO"),
        (0x3, "FR_ACT_NOP"),
        (0x4, "FR_ACT_RES3"),
        (0x5, "FR_ACT_RES4"),
        (0x6, "FR_ACT_BLACKHOLE"),
        (0x7, "FR_ACT_UNREACHABLE"),
        (0x8, "FR_ACT_PROHIBIT"),
    ],
};

/// Flags of a rule.
pub static FIB_RULE: Flags = Flags {
    unknown: "FIB_RULE_???",
    field: (0, &[]),
    bits: &[
        (0x1, "FIB_RULE_PERMANENT"),
        (0x2, "FIB_RULE_INVERT"),
        (0x4, "FIB_RULE_UNRESOLVED"),
        (0x8, "FIB_RULE_IIF_DETACHED"),
        (0x10, "FIB_RULE_OIF_DETACHED"),
        (0x10000, "FIB_RULE_FIND_SADDR"),
    ],
};

/// Commands of data center bridging.
pub static DCB_CMD: Symbols = Symbols {
    unknown: "DCB_CMD_???",
    names: &[
        (0x0, "DCB_CMD_UNDEFINED"),
        (0x1, "DCB_CMD_GSTATE"),
        (0x2, "DCB_CMD_SSTATE"),
        (0x3, "DCB_CMD_PGTX_GCFG"),
        (0x4, "DCB_CMD_PGTX_SCFG"),
        (0x5, "DCB_CMD_PGRX_GCFG"),
        (0x6, "DCB_CMD_PGRX_SCFG"),
        (0x7, "DCB_CMD_PFC_GCFG"),
        (0x8, "DCB_CMD_PFC_SCFG"),
        (0x9, "DCB_CMD_SET_ALL"),
        (0xa, "DCB_CMD_GPERM_HWADDR"),
        (0xb, "DCB_CMD_GCAP"),
        (0xc, "DCB_CMD_GNUMTCS"),
        (0xd, "DCB_CMD_SNUMTCS"),
        (0xe, "DCB_CMD_PFC_GSTATE"),
        (0xf, "DCB_CMD_PFC_SSTATE"),
        (0x10, "DCB_CMD_BCN_GCFG"),
        (0x11, "DCB_CMD_BCN_SCFG"),
        (0x12, "DCB_CMD_GAPP"),
        (0x13, "DCB_CMD_SAPP"),
        (0x14, "DCB_CMD_IEEE_SET"),
        (0x15, "DCB_CMD_IEEE_GET"),
        (0x16, "DCB_CMD_GDCBX"),
        (0x17, "DCB_CMD_SDCBX"),
        (0x18, "DCB_CMD_GFEATCFG"),
        (0x19, "DCB_CMD_SFEATCFG"),
        (0x1a, "DCB_CMD_CEE_GET"),
        (0x1b, "DCB_CMD_IEEE_DEL"),
    ],
};

/// Flags of a next hop.
pub static RTNH_F: Flags = Flags {
    unknown: "RTNH_F_???",
    field: (0, &[]),
    bits: &[
        (0x1, "RTNH_F_DEAD"),
        (0x2, "RTNH_F_PERVASIVE"),
        (0x4, "RTNH_F_ONLINK"),
        (0x8, "RTNH_F_OFFLOAD"),
        (0x10, "RTNH_F_LINKDOWN"),
        (0x20, "RTNH_F_UNRESOLVED"),
        (0x40, "RTNH_F_TRAP"),
    ],
};

/// `IFLA_EXT_MASK`.
pub static RTEXT_FILTER: Flags = Flags {
    unknown: "RTEXT_FILTER_???",
    field: (0, &[]),
    bits: &[
        (0x1, "RTEXT_FILTER_VF"),
        (0x2, "RTEXT_FILTER_BRVLAN"),
        (0x4, "RTEXT_FILTER_BRVLAN_COMPRESSED"),
        (0x8, "RTEXT_FILTER_SKIP_STATS"),
        (0x10, "RTEXT_FILTER_MRP"),
        (0x20, "RTEXT_FILTER_CFM_CONFIG"),
        (0x40, "RTEXT_FILTER_CFM_STATUS"),
        (0x80, "RTEXT_FILTER_MST"),
        (0x100, "RTEXT_FILTER_NAME_ONLY"),
    ],
};

/// `IFLA_EVENT_*`.
pub static IFLA_EVENT: Symbols = Symbols {
    unknown: "IFLA_EVENT_???",
    names: &[
        (0x0, "IFLA_EVENT_NONE"),
        (0x1, "IFLA_EVENT_REBOOT"),
        (0x2, "IFLA_EVENT_FEATURES"),
        (0x3, "IFLA_EVENT_BONDING_FAILOVER"),
        (0x4, "IFLA_EVENT_NOTIFY_PEERS"),
        (0x5, "IFLA_EVENT_IGMP_RESEND"),
        (0x6, "IFLA_EVENT_BONDING_OPTIONS"),
    ],
};

/// `IFA_FLAGS`.
pub static IFA_F: Flags = Flags {
    unknown: "IFA_F_???",
    field: (0, &[]),
    bits: &[
        (0x1, "IFA_F_SECONDARY"),
        (0x2, "IFA_F_NODAD"),
        (0x4, "IFA_F_OPTIMISTIC"),
        (0x8, "IFA_F_DADFAILED"),
        (0x10, "IFA_F_HOMEADDRESS"),
        (0x20, "IFA_F_DEPRECATED"),
        (0x40, "IFA_F_TENTATIVE"),
        (0x80, "IFA_F_PERMANENT"),
        (0x100, "IFA_F_MANAGETEMPADDR"),
        (0x200, "IFA_F_NOPREFIXROUTE"),
        (0x400, "IFA_F_MCAUTOJOIN"),
        (0x800, "IFA_F_STABLE_PRIVACY"),
    ],
};

/// `LWTUNNEL_ENCAP_*`.
pub static LWTUNNEL_ENCAP: Symbols = Symbols {
    unknown: "LWTUNNEL_ENCAP_???",
    names: &[
        (0x0, "LWTUNNEL_ENCAP_NONE"),
        (0x1, "LWTUNNEL_ENCAP_MPLS"),
        (0x2, "LWTUNNEL_ENCAP_IP"),
        (0x3, "LWTUNNEL_ENCAP_ILA"),
        (0x4, "LWTUNNEL_ENCAP_IP6"),
        (0x5, "LWTUNNEL_ENCAP_SEG6"),
        (0x6, "LWTUNNEL_ENCAP_BPF"),
        (0x7, "LWTUNNEL_ENCAP_SEG6_LOCAL"),
        (0x8, "LWTUNNEL_ENCAP_RPL"),
    ],
};

/// `NDA_FLAGS_EXT`.
pub static NTF_EXT: Flags = Flags {
    unknown: "NTF_EXT_???",
    field: (0, &[]),
    bits: &[(0x1, "NTF_EXT_MANAGED"), (0x2, "NTF_EXT_LOCKED"), (0x4, "NTF_EXT_EXT_VALIDATED")],
};

/// `TCA_ROOT_FLAGS`.
pub static TCA_ACT_FLAG: Flags = Flags {
    unknown: "TCA_ACT_FLAG_???",
    field: (0, &[]),
    bits: &[(0x1, "TCA_ACT_FLAG_LARGE_DUMP_ON"), (0x2, "TCA_ACT_FLAG_TERSE_DUMP")],
};

/// `NEXTHOP_GRP_TYPE_*`.
pub static NEXTHOP_GRP_TYPE: Symbols = Symbols {
    unknown: "NEXTHOP_GRP_TYPE_???",
    names: &[(0x0, "NEXTHOP_GRP_TYPE_MPATH"), (0x1, "NEXTHOP_GRP_TYPE_RES")],
};

/// `XDP_ATTACHED_*`.
pub static XDP_ATTACHED: Symbols = Symbols {
    unknown: "XDP_ATTACHED_???",
    names: &[
        (0x0, "XDP_ATTACHED_NONE"),
        (0x1, "XDP_ATTACHED_DRV"),
        (0x2, "XDP_ATTACHED_SKB"),
        (0x3, "XDP_ATTACHED_HW"),
        (0x4, "XDP_ATTACHED_MULTI"),
    ],
};

/// `IFLA_XDP_FLAGS`.
pub static XDP_FLAGS: Flags = Flags {
    unknown: "XDP_FLAGS_???",
    field: (0, &[]),
    bits: &[
        (0xe, "XDP_FLAGS_MODES"),
        (0x2, "XDP_FLAGS_SKB_MODE"),
        (0x4, "XDP_FLAGS_DRV_MODE"),
        (0x8, "XDP_FLAGS_HW_MODE"),
        (0x1, "XDP_FLAGS_UPDATE_IF_NOEXIST"),
        (0x10, "XDP_FLAGS_REPLACE"),
    ],
};

/// `NFEA_ACTIVITY_NOTIFY`.
pub static FDB_NOTIFY: Flags = Flags {
    unknown: "FDB_NOTIFY_???",
    field: (0, &[]),
    bits: &[(0x1, "FDB_NOTIFY_BIT"), (0x2, "FDB_NOTIFY_INACTIVE_BIT")],
};

/// `IFLA_VF_LINK_STATE_*`.
pub static IFLA_VF_LINK_STATE: Symbols = Symbols {
    unknown: "IFLA_VF_LINK_STATE_???",
    names: &[
        (0x0, "IFLA_VF_LINK_STATE_AUTO"),
        (0x1, "IFLA_VF_LINK_STATE_ENABLE"),
        (0x2, "IFLA_VF_LINK_STATE_DISABLE"),
    ],
};

/// `IFLA_INET6_FLAGS`.
pub static IF: Flags = Flags {
    unknown: "IF_???",
    field: (0, &[]),
    bits: &[
        (0x10, "IF_RS_SENT"),
        (0x20, "IF_RA_RCVD"),
        (0x40, "IF_RA_MANAGED"),
        (0x80, "IF_RA_OTHERCONF"),
        (0x80000000, "IF_READY"),
    ],
};

/// `IN6_ADDR_GEN_MODE_*`.
pub static IN6_ADDR_GEN_MODE: Symbols = Symbols {
    unknown: "IN6_ADDR_GEN_MODE_???",
    names: &[
        (0x0, "IN6_ADDR_GEN_MODE_EUI64"),
        (0x1, "IN6_ADDR_GEN_MODE_NONE"),
        (0x2, "IN6_ADDR_GEN_MODE_STABLE_PRIVACY"),
        (0x3, "IN6_ADDR_GEN_MODE_RANDOM"),
    ],
};

/// Control messages of every protocol (`linux/netlink.h`).
pub static NLMSG: Symbols = Symbols {
    unknown: "NLMSG_???",
    names: &[(1, "NLMSG_NOOP"), (2, "NLMSG_ERROR"), (3, "NLMSG_DONE"), (4, "NLMSG_OVERRUN")],
};

/// Bits that are or-ed to an attribute's type.
pub static NLA_F: Flags = Flags {
    unknown: "NLA_F_???",
    field: (0, &[]),
    bits: &[(0x8000, "NLA_F_NESTED"), (0x4000, "NLA_F_NET_BYTEORDER")],
};

/// The requested statistics (`IFLA_STATS_FILTER_BIT`).
pub static STATISTICS_MASK: Flags = Flags {
    unknown: "IFLA_STATS_???",
    field: (0, &[]),
    bits: &[
        (1, "1<<IFLA_STATS_UNSPEC"),
        (2, "1<<IFLA_STATS_LINK_64"),
        (4, "1<<IFLA_STATS_LINK_XSTATS"),
        (8, "1<<IFLA_STATS_LINK_XSTATS_SLAVE"),
        (0x10, "1<<IFLA_STATS_LINK_OFFLOAD_XSTATS"),
        (0x20, "1<<IFLA_STATS_AF_SPEC"),
    ],
};

/// State of an entry of a bridge's multicast database.
pub static MDB_STATE: Symbols =
    Symbols { unknown: "MDB_???", names: &[(0, "MDB_TEMPORARY"), (1, "MDB_PERMANENT")] };

/// Flags of an entry of a bridge's multicast database.
pub static MDB_FLAGS: Flags = Flags {
    unknown: "MDB_FLAGS_???",
    field: (0, &[]),
    bits: &[
        (1, "MDB_FLAGS_OFFLOAD"),
        (2, "MDB_FLAGS_FAST_LEAVE"),
        (4, "MDB_FLAGS_STAR_EXCL"),
        (8, "MDB_FLAGS_BLOCKED"),
        (0x10, "MDB_FLAGS_OFFLOAD_FAILED"),
    ],
};

/// A VLAN of a bridge (`linux/if_bridge.h`).
pub static BRIDGE_VLAN: Flags = Flags {
    unknown: "BRIDGE_VLAN_INFO_???",
    field: (0, &[]),
    bits: &[
        (1, "BRIDGE_VLAN_INFO_MASTER"),
        (2, "BRIDGE_VLAN_INFO_PVID"),
        (4, "BRIDGE_VLAN_INFO_UNTAGGED"),
        (8, "BRIDGE_VLAN_INFO_RANGE_BEGIN"),
        (0x10, "BRIDGE_VLAN_INFO_RANGE_END"),
        (0x20, "BRIDGE_VLAN_INFO_BRENTRY"),
        (0x40, "BRIDGE_VLAN_INFO_ONLY_OPTS"),
    ],
};

/// All flags of messages.
pub static OF_MESSAGES: &[&Flags] = &[&NLM_F, &NEW_FLAGS, &DELETE_FLAGS, &GET_FLAGS, &ACK_FLAGS, &NLA_F];

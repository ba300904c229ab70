//! Names in messages of `NETLINK_SOCK_DIAG` (sock_diag(7)) and in attributes of bridges.

use crate::types::{Flags, Symbols};

/// Messages of `NETLINK_SOCK_DIAG`.
pub static SOCK_DIAG: Symbols = Symbols {
    unknown: "SOCK_DIAG_???",
    names: &[
        (0x12, "TCPDIAG_GETSOCK"),
        (0x13, "DCCPDIAG_GETSOCK"),
        (0x14, "SOCK_DIAG_BY_FAMILY"),
        (0x15, "SOCK_DESTROY"),
    ],
};

/// State of a socket.
pub static TCP_STATE: Symbols = Symbols {
    unknown: "TCP_???",
    names: &[
        (0x1, "TCP_ESTABLISHED"),
        (0x2, "TCP_SYN_SENT"),
        (0x3, "TCP_SYN_RECV"),
        (0x4, "TCP_FIN_WAIT1"),
        (0x5, "TCP_FIN_WAIT2"),
        (0x6, "TCP_TIME_WAIT"),
        (0x7, "TCP_CLOSE"),
        (0x8, "TCP_CLOSE_WAIT"),
        (0x9, "TCP_LAST_ACK"),
        (0xa, "TCP_LISTEN"),
        (0xb, "TCP_CLOSING"),
        (0xc, "TCP_NEW_SYN_RECV"),
        (0xd, "TCP_BOUND_INACTIVE"),
    ],
};

/// Type of a socket.
pub static SOCKET_TYPE: Symbols = Symbols {
    unknown: "SOCK_???",
    names: &[
        (0x1, "SOCK_STREAM"),
        (0x2, "SOCK_DGRAM"),
        (0x3, "SOCK_RAW"),
        (0x4, "SOCK_RDM"),
        (0x5, "SOCK_SEQPACKET"),
        (0x6, "SOCK_DCCP"),
        (0xa, "SOCK_PACKET"),
    ],
};

/// State of a netlink socket.
pub static NETLINK_STATE: Symbols =
    Symbols { unknown: "NETLINK_???", names: &[(0x0, "NETLINK_UNCONNECTED"), (0x1, "NETLINK_CONNECTED")] };

/// The protocol of the requested netlink sockets.
pub static NETLINK_PROTOCOL: Symbols = Symbols {
    unknown: "NETLINK_???",
    names: &[
        (0x0, "NETLINK_ROUTE"),
        (0x1, "NETLINK_UNUSED"),
        (0x2, "NETLINK_USERSOCK"),
        (0x3, "NETLINK_FIREWALL"),
        (0x4, "NETLINK_SOCK_DIAG"),
        (0x5, "NETLINK_NFLOG"),
        (0x6, "NETLINK_XFRM"),
        (0x7, "NETLINK_SELINUX"),
        (0x8, "NETLINK_ISCSI"),
        (0x9, "NETLINK_AUDIT"),
        (0xa, "NETLINK_FIB_LOOKUP"),
        (0xb, "NETLINK_CONNECTOR"),
        (0xc, "NETLINK_NETFILTER"),
        (0xd, "NETLINK_IP6_FW"),
        (0xe, "NETLINK_DNRTMSG"),
        (0xf, "NETLINK_KOBJECT_UEVENT"),
        (0x10, "NETLINK_GENERIC"),
        (0x12, "NETLINK_SCSITRANSPORT"),
        (0x13, "NETLINK_ECRYPTFS"),
        (0x14, "NETLINK_RDMA"),
        (0x15, "NETLINK_CRYPTO"),
        (0x16, "NETLINK_SMC"),
        (0xff, "NDIAG_PROTO_ALL"),
    ],
};

/// State of an SMC socket.
pub static SMC_STATE: Symbols = Symbols {
    unknown: "SMC_???",
    names: &[
        (0x1, "SMC_ACTIVE"),
        (0x2, "SMC_INIT"),
        (0x7, "SMC_CLOSED"),
        (0xa, "SMC_LISTEN"),
        (0x14, "SMC_PEERCLOSEWAIT1"),
        (0x15, "SMC_PEERCLOSEWAIT2"),
        (0x16, "SMC_APPCLOSEWAIT1"),
        (0x17, "SMC_APPCLOSEWAIT2"),
        (0x18, "SMC_APPFINCLOSEWAIT"),
        (0x19, "SMC_PEERFINCLOSEWAIT"),
        (0x1a, "SMC_PEERABORTWAIT"),
        (0x1b, "SMC_PROCESSABORT"),
    ],
};

/// The mode of an SMC connection.
pub static SMC_MODE: Symbols = Symbols {
    unknown: "SMC_DIAG_MODE_???",
    names: &[(0x0, "SMC_DIAG_MODE_SMCR"), (0x1, "SMC_DIAG_MODE_FALLBACK_TCP"), (0x2, "SMC_DIAG_MODE_SMCD")],
};

/// Who runs the spanning tree protocol.
pub static BR_STP_MODE: Symbols = Symbols {
    unknown: "BR_STP_MODE_???",
    names: &[(0x0, "BR_STP_MODE_AUTO"), (0x1, "BR_STP_MODE_USER"), (0x2, "BR_STP_MODE_KERNEL")],
};

/// Type of a tun device.
pub static TUN_TYPE: Symbols = Symbols { unknown: "IFF_???", names: &[(0x1, "IFF_TUN"), (0x2, "IFF_TAP")] };

/// The forwarding mode of a port.
pub static BRIDGE_MODE: Symbols = Symbols {
    unknown: "BRIDGE_MODE_???",
    names: &[(0x0, "BRIDGE_MODE_VEB"), (0x1, "BRIDGE_MODE_VEPA"), (0xffff, "BRIDGE_MODE_UNDEF")],
};

/// Ciphers of TLS in the kernel.
pub static TLS_CIPHER: Symbols = Symbols {
    unknown: "TLS_CIPHER_???",
    names: &[
        (0x33, "TLS_CIPHER_AES_GCM_128"),
        (0x34, "TLS_CIPHER_AES_GCM_256"),
        (0x35, "TLS_CIPHER_AES_CCM_128"),
        (0x36, "TLS_CIPHER_CHACHA20_POLY1305"),
        (0x37, "TLS_CIPHER_SM4_GCM"),
        (0x38, "TLS_CIPHER_SM4_CCM"),
        (0x39, "TLS_CIPHER_ARIA_GCM_128"),
        (0x3a, "TLS_CIPHER_ARIA_GCM_256"),
    ],
};

/// Where TLS is processed.
pub static TLS_CONF: Symbols = Symbols {
    unknown: "TLS_CONF_???",
    names: &[(0x1, "TLS_CONF_BASE"), (0x2, "TLS_CONF_SW"), (0x3, "TLS_CONF_HW"), (0x4, "TLS_CONF_HW_RECORD")],
};

/// The states of the requested sockets.
pub static TCP_STATES: Flags = Flags {
    unknown: "1<<TCP_???",
    field: (0, &[]),
    bits: &[
        (0x2, "1<<TCP_ESTABLISHED"),
        (0x4, "1<<TCP_SYN_SENT"),
        (0x8, "1<<TCP_SYN_RECV"),
        (0x10, "1<<TCP_FIN_WAIT1"),
        (0x20, "1<<TCP_FIN_WAIT2"),
        (0x40, "1<<TCP_TIME_WAIT"),
        (0x80, "1<<TCP_CLOSE"),
        (0x100, "1<<TCP_CLOSE_WAIT"),
        (0x200, "1<<TCP_LAST_ACK"),
        (0x400, "1<<TCP_LISTEN"),
        (0x800, "1<<TCP_CLOSING"),
        (0x1000, "1<<TCP_NEW_SYN_RECV"),
        (0x2000, "1<<TCP_BOUND_INACTIVE"),
    ],
};

/// The requested details of a socket.
pub static INET_EXTENSIONS: Flags = Flags {
    unknown: "1<<INET_DIAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "1<<(INET_DIAG_MEMINFO-1)"),
        (0x2, "1<<(INET_DIAG_INFO-1)"),
        (0x4, "1<<(INET_DIAG_VEGASINFO-1)"),
        (0x8, "1<<(INET_DIAG_CONG-1)"),
        (0x10, "1<<(INET_DIAG_TOS-1)"),
        (0x20, "1<<(INET_DIAG_TCLASS-1)"),
        (0x40, "1<<(INET_DIAG_SKMEMINFO-1)"),
        (0x80, "1<<(INET_DIAG_SHUTDOWN-1)"),
    ],
};

/// The requested details of a unix socket.
pub static UDIAG_SHOW: Flags = Flags {
    unknown: "UDIAG_SHOW_???",
    field: (0, &[]),
    bits: &[
        (0x1, "UDIAG_SHOW_NAME"),
        (0x2, "UDIAG_SHOW_VFS"),
        (0x4, "UDIAG_SHOW_PEER"),
        (0x8, "UDIAG_SHOW_ICONS"),
        (0x10, "UDIAG_SHOW_RQLEN"),
        (0x20, "UDIAG_SHOW_MEMINFO"),
        (0x40, "UDIAG_SHOW_UID"),
    ],
};

/// The requested details of a netlink socket.
pub static NDIAG_SHOW: Flags = Flags {
    unknown: "NDIAG_SHOW_???",
    field: (0, &[]),
    bits: &[
        (0x1, "NDIAG_SHOW_MEMINFO"),
        (0x2, "NDIAG_SHOW_GROUPS"),
        (0x4, "NDIAG_SHOW_RING_CFG"),
        (0x8, "NDIAG_SHOW_FLAGS"),
    ],
};

/// The requested details of a packet socket.
pub static PACKET_SHOW: Flags = Flags {
    unknown: "PACKET_SHOW_???",
    field: (0, &[]),
    bits: &[
        (0x1, "PACKET_SHOW_INFO"),
        (0x2, "PACKET_SHOW_MCLIST"),
        (0x4, "PACKET_SHOW_RING_CFG"),
        (0x8, "PACKET_SHOW_FANOUT"),
        (0x10, "PACKET_SHOW_MEMINFO"),
        (0x20, "PACKET_SHOW_FILTER"),
    ],
};

/// Flags of a netlink socket.
pub static NDIAG_FLAG: Flags = Flags {
    unknown: "NDIAG_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "NDIAG_FLAG_CB_RUNNING"),
        (0x2, "NDIAG_FLAG_PKTINFO"),
        (0x4, "NDIAG_FLAG_BROADCAST_ERROR"),
        (0x8, "NDIAG_FLAG_NO_ENOBUFS"),
        (0x10, "NDIAG_FLAG_LISTEN_ALL_NSID"),
        (0x20, "NDIAG_FLAG_CAP_ACK"),
    ],
};

/// Which directions are shut down.
pub static SHUTDOWN: Flags = Flags {
    unknown: "???_SHUTDOWN",
    field: (0, &[]),
    bits: &[(0x1, "RCV_SHUTDOWN"), (0x2, "SEND_SHUTDOWN")],
};

/// Switches of a bridge.
pub static BR_BOOLOPT: Flags = Flags {
    unknown: "1<<BR_BOOLOPT_???",
    field: (0, &[]),
    bits: &[
        (0x1, "1<<BR_BOOLOPT_NO_LL_LEARN"),
        (0x2, "1<<BR_BOOLOPT_MCAST_VLAN_SNOOPING"),
        (0x4, "1<<BR_BOOLOPT_MST_ENABLE"),
        (0x8, "1<<BR_BOOLOPT_MDB_OFFLOAD_FAIL_NOTIFICATION"),
        (0x10, "1<<BR_BOOLOPT_FDB_LOCAL_VLAN_0"),
    ],
};

/// Which part of the bridge an operation on a port is for.
pub static BRIDGE_FLAGS: Flags = Flags {
    unknown: "BRIDGE_FLAGS_???",
    field: (0, &[]),
    bits: &[(0x1, "BRIDGE_FLAGS_MASTER"), (0x2, "BRIDGE_FLAGS_SELF")],
};

/// Flags of a subflow.
pub static MPTCP_SUBFLOW_FLAG: Flags = Flags {
    unknown: "MPTCP_SUBFLOW_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "MPTCP_SUBFLOW_FLAG_MCAP_REM"),
        (0x2, "MPTCP_SUBFLOW_FLAG_MCAP_LOC"),
        (0x4, "MPTCP_SUBFLOW_FLAG_JOIN_REM"),
        (0x8, "MPTCP_SUBFLOW_FLAG_JOIN_LOC"),
        (0x10, "MPTCP_SUBFLOW_FLAG_BKUP_REM"),
        (0x20, "MPTCP_SUBFLOW_FLAG_BKUP_LOC"),
        (0x40, "MPTCP_SUBFLOW_FLAG_FULLY_ESTABLISHED"),
        (0x80, "MPTCP_SUBFLOW_FLAG_CONNECTED"),
        (0x100, "MPTCP_SUBFLOW_FLAG_MAPVALID"),
    ],
};

/// The requested details of an SMC socket.
pub static SMC_EXTENSIONS: Flags = Flags {
    unknown: "1<<SMC_DIAG_???",
    field: (0, &[]),
    bits: &[(0x1, "1<<(SMC_DIAG_CONNINFO-1)"), (0x2, "1<<(SMC_DIAG_LGRINFO-1)")],
};

/// Flags of a packet socket.
pub static PDI: Flags = Flags {
    unknown: "PDI_???",
    field: (0, &[]),
    bits: &[
        (0x1, "PDI_RUNNING"),
        (0x2, "PDI_AUXDATA"),
        (0x4, "PDI_ORIGDEV"),
        (0x8, "PDI_VNETHDR"),
        (0x10, "PDI_LOSS"),
    ],
};

/// Layout of a packet socket's ring.
pub static TPACKET: Symbols =
    Symbols { unknown: "TPACKET_???", names: &[(0, "TPACKET_V1"), (1, "TPACKET_V2"), (2, "TPACKET_V3")] };

/// Versions of TLS.
pub static TLS_VERSION: Symbols =
    Symbols { unknown: "TLS_???_VERSION", names: &[(0x303, "TLS_1_2_VERSION"), (0x304, "TLS_1_3_VERSION")] };

/// Memory counters of a socket.
pub static SK_MEMINFO: Symbols = Symbols {
    unknown: "SK_MEMINFO_???",
    names: &[
        (0, "[SK_MEMINFO_RMEM_ALLOC]"),
        (1, "[SK_MEMINFO_RCVBUF]"),
        (2, "[SK_MEMINFO_WMEM_ALLOC]"),
        (3, "[SK_MEMINFO_SNDBUF]"),
        (4, "[SK_MEMINFO_FWD_ALLOC]"),
        (5, "[SK_MEMINFO_WMEM_QUEUED]"),
        (6, "[SK_MEMINFO_OPTMEM]"),
        (7, "[SK_MEMINFO_BACKLOG]"),
        (8, "[SK_MEMINFO_DROPS]"),
    ],
};

/// Opcodes of a program that selects sockets.
pub static INET_DIAG_BC: Symbols = Symbols {
    unknown: "INET_DIAG_BC_???",
    names: &[
        (0, "INET_DIAG_BC_NOP"),
        (1, "INET_DIAG_BC_JMP"),
        (2, "INET_DIAG_BC_S_GE"),
        (3, "INET_DIAG_BC_S_LE"),
        (4, "INET_DIAG_BC_D_GE"),
        (5, "INET_DIAG_BC_D_LE"),
        (6, "INET_DIAG_BC_AUTO"),
        (7, "INET_DIAG_BC_S_COND"),
        (8, "INET_DIAG_BC_D_COND"),
        (9, "INET_DIAG_BC_DEV_COND"),
        (10, "INET_DIAG_BC_MARK_COND"),
        (11, "INET_DIAG_BC_S_EQ"),
        (12, "INET_DIAG_BC_D_EQ"),
        (13, "INET_DIAG_BC_CGROUP_COND"),
    ],
};

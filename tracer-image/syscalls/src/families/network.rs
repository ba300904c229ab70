//! Sockets: creating, naming, connecting them; sending and receiving; options.

use crate::{
    names::{network::*, socket_options::*},
    records::{
        filter::PACKET_FILTER,
        message::*,
        socket::*,
        time::{TIMESPEC, TIMESPEC64},
    },
    rows,
    types::{Type::*, *},
};

/// Names of options, by level.
const OPTION_NAMES: &[(u64, Type)] = &[
    (6, Symbol(I32, &TCP_OPTIONS)),
    (17, Symbol(I32, &UDP_OPTIONS)),
    (132, Symbol(I32, &SCTP_OPTIONS)),
    (255, Symbol(I32, &RAW_OPTIONS)),
    (256, Symbol(I32, &IPX_OPTIONS)),
    (257, Symbol(I32, &AX25_OPTIONS)),
    (263, Symbol(I32, &PACKET_OPTIONS)),
    (266, Symbol(I32, &IRDA_OPTIONS)),
    (268, Symbol(I32, &LLC_OPTIONS)),
    (269, Symbol(I32, &DCCP_OPTIONS)),
    (270, Symbol(I32, &NETLINK_OPTIONS)),
    (271, Symbol(I32, &TIPC_OPTIONS)),
    (272, Symbol(I32, &RXRPC_OPTIONS)),
    (273, Symbol(I32, &PPPOL2TP_OPTIONS)),
    (274, Symbol(I32, &BLUETOOTH_OPTIONS)),
    (275, Symbol(I32, &PNPIPE_OPTIONS)),
    (276, Symbol(I32, &RDS_OPTIONS)),
    (277, Symbol(I32, &IUCV_OPTIONS)),
    (278, Symbol(I32, &CAIF_OPTIONS)),
    (279, Symbol(I32, &ALG_OPTIONS)),
    (280, Symbol(I32, &NFC_OPTIONS)),
    (281, Symbol(I32, &KCM_OPTIONS)),
    (282, Symbol(I32, &TLS_OPTIONS)),
    (283, Symbol(I32, &XDP_OPTIONS)),
    (40, Symbol(I32, &VSOCK_OPTIONS)),
    (101, Symbol(I32, &CAN_RAW_OPTIONS)),
];

/// The option is the third argument.
const OPTION_NAME: u8 = 2;
const SET_OPTION: &[(u64, Type)] =
    &[(0, Symbol(I32, &IP_OPTIONS)), (1, Symbol(I32, &SOCKET_OPTIONS)), (41, Symbol(I32, &IPV6_OPTIONS))];
/// Some options mean something else when they are read.
const GET_OPTION: &[(u64, Type)] = &[
    (0, Switch(OPTION_NAME, READ_OF_IP, &Symbol(I32, &IP_OPTIONS))),
    (
        1,
        Switch(
            OPTION_NAME,
            &[(26, Symbol(I32, &GET_FILTER)), (80, Symbol(I32, &GET_FILTER))],
            &Symbol(I32, &SOCKET_OPTIONS),
        ),
    ),
    (41, Switch(OPTION_NAME, READ_OF_IPV6, &Symbol(I32, &IPV6_OPTIONS))),
];
const READ_IP: Type = Symbol(I32, &IP_OPTIONS_READ);
const READ_OF_IP: &[(u64, Type)] = &[
    (64, READ_IP),
    (65, READ_IP),
    (66, READ_IP),
    (67, READ_IP),
    (96, READ_IP),
    (97, READ_IP),
    (99, READ_IP),
    (128, READ_IP),
    (129, READ_IP),
    (130, READ_IP),
    (131, READ_IP),
];
const READ_IPV6: Type = Symbol(I32, &IPV6_OPTIONS_READ);
const READ_OF_IPV6: &[(u64, Type)] = &[(64, READ_IPV6), (65, READ_IPV6), (68, READ_IPV6), (69, READ_IPV6)];

/// The length of an option, which is the last argument.
const OPTION_LENGTH: u8 = 4;
/// A multicast group: `struct group_req`, which is longer where pointers are.
const GROUP: Type = PerAbi(&[
    In(&Extensible(&GROUP_REQUEST, Len::Arg(OPTION_LENGTH), 136)),
    In(&Extensible(&GROUP_REQUEST, Len::Arg(OPTION_LENGTH), 132)),
    In(&Extensible(&GROUP_REQUEST, Len::Arg(OPTION_LENGTH), 136)),
    In(&Extensible(&GROUP_REQUEST, Len::Arg(OPTION_LENGTH), 132)),
]);
/// A socket filter: exactly a `struct sock_fprog`.
const FILTER: Type = PerAbi(&[
    Switch(OPTION_LENGTH, &[(16, In(&Struct(&PACKET_FILTER)))], &Addr),
    Switch(OPTION_LENGTH, &[(8, In(&Struct(&PACKET_FILTER)))], &Addr),
    Switch(OPTION_LENGTH, &[(16, In(&Struct(&PACKET_FILTER)))], &Addr),
    Switch(OPTION_LENGTH, &[(8, In(&Struct(&PACKET_FILTER)))], &Addr),
]);

rows! {
    /// Sockets.
    pub ROWS:
    socket [41, 359, 198, 281] NETWORK (domain: Symbol(I32, &FAMILIES), type_: Mixed(I32, &TYPES, 0xf, &TYPE_FLAGS), protocol: Switch(domain, &[(2, Symbol(I32, &IP_PROTOCOLS)), (10, Symbol(I32, &IP_PROTOCOLS)), (16, Symbol(I32, &NETLINK_PROTOCOLS)), (17, Custom(&ETHER_TYPE))], &Int(Ulong))) -> Fd;
    socketpair [53, 360, 199, 288] NETWORK (domain: Symbol(I32, &FAMILIES), type_: Mixed(I32, &TYPES, 0xf, &TYPE_FLAGS), protocol: Int(Ulong), sv: Out(&Array(&Fd, Len::Fixed(2)))) -> Int(I32);
    bind [49, 361, 200, 282] NETWORK (sockfd: Fd, addr: In(&Sized(&ADDRESS, Len::Arg(addrlen))), addrlen: Int(I32)) -> Int(I32);
    connect [42, 362, 203, 283] NETWORK (sockfd: Fd, addr: In(&Sized(&ADDRESS, Len::Arg(addrlen))), addrlen: Int(I32)) -> Int(I32);
    listen [50, 363, 201, 284] NETWORK (sockfd: Fd, backlog: Int(I32)) -> Int(I32);
    accept [43, -, 202, 285] NETWORK (sockfd: Fd, addr: SwitchBits(addr, u64::MAX, &[(0, Addr)], &SwitchBits(addrlen, u64::MAX, &[(0, Addr)], &Out(&Sized(&ADDRESS, Len::AtArg(addrlen))))), addrlen: SwitchBits(addr, u64::MAX, &[(0, Addr)], &SwitchBits(addrlen, u64::MAX, &[(0, Addr)], &InOut(&One(&Int(I32)))))) -> Fd;
    accept4 [288, 364, 242, 366] NETWORK (sockfd: Fd, addr: SwitchBits(addr, u64::MAX, &[(0, Addr)], &SwitchBits(addrlen, u64::MAX, &[(0, Addr)], &Out(&Sized(&ADDRESS, Len::AtArg(addrlen))))), addrlen: SwitchBits(addr, u64::MAX, &[(0, Addr)], &SwitchBits(addrlen, u64::MAX, &[(0, Addr)], &InOut(&One(&Int(I32))))), flags: Flags(I32, &TYPE_FLAGS)) -> Fd;
    getsockname [51, 367, 204, 286] NETWORK (sockfd: Fd, addr: SwitchBits(addrlen, u64::MAX, &[(0, Addr)], &Out(&Sized(&ADDRESS, Len::AtArg(addrlen)))), addrlen: SwitchBits(addr, u64::MAX, &[(0, Addr)], &InOut(&One(&Int(I32))))) -> Int(I32);
    getpeername [52, 368, 205, 287] NETWORK (sockfd: Fd, addr: SwitchBits(addrlen, u64::MAX, &[(0, Addr)], &Out(&Sized(&ADDRESS, Len::AtArg(addrlen)))), addrlen: SwitchBits(addr, u64::MAX, &[(0, Addr)], &InOut(&One(&Int(I32))))) -> Int(I32);
    sendto [44, 369, 206, 290] NETWORK (sockfd: Fd, buf: In(&Packet(Len::Arg(len))), len: Int(Ulong), flags: Flags(U32, &MESSAGE_FLAGS), dest_addr: In(&Sized(&ADDRESS, Len::Arg(addrlen))), addrlen: Int(I32)) -> Int(Long);
    recvfrom [45, 371, 207, 292] NETWORK (sockfd: Fd, buf: Out(&Packet(Len::Ret(len))), len: Int(Ulong), flags: Flags(U32, &MESSAGE_FLAGS), src_addr: Out(&Sized(&ADDRESS, Len::AtArg(addrlen))), addrlen: InOut(&One(&Int(I32)))) -> Int(Long);
    send [-, -, -, 289] NETWORK (sockfd: Fd, buf: In(&Packet(Len::Arg(len))), len: Int(Ulong), flags: Flags(U32, &MESSAGE_FLAGS)) -> Int(Long);
    recv [-, -, -, 291] NETWORK (sockfd: Fd, buf: Out(&Packet(Len::Ret(len))), len: Int(Ulong), flags: Flags(U32, &MESSAGE_FLAGS)) -> Int(Long);
    sendmsg [46, 370, 211, 296] NETWORK (sockfd: Fd, msg: Sized(&SENT, Len::Fixed(0)), flags: Flags(U32, &MESSAGE_FLAGS)) -> Int(Long);
    recvmsg [47, 372, 212, 297] NETWORK (sockfd: Fd, msg: Sized(&RECEIVED, Len::Fixed(0)), flags: Flags(U32, &MESSAGE_FLAGS)) -> Int(Long);
    sendmmsg [307, 345, 269, 374] NETWORK (sockfd: Fd, msgvec: Sized(&SENT_MANY, Len::Fixed(0)), vlen: Int(U32), flags: Flags(U32, &MESSAGE_FLAGS)) -> Int(I32);
    recvmmsg [299, 337, 243, 365] NETWORK (sockfd: Fd, msgvec: Sized(&RECEIVED_MANY, Len::Fixed(0)), vlen: Int(U32), flags: Flags(U32, &MESSAGE_FLAGS), timeout: In(&Struct(&TIMESPEC))) -> Int(I32) => Custom(&RECEIVED_NOTE);
    recvmmsg_time64 [-, 417, -, 417] NETWORK (sockfd: Fd, msgvec: Sized(&RECEIVED_MANY, Len::Fixed(0)), vlen: Int(U32), flags: Flags(U32, &MESSAGE_FLAGS), timeout: In(&Struct(&TIMESPEC64))) -> Int(I32) => Custom(&RECEIVED_NOTE);
    shutdown [48, 373, 210, 293] NETWORK (sockfd: Fd, how: Symbol(I32, &SHUT)) -> Int(I32);
    setsockopt [54, 366, 208, 294] NETWORK (
        sockfd: Fd,
        level: Symbol(I32, &LEVELS),
        optname: Switch(level, SET_OPTION, &Switch(level, OPTION_NAMES, &Int(U32))),
        // The length is an int: a negative one is none.
        optval: SwitchBits(optlen, 0x8000_0000, &[(0x8000_0000, Addr)], &Switch(level, &[
            (0, Switch(optname, &[(35, In(&Extensible(&IP_MEMBERSHIP, Len::Arg(optlen), 8))), (36, In(&Extensible(&IP_MEMBERSHIP, Len::Arg(optlen), 8))), (42, GROUP), (45, GROUP)], &In(&Sized(&OPTION, Len::Arg(optlen))))),
            (1, Switch(optname, &[(13, In(&Extensible(&LINGER, Len::Arg(optlen), 8))), (26, FILTER), (51, FILTER)], &In(&Sized(&OPTION, Len::Arg(optlen))))),
            (41, Switch(optname, &[(20, In(&Extensible(&IPV6_MEMBERSHIP, Len::Arg(optlen), 20))), (21, In(&Extensible(&IPV6_MEMBERSHIP, Len::Arg(optlen), 20))), (27, In(&Extensible(&IPV6_MEMBERSHIP, Len::Arg(optlen), 20))), (28, In(&Extensible(&IPV6_MEMBERSHIP, Len::Arg(optlen), 20))), (42, GROUP), (45, GROUP)], &In(&Sized(&OPTION, Len::Arg(optlen))))),
        ], &In(&Sized(&OPTION, Len::Arg(optlen))))),
        optlen: Int(I32),
    ) -> Int(I32);
    getsockopt [55, 365, 209, 295] NETWORK (
        sockfd: Fd,
        level: Symbol(I32, &LEVELS),
        optname: Switch(level, GET_OPTION, &Switch(level, OPTION_NAMES, &Int(U32))),
        optval: Switch(level, &[(1, Switch(optname, &[(13, Out(&Partial(&LINGER, Len::AtArg(optlen)))), (17, Out(&Partial(&CREDENTIALS, Len::AtArg(optlen))))], &Out(&Sized(&OPTION, Len::AtArg(optlen)))))], &Out(&Sized(&OPTION, Len::AtArg(optlen)))),
        optlen: InOut(&One(&Int(I32))),
    ) -> Int(I32);
    socketcall [-, 102, -, -] DESC (call: Symbol(I32, &SOCKET_CALLS), args: Addr) -> Int(Ulong);
}

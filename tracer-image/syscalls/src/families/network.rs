//! Sockets: making, naming, connecting them; sending and receiving; options.

use crate::{
    names::network::*,
    records::{
        filter::PACKET_FILTER,
        message::*,
        socket::*,
        time::{TIMESPEC, TIMESPEC64},
    },
    rows,
    types::{Type::*, *},
};

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
    getsockname [51, 367, 204, 286] NETWORK (sockfd: Fd, addr: Out(&Sized(&ADDRESS, Len::AtArg(addrlen))), addrlen: InOut(&One(&Int(I32)))) -> Int(I32);
    getpeername [52, 368, 205, 287] NETWORK (sockfd: Fd, addr: Out(&Sized(&ADDRESS, Len::AtArg(addrlen))), addrlen: InOut(&One(&Int(I32)))) -> Int(I32);
    sendto [44, 369, 206, 290] NETWORK (sockfd: Fd, buf: In(&Packet(Len::Arg(len))), len: Int(Ulong), flags: Flags(U32, &MESSAGE_FLAGS), dest_addr: In(&Sized(&ADDRESS, Len::Arg(addrlen))), addrlen: Int(I32)) -> Int(Long);
    recvfrom [45, 371, 207, 292] NETWORK (sockfd: Fd, buf: Out(&Packet(Len::Ret(len))), len: Int(Ulong), flags: Flags(U32, &MESSAGE_FLAGS), src_addr: Out(&Sized(&ADDRESS, Len::AtArg(addrlen))), addrlen: InOut(&One(&Int(I32)))) -> Int(Long);
    send [-, -, -, 289] NETWORK (fd: Fd, buf: In(&Packet(Len::Arg(len))), len: Int(Ulong), flags: Flags(U32, &MESSAGE_FLAGS)) -> Int(Long);
    recv [-, -, -, 291] NETWORK (fd: Fd, buf: Out(&Packet(Len::Ret(len))), len: Int(Ulong), flags: Flags(U32, &MESSAGE_FLAGS)) -> Int(Long);
    sendmsg [46, 370, 211, 296] NETWORK (sockfd: Fd, msg: Custom(&SENT), flags: Flags(U32, &MESSAGE_FLAGS)) -> Int(Long);
    recvmsg [47, 372, 212, 297] NETWORK (sockfd: Fd, msg: Custom(&RECEIVED), flags: Flags(U32, &MESSAGE_FLAGS)) -> Int(Long);
    sendmmsg [307, 345, 269, 374] NETWORK (sockfd: Fd, msgvec: Custom(&SENT_MANY), vlen: Int(U32), flags: Flags(U32, &MESSAGE_FLAGS)) -> Int(I32);
    recvmmsg [299, 337, 243, 365] NETWORK (sockfd: Fd, msgvec: Custom(&RECEIVED_MANY), vlen: Int(U32), flags: Flags(U32, &MESSAGE_FLAGS), timeout: In(&Struct(&TIMESPEC))) -> Int(I32) => Custom(&RECEIVED_NOTE);
    recvmmsg_time64 [-, 417, -, 417] NETWORK (sockfd: Fd, msgvec: Custom(&RECEIVED_MANY), vlen: Int(U32), flags: Flags(U32, &MESSAGE_FLAGS), timeout: In(&Struct(&TIMESPEC64))) -> Int(I32) => Custom(&RECEIVED_NOTE);
    shutdown [48, 373, 210, 293] NETWORK (sockfd: Fd, how: Symbol(I32, &SHUT)) -> Int(I32);
    setsockopt [54, 366, 208, 294] NETWORK (
        sockfd: Fd,
        level: Symbol(I32, &LEVELS),
        optname: Switch(level, &[(0, Symbol(I32, &IP_OPTIONS)), (1, Symbol(I32, &SOCKET_OPTIONS)), (6, Symbol(I32, &TCP_OPTIONS)), (17, Symbol(I32, &UDP_OPTIONS)), (41, Symbol(I32, &IPV6_OPTIONS)), (263, Symbol(I32, &PACKET_OPTIONS)), (270, Symbol(I32, &NETLINK_OPTIONS)), (282, Symbol(I32, &TLS_OPTIONS))], &Int(U32)),
        optval: Switch(level, &[
            (0, Switch(optname, &[(35, In(&Extensible(&IP_MEMBERSHIP, Len::Arg(optlen), 8))), (36, In(&Extensible(&IP_MEMBERSHIP, Len::Arg(optlen), 8)))], &In(&Sized(&OPTION, Len::Arg(optlen))))),
            (1, Switch(optname, &[(13, In(&Extensible(&LINGER, Len::Arg(optlen), 8))), (26, In(&Extensible(&PACKET_FILTER, Len::Arg(optlen), 8))), (51, In(&Extensible(&PACKET_FILTER, Len::Arg(optlen), 8)))], &In(&Sized(&OPTION, Len::Arg(optlen))))),
            (41, Switch(optname, &[(20, In(&Extensible(&IPV6_MEMBERSHIP, Len::Arg(optlen), 20))), (21, In(&Extensible(&IPV6_MEMBERSHIP, Len::Arg(optlen), 20)))], &In(&Sized(&OPTION, Len::Arg(optlen))))),
        ], &In(&Sized(&OPTION, Len::Arg(optlen)))),
        optlen: Int(I32),
    ) -> Int(I32);
    getsockopt [55, 365, 209, 295] NETWORK (
        sockfd: Fd,
        level: Symbol(I32, &LEVELS),
        optname: Switch(level, &[(0, Symbol(I32, &IP_OPTIONS)), (1, Switch(optname, &[(26, Symbol(I32, &GET_FILTER))], &Symbol(I32, &SOCKET_OPTIONS))), (6, Symbol(I32, &TCP_OPTIONS)), (17, Symbol(I32, &UDP_OPTIONS)), (41, Symbol(I32, &IPV6_OPTIONS)), (263, Symbol(I32, &PACKET_OPTIONS)), (270, Symbol(I32, &NETLINK_OPTIONS)), (282, Symbol(I32, &TLS_OPTIONS))], &Int(U32)),
        optval: Switch(level, &[(1, Switch(optname, &[(13, Out(&Extensible(&LINGER, Len::AtArg(optlen), 8))), (17, Out(&Extensible(&CREDENTIALS, Len::AtArg(optlen), 12)))], &Out(&Sized(&OPTION, Len::AtArg(optlen)))))], &Out(&Sized(&OPTION, Len::AtArg(optlen)))),
        optlen: InOut(&One(&Int(I32))),
    ) -> Int(I32);
}

//! Requests and answers of sock_diag(7), by the family in their first byte.

use super::{Contents, Rest, diag::*};
use crate::{
    names::{
        netlink_diag::*,
        network::{ETHER_TYPES, FAMILIES, IP_PROTOCOLS, NETLINK_PROTOCOLS},
    },
    types::{
        Field, Len, Record,
        Type::{Array, Custom, Flags, Hex, Int, Interface, Net, Packed, Struct, Symbol},
        U8, U16, U32, U64,
    },
};

const TCPDIAG_GETSOCK: u16 = 18;
const DCCPDIAG_GETSOCK: u16 = 19;
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const SOCK_DESTROY: u16 = 21;
const AF_UNIX: u8 = 1;
const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;
const AF_NETLINK: u8 = 16;
const AF_PACKET: u8 = 17;
const AF_SMC: u8 = 43;

/// The contents of a message.
pub(super) fn contents(kind: u16, request: bool, family: u8) -> Contents {
    use Rest::{Attributes, Nothing};
    let (header, rest) = match (kind, family, request) {
        (TCPDIAG_GETSOCK | DCCPDIAG_GETSOCK, AF_INET | AF_INET6, true) => {
            (&OLD_REQUEST, Attributes(&INETREQ))
        }
        (TCPDIAG_GETSOCK | DCCPDIAG_GETSOCK, AF_INET | AF_INET6, false) => (&INET, Attributes(&INETDIAG)),
        (SOCK_DIAG_BY_FAMILY | SOCK_DESTROY, AF_INET | AF_INET6, true) => {
            (&INET_REQUEST, Attributes(&INETREQ))
        }
        (SOCK_DIAG_BY_FAMILY | SOCK_DESTROY, AF_INET | AF_INET6, false) => (&INET, Attributes(&INETDIAG)),
        (TCPDIAG_GETSOCK..=SOCK_DESTROY, AF_UNIX, true) => (&UNIX_REQUEST, Nothing),
        (TCPDIAG_GETSOCK..=SOCK_DESTROY, AF_UNIX, false) => (&UNIX, Attributes(&UNIXDIAG)),
        (TCPDIAG_GETSOCK..=SOCK_DESTROY, AF_NETLINK, true) => (&NETLINK_REQUEST, Nothing),
        (TCPDIAG_GETSOCK..=SOCK_DESTROY, AF_NETLINK, false) => (&NETLINK, Attributes(&NLDIAG)),
        (TCPDIAG_GETSOCK..=SOCK_DESTROY, AF_PACKET, true) => (&PACKET_REQUEST, Nothing),
        (TCPDIAG_GETSOCK..=SOCK_DESTROY, AF_PACKET, false) => (&PACKET, Attributes(&PACKETDIAG)),
        (TCPDIAG_GETSOCK..=SOCK_DESTROY, AF_SMC, true) => (&SMC_REQUEST, Nothing),
        (TCPDIAG_GETSOCK..=SOCK_DESTROY, AF_SMC, false) => (&SMC, Attributes(&SMCDIAG)),
        _ => return Contents::Family,
    };
    Contents::Header(header, rest)
}

/// Every header, with what follows it.
pub(super) static HEADERS: &[(&Record, Rest)] = &[
    (&OLD_REQUEST, Rest::Nothing),
    (&INET_REQUEST, Rest::Attributes(&INETREQ)),
    (&INET, Rest::Attributes(&INETDIAG)),
    (&UNIX_REQUEST, Rest::Nothing),
    (&UNIX, Rest::Attributes(&UNIXDIAG)),
    (&NETLINK_REQUEST, Rest::Nothing),
    (&NETLINK, Rest::Attributes(&NLDIAG)),
    (&PACKET_REQUEST, Rest::Nothing),
    (&PACKET, Rest::Attributes(&PACKETDIAG)),
    (&SMC_REQUEST, Rest::Nothing),
    (&SMC, Rest::Attributes(&SMCDIAG)),
];

/// Two numbers that identify a socket permanently.
const COOKIE: crate::types::Type = Array(&Int(U32), Len::Fixed(2));

/// `struct inet_diag_sockid`: the message says the family of the addresses.
static SOCKET: Record = Record {
    name: "inet_diag_sockid",
    fields: &[
        Field::new("idiag_sport", Net(U16)),
        Field::new("idiag_dport", Net(U16)),
        Field::new("", Packed(&Custom(&super::values::SOURCE))),
        Field::new("", Packed(&Custom(&super::values::DESTINATION))),
        Field::new("idiag_if", Interface),
        Field::new("idiag_cookie", COOKIE),
    ],
};

/// A structure whose first field is a one-byte family.
macro_rules! headers {
    ($($(#[$doc:meta])* $record:ident $name:literal $family:literal [$($field:expr),* $(,)?];)*) => {
        $($(#[$doc])*
        static $record: Record = Record {
            name: $name,
            fields: &[Field::new($family, Symbol(U8, &FAMILIES)), $($field),*],
        };)*
    };
}

headers! {
    /// `struct inet_diag_req`
    OLD_REQUEST "inet_diag_req" "idiag_family" [
        Field::new("idiag_src_len", Int(U8)),
        Field::new("idiag_dst_len", Int(U8)),
        Field::new("idiag_ext", Flags(U8, &INET_EXTENSIONS)),
        Field::new("id", Struct(&SOCKET)),
        Field::new("idiag_states", Flags(U32, &TCP_STATES)),
        Field::new("idiag_dbs", Int(U32)),
    ];
    /// `struct inet_diag_req_v2`
    INET_REQUEST "inet_diag_req_v2" "sdiag_family" [
        Field::new("sdiag_protocol", Symbol(U8, &IP_PROTOCOLS)),
        Field::new("idiag_ext", Flags(U8, &INET_EXTENSIONS)),
        Field::padding(Int(U8)),
        Field::new("idiag_states", Flags(U32, &TCP_STATES)),
        Field::new("id", Struct(&SOCKET)),
    ];
    /// `struct inet_diag_msg`
    INET "inet_diag_msg" "idiag_family" [
        Field::new("idiag_state", Symbol(U8, &TCP_STATE)),
        Field::new("idiag_timer", Int(U8)),
        Field::new("idiag_retrans", Int(U8)),
        Field::new("id", Struct(&SOCKET)),
        Field::new("idiag_expires", Int(U32)),
        Field::new("idiag_rqueue", Int(U32)),
        Field::new("idiag_wqueue", Int(U32)),
        Field::new("idiag_uid", Int(U32)),
        Field::new("idiag_inode", Int(U32)),
    ];
    /// `struct unix_diag_req`
    UNIX_REQUEST "unix_diag_req" "sdiag_family" [
        Field::new("sdiag_protocol", Int(U8)),
        Field::padding(Int(U16)),
        Field::new("udiag_states", Flags(U32, &TCP_STATES)),
        Field::new("udiag_ino", Int(U32)),
        Field::new("udiag_show", Flags(U32, &UDIAG_SHOW)),
        Field::new("udiag_cookie", COOKIE),
    ];
    /// `struct unix_diag_msg`
    UNIX "unix_diag_msg" "udiag_family" [
        Field::new("udiag_type", Symbol(U8, &SOCKET_TYPE)),
        Field::new("udiag_state", Symbol(U8, &TCP_STATE)),
        Field::padding(Int(U8)),
        Field::new("udiag_ino", Int(U32)),
        Field::new("udiag_cookie", COOKIE),
    ];
    /// `struct netlink_diag_req`
    NETLINK_REQUEST "netlink_diag_req" "sdiag_family" [
        Field::new("sdiag_protocol", Symbol(U8, &NETLINK_PROTOCOL)),
        Field::padding(Int(U16)),
        Field::new("ndiag_ino", Int(U32)),
        Field::new("ndiag_show", Flags(U32, &NDIAG_SHOW)),
        Field::new("ndiag_cookie", COOKIE),
    ];
    /// `struct netlink_diag_msg`
    NETLINK "netlink_diag_msg" "ndiag_family" [
        Field::new("ndiag_type", Symbol(U8, &SOCKET_TYPE)),
        Field::new("ndiag_protocol", Symbol(U8, &NETLINK_PROTOCOLS)),
        Field::new("ndiag_state", Symbol(U8, &NETLINK_STATE)),
        Field::new("ndiag_portid", Int(U32)),
        Field::new("ndiag_dst_portid", Int(U32)),
        Field::new("ndiag_dst_group", Int(U32)),
        Field::new("ndiag_ino", Int(U32)),
        Field::new("ndiag_cookie", COOKIE),
    ];
    /// `struct packet_diag_req`
    PACKET_REQUEST "packet_diag_req" "sdiag_family" [
        Field::new("sdiag_protocol", Hex(U8)),
        Field::padding(Int(U16)),
        Field::new("pdiag_ino", Int(U32)),
        Field::new("pdiag_show", Flags(U32, &PACKET_SHOW)),
        Field::new("pdiag_cookie", COOKIE),
    ];
    /// `struct packet_diag_msg`
    PACKET "packet_diag_msg" "pdiag_family" [
        Field::new("pdiag_type", Symbol(U8, &SOCKET_TYPE)),
        Field::new("pdiag_num", Symbol(U16, &ETHER_TYPES)),
        Field::new("pdiag_ino", Int(U32)),
        Field::new("pdiag_cookie", COOKIE),
    ];
    /// `struct smc_diag_req`
    SMC_REQUEST "smc_diag_req" "diag_family" [
        Field::padding(Int(U8)),
        Field::padding(Int(U8)),
        Field::new("diag_ext", Flags(U8, &SMC_EXTENSIONS)),
        Field::new("id", Struct(&SOCKET)),
    ];
    /// `struct smc_diag_msg`
    SMC "smc_diag_msg" "diag_family" [
        Field::new("diag_state", Symbol(U8, &SMC_STATE)),
        Field::new("diag_fallback", Symbol(U8, &SMC_MODE)),
        Field::new("diag_shutdown", Int(U8)),
        Field::new("id", Struct(&SOCKET)),
        Field::new("diag_uid", Int(U32)),
        Field::new("diag_inode", Packed(&Int(U64))),
    ];
}

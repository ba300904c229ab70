//! What netlink messages are made of: the header of each protocol's messages and the attributes behind it.

use crate::{
    names::{netlink::*, network::FAMILIES},
    types::{
        Attributes, Field, Flags as Bits, Record, Symbols,
        Type::{Flags, Hex, Int, Interface, Str, Symbol},
        U8, U16, U32,
    },
};

mod address;
mod link;
mod route;
mod statistics;
mod traffic;
mod values;

use values::{BYTES, COOKIE};
pub use {route::ROUTE as ROUTE_ATTRIBUTES, values::NEXT_HOP as MULTIPATH_HOP};

/// A netlink protocol (`linux/netlink.h`).
pub struct Protocol {
    /// Its number.
    pub number: u8,
    /// The types of its own messages.
    pub kinds: &'static Symbols,
    /// Whether the types are families of generic netlink, which get their numbers as they come.
    pub families: bool,
    /// Which flags a type of message has.
    pub flags: fn(u16) -> &'static Bits,
    /// What a message carries: by its type, whether it is a request, and its first byte, which is often a family.
    pub contents: fn(u16, bool, u8) -> Contents,
}

/// What is behind a message's header.
pub enum Contents {
    /// Nothing that is known.
    Bytes,
    /// Text.
    Text,
    /// A structure of the family that its first byte says, which is not known.
    Family,
    /// A structure that begins with a family, and attributes or bytes behind it.
    Header(&'static Record, Option<&'static Attributes>),
    /// A structure alone.
    Plain(&'static Record),
}

/// The protocol of a number, where its messages are known.
pub fn protocol(number: u8) -> Option<&'static Protocol> {
    PROTOCOLS.iter().find(|protocol| protocol.number == number)
}

/// Every protocol whose messages are known.
pub static PROTOCOLS: &[Protocol] = &[Protocol {
    number: 0,
    kinds: &RTM,
    families: false,
    flags: |kind| match (kind, kind % 4) {
        (RTM_DELACTION, _) => &GET_FLAGS,
        (_, 0) => &NEW_FLAGS,
        (_, 1) => &DELETE_FLAGS,
        (_, 2) => &GET_FLAGS,
        _ => &NLM_F,
    },
    contents: |kind, _, _| {
        let found = ROUTE_MESSAGES.iter().find(|(first, last, ..)| (*first..=*last).contains(&kind));
        found.map_or(Contents::Family, |(_, _, header, attributes)| Contents::Header(header, *attributes))
    },
}];

const RTM_DELACTION: u16 = 49;

/// Messages of `NETLINK_ROUTE` (rtnetlink(7)): those from one type to another, their header and attributes.
pub static ROUTE_MESSAGES: &[(u16, u16, &Record, Option<&Attributes>)] = &[
    (16, 19, &INTERFACE, Some(&link::LINK)),
    (20, 22, &ADDRESS, Some(&address::ADDR)),
    (24, 26, &ROUTE, Some(&route::ROUTE)),
    (28, 30, &NEIGHBOUR, Some(&address::NEIGH)),
    (32, 34, &RULE, Some(&route::RULE)),
    (36, 38, &TRAFFIC, Some(&traffic::TC)),
    (40, 42, &TRAFFIC, Some(&traffic::TC)),
    (44, 46, &TRAFFIC, Some(&traffic::TC)),
    (48, 50, &ACTION, Some(&traffic::ACTION)),
    (56, 58, &ADDRESS, Some(&address::ADDR)),
    (60, 62, &ADDRESS, Some(&address::ADDR)),
    (64, 64, &NEIGHBOUR_TABLE, Some(&address::NEIGHTBL)),
    (66, 67, &NEIGHBOUR_TABLE, Some(&address::NEIGHTBL)),
    (72, 74, &ADDRESS_LABEL, Some(&address::ADDRLABEL)),
    (78, 79, &BRIDGING, Some(&statistics::DCB)),
    (80, 82, &SETTINGS, Some(&address::NETCONF)),
    (84, 86, &BRIDGE_PORT, Some(&statistics::MDB)),
    (88, 90, &GENERIC, Some(&address::NSID)),
    (92, 92, &STATISTICS, Some(&statistics::STATS)),
    (94, 94, &STATISTICS, Some(&statistics::STATS)),
    (96, 96, &GENERIC, None),
    (100, 102, &TRAFFIC, Some(&traffic::TC)),
    (104, 106, &NEXT_HOP, Some(&route::NEXTHOP)),
];

/// A structure whose first field is a family of one byte.
macro_rules! headers {
    ($($(#[$doc:meta])* $record:ident $name:literal $family:literal [$($field:expr),* $(,)?];)*) => {
        $($(#[$doc])*
        pub static $record: Record = Record {
            name: $name,
            fields: &[Field::new($family, Symbol(U8, &FAMILIES)), $($field),*],
        };)*
    };
}

headers! {
    /// What a message of an unknown kind begins with.
    OTHER_FAMILY "rtgenmsg, unknown" "family" [];
    /// `struct ifinfomsg`
    INTERFACE "ifinfomsg" "ifi_family" [
        Field::padding(Int(U8)),
        Field::new("ifi_type", Symbol(U16, &crate::names::network::HARDWARE_TYPES)),
        Field::new("ifi_index", Interface),
        Field::new("ifi_flags", Flags(U32, &LINK_FLAGS)),
        Field::new("ifi_change", Hex(U32)),
    ];
    /// `struct ifaddrmsg`
    ADDRESS "ifaddrmsg" "ifa_family" [
        Field::new("ifa_prefixlen", Int(U8)),
        Field::new("ifa_flags", Flags(U8, &ADDRESS_FLAGS8)),
        Field::new("ifa_scope", Symbol(U8, &RT_SCOPE)),
        Field::new("ifa_index", Interface),
    ];
    /// `struct rtmsg`
    ROUTE "rtmsg" "rtm_family" [
        Field::new("rtm_dst_len", Int(U8)),
        Field::new("rtm_src_len", Int(U8)),
        Field::new("rtm_tos", Flags(U8, &IPTOS)),
        Field::new("rtm_table", Symbol(U8, &RT_TABLE)),
        Field::new("rtm_protocol", Symbol(U8, &RTPROT)),
        Field::new("rtm_scope", Symbol(U8, &RT_SCOPE)),
        Field::new("rtm_type", Symbol(U8, &RTN)),
        Field::new("rtm_flags", Flags(U32, &RTM_F)),
    ];
    /// `struct ndmsg`
    NEIGHBOUR "ndmsg" "ndm_family" [
        Field::padding(Int(U8)),
        Field::padding(Int(U16)),
        Field::new("ndm_ifindex", Interface),
        Field::new("ndm_state", Flags(U16, &NUD)),
        Field::new("ndm_flags", Flags(U8, &NTF)),
        Field::new("ndm_type", Symbol(U8, &RTN)),
    ];
    /// `struct fib_rule_hdr`
    RULE "fib_rule_hdr" "family" [
        Field::new("dst_len", Int(U8)),
        Field::new("src_len", Int(U8)),
        Field::new("tos", Flags(U8, &IPTOS)),
        Field::new("table", Symbol(U8, &RULE_TABLE)),
        Field::padding(Int(U8)),
        Field::padding(Int(U8)),
        Field::new("action", Symbol(U8, &FR_ACT)),
        Field::new("flags", Flags(U32, &FIB_RULE)),
    ];
    /// `struct tcmsg`
    TRAFFIC "tcmsg" "tcm_family" [
        Field::padding(Int(U8)),
        Field::padding(Int(U16)),
        Field::new("tcm_ifindex", Interface),
        Field::new("tcm_handle", Int(U32)),
        Field::new("tcm_parent", Int(U32)),
        Field::new("tcm_info", Int(U32)),
    ];
    /// `struct tcamsg`
    ACTION "tcamsg" "tca_family" [];
    /// `struct ndtmsg`
    NEIGHBOUR_TABLE "ndtmsg" "ndtm_family" [];
    /// `struct ifaddrlblmsg`
    ADDRESS_LABEL "ifaddrlblmsg" "ifal_family" [
        Field::padding(Int(U8)),
        Field::new("ifal_prefixlen", Int(U8)),
        Field::new("ifal_flags", Int(U8)),
        Field::new("ifal_index", Interface),
        Field::new("ifal_seq", Int(U32)),
    ];
    /// `struct dcbmsg`
    BRIDGING "dcbmsg" "dcb_family" [Field::new("cmd", Symbol(U8, &DCB_CMD)), Field::padding(Int(U16))];
    /// `struct netconfmsg`
    SETTINGS "netconfmsg" "ncm_family" [];
    /// `struct br_port_msg`
    BRIDGE_PORT "br_port_msg" "family" [
        Field::padding(Int(U8)),
        Field::padding(Int(U16)),
        Field::new("ifindex", Interface),
    ];
    /// `struct rtgenmsg`
    GENERIC "rtgenmsg" "rtgen_family" [];
    /// `struct if_stats_msg`
    STATISTICS "if_stats_msg" "family" [
        Field::nonzero("pad1", Hex(U8)),
        Field::nonzero("pad2", Hex(U16)),
        Field::new("ifindex", Interface),
        Field::new("filter_mask", Flags(U32, &STATISTICS_MASK)),
    ];
    /// `struct nhmsg`
    NEXT_HOP "nhmsg" "nh_family" [
        Field::new("nh_scope", Symbol(U8, &RT_SCOPE)),
        Field::new("nh_protocol", Symbol(U8, &RTPROT)),
        Field::nonzero("resvd", Hex(U8)),
        Field::new("nh_flags", Flags(U32, &RTNH_F)),
    ];
}

/// What an acknowledgement says beside the errno.
pub static ERROR_ATTRIBUTES: Attributes = Attributes {
    unknown: "NLMSGERR_ATTR_???",
    types: &[
        (0, "NLMSGERR_ATTR_UNUSED", BYTES),
        (1, "NLMSGERR_ATTR_MSG", Str),
        (2, "NLMSGERR_ATTR_OFFS", Int(U32)),
        (3, "NLMSGERR_ATTR_COOKIE", COOKIE),
        (4, "NLMSGERR_ATTR_POLICY", BYTES),
        (5, "NLMSGERR_ATTR_MISS_TYPE", BYTES),
        (6, "NLMSGERR_ATTR_MISS_NEST", BYTES),
    ],
};

/// Every header that a message of any protocol may have, with its attributes.
pub fn headers() -> impl Iterator<Item = (&'static Record, Option<&'static Attributes>)> {
    ROUTE_MESSAGES.iter().map(|(_, _, header, attributes)| (*header, *attributes))
}

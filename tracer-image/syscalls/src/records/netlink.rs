//! The contents of netlink messages: the header of each protocol's messages, and the attributes after it.

use crate::{
    names::{netlink::*, netlink_diag::SOCK_DIAG, netlink_protocols::*, network::FAMILIES},
    types::{
        Attributes, Field, Flags as Bits, I32, Record, Symbols,
        Type::{Chars, Flags, Hex, Int, Interface, Net, NetHex, Str, Symbol},
        U8, U16, U32,
    },
};

mod address;
mod bridge;
mod bytecode;
mod crypto;
mod diag;
mod generic;
mod link;
mod netfilter;
mod route;
mod sockets;
mod statistics;
mod traffic;
mod values;

use values::{BYTES, COOKIE};
pub use {
    route::ROUTE as ROUTE_ATTRIBUTES,
    values::{MAC, NEXT_HOP as MULTIPATH_HOP, hardware_address},
};

/// A netlink protocol (`linux/netlink.h`).
pub struct Protocol {
    /// Its number.
    pub number: u8,
    /// The types of its own messages.
    pub kinds: Kinds,
    /// The flags of a message type.
    pub flags: fn(u16) -> &'static Bits,
    /// Whether a message with only a family is written without a structure.
    pub lone_family: bool,
    /// The contents of a message: by its type, whether it is a request, and its first byte, which is often a family.
    pub contents: fn(u16, bool, u8) -> Contents,
}

/// What the message types of a protocol are.
pub enum Kinds {
    /// Numbers with names.
    Names(&'static Symbols),
    /// Generic netlink families, which get their numbers at run time; some have fixed names.
    Families(&'static Symbols),
    /// A subsystem in the upper half and one of its messages in the lower; some messages have no subsystem.
    Parts(&'static Symbols, &'static [(u8, &'static Symbols)], &'static Symbols),
}

/// What follows a message's header.
pub enum Contents {
    /// Nothing known.
    Bytes,
    /// A structure for the family in its first byte, which is not known.
    Family,
    /// A structure that begins with a family, and what follows it.
    Header(&'static Record, Rest),
    /// A structure without a leading family, of which nothing is written if it is cut short.
    Plain(&'static Record, Rest),
    /// As [`Contents::Plain`], written as text if it is cut short.
    Text(&'static Record, Rest),
}

/// What follows a structure.
#[derive(Clone, Copy)]
pub enum Rest {
    /// Attributes.
    Attributes(&'static Attributes),
    /// Bytes.
    Bytes,
    /// Nothing that is read.
    Nothing,
}

/// The protocol with a number, if its messages are known.
pub fn protocol(number: u8) -> Option<&'static Protocol> {
    PROTOCOLS.iter().find(|protocol| protocol.number == number)
}

/// Every protocol whose messages are known.
pub static PROTOCOLS: &[Protocol] = &[
    Protocol {
        number: 0,
        lone_family: false,
        kinds: Kinds::Names(&RTM),
        flags: |kind| match (kind, kind % 4) {
            (RTM_DELACTION, _) => &GET_FLAGS,
            (_, 0) => &NEW_FLAGS,
            (_, 1) => &DELETE_FLAGS,
            (_, 2) => &GET_FLAGS,
            _ => &NLM_F,
        },
        contents: |kind, _, _| {
            let found = ROUTE_MESSAGES.iter().find(|(first, last, ..)| (*first..=*last).contains(&kind));
            found.map_or(Contents::Family, |(_, _, header, rest)| Contents::Header(header, *rest))
        },
    },
    Protocol {
        number: 4,
        lone_family: true,
        kinds: Kinds::Names(&SOCK_DIAG),
        flags: |_| &GET_FLAGS,
        contents: sockets::contents,
    },
    Protocol {
        number: 6,
        lone_family: false,
        kinds: Kinds::Names(&XFRM_MSG),
        flags: |kind| match kind {
            0x10 | 0x13 | 0x1e | 0x22 | 0x24 => &NEW_FLAGS,
            0x11 | 0x14 => &DELETE_FLAGS,
            0x12 | 0x15 | 0x1f | 0x23 | 0x25 => &GET_FLAGS,
            _ => &NLM_F,
        },
        contents: |_, _, _| Contents::Bytes,
    },
    Protocol {
        number: 7,
        lone_family: false,
        kinds: Kinds::Names(&SELNL_MSG),
        flags: |_| &NLM_F,
        contents: |kind, _, _| match kind {
            0x10 => Contents::Plain(&ENFORCING, Rest::Nothing),
            0x11 => Contents::Plain(&POLICY_LOADED, Rest::Nothing),
            _ => Contents::Bytes,
        },
    },
    Protocol {
        number: 9,
        lone_family: false,
        kinds: Kinds::Names(&AUDIT_MSG),
        flags: |_| &NLM_F,
        contents: |_, _, _| Contents::Bytes,
    },
    Protocol {
        number: 12,
        lone_family: false,
        kinds: Kinds::Parts(&NFNL_SUBSYS, NETFILTER, &NFNL_MSG_BATCH),
        flags: netfilter_flags,
        contents: |kind, _, _| {
            Contents::Plain(
                &NETFILTER_HEADER,
                if kind >> 8 == 0 { Rest::Bytes } else { Rest::Attributes(&NAMELESS) },
            )
        },
    },
    Protocol {
        number: 16,
        lone_family: false,
        kinds: Kinds::Families(&GENERIC_FAMILY),
        flags: |_| &GET_FLAGS,
        contents: |kind, _, _| match kind {
            GENL_ID_CTRL => Contents::Plain(&CONTROL_HEADER, Rest::Attributes(&generic::CTRL)),
            _ => Contents::Plain(&GENERIC_HEADER, Rest::Attributes(&NAMELESS)),
        },
    },
    Protocol {
        number: 21,
        lone_family: false,
        kinds: Kinds::Names(&CRYPTO_MSG),
        flags: |kind| match kind {
            0x10 => &NEW_FLAGS,
            0x11 | 0x14 => &DELETE_FLAGS,
            0x13 => &GET_FLAGS,
            _ => &NLM_F,
        },
        contents: crypto::contents,
    },
];

const RTM_DELACTION: u16 = 49;
const GENL_ID_CTRL: u16 = 16;

/// Attributes whose names are not known.
static NAMELESS: Attributes = Attributes { unknown: "", types: &[] };

/// By the verb in the message's name.
fn netfilter_flags(kind: u16) -> &'static Bits {
    let (_, messages) = match NETFILTER.iter().find(|(subsystem, _)| u16::from(*subsystem) == kind >> 8) {
        Some(found) => found,
        None => return &NLM_F,
    };
    let name = messages
        .names
        .iter()
        .find(|(known, _)| *known == u64::from(kind & 0xff))
        .map_or("", |(_, name)| name);
    netfilter::FLAGS.iter().find(|(known, _)| *known == name).map_or(&NLM_F, |(_, flags)| flags)
}

/// Structures of the smaller protocols.
macro_rules! plain {
    ($($(#[$doc:meta])* $record:ident $name:literal [$($field:expr),* $(,)?];)*) => {
        $($(#[$doc])*
        pub static $record: Record = Record { name: $name, fields: &[$($field),*] };)*
    };
}

plain! {
    /// `struct selnl_msg_setenforce`
    ENFORCING "selnl_msg_setenforce" [Field::new("val", Int(I32))];
    /// `struct selnl_msg_policyload`
    POLICY_LOADED "selnl_msg_policyload" [Field::new("seqno", Int(U32))];
    /// `struct genlmsghdr`
    GENERIC_HEADER "genlmsghdr" [
        Field::new("cmd", Hex(U8)),
        Field::new("version", Int(U8)),
        Field::nonzero("reserved", Hex(U16)),
    ];
    /// As [`GENERIC_HEADER`], of `nlctrl`.
    CONTROL_HEADER "genlmsghdr, nlctrl" [
        Field::new("cmd", Symbol(U8, &CTRL_CMD)),
        Field::new("version", Int(U8)),
        Field::nonzero("reserved", Hex(U16)),
    ];
    /// `struct nfgenmsg`
    NETFILTER_HEADER "nfgenmsg" [
        Field::new("nfgen_family", Symbol(U8, &FAMILIES)),
        Field::new("version", Symbol(U8, &NFNETLINK)),
        Field::new("res_id", Net(U16)),
    ];
    /// The header of udev's messages to its listeners (`src/libsystemd/sd-device/device-monitor.c` of systemd).
    UDEV "udev_monitor_netlink_header" [
        Field::new("prefix", Chars(8)),
        Field::new("magic", NetHex(U32)),
        Field::new("header_size", Int(U32)),
        Field::new("properties_off", Int(U32)),
        Field::new("properties_len", Int(U32)),
        Field::new("filter_subsystem_hash", NetHex(U32)),
        Field::new("filter_devtype_hash", NetHex(U32)),
        Field::new("filter_tag_bloom_hi", NetHex(U32)),
        Field::new("filter_tag_bloom_lo", NetHex(U32)),
    ];
}

/// Messages of `NETLINK_ROUTE` (rtnetlink(7)): ranges of types, with their header and attributes.
pub static ROUTE_MESSAGES: &[(u16, u16, &Record, Rest)] = &[
    (16, 19, &INTERFACE, Rest::Attributes(&link::LINK)),
    (20, 22, &ADDRESS, Rest::Attributes(&address::ADDR)),
    (24, 26, &ROUTE, Rest::Attributes(&route::ROUTE)),
    (28, 30, &NEIGHBOUR, Rest::Attributes(&address::NEIGH)),
    (32, 34, &RULE, Rest::Attributes(&route::RULE)),
    (36, 38, &TRAFFIC, Rest::Attributes(&traffic::TC)),
    (40, 42, &TRAFFIC, Rest::Attributes(&traffic::TC)),
    (44, 46, &TRAFFIC, Rest::Attributes(&traffic::TC)),
    (48, 50, &ACTION, Rest::Attributes(&traffic::ACTION)),
    (56, 58, &ADDRESS, Rest::Attributes(&address::ADDR)),
    (60, 62, &ADDRESS, Rest::Attributes(&address::ADDR)),
    (64, 64, &NEIGHBOUR_TABLE, Rest::Attributes(&address::NEIGHTBL)),
    (66, 67, &NEIGHBOUR_TABLE, Rest::Attributes(&address::NEIGHTBL)),
    (72, 74, &ADDRESS_LABEL, Rest::Attributes(&address::ADDRLABEL)),
    (78, 79, &BRIDGING, Rest::Attributes(&statistics::DCB)),
    (80, 82, &SETTINGS, Rest::Attributes(&address::NETCONF)),
    (84, 86, &BRIDGE_PORT, Rest::Attributes(&statistics::MDB)),
    (88, 90, &GENERIC, Rest::Attributes(&address::NSID)),
    (92, 92, &STATISTICS, Rest::Attributes(&statistics::STATS)),
    (94, 94, &STATISTICS, Rest::Attributes(&statistics::STATS)),
    (96, 96, &GENERIC, Rest::Bytes),
    (100, 102, &TRAFFIC, Rest::Attributes(&traffic::TC)),
    (104, 106, &NEXT_HOP, Rest::Attributes(&route::NEXTHOP)),
];

/// A structure whose first field is a one-byte family.
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
    /// The beginning of a message of an unknown kind.
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

/// The details of an acknowledgement besides the errno.
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
    let route = ROUTE_MESSAGES.iter().map(|(_, _, header, rest)| (*header, *rest));
    let others = [
        (&ENFORCING, Rest::Nothing),
        (&POLICY_LOADED, Rest::Nothing),
        (&GENERIC_HEADER, Rest::Nothing),
        (&CONTROL_HEADER, Rest::Attributes(&generic::CTRL)),
        (&NETFILTER_HEADER, Rest::Nothing),
        (&UDEV, Rest::Nothing),
        (&crypto::ALGORITHM, Rest::Attributes(&crypto::REPORTS)),
    ];
    route.chain(others).chain(sockets::HEADERS.iter().copied()).map(|(header, rest)| {
        (
            header,
            match rest {
                Rest::Attributes(attributes) => Some(attributes),
                Rest::Bytes | Rest::Nothing => None,
            },
        )
    })
}

//! Socket addresses, whose length is in a sibling, and the values of socket options.

use crate::{
    decode::Decode,
    gather::Gather,
    names::{
        address::VSOCK_FLAGS,
        errno,
        network::{ETHER_TYPES, FAMILIES, HARDWARE_TYPES, IP_PROTOCOLS, PACKET_TYPES, VSOCK_IDS},
    },
    records::address::ADDRESSES,
    snapshot::{Phase, Place},
    types::{
        Custom, Field, I32, Len, Record, Size,
        Type::{Array, Int, Interface, Over, Packed, Pid, Sized, Symbol},
        U16, U32, When,
    },
    value::{Name, Value},
};
use alloc::{boxed::Box, format, string::ToString, vec::Vec};
use core::net::{Ipv4Addr, Ipv6Addr};

/// Largest address that the kernel accepts: `struct sockaddr_storage`.
pub const MOST_ADDRESS: usize = 128;

/// `struct sockaddr` of any family; a sibling is its length.
pub static ADDRESS: Custom = Custom {
    name: "sockaddr",
    size: MOST_ADDRESS,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| {
        if let Place::Memory { addr, phase } = place {
            let len = gather.scope.extent;
            gather_address(gather, phase, addr, len);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let (Place::Register(addr) | Place::Memory { addr, .. }) = place;
        let Place::Memory { phase, .. } = place else { return Value::Addr(addr) };
        let len = decode.scope.extent;
        address(decode, phase, addr, len).unwrap_or(Value::Addr(addr))
    },
};

/// Asks for the names of interfaces in an address, if its family can have any.
pub fn gather_address(gather: &mut Gather<'_>, phase: Phase, addr: u64, len: usize) {
    const WITH_INTERFACES: &[u16] = &[AF_INET6, AF_PACKET, AF_NFC, AF_XDP];
    let family = gather.scope.bytes(phase, addr, 2).first_chunk().map(|bytes| u16::from_le_bytes(*bytes));
    if phase == gather.scope.phase && family.is_some_and(|family| WITH_INTERFACES.contains(&family)) {
        gather.ask_for(|decode| {
            address(decode, phase, addr, len);
        });
    }
}

const AF_UNIX: u16 = 1;
const AF_INET: u16 = 2;
const AF_INET6: u16 = 10;
const AF_NETLINK: u16 = 16;
const AF_PACKET: u16 = 17;
const AF_NFC: u16 = 39;
const AF_VSOCK: u16 = 40;
const AF_XDP: u16 = 44;

/// The address in `len` bytes of memory; `None` if it is not readable or too short for a family.
pub fn address(decode: &mut Decode<'_>, phase: Phase, addr: u64, len: usize) -> Option<Value> {
    let bytes = decode.scope.bytes(phase, addr, len.min(MOST_ADDRESS));
    if bytes.len() < len.min(MOST_ADDRESS) {
        return None;
    }
    let family = u16::from_le_bytes(*bytes.first_chunk()?);
    let plain = ADDRESSES.iter().find(|(known, least, most, _)| {
        *known == family && (*least..=*most).contains(&len.min(MOST_ADDRESS))
    });
    if let Some((.., record)) = plain {
        return decode.record(record, Place::Memory { addr, phase });
    }
    address_of(decode, bytes)
}

/// The address in some bytes; `None` if they are too few for a family.
pub fn address_of(decode: &mut Decode<'_>, bytes: &[u8]) -> Option<Value> {
    let family = u16::from_le_bytes(*bytes.first_chunk()?);
    let mut fields = Fields::new();
    let value = decode.symbol(family.into(), &FAMILIES, U16);
    fields.put(decode, "sa_family", value);
    let host16 = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let net16 = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    let host32 = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let net32 = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    match (family, bytes.len()) {
        (_, 2) => {}
        (AF_UNIX, _) => {
            // `sun_path` has 108 bytes, whatever the length says.
            let path = match &bytes[2..bytes.len().min(110)] {
                // unix(7): a leading NUL makes it an abstract name, in which all further bytes count.
                [0, name @ ..] => Value::Prefixed(decode.name("@"), Box::new(Value::bytes(name))),
                path => Value::bytes(path.split(|byte| *byte == 0).next().unwrap_or_default()),
            };
            fields.put(decode, "sun_path", path);
        }
        (AF_INET, 16..) => {
            let port = Value::Macro(decode.name("htons"), [Value::Unsigned(net16(2).into())].into());
            fields.put(decode, "sin_port", port);
            let host = inet_addr(decode, net32(4));
            fields.put(decode, "sin_addr", host);
        }
        (AF_INET6, 24..) => {
            let port = Value::Macro(decode.name("htons"), [Value::Unsigned(net16(2).into())].into());
            fields.put(decode, "sin6_port", port);
            let flow = Value::Macro(decode.name("htonl"), [Value::Unsigned(net32(4).into())].into());
            fields.put(decode, "sin6_flowinfo", flow);
            if let Some(host) = bytes[8..].first_chunk() {
                let host = inet_pton(decode, *host, "sin6_addr");
                fields.bare(host);
            }
            if bytes.len() >= 28 {
                // The scope id is an interface only for link-local addresses (fe80::/10, ff02::/16).
                let of_link = (bytes[8] == 0xfe && bytes[9] & 0xc0 == 0x80) || bytes[8..10] == [0xff, 2];
                let scope = match of_link {
                    true => decode.interface(host32(24)),
                    false => Value::Unsigned(host32(24).into()),
                };
                fields.put(decode, "sin6_scope_id", scope);
            }
        }
        (AF_NETLINK, 12..) => {
            if host16(2) != 0 {
                fields.put(decode, "nl_pad", Value::Hex(host16(2).into()));
            }
            fields.put(decode, "nl_pid", Value::Int(host32(4) as i32 as i64));
            let groups = match host32(8) {
                0 => Value::Octal { bits: 0, min: 8 },
                groups => Value::HexPadded { bits: groups.into(), digits: 6 },
            };
            fields.put(decode, "nl_groups", groups);
        }
        (AF_PACKET, 20..) => {
            let protocol = ether_type(decode, net16(2));
            fields.put(decode, "sll_protocol", protocol);
            let interface = decode.interface(host32(4));
            fields.put(decode, "sll_ifindex", interface);
            let hardware = decode.symbol(host16(8).into(), &HARDWARE_TYPES, U16);
            fields.put(decode, "sll_hatype", hardware);
            let packet = decode.symbol(bytes[10].into(), &PACKET_TYPES, U16);
            fields.put(decode, "sll_pkttype", packet);
            let len = usize::from(bytes[11]);
            fields.put(decode, "sll_halen", Value::Unsigned(len as u64));
            if len > 0 {
                let items = bytes[12..].iter().take(len).map(|byte| match byte {
                    0 => Value::Octal { bits: 0, min: 2 },
                    byte => Value::Hex(u64::from(*byte)),
                });
                let items = Value::Array { items: items.collect(), cut: len > bytes.len() - 12 };
                fields.put(decode, "sll_addr", items);
            }
        }
        (AF_VSOCK, 16..) => {
            let id = match host32(8).into() {
                id if VSOCK_IDS.names.iter().any(|(known, _)| *known == id) => {
                    decode.symbol(id, &VSOCK_IDS, U32)
                }
                id => Value::Hex(id),
            };
            if host16(2) != 0 {
                fields.put(decode, "svm_reserved1", Value::Hex(host16(2).into()));
            }
            fields.put(decode, "svm_cid", id);
            fields.put(decode, "svm_port", Value::Hex(host32(4).into()));
            let flags = decode.flags(bytes[12].into(), &VSOCK_FLAGS);
            fields.put(decode, "svm_flags", flags);
            if bytes[13..16] != [0; 3] {
                let rest = Value::Binary { bytes: bytes[13..16].into(), cut: false };
                fields.put(decode, "svm_zero", rest);
            }
        }
        _ => fields.put(decode, "sa_data", Value::bytes(&bytes[2..])),
    }
    Some(fields.value())
}

/// `inet_addr("127.0.0.1")`
pub fn inet_addr(decode: &mut Decode<'_>, host: u32) -> Value {
    let text = Ipv4Addr::from_bits(host).to_string();
    Value::Macro(decode.name("inet_addr"), [Value::bytes(text.as_bytes())].into())
}

/// `inet_pton(AF_INET6, "::1", &sin6_addr)`
pub fn inet_pton(decode: &mut Decode<'_>, host: [u8; 16], field: &'static str) -> Value {
    let field = Value::AddressOf(decode.name(field));
    match host6(decode, host) {
        Value::Macro(name, mut args) => {
            args.push(field);
            Value::Macro(name, args)
        }
        value => value,
    }
}

/// `inet_pton(AF_INET6, "::1")`
pub fn host6(decode: &mut Decode<'_>, host: [u8; 16]) -> Value {
    let text = match host {
        // The C library writes IPv4-compatible addresses with dots; ::1 is not one.
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d] if (a, b) != (0, 0) => {
            format!("::{}", Ipv4Addr::new(a, b, c, d))
        }
        host => Ipv6Addr::from(host).to_string(),
    };
    let family = Value::Word(decode.name("AF_INET6"));
    Value::Macro(decode.name("inet_pton"), [family, Value::bytes(text.as_bytes())].into())
}

/// A protocol of `AF_PACKET` in network byte order: `htons(ETH_P_ALL)`.
pub static ETHER_TYPE: Custom = Custom::inside("ether_type", 4, |decode: &mut Decode<'_>, place| {
    let raw = decode.scope.load(place, U16).unwrap_or(0);
    ether_type(decode, (raw as u16).swap_bytes())
});

fn ether_type(decode: &mut Decode<'_>, protocol: u16) -> Value {
    let protocol = decode.symbol(protocol.into(), &ETHER_TYPES, U16);
    Value::Macro(decode.name("htons"), [protocol].into())
}

/// `struct ucred`
pub static CREDENTIALS: Record = Record {
    name: "ucred",
    fields: &[
        Field::new("pid", Pid),
        Field::new("uid", Symbol(U32, &crate::names::credentials::IDS)),
        Field::new("gid", Symbol(U32, &crate::names::credentials::IDS)),
    ],
};

/// `struct linger`
pub static LINGER: Record =
    Record { name: "linger", fields: &[Field::new("l_onoff", Int(I32)), Field::new("l_linger", Int(I32))] };

/// `struct ip_mreq`
pub static IP_MEMBERSHIP: Record = Record {
    name: "ip_mreq",
    fields: &[
        Field::new("imr_multiaddr", crate::types::Type::Custom(&HOST)),
        Field::new("imr_interface", crate::types::Type::Custom(&HOST)),
    ],
};

/// `struct group_req`. The address takes the rest, in words of the ABI.
pub static GROUP_REQUEST: Record = Record {
    name: "group_req",
    fields: &[
        Field::new("gr_interface", Over(&Interface)),
        Field::padding(Int(Size)),
        Field::new("gr_group", Over(&Sized(&ADDRESS, Len::Fixed(128)))),
        Field::padding(Array(&Int(U32), Len::Fixed(32))),
    ],
};

/// `struct ipv6_mreq`
pub static IPV6_MEMBERSHIP: Record = Record {
    name: "ipv6_mreq",
    fields: &[
        Field::new("", Packed(&crate::types::Type::Custom(&HOST6))),
        Field::new("ipv6mr_interface", Interface),
    ],
};

/// `struct in_addr`
pub static HOST: Custom = Custom::inside("in_addr", 4, |decode: &mut Decode<'_>, place| {
    let raw = decode.scope.load(place, U32).unwrap_or(0) as u32;
    inet_addr(decode, raw.swap_bytes())
});

static HOST6: Custom = Custom::inside("in6_addr", 16, |decode: &mut Decode<'_>, place| {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    match decode.scope.bytes(phase, addr, 16).first_chunk() {
        Some(host) => inet_pton(decode, *host, "ipv6mr_multiaddr"),
        None => Value::Addr(addr),
    }
});

/// The value of a socket option without a structure of its own: a number if it has four bytes or the option is known
/// to be a number, otherwise bytes. Arguments 1 and 2 are the level and the option.
pub static OPTION: Custom = Custom::inside("socket option", 4096, |decode: &mut Decode<'_>, place| {
    let (Place::Register(addr) | Place::Memory { addr, .. }) = place;
    option(decode, place).unwrap_or(Value::Addr(addr))
});

fn option(decode: &mut Decode<'_>, place: Place) -> Option<Value> {
    const SOL_IP: u64 = 0;
    const SOL_SOCKET: u64 = 1;
    const SOL_NETLINK: u64 = 270;
    const SO_ERROR: u64 = 4;
    let Place::Memory { addr, phase } = place else { return None };
    let len = decode.scope.extent;
    let bytes = decode.scope.bytes(phase, addr, len);
    let (level, option) = (decode.scope.argument(1) & 0xffff_ffff, decode.scope.argument(2) & 0xffff_ffff);
    let reads = phase == Phase::Exit;
    let number = match level {
        SOL_SOCKET => !NOT_NUMBERS.contains(&option) || (reads && option == SO_ERROR),
        SOL_NETLINK => true,
        _ => false,
    };
    match len {
        // IP_LOCAL_PORT_RANGE and IP_PROTOCOL, which have four bytes or are none.
        4 if (level, option) == (SOL_IP, 51) => port_range(bytes),
        4 if (level, option) == (SOL_IP, 52) && reads => {
            let kind = i32::from_le_bytes(*bytes.first_chunk()?);
            let kind = decode.symbol(kind as u64, &IP_PROTOCOLS, I32);
            Some(Value::Pointee(Box::new(kind)))
        }
        1.. if (level, option) == (SOL_IP, 51) || (level, option) == (SOL_IP, 52) && reads => {
            let shown = len.min(decode.scope.depth.strings);
            let whole = bytes.len() == len;
            whole.then(|| Value::Binary { bytes: bytes[..shown].into(), cut: len > shown })
        }
        0 if reads || number => None,
        4.. if number || len == 4 => {
            let value = i32::from_le_bytes(*bytes.first_chunk()?);
            let name = u16::try_from(value).ok().and_then(errno::describe);
            let value = match name {
                Some((name, _)) if reads && (level, option) == (SOL_SOCKET, SO_ERROR) => {
                    Value::Word(decode.name(name))
                }
                _ => Value::Int(value.into()),
            };
            Some(Value::Pointee(Box::new(value)))
        }
        _ if number && reads => {
            (bytes.len() == len).then(|| Value::Binary { bytes: bytes.into(), cut: false })
        }
        _ if number => None,
        _ => decode.buffer(addr, phase, len),
    }
}

/// The lowest and highest port to use, of which each may be left out: `0x20001 /* 1..2 */`.
fn port_range(bytes: &[u8]) -> Option<Value> {
    let bits = u32::from_le_bytes(*bytes.first_chunk()?);
    let (low, high) = (bits & 0xffff, bits >> 16);
    let note = match (low, high) {
        (1.., 0) => format!("{low}.."),
        (0, 1..) => format!("..{high}"),
        (1.., _) if low <= high => format!("{low}..{high}"),
        _ => return Some(Value::Pointee(Box::new(Value::Hex(bits.into())))),
    };
    let range = Value::Commented(Box::new(Value::Hex(bits.into())), Box::new(Value::Text(note)));
    Some(Value::Pointee(Box::new(range)))
}

/// Options of `SOL_SOCKET` that are not an `int`, or not always.
const NOT_NUMBERS: &[u64] = &[
    0, 3, 4, 17, 20, 21, 22, 23, 24, 25, 28, 31, 38, 39, 47, 48, 50, 52, 54, 55, 57, 58, 59, 61, 62, 66, 67,
    71, 72, 77, 78, 79, 80, 81,
];

/// The fields of a structure that code builds one by one.
#[derive(Default)]
pub struct Fields(Vec<(Option<Name>, Value)>);

impl Fields {
    /// Without fields.
    pub fn new() -> Fields {
        Fields::default()
    }
    /// Adds `name=value`.
    pub fn put(&mut self, decode: &mut Decode<'_>, name: &'static str, value: Value) {
        self.0.push((Some(decode.name(name)), value));
    }
    /// Adds a value without a name.
    pub fn bare(&mut self, value: Value) {
        self.0.push((None, value));
    }
    /// The structure, marked as incomplete.
    pub fn cut(self) -> Value {
        Value::Struct { fields: self.0, cut: true }
    }
    /// The structure.
    pub fn value(self) -> Value {
        Value::Struct { fields: self.0, cut: false }
    }
}

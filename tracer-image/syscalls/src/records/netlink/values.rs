//! Attribute values that many tables share.

use crate::{
    decode::Decode,
    names::{netlink::RTNH_F, netlink_diag::SHUTDOWN, network::FAMILIES},
    records::socket::{self, Fields},
    snapshot::Place,
    types::{Custom, Field, Len, Record, Type, U8, U16},
    value::Value,
};
use alloc::{format, string::String, vec::Vec};

/// Bytes without a known meaning.
pub(super) const BYTES: Type = Type::Binary(Len::Rest, 0);
/// Bytes as numbers.
pub(super) const COOKIE: Type = Type::Array(&Type::Int(U8), Len::Rest);

/// Longest address of an interface (`MAX_ADDR_LEN` of linux/netdevice.h).
const MOST_ADDRESS: usize = 32;

/// At most this many bytes of an interface's own address are written.
const MOST_WRITTEN: usize = 7;

/// The hardware address of the interface itself: `00:0c:29:..`.
pub(super) static HARDWARE_ADDRESS: Custom =
    Custom::inside("hardware address", 0, |decode: &mut Decode<'_>, place| {
        let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
        let len = decode.scope.extent;
        let bytes = decode.scope.bytes(phase, addr, len);
        match bytes.len() {
            got if got < len => Value::Addr(addr),
            0..=MOST_ADDRESS => Value::Text(hexadecimal(&bytes[..len.min(MOST_WRITTEN)])),
            _ => decode.rest_in_hex(phase, addr, len),
        }
    });

/// The hardware address of a neighbour, in full.
pub(super) static NEIGHBOUR_ADDRESS: Custom =
    Custom::inside("hardware address, whole", 0, |decode: &mut Decode<'_>, place| {
        let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
        let len = decode.scope.extent;
        let bytes = decode.scope.bytes(phase, addr, len);
        match bytes.len() {
            got if got < len => Value::Addr(addr),
            1.. => Value::Text(hexadecimal(bytes)),
            _ => decode.rest_in_hex(phase, addr, len),
        }
    });

/// As [`HARDWARE_ADDRESS`], in an array of the maximum length.
pub(super) static HARDWARE_ADDRESS_FIXED: Custom =
    Custom::inside("hardware address, fixed", MOST_ADDRESS, |decode: &mut Decode<'_>, place| {
        hardware_address(decode, place, MOST_ADDRESS)
    });

/// A hardware address of `len` bytes.
pub fn hardware_address(decode: &Decode<'_>, place: Place, len: usize) -> Value {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    match decode.scope.bytes(phase, addr, len) {
        bytes if bytes.len() == len => Value::Text(hexadecimal(bytes)),
        _ => Value::Addr(addr),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let parts: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    parts.join(":")
}

/// A host's address, in the family of the message's header.
pub(super) static FAMILY_HOST: Custom =
    Custom::inside("in_addr or in6_addr", 0, |decode: &mut Decode<'_>, place| {
        rest_as_host(decode, u16::from(decode.scope.family), place)
    });

/// The rest of the attribute, as a host's address.
fn rest_as_host(decode: &mut Decode<'_>, family: u16, place: Place) -> Value {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    host(decode, family, phase, addr, decode.scope.extent)
}

const AF_INET: u16 = 2;
const AF_INET6: u16 = 10;

/// A host's address, in as many bytes as there are.
pub(super) fn host(
    decode: &mut Decode<'_>,
    family: u16,
    phase: crate::snapshot::Phase,
    addr: u64,
    len: usize,
) -> Value {
    let needed = match family {
        AF_INET => 4,
        AF_INET6 => 16,
        _ => usize::MAX,
    };
    if len < needed {
        return decode.rest_in_hex(phase, addr, len);
    }
    let bytes = decode.scope.bytes(phase, addr, needed);
    if let Some(host) = bytes.first_chunk::<16>().filter(|_| family == AF_INET6) {
        return socket::host6(decode, *host);
    }
    match bytes.first_chunk::<4>() {
        Some(host) if family == AF_INET => socket::inet_addr(decode, u32::from_be_bytes(*host)),
        _ => Value::Addr(addr),
    }
}

/// `struct rtvia`: a gateway of another family.
pub(super) static VIA: Custom = Custom::inside("rtvia", 0, |decode: &mut Decode<'_>, place| {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    let len = decode.scope.extent;
    if len < 2 {
        return decode.rest_in_hex(phase, addr, len);
    }
    let Some(family) = decode.scope.load(place, U16) else { return Value::Addr(addr) };
    let mut fields = Fields::new();
    let value = decode.symbol(family, &FAMILIES, U16);
    fields.put(decode, "rtvia_family", value);
    if len > 2 {
        let at = addr.wrapping_add(2);
        match decode.scope.bytes(phase, at, 16).first_chunk() {
            Some(host) if family == u64::from(AF_INET6) && len - 2 >= 16 => {
                let value = socket::inet_pton(decode, *host, "rtvia_addr");
                fields.bare(value);
            }
            _ => {
                let value = host(decode, family as u16, phase, at, len - 2);
                fields.put(decode, "rtvia_addr", value);
            }
        }
    }
    fields.value()
});

/// `struct rtnexthop`, one after another, each with the attributes of a route.
pub(super) static MULTIPATH: Custom = Custom::inside("rtnexthop", 0, |decode: &mut Decode<'_>, place| {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    decode.next_hops(phase, addr, decode.scope.extent)
});

/// `struct rtnexthop`
pub static NEXT_HOP: Record = Record {
    name: "rtnexthop",
    fields: &[
        Field::new("rtnh_len", Type::Int(U16)),
        Field::new("rtnh_flags", Type::Flags(U8, &RTNH_F)),
        Field::new("rtnh_hops", Type::Int(U8)),
        Field::new("rtnh_ifindex", Type::Interface),
    ],
};

/// A number of ticks of 1/100 s (`USER_HZ`).
pub(super) static TICKS: Custom =
    Custom::inside("clock_t", 0, |decode: &mut Decode<'_>, place| duration(decode, place, 2));

/// A number of milliseconds.
pub(super) static MILLISECONDS: Custom =
    Custom::inside("milliseconds", 0, |decode: &mut Decode<'_>, place| duration(decode, place, 3));

/// A number in as many bytes as there are, with its seconds as a comment.
fn duration(decode: &mut Decode<'_>, place: Place, digits: u32) -> Value {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    let len = decode.scope.extent;
    if len > 8 {
        return decode.rest_in_hex(phase, addr, len);
    }
    let bytes = decode.scope.bytes(phase, addr, len);
    if bytes.len() < len {
        return Value::Addr(addr);
    }
    let mut whole = [0; 8];
    whole[..len].copy_from_slice(bytes);
    let number = u64::from_le_bytes(whole);
    if number == 0 {
        return Value::Unsigned(0);
    }
    let unit = 10u64.pow(digits);
    let note = format!("{}.{:0width$} s", number / unit, number % unit, width = digits as usize);
    Value::Noted(Value::Unsigned(number).into(), note)
}

/// A host's IPv4 address.
pub(super) static HOST4: Custom = Custom::inside("in_addr, alone", 0, |decode: &mut Decode<'_>, place| {
    rest_as_host(decode, AF_INET, place)
});

/// As [`HOST4`], for IPv6.
pub(super) static HOST6: Custom = Custom::inside("in6_addr, alone", 0, |decode: &mut Decode<'_>, place| {
    rest_as_host(decode, AF_INET6, place)
});

/// The six bytes of an Ethernet address.
pub static MAC: Custom = Custom::inside("Ethernet address", 6, |decode: &mut Decode<'_>, place| {
    hardware_address(decode, place, 6)
});

/// An address in `struct inet_diag_sockid`, in the family of the message's header.
fn socket_host(decode: &mut Decode<'_>, place: Place, name: &'static str) -> Value {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    let bytes = decode.scope.bytes(phase, addr, 16);
    let Some(host) = bytes.first_chunk::<16>() else { return Value::Addr(addr) };
    if u16::from(decode.scope.family) == AF_INET6 {
        return socket::inet_pton(decode, *host, name);
    }
    let host = socket::inet_addr(decode, u32::from_be_bytes([host[0], host[1], host[2], host[3]]));
    Value::Field(decode.name(name), host.into())
}

/// The local address of a socket.
pub(super) static SOURCE: Custom =
    Custom::inside("idiag_src", 16, |decode: &mut Decode<'_>, place| socket_host(decode, place, "idiag_src"));

/// The remote address of a socket.
pub(super) static DESTINATION: Custom =
    Custom::inside("idiag_dst", 16, |decode: &mut Decode<'_>, place| socket_host(decode, place, "idiag_dst"));

/// Which directions of a socket are shut down: a number, with its meaning as a comment.
pub(super) static SHUT_DOWN: Custom =
    Custom::inside("shutdown, as a number", 0, |decode: &mut Decode<'_>, place| {
        let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
        let len = decode.scope.extent;
        if len > 8 {
            return decode.rest_in_hex(phase, addr, len);
        }
        match decode.scope.load(place, U8) {
            None => Value::Addr(addr),
            Some(0) => Value::Hex(0),
            Some(bits) => {
                let names = decode.flags(bits, &SHUTDOWN);
                Value::Commented(Value::Hex(bits).into(), names.into())
            }
        }
    });

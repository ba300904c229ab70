//! `ioctl` structures about network interfaces (netdevice(7)): hardware addresses, and the list of interfaces.

use crate::{
    decode::Decode,
    gather::{Gather, Scope},
    names::network::HARDWARE_TYPES,
    records::{
        devices::{INTERFACE_ADDR, told},
        netlink::hardware_address,
        socket::Fields,
    },
    snapshot::{Phase, Place},
    types::{Custom, Field, I32, I64, RESULT, Record, Type::*, U8, U16, Ulong, When},
    value::Value,
};
use alloc::{boxed::Box, format, vec::Vec};

/// `struct ifreq` with an interface's hardware address.
pub static INTERFACE_HARDWARE: Record = Record {
    name: "ifreq, ifr_hwaddr",
    fields: &[Field::new("ifr_name", Chars(16)), Field::new("ifr_hwaddr", Struct(&HARDWARE))],
};

/// `struct ifreq` that asks for the hardware address. The union after the name is larger.
pub static INTERFACE_HARDWARE_ASKED: Record = Record {
    name: "ifreq, ifr_hwaddr asked for",
    fields: &[
        Field::new("ifr_name", Chars(16)),
        Field::new("ifr_hwaddr", told!(Struct(&HARDWARE))),
        Field::padding(PerAbi(&[Int(I64), Absent, Int(I64), Absent])),
    ],
};

/// `struct sockaddr` with a hardware address, whose length follows from the hardware type.
static HARDWARE: Record = Record {
    name: "sockaddr, hardware",
    fields: &[
        Field::new("sa_family", Symbol(U16, &HARDWARE_TYPES)),
        Field::new("sa_data", Custom(&HARDWARE_ADDRESS)),
    ],
};

/// The valid part of `sa_data` for the hardware type before it; all of it if the type is unknown.
static HARDWARE_ADDRESS: Custom =
    Custom::inside("hardware address of a sockaddr", 14, |decode: &mut Decode<'_>, place| {
        let len = match decode.scope.sibling(0) {
            // Types without an address: SLIP, X.25, CAN, PPP, raw HDLC, raw IP, IP over DDP, multicast registers, CAIF,
            // netlink, and VSOCK's monitor.
            256 | 271 | 280 | 512 | 518 | 519 | 777 | 779 | 822 | 824 | 826 => 0,
            // ARCnet, LocalTalk, MCTP, Phonet.
            7 | 290 | 773 | 820 | 821 => 1,
            // Frame relay.
            15 => 2,
            // Tunnels, infrared.
            768 | 776 | 778 | 783 => 4,
            // Rose.
            270 => 5,
            // Ethernet and similar, loopback, FDDI, HIPPI, radio.
            1 | 6 | 772 | 774 | 780 | 801..=803 => 6,
            // Amateur radio.
            0 | 3 => 7,
            // EUI-64 and similar.
            27 | 804 | 805 | 825 => 8,
            _ => 14,
        };
        hardware_address(decode, place, len)
    });

/// `struct ifreq` with the device mapping of an interface.
pub static INTERFACE_MAP: Record = Record {
    name: "ifreq, ifr_map",
    fields: &[Field::new("ifr_name", Chars(16)), Field::new("ifr_map", told!(Struct(&DEVICE_MAP)))],
};

/// `struct ifreq` that sets the device mapping of an interface.
pub static INTERFACE_MAP_SET: Record = Record {
    name: "ifreq, ifr_map set",
    fields: &[Field::new("ifr_name", Chars(16)), Field::new("ifr_map", Struct(&DEVICE_MAP))],
};

/// `struct ifmap`
static DEVICE_MAP: Record = Record {
    name: "ifmap",
    fields: &[
        Field::new("mem_start", Hex(Ulong)),
        Field::new("mem_end", Hex(Ulong)),
        Field::new("base_addr", Hex(U16)),
        Field::new("irq", Hex(U8)),
        Field::new("dma", Hex(U8)),
        Field::new("port", Hex(U8)),
        Field::padding(Chars(3)),
    ],
};

/// `struct ifconf`: a buffer that the kernel fills with the interfaces that have an address.
pub static INTERFACES: Custom = Custom {
    name: "ifconf",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        let addr = gather.scope.pointer(place).unwrap_or(0);
        gather.want(addr, 2 * gather.scope.abi().word());
        if gather.scope.phase == Phase::Exit
            && gather.scope.snapshot.success().is_some()
            && let (Some(length), Some(buffer)) = list(&gather.scope, Phase::Exit, addr)
        {
            let most = (gather.scope.most_elements() + 1) * size(&gather.scope);
            gather.want(buffer, usize::try_from(length).unwrap_or(0).min(most));
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let addr = decode.scope.pointer(place).unwrap_or(0);
        let (Some(before), _) = list(&decode.scope, Phase::Entry, addr) else { return Value::Addr(addr) };
        let done = decode.scope.snapshot.success().is_some();
        let phase = if done { Phase::Exit } else { Phase::Entry };
        let (Some(length), Some(buffer)) = list(&decode.scope, phase, addr) else { return Value::Addr(addr) };
        let mut fields = Fields::new();
        let value = match buffer != 0 && before != length {
            true => Value::Changed(
                Box::new(counted(&decode.scope, before)),
                Box::new(counted(&decode.scope, length)),
            ),
            false => counted(&decode.scope, length),
        };
        fields.put(decode, "ifc_len", value);
        let value = match done && buffer != 0 {
            true => interfaces(decode, buffer, usize::try_from(length).unwrap_or(0)),
            false => Value::Addr(buffer),
        };
        fields.put(decode, "ifc_buf", value);
        fields.value()
    },
};

/// Length and address of the buffer.
fn list(scope: &Scope<'_>, phase: Phase, addr: u64) -> (Option<i32>, Option<u64>) {
    let length = scope.load(Place::Memory { addr, phase }, I32).map(|length| length as i32);
    let addr = addr.wrapping_add(scope.abi().word() as u64);
    (length, scope.load(Place::Memory { addr, phase }, Ulong))
}

/// `struct ifreq`, whose largest member is a `struct ifmap`, of two longs and eight bytes.
fn size(scope: &Scope<'_>) -> usize {
    16 + 2 * scope.abi().word() + 8
}

/// A length, with the number of interfaces that fit, if that is an integer.
fn counted(scope: &Scope<'_>, length: i32) -> Value {
    let (number, size) = (Value::Int(length.into()), size(scope) as i32);
    match length > 0 && length % size == 0 {
        true => Value::Noted(Box::new(number), format!("{} * sizeof(struct ifreq)", length / size)),
        false => number,
    }
}

fn interfaces(decode: &mut Decode<'_>, buffer: u64, length: usize) -> Value {
    let size = size(&decode.scope);
    let (mut items, mut cut) = (Vec::new(), false);
    for index in 0..length / size {
        let addr = buffer.wrapping_add((index * size) as u64);
        if decode.scope.bytes(Phase::Exit, addr, size).len() < size {
            if items.is_empty() {
                return Value::Addr(buffer);
            }
            items.push(decode.unreadable(addr));
            break;
        }
        if items.len() >= decode.scope.most_elements() {
            cut = true;
            break;
        }
        let place = Place::Memory { addr, phase: Phase::Exit };
        let item = decode.record(&INTERFACE_ADDR, place).unwrap_or(Value::Addr(addr));
        items.push(item);
    }
    Value::Array { items, cut }
}

//! `struct msghdr` with its buffers and control messages (`linux/socket.h`), and arrays of it.

use crate::{
    abi::Abi,
    decode::Decode,
    gather::{Gather, Scope},
    names::network::{CONTROL_LEVELS, IP_CONTROL, IP_CONTROL_PROTOCOLS, MESSAGE_FLAGS, SOCKET_CONTROL},
    records::{
        iovec::{Stops, buffers, gather_buffers},
        poll::{gather_left, left},
        socket::{self, Fields, MOST_ADDRESS},
        time::{TIMESPEC, TIMESPEC64, TIMEVAL, TIMEVAL64},
    },
    snapshot::{Phase, Place},
    types::{Custom, I32, Size, Type, U32, When},
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

/// A message to be sent.
pub static SENT: Custom = Custom {
    name: "msghdr, sent",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| {
        if let Some(addr) = gather.scope.pointer(place) {
            gather_header(gather, SENDING, addr, Some(u64::MAX), MOST_BUFFERS);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let addr = decode.scope.pointer(place).unwrap_or(0);
        header(decode, SENDING, addr, Some(u64::MAX), MOST_BUFFERS).unwrap_or(Value::Addr(addr))
    },
};

/// A received message, with as many bytes as the call returned.
pub static RECEIVED: Custom = Custom {
    name: "msghdr, received",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        if let Some(addr) = gather.scope.pointer(place) {
            gather_header(gather, RECEIVING, addr, gather.scope.snapshot.success(), MOST_BUFFERS);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let addr = decode.scope.pointer(place).unwrap_or(0);
        let value = match decode.scope.snapshot.success() {
            Some(len) => header(decode, RECEIVING, addr, Some(len), MOST_BUFFERS),
            // Nothing was filled: only the room for a name has a meaning.
            None => name_length(&decode.scope, Phase::Entry, addr).map(|len| {
                let mut fields = Fields::new();
                fields.put(decode, "msg_namelen", Value::Int(len.into()));
                fields.value()
            }),
        };
        value.unwrap_or(Value::Addr(addr))
    },
};

/// An array of messages to be sent: argument 2 says how many, the result how many were sent.
pub static SENT_MANY: Custom = Custom {
    name: "mmsghdr, sent",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        let (addr, size) = (gather.scope.pointer(place).unwrap_or(0), size_of_many(gather.scope.abi()));
        let count = count(&gather.scope, gather.scope.argument(2));
        if count == 0 && gather.scope.phase == SENDING.array {
            // With `-s 0`, none of them is written, but it is shown whether there is one.
            gather.want(addr, size);
        }
        for index in 0..count {
            let at = addr.wrapping_add((index * size) as u64);
            gather_header(gather, SENDING, at, Some(u64::MAX), MOST_BUFFERS / count);
            if gather.scope.phase == Phase::Exit && gather.scope.snapshot.success().is_some() {
                gather.want(at.wrapping_add(size_of_one(gather.scope.abi()) as u64), 4);
            }
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let vlen = decode.scope.argument(2) & 0xffff_ffff;
        let done = decode.scope.snapshot.success().unwrap_or(0);
        many(decode, SENDING, place, vlen, done)
    },
};

/// An array of received messages; the result says how many.
pub static RECEIVED_MANY: Custom = Custom {
    name: "mmsghdr, received",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        let (addr, size) = (gather.scope.pointer(place).unwrap_or(0), size_of_many(gather.scope.abi()));
        let entry = gather.scope.phase == Phase::Entry;
        let asked =
            if entry { gather.scope.argument(2) } else { gather.scope.snapshot.success().unwrap_or(0) };
        let count = count(&gather.scope, asked);
        if count == 0 && asked > 0 && !entry {
            gather.want(addr, size);
        }
        for index in 0..count {
            let at = addr.wrapping_add((index * size) as u64);
            let len = message_length(&gather.scope, Phase::Exit, at);
            gather_header(gather, RECEIVING, at, len.map(u64::from), MOST_BUFFERS / count);
            if !entry {
                gather.want(at.wrapping_add(size_of_one(gather.scope.abi()) as u64), 4);
            }
        }
    },
    decode: |decode: &mut Decode<'_>, place| match decode.scope.snapshot.success() {
        Some(done) => many(decode, RECEIVING, place, done, done),
        None => Value::Addr(decode.scope.pointer(place).unwrap_or(0)),
    },
};

/// The note after the result of `recvmmsg`: the remaining timeout, or that it expired.
pub static RECEIVED_NOTE: Custom = Custom {
    name: "recvmmsg's result",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, _| gather_left(gather, 4),
    decode: |decode: &mut Decode<'_>, _| match decode.scope.snapshot.success() {
        Some(0) => Value::Word(decode.name("Timeout")),
        _ => left(decode, 4).unwrap_or_else(|| Value::List(Vec::new())),
    },
};

const SENDING: Stops = Stops { array: Phase::Entry, bytes: Phase::Entry, socket: true };
const RECEIVING: Stops = Stops { array: Phase::Exit, bytes: Phase::Exit, socket: true };

/// At most this many messages of an array are read, and at most this many buffers in all of them: a bound for memory that
/// points to itself.
const MOST_MESSAGES: usize = 128;
const MOST_BUFFERS: usize = 1024;

/// At most this many bytes of control messages are read.
const MOST_CONTROL: u64 = 4096;

fn size_of_one(abi: Abi) -> usize {
    7 * abi.pointer()
}

/// `struct mmsghdr`: a header and the length of the message.
fn size_of_many(abi: Abi) -> usize {
    8 * abi.pointer()
}

fn count(scope: &Scope<'_>, asked: u64) -> usize {
    usize::try_from(asked & 0xffff_ffff).unwrap_or(usize::MAX).min(scope.most_elements()).min(MOST_MESSAGES)
}

/// A word of the header, by index. The two `int`s take a word each, including padding.
fn word(scope: &Scope<'_>, phase: Phase, addr: u64, index: u64) -> Option<u64> {
    let addr = addr.wrapping_add(index * scope.abi().pointer() as u64);
    scope.load(Place::Memory { addr, phase }, Size)
}

fn name_length(scope: &Scope<'_>, phase: Phase, addr: u64) -> Option<i32> {
    let addr = addr.wrapping_add(scope.abi().pointer() as u64);
    scope.load(Place::Memory { addr, phase }, I32).map(|len| len as i32)
}

fn message_length(scope: &Scope<'_>, phase: Phase, addr: u64) -> Option<u32> {
    let addr = addr.wrapping_add(size_of_one(scope.abi()) as u64);
    scope.load(Place::Memory { addr, phase }, U32).map(|len| len as u32)
}

fn gather_header(gather: &mut Gather<'_>, stops: Stops, addr: u64, total: Option<u64>, most: usize) {
    let scope = gather.scope;
    if addr == 0 {
        return;
    }
    // The room for a name is needed from the entry, too.
    if scope.phase == stops.array || scope.phase == Phase::Entry {
        gather.want(addr, size_of_one(scope.abi()));
    }
    let failed = scope.phase == Phase::Exit && scope.snapshot.success().is_none();
    if scope.phase != stops.array || failed {
        return;
    }
    let word = |index| word(&scope, stops.array, addr, index);
    let (Some(name), Some(iov), Some(iovlen)) = (word(0), word(2), word(3)) else { return };
    let name_length = name_length(&scope, stops.array, addr).unwrap_or(0);
    let name_length = usize::try_from(name_length).unwrap_or(0).min(MOST_ADDRESS);
    gather.want(name, name_length);
    socket::gather_address(gather, stops.array, name, name_length);
    gather_buffers(gather, stops, iov, usize::try_from(iovlen).unwrap_or(usize::MAX).min(most), total);
    if let (Some(control), Some(len)) = (word(4), word(5)) {
        gather.want(control, len.min(MOST_CONTROL) as usize);
        gather_descriptors(gather, stops.array, control, len);
        gather.ask_for(|decode| {
            controls(decode, stops.array, control, len);
        });
    }
}

/// Asks for what the descriptors in `SCM_RIGHTS` messages are open on.
fn gather_descriptors(gather: &mut Gather<'_>, phase: Phase, addr: u64, len: u64) {
    let scope = gather.scope;
    let word = scope.abi().pointer();
    let bytes = scope.bytes(phase, addr, len.min(MOST_CONTROL) as usize);
    let mut at = 0;
    while let Some(header) = bytes.get(at..at + word + 8).filter(|_| scope.depth.paths) {
        let mut length = [0; 8];
        length[..word].copy_from_slice(&header[..word]);
        let end = usize::try_from(u64::from_le_bytes(length)).unwrap_or(usize::MAX).min(bytes.len() - at);
        if end < header.len() {
            break;
        }
        // SOL_SOCKET, SCM_RIGHTS and SCM_PIDFD
        let descriptors = match header[word..] {
            [1, 0, 0, 0, 1, 0, 0, 0] => usize::MAX,
            [1, 0, 0, 0, 4, 0, 0, 0] => 1,
            _ => 0,
        };
        for fd in bytes[at + header.len()..at + end].as_chunks::<4>().0.iter().take(descriptors) {
            gather.descriptor(i32::from_le_bytes(*fd));
        }
        at += end.next_multiple_of(word);
    }
}

fn header(
    decode: &mut Decode<'_>,
    stops: Stops,
    addr: u64,
    total: Option<u64>,
    most: usize,
) -> Option<Value> {
    let scope = decode.scope;
    let word = |index| word(&scope, stops.array, addr, index);
    let (name, iov, iovlen, control, controllen) = (word(0)?, word(2)?, word(3)?, word(4)?, word(5)?);
    let flags = word(6)? & 0xffff_ffff;
    let length = name_length(&scope, stops.array, addr)?;
    let before = name_length(&scope, Phase::Entry, addr).unwrap_or(length);
    let mut fields = Fields::new();
    let taken = usize::try_from(length.min(before)).unwrap_or(0);
    let value = socket::address(decode, stops.array, name, taken).filter(|_| name != 0);
    fields.put(decode, "msg_name", value.unwrap_or(Value::Addr(name)));
    let value = match before == length {
        true => Value::Int(length.into()),
        false => Value::Changed(Box::new(Value::Int(before.into())), Box::new(Value::Int(length.into()))),
    };
    fields.put(decode, "msg_namelen", value);
    let count = usize::try_from(iovlen).unwrap_or(usize::MAX);
    let mut value = buffers(decode, stops, iov, count.min(most), total);
    if let Value::Array { cut, .. } = &mut value {
        *cut |= count > most;
    }
    fields.put(decode, "msg_iov", value);
    fields.put(decode, "msg_iovlen", Value::Unsigned(iovlen));
    if controllen != 0 {
        let value = controls(decode, stops.array, control, controllen).unwrap_or(Value::Addr(control));
        fields.put(decode, "msg_control", value);
    }
    fields.put(decode, "msg_controllen", Value::Unsigned(controllen));
    let flags = decode.flags(flags, &MESSAGE_FLAGS);
    fields.put(decode, "msg_flags", flags);
    Some(fields.value())
}

fn many(decode: &mut Decode<'_>, stops: Stops, place: Place, vlen: u64, done: u64) -> Value {
    let addr = decode.scope.pointer(place).unwrap_or(0);
    let size = size_of_many(decode.scope.abi());
    let most = count(&decode.scope, vlen);
    let mut items = Vec::new();
    if addr == 0 || most == 0 && vlen > 0 && word(&decode.scope, stops.array, addr, 0).is_none() {
        return Value::Addr(addr);
    }
    if !decode.scope.is_within_space(addr, vlen, size) {
        return Value::Addr(addr);
    }
    for index in 0..most {
        let at = addr.wrapping_add((index * size) as u64);
        let sent = (index as u64) < done;
        let length = message_length(&decode.scope, Phase::Exit, at).filter(|_| sent);
        let total = match stops.bytes {
            Phase::Entry => Some(u64::MAX),
            Phase::Exit => length.map(u64::from),
        };
        let Some(header) = header(decode, stops, at, total, MOST_BUFFERS / most) else {
            if index == 0 {
                return Value::Addr(addr);
            }
            items.push(decode.unreadable(at));
            return Value::Array { items, cut: false };
        };
        let mut fields = Fields::new();
        fields.put(decode, "msg_hdr", header);
        if let Some(length) = length {
            fields.put(decode, "msg_len", Value::Unsigned(length.into()));
        }
        items.push(fields.value());
    }
    Value::Array { items, cut: vlen > most as u64 }
}

/// The control messages, each padded to the ABI's word (cmsg(3)); `None` if there is not even one header.
fn controls(decode: &mut Decode<'_>, phase: Phase, addr: u64, len: u64) -> Option<Value> {
    let word = decode.scope.abi().pointer();
    let size = word + 8;
    let wanted = len.min(MOST_CONTROL) as usize;
    let bytes = decode.scope.bytes(phase, addr, wanted);
    // The kernel takes all of them or none.
    if bytes.len() < wanted {
        return None;
    }
    let mut items = Vec::new();
    let mut at = 0;
    while bytes.len() - at >= size {
        let header = Place::Memory { addr: addr.wrapping_add(at as u64), phase };
        let length = decode.scope.load(header, Size)?;
        let int = |offset: usize| {
            let addr = addr.wrapping_add((at + offset) as u64);
            decode.scope.load(Place::Memory { addr, phase }, U32)
        };
        let (level, kind) = (int(word)?, int(word + 4)?);
        let end = usize::try_from(length).unwrap_or(usize::MAX).min(bytes.len() - at);
        let mut fields = Fields::new();
        fields.put(decode, "cmsg_len", Value::Unsigned(length));
        let value = decode.symbol(level, &CONTROL_LEVELS, U32);
        fields.put(decode, "cmsg_level", value);
        let value = match level {
            SOL_IP => decode.symbol(kind, &IP_CONTROL, U32),
            SOL_SOCKET => decode.symbol(kind, &SOCKET_CONTROL, U32),
            _ => Value::Hex(kind),
        };
        fields.put(decode, "cmsg_type", value);
        if let Some(data) = bytes.get(at + size..at + end).filter(|data| !data.is_empty()) {
            let place = Place::Memory { addr: addr.wrapping_add((at + size) as u64), phase };
            let value = control_data(decode, level, kind, data, place);
            fields.put(decode, "cmsg_data", value);
        }
        items.push(fields.value());
        if end < size {
            // Too short to contain the start of the next one.
            if at + size < bytes.len() {
                items.push(decode.unreadable(addr.wrapping_add((at + size) as u64)));
            }
            break;
        }
        at = at.saturating_add(end.next_multiple_of(word)).min(bytes.len());
        // Less than a header follows.
        if (1..size).contains(&(bytes.len() - at)) {
            items.push(decode.unreadable(addr.wrapping_add(at as u64)));
        }
    }
    (!items.is_empty()).then_some(Value::Array { items, cut: false })
}

const SOL_IP: u64 = 0;
const SOL_SOCKET: u64 = 1;

fn control_data(decode: &mut Decode<'_>, level: u64, kind: u64, data: &[u8], place: Place) -> Value {
    let numbers = data.as_chunks::<4>().0.iter().map(|number| i32::from_le_bytes(*number));
    let word = decode.scope.abi().pointer();
    let time = |decode: &mut Decode<'_>, record| match data.len() >= 2 * word {
        true => decode.record(record, place),
        false => None,
    };
    match (level, kind) {
        // SCM_RIGHTS
        (SOL_SOCKET, 1) if data.len() >= 4 => {
            let most = decode.scope.most_elements();
            let items = numbers.take(most).map(|fd| decode.fd(fd, false)).collect();
            Value::Array { items, cut: data.len() / 4 > most }
        }
        // SCM_CREDENTIALS
        (SOL_SOCKET, 2) if data.len() >= 12 => {
            decode.record(&socket::CREDENTIALS, place).unwrap_or_else(|| binary(data))
        }
        // SCM_SECURITY
        (SOL_SOCKET, 3) => Value::bytes(data),
        // SCM_PIDFD
        (SOL_SOCKET, 4) if data.len() >= 4 => {
            let fd = numbers.into_iter().next().unwrap_or(-1);
            decode.fd(fd, false)
        }
        // SO_TIMESTAMP_OLD, SO_TIMESTAMPNS_OLD: with the ABI's word size.
        (SOL_SOCKET, 29) => time(decode, &TIMEVAL).unwrap_or(Value::Word(decode.name("???"))),
        (SOL_SOCKET, 35) => time(decode, &TIMESPEC).unwrap_or(Value::Word(decode.name("???"))),
        // SO_TIMESTAMPING_OLD: software, deprecated, hardware.
        (SOL_SOCKET, 37) if data.len() >= 6 * word => all_three(decode, &TIMESTAMPING, place),
        (SOL_SOCKET, 37) => Value::Word(decode.name("???")),
        // SO_TIMESTAMP_NEW, SO_TIMESTAMPNS_NEW, SO_TIMESTAMPING_NEW: the same on every ABI.
        (SOL_SOCKET, 63) if data.len() >= 16 => decode.value(&TIMESTAMP_NEW, place),
        (SOL_SOCKET, 64) if data.len() >= 16 => decode.value(&TIMESTAMPNS_NEW, place),
        (SOL_SOCKET, 65) if data.len() >= 48 => all_three(decode, &TIMESTAMPING_NEW, place),
        (SOL_SOCKET, 63..=65) => Value::Word(decode.name("???")),
        // SCM_SECURITY
        (SOL_IP, 3) => Value::bytes(data),
        // IP_TOS, IP_RECVOPTS, IP_RETOPTS
        (SOL_IP, 1 | 6 | 7) => {
            let items = data.iter().take(decode.scope.most_elements()).map(|byte| Value::Hex((*byte).into()));
            Value::Array { items: items.collect(), cut: data.len() > decode.scope.most_elements() }
        }
        // IP_TTL, IP_CHECKSUM
        (SOL_IP, 2 | 23) if data.len() >= 4 => {
            let most = decode.scope.most_elements();
            let items = numbers.take(most).map(|number| Value::Unsigned((number as u32).into())).collect();
            Value::Array { items, cut: data.len() / 4 > most }
        }
        // IP_PROTOCOL
        (SOL_IP, 52) if data.len() >= 4 => {
            let kind = numbers.into_iter().next().unwrap_or(-1);
            Value::Pointee(Box::new(decode.symbol(kind as u64, &IP_CONTROL_PROTOCOLS, U32)))
        }
        // IP_PKTINFO
        (SOL_IP, 8) if data.len() >= 12 => {
            let net = |at: usize| u32::from_be_bytes([data[at], data[at + 1], data[at + 2], data[at + 3]]);
            let mut fields = Fields::new();
            let index = u32::from_le_bytes([data[0], data[1], data[2], data[3]]);
            let interface = decode.interface(index);
            fields.put(decode, "ipi_ifindex", interface);
            let host = socket::inet_addr(decode, net(4));
            fields.put(decode, "ipi_spec_dst", host);
            let host = socket::inet_addr(decode, net(8));
            fields.put(decode, "ipi_addr", host);
            fields.value()
        }
        // IP_ORIGDSTADDR
        (SOL_IP, 20) if data.len() >= 16 => socket::address_of(decode, data).unwrap_or_else(|| binary(data)),
        // IP_RECVERR: struct sock_extended_err and the sender's address.
        (SOL_IP, 11) if data.len() >= 32 => {
            let int = |at: usize| {
                Value::Unsigned(
                    u32::from_le_bytes([data[at], data[at + 1], data[at + 2], data[at + 3]]).into(),
                )
            };
            let mut fields = Fields::new();
            fields.put(decode, "ee_errno", int(0));
            for (index, name) in ["ee_origin", "ee_type", "ee_code"].into_iter().enumerate() {
                fields.put(decode, name, Value::Unsigned(data[4 + index].into()));
            }
            fields.put(decode, "ee_info", int(8));
            fields.put(decode, "ee_data", int(12));
            if let Some(offender) = socket::address_of(decode, &data[16..32]) {
                fields.put(decode, "offender", offender);
            }
            fields.value()
        }
        _ => binary(data),
    }
}

/// Three timestamps are one thing, however little of an array is written.
fn all_three(decode: &mut Decode<'_>, times: &'static Type, place: Place) -> Value {
    let outer = decode.scope;
    decode.scope.depth.strings = outer.depth.strings.max(3);
    let value = decode.value(times, place);
    decode.scope = outer;
    value
}

static TIMESTAMP_NEW: Type = Type::Struct(&TIMEVAL64);
static TIMESTAMPNS_NEW: Type = Type::Struct(&TIMESPEC64);
static TIMESTAMPING_NEW: Type = Type::Array(&Type::Struct(&TIMESPEC64), crate::types::Len::Fixed(3));
static TIMESTAMPING: Type = Type::Array(&Type::Struct(&TIMESPEC), crate::types::Len::Fixed(3));

fn binary(data: &[u8]) -> Value {
    Value::Binary { bytes: data.into(), cut: false }
}

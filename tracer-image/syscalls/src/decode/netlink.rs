//! Netlink messages (netlink(7)): headers, the protocol's data after them, and attributes.
//!
//! Their contents are data (`records/netlink`); only their sequence is code here.

use super::Decode;
use crate::{
    layout,
    names::{errno, netlink::*},
    records::{
        netlink::{
            Contents, ERROR_ATTRIBUTES, Kinds, MULTIPATH_HOP, OTHER_FAMILY, Protocol, ROUTE_ATTRIBUTES, Rest,
            UDEV, protocol,
        },
        socket::Fields,
    },
    snapshot::{Answer, Phase, Place, Question},
    types::{Attributes, Field, Flags, Len, Record, Shown, Symbols, Type, Width},
    value::Value,
};
use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

/// `struct nlmsghdr`
pub const HEADER: usize = 16;
/// `struct nlattr`
const ATTRIBUTE: usize = 4;
/// At most this many bytes of messages are read: as much as iproute2 receives at once.
pub const MOST: usize = 64 << 10;
/// How deep attributes, and messages in messages, are decoded: a tracee could nest them without end.
const DEEPEST: u8 = 16;
/// The alignment of messages and attributes (`NLMSG_ALIGNTO`, `NLA_ALIGNTO`).
const ALIGNMENT: usize = 4;

/// Control messages, which every protocol has, are below this (`NLMSG_MIN_TYPE`).
const FIRST_OF_PROTOCOL: u16 = 0x10;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NLM_F_REQUEST: u16 = 1;
const NLM_F_CAPPED: u16 = 0x100;
const NETLINK_KOBJECT_UEVENT: u8 = 15;

/// The prefix of udev's messages to its listeners.
const UDEV_PREFIX: &[u8] = b"libudev\0";

/// Whether bytes may be netlink messages, so that it is worth asking for the type of their socket. A message begins with
/// its length, and the highest byte of that is zero for any message that fits into a socket's buffer. Text has a letter
/// there, and of all text only udev's has a header.
pub fn may_begin(bytes: &[u8], count: usize) -> bool {
    count > 0
        && !bytes.is_empty()
        && (bytes.get(3).is_none_or(|high| *high == 0) || bytes.starts_with(UDEV_PREFIX))
}

/// Where a message is.
#[derive(Clone, Copy)]
struct At {
    phase: Phase,
    addr: u64,
    /// How many bytes there are from there.
    len: usize,
}

impl At {
    fn behind(self, skip: usize) -> At {
        let skip = skip.min(self.len);
        At { addr: self.addr.wrapping_add(skip as u64), len: self.len - skip, ..self }
    }
    fn first(self, len: usize) -> At {
        At { len: len.min(self.len), ..self }
    }
    fn place(self) -> Place {
        Place::Memory { addr: self.addr, phase: self.phase }
    }
}

impl Decode<'_> {
    /// Bytes that pass through the socket in the first argument; `None` if they are not readable.
    pub fn packet(&mut self, addr: u64, phase: Phase, count: usize) -> Option<Value> {
        let question = Question::Netlink(self.scope.argument(0) as i32);
        // A dump of whole buffers needs their bytes.
        let plain =
            self.scope.depth.dump && self.scope.depth.strings >= crate::snapshot::Snapshot::MOST_BYTES;
        match self.scope.snapshot.answer(question) {
            Some(Answer::Protocol(Some(NETLINK_KOBJECT_UEVENT))) if !plain => {
                self.event(At { phase, addr, len: count })
            }
            Some(Answer::Protocol(number)) if !plain && count > 0 => {
                self.messages(number.and_then(protocol), At { phase, addr, len: count })
            }
            _ => self.buffer(addr, phase, count),
        }
    }

    /// A device event: text, after a header if it is from udev and not from the kernel.
    fn event(&mut self, at: At) -> Option<Value> {
        let size = layout::record_size(&UDEV, self.scope.abi());
        let begin = self.scope.bytes(at.phase, at.addr, UDEV_PREFIX.len());
        if at.len < size || begin != UDEV_PREFIX {
            return self.buffer(at.addr, at.phase, at.len);
        }
        let header = self.value_at(&UDEV, at);
        let rest = at.behind(size);
        if rest.len == 0 {
            return Some(header);
        }
        let rest = self.buffer(rest.addr, rest.phase, rest.len).unwrap_or(Value::Addr(rest.addr));
        Some(Value::Array { items: vec![header, rest], cut: false })
    }

    /// A network interface, by name if it has one: `if_nametoindex("lo")`.
    pub fn interface(&mut self, index: u32) -> Value {
        let question = Question::Interface(index);
        match self.scope.snapshot.answer(question) {
            _ if index == 0 => Value::Unsigned(0),
            Some(Answer::Name(name)) => {
                let name = Value::bytes(name);
                Value::Macro(self.name("if_nametoindex"), vec![name])
            }
            Some(_) => Value::Unsigned(index.into()),
            None => {
                self.unanswered.push(question);
                Value::Unsigned(index.into())
            }
        }
    }

    /// Bytes in hexadecimal, cut at `-s`; their address if they are not readable.
    fn in_hex(&mut self, at: At) -> Value {
        let most = self.scope.depth.strings.min(at.len);
        let needed = most.max(1).min(at.len);
        let bytes = self.scope.bytes(at.phase, at.addr, needed);
        if bytes.len() < needed {
            return Value::Addr(at.addr);
        }
        Value::Binary { bytes: bytes[..most].into(), cut: at.len > most }
    }

    /// A sequence of items, each with a header of `size` bytes. A single item is written without brackets. `one` makes the
    /// value of an item and returns its length; `None` if not even the first can be read.
    fn chain(
        &mut self,
        at: At,
        size: usize,
        mut one: impl FnMut(&mut Self, At) -> (Value, usize),
    ) -> Option<Value> {
        let (mut items, mut rest, mut cut) = (Vec::new(), at, false);
        while rest.len > 0 {
            if rest.len < size {
                let bytes = self.in_hex(rest);
                items.push(bytes);
                break;
            }
            if self.scope.bytes(rest.phase, rest.addr, size).len() < size {
                if items.is_empty() {
                    return None;
                }
                items.push(self.unreadable(rest.addr));
                break;
            }
            if items.len() == self.scope.most_elements() {
                if items.is_empty() {
                    return Some(Value::Word(self.name("...")));
                }
                cut = true;
                break;
            }
            let (value, length) = one(self, rest);
            items.push(value);
            if length < size {
                break;
            }
            rest = rest.behind(length.saturating_add(ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        }
        Some(match (items.len(), cut) {
            (1, false) => items.remove(0),
            _ => Value::Array { items, cut },
        })
    }

    /// Bytes in hexadecimal, cut at `-s`; their address if they are not readable.
    pub fn rest_in_hex(&mut self, phase: Phase, addr: u64, len: usize) -> Value {
        self.in_hex(At { phase, addr, len })
    }

    fn number16(&self, at: At, offset: usize) -> u16 {
        self.scope.load(at.behind(offset).place(), Width::U16).unwrap_or(0) as u16
    }

    fn number32(&self, at: At, offset: usize) -> u32 {
        self.scope.load(at.behind(offset).place(), Width::U32).unwrap_or(0) as u32
    }

    fn messages(&mut self, protocol: Option<&'static Protocol>, at: At) -> Option<Value> {
        self.chain(at, HEADER, |decode, rest| {
            let length = usize::try_from(decode.number32(rest, 0)).unwrap_or(usize::MAX);
            (decode.message(protocol, rest, 0), length)
        })
    }

    /// One message: its header, which is known to be readable, and its contents.
    fn message(&mut self, protocol: Option<&'static Protocol>, at: At, depth: u8) -> Value {
        let length = self.number32(at, 0);
        let (kind, flags) = (self.number16(at, 4), self.number16(at, 6));
        let mut fields = Fields::new();
        fields.put(self, "nlmsg_len", Value::Unsigned(length.into()));
        let known: (Value, &'static Flags) = match protocol {
            Some(protocol) if kind >= FIRST_OF_PROTOCOL => self.kind(protocol, kind),
            _ => {
                let flags = if kind == NLMSG_ERROR { &ACK_FLAGS } else { &NLM_F };
                (self.symbol(kind.into(), &NLMSG, Width::U16), flags)
            }
        };
        fields.put(self, "nlmsg_type", known.0);
        let value = self.flags(flags.into(), known.1);
        fields.put(self, "nlmsg_flags", value);
        let sequence = self.number32(at, 8);
        fields.put(self, "nlmsg_seq", Value::Unsigned(sequence.into()));
        let port = self.number32(at, 12) as i32;
        fields.put(self, "nlmsg_pid", Value::Int(port.into()));
        let body = at.first(usize::try_from(length).unwrap_or(usize::MAX)).behind(HEADER);
        if body.len == 0 || length < HEADER as u32 {
            return fields.value();
        }
        let mut items = vec![fields.value()];
        match (kind, protocol) {
            (NLMSG_ERROR, _) if body.len >= ATTRIBUTE + HEADER && depth < DEEPEST => {
                self.error(protocol, body, flags, depth, &mut items);
            }
            (NLMSG_DONE, _) if body.len == 4 => {
                let status = self.scope.load(body.place(), Width::I32);
                items.push(status.map_or(Value::Addr(body.addr), |status| Value::Int(status as i64)));
            }
            (FIRST_OF_PROTOCOL.., Some(protocol)) => self.body(protocol, kind, flags, body, &mut items),
            _ => {
                let bytes = self.in_hex(body);
                items.push(bytes);
            }
        }
        Value::Array { items, cut: false }
    }

    /// The type of a protocol's own message, and its flags.
    fn kind(&mut self, protocol: &'static Protocol, kind: u16) -> (Value, &'static Flags) {
        let value = match &protocol.kinds {
            Kinds::Names(names) => self.symbol(kind.into(), names, Width::U16),
            Kinds::Parts(subsystems, messages, others) => {
                if let Some((_, name)) = others.names.iter().find(|(known, _)| *known == u64::from(kind)) {
                    return (Value::Word(self.name(name)), (protocol.flags)(kind));
                }
                let [message, subsystem] = kind.to_le_bytes();
                let known = messages.iter().find(|(known, _)| *known == subsystem);
                let low = match known {
                    Some((_, names)) => self.symbol(message.into(), names, Width::U8),
                    None => Value::Hex(message.into()),
                };
                let high = self.symbol(subsystem.into(), subsystems, Width::U8);
                Value::Or(vec![Value::Above(Box::new(high), 8), low])
            }
            Kinds::Families(fixed) => {
                match fixed.names.iter().find(|(known, _)| *known == u64::from(kind)) {
                    Some((_, name)) => Value::Word(self.name(name)),
                    // The kernel knows the names of generic netlink families.
                    None => match self.scope.snapshot.answer(Question::Family(kind)) {
                        Some(Answer::Name(name)) => Value::Text(String::from_utf8_lossy(name).into_owned()),
                        Some(_) => self.symbol(kind.into(), fixed, Width::U16),
                        None => {
                            self.unanswered.push(Question::Family(kind));
                            self.symbol(kind.into(), fixed, Width::U16)
                        }
                    },
                }
            }
        };
        (value, (protocol.flags)(kind))
    }

    /// `struct nlmsgerr`: the error, the message that caused it, and details.
    fn error(
        &mut self,
        protocol: Option<&'static Protocol>,
        at: At,
        flags: u16,
        depth: u8,
        items: &mut Vec<Value>,
    ) {
        let Some(error) = self.scope.load(at.place(), Width::I32) else {
            items.push(Value::Addr(at.addr));
            return;
        };
        let error = error as i64;
        let mut fields = Fields::new();
        let name = u16::try_from(-error).ok().and_then(errno::describe);
        let value = match name {
            Some((name, _)) if error < 0 => {
                Value::Prefixed(self.name("-"), Box::new(Value::Word(self.name(name))))
            }
            _ => Value::Int(error),
        };
        fields.put(self, "error", value);
        let refused = at.behind(4);
        if self.scope.bytes(refused.phase, refused.addr, HEADER).len() < HEADER {
            fields.put(self, "msg", Value::Addr(refused.addr));
            items.push(fields.value());
            return;
        }
        // If capped, only the header of the refused message is included. The details follow in any case.
        let length = match flags & NLM_F_CAPPED {
            0 => usize::try_from(self.number32(refused, 0)).unwrap_or(usize::MAX).max(HEADER),
            _ => HEADER,
        };
        let value = self.message(protocol, refused.first(length), depth + 1);
        fields.put(self, "msg", value);
        let rest = refused.behind(length.saturating_add(ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        items.push(match rest.len {
            0 => fields.value(),
            _ => {
                let more = self.attributes(&ERROR_ATTRIBUTES, rest.phase, rest.addr, rest.len);
                let more = more.unwrap_or(Value::Addr(rest.addr));
                Value::Array { items: vec![fields.value(), more], cut: false }
            }
        });
    }

    /// The protocol's data after the header of its message.
    fn body(&mut self, protocol: &'static Protocol, kind: u16, flags: u16, at: At, items: &mut Vec<Value>) {
        let first = self.scope.load(at.place(), Width::U8);
        let request = flags & NLM_F_REQUEST != 0;
        let contents = (protocol.contents)(kind, request, first.unwrap_or(0) as u8);
        let (header, rest) = match contents {
            Contents::Bytes => {
                let bytes = self.in_hex(at);
                items.push(bytes);
                return;
            }
            Contents::Family => (&OTHER_FAMILY, Rest::Nothing),
            Contents::Header(..) if protocol.lone_family && at.len == 1 => (&OTHER_FAMILY, Rest::Nothing),
            Contents::Header(header, rest) => (header, rest),
            Contents::Plain(record, rest) | Contents::Text(record, rest) => {
                if at.len < extent(record) {
                    let bytes = match contents {
                        Contents::Text(..) => self.buffer(at.addr, at.phase, at.len),
                        _ => None,
                    };
                    let bytes = bytes.unwrap_or_else(|| self.in_hex(at));
                    items.push(bytes);
                    return;
                }
                let value = self.value_at(record, at);
                items.push(value);
                self.behind(record, rest, at, items);
                return;
            }
        };
        let Some(first) = first else {
            items.push(Value::Addr(at.addr));
            return;
        };
        let size = extent(header);
        if at.len < size || self.scope.bytes(at.phase, at.addr, size).len() < size {
            let family = self.value(&header.fields[0].ty, at.place());
            let mut fields = Fields::new();
            fields.put(self, header.fields[0].name, family);
            items.push(match at.len < size {
                true => fields.cut(),
                false => {
                    fields.bare(Value::Addr(at.addr.wrapping_add(1)));
                    fields.value()
                }
            });
            return;
        }
        let outer = self.scope;
        self.scope.family = first as u8;
        if core::ptr::eq(header, &OTHER_FAMILY) {
            let mut fields = Fields::new();
            let family = self.value(&header.fields[0].ty, at.place());
            fields.put(self, header.fields[0].name, family);
            let rest = at.behind(size);
            if rest.len > 0 {
                let bytes = self.in_hex(rest);
                fields.put(self, "data", bytes);
            }
            items.push(fields.value());
        } else {
            let value = self.value_at(header, at);
            items.push(value);
            self.behind(header, rest, at, items);
        }
        self.scope = outer;
    }

    /// What follows a structure, if anything.
    fn behind(&mut self, record: &'static Record, rest: Rest, at: At, items: &mut Vec<Value>) {
        let behind = at.behind(extent(record).next_multiple_of(ALIGNMENT));
        if behind.len == 0 {
            return;
        }
        let value = match rest {
            Rest::Attributes(attributes) => {
                self.attributes(attributes, behind.phase, behind.addr, behind.len)
            }
            Rest::Bytes => Some(self.in_hex(behind)),
            Rest::Nothing => return,
        };
        items.push(value.unwrap_or(Value::Addr(behind.addr)));
    }

    fn value_at(&mut self, record: &'static Record, at: At) -> Value {
        self.record(record, at.place()).unwrap_or(Value::Addr(at.addr))
    }

    /// Attributes, one after another; `None` if not even the first is readable.
    pub fn attributes(
        &mut self,
        attributes: &'static Attributes,
        phase: Phase,
        addr: u64,
        len: usize,
    ) -> Option<Value> {
        let outer = self.scope;
        self.scope.nesting += 1;
        let value = self.chain(At { phase, addr, len }, ATTRIBUTE, |decode, rest| {
            let length = usize::from(decode.number16(rest, 0));
            (decode.attribute(attributes, rest, length), length)
        });
        self.scope = outer;
        value
    }

    fn attribute(&mut self, attributes: &'static Attributes, at: At, length: usize) -> Value {
        const FLAGS: u16 = 0xc000;
        let kind = self.number16(at, 2);
        let found =
            attributes.types.iter().find(|(known, ..)| [kind & !FLAGS, Attributes::ANY].contains(known));
        let name = match found {
            Some((Attributes::ANY, ..)) => Value::Hex((kind & !FLAGS).into()),
            Some((_, name, _)) => {
                Value::Symbol { bits: (kind & !FLAGS).into(), name: Some(self.name(name)), unknown: None }
            }
            None => {
                let unknown = (!attributes.unknown.is_empty()).then(|| self.name(attributes.unknown));
                match (kind & !FLAGS, unknown) {
                    (bits, None) => Value::Hex(bits.into()),
                    (bits, unknown) => Value::Symbol { bits: bits.into(), name: None, unknown },
                }
            }
        };
        let name = match kind & FLAGS {
            0 => name,
            flags => Value::Or([self.flags(flags.into(), &NLA_F), name].into()),
        };
        let mut fields = Fields::new();
        fields.put(self, "nla_len", Value::Unsigned(length as u64));
        fields.put(self, "nla_type", name);
        let payload = at.first(length).behind(ATTRIBUTE);
        if payload.len == 0 || length < ATTRIBUTE {
            return fields.value();
        }
        let value = match found {
            Some((_, _, ty)) => self.payload(ty, payload),
            None => self.in_hex(payload),
        };
        Value::Array { items: vec![fields.value(), value], cut: false }
    }

    /// The next hops of a route, each with attributes of its own.
    pub fn next_hops(&mut self, phase: Phase, addr: u64, len: usize) -> Value {
        let size = layout::record_size(&MULTIPATH_HOP, self.scope.abi());
        if len < size {
            return self.rest_in_hex(phase, addr, len);
        }
        let outer = self.scope;
        self.scope.nesting += 1;
        let hops = self.chain(At { phase, addr, len }, size, |decode, rest| {
            let length = usize::from(decode.number16(rest, 0));
            let hop = decode.value_at(&MULTIPATH_HOP, rest);
            let more = rest.first(length).behind(size);
            if more.len == 0 || decode.scope.nesting >= DEEPEST {
                return (hop, length);
            }
            let more = decode
                .attributes(&ROUTE_ATTRIBUTES, more.phase, more.addr, more.len)
                .unwrap_or(Value::Addr(more.addr));
            (Value::Array { items: vec![hop, more], cut: false }, length)
        });
        self.scope = outer;
        hops.unwrap_or(Value::Addr(addr))
    }

    /// The value of an attribute; in hexadecimal if it is too short for its type.
    fn payload(&mut self, ty: &'static Type, at: At) -> Value {
        let outer = self.scope;
        self.scope.extent = at.len;
        let ty = self.scope.resolve(ty);
        let size = layout::size(ty, self.scope.abi());
        let value = match ty {
            Type::Attributes(_) if at.len < ATTRIBUTE || self.scope.nesting >= DEEPEST => None,
            Type::Str => Some(self.terminated(at)),
            Type::Struct(record) if at.len < extent(record) || ends_in_field(record, at.len) => None,
            Type::Struct(record) => {
                let size = layout::record_size(record, self.scope.abi());
                self.scope = self.scope.cut_at(at.addr, at.len.min(size), size);
                Some(self.value_at(record, at))
            }
            Type::Array(element, Len::Rest) => self.elements(element, None, at),
            Type::Indexed(element, places) => self.elements(element, Some(places), at),
            // A symbol or number of varying size.
            Type::Symbol(Width::U64, symbols) if at.len <= 8 => {
                let bytes = self.scope.bytes(at.phase, at.addr, at.len);
                let mut whole = [0; 8];
                whole[..bytes.len()].copy_from_slice(bytes);
                let known = bytes.len() == at.len;
                known
                    .then(|| self.symbol(u64::from_le_bytes(whole), symbols, Width::U64))
                    .or(Some(Value::Addr(at.addr)))
            }
            Type::Flags(..) | Type::Symbol(Width::U64, _) if at.len > 8 => None,
            Type::Attributes(_) | Type::Binary(..) | Type::Custom(_) => {
                self.try_value(ty, at.place()).or(Some(Value::Addr(at.addr)))
            }
            _ if at.len < size || size == 0 => None,
            _ => self.try_value(ty, at.place()).or(Some(Value::Addr(at.addr))),
        };
        let value = match value {
            Some(value) => value,
            None => self.in_hex(at),
        };
        self.scope = outer;
        value
    }

    /// A whole attribute, as attributes or as bytes.
    pub fn of_attribute(&mut self, attributes: Option<&'static Attributes>, place: Place) -> Value {
        let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
        let len = self.scope.extent;
        match attributes.filter(|_| len >= ATTRIBUTE && self.scope.nesting < DEEPEST) {
            Some(attributes) => self.attributes(attributes, phase, addr, len).unwrap_or(Value::Addr(addr)),
            None => self.in_hex(At { phase, addr, len }),
        }
    }

    /// The text in the first attribute of type `kind` at a place; empty if there is none.
    pub fn text_attribute(&mut self, place: Place, kind: u16) -> Vec<u8> {
        let Place::Memory { addr, phase } = place else { return Vec::new() };
        let mut rest = At { phase, addr, len: self.scope.extent };
        while rest.len >= ATTRIBUTE {
            let length = usize::from(self.number16(rest, 0));
            if length < ATTRIBUTE {
                break;
            }
            if self.number16(rest, 2) == kind {
                let text = rest.first(length).behind(ATTRIBUTE);
                let bytes = self.scope.bytes(text.phase, text.addr, text.len);
                return bytes.split(|byte| *byte == 0).next().unwrap_or_default().into();
            }
            rest = rest.behind(length.next_multiple_of(ALIGNMENT));
        }
        Vec::new()
    }

    /// A string with its terminating NUL. A missing NUL is indicated.
    fn terminated(&mut self, at: At) -> Value {
        let most = self.scope.depth.strings;
        let bytes = self.scope.bytes(at.phase, at.addr, at.len.min(most.saturating_add(1)));
        if bytes.len() < at.len.min(most.saturating_add(1)) {
            return Value::Addr(at.addr);
        }
        match bytes.split_last() {
            Some((0, text)) if bytes.len() == at.len && at.len <= most => Value::bytes(text),
            _ => Value::Str { bytes: bytes[..bytes.len().min(most)].into(), cut: true },
        }
    }

    /// As many elements as fit.
    fn elements(
        &mut self,
        element: &'static Type,
        places: Option<&'static Symbols>,
        at: At,
    ) -> Option<Value> {
        let size = layout::size(element, self.scope.abi());
        let count = at.len.checked_div(size).filter(|count| *count > 0)?;
        let (mut items, mut cut) = (Vec::new(), false);
        for index in 0..count {
            let here = at.behind(index * size);
            if self.scope.bytes(here.phase, here.addr, size).len() < size {
                if items.is_empty() {
                    return Some(Value::Addr(at.addr));
                }
                items.push(self.unreadable(here.addr));
                break;
            }
            if index >= self.scope.most_elements() {
                cut = true;
                break;
            }
            let item = self.value(element, here.place());
            let place = places.map(|places| places.names.iter().find(|(known, _)| *known == index as u64));
            items.push(match place {
                None => item,
                Some(Some((_, name))) => Value::Field(self.name(name), Box::new(item)),
                Some(None) => {
                    let unknown = places.map_or("", |places| places.unknown);
                    let number = match item {
                        Value::Int(number) => number.to_string(),
                        Value::Unsigned(number) => number.to_string(),
                        item => return Some(item),
                    };
                    Value::Text(format!("[{index} /* {unknown} */]={number}"))
                }
            });
        }
        Some(Value::Array { items, cut })
    }
}

/// How much of a record must be present: without the padding at its end and without fields that were added later. Records
/// in messages have the same layout on every ABI.
fn extent(record: &'static Record) -> usize {
    let abi = crate::abi::Abi::X86_64;
    let needed = record.fields.iter().rposition(|field| !matches!(field.shown, Shown::Since(_)));
    let Some(last) = needed else { return 0 };
    layout::offset(record, last, abi) + layout::size(&record.fields[last].ty, abi)
}

/// Whether a length ends inside a field that was added later, so that the structure matches no version.
fn ends_in_field(record: &'static Record, len: usize) -> bool {
    let size = |field: &Field| layout::size(&field.ty, crate::abi::Abi::X86_64);
    record.fields.iter().any(|field| match field.shown {
        Shown::Since(end) => (end as usize - size(field) + 1..end as usize).contains(&len),
        _ => false,
    })
}

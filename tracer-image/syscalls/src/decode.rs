//! Turns a [`Snapshot`] into [`Value`]s. Never fails and never panics: what cannot be read becomes an address, and what nobody
//! captured an address that says so.

use crate::{
    layout,
    row::Row,
    scope::{DecodeOptions, PATH_MAX, Scope, is_late},
    snapshot::{Answer, Detail, OpenOn, Phase, Place, Question, Raw, Snapshot},
    types::{Field, Flags, Len, Record, Shown, Symbols, Type, When, Width},
    value::{Name, Names, Value},
};
use alloc::{boxed::Box, vec::Vec};
use serde::{Deserialize, Serialize};

mod data;
pub mod netlink;
mod raw;

pub use data::{Data, Direction, data, direction};

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It succeeded. The second value follows in parentheses: `= 0 (Timeout)`.
    Value(Value, Option<Value>),
    /// It failed with this errno. Numbers from 512 on are the kernel's restart codes, which a program never sees.
    Error(u16),
    /// It ended like this because it was tampered with.
    Tampered(Box<Outcome>, Tampered),
    /// It never returned, or nobody saw it return: `= ?`.
    Unknown,
}

/// How a call was tampered with: `-e inject=`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tampered {
    /// Its result was replaced.
    pub result: bool,
    /// The memory of its arguments was overwritten.
    pub args: bool,
    /// It was delayed.
    pub delay: bool,
}

/// Decodes one call.
pub struct Decode<'a> {
    /// What is known about the call.
    pub scope: Scope<'a>,
    names: &'a mut Names,
    /// Questions for the kernel's tables that were not asked.
    pub unanswered: Vec<Question>,
}

/// The arguments that are known at entry: all that precede the first one that the kernel fills in.
pub fn entry(row: &'static Row, snapshot: &Snapshot, depth: DecodeOptions, names: &mut Names) -> Vec<Value> {
    let scope = Scope::new(row, snapshot, depth, Phase::Entry);
    let mut decode = Decode::new(scope, names);
    if depth.raw {
        return raw::arguments(row, &mut decode);
    }
    let early = early(row, &scope);
    let mut args: Vec<Value> = (0..early).filter_map(|index| decode.argument(row, index)).collect();
    tell_missed(snapshot, &mut args);
    args
}

/// The arguments that are written at exit, and the outcome.
pub fn exit(
    row: &'static Row,
    snapshot: &Snapshot,
    depth: DecodeOptions,
    names: &mut Names,
) -> (Vec<Value>, Outcome) {
    let scope = Scope::new(row, snapshot, depth, Phase::Exit);
    if depth.raw {
        return (Vec::new(), raw::outcome(row, snapshot));
    }
    let early = early(row, &scope);
    let mut decode = Decode::new(scope, names);
    let mut args = Vec::new();
    // A custom type that is written at entry may add a second part at exit: `clone3({...} => {...})`.
    if let Some(after) = early.checked_sub(1).and_then(|last| decode.after(row, last)) {
        args.push(after);
    }
    args.extend((early..row.params.len()).filter_map(|index| decode.argument(row, index)));
    let outcome = match snapshot.result {
        None => Outcome::Unknown,
        Some(Raw::Error(errno)) => Outcome::Error(errno),
        Some(Raw::Value(value)) => {
            let note = row.note.as_ref().map(|note| decode.value(note, Place::Register(value)));
            let mut note = note.filter(|note| !matches!(note, Value::List(items) if items.is_empty()));
            tell_missed(snapshot, note.as_mut_slice());
            // It never returns by itself. If it does, somebody has tampered with it.
            let result = if matches!(row.result, Type::Absent) {
                &Type::Int(Width::Long)
            } else {
                whole(row, &scope, value)
            };
            let mut value = [decode.value(result, Place::Register(value))];
            tell_missed(snapshot, &mut value);
            let [value] = value;
            Outcome::Value(value, note)
        }
    };
    tell_missed(snapshot, &mut args);
    (args, outcome)
}

/// Marks the addresses that stand for what nobody captured. Whoever decodes a value writes its address for want of its bytes,
/// and need not know why they are not there.
fn tell_missed(snapshot: &Snapshot, values: &mut [Value]) {
    fn tell(snapshot: &Snapshot, value: &mut Value) {
        match value {
            Value::Addr(addr) if snapshot.missed(*addr) => *value = Value::NotCaptured(*addr),
            // How much is behind the address is known.
            Value::Noted(addr, _) if matches!(**addr, Value::Addr(_)) => {}
            other => other.inside(&mut |value| tell(snapshot, value)),
        }
    }
    if snapshot.is_incomplete() {
        values.iter_mut().for_each(|value| tell(snapshot, value));
    }
}

/// The type of a result. Every result is a whole register, so one that is no C `int` (somebody has tampered with it) is not
/// cut to one.
fn whole(row: &'static Row, scope: &Scope<'_>, value: u64) -> &'static Type {
    if scope.abi().word() < 8 || i32::try_from(value as i64).is_ok() {
        return &row.result;
    }
    match scope.resolve(&row.result) {
        // The id of a process is one, in strace too.
        Type::Int(Width::U64 | Width::Ulong | Width::Size) => &row.result,
        Type::Int(_) | Type::Fd => &Type::Int(Width::Long),
        Type::Hex(_) => &Type::Hex(Width::Ulong),
        other => other,
    }
}

/// How many arguments are written at entry.
fn early(row: &'static Row, scope: &Scope<'_>) -> usize {
    row.params.iter().position(|param| is_late(&param.ty, scope)).unwrap_or(row.params.len())
}

impl<'a> Decode<'a> {
    /// Starts decoding.
    pub fn new(scope: Scope<'a>, names: &'a mut Names) -> Self {
        Decode { scope, names, unanswered: Vec::new() }
    }
}

impl Decode<'_> {
    fn argument(&mut self, row: &'static Row, index: usize) -> Option<Value> {
        let place = Place::Register(self.scope.argument(index as u8));
        let value = match self.value(&row.params[index].ty, place) {
            Value::List(items) if items.is_empty() => return None,
            value => value,
        };
        // A type that decodes to several arguments names them itself.
        Some(match value {
            value @ (Value::List(_) | Value::Field(..) | Value::Resuming(_)) => value,
            value if self.scope.depth.names => {
                Value::Field(self.name(row.params[index].shown()), Box::new(value))
            }
            value => value,
        })
    }

    /// The ` => ...` part of an argument that was written at entry, if its custom type has one.
    fn after(&mut self, row: &'static Row, index: usize) -> Option<Value> {
        let place = Place::Register(self.scope.argument(index as u8));
        match self.scope.resolve(&row.params[index].ty) {
            Type::Custom(custom) if custom.when == When::Both => match (custom.decode)(self, place) {
                after @ Value::After(_) => Some(after),
                _ => None,
            },
            Type::Told(given, told) => {
                // If nothing could be read, the address was written.
                if matches!(self.pointee(given, place, Phase::Entry)?, Value::Addr(_)) {
                    return None;
                }
                let value = match told {
                    Type::Out(_) => self.try_value(told, place)?,
                    told => self.pointee(self.scope.filled(told)?, place, Phase::Exit)?,
                };
                let absent = matches!(&value, Value::List(items) if items.is_empty());
                (!absent).then(|| Value::After(Box::new(value)))
            }
            _ => None,
        }
    }

    /// The id of a static text.
    pub fn name(&mut self, text: &'static str) -> Name {
        self.names.intern(text)
    }

    /// The text of a name.
    pub fn known(&self, name: Name) -> &str {
        self.names.text(name)
    }

    /// The table of names.
    pub fn names(&mut self) -> &mut Names {
        self.names
    }

    /// The value of a type at a place.
    pub fn value(&mut self, ty: &'static Type, place: Place) -> Value {
        let (Place::Register(unread) | Place::Memory { addr: unread, .. }) = place;
        self.try_value(ty, place).unwrap_or(Value::Addr(unread))
    }

    /// The value of a type at a place; `None` if its memory was not readable.
    pub fn try_value(&mut self, ty: &'static Type, place: Place) -> Option<Value> {
        let meant = self.scope.resolve(ty);
        Some(match meant {
            Type::Int(width) => number(self.scope.load(place, *width)?, *width),
            Type::Hex(width) => Value::Hex(self.scope.load(place, *width)?),
            Type::Octal(width) => Value::Octal { bits: self.scope.load(place, *width)?, min: 3 },
            Type::Mode(width) => {
                let mode = self.scope.load(place, *width)?;
                self.mode(mode)
            }
            Type::Limit(width) => {
                let limit = self.scope.load(place, *width)?;
                match (limit, layout::width(*width, self.scope.abi())) {
                    (u64::MAX, 8) => Value::Named { number: limit, name: self.name("RLIM64_INFINITY") },
                    (0xffff_ffff, 4) => Value::Named { number: limit, name: self.name("RLIM_INFINITY") },
                    (limit, _) if limit > 1024 && limit.is_multiple_of(1024) => Value::Kibi(limit / 1024),
                    (limit, _) => Value::Unsigned(limit),
                }
            }
            Type::Dev(width) => {
                let dev = self.scope.load(place, *width)?;
                self.device(dev)
            }
            Type::Addr => Value::Addr(self.scope.pointer(place)?),
            Type::Fd => self.descriptor(place, false)?,
            Type::Dirfd => self.descriptor(place, true)?,
            Type::Pid => {
                let pid = self.scope.load(place, Width::I32)? as i32;
                self.pid(pid)
            }
            Type::Group => {
                let pid = self.scope.load(place, Width::I32)? as i32;
                Value::Pid { pid, comm: None, ours: self.scope.ours(pid) }
            }
            Type::Signal => {
                let signal = self.scope.load(place, Width::I32)?;
                self.signal(signal)
            }
            Type::Flags(width, flags) => {
                let bits = self.scope.load(place, *width)?;
                self.flags(bits & mask(*width, self.scope.abi().word()), flags)
            }
            Type::Symbol(width, symbols) => {
                let bits = self.scope.load(place, *width)?;
                self.symbol(bits, symbols, *width)
            }
            Type::Mixed(width, symbols, field, flags) => {
                let bits = self.scope.load(place, *width)? & mask(*width, self.scope.abi().word());
                self.mixed(bits, symbols, *field, flags)
            }
            Type::In(pointee) => self.pointee(pointee, place, Phase::Entry)?,
            Type::Out(pointee) => {
                if self.scope.snapshot.success().is_none() {
                    return Some(Value::Addr(self.scope.pointer(place)?));
                }
                self.pointee(pointee, place, Phase::Exit)?
            }
            Type::Failing(_, ty) => match (self.scope.filled(meant), ty) {
                (Some(_), Type::Out(pointee)) => self.pointee(pointee, place, Phase::Exit)?,
                _ => self.try_value(ty, place)?,
            },
            Type::InOut(pointee) => self.changed(pointee, place, false)?,
            // What the kernel returns is written after it.
            Type::Told(given, _) => self.pointee(given, place, Phase::Entry)?,
            Type::Moved(pointee) => {
                let moved = self.scope.snapshot.success().is_some_and(|result| result != 0);
                self.changed(pointee, place, moved)?
            }
            Type::Path => self.text(place, PATH_MAX - 1)?,
            Type::Str => self.text(place, self.scope.depth.strings)?,
            Type::Bytes(len) => self.bytes(place, *len)?,
            Type::Text(len) => match self.bytes(place, *len)? {
                // Also where it is cut: what is written may end at a NUL.
                Value::Str { mut bytes, .. } if bytes.last() == Some(&0) => {
                    bytes.pop();
                    Value::Str { bytes, cut: false }
                }
                value => value,
            },
            // Two times are one thing: both or none.
            Type::Array(element @ Type::Dated(..), len @ Len::Fixed(number)) => {
                let size = layout::size(element, self.scope.abi()) * *number as usize;
                let Place::Memory { addr, phase } = place else { return None };
                if !self.scope.known(self.scope.bytes(phase, addr, size).len(), addr, size) {
                    return None;
                }
                self.array(element, *len, place)?
            }
            Type::Array(element, len) => self.array(element, *len, place)?,
            Type::Struct(record) => self.record(record, place)?,
            Type::Ordered(record, order) => self.ordered(record, order, place)?,
            Type::Spread(record) => match self.record(record, place)? {
                Value::Struct { fields, .. } => {
                    Value::List(fields.into_iter().map(|(_, value)| value).collect())
                }
                value => value,
            },
            Type::Extensible(record, len, least) => {
                let outer = self.scope;
                let (Place::Memory { addr, .. } | Place::Register(addr)) = place;
                (self.scope, _) =
                    outer.extended(*len, *least, addr, layout::record_size(record, outer.abi()))?;
                let value = self.record(record, place);
                self.scope = outer;
                value?
            }
            Type::Partial(record, len) => self.partial(record, *len, place)?,
            Type::Tail(width, head, field, tail) => {
                let bits = self.scope.load(place, *width)? & mask(*width, self.scope.abi().word());
                let low = self.value(tail, Place::Register(bits & field));
                match bits & !field {
                    0 => low,
                    other => Value::Or([self.value(head, Place::Register(other)), low].into()),
                }
            }
            Type::Leading(width, bit, name, ty) => {
                let bits = self.scope.load(place, *width)? & mask(*width, self.scope.abi().word());
                let rest = self.value(ty, Place::Register(bits & !bit));
                match bits & bit {
                    0 => rest,
                    _ => Value::Or([Value::Word(self.name(name)), rest].into()),
                }
            }
            Type::Numbered(width, symbols) => {
                let bits = self.scope.load(place, *width)?;
                let found = symbols.names.iter().find(|(value, _)| *value == bits);
                let name = found.map_or(symbols.unknown, |(_, name)| name);
                Value::Noted(Box::new(number(bits, *width)), name.into())
            }
            Type::Wide(ty) => match self.scope.wide(place)? {
                Ok(_) => self.try_value(ty, place)?,
                Err(beyond) => Value::Addr(beyond),
            },
            Type::Indirect(ty) => match self.value(ty, place) {
                addr @ Value::Addr(_) => Value::Pointee(Box::new(addr)),
                value => value,
            },
            Type::One(ty) => Value::Pointee(Box::new(self.try_value(ty, place)?)),
            // Resolved above, or only used in netlink messages.
            Type::Indexed(..)
            | Type::Switch(..)
            | Type::SwitchBits(..)
            | Type::If(..)
            | Type::AtMost(..)
            | Type::Verbose(_)
            | Type::ByVerbosity(..)
            | Type::PerAbi(_)
            | Type::Absent => Value::List(Vec::new()),
            Type::Shifted(width, rest, shift, name) => {
                let bits = self.scope.load(place, *width)? & mask(*width, self.scope.abi().word());
                self.shifted(bits, rest, *shift, name)
            }
            Type::Pair(_) => Value::Int(self.scope.load(place, Width::I64)? as i64),
            Type::Chars(size) => self.chars(*size as usize, place)?,
            Type::Binary(len, most) => {
                let Place::Memory { addr, phase } = place else { return None };
                let count = usize::try_from(self.scope.count(*len)?).unwrap_or(usize::MAX);
                let most = if *most == 0 { self.scope.depth.strings } else { *most as usize }.min(count);
                let needed = most.max(1).min(count);
                let mut bytes = self.scope.bytes(phase, addr, needed).to_vec();
                if !self.scope.known(bytes.len(), addr, needed) {
                    return None;
                }
                bytes.resize(most, 0);
                Value::Binary { bytes, cut: count > most }
            }
            Type::Packet(len) => {
                let Place::Memory { addr, phase } = place else { return None };
                let count = usize::try_from(self.scope.count(*len)?).unwrap_or(usize::MAX);
                self.packet(addr, phase, count)?
            }
            Type::Attributes(attributes) => {
                let Place::Memory { addr, phase } = place else { return None };
                self.attributes(attributes, phase, addr, self.scope.extent)?
            }
            Type::Net(width) => {
                let (name, number) = self.host_order(place, *width)?;
                Value::Macro(self.name(name), [Value::Unsigned(number)].into())
            }
            Type::NetHex(width) => {
                let (name, number) = self.host_order(place, *width)?;
                Value::Macro(self.name(name), [Value::Hex(number)].into())
            }
            Type::NetSymbol(width, symbols) => {
                let (name, number) = self.host_order(place, *width)?;
                let symbol = self.symbol(number, symbols, *width);
                Value::Macro(self.name(name), [symbol].into())
            }
            Type::Interface => {
                let index = self.scope.load(place, Width::U32)?;
                self.interface(index as u32)
            }
            Type::Packed(ty) => self.try_value(ty, place)?,
            Type::Labeled(word, ty) => {
                let value = self.try_value(ty, place)?;
                Value::Labeled(self.name(word), Box::new(value))
            }
            Type::Called(name, ty) => {
                let value = self.try_value(ty, place)?;
                match self.scope.depth.names {
                    true => Value::Field(self.name(name), Box::new(value)),
                    false => value,
                }
            }
            Type::Date(width, nanoseconds) => {
                let seconds = self.scope.load(place, *width)?;
                let fraction = nanoseconds.map_or(0, |index| self.scope.sibling(index));
                dated(number(seconds, *width), seconds as i64, fraction, 9)
            }
            Type::SinceBoot => {
                let since = self.scope.load(place, Width::U64)?;
                match self.scope.snapshot.answer(Question::Boot) {
                    Some(Answer::Time(boot)) => since_boot(since, *boot),
                    _ => Value::Unsigned(since),
                }
            }
            Type::Dated(record, digits) => {
                let Place::Memory { addr, phase } = place else { return None };
                let value = self.record(record, place)?;
                let part = |index| {
                    let at = addr.wrapping_add(layout::offset(record, index, self.scope.abi()) as u64);
                    let size = layout::size(&record.fields[index].ty, self.scope.abi());
                    let width = if size == 4 { Width::I32 } else { Width::I64 };
                    self.scope.load(Place::Memory { addr: at, phase }, width)
                };
                dated(value, part(0)? as i64, part(1)?, *digits)
            }
            Type::Padded(width) => {
                let digits = 2 * layout::width(*width, self.scope.abi()) as u8;
                match self.scope.load(place, *width)? {
                    0 => Value::Octal { bits: 0, min: digits },
                    bits => Value::HexPadded { bits, digits: digits - 2 },
                }
            }
            Type::Bits(width, from, count, ty) => {
                let bits = bits(self.scope.load(place, *width)?, *from, *count);
                self.try_value(ty, Place::Register(bits))?
            }
            Type::Literal(word) => Value::Word(self.name(word)),
            Type::Terminated(len) => {
                let Place::Memory { addr, phase } = place else { return None };
                let count = usize::try_from(self.scope.count(*len)?).unwrap_or(usize::MAX);
                let most = self.scope.depth.strings;
                if count == 0 {
                    return Some(Value::bytes(&[]));
                }
                let (mut bytes, ended) = self.scope.text(phase, addr, count.min(most.saturating_add(1)));
                let missing = !ended && bytes.len() < count.min(most.saturating_add(1));
                if missing && !self.goes_on(addr, bytes.len()) {
                    return None;
                }
                bytes.truncate(most);
                Value::Str { bytes, cut: !ended }
            }
            Type::SwitchAt(offset, mask, cases, default) => {
                let chosen = self.scope.choose_at(place, (*offset, *mask), cases, default)?;
                self.try_value(chosen, place)?
            }
            Type::Over(ty) => self.try_value(ty, place)?,
            Type::Macro(width, name, parts) => {
                let place = Place::Register(self.scope.load(place, *width)?);
                let parts = parts.iter().map(|part| self.value(part, place)).collect();
                Value::Macro(self.name(name), parts)
            }
            Type::Parts(width, parts) => {
                let whole = self.scope.load(place, *width)?;
                let mut values = Vec::new();
                for (from, count, always, ty) in *parts {
                    let bits = bits(whole, *from, *count);
                    if bits == 0 && !always {
                        continue;
                    }
                    let value = self.value(ty, Place::Register(bits));
                    values.push(match from {
                        0 => value,
                        from => Value::Above(Box::new(value), *from),
                    });
                }
                match values.len() {
                    1 => values.remove(0),
                    _ => Value::Or(values),
                }
            }
            Type::Remarked(ty, remark) => {
                let value = self.try_value(ty, place)?;
                Value::Noted(Box::new(value), (*remark).into())
            }
            Type::Explained(width, ty) => {
                let bits = self.scope.load(place, *width)?;
                let meant = self.value(ty, Place::Register(bits));
                Value::Commented(Box::new(Value::Hex(bits)), Box::new(meant))
            }
            Type::Located(ty) => {
                let addr = match self.scope.wide(place)? {
                    Ok(addr) | Err(addr) => addr,
                };
                match self.try_value(ty, place)? {
                    unread @ Value::Addr(_) => unread,
                    value => Value::Noted(Box::new(value), alloc::format!("{addr:#x}")),
                }
            }
            Type::Commented(ty, width, symbols) => {
                let value = self.try_value(ty, place)?;
                let bits = self.scope.load(place, *width)?;
                match symbols.names.iter().find(|(known, _)| *known == bits) {
                    Some((_, name)) => Value::Noted(Box::new(value), (*name).into()),
                    None => value,
                }
            }
            Type::Later(ty) => match place {
                Place::Memory { addr, .. } => {
                    let later = Place::Memory { addr, phase: Phase::Exit };
                    match self.try_value(ty, later) {
                        Some(value) => value,
                        None => self.try_value(ty, place)?,
                    }
                }
                Place::Register(_) => self.try_value(ty, place)?,
            },
            Type::Changing(ty) | Type::Retold(_, ty) => {
                let named = |decode: &mut Self, after| match meant {
                    Type::Retold(name, _) => Value::Field(decode.name(name), Box::new(after)),
                    _ => after,
                };
                let Place::Memory { addr, phase } = place else { return self.try_value(ty, place) };
                let before = self.try_value(ty, Place::Memory { addr, phase: Phase::Entry });
                match (before, self.try_value(ty, Place::Memory { addr, phase: Phase::Exit })) {
                    (Some(before), Some(after)) if after != before => {
                        let after = named(self, after);
                        Value::Changed(Box::new(before), Box::new(after))
                    }
                    // What the kernel wrote is shown, whatever was there before.
                    (None, Some(after)) if phase == Phase::Exit => after,
                    (before, _) => before?,
                }
            }
            // The record that it ends writes it.
            Type::Beyond => Value::List(Vec::new()),
            Type::Custom(custom) => (custom.decode)(self, place),
            Type::Sized(custom, len) => {
                let outer = self.scope;
                self.scope.extent = outer.extent_of(custom, *len)?;
                let value = (custom.decode)(self, place);
                self.scope = outer;
                value
            }
        })
    }

    /// What a pointer points to, or the pointer itself if that cannot be read.
    pub fn pointee(&mut self, pointee: &'static Type, place: Place, phase: Phase) -> Option<Value> {
        let addr = self.scope.pointer(place)?;
        if addr == 0 {
            return Some(Value::Addr(0));
        }
        let value = self.try_value(pointee, Place::Memory { addr, phase });
        Some(value.unwrap_or(Value::Addr(addr)))
    }

    fn changed(&mut self, pointee: &'static Type, place: Place, always: bool) -> Option<Value> {
        let before = self.pointee(pointee, place, Phase::Entry)?;
        if self.scope.snapshot.success().is_none() {
            return Some(before);
        }
        let after = self.pointee(pointee, place, Phase::Exit)?;
        Some(match (before, after) {
            (before, after) if before == after && !always => after,
            (Value::Addr(0), _) => Value::Addr(0),
            // strace encloses both values of a single scalar in one pair of brackets.
            (Value::Pointee(before), Value::Pointee(after)) => {
                Value::Pointee(Box::new(Value::Changed(before, after)))
            }
            (before, after) => Value::Changed(Box::new(before), Box::new(after)),
        })
    }

    fn descriptor(&mut self, place: Place, dir: bool) -> Option<Value> {
        let fd = self.scope.load(place, Width::I32)? as i32;
        Some(self.fd(fd, dir))
    }

    /// A file descriptor by number.
    pub fn fd(&mut self, fd: i32, dir: bool) -> Value {
        // AT_FDCWD means a directory only in a directory argument.
        let open_on = if self.scope.depth.paths && (fd >= 0 || dir) {
            self.scope.snapshot.descriptor(self.scope.phase, fd)
        } else {
            None
        };
        open_fd(fd, dir, open_on)
    }

    /// A process by its id.
    pub fn pid(&self, pid: i32) -> Value {
        self.scope.pid(pid)
    }

    /// A signal by its number.
    pub fn signal(&mut self, signal: u64) -> Value {
        match crate::names::signal::name(signal) {
            Some(name) => Value::Symbol { bits: signal, name: Some(self.name(name)), unknown: None },
            None => Value::Int(signal as i64),
        }
    }

    /// A number in network byte order, with the macro that converts it.
    fn host_order(&self, place: Place, width: Width) -> Option<(&'static str, u64)> {
        let number = self.scope.load(place, width)?;
        Some(match layout::width(width, self.scope.abi()) {
            2 => ("htons", u64::from((number as u16).swap_bytes())),
            4 => ("htonl", u64::from((number as u32).swap_bytes())),
            _ => ("htobe64", number.swap_bytes()),
        })
    }

    /// Named bits.
    pub fn flags(&mut self, bits: u64, flags: &'static Flags) -> Value {
        let mut names = Vec::new();
        let mut rest = bits;
        let (field, values) = flags.field;
        if field != 0
            && let Some((value, name)) = values.iter().find(|(value, _)| *value == bits & field)
        {
            names.push(self.name(name));
            rest &= !value;
        }
        for (value, name) in flags.bits {
            if *value != 0 && rest & value == *value {
                names.push(self.name(name));
                rest &= !value;
            } else if *value == 0 && bits == 0 {
                names.push(self.name(name));
            }
        }
        Value::Flags { bits, names, rest, unknown: self.name(flags.unknown) }
    }

    /// A named constant.
    pub fn symbol(&mut self, bits: u64, symbols: &'static Symbols, width: Width) -> Value {
        let bits = bits & mask(width, self.scope.abi().word());
        let found =
            symbols.names.iter().find(|(value, _)| *value & mask(width, self.scope.abi().word()) == bits);
        let name = found.map(|(_, name)| self.name(name));
        if name.is_none() && symbols.unknown == "#" {
            return Value::Hex(bits);
        }
        if let (None, Some(comment)) = (name, symbols.unknown.strip_prefix('=')) {
            let bits = if matches!(width, Width::I32) { bits as i32 as i64 as u64 } else { bits };
            return Value::Noted(Box::new(number(bits, width)), comment.into());
        }
        let signed = matches!(width, Width::I8 | Width::I16 | Width::I32);
        if name.is_none() && symbols.unknown.is_empty() && signed {
            return Value::Int(bits as i32 as i64);
        }
        let unknown = (!symbols.unknown.is_empty()).then(|| self.name(symbols.unknown));
        // A named constant may be negative; as a number, it is written with its sign.
        let bits = if name.is_some() && signed { bits as i32 as i64 as u64 } else { bits };
        Value::Symbol { bits, name, unknown }
    }

    fn mixed(&mut self, bits: u64, symbols: &'static Symbols, field: u64, flags: &'static Flags) -> Value {
        let symbol = self.symbol(bits & field, symbols, Width::U64);
        match symbol {
            // If the symbols have no comment for an unknown value, its bits are written like the others.
            Value::Symbol { name: None, unknown: None, .. } => return self.flags(bits, flags),
            _ if bits & !field == 0 => return symbol,
            _ => {}
        }
        let flags = self.flags(bits & !field, flags);
        Value::Or([symbol, flags].into())
    }

    /// `S_IFREG|0644`
    pub fn mode(&mut self, mode: u64) -> Value {
        const KINDS: &[(u64, &str)] = &[
            (0o10_0000, "S_IFREG"),
            (0o4_0000, "S_IFDIR"),
            (0o12_0000, "S_IFLNK"),
            (0o2_0000, "S_IFCHR"),
            (0o6_0000, "S_IFBLK"),
            (0o1_0000, "S_IFIFO"),
            (0o14_0000, "S_IFSOCK"),
        ];
        const BITS: &[(u64, &str)] = &[(0o4000, "S_ISUID"), (0o2000, "S_ISGID"), (0o1000, "S_ISVTX")];
        let (mut parts, mut rest) = (Vec::new(), mode);
        let kind = KINDS.iter().find(|(kind, _)| mode & 0o17_0000 == *kind);
        if let Some((kind, name)) = kind {
            parts.push(Value::Symbol { bits: *kind, name: Some(self.name(name)), unknown: None });
            rest &= !kind;
        }
        // Without a known file type, the other bits mean nothing.
        for (bit, name) in BITS.iter().filter(|_| kind.is_some() || mode & 0o17_0000 == 0) {
            if rest & bit != 0 {
                parts.push(Value::Symbol { bits: *bit, name: Some(self.name(name)), unknown: None });
                rest &= !bit;
            }
        }
        parts.push(Value::Octal { bits: rest, min: 3 });
        Value::Or(parts)
    }

    /// `makedev(0x8, 0x1)`: the layout of the kernel's `new_encode_dev`, as user space sees it.
    pub fn device(&mut self, dev: u64) -> Value {
        let major = ((dev >> 8) & 0xfff) | ((dev >> 32) & !0xfff);
        let minor = (dev & 0xff) | ((dev >> 12) & !0xff & 0xffff_ffff);
        Value::Macro(self.name("makedev"), [Value::Hex(major), Value::Hex(minor)].into())
    }

    /// A NUL-terminated string of at most `most` bytes.
    pub fn text(&mut self, place: Place, most: usize) -> Option<Value> {
        let Place::Memory { addr, phase } = place else { return None };
        let (mut bytes, ended) = self.scope.text(phase, addr, most.saturating_add(1));
        if bytes.is_empty() && !ended {
            return None;
        }
        // A string that runs into unreadable memory is not one: the kernel refuses it, and strace writes the address.
        if !ended && bytes.len() <= most && !self.goes_on(addr, bytes.len()) {
            return None;
        }
        let cut = !ended;
        bytes.truncate(most);
        Some(Value::Str { bytes, cut })
    }

    fn bytes(&mut self, place: Place, len: Len) -> Option<Value> {
        let Place::Memory { addr, phase } = place else { return None };
        let count = usize::try_from(self.scope.count(len)?).unwrap_or(usize::MAX);
        self.buffer(addr, phase, count)
    }

    /// A buffer of `count` bytes, cut at `-s`; `None` if the part that is written is not readable.
    pub fn buffer(&mut self, addr: u64, phase: Phase, count: usize) -> Option<Value> {
        let most = count.min(self.scope.depth.strings);
        // One byte more than is written must be readable, because it says whether there is more.
        let needed = most.saturating_add(1).min(count);
        let bytes = self.scope.snapshot.read(phase, addr, needed);
        let begins = bytes.len() < needed && !bytes.is_empty();
        if begins && (self.scope.depth.dump || self.goes_on(addr, bytes.len())) {
            return Some(Value::Str { bytes: bytes[..most.min(bytes.len())].into(), cut: true });
        }
        (bytes.len() == needed).then(|| Value::Str { bytes: bytes[..most].into(), cut: count > most })
    }

    /// Whether `len` bytes at an address are only the beginning of what was wanted, because nobody captured the rest.
    fn goes_on(&self, addr: u64, len: usize) -> bool {
        len > 0 && self.scope.snapshot.missed(addr.wrapping_add(len as u64))
    }

    fn array(&mut self, element: &'static Type, len: Len, place: Place) -> Option<Value> {
        let count = self.scope.count(len)?;
        if let Place::Memory { addr, .. } = place
            && !self.scope.ends_within_space(addr, len, layout::size(element, self.scope.abi()))
        {
            return None;
        }
        let (items, mut cut) = self.items(element, count, len == Len::Zero, place)?;
        // More than the kernel accepts is not read, but shown as cut.
        if let Len::Most(index, most) = len
            && items.len() as u64 == u64::from(most)
        {
            cut |= self.scope.sibling(index) > u64::from(most);
        }
        Some(Value::Array { items, cut })
    }

    /// An array of `count` elements; `None` if the first one is not readable.
    pub fn several(&mut self, element: &'static Type, count: u64, place: Place) -> Option<Value> {
        let (items, cut) = self.items(element, count, false, place)?;
        Some(Value::Array { items, cut })
    }

    /// Elements, and whether there are more than are written.
    fn items(
        &mut self,
        element: &'static Type,
        count: u64,
        ended: bool,
        place: Place,
    ) -> Option<(Vec<Value>, bool)> {
        let Place::Memory { addr, phase } = place else { return None };
        let size = layout::size(element, self.scope.abi());
        let mut items = Vec::new();
        let mut cut = false;
        for index in 0..usize::try_from(count).unwrap_or(usize::MAX) {
            let at = addr.wrapping_add((index as u64).wrapping_mul(size as u64));
            let bytes = self.scope.snapshot.read(phase, at, size);
            if ended && bytes.len() == size && bytes.iter().all(|byte| *byte == 0) {
                break;
            }
            if bytes.len() < size || size == 0 {
                if index == 0 {
                    return None;
                }
                // The readable memory ends inside the array.
                items.push(self.unreadable(at));
                break;
            }
            // The next element is left out only if it is readable.
            if index >= self.scope.most_elements() {
                cut = true;
                break;
            }
            let item = self.value(element, Place::Memory { addr: at, phase });
            items.push(item);
        }
        Some((items, cut))
    }

    /// What an array shows from where its memory could not be read: `... /* 0x7f0000 */`; or was not captured.
    pub fn unreadable(&mut self, at: u64) -> Value {
        if self.scope.snapshot.missed(at) {
            return Value::NotCaptured(at);
        }
        Value::Noted(Box::new(Value::Word(self.name("..."))), alloc::format!("{at:#x}"))
    }

    /// What a part without an address of its own shows if it could not be read: `???`; or was not captured.
    pub fn unknown(&mut self, at: u64) -> Value {
        match self.scope.snapshot.missed(at) {
            true => Value::NotCaptured(at),
            false => Value::Word(self.name("???")),
        }
    }

    /// `MAP_HUGETLB|21<<MAP_HUGE_SHIFT`
    fn shifted(&mut self, bits: u64, rest: &'static Type, shift: u32, name: &'static str) -> Value {
        let (low, number) = (bits & ((1 << shift) - 1), bits >> shift);
        let low_value = self.value(rest, Place::Register(low));
        if number == 0 {
            return low_value;
        }
        let shifted = Value::Shifted(number, self.name(name));
        match low_value {
            Value::Flags { bits: 0, names, .. } if names.is_empty() => shifted,
            low_value => Value::Or([low_value, shifted].into()),
        }
    }

    /// A `char` array that ends at a NUL or at its size.
    fn chars(&mut self, size: usize, place: Place) -> Option<Value> {
        let Place::Memory { addr, phase } = place else { return None };
        let bytes = self.scope.bytes(phase, addr, size);
        if !self.scope.known(bytes.len(), addr, size) {
            return None;
        }
        // Beyond the end of an extensible structure everything is zero.
        let end = (bytes.len() < size).then_some(bytes.len());
        Some(match bytes.iter().position(|byte| *byte == 0).or(end) {
            Some(end) => Value::bytes(&bytes[..end]),
            // The kernel always terminates it: the last byte is not shown.
            None => Value::Str { bytes: bytes[..size - 1].into(), cut: true },
        })
    }

    /// Text in a `char` array with `count` bytes in use, one of which is reserved for the NUL.
    pub fn counted(&mut self, place: Place, count: u64, room: u64) -> Value {
        let size = count.min(room - 1) as usize + 1;
        self.chars(size, place).unwrap_or(Value::List(Vec::new()))
    }

    /// A structure whose fields are written in another order than in memory.
    fn ordered(
        &mut self,
        record: &'static Record,
        order: &'static [&'static str],
        place: Place,
    ) -> Option<Value> {
        let Value::Struct { mut fields, cut } = self.record(record, place)? else { return None };
        let mut sorted = Vec::with_capacity(fields.len());
        for name in order {
            let found = |(field, _): &(Option<Name>, Value)| {
                field.is_some_and(|field| self.names.text(field) == *name)
            };
            if let Some(at) = fields.iter().position(found) {
                sorted.push(fields.swap_remove(at));
            }
        }
        Some(Value::Struct { fields: sorted, cut })
    }

    /// What an extensible structure at `addr` has beyond the known `size`, unless that is all zero; `None` if the structure
    /// is not readable up to the length that the caller gave.
    fn beyond(&self, addr: u64, size: usize, phase: Phase) -> Option<Option<Value>> {
        let total = self.scope.beyond();
        let rest = total.saturating_sub(size);
        let bytes = self.scope.snapshot.read(phase, addr.wrapping_add(size as u64), rest);
        if bytes.iter().all(|byte| *byte == 0) {
            return (bytes.len() == rest).then_some(None);
        }
        let whole = bytes.len() == rest;
        whole.then_some(Some(Value::Beyond {
            from: size as u32,
            to: total as u32 - 1,
            bytes: bytes.into(),
            cut: false,
        }))
    }

    /// As many bytes of a structure as there are.
    fn partial(&mut self, record: &'static Record, len: Len, place: Place) -> Option<Value> {
        let Place::Memory { addr, phase } = place else { return None };
        let abi = self.scope.abi();
        let size = layout::record_size(record, abi);
        let given = usize::try_from(self.scope.count(len)? & 0xffff_ffff).ok()?.min(size);
        if given == size {
            return self.record(record, place);
        }
        if given == 0 || self.scope.bytes(phase, addr, given).len() < given {
            return None;
        }
        let outer = self.scope;
        self.scope = outer.inside(record, place);
        let mut fields = Vec::with_capacity(record.fields.len());
        for (index, field) in record.fields.iter().enumerate() {
            let offset = layout::offset(record, index, abi);
            if offset >= given {
                break;
            }
            let at = addr.wrapping_add(offset as u64);
            let value = match offset + layout::size(&field.ty, abi) <= given {
                true => self.value(&field.ty, Place::Memory { addr: at, phase }),
                false => {
                    let bytes = self.scope.bytes(phase, at, given - offset).to_vec();
                    Value::Binary { bytes, cut: false }
                }
            };
            fields.push((Some(self.name(field.name)), value));
        }
        self.scope = outer;
        Some(Value::Struct { fields, cut: false })
    }

    /// Whether a field is written.
    fn shows(&self, field: &Field, place: Place) -> bool {
        let verbose = self.scope.depth.verbose;
        match field.shown {
            Shown::Always => true,
            Shown::Never | Shown::More => false,
            Shown::Since(size) => self.scope.length >= u64::from(size),
            Shown::Verbose => verbose,
            Shown::VerboseSince(size) => verbose && self.scope.length >= u64::from(size),
            Shown::Notable if verbose => true,
            Shown::NonZero | Shown::Notable => match (&field.ty, place) {
                (Type::Bits(width, from, count, _), _) => {
                    bits(self.scope.load(place, *width).unwrap_or(0), *from, *count) != 0
                }
                (ty, Place::Memory { addr, phase }) => {
                    let bytes = self.scope.bytes(phase, addr, layout::size(ty, self.scope.abi()));
                    bytes.iter().any(|byte| *byte != 0)
                }
                (_, Place::Register(bits)) => bits != 0,
            },
        }
    }

    /// A structure; `None` if part of it is not readable.
    pub fn record(&mut self, record: &'static Record, place: Place) -> Option<Value> {
        let Place::Memory { addr, phase } = place else { return None };
        let abi = self.scope.abi();
        let size = layout::record_size(record, abi);
        if !self.scope.known(self.scope.bytes(phase, addr, size).len(), addr, size) {
            return None;
        }
        let outer = self.scope;
        self.scope = outer.inside(record, place);
        let mut fields = Vec::with_capacity(record.fields.len());
        let mut cut = false;
        for (index, field) in record.fields.iter().enumerate() {
            let at = addr.wrapping_add(layout::offset(record, index, abi) as u64);
            let place = Place::Memory { addr: at, phase };
            let shown = self.shows(field, place);
            // What only `-v` shows, and what is behind the end of the known structure, is left out as `...`.
            cut |= match field.shown {
                Shown::More => self.scope.length > size as u64,
                Shown::Verbose | Shown::VerboseSince(_) => !outer.depth.verbose,
                _ => false,
            };
            let ty = if let Type::Over(ty) = &field.ty { ty } else { &field.ty };
            let absent = matches!(self.scope.resolve(ty), Type::Absent);
            if matches!(field.ty, Type::Beyond) {
                match self.beyond(addr, at.wrapping_sub(addr) as usize, phase) {
                    None if field.name.is_empty() => fields.push((None, self.unknown(at))),
                    // Not readable up to the length that the caller gave: not a structure.
                    None => {
                        self.scope = outer;
                        return None;
                    }
                    Some(None) => {}
                    Some(Some(mut beyond)) if field.name.is_empty() => {
                        if let Value::Beyond { bytes, cut, .. } = &mut beyond {
                            *cut = bytes.len() > outer.depth.strings;
                            bytes.truncate(outer.depth.strings);
                        }
                        fields.push((None, beyond));
                    }
                    Some(Some(Value::Beyond { from, to, bytes, cut })) if outer.depth.verbose => {
                        let note = alloc::format!("bytes {from}..{to}");
                        let value = Value::Noted(Box::new(Value::Binary { bytes, cut }), note);
                        fields.push((Some(self.name(field.name)), value));
                    }
                    Some(Some(_)) => cut = true,
                }
            } else if shown && !absent {
                let value = match &field.ty {
                    // Bytes at the end of a structure have no address of their own.
                    Type::Binary(..) => match self.try_value(&field.ty, place) {
                        Some(value) => value,
                        None => self.unknown(at),
                    },
                    ty => self.value(ty, place),
                };
                let name = (!field.name.is_empty()).then(|| self.name(field.name));
                // An empty list is left out, with its name.
                if !matches!(&value, Value::List(items) if items.is_empty()) {
                    fields.push((name, value));
                }
            }
        }
        self.scope = outer;
        Some(Value::Struct { fields, cut })
    }
}

/// `count` bits of a scalar, starting at bit `from`.
fn bits(whole: u64, from: u8, count: u8) -> u64 {
    whole >> from & (u64::MAX >> (64 - u32::from(count)))
}

/// A descriptor with what it is open on.
pub fn open_fd(fd: i32, dir: bool, open_on: Option<&OpenOn>) -> Value {
    let (path, detail) = match open_on {
        None => (None, None),
        Some(OpenOn { silent: true, .. }) => (None, None),
        Some(OpenOn { path, detail: None, .. }) => (Some(path.clone()), None),
        Some(OpenOn { detail: Some(Detail::Instead(detail)), .. }) => (None, Some(detail.clone())),
        Some(OpenOn { path, detail: Some(Detail::Behind(detail)), .. }) => {
            (Some(path.clone()), Some(detail.clone()))
        }
    };
    Value::Fd { fd, dir, path, detail }
}

/// Nanoseconds since boot, with the date as a comment. `boot` is the boot time in nanoseconds since 1970.
fn since_boot(nanos: u64, boot: i64) -> Value {
    const SECOND: i64 = 1_000_000_000;
    let parts = (nanos % SECOND as u64) as i64 + boot.rem_euclid(SECOND);
    // The largest have 34 bits.
    let seconds = (nanos / SECOND as u64) as i64 + boot.div_euclid(SECOND) + parts / SECOND;
    dated(Value::Unsigned(nanos), seconds, 0, 0)
}

fn dated(value: Value, seconds: i64, fraction: u64, digits: u8) -> Value {
    match date(seconds, fraction, digits) {
        Some(date) if seconds != 0 || fraction != 0 => Value::Commented(Box::new(value), Box::new(date)),
        _ => value,
    }
}

/// A date, unless the fraction is out of range or the year does not fit an `int` (which `localtime(3)` needs).
pub fn date(seconds: i64, fraction: u64, digits: u8) -> Option<Value> {
    const YEAR: i64 = 31_556_952;
    let fraction =
        u32::try_from(fraction).ok().filter(|part| u64::from(*part) < 10u64.pow(u32::from(digits)))?;
    let years = seconds / YEAR;
    i32::try_from(years).ok().map(|_| Value::Date { seconds, fraction, digits })
}

/// A decimal number of the given width.
fn number(value: u64, width: Width) -> Value {
    match width {
        Width::I8 | Width::I16 | Width::I32 | Width::I64 | Width::Long => Value::Int(value as i64),
        Width::U8 | Width::U16 | Width::U32 | Width::U64 | Width::Ulong | Width::Size => {
            Value::Unsigned(value)
        }
    }
}

/// The bits of a width.
pub(crate) fn mask(width: Width, word: usize) -> u64 {
    match width {
        Width::I8 | Width::U8 => 0xff,
        Width::I16 | Width::U16 => 0xffff,
        Width::I32 | Width::U32 => 0xffff_ffff,
        Width::I64 | Width::U64 => u64::MAX,
        Width::Long | Width::Ulong | Width::Size => u64::MAX >> (64 - 8 * word),
    }
}

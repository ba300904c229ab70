//! What a decoded argument or result **is**, independent of how it is written.
//!
//! Text and JSON are both made from it. Names are ids into a [`Names`] table. In the tracer it holds static text; in the
//! client it is filled by `Define` frames, so that an older client can read a newer tracer.

use alloc::{borrow::Cow, boxed::Box, collections::BTreeMap, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// The id of a name (a flag, a field, a call) in a [`Names`] table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Name(pub u32);

/// A decoded argument, field or result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A signed number, written in decimal.
    Int(i64),
    /// An unsigned number, written in decimal.
    Unsigned(u64),
    /// A number written as `0x1f`; zero is `0`.
    Hex(u64),
    /// A number written as `0644`, with at least `min` digits including the leading zero (a file mode has 3:
    /// `000`, `022`).
    Octal {
        /// The number.
        bits: u64,
        /// The minimum number of digits.
        min: u8,
    },
    /// An address: of memory that is not decoded, was not readable, or is not meant to be read. 0 is `NULL`. Of memory that
    /// was meant to be read and that nobody captured: [`Value::NotCaptured`].
    Addr(u64),
    /// A file descriptor, with what it is open on if descriptors are decoded (`-y`).
    Fd {
        /// The number; `AT_FDCWD` (-100) is written by name in a directory argument.
        fd: i32,
        /// Whether this is a directory argument (in which `AT_FDCWD` has a meaning).
        dir: bool,
        /// What `/proc/PID/fd/N` links to.
        path: Option<Vec<u8>>,
        /// What else is known about it (`-yy`): instead of a path, or after it. Already escaped.
        detail: Option<String>,
    },
    /// A process, thread or process group id.
    Pid {
        /// The id.
        pid: i32,
        /// The name of the process, if names are wanted (`-Y`) and it has one.
        comm: Option<Vec<u8>>,
        /// Its id in the tracer's PID namespace, if that is different and wanted (`-e decode-pids=pidns`).
        ours: Option<i32>,
    },
    /// Named bits. Written as `A|B|0x40`; `0x40 /* X_??? */` if no bit has a name; `0` for zero.
    Flags {
        /// The raw bits.
        bits: u64,
        /// The names found, in the order of the table.
        names: Vec<Name>,
        /// The bits that have no name.
        rest: u64,
        /// The comment for an unknown value, such as `O_???`.
        unknown: Name,
    },
    /// One of a list of constants. Written as its name, or as `0x7 /* X_??? */`.
    Symbol {
        /// The raw number.
        bits: u64,
        /// Its name, if it has one.
        name: Option<Name>,
        /// The comment for an unknown value; `None`: only the number.
        unknown: Option<Name>,
    },
    /// Values that are or-ed together: `SOCK_STREAM|SOCK_CLOEXEC`, `S_IFREG|0644`.
    Or(Vec<Value>),
    /// Bytes in quotes, followed by `...` if `cut`.
    Str {
        /// The bytes as they were in memory. Hostile: never write them raw.
        bytes: Vec<u8>,
        /// Whether there were more bytes than are kept.
        cut: bool,
    },
    /// `[a, b, ...]`
    Array {
        /// The elements.
        items: Vec<Value>,
        /// Whether there were more elements than are kept.
        cut: bool,
    },
    /// A set of signals or CPUs: `[INT CHLD]`, `~[KILL]`.
    Set {
        /// The members, or with `complement` the members that are missing.
        items: Vec<Value>,
        /// Whether the set is everything except the items.
        complement: bool,
    },
    /// `{name=value, ...}`
    Struct {
        /// The fields in order; a field without a name is only its value (`inet_pton(...)` in a sockaddr).
        fields: Vec<(Option<Name>, Value)>,
        /// Whether fields were left out (no `-v`).
        cut: bool,
    },
    /// `[before => after]`: an integer behind a pointer, which the kernel changed.
    Changed(Box<Value>, Box<Value>),
    /// `[value]`: a single item behind a pointer, if strace writes brackets for it.
    Pointee(Box<Value>),
    /// ` => value`: the part of an argument that is known only at exit, after what was written at entry.
    After(Box<Value>),
    /// `name=value` outside a structure, as in `clone(child_stack=NULL, ...)`.
    Field(Name, Box<Value>),
    /// `name(a, b)`: a C macro, as in `htons(80)` or `makedev(0x8, 0x1)`.
    Macro(Name, Vec<Value>),
    /// `a && b == c`: a wait status; each part with the number that it is compared with.
    Status(Vec<(Value, Option<Value>)>),
    /// A value followed by a comment: `0x7ffe... /* 13 vars */`.
    Noted(Box<Value>, String),
    /// `&name`: the C address-of, as in `&sin6_addr`.
    AddressOf(Name),
    /// A bare word.
    Word(Name),
    /// `word value`: `flags O_RDWR`.
    Labeled(Name, Box<Value>),
    /// Bytes in hexadecimal: `"\x01\x02"`.
    Binary {
        /// The bytes.
        bytes: Vec<u8>,
        /// Whether there were more bytes than are kept.
        cut: bool,
    },
    /// A number with a shift: `21<<MAP_HUGE_SHIFT`.
    Shifted(u64, Name),
    /// A name with a shift: `B38400<<IBSHIFT`.
    ShiftedName(Name, Name),
    /// A point in time, written as a date in the reader's time zone.
    Date {
        /// Seconds since 1970.
        seconds: i64,
        /// The fraction, in units of the last digit.
        fraction: u32,
        /// How many digits a nonzero fraction has.
        digits: u8,
    },
    /// A value followed by another one as a comment.
    Commented(Box<Value>, Box<Value>),
    /// Several arguments that one type decoded together.
    List(Vec<Value>),
    /// A decimal number with a name, which is written instead: `RLIM64_INFINITY`.
    Named {
        /// The number.
        number: u64,
        /// Its name.
        name: Name,
    },
    /// A multiple of 1024: `8192*1024`.
    Kibi(u64),
    /// A text directly before a value: `@"name"`.
    Prefixed(Name, Box<Value>),
    /// A hexadecimal number with a minimum number of digits: `0x000011`.
    HexPadded {
        /// The number.
        bits: u64,
        /// The minimum number of digits.
        digits: u8,
    },
    /// A hexadecimal number with a shift: `0x5<<12`.
    HexShifted {
        /// The number.
        bits: u64,
        /// The shift.
        shift: u8,
    },
    /// `<... resuming interrupted poll ...>`: the call that the kernel continues after a signal.
    Resuming(Name),
    /// A value with a shift: `PERF_COUNT_HW_CACHE_OP_READ<<8`.
    Above(Box<Value>, u8),
    /// The part of a structure beyond its known fields: `/* bytes 32..35 */ "\x01\x00\x00\x00"`.
    Beyond {
        /// Offset of the first byte in the structure.
        from: u32,
        /// Offset of the last byte.
        to: u32,
        /// The bytes.
        bytes: Vec<u8>,
        /// Whether there were more bytes than are kept.
        cut: bool,
    },
    /// A value that has a name as a whole, which is written instead: a time that is `UTIME_NOW`.
    Called(Box<Value>, Name),
    /// A word that is in no table: the hardware address of an interface, the name of a netlink family.
    Text(String),
    /// The address of memory that would have been decoded, but that nobody captured: `0x7ffe12345678 /* not captured */`. It
    /// may well be readable.
    NotCaptured(u64),
}

impl Value {
    /// A string value from bytes.
    pub fn bytes(bytes: &[u8]) -> Value {
        Value::Str { bytes: bytes.into(), cut: false }
    }

    /// Visits the values directly inside of it.
    pub fn inside(&mut self, visit: &mut dyn FnMut(&mut Value)) {
        match self {
            Value::Or(items)
            | Value::Array { items, .. }
            | Value::Set { items, .. }
            | Value::Macro(_, items)
            | Value::List(items) => items.iter_mut().for_each(visit),
            Value::Struct { fields, .. } => fields.iter_mut().for_each(|(_, value)| visit(value)),
            Value::Changed(one, other) | Value::Commented(one, other) => {
                visit(one);
                visit(other);
            }
            Value::Pointee(value)
            | Value::After(value)
            | Value::Field(_, value)
            | Value::Labeled(_, value)
            | Value::Prefixed(_, value)
            | Value::Above(value, _)
            | Value::Noted(value, _)
            | Value::Called(value, _) => visit(value),
            Value::Status(parts) => {
                for (value, other) in parts {
                    visit(value);
                    other.iter_mut().for_each(&mut *visit);
                }
            }
            Value::Int(_)
            | Value::Unsigned(_)
            | Value::Hex(_)
            | Value::Octal { .. }
            | Value::Addr(_)
            | Value::NotCaptured(_)
            | Value::Fd { .. }
            | Value::Pid { .. }
            | Value::Flags { .. }
            | Value::Symbol { .. }
            | Value::Str { .. }
            | Value::Binary { .. }
            | Value::Beyond { .. }
            | Value::AddressOf(_)
            | Value::Word(_)
            | Value::Text(_)
            | Value::Shifted(..)
            | Value::ShiftedName(..)
            | Value::Date { .. }
            | Value::Named { .. }
            | Value::Kibi(_)
            | Value::HexPadded { .. }
            | Value::HexShifted { .. }
            | Value::Resuming(_) => {}
        }
    }

    /// The bytes of memory that it refers to, itself not included.
    pub fn heap(&self) -> usize {
        let boxed = |value: &Value| size_of::<Value>() + value.heap();
        let list = |values: &[Value]| size_of_val(values) + values.iter().map(Value::heap).sum::<usize>();
        match self {
            Value::Fd { path, detail, .. } => {
                path.as_ref().map_or(0, Vec::len) + detail.as_ref().map_or(0, String::len)
            }
            Value::Pid { comm, .. } => comm.as_ref().map_or(0, Vec::len),
            Value::Flags { names, .. } => size_of_val(names.as_slice()),
            Value::Or(items)
            | Value::Array { items, .. }
            | Value::Set { items, .. }
            | Value::Macro(_, items)
            | Value::List(items) => list(items),
            Value::Str { bytes, .. } | Value::Binary { bytes, .. } | Value::Beyond { bytes, .. } => {
                bytes.len()
            }
            Value::Struct { fields, .. } => {
                size_of_val(fields.as_slice()) + fields.iter().map(|(_, value)| value.heap()).sum::<usize>()
            }
            Value::Changed(one, other) | Value::Commented(one, other) => boxed(one) + boxed(other),
            Value::Pointee(value)
            | Value::After(value)
            | Value::Field(_, value)
            | Value::Labeled(_, value)
            | Value::Prefixed(_, value)
            | Value::Above(value, _)
            | Value::Called(value, _) => boxed(value),
            Value::Status(parts) => {
                let part = |(value, other): &(Value, Option<Value>)| {
                    value.heap() + other.as_ref().map_or(0, Value::heap)
                };
                size_of_val(parts.as_slice()) + parts.iter().map(part).sum::<usize>()
            }
            Value::Noted(value, text) => boxed(value) + text.len(),
            Value::Text(text) => text.len(),
            Value::Int(_)
            | Value::Unsigned(_)
            | Value::Hex(_)
            | Value::Octal { .. }
            | Value::Addr(_)
            | Value::NotCaptured(_)
            | Value::Symbol { .. }
            | Value::AddressOf(_)
            | Value::Word(_)
            | Value::Shifted(..)
            | Value::ShiftedName(..)
            | Value::Date { .. }
            | Value::Named { .. }
            | Value::Kibi(_)
            | Value::HexPadded { .. }
            | Value::HexShifted { .. }
            | Value::Resuming(_) => 0,
        }
    }
}

/// The texts of the names that values refer to.
///
/// In the tracer a name's text is static and found again by its address, which is cheaper than by its letters; the
/// client fills the same table in the order of `Define` frames.
///
/// ```
/// use syscalls::value::Names;
/// let mut names = Names::default();
/// let flag = names.intern("O_CLOEXEC");
/// assert_eq!(names.text(flag), "O_CLOEXEC");
/// assert_eq!(names.intern("O_CLOEXEC"), flag);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Names {
    texts: Vec<Cow<'static, str>>,
    ids: BTreeMap<(usize, usize), Name>,
    numbers: BTreeMap<u64, Name>,
}

impl Names {
    /// At most this many names, so that a hostile tracer cannot exhaust the client's memory.
    pub const LIMIT: usize = 1 << 16;
    /// The longest text of a name, in bytes.
    pub const LONGEST: usize = 256;
    /// At most this many calls get a name from their number.
    const MOST_NUMBERS: usize = 1024;

    /// The id of a static text.
    ///
    /// The same text at two addresses may get two ids, which does no harm.
    pub fn intern(&mut self, text: &'static str) -> Name {
        let place = (text.as_ptr() as usize, text.len());
        if let Some(name) = self.ids.get(&place) {
            return *name;
        }
        let name = Name(self.texts.len() as u32);
        self.texts.push(Cow::Borrowed(text));
        self.ids.insert(place, name);
        name
    }

    /// The id of a call without a name: `syscall_0x1f4`.
    ///
    /// A tracee may call any number, so only a limited number of those far beyond any kernel's get names of their own.
    pub fn intern_number(&mut self, number: u64) -> Name {
        if let Some(name) = self.numbers.get(&number) {
            return *name;
        }
        if self.numbers.len() >= Self::MOST_NUMBERS {
            return self.intern("syscall_???");
        }
        let name = Name(self.texts.len() as u32);
        self.texts.push(Cow::Owned(alloc::format!("syscall_{number:#x}")));
        self.numbers.insert(number, name);
        name
    }

    /// Gives this text to the next id, as the client does for a `Define` frame.
    ///
    /// # Errors
    /// `false` if the id is not the next one, the table is full or the text is too long: the stream cannot be trusted.
    pub fn define(&mut self, name: Name, text: String) -> bool {
        let fits = name.0 as usize == self.texts.len() && self.texts.len() < Self::LIMIT;
        let sane = text.len() <= Self::LONGEST && text.bytes().all(|b| (0x20..0x7f).contains(&b));
        if fits && sane {
            self.texts.push(Cow::Owned(text));
        }
        fits && sane
    }

    /// The text of a name; `?` if it was never defined.
    pub fn text(&self, name: Name) -> &str {
        self.texts.get(name.0 as usize).map_or("?", |text| text)
    }

    /// The number of names; ids are below it.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are no names yet.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The names from the given id on, for `Define` frames.
    pub fn since(&self, first: usize) -> impl Iterator<Item = (Name, &str)> {
        self.texts.iter().enumerate().skip(first).map(|(id, text)| (Name(id as u32), &**text))
    }
}

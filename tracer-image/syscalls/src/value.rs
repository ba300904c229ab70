//! What a decoded argument or result **is**, apart from how it is written.
//!
//! Text and JSON both come from here. Names are ids into a [`Names`] table: static text in the tracer, filled by
//! `Define` frames in the client, so that an older client can read a newer tracer.

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
    /// A number written as `0644`; at least `min` digits are written, the leading zero among them (a file mode has 3:
    /// `000`, `022`).
    Octal {
        /// The number.
        bits: u64,
        /// The least number of digits.
        min: u8,
    },
    /// An address: of memory that is not decoded, was not readable, or is not meant to be read. 0 is `NULL`.
    Addr(u64),
    /// A file descriptor, with what it is open on where descriptors are decoded (`-y`).
    Fd {
        /// The number; `AT_FDCWD` (-100) is written by name in a directory's place.
        fd: i32,
        /// Whether the place is a directory's (`AT_FDCWD` has a meaning).
        dir: bool,
        /// What `/proc/PID/fd/N` links to.
        path: Option<Vec<u8>>,
        /// What else is known of it (`-yy`): instead of a path, or behind it. Already escaped.
        detail: Option<String>,
    },
    /// A process, thread or process group id.
    Pid {
        /// The id.
        pid: i32,
        /// The name of the process, where names are wanted (`-Y`) and it has one.
        comm: Option<Vec<u8>>,
        /// Its id in the tracer's PID namespace, where that is another one and wanted (`-e decode-pids=pidns`).
        ours: Option<i32>,
    },
    /// A set of bits. Written as `A|B|0x40`; `0x40 /* X_??? */` where no bit has a name; `0` for zero.
    Flags {
        /// The raw bits.
        bits: u64,
        /// The names found, in the order of the table.
        names: Vec<Name>,
        /// The bits that have no name.
        rest: u64,
        /// What stands in the comment of an unknown value, such as `O_???`.
        unknown: Name,
    },
    /// One of a list of constants. Written as its name, or as `0x7 /* X_??? */`.
    Symbol {
        /// The raw number.
        bits: u64,
        /// Its name, where it has one.
        name: Option<Name>,
        /// What stands in the comment of an unknown value; none: the bare number.
        unknown: Option<Name>,
    },
    /// Values that are or-ed together: `SOCK_STREAM|SOCK_CLOEXEC`, `S_IFREG|0644`.
    Or(Vec<Value>),
    /// Bytes between quotes, with `...` behind them when `cut`.
    Str {
        /// The bytes as they were in memory. Hostile: never write them raw.
        bytes: Vec<u8>,
        /// Whether more bytes followed than are kept.
        cut: bool,
    },
    /// `[a, b, ...]`
    Array {
        /// The elements.
        items: Vec<Value>,
        /// Whether more elements followed than are kept.
        cut: bool,
    },
    /// A set of signals or CPUs: `[INT CHLD]`, `~[KILL]`.
    Set {
        /// The members, or with `complement` what is missing from the whole.
        items: Vec<Value>,
        /// Whether everything but the items is meant.
        complement: bool,
    },
    /// `{name=value, ...}`
    Struct {
        /// The fields in order; one without a name stands as its bare value (`inet_pton(...)` in a sockaddr).
        fields: Vec<(Option<Name>, Value)>,
        /// Whether fields were left out (no `-v`).
        cut: bool,
    },
    /// `[before => after]`: an integer behind a pointer that the kernel changed.
    Changed(Box<Value>, Box<Value>),
    /// `[value]`: a single thing behind a pointer, when strace writes brackets for it.
    Pointee(Box<Value>),
    /// ` => value`: the part of an argument that is known only at exit, behind what was written at entry.
    After(Box<Value>),
    /// `name=value` outside of a structure, as in `clone(child_stack=NULL, ...)`.
    Field(Name, Box<Value>),
    /// `name(a, b)`: a macro of C, as in `htons(80)` or `makedev(0x8, 0x1)`.
    Macro(Name, Vec<Value>),
    /// `a && b == c`: a wait status; each part with the number it is compared with.
    Status(Vec<(Value, Option<Value>)>),
    /// A value with a comment behind it: `0x7ffe... /* 13 vars */`.
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
        /// Whether more bytes followed than are kept.
        cut: bool,
    },
    /// A number above a shift: `21<<MAP_HUGE_SHIFT`.
    Shifted(u64, Name),
    /// A name above a shift: `B38400<<IBSHIFT`.
    ShiftedName(Name, Name),
    /// A time of day, written with its date in the reader's time zone.
    Date {
        /// Seconds since 1970.
        seconds: i64,
        /// What is added to them, in units of the last digit.
        fraction: u32,
        /// How many digits a fraction has that is not zero.
        digits: u8,
    },
    /// A value with another one as a comment behind it.
    Commented(Box<Value>, Box<Value>),
    /// Several arguments that one type decoded together, written one after another.
    List(Vec<Value>),
    /// A decimal number that has a name, and is written by it: `RLIM64_INFINITY`.
    Named {
        /// The number.
        number: u64,
        /// Its name.
        name: Name,
    },
    /// A number of 1024s: `8192*1024`.
    Kibi(u64),
    /// A text directly before a value: `@"name"`.
    Prefixed(Name, Box<Value>),
    /// A hexadecimal number of at least so many digits: `0x000011`.
    HexPadded {
        /// The number.
        bits: u64,
        /// The least number of digits.
        digits: u8,
    },
    /// A hexadecimal number above a shift: `0x5<<12`.
    HexShifted {
        /// The number.
        bits: u64,
        /// By how much it is shifted.
        shift: u8,
    },
    /// `<... resuming interrupted poll ...>`: what the kernel goes on with after a signal.
    Resuming(Name),
    /// A value above a shift: `PERF_COUNT_HW_CACHE_OP_READ<<8`.
    Above(Box<Value>, u8),
    /// What a structure has beyond what is known of it: `/* bytes 32..35 */ "\x01\x00\x00\x00"`.
    Beyond {
        /// Offset of the first byte in the structure.
        from: u32,
        /// Offset of the last byte.
        to: u32,
        /// The bytes.
        bytes: Vec<u8>,
        /// Whether more bytes followed than are kept.
        cut: bool,
    },
    /// A value that has a name as a whole and is written by it: a time that is `UTIME_NOW`.
    Called(Box<Value>, Name),
    /// A word that is in no table: the address of an interface's hardware, the name of a netlink family.
    Text(String),
}

impl Value {
    /// A string value from bytes.
    pub fn bytes(bytes: &[u8]) -> Value {
        Value::Str { bytes: bytes.into(), cut: false }
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
    /// Most names a table takes: the client must not be filled up by a hostile tracer.
    pub const LIMIT: usize = 1 << 16;
    /// Longest text of a name, in bytes.
    pub const LONGEST: usize = 256;
    /// Most calls that are named by their numbers.
    const MOST_NUMBERS: usize = 1024;

    /// The id of a static text.
    ///
    /// The same letters at two addresses may get two ids, which does no harm.
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

    /// The id of a call that has no name but its number: `syscall_0x1f4`.
    ///
    /// A tracee may call any number: of those far beyond any kernel's, only so many get a name of their own.
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

    /// The next id gets this text; what a `Define` frame does in the client.
    ///
    /// # Errors
    /// `false` if the id is not the next one, the table is full or the text too long: the stream is not to be trusted.
    pub fn define(&mut self, name: Name, text: String) -> bool {
        let fits = name.0 as usize == self.texts.len() && self.texts.len() < Self::LIMIT;
        let sane = text.len() <= Self::LONGEST && text.bytes().all(|b| (0x20..0x7f).contains(&b));
        if fits && sane {
            self.texts.push(Cow::Owned(text));
        }
        fits && sane
    }

    /// The text of a name; `?` for one that was never defined.
    pub fn text(&self, name: Name) -> &str {
        self.texts.get(name.0 as usize).map_or("?", |text| text)
    }

    /// How many names there are; ids are below it.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is no name yet.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The names from the given id on, for `Define` frames.
    pub fn since(&self, first: usize) -> impl Iterator<Item = (Name, &str)> {
        self.texts.iter().enumerate().skip(first).map(|(id, text)| (Name(id as u32), &**text))
    }
}

//! strace's notation of a [`Value`], which its users know by heart and their scripts parse.
//!
//! Everything from a tracee is escaped here; nothing else writes values as text.

use crate::{
    decode::{Outcome, Tampered},
    names::{errno, terminal},
    value::{Names, Value},
};
use alloc::{string::String, vec::Vec};
use core::{
    fmt::Write,
    net::{Ipv4Addr, Ipv6Addr},
};

/// Which bytes of a string are written in hexadecimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HexStrings {
    /// No string: C escapes and octal.
    #[default]
    Never,
    /// Only the characters that would otherwise be written in octal.
    Chars,
    /// `-x`: the whole string, if it has a byte that is not printable ASCII.
    NonAscii,
    /// `-xx`: all strings.
    All,
}

/// How constants are written: `-X`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Constants {
    /// By their names.
    #[default]
    Abbrev,
    /// As numbers.
    Raw,
    /// As numbers, followed by their names as a comment.
    Verbose,
}

/// How values are written.
#[derive(Clone, Copy, Debug)]
pub struct Notation {
    /// `-X`.
    pub constants: Constants,
    /// `-x`, `-xx`.
    pub hex: HexStrings,
    /// Seconds east of UTC at a time (seconds since 1970), for dates in comments.
    pub zone: fn(i64) -> i32,
}

impl Default for Notation {
    fn default() -> Self {
        Notation { constants: Constants::Abbrev, hex: HexStrings::Never, zone: utc }
    }
}

/// UTC.
pub fn utc(_: i64) -> i32 {
    0
}

/// The kernel appends this to the path of an unlinked file (`d_path` in fs/d_path.c).
const DELETED: &[u8] = b" (deleted)";

/// Writing to a `String` cannot fail.
macro_rules! put {
    ($out:expr, $($arg:tt)*) => { { let _ = write!($out, $($arg)*); } };
}

impl Notation {
    /// Writes arguments, separated by commas; `first` is false if some have been written already.
    pub fn arguments(&self, out: &mut String, args: &[Value], names: &Names, mut first: bool) {
        for arg in args {
            if !first && !matches!(arg, Value::After(_)) {
                out.push_str(", ");
            }
            first = false;
            self.value(out, arg, names);
        }
    }

    /// Writes what follows the ` = ` of a call.
    pub fn outcome(&self, out: &mut String, outcome: &Outcome, names: &Names) {
        match outcome {
            Outcome::Tampered(outcome, Tampered { result, args, delay }) => {
                self.outcome(out, outcome, names);
                out.push_str(match (result, args) {
                    (true, true) => " (INJECTED: args, retval)",
                    (true, false) => " (INJECTED)",
                    (false, true) => " (INJECTED: args)",
                    (false, false) => "",
                });
                out.push_str(if *delay { " (DELAYED)" } else { "" });
            }
            Outcome::Unknown => out.push('?'),
            Outcome::Error(number) => match errno::describe(*number) {
                Some((name, text)) if errno::is_restart(*number) => put!(out, "? {name} ({text})"),
                Some((name, text)) => put!(out, "-1 {name} ({text})"),
                None => put!(out, "-1 (errno {number})"),
            },
            Outcome::Value(value, note) => {
                self.value(out, value, names);
                if let Some(note) = note {
                    out.push_str(" (");
                    // Constants in notes of our own keep their names; those that a program would get are written as usual.
                    let constants = match note {
                        Value::Array { .. } | Value::Flags { .. } => self.constants,
                        // The flags of an open file keep their names.
                        Value::Labeled(_, flags) if !is_of_open_file(flags, names) => self.constants,
                        Value::List(items) if matches!(items[..], [Value::Array { .. }, ..]) => {
                            self.constants
                        }
                        _ => Constants::Abbrev,
                    };
                    Notation { constants, ..*self }.value(out, note, names);
                    out.push(')');
                }
            }
        }
    }

    /// Writes one value.
    pub fn value(&self, out: &mut String, value: &Value, names: &Names) {
        if let Some((lower, upper)) = halves(value, names) {
            if let Some(lower) = lower {
                self.value(out, &lower, names);
                out.push('|');
            }
            return self.value(out, &upper, names);
        }
        if self.constants != Constants::Abbrev
            && let Some(bits) = constant(value, names)
        {
            return self.number(out, bits, value, names);
        }
        match value {
            Value::Int(number) => put!(out, "{number}"),
            Value::Unsigned(number) => put!(out, "{number}"),
            Value::Hex(0) => out.push('0'),
            Value::Hex(number) => put!(out, "{number:#x}"),
            Value::Octal { bits: 0, min } => put!(out, "{:0width$}", 0, width = *min as usize),
            Value::Octal { bits, min } => {
                put!(out, "0{bits:0width$o}", width = usize::from(*min).saturating_sub(1));
            }
            Value::Addr(0) => out.push_str("NULL"),
            Value::Addr(addr) => put!(out, "{addr:#x}"),
            Value::NotCaptured(addr) => put!(out, "{addr:#x} /* not captured */"),
            Value::Fd { fd, dir, path, detail } => {
                match (fd, dir) {
                    (-100, true) if self.constants == Constants::Abbrev => out.push_str("AT_FDCWD"),
                    (-100, true) => {
                        let bare = Value::Fd { fd: -100, dir: true, path: None, detail: None };
                        self.number(out, Number::Decimal(-100), &bare, names);
                    }
                    (fd, _) => put!(out, "{fd}"),
                }
                if let Some(path) = path {
                    // An unlinked file is marked after its path, except the current directory.
                    let open_file = path.strip_suffix(DELETED).filter(|_| *fd >= 0);
                    out.push('<');
                    escape(out, open_file.unwrap_or(path), b"<>", self.hex);
                    printable(out, detail.as_deref().unwrap_or_default());
                    out.push_str(if open_file.is_some() { ">(deleted)" } else { ">" });
                } else if let Some(detail) = detail {
                    out.push('<');
                    printable(out, detail);
                    out.push('>');
                }
            }
            Value::Pid { pid, comm, ours } => {
                put!(out, "{pid}");
                self.comm(out, comm.as_deref());
                if let Some(ours) = ours {
                    put!(out, " /* {ours} in strace's PID NS */");
                }
            }
            Value::Flags { bits, names: found, rest, unknown } => {
                for (index, name) in found.iter().enumerate() {
                    put!(out, "{}{}", if index > 0 { "|" } else { "" }, names.text(*name));
                }
                match (found.is_empty(), rest) {
                    (true, 0) => put!(out, "{}", bits),
                    (true, _) => {
                        put!(out, "{bits:#x}");
                        comment(out, names.text(*unknown));
                    }
                    (false, 0) => {}
                    (false, rest) => put!(out, "|{rest:#x}"),
                }
            }
            Value::Symbol { name: Some(name), .. } => out.push_str(names.text(*name)),
            Value::Symbol { bits, name: None, unknown: None } => put!(out, "{bits}"),
            Value::Symbol { bits, name: None, unknown: Some(unknown) } => {
                match bits {
                    0 => out.push('0'),
                    bits => put!(out, "{bits:#x}"),
                }
                comment(out, names.text(*unknown));
            }
            Value::Or(parts) => self.joined(out, parts, "|", names),
            Value::Str { bytes, cut } => {
                out.push('"');
                escape(out, bytes, b"", self.hex);
                out.push('"');
                if *cut {
                    out.push_str("...");
                }
            }
            Value::Array { items, cut } => {
                out.push('[');
                self.joined(out, items, ", ", names);
                if *cut {
                    out.push_str(if items.is_empty() { "..." } else { ", ..." });
                }
                out.push(']');
            }
            Value::Set { items, complement } => {
                out.push_str(if *complement { "~[" } else { "[" });
                self.joined(out, items, " ", names);
                out.push(']');
            }
            Value::Struct { fields, cut } => {
                out.push('{');
                for (index, (name, value)) in fields.iter().enumerate() {
                    // The value that the kernel wrote directly follows the previous one.
                    if index > 0 && !matches!(value, Value::After(_)) {
                        out.push_str(", ");
                    }
                    if let Some(name) = name {
                        put!(out, "{}=", names.text(*name));
                    }
                    self.value(out, value, names);
                }
                if *cut {
                    out.push_str(if fields.is_empty() { "..." } else { ", ..." });
                }
                out.push('}');
            }
            Value::Changed(before, after) => {
                self.value(out, before, names);
                out.push_str(" => ");
                self.value(out, after, names);
            }
            Value::Pointee(value) => {
                out.push('[');
                self.value(out, value, names);
                out.push(']');
            }
            Value::After(value) => {
                out.push_str(" => ");
                self.value(out, value, names);
            }
            Value::Field(name, value) => {
                put!(out, "{}=", names.text(*name));
                self.value(out, value, names);
            }
            Value::Macro(name, args) => {
                put!(out, "{}(", names.text(*name));
                self.joined(out, args, ", ", names);
                out.push(')');
            }
            Value::Status(terms) => {
                out.push('{');
                for (index, (term, equals)) in terms.iter().enumerate() {
                    if index > 0 {
                        out.push_str(" && ");
                    }
                    self.value(out, term, names);
                    if let Some(number) = equals {
                        out.push_str(" == ");
                        self.value(out, number, names);
                    }
                }
                out.push('}');
            }
            Value::Noted(value, note) => {
                self.value(out, value, names);
                // The comment with the CPU time in seconds is no constant's name, but is left out together with them.
                if self.constants != Constants::Raw || !note.ends_with(" s") {
                    comment(out, note);
                }
            }
            Value::AddressOf(name) => put!(out, "&{}", names.text(*name)),
            Value::Word(name) => out.push_str(names.text(*name)),
            Value::List(items) => self.joined(out, items, ", ", names),
            Value::Resuming(call) => put!(out, "<... resuming interrupted {} ...>", names.text(*call)),
            Value::Text(text) => printable(out, text),
            Value::Called(value, name) => match self.constants {
                Constants::Abbrev => out.push_str(names.text(*name)),
                Constants::Raw => self.value(out, value, names),
                Constants::Verbose => {
                    self.value(out, value, names);
                    comment(out, names.text(*name));
                }
            },
            Value::Prefixed(prefix, value) => {
                out.push_str(names.text(*prefix));
                self.value(out, value, names);
            }
            Value::HexPadded { bits, digits } => put!(out, "0x{bits:0width$x}", width = usize::from(*digits)),
            Value::HexShifted { bits, shift } => {
                self.value(out, &Value::Hex(*bits), names);
                put!(out, "<<{shift}");
            }
            Value::Named { name, .. } => out.push_str(names.text(*name)),
            Value::Kibi(number) => put!(out, "{number}*1024"),
            Value::Labeled(word, value) => {
                put!(out, "{} ", names.text(*word));
                self.value(out, value, names);
            }
            Value::Binary { bytes, cut } => {
                out.push('"');
                escape(out, bytes, b"", HexStrings::All);
                out.push('"');
                if *cut {
                    out.push_str("...");
                }
            }
            // A futex operation that is unknown, or written as a number, has its comment after the shift.
            Value::Above(value, shift)
                if let Value::Symbol { bits, name, unknown: Some(unknown) } = **value
                    && (name.is_none() || self.constants == Constants::Raw)
                    && names.text(unknown).starts_with("FUTEX_") =>
            {
                self.value(out, &Value::HexShifted { bits, shift: *shift }, names);
                comment(out, names.text(unknown));
            }
            Value::Above(value, shift) => {
                self.value(out, value, names);
                put!(out, "<<{shift}");
            }
            Value::Beyond { from, to, bytes, cut } => {
                put!(out, "/* bytes {from}..{to} */ \"");
                escape(out, bytes, b"", HexStrings::All);
                out.push_str(if *cut { "\"..." } else { "\"" });
            }
            Value::Shifted(number, shift) => put!(out, "{number}<<{}", names.text(*shift)),
            Value::ShiftedName(name, shift) if self.constants == Constants::Abbrev => {
                put!(out, "{}<<{}", names.text(*name), names.text(*shift));
            }
            // The only such names are terminal speeds.
            Value::ShiftedName(name, shift) => {
                let speed = terminal::SPEEDS.iter().find(|(_, speed)| *speed == names.text(*name));
                let numbers = [speed.map_or(0, |(bits, _)| *bits), terminal::IBSHIFT.into()];
                for (index, (bits, name)) in numbers.into_iter().zip([*name, *shift]).enumerate() {
                    out.push_str(if index > 0 { "<<" } else { "" });
                    self.value(out, &Value::Called(Value::Hex(bits).into(), name), names);
                }
            }
            Value::Date { seconds, fraction, digits } => {
                date(out, *seconds, (self.zone)(*seconds), *fraction, *digits);
            }
            // Words about a number are left out together with the names.
            Value::Commented(value, note) if matches!(**note, Value::Text(_)) => {
                self.value(out, value, names);
                if let (Value::Text(text), true) = (&**note, self.constants != Constants::Raw) {
                    comment(out, text);
                }
            }
            // What a number means is its comment even where names stand for numbers elsewhere.
            Value::Commented(_, meant) if matches!(**meant, Value::Flags { .. } | Value::Symbol { .. }) => {
                let constants = match self.constants {
                    Constants::Abbrev => Constants::Verbose,
                    as_asked => as_asked,
                };
                Notation { constants, ..*self }.value(out, meant, names);
            }
            Value::Commented(value, note) => {
                self.value(out, value, names);
                out.push_str(" /* ");
                self.value(out, note, names);
                out.push_str(" */");
            }
        }
    }

    /// The name of a process after its id: `<sh>`.
    pub fn comm(&self, out: &mut String, comm: Option<&[u8]>) {
        if let Some(comm) = comm {
            out.push('<');
            escape(out, comm, b"<>", self.hex);
            out.push('>');
        }
    }

    /// A constant as a number, and its name if both are wanted.
    fn number(&self, out: &mut String, number: Number, value: &Value, names: &Names) {
        // The address of a structure's field belongs to its name, not its value.
        let mut told = None;
        if let Value::Macro(name, args) = value
            && let [kept @ .., Value::AddressOf(field)] = args.as_slice()
        {
            put!(out, "{}=", names.text(*field));
            told = Some(Value::Macro(*name, kept.into()));
        }
        let value = told.as_ref().unwrap_or(value);
        match number {
            // Without names, the default synchronisation of `statx` is written as nothing.
            Number::Hex(0) if self.constants == Constants::Raw && is_of_statx(value, names) => {}
            Number::Hex(0) => out.push('0'),
            Number::Hex(bits) => put!(out, "{bits:#x}"),
            Number::Decimal(number) => put!(out, "{number}"),
            Number::Octal(bits) => put!(out, "0{bits:03o}"),
            Number::Network(ref bytes) => {
                out.push('"');
                escape(out, bytes, b"", HexStrings::All);
                out.push('"');
            }
        }
        let unknown = match value {
            Value::Flags { names: found, rest, unknown, .. } => {
                found.is_empty() && (*rest == 0 || names.text(*unknown).is_empty())
            }
            Value::Symbol { name: None, unknown: None, .. } => true,
            _ => false,
        };
        if self.constants == Constants::Verbose && !unknown {
            let mut text = String::new();
            let plain = Notation { constants: Constants::Abbrev, ..*self };
            plain.value(&mut text, value, names);
            // Without a name, it is a number already, with a comment about what is unknown.
            match text.split_once(" /* ") {
                Some((_, note)) => put!(out, " /* {note}"),
                None => put!(out, " /* {text} */"),
            }
        }
    }

    fn joined(&self, out: &mut String, items: &[Value], between: &str, names: &Names) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push_str(between);
            }
            self.value(out, item, names);
        }
    }
}

/// A constant's number.
enum Number {
    Hex(u64),
    Decimal(i128),
    Octal(u64),
    /// Bytes in network byte order.
    Network(Vec<u8>),
}

/// The number of a value that is a constant or consists of constants.
fn constant(value: &Value, names: &Names) -> Option<Number> {
    fn bits(value: &Value) -> Option<u64> {
        match value {
            Value::Flags { bits, .. } | Value::Symbol { bits, .. } | Value::Octal { bits, .. } => Some(*bits),
            Value::Hex(bits) => Some(*bits),
            Value::Or(parts) => parts.iter().try_fold(0, |sum, part| Some(sum | bits(part)?)),
            // MAP_HUGE_SHIFT, SHM_HUGE_SHIFT, MFD_HUGE_SHIFT (asm-generic/hugetlb_encode.h).
            Value::Shifted(number, _) => Some(number << 26),
            _ => None,
        }
    }
    match value {
        Value::Symbol { bits, name: Some(_), .. } if (*bits as i64) < 0 => {
            Some(Number::Decimal(i128::from(*bits as i64)))
        }
        // The name is itself a number: the id of nobody.
        Value::Symbol { name: Some(name), .. } if names.text(*name).starts_with('-') => None,
        Value::Symbol { name: None, unknown: None, .. } => None,
        Value::Symbol { bits, name: Some(name), unknown: None }
            if names.text(*name).starts_with("SIG") && !names.text(*name).starts_with("SIG_")
                || names.text(*name).starts_with("SYS_") =>
        {
            Some(Number::Decimal(i128::from(*bits)))
        }
        Value::Flags { bits, .. } | Value::Symbol { bits, .. } => Some(Number::Hex(*bits)),
        Value::Named { number, .. } => Some(Number::Decimal(i128::from(*number))),
        // A mode stays octal.
        Value::Or(parts) if parts.iter().any(|part| matches!(part, Value::Octal { .. })) => {
            bits(value).map(Number::Octal)
        }
        // A socket's type and its flags are two numbers.
        Value::Or(parts) if matches!(parts.first(), Some(Value::Symbol { name: Some(name), .. }) if names.text(*name).starts_with("SOCK_")) => {
            None
        }
        // Write nothing, rather than a zero.
        Value::Or(parts) if parts.is_empty() => None,
        Value::Or(_) => bits(value).map(Number::Hex),
        Value::Fd { fd: -100, dir: true, path: None, .. } => Some(Number::Decimal(-100)),
        Value::Macro(name, args) => unfolded(names.text(*name), args, names),
        Value::Kibi(number) => Some(Number::Decimal(i128::from(*number) * 1024)),
        _ => None,
    }
}

/// The bits for synchronisation among the flags of `statx`.
const STATX_SYNC: u64 = 0x6000;

/// Flags that consist of two numbers: `statx`'s synchronisation and its other flags; or the two words of capabilities, of
/// which the lower one is left out if it is zero.
fn halves(value: &Value, names: &Names) -> Option<(Option<Value>, Value)> {
    let Value::Flags { bits, names: found, rest, unknown } = value else { return None };
    let (lower, shift) = match () {
        () if is_of_statx(value, names) && bits & !STATX_SYNC != 0 => (STATX_SYNC, 0),
        () if names.text(*unknown) == "CAP_???" && *bits > 0xffff_ffff => (0xffff_ffff, 32),
        () => return None,
    };
    // Every bit of the lower half has a name, and so has the default synchronisation of `statx`.
    let count = (bits & lower).count_ones().max(u32::from(shift == 0)) as usize;
    let (below, above) = found.split_at(count.min(found.len()));
    let below = Value::Flags { bits: bits & lower, names: below.into(), rest: 0, unknown: *unknown };
    let above = Value::Flags {
        bits: (bits & !lower) >> shift,
        names: above.into(),
        rest: rest >> shift,
        unknown: *unknown,
    };
    Some(((shift == 0 || bits & lower != 0).then_some(below), above))
}

/// Whether a value is flags of `statx`, or the synchronisation part of them.
fn is_of_statx(value: &Value, names: &Names) -> bool {
    match value {
        Value::Flags { names: found, .. } => {
            found.first().is_some_and(|name| names.text(*name).starts_with("AT_STATX_"))
        }
        _ => false,
    }
}

/// Whether a value is the flags of an open file.
fn is_of_open_file(value: &Value, names: &Names) -> bool {
    match value {
        Value::Flags { names: found, .. } => found.iter().any(|name| names.text(*name).starts_with("O_")),
        _ => false,
    }
}

/// The number that a C macro computes from its arguments.
fn unfolded(name: &str, args: &[Value], names: &Names) -> Option<Number> {
    let number = |value: &Value| match value {
        Value::Unsigned(number) | Value::Hex(number) => Some(*number),
        _ => None,
    };
    let text = |value: &Value| match value {
        Value::Str { bytes, .. } => core::str::from_utf8(bytes).ok().map(String::from),
        _ => None,
    };
    match (name, args) {
        ("htons", [one]) => Some(Number::Network((number(one)? as u16).to_be_bytes().into())),
        ("htonl", [one]) => Some(Number::Network((number(one)? as u32).to_be_bytes().into())),
        ("htobe64", [one]) => Some(Number::Network(number(one)?.to_be_bytes().into())),
        ("inet_addr", [host]) => {
            let host: Ipv4Addr = text(host)?.parse().ok()?;
            Some(Number::Network(host.octets().into()))
        }
        ("inet_pton", [_, host, ..]) => {
            let host: Ipv6Addr = text(host)?.parse().ok()?;
            Some(Number::Network(host.octets().into()))
        }
        // As in the C library: eight bits of the minor number, twelve of the major one, then the rest of both.
        ("makedev", [major, minor]) => {
            let (major, minor) = (number(major)?, number(minor)?);
            let low = minor & 0xff | (major & 0xfff) << 8;
            Some(Number::Hex(low | (minor & !0xff) << 12 | (major & !0xfff) << 32))
        }
        ("_IOC", [Value::Word(direction), kind, own, size]) => {
            let direction = match names.text(*direction) {
                "_IOC_NONE" => 0,
                "_IOC_WRITE" => 1,
                "_IOC_READ" => 2,
                _ => 3,
            };
            Some(Number::Hex(direction << 30 | number(size)? << 16 | number(kind)? << 8 | number(own)?))
        }
        _ => None,
    }
}

/// `2023-11-14T22:13:20.5+0000`: the civil date of the proleptic Gregorian calendar, `offset` seconds east of UTC.
fn date(out: &mut String, seconds: i64, offset: i32, fraction: u32, digits: u8) {
    const DAY: i64 = 86_400;
    // Days since 1 March of year 0, in eras of 400 years: then the leap day is the last day of a year.
    let local = seconds.saturating_add(offset.into());
    let (days, second) = (local.div_euclid(DAY) + 719_468, local.rem_euclid(DAY));
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (month, day) = (if month < 10 { month + 3 } else { month - 9 }, day - (153 * month + 2) / 5 + 1);
    let year = era * 400 + year + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    put!(out, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    if fraction != 0 {
        put!(out, ".{fraction:0width$}", width = usize::from(digits));
    }
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs() / 60);
    put!(out, "{sign}{:02}{:02}", minutes / 60, minutes % 60);
}

/// Text that its producer has escaped, which we do not rely on.
fn printable(out: &mut String, text: &str) {
    out.extend(text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }));
}

/// A C comment after an unknown value. The text may come over the wire: it can neither end the comment nor hide.
fn comment(out: &mut String, text: &str) {
    if !text.is_empty() {
        out.push_str(" /* ");
        printable(out, text);
        out.push_str(" */");
    }
}

/// Writes bytes as inside a C string: without control bytes, non-ASCII bytes or bare quotes; the bytes in `octal` are
/// written as numbers.
///
/// ```
/// use syscalls::notation::{HexStrings, escape};
/// let mut out = String::new();
/// escape(&mut out, b"a\n\x1b[2J\"\x00\x317", b"", HexStrings::Never);
/// assert_eq!(out, r#"a\n\33[2J\"\00017"#);
/// ```
pub fn escape(out: &mut String, bytes: &[u8], octal: &[u8], hex: HexStrings) {
    let plain = |byte: &u8| (0x20..0x7f).contains(byte) || (0x09..0x0e).contains(byte);
    let all_hex = match hex {
        HexStrings::Never | HexStrings::Chars => false,
        HexStrings::NonAscii => !bytes.iter().all(plain),
        HexStrings::All => true,
    };
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            _ if all_hex => put!(out, "\\x{byte:02x}"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            0x0b => out.push_str("\\v"),
            0x0c => out.push_str("\\f"),
            b'\r' => out.push_str("\\r"),
            b'\\' => out.push_str("\\\\"),
            b'"' => out.push_str("\\\""),
            // strace writes the angle brackets in a path in octal, so that `>` always ends it.
            byte if octal.contains(byte) && hex == HexStrings::Chars => put!(out, "\\x{byte:02x}"),
            byte if octal.contains(byte) => in_octal(out, *byte, 1),
            0x20..0x7f => out.push(*byte as char),
            byte if hex == HexStrings::Chars => put!(out, "\\x{byte:02x}"),
            // Octal, as short as the next character allows: 8 and 9 are not octal digits.
            byte if bytes.get(index + 1).is_some_and(|next| matches!(next, b'0'..=b'7')) => {
                in_octal(out, *byte, 3)
            }
            byte => in_octal(out, *byte, 1),
        }
    }
}

/// A byte in octal, with at least so many digits: most of what is written of binary data, so without the machinery of
/// formatting.
fn in_octal(out: &mut String, byte: u8, min: u32) {
    out.push('\\');
    for digit in (0..3).rev() {
        let rest = byte >> (3 * digit);
        if rest > 0 || digit < min {
            out.push(char::from(b'0' + (rest & 7)));
        }
    }
}

#[cfg(test)]
mod tests {
    //! strace 7.2 wrote every expected text.

    use super::*;
    use alloc::{boxed::Box, vec, vec::Vec};

    fn written(notation: Notation, value: &Value) -> String {
        let mut out = String::new();
        notation.value(&mut out, value, &Names::default());
        out
    }

    fn plain(value: &Value) -> String {
        written(Notation::default(), value)
    }

    fn string(bytes: &[u8], hex: HexStrings) -> String {
        written(Notation { hex, ..Notation::default() }, &Value::Str { bytes: bytes.into(), cut: false })
    }

    #[test]
    fn escapes() {
        let all: Vec<u8> = (0..=255).collect();
        let text = string(&all, HexStrings::Never);
        assert!(text.starts_with(
            r##""\0\1\2\3\4\5\6\7\10\t\n\v\f\r\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34\35\36\37 !\"#"##
        ));
        assert!(text.ends_with(r#"\376\377""#), "{text}");
        for (bytes, expected) in [
            (&b"a\"b\\c'd"[..], r#""a\"b\\c'd""#),
            (b"caf\xc3\xa9", r#""caf\303\251""#),
            // Padded only if the next character would be read as another octal digit.
            (b"\x018\x019\x01a\x01", r#""\18\19\1a\1""#),
            (b"\x001\x0e7\x0f7", r#""\0001\0167\0177""#),
            (b"", r#""""#),
        ] {
            assert_eq!(string(bytes, HexStrings::Never), expected);
        }
    }

    #[test]
    fn hexadecimal_strings() {
        for (bytes, expected) in [
            (&b"plain\t\n\x0b\x0c\r\"\\"[..], r#""plain\t\n\v\f\r\"\\""#),
            (b"a\x08", r#""\x61\x08""#),
            (b"\x7f", r#""\x7f""#),
            (b"\x80", r#""\x80""#),
            (b"a\0", r#""\x61\x00""#),
        ] {
            assert_eq!(string(bytes, HexStrings::NonAscii), expected);
        }
        assert_eq!(string(b"~ ", HexStrings::All), r#""\x7e\x20""#);
    }

    #[test]
    fn numbers() {
        for (bits, expected) in
            [(0, "000"), (0o1, "001"), (0o22, "022"), (0o644, "0644"), (0o17_7777, "0177777")]
        {
            assert_eq!(plain(&Value::Octal { bits, min: 3 }), expected);
        }
        assert_eq!(plain(&Value::Hex(0)), "0");
        assert_eq!(plain(&Value::Hex(0x1f)), "0x1f");
        assert_eq!(plain(&Value::Addr(0)), "NULL");
        assert_eq!(plain(&Value::Addr(u64::MAX)), "0xffffffffffffffff");
        assert_eq!(plain(&Value::NotCaptured(0x7ffe_1234_5678)), "0x7ffe12345678 /* not captured */");
    }

    #[test]
    fn descriptors() {
        let fd = |fd, dir, path: &str| Value::Fd { fd, dir, path: Some(path.into()), detail: None };
        for (value, expected) in [
            (fd(3, false, "/dev/null"), "3</dev/null>"),
            (fd(6, false, "pipe:[125723]"), "6<pipe:[125723]>"),
            (fd(12, false, "/memfd:nam e<>\n (deleted)"), r"12</memfd:nam e\74\76\n>(deleted)"),
            (fd(4, false, "/odd\n\"<"), r#"4</odd\n\"\74>"#),
            (fd(5, true, "/tmp/dd (deleted)"), "5</tmp/dd>(deleted)"),
            (fd(-100, true, "/tmp/we\nird<dir> (deleted)"), r"AT_FDCWD</tmp/we\nird\74dir\76 (deleted)>"),
            (Value::Fd { fd: -100, dir: false, path: None, detail: None }, "-100"),
        ] {
            assert_eq!(plain(&value), expected);
        }
        let hex = Notation { hex: HexStrings::All, ..Notation::default() };
        assert_eq!(written(hex, &fd(5, false, "/<dd> (deleted)")), r"5<\x2f\x3c\x64\x64\x3e>(deleted)");
    }

    #[test]
    fn unknown_numbers() {
        let mut names = Names::default();
        let (known, unknown) = (names.intern("R_OK"), names.intern("?_OK"));
        let written = |bits, found: &[_], rest| {
            let mut out = String::new();
            let value = Value::Flags { bits, names: found.into(), rest, unknown };
            Notation::default().value(&mut out, &value, &names);
            out
        };
        assert_eq!(written(0x10, &[], 0x10), "0x10 /* ?_OK */");
        assert_eq!(written(0xc, &[known], 8), "R_OK|0x8");
        assert_eq!(written(0, &[], 0), "0");
        let symbol = |bits, name| {
            let mut out = String::new();
            let value = Value::Symbol { bits, name, unknown: Some(unknown) };
            Notation::default().value(&mut out, &value, &names);
            out
        };
        assert_eq!(symbol(0x4d, None), "0x4d /* ?_OK */");
        assert_eq!(symbol(0, None), "0 /* ?_OK */");
        assert_eq!(symbol(0, Some(known)), "R_OK");
    }

    #[test]
    fn arrays_and_changes() {
        let array = |items, cut| plain(&Value::Array { items, cut });
        assert_eq!(array(vec![], false), "[]");
        assert_eq!(array(vec![], true), "[...]");
        assert_eq!(array(vec![Value::Int(1)], true), "[1, ...]");
        let changed = Value::Changed(Box::new(Value::Int(128)), Box::new(Value::Int(16)));
        assert_eq!(plain(&Value::Pointee(Box::new(changed))), "[128 => 16]");
    }

    #[test]
    fn dates() {
        let date = |zone, seconds, fraction| {
            let value = Value::Date { seconds, fraction, digits: 9 };
            written(Notation { zone, ..Notation::default() }, &value)
        };
        assert_eq!(date(utc, 0, 0), "1970-01-01T00:00:00+0000");
        assert_eq!(date(|_| 19_800, 1, 2), "1970-01-01T05:30:01.000000002+0530");
        assert_eq!(date(|_| -12_600, 0, 0), "1969-12-31T20:30:00-0330");
        assert_eq!(date(utc, 951_782_400, 0), "2000-02-29T00:00:00+0000");
        assert_eq!(date(utc, -1, 500_000_000), "1969-12-31T23:59:59.500000000+0000");
    }

    #[test]
    fn failures() {
        for (errno, expected) in [
            (11, "-1 EAGAIN (Resource temporarily unavailable)"),
            (35, "-1 EDEADLK (Resource deadlock avoided)"),
            (41, "-1 (errno 41)"),
            (95, "-1 EOPNOTSUPP (Operation not supported)"),
            (134, "-1 (errno 134)"),
            (512, "? ERESTARTSYS (To be restarted if SA_RESTART is set)"),
            (514, "? ERESTARTNOHAND (To be restarted if no handler)"),
            (515, "-1 ENOIOCTLCMD (Unknown error 515)"),
            (516, "? ERESTART_RESTARTBLOCK (Interrupted by signal)"),
            (524, "-1 ENOTSUPP (Unknown error 524)"),
            (4095, "-1 (errno 4095)"),
        ] {
            let mut out = String::new();
            Notation::default().outcome(&mut out, &Outcome::Error(errno), &Names::default());
            assert_eq!(out, expected);
        }
    }
}

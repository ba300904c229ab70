//! strace's notation of a [`Value`]: what its users know by heart and their scripts parse.
//!
//! Everything that came from a tracee is escaped here; nothing else writes values as text.

use crate::{
    decode::Outcome,
    names::errno,
    value::{Names, Value},
};
use alloc::string::String;
use core::fmt::Write;

/// Which bytes of a string are written in hexadecimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HexStrings {
    /// None: C escapes and octal.
    #[default]
    Never,
    /// `-x`: all of a string that has a byte that is not printable ASCII.
    NonAscii,
    /// `-xx`: all strings.
    All,
}

/// How values are written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notation {
    /// `-x`, `-xx`.
    pub hex: HexStrings,
}

/// Writing to a `String` cannot fail.
macro_rules! put {
    ($out:expr, $($arg:tt)*) => { { let _ = write!($out, $($arg)*); } };
}

impl Notation {
    /// Writes arguments, separated by commas; `first` is false if some were written before.
    pub fn arguments(&self, out: &mut String, args: &[Value], names: &Names, mut first: bool) {
        for arg in args {
            if !first && !matches!(arg, Value::After(_)) {
                out.push_str(", ");
            }
            first = false;
            self.value(out, arg, names);
        }
    }

    /// Writes what stands behind the ` = ` of a call.
    pub fn outcome(&self, out: &mut String, outcome: &Outcome, names: &Names) {
        match outcome {
            Outcome::Unknown => out.push('?'),
            Outcome::Error(number) => match errno::describe(*number) {
                Some((name, text)) if *number >= errno::RESTART => put!(out, "? {name} ({text})"),
                Some((name, text)) => put!(out, "-1 {name} ({text})"),
                None => put!(out, "-1 (errno {number})"),
            },
            Outcome::Value(value, note) => {
                self.value(out, value, names);
                if let Some(note) = note {
                    out.push_str(" (");
                    self.value(out, note, names);
                    out.push(')');
                }
            }
        }
    }

    /// Writes one value.
    pub fn value(&self, out: &mut String, value: &Value, names: &Names) {
        match value {
            Value::Int(number) => put!(out, "{number}"),
            Value::Unsigned(number) => put!(out, "{number}"),
            Value::Hex(0) => out.push('0'),
            Value::Hex(number) => put!(out, "{number:#x}"),
            Value::Octal { bits: 0, min: 0 | 1 } => out.push('0'),
            Value::Octal { bits, min } => put!(out, "0{bits:0width$o}", width = *min as usize),
            Value::Addr(0) => out.push_str("NULL"),
            Value::Addr(addr) => put!(out, "{addr:#x}"),
            Value::Fd { fd, dir, path } => {
                match (fd, dir) {
                    (-100, true) => out.push_str("AT_FDCWD"),
                    (fd, _) => put!(out, "{fd}"),
                }
                if let Some(path) = path {
                    out.push('<');
                    escape(out, path, &['<', '>'], HexStrings::Never);
                    out.push('>');
                }
            }
            Value::Pid(pid) => put!(out, "{pid}"),
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
                escape(out, bytes, &['"'], self.hex);
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
                    // What the kernel changed stands directly behind what it was.
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
                comment(out, note);
            }
            Value::AddressOf(name) => put!(out, "&{}", names.text(*name)),
            Value::Word(name) => out.push_str(names.text(*name)),
            Value::List(items) => self.joined(out, items, ", ", names),
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

/// A C comment behind an unknown value. The text may have come over the wire: it can neither end the comment nor hide.
fn comment(out: &mut String, text: &str) {
    if !text.is_empty() {
        out.push_str(" /* ");
        out.extend(text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }));
        out.push_str(" */");
    }
}

/// Writes bytes as inside of a C string: no control byte, no byte beyond ASCII, and `quotes` escaped.
///
/// ```
/// use syscalls::notation::{HexStrings, escape};
/// let mut out = String::new();
/// escape(&mut out, b"a\n\x1b[2J\"\x00\x317", &['"'], HexStrings::Never);
/// assert_eq!(out, r#"a\n\33[2J\"\00017"#);
/// ```
pub fn escape(out: &mut String, bytes: &[u8], quotes: &[char], hex: HexStrings) {
    let plain = |byte: &u8| (0x20..0x7f).contains(byte) || (0x09..0x0e).contains(byte);
    let all_hex = match hex {
        HexStrings::Never => false,
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
            byte if quotes.contains(&(*byte as char)) => {
                // strace writes the angle brackets around a path in octal, so that `>` always ends it.
                if *byte == b'"' { out.push_str("\\\"") } else { put!(out, "\\{byte:o}") }
            }
            0x20..0x7f => out.push(*byte as char),
            // Octal as short as the next character allows.
            byte if bytes.get(index + 1).is_some_and(u8::is_ascii_digit) => put!(out, "\\{byte:03o}"),
            byte => put!(out, "\\{byte:o}"),
        }
    }
}

//! Colours of a line (`--color`): which part is the name of a call, of a field or of a constant, a value or a result.
//!
//! The parts are found in the finished text, so that nothing else has to know about them. The grammar is strace's.

use std::collections::BTreeMap;
use syscalls::{names::signal::SIGNALS, table};

/// The colours of each part, as SGR numbers (ECMA-48, `ESC [ ... m`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    colors: [String; KEYS.len()],
}

/// The parts under their names in `STRACE_COLORS`, with their default colours.
const KEYS: [(&str, &str); 9] = [
    ("syscall", "33"),
    ("argname", "39"),
    ("argval", "35"),
    ("call", "33"),
    ("const", "34"),
    ("comment", "36"),
    ("punct", "0"),
    ("retval", "32"),
    ("error", "31"),
];

/// A part, in the order of [`KEYS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Syscall,
    Field,
    Value,
    Call,
    Constant,
    Comment,
    Punctuation,
    Result,
    Error,
}

impl Palette {
    /// Parses `STRACE_COLORS`: `KEY=SGR[;SGR]...[:KEY=SGR]...`. Invalid entries are ignored.
    ///
    /// ```
    /// use render::color::{Painter, Palette};
    /// let mut painter = Painter::new(Palette::from("syscall=1;31"));
    /// assert_eq!(painter.paint(0, "sync()"), "\x1b[1;31msync\x1b[0m()");
    /// ```
    pub fn from(list: &str) -> Palette {
        let mut colors = KEYS.map(|(_, color)| color.to_string());
        for (key, color) in list.split(':').filter_map(|pair| pair.split_once('=')) {
            let sane = !color.is_empty()
                && color.len() < 32
                && color.bytes().all(|c| matches!(c, b'0'..=b'9' | b';'));
            if let (true, Some(index)) = (sane, KEYS.iter().position(|(known, _)| *known == key)) {
                colors[index] = color.into();
            }
        }
        Palette { colors }
    }
}

/// Follows the path of a descriptor whose file was deleted.
const DELETED: &str = "(deleted)";

/// Where in a line we are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Spot {
    /// Before a call's name.
    #[default]
    Begin,
    /// At the first argument, which the call fills in. strace writes it when the call returns, without colour.
    Told,
    /// In its arguments, this many parentheses deep.
    Arguments(u32),
    /// In the descriptor of an `ioctl`, before its request.
    Device,
    /// In the request of an `ioctl`: one or several names.
    Request,
    /// As [`Spot::Arguments`], for a call whose sets are signal sets.
    Signals(u32),
    /// In the data of a signal.
    Signal,
    /// In text without colours.
    Plain,
}

/// Paints text that arrives in pieces.
#[derive(Debug)]
pub struct Painter {
    palette: Palette,
    /// By file.
    spots: BTreeMap<i32, Spot>,
}

impl Painter {
    /// At the beginning of a line.
    pub fn new(palette: Palette) -> Painter {
        Painter { palette, spots: BTreeMap::new() }
    }

    /// Colours a piece of a file's text. No colour stays switched on at the end of a piece.
    pub fn paint(&mut self, file: i32, text: &str) -> String {
        let mut spot = self.spots.get(&file).copied().unwrap_or_default();
        let mut out =
            Painted { palette: &self.palette, text: String::with_capacity(2 * text.len()), color: "0" };
        let mut rest = text;
        while !rest.is_empty() {
            let (taken, next) = match spot {
                _ if rest.starts_with('\n') => {
                    out.put(Part::Punctuation, "");
                    out.plain("\n");
                    (1, Spot::Begin)
                }
                Spot::Begin => begin(rest, &mut out),
                Spot::Arguments(_) | Spot::Signals(_) | Spot::Device => argument(rest, spot, &mut out),
                Spot::Told => match told(rest) {
                    0 => (0, Spot::Arguments(1)),
                    end => {
                        out.plain(&rest[..end]);
                        (end, Spot::Arguments(1))
                    }
                },
                Spot::Request => request(rest, &mut out),
                Spot::Signal if rest.starts_with(" ---") => {
                    out.put(Part::Value, " ---");
                    (4, Spot::Plain)
                }
                Spot::Signal => match argument(rest, Spot::Arguments(1), &mut out).0 {
                    0 => (0, Spot::Plain),
                    taken => (taken, Spot::Signal),
                },
                Spot::Plain => {
                    let end = rest.find('\n').unwrap_or(rest.len());
                    out.plain(&rest[..end]);
                    (end, Spot::Plain)
                }
            };
            rest = &rest[taken..];
            spot = next;
        }
        out.plain("");
        self.spots.insert(file, spot);
        out.text
    }
}

/// Text with its colours.
struct Painted<'a> {
    palette: &'a Palette,
    text: String,
    color: &'a str,
}

impl Painted<'_> {
    fn put(&mut self, part: Part, text: &str) {
        let color: &str = &self.palette.colors[part as usize];
        if color != self.color && !text.is_empty() {
            self.text.extend(["\x1b[", color, "m"]);
            self.color = color;
        }
        self.text.push_str(text);
    }

    fn plain(&mut self, text: &str) {
        if self.color != "0" {
            self.text.push_str("\x1b[0m");
            self.color = "0";
        }
        self.text.push_str(text);
    }
}

/// What precedes a call (its thread, time and place), or a line that is not a call.
fn begin(rest: &str, out: &mut Painted<'_>) -> (usize, Spot) {
    if let Some(signal) = rest.strip_prefix("--- ") {
        let name = signal.find('{').map_or(0, |open| 4 + open);
        let line = rest.find('\n').unwrap_or(rest.len());
        let end = if name == 0 || name > line { line } else { name };
        out.plain(&rest[..end]);
        return (end, if end == line { Spot::Plain } else { Spot::Signal });
    }
    if let Some(call) = rest.strip_prefix("<... ") {
        let end = call.find("resumed>").map_or(rest.len(), |at| 5 + at + "resumed>".len());
        out.plain(&rest[..end]);
        return (end, arguments(call.split(' ').next().unwrap_or_default()));
    }
    if rest.starts_with("+++ ") || rest.starts_with("[ Process") {
        return (0, Spot::Plain);
    }
    let name = word(rest);
    if name > 0 && rest[name..].starts_with('(') && !rest.starts_with(|first: char| first.is_ascii_digit()) {
        out.put(Part::Syscall, &rest[..name]);
        out.put(Part::Punctuation, "(");
        let fills = table::rows().find(|row| row.name == &rest[..name]).is_some_and(table::Row::fills_first);
        return (name + 1, if fills { Spot::Told } else { arguments(&rest[..name]) });
    }
    if let (Some(end), true) = (rest.find("] "), rest.starts_with('[') && !rest.starts_with("[pid")) {
        // The call's number, or the instruction pointer.
        out.plain("[");
        out.put(Part::Value, &rest[1..end]);
        out.plain("]");
        return (end + 1, Spot::Begin);
    }
    let end = match rest.as_bytes()[0] {
        b'[' => rest.find("] ").map_or(1, |at| at + 1),
        b'<' => closing(rest),
        _ => name.max(1),
    };
    let end = end.max(rest.chars().next().map_or(1, char::len_utf8));
    out.plain(&rest[..end]);
    (end, Spot::Begin)
}

/// Where the arguments of a call begin.
fn arguments(call: &str) -> Spot {
    match call {
        "ioctl" => Spot::Device,
        _ if call.starts_with("rt_sig") || call.starts_with("sig") => Spot::Signals(1),
        _ => Spot::Arguments(1),
    }
}

/// The length of a leading value that is not a structure or array.
fn told(rest: &str) -> usize {
    match (set(rest), rest.as_bytes()) {
        (0, [b'"', ..]) => quoted(rest),
        (0, _) if rest.starts_with("[]") => 2,
        (0, _) => match word(rest) {
            end if rest[end..].starts_with('=') => 0,
            end => end,
        },
        (end, _) => end,
    }
}

/// One token of an `ioctl` request. Names there are not constants, unless the request is made of parts.
fn request(rest: &str, out: &mut Painted<'_>) -> (usize, Spot) {
    if rest.starts_with(' ') || rest.starts_with("or ") {
        let end = if rest.starts_with(' ') { 1 } else { 3 };
        out.put(Part::Punctuation, &rest[..end]);
        return (end, Spot::Request);
    }
    match (word(rest), &rest.as_bytes()[word(rest)..]) {
        (0, _) | (_, [b'(' | b'=', ..]) => {
            let (end, next) = argument(rest, Spot::Arguments(1), out);
            // With `-N`, a field's name precedes it.
            let before = |last: char| last == '=' || last.is_ascii_alphanumeric();
            (end, if rest[..end].ends_with(before) { Spot::Request } else { next })
        }
        (end, _) => {
            out.put(Part::Value, &rest[..end]);
            (end, Spot::Request)
        }
    }
}

/// One token of a call's arguments.
fn argument(rest: &str, stay: Spot, out: &mut Painted<'_>) -> (usize, Spot) {
    let (depth, of_signals) = match stay {
        Spot::Arguments(depth) => (depth, false),
        Spot::Signals(depth) => (depth, true),
        _ => (1, false),
    };
    let at_depth = |depth| if of_signals { Spot::Signals(depth) } else { Spot::Arguments(depth) };
    if stay == Spot::Device && rest.starts_with(", ") {
        out.put(Part::Punctuation, ", ");
        return (2, Spot::Request);
    }
    // The end of a call in which its thread died.
    const LEFT: &str = " <unfinished ...>";
    if rest.strip_prefix(LEFT).is_some_and(|behind| behind.starts_with(')')) {
        out.plain(LEFT);
        return (LEFT.len(), stay);
    }
    if rest.starts_with(" <unfinished ...>")
        || rest.starts_with(" <detached ...>")
        || rest.starts_with(" <pid changed")
    {
        return (0, Spot::Plain);
    }
    if rest.starts_with("<...") {
        let end = closing(rest);
        out.put(Part::Value, &rest[..end]);
        return (end, stay);
    }
    if let Some(behind) = rest.strip_prefix("<<") {
        let name = word(behind);
        out.put(Part::Value, "<<");
        out.put(if is_constant(&behind[..name]) { Part::Constant } else { Part::Value }, &behind[..name]);
        return (2 + name, stay);
    }
    if let Some(note) = rest.strip_prefix(" /* ").or_else(|| rest.strip_prefix("/* ")) {
        let end = note.find(" */").map_or(rest.len(), |at| rest.len() - note.len() + at + 3);
        out.put(Part::Comment, &rest[..end]);
        return (end, stay);
    }
    let end = match rest.as_bytes()[0] {
        b'"' => quoted(rest),
        b'(' if rest.starts_with(DELETED) => DELETED.len(),
        // The name of an abstract socket.
        b'@' if rest.starts_with("@\"") => 1 + quoted(&rest[1..]),
        b'&' if rest.starts_with("&&") => {
            out.put(Part::Punctuation, "&&");
            return (2, stay);
        }
        b'&' => 1 + word(&rest[1..]),
        // A process's wait status.
        b'{' if rest.starts_with("{WIF") => rest.find('}').map_or(rest.len(), |at| at + 1),
        b'<' => {
            let end = closing(rest);
            bracketed(&rest[..end], out);
            return (end, stay);
        }
        b'(' => {
            out.put(Part::Punctuation, "(");
            return (1, at_depth(depth + 1));
        }
        b')' if depth == 1 => {
            out.put(Part::Punctuation, ")");
            let line = rest.find('\n').unwrap_or(rest.len());
            outcome(&rest[1..line], out);
            return (line, Spot::Plain);
        }
        b')' => {
            out.put(Part::Punctuation, ")");
            return (1, at_depth(depth - 1));
        }
        b'[' if rest.starts_with("[]") && (of_signals || behind_set(&rest[2..])) => 2,
        b'[' | b'~' => match set(rest) {
            0 => {
                out.put(Part::Punctuation, &rest[..1]);
                return (1, stay);
            }
            end => end,
        },
        _ => {
            let end = word(rest);
            if end == 0 {
                let end = rest.chars().next().map_or(1, char::len_utf8);
                out.put(if rest.starts_with('-') { Part::Value } else { Part::Punctuation }, &rest[..end]);
                return (end, stay);
            }
            if let Some(name) = rest[end..].strip_prefix("<<").map(|behind| &behind[..word(behind)])
                && rest.starts_with(|first: char| first.is_ascii_digit())
            {
                // Capabilities are bits; all other numbers are plain values.
                let part = if name.starts_with("CAP_") { Part::Constant } else { Part::Value };
                let end = end + 2 + name.len();
                out.put(part, &rest[..end]);
                return (end, stay);
            }
            let part = match &rest.as_bytes()[end..] {
                [b'=', b'=', ..] => Part::Constant,
                [b'=', ..] => Part::Field,
                [b'(', ..] => Part::Call,
                _ if is_constant(&rest[..end]) => Part::Constant,
                _ => Part::Value,
            };
            out.put(part, &rest[..end]);
            return (end, stay);
        }
    };
    out.put(Part::Value, &rest[..end]);
    (end, stay)
}

/// The length of a string including its quotes.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    let closes = |(_, byte): &(usize, u8)| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    };
    text.bytes().enumerate().skip(1).find(closes).map_or(text.len(), |(at, _)| at + 1)
}

/// Whether the text before is a signal set, judged by the size that follows.
fn behind_set(text: &str) -> bool {
    text.starts_with(", 8)") || text.starts_with(", sigsetsize=")
}

/// What follows a call.
fn outcome(rest: &str, out: &mut Painted<'_>) {
    let Some(at) = rest.find("= ") else { return out.plain(rest) };
    out.plain(&rest[..at + 2]);
    let rest = &rest[at + 2..];
    let end = rest.find([' ', '<']).unwrap_or(rest.len());
    out.put(Part::Result, &rest[..end]);
    let (failed, mut rest) = (matches!(&rest[..end], "-1" | "?"), &rest[end..]);
    if rest.starts_with('<') {
        let end = closing(rest);
        bracketed(&rest[..end], out);
        rest = &rest[end..];
        if let Some(behind) = rest.strip_prefix(DELETED) {
            out.put(Part::Value, DELETED);
            rest = behind;
        }
    }
    let spent = rest.rfind(" <").filter(|_| rest.ends_with('>')).unwrap_or(rest.len());
    out.put(if failed { Part::Error } else { Part::Result }, &rest[..spent]);
    if let Some(time) = rest[spent..].strip_prefix(" <").and_then(|time| time.strip_suffix('>')) {
        out.put(Part::Punctuation, " <");
        out.put(Part::Value, time);
        out.put(Part::Punctuation, ">");
    }
    out.plain("");
}

/// `<` and a value, and `>` if present. Additional details are in brackets of their own.
fn bracketed(text: &str, out: &mut Painted<'_>) {
    let inner = text.strip_prefix('<').unwrap_or(text);
    out.put(Part::Punctuation, "<");
    let (inner, end) = match inner.strip_suffix('>') {
        Some(inner) => (inner, ">"),
        None => (inner, ""),
    };
    match inner.find('<') {
        Some(at) => {
            out.put(Part::Value, &inner[..at]);
            bracketed(&inner[at..], out);
        }
        None => out.put(Part::Value, inner),
    }
    out.put(Part::Punctuation, end);
}

/// The length of a word.
fn word(text: &str) -> usize {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'*' | b'.');
    // `...` is not a word.
    match text.as_bytes() {
        [b'.', ..] | [b'*', ..] => 0,
        bytes => bytes.iter().position(|byte| !part(*byte)).unwrap_or(bytes.len()),
    }
}

/// Whether a word is the name of a constant. Signals, limits and file types are values.
fn is_constant(word: &str) -> bool {
    let name = word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let signal = word.starts_with("SIG") && !word.starts_with("SIG_") && !word.starts_with("SIGEV_");
    let value = ["S_IF", "S_IS", "RLIM", "UTIME_"].iter().any(|begin| word.starts_with(begin))
        && !word.starts_with("RLIMIT");
    name && word.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
        && !signal
        && !value
        && word != "NULL"
}

/// The length of a leading signal set. An empty set looks like an empty array.
fn set(text: &str) -> usize {
    let (inner, inverted) = match text.strip_prefix("~[") {
        Some(inner) => (inner, true),
        None => (text.strip_prefix('[').unwrap_or_default(), false),
    };
    let Some(end) = inner.find(']').filter(|end| inverted || *end > 0) else { return 0 };
    let signal = |item: &str| SIGNALS.iter().any(|name| name.strip_prefix("SIG") == Some(item));
    match end == 0 || inner[..end].split(' ').all(signal) {
        true => text.len() - inner.len() + end + 1,
        false => 0,
    }
}

/// The length of the text between `<` and its matching `>`, which may contain other pairs and arrows.
fn closing(text: &str) -> usize {
    let (mut depth, mut last) = (0, b' ');
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' if last != b'-' => depth -= 1,
            b'\n' => return at,
            _ => {}
        }
        last = byte;
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(pieces: &[&str]) -> String {
        let mut painter = Painter::new(Palette::from(""));
        let text: String = pieces.iter().map(|piece| painter.paint(0, piece)).collect();
        text.replace('\x1b', "")
    }

    #[test]
    fn parts_have_their_colors_across_pieces() {
        let whole = painted(&["7  close(3</a>) = -1 EBADF (Bad) <0.000001>\n"]);
        assert_eq!(
            whole,
            "7  [33mclose[0m([35m3[0m<[35m/a[0m>) = [32m-1[31m EBADF (Bad)[0m <[35m0.000001[0m>\n"
        );
        assert_eq!(
            painted(&["read(3", ", \"a)\", 2)", " = 1\n"]),
            "[33mread[0m([35m3[0m, [35m\"a)\"[0m, [35m2[0m) = 1\n"
        );
        assert_eq!(painted(&["+++ exited with 0 +++\n"]), "+++ exited with 0 +++\n");
    }

    #[test]
    fn any_text_keeps_its_letters() {
        for text in [
            "",
            "<",
            "f(<",
            "f(a<b",
            "f(\"",
            "f(\"\\",
            "f() = ",
            "f() = 1<",
            "f() = 1<a<b",
            "f(3<a<b>",
            "ioctl(",
            "ioctl(3, ",
            "ioctl(3, A or ",
            "ioctl(fd=3<x>, op=A, \u{e9})",
            "pipe(",
            "pipe(\"",
            "getcwd(\u{e9}",
            "rt_sigpending([",
            "f(1<<",
            "f(A<<\u{e9})",
            "f(@\"",
            "f(&",
            "f(&\u{e9})",
            "f([{WIF",
            "f(~[A",
            "f() = <",
            "[",
            "[a",
            "f([",
            "f(~",
            "--- ",
            "--- SIGX {",
            "--- SIGX { <unfinished ...>",
            "--- SIGX {a=1} ---\n",
            "<a<b>>x(",
            "<... x",
            "f() = 1 <",
            "f(/* ",
            "f(\u{e9}\u{e9}) = \u{e9} <\u{e9}",
            "\u{e9}(\n",
            "f))))\n)",
            "\n\n",
        ] {
            let mut painter = Painter::new(Palette::from(""));
            let mut plain = painter.paint(0, text);
            for (_, color) in KEYS {
                plain = plain.replace(&format!("\x1b[{color}m"), "");
            }
            assert_eq!(plain, text);
        }
    }
}

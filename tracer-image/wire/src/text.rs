//! Text that the other side wrote, made safe to show.
//!
//! A tracer runs next to the process that it traces, which may have taken it over. So every text is bounded and made a
//! single harmless line while it is decoded: whoever prints it later cannot forget to.

use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor},
};
use std::{borrow::Cow, fmt, marker::PhantomData};

/// The longest text in bytes; the rest of a longer one is cut off.
pub const LONGEST: usize = 1024;
/// The most items of a list that is shown to a person.
pub const MOST: usize = 16;

/// What stands where a text was cut.
const CUT: &str = "...";

/// Whether a terminal would do something else with a character than show it: move the cursor, change colours, begin a
/// line, or turn the direction of writing.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text as one line that steers no terminal: harmful characters are written as `\u{1b}`, a tab as a space.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    text.chars().for_each(|c| push(c, &mut out));
    Cow::Owned(out)
}

fn push(c: char, out: &mut String) {
    match c {
        '\t' => out.push(' '),
        c if is_harmful(c) => out.extend(c.escape_unicode()),
        c => out.push(c),
    }
}

/// The same, and at most [`LONGEST`] bytes of it.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for c in text.chars() {
        let before = out.len();
        push(c, &mut out);
        if out.len() > LONGEST {
            // Room for the mark, at the boundary of what was written for a character.
            out.truncate(out.floor_char_boundary(before.min(LONGEST - CUT.len())));
            out.push_str(CUT);
            break;
        }
    }
    out
}

/// Decodes a text as [`one_line`]. Use it for every text that a person will see.
///
/// # Errors
/// It is no text.
pub(crate) fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Text;
    impl Visitor<'_> for Text {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
            Ok(one_line(text))
        }
    }
    deserializer.deserialize_str(Text)
}

/// Decodes a list and keeps its first [`MOST`] items.
///
/// # Errors
/// It is no list.
pub(crate) fn few<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    struct Few<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Few<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
            let mut kept = Vec::new();
            while let Some(item) = items.next_element()? {
                if kept.len() < MOST {
                    kept.push(item);
                }
            }
            Ok(kept)
        }
    }
    deserializer.deserialize_seq(Few(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_steers_no_terminal_and_begins_no_line() {
        assert_eq!(plain("a\x1b]0;x\x07b\u{9b}c\u{202e}d\te"), "a\\u{1b}]0;x\\u{7}b\\u{9b}c\\u{202e}d e");
        assert_eq!(plain("a\nb\rc\u{2028}d\u{85}e"), "a\\u{a}b\\u{d}c\\u{2028}d\\u{85}e");
        assert!(matches!(plain("grüße 日本"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_long_text_is_cut_where_it_stays_text() {
        assert_eq!(one_line("short"), "short");
        assert_eq!(one_line(&"x".repeat(LONGEST)), "x".repeat(LONGEST));
        for long in ["x".repeat(LONGEST + 1), "日".repeat(LONGEST), "\n".repeat(LONGEST), "é".repeat(1 << 20)]
        {
            let line = one_line(&long);
            assert!(line.len() <= LONGEST && line.len() > LONGEST - 16, "{}", line.len());
            assert!(line.ends_with(CUT) && !line.contains('\n'));
        }
    }
}

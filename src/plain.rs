//! Text from elsewhere, as it may be shown on a terminal.

use std::borrow::Cow;

/// Text from elsewhere, made harmless: characters that move the cursor, change colours or turn the direction of writing
/// are written as `\u{1b}`.
pub fn plain(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    text.chars().fold(Cow::Owned(String::with_capacity(text.len() + 8)), |mut out, c| {
        match c {
            '\t' => out.to_mut().push(' '),
            c if harmful(c) => out.to_mut().extend(c.escape_unicode()),
            c => out.to_mut().push(c),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_not_steered_by_strangers() {
        assert_eq!(plain("a\x1b]0;x\x07b\u{9b}c\u{202e}d\te"), "a\\u{1b}]0;x\\u{7}b\\u{9b}c\\u{202e}d e");
        assert!(matches!(plain("grüße 日本"), Cow::Borrowed(_)));
    }
}

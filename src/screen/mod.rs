//! What a person sees: steps on stderr, the trace on stdout or in files.

mod destination;
mod output_file;
mod paint;
mod prefix;
mod private_file;
mod progress;
mod steps;
pub mod totals;
mod trouble;

pub use destination::Destination;
pub use output_file::{LineWriter, OutputFile};
pub use prefix::{labels, prefixes};
pub use progress::{Progress, StatusLine};
pub use steps::{Step, Steps};
pub use trouble::Trouble;

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

/// As YAML, each value on the line of its key: kubectl writes long ones so too, and they can be searched for.
///
/// # Errors
/// It is none.
pub fn yaml(value: &impl serde::Serialize) -> Result<String, String> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(value, options).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_not_steered_by_strangers() {
        assert_eq!(plain("a\x1b]0;x\x07b\u{9b}c\u{202e}d\te"), "a\\u{1b}]0;x\\u{7}b\\u{9b}c\\u{202e}d e");
        assert!(matches!(plain("grüße 日本"), Cow::Borrowed(_)));
    }

    #[test]
    fn long_values_stay_on_their_line() {
        let image = format!("registry.example/tracer@sha256:{}", "0".repeat(64));
        assert_eq!(yaml(&serde_json::json!({"image": image})).unwrap().trim_end(), format!("image: {image}"));
    }
}

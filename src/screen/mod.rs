//! What a person sees: steps on stderr, the trace on stdout or in files.

mod destination;
mod output;
mod output_file;
mod paint;
mod prefix;
mod private_file;
mod progress;
mod silence;
mod steps;
mod trouble;

pub use destination::Destination;
pub use output::TraceOutput;
pub use output_file::{LineWriter, OutputFile};
pub use prefix::Names;
pub use private_file::{Existing, PrivateFile, rename};
pub use progress::{AllProgress, Progress, StatusLine, at_speed};
pub use steps::{Step, Steps};
pub use trouble::Trouble;

pub use wire::text::plain;

/// Words of a tracer, or of whatever has taken it over: one line that says whose they are, so that they cannot pass for
/// ours.
pub fn from_tracer(words: &str) -> String {
    format!("tracer: {}", plain(words.trim()))
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
    fn a_tracers_words_are_one_line_that_says_whose_it_is() {
        assert_eq!(from_tracer("a\nerror: b\n"), "tracer: a\\u{a}error: b");
    }

    #[test]
    fn long_values_stay_on_their_line() {
        let image = format!("registry.example/tracer@sha256:{}", "0".repeat(64));
        assert_eq!(yaml(&serde_json::json!({"image": image})).unwrap().trim_end(), format!("image: {image}"));
    }

    #[test]
    fn strings_are_strings_to_kubectl_too() {
        // YAML 1.1, which kubectl reads, has more words for true and false, and more ways to write a number.
        for word in ["no", "on", "y", "1_000", "0x1F", "12:30:45", "2026-01-01", "~"] {
            assert_eq!(yaml(&serde_json::json!({"value": word})).unwrap(), format!("value: \"{word}\"\n"));
        }
    }
}

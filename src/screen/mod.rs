//! What a person sees: steps on stderr, the trace on stdout or in files.

mod files;
mod output;
mod paint;
mod prefix;
mod progress;
mod steps;

pub use crate::plain::plain;
pub use files::{Destination, LineWriter, OutputFile, Trouble};
pub use output::TraceOutput;
pub use prefix::{labels, prefixes};
pub use progress::{Progress, StatusLine};
pub use steps::{Step, Steps};

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
    fn long_values_stay_on_their_line() {
        let image = format!("registry.example/tracer@sha256:{}", "0".repeat(64));
        assert_eq!(yaml(&serde_json::json!({"image": image})).unwrap().trim_end(), format!("image: {image}"));
    }
}

//! The name that we were called by, which begins our messages on stderr.

use std::{
    env,
    io::{self, Write},
};

/// That name.
pub fn name() -> String {
    env::args_os().next().map_or_else(|| "strace".into(), |name| name.to_string_lossy().into_owned())
}

/// Writes a message to stderr with strace's usual beginning.
pub fn say(text: &str) {
    // In one call, so that nobody's words come between.
    let _ = io::stderr().write_all(format!("{}: {text}\n", name()).as_bytes());
}

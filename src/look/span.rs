//! How long something lasts, in words.

use wire::look::Since;

/// A span: `0.3 s`, `41 s`, `12 min`, `3 h`.
pub fn lasted(nanoseconds: u64) -> String {
    let seconds = nanoseconds / 1_000_000_000;
    match seconds {
        0..10 => format!("{:.1} s", nanoseconds as f64 / 1e9),
        10..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

/// How long something has lasted, as far as it is known; empty where it is not.
pub fn since(since: Since) -> String {
    match since {
        Since::Ran(time) => lasted(time),
        Since::AtLeast(time) => format!(">= {}", lasted(time)),
        Since::Unknown => String::new(),
    }
}

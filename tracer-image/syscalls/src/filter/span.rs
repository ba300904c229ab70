//! Durations, as on strace's command line.

/// Parses a duration to nanoseconds. strace(1), "Time specification format description": a decimal number and a unit,
/// microseconds by default.
///
/// ```
/// use syscalls::filter::span;
/// assert_eq!((span("5"), span("1.5ms"), span("2s")), (Some(5_000), Some(1_500_000), Some(2_000_000_000)));
/// assert_eq!((span("x"), span("-1"), span("3h")), (None, None, None));
/// ```
pub fn span(text: &str) -> Option<u64> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic() && c != 'e' && c != 'E').unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let scale = match unit {
        "s" => 1e9,
        "ms" => 1e6,
        "" | "us" => 1e3,
        "ns" => 1.0,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some((number * scale) as u64)
}

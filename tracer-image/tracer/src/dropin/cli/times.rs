//! Times and their forms on the command line.

use render::clock::{Precision, Wall};

/// A unit or precision by its name.
pub fn precision(word: &str) -> Option<Precision> {
    Some(match word {
        "s" => Precision::Seconds,
        "ms" => Precision::Millis,
        "us" => Precision::Micros,
        "ns" => Precision::Nanos,
        _ => return None,
    })
}

/// strace(1), `--absolute-timestamps=[[format:]FORMAT],[[precision:]PRECISION]`; outer `None`: it is not one.
pub fn wall(list: &str) -> Option<Option<Wall>> {
    let (mut format, mut digits) = ("time", Precision::Seconds);
    for word in list.split(',') {
        match word.strip_prefix("format:").unwrap_or(word) {
            known @ ("none" | "time" | "unix") => format = known,
            word => digits = precision(word.strip_prefix("precision:").unwrap_or(word))?,
        }
    }
    Some(match format {
        "none" => None,
        "unix" => Some(Wall::Epoch(digits)),
        _ => Some(Wall::Time(digits)),
    })
}

/// strace(1), "Time specification format description": a decimal number and a unit, microseconds by default. In
/// nanoseconds.
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

#[test]
fn spans_of_time() {
    assert_eq!(span("5"), Some(5_000));
    assert_eq!(span("1.5ms"), Some(1_500_000));
    assert_eq!(span("2s"), Some(2_000_000_000));
    assert_eq!((span("x"), span("-1"), span("3h")), (None, None, None));
}

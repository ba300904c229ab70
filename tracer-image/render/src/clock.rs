//! Times before a line (`-t`, `-tt`, `-ttt`, `-r`) and after it (`-T`).

use std::fmt::Write;

/// How many digits of a second are written. Further digits are cut off, not rounded, as in strace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// None.
    Seconds,
    /// Three.
    Millis,
    /// Six.
    Micros,
    /// Nine.
    Nanos,
}

/// Wall-clock times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wall {
    /// `08:24:31`: `-t`, `-tt`.
    Time(Precision),
    /// `1795422271.271878`: `-ttt`.
    Epoch(Precision),
}

/// Nanoseconds in a second.
const SECOND: u64 = 1_000_000_000;

/// Seconds of a day.
const DAY: i64 = 86_400;

impl Precision {
    /// Parses `ms` and the like.
    pub fn named(word: &str) -> Option<Precision> {
        Some(match word {
            "s" => Precision::Seconds,
            "ms" => Precision::Millis,
            "us" => Precision::Micros,
            "ns" => Precision::Nanos,
            _ => return None,
        })
    }

    /// Writes the fraction of a second in `nanos`, with its decimal point.
    fn fraction(self, out: &mut String, nanos: u64) {
        let below = nanos % SECOND;
        let _ = match self {
            Precision::Seconds => Ok(()),
            Precision::Millis => write!(out, ".{:03}", below / 1_000_000),
            Precision::Micros => write!(out, ".{:06}", below / 1_000),
            Precision::Nanos => write!(out, ".{below:09}"),
        };
    }

    /// Writes a duration, with its seconds at least `width` wide.
    pub fn span(self, out: &mut String, nanos: u64, width: usize) {
        let _ = write!(out, "{:width$}", nanos / SECOND);
        self.fraction(out, nanos);
    }
}

impl Wall {
    /// Parses strace(1)'s `--absolute-timestamps=[[format:]FORMAT],[[precision:]PRECISION]`; the outer `None` is an error.
    pub fn named(list: &str) -> Option<Option<Wall>> {
        let (mut format, mut digits) = ("time", Precision::Seconds);
        for word in list.split(',') {
            match word.strip_prefix("format:").unwrap_or(word) {
                known @ ("none" | "time" | "unix") => format = known,
                word => digits = Precision::named(word.strip_prefix("precision:").unwrap_or(word))?,
            }
        }
        Some(match format {
            "none" => None,
            "unix" => Some(Wall::Epoch(digits)),
            _ => Some(Wall::Time(digits)),
        })
    }

    /// Writes a point in time, in nanoseconds since 1970; `zone` gives the seconds east of UTC at a time.
    pub fn point(self, out: &mut String, nanos: i64, zone: fn(i64) -> i32) {
        let seconds = nanos.div_euclid(SECOND as i64);
        let below = nanos.rem_euclid(SECOND as i64) as u64;
        match self {
            Wall::Epoch(precision) => {
                let _ = write!(out, "{seconds}");
                precision.fraction(out, below);
            }
            Wall::Time(precision) => {
                let day = (seconds + i64::from(zone(seconds))).rem_euclid(DAY);
                let _ = write!(out, "{:02}:{:02}:{:02}", day / 3600, day / 60 % 60, day % 60);
                precision.fraction(out, below);
            }
        }
    }
}

//! Time that should have been traced but was not.

use crate::{plan::LEASE, refusal};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// An interval in which nothing was traced, in nanoseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// When it began.
    pub from: i64,
    /// When it ended.
    pub to: i64,
    /// Why.
    pub why: GapCause,
}

/// When tracing stopped that should have gone on, in nanoseconds since 1970, and why.
pub type GapStart = (i64, GapCause);

/// Why nothing was traced. Recordings have it under these names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GapCause {
    /// The connection was cut for too long.
    Cut,
    /// It was cut, and the node ended the tracer that it had started.
    Ended,
    /// This plugin was suspended (Ctrl-Z) for too long.
    Suspended,
    /// The container ended, and a new one had to be reached; the text says how it ended.
    Restart(String),
}

impl Gap {
    /// Whether something is missing that could have been traced. What a container does before anybody can attach is
    /// not.
    pub fn is_loss(&self) -> bool {
        !matches!(self.why, GapCause::Restart(_))
    }
}

impl std::fmt::Display for GapCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            GapCause::Cut => {
                write!(f, "the connection was cut for longer than the lease of {} s", LEASE.as_secs())
            }
            GapCause::Ended => f.write_str(
                "the connection was cut, and the node ended the tracer in the target's container with it",
            ),
            GapCause::Suspended => write!(
                f,
                "this plugin was suspended (Ctrl-Z) for longer than the lease of {} s",
                LEASE.as_secs()
            ),
            GapCause::Restart(how) => write!(f, "the container was restarted ({how})"),
        }
    }
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let time = |nanoseconds: i64| {
            let time = jiff::Timestamp::from_nanosecond(nanoseconds.into()).unwrap_or_default();
            time.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S%.6f").to_string()
        };
        let long = Duration::from_nanos(u64::try_from(self.to - self.from).unwrap_or(0));
        let (from, to) = (time(self.from), time(self.to));
        write!(f, "nothing was traced for {}, from {from} to {to}: {}", refusal::seconds(long), self.why)
    }
}

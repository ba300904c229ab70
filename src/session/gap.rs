//! What was not traced though it should have been.

use crate::{plan::LEASE, refusal};
use std::time::Duration;

/// An interval in which nothing was traced, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Since when.
    pub from: i64,
    /// Until when.
    pub to: i64,
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let time = |nanoseconds: i64| {
            let time = jiff::Timestamp::from_nanosecond(nanoseconds.into()).unwrap_or_default();
            time.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S%.6f").to_string()
        };
        let long = Duration::from_nanos(u64::try_from(self.to - self.from).unwrap_or(0));
        write!(
            f,
            "nothing was traced for {}, from {} to {}: the connection was cut for longer than the lease of {} s",
            refusal::seconds(long),
            time(self.from),
            time(self.to),
            LEASE.as_secs()
        )
    }
}

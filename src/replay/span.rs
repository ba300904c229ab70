//! Which part of a recording is shown: `--from`, `--to`, `--around`.

use crate::refusal::{self, Refusal};
use jiff::{Timestamp, civil, tz::TimeZone};
use syscalls::{
    decode::Outcome,
    names::{errno, signal},
    value::{Names, Value},
};
use wire::event::{Event, What};

/// How long before and after an event is shown, unless that is said.
const WITHIN: i64 = 1_000_000_000;

/// Most windows around events; more of them than this are no part of a recording any more.
const MOST_WINDOWS: usize = 1 << 20;

/// A moment, as it was typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Moment {
    /// In nanoseconds since 1970.
    At(i64),
    /// Nanoseconds after the first event.
    After(i64),
    /// On the day of the first event, in the time zone of this machine.
    Time(civil::Time),
}

impl Moment {
    /// Reads one.
    ///
    /// # Errors
    /// It is none.
    pub fn read(flag: &str, text: &str) -> Result<Moment, Refusal> {
        let wrong = || {
            refusal::usage(format!("{flag}: '{text}' is not a time")).fix(
                "write it as 14:03:07.5, 2026-05-04T14:03:07Z, in seconds since 1970 as -ttt shows them, or as +30s after \
                 the beginning",
            )
        };
        if let Some(after) = text.strip_prefix('+') {
            let after = crate::cli::duration(after).map_err(|_| wrong())?;
            return Ok(Moment::After(after.as_nanos() as i64));
        }
        if let Some(since) = seconds(text) {
            return Ok(Moment::At(since));
        }
        if let Ok(at) = text.parse::<Timestamp>() {
            return i64::try_from(at.as_nanosecond()).map(Moment::At).map_err(|_| wrong());
        }
        text.parse::<civil::Time>().map(Moment::Time).map_err(|_| wrong())
    }

    /// In nanoseconds since 1970, if the first event was then.
    fn at(self, first: i64) -> i64 {
        match self {
            Moment::At(at) => at,
            Moment::After(after) => first.saturating_add(after),
            Moment::Time(time) => {
                let day = Timestamp::from_nanosecond(first.into()).unwrap_or_default();
                let day = day.to_zoned(TimeZone::system()).date();
                let at = day.to_datetime(time).to_zoned(TimeZone::system());
                at.ok().and_then(|at| i64::try_from(at.timestamp().as_nanosecond()).ok()).unwrap_or(first)
            }
        }
    }
}

/// Seconds with a fraction, in nanoseconds.
fn seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let nanos: i64 = format!("{fraction:0<9}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(1_000_000_000)?.checked_add(nanos)
}

/// Events that are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    kind: Kind,
    /// How long before and after one of them is shown, in nanoseconds.
    within: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// A call, by its name, its error, or both.
    Call(Option<String>, Option<u16>),
    Signal(u64),
    Exit,
    Killed,
    Lost,
}

impl Pattern {
    /// Reads `openat=ENOENT,5s`.
    ///
    /// # Errors
    /// It is nothing that happens.
    pub fn read(text: &str) -> Result<Pattern, Refusal> {
        let wrong = |why: String| {
            refusal::usage(format!("--around: {why}"))
                .fix("name a call (openat), an error (openat=ENOENT, =EIO), a signal (SIGSEGV), exit, killed or lost")
        };
        let (what, within) = match text.rsplit_once(',') {
            Some((what, within)) => {
                let span = crate::cli::duration(within)
                    .map_err(|_| wrong(format!("'{within}' is not a time such as 5s")))?;
                (what, span.as_nanos() as i64)
            }
            None => (text, WITHIN),
        };
        let kind = match what {
            "exit" => Kind::Exit,
            "killed" => Kind::Killed,
            "lost" => Kind::Lost,
            _ if what.starts_with("SIG") => {
                let number = (1..=64).find(|number| signal::name(*number) == Some(what));
                Kind::Signal(number.ok_or_else(|| wrong(format!("there is no signal '{what}'")))?)
            }
            _ => {
                let (call, error) = match what.split_once('=') {
                    Some((call, error)) => (call, Some(error)),
                    None => (what, None),
                };
                let error = error
                    .map(|error| {
                        let named =
                            |number: &u16| errno::describe(*number).is_some_and(|(name, _)| name == error);
                        (1..4096).find(named).ok_or_else(|| wrong(format!("there is no error '{error}'")))
                    })
                    .transpose()?;
                let known = |call: &str| syscalls::table::rows().any(|row| row.name == call);
                if !call.is_empty() && !known(call) {
                    return Err(wrong(format!("there is no call '{call}'")));
                }
                if call.is_empty() && error.is_none() {
                    return Err(wrong("an event is missing".to_owned()));
                }
                Kind::Call((!call.is_empty()).then(|| call.to_owned()), error)
            }
        };
        Ok(Pattern { kind, within })
    }

    /// The time that is shown, if this is such an event.
    pub fn window(&self, event: &Event, names: &Names) -> Option<(i64, i64)> {
        let at = event.time as i64;
        let (fits, until) = match (&self.kind, &event.what) {
            (Kind::Exit, What::Exited { .. })
            | (Kind::Killed, What::Killed { .. })
            | (Kind::Lost, What::Lost { .. }) => (true, at),
            (Kind::Signal(number), What::Signal { signal, .. } | What::Killed { signal, .. }) => {
                (matches!(signal, Value::Symbol { bits, .. } if bits == number), at)
            }
            (
                Kind::Call(call, error),
                What::Call { call: name, outcome, duration, .. }
                | What::Exit { call: name, outcome, duration, .. },
            ) => {
                let named = call.as_ref().is_none_or(|call| names.text(*name) == call);
                let failed = error.is_none_or(|error| failure(outcome) == Some(error));
                let lasted = match &event.what {
                    What::Call { .. } => duration.unwrap_or(0) as i64,
                    _ => 0,
                };
                (named && failed, at.saturating_add(lasted))
            }
            _ => (false, at),
        };
        fits.then(|| (at.saturating_sub(self.within), until.saturating_add(self.within)))
    }
}

/// The error of an outcome.
fn failure(outcome: &Outcome) -> Option<u16> {
    match outcome {
        Outcome::Error(number) => Some(*number),
        Outcome::Tampered(outcome, _) => failure(outcome),
        Outcome::Value(..) | Outcome::Unknown => None,
    }
}

/// The part that is shown.
#[derive(Clone, Debug)]
pub enum Span {
    /// All of it.
    All,
    /// From the one to the other.
    Range(Option<Moment>, Option<Moment>),
    /// These windows, in their order, none of which touches another.
    Windows(Vec<(i64, i64)>),
}

impl Span {
    /// Whether an event is part of it. `first`: the time of the first event.
    pub fn has(&self, time: i64, first: i64) -> bool {
        match self {
            Span::All => true,
            Span::Range(from, to) => {
                from.is_none_or(|from| from.at(first) <= time) && to.is_none_or(|to| time <= to.at(first))
            }
            Span::Windows(windows) => {
                let after = windows.partition_point(|(from, _)| *from <= time);
                after > 0 && time <= windows[after - 1].1
            }
        }
    }
}

/// Collects windows around events.
#[derive(Default)]
pub struct Windows(Vec<(i64, i64)>);

impl Windows {
    /// Adds one.
    ///
    /// # Errors
    /// There are too many.
    pub fn add(&mut self, (from, to): (i64, i64)) -> Result<(), Refusal> {
        // Events come nearly in order, so nearly all of them touch the last one.
        if let Some(last) = self.0.last_mut().filter(|last| from <= last.1 && last.0 <= to) {
            *last = (last.0.min(from), last.1.max(to));
            return Ok(());
        }
        self.0.push((from, to));
        match self.0.len() > MOST_WINDOWS {
            true => Err(refusal::usage("--around: there are too many such events")
                .fix("name a rarer one, or a longer time around each: SIGSEGV,10s")),
            false => Ok(()),
        }
    }

    /// All of them.
    pub fn span(mut self) -> Span {
        self.0.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::with_capacity(self.0.len());
        for (from, to) in self.0 {
            match joined.last_mut().filter(|last| from <= last.1) {
                Some(last) => last.1 = last.1.max(to),
                None => joined.push((from, to)),
            }
        }
        Span::Windows(joined)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_each_form() {
        let read = |text| Moment::read("--from", text).unwrap();
        assert_eq!(read("1796097381.6875"), Moment::At(1_796_097_381_687_500_000));
        assert_eq!(read("2026-12-01T03:56:21Z"), Moment::At(1_796_097_381_000_000_000));
        assert_eq!(read("+1m30s"), Moment::After(90_000_000_000));
        assert_eq!(read("14:03:07.5"), Moment::Time(civil::time(14, 3, 7, 500_000_000)));
        for wrong in ["", "now", "25:00:00", "-5", "1.2.3", "+"] {
            assert!(Moment::read("--from", wrong).is_err(), "{wrong}");
        }
        assert_eq!(Moment::After(5).at(10), 15);
    }

    #[test]
    fn events_are_read_in_each_form() {
        let kind = |text| Pattern::read(text).unwrap().kind;
        assert_eq!(kind("openat"), Kind::Call(Some("openat".into()), None));
        assert_eq!(kind("openat=ENOENT"), Kind::Call(Some("openat".into()), Some(2)));
        assert_eq!(kind("=EIO"), Kind::Call(None, Some(5)));
        assert_eq!(kind("SIGSEGV"), Kind::Signal(11));
        assert_eq!(Pattern::read("lost,2s").unwrap(), Pattern { kind: Kind::Lost, within: 2_000_000_000 });
        for wrong in ["", "=", "opnat", "openat=EFOO", "SIGFOO", "exit,soon"] {
            assert!(Pattern::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn windows_that_touch_become_one() {
        let mut windows = Windows::default();
        for window in [(10, 20), (15, 25), (40, 50), (5, 11), (22, 30)] {
            windows.add(window).unwrap();
        }
        let span = windows.span();
        assert!(matches!(&span, Span::Windows(all) if *all == [(5, 30), (40, 50)]), "{span:?}");
        let shown: Vec<i64> = (0..60).filter(|time| span.has(*time, 0)).collect();
        assert_eq!(shown, (5..=30).chain(40..=50).collect::<Vec<i64>>());
    }
}

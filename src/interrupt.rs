//! Signals that ask for the end: Ctrl-C everywhere, SIGTERM and SIGHUP where they exist.

use crate::refusal::{self, Refusal};
use std::{
    future::Future,
    time::{Duration, Instant},
};
use tokio::sync::broadcast;

/// A signal of another kind within this time of the last one that counted belongs to the same request: closing a
/// terminal sends SIGHUP, and what ran in it may add SIGTERM. A second SIGTERM or SIGHUP within this time does not
/// count either, because nobody sends those by pressing a key repeatedly.
const SAME_CAUSE: Duration = Duration::from_millis(300);

/// The same limit for two Ctrl-C: timeout(1) sends its signal to the process and then to its group, one right after
/// the other. A user who presses the key again and again is slower, and so is a keyboard that repeats.
const SAME_KEY: Duration = Duration::from_millis(50);

/// Most signals that wait to be handled; more would mean the same.
const BACKLOG: usize = 4;

/// Which signal asked for the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopSignal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// SIGHUP: the terminal is gone.
    HangUp,
}

/// A signal and when it arrived, because it may be handled late.
type Received = (Instant, StopSignal);

/// Decides which signals count as a request of their own.
#[derive(Clone, Copy, Debug, Default)]
struct Requests {
    /// The last signal that counted. One that does not count leaves it alone: otherwise a user who keeps pressing
    /// Ctrl-C would never be heard again.
    last: Option<Received>,
}

impl Requests {
    fn counts(&mut self, (now, signal): Received) -> bool {
        let echo = self.last.is_some_and(|(last, before)| {
            let close = match (before, signal) {
                (StopSignal::Interrupt, StopSignal::Interrupt) => SAME_KEY,
                _ => SAME_CAUSE,
            };
            now.duration_since(last) < close
        });
        if !echo {
            self.last = Some((now, signal));
        }
        !echo
    }
}

/// The requests for an end.
#[derive(Debug)]
pub struct Interrupts {
    received: broadcast::Receiver<Received>,
    requests: Requests,
}

impl Interrupts {
    /// Listens from now on. A signal that cannot be caught keeps its default action, which ends the process.
    pub fn listen() -> Interrupts {
        let (signals, received) = broadcast::channel(BACKLOG);
        let ctrl_c = signals.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok()
                && ctrl_c.send((Instant::now(), StopSignal::Interrupt)).is_ok()
            {}
        });
        #[cfg(unix)]
        for (kind, meaning) in [
            (tokio::signal::unix::SignalKind::terminate(), StopSignal::Terminate),
            (tokio::signal::unix::SignalKind::hangup(), StopSignal::HangUp),
        ] {
            let signals = signals.clone();
            if let Ok(mut signal) = tokio::signal::unix::signal(kind) {
                tokio::spawn(async move {
                    while signal.recv().await.is_some() && signals.send((Instant::now(), meaning)).is_ok() {}
                });
            }
        }
        Interrupts { received, requests: Requests::default() }
    }

    /// The requests that a test sends.
    #[cfg(test)]
    pub fn of_test() -> (broadcast::Sender<(Instant, StopSignal)>, Interrupts) {
        let (signals, received) = broadcast::channel(BACKLOG);
        (signals, Interrupts { received, requests: Requests::default() })
    }

    /// Runs `work`, and gives it up when the end is asked for. Nothing has been traced by then.
    ///
    /// # Errors
    /// It was given up, or it failed.
    pub async fn or_end<T>(&mut self, work: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
        tokio::select! {
            done = work => done,
            () = self.next() => Err(refusal::interrupted(None)),
        }
    }

    /// Another receiver of the same signals, from now on.
    pub fn another(&self) -> Interrupts {
        Interrupts { received: self.received.resubscribe(), requests: self.requests }
    }

    /// Waits for the next.
    pub async fn next(&mut self) {
        self.next_signal().await;
    }

    /// Waits for the next, and tells which signal it was.
    pub async fn next_signal(&mut self) -> StopSignal {
        use broadcast::error::RecvError;
        loop {
            let received = match self.received.recv().await {
                Ok(received) => received,
                // More came than are kept.
                Err(RecvError::Lagged(_)) => (Instant::now(), StopSignal::Interrupt),
                Err(RecvError::Closed) => return std::future::pending().await,
            };
            if self.requests.counts(received) {
                return received.1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{StopSignal::*, *};

    /// When the signals that count came, in milliseconds after the first.
    fn counted(signals: &[(u64, StopSignal)]) -> Vec<u64> {
        let (begun, mut requests) = (Instant::now(), Requests::default());
        let count = |(at, signal): &&(u64, StopSignal)| {
            requests.counts((begun + Duration::from_millis(*at), *signal))
        };
        signals.iter().filter(count).map(|(at, _)| *at).collect()
    }

    #[test]
    fn repeated_ctrl_c_counts_each_time() {
        // At 5 presses a second, and at the 30 of a keyboard that repeats.
        assert_eq!(counted(&[(0, Interrupt), (200, Interrupt), (400, Interrupt)]), [0, 200, 400]);
        assert_eq!(counted(&[(0, Interrupt), (33, Interrupt), (66, Interrupt), (99, Interrupt)]), [0, 66]);
        assert_eq!(
            counted(&[(0, Terminate), (100, Terminate), (200, Terminate), (310, Terminate)]),
            [0, 310]
        );
    }

    #[test]
    fn one_cause_is_one_request() {
        // timeout(1) signals the process and its group; closing a terminal sends two signals.
        assert_eq!(counted(&[(0, Interrupt), (2, Interrupt)]), [0]);
        assert_eq!(counted(&[(0, Terminate), (2, Terminate)]), [0]);
        assert_eq!(counted(&[(0, HangUp), (150, Terminate)]), [0]);
        assert_eq!(counted(&[(0, Interrupt), (100, Terminate), (400, Terminate)]), [0, 400]);
    }

    #[tokio::test]
    async fn what_is_being_done_is_given_up() {
        let (signals, mut interrupts) = Interrupts::of_test();
        signals.send((Instant::now(), Terminate)).unwrap();
        let refusal = interrupts.or_end(std::future::pending::<Result<(), Refusal>>()).await.unwrap_err();
        assert_eq!(refusal.code(), refusal::INTERRUPTED);
        assert!(interrupts.or_end(async { Ok(()) }).await.is_ok());
    }

    #[tokio::test]
    async fn a_signal_counts_from_when_it_came() {
        let (signals, mut interrupts) = Interrupts::of_test();
        let begun = Instant::now();
        for at in [0, 1000] {
            signals.send((begun + Duration::from_millis(at), Terminate)).unwrap();
        }
        // Both had come before anybody asked.
        assert_eq!(interrupts.next_signal().await, Terminate);
        assert_eq!(interrupts.next_signal().await, Terminate);
    }
}

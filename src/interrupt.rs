//! Signals that ask for the end: Ctrl-C everywhere, SIGTERM and SIGHUP where there are such.

use std::time::{Duration, Instant};
use tokio::sync::broadcast;

/// Signals that come closer together are one request: timeout(1) sends its signal to the process and then to its group, and
/// a terminal that is closed sends two kinds.
const ECHO: Duration = Duration::from_millis(300);

/// Signals that wait to be handled; more of them mean the same.
const BACKLOG: usize = 4;

/// How an end was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopSignal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// SIGHUP: the terminal is gone.
    HangUp,
}

/// The wishes for an end that came.
#[derive(Debug)]
pub struct Interrupts {
    received: broadcast::Receiver<StopSignal>,
    last: Option<Instant>,
}

impl Interrupts {
    /// Listens from now on. Where a signal cannot be listened to, it does what it does by itself: end the process.
    pub fn listen() -> Interrupts {
        let (signals, received) = broadcast::channel(BACKLOG);
        let ctrl_c = signals.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() && ctrl_c.send(StopSignal::Interrupt).is_ok() {}
        });
        #[cfg(unix)]
        for (kind, meaning) in [
            (tokio::signal::unix::SignalKind::terminate(), StopSignal::Terminate),
            (tokio::signal::unix::SignalKind::hangup(), StopSignal::HangUp),
        ] {
            let signals = signals.clone();
            if let Ok(mut signal) = tokio::signal::unix::signal(kind) {
                tokio::spawn(async move {
                    while signal.recv().await.is_some() && signals.send(meaning).is_ok() {}
                });
            }
        }
        Interrupts { received, last: None }
    }

    /// The same signals, from now on, for someone else.
    pub fn another(&self) -> Interrupts {
        Interrupts { received: self.received.resubscribe(), last: self.last }
    }

    /// Waits for the next.
    pub async fn next(&mut self) {
        self.next_signal().await;
    }

    /// Waits for the next, and says how it came.
    pub async fn next_signal(&mut self) -> StopSignal {
        use broadcast::error::RecvError;
        loop {
            let signal = match self.received.recv().await {
                Ok(signal) => signal,
                // More of them than are kept.
                Err(RecvError::Lagged(_)) => StopSignal::Interrupt,
                Err(RecvError::Closed) => return std::future::pending().await,
            };
            let now = Instant::now();
            let echo = self.last.is_some_and(|last| now.duration_since(last) < ECHO);
            self.last = Some(now);
            if !echo {
                return signal;
            }
        }
    }
}

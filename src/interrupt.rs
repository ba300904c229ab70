//! Signals that ask for the end: Ctrl-C everywhere, SIGTERM and SIGHUP where there are such.

use std::time::{Duration, Instant};
use tokio::sync::broadcast;

/// Signals that come closer together are one wish: timeout(1) sends its signal to the process and then to its group, and
/// a terminal that is closed sends two kinds.
const ECHO: Duration = Duration::from_millis(300);

/// Wishes that wait to be heard: more of them mean the same.
const WISHES: usize = 4;

/// How an end was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
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
    wishes: broadcast::Receiver<Wish>,
    last: Option<Instant>,
}

impl Interrupts {
    /// Listens from now on. Where a signal cannot be listened to, it does what it does by itself: end the process.
    pub fn listen() -> Interrupts {
        let (wish, wishes) = broadcast::channel(WISHES);
        let ctrl_c = wish.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() && ctrl_c.send(Wish::Interrupt).is_ok() {}
        });
        #[cfg(unix)]
        for (kind, meaning) in [
            (tokio::signal::unix::SignalKind::terminate(), Wish::Terminate),
            (tokio::signal::unix::SignalKind::hangup(), Wish::HangUp),
        ] {
            let wish = wish.clone();
            if let Ok(mut signal) = tokio::signal::unix::signal(kind) {
                tokio::spawn(
                    async move { while signal.recv().await.is_some() && wish.send(meaning).is_ok() {} },
                );
            }
        }
        Interrupts { wishes, last: None }
    }

    /// The same wishes, from now on, for someone else.
    pub fn another(&self) -> Interrupts {
        Interrupts { wishes: self.wishes.resubscribe(), last: self.last }
    }

    /// Waits for the next.
    pub async fn next(&mut self) {
        self.next_wish().await;
    }

    /// Waits for the next, and says how it came.
    pub async fn next_wish(&mut self) -> Wish {
        use broadcast::error::RecvError;
        loop {
            let wish = match self.wishes.recv().await {
                Ok(wish) => wish,
                // More of them than are kept.
                Err(RecvError::Lagged(_)) => Wish::Interrupt,
                Err(RecvError::Closed) => return std::future::pending().await,
            };
            let now = Instant::now();
            let echo = self.last.is_some_and(|last| now.duration_since(last) < ECHO);
            self.last = Some(now);
            if !echo {
                return wish;
            }
        }
    }
}

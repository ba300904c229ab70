//! Signals that ask for the end: Ctrl-C everywhere, SIGTERM and SIGHUP where there are such.

use std::time::{Duration, Instant};
use tokio::sync::broadcast;

/// Signals that come closer together are one wish: timeout(1) sends its signal to the process and then to its group, and
/// a terminal that is closed sends two kinds.
const ECHO: Duration = Duration::from_millis(300);

/// Wishes that wait to be heard: more of them mean the same.
const WISHES: usize = 4;

/// The wishes for an end that came.
#[derive(Debug)]
pub struct Interrupts {
    wishes: broadcast::Receiver<()>,
    last: Option<Instant>,
}

impl Interrupts {
    /// Listens from now on. Where a signal cannot be listened to, it does what it does by itself: end the process.
    pub fn listen() -> Interrupts {
        let (wish, wishes) = broadcast::channel(WISHES);
        let ctrl_c = wish.clone();
        tokio::spawn(
            async move { while tokio::signal::ctrl_c().await.is_ok() && ctrl_c.send(()).is_ok() {} },
        );
        #[cfg(unix)]
        for kind in [tokio::signal::unix::SignalKind::terminate(), tokio::signal::unix::SignalKind::hangup()]
        {
            let wish = wish.clone();
            if let Ok(mut signal) = tokio::signal::unix::signal(kind) {
                tokio::spawn(async move { while signal.recv().await.is_some() && wish.send(()).is_ok() {} });
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
        while !matches!(self.wishes.recv().await, Err(broadcast::error::RecvError::Closed)) {
            let now = Instant::now();
            let echo = self.last.is_some_and(|last| now.duration_since(last) < ECHO);
            self.last = Some(now);
            if !echo {
                return;
            }
        }
        std::future::pending().await
    }
}

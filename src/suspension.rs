//! Notices that this process was stopped (Ctrl-Z, SIGSTOP) and runs again.
//!
//! Nothing tells how long that was: SIGSTOP cannot be caught, and SIGCONT comes when it is over. So a task notes the
//! time several times a second; the time between its last note and SIGCONT is the answer.

use std::time::{Duration, Instant};
use tokio::sync::watch;

/// The precision of the answer.
const TICK: Duration = Duration::from_millis(250);

/// The number of SIGCONT: Linux (asm-generic/signal.h, which x86 and arm agree with), macOS and the BSDs
/// (sys/signal.h).
#[cfg(unix)]
const SIGCONT: i32 = if cfg!(target_os = "linux") { 18 } else { 19 };

/// A time in which this process was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// When it ran again.
    pub ended: Instant,
    /// How long it was stopped, to a quarter of a second.
    pub lasted: Duration,
}

/// The times in which this process was stopped.
#[derive(Debug)]
pub struct Suspensions {
    seen: watch::Receiver<Option<Suspension>>,
}

impl Suspensions {
    /// Watches from now on, until it is dropped. On systems without these signals, it never reports one.
    pub fn listen() -> Suspensions {
        let (said, seen) = watch::channel(None);
        #[cfg(unix)]
        {
            let kind = tokio::signal::unix::SignalKind::from_raw(SIGCONT);
            if let Ok(mut resumed) = tokio::signal::unix::signal(kind) {
                tokio::spawn(async move {
                    let mut noted = Instant::now();
                    loop {
                        tokio::select! {
                            // Checked first: both are ready when the process runs again.
                            biased;
                            came = resumed.recv() => {
                                let ended = Instant::now();
                                let lasted = ended.duration_since(noted);
                                noted = ended;
                                if came.is_none() || said.send(Some(Suspension { ended, lasted })).is_err() {
                                    return;
                                }
                            }
                            () = tokio::time::sleep(TICK) => noted = Instant::now(),
                            () = said.closed() => return,
                        }
                    }
                });
            }
        }
        #[cfg(not(unix))]
        drop(said);
        Suspensions { seen }
    }

    /// Another receiver, from now on: one task notes the time for all.
    pub fn another(&self) -> Suspensions {
        let mut seen = self.seen.clone();
        seen.mark_unchanged();
        Suspensions { seen }
    }

    /// Waits for the next; forever if none can be noticed.
    pub async fn next(&mut self) -> Suspension {
        loop {
            if self.seen.changed().await.is_err() {
                return std::future::pending().await;
            }
            if let Some(suspension) = *self.seen.borrow_and_update() {
                return suspension;
            }
        }
    }
}

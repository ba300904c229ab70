//! That this process was suspended (Ctrl-Z) and goes on (`fg`): what was lost meanwhile is nobody else's fault.

/// Notices when this process goes on.
#[derive(Debug)]
pub struct Suspensions {
    #[cfg(unix)]
    signals: Option<tokio::signal::unix::Signal>,
}

impl Suspensions {
    /// Notices from now on. Where the system has no such signal, or gives none, nothing is noticed.
    pub fn listen() -> Suspensions {
        Suspensions {
            #[cfg(unix)]
            signals: {
                // SIGCONT is sent to whoever goes on (signal(7)); tokio has no name for it.
                let kind = tokio::signal::unix::SignalKind::from_raw(CONTINUE);
                tokio::signal::unix::signal(kind).ok()
            },
        }
    }

    /// Waits until this process goes on after it was suspended.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signals) = &mut self.signals
            && signals.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}

/// SIGCONT, by its number: 18 on Linux, 19 on macOS and the BSDs.
#[cfg(all(unix, any(target_os = "linux", target_os = "android")))]
const CONTINUE: i32 = 18;
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
const CONTINUE: i32 = 19;

//! Signals that ask for the end: Ctrl-C everywhere, SIGTERM and SIGHUP where there are such.

use tokio::sync::mpsc;

/// The wishes for an end that came.
#[derive(Debug)]
pub struct Interrupts {
    wishes: mpsc::UnboundedReceiver<()>,
}

impl Interrupts {
    /// Listens from now on. Where a signal cannot be listened to, it does what it does by itself: end the process.
    pub fn listen() -> Interrupts {
        let (wish, wishes) = mpsc::unbounded_channel();
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
        Interrupts { wishes }
    }

    /// Waits for the next.
    pub async fn next(&mut self) {
        if self.wishes.recv().await.is_none() {
            std::future::pending().await
        }
    }
}

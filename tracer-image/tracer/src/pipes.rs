//! The three pipes between an engine's process and its agent.

use nix::unistd::dup2_stderr;
use std::{io, os::fd::AsFd, os::fd::OwnedFd};

/// An engine's ends of the pipes.
pub struct Pipes {
    /// Requests arrive here.
    pub requests: OwnedFd,
    /// Frames are written here.
    pub messages: OwnedFd,
    /// When this one is closed, no tracee is held any more.
    pub holding: TraceesHeldPipe,
}

/// The end of a pipe that is closed when no tracee is held any more.
pub enum TraceesHeldPipe {
    /// Standard error.
    Stderr,
    /// Another descriptor, because standard error belongs to somebody else.
    Own {
        /// Which.
        end: OwnedFd,
    },
}

impl Pipes {
    /// The standard streams, for an engine that the agent has started.
    ///
    /// # Errors
    /// As the kernel says.
    pub fn standard() -> io::Result<Pipes> {
        Ok(Pipes {
            requests: io::stdin().as_fd().try_clone_to_owned()?,
            messages: io::stdout().as_fd().try_clone_to_owned()?,
            holding: TraceesHeldPipe::Stderr,
        })
    }
}

impl TraceesHeldPipe {
    /// Announces that no tracee is held any more.
    pub fn release(self) {
        if let TraceesHeldPipe::Stderr = self {
            // Any other file in its place closes it.
            let _ = dup2_stderr(io::stdin());
        }
    }
}

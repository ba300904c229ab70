//! Who is meant, and what of it is secret.

use serde::{Deserialize, Serialize};

/// What is not to leave the tracer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redact {
    /// Directories and files of the target's container, as it has them, whose content is secret.
    pub paths: Vec<String>,
    /// Variables of the target's environment whose values are secret whatever they are called.
    pub variables: Vec<String>,
}

/// What to attach to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// Every process of the container with this id (64 hex digits, as in `status.containerStatuses[].containerID`).
    Container {
        /// The id.
        id: String,
        /// Which of them.
        programs: Programs,
    },
    /// These processes with all their threads, in the tracer's numbering (`-p`).
    Processes(Vec<i32>),
    /// A command, which the tracer itself starts in the target's container ([`Place::Target`](crate::message::Place::Target)): its words come with the
    /// exec, and so do its standard streams.
    Command,
}

/// Processes chosen by what they run. Regular expressions, checked by the client; of each kind one must match, where
/// there are some. Children of what is traced are traced whatever they run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programs {
    /// For the name (`/proc/PID/comm`).
    pub comm: Vec<String>,
    /// For the path of the executable (`/proc/PID/exe`).
    pub exe: Vec<String>,
}

impl Programs {
    /// Whether every process is meant.
    pub fn is_any(&self) -> bool {
        self.comm.is_empty() && self.exe.is_empty()
    }
}

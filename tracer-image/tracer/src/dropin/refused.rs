//! What is said of a process that may not be traced.

use crate::command::reason;
use render::refused::Why;
use std::io;
use wire::refused::{Cause, Refused};

/// What strace says of a process that it may not trace; behind it, on a line of its own, what we know of the reason.
pub fn unattached(refused: &Refused) -> Vec<String> {
    let Refused { process, error, .. } = refused;
    let error = io::Error::from_raw_os_error(*error);
    let mut said = vec![format!("attach: ptrace(PTRACE_SEIZE, {process}): {}", reason(&error))];
    if let Cause::TracedBy { process: by, .. } = &refused.cause {
        said.push(format!("Process {process} is already being traced by pid {by}"));
    }
    if let Some(last) = said.last_mut() {
        last.push_str(&format!("\n({})", Why(refused)));
    }
    said
}

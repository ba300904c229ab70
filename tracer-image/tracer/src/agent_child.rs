//! How a process begins that the agent has started: an engine, or one that looks.

use nix::{
    sys::{
        prctl,
        signal::{SigSet, Signal},
    },
    unistd::getppid,
};
use std::{ffi::OsString, io};

/// Binds our life to the agent's, whose id is the only argument.
///
/// # Errors
/// It is not our parent.
pub fn begin(mut args: impl Iterator<Item = OsString>) -> io::Result<()> {
    let agent = args.next().and_then(|agent| agent.to_str()?.parse().ok());
    // When the agent dies, we must die, whatever we are doing. It may have died before we asked for that.
    let bound = prctl::set_pdeathsig(Signal::SIGKILL);
    if bound.is_err() || agent != Some(getppid().as_raw()) {
        return Err(io::Error::other("not started by an agent"));
    }
    // Otherwise its name would be that of its file, `exe`.
    let _ = prctl::set_name(c"tracer");
    // We have inherited what the agent blocks for itself (execve(2)).
    let _ = SigSet::empty().thread_set_mask();
    Ok(())
}

/// The exit status of what such a process has done.
pub fn exit_status(served: io::Result<i32>) -> i32 {
    match served {
        Ok(status) => status,
        Err(error) => {
            eprintln!("{error}");
            1
        }
    }
}

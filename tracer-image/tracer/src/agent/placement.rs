//! Whether a tracer in the target's container would miss something that one in ours does not.

use crate::{
    capabilities,
    procfs::{self, Container},
};
use nix::unistd::geteuid;

/// Why the tracer had better run here; none where it may as well run in the target's container, as far as we can tell.
/// What only shows there (Yama, capabilities, seccomp, memory) is found out there.
pub fn better_here(container: &str) -> Option<String> {
    if !capabilities::may_trace_all() {
        return None;
    }
    // A process that is exec'd into the target's container runs as its user, which must be ours.
    let ours = geteuid().as_raw();
    let strange = Container::from_outside(container).processes().into_iter().find_map(|process| {
        let users = procfs::status(process, "Uid")?;
        // Real, effective, saved set and file system user id (proc_pid_status(5)).
        let other = users.split_whitespace().find(|user| user.parse() != Ok(ours))?.to_owned();
        Some((process, other))
    });
    strange.map(|(process, other)| {
        format!("process {process} runs as user {other}; a tracer in the target's container would be user {ours} without SYS_PTRACE")
    })
}

//! Children of ours that are no tracees: the command that reads the text, and, if we are PID 1 or a subreaper, every
//! orphan (prctl(2), `PR_SET_CHILD_SUBREAPER`).
//!
//! An orphan becomes the child of our first thread. Nobody would wait for it there: a tracing thread asks only for what is
//! its own (`__WNOTHREAD`), and a wait for all threads' children would take the tracees' reports away from it. Yet each
//! must be waited for: the PID 1 of a nested PID namespace does not die before the last process of that namespace is
//! reaped (`zap_pid_ns_processes` in kernel/pid_namespace.c). So we leave that to the kernel (`SA_NOCLDWAIT`; `do_notify_parent` in
//! kernel/signal.c). It reaps no tracee (the same function): those still report their end.

use std::{ffi::c_int, mem, process, ptr};

/// If orphans may become our children, the kernel reaps what ends as our child without being a tracee, from here on.
///
/// Only then: the kernel would also forget the exit status of a command that is no tracee any more. That is so without
/// `-f` after an execve by another thread than the leader, which takes the leader's id and is not traced.
///
/// An execve undoes this (`flush_signal_handlers` in kernel/signal.c), so that the command does not inherit it. If our
/// parent ignores `SIGCHLD`, the kernel reaps already, and the command shall inherit that.
pub fn leave_to_the_kernel() {
    if !may_come() {
        return;
    }
    // SAFETY: an all-zero sigaction is valid, is SIG_DFL, and outlives the calls; wait4 with null pointers touches no memory.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        libc::sigaction(libc::SIGCHLD, ptr::null(), &mut action);
        if action.sa_sigaction != libc::SIG_IGN {
            action = mem::zeroed();
            action.sa_flags = libc::SA_NOCLDWAIT | libc::SA_NOCLDSTOP;
            libc::sigaction(libc::SIGCHLD, &action, ptr::null_mut());
        }
        // Whoever had this process before us may have left some.
        let mine = libc::WNOHANG | libc::__WALL | libc::__WNOTHREAD;
        while libc::wait4(-1, ptr::null_mut(), mine, ptr::null_mut()) > 0 {}
    }
}

/// Whether we are PID 1 or a subreaper.
fn may_come() -> bool {
    let mut subreaper: c_int = 0;
    // SAFETY: prctl(2) writes one int.
    let asked = unsafe { libc::prctl(libc::PR_GET_CHILD_SUBREAPER, &raw mut subreaper) };
    process::id() == 1 || asked == 0 && subreaper != 0
}

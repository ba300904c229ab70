//! Our own capabilities (capabilities(7)).

use nix::{errno::Errno, unistd::geteuid};

/// The bit of `CAP_SYS_PTRACE` (linux/capability.h).
const SYS_PTRACE: u32 = 1 << 19;
/// `_LINUX_CAPABILITY_VERSION_3`: two words of 32 bits for each set.
const VERSION: u32 = 0x2008_0522;

/// `struct __user_cap_header_struct`.
#[repr(C)]
struct Header {
    version: u32,
    pid: i32,
}

/// `struct __user_cap_data_struct`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
struct Sets {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// Whether our capabilities allow us to trace any process.
pub fn may_trace_all() -> bool {
    get().is_ok_and(|sets| sets[0].effective & SYS_PTRACE != 0)
}

/// What the plugin calls our rights (`--profile`).
pub fn profile() -> &'static str {
    match (may_trace_all(), geteuid().is_root()) {
        (false, _) => "unprivileged",
        (true, true) => "ptrace",
        (true, false) => "file-capability",
    }
}

/// Makes effective what the program's file permits: it carries `cap_sys_ptrace=p`, so that a user other than root can
/// have the capability. Not `=ep`, which the kernel refuses to execute where the container may not have it at all.
pub fn raise() {
    if let Ok(mut sets) = get()
        && sets[0].permitted & SYS_PTRACE != 0
        && sets[0].effective & SYS_PTRACE == 0
    {
        sets[0].effective |= SYS_PTRACE;
        // If this is refused, what needs the capability is refused too, and says so.
        let _ = set(&sets);
    }
}

/// Gives up every capability for good.
///
/// # Errors
/// As the kernel says.
pub fn drop_all() -> nix::Result<()> {
    set(&[Sets::default(); 2])
}

fn get() -> nix::Result<[Sets; 2]> {
    let header = Header { version: VERSION, pid: 0 };
    let mut sets = [Sets::default(); 2];
    // SAFETY: with this version the kernel writes two structures, and there is room for two (capget(2)).
    Errno::result(unsafe { libc::syscall(libc::SYS_capget, &header, sets.as_mut_ptr()) })?;
    Ok(sets)
}

fn set(sets: &[Sets; 2]) -> nix::Result<()> {
    let header = Header { version: VERSION, pid: 0 };
    // SAFETY: with this version the kernel reads two structures (capset(2)).
    Errno::result(unsafe { libc::syscall(libc::SYS_capset, &header, sets.as_ptr()) }).map(drop)
}

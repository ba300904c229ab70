//! Where our text may differ from strace's, and why.

use super::{EVERY_CALL, compare::Difference};
use std::collections::BTreeSet;

/// A difference that is right, or that a later version will remove.
#[derive(Debug)]
pub struct Known {
    /// The program; empty for any program that makes real calls.
    program: &'static str,
    /// A part of strace's line.
    theirs: &'static str,
    /// A part of our line.
    ours: &'static str,
    /// The reason.
    #[allow(dead_code, reason = "printed")]
    why: &'static str,
}

/// All of them.
pub const ALL: &[Known] = &[
    Known {
        program: EVERY_CALL,
        theirs: "msgget(",
        ours: "/* IPC_??? */|000)",
        why: "strace writes unknown flags and permissions as one number: 0x10000000 and 000 as 0x10000000000",
    },
    Known { program: EVERY_CALL, theirs: "semget(", ours: "/* IPC_??? */|000)", why: "as msgget" },
    Known {
        program: EVERY_CALL,
        theirs: "getcwd(\"\"...",
        ours: "getcwd(",
        why: "the result is the length with its NUL: of a real call it is never 0",
    },
    Known {
        program: EVERY_CALL,
        theirs: "name_to_handle_at(2",
        ours: ", 0x2, [0], AT_HANDLE_CONNECTABLE)",
        why: "a call that succeeded has written its handle, so that it can be read; strace stops where it cannot",
    },
    Known {
        program: "every_call of arm",
        theirs: "signal(-1, SIG_ERR)",
        ours: "signal(-1, 0xffffffff)",
        why: "-1 of a 32-bit program is all ones only to a 32-bit strace",
    },
    Known {
        program: "every_call of arm",
        theirs: "select(",
        ours: "(Timeout)",
        why: "strace says of the old select that its time was over only where its arguments can be read",
    },
    Known {
        program: "every_call of arm",
        theirs: "sendmmsg(2, 0x10000000, 268435456,",
        ours: "sendmmsg(2, [{",
        why: "an array does not end in the address space of a 32-bit strace: it looks at none of it",
    },
    Known {
        program: "every_call of arm",
        theirs: "futex_waitv(0x10000000, 268435456,",
        ours: "futex_waitv([{",
        why: "as sendmmsg",
    },
    Known {
        program: "unknown of arm",
        theirs: "syscall_0xffffffff(",
        ours: "syscall_0xffffffffffffffff(",
        why: "the kernel's word for a number of -1 has 64 bits, in a 64-bit strace too",
    },
    Known {
        program: "every_call of i386",
        theirs: "select(",
        ours: "(Timeout)",
        why: "strace says of the old select that its time was over only where its arguments can be read",
    },
    Known {
        program: "every_call of i386",
        theirs: "rt_sigreturn(",
        ours: "rt_sigreturn(",
        why: "there is no signal that it could return from: what lies there is not a mask",
    },
];

/// Known differences of some programs that no longer occur: those whose index is not in `used`.
pub fn gone(used: &BTreeSet<usize>, programs: &[&str]) -> Vec<&'static Known> {
    let known = ALL.iter().enumerate();
    known
        .filter(|(index, known)| programs.contains(&known.program) && !used.contains(index))
        .map(|(_, known)| known)
        .collect()
}

/// The index of the entry that explains a difference.
pub fn why(program: &str, difference: &Difference) -> Option<usize> {
    ALL.iter().position(|known| {
        (known.program == program || known.program.is_empty() && program != EVERY_CALL)
            && difference.theirs.contains(known.theirs)
            && difference.ours.contains(known.ours)
    })
}

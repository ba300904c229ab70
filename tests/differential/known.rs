//! Where our text may differ from strace's, and why.

use super::compare::Difference;

/// A difference that is right, or that a later version takes away.
#[derive(Debug)]
pub struct Known {
    /// The program; empty for any.
    program: &'static str,
    /// What strace's line has in it.
    theirs: &'static str,
    /// What ours has in it.
    ours: &'static str,
    /// Why it is so.
    #[allow(dead_code, reason = "printed")]
    why: &'static str,
}

/// All of them.
pub const ALL: &[Known] = &[];

/// The index of the entry that says why.
pub fn why(program: &str, difference: &Difference) -> Option<usize> {
    ALL.iter().position(|known| {
        (known.program.is_empty() || known.program == program)
            && difference.theirs.contains(known.theirs)
            && difference.ours.contains(known.ours)
    })
}

//! Selects calls by the objects that they work on: `-e fd=`, `-P`.

use super::caller::Call;
use syscalls::{filter::Qualifiers, gather, snapshot::Phase, table::Row};

/// Whether a call works on a selected descriptor or path.
pub fn is_wanted(wanted: &Qualifiers, row: &'static Row, call: &Call) -> bool {
    let subjects = gather::subjects(row, &call.snapshot, call.depth);
    let named = |path: &[u8]| wanted.paths.iter().any(|wanted| wanted.as_bytes() == path);
    subjects.paths.iter().any(|path| named(path))
        || subjects.fds.iter().any(|fd| {
            let number = u32::try_from(*fd).ok();
            wanted.fds.as_ref().is_some_and(|fds| number.is_some_and(|fd| fds.has(fd)))
                || number.is_some() && !wanted.paths.is_empty() && {
                    let open_on = call.snapshot.descriptor(Phase::Entry, *fd);
                    open_on.is_some_and(|open_on| named(&open_on.path))
                }
        })
}

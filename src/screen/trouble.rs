//! Why a trace cannot be written.

use crate::refusal::Refusal;
use std::{
    io::{self, ErrorKind},
    path::Path,
};

/// Why no more text can be written.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// The reader has gone, as `head` does: not an error.
    Gone,
    /// Anything else.
    Failed(Refusal),
}

impl Trouble {
    /// Writing to stdout or stderr failed.
    pub fn of_stdout(error: io::Error) -> Trouble {
        match error.kind() {
            ErrorKind::BrokenPipe => Trouble::Gone,
            _ => {
                Trouble::Failed(Refusal::new("cannot write the trace to its stream").cause(error.to_string()))
            }
        }
    }

    /// Writing to a file or pipe failed.
    pub fn of_file(path: &Path, error: &io::Error) -> Trouble {
        match error.kind() {
            ErrorKind::BrokenPipe => Trouble::Gone,
            _ => Trouble::Failed(not_written(path, error)),
        }
    }
}

/// A failure is an error; a reader that has gone is not.
impl From<Trouble> for Option<Refusal> {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Gone => None,
            Trouble::Failed(refusal) => Some(refusal),
        }
    }
}

/// A file or directory cannot be created or written.
pub fn not_written(path: &Path, error: &io::Error) -> Refusal {
    let refusal = Refusal::new(format!("cannot write to {}", path.display())).cause(error.to_string());
    refusal.fix(match error.kind() {
        ErrorKind::AlreadyExists => "name another directory, or use --force",
        ErrorKind::StorageFull => "name a place with more room",
        _ => "name another place with -o FILE or --out DIR",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_place_is_trouble_and_a_gone_reader_is_not() {
        let broken = || io::Error::from(ErrorKind::BrokenPipe);
        assert!(Option::<Refusal>::from(Trouble::of_stdout(broken())).is_none());
        assert!(Option::<Refusal>::from(Trouble::of_file(Path::new("/x/pipe"), &broken())).is_none());
        let full = Trouble::of_file(Path::new("/x/y"), &io::Error::from(ErrorKind::StorageFull));
        assert!(Option::<Refusal>::from(full).is_some_and(|r| r.to_string().contains("/x/y")));
    }
}

//! Where a trace is written.

use std::path::PathBuf;

/// Where the text goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceOutput {
    /// stdout.
    Stdout,
    /// stderr, because stdout is the command's.
    Stderr,
    /// `-o FILE`
    File {
        /// FILE
        path: PathBuf,
        /// `-A`
        append: bool,
    },
    /// `-ff -o FILE`: FILE.TID
    Threads {
        /// FILE
        base: PathBuf,
        /// `-A`
        append: bool,
    },
    /// `--out DIR`: DIR/POD.CONTAINER, with `--ff` DIR/POD.CONTAINER.TID
    Directory {
        /// DIR
        dir: PathBuf,
        /// `--ff`
        separate: bool,
        /// `--force`
        force: bool,
    },
}

impl TraceOutput {
    /// Whether each container has files of its own.
    pub fn of_each_container(&self) -> bool {
        match self {
            TraceOutput::Stdout | TraceOutput::Stderr | TraceOutput::File { .. } => false,
            TraceOutput::Threads { .. } | TraceOutput::Directory { .. } => true,
        }
    }
}

//! The recordings.

use crate::recorded::{self, Call};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Every recorded call, with its file.
pub fn all() -> impl Iterator<Item = (PathBuf, Call)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let entries = fs::read_dir(&dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "calls")).flat_map(|path| {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        recorded::parse(&text).into_iter().map(move |call| (path.clone(), call))
    })
}

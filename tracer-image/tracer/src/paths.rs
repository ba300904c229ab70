//! The paths of `-P` as the kernel sees them, after symbolic links.

use std::path::{Path, PathBuf};
use syscalls::filter::{Qualifiers, quiet};

/// Adds the target of each path, if it is different. Returns the messages about that.
pub fn resolve(wanted: &mut Qualifiers, real: impl Fn(&Path) -> Option<PathBuf>) -> Vec<String> {
    let mut said = Vec::new();
    for given in wanted.paths.clone() {
        let Some(resolved) = real(Path::new(&given)) else { continue };
        let resolved = resolved.to_string_lossy().into_owned();
        if resolved != given {
            said.push(format!("Requested path \"{given}\" resolved into \"{resolved}\""));
            wanted.paths.push(resolved);
        }
    }
    if wanted.quiet & quiet::PATH_RESOLUTION != 0 {
        said.clear();
    }
    said
}

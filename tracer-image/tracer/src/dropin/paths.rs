//! The paths of `-P`: as they were given, and as the kernel shows them.

use std::fs;

/// Adds what each path leads to, where that is another one. Returns those, with what was given.
pub fn resolve(paths: &mut Vec<String>) -> Vec<(String, String)> {
    let mut resolved = Vec::new();
    for path in paths.iter() {
        let Ok(real) = fs::canonicalize(path) else { continue };
        let real = real.to_string_lossy().into_owned();
        if real != *path {
            resolved.push((path.clone(), real));
        }
    }
    paths.extend(resolved.iter().map(|(_, real)| real.clone()));
    resolved
}

//! Resolves a command as typed: its file and its environment.

use crate::engine::ptrace::Command;
use std::{
    env,
    ffi::{CString, NulError, OsStr, OsString},
    io,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

/// Why a command has no file.
#[derive(Debug)]
pub enum NotFound {
    /// It is in no directory of the PATH.
    OnPath,
    /// It was given as a path, and the system reports this error.
    AtPath(io::Error),
}

/// Finds the file of a program, as a shell would.
///
/// # Errors
/// It does not exist.
pub fn find(program: &OsStr) -> Result<PathBuf, NotFound> {
    if program.as_bytes().contains(&b'/') {
        return match Path::new(program).metadata() {
            Ok(_) => Ok(program.into()),
            Err(error) => Err(NotFound::AtPath(error)),
        };
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let candidates = env::split_paths(&path).map(|directory| directory.join(program));
    candidates.into_iter().find(|path| is_executable(path)).ok_or(NotFound::OnPath)
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// An error's text, as from `strerror(3)`.
pub fn reason(error: &io::Error) -> String {
    let known = error.raw_os_error().and_then(|errno| u16::try_from(errno).ok());
    known
        .and_then(syscalls::names::errno::describe)
        .map_or_else(|| error.to_string(), |(_, text)| text.into())
}

/// A command whose file is known, with our own environment and changes: `NAME=VALUE` sets a variable, `NAME` removes it.
///
/// # Errors
/// A word contains a NUL byte.
pub fn prepare(file: PathBuf, words: &[OsString], changes: &[OsString]) -> Result<Command, NulError> {
    let mut environment: Vec<OsString> = env::vars_os()
        .map(|(mut name, value)| {
            name.push("=");
            name.push(value);
            name
        })
        .collect();
    for change in changes {
        let name = change.as_bytes().split(|byte| *byte == b'=').next().unwrap_or_default();
        let same =
            |entry: &OsString| entry.as_bytes().strip_prefix(name).is_some_and(|rest| rest.starts_with(b"="));
        environment.retain(|entry| !same(entry));
        if change.as_bytes().contains(&b'=') {
            environment.push(change.clone());
        }
    }
    let strings = |list: &[OsString]| -> Result<Vec<CString>, NulError> {
        list.iter().map(|item| CString::new(item.clone().into_vec())).collect()
    };
    Ok(Command {
        path: CString::new(file.into_os_string().into_vec())?,
        args: strings(words)?,
        environment: strings(&environment)?,
        user: None,
        filter: None,
        session: false,
    })
}

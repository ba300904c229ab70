//! The command to trace: its file, its arguments, its environment, its user.

use super::{cli::Wanted, reason};
use crate::engine::ptrace::{Command, User};
use nix::unistd;
use std::{
    env,
    ffi::{CString, OsStr, OsString},
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

/// The command with its file found on the PATH, and its environment.
pub fn resolve(wanted: &Wanted) -> Result<Command, String> {
    let program = &wanted.command[0];
    let path = find(program).map_err(|error| match error {
        None => format!("Cannot find executable '{}'", program.to_string_lossy()),
        Some(error) => format!("Cannot stat '{}': {}", program.to_string_lossy(), reason(&error)),
    })?;
    let mut environment: Vec<OsString> = env::vars_os()
        .map(|(mut name, value)| {
            name.push("=");
            name.push(value);
            name
        })
        .collect();
    for change in &wanted.environment {
        let name = change.as_bytes().split(|byte| *byte == b'=').next().unwrap_or_default();
        let same =
            |entry: &OsString| entry.as_bytes().strip_prefix(name).is_some_and(|rest| rest.starts_with(b"="));
        environment.retain(|entry| !same(entry));
        if change.as_bytes().contains(&b'=') {
            environment.push(change.clone());
        }
    }
    let strings = |list: &[OsString]| -> Result<Vec<CString>, String> {
        list.iter()
            .map(|item| {
                CString::new(item.clone().into_vec()).map_err(|_| "an argument has a NUL byte".to_string())
            })
            .collect()
    };
    let mut args = wanted.command.clone();
    if let Some(argv0) = &wanted.argv0 {
        args[0] = argv0.clone();
    }
    Ok(Command {
        path: CString::new(path.into_os_string().into_vec())
            .map_err(|_| "the program's name has a NUL byte")?,
        args: strings(&args)?,
        environment: strings(&environment)?,
        user: wanted.user.as_deref().map(user).transpose()?,
    })
}

/// The file of a program, as a shell would find it; no error where the PATH does not have it.
fn find(program: &OsStr) -> Result<PathBuf, Option<std::io::Error>> {
    if program.as_bytes().contains(&b'/') {
        return match Path::new(program).metadata() {
            Ok(_) => Ok(program.into()),
            Err(error) => Err(Some(error)),
        };
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let candidates = env::split_paths(&path).map(|directory| directory.join(program));
    candidates.into_iter().find(|path| is_executable(path)).ok_or(None)
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// `-u NAME` with the groups that it has, or `-u UID:GID` with none.
fn user(text: &str) -> Result<User, String> {
    if let Some((uid, gid)) = text.split_once(':')
        && let (Ok(uid), Ok(gid)) = (uid.parse(), gid.parse())
    {
        return Ok(User { uid, gid, groups: Vec::new() });
    }
    let unknown = || format!("Cannot find user '{text}'");
    let found = unistd::User::from_name(text).ok().flatten().ok_or_else(unknown)?;
    let name = CString::new(text).map_err(|_| unknown())?;
    let groups = unistd::getgrouplist(&name, found.gid).map_err(|_| unknown())?;
    Ok(User {
        uid: found.uid.as_raw(),
        gid: found.gid.as_raw(),
        groups: groups.into_iter().map(unistd::Gid::as_raw).collect(),
    })
}

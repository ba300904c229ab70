//! The command to trace: file, arguments, environment, user.

use super::cli::Wanted;
use crate::{
    command::{self, NotFound, reason},
    engine::ptrace::{Command, User},
};
use nix::unistd;
use std::ffi::CString;

/// The command with its file found on the PATH, and its environment.
pub fn resolve(wanted: &Wanted) -> Result<Command, String> {
    let program = &wanted.command[0];
    let file = command::find(program).map_err(|error| match error {
        NotFound::OnPath => format!("Cannot find executable '{}'", program.to_string_lossy()),
        NotFound::AtPath(error) => format!("Cannot stat '{}': {}", program.to_string_lossy(), reason(&error)),
    })?;
    let mut words = wanted.command.clone();
    if let Some(argv0) = &wanted.argv0 {
        words[0] = argv0.clone();
    }
    let user = wanted.user.as_deref().map(user).transpose()?;
    let command = command::prepare(file, &words, &wanted.environment)
        .map_err(|_| "an argument has a NUL byte".to_string())?;
    Ok(Command { user, ..command })
}

/// `-u NAME` with that user's groups, or `-u UID:GID` without groups.
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

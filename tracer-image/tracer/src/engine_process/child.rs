//! The command that we run: its beginning, and its end if it outlives the trace.

use crate::{
    command::{self, NotFound},
    door,
    engine::ptrace::{Command, Waiting},
    outbox::Outbox,
    refused, scheduling,
};
use nix::{
    errno::Errno,
    sys::wait::{WaitStatus, waitpid},
    unistd::{Pid, dup2_stdin, dup2_stdout},
};
use std::{env, ffi::OsString, fs::File, io};
use wire::message::{Level, Message, Notice, Reason};

/// What a shell exits with where there is no such program (POSIX, "Exit Status for Commands").
const NOT_FOUND: u8 = 127;
/// The same where it cannot be executed.
const CANNOT_EXECUTE: u8 = 126;

/// Starts the command, which waits to be traced.
pub(super) fn start(words: &[OsString], outbox: &Outbox) -> Result<(Waiting, String), Reason> {
    let Some(program) = words.first() else {
        return Err(Reason::Failed("there is no command to run".into()));
    };
    let not_run = |status, why| Reason::NotRun { status, why };
    let name = program.to_string_lossy();
    if let Some(why) = refused::forbidden() {
        return Err(Reason::Failed(why));
    }
    if let Some(why) = door::narrow() {
        outbox.send(&Message::Notice(Notice { level: Level::Warning, text: why }));
    }
    let file = command::find(program).map_err(|error| match error {
        NotFound::OnPath => match env::var("PATH") {
            Ok(path) => not_run(NOT_FOUND, format!("no directory of its PATH has a program {name}: {path}")),
            Err(_) => not_run(NOT_FOUND, format!("the container has no PATH to look for {name} on")),
        },
        NotFound::AtPath(error) => not_run(NOT_FOUND, format!("{name}: {}", command::reason(&error))),
    })?;
    let command = command::prepare(file, words, &[])
        .map_err(|_| not_run(CANNOT_EXECUTE, "a word of the command has a NUL byte".into()))?;
    // Like everything that is exec'd into a container, it starts a session.
    let started = Command { session: true, ..command }.start();
    let waiting =
        started.map_err(|error| Reason::Failed(format!("the command could not be started: {error}")))?;
    // Now, because the command would have inherited both.
    door::go_before_the_target();
    scheduling::short_turns();
    // The command's standard streams must close when it closes them.
    if let Ok(nothing) = File::options().read(true).write(true).open("/dev/null") {
        let _ = dup2_stdin(&nothing).and_then(|()| dup2_stdout(&nothing));
    }
    Ok((waiting, name.into_owned()))
}

/// Why an existing program could not be executed.
pub(super) fn not_executed(program: &str, error: &io::Error) -> Reason {
    let said = format!("{program}: {}", command::reason(error));
    let (status, why) = match error.raw_os_error() {
        Some(libc::ENOENT) => (
            NOT_FOUND,
            format!(
                "{said}: the program is there, but not what interprets it (its dynamic loader, or what its first line names)"
            ),
        ),
        Some(libc::ENOEXEC) => (
            CANNOT_EXECUTE,
            format!(
                "{said}: it is no program for this processor, nor has it a first line that names what interprets it"
            ),
        ),
        _ => (CANNOT_EXECUTE, said),
    };
    Reason::NotRun { status, why }
}

/// Waits for the end of a command that runs on untraced. We remain its parent: another process would get a child
/// that it has not created.
pub(super) fn wait_for(process: i32) -> i32 {
    loop {
        match waitpid(Pid::from_raw(process), None) {
            Ok(WaitStatus::Exited(_, code)) => return code,
            Ok(WaitStatus::Signaled(_, signal, _)) => return 128 + signal as i32,
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => return 1,
        }
    }
}

//! Where the text goes, and whether in colour.

use super::{
    cli::{self, Wanted, When},
    output::{self, Files, Place},
};
use crate::command::reason;
use render::color::{Painter, Palette};
use std::{
    env,
    fs::File,
    io::{self, IsTerminal},
    os::fd::OwnedFd,
    path::Path,
    process::{self, Child, Stdio},
};

/// Opens where the text goes, and the command that it is piped to, if any.
pub fn place(wanted: &Wanted) -> Result<(Place, Option<Child>), String> {
    let Some(output) = &wanted.output else { return Ok((Place::Stderr, None)) };
    if let Some(command) = cli::piped(output) {
        let child = process::Command::new("/bin/sh").arg("-c").arg(command).stdin(Stdio::piped()).spawn();
        let mut child = child.map_err(|error| format!("popen: {}", reason(&error)))?;
        let input = child.stdin.take().ok_or("popen: no pipe")?;
        let name = output.to_string_lossy().into_owned();
        return Ok((Place::File(File::from(OwnedFd::from(input)), name), Some(child)));
    }
    if wanted.text.split {
        return Ok((Place::Split(Files::new(output.into(), wanted.append)), None));
    }
    let path = Path::new(output);
    match output::open(path, wanted.append) {
        Ok(file) => Ok((Place::File(file, path.display().to_string()), None)),
        Err(error) => Err(output::unopened(path, &error)),
    }
}

/// Colours, if they are wanted and the output can show them.
pub fn painter(when: When, place: &Place) -> Option<Painter> {
    let terminal = match place {
        Place::Stderr => io::stderr().is_terminal(),
        Place::File(file, _) => file.is_terminal(),
        Place::Split(_) => false,
    };
    // A terminal without a name, or a dumb one, shows no colours.
    let can = env::var_os("TERM").is_some_and(|name| !name.is_empty() && name != "dumb");
    let wanted = match when {
        When::Always => true,
        When::Never => false,
        When::Terminal => terminal && can && env::var_os("NO_COLOR").is_none(),
    };
    wanted.then(|| Painter::new(Palette::from(&env::var("STRACE_COLORS").unwrap_or_default())))
}

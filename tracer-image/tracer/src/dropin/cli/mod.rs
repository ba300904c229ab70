//! strace's command line. Anything unknown is refused by name, never ignored.

mod check;
mod finish;
mod help;
mod long;
mod options;
mod reader;
mod said;
mod wanted;

use super::tips::{Form, Tip};
use reader::{Reader, arg_of, usage};
use std::ffi::OsString;

pub use wanted::{Wanted, When, piped};

/// What the command line asks for.
#[derive(Debug)]
pub enum Request {
    /// Trace something.
    Trace(Box<Wanted>),
    /// Print this and exit successfully.
    Print(String),
    /// Only show a tip.
    Tip(Tip),
}

/// Parses the arguments after the program's name.
///
/// # Errors
/// What is wrong with them, in strace's words.
pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Request, String> {
    let mut reader = Reader::new(args);
    while let Some(given) = reader.parser.next().map_err(usage)?.map(arg_of) {
        if let Some(text) = reader.take(given)? {
            return Ok(Request::Print(text));
        }
    }
    let wanted = &reader.wanted;
    if wanted.tip.form != Form::None && wanted.command.is_empty() && wanted.attach.is_empty() {
        return Ok(Request::Tip(wanted.tip));
    }
    reader.finish().map(|wanted| Request::Trace(Box::new(wanted)))
}

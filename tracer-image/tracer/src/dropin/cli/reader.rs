//! Reads arguments one by one, as getopt_long(3) does, and complains in its words.

use super::{
    long::{self, Takes},
    said::Said,
    wanted::Wanted,
};
use crate::dropin::program;
use lexopt::{Arg, Parser, ValueExt};
use render::clock::Precision;
use std::ffi::OsString;

/// What follows an error about the command line.
pub fn try_help() -> String {
    format!("Try '{} -h' for more information.", program::name())
}

/// An option or a value, independent of the parser.
pub enum Given {
    Short(char),
    Long(String),
    Value(OsString),
}

pub fn arg_of(arg: Arg<'_>) -> Given {
    match arg {
        Arg::Short(letter) => Given::Short(letter),
        Arg::Long(name) => Given::Long(name.into()),
        Arg::Value(value) => Given::Value(value),
    }
}

/// The state of parsing.
pub struct Reader {
    pub(super) parser: Parser,
    /// The option that is being read, as strace names it in its messages.
    pub(super) option: String,
    pub(super) wanted: Wanted,
    pub(super) said: Said,
    pub(super) times: u8,
    pub(super) quiets: u8,
    pub(super) paths: u8,
    pub(super) hex: u8,
    pub(super) always_pid: bool,
}

impl Reader {
    pub(super) fn new(args: impl Iterator<Item = OsString>) -> Reader {
        Reader {
            parser: Parser::from_args(args),
            option: String::new(),
            wanted: Wanted::nothing(),
            said: Said::default(),
            times: 0,
            quiets: 0,
            paths: 0,
            hex: 0,
            always_pid: false,
        }
    }

    /// Begins with an argument. Returns the name of a long option in full, whatever spelling was given.
    pub(super) fn begin(&mut self, given: &Given) -> Result<&'static str, String> {
        let name = match given {
            Given::Value(_) => return Ok(""),
            Given::Short(letter) => {
                self.option = format!("-{letter}");
                return Ok("");
            }
            Given::Long(name) => name,
        };
        let wrong = |text: String| Err(format!("{text}\n{}", try_help()));
        match long::find(name) {
            Ok(long) => {
                self.option = format!("--{}", long.name);
                if long.takes == Takes::Nothing && self.parser.optional_value().is_some() {
                    return wrong(format!("option '{}' doesn't allow an argument", self.option));
                }
                Ok(long.means)
            }
            Err(possible) => {
                let value = self.optional().map_or(String::new(), |value| format!("={value}"));
                if possible.is_empty() {
                    return wrong(format!("unrecognized option '--{name}{value}'"));
                }
                let possible: String = possible.iter().map(|name| format!(" '--{name}'")).collect();
                wrong(format!("option '--{name}{value}' is ambiguous; possibilities:{possible}"))
            }
        }
    }

    pub(super) fn value(&mut self) -> Result<OsString, String> {
        self.parser.value().map_err(|error| match error {
            lexopt::Error::MissingValue { .. } => {
                let needed = match self.option.strip_prefix("--") {
                    Some(_) => format!("option '{}' requires an argument", self.option),
                    None => {
                        format!("option requires an argument -- '{}'", self.option.trim_start_matches('-'))
                    }
                };
                format!("{needed}\n{}", try_help())
            }
            other => usage(other),
        })
    }

    pub(super) fn text(&mut self) -> Result<String, String> {
        self.value()?.string().map_err(usage)
    }

    pub(super) fn optional(&mut self) -> Option<String> {
        self.parser.optional_value().map(|value| value.to_string_lossy().into_owned())
    }

    pub(super) fn number(&mut self) -> Result<usize, String> {
        let text = self.text()?;
        let number = text.parse::<usize>().ok().filter(|number| *number <= i32::MAX as usize);
        number.ok_or_else(|| self.invalid(&text))
    }

    pub(super) fn precision(&mut self) -> Result<Precision, String> {
        match self.optional() {
            None => Ok(Precision::Micros),
            Some(word) => Precision::named(&word).ok_or_else(|| self.invalid(&word)),
        }
    }

    pub(super) fn invalid(&self, value: &str) -> String {
        format!("invalid {} argument: '{value}'\n{}", self.option, try_help())
    }
}

/// The message of getopt_long(3), for which `-f=1` asks for an option named `=`.
pub fn usage(error: lexopt::Error) -> String {
    match error {
        lexopt::Error::UnexpectedValue { .. } => format!("invalid option -- '='\n{}", try_help()),
        other => format!("{other}\n{}", try_help()),
    }
}

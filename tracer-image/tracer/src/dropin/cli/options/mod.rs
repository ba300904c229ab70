//! What each option means, in the sections of strace(1).

mod filtering;
mod format;
mod startup;
mod statistics;
mod tracing;

use super::{
    help,
    reader::{Given, Reader, try_help, usage},
};
use crate::dropin::tips::Tip;

impl Reader {
    /// Takes one argument. Returns the text to print, if that is all there is to do.
    pub(super) fn take(&mut self, given: Given) -> Result<Option<String>, String> {
        use Given::{Long, Short};
        let long = self.begin(&given)?;
        let sections = [
            Reader::startup,
            Reader::tracing,
            Reader::filtering,
            Reader::times,
            Reader::values,
            Reader::output,
            Reader::statistics,
        ];
        for section in sections {
            if section(self, &given, long)? {
                return Ok(None);
            }
        }
        match (&given, long) {
            (Given::Value(program), _) => {
                self.wanted.command.push(program.clone());
                self.wanted.command.extend(self.parser.raw_args().map_err(usage)?);
            }
            (_, "tips") => {
                let form = self.optional();
                let tip = Tip::named(form.as_deref());
                self.wanted.tip = tip.ok_or_else(|| self.invalid(&form.unwrap_or_default()))?;
            }
            (Short('d'), _) | (_, "debug") => self.wanted.debug = true,
            (Short('V'), _) | (_, "version") => return Ok(Some(help::version())),
            (Short('h'), _) | (_, "help") => return Ok(Some(help::HELP.into())),
            (Short(letter), _) => return Err(format!("invalid option -- '{letter}'\n{}", try_help())),
            // `begin` knows no others.
            (Long(name), _) => return Err(format!("unrecognized option '--{name}'\n{}", try_help())),
        }
        Ok(None)
    }
}

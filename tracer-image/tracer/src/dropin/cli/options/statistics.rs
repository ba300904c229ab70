//! `-c`, `-S`, `-U`: how to count calls.

use crate::dropin::cli::reader::{Given, Given::Short, Reader, try_help};
use render::summary;
use syscalls::filter;
use wire::summary::Counting;

impl Reader {
    /// How to count calls.
    pub(super) fn statistics(&mut self, given: &Given, long: &str) -> Result<bool, String> {
        match (given, long) {
            (Short('c'), _) | (_, "summary-only") => {
                self.said.summary_only = true;
                self.wanted.count = Counting::Counts;
            }
            (Short('C'), _) | (_, "summary") => {
                self.said.summary = true;
                self.wanted.count = Counting::Both;
            }
            (Short('w'), _) | (_, "summary-wall-clock") => {
                (self.said.wall_clock, self.wanted.summary.wall) = (true, true);
            }
            (Short('S'), _) | (_, "summary-sort-by") => {
                let key = self.text()?;
                self.wanted.summary.sort =
                    summary::sort_key(&key).map_err(|error| format!("{error}\n{}", try_help()))?;
            }
            (Short('U'), _) | (_, "summary-columns") => {
                let list = self.text()?;
                self.said.columns = true;
                self.wanted.summary.columns =
                    summary::columns(&list).map_err(|error| format!("{error}\n{}", try_help()))?;
            }
            (Short('O'), _) | (_, "summary-syscall-overhead") => {
                let span = self.text()?;
                self.wanted.summary.overhead = filter::span(&span).ok_or_else(|| self.invalid(&span))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

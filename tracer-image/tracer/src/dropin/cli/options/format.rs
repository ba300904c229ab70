//! `-t`, `-y`, `-s`, `-o` and others: how events are written.

use crate::dropin::cli::{
    reader::{Given, Given::Short, Reader},
    wanted::When,
};
use render::clock::{Precision, Wall};
use syscalls::{
    filter::{detail, pids, quiet},
    notation::{Constants, HexStrings},
};

impl Reader {
    /// Which times to write.
    pub(super) fn times(&mut self, given: &Given, long: &str) -> Result<bool, String> {
        match (given, long) {
            (Short('t'), _) => self.times += 1,
            (_, "absolute-timestamps") => {
                let form = self.optional();
                self.wanted.text.wall = match form {
                    None => Some(Wall::Time(Precision::Seconds)),
                    Some(form) => Wall::named(&form).ok_or_else(|| self.invalid(&form))?,
                };
                self.times = 0;
            }
            (Short('r'), _) => self.wanted.text.relative = Some(Precision::Micros),
            (_, "relative-timestamps") => {
                self.wanted.text.relative = Some(self.precision()?);
            }
            (Short('T'), _) => self.wanted.text.spent = Some(Precision::Micros),
            (_, "syscall-times") => self.wanted.text.spent = Some(self.precision()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// How values are written.
    pub(super) fn values(&mut self, given: &Given, long: &str) -> Result<bool, String> {
        match (given, long) {
            (Short('y'), _) => self.paths += 1,
            (_, "decode-fds") => match self.optional() {
                None => self.wanted.qualifiers.decode_fds |= detail::PATH,
                Some(set) => self.qualify(&format!("decode-fds={set}"))?,
            },
            (Short('Y'), _) => self.wanted.qualifiers.decode_pids |= pids::COMM,
            (_, "pidns-translation") => self.wanted.qualifiers.decode_pids |= pids::PIDNS,
            (Short('s'), _) | (_, "string-limit") => {
                self.wanted.depth.strings = self.number()?;
            }
            (Short('v'), _) | (_, "no-abbrev") => self.qualify("abbrev=none")?,
            (Short('x'), _) => self.hex += 1,
            (_, "strings-in-hex") => {
                self.wanted.text.notation.hex = match self.optional().as_deref() {
                    None | Some("all") => HexStrings::All,
                    Some("none") => HexStrings::Never,
                    Some("non-ascii-chars") => HexStrings::Chars,
                    Some("non-ascii") => HexStrings::NonAscii,
                    Some(other) => return Err(self.invalid(other)),
                };
            }
            (Short('X'), _) | (_, "const-print-style") => {
                let style = self.text()?;
                self.wanted.text.notation.constants = match style.as_str() {
                    "raw" => Constants::Raw,
                    "abbrev" => Constants::Abbrev,
                    "verbose" => Constants::Verbose,
                    _ => return Err(self.invalid(&style)),
                };
            }
            (Short('N'), _) | (_, "arg-names") => self.wanted.depth.names = true,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// How lines are written, and where to.
    pub(super) fn output(&mut self, given: &Given, long: &str) -> Result<bool, String> {
        match (given, long) {
            (Short('o'), _) | (_, "output") => self.wanted.output = Some(self.value()?),
            (Short('A'), _) | (_, "output-append-mode") => {
                (self.wanted.append, self.said.append) = (true, true);
            }
            (Short('a'), _) | (_, "columns") => self.wanted.text.column = self.number()?,
            (Short('i'), _) | (_, "instruction-pointer") => self.wanted.text.instructions = true,
            (Short('n'), _) | (_, "syscall-number") => self.wanted.text.numbers = true,
            (_, "format") => {
                let form = self.text()?;
                self.wanted.json = match form.as_str() {
                    "json" => true,
                    "text" => false,
                    _ => return Err(self.invalid(&form)),
                };
            }
            (_, "always-show-pid") => self.always_pid = true,
            (Short('q'), _) => self.quiets += 1,
            (_, "quiet") => match self.optional() {
                None => {
                    self.said.quiet_set = true;
                    self.wanted.qualifiers.quiet = quiet::letters(1);
                }
                Some(set) => self.qualify(&format!("quiet={set}"))?,
            },
            (_, "color") => {
                self.wanted.color = match self.optional().as_deref() {
                    None | Some("auto") => When::Terminal,
                    Some("never") => When::Never,
                    Some("always") => When::Always,
                    Some(other) => return Err(self.invalid(other)),
                };
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

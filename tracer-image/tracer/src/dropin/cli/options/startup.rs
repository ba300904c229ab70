//! `-p`, the command and how it begins.

use crate::dropin::cli::reader::{Given, Given::Short, Reader};

impl Reader {
    /// What to trace, and how a command begins.
    pub(super) fn startup(&mut self, given: &Given, long: &str) -> Result<bool, String> {
        match (given, long) {
            (Short('p'), _) | (_, "attach") => {
                let list = self.text()?;
                for pid in list.split([',', ' ', '\t', '\n']).filter(|pid| !pid.is_empty()) {
                    let number = pid.parse().ok().filter(|pid| *pid > 0);
                    let number = number.ok_or_else(|| format!("Invalid process id: '{pid}'"))?;
                    if number == std::process::id() as i32 {
                        return Err("I'm sorry, I can't let you do that, Dave.".into());
                    }
                    self.wanted.attach.push(number);
                }
            }
            (Short('E'), _) | (_, "env") => {
                let variable = self.value()?;
                self.wanted.environment.push(variable);
            }
            (_, "argv0") => self.wanted.argv0 = Some(self.value()?),
            (Short('u'), _) | (_, "user") => self.wanted.user = Some(self.text()?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

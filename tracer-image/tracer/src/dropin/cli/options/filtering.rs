//! `-e`, `-P`, `-z`: which events to show.

use crate::{
    dropin::cli::{
        reader::{Given, Given::Short, Reader, try_help},
        wanted::Wanted,
    },
    engine::compile,
};
use syscalls::filter::{self, status};

/// strace's refusal if it was built without SELinux, as Debian's is.
const NO_SECONTEXT: &str =
    "SELinux context printing (--secontext option) is not supported by this build of strace";

impl Reader {
    /// Which events to show.
    pub(super) fn filtering(&mut self, given: &Given, long: &str) -> Result<bool, String> {
        match (given, long) {
            (Short('e'), _) => {
                let expression = self.text()?;
                self.qualify(&expression)?;
            }
            (
                _,
                "trace" | "abbrev" | "verbose" | "raw" | "signals" | "status" | "trace-fds" | "read"
                | "write" | "decode-pids" | "inject" | "fault" | "kvm",
            ) => {
                let set = self.text()?;
                self.qualify(&format!("{long}={set}"))?;
            }
            (_, "secontext") => return Err(NO_SECONTEXT.into()),
            (_, "namespace") => {
                let set = self.optional().unwrap_or_else(|| "new".into());
                self.qualify(&format!("namespace={set}"))?;
            }
            (Short('P'), _) | (_, "trace-path") => {
                let path = self.text()?;
                self.wanted.qualifiers.paths.push(path);
            }
            (Short('z'), _) | (_, "successful-only") => {
                self.said.successful = true;
                self.wanted.qualifiers.status = status::SUCCESSFUL;
            }
            (Short('Z'), _) | (_, "failed-only") => {
                self.said.failed = true;
                self.wanted.qualifiers.status = status::FAILED;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// One `-e`.
    pub(super) fn qualify(&mut self, expression: &str) -> Result<(), String> {
        match expression.split_once('=') {
            Some(("kvm", _)) => Err("-e kvm= is not understood by this tracer".into()),
            Some(("secontext", _)) => Err(NO_SECONTEXT.into()),
            other => {
                self.said.quiet_set |= matches!(other, Some(("quiet" | "silent" | "silence" | "q", _)));
                let Wanted { qualifiers, injections, .. } = &mut self.wanted;
                filter::take(expression, qualifiers, injections, &compile).map_err(|error| {
                    if error.starts_with("incorrect") { format!("{error}\n{}", try_help()) } else { error }
                })
            }
        }
    }
}

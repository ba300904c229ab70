//! Everything that can stop a trace: what was wrong, who said so, and what to do next, in one place.

mod kubeconfig;
mod rights;
mod server;
pub mod token;

pub use kubeconfig::{client, credential_plugin, kubeconfig, no_cluster};
pub use rights::{is_policy, no_exec, no_privilege, not_added, rbac};
pub use server::{request, said};

use std::{fmt, time::Duration};
use wire::text::plain;

/// Why there is no trace, or no complete one, or why another command failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    what: String,
    causes: Vec<String>,
    fixes: Vec<String>,
    /// Text to copy as it is.
    recipe: Option<String>,
    code: u8,
}

/// The exit status of a trace that did not happen or is not complete.
pub const INCOMPLETE: u8 = 1;
/// The exit status of a command line that is wrong.
pub const USAGE: u8 = 2;
/// The exit status of a run that was interrupted before it traced, or twice: 128 + SIGINT.
pub const INTERRUPTED: u8 = 130;

impl Refusal {
    /// Something is wrong.
    pub fn new(what: impl Into<String>) -> Refusal {
        Refusal { what: what.into(), causes: Vec::new(), fixes: Vec::new(), recipe: None, code: INCOMPLETE }
    }

    /// Who said so, or where it comes from.
    pub fn cause(mut self, cause: impl Into<String>) -> Refusal {
        self.causes.push(cause.into());
        self
    }

    /// What to do next.
    pub fn fix(mut self, fix: impl Into<String>) -> Refusal {
        self.fixes.push(fix.into());
        self
    }

    /// What is wrong and why, in one line.
    pub fn in_short(&self) -> String {
        std::iter::once(&self.what).chain(&self.causes).map(String::as_str).collect::<Vec<_>>().join(": ")
    }

    /// What is wrong, without its reasons.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The status to exit with.
    pub fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut part = |separator: &str, title: &str, text: &str| {
            let mut lines = text.lines();
            write!(f, "{separator}{title:<7}{}", plain(lines.next().unwrap_or_default()))?;
            lines.try_for_each(|line| write!(f, "\n       {}", plain(line)))
        };
        part("", "error:", &self.what)?;
        for cause in &self.causes {
            part("\n", "cause:", cause)?;
        }
        for fix in &self.fixes {
            part("\n", "fix:", fix)?;
        }
        match &self.recipe {
            Some(recipe) => write!(f, "\n\n{}", recipe.trim_end()),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}

/// The command line names something that does not exist.
pub fn usage(what: impl Into<String>) -> Refusal {
    Refusal { code: USAGE, ..Refusal::new(what) }
}

/// The user ended it before it began.
pub fn interrupted(left: Option<&str>) -> Refusal {
    let refusal = Refusal { code: INTERRUPTED, ..Refusal::new("interrupted before the trace began") };
    match left {
        Some(container) => refusal.cause(format!(
            "the tracer container {container} was already added; it ends by itself when it is not used"
        )),
        None => refusal,
    }
}

/// The namespace does not exist. `near`: names like it.
pub fn no_namespace(name: &str, near: &[&str]) -> Refusal {
    let refusal = Refusal::new(format!("there is no namespace {name}"));
    match near {
        [] => refusal.fix("see which there are: kubectl get namespaces"),
        near => refusal.fix(format!("did you mean -n {}?", near.join(" or -n "))),
    }
}

/// The user did not wait for the end.
pub fn interrupted_twice(most: Duration) -> Refusal {
    Refusal { code: INTERRUPTED, ..Refusal::new("interrupted twice: did not wait for strace to end") }
        .cause(format!("its shell ends it within {}", seconds(most)))
}

/// A command's program cannot be executed. `status`: what a shell would exit with.
pub fn not_run(status: u8, why: &str) -> Refusal {
    let refusal = Refusal { code: status, ..Refusal::new("the command was not run") }.cause(why);
    match status {
        126 => refusal,
        _ => refusal.fix(
            "name a program of the container's image, by its path if need be; kubectl debug --copy-to, or another \
             image, brings programs that this one does not have",
        ),
    }
}

/// A wait was longer than its limit.
pub fn timeout(what: &str, limit: Duration) -> Refusal {
    Refusal::new(format!("{what}: no answer within {}", seconds(limit)))
        .fix("try again, with a longer --timeout if the cluster is slow")
}

/// An error with all its causes, each named once.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        next = error.source();
    }
    text
}

/// A time as text: `0.3 s`, `12 s`.
pub fn seconds(span: Duration) -> String {
    if span < Duration::from_secs(10) && span.subsec_millis() > 0 {
        format!("{:.1} s", span.as_secs_f64())
    } else {
        format!("{} s", span.as_secs())
    }
}

/// A size as text: `812 B`, `3 kB`, `1.5 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// `1 thread`, `2 threads`.
pub fn count(number: u64, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_why_and_what_next() {
        let refusal = Refusal::new("no\x1b[31m").cause("two\nlines").fix("this");
        assert_eq!(refusal.to_string(), "error: no\\u{1b}[31m\ncause: two\n       lines\nfix:   this");
    }
}

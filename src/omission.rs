//! What was asked for but not done: containers that were not traced, events that were lost, gaps, failures. The exit
//! status of a run follows from this list and, if a command was run, from the command's own status.

use crate::refusal::{INCOMPLETE, Refusal, count};

/// Most omissions that the last line names.
const NAMED: usize = 3;

/// What was asked for of one container's trace but not done.
#[derive(Debug, Clone, Default)]
pub struct Omission {
    /// The container's label among the others; empty if there is only one.
    pub of: String,
    /// What was not done and why, the most serious first; empty if everything was done.
    pub what: Vec<Refusal>,
    /// The status of the command that ran there, if it is known.
    pub command: Option<u8>,
}

impl Omission {
    /// A container that was asked for but not traced at all.
    pub fn whole(of: impl Into<String>, why: Refusal) -> Omission {
        Omission { of: of.into(), what: vec![why], command: None }
    }

    fn status(&self) -> u8 {
        let status = self.what.first().map_or(0, Refusal::code);
        // The command's own status says more, unless it is 0.
        self.command.filter(|command| *command != 0).unwrap_or(status)
    }
}

/// The exit status: 0 if everything was done, a common status if all traces have it, else 1.
pub fn status(all: &[Omission]) -> u8 {
    let mut each = all.iter().map(Omission::status);
    let first = each.next().unwrap_or(0);
    if each.all(|status| status == first) { first } else { INCOMPLETE }
}

/// The last line of a run of several containers, if anything is missing.
pub fn last_line(all: &[Omission]) -> Option<String> {
    let lacking: Vec<&Omission> = all.iter().filter(|omission| !omission.what.is_empty()).collect();
    if lacking.is_empty() || all.len() < 2 {
        return None;
    }
    let words = |omission: &&&Omission| {
        let what = omission.what.iter().map(Refusal::what).collect::<Vec<_>>().join(", ");
        if omission.of.is_empty() { what } else { format!("{}: {what}", omission.of) }
    };
    let mut named: Vec<String> = lacking.iter().take(NAMED).map(|omission| words(&omission)).collect();
    if lacking.len() > NAMED {
        named.push(format!("and {} more", lacking.len() - NAMED));
    }
    let containers = count(all.len() as u64, "container", "containers");
    Some(format!(
        "Not complete (exit status {}), {} of {containers}: {}",
        status(all),
        lacking.len(),
        named.join("; ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::{INTERRUPTED, interrupted};

    fn done() -> Omission {
        Omission::default()
    }

    fn lost() -> Omission {
        Omission::whole("api side", Refusal::new("2 events were lost"))
    }

    fn early() -> Omission {
        Omission::whole("api app", interrupted(None))
    }

    fn command(status: u8, what: Vec<Refusal>) -> Omission {
        Omission { of: String::new(), what, command: Some(status) }
    }

    #[test]
    fn the_status_follows_from_what_was_not_done() {
        for (all, expected) in [
            (vec![], 0),
            (vec![done()], 0),
            (vec![done(), done()], 0),
            (vec![lost()], INCOMPLETE),
            (vec![done(), lost()], INCOMPLETE),
            (vec![early()], INTERRUPTED),
            (vec![early(), early()], INTERRUPTED),
            (vec![early(), lost()], INCOMPLETE),
            (vec![done(), early()], INCOMPLETE),
            (vec![command(0, vec![])], 0),
            (vec![command(3, vec![])], 3),
            (vec![command(0, vec![Refusal::new("1 event was lost")])], INCOMPLETE),
            (vec![command(137, vec![Refusal::new("1 event was lost")])], 137),
        ] {
            assert_eq!(status(&all), expected, "{all:?}");
        }
    }

    #[test]
    fn the_last_line_names_what_is_missing() {
        assert_eq!(last_line(&[done(), done()]), None);
        assert_eq!(last_line(&[lost()]), None, "it was said just before");
        assert_eq!(
            last_line(&[done(), lost()]).as_deref(),
            Some("Not complete (exit status 1), 1 of 2 containers: api side: 2 events were lost")
        );
        let many = last_line(&[lost(), lost(), lost(), lost(), lost()]).unwrap();
        assert!(many.ends_with("; and 2 more"), "{many}");
    }
}

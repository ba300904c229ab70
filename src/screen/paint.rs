//! A few colours in the lines of a trace: failures are red, signals yellow, ends of threads magenta.
//!
//! A line is recognised by notation that strace uses only outside of strings, where every quotation mark is escaped.

use std::borrow::Cow;

const FAILED: &str = "31";
const SIGNAL: &str = "33";
const END: &str = "35";

/// A line, or the end of one, with colours.
pub fn paint(piece: &str) -> Cow<'_, str> {
    let line = piece.trim_end_matches('\n');
    let Some((from, color)) = part(line) else { return Cow::Borrowed(piece) };
    let (plain, painted) = line.split_at(from);
    Cow::Owned(format!("{plain}\x1b[{color}m{painted}\x1b[0m{}", &piece[line.len()..]))
}

fn part(line: &str) -> Option<(usize, &'static str)> {
    // Nothing that the tracee wrote precedes a signal or an end, and only the error's own text follows a result.
    let alone = |from: usize| !line[..from].contains(['"', '(', '<']);
    if line.ends_with(" ---") {
        let from = line.find("--- ")?;
        return alone(from).then_some((from, SIGNAL));
    }
    if line.ends_with(" +++") {
        let from = line.find("+++ ")?;
        return alone(from).then_some((from, END));
    }
    let from = line.rfind(" = -1 E")?;
    (!line[from..].contains('"')).then_some((from + 3, FAILED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_and_what_ended_is_painted() {
        for (line, painted) in [
            (
                "close(3) = -1 EBADF (Bad file descriptor)\n",
                "close(3) = \x1b[31m-1 EBADF (Bad file descriptor)\x1b[0m\n",
            ),
            (
                "[pid 7] --- SIGCHLD {si_signo=SIGCHLD} ---\n",
                "[pid 7] \x1b[33m--- SIGCHLD {si_signo=SIGCHLD} ---\x1b[0m\n",
            ),
            ("+++ exited with 0 +++\n", "\x1b[35m+++ exited with 0 +++\x1b[0m\n"),
        ] {
            assert_eq!(paint(line), painted);
        }
    }

    #[test]
    fn what_a_tracee_writes_paints_nothing() {
        for line in [
            "write(1, \" = -1 EPERM (no)\", 16) = 16\n",
            "write(1, \"x\", 1 <unfinished ...>\n",
            "read(3, \"--- SIGHUP {} ---\", 20) = 17\n",
            "openat(AT_FDCWD, \"+++ x +++\"...) +++\n",
            "close(3) = 0\n",
            "read(3, ",
        ] {
            assert_eq!(paint(line), line);
        }
    }
}

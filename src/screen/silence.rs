//! What is said about a trace that shows nothing.

use super::plain;
use wire::message::{Blocked, Silence};

/// Most threads and hints that are shown, because the text comes from the target's side.
const MOST: usize = 8;
/// Most characters of one such text.
const LENGTH: usize = 200;

/// Why nothing may be shown: what was seen, what the filter probably meant, and in which calls threads are blocked.
pub fn words(silence: &Silence) -> String {
    let Silence { threads, calls, ends, instead, blocked } = silence;
    let threads = counted(*threads, "thread");
    let mut words = match (ends, calls) {
        (true, _) => format!("no call of {threads} returned while it was traced"),
        (false, 0) => format!("attached to {threads}, no call made yet"),
        (false, calls) => format!("attached to {threads}, {calls} calls seen, none matches"),
    };
    for (asked, made) in instead.iter().take(MOST) {
        let (asked, made) = (bounded(asked), bounded(made));
        words += &format!("\n  C libraries call {made} rather than {asked}: -e trace={made}");
    }
    for Blocked { tid, comm, call, others } in blocked.iter().take(MOST) {
        words += &format!("\n  thread {tid} ({}) waits in {} <unfinished ...>", bounded(comm), bounded(call));
        if *others > 0 {
            words += &format!(", as {} of its process do", counted(*others, "other thread"));
        }
    }
    words
}

fn counted(number: u32, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// One line of limited length that cannot control a terminal.
fn bounded(text: &str) -> String {
    plain(text).chars().take(LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked(tid: i32, call: &str, others: u32) -> Blocked {
        Blocked { tid, comm: "nginx".into(), call: call.into(), others }
    }

    #[test]
    fn the_reason_for_silence_is_given() {
        let silence = Silence {
            threads: 5,
            calls: 312,
            ends: false,
            instead: vec![("open".into(), "openat".into())],
            blocked: vec![blocked(7, "epoll_wait(5", 0), blocked(9, "futex(0x7f00, FUTEX_WAIT, 2, NULL", 3)],
        };
        assert_eq!(
            words(&silence),
            "attached to 5 threads, 312 calls seen, none matches\n  \
             C libraries call openat rather than open: -e trace=openat\n  \
             thread 7 (nginx) waits in epoll_wait(5 <unfinished ...>\n  \
             thread 9 (nginx) waits in futex(0x7f00, FUTEX_WAIT, 2, NULL <unfinished ...>, as 3 other threads of its \
             process do"
        );
        let none = Silence { threads: 1, ..Silence::default() };
        assert_eq!(words(&none), "attached to 1 thread, no call made yet");
        let ends =
            Silence { threads: 1, ends: true, blocked: vec![blocked(1, "pause(", 0)], ..Silence::default() };
        assert_eq!(
            words(&ends),
            "no call of 1 thread returned while it was traced\n  thread 1 (nginx) waits in pause( <unfinished ...>"
        );
    }

    #[test]
    fn the_targets_text_stays_on_one_bounded_line() {
        let hostile =
            Blocked { tid: 1, comm: "a\nerror: b\x1b[2J".into(), call: "x".repeat(1 << 20), others: 0 };
        let said = words(&Silence { blocked: vec![hostile; 1000], ..Silence::default() });
        assert_eq!(said.lines().count(), 1 + MOST);
        assert!(said.len() < 4096 && !said.contains('\x1b'), "{said}");
    }
}

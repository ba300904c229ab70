//! `--tips`: a tip at the end, in a frame.

use std::{
    fmt::Write,
    io,
    time::{SystemTime, UNIX_EPOCH},
};

/// Which tip to show, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tip {
    /// The tip; a random one if none is given.
    id: Option<u32>,
    /// The format.
    pub form: Form,
}

/// The format of a tip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Not at all.
    #[default]
    None,
    /// In the smallest possible frame.
    Compact,
    /// With a picture.
    Full,
}

/// Width of a tip's lines.
const WIDTH: usize = 58;

/// The wheel of a ship.
const WHEEL: &str = r"
                         \    |    /
                        .-'-------'-.
                       / \    |    / \
                  ----|----  (o)  ----|----
                       \ /    |    \ /
                        '-.-------.-'
                         /    |    \
";

/// The tips. Lines have at most [`WIDTH`] characters.
const TIPS: &[&str] = &[
    "kubectl strace POD traces a pod that runs already, with no\nchange to its image: this tracer comes in an ephemeral\ncontainer.",
    "-yy says more of a descriptor than its path: who talks to\nwhom for sockets, which process for a pidfd, major and\nminor number for a device.",
    "--format=json writes one event on a line, with a name and\na type for each argument. For example, what was not found:\n\n    jq -r 'select(.error.name == \"ENOENT\") | .args[0]'",
    "-e trace=%file shows calls that take a path, %desc those\nthat take a descriptor, %network those of sockets; a !\nbefore the set turns it around.",
    "Only the calls that fail: -Z. Only those that do not: -z.\n-e status= chooses more finely.",
    "A call that never comes back is shown as it stands, after\na moment: its line ends in <unfinished ...>.",
    "-f follows threads and children; -ff -o FILE writes what\neach of them does into a file of its own.",
    "-c counts instead of telling: calls, errors and time of\neach. -C does both. -w counts time on the wall, in which\na call that sleeps is expensive.",
    "What would the program do if that failed? Try it:\n\n    -e fault=openat:error=ENOSPC:when=3\n\nlets the third openat fail, and no other.",
    "-e inject=CALL:delay_enter=100ms makes a call slow, which\nfinds timeouts that are too short.",
    "-P PATH shows only the calls that have to do with a path,\nand with descriptors that are open on it.",
    "-e read=3 -e write=1 dump what goes through descriptors,\nbyte by byte.",
    "-T says how long each call took, -r how long ago the last\none began, -ttt when it was since 1970.",
    "This tracer runs on several threads where many are traced.\n--engine-stats says at the end what they did,\n--tracer-threads=1 makes it one.",
    "-k is not there: there is no unwinder in this tracer. -i\nand -n say where and by which number a call was made.",
    "A trace ends by Ctrl-C, and what was attached by -p runs\non as if nothing had been.",
];

impl Tip {
    /// Parses `[[id:]ID][,[format:]FORMAT]`.
    pub fn named(text: Option<&str>) -> Option<Tip> {
        let mut tip = Tip { id: None, form: Form::Compact };
        for word in text.unwrap_or_default().split(',').filter(|word| !word.is_empty()) {
            let id = word.strip_prefix("id:");
            let form = word.strip_prefix("format:");
            let named = form.or(id.is_none().then_some(word)).map(str::to_ascii_lowercase);
            let number = id.or(form.is_none().then_some(word)).map(str::to_ascii_lowercase);
            match (named.as_deref(), number.as_deref()) {
                (Some("none"), _) => tip.form = Form::None,
                (Some("compact"), _) => tip.form = Form::Compact,
                (Some("full"), _) => tip.form = Form::Full,
                (_, Some("random")) => tip.id = None,
                (_, Some(number)) => {
                    // As strtol(3) parses it.
                    let number: i32 = number.trim_start().parse().ok()?;
                    tip.id = Some(u32::try_from(number).ok()?);
                }
                (_, None) => return None,
            }
        }
        Some(tip)
    }

    /// Writes the tip to stderr.
    pub fn tell(self) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let _ = io::Write::write_all(&mut io::stderr(), self.text(now.subsec_micros()).as_bytes());
    }

    /// The text; `chance` selects a random tip.
    fn text(self, chance: u32) -> String {
        let mut text = String::new();
        if self.form == Form::None {
            return text;
        }
        let tip = TIPS[self.id.unwrap_or(chance) as usize % TIPS.len()];
        let edge = "-".repeat(WIDTH + 2);
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, " .{edge}.");
        for line in tip.lines() {
            let _ = writeln!(text, " | {line:WIDTH$} |");
        }
        let _ = writeln!(text, " '{edge}'");
        if self.form == Form::Full {
            text.push_str(WHEEL);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tip_fits_into_its_frame() {
        for (id, _) in (0..).zip(TIPS) {
            let text = Tip { id: Some(id), form: Form::Compact }.text(0);
            assert!(text.lines().count() <= 10, "{text}");
            for line in text.lines() {
                assert_eq!(line.len(), WIDTH + 5, "{line}");
                assert!(line.is_ascii());
            }
        }
    }

    #[test]
    fn ids_and_forms() {
        let compact = |id| Some(Tip { id, form: Form::Compact });
        for (text, expected) in [
            ("", compact(None)),
            (",", compact(None)),
            ("3", compact(Some(3))),
            ("id:03", compact(Some(3))),
            (" +3", compact(Some(3))),
            ("Random", compact(None)),
            ("id:2,id:random", compact(None)),
            ("format:Full,7", Some(Tip { id: Some(7), form: Form::Full })),
            ("full,none", Some(Tip { id: None, form: Form::None })),
            ("id:", None),
            ("format:", None),
            ("id:full", None),
            ("format:3", None),
            ("format:random", None),
            ("id:-1", None),
            ("0x2", None),
            ("2147483648", None),
            ("x", None),
        ] {
            assert_eq!(Tip::named(Some(text)), expected, "{text:?}");
        }
        assert_eq!(Tip::named(None), compact(None));
        // There is a tip for every number.
        assert!(!Tip { id: Some(u32::MAX), form: Form::Full }.text(0).is_empty());
    }
}

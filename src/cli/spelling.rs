//! Spellings of strace and kubectl that clap does not know: strace has a long option for each qualifier of `-e`, and
//! kubectl writes its verbosity as `-v=6`.

use std::ffi::{OsStr, OsString};

/// Options that need a value, which may follow as a word of its own.
const WITH_VALUE: &[&str] = &[
    "abbrev",
    "verbose",
    "raw",
    "signal",
    "signals",
    "status",
    "trace-fds",
    "trace-fd",
    "read",
    "reads",
    "write",
    "writes",
    "decode-pids",
    "decode-pid",
    "inject",
    "fault",
    "silent",
    "silence",
];
/// Options that mean something else without a value.
const WITH_OPTIONAL: &[&str] = &["quiet", "decode-fds", "decode-fd"];

/// The command line with `-e NAME=SET` in place of `--NAME=SET` and `--NAME SET`. The order stays, because the last
/// one counts.
pub fn expressions(line: Vec<OsString>) -> Vec<OsString> {
    let mut out = Vec::with_capacity(line.len());
    let mut words = line.into_iter();
    while let Some(word) = words.next() {
        // strace's -v takes no value.
        if let Some(level) = word.to_str().and_then(|word| word.strip_prefix("-v")) {
            let level = level.strip_prefix('=').unwrap_or(level);
            if !level.is_empty() && level.bytes().all(|byte| byte.is_ascii_digit()) {
                out.push(format!("--v={level}").into());
                continue;
            }
        }
        let long = word.to_str().and_then(|word| word.strip_prefix("--"));
        match long.map(|long| (long, long.split_once('='))) {
            Some(("", _)) => {
                out.push(word);
                out.extend(words);
                break;
            }
            Some((long, Some((name, _)))) if WITH_VALUE.contains(&name) || WITH_OPTIONAL.contains(&name) => {
                out.extend([OsStr::new("-e").to_owned(), long.into()]);
            }
            Some((name, None)) if WITH_VALUE.contains(&name) => {
                let mut expression = OsString::from(name);
                expression.push("=");
                expression.extend(words.next());
                out.extend([OsStr::new("-e").to_owned(), expression]);
            }
            _ => out.push(word),
        }
    }
    out
}

#[test]
fn each_qualifier_has_a_long_spelling() {
    let line = |text: &str| {
        let words = expressions(text.split(' ').map(OsString::from).collect());
        words.iter().map(|word| word.to_str().unwrap()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        line("x --status=failed --signal INT --quiet --decode-fds"),
        "x -e status=failed -e signal=INT --quiet --decode-fds"
    );
    assert_eq!(line("api -v=8 -v6 -v -vy -- -v=8"), "api --v=8 --v=6 -v -vy -- -v=8");
    assert_eq!(line("--quiet=exit --v=6 -- --raw all"), "-e quiet=exit --v=6 -- --raw all");
}

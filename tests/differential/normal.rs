//! Removes what differs between two runs of the same tracer, before two tracers are compared.

use regex::{Captures, Regex};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// How a text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Line by line in order.
    Lines,
    /// Each thread's lines separately, with interrupted calls joined again: which thread comes first is the scheduler's
    /// choice.
    ByThread,
}

/// What varies, its replacement, and why it varies.
struct Rule {
    find: &'static str,
    put: &'static str,
    #[allow(dead_code, reason = "read by people")]
    why: &'static str,
}

/// Rules for every program. They replace only numbers; names and punctuation stay.
const RULES: &[Rule] = &[
    Rule { find: r"^\S*(?:strace|tracer): ", put: "strace: ", why: "strace says its own path" },
    Rule { find: r"0x[0-9a-f]+ (/\* \d+ vars? \*/)", put: "ADDR $1", why: "memory of the tracer's own fork" },
    Rule { find: r"\b(pipe|socket):\[\d+\]", put: "$1:[#]", why: "the kernel's inode numbers count up" },
    Rule {
        find: r"\b(cgroup|ipc|mnt|net|pid|user|uts):\[40265\d+\]",
        put: "$1:[#]",
        why: "the kernel's numbers of namespaces count up",
    },
    Rule { find: r"\b(stx?_ino|d_ino|d_off)=\d+", put: "$1=#", why: "a fresh directory has new inodes" },
    Rule { find: r"/#\d+>", put: "/#N>", why: "O_TMPFILE's name is its inode" },
    Rule {
        find: r"\b(st_[acm]time)=\d+ /\* [-0-9T:.+]+ \*/, (st_[acm]time)_nsec=\d+",
        put: "$1=# /* # */, ${2}_nsec=#",
        why: "files of now",
    },
    Rule {
        find: r"\b(stx_[abcm]time)=\{tv_sec=\d+, tv_nsec=\d+\} /\* [-0-9T:.+]+ \*/",
        put: "$1={tv_sec=#, tv_nsec=#} /* # */",
        why: "files of now",
    },
    Rule { find: r"\b(si_[us]time)=\d+( /\* \d+\.\d+ s \*/)?", put: "$1=#", why: "processor time" },
    Rule {
        find: r"\b(ru_(?:max|ix|id|is)rss|ru_[a-z]+)=(?:\d+|\{tv_sec=\d+, tv_usec=\d+\})",
        put: "$1=#",
        why: "resource usage",
    },
    Rule { find: r"\b(tms_[a-z]+)=\d+( /\* \d+\.\d+ s \*/)?", put: "$1=#", why: "processor time" },
    Rule { find: r"^(times\(.*= )\d+", put: "$1#", why: "clock ticks since an arbitrary point" },
    Rule {
        find: r"\b(uptime|loads|totalram|freeram|sharedram|bufferram|totalswap|freeswap|procs)=(?:\d+|\[[^]]*\])",
        put: "$1=#",
        why: "what the machine does at that moment",
    },
    Rule {
        find: r"\b(tv_nsec)=\d*[1-9]\d{0,2}\b",
        put: "$1=#",
        why: "time that was left, to the nanosecond",
    },
    Rule {
        find: r"\b(tv_usec)=\d*[1-9]\d{0,2}\b",
        put: "$1=#",
        why: "time that was left, to the microsecond",
    },
    Rule {
        find: r"^((?:clock_gettime|gettimeofday)\(.*)tv_sec=\d+, tv_(n|u)sec=[#\d]+",
        put: "${1}tv_sec=#, tv_${2}sec=#",
        why: "the time of day",
    },
    Rule {
        find: r"htons\((?:3276[89]|327[7-9]\d|32[89]\d\d|(?:3[3-9]|[45]\d|60)\d{3})\)",
        put: "htons(PORT)",
        why: "ports of ip_local_port_range are chosen by the kernel",
    },
    Rule {
        find: r#"(sin6?_port=)"\\x[89a-e][0-9a-f]\\x[0-9a-f]{2}""#,
        put: "${1}PORT",
        why: "as above, with -X raw",
    },
    Rule { find: r#"(\bgetrandom\((?:buf=)?)".*?"(\.\.\.)?, "#, put: "${1}RANDOM$2, ", why: "random bytes" },
    Rule {
        find: r#"(\bexecve\((?:pathname=|arg1=)?)(?:"[^"]*"|0x[0-9a-f]+), (?:argv=|arg2=)?0x[0-9a-f]+, (?:envp=|arg3=)?0x[0-9a-f]+"#,
        put: "${1}ADDR, ADDR",
        why: "memory of the tracer's own fork",
    },
    Rule { find: r"\[[0-9a-f]{16}\] (execve)", put: "[IP] $1", why: "in the tracer's own fork" },
    Rule { find: r"<(?:ld-linux-[^>]*|tracer)>", put: "<TRACER>", why: "what the tracer is called" },
    Rule { find: r"\b(eventfd-id)=\d+", put: "$1=#", why: "the next one of the whole machine" },
    Rule {
        find: r"\b(UNIX[-A-Z]*|TCP|UDP|NETLINK):\[\d+(?:->\d+)?",
        put: "$1:[#",
        why: "the kernel's inode numbers count up",
    },
    Rule { find: r"^(.*)\b\d+\.\d{6} +\d+ ", put: "$1#.###### # ", why: "a mean of times" },
    Rule { find: r"\b\d+\.\d{6}\b", put: "#.######", why: "a span of time" },
    Rule { find: r"^ *\d+\.\d\d ", put: "##.## ", why: "a part of a time" },
    Rule { find: r" +\d+\.\d\d ", put: " ##.## ", why: "a part of a time" },
    Rule { find: r"(\bTIOCGPTN, \[)\d+", put: "${1}#", why: "the next terminal of the whole machine" },
    Rule { find: r"\bmm_cid=\d+", put: "mm_cid=#", why: "the kernel's choice of a processor's slot" },
];

/// The thread and time of a line, and the duration of a call. Times are replaced digit by digit and keep their width, so
/// that columns stay comparable.
const PREFIX: &str = concat!(
    // `%-5d `
    r"^(?P<pid>\[pid +\d+\] |\d{5,7} |\d{1,7}<[^>]*> |\d{4}  |\d{3}   |\d{2}    )?",
    r"(?P<wall>\d\d:\d\d:\d\d(?:\.\d+)? |\d{10}(?:\.\d+)? )?",
    r"(?P<since> {5,9}\d(?:\.\d+)? |\(\+ {5}\d(?:\.\d+)?\) )?"
);

static RULE_SET: LazyLock<Vec<(Regex, &str)>> =
    LazyLock::new(|| RULES.iter().map(|rule| (Regex::new(rule.find).unwrap(), rule.put)).collect());

static PREFIX_OF: LazyLock<Regex> = LazyLock::new(|| Regex::new(PREFIX).unwrap());
static SPENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r" <(\d+(?:\.\d+)?)>$").unwrap());

/// Where process ids occur.
static PIDS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"^\[pid +(\d+)\]",
        r"^(\d{1,7})(?:<[^>]*>)? +[-+<\[a-z]",
        r"^== (\d+)$",
        r"Process (\d+) (?:at|de)tached",
        r"\b(?:clone3?|fork|vfork)\(.*= (\d{2,})(?:<.*>)?(?: <.*>)?$",
        r"\b(?:getpid|gettid|getppid|getpgrp|getpgid|getsid|setsid|set_tid_address)\(.*= (\d{2,})(?:<.*>)?(?: \([A-Z]+\))?(?: <.*>)?$",
        r"<\.\.\. (?:clone3?|fork|vfork) resumed>.*= (\d{2,})(?: <.*>)?$",
        r"\bsi_pid=(\d{2,})",
        r"\{pid=(\d{2,}), uid=",
        r"\bPID=(\d+)",
        // A netlink socket's port is the process id, unless somebody else took it.
        r"\bNETLINK:\[[A-Z_0-9]+:(\d+)\]",
        r" /\* (\d+) in strace's PID NS \*/",
        r"superseded by execve in pid (\d+)",
        r"<pid changed to (\d+) ",
    ]
    .iter()
    .map(|find| Regex::new(find).unwrap())
    .collect()
});

static TRACER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<(?:ld-linux-[^>]*|tracer)>").unwrap());
static SHORT_READ: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:/\S*/)?strace: umove\w+: short read .*\n").unwrap());
static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b\d+\b").unwrap());
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b0x[0-9a-f]{11,12}\b").unwrap());
static GAP: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\) +(= \S)").unwrap());

/// Makes texts comparable. `fixed`: both were written without address space randomisation.
pub fn normalise(texts: &[String], shape: Shape, fixed: bool) -> Vec<String> {
    // strace writes to stderr, in the middle of a line, that it could not read a whole structure. We do not.
    let texts: Vec<_> = texts.iter().map(|text| SHORT_READ.replace_all(text, "")).collect();
    let lines: Vec<String> = match shape {
        Shape::Lines => texts.iter().flat_map(|text| text.lines().map(String::from)).collect(),
        Shape::ByThread => texts.iter().flat_map(|text| by_thread(text)).collect(),
    };
    let pids: BTreeSet<u64> = lines
        .iter()
        .flat_map(|line| PIDS.iter().filter_map(|pid| pid.captures(line)?.get(1)?.as_str().parse().ok()))
        .collect();
    lines.into_iter().map(|line| one(line, &pids, fixed)).collect()
}

fn one(line: String, pids: &BTreeSet<u64>, fixed: bool) -> String {
    let digits_hidden =
        |text: &str| -> String { text.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect() };
    let found = PREFIX_OF.captures(&line).map_or((String::new(), String::new(), 0), |found| {
        let part = |name| found.name(name).map_or("", |part| part.as_str());
        (
            TRACER.replace(part("pid"), "<TRACER>").into_owned(),
            digits_hidden(part("wall")) + &digits_hidden(part("since")),
            found[0].len(),
        )
    });
    let (pid_of_line, times, length) = found;
    let mut line = line[length..].to_string();
    if let Some(spent) = SPENT.captures(&line).and_then(|found| found.get(1)) {
        let hidden = digits_hidden(spent.as_str());
        line.replace_range(spent.range(), &hidden);
    }
    let before = line.clone();
    for (find, put) in RULE_SET.iter() {
        line = find.replace_all(&line, *put).into_owned();
    }
    if !fixed {
        line = ADDRESS.replace_all(&line, "ADDR").into_owned();
    }
    let pid = |found: &Captures<'_>| {
        let number = found[0].parse().unwrap_or(0);
        match in_order(pids).position(|pid| pid == number) {
            Some(rank) => format!("PID{rank}"),
            None => found[0].to_string(),
        }
    };
    line = NUMBER.replace_all(&line, pid).into_owned();
    let pid_of_line = NUMBER.replace_all(&pid_of_line, pid);
    if line != before {
        // The replacement has another length, so the gap before the result means nothing any more.
        line = GAP.replace(&line, ") $1").into_owned();
    }
    format!("{pid_of_line}{times}{line}")
}

/// Process ids in the order in which they were assigned, which wraps at the highest id.
pub fn in_order(pids: &BTreeSet<u64>) -> impl Iterator<Item = u64> {
    const WRAPPED: u64 = 8192;
    let begin = pids.iter().zip(pids.iter().skip(1)).find(|(pid, next)| *next - *pid > WRAPPED);
    let begin = begin.map_or(0, |(_, next)| *next);
    pids.range(begin..).chain(pids.range(..begin)).copied()
}

/// Sorts a text with `TID ` prefixes by thread, and joins unfinished and resumed calls.
fn by_thread(text: &str) -> Vec<String> {
    let mut threads: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for line in text.lines() {
        let (tid, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim_start();
        // With names: `12<sh> getpid() = 12<sh>`.
        let Ok(tid) = tid.split('<').next().unwrap_or_default().parse() else {
            threads.entry(0).or_default().push(line.into());
            continue;
        };
        let lines = threads.entry(tid).or_default();
        match (lines.last_mut(), resumed(rest)) {
            (Some(last), Some(more)) if last.ends_with(" <unfinished ...>") => {
                last.truncate(last.len() - " <unfinished ...>".len());
                last.push_str(more);
                *last = GAP.replace(last, ") $1").into_owned();
            }
            _ => lines.push(GAP.replace(rest, ") $1").into_owned()),
        }
    }
    let tids = threads.keys().copied().collect();
    in_order(&tids).flat_map(|tid| [vec![format!("== {tid}")], threads[&tid].clone()].concat()).collect()
}

/// What follows `<... NAME resumed>`.
fn resumed(line: &str) -> Option<&str> {
    line.strip_prefix("<... ")?.split_once(" resumed>").map(|(_, more)| more)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, shape: Shape) -> Vec<String> {
        normalise(&[text.into()], shape, true)
    }

    #[test]
    fn halves_of_a_call_are_put_together() {
        let text =
            "200 read(3 <unfinished ...>\n201   getpid() = 200\n200 <... read resumed>, \"x\", 1)   = 1\n";
        assert_eq!(
            lines(text, Shape::ByThread),
            ["== PID0", "read(3, \"x\", 1) = 1", "== PID1", "getpid() = PID0"]
        );
    }

    #[test]
    fn process_ids_begin_anew() {
        let pids = BTreeSet::from([301, 302, 32_766, 32_767]);
        assert_eq!(in_order(&pids).collect::<Vec<_>>(), [32_766, 32_767, 301, 302]);
        assert_eq!(in_order(&BTreeSet::from([5, 9])).collect::<Vec<_>>(), [5, 9]);
    }

    #[test]
    fn what_varies_goes_and_the_rest_stays() {
        for (line, expected) in [
            ("08:24:31.262561 exit_group(0)           = ?", "##:##:##.###### exit_group(0)           = ?"),
            ("     0.000123 getuid()                  = 0", "     #.###### getuid()                  = 0"),
            ("close(3)                                = 0", "close(3)                                = 0"),
            ("fsync(3<pipe:[77]>)      = 0", "fsync(3<pipe:[#]>) = 0"),
            (
                "nanosleep({tv_sec=5, tv_nsec=0}, {tv_sec=4, tv_nsec=979876543}) = -1",
                "nanosleep({tv_sec=5, tv_nsec=0}, {tv_sec=4, tv_nsec=#}) = -1",
            ),
        ] {
            assert_eq!(lines(line, Shape::Lines), [expected]);
        }
    }
}

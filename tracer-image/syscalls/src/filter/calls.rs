//! The `-e trace=` language: which calls to trace.
//!
//! strace(1), "Filtering": a comma-separated list of names and `%class`, with `!` in front for everything else, `?` before
//! an item that may be unknown, `@64`/`@32` after a name for one personality, `all` and `none`.

use super::Listed;
use crate::{
    abi::Abi,
    multiplexed,
    table::{self, Row, class},
    x32,
};
use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

/// A set of system calls, as a bitmap for each ABI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallSet {
    bits: [Vec<u64>; 5],
    /// Whether the set contains numbers that have no row.
    unknown: bool,
}

/// Why an expression is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// The invalid item, as typed.
    pub item: String,
    /// Similar names, the nearest first.
    pub near: Vec<&'static str>,
    /// What is wrong with it.
    pub reason: String,
}

impl FilterError {
    /// The error, in strace's words.
    pub fn plain(&self) -> String {
        match self.reason.strip_prefix("regcomp: ") {
            Some(_) => self.reason.clone(),
            None => format!("{} '{}'", self.reason, self.item),
        }
    }

    /// What was probably meant.
    pub fn hint(&self) -> Option<String> {
        let (first, rest) = self.near.split_first()?;
        let rest: String = rest.iter().map(|name| format!(" or '{name}'")).collect();
        Some(format!("did you mean '{first}'{rest}?"))
    }
}

impl core::fmt::Display for FilterError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.plain())?;
        self.hint().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl core::error::Error for FilterError {}

/// A test for a call's name, or why there is none.
pub type Test = Result<Box<dyn Fn(&str) -> bool>, String>;

/// Compiles a regular expression into a test. This package has no regex engine; the caller provides one.
pub type Compile<'a> = &'a dyn Fn(&str) -> Test;

/// For callers without a regex engine.
fn no_regex(_: &str) -> Test {
    Err("regular expressions are not understood here".into())
}

/// The classes under strace's names for them, without `%`.
pub const CLASSES: &[(&str, u32)] = &[
    ("file", class::FILE),
    ("desc", class::DESC),
    ("network", class::NETWORK),
    ("net", class::NETWORK),
    ("process", class::PROCESS),
    ("signal", class::SIGNAL),
    ("ipc", class::IPC),
    ("memory", class::MEMORY),
    ("creds", class::CREDS),
    ("clock", class::CLOCK),
    ("clone", class::CLONE),
    ("stat", class::STAT),
    ("lstat", class::LSTAT),
    ("fstat", class::FSTAT),
    ("%stat", class::STAT_LIKE),
    ("statfs", class::STATFS),
    ("fstatfs", class::FSTATFS),
    ("%statfs", class::STATFS_LIKE),
    ("pure", class::PURE),
];

/// The classes that strace still accepts without a `%` (strace(1), "-e trace=": the old spelling).
const BARE: &[&str] = &["file", "desc", "network", "process", "signal", "ipc", "memory"];

/// One bit for each place of a row, followed by those of [`behind`].
const WORDS: usize = (table::NUMBERS + multiplexed::COUNT) / 64;

/// The bit of a number, if it has one.
fn bit(abi: Abi, number: u64) -> Option<usize> {
    if abi == Abi::X32 {
        return x32::place(number);
    }
    match multiplexed::slot(number) {
        Some(slot) => Some(table::NUMBERS + slot),
        None => table::place(number),
    }
}

impl CallSet {
    /// Every call, known or not.
    pub fn all() -> CallSet {
        CallSet { bits: core::array::from_fn(|_| vec![u64::MAX; WORDS]), unknown: true }
    }

    /// No call.
    pub fn none() -> CallSet {
        CallSet { bits: core::array::from_fn(|_| vec![0; WORDS]), unknown: false }
    }

    /// Whether the set contains a call. The engine asks this at every stop.
    pub fn has(&self, abi: Abi, number: u64) -> bool {
        match bit(abi, number) {
            Some(bit) => self.bits[abi as usize][bit / 64] & (1 << (bit % 64)) != 0,
            None => self.unknown,
        }
    }

    fn add(&mut self, abi: Abi, number: u64) {
        if let Some(bit) = bit(abi, number) {
            self.bits[abi as usize][bit / 64] |= 1 << (bit % 64);
        }
    }

    /// Adds every wanted call of one personality or of all. Returns whether there was any.
    fn add_rows(&mut self, personality: Option<&str>, wanted: &dyn Fn(&Row) -> bool) -> bool {
        let mut found = false;
        let abis = |abi: &&Abi| personality.is_none_or(|wanted| wanted == abi.personality());
        for row in table::rows().filter(|row| wanted(row)) {
            for abi in Abi::EVERY.iter().filter(abis) {
                if let Some(number) = row.number(*abi) {
                    self.add(*abi, number);
                    found = true;
                }
            }
        }
        for (number, _) in x32::only().filter(|(_, row)| abis(&&Abi::X32) && wanted(row)) {
            self.add(Abi::X32, number);
            found = true;
        }
        for (number, _) in table::multiplexed().filter(|(_, row)| abis(&&Abi::I386) && wanted(row)) {
            self.add(Abi::I386, number);
            found = true;
        }
        found
    }

    fn negate(mut self) -> CallSet {
        self.bits.iter_mut().flatten().for_each(|word| *word = !*word);
        self.unknown = !self.unknown;
        self
    }

    /// The set for one expression (the part after `-e trace=`).
    ///
    /// ```
    /// use syscalls::{abi::Abi, filter::CallSet};
    /// let set = CallSet::parse("openat,close").unwrap();
    /// assert!(set.has(Abi::X86_64, 257) && !set.has(Abi::X86_64, 0));
    /// let error = CallSet::parse("opnat").unwrap_err();
    /// assert_eq!(error.near.first(), Some(&"openat"));
    /// ```
    ///
    /// # Errors
    /// An item that is neither a call nor a class, with similar names.
    pub fn parse(expression: &str) -> Result<CallSet, FilterError> {
        CallSet::parse_with(expression, &no_regex)
    }

    /// As [`CallSet::parse`], with an engine for `/regex`.
    ///
    /// # Errors
    /// As [`CallSet::parse`], and regular expressions that the engine does not accept.
    pub fn parse_with(expression: &str, compile: Compile<'_>) -> Result<CallSet, FilterError> {
        let list = Listed::split(expression).map_err(|whole| FilterError {
            item: whole.to_string(),
            near: Vec::new(),
            reason: "invalid system call".into(),
        })?;
        if list.complement {
            return Ok(CallSet::listed(&list, compile)?.negate());
        }
        CallSet::listed(&list, compile)
    }

    /// The calls of a list, without regard to a `!` before it.
    fn listed(list: &Listed<'_>, compile: Compile<'_>) -> Result<CallSet, FilterError> {
        match list.text {
            "all" => return Ok(CallSet::all()),
            "none" => return Ok(CallSet::none()),
            _ => {}
        }
        let mut set = CallSet::none();
        for item in list.items.iter().copied() {
            let (item, lenient) = item.strip_prefix('?').map_or((item, false), |rest| (rest, true));
            let (name, personality) = match item.rsplit_once('@') {
                Some((name, suffix @ ("64" | "32" | "x32"))) => (name, Some(suffix)),
                Some((_, suffix)) => {
                    return Err(FilterError {
                        item: item.to_string(),
                        near: Vec::new(),
                        reason: format!("incorrect personality designator '{suffix}' in qualification"),
                    });
                }
                None => (item, None),
            };
            match set.add_item(name, personality, compile) {
                Ok(()) => {}
                Err(error) if lenient && !error.reason.starts_with("regcomp") => {}
                Err(error) => return Err(error),
            }
        }
        Ok(set)
    }

    fn add_item(
        &mut self,
        name: &str,
        personality: Option<&str>,
        compile: Compile<'_>,
    ) -> Result<(), FilterError> {
        let wrong = |reason: &str| FilterError {
            item: personality.map_or(name.to_string(), |abi| format!("{name}@{abi}")),
            near: Vec::new(),
            reason: reason.to_string(),
        };
        let abis = |abi: &&Abi| personality.is_none_or(|wanted| wanted == abi.personality());
        if name == "all" {
            for abi in Abi::EVERY.iter().filter(abis) {
                self.bits[*abi as usize].fill(u64::MAX);
            }
            self.unknown |= personality.is_none();
            return Ok(());
        }
        if let Some(expression) = name.strip_prefix('/') {
            let matches = compile(expression).map_err(|error| wrong(&format!("regcomp: {error}")))?;
            let found = self.add_rows(personality, &|row| matches(row.name));
            return if found { Ok(()) } else { Err(wrong("invalid system call")) };
        }
        let of_class = match name.strip_prefix('%') {
            Some(class) => match CLASSES.iter().find(|(known, _)| *known == class) {
                Some((_, bit)) => Some(*bit),
                None => {
                    return Err(FilterError { near: near_classes(class), ..wrong("invalid system call") });
                }
            },
            None if BARE.contains(&name) => {
                CLASSES.iter().find(|(known, _)| *known == name).map(|(_, bit)| *bit)
            }
            None => None,
        };
        if let Ok(number) = name.parse::<i32>() {
            let Ok(number) = u64::try_from(number) else { return Err(wrong("invalid system call")) };
            let of = |abi| if abi == Abi::X32 { x32::at(number) } else { number };
            let mut found = false;
            for abi in Abi::EVERY.into_iter().filter(|abi| abis(&abi)) {
                self.add(abi, of(abi));
                found |= table::row(abi, of(abi)).is_some();
            }
            return if found { Ok(()) } else { Err(wrong("invalid system call")) };
        }
        let found = self.add_rows(personality, &|row| match of_class {
            Some(class) => row.classes & class != 0,
            None => row.name == name,
        });
        if found || of_class.is_some() {
            return Ok(());
        }
        Err(FilterError { near: near(name), ..wrong("invalid system call") })
    }
}

fn near_classes(typed: &str) -> Vec<&'static str> {
    let mut near: Vec<_> = CLASSES.iter().map(|(name, _)| (distance(typed, name), *name)).collect();
    near.sort();
    near.into_iter().filter(|(far, _)| *far <= 2).map(|(_, name)| name).take(3).collect()
}

/// The calls with the names nearest to what was typed, at most three.
fn near(typed: &str) -> Vec<&'static str> {
    let classes = CLASSES.iter().map(|(name, _)| *name).filter(|name| BARE.contains(name));
    let mut near: Vec<_> =
        table::rows().map(|row| row.name).chain(classes).map(|name| (distance(typed, name), name)).collect();
    near.sort();
    near.dedup();
    let most = (typed.len() / 3).clamp(1, 3);
    near.into_iter().filter(|(far, _)| *far <= most).map(|(_, name)| name).take(3).collect()
}

/// Levenshtein distance, for short words only.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() > 64 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = replaced.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

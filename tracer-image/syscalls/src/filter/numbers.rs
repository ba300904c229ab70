//! Sets of numbers: descriptors (`-e read=3,5`) and signals (`-e signal=!SIGIO`).

use super::Listed;
use crate::names::signal::SIGNALS;
use alloc::{format, string::String, vec::Vec};

/// A set of numbers, or its complement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberSet {
    numbers: Vec<u32>,
    complement: bool,
}

impl NumberSet {
    /// Every number.
    pub const fn all() -> NumberSet {
        NumberSet { numbers: Vec::new(), complement: true }
    }

    /// No number.
    pub const fn none() -> NumberSet {
        NumberSet { numbers: Vec::new(), complement: false }
    }

    /// Whether it is empty.
    pub fn is_none(&self) -> bool {
        self.numbers.is_empty() && !self.complement
    }

    /// Whether it contains a number.
    pub fn has(&self, number: u32) -> bool {
        self.numbers.contains(&number) != self.complement
    }

    /// Parses a list of descriptors.
    ///
    /// # Errors
    /// The invalid item, in words.
    pub fn descriptors(list: &str) -> Result<NumberSet, String> {
        NumberSet::parse(list, "descriptor", |item| item.parse().ok().filter(|fd| *fd <= i32::MAX as u32))
    }

    /// Parses a list of signals: numbers, and names with or without `SIG`.
    ///
    /// # Errors
    /// The invalid item, in words.
    pub fn signals(list: &str) -> Result<NumberSet, String> {
        NumberSet::parse(list, "signal", signal)
    }

    fn parse(list: &str, what: &str, number: impl Fn(&str) -> Option<u32>) -> Result<NumberSet, String> {
        let invalid = |item: &str| format!("invalid {what} '{item}'");
        let list = Listed::split(list).map_err(invalid)?;
        let complement = list.complement;
        match list.text {
            "all" => return Ok(NumberSet { numbers: Vec::new(), complement: !complement }),
            "none" => return Ok(NumberSet { numbers: Vec::new(), complement }),
            _ => {}
        }
        let numbers: Result<Vec<u32>, String> =
            list.items.into_iter().map(|item| number(item).ok_or_else(|| invalid(item))).collect();
        Ok(NumberSet { numbers: numbers?, complement })
    }
}

/// A signal by its number or its name.
pub(super) fn signal(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse::<u32>() {
        return (number as usize <= SIGNALS.len()).then_some(number);
    }
    let bare = |name: &str| name.get(..3).filter(|sig| sig.eq_ignore_ascii_case("SIG")).map_or(0, |_| 3);
    let wanted = &text[bare(text)..];
    let found = SIGNALS.iter().position(|name| name[3..].eq_ignore_ascii_case(wanted))?;
    Some(found as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_signals() {
        let set = NumberSet::signals("INT,sigchld,9").unwrap();
        assert!(set.has(2) && set.has(17) && set.has(9) && !set.has(1));
        let set = NumberSet::signals("!io").unwrap();
        assert!(!set.has(29) && set.has(17));
        assert_eq!(NumberSet::signals("SIGFOO,INT").unwrap_err(), "invalid signal 'SIGFOO'");
        assert!(NumberSet::signals("none").unwrap().is_none());
    }

    #[test]
    fn sets_of_descriptors() {
        assert!(NumberSet::descriptors("!3").unwrap().has(4));
        assert_eq!(NumberSet::descriptors("-1").unwrap_err(), "invalid descriptor '-1'");
        assert!(NumberSet::descriptors("!all").unwrap().is_none());
    }
}

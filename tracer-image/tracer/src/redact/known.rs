//! Known secrets: the values of variables, and the contents of files. Everything that is read or written later is compared
//! with them, wherever it comes from.

use std::collections::HashSet;

/// This many consecutive bytes of a secret give it away.
const RUN: usize = 8;
/// Shorter values are searched for as a whole, down to this length; values below that are too common.
const SHORTEST: usize = 4;
/// At most this many bytes of values are kept.
pub const MOST: usize = 64 << 10;

/// Values that must not be shown.
#[derive(Debug, Default)]
pub struct Known {
    runs: HashSet<[u8; RUN]>,
    values: Vec<Vec<u8>>,
    held: usize,
}

impl Known {
    /// Adds a value; false if there is no room for it.
    pub fn add(&mut self, value: &[u8]) -> bool {
        let value = value.trim_ascii();
        if value.len() < SHORTEST || self.values.iter().any(|known| known == value) {
            return true;
        }
        if self.held + value.len() > MOST {
            return false;
        }
        self.held += value.len();
        // Runs of one character, such as blanks, occur everywhere.
        let tells = |run: &&[u8]| run.iter().any(|byte| *byte != run[0]);
        self.runs.extend(value.windows(RUN).filter(tells).filter_map(|run| <[u8; RUN]>::try_from(run).ok()));
        self.values.push(value.to_vec());
        true
    }

    /// Where the first secret begins in some bytes. `cut`: more bytes follow that are not here.
    pub fn find(&self, bytes: &[u8], cut: bool) -> Option<usize> {
        if self.values.is_empty() {
            return None;
        }
        let run = bytes
            .windows(RUN)
            .position(|run| <[u8; RUN]>::try_from(run).is_ok_and(|run| self.runs.contains(&run)));
        let short = self.values.iter().filter(|value| value.len() < RUN);
        let short =
            short.filter_map(|value| bytes.windows(value.len()).position(|window| window == value)).min();
        // The end of a secret at the beginning and, if more bytes follow, the beginning of one at the end.
        let edge = |length: usize, is: fn(&[u8], &[u8]) -> bool, part: &[u8]| {
            part.len() == length && self.values.iter().any(|value| value.len() > length && is(value, part))
        };
        let lengths = || (SHORTEST..RUN).rev().filter(|length| *length <= bytes.len());
        let head =
            lengths().any(|length| edge(length, |value, part| value.ends_with(part), &bytes[..length]));
        let tail = cut.then(|| {
            lengths()
                .find(|length| {
                    edge(*length, |value, part| value.starts_with(part), &bytes[bytes.len() - length..])
                })
                .map(|length| bytes.len() - length)
        });
        [run, short, head.then_some(0), tail.flatten()].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_value_is_found_wherever_it_stands() {
        let mut known = Known::default();
        assert!(known.add(b"correct-horse-battery\n") && known.add(b"hunter2") && known.add(b"x"));
        assert_eq!(known.find(b"a=correct-horse-battery", false), Some(2));
        assert_eq!(known.find(b"..rse-battery..", false), Some(2), "a part of it");
        assert_eq!(known.find(b"my hunter2!", false), Some(3));
        assert_eq!(known.find(b"x marks it", false), None, "too short to be one");
        assert_eq!(known.find(b"tery, the end of it", false), Some(0));
        assert_eq!(known.find(b"begins: corr", true), Some(8));
        assert_eq!(known.find(b"begins: corr", false), None, "nothing follows");
        assert_eq!(known.find(b"nothing here", true), None);
        assert_eq!(Known::default().find(b"anything", true), None);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut known = Known::default();
        let large: Vec<u8> = (0..MOST as u32).flat_map(|n| n.to_le_bytes()).take(MOST - 10).collect();
        assert!(known.add(&large));
        assert!(!known.add(b"one more value"));
    }
}

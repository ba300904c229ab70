//! Compares two texts, line by line.

use std::fmt;

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// strace's line; empty if only we have one.
    pub theirs: String,
    /// Our line; empty if only strace has one.
    pub ours: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  strace: {}", self.theirs)?;
        writeln!(f, "  ours:   {}", self.ours)
    }
}

/// The results of many comparisons.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many of strace's lines were compared.
    pub lines: usize,
    /// Known differences.
    pub known: usize,
    /// Other differences, and where they were.
    pub wrong: Vec<(String, Difference)>,
}

/// The differences of two texts: the longest common subsequence of lines is equal, and what is between is paired.
pub fn lines(theirs: &[String], ours: &[String]) -> Vec<Difference> {
    // Skip what is equal at both ends: the table below grows with the square of the rest.
    let begin = theirs.iter().zip(ours).take_while(|(theirs, ours)| theirs == ours).count();
    let (theirs, ours) = (&theirs[begin..], &ours[begin..]);
    let end = theirs.iter().rev().zip(ours.iter().rev()).take_while(|(theirs, ours)| theirs == ours).count();
    let (theirs, ours) = (&theirs[..theirs.len() - end], &ours[..ours.len() - end]);
    let (rows, columns) = (theirs.len(), ours.len());
    let mut longest = vec![vec![0u32; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            longest[row][column] = if theirs[row] == ours[column] {
                longest[row + 1][column + 1] + 1
            } else {
                longest[row + 1][column].max(longest[row][column + 1])
            };
        }
    }
    let mut found = Vec::new();
    let (mut only_theirs, mut only_ours) = (Vec::new(), Vec::new());
    let (mut row, mut column) = (0, 0);
    loop {
        let equal = row < rows && column < columns && theirs[row] == ours[column];
        let end = row == rows && column == columns;
        if equal || end {
            for index in 0..usize::max(only_theirs.len(), only_ours.len()) {
                let line = |of: &[&String]| of.get(index).map_or_else(String::new, |line| line.to_string());
                found.push(Difference { theirs: line(&only_theirs), ours: line(&only_ours) });
            }
            only_theirs.clear();
            only_ours.clear();
            if end {
                return found;
            }
            row += 1;
            column += 1;
        } else if column == columns || row < rows && longest[row + 1][column] >= longest[row][column + 1] {
            only_theirs.push(&theirs[row]);
            row += 1;
        } else {
            only_ours.push(&ours[column]);
            column += 1;
        }
    }
}

#[test]
fn differences_are_paired_between_equal_lines() {
    let text = |text: &str| text.split(' ').map(String::from).collect::<Vec<_>>();
    let found = lines(&text("a b c d"), &text("a x c d e"));
    let pairs: Vec<_> = found.iter().map(|d| (d.theirs.as_str(), d.ours.as_str())).collect();
    assert_eq!(pairs, [("b", "x"), ("", "e")]);
    assert!(lines(&text("a b"), &text("a b")).is_empty());
}

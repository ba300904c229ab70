//! The system call table: every row, and the row of each number.

use crate::{abi::Abi, families, multiplexed, x32};

pub use crate::row::{Param, Row, class};

impl Row {
    /// Its number on an ABI, if it has one.
    pub fn number(&self, abi: Abi) -> Option<u64> {
        let number = u64::try_from(self.numbers[abi.index()]).ok()?;
        if abi == Abi::X32 { x32::number(number) } else { Some(number) }
    }
}

/// How many places there are for rows.
pub(crate) const NUMBERS: usize = 512;

/// arm's private calls, such as `set_tls`, have numbers from here on (`__ARM_NR_BASE` of its asm/unistd.h). They are at
/// the end of the index.
const PRIVATE: u64 = 0xf_0000;
const PRIVATE_CALLS: u64 = 16;

/// The place of a number's row, if it can have one.
pub(crate) const fn place(number: u64) -> Option<usize> {
    const PLAIN: u64 = NUMBERS as u64 - PRIVATE_CALLS;
    match number {
        0..PLAIN => Some(number as usize),
        _ if number >= PRIVATE && number < PRIVATE + PRIVATE_CALLS => {
            Some((PLAIN + number - PRIVATE) as usize)
        }
        _ => None,
    }
}

/// Every number of an ABI that may have a row, in ascending order.
pub fn numbers(abi: Abi) -> impl Iterator<Item = u64> {
    let (own, private) = match abi {
        Abi::X32 => (x32::at(0)..x32::at(x32::NUMBERS as u64), 0..0),
        Abi::Arm => (0..NUMBERS as u64 - PRIVATE_CALLS, PRIVATE..PRIVATE + PRIVATE_CALLS),
        _ => (0..NUMBERS as u64 - PRIVATE_CALLS, 0..0),
    };
    own.chain(private)
}

type Index = [Option<&'static Row>; NUMBERS];

const fn index(abi: Abi) -> Index {
    let mut table: Index = [None; NUMBERS];
    let mut family = 0;
    while family < families::ALL.len() {
        let rows = families::ALL[family];
        let mut row = 0;
        while row < rows.len() {
            let number = rows[row].numbers[abi.index()];
            if number >= 0 {
                let Some(place) = place(number as u64) else { panic!("the index is too small") };
                assert!(table[place].is_none(), "two rows have the same number");
                table[place] = Some(&rows[row]);
            }
            row += 1;
        }
        family += 1;
    }
    table
}

static INDEX: [Index; 4] = [index(Abi::X86_64), index(Abi::I386), index(Abi::Aarch64), index(Abi::Arm)];

/// The row of a call.
pub fn row(abi: Abi, number: u64) -> Option<&'static Row> {
    if abi == Abi::X32 {
        return match x32::meaning(number)? {
            x32::Meaning::Native(native) => row(Abi::X86_64, native),
            x32::Meaning::Own(row) => Some(row),
        };
    }
    if number >= multiplexed::FIRST && abi == Abi::I386 {
        return match multiplexed::meaning(number)? {
            multiplexed::Meaning::As(abi, number) => row(abi, number),
            multiplexed::Meaning::BehindIpc(index) => families::BEHIND_IPC.get(index),
        };
    }
    INDEX[abi.index()].get(place(number)?).copied().flatten()
}

/// Every row, family by family.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    families::ALL.iter().flat_map(|rows| rows.iter())
}

/// Every call behind `socketcall` and `ipc`, with our own number for it ([`multiplexed`]).
pub fn multiplexed() -> impl Iterator<Item = (u64, &'static Row)> {
    let numbers = multiplexed::FIRST..multiplexed::FIRST + multiplexed::COUNT as u64;
    numbers.filter_map(|number| Some((number, row(Abi::I386, number)?)))
}

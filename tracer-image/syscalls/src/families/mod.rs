//! The rows, one file for each family of calls.

mod credentials;
mod file;
mod futex;
mod process;
mod schedule;
mod signal;

use crate::table::Row;

/// Every family. The order has no meaning.
pub const ALL: &[&[Row]] =
    &[credentials::ROWS, file::ROWS, futex::ROWS, process::ROWS, schedule::ROWS, signal::ROWS];

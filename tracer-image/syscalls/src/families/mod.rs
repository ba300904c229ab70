//! The rows, one file for each family of calls.

mod file;

use crate::table::Row;

/// Every family. The order has no meaning.
pub const ALL: &[&[Row]] = &[file::ROWS];

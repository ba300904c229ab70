//! Names of numbers: flags, constants, errors, signals. Data only.

pub mod errno;
pub mod open;
pub mod signal;

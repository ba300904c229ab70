//! Names of numbers: flags, constants, errors, signals. Data only.

pub mod audit;
pub mod errno;
pub mod open;
pub mod signal;

//! Names of numbers: flags, constants, errors, signals. Data only.

pub mod audit;
pub mod credentials;
pub mod errno;
pub mod futex;
pub mod open;
pub mod prctl;
pub mod process;
pub mod schedule;
pub mod signal;
